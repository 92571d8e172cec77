// The desk as this tab knows it. The server holds the truth: after each reconnect it sends
// everything again, and what was known before is thrown away.

import { update } from './card'
import { follow } from './follow.svelte'
import { phone } from './phone.svelte'
import type {
  AfterCall,
  AssistCard,
  AssistReply,
  BotJudgement,
  Card,
  Choice,
  Colleague,
  Command,
  Earlier,
  FromServer,
  Person,
  Presence,
  QueueView,
  Stage,
  Table,
  ToServer,
  Voicemail,
  Whoami,
  Wish,
  Withdrawal,
} from './protocol'
import { wall } from './wall.svelte'

const PING_EVERY_MS = 20_000
/** A note is sent after this pause in typing. */
const NOTE_PAUSE_MS = 700
const RECONNECT_FIRST_MS = 500
const RECONNECT_MAX_MS = 8_000
/** A command that changed nothing, because it was so already, is not waited for longer. */
const COMMAND_MS = 5_000
/** Refusals of what is done with a call: told beside its buttons. */
const OF_COMMANDS = ['not_your_call', 'not_available', 'already_asking', 'nobody_asked', 'not_for_chats']

export type NoteState = 'saved' | 'typing' | 'sending'
/** What is being filled in before the call goes to somebody else. */
export type Panel = 'consult' | 'transfer' | 'bot' | 'keypad'

class Desk {
  agent = $state<Whoami | null>(null)
  presence = $state<Presence>({ state: 'offline' })
  since = $state(0)
  next = $state<Choice | null>(null)
  queues = $state<QueueView[]>([])
  /** Open messages, newest first. */
  voicemails = $state<Voicemail[]>([])
  /** After-call work of the call on the card; null until the server has told it. */
  after = $state<AfterCall | null>(null)
  reasons = $state<string[]>([])
  card = $state<Card | null>(null)
  stage = $state<Stage>('offered')
  /** Who is on the call on the card. */
  table = $state<Table | null>(null)
  /** Whose question the call on the card is, while it is not one's own. */
  askedBy = $state<Person | null>(null)
  /** Who watches it. */
  watchers = $state<Person[]>([])
  /** Those of them who listen, and who of these speaks to the agent: login names. */
  listening = $state<string[]>([])
  whispering = $state<string[]>([])
  /** Help beside the conversation, the newest first. */
  assist = $state<AssistCard[]>([])
  /** Earlier calls of whoever is on the card; null until they are read. */
  earlier = $state<Earlier | null>(null)
  /** Whom one may ask, or pass the call to; told while one talks. */
  colleagues = $state<Colleague[]>([])
  everyQueue = $state<QueueView[]>([])
  panel = $state<Panel | null>(null)
  /** What the server was told to do and has not done yet. */
  pending = $state<Command['do'] | null>(null)
  /** Why it did not. */
  refusal = $state<string | null>(null)
  note = $state('')
  noteState = $state<NoteState>('saved')
  connected = $state(false)
  /** Why the last card went away; shown until the next one. */
  withdrawn = $state<Withdrawal | null>(null)
  /** Code of the last refusal. */
  error = $state<string | null>(null)
  /** The server's clock, once a second. */
  now = $state(Date.now())

  /** Call that this page takes over: its phone need not ring. */
  taking: string | null = null

  /** Caller or colleague are to be heard. */
  get talks(): boolean {
    return this.card !== null && this.stage === 'bridged' && !this.written
  }

  /** The card is of a chat. */
  get written(): boolean {
    return this.card?.channel === 'chat'
  }

  /** Takes what is on the card, where this page can: a chat always, a call while this is the telephone. */
  answer() {
    if (!this.card) return
    if (this.written) this.send({ type: 'answer', call_id: this.card.call_id })
    else if (phone.state === 'ready') phone.answer(this.card.call_id)
  }

  #socket: WebSocket | null = null
  #ahead_ms = 0
  #retry_ms = RECONNECT_FIRST_MS
  #open = false
  #commandTimer: ReturnType<typeof setTimeout> | undefined
  /** What the page put into the note last. */
  #drafted: string | null = null
  #noteTimer: ReturnType<typeof setTimeout> | undefined
  #timers: ReturnType<typeof setInterval>[] = []
  #loggedOut: () => void = () => {}

