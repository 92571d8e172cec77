//! Sockets (or queues) and pace of one leg: everything else is in [`LegCore`].

use super::FRAME_MS;
use super::bad_line::Loss;
use super::leg::MediaCommand;
use super::leg_core::{LegCore, Outgoing};
use super::media::Place;
use super::outbox::Outbox;
use super::wire::{Now, Reader};
use crate::time::At;
use sip::rtp::packet::is_rtcp;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

/// Missed ticks that are made up for: 100 ms. Phones buffer that much; more is skipped.
const CATCH_UP_TICKS: u64 = 5;
/// How long a closing leg waits for its call to read the last events.
const LAST_EVENTS_MS: u64 = 1_000;
/// Ticks between two looks at the RTCP port: reports come every few seconds.
const RTCP_TICKS: u64 = 10;

/// The sockets of one leg; non-blocking.
#[derive(Debug)]
pub struct Sockets {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    pub loss: Loss,
}

/// A leg whose far end is in this process: a browser's telephone. Packets are RTP as on a socket; a full queue
/// loses them, as a network would.
#[derive(Debug)]
pub struct Inside {
    /// Packets of the far end, with the time at which they arrived from its network.
    pub from: mpsc::Receiver<(At, Vec<u8>)>,
    /// Packets to it, under the number of its line.
    pub to: mpsc::Sender<(u64, Vec<u8>)>,
    pub line: u64,
}

/// Where a far end inside the process seems to be; nothing is ever sent there.
pub const INSIDE: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 9));

/// How a leg's packets come and go.
#[derive(Debug)]
pub enum Path {
    Sockets(Sockets),
    Inside(Inside),
}

/// One leg as its thread runs it, until `Close`, or until nobody holds its control.
pub struct LegRun {
    state: State,
    path: Path,
    pace: Pace,
    /// Its port; given back when the leg is gone.
    _place: Place,
}

// One per leg, and nearly always live.
#[allow(clippy::large_enum_variant)]
enum State {
    Live {
        core: LegCore,
        commands: mpsc::Receiver<MediaCommand>,
    },
    /// The call may still read the last events.
    Ending {
        outbox: Outbox,
        until: At,
    },
    Gone,
}

impl LegRun {
    /// `origin` is the first tick; legs that start together are kept apart by it.
    pub fn new(
        core: LegCore,
        path: Path,
        commands: mpsc::Receiver<MediaCommand>,
        origin: At,
        place: Place,
    ) -> Self {
        let state = State::Live { core, commands };
        LegRun { state, path, pace: Pace { origin, done: 0 }, _place: place }
    }

    /// The first tick; all others follow in steps of 20 ms.
    pub fn origin(&self) -> At {
        self.pace.origin
    }

    /// What is due; false when the leg is gone. `out` is a buffer of the thread. Never waits.
    pub fn tick(&mut self, now: Now, reader: &mut Reader, out: &mut Vec<Outgoing>) -> bool {
        let (path, pace) = (&mut self.path, &mut self.pace);
        if now.at < pace.origin {
            return true;
        }
        let live = match &mut self.state {
            State::Gone => return false,
            State::Ending { outbox, until } => {
                let patient = outbox.flush() && !outbox.is_empty() && now.at < *until;
                if !patient {
                    self.state = State::Gone;
                }
                return patient;
            }
            State::Live { core, commands } => {
                let told = obey(core, commands, now.at);
                listen(core, path, pace.done, now, reader);
                let read = pace.tick(core, now.at, out);
                if !read {
                    tracing::error!("closed a media leg whose call had stopped reading its events");
                }
                told && read
            }
        };
        send(path, out);
        if !live {
            self.end(now.at, out);
        }
        true
    }

    /// How late the next tick is, ms. The first one cannot be: a leg that has just come waits for its thread to wake,
    /// and nobody hears a beginning that is 20 ms later.
    pub fn late_ms(&self, now: At) -> u64 {
        if self.pace.done == 0 {
            return 0;
        }
        now.since_ms(At(self.pace.origin.0 + self.pace.done * FRAME_MS))
    }

    /// From here on, whoever sends a command learns that the leg has gone.
    fn end(&mut self, now: At, out: &mut Vec<Outgoing>) {
        if let State::Live { core, .. } = std::mem::replace(&mut self.state, State::Gone) {
            let outbox = core.close(now, out);
            send(&mut self.path, out);
            self.state = State::Ending { outbox, until: At(now.0 + LAST_EVENTS_MS) };
        }
    }
}

/// Carries out what the call wants. False when it wants the end.
fn obey(core: &mut LegCore, commands: &mut mpsc::Receiver<MediaCommand>, now: At) -> bool {
    loop {
        match commands.try_recv() {
            Ok(MediaCommand::Close) | Err(TryRecvError::Disconnected) => return false,
            Ok(command) => core.command(now, command),
            Err(TryRecvError::Empty) => return true,
        }
    }
}

fn listen(core: &mut LegCore, path: &mut Path, tick: u64, now: Now, reader: &mut Reader) {
    let sockets = match path {
        Path::Sockets(sockets) => sockets,
        Path::Inside(inside) => {
            while let Ok((at, packet)) = inside.from.try_recv() {
                core.datagram(at, INSIDE, &packet);
            }
            return;
        }
    };
    reader.read(&sockets.rtp, now, |at, from, bytes| core.datagram(at, from, bytes));
    if tick.is_multiple_of(RTCP_TICKS) {
        reader.read(&sockets.rtcp, now, |at, from, bytes| core.rtcp_datagram(at, from, bytes));
    }
}

/// Which tick is due: counted from the leg's origin, so that no delay adds up.
#[derive(Debug)]
struct Pace {
    origin: At,
    done: u64,
}

impl Pace {
    fn tick(&mut self, core: &mut LegCore, now: At, out: &mut Vec<Outgoing>) -> bool {
        let due = now.since_ms(self.origin) / FRAME_MS + 1;
        let missed = due.saturating_sub(self.done + CATCH_UP_TICKS);
        if missed > 0 {
            core.skip(missed);
            self.done += missed;
        }
        let mut alive = true;
        while self.done < due {
            let at = At(self.origin.0 + self.done * FRAME_MS);
            alive &= core.tick(at, out);
            self.done += 1;
        }
        alive
    }
}

/// Never waits: a full socket buffer loses a packet, as the network would.
fn send(path: &mut Path, out: &mut Vec<Outgoing>) {
    let sockets = match path {
        Path::Sockets(sockets) => sockets,
        // Reports are between the browser and whoever terminates its stream.
        Path::Inside(inside) => {
            for packet in out.drain(..).filter(|datagram| !is_rtcp(&datagram.bytes)) {
                if inside.to.try_send((inside.line, packet.bytes)).is_err() {
                    tracing::debug!("a packet to a browser was lost: its queue is full, or it is gone");
                }
            }
            return;
        }
    };
    for datagram in out.drain(..) {
        if !datagram.rtcp && sockets.loss.strikes() {
            continue;
        }
        let socket = if datagram.rtcp { &sockets.rtcp } else { &sockets.rtp };
        if let Err(error) = socket.send_to(&datagram.bytes, datagram.to) {
            tracing::debug!(%error, "could not send a media packet");
        }
    }
}
