//! What the call wants.

use super::{Done, Phase, Role, Talk};
use crate::endpoint::offers::OfferReply;
use crate::endpoint::shared::{capabilities, retry_after};
use crate::session::{SessionCommand, SessionEvent, TerminatedBy};
use crate::timers::{Due, Refresher};
use rsipstack::sip::{Header, ReferTo, StatusCode};
use rsipstack::transaction::transaction::TransactionEvent;
use std::time::Duration;

impl Talk {
    pub(super) fn on_command(&mut self, command: SessionCommand) {
        if self.phase == Phase::Ended {
            return;
        }
        match command {
            SessionCommand::Ring { sdp } => self.ring(sdp),
            SessionCommand::Answer { sdp } => self.answer(sdp),
            SessionCommand::Reject { code, reason, retry_after } => self.reject(code, &reason, retry_after),
            SessionCommand::AnswerOffer { id, sdp } => self.answer_offer(id, sdp),
            SessionCommand::Offer { sdp } => {
                self.queued_offer = Some((sdp, 0, self.shared.now_ms()));
                self.on_time();
            }
            SessionCommand::Refer { target } => self.refer(&target),
            SessionCommand::HangUp { reason } => self.hang_up(reason, 487),
        }
    }

    /// The last handle to the session was dropped.
    pub(super) fn abandon(&mut self) {
        self.abandoned = true;
        self.hang_up(None, 480);
    }

    fn ring(&mut self, sdp: Option<String>) {
        if self.phase != Phase::Ringing || !matches!(self.role, Role::Uas { .. }) {
            return;
        }
        let headers = sdp.as_ref().map(|_| vec![sdp_type()]);
        if let Err(error) = self.dialog.ringing(headers, sdp.map(String::into_bytes)) {
            tracing::debug!(%error, "ringing could not be sent");
        }
    }

    fn answer(&mut self, sdp: String) {
        if self.phase != Phase::Ringing || !matches!(self.role, Role::Uas { .. }) {
            return;
        }
        let mut headers = capabilities();
        headers.push(sdp_type());
        if let Some((expires, require)) = self.agreed {
            headers.push(Header::SessionExpires(expires.write().into()));
            if require {
                headers.push(Header::Require("timer".into()));
            }
            self.start_timer(expires, Refresher::Uas);
        }
        self.our_sdp = Some(sdp.clone());
        match self.dialog.accept(Some(headers), Some(sdp.into_bytes())) {
            Ok(()) => self.phase = Phase::Up,
            Err(error) => {
                tracing::warn!(%error, "answer could not be sent");
                self.terminated(TerminatedBy::Timeout, "transaction is gone");
            }
        }
    }

    fn reject(&mut self, code: u16, reason: &str, wait: Option<Duration>) {
        if self.phase != Phase::Ringing || !matches!(self.role, Role::Uas { .. }) {
            return;
        }
        let code = if (300..700).contains(&code) { code } else { 480 };
        let mut headers: Vec<Header> = wait.map(retry_after).into_iter().collect();
        if !reason.is_empty() {
            headers.push(reason_header(code, reason));
        }
        self.refuse(code, headers);
        self.terminated(TerminatedBy::Us, reason);
    }

    /// Final refusal of the INVITE. The dialog's own `reject` has no way to add headers, so the
    /// response is made here and the dialog told after.
    pub(super) fn refuse(&mut self, code: u16, headers: Vec<Header>) {
        let Role::Uas { to_stack, request, .. } = &self.role else {
            return;
        };
        let mut response = self.shared.layer.endpoint.make_response(request, StatusCode::from(code), None);
        for header in response.headers.iter_mut() {
            if let Header::To(to) = header {
                let _ = to.mut_tag(self.key.1.clone().into());
            }
        }
        response.headers.extend(headers);
        let _ = to_stack.send(TransactionEvent::Respond(response));
        let _ = self.dialog.reject(Some(StatusCode::from(code)), None);
    }

    fn answer_offer(&mut self, id: u32, sdp: Result<String, u16>) {
        let Some(pending) = self.pending.take_if(|pending| pending.id == id) else {
            tracing::debug!(id, "answer to an offer that is gone");
            return;
        };
        let answer = match sdp {
            Ok(sdp) => {
                let mut headers = pending.timer_headers;
                headers.extend(capabilities());
                headers.push(sdp_type());
                headers.push(self.contact());
                self.our_sdp = Some(sdp.clone());
                if let Some(expires) = pending.expires {
                    self.start_timer(expires, Refresher::Uas);
                }
                OfferReply { code: 200, headers, body: Some(sdp.into_bytes()) }
            }
            Err(code) => {
                let code = if (400..700).contains(&code) { code } else { 488 };
                OfferReply { code, headers: Vec::new(), body: None }
            }
        };
        if answer.code == 200 {
            self.awaiting_ack = Some((id, pending.wants_ours));
        }
        if pending.answer.send(answer).is_err() {
            self.awaiting_ack = None;
        }
    }

    fn refer(&mut self, target: &str) {
        if !self.is_confirmed() || std::mem::replace(&mut self.referring, true) {
            return self.tell(SessionEvent::Referred { code: 491 });
        }
        let (dialog, to) = (self.dialog.clone(), ReferTo::from(format!("<{target}>")));
        let by = dialog
            .snapshot()
            .local_contact
            .map(|uri| Header::Other("Referred-By".into(), format!("<{uri}>")));
        self.spawn(async move {
            let sent = dialog.refer(to, by.map(|by| vec![by]), None).await;
            Done::Refer(sent.ok().flatten())
        });
    }

