//! The UDP seam: the stack reads from a socket that only yields clean datagrams.

use super::EndpointError;
use super::tcp::clean;
use crate::normalise::{Arrival, Normalised, Transport, strip_marker};
use crate::throttle::Throttle;
use rsipstack::platform::net::UdpSocket as StackSocket;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::Notify;

/// Largest UDP payload; beyond what the stack takes it is answered 513.
const DATAGRAM_LIMIT_BYTES: usize = 65_535;

/// Rest after a read error, so that a lasting one does not spin.
const READ_PAUSE: Duration = Duration::from_millis(10);

/// Our socket as the stack sees it.
pub struct CleanSocket {
    socket: UdpSocket,
    address: SocketAddr,
    throttle: Arc<Mutex<Throttle>>,
    started: Instant,
    /// Told when the stack first reads.
    serving: Arc<Notify>,
    /// One reader at a time, as the stack has.
    datagram: tokio::sync::Mutex<Vec<u8>>,
}

impl CleanSocket {
    pub async fn bind(address: SocketAddr, throttle: Arc<Mutex<Throttle>>) -> Result<Self, EndpointError> {
        let failed = |source| EndpointError::Bind { transport: "UDP", address, source };
        let socket = UdpSocket::bind(address).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(CleanSocket {
            socket,
            address,
            throttle,
            started: Instant::now(),
            serving: Arc::new(Notify::new()),
            datagram: tokio::sync::Mutex::new(vec![0; DATAGRAM_LIMIT_BYTES]),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn serving(&self) -> Arc<Notify> {
        self.serving.clone()
    }

    fn admits(&self, source: IpAddr) -> bool {
        let now_ms = self.started.elapsed().as_millis() as u64;
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner).admit(source, now_ms)
    }
}

#[async_trait::async_trait]
impl StackSocket for CleanSocket {
    async fn recv_from(&self, buf: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        self.serving.notify_one();
        let mut datagram = self.datagram.lock().await;
        loop {
            let (length, source) = match self.socket.recv_from(&mut datagram).await {
                Ok(received) => received,
                // ICMP errors of earlier sends surface here; the socket is well.
                Err(error) => {
                    tracing::debug!(%error, "datagram could not be read");
                    tokio::time::sleep(READ_PAUSE).await;
                    continue;
                }
            };
            if !self.admits(source.ip()) {
                tracing::debug!(%source, "datagram over the source's rate dropped");
                continue;
            }
            match clean(&datagram[..length], Arrival { transport: Transport::Udp, source }) {
                Normalised::Pass(bytes) if bytes.len() <= buf.len() => {
                    buf[..bytes.len()].copy_from_slice(&bytes);
                    return Ok((bytes.len(), source));
                }
                Normalised::Pass(_) => {}
                Normalised::Reply(bytes) => {
                    if let Err(error) = self.socket.send_to(&bytes, source).await {
                        tracing::debug!(%error, "refusal could not be sent");
                    }
                }
                Normalised::Drop(reason) => tracing::debug!(%source, reason, "datagram dropped"),
            }
        }
    }

    async fn send_to(&self, buf: &[u8], addr: SocketAddr) -> rsipstack::Result<usize> {
        match strip_marker(buf) {
            Some(bytes) => self.socket.send_to(&bytes, addr).await?,
            None => self.socket.send_to(buf, addr).await?,
        };
        Ok(buf.len())
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.address)
    }
}
