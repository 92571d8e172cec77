// What passes over /desk/ws; the server's side is src/desk/protocol.rs. Moments are ms since the
// Unix epoch by the server's clock.

export type Language = 'pl' | 'ro' | 'en'

export type Presence =
  | { state: 'offline' }
  | { state: 'available' }
  | { state: 'ringing'; call_id: string; until: number }
  | { state: 'on_call'; call_id: string }
  | { state: 'wrap_up'; call_id: string; until: number }
  | { state: 'paused'; reason: string }

/** A presence that an agent may choose. */
export type Choice = { state: 'offline' } | { state: 'available' } | { state: 'paused'; reason: string }

export type Stage = 'offered' | 'ringing' | 'bridged' | 'ended'

export interface Line {
  at: number
  speaker: 'caller' | 'bot' | 'agent'
  agent: string | null
  /** Who typed what the bot said, when somebody did. */
  typed_by: string | null
  text: string
  /** The beginning that the caller heard; null when all was heard. */
  heard: string | null
  language: Language
  heard_fraction: number
  confidence: number | null
}

export interface Fact {
  name: string
  value: string
  verified: boolean
}

export interface Signal {
  kind: string
  strength: number
  threshold: number
  evidence: string
}

/** The summary in a language model's words. */
export interface Worded {
  text: string
  model: string
}

/** The story in one language, of facts alone. */
export interface Brief {
  why: string | null
  /** Two or three lines. */
  summary: string[]
  /** The whole of it, in order. */
  steps: string[]
  /** What topics and facts are called. */
  names: Record<string, string>
}

/** How the caller talks with us. */
export type Channel = 'voice' | 'chat'

export interface Card {
  call_id: string
  channel: Channel
  caller: string
  caller_name: string | null
  bot: string
  queue: string | null
  topic: string | null
  signals: Signal[]
  worded: Worded | null
  briefs: Record<Language, Brief>
  /** What the bot promised, as it was said. */
  promised: string[]
  /** What the agent may say first, in the caller's language. */
  opening: string
  facts: Fact[]
  language: Language | null
  waiting_since: number | null
  waited_ms: number
  transcript: Line[]
  continue_at: number | null
  /** Whether the story was right, by the agent. */
  summary_right: boolean | null
  bridged_at: number | null
}

export interface Person {
  id: string
  name: string
}

/** Who hears whom: caller and agent; the caller with music; three at the table. */
export type Seating = 'talking' | 'held' | 'ringing' | 'consulting' | 'conference'

export type Refusal = 'busy' | 'declined' | 'no_answer' | 'unreachable'

export interface Table {
  seating: Seating
  since: number
  /** Who has the caller. */
  agent: Person
  /** Who is asked, or talks too. */
  colleague: Person | null
  /** Who was asked last and did not come. */
  refused: { colleague: Person; refusal: Refusal } | null
}

export interface Colleague {
  id: string
  name: string
  queues: string[]
  languages: Language[]
  state: Presence['state']
  reason: string | null
  since: number
  free: boolean
}

export type TransferTo = { agent: string } | { queue: string }

export type Command =
  | { do: 'hold' }
  | { do: 'retrieve' }
  | { do: 'transfer'; to: TransferTo; note: string }
  | { do: 'consult'; colleague: string }
  | { do: 'complete_transfer' }
  | { do: 'conference' }
  | { do: 'end_consult' }
  | { do: 'press_keys'; keys: string }
  | { do: 'end' }
  | { do: 'back_to_bot'; note: string }

export type Sign = 'anger' | 'frustration' | 'distress' | 'unsure' | 'loop' | 'deaf' | 'wait' | 'hold'

/** One live call, as a supervisor sees it. */
export interface WallCall {
  call_id: string
  channel: Channel
  caller: string
  caller_name: string | null
  bot: string
  since: number
  holder: 'bot' | 'queue' | 'person'
  holder_since: number
  table: Table | null
  /** Whose phone rings for it. */
  offered: Person | null
  language: Language | null
  topic: string | null
  topic_names: Partial<Record<Language, string>>
  queue: string | null
  /** Why a person was called. */
  signals: Signal[]
  /** 0..1 */
  risk: number
  reasons: { sign: Sign; strength: number }[]
  proposal: Proposal | null
}

/** A reply of the bot that waits for a person. */
export interface Proposal {
  id: number
  topic: string | null
  text: string
  since: number
  /** Then it waits no longer. */
  until: number
}

export type Rule = { do: 'approve' } | { do: 'edit'; text: string } | { do: 'deny'; reason: string }

/** What whoever looks on does to a call of the bot. */
export type Hand =
  | { do: 'steer'; text: string }
  | { do: 'fact'; slot: string; value: string }
  | { do: 'rule'; id: number; rule: Rule }
  | { do: 'take_over' }

/** A value that a topic collects. */
export interface SlotView {
  name: string
  titles: Partial<Record<Language, string>>
}

/** Help beside the conversation. */
export type Advice =
  | { of: 'passage'; article: string; title: string; heading: string; text: string }
  | { of: 'next_step'; topic: string; slot: SlotView; ask: string; then: SlotView[] }
  | { of: 'promise'; phrase: string; said: string }

