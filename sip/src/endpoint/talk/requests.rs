//! What the far end asks inside the dialog.

use super::{Pending, Phase, Role, Talk, allows_update, timer_request};
use crate::endpoint::inbound::sdp_of;
use crate::endpoint::offers::{self, dtmf_digit};
use crate::endpoint::shared::{ALLOW, capabilities, reply, retry_after};
use crate::session::{SessionEvent, TerminatedBy};
use crate::timers::{MIN_SE_S, Refresher, SessionExpires, TimerAnswer, answer};
use rsipstack::sip::prelude::HeadersExt;
use rsipstack::sip::{Header, Method};
use rsipstack::transaction::transaction::Transaction;
use std::time::Duration;
use tokio::sync::oneshot;

impl Talk {
    pub(super) async fn on_request(&mut self, mut tx: Transaction) {
        if !self.is_from_far_end(&tx) {
            return reply(&mut tx, 481, Vec::new(), None).await;
        }
        let cseq = tx.original.cseq_header().and_then(|cseq| cseq.seq()).unwrap_or(0);
        if cseq < self.far_cseq {
            // RFC 3261 section 12.2.2: out of order.
            return reply(&mut tx, 500, Vec::new(), None).await;
        }
        self.far_cseq = cseq;
        match tx.original.method {
            Method::Bye => self.on_bye(tx).await,
            _ if self.phase == Phase::Ended => reply(&mut tx, 481, Vec::new(), None).await,
            Method::Invite | Method::Update => self.on_offer(tx).await,
            Method::Info => self.on_info(tx).await,
            Method::Options => reply(&mut tx, 200, capabilities(), None).await,
            Method::Refer => reply(&mut tx, 403, Vec::new(), None).await,
            // We send no reliable provisional response that it could belong to.
            Method::PRack => reply(&mut tx, 481, Vec::new(), None).await,
            Method::Notify if self.referring => self.on_notify(tx).await,
            Method::Notify => reply(&mut tx, 489, Vec::new(), None).await,
            _ => reply(&mut tx, 405, vec![Header::Allow(ALLOW.into())], None).await,
        }
    }

    fn is_from_far_end(&self, tx: &Transaction) -> bool {
        let theirs = self.dialog.id().remote_tag;
        let tag = tx.original.from_header().ok().and_then(|from| from.tag().ok().flatten());
        theirs.is_empty() || tag.is_some_and(|tag| tag.value() == theirs)
    }

    async fn on_bye(&mut self, mut tx: Transaction) {
        let reason = tx.original.reason_header().map(|reason| reason.value().to_owned());
        let rings_here = self.phase == Phase::Ringing && matches!(self.role, Role::Uas { .. });
        // The dialog must know, or it keeps sending its 2xx; it only takes a BYE as UAS or confirmed.
        if (matches!(self.role, Role::Uas { .. }) || self.phase == Phase::Up)
            && let Err(error) = self.dialog.clone().handle(&mut tx).await
        {
            tracing::debug!(%error, "BYE was not taken by the dialog");
        }
        if tx.last_response.is_none() {
            reply(&mut tx, 200, Vec::new(), None).await;
        }
        if rings_here {
            self.refuse(487, Vec::new());
        }
        if self.phase != Phase::Ended {
            self.terminated(TerminatedBy::FarEnd, reason.as_deref().unwrap_or("hung up"));
        }
    }

    async fn on_offer(&mut self, mut tx: Transaction) {
        let invite = tx.original.method == Method::Invite;
        if let Some((code, wait)) = self.offer_obstacle() {
            let headers = wait.map(retry_after).into_iter().collect();
            return reply(&mut tx, code, headers, None).await;
        }
        let ours_s = self.shared.config.session_expires.as_secs() as u32;
        let (expires, require) = match answer(timer_request(&tx.original), ours_s) {
            TimerAnswer::Agreed { expires, require } => (expires, require),
            TimerAnswer::TooSmall => {
                let minimum = Header::MinSE(MIN_SE_S.to_string().into());
                return reply(&mut tx, 422, vec![minimum], None).await;
            }
        };
        self.far_end_updates |= allows_update(tx.original.headers.iter());
        let timer_headers = timer_headers(expires, require);
        let sdp = sdp_of(tx.original.body());
        if !invite && sdp.is_none() {
            // A mere refresh (RFC 4028 section 9); the call need not know.
            let mut headers = timer_headers;
            headers.push(self.contact());
            headers.extend(capabilities());
            reply(&mut tx, 200, headers, None).await;
            self.agreed = Some((expires, require));
            self.start_timer(expires, Refresher::Uas);
            return;
        }
        self.pass_offer(tx, sdp, timer_headers, expires, require);
    }

