// What is to follow calls: open tasks, and the calls of the one that is looked at.

import type { FollowUp, FollowUpCalls, FromServer } from './protocol'

class Follow {
  /** What is due first on top. */
  tasks = $state<FollowUp[]>([])
  opened = $state<FollowUpCalls | null>(null)

  /** False when the message is about something else. */
  take(message: FromServer): boolean {
    if (message.type === 'follow_ups') {
      this.tasks = message.follow_ups
      if (!this.tasks.some((task) => task.id === this.opened?.id)) this.opened = null
      return true
    }
    if (message.type === 'follow_up_calls') {
      this.opened = message
      return true
    }
    return false
  }
}

export const follow = new Follow()

const HOUR_MS = 3_600_000
/** Times that are offered are whole steps of this. */
const STEP_MS = 300_000

export function inHours(now: number, hours: number): number {
  return Math.ceil((now + hours * HOUR_MS) / STEP_MS) * STEP_MS
}

/** Tomorrow at nine, by the browser's clock. */
export function tomorrow(now: number): number {
  const day = new Date(now)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 9).getTime()
}

/** As a field for date and time has it. */
export function toField(at: number): string {
  const day = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  const date = [day.getFullYear(), two(day.getMonth() + 1), two(day.getDate())].join('-')
  return `${date}T${two(day.getHours())}:${two(day.getMinutes())}`
}

/** NaN of no time. */
export function fromField(field: string): number {
  return new Date(field).getTime()
}
