//! Ringing a caller back: the promise, and the call that keeps it.

use super::{Driver, Input, LegMedia};
use crate::record::CallId;
use crate::time::At;
use sip::session::{OutgoingInvite, SessionCommand};
use std::time::Duration;

/// The stack's own end of ringing, behind the call's timer.
const RING_MAX: Duration = Duration::from_secs(120);

impl Driver {
    /// Promises only what stands in the store.
    pub(super) async fn keep_callback(&self, since: At, number: Option<String>) -> Input {
        let id = CallId(uuid::Uuid::now_v7().to_string());
        let now = self.parts.clock.now();
        let callback = match number {
            None => self.call.callback(id, since, now),
            Some(number) => {
                let target = self.parts.guard.callback_other(&self.facts.trunk, &number);
                target.and_then(|target| self.call.callback_to(number, target, id, since, now))
            }
        };
        let kept = match callback {
            Some(callback) => match self.parts.desk.keep_callback(callback).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::error!(%error, "a callback could not be kept");
                    false
                }
            },
            None => false,
        };
        Input::CallbackKept { kept }
    }

    /// INVITE to the caller who is rung back.
    pub(super) async fn invite_caller(&mut self) -> Option<Input> {
        let (Some(sdp), Some(target)) = (self.answer.take(), self.facts.callback.clone()) else {
            return Some(Input::CallerRefused { code: 503 });
        };
        let invite = OutgoingInvite {
            target,
            from: self.facts.to.clone(),
            from_name: None,
            sdp,
            credentials: None,
            headers: vec![("X-Duet-Call".into(), self.facts.id.to_string())],
            ring_for: RING_MAX,
        };
        match self.parts.endpoint.invite(invite).await {
            Ok((session, events)) => {
                (self.session, self.events) = (Some(session), Some(events));
                None
            }
            Err(error) => {
                tracing::warn!(%error, "a caller cannot be rung back");
                Some(Input::CallerRefused { code: 503 })
            }
        }
    }

    /// The caller picked up.
    pub(super) async fn caller_answered(&mut self, sdp: &str) -> Input {
        let accepted = match self.caller.as_mut() {
            Some(media) => LegMedia::accept(media, sdp).await,
            None => return Input::CallerRefused { code: 488 },
        };
        match accepted {
            Ok(_) => Input::CallerAnswered,
            Err(error) => {
                tracing::warn!(%error, "a caller who was rung back answered with SDP that does not fit");
                self.to_session(SessionCommand::HangUp { reason: None }).await;
                Input::CallerRefused { code: 488 }
            }
        }
    }
}
