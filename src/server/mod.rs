//! Builds every part once, in the order a call needs them; drains in reverse.

mod bots;
mod build;

use crate::api::Readiness;
use crate::config::Config;
use crate::edge::guard::TrunkGuard;
use crate::runner::{self, Parts};
use sip::session::{Incoming, SessionCommand};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use build::BuildError;

/// A running node.
pub struct Server {
    parts: Arc<Parts>,
    guard: Arc<TrunkGuard>,
    incoming: mpsc::Receiver<Incoming>,
    readiness: Readiness,
    http: HttpTask,
    drain_for: Duration,
    /// Shown once, at the very first start.
    pub admin_token: Option<String>,
}

/// The desk and API listener.
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
    pub http: SocketAddr,
}

impl Server {
    /// Builds every part; nothing is answered before all are ready.
    pub async fn start(config: Config) -> Result<Server, BuildError> {
        build::build(config).await
    }

    /// The addresses really bound.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            sip_udp: self.parts.endpoint.udp_addr(),
            sip_tcp: self.parts.endpoint.tcp_addr(),
            http: self.http.addr,
        }
    }

    /// Answers calls until `stop`, then drains: new calls get 503, running calls go on to a limit.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut calls = JoinSet::new();
        loop {
            tokio::select! {
                incoming = self.incoming.recv() => match incoming {
                    Some(incoming) => self.accept(&mut calls, incoming).await,
                    None => break,
                },
                Some(ended) = calls.join_next() => report(ended),
                () = stop.cancelled() => break,
            }
        }
        self.drain(calls).await;
    }

    async fn accept(&self, calls: &mut JoinSet<()>, incoming: Incoming) {
        let bot = self
            .guard
            .bot_for(&incoming.info.trunk, &incoming.info.to)
            .map(str::to_owned);
        match bot {
            Some(bot) => {
                calls.spawn(runner::run(self.parts.clone(), incoming, bot));
            }
            None => {
                let reject = SessionCommand::Reject {
                    code: 404,
                    reason: "Not Found".into(),
                    retry_after: None,
                };
                if incoming.session.send(reject).await.is_err() {
                    tracing::debug!("caller left before the refusal");
                }
            }
        }
    }

    async fn drain(self, mut calls: JoinSet<()>) {
        self.readiness.set("sip", Err("draining".into()));
        self.parts.endpoint.drain();
        tracing::info!(
            calls = calls.len(),
            drain_s = self.drain_for.as_secs(),
            "draining"
        );
        let all_ended = async {
            while let Some(ended) = calls.join_next().await {
                report(ended);
            }
        };
        if tokio::time::timeout(self.drain_for, all_ended).await.is_err() {
            tracing::warn!(calls = calls.len(), "drain time is over; remaining calls are cut");
            calls.shutdown().await;
        }
        self.parts.endpoint.shutdown().await;
        self.http.stop.cancel();
        if self.http.task.await.is_err() {
            tracing::error!("http task panicked");
        }
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
