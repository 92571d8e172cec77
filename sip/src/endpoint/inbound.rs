//! From an admitted INVITE to a session.

use super::dispatch::source;
use super::shared::{RETRY_AFTER, Shared, reply, retry_after};
use super::talk::{Role, Talk, timer_request};
use crate::address;
use crate::session::{Incoming, InviteInfo, SESSION_COMMANDS, SESSION_EVENTS, Session};
use crate::timers::{MIN_SE_S, TimerAnswer, answer};
use rsipstack::sip::prelude::{HasHeaders, HeadersExt};
use rsipstack::sip::{Header, Request, Transport};
use rsipstack::transaction::transaction::Transaction;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Headers that the stack or this module has understood; the rest goes to the call.
const UNDERSTOOD: [&str; 18] = [
    "Via",
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Max-Forwards",
    "Contact",
    "Content-Type",
    "Content-Length",
    "Route",
    "Record-Route",
    "Allow",
    "Supported",
    "Require",
    "Session-Expires",
    "Min-SE",
    "Authorization",
    "Accept",
];

/// Opens a session for an INVITE, or answers why not.
pub async fn begin(shared: &Arc<Shared>, mut tx: Transaction, trunk: String) {
    let ours_s = shared.config.session_expires.as_secs() as u32;
    let TimerAnswer::Agreed { expires, require } = answer(timer_request(&tx.original), ours_s) else {
        return reply(&mut tx, 422, vec![Header::MinSE(MIN_SE_S.to_string().into())], None).await;
    };
    let (Some(permit), Ok(place)) = (shared.reserve(), shared.incoming.clone().try_reserve_owned()) else {
        tracing::warn!("call refused, too many sessions are alive");
        return reply(&mut tx, 503, vec![retry_after(RETRY_AFTER)], None).await;
    };
    let over = tx.connection.as_ref().map_or(Transport::Udp, |connection| connection.transport());
    let contact = shared.contact(over, Some(source(&tx).ip()));
    let (state_sender, states) = shared.layer.new_dialog_state_channel();
    let dialog = match shared.layer.get_or_create_server_invite(&tx, state_sender, None, Some(contact)) {
        Ok(dialog) => dialog,
        Err(error) => {
            tracing::debug!(%error, "dialog could not be created");
            return reply(&mut tx, 400, Vec::new(), None).await;
        }
    };
    let info = invite_info(&tx, trunk);
    let (commands, command_receiver) = mpsc::channel(SESSION_COMMANDS);
    let (events, event_receiver) = mpsc::channel(SESSION_EVENTS);
    let role = Role::Uas { to_stack: tx.tu_sender.clone(), request: tx.original.clone(), acked: false };
    let mut talk = Talk::new(shared.clone(), dialog.clone(), role, command_receiver, states, events, permit);
    talk.agree(expires, require, &tx.original);
    let session = Session { commands };
    place.send(Incoming { info, session, events: event_receiver });
    tokio::spawn(drive(dialog, tx));
    tokio::spawn(talk.run());
}

/// Runs the INVITE transaction: 100 at once, retransmissions, CANCEL, ACK, its absence.
async fn drive(mut dialog: rsipstack::dialog::invite_dialog::InviteDialog, mut tx: Transaction) {
    if let Err(error) = dialog.handle(&mut tx).await {
        tracing::debug!(%error, "INVITE transaction failed");
    }
}

fn invite_info(tx: &Transaction, trunk: String) -> InviteInfo {
    let request = &tx.original;
    let from = request.from_header().map(|from| from.value().to_owned()).unwrap_or_default();
    InviteInfo {
        call_id: request.call_id_header().map(|id| id.value().to_owned()).unwrap_or_default(),
        from: address::user(&from),
        from_name: address::display_name(&from),
        to: address::user(&request.uri.to_string()),
        trunk,
        source: Some(source(tx)),
        sdp: sdp_of(request.body()),
        headers: other_headers(request),
    }
}

/// A body as text; `None` when there is none.
pub fn sdp_of(body: &[u8]) -> Option<String> {
    (!body.is_empty()).then(|| String::from_utf8_lossy(body).into_owned())
}

fn other_headers(request: &Request) -> Vec<(String, String)> {
    request
        .headers()
        .iter()
        .filter(|header| !UNDERSTOOD.iter().any(|known| known.eq_ignore_ascii_case(header.name())))
        .map(|header| (header.name().to_owned(), header.value().to_owned()))
        .collect()
}
