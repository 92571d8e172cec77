//! What passes between a waiting call and the desk.

use crate::language::Language;
use crate::record::event::{AgentRefusal, CallId};
use crate::time::At;

/// A call that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingCall {
    pub call_id: CallId,
    pub queue: String,
    pub language: Language,
    /// Higher goes first.
    pub priority: u8,
    pub since: At,
}

/// An agent as the call needs to know one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRef {
    /// Stable login name.
    pub id: String,
    /// As it is spoken and shown.
    pub name: String,
    /// Where the phone rings.
    pub sip_uri: String,
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
    /// Place in the queue, 1 is next.
    Position { place: u32 },
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
    /// The call no longer waits: hung up, ended, or back with the bot.
    Left,
}

/// Bound of a waiting call's notices.
pub const DESK_NOTICES: usize = 16;