export interface AssistCard {
  id: number
  at: number
  advice: Advice
}

export type AssistReply = { do: 'dismiss' } | { do: 'judge'; useful: boolean }

export interface WallAgent {
  id: string
  name: string
  presence: Presence
  since: number
  queues: string[]
  languages: Language[]
}

/** What was made of the caller's words. */
export type Judgement =
  | { of: 'meaning'; at: number; turn: number; topic: string | null; confidence: number }
  | {
      of: 'tone'
      at: number
      turn: number
      anger: number
      frustration: number
      sarcasm: number
      distress: number
      joy: number
    }

export type Outcome =
  | 'resolved'
  | 'handed_over'
  | 'abandoned'
  | 'not_answered'
  | 'callback_promised'
  | 'message_left'
  | 'text_sent'
  | 'failed'
  | 'node_lost'

/** An earlier call of the same number. */
export interface EarlierCall {
  call_id: string
  at: number
  lasted_ms: number | null
  topic: string | null
  /** null while it lives. */
  outcome: Outcome | null
  agent: string | null
  wrap_up_code: string | null
  note: string
  language: Language | null
  /** Without steps. */
  briefs: Record<Language, Brief>
  facts: Fact[]
}

export interface Earlier {
  /** False when the number is hidden. */
  known: boolean
  calls: EarlierCall[]
  more: boolean
}

export interface Whoami {
  id: string
  name: string
  queues: string[]
  languages: Language[]
  sip_uri: string | null
  /** May open the wall. */
  supervises: boolean
}

export interface QueueView {
  name: string
  waiting: number
  oldest: number | null
  available: number
  logged_in: number
}

/** A message that a caller left and nobody has seen to. */
export interface Voicemail {
  id: string
  call_id: string
  queue: string
  number: string
  name: string | null
  /** Of the call. */
  language: Language
  at: number
  length_ms: number
  words:
    | { state: 'pending' }
    | { state: 'written'; text: string; language: Language; confidence: number }
    | { state: 'failed' }
}

export type Withdrawal = 'caller_left' | 'not_needed' | 'declined' | 'missed' | 'phone_busy' | 'phone_unreachable'

export type FromServer =
  | { type: 'hello'; agent: Whoami; wrap_up_codes: string[]; pause_reasons: string[]; now: number }
  | { type: 'presence'; presence: Presence; since: number; next: Choice | null }
  | { type: 'phone'; phone: string | null }
  | { type: 'phone_answer'; phone: string; sdp: string }
  | { type: 'queues'; queues: QueueView[] }
  | { type: 'voicemails'; voicemails: Voicemail[] }
  | { type: 'card'; card: Card; stage: Stage; note: string; table: Table | null; asked_by: Person | null }
  | { type: 'table'; call_id: string; table: Table | null }
  | ({ type: 'earlier'; call_id: string } & Earlier)
  | { type: 'colleagues'; colleagues: Colleague[]; queues: QueueView[] }
  | { type: 'wall'; calls: WallCall[]; gone: string[]; agents: WallAgent[] | null; queues: QueueView[] | null }
  | { type: 'watched'; card: Card; table: Table | null; judgements: Judgement[] }
  | { type: 'judged'; call_id: string; judgement: Judgement }
  | { type: 'slots'; call_id: string; slots: SlotView[] }
  | { type: 'fact_unused'; call_id: string; slot: string; value: string }
  | { type: 'watchers'; call_id: string; watchers: Person[] }
  | { type: 'assist'; call_id: string; card: AssistCard }
  | { type: 'line'; call_id: string; line: Line }
  | { type: 'fact'; call_id: string; fact: Fact }
  | { type: 'worded'; call_id: string; worded: Worded }
  | { type: 'call_state'; call_id: string; stage: Stage; at: number }
  | { type: 'card_withdrawn'; call_id: string; why: Withdrawal }
  | { type: 'note_saved'; call_id: string }
  | { type: 'wrap_up_saved'; call_id: string }
  | { type: 'error'; code: string; detail: string }
  | { type: 'pong' }

export type ToServer =
  | { type: 'set_presence'; presence: Choice }
  | { type: 'card_shown'; call_id: string }
  | { type: 'decline'; call_id: string }
  | { type: 'phone'; phone: string; sdp: string }
  | { type: 'put_away_phone'; phone: string }
  | { type: 'answer'; call_id: string }
  | { type: 'hang_up'; call_id: string }
  | { type: 'write'; call_id: string; text: string }
  | { type: 'writing'; call_id: string }
  | { type: 'note'; call_id: string; text: string }
  | { type: 'judge_summary'; call_id: string; right: boolean }
  | { type: 'wrap_up'; call_id: string; code: string; note: string }
  | { type: 'earlier'; call_id: string }
  | { type: 'command'; call_id: string; command: Command }
  | { type: 'open_wall' }
  | { type: 'close_wall' }
  | { type: 'watch'; call_id: string }
  | { type: 'end_watch' }
  | { type: 'supervise'; call_id: string; hand: Hand }
  | { type: 'assist'; call_id: string; id: number; reply: AssistReply }
  | { type: 'voicemail_done'; id: string }
  | { type: 'ping' }
