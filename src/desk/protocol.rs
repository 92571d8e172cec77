//! ◆ What passes over `/desk/ws`: one JSON object a message, told apart by `type`.
//!
//! Moments are ms since the Unix epoch by the server's clock; `hello.now` lets the browser find
//! the difference to its own. After a reconnect the server sends `hello`, then the card if there is
//! one: the browser keeps nothing that it cannot lose.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::after_view::AfterCallView;
use super::assist::{AssistCard, AssistReply, SlotView};
use super::colleagues::Colleague;
use super::earlier::EarlierCall;
use super::floor::{CardStage, Withdrawal};
use super::follow_up::{FollowUpView, Wish};
use super::notice::{AgentCommand, Ear, Rule};
use super::pop::{Fact, ScreenPop, Worded};
use super::roster::{Choice, Presence};
use super::table::{Person, TableView};
use super::voicemail::VoicemailView;
use super::wall::{Judgement, WallAgent, WallCall};
use crate::language::Language;
use crate::record::CallId;
use crate::record::after::BotJudgement;
use crate::record::letter::Letter;
use crate::record::transcript::Line;
use crate::time::At;
use serde::{Deserialize, Serialize};

/// Longest note, in characters; also what one message may hold.
pub const NOTE_MAX_CHARS: usize = 4_000;
/// Longest line for the bot to say, in characters.
pub const SPOKEN_MAX_CHARS: usize = 400;
/// Longest message of an agent to a visitor, in characters.
pub const WRITTEN_MAX_CHARS: usize = 2_000;
/// Largest message from a browser.
pub const MESSAGE_MAX_BYTES: usize = 32 * 1024;

/// From the server.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToBrowser {
    /// First message of every connection.
    Hello {
        agent: Whoami,
        pause_reasons: Vec<String>,
        now: At,
    },
    /// What the agent is doing now, and since when.
    Presence {
        presence: Presence,
        since: At,
        /// What was chosen during a call and begins after it.
        next: Option<Choice>,
    },
    /// Which page of the agent has the telephone, by the id that it chose; none where calls go to the phone of
    /// the desk, or nowhere.
    Phone {
        phone: Option<String>,
    },
    /// The server's answer to a page's telephone: an SDP answer.
    PhoneAnswer {
        phone: String,
        sdp: String,
    },
    /// How busy the agent's queues are.
    Queues {
        queues: Vec<QueueView>,
    },
    /// A call for this agent; replaces what is known of it.
    Card {
        card: Box<ScreenPop>,
        stage: CardStage,
        /// What the agent wrote so far.
        note: String,
        table: Option<Box<TableView>>,
        /// The agent who has the call and asks this one about it.
        asked_by: Option<Person>,
    },
    /// Who is on the call now; nobody when it waits or is with the bot.
    Table {
        call_id: CallId,
        table: Option<Box<TableView>>,
    },
    /// Earlier calls of the same number, newest first, as asked for.
    Earlier {
        call_id: CallId,
        /// False when the number is hidden: nothing is looked up.
        known: bool,
        calls: Vec<EarlierCall>,
        /// What the same customer wrote, or was written to, outside of calls; newest first.
        letters: Vec<Letter>,
        /// There are older ones still.
        more: bool,
    },
    /// The customer of the call on the card wrote, or was written to, just now.
    Letter {
        call_id: CallId,
        letter: Letter,
    },
    /// Whom an agent who talks may ask, or pass the call to.
    Colleagues {
        colleagues: Vec<Colleague>,
        queues: Vec<QueueView>,
    },
    /// One more sentence of the call on the card; belongs where its `at` puts it.
    Line {
        call_id: CallId,
        line: Line,
    },
    /// A fact that was found after the card was sent.
    Fact {
        call_id: CallId,
        fact: Fact,
    },
    /// The summary in a language model's words, when it comes after the card.
    Worded {
        call_id: CallId,
        worded: Worded,
    },
    /// The open messages of the agent's queues, newest first; for supervisors those of every queue.
    Voicemails {
        voicemails: Vec<VoicemailView>,
    },
    /// The open tasks of the agent and the queues, what is due first on top; for supervisors those of everybody.
    FollowUps {
        follow_ups: Vec<FollowUpView>,
    },
    /// The calls of the number that a task is about, newest first, as asked for.
    FollowUpCalls {
        id: String,
        /// The call after which it was set.
        call_id: CallId,
        calls: Vec<EarlierCall>,
        more: bool,
    },
    /// What has changed on the wall; the first one has everything. Queues and agents come whole or not at all.
    Wall {
        calls: Vec<WallCall>,
        gone: Vec<CallId>,
        agents: Option<Vec<WallAgent>>,
        queues: Option<Vec<QueueView>>,
    },
    /// A call that is watched, so far. Lines, facts, judgements and `call_state` follow.
    Watched {
        card: Box<ScreenPop>,
        table: Option<Box<TableView>>,
        judgements: Vec<Judgement>,
    },
    /// What was made of the caller's last words.
    Judged {
        call_id: CallId,
        judgement: Judgement,
    },
    /// What the topic of a watched call collects: facts that may be given.
    Slots {
        call_id: CallId,
        slots: Vec<SlotView>,
    },
    /// A fact that was given to a watched call fits nothing there.
    FactUnused {
        call_id: CallId,
        slot: String,
        value: String,
    },
    /// Help beside the conversation.
    Assist {
        call_id: CallId,
        card: AssistCard,
    },
    /// Who watches the call on the card, now; which of them listen, and who of these speaks to the agent.
    Watchers {
        call_id: CallId,
        watchers: Vec<Person>,
        listening: Vec<String>,
        whispering: Vec<String>,
    },
    /// How this page hears the watched call from now on.
    Ear {
        call_id: CallId,
        ear: Ear,
    },
    CallState {
        call_id: CallId,
        stage: CardStage,
        at: At,
    },
    /// What the page needs for after-call work; again when something of it has changed.
    AfterCall {
        call_id: CallId,
        after: Box<AfterCallView>,
    },
    CardWithdrawn {
        call_id: CallId,
        why: Withdrawal,
    },
    NoteSaved {
        call_id: CallId,
    },
    WrapUpSaved {
        call_id: CallId,
    },
    /// A message of the browser was refused. `code`: `bad_message`, `not_your_call`, `not_saved`,
    /// `not_read`, `not_allowed`, `no_such_call`, `not_available`, `already_asking`, `nobody_asked`,
    /// `too_late`, `not_with_bot`, `no_phone`, `phone_refused`, `no_such_message`, `no_more_time`,
    /// `no_such_task`, `no_ring_back`, `bad_time`, `not_for_chats`, `not_sent`, `nobody_to_whisper_to`.
    Error {
        code: String,
        detail: String,
    },
    Pong,
}

