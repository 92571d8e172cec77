// Reports: what is asked, the answer, and the calls behind a figure. The server's side is
// src/record/report.rs and src/desk/web/report.rs.

import type { CallLine, Report } from './api'
import type { Card, Judgement, Language } from './protocol'
import { ui } from './words.svelte'

export type { Bar, CallLine, Cell, Figures, Part, QueueScore, Report, SilentStep, Spread, Touchpoint } from './api'

/** What the calls behind a figure have in common: keys of the query. */
export type Pick = Partial<
  Record<'bar' | 'weekday' | 'hour' | 'outcome' | 'topic' | 'reason' | 'handed_to' | 'how' | 'prompt' | 'only', string>
>

export type Range = 'today' | 'week' | 'month' | 'own'
const DAYS_BACK = { today: 0, week: 6, month: 29 }

/** Midnight of a day, so many days from it. */
function midnight(day: Date, plus = 0): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + plus)
}

/** As a date field writes it. */
export const dayOf = (day: Date) =>
  [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-')

const dated = (text: string, plus = 0) => midnight(new Date(`${text}T00:00`), plus)

class Reports {
  range = $state<Range>('today')
  first = $state(dayOf(midnight(new Date(), -6)))
  last = $state(dayOf(new Date()))
  bot = $state('')
  queue = $state('')
  language = $state('')
  channel = $state('')
  /** Names that were in any report so far: a filter must not empty its own list. */
  bots = $state<string[]>([])
  queues = $state<string[]>([])
  report = $state<Report | null>(null)
  state = $state<'reading' | 'there' | 'failed'>('reading')
  behind = $state<{ label: string; pick: Pick; count: number; calls: CallLine[] | null } | null>(null)
  /** The call that is read. */
  card = $state<Card | null>(null)
  judgements = $state<Judgement[]>([])
  /** The last call that could not be read. */
  lost = $state(false)
  /** What the report that is shown was asked with. */
  #asked = ''
  /** Only the newest answer counts. */
  #turn = 0

  get zone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
  }

  #query(): URLSearchParams {
    const now = new Date()
    const own = this.range === 'own'
    const from = own ? dated(this.first) : midnight(now, -DAYS_BACK[this.range as keyof typeof DAYS_BACK])
    const to = own ? dated(this.last, 1) : now
    const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString(), zone: this.zone })
    for (const key of ['bot', 'queue', 'language', 'channel'] as const) if (this[key]) query.set(key, this[key])
    return query
  }

  async read() {
    const turn = ++this.#turn
    this.state = 'reading'
    this.behind = null
    this.card = null
    // An empty or impossible date is nothing to ask about.
    if (this.range === 'own' && !(this.first <= this.last && this.first)) {
      this.state = 'failed'
      return
    }
    this.#asked = String(this.#query())
    const answer = await fetch(`/desk/report?${this.#asked}`).catch(() => null)
    const report = answer?.ok ? ((await answer.json()) as Report) : null
    if (turn !== this.#turn) return
    this.state = report ? 'there' : 'failed'
    if (!report) return
    this.report = report
    this.bots = [...new Set([...this.bots, ...report.bots])].sort()
    this.queues = [...new Set([...this.queues, ...report.queue_names])].sort()
  }

  /** Where the table is, as a file for a spreadsheet. */
  csv(table: string): string {
    return `/desk/report?${this.#asked}&format=csv&table=${table}`
  }

  async look(label: string, pick: Pick) {
    const turn = this.#turn
    this.card = null
    this.lost = false
    this.behind = { label, pick, count: 0, calls: null }
    const query = new URLSearchParams({ ...pick })
    const answer = await fetch(`/desk/report/calls?${this.#asked}&${query}`).catch(() => null)
    const found = answer?.ok ? ((await answer.json()) as { count: number; calls: CallLine[] }) : null
    if (turn !== this.#turn || this.behind?.label !== label) return
    this.behind = { label, pick, count: found?.count ?? 0, calls: found?.calls ?? [] }
  }

  async open(id: string) {
    const answer = await fetch(`/desk/report/call/${encodeURIComponent(id)}`).catch(() => null)
    const story = answer?.ok ? ((await answer.json()) as { card: Card; judgements: Judgement[] }) : null
    this.card = story?.card ?? null
    this.judgements = story?.judgements ?? []
    this.lost = story === null
  }

  topic(topic: string | null, language: Language, none: string): string {
    if (!topic) return none
    return this.report?.names[topic]?.[language] ?? topic.replaceAll('_', ' ')
  }
}

export const reports = new Reports()

/** Outcomes that mean the same to a reader have one colour. */
export function kind(outcome: string): string {
  if (outcome === 'resolved') return 'solved'
  if (outcome === 'handed_over') return 'person'
  if (['callback_promised', 'message_left', 'text_sent'].includes(outcome)) return 'later'
  if (outcome === 'abandoned') return 'lost'
  if (outcome === 'live') return 'live'
  return 'fault'
}

/** In which order the parts of a bar lie. */
export const OUTCOMES = [
  'resolved',
  'handed_over',
  'callback_promised',
  'message_left',
  'text_sent',
  'abandoned',
  'not_answered',
  'failed',
  'node_lost',
  'live',
]

export const percent = (share: number) => `${Math.round(share * 100)} %`

/** With one digit after the point while that says something. */
export function seconds(ms: number): string {
  const digits = ms < 10_000 ? 1 : 0
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return `${(ms / 1000).toLocaleString(ui.language, format)} s`
}

/** Arrow keys go from one mark of a chart to the next; only one of them is a stop of the Tab key. */
export function roving(event: KeyboardEvent & { currentTarget: Element }) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
  const marks = [...event.currentTarget.querySelectorAll<SVGElement | HTMLElement>('[role=button]')]
  const at = marks.indexOf(event.target as SVGElement)
  if (at < 0) return
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault()
    marks[at]?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  }
  if (!step) return
  event.preventDefault()
  marks[at + step]?.focus()
}
