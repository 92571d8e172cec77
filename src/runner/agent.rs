//! The agent's leg: an INVITE of ours, B2BUA style, or the telephone in a browser.

use super::caller::{Hold, LegMedia};
use super::hearing::Hearing;
use super::{Parts, Reply};
use crate::call::{CallFacts, Input};
use crate::desk::notice::{AgentRef, Rings};
use crate::edge::webrtc::{PhoneEvent, Ringing, WebLine};
use sip::session::{OutgoingInvite, Session, SessionCommand, SessionEvent};
use std::time::Duration;
use tokio::sync::mpsc;

/// The stack's own end of ringing, behind the call's timer.
const RING_MAX: Duration = Duration::from_secs(180);

/// One agent's phone: ringing or talking.
pub(super) struct AgentLeg {
    line: Line,
    pub signals: Signals,
    pub media: LegMedia,
    pub hearing: Hearing,
    rang: bool,
}

/// What the leg is hung up by.
enum Line {
    Sip(Session),
    Browser(#[allow(dead_code, reason = "its drop hangs up")] Option<WebLine>),
}

/// Signalling of an agent's telephone.
pub(super) enum Signals {
    Sip(mpsc::Receiver<SessionEvent>),
    Browser(mpsc::Receiver<PhoneEvent>),
}

/// One event of it.
pub(super) enum AgentSignal {
    Sip(SessionEvent),
    Browser(PhoneEvent),
}

impl Signals {
    /// The next event; that the other side has ended is one too.
    pub(super) async fn next(&mut self) -> AgentSignal {
        match self {
            Signals::Sip(events) => AgentSignal::Sip(events.recv().await.unwrap_or_else(super::driver::gone)),
            Signals::Browser(events) => {
                AgentSignal::Browser(events.recv().await.unwrap_or(PhoneEvent::HungUp))
            }
        }
    }
}

impl AgentLeg {
    /// Rings `agent`, with the headers `told`. The caller's number is shown as the calling party.
    pub(super) async fn invite(
        parts: &Parts,
        facts: &CallFacts,
        agent: &AgentRef,
        told: Vec<(String, String)>,
        replies: mpsc::Sender<Reply>,
    ) -> Result<AgentLeg, String> {
        let target = match &agent.rings {
            Rings::Browser | Rings::Screen => {
                return AgentLeg::ring_browser(parts, facts, agent, replies).await;
            }
            Rings::Phone(uri) | Rings::Outside { uri, .. } => uri.clone(),
        };
        let leg = parts.media.open().map_err(|error| error.to_string())?;
        let mut media = LegMedia::new(leg, parts.clock.now().0);
        let invite = OutgoingInvite {
            target,
            from: if facts.from.is_empty() { "anonymous".into() } else { facts.from.clone() },
            from_name: facts.from_name.clone(),
            sdp: media.offer(),
            credentials: None,
            headers: [vec![("X-Duet-Call".into(), facts.id.to_string())], told].concat(),
            ring_for: RING_MAX,
        };
        let (session, events) = parts.endpoint.invite(invite).await.map_err(|error| error.to_string())?;
        let hearing = Hearing::new(&parts.vad, parts.stt.clone(), parts.end_silence_ms, replies);
        Ok(AgentLeg { line: Line::Sip(session), signals: Signals::Sip(events), media, hearing, rang: false })
    }

    async fn ring_browser(
        parts: &Parts,
        facts: &CallFacts,
        agent: &AgentRef,
        replies: mpsc::Sender<Reply>,
    ) -> Result<AgentLeg, String> {
        let ringing = parts.phones.ring(&agent.id, &facts.id).await;
        let Ringing { line, events, inside } = ringing.ok_or("no browser's telephone, or it has a call")?;
        let leg = parts.media.open_inside(inside).map_err(|error| error.to_string())?;
        let media = LegMedia::new(leg, parts.clock.now().0);
        let hearing = Hearing::new(&parts.vad, parts.stt.clone(), parts.end_silence_ms, replies);
        let (line, signals) = (Line::Browser(Some(line)), Signals::Browser(events));
        Ok(AgentLeg { line, signals, media, hearing, rang: false })
    }

