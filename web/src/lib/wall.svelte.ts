// The wall: every live call and everybody at the desk, for supervisors. The server sends everything
// when it is opened, then what has changed.

import { update } from './card'
import type {
  Card,
  Ear,
  FromServer,
  Hand,
  Judgement,
  QueueView,
  SlotView,
  Table,
  ToServer,
  WallAgent,
  WallCall,
} from './protocol'

/** Refusals of what is done on the wall: told there. */
const OF_THE_WALL = [
  'not_allowed',
  'no_such_call',
  'not_read',
  'too_late',
  'not_with_bot',
  'no_phone',
  'not_available',
  'nobody_to_whisper_to',
]

export interface Watched {
  card: Card
  table: Table | null
  judgements: Judgement[]
  /** Facts that may be given to the topic. */
  slots: SlotView[]
  /** The last fact that fitted nothing. */
  unused: string | null
  /** How it is heard. */
  ear: Ear
  ended: boolean
}

export type Waiting = WallCall & { proposal: NonNullable<WallCall['proposal']> }

class Wall {
  open = $state(false)
  calls = $state<WallCall[]>([])
  agents = $state<WallAgent[]>([])
  queues = $state<QueueView[]>([])
  watched = $state<Watched | null>(null)
  /** Of the last refusal about the wall. */
  refusal = $state<string | null>(null)
  #send: (message: ToServer) => void = () => {}
  /** What the next message brings is everything. */
  #fresh = true

  show(send: (message: ToServer) => void) {
    this.#send = send
    this.open = true
    this.#fresh = true
    this.refusal = null
    this.#send({ type: 'open_wall' })
  }

  /** The server forgets the wall with the connection. */
  reconnected() {
    if (!this.open) return
    this.#fresh = true
    this.#send({ type: 'open_wall' })
    if (this.watched && !this.watched.ended) this.watch(this.watched.card.call_id)
  }

  hide() {
    if (!this.open) return
    this.open = false
    this.watched = null
    this.#send({ type: 'close_wall' })
  }

  watch(call_id: string) {
    this.refusal = null
    this.#send({ type: 'watch', call_id })
  }

  endWatch() {
    this.watched = null
    this.#send({ type: 'end_watch' })
  }

  /** A hand in a call of the bot. */
  hand(call_id: string, hand: Hand) {
    this.refusal = null
    if (this.watched && this.#watches(call_id)) this.watched.unused = null
    this.#send({ type: 'supervise', call_id, hand })
  }

  /** The replies that wait, the most urgent first. */
  get proposals(): Waiting[] {
    const waits = (call: WallCall): call is Waiting => call.proposal !== null
    return this.calls.filter(waits).sort((a, b) => a.proposal.until - b.proposal.until)
  }

  /** The call's row, while it lives. */
  row(call_id: string): WallCall | undefined {
    return this.calls.find((call) => call.call_id === call_id)
  }

  /** True when the message was for the wall alone. */
  take(message: FromServer): boolean {
    switch (message.type) {
      case 'wall':
        this.#news(message)
        return true
      case 'watched': {
        const { card, table, judgements } = message
        if (this.open) this.watched = { card, table, judgements, slots: [], unused: null, ear: 'off', ended: false }
        return true
      }
      case 'judged':
        if (this.#watches(message.call_id)) this.watched?.judgements.push(message.judgement)
        return true
      case 'slots':
        if (this.watched && this.#watches(message.call_id)) this.watched.slots = message.slots
        return true
      case 'fact_unused':
        if (this.watched && this.#watches(message.call_id)) this.watched.unused = message.value
        return true
      case 'ear':
        if (this.watched && this.#watches(message.call_id)) this.watched.ear = message.ear
        return true
      case 'error':
        if (!this.open || !OF_THE_WALL.includes(message.code)) return false
        this.refusal = message.code
        return true
      default:
        if (this.watched && 'call_id' in message && this.#watches(message.call_id)) this.#follow(this.watched, message)
        return false
    }
  }

  #watches(call_id: string) {
    return this.watched?.card.call_id === call_id
  }

  #follow(watched: Watched, message: FromServer) {
    if (update(watched.card, message, watched.table !== null)) return
    if (message.type === 'table') watched.table = message.table
  }

  #news(message: Extract<FromServer, { type: 'wall' }>) {
    const told = new Map(message.calls.map((call) => [call.call_id, call]))
    const kept = this.#fresh ? [] : this.calls.filter((call) => !message.gone.includes(call.call_id))
    const changed = kept.map((call) => told.get(call.call_id) ?? call)
    const known = new Set(kept.map((call) => call.call_id))
    this.calls = [...changed, ...message.calls.filter((call) => !known.has(call.call_id))]
    this.#fresh = false
    if (message.agents) this.agents = message.agents
    if (message.queues) this.queues = message.queues
    if (this.watched && !this.row(this.watched.card.call_id)) {
      this.watched.ended = true
      this.watched.ear = 'off'
    }
  }
}

export const wall = new Wall()

/** By risk in steps of a tenth, so that rows do not jump about; then who is there longest. */
export function byRisk(calls: WallCall[]): WallCall[] {
  const step = (call: WallCall) => Math.round(call.risk * 10)
  return [...calls].sort((a, b) => step(b) - step(a) || a.since - b.since)
}
