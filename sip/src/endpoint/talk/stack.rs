//! What the stack reports: dialog states and the outcomes of our own requests.

use super::{Done, Phase, Role, Talk, allows_update};
use crate::endpoint::inbound::sdp_of;
use crate::endpoint::offers::OfferDone;
use crate::session::{SessionEvent, TerminatedBy};
use crate::timers::{Refresher, SessionExpires};
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog::{DialogState, TerminatedReason};
use rsipstack::sip::{Header, Response, StatusCodeKind};
use std::time::Duration;

/// Tries of one offer against 491 (RFC 3261 section 14.1).
const OFFER_TRIES: u32 = 4;

impl Talk {
    pub(super) fn on_state(&mut self, state: DialogState) {
        match state {
            DialogState::Confirmed(..) => self.on_confirmed(),
            DialogState::Early(_, response) => self.on_early(&response),
            DialogState::Terminated(_, TerminatedReason::UacCancel) => {
                if matches!(self.role, Role::Uas { .. }) {
                    self.end(SessionEvent::Cancelled);
                }
            }
            DialogState::Terminated(_, TerminatedReason::Timeout) => {
                self.terminated(TerminatedBy::Timeout, "no ACK");
            }
            _ => {}
        }
    }

    /// The ACK to our 2xx. As UAC the outcome of the INVITE says it all.
    fn on_confirmed(&mut self) {
        let Role::Uas { acked, request, .. } = &mut self.role else {
            return;
        };
        if self.phase != Phase::Up || std::mem::replace(acked, true) {
            return;
        }
        let we_offered = request.body.is_empty();
        let ack = self.dialog.last_remote_ack();
        let sdp = ack.filter(|_| we_offered).and_then(|ack| sdp_of(&ack.body));
        self.tell(SessionEvent::Confirmed { sdp });
        if let Some(reason) = self.hang_up.take() {
            self.hang_up(reason, 487);
        }
        self.on_time();
    }

    fn on_early(&mut self, response: &Response) {
        let Role::Uac { early_sdp, .. } = &mut self.role else {
            return;
        };
        if self.phase != Phase::Ringing {
            return;
        }
        let sdp = sdp_of(&response.body);
        if sdp.is_some() {
            early_sdp.clone_from(&sdp);
        }
        self.tell(SessionEvent::Progress { code: response.status_code.code(), sdp });
    }

    pub(super) fn on_done(&mut self, done: Done) {
        match done {
            Done::Offer(done) => return self.on_offer_done(done),
            Done::OurOffer(response) => self.on_our_offer(response),
            Done::Refresh(response) => self.on_refresh(response),
            Done::Refer(response) => self.on_refer_answer(response),
            Done::Bye => {}
            Done::Invite(outcome) => self.on_invite(outcome),
        }
        self.running = self.running.saturating_sub(1);
        self.on_time();
    }

    fn on_offer_done(&mut self, done: OfferDone) {
        // Cancelled, or the call was too slow: its answer must not go anywhere now.
        self.pending.take_if(|pending| pending.id == done.id);
        let answered = self.awaiting_ack.take_if(|(id, _)| *id == done.id);
        if done.lost && self.phase == Phase::Up {
            self.bye(Some("no ACK to re-INVITE".to_owned()));
            self.terminated(TerminatedBy::Timeout, "no ACK to re-INVITE");
        }
        if let (Some((_, true)), Some(sdp)) = (answered, done.acked) {
            self.tell(SessionEvent::OfferAnswered { sdp });
        }
        self.on_time();
    }

    fn on_our_offer(&mut self, response: Option<Response>) {
        self.our_offer = false;
        if self.phase != Phase::Up {
            return;
        }
        let offer = self.queued_offer.take();
        let Some(response) = response else {
            return self.vanished();
        };
        match (response.status_code.code(), offer) {
            (200..=299, _) => {
                self.restart_timer(&response);
                match sdp_of(&response.body) {
                    Some(sdp) => self.tell(SessionEvent::OfferAnswered { sdp }),
                    None => self.tell(SessionEvent::OfferRefused { code: 488 }),
                }
            }
            (491, Some((sdp, tries, _))) if tries < OFFER_TRIES => {
                let wait = glare_wait(matches!(self.role, Role::Uac { .. }));
                let at_ms = self.shared.now_ms() + wait.as_millis() as u64;
                self.queued_offer = Some((sdp, tries, at_ms));
            }
            (408 | 481, _) => self.vanished(),
            (code, _) => self.tell(SessionEvent::OfferRefused { code }),
        }
    }

