//! The socket side of signalling: transports, admission, sessions.
//!
//! Transactions and dialogs are rsipstack's; it sees only what [`crate::normalise`] let through, and
//! nobody outside this module sees it. One task per session owns that session's state ([`talk`]).

mod admit;
mod dispatch;
mod inbound;
mod inspect;
mod offers;
mod outbound;
mod shared;
mod talk;
mod tcp;
mod udp;

use crate::guard::Guard;
use crate::session::{Incoming, InviteError, OutgoingInvite, Session, SessionEvent};
use crate::throttle::Throttle;
use rsipstack::EndpointBuilder;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::transaction::CallIdFormat;
use rsipstack::transaction::endpoint::EndpointOption;
use rsipstack::transport::TransportLayer;
use rsipstack::transport::tcp_listener::TcpListenerConnection;
use rsipstack::transport::udp::UdpConnection;
use shared::Shared;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// New calls that wait to be taken up; a call beyond that is answered 503.
pub const INCOMING_CALLS: usize = 64;
/// A TCP connection on which nothing moves for this long is closed; longer than any session refresh.
const STREAM_IDLE: Duration = Duration::from_secs(2 * 3600);
/// How long `shutdown` waits for BYEs to be answered.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(3);

/// How to listen and whom to let in.
#[derive(Clone)]
pub struct EndpointConfig {
    pub udp: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
    /// Our address as the far end sees it; goes into Contact and Via.
    pub external_ip: Option<IpAddr>,
    pub guard: Arc<dyn Guard>,
    /// RFC 4028 interval that we ask for.
    pub session_expires: Duration,
    /// Sessions at once, both directions; one more INVITE is answered 503.
    pub max_sessions: usize,
    pub user_agent: String,
    /// Messages that one source address may send a second, twice that in a burst.
    pub messages_per_second: u32,
}

impl EndpointConfig {
    /// UDP on `udp`, session timer 1800 s, 1000 sessions, 2000 messages a second per source.
    pub fn new(udp: SocketAddr, guard: Arc<dyn Guard>) -> Self {
        EndpointConfig {
            udp: Some(udp),
            tcp: None,
            external_ip: None,
            guard,
            session_expires: Duration::from_secs(1800),
            max_sessions: 1000,
            user_agent: concat!("Duet/", env!("CARGO_PKG_VERSION")).to_owned(),
            messages_per_second: 2000,
        }
    }
}

/// Why the endpoint does not start.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    #[error("neither a UDP nor a TCP address to listen on")]
    NoAddress,
    #[error("cannot listen on {transport} {address}")]
    Bind {
        transport: &'static str,
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
    #[error("SIP stack does not start: {0}")]
    Stack(String),
}

/// The SIP side of the server; cheap to clone.
#[derive(Clone)]
pub struct Endpoint {
    shared: Arc<Shared>,
}

impl Endpoint {
    /// Binds the sockets and starts to serve. Incoming calls arrive on the receiver.
    pub async fn bind(config: EndpointConfig) -> Result<(Endpoint, mpsc::Receiver<Incoming>), EndpointError> {
        if config.udp.is_none() && config.tcp.is_none() {
            return Err(EndpointError::NoAddress);
        }
        let throttle = Arc::new(Mutex::new(Throttle::new(config.messages_per_second)));
        let stop = CancellationToken::new();
        let transports = TransportLayer::new(stop.clone());
        transports.set_stream_idle_timeout(STREAM_IDLE);
        let udp = match config.udp {
            Some(address) => Some(udp::CleanSocket::bind(address, throttle.clone()).await?),
            None => None,
        };
        let listener = match config.tcp {
            Some(address) => Some(tcp::bind(address).await?),
            None => None,
        };
        let udp_addr = udp.as_ref().map(|socket| socket.address());
        let tcp_addr = listener.as_ref().and_then(|listener| listener.local_addr().ok());
        let serving = udp.as_ref().map(|socket| socket.serving());
        if let Some(socket) = udp {
            add_udp(&transports, socket, &config, stop.child_token()).await?;
        }
        let realms = Arc::new(inspect::Realms::default());
        let stack = EndpointBuilder::new()
            .with_user_agent(&config.user_agent)
            .with_cancel_token(stop.clone())
            .with_transport_layer(transports)
            .with_option(EndpointOption { callid_format: CallIdFormat::Uuid, ..EndpointOption::default() })
            .with_inspector(Box::new(inspect::Challenges(realms.clone())))
            .build();
        let transactions = stack.incoming_transactions().map_err(|e| EndpointError::Stack(e.to_string()))?;
        let layer = Arc::new(DialogLayer::new(stack.inner.clone()));
        let (incoming, calls) = mpsc::channel(INCOMING_CALLS);
        let addresses = shared::Addresses { udp: udp_addr, tcp: tcp_addr };
        let shared = Arc::new(Shared::new(config, layer, realms, incoming, addresses, stop, throttle));
        tokio::spawn(async move { stack.serve().await });
        if let Some(serving) = serving {
            serving.notified().await;
        }
        if let Some(listener) = listener {
            advertise_tcp(&shared).await?;
            tokio::spawn(tcp::accept(shared.clone(), listener));
        }
        tokio::spawn(dispatch::serve(shared.clone(), transactions));
        Ok((Endpoint { shared }, calls))
    }

    /// Where we listen for UDP.
    pub fn udp_addr(&self) -> Option<SocketAddr> {
        self.shared.addresses.udp
    }

    /// Where we listen for TCP.
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.shared.addresses.tcp
    }

    /// Sends an INVITE. The session's events end with `Rejected` or `Terminated`.
    pub async fn invite(
        &self,
        invite: OutgoingInvite,
    ) -> Result<(Session, mpsc::Receiver<SessionEvent>), InviteError> {
        outbound::invite(&self.shared, invite).await
    }

    /// From now on new INVITEs and OPTIONS get 503 with Retry-After; live sessions go on.
    pub fn drain(&self) {
        self.shared.drain();
    }

    /// Sessions alive, both directions.
    pub fn sessions(&self) -> usize {
        self.shared.live_sessions()
    }

    /// Dialogs that the stack still holds; zero when no session lives.
    pub fn dialogs(&self) -> usize {
        self.shared.layer.len()
    }

    /// Ends all sessions (BYE, CANCEL or 480), waits at most 3 s for the answers, closes the sockets.
    pub async fn shutdown(&self) {
        self.shared.drain();
        self.shared.closing.cancel();
        let _ = tokio::time::timeout(SHUTDOWN_LIMIT, self.shared.all_ended()).await;
        self.shared.stop.cancel();
    }
}

async fn add_udp(
    transports: &TransportLayer,
    socket: udp::CleanSocket,
    config: &EndpointConfig,
    stop: CancellationToken,
) -> Result<(), EndpointError> {
    let port = socket.address().port();
    let external = config.external_ip.map(|ip| SocketAddr::new(ip, port));
    let connection = UdpConnection::from_socket(Arc::new(socket), external, Some(stop))
        .await
        .map_err(|e| EndpointError::Stack(e.to_string()))?;
    transports.add_transport(connection.into());
    Ok(())
}

/// Tells the stack our TCP address for Via. It must not listen itself, so this comes after it has
/// started its listeners.
async fn advertise_tcp(shared: &Shared) -> Result<(), EndpointError> {
    let Some(address) = shared.public_tcp() else {
        return Ok(());
    };
    let listener =
        TcpListenerConnection::new(address, None).await.map_err(|e| EndpointError::Stack(e.to_string()))?;
    shared.layer.endpoint.transport_layer.add_transport(listener.into());
    Ok(())
}