  start(loggedOut: () => void) {
    this.#loggedOut = loggedOut
    this.#open = true
    this.#timers = [
      setInterval(() => (this.now = Date.now() + this.#ahead_ms), 1000),
      setInterval(() => this.send({ type: 'ping' }), PING_EVERY_MS),
    ]
    this.#connect()
  }

  stop() {
    this.#open = false
    this.#timers.forEach(clearInterval)
    this.#socket?.close()
  }

  send(message: ToServer) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  choose(presence: Choice) {
    this.withdrawn = null
    this.send({ type: 'set_presence', presence })
  }

  /** Keeps the note on the server at each pause in typing. */
  type(text: string) {
    this.note = text
    this.noteState = 'typing'
    clearTimeout(this.#noteTimer)
    this.#noteTimer = setTimeout(() => this.flushNote(), NOTE_PAUSE_MS)
  }

  flushNote() {
    clearTimeout(this.#noteTimer)
    if (this.noteState === 'saved' || !this.card) return
    this.noteState = 'sending'
    this.send({ type: 'note', call_id: this.card.call_id, text: this.note })
  }

  /** Begins an empty note, or takes the place of an earlier draft that nobody has touched. */
  offerDraft(draft: string) {
    const note = this.note.trim()
    const known = Object.values(this.after?.drafts ?? {}).some((other) => other.trim() === note)
    const untouched = note !== '' && (known || note === this.#drafted?.trim())
    // One that was deleted does not come back by itself.
    if (note === '' ? this.#drafted !== null : !untouched) return
    this.#drafted = draft
    if (note !== draft.trim()) this.type(draft)
  }

  putAbove(text: string) {
    this.#drafted = text
    this.type(`${text}\n\n${this.note}`.trim())
  }

  /** In the place of a text that stands in the note, else above it. */
  putInstead(before: string, text: string) {
    if (!before || !this.note.includes(before)) return this.putAbove(text)
    this.#drafted = text
    this.type(this.note.replace(before, () => text))
  }

  judgeSummary(right: boolean) {
    if (!this.card) return
    this.card.summary_right = right
    this.send({ type: 'judge_summary', call_id: this.card.call_id, right })
  }

  judgeBot(judgement: BotJudgement) {
    if (this.card) this.send({ type: 'judge_bot', call_id: this.card.call_id, judgement })
  }

  followUp(wish: Wish) {
    if (this.card) this.send({ type: 'follow_up', call_id: this.card.call_id, wish })
  }

  /** What one thinks of a card beside the conversation. */
  judgeAssist(id: number, reply: AssistReply) {
    if (!this.card) return
    if (reply.do === 'dismiss') this.assist = this.assist.filter((card) => card.id !== id)
    this.send({ type: 'assist', call_id: this.card.call_id, id, reply })
  }

  /** Without a code where the queue wants none. */
  finish(code: string | null) {
    if (!this.card || !this.after || (this.after.required && !code)) return
    clearTimeout(this.#noteTimer)
    this.send({ type: 'wrap_up', call_id: this.card.call_id, code, note: this.note })
  }

  /** More time for the wrap-up, as often as the server allows. */
  extend() {
    if (!this.card || this.presence.state !== 'wrap_up' || this.presence.extensions === 0) return
    this.send({ type: 'extend', call_id: this.card.call_id })
  }

  /** Hold, ask, pass on: shown as done when the server says so, not before. */
  command(command: Command) {
    if (!this.card || this.pending) return
    this.pending = command.do
    this.refusal = null
    clearTimeout(this.#commandTimer)
    this.#commandTimer = setTimeout(() => (this.pending = null), COMMAND_MS)
    // The next one reads what was written so far.
    this.flushNote()
    this.send({ type: 'command', call_id: this.card.call_id, command })
  }

  /** Goes to the caller's side at once; nothing of the page waits for it. */
  pressKey(key: string) {
    if (!this.card) return
    this.send({ type: 'command', call_id: this.card.call_id, command: { do: 'press_keys', keys: key } })
  }

  #commanded() {
    clearTimeout(this.#commandTimer)
    if (this.pending) this.panel = null
    this.pending = null
    this.refusal = null
  }

  #connect() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}/desk/ws`)
    this.#socket = socket
    socket.onmessage = (event) => this.#take(JSON.parse(event.data as string) as FromServer)
    socket.onclose = () => void this.#lost()
  }

  async #lost() {
    this.connected = false
    if (!this.#open) return
    const me = await fetch('/desk/me').catch(() => null)
    if (me?.status === 401) {
      this.stop()
      this.#loggedOut()
      return
    }
    setTimeout(() => this.#open && this.#connect(), this.#retry_ms)
    this.#retry_ms = Math.min(this.#retry_ms * 2, RECONNECT_MAX_MS)
  }

  #take(message: FromServer) {
    if (wall.take(message) || phone.take(message) || follow.take(message)) return
    switch (message.type) {
      case 'hello':
        return this.#hello(message)
      case 'presence':
        this.presence = message.presence
        this.since = message.since
        this.next = message.next
        if (!('call_id' in message.presence)) this.card = null
        return
      case 'queues':
        this.queues = message.queues
        return
      case 'voicemails':
        this.voicemails = message.voicemails
        return
      case 'card':
        return this.#show(message)
      case 'colleagues':
        this.colleagues = message.colleagues
        this.everyQueue = message.queues
        return
      case 'card_withdrawn':
        this.withdrawn = message.why
        if (this.card?.call_id === message.call_id) this.card = null
        return
      case 'wrap_up_saved':
        if (this.card?.call_id === message.call_id && this.stage === 'ended') this.card = null
        return
      case 'error':
        if (this.pending && OF_COMMANDS.includes(message.code)) {
          this.pending = null
          this.refusal = message.code
        } else {
          this.error = message.code
        }
        return
      default:
        return this.#update(message)
    }
  }

  /** Messages about the call on the card; one about another call is late and dropped. */
  #update(message: FromServer) {
    const card = this.card
    if (!card || !('call_id' in message) || card.call_id !== message.call_id) return
    if (update(card, message, this.stage === 'bridged')) return
    if (message.type === 'earlier') {
      this.earlier = message
    } else if (message.type === 'letter') {
      const known = this.earlier?.letters.some((letter) => letter.id === message.letter.id)
      if (!known) this.earlier?.letters.unshift(message.letter)
    } else if (message.type === 'table') {
      this.#commanded()
      this.table = message.table
      if (message.table?.agent.id === this.agent?.id) this.askedBy = null
    } else if (message.type === 'call_state') {
      this.stage = message.stage
      if (message.stage === 'ringing' && this.taking === card.call_id) {
        this.taking = null
        this.answer()
      }
      if (message.stage === 'ended') this.panel = null
      if (message.stage === 'bridged') {
        card.bridged_at = message.at
        card.waited_ms = message.at - (card.waiting_since ?? message.at)
      }
    } else if (message.type === 'after_call') {
      this.after = message.after
    } else if (message.type === 'watchers') {
      ;({ watchers: this.watchers, listening: this.listening, whispering: this.whispering } = message)
    } else if (message.type === 'assist') {
      const { card } = message
      this.assist = [card, ...this.assist.filter((other) => other.id !== card.id)]
    } else if (message.type === 'note_saved') {
      if (this.noteState === 'sending') this.noteState = 'saved'
    }
  }

  /** Names of those who watch and also hear the call in that way; empty when nobody does. */
  hearing(how: 'listening' | 'whispering'): string {
    const named = this.watchers.filter((person) => this[how].includes(person.id))
    return named.map((person) => person.name).join(', ')
  }

  #hello(message: Extract<FromServer, { type: 'hello' }>) {
    this.#ahead_ms = message.now - Date.now()
    this.now = message.now
    this.#retry_ms = RECONNECT_FIRST_MS
    this.agent = message.agent
    this.reasons = message.pause_reasons
    this.connected = true
    wall.reconnected()
    phone.reconnected()
    this.error = null
  }

  #show({ card, stage, note, table, asked_by }: Extract<FromServer, { type: 'card' }>) {
    const same = this.card?.call_id === card.call_id
    this.card = card
    this.stage = stage
    this.table = table
    this.askedBy = asked_by
    this.#commanded()
    // The server tells these again after the card.
    ;[this.watchers, this.listening, this.whispering] = [[], [], []]
    this.assist = []
    if (!same) {
      this.panel = null
      this.earlier = null
      this.after = null
      this.#drafted = null
    }
    if (!this.earlier) this.send({ type: 'earlier', call_id: card.call_id })
    this.withdrawn = null
    // What was typed while the line was down is newer than what the server kept.
    if (same && this.noteState !== 'saved') {
      this.flushNote()
    } else {
      this.note = note
      this.noteState = 'saved'
    }
  }
}

export const desk = new Desk()
