//! Sockets and pace of one leg: everything else is in [`LegCore`].

use super::FRAME_MS;
use super::clock::Clock;
use super::leg::MediaCommand;
use super::leg_core::{LegCore, Outgoing};
use crate::time::At;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval_at, timeout};

/// Longest datagram that is read; no packet of 60 ms G.711 is near it.
const DATAGRAM_BYTES_MAX: usize = 2048;
/// Datagrams read per wake-up, so that a flood on one leg cannot starve the others.
const DATAGRAMS_PER_WAKE: usize = 16;
/// Missed ticks that are made up for: 100 ms. Phones buffer that much; more is skipped.
const CATCH_UP_TICKS: u64 = 5;
/// How long a closing leg waits for its call to read the last events.
const LAST_EVENTS_MS: u64 = 1_000;

/// The sockets of one leg.
#[derive(Debug)]
pub struct Sockets {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
}

impl Sockets {
    fn of(&self, datagram: &Outgoing) -> &UdpSocket {
        if datagram.rtcp { &self.rtcp } else { &self.rtp }
    }
}

/// Runs one leg until `Close`, or until nobody holds its control. `phase` keeps legs apart that start
/// together.
pub async fn run(
    mut core: LegCore,
    sockets: Sockets,
    mut commands: mpsc::Receiver<MediaCommand>,
    clock: Clock,
    phase: Duration,
) {
    let mut pace = Pace { origin: clock.now() + phase, done: 0 };
    let period = Duration::from_millis(FRAME_MS);
    let mut ticker = interval_at(clock.instant(pace.origin).into(), period);
    ticker.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut buffers = ([0; DATAGRAM_BYTES_MAX], [0; DATAGRAM_BYTES_MAX]);
    loop {
        tokio::select! {
            biased;
            _ = ticker.tick() => {
                let now = clock.now();
                // What arrived while ticks were late must not be missing from them.
                let waiting = sockets.rtp.try_recv_from(&mut buffers.0);
                each(waiting, &sockets.rtp, &mut buffers.0, |from, bytes| core.datagram(now, from, bytes));
                if !pace.tick(&mut core, &sockets, now) {
                    tracing::error!("closed a media leg whose call had stopped reading its events");
                    break;
                }
            }
            command = commands.recv() => match command {
                None | Some(MediaCommand::Close) => break,
                Some(command) => core.command(clock.now(), command),
            },
            got = sockets.rtp.recv_from(&mut buffers.0) => {
                let now = clock.now();
                each(got, &sockets.rtp, &mut buffers.0, |from, bytes| core.datagram(now, from, bytes));
            }
            got = sockets.rtcp.recv_from(&mut buffers.1) => {
                let now = clock.now();
                each(got, &sockets.rtcp, &mut buffers.1, |from, bytes| core.rtcp_datagram(now, from, bytes));
            }
        }
    }
    // From here on, whoever sends a command learns that the leg has gone.
    drop(commands);
    finish(core, sockets, clock.now()).await;
}

async fn finish(core: LegCore, sockets: Sockets, now: At) {
    let mut out = Vec::new();
    let outbox = core.close(now, &mut out);
    let last = async {
        for datagram in &out {
            // Waits, unlike a tick: a socket that never sent does not yet know that it can.
            let _ = sockets.of(datagram).send_to(&datagram.bytes, datagram.to).await;
        }
        outbox.finish().await;
    };
    let _ = timeout(Duration::from_millis(LAST_EVENTS_MS), last).await;
}

/// What was read, and what else is there.
fn each(
    first: std::io::Result<(usize, SocketAddr)>,
    socket: &UdpSocket,
    buffer: &mut [u8],
    mut take: impl FnMut(SocketAddr, &[u8]),
) {
    let mut got = first;
    for _ in 0..DATAGRAMS_PER_WAKE {
        match got {
            Ok((size, from)) => take(from, &buffer[..size]),
            Err(_) => return,
        }
        got = socket.try_recv_from(buffer);
    }
    if let Ok((size, from)) = got {
        take(from, &buffer[..size]);
    }
}

/// Which tick is due: counted from the leg's origin, so that no delay adds up.
#[derive(Debug)]
struct Pace {
    origin: At,
    done: u64,
}

impl Pace {
    fn tick(&mut self, core: &mut LegCore, sockets: &Sockets, now: At) -> bool {
        let due = now.since_ms(self.origin) / FRAME_MS + 1;
        let missed = due.saturating_sub(self.done + CATCH_UP_TICKS);
        if missed > 0 {
            core.skip(missed);
            self.done += missed;
        }
        let mut out = Vec::new();
        let mut alive = true;
        while self.done < due {
            let at = At(self.origin.0 + self.done * FRAME_MS);
            alive &= core.tick(at, &mut out);
            self.done += 1;
        }
        send(sockets, &out);
        alive
    }
}

/// Never waits: a full socket buffer loses a packet, as the network would.
fn send(sockets: &Sockets, out: &[Outgoing]) {
    for datagram in out {
        if let Err(error) = sockets.of(datagram).try_send_to(&datagram.bytes, datagram.to) {
            tracing::debug!(%error, "could not send a media packet");
        }
    }
}