/// The agent as the page shows one.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Whoami {
    pub id: String,
    pub name: String,
    pub queues: Vec<String>,
    pub languages: Vec<Language>,
    /// Without a phone no call is offered.
    pub sip_uri: Option<String>,
    /// May open the wall.
    pub supervises: bool,
}

/// One queue at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QueueView {
    pub name: String,
    pub waiting: usize,
    /// Since when the first of them waits.
    pub oldest: Option<At>,
    pub available: usize,
    /// Not offline.
    pub logged_in: usize,
}

/// From the browser.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromBrowser {
    SetPresence {
        presence: Choice,
    },
    /// The card is on the screen.
    CardShown {
        call_id: CallId,
    },
    Decline {
        call_id: CallId,
    },
    /// This page's telephone: an id of its own choice, an SDP offer with Opus. It takes the place of another page's.
    Phone {
        phone: String,
        sdp: String,
    },
    /// Calls go to the phone of the desk again.
    PutAwayPhone {
        phone: String,
    },
    /// Takes the call on this page's telephone, or the chat on this page.
    Answer {
        call_id: CallId,
    },
    HangUp {
        call_id: CallId,
    },
    /// To the visitor of the chat on the card.
    Write {
        call_id: CallId,
        text: String,
    },
    /// Something is being written; sent at most every few seconds.
    Writing {
        call_id: CallId,
    },
    /// The draft of the wrap-up note, sent at pauses in typing.
    Note {
        call_id: CallId,
        text: String,
    },
    /// Whether the summary of the card was right.
    JudgeSummary {
        call_id: CallId,
        right: bool,
    },
    WrapUp {
        call_id: CallId,
        /// None only where the queue wants none.
        code: Option<String>,
        note: String,
    },
    /// What the agent tells the bot.
    JudgeBot {
        call_id: CallId,
        judgement: BotJudgement,
    },
    /// More time for the wrap-up.
    Extend {
        call_id: CallId,
    },
    /// Who called before.
    Earlier {
        call_id: CallId,
    },
    /// What the agent thinks of a card beside the conversation.
    Assist {
        call_id: CallId,
        id: u32,
        reply: AssistReply,
    },
    /// Hold, ask a colleague, pass on, back to the bot.
    Command {
        call_id: CallId,
        command: AgentCommand,
    },
    /// Supervisors: every live call. It stays open until it is closed or the tab is.
    OpenWall,
    CloseWall,
    /// Supervisors, on the wall: every word of this call; of one at a time.
    Watch {
        call_id: CallId,
    },
    EndWatch,
    /// Supervisors, on the wall: a hand in a call of the bot.
    Supervise {
        call_id: CallId,
        hand: Hand,
    },
    /// What is to follow the call.
    FollowUp {
        call_id: CallId,
        wish: Wish,
    },
    /// Somebody has done this task.
    FollowUpDone {
        id: String,
    },
    /// What was before and after the call of this task.
    FollowUpCalls {
        id: String,
    },
    /// Somebody has seen to this message.
    VoicemailDone {
        id: String,
    },
    Ping,
}

/// What whoever looks on does to a call of the bot. All but `rule` need the call to be watched.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Hand {
    /// The bot says this at the next gap, in the language of the call.
    Steer { text: String },
    /// The bot need not ask for this.
    Fact { slot: String, value: String },
    /// On the reply of that number, which waits.
    Rule { id: u32, rule: Rule },
    /// The bot lets go of the caller, and this person's phone rings.
    TakeOver,
    /// Hears the call in this browser, or does not any more; also when a person has it.
    Ear { ear: Ear },
}

impl Hand {
    /// The same with texts of a bearable length; `None` where one is missing.
    pub fn bounded(self) -> Option<Hand> {
        let short = |text: String| -> String { text.trim().chars().take(SPOKEN_MAX_CHARS).collect() };
        let hand = match self {
            Hand::Steer { text } => Hand::Steer { text: short(text) },
            Hand::Fact { slot, value } => Hand::Fact { slot, value: short(value) },
            Hand::Rule { id, rule: Rule::Edit { text } } => {
                Hand::Rule { id, rule: Rule::Edit { text: short(text) } }
            }
            Hand::Rule { id, rule: Rule::Deny { reason } } => {
                Hand::Rule { id, rule: Rule::Deny { reason: short(reason) } }
            }
            hand => hand,
        };
        let missing = match &hand {
            Hand::Steer { text } | Hand::Rule { rule: Rule::Edit { text }, .. } => text.is_empty(),
            Hand::Fact { value, .. } => value.is_empty(),
            _ => false,
        };
        (!missing).then_some(hand)
    }
}
