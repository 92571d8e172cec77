//! What a call sees of its signalling: one session per leg, commands in, events out.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::mpsc;

/// Bound of a session's command queue.
pub const SESSION_COMMANDS: usize = 16;
/// Bound of a session's event queue. Events are never dropped: the stack waits.
pub const SESSION_EVENTS: usize = 32;

/// An INVITE that passed the guard.
#[derive(Debug)]
pub struct Incoming {
    pub info: InviteInfo,
    pub session: Session,
    pub events: mpsc::Receiver<SessionEvent>,
}

/// The facts of an INVITE.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InviteInfo {
    /// SIP Call-ID.
    pub call_id: String,
    /// User part (or whole `tel:` number) of From; empty when anonymous.
    pub from: String,
    /// Display name of From, UTF-8.
    pub from_name: Option<String>,
    /// User part of the Request-URI.
    pub to: String,
    /// Name of the trunk that the guard found.
    pub trunk: String,
    /// Whence the request came.
    pub source: Option<SocketAddr>,
    /// The offer; `None` asks us to offer in the 200 OK.
    pub sdp: Option<String>,
    /// All headers that Duet does not interpret, in order.
    pub headers: Vec<(String, String)>,
}

/// Commands to one session; cheap to clone. Dropping the last one ends the session (BYE or 480).
#[derive(Debug, Clone)]
pub struct Session {
    pub(crate) commands: mpsc::Sender<SessionCommand>,
}

/// What a call tells its signalling.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionCommand {
    /// 180, or 183 with a body.
    Ring { sdp: Option<String> },
    /// 200 with our answer (or our offer, when the INVITE had none).
    Answer { sdp: String },
    /// Final refusal.
    Reject { code: u16, reason: String, retry_after: Option<Duration> },
    /// Answers `SessionEvent::Offer`.
    AnswerOffer { id: u32, sdp: Result<String, u16> },
    /// Re-INVITE with our offer.
    Offer { sdp: String },
    /// REFER (RFC 3515): asks the far end to call `target`, a SIP URI that may carry headers, instead of us.
    /// `SessionEvent::Referred` tells what came of it; the session stays until somebody hangs up.
    Refer { target: String },
    /// BYE, CANCEL or 487, whichever fits the state. `reason` goes into a Reason header (RFC 3326).
    HangUp { reason: Option<String> },
}

impl Session {
    /// Hands a command to the session's task; waits while its queue is full.
    pub async fn send(&self, command: SessionCommand) -> Result<(), SessionGone> {
        self.commands.send(command).await.map_err(|_| SessionGone)
    }

    /// A session without a stack behind it: for whoever drives a call in a test.
    pub fn detached() -> (Session, mpsc::Receiver<SessionCommand>) {
        let (commands, receiver) = mpsc::channel(SESSION_COMMANDS);
        (Session { commands }, receiver)
    }
}

/// The session has ended; its last event says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the SIP session has ended")]
pub struct SessionGone;

/// Why an INVITE of ours was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// Expected `sip:user@host:port;transport=udp` or `tcp`.
    #[error("target is not a sip: URI that we can reach: {0}")]
    Target(String),
    /// `EndpointConfig::max_sessions` are alive.
    #[error("no room for another session")]
    Full,
    #[error("no connection to {peer}: {reason}")]
    Unreachable { peer: SocketAddr, reason: String },
    #[error("SIP stack refused the INVITE: {0}")]
    Stack(String),
}

/// Who ended a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminatedBy {
    FarEnd,
    Us,
    /// Timers: no ACK, session expired, transport gone.
    Timeout,
}

/// What signalling tells its call. Exactly one of `Cancelled`, `Rejected` and `Terminated` comes, as
/// the last event.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionEvent {
    /// Outgoing: 1xx other than 100.
    Progress {
        code: u16,
        sdp: Option<String>,
    },
    /// Outgoing: 200 with the far end's answer.
    Answered {
        sdp: String,
    },
    /// Outgoing: final refusal, 3xx-6xx, or 408 when nothing answered.
    Rejected {
        code: u16,
        reason: String,
    },
    /// Incoming: ACK arrived; `sdp` holds the answer when we offered.
    Confirmed {
        sdp: Option<String>,
    },
    /// Incoming: CANCEL before we answered.
    Cancelled,
    /// Re-INVITE or UPDATE; answer with `AnswerOffer` of the same id. `None` asks for our offer.
    Offer {
        id: u32,
        sdp: Option<String>,
    },
    /// Answer to our `Offer`.
    OfferAnswered {
        sdp: String,
    },
    /// The far end did not take our `Offer`; the session goes on as it was (RFC 3261 section 14.1).
    OfferRefused {
        code: u16,
    },
    /// What came of our `Refer`: 1xx on the way, then one final status; above 299 the far end stays with us.
    Referred {
        code: u16,
    },
    /// DTMF digit by INFO (application/dtmf-relay or application/dtmf).
    Dtmf {
        digit: char,
    },
    Terminated {
        by: TerminatedBy,
        reason: String,
    },
}

/// An INVITE of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct OutgoingInvite {
    /// `sip:anna@192.0.2.7:5060;transport=udp`
    pub target: String,
    /// User part of From.
    pub from: String,
    pub from_name: Option<String>,
    pub sdp: String,
    /// Digest answer, given only to this realm when it is set.
    pub credentials: Option<Credentials>,
    pub headers: Vec<(String, String)>,
    /// After this long without a final answer the INVITE is cancelled and `Rejected{408}` comes.
    pub ring_for: Duration,
}

/// Digest credentials (RFC 8760).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub user: String,
    pub password: String,
    pub realm: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}