    fn on_refresh(&mut self, response: Option<Response>) {
        self.our_offer = false;
        if self.phase != Phase::Up {
            return;
        }
        match response.as_ref().map(|response| response.status_code.code()) {
            Some(200..=299) => {
                if let Some(response) = &response {
                    self.restart_timer(response);
                }
            }
            Some(408 | 481) | None => self.vanished(),
            // 491 and other refusals: the timer stays on its way to expiry, a refresh of theirs resets it.
            Some(code) => tracing::debug!(code, "session refresh was refused"),
        }
    }

    /// The far end takes our REFER or not; when it does, NOTIFY tells the rest (RFC 3515 section 2.4).
    fn on_refer_answer(&mut self, response: Option<Response>) {
        let code = response.map_or(408, |response| response.status_code.code());
        if code > 299 {
            self.referred(code);
        }
    }

    /// A status of what we referred the far end to; a final one ends it.
    pub(super) fn referred(&mut self, code: u16) {
        if self.referring {
            self.referring = code < 200;
            self.tell(SessionEvent::Referred { code });
        }
    }

    /// RFC 3261 section 12.2.1.2: 408 and 481 inside a dialog end it.
    fn vanished(&mut self) {
        self.bye(Some("far end does not answer".to_owned()));
        self.terminated(TerminatedBy::Timeout, "far end does not answer");
    }

    fn restart_timer(&mut self, response: &Response) {
        let expires = session_expires(response).or_else(|| {
            // A far end without timers: we go on refreshing.
            let interval_s = self.agreed?.0.interval_s;
            self.timer.map(|_| SessionExpires { interval_s, refresher: Some(Refresher::Uac) })
        });
        if let Some(expires) = expires {
            self.agreed = Some((expires, true));
            self.start_timer(expires, Refresher::Uac);
        }
    }

    fn on_invite(&mut self, outcome: Result<(DialogId, Option<Response>), (u16, String)>) {
        if self.phase != Phase::Ringing {
            // Cancelled: the stack has acknowledged, and hung up on a 2xx that crossed.
            return;
        }
        let response = match outcome {
            Ok((_, Some(response))) => response,
            Ok((_, None)) => {
                return self.end(SessionEvent::Rejected { code: 408, reason: "no response".to_owned() });
            }
            Err((code, reason)) => return self.end(SessionEvent::Rejected { code, reason }),
        };
        if response.status_code.kind() == StatusCodeKind::Successful {
            return self.on_answered(&response);
        }
        let code = response.status_code.code();
        let phrase = response.reason_phrase().unwrap_or_default().to_owned();
        self.end(SessionEvent::Rejected { code, reason: phrase });
    }

    fn on_answered(&mut self, response: &Response) {
        let Role::Uac { early_sdp, .. } = &self.role else {
            return;
        };
        let sdp = sdp_of(&response.body).or_else(|| early_sdp.clone());
        self.phase = Phase::Up;
        self.far_end_updates = allows_update(response.headers.iter());
        if let Some(expires) = session_expires(response) {
            self.agreed = Some((expires, true));
            self.start_timer(expires, Refresher::Uac);
        }
        match sdp {
            Some(sdp) => self.tell(SessionEvent::Answered { sdp }),
            None => {
                self.bye(Some("no session description in the answer".to_owned()));
                self.end(SessionEvent::Rejected { code: 488, reason: "no answer to our offer".to_owned() });
            }
        }
    }
}

fn session_expires(response: &Response) -> Option<SessionExpires> {
    response.headers.iter().find_map(|header| match header {
        Header::SessionExpires(value) => SessionExpires::parse(value.value()),
        _ => None,
    })
}

/// RFC 3261 section 14.1: the owner of the Call-ID waits 2.1-4 s, the other side less than 2 s.
fn glare_wait(own_call_id: bool) -> Duration {
    let ms = if own_call_id { rand::random_range(2_100..4_000) } else { rand::random_range(0..2_000) };
    Duration::from_millis(ms)
}
