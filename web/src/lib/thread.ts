// What there was with one customer, in one list.

import type { EarlierCall, Letter } from './protocol'

export type Part = { id: string; at: number; call: EarlierCall } | { id: string; at: number; letter: Letter }

/** Calls and letters, newest first. */
export function inOne(calls: EarlierCall[], letters: Letter[] = []): Part[] {
  const parts: Part[] = [
    ...calls.map((call) => ({ id: call.call_id, at: call.at, call })),
    ...letters.map((letter) => ({ id: letter.id, at: letter.at, letter })),
  ]
  return parts.sort((a, b) => b.at - a.at)
}
