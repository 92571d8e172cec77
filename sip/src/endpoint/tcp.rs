//! The TCP seam: our own listener. The stack writes to the peer's socket but reads from a loopback
//! pair that we feed with clean messages; its own listener has no such seam.

use super::EndpointError;
use super::shared::Shared;
use crate::normalise::{Arrival, FrameError, Framer, Normalised, Transport, normalise};
use rsipstack::sip::Transport as StackTransport;
use rsipstack::transport::stream::StreamConnectionInner;
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::{SipAddr, SipConnection};
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Streams at once; each costs three descriptors.
const STREAM_LIMIT: usize = 1024;
const READ_BYTES: usize = 4096;
const CONNECT_LIMIT: Duration = Duration::from_secs(4);

type StackStream = StreamConnectionInner<ReadHalf<TcpStream>, WriteHalf<TcpStream>>;

/// [`normalise`], with a panic made a refusal: one in the read path would leave the server deaf.
pub fn clean(message: &[u8], arrival: Arrival) -> Normalised {
    catch_unwind(AssertUnwindSafe(|| normalise(message, arrival))).unwrap_or_else(|_| {
        tracing::error!(length_bytes = message.len(), "normalising a message panicked, message dropped");
        Normalised::Drop("normalising panicked")
    })
}

pub async fn bind(address: SocketAddr) -> Result<TcpListener, EndpointError> {
    TcpListener::bind(address).await.map_err(|source| EndpointError::Bind {
        transport: "TCP",
        address,
        source,
    })
}

/// Accepts streams until shutdown.
pub async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let room = Arc::new(Semaphore::new(STREAM_LIMIT));
    loop {
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, source) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors: wait for some to come back rather than spin.
                tracing::warn!(%error, "TCP connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(permit) = room.clone().try_acquire_owned() else {
            tracing::warn!(limit = STREAM_LIMIT, "TCP connection refused, too many are open");
            continue;
        };
        match attach(&shared, stream, source).await {
            Ok(pump) => {
                tokio::spawn(async move {
                    pump.await;
                    drop(permit);
                });
            }
            Err(error) => tracing::warn!(%error, "TCP connection could not be attached"),
        }
    }
}

/// Dials a peer, so that what it answers is normalised too.
pub async fn dial(shared: &Arc<Shared>, peer: SocketAddr) -> std::io::Result<()> {
    let stream = tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(peer)).await??;
    let pump = attach(shared, stream, peer).await?;
    tokio::spawn(pump);
    Ok(())
}

/// Gives a stream to the stack; the returned future pumps clean messages until it closes.
async fn attach(
    shared: &Arc<Shared>,
    stream: TcpStream,
    source: SocketAddr,
) -> std::io::Result<impl Future<Output = ()> + use<>> {
    stream.set_nodelay(true)?;
    let local = shared.public_tcp().unwrap_or(stream.local_addr()?);
    let (feed, stack_end) = loopback_pair().await?;
    let (stack_read, _unused) = split(stack_end);
    let (peer_read, peer_write) = split(stream);
    let inner = Arc::new(StreamConnectionInner::new(
        SipAddr::new(StackTransport::Tcp, local.into()),
        SipAddr::new(StackTransport::Tcp, source.into()),
        stack_read,
        peer_write,
    ));
    let closed = shared.stop.child_token();
    let connection = TcpConnection { inner: inner.clone(), cancel_token: Some(closed.clone()) };
    shared.layer.endpoint.transport_layer.add_connection(SipConnection::Tcp(connection));
    let shared = shared.clone();
    shared.stream_set().insert(source);
    Ok(async move {
        tokio::select! {
            () = closed.cancelled() => {}
            () = pump(&shared, peer_read, feed, &inner, source) => {}
        }
        shared.stream_set().remove(&source);
    })
}

async fn pump(
    shared: &Shared,
    mut peer: ReadHalf<TcpStream>,
    mut feed: TcpStream,
    stack: &StackStream,
    source: SocketAddr,
) {
    let arrival = Arrival { transport: Transport::Tcp, source };
    let mut framer = Framer::default();
    let mut chunk = vec![0; READ_BYTES];
    loop {
        match peer.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(length) => framer.push(&chunk[..length]),
        }
        loop {
            let message = match framer.next_message() {
                Ok(Some(message)) => message,
                Ok(None) => break,
                Err(FrameError::TooLarge) => return,
                Err(FrameError::Length(head)) => {
                    if let Normalised::Reply(bytes) = clean(&head, arrival) {
                        let _ = stack.send_raw(&bytes).await;
                    }
                    return;
                }
            };
            if !shared.admits(source.ip()) {
                tracing::debug!(%source, "message over the source's rate dropped");
                continue;
            }
            let sent = match clean(&message, arrival) {
                Normalised::Pass(bytes) => feed.write_all(&bytes).await.is_ok(),
                Normalised::Reply(bytes) => stack.send_raw(&bytes).await.is_ok(),
                Normalised::Drop(reason) => {
                    tracing::debug!(%source, reason, "message dropped");
                    true
                }
            };
            if !sent {
                return;
            }
        }
    }
}

/// Two ends of one connection to ourselves; anybody else who connects first is turned away.
async fn loopback_pair() -> std::io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let ours = TcpStream::connect(listener.local_addr()?).await?;
    let expected = ours.local_addr()?;
    loop {
        let (theirs, from) = listener.accept().await?;
        if from == expected {
            ours.set_nodelay(true)?;
            return Ok((ours, theirs));
        }
    }
}
