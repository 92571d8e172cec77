//! ◆ What passes over `/desk/ws`: one JSON object a message, told apart by `type`.
//!
//! Moments are ms since the Unix epoch by the server's clock; `hello.now` lets the browser find
//! the difference to its own. After a reconnect the server sends `hello`, then the card if there is
//! one: the browser keeps nothing that it cannot lose.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::colleagues::Colleague;
use super::earlier::EarlierCall;
use super::floor::{CardStage, Withdrawal};
use super::notice::AgentCommand;
use super::pop::{Fact, ScreenPop, Worded};
use super::roster::{Choice, Presence};
use super::table::{Person, TableView};
use super::voicemail::VoicemailView;
use super::wall::{Judgement, WallAgent, WallCall};
use crate::language::Language;
use crate::record::CallId;
use crate::record::transcript::Line;
use crate::time::At;
use serde::{Deserialize, Serialize};

/// Longest note, in characters; also what one message may hold.
pub const NOTE_MAX_CHARS: usize = 4_000;
/// Largest message from a browser.
pub const MESSAGE_MAX_BYTES: usize = 32 * 1024;

/// From the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToBrowser {
    /// First message of every connection.
    Hello {
        agent: Whoami,
        wrap_up_codes: Vec<String>,
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
        /// There are older ones still.
        more: bool,
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
    CallState {
        call_id: CallId,
        stage: CardStage,
        at: At,
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
    /// `no_such_message`.
    Error {
        code: String,
        detail: String,
    },
    Pong,
}

/// The agent as the page shows one.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
        code: String,
        note: String,
    },
    /// Who called before.
    Earlier {
        call_id: CallId,
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
    /// Somebody has seen to this message.
    VoicemailDone {
        id: String,
    },
    Ping,
}