    /// Ends the session as its state asks: `unanswered` to an INVITE that rings here, CANCEL, or BYE.
    pub(super) fn hang_up(&mut self, reason: Option<String>, unanswered: u16) {
        let said = reason.clone().unwrap_or_else(|| "hung up".to_owned());
        match (self.phase, &mut self.role) {
            (Phase::Ended, _) => {}
            (Phase::Ringing, Role::Uas { .. }) => {
                let headers = reason.iter().map(|reason| reason_header(unanswered, reason)).collect();
                self.refuse(unanswered, headers);
                self.terminated(TerminatedBy::Us, &said);
            }
            (Phase::Ringing, Role::Uac { cancelled, .. }) => {
                *cancelled = true;
                self.cancel();
                self.terminated(TerminatedBy::Us, &said);
            }
            (Phase::Up, Role::Uas { acked: false, .. }) => self.hang_up = Some(reason),
            (Phase::Up, _) => {
                self.bye(reason);
                self.terminated(TerminatedBy::Us, &said);
            }
        }
    }

    pub(super) fn cancel(&mut self) {
        let dialog = self.dialog.clone();
        tokio::spawn(async move {
            if let Err(error) = dialog.cancel().await {
                tracing::debug!(%error, "CANCEL failed");
            }
        });
    }

    pub(super) fn bye(&mut self, reason: Option<String>) {
        let dialog = self.dialog.clone();
        let headers = reason.map(|reason| vec![reason_header(200, &reason)]);
        self.spawn(async move {
            if let Err(error) = dialog.bye_with_headers(headers).await {
                tracing::debug!(%error, "BYE failed");
            }
            Done::Bye
        });
    }

    /// Whatever is due: no answer to our INVITE, refresh, expiry, a queued offer.
    pub(super) fn on_time(&mut self) {
        let now_ms = self.shared.now_ms();
        if let Some((at_ms, due)) = self.timer.map(|timer| timer.next())
            && at_ms <= now_ms
        {
            self.on_timer(due);
        }
        let unanswered = match &self.role {
            Role::Uac { ring_until_ms, cancelled: false, .. } => *ring_until_ms <= now_ms,
            _ => false,
        };
        if self.phase == Phase::Ringing && unanswered {
            if let Role::Uac { cancelled, .. } = &mut self.role {
                *cancelled = true;
            }
            self.cancel();
            self.end(SessionEvent::Rejected { code: 408, reason: "no answer".to_owned() });
        }
        if self.may_offer()
            && let Some((sdp, tries, _)) = self.queued_offer.take_if(|offer| offer.2 <= now_ms)
        {
            self.send_offer(sdp, tries);
        }
    }

    fn on_timer(&mut self, due: Due) {
        match due {
            Due::Expire => {
                self.bye(Some("session timer expired".to_owned()));
                self.terminated(TerminatedBy::Timeout, "session timer expired");
            }
            Due::Refresh if self.is_confirmed() && !self.our_offer && self.pending.is_none() => {
                if let Some(timer) = &mut self.timer {
                    timer.refreshing();
                }
                self.refresh();
            }
            // An offer is under way: whichever side made it, its 2xx restarts the timer.
            Due::Refresh => {
                if let Some(timer) = &mut self.timer {
                    timer.refreshing();
                }
            }
        }
    }

    fn refresh(&mut self) {
        self.our_offer = true;
        let mut headers = self.timer_headers();
        let dialog = self.dialog.clone();
        let body = self.our_sdp.clone().map(String::into_bytes);
        let update = self.far_end_updates;
        self.spawn(async move {
            let sent = if update {
                dialog.update(Some(headers), None).await
            } else {
                headers.push(sdp_type());
                dialog.reinvite(Some(headers), body).await
            };
            Done::Refresh(sent.ok().flatten())
        });
    }

    fn send_offer(&mut self, sdp: String, tries: u32) {
        self.our_offer = true;
        self.our_sdp = Some(sdp.clone());
        self.queued_offer = Some((sdp.clone(), tries + 1, u64::MAX));
        let mut headers = self.timer_headers();
        headers.push(sdp_type());
        let dialog = self.dialog.clone();
        self.spawn(async move {
            let sent = dialog.reinvite(Some(headers), Some(sdp.into_bytes())).await;
            Done::OurOffer(sent.ok().flatten())
        });
    }

    /// Session-Expires of our own refresh: what runs now, we being the refresher.
    fn timer_headers(&self) -> Vec<Header> {
        let mut headers = vec![Header::Supported("timer".into())];
        if let Some((expires, _)) = self.agreed {
            headers.push(Header::SessionExpires(format!("{};refresher=uac", expires.interval_s).into()));
            headers.push(Header::MinSE(crate::timers::MIN_SE_S.to_string().into()));
        }
        headers
    }

    pub(super) fn contact(&self) -> Header {
        let remote = self.dialog.snapshot().local_contact;
        let uri = remote.map(|uri| uri.to_string()).unwrap_or_default();
        Header::Contact(format!("<{uri}>").into())
    }
}

pub(super) fn sdp_type() -> Header {
    Header::ContentType("application/sdp".into())
}

/// RFC 3326: a whole Reason value as it is, else the text under our own cause.
fn reason_header(code: u16, reason: &str) -> Header {
    let clean: String = reason.chars().filter(|c| !c.is_control()).collect();
    if clean.contains(";cause=") {
        return Header::Reason(clean.into());
    }
    let quoted = clean.replace(['"', '\\'], "'");
    Header::Reason(format!("SIP;cause={code};text=\"{quoted}\"").into())
}
