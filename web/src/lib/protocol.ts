// What passes over /desk/ws, under the names that the page has for it. Made from the server's types, src/desk/protocol.rs.
// Moments are ms since the Unix epoch by the server's clock.

import type { ToBrowser } from './api'

export type {
  AfterCallView as AfterCall,
  AgentCommand as Command,
  AgentRefusal as Refusal,
  AssistCard,
  AssistReply,
  BotJudgement,
  Brief,
  CardStage as Stage,
  Channel,
  Choice,
  Colleague,
  Ear,
  EarlierCall,
  Fact,
  FollowUpView as FollowUp,
  FromBrowser as ToServer,
  Hand,
  Help as Advice,
  Judgement,
  Language,
  Letter,
  Line,
  Outcome,
  Person,
  Presence,
  Proposed as Proposal,
  QueueView,
  Rule,
  ScreenPop as Card,
  Seating,
  Sign,
  Signal,
  SlotView,
  TableView as Table,
  ToBrowser as FromServer,
  TransferTo,
  VoicemailView as Voicemail,
  WallAgent,
  WallCall,
  Whoami,
  Wish,
  Withdrawal,
  Worded,
} from './api'

/** The calls of the number that a task is about. */
export type FollowUpCalls = Extract<ToBrowser, { type: 'follow_up_calls' }>

/** Who called before. */
export type Earlier = Extract<ToBrowser, { type: 'earlier' }>
