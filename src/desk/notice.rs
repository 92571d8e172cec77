//! What passes between a waiting call and the desk.

use super::table::Person;
use crate::config::By;
use crate::language::Language;
use crate::record::event::{AgentRefusal, CallId, Channel};
use crate::time::At;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::mpsc;

/// A call that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingCall {
    pub call_id: CallId,
    pub queue: String,
    pub language: Language,
    /// Higher goes first.
    pub priority: u8,
    pub since: At,
    /// Whoever knows this caller; asked first when free.
    pub sticky: Option<String>,
    /// The one who is meant, as long as there is hope for that: a transfer to a name.
    pub only: Option<String>,
    /// Another queue that serves the call too, once it has waited so long.
    pub overflow: Option<Overflow>,
    /// The caller chose to wait although nobody is there: is not told so again.
    pub patient: bool,
    pub channel: Channel,
}

/// Where a call may go that has waited too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overflow {
    pub after: Duration,
    pub queue: String,
}

impl WaitingCall {
    /// A call of usual priority that anybody of the queue may take.
    pub fn new(call_id: CallId, queue: &str, language: Language, since: At) -> Self {
        WaitingCall {
            call_id,
            queue: queue.to_owned(),
            language,
            priority: PRIORITY,
            since,
            sticky: None,
            only: None,
            overflow: None,
            patient: false,
            channel: Channel::Voice,
        }
    }
}

/// Priority of a call that nothing is known of, 0..9.
pub const PRIORITY: u8 = 5;

/// A caller who hung up and kept the place: Duet rings back when it is their turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Callback {
    /// The call that will be made.
    pub call_id: CallId,
    /// The call in which it was promised: its record is the story.
    pub of: CallId,
    /// As the agent reads it.
    pub number: String,
    /// `sip:NUMBER@GATEWAY`
    pub target: String,
    pub name: Option<String>,
    pub bot: String,
    pub trunk: String,
    pub queue: String,
    pub language: Language,
    pub priority: u8,
    pub topic: Option<String>,
    /// One sentence for the agent: why a person is needed.
    pub why: String,
    /// When the caller began to wait: the place that is kept.
    pub since: At,
    /// Not rung before.
    pub not_before: At,
    /// Times that the caller was rung in vain.
    pub attempts: u32,
}

/// Times that a caller is rung in vain before it is left to a person to try.
pub const CALLBACK_ATTEMPTS: u32 = 3;
/// Between two of them.
pub const CALLBACK_AGAIN: Duration = Duration::from_secs(600);

impl Callback {
    /// Whether Duet does not try any more.
    pub fn given_up(&self) -> bool {
        self.attempts >= CALLBACK_ATTEMPTS
    }
}

/// A caller whose turn it is to be rung back.
#[derive(Debug)]
pub struct CallbackOrder {
    pub callback: Callback,
    /// Kept for the call, with its card.
    pub agent: AgentRef,
    pub notices: mpsc::Receiver<DeskNotice>,
}

/// What whoever has a call wants done with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentCommand {
    /// The caller hears music.
    Hold,
    /// Back to the caller.
    Retrieve,
    /// Lets go of the caller, who goes to another agent or queue.
    Transfer {
        to: TransferTo,
        #[serde(default)]
        note: String,
    },
    /// Asks another agent while the caller hears music.
    Consult { colleague: String },
    /// Leaves the caller to whoever was asked.
    CompleteTransfer,
    /// All three talk.
    Conference,
    /// Lets go of whoever was asked.
    EndConsult,
    /// Presses keys towards the caller's side: `0`-`9`, `*`, `#`.
    PressKeys { keys: String },
    /// Ends it for the caller too.
    End,
    /// The bot goes on with what was agreed.
    BackToBot {
        #[serde(default)]
        note: String,
    },
}

/// Where a call is transferred to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferTo {
    Agent(String),
    Queue(String),
}

/// What a person says of a reply that waits for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    Approve,
    /// This is said in its place.
    Edit {
        text: String,
    },
    /// It is not said; the call goes to a person.
    Deny {
        #[serde(default)]
        reason: String,
    },
}

