//! Builds every part once, in the order a call needs them; drains in reverse.

pub(crate) mod bots;
mod build;
pub(crate) mod exposition;
pub mod fleet; // bots while the node runs
pub mod remote;

use crate::api::Readiness;
use crate::config::Config;
use crate::desk::notice::CallbackOrder;
use crate::edge::guard::TrunkGuard;
use crate::engines::gate::{Entry, Gate};
use crate::runner::actions::ActionRunner;
use crate::runner::chat::{ChatOrder, ChatParts};
use crate::runner::{self, Parts};
use sip::session::{Incoming, SessionCommand};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use build::{BuildError, NEEDED_MODELS};

/// When a caller who was refused may try again.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Calls that are cut at the end of the drain have this long to say so and write their record.
const CUT_FOR: Duration = Duration::from_secs(5);

/// A running node.
pub struct Server {
    parts: Arc<Parts>,
    guard: Arc<TrunkGuard>,
    incoming: mpsc::Receiver<Incoming>,
    readiness: Readiness,
    /// The desk's, the API's, and the visitors' where there are chats.
    http: Vec<HttpTask>,
    chat: Arc<ChatParts>,
    /// Chats that are to begin.
    chats: Option<mpsc::Receiver<ChatOrder>>,
    drain_for: Duration,
    gate: Arc<Gate>,
    /// Shown once, at the very first start.
    pub admin_token: Option<String>,
}

/// One HTTP listener.
struct HttpTask {
    addr: SocketAddr,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

/// Where a node can be reached.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Addresses {
    pub sip_udp: Option<SocketAddr>,
    pub sip_tcp: Option<SocketAddr>,
    pub desk: SocketAddr,
    pub api: SocketAddr,
    /// Of visitors who chat.
    pub chat: Option<SocketAddr>,
}

impl Server {
    /// Builds every part; nothing is answered before all are ready.
    pub async fn start(config: Config) -> Result<Server, BuildError> {
        build::build(config, ActionRunner::new()).await
    }

    /// The same; what bots ask of back offices is answered by `actions`.
    pub async fn start_with(config: Config, actions: ActionRunner) -> Result<Server, BuildError> {
        build::build(config, actions).await
    }

    /// The addresses really bound.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            sip_udp: self.parts.endpoint.udp_addr(),
            sip_tcp: self.parts.endpoint.tcp_addr(),
            desk: self.http[0].addr,
            api: self.http[1].addr,
            chat: self.http.get(2).map(|http| http.addr),
        }
    }

    /// Answers calls until `stop`, then drains: new calls get 503, running calls go on to a limit.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut calls = JoinSet::new();
        let mut callbacks = self.parts.desk.callback_orders();
        let mut chats = self.chats.take();
        let messages = tokio::spawn(runner::voicemail::look_after(self.parts.clone()));
        loop {
            tokio::select! {
                incoming = self.incoming.recv() => match incoming {
                    Some(incoming) => self.accept(&mut calls, incoming).await,
                    None => break,
                },
                Some(order) = next(callbacks.as_mut()) => self.call_back(&mut calls, order),
                Some(order) = next(chats.as_mut()) => drop(calls.spawn(runner::chat::run(self.chat.clone(), order))),
                Some(ended) = calls.join_next() => report(ended),
                () = stop.cancelled() => break,
            }
        }
        messages.abort();
        // No chat begins any more.
        drop(chats);
        self.drain(calls).await;
    }

    async fn accept(&self, calls: &mut JoinSet<()>, incoming: Incoming) {
        let Some(destination) = self.guard.answers(&incoming.info.trunk, &incoming.info.to).cloned() else {
            return refuse(&incoming, 404, "Not Found").await;
        };
        let straight_to_people = match self.gate.judge() {
            Entry::Bot => false,
            Entry::People => true,
            Entry::Refused => return refuse(&incoming, 503, "Service Unavailable").await,
        };
        let place = self.gate.enter();
        let call = runner::run(self.parts.clone(), incoming, destination, straight_to_people);
        calls.spawn(async move {
            call.await;
            drop(place);
        });
    }

    /// People wait for it: admission is for calls that nobody knows of yet.
    fn call_back(&self, calls: &mut JoinSet<()>, order: CallbackOrder) {
        let place = self.gate.enter();
        let call = runner::call_back(self.parts.clone(), order);
        calls.spawn(async move {
            call.await;
            drop(place);
        });
    }

    async fn drain(self, mut calls: JoinSet<()>) {
        self.readiness.set("sip", Err("draining".into()));
        self.parts.endpoint.drain();
        tracing::info!(calls = calls.len(), drain_s = self.drain_for.as_secs(), "draining");
        if tokio::time::timeout(self.drain_for, all_ended(&mut calls)).await.is_err() {
            tracing::warn!(calls = calls.len(), "drain time is over; remaining calls are cut");
            self.parts.cut.cancel();
            if tokio::time::timeout(CUT_FOR, all_ended(&mut calls)).await.is_err() {
                calls.shutdown().await;
            }
        }
        self.parts.endpoint.shutdown().await;
        for http in self.http {
            http.stop.cancel();
            if http.task.await.is_err() {
                tracing::error!("http task panicked");
            }
        }
    }
}

/// Waits for ever where there is nothing to wait for.
async fn next<T>(orders: Option<&mut mpsc::Receiver<T>>) -> Option<T> {
    match orders {
        Some(orders) => orders.recv().await,
        None => std::future::pending().await,
    }
}

async fn all_ended(calls: &mut JoinSet<()>) {
    while let Some(ended) = calls.join_next().await {
        report(ended);
    }
}

async fn refuse(incoming: &Incoming, code: u16, reason: &str) {
    let retry_after = (code == 503).then_some(RETRY_AFTER);
    let reject = SessionCommand::Reject { code, reason: reason.into(), retry_after };
    if incoming.session.send(reject).await.is_err() {
        tracing::debug!("caller left before the refusal");
    }
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a call's task panicked");
        metrics::counter!("duet_call_panics_total").increment(1);
    }
}
