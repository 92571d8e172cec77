// The chat widget: <script src="https://HOST/chat/widget.js" data-bot="BOT" data-language="pl" async></script>
// Everything lives in a shadow root, so neither the page's styles nor ours reach each other.

import { Chat, type Message } from './chat'
import { STYLE } from './style'
import { fill, languageOf, WORDS } from './words'

const MESSAGE_MAX_CHARS = 1000
/** This near to the end counts as reading along. */
const NEAR_PX = 60

const script = document.currentScript as HTMLScriptElement
const { bot, language: asked, name, contact } = script.dataset
const base = new URL(script.src).origin
const language = languageOf(asked) ?? languageOf(document.documentElement.lang) ?? languageOf(navigator.language) ?? 'en'
const w = WORDS[language]
/** The window was open before the page loaded anew. */
const OPEN = `duet-chat-open ${base} ${bot ?? ''}`

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  set: Record<string, string> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [key, value] of Object.entries(set)) element.setAttribute(key, value)
  element.append(...inside)
  return element
}

const badge = make('span', { class: 'badge', hidden: '' })
const launch = make('button', { class: 'launch', type: 'button', 'aria-haspopup': 'dialog' }, w.open, badge)
const state = make('p', { class: 'state', role: 'status' })
const close = make('button', { class: 'close', type: 'button', 'aria-label': w.close }, '×')
const log = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': w.title, tabindex: '0' })
const typing = make('div', { class: 'typing', 'aria-hidden': 'true' })
const trouble = make('p', { class: 'trouble', role: 'alert', hidden: '' })
const field = make('textarea', { maxlength: String(MESSAGE_MAX_CHARS), 'aria-label': w.label, placeholder: w.label, rows: '2' })
const send = make('button', { class: 'send' }, w.send)
const person = make('button', { type: 'button', class: 'person' }, w.person)
const end = make('button', { type: 'button', class: 'end' }, w.end)
const form = make('form', {}, make('div', { class: 'entry' }, field, send), make('div', { class: 'more' }, person, end))
const again = make('button', { type: 'button', class: 'send' }, w.again)
const over = make('div', { class: 'over', hidden: '' }, again)
const header = make('header', {}, make('div', {}, make('h2', {}, w.title), state), close)
const panel = make('section', { class: 'panel', role: 'dialog', 'aria-label': w.title, hidden: '' }, header, log, typing, trouble, form, over)

const host = make('div', { lang: language })
const root = host.attachShadow({ mode: 'open' })
const sheet = new CSSStyleSheet()
sheet.replaceSync(STYLE)
root.adoptedStyleSheets = [sheet]
root.append(launch, panel)

const wanted = { bot, language: asked ? language : undefined, name, contact }
const chat = new Chat(base, wanted, paint)
/** Rows on the screen, by what they show. */
const rows = new Map<string, HTMLElement>()
let read = 0
/** What the page before has shown is not new. */
let resumed = false

function row(key: string, from: Message['from'], who: string, text: string, first: boolean, at?: string): HTMLElement {
  const known = rows.get(key)
  if (known) return known
  if (from === 'notice') {
    const notice = make('p', { class: 'row notice first' }, text)
    rows.set(key, notice)
    return notice
  }
  // Whose words they are is heard with each message, and seen with the first of several.
  const label = make('span', { class: first && from !== 'visitor' ? 'who' : 'hidden' }, who)
  const made = make('div', { class: `row ${from}${first ? ' first' : ''}` }, label, make('div', { class: 'text' }, text))
  if (at) made.title = new Date(at).toLocaleTimeString(language)
  rows.set(key, made)
  return made
}

function paintLog() {
  const along = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX
  const shown: HTMLElement[] = []
  let before = ''
  for (const { seq, from, name, text, at, language } of chat.messages) {
    const who = from === 'visitor' ? w.you : from === 'agent' ? (name ?? '') : w.bot
    const made = row(`${seq}`, from, who, text, before !== from + who, at)
    made.lang = from === 'visitor' ? '' : language
    before = from + who
    shown.push(made)
  }
  for (const { key, text } of chat.unsent) {
    const made = row(key, 'visitor', w.you, text, before !== `visitor${w.you}`)
    made.classList.add('unsent')
    before = `visitor${w.you}`
    shown.push(made)
  }
  for (const [key, old] of rows) {
    if (shown.includes(old)) continue
    old.remove()
    rows.delete(key)
  }
  // Only what is new is added: a screen reader reads that, and no more.
  shown.forEach((made, n) => {
    if (log.children[n] !== made) log.insertBefore(made, log.children[n] ?? null)
  })
  if (along) log.scrollTop = log.scrollHeight
}

function paintTyping() {
  typing.replaceChildren()
  if (!chat.typing || chat.state === 'ended') return
  const who = chat.state === 'agent' ? chat.agent : w.bot
  typing.append(make('i'), make('i'), make('i'), fill(w.writes, who))
}

function paint() {
  paintLog()
  paintTyping()
  const ended = chat.state === 'ended'
  const failed = chat.trouble === 'full' || chat.trouble === 'off'
  const stands = { bot: w.machine, waiting: w.waiting, agent: fill(w.withAgent, chat.agent), ended: w.over }[chat.state]
  // A status that is set anew is read anew.
  if (state.textContent !== stands) state.textContent = stands
  state.classList.toggle('person', chat.state === 'agent')
  trouble.hidden = !chat.trouble
  const words = chat.trouble ? w[chat.trouble] : ''
  if (trouble.textContent !== words) trouble.textContent = words
  form.hidden = ended || failed
  over.hidden = !form.hidden
  again.textContent = failed ? w.retry : w.again
  person.hidden = chat.state !== 'bot'
  const news = chat.messages.filter((message) => message.from !== 'visitor').length
  if (!panel.hidden || (resumed && news > 0)) {
    read = news
    resumed = false
  }
  badge.hidden = news <= read
  badge.textContent = fill(w.unread, String(news - read))
}

function remember(open: boolean) {
  try {
    if (open) sessionStorage.setItem(OPEN, 'yes')
    else sessionStorage.removeItem(OPEN)
  } catch {
    // Then it is closed after a reload.
  }
}

function show(open: boolean) {
  panel.hidden = !open
  launch.hidden = open
  remember(open)
  if (!open) return launch.focus()
  if (!chat.begun && chat.state !== 'ended') void chat.begin()
  paint()
  log.scrollTop = log.scrollHeight
  if (!form.hidden) field.focus()
}

function say(text: string) {
  if (!text.trim() || chat.state === 'ended') return
  chat.say(text.trim())
  log.scrollTop = log.scrollHeight
  field.focus()
}

launch.onclick = () => show(true)
close.onclick = () => show(false)
panel.onkeydown = (event) => {
  if (event.key === 'Escape') show(false)
}
form.onsubmit = (event) => {
  event.preventDefault()
  say(field.value)
  field.value = ''
}
field.onkeydown = (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  form.requestSubmit()
}
person.onclick = () => say(w.personWish)
end.onclick = () => void chat.leave()
again.onclick = () => {
  void chat.begin()
  paint()
  field.focus()
}

function mount() {
  document.body.append(host)
  const open = sessionStorage.getItem(OPEN) === 'yes'
  resumed = chat.resume()
  if (open && chat.begun) show(true)
}

if (document.body) mount()
else document.addEventListener('DOMContentLoaded', mount)