/// How whoever watches a call hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ear {
    /// Not at all.
    Off,
    /// Both sides; is heard by nobody.
    Listen,
    /// Both sides; is heard by the agent, not by the caller.
    Whisper,
}

/// What whoever watches does to a call of the bot. `by` is a login name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supervision {
    /// The bot says this at the next gap.
    Steer { by: String, text: String },
    /// The bot need not ask for this.
    Fact { by: String, slot: String, value: String },
    /// On the reply of that number.
    Rule { id: u32, by: Person, rule: Rule },
    /// Nobody looks on: no reply is read.
    NobodyLooksOn,
    /// This person, whose screen has the card, gets the call: ring the phone.
    TakeOver { agent: AgentRef },
}

/// What an agent does with the chat on the screen, or the screen with the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatAct {
    /// Takes it.
    Answer,
    /// This is for the visitor.
    Write { text: String },
    /// Something is being written.
    Typing,
    /// The last page of the agent has gone.
    Away,
    /// ... and is there again.
    Back,
}

/// An agent as the call needs to know one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRef {
    /// Stable login name.
    pub id: String,
    /// As it is spoken and shown.
    pub name: String,
    pub rings: Rings,
}

impl AgentRef {
    /// How a place outside the desk is reached; `None` for an agent.
    pub fn outside(&self) -> Option<By> {
        match self.rings {
            Rings::Outside { by, .. } => Some(by),
            Rings::Phone(_) | Rings::Browser | Rings::Screen => None,
        }
    }
}

/// What rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rings {
    /// A telephone, by its SIP URI.
    Phone(String),
    /// The agent's browser.
    Browser,
    /// Nothing: the card is on the screen, and the agent writes there.
    Screen,
    /// A place outside the desk.
    Outside { uri: String, by: By },
}

/// From the desk to a waiting call. Bounded by `DESK_NOTICES`; the desk never blocks on a call.
#[derive(Debug, Clone, PartialEq)]
pub enum DeskNotice {
    /// This agent is kept for the call and sees its card: ring the phone.
    Reserved { agent: AgentRef },
    /// The agent declined on the screen, or left: stop ringing.
    Withdrawn { agent: String, refusal: AgentRefusal },
    /// Everyone of the queue was tried once, or nobody is logged in.
    Nobody { logged_in: bool },
    /// Place in the queue, 1 is next; how long that takes as far as can be told.
    Position { place: u32, wait: Option<Duration> },
    /// Whoever has the call wants something done.
    Command(AgentCommand),
    /// Whoever watches has a hand in it.
    Supervise(Supervision),
    /// Of the one whose screen has this chat.
    Chat { agent: String, act: ChatAct },
    /// This agent is kept for a question of the one who has the call, and sees the card: ring the phone.
    Consult { agent: AgentRef },
    /// The second agent declined on the screen, or was not there.
    ConsultWithdrawn { agent: String, refusal: AgentRefusal },
    /// Whoever watches (a login name) listens to the call in the browser, or does not any more. The call itself
    /// goes on as if nobody did.
    Ear { by: String, ear: Ear },
}

/// From a call to the desk.
#[derive(Debug, Clone, PartialEq)]
pub enum DeskReport {
    Ringing {
        agent: String,
    },
    Refused {
        agent: String,
        refusal: AgentRefusal,
    },
    Bridged {
        agent: String,
    },
    /// The conversation with the agent ended; wrap-up begins.
    AgentLeft {
        agent: String,
    },
    /// The agent who was asked for advice talks.
    Consulted {
        agent: String,
    },
    /// The agent who was asked did not answer.
    ConsultRefused {
        agent: String,
        refusal: AgentRefusal,
    },
    /// The agent who was asked talks no longer, or is not wanted any more.
    ConsultLeft {
        agent: String,
    },
    /// The agent who was asked has the caller now; the other one's part is over.
    Passed {
        from: String,
        to: String,
    },
    /// The call no longer waits: hung up, ended, or back with the bot.
    Left,
}

/// Bound of a waiting call's notices.
pub const DESK_NOTICES: usize = 16;
