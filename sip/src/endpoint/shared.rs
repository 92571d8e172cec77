//! What all tasks of one endpoint hold in common.

use super::EndpointConfig;
use super::inspect::Realms;
use crate::digest::Nonces;
use crate::session::Incoming;
use crate::throttle::Throttle;
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::{Auth, Header, Param, Scheme, StatusCode, Transport, Uri};
use rsipstack::transaction::transaction::Transaction;
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Bound of the queue of in-dialog requests of one session; one more is answered 500.
pub const SESSION_REQUESTS: usize = 16;
/// What a caller who is turned away for lack of room is told to wait.
pub const RETRY_AFTER: Duration = Duration::from_secs(10);
/// Methods that we take.
pub const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK";

/// Where we listen.
pub struct Addresses {
    pub udp: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
}

/// Names a dialog from our side: Call-ID and our tag. The far end's tag is checked by the session,
/// since a forked INVITE may see several.
pub type SessionKey = (String, String);

pub struct Shared {
    pub config: EndpointConfig,
    pub layer: Arc<DialogLayer>,
    pub realms: Arc<Realms>,
    pub incoming: mpsc::Sender<Incoming>,
    pub addresses: Addresses,
    /// Sessions must end.
    pub closing: CancellationToken,
    /// Sockets must close.
    pub stop: CancellationToken,
    /// Way to the task of each live session.
    sessions: Mutex<HashMap<SessionKey, mpsc::Sender<Transaction>>>,
    /// Peers that a TCP stream is open to.
    streams: Mutex<HashSet<SocketAddr>>,
    room: Arc<Semaphore>,
    draining: AtomicBool,
    nonces: Mutex<Nonces>,
    throttle: Arc<Mutex<Throttle>>,
    started: Instant,
}

impl Shared {
    pub fn new(
        config: EndpointConfig,
        layer: Arc<DialogLayer>,
        realms: Arc<Realms>,
        incoming: mpsc::Sender<Incoming>,
        addresses: Addresses,
        stop: CancellationToken,
        throttle: Arc<Mutex<Throttle>>,
    ) -> Self {
        let room = Arc::new(Semaphore::new(config.max_sessions));
        Shared {
            config,
            layer,
            realms,
            incoming,
            addresses,
            closing: CancellationToken::new(),
            stop,
            sessions: Mutex::default(),
            streams: Mutex::default(),
            room,
            draining: AtomicBool::new(false),
            nonces: Mutex::new(Nonces::new(rand::random())),
            throttle,
            started: Instant::now(),
        }
    }

    /// Milliseconds on this endpoint's own scale.
    pub fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    /// A moment of that scale, to sleep until.
    pub fn instant(&self, at_ms: u64) -> tokio::time::Instant {
        (self.started + Duration::from_millis(at_ms)).into()
    }

    pub fn nonces(&self) -> MutexGuard<'_, Nonces> {
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn admits(&self, source: IpAddr) -> bool {
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        throttle.admit(source, self.now_ms())
    }

    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Room for one more session, held as long as it lives.
    pub fn reserve(&self) -> Option<OwnedSemaphorePermit> {
        self.room.clone().try_acquire_owned().ok()
    }

    pub fn live_sessions(&self) -> usize {
        self.config.max_sessions - self.room.available_permits()
    }

    pub async fn all_ended(&self) {
        let all = u32::try_from(self.config.max_sessions).unwrap_or(u32::MAX);
        let _ = self.room.acquire_many(all).await;
    }

    /// Opens the way from dispatcher to session.
    pub fn register(&self, key: SessionKey) -> mpsc::Receiver<Transaction> {
        let (requests, receiver) = mpsc::channel(SESSION_REQUESTS);
        self.session_map().insert(key, requests);
        receiver
    }

    pub fn unregister(&self, key: &SessionKey) {
        self.session_map().remove(key);
    }

    pub fn session(&self, id: &DialogId) -> Option<mpsc::Sender<Transaction>> {
        self.session_map().get(&(id.call_id.clone(), id.local_tag.clone())).cloned()
    }

    fn session_map(&self) -> MutexGuard<'_, HashMap<SessionKey, mpsc::Sender<Transaction>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn has_stream(&self, peer: SocketAddr) -> bool {
        self.stream_set().contains(&peer)
    }

    pub fn stream_set(&self) -> MutexGuard<'_, HashSet<SocketAddr>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// TCP address for Via and Contact.
    pub fn public_tcp(&self) -> Option<SocketAddr> {
        let local = self.addresses.tcp?;
        let ip = self.config.external_ip.unwrap_or(local.ip());
        let ip = if ip.is_unspecified() { route_to(None) } else { ip };
        Some(SocketAddr::new(ip, local.port()))
    }

    /// Where the far end of a dialog reaches us. `peer` picks the interface when we listen on all.
    pub fn contact(&self, over: Transport, peer: Option<IpAddr>) -> Uri {
        let (local, parameters) = match (over, self.addresses.udp, self.addresses.tcp) {
            (Transport::Tcp, _, Some(tcp)) | (_, None, Some(tcp)) => {
                (tcp, vec![Param::Transport(Transport::Tcp)])
            }
            (Transport::Tcp, Some(udp), None) => (udp, vec![Param::Transport(Transport::Tcp)]),
            (_, udp, _) => (udp.unwrap_or(([127, 0, 0, 1], 5060).into()), Vec::new()),
        };
        let ip = self.config.external_ip.unwrap_or(local.ip());
        let ip = if ip.is_unspecified() { route_to(peer) } else { ip };
        Uri {
            scheme: Some(Scheme::Sip),
            auth: Some(Auth { user: "duet".to_owned(), password: None }),
            host_with_port: SocketAddr::new(ip, local.port()).into(),
            params: parameters,
            headers: Vec::new(),
        }
    }
}

/// Our address on the way to a peer; connecting a UDP socket sends nothing.
fn route_to(peer: Option<IpAddr>) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::from([192, 0, 2, 1]));
    let any: SocketAddr = if peer.is_ipv6() { (([0u16; 8]), 0).into() } else { ([0u8; 4], 0).into() };
    UdpSocket::bind(any)
        .and_then(|socket| socket.connect((peer, 9)).map(|()| socket))
        .and_then(|socket| socket.local_addr())
        .map_or(IpAddr::from([127, 0, 0, 1]), |address| address.ip())
}

/// Sends a final or provisional response; a transport that is gone ends the session by its timers.
pub async fn reply(tx: &mut Transaction, code: u16, headers: Vec<Header>, body: Option<Vec<u8>>) {
    if let Err(error) = tx.reply_with(StatusCode::from(code), headers, body).await {
        tracing::debug!(%error, code, "response could not be sent");
    }
}

/// Allow, Accept, Supported: what OPTIONS and 2xx tell (RFC 3261 section 11.2).
pub fn capabilities() -> Vec<Header> {
    vec![
        Header::Allow(ALLOW.into()),
        Header::Accept("application/sdp, application/dtmf-relay, application/dtmf".into()),
        Header::Supported("timer".into()),
    ]
}

pub fn retry_after(wait: Duration) -> Header {
    Header::RetryAfter(wait.as_secs().max(1).to_string().into())
}
