// One chat with the server: what is sent is sent once and in order, what is read is read once and in order,
// also over a page that loads anew and a network that comes and goes.

import type { Language } from './words'

export interface Message {
  seq: number
  from: 'bot' | 'agent' | 'visitor' | 'notice'
  name?: string
  text: string
  at: string
  language: Language
}

export type State = 'bot' | 'waiting' | 'agent' | 'ended'

/** A message that has no number yet. */
export interface Unsent {
  key: string
  text: string
}

/** Why nothing goes on. */
export type Trouble = 'lost' | 'slow' | 'full' | 'off'

interface News {
  items: Message[]
  state: State
  agent?: string
  typing: boolean
  version: number
}

interface Kept {
  id: string
  secret: string
  unsent: Unsent[]
}

const WAIT_S = 25
const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 15_000

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

export class Chat {
  messages: Message[] = []
  unsent: Unsent[] = []
  state: State = 'bot'
  agent = ''
  typing = false
  trouble: Trouble | null = null

  #id = ''
  #secret = ''
  #version: number | null = null
  #sending = false
  /** Counts chats of this page: what an earlier one still hears is dropped. */
  #turn = 0

  constructor(
    private readonly base: string,
    private readonly wanted: { bot?: string; language?: Language; name?: string; contact?: string },
    private readonly changed: () => void,
  ) {}

  get begun(): boolean {
    return this.#id !== ''
  }

  get #place(): string {
    return `duet-chat ${this.base} ${this.wanted.bot ?? ''}`
  }

  /** Takes up the chat of the page before; false when there is none. */
  resume(): boolean {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#place) ?? 'null') as Kept | null
      if (!kept) return false
      this.#id = kept.id
      this.#secret = kept.secret
      this.unsent = kept.unsent
    } catch {
      return false
    }
    void this.#read(++this.#turn)
    void this.#send()
    return true
  }

  async begin(): Promise<void> {
    const turn = ++this.#turn
    this.messages = []
    this.unsent = []
    this.#version = null
    this.state = 'bot'
    this.typing = true
    this.trouble = null
    this.changed()
    let response = await this.#fetch('POST', '', this.wanted)
    // A bot that does not know the page's language has one of its own.
    if (response?.status === 400 && this.wanted.language) {
      response = await this.#fetch('POST', '', { ...this.wanted, language: undefined })
    }
    if (turn !== this.#turn) return
    if (!response?.ok) {
      this.typing = false
      this.trouble = response && [429, 503].includes(response.status) ? 'full' : 'off'
      return this.changed()
    }
    const opened = (await response.json()) as { id: string; secret: string }
    this.#id = opened.id
    this.#secret = opened.secret
    this.#keep()
    void this.#read(turn)
  }

  say(text: string) {
    this.unsent.push({ key: crypto.randomUUID?.() ?? String(Math.random()), text })
    this.#keep()
    this.changed()
    void this.#send()
  }

  async leave() {
    await this.#fetch('DELETE', `/${this.#id}`)
  }

  #keep() {
    try {
      const kept: Kept = { id: this.#id, secret: this.#secret, unsent: this.unsent }
      if (this.#id) sessionStorage.setItem(this.#place, JSON.stringify(kept))
      else sessionStorage.removeItem(this.#place)
    } catch {
      // A page that may keep nothing has a chat until it loads anew.
    }
  }

  #forget() {
    this.#id = ''
    this.unsent = []
    this.#keep()
  }

  async #fetch(method: string, path: string, body?: unknown): Promise<Response | null> {
    const headers: Record<string, string> = {}
    if (body) headers['Content-Type'] = 'application/json'
    if (path) headers.Authorization = `Bearer ${this.#secret}`
    const init = { method, headers, body: body ? JSON.stringify(body) : undefined, credentials: 'omit' as const }
    return fetch(`${this.base}/api/v1/chat${path}`, init).catch(() => null)
  }

  /** One after the other; each is sent until the server has it. */
  async #send() {
    if (this.#sending) return
    this.#sending = true
    const turn = this.#turn
    let retry_ms = RETRY_FIRST_MS
    for (let next = this.unsent[0]; next && turn === this.#turn && this.#id; next = this.unsent[0]) {
      const response = await this.#fetch('POST', `/${this.#id}/messages`, next)
      const again = !response || response.status === 429 || response.status >= 500
      if (again) {
        this.trouble = response?.status === 429 ? 'slow' : 'lost'
        this.changed()
        const told_s = Number(response?.headers.get('retry-after'))
        await pause(told_s > 0 ? told_s * 1_000 : retry_ms)
        retry_ms = Math.min(retry_ms * 2, RETRY_MAX_MS)
        continue
      }
      retry_ms = RETRY_FIRST_MS
      if (this.trouble === 'slow') this.trouble = null
      this.unsent = this.unsent.filter((one) => one !== next)
      this.#keep()
      if (response.ok) {
        const { seq } = (await response.json()) as { seq: number }
        const at = new Date().toISOString()
        this.#take([{ seq, from: 'visitor', text: next.text, at, language: 'en' }])
      }
      this.changed()
    }
    this.#sending = false
  }

  /** Numbers count without gaps; what came twice is the same. */
  #take(items: Message[]) {
    const known = new Set(this.messages.map((message) => message.seq))
    this.messages = [...this.messages, ...items.filter((item) => !known.has(item.seq))].sort((a, b) => a.seq - b.seq)
  }

  /** The last number up to which nothing is missing: one's own message may have overtaken others. */
  get #read_up_to(): number {
    let last = 0
    for (const message of this.messages) if (message.seq === last + 1) last = message.seq
    return last
  }

  async #read(turn: number) {
    let retry_ms = RETRY_FIRST_MS
    while (turn === this.#turn && this.#id) {
      const seen = this.#version === null ? '&wait_s=0' : `&wait_s=${WAIT_S}&seen=${this.#version}`
      const response = await this.#fetch('GET', `/${this.#id}/messages?after=${this.#read_up_to}${seen}`)
      if (turn !== this.#turn) return
      if (response && [401, 404].includes(response.status)) {
        this.state = 'ended'
        this.#forget()
        return this.changed()
      }
      if (!response?.ok) {
        this.trouble = 'lost'
        this.changed()
        await pause(retry_ms)
        retry_ms = Math.min(retry_ms * 2, RETRY_MAX_MS)
        continue
      }
      retry_ms = RETRY_FIRST_MS
      const news = (await response.json()) as News
      this.#version = news.version
      this.#take(news.items)
      this.state = news.state
      this.agent = news.agent ?? ''
      this.typing = news.typing
      if (this.trouble === 'lost') this.trouble = null
      if (this.state === 'ended') this.#forget()
      this.changed()
    }
  }
}
