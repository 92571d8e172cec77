//! The agent's leg: an INVITE of ours, B2BUA style.

use super::caller::{Hold, LegMedia};
use super::hearing::Hearing;
use super::{Parts, Reply};
use crate::call::{CallFacts, Input};
use crate::desk::notice::AgentRef;
use sip::session::{OutgoingInvite, Session, SessionCommand, SessionEvent};
use std::time::Duration;
use tokio::sync::mpsc;

/// The stack's own end of ringing, behind the call's timer.
const RING_MAX: Duration = Duration::from_secs(180);

/// One agent's phone: ringing or talking.
pub(super) struct AgentLeg {
    pub session: Session,
    pub events: mpsc::Receiver<SessionEvent>,
    pub media: LegMedia,
    pub hearing: Hearing,
    rang: bool,
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
        let leg = parts.media.open().map_err(|error| error.to_string())?;
        let mut media = LegMedia::new(leg, parts.clock.now().0);
        let invite = OutgoingInvite {
            target: agent.sip_uri.clone(),
            from: if facts.from.is_empty() { "anonymous".into() } else { facts.from.clone() },
            from_name: facts.from_name.clone(),
            sdp: media.offer(),
            credentials: None,
            headers: [vec![("X-Duet-Call".into(), facts.id.to_string())], told].concat(),
            ring_for: RING_MAX,
        };
        let (session, events) = parts.endpoint.invite(invite).await.map_err(|error| error.to_string())?;
        let hearing = Hearing::new(&parts.vad, parts.stt.clone(), parts.end_silence_ms, replies);
        Ok(AgentLeg { session, events, media, hearing, rang: false })
    }

    /// What the phone's signalling means for the call.
    pub(super) async fn event(&mut self, event: SessionEvent) -> Option<Input> {
        match event {
            SessionEvent::Progress { .. } if !self.rang => {
                self.rang = true;
                Some(Input::AgentRinging)
            }
            SessionEvent::Answered { sdp } => Some(self.answered(&sdp).await),
            SessionEvent::Rejected { code, .. } => Some(Input::AgentRejected { code }),
            SessionEvent::Terminated { reason, .. } => Some(Input::AgentHungUp { reason }),
            SessionEvent::Offer { id, sdp } => {
                match answer_offer(&self.session, &mut self.media, id, sdp).await {
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
    pub(super) async fn hang_up(&self) {
        if self.session.send(SessionCommand::HangUp { reason: None }).await.is_err() {
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
