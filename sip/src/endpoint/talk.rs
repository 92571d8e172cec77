//! One session's task: owns its state, turns commands into SIP and SIP into events.

mod commands;
mod requests;
mod stack;

use super::offers::{OfferDone, OfferReply};
use super::shared::{SessionKey, Shared, reply};
use crate::session::{SESSION_EVENTS, SessionCommand, SessionEvent, TerminatedBy};
use crate::timers::{Refresher, SessionExpires, SessionTimer, TimerRequest};
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog::DialogStateReceiver;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::prelude::HeadersExt;
use rsipstack::sip::{Header, Request, Response};
use rsipstack::transaction::transaction::{Transaction, TransactionEventSender};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

/// Bound of the queue of outcomes of a session's own requests; at most one of each kind runs.
const OUTCOMES: usize = 8;

/// Which side of the INVITE we are.
pub enum Role {
    /// The far end called.
    Uas { to_stack: TransactionEventSender, request: Request, acked: bool },
    /// We called.
    Uac {
        /// Body of the last 18x: some send their answer there alone.
        early_sdp: Option<String>,
        ring_until_ms: u64,
        cancelled: bool,
    },
}

/// How far the session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// No final answer to the INVITE yet.
    Ringing,
    /// 2xx sent or received.
    Up,
    /// The last event is out; only loose ends remain.
    Ended,
}

/// Outcome of something that runs beside the session's task.
pub enum Done {
    /// An offer of the far end is settled.
    Offer(OfferDone),
    /// Our re-INVITE with an offer has its final response.
    OurOffer(Option<Response>),
    /// Our session refresh has its final response.
    Refresh(Option<Response>),
    /// Our REFER has its final response.
    Refer(Option<Response>),
    /// Our BYE is answered, or never will be.
    Bye,
    /// Our INVITE has its final response.
    Invite(Result<(DialogId, Option<Response>), (u16, String)>),
}

/// An offer that the call has not answered yet.
pub struct Pending {
    pub id: u32,
    pub answer: oneshot::Sender<OfferReply>,
    pub timer_headers: Vec<Header>,
    pub expires: Option<SessionExpires>,
    /// The offer was without SDP: ours goes out, theirs comes with the ACK.
    pub wants_ours: bool,
}

pub struct Talk {
    shared: Arc<Shared>,
    dialog: InviteDialog,
    key: SessionKey,
    role: Role,
    phase: Phase,
    commands: mpsc::Receiver<SessionCommand>,
    /// No handle to this session is left, so no command can come.
    abandoned: bool,
    requests: mpsc::Receiver<Transaction>,
    states: DialogStateReceiver,
    events: mpsc::Sender<SessionEvent>,
    /// Events that the call has not taken yet. While it is long no request is read.
    backlog: VecDeque<SessionEvent>,
    outcomes: (mpsc::Sender<Done>, mpsc::Receiver<Done>),
    /// Requests of ours whose outcome is awaited before the session may go.
    running: usize,
    pending: Option<Pending>,
    /// A re-INVITE of theirs, answered 2xx, awaits its ACK.
    awaiting_ack: Option<(u32, bool)>,
    offers: u32,
    /// A re-INVITE or refresh of ours is on its way.
    our_offer: bool,
    /// An offer that waits for its turn, with the number of tries and the time of the next.
    queued_offer: Option<(String, u32, u64)>,
    /// A REFER of ours is under way: NOTIFY tells how far it has come.
    referring: bool,
    timer: Option<SessionTimer>,
    /// Session-Expires to put into our 2xx, agreed when the INVITE came.
    agreed: Option<(SessionExpires, bool)>,
    far_end_updates: bool,
    our_sdp: Option<String>,
    far_cseq: u32,
    /// A hang-up that waits for the ACK (RFC 3261 section 15).
    hang_up: Option<Option<String>>,
    shutting_down: bool,
    _room: OwnedSemaphorePermit,
}

impl Talk {
    pub fn new(
        shared: Arc<Shared>,
        dialog: InviteDialog,
        role: Role,
        commands: mpsc::Receiver<SessionCommand>,
        states: DialogStateReceiver,
        events: mpsc::Sender<SessionEvent>,
        room: OwnedSemaphorePermit,
    ) -> Self {
        let id = dialog.id();
        let key = (id.call_id, id.local_tag);
        let requests = shared.register(key.clone());
        Talk {
            shared,
            dialog,
            key,
            role,
            phase: Phase::Ringing,
            commands,
            abandoned: false,
            requests,
            states,
            events,
            backlog: VecDeque::new(),
            outcomes: mpsc::channel(OUTCOMES),
            running: 0,
            pending: None,
            awaiting_ack: None,
            offers: 0,
            our_offer: false,
            queued_offer: None,
            referring: false,
            timer: None,
            agreed: None,
            far_end_updates: false,
            our_sdp: None,
            far_cseq: 0,
            hang_up: None,
            shutting_down: false,
            _room: room,
        }
    }

    /// Notes what an INVITE settled before anybody answered it.
    pub fn agree(&mut self, expires: SessionExpires, require: bool, request: &Request) {
        self.agreed = Some((expires, require));
        self.far_end_updates = allows_update(request.headers.iter());
        self.far_cseq = request.cseq_header().and_then(|cseq| cseq.seq()).unwrap_or(0);
    }