    /// RFC 3261 section 14.2, RFC 3311 section 5.2.
    fn offer_obstacle(&self) -> Option<(u16, Option<Duration>)> {
        if self.our_offer || self.answer_is_due() {
            return Some((491, None));
        }
        let unsettled = self.pending.is_some() || self.phase != Phase::Up;
        unsettled.then(|| (500, Some(Duration::from_secs(rand::random_range(1..=10)))))
    }

    /// Whether an ACK is still to bring the answer to an offer in a 2xx of ours. A missing ACK alone
    /// hinders no further offer: it may be late or overtaken (RFC 5407 section 3.1.4).
    fn answer_is_due(&self) -> bool {
        let first = match &self.role {
            Role::Uas { request, acked: false, .. } => self.phase == Phase::Up && request.body.is_empty(),
            _ => false,
        };
        first || self.awaiting_ack.is_some_and(|(_, wants_ours)| wants_ours)
    }

    fn pass_offer(
        &mut self,
        tx: Transaction,
        sdp: Option<String>,
        timer_headers: Vec<Header>,
        expires: SessionExpires,
        require: bool,
    ) {
        self.offers += 1;
        let id = self.offers;
        let (answer, receiver) = oneshot::channel();
        self.agreed = Some((expires, require));
        let wants_ours = sdp.is_none();
        self.pending = Some(Pending { id, answer, timer_headers, expires: Some(expires), wants_ours });
        self.tell(SessionEvent::Offer { id, sdp });
        // Not counted as running: should the session end first, the far end still gets its answer.
        tokio::spawn(offers::serve(tx, id, receiver, self.outcomes.0.clone()));
    }

    /// How far our REFER has come, as the first line of a SIP response (RFC 3515 section 2.4.5).
    async fn on_notify(&mut self, mut tx: Transaction) {
        let event = tx.original.header_value("Event").unwrap_or_default();
        if event.split(';').next().map(str::trim) != Some("refer") {
            return reply(&mut tx, 489, Vec::new(), None).await;
        }
        let status = sipfrag_status(tx.original.body());
        let over =
            tx.original.header_value("Subscription-State").unwrap_or_default().starts_with("terminated");
        reply(&mut tx, if status.is_some() { 200 } else { 400 }, Vec::new(), None).await;
        match status {
            Some(code) => self.referred(code),
            // Over, and nobody says how: the far end is still here.
            None if over => self.referred(500),
            None => {}
        }
    }

    async fn on_info(&mut self, mut tx: Transaction) {
        let kind = tx.original.header_value("Content-Type").unwrap_or_default();
        let (code, digit) = match dtmf_digit(&kind, tx.original.body()) {
            Some(Some(digit)) => (200, Some(digit)),
            Some(None) => (400, None),
            None if tx.original.body().is_empty() => (200, None),
            None => (415, None),
        };
        let headers = if code == 415 { capabilities() } else { Vec::new() };
        reply(&mut tx, code, headers, None).await;
        if let Some(digit) = digit {
            self.tell(SessionEvent::Dtmf { digit });
        }
    }
}

/// `SIP/2.0 180 Ringing` → 180.
fn sipfrag_status(body: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(body).ok()?.lines().next()?;
    let code = line.strip_prefix("SIP/2.0 ")?.split_whitespace().next()?.parse().ok()?;
    (100..700).contains(&code).then_some(code)
}

fn timer_headers(expires: SessionExpires, require: bool) -> Vec<Header> {
    let mut headers = vec![Header::SessionExpires(expires.write().into())];
    if require {
        headers.push(Header::Require("timer".into()));
    }
    headers
}