    /// Whether the browser may come back after a silence.
    pub(super) fn is_browser(&self) -> bool {
        matches!(self.line, Line::Browser(_))
    }

    /// What the phone's signalling means for the call.
    pub(super) async fn event(&mut self, signal: AgentSignal) -> Option<Input> {
        match signal {
            AgentSignal::Sip(event) => self.session_event(event).await,
            AgentSignal::Browser(PhoneEvent::Shown) => Some(Input::AgentRinging),
            AgentSignal::Browser(PhoneEvent::Answered) => {
                self.media.connect_inside().await;
                Some(Input::AgentAnswered)
            }
            AgentSignal::Browser(PhoneEvent::HungUp) => {
                Some(Input::AgentHungUp { reason: "the agent hung up in the browser".into() })
            }
            AgentSignal::Browser(PhoneEvent::Away) => Some(Input::AgentAway),
            AgentSignal::Browser(PhoneEvent::Back) => Some(Input::AgentBack),
        }
    }

    async fn session_event(&mut self, event: SessionEvent) -> Option<Input> {
        match event {
            SessionEvent::Progress { .. } if !self.rang => {
                self.rang = true;
                Some(Input::AgentRinging)
            }
            SessionEvent::Answered { sdp } => Some(self.answered(&sdp).await),
            SessionEvent::Rejected { code, .. } => Some(Input::AgentRejected { code }),
            SessionEvent::Terminated { reason, .. } => Some(Input::AgentHungUp { reason }),
            SessionEvent::Offer { id, sdp } => {
                let Line::Sip(session) = &self.line else { return None };
                match answer_offer(session, &mut self.media, id, sdp).await {
                    Hold::Held => Some(Input::AgentHeld),
                    Hold::Resumed => Some(Input::AgentResumed),
                    Hold::Unchanged => None,
                }
            }
            SessionEvent::Dtmf { digit } => Some(Input::AgentKey { digit }),
            SessionEvent::Confirmed { sdp: Some(sdp) } | SessionEvent::OfferAnswered { sdp } => {
                if let Err(error) = self.media.accept(&sdp).await {
                    tracing::warn!(%error, "agent's answer to our offer does not fit");
                }
                None
            }
            SessionEvent::Progress { .. }
            | SessionEvent::Confirmed { sdp: None }
            | SessionEvent::Cancelled
            | SessionEvent::Referred { .. }
            | SessionEvent::OfferRefused { .. } => None,
        }
    }

    async fn answered(&mut self, sdp: &str) -> Input {
        match self.media.accept(sdp).await {
            Ok(_) => Input::AgentAnswered,
            Err(error) => {
                tracing::warn!(%error, "agent's phone answered with SDP that does not fit");
                self.hang_up().await;
                Input::AgentRejected { code: 488 }
            }
        }
    }

    /// CANCEL or BYE, whichever fits, and the port is given back.
    pub(super) async fn hang_up(&mut self) {
        let session = match &mut self.line {
            Line::Sip(session) => Some(session),
            Line::Browser(line) => {
                drop(line.take());
                None
            }
        };
        if let Some(session) = session
            && session.send(SessionCommand::HangUp { reason: None }).await.is_err()
        {
            tracing::debug!("agent's session is gone already");
        }
        self.media.command(crate::edge::leg::MediaCommand::Close).await;
    }
}

/// Answers a re-INVITE or UPDATE; what changed about hold is returned.
pub(super) async fn answer_offer(
    session: &Session,
    media: &mut LegMedia,
    id: u32,
    offer: Option<String>,
) -> Hold {
    let (sdp, hold) = match offer {
        None => (Ok(media.offer()), Hold::Unchanged),
        Some(offer) => match media.answer(&offer).await {
            Ok((answer, hold)) => (Ok(answer), hold),
            Err(error) => {
                tracing::warn!(%error, "offer in mid-call refused; the call goes on as before");
                (Err(error.status), Hold::Unchanged)
            }
        },
    };
    if session.send(SessionCommand::AnswerOffer { id, sdp }).await.is_err() {
        tracing::debug!("session ended before its offer was answered");
    }
    hold
}
