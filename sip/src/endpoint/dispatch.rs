//! Takes each new server transaction to the session it belongs to, or to admission.

use super::shared::{ALLOW, RETRY_AFTER, Shared, capabilities, reply, retry_after};
use super::{admit, inbound};
use crate::address;
use crate::guard::{RequestFacts, Verdict};
use rsipstack::dialog::DialogId;
use rsipstack::sip::prelude::HeadersExt;
use rsipstack::sip::{Header, Method};
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::transaction::Transaction;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;

/// Runs until the stack stops.
pub async fn serve(shared: Arc<Shared>, mut transactions: TransactionReceiver) {
    loop {
        let tx = tokio::select! {
            () = shared.stop.cancelled() => return,
            tx = transactions.recv() => tx,
        };
        match tx {
            Some(tx) => dispatch(&shared, tx).await,
            None => return,
        }
    }
}

async fn dispatch(shared: &Arc<Shared>, mut tx: Transaction) {
    let Ok(id) = DialogId::try_from(&tx) else {
        return reply(&mut tx, 400, Vec::new(), None).await;
    };
    if !id.local_tag.is_empty() {
        return to_session(shared, id, tx).await;
    }
    match tx.original.method {
        Method::Invite => invite(shared, tx).await,
        Method::Options => options(shared, tx).await,
        Method::Bye | Method::Update | Method::PRack | Method::Info | Method::Notify => {
            reply(&mut tx, 481, Vec::new(), None).await;
        }
        Method::Refer => refuse_method(shared, tx, 403).await,
        _ => refuse_method(shared, tx, 405).await,
    }
}

async fn to_session(shared: &Shared, id: DialogId, tx: Transaction) {
    let sent = match shared.session(&id) {
        Some(requests) => requests.try_send(tx),
        None => Err(TrySendError::Closed(tx)),
    };
    match sent {
        Ok(()) => {}
        Err(TrySendError::Full(mut tx)) => {
            reply(&mut tx, 500, vec![retry_after(Duration::from_secs(1))], None).await;
        }
        Err(TrySendError::Closed(mut tx)) => reply(&mut tx, 481, Vec::new(), None).await,
    }
}

async fn invite(shared: &Arc<Shared>, mut tx: Transaction) {
    if shared.is_draining() {
        return reply(&mut tx, 503, vec![retry_after(RETRY_AFTER)], None).await;
    }
    match admit::judge(shared, &tx) {
        admit::Outcome::Accept { trunk } => inbound::begin(shared, tx, trunk).await,
        admit::Outcome::Answer { code, headers } => reply(&mut tx, code, headers, None).await,
        admit::Outcome::Silent => silence(tx),
    }
}

/// Drops a transaction without an answer; retransmissions come here again.
fn silence(mut tx: Transaction) {
    tx.connection = None;
}

async fn options(shared: &Shared, mut tx: Transaction) {
    if shared.is_draining() {
        return reply(&mut tx, 503, vec![retry_after(RETRY_AFTER)], None).await;
    }
    match first_sight(shared, &tx) {
        Verdict::Silent => silence(tx),
        Verdict::Refuse { code, retry_after: wait } => {
            reply(&mut tx, code, wait.map(retry_after).into_iter().collect(), None).await;
        }
        Verdict::Accept { .. } | Verdict::Challenge { .. } => reply(&mut tx, 200, capabilities(), None).await,
    }
}

async fn refuse_method(shared: &Shared, mut tx: Transaction, code: u16) {
    if first_sight(shared, &tx) == Verdict::Silent {
        return silence(tx);
    }
    reply(&mut tx, code, vec![Header::Allow(ALLOW.into())], None).await;
}

fn first_sight(shared: &Shared, tx: &Transaction) -> Verdict {
    let facts = OwnedFacts::of(tx);
    shared.config.guard.judge(&facts.seen_as(None))
}

/// The facts of a request, owning what [`RequestFacts`] borrows.
pub struct OwnedFacts {
    pub method: String,
    pub source: SocketAddr,
    pub to_user: String,
    pub from_user: String,
}

impl OwnedFacts {
    pub fn of(tx: &Transaction) -> Self {
        let from = tx.original.from_header().map(|from| from.value().to_owned()).unwrap_or_default();
        OwnedFacts {
            method: tx.original.method.to_string(),
            source: source(tx),
            to_user: address::user(&tx.original.uri.to_string()),
            from_user: address::user(&from),
        }
    }

    pub fn seen_as<'a>(&'a self, user: Option<&'a str>) -> RequestFacts<'a> {
        RequestFacts {
            method: &self.method,
            source: self.source,
            to_user: &self.to_user,
            from_user: &self.from_user,
            authenticated_as: user,
        }
    }
}

/// Where a request came from. The stack notes a datagram's source on the connection.
pub fn source(tx: &Transaction) -> SocketAddr {
    tx.connection
        .as_ref()
        .and_then(|connection| connection.get_remote_addr())
        .and_then(|address| address.get_socketaddr().ok())
        .unwrap_or(([0, 0, 0, 0], 0).into())
}