    /// Notes the offer of our INVITE.
    pub fn offered(&mut self, sdp: String) {
        self.our_sdp = Some(sdp);
    }

    /// Runs until the session is over and all it started is settled.
    pub async fn run(mut self) {
        let events = self.events.clone();
        while self.phase != Phase::Ended || self.running > 0 {
            let due = self.next_due_ms().map(|at_ms| self.shared.instant(at_ms));
            tokio::select! {
                permit = events.reserve(), if !self.backlog.is_empty() => match permit {
                    Ok(permit) => {
                        if let Some(event) = self.backlog.pop_front() {
                            permit.send(event);
                        }
                    }
                    Err(_) => self.backlog.clear(),
                },
                Some(state) = self.states.recv() => self.on_state(state),
                Some(done) = self.outcomes.1.recv() => self.on_done(done),
                command = self.commands.recv(), if !self.abandoned => match command {
                    Some(command) => self.on_command(command),
                    None => self.abandon(),
                },
                Some(tx) = self.requests.recv(), if self.backlog.len() < SESSION_EVENTS => {
                    // An ACK that came before a BYE must be seen before it.
                    while let Ok(state) = self.states.try_recv() {
                        self.on_state(state);
                    }
                    self.on_request(tx).await;
                }
                () = sleep_until(due), if due.is_some() => self.on_time(),
                () = self.shared.closing.cancelled(), if !self.shutting_down => {
                    self.shutting_down = true;
                    self.hang_up(Some("server is shutting down".to_owned()), 480);
                }
            }
        }
        self.leave().await;
    }

    /// Leaves no trace in the stack (its confirmed dialogs stay until removed), then delivers what the
    /// call has not taken yet.
    async fn leave(mut self) {
        self.shared.unregister(&self.key);
        self.requests.close();
        while let Some(mut late) = self.requests.recv().await {
            reply(&mut late, 481, Vec::new(), None).await;
        }
        self.shared.layer.remove_dialog(&self.dialog.id());
        self.shared.realms.forget(&self.key.0);
        drop(self._room);
        for event in self.backlog {
            if self.events.send(event).await.is_err() {
                return;
            }
        }
    }

    fn tell(&mut self, event: SessionEvent) {
        if self.phase != Phase::Ended {
            self.backlog.push_back(event);
        }
    }

    /// The last event.
    fn end(&mut self, event: SessionEvent) {
        self.tell(event);
        self.phase = Phase::Ended;
        self.timer = None;
        self.pending = None;
    }

    fn terminated(&mut self, by: TerminatedBy, reason: &str) {
        self.end(SessionEvent::Terminated { by, reason: reason.to_owned() });
    }

    /// Runs a request of ours beside this task; its outcome comes back as [`Done`].
    pub fn spawn(&mut self, work: impl Future<Output = Done> + Send + 'static) {
        self.running += 1;
        let outcomes = self.outcomes.0.clone();
        tokio::spawn(async move {
            let done = work.await;
            let _ = outcomes.send(done).await;
        });
    }

    fn is_confirmed(&self) -> bool {
        self.phase == Phase::Up && !matches!(self.role, Role::Uas { acked: false, .. })
    }

    fn next_due_ms(&self) -> Option<u64> {
        let ring = match (&self.role, self.phase) {
            (Role::Uac { ring_until_ms, cancelled: false, .. }, Phase::Ringing) => Some(*ring_until_ms),
            _ => None,
        };
        let timer = self.timer.map(|timer| timer.next().0);
        let offer = self.queued_offer.as_ref().filter(|_| self.may_offer()).map(|offer| offer.2);
        [ring, timer, offer].into_iter().flatten().min()
    }

    fn may_offer(&self) -> bool {
        self.is_confirmed() && !self.our_offer && self.pending.is_none() && self.awaiting_ack.is_none()
    }

    fn start_timer(&mut self, expires: SessionExpires, we_are: Refresher) {
        self.timer = Some(SessionTimer::start(expires, we_are, self.shared.now_ms()));
    }
}

async fn sleep_until(due: Option<tokio::time::Instant>) {
    if let Some(due) = due {
        tokio::time::sleep_until(due).await;
    }
}

/// What a request says of session timers.
pub fn timer_request(request: &Request) -> TimerRequest {
    let value = |wanted: &str| {
        request.headers.iter().find(|h| h.name().eq_ignore_ascii_case(wanted)).map(|h| h.value().to_owned())
    };
    TimerRequest {
        session_expires: value("Session-Expires").and_then(|v| SessionExpires::parse(&v)),
        min_se_s: value("Min-SE").and_then(|v| v.split(';').next().and_then(|s| s.trim().parse().ok())),
        supported: request.header_contains_token("Supported", "timer")
            || request.header_contains_token("Require", "timer"),
    }
}

fn allows_update<'a>(mut headers: impl Iterator<Item = &'a Header>) -> bool {
    headers.any(|header| matches!(header, Header::Allow(allow) if allow.value().contains("UPDATE")))
}
