//! ◆ What the dialog is told and what it wants done.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::hear::Hint;
use crate::language::Language;
use crate::record::event::{Event, Signal};
use crate::time::At;
use crate::understand::Meaning;
use serde_json::Value;
use std::time::Duration;

/// What happened, as far as the dialog cares.
#[derive(Debug, Clone, PartialEq)]
pub enum DialogInput {
    /// The call was answered: greet.
    Start,
    /// The call was answered, but the node has no time for a conversation: greet and ask for a person.
    StartForPerson,
    /// The caller said something. `meaning` is `None` when understanding failed or was too late:
    /// rules (a person, yes/no, digits) still work. `confidence` is the recogniser's.
    Heard { turn: u32, text: String, language: Language, confidence: f32, meaning: Option<Meaning> },
    /// Keys that form a complete entry by the rules of the last `Expect`.
    Digits { turn: u32, digits: String },
    /// There was a voice, but no words came out of it.
    Unclear { turn: u32 },
    /// The caller said nothing for `Expect::silence_ms` after the bot had finished.
    Silence,
    /// An action of `Act::Run` ended; `Err` says for the operator what went wrong.
    ActionDone { id: u32, result: Result<Value, String> },
    /// What became of the reply of `Act::Propose`.
    Ruled { id: u32, verdict: Verdict },
    /// Somebody who watches knows the value of a slot.
    FactGiven { slot: String, text: String },
    /// Everything said since the last input was played or interrupted.
    Spoken,
    /// The caller took the floor before these were heard to their end; what the caller says follows.
    Cut { unheard: Vec<Unheard> },
    /// Nobody took the call; the caller is with the bot again. `why`: `nobody_available`,
    /// `agents_busy`, `agent_left`, `agent_done` (given back by the agent), `changed_mind` (the caller),
    /// `callback_failed`, `message_failed`, `message_empty`, `text_failed`, `takeover_failed` (whoever wanted the call did
    /// not come).
    BackFromQueue { why: String },
    /// What the waiting caller chose needs a number first.
    NumberWanted { wish: WaitingWish },
    /// The caller spoke `times` in a row and was not heard, although hearing was started anew.
    Deaf { times: u32 },
    /// An engine failed `times` in a row: `hear`, `understand`, `speak`.
    EngineFailed { stage: String, times: u32 },
}

/// A reply that a person reads before the caller hears it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Counts within the call.
    pub id: u32,
    pub topic: Option<String>,
    /// Prompt and text of each.
    pub sentences: Vec<(String, String)>,
    pub language: Language,
    /// Longest wait for the person.
    pub wait: Duration,
}

impl Proposal {
    /// As it is read.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.sentences.iter().map(|(_, text)| text.as_str()).collect();
        texts.join(" ")
    }
}

/// What became of a reply that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Approved,
    /// Other words were said in its place.
    Edited,
    Denied {
        /// As they are called.
        by: String,
        reason: String,
    },
    TimedOut,
    /// There is nobody to rule.
    Nobody,
}

/// A prompt that the caller did not hear to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheard {
    pub prompt: String,
    /// Its text from the beginning of the sentence that was cut.
    pub rest: String,
    /// Something of it was heard.
    pub begun: bool,
}

/// What the dialog wants done, carried out in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Say this sentence (plain text, already filled in). `interruptible` is false for sentences the
    /// law wants heard.
    Say { prompt: String, text: String, language: Language, interruptible: bool },
    /// A person reads this before it is said; `Ruled` with the same id follows.
    Propose(Proposal),
    /// Run an action; `ActionDone` with the same id follows. `cover` is said if it takes long.
    Run { id: u32, action: ActionCall, cover: String },
    /// From now on recognise and speak this language.
    SwitchLanguage { language: Language },
    /// The bot has finished; it is the caller's turn.
    Listen { expect: Expect },
    /// Hand over to a person. The announcement was a `Say` before it.
    Escalate(Escalation),
    /// A person is wanted at a time when none is there; what can be had instead was said before it.
    TurnAway(Escalation),
    /// The bot ends the call once everything is said. `resolved`: the caller's business is done.
    HangUp { resolved: bool },
    /// Goes into the record as it is.
    Record(Event),
}

/// What kind of answer is expected; steers recognition, end of turn and keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ExpectKind {
    #[default]
    Open,
    YesNo,
    /// Number of digits.
    Digits {
        min: usize,
        max: usize,
    },
    /// Names of the options, in the language spoken.
    Choice(Vec<String>),
}

/// What the dialog expects next.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    pub kind: ExpectKind,
    pub hint: Hint,
    /// Silence after which `DialogInput::Silence` comes, ms.
    pub silence_ms: u64,
    /// Digits of the number asked for that are known already: it comes in pieces.
    pub digits_so_far: usize,
}

impl PartialEq for Expect {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.silence_ms == other.silence_ms
    }
}

/// One HTTP call, filled in and typed; secrets are names of environment variables until it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionCall {
    /// Name in the bot's files, for record and metrics.
    pub name: String,
    pub method: String,
    pub url: String,
    /// Values may contain `${env:NAME}`.
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
    pub timeout_ms: u64,
    /// Statuses that are an answer and not a failure, beside 2xx: 404 becomes `null`.
    pub null_on: Vec<u16>,
}

/// The decision to hand over, ready for queue and desk.
#[derive(Debug, Clone, PartialEq)]
pub struct Escalation {
    pub turn: u32,
    pub queue: String,
    pub topic: Option<String>,
    pub language: Language,
    pub signals: Vec<Signal>,
    /// One sentence for the agent.
    pub why: String,
    /// Higher goes first, 0..9.
    pub priority: u8,
    /// The caller chose to wait although nobody was free.
    pub patient: bool,
    /// What the caller chose in place of waiting.
    pub instead: Option<WaitingWish>,
    /// ... on this number, which is not the caller's own.
    pub number: Option<String>,
    /// Nobody is there before this.
    pub opens: Option<At>,
}

/// What a waiting caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitingNews {
    /// Place, 1 is next, and how many minutes that takes where it can be told.
    Place {
        place: u32,
        minutes: Option<u64>,
    },
    /// Nothing new, but nobody is forgotten.
    Still,
    /// What a visitor has written while waiting is passed on.
    Noted,
    /// What else there is, `callback` where the caller can be rung back.
    Choices {
        callback: bool,
    },
    /// A message is recorded after this, for the people of that queue.
    MessageInvited {
        queue: String,
    },
    /// ... and is kept for them.
    MessageKept {
        queue: String,
    },
    /// A colleague's phone rings this moment.
    Ringing,
    CallbackPromised {
        /// On another number than the caller's own.
        elsewhere: bool,
    },
    /// ... cannot be promised.
    CallbackFailed,
    /// An agent passes the caller on.
    Transferring,
    /// The connection to the agent who talks is broken, and is waited for.
    AgentAway,
    /// Somebody who watched takes the call.
    TakenOver,
    /// It takes a moment.
    OneMoment,
    TextSent,
    /// ... could not be.
    TextFailed,
    /// First words of a call that was promised.
    CallingBack,
}

/// What a waiting caller may want instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingWish {
    CallBack,
    /// The same, on another number.
    CallBackElsewhere,
    /// To go on with the bot.
    Bot,
    /// To leave a message.
    Message,
    /// To get a text message.
    Text,
}

impl Escalation {
    /// Of a call of which the policy says nothing.
    pub const USUAL_PRIORITY: u8 = 5;
}
