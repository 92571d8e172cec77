//! ◆ One leg without sockets: datagrams and commands in, datagrams, events and frames out, one tick
//! of 20 ms at a time.
//!
//! Whatever a call does, the far end receives one stream: same SSRC, no gap in sequence numbers,
//! timestamps that run with the clock. What fills it is decided per packet: a playback, else the
//! other leg of a bridge, else silence (sent, so that NATs and phones stay open).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::FRAME_SAMPLES;
use super::bad_line::Noise;
use super::bridge::{self, FEED_FRAMES, FarAudio};
use super::leg::{AudioFrame, Direction, Fed, MediaCommand, MediaControl, MediaEvent, MediaStats, Recorded};
use super::outbox::Outbox;
use super::played::Played;
use super::playlist::Playlist;
use crate::time::At;
use sip::rtp::rtcp::{Rtcp, Stream};
use sip::rtp::sender::Origin;
use sip::rtp::{Receiver, Sender, packet};
use sip::sdp::Negotiated;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

/// `MediaEvent::Silent` comes after this long without a packet, and again after each further one.
pub const SILENT_AFTER_MS: u64 = 5_000;
/// Mean time between RTCP reports (RFC 3550 section 6.2).
const REPORT_MS: u64 = 5_000;
/// Legs that may listen to one leg: those of a conference, and a few who look on.
const FEEDS_MAX: usize = 8;

/// A datagram to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub to: SocketAddr,
    /// From the RTCP port; else from the RTP port.
    pub rtcp: bool,
    pub bytes: Vec<u8>,
}

/// What a leg starts from.
#[derive(Debug)]
pub struct Seed {
    pub origin: Origin,
    /// RTCP canonical name, random.
    pub cname: String,
    /// See [`sip::rtp::latch`].
    pub nat: bool,
    /// See [`super::bad_line::BadLine`].
    pub noise: Arc<[i16]>,
}

/// The state of one leg.
#[derive(Debug)]
pub struct LegCore {
    seed: Seed,
    wire: Option<Wire>,
    playlist: Playlist,
    noise: Noise,
    /// What other legs say, while bridged: one, or two in a conference.
    far: Vec<FarAudio>,
    /// Other legs that have not yet been told to feed us.
    asking: Vec<(MediaControl, mpsc::Sender<Fed>, Direction)>,
    /// Legs that listen to what the far end says.
    feeds: Vec<mpsc::Sender<Fed>>,
    /// ... and to what it hears.
    overheard: Vec<mpsc::Sender<Fed>>,
    recording: Option<mpsc::Sender<Recorded>>,
    audio: mpsc::Sender<AudioFrame>,
    /// Somebody wants that audio.
    listened_to: bool,
    outbox: Outbox,
    /// Loudness of what we sent and have not reported with a frame of the far end yet.
    played: Played,
    frames_dropped: u64,
    tap_frames_dropped: u64,
}

/// What exists once SDP was negotiated.
#[derive(Debug)]
struct Wire {
    agreed: Negotiated,
    receiver: Receiver,
    sender: Sender,
    rtcp: Rtcp,
    next_report: At,
    /// Since when packets are expected: connection, or the end of a hold.
    expecting_since: At,
    /// `Silent` events since the last packet.
    silences: u64,
}

impl LegCore {
    pub fn new(seed: Seed, audio: mpsc::Sender<AudioFrame>, events: mpsc::Sender<MediaEvent>) -> Self {
        LegCore {
            noise: Noise::new(seed.noise.clone()),
            seed,
            wire: None,
            playlist: Playlist::default(),
            far: Vec::new(),
            asking: Vec::new(),
            feeds: Vec::new(),
            overheard: Vec::new(),
            recording: None,
            audio,
            listened_to: true,
            outbox: Outbox::new(events),
            played: Played::default(),
            frames_dropped: 0,
            tap_frames_dropped: 0,
        }
    }

    /// A command of the call. `Close` is not for us but for the task.
    pub fn command(&mut self, now: At, command: MediaCommand) {
        let mut events = Vec::new();
        match command {
            MediaCommand::Connect(agreed) => self.connect(now, agreed),
            MediaCommand::Play { id, audio } => self.playlist.add(id, audio, &mut events),
            MediaCommand::Stop { id } => self.playlist.stop(id, now, &mut events),
            MediaCommand::Hold { except } => self.playlist.hold(except, now),
            MediaCommand::Release => self.playlist.release(),
            MediaCommand::Bridge { far } => {
                self.playlist.stop(None, now, &mut events);
                (self.far, self.asking) = Default::default();
                self.join(far, Direction::Received);
            }
            MediaCommand::Join { far } => self.join(far, Direction::Received),
            MediaCommand::Overhear { far } => {
                self.playlist.stop(None, now, &mut events);
                (self.far, self.asking) = Default::default();
                self.join(far.clone(), Direction::Received);
                self.join(far, Direction::Sent);
            }
            MediaCommand::Listen { wanted } => self.listened_to = wanted,
            MediaCommand::Unbridge => (self.far, self.asking) = Default::default(),
            MediaCommand::Dtmf { digits } => self.press(&digits),
            MediaCommand::Feed { to, of } => self.feed(to, of),
            MediaCommand::Unfeed => self.feeds.clear(),
            MediaCommand::Record { to } => self.recording = Some(to),
            MediaCommand::Close => {}
        }
        events.into_iter().for_each(|event| self.outbox.push(event));
    }

    fn connect(&mut self, now: At, agreed: Negotiated) {
        let nat = self.seed.nat;
        match &mut self.wire {
            Some(wire) => {
                if !wire.agreed.flow.receives() {
                    (wire.expecting_since, wire.silences) = (now, 0);
                }
                wire.receiver.renew(agreed.clone(), nat, now.0);
                wire.sender.renew(&agreed);
                wire.agreed = agreed;
            }
            None => {
                self.wire = Some(Wire {
                    receiver: Receiver::new(agreed.clone(), nat),
                    sender: Sender::new(self.seed.origin, &agreed),
                    rtcp: Rtcp::default(),
                    // RFC 3550 section 6.2: half the interval before the first report, then spread.
                    next_report: At(now.0 + spread(self.seed.origin.ssrc, now) / 2),
                    expecting_since: now,
                    silences: 0,
                    agreed,
                });
            }
        }
    }

    fn join(&mut self, far: MediaControl, of: Direction) {
        let (to, from) = mpsc::channel(FEED_FRAMES);
        self.far.push(FarAudio::new(from));
        self.asking.push((far, to, of));
        self.ask();
    }

    fn feed(&mut self, to: mpsc::Sender<Fed>, of: Direction) {
        let feeds = match of {
            Direction::Received => &mut self.feeds,
            Direction::Sent => &mut self.overheard,
        };
        if feeds.len() < FEEDS_MAX {
            feeds.push(to);
        } else {
            tracing::warn!(limit = FEEDS_MAX, "too many legs listen to one leg");
        }
    }

    /// Asks the other legs to feed us; never waits, so it may take until a later tick.
    fn ask(&mut self) {
        for (far, to, of) in std::mem::take(&mut self.asking) {
            match far.commands.try_send(MediaCommand::Feed { to, of }) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(MediaCommand::Feed { to, of })) => {
                    self.asking.push((far, to, of));
                }
                Err(_) => tracing::debug!("the other leg of a bridge has closed"),
            }
        }
    }

    fn press(&mut self, digits: &str) {
        let refused = self.wire.as_mut().map_or(digits.len(), |wire| wire.sender.press(digits));
        if refused > 0 {
            tracing::warn!(refused, "keys were not sent: no keys, too many, or no connection");
        }
    }

    /// A datagram from the RTP port.
    pub fn datagram(&mut self, now: At, source: SocketAddr, bytes: &[u8]) {
        if packet::is_rtcp(bytes) {
            return self.rtcp_datagram(now, source, bytes);
        }
        let Some(wire) = &mut self.wire else { return };
        match wire.receiver.datagram(now.0, source, bytes) {
            Ok(()) => wire.silences = 0,
            Err(refused) => tracing::trace!(?refused, "refused a media packet"),
        }
    }

    /// A datagram from the RTCP port.
    pub fn rtcp_datagram(&mut self, now: At, source: SocketAddr, bytes: &[u8]) {
        let Some(wire) = &mut self.wire else { return };
        if wire.receiver.knows_host(source) {
            wire.rtcp.datagram(now.0, wire.sender.ssrc(), bytes);
        }
    }

    /// One tick of 20 ms. False when the call has stopped reading its events: end the leg.
    #[must_use]
    pub fn tick(&mut self, now: At, out: &mut Vec<Outgoing>) -> bool {
        self.ask();
        self.hear(now);
        self.speak(now, out);
        self.report(now, out);
        self.watch_silence(now);
        self.outbox.flush()
    }

    /// Ticks that were missed and will not be made up for. Time went on for the far end too.
    pub fn skip(&mut self, ticks: u64) {
        if let Some(wire) = &mut self.wire {
            (0..ticks).for_each(|_| wire.sender.idle());
        }
    }

    fn hear(&mut self, now: At) {
        let Some(wire) = &mut self.wire else { return };
        let frame = wire.receiver.frame(now.0);
        while let Some(digit) = wire.receiver.key() {
            self.outbox.push(MediaEvent::Dtmf { digit, at: now });
            self.tap_frames_dropped += feed(&mut self.feeds, Fed::Key(digit));
        }
        self.tap_frames_dropped += feed(&mut self.feeds, Fed::Audio(frame.samples));
        self.tap_frames_dropped += record(&mut self.recording, Direction::Received, now, frame.samples);
        if !self.listened_to {
            return;
        }
        let heard = AudioFrame {
            at: frame.arrived_ms.map_or(now, At),
            samples: frame.samples,
            concealed: frame.concealed,
            played: self.played.take(),
        };
        if let Err(mpsc::error::TrySendError::Full(_)) = self.audio.try_send(heard) {
            self.frames_dropped += 1;
        }
    }

    fn speak(&mut self, now: At, out: &mut Vec<Outgoing>) {
        let Some(wire) = &mut self.wire else { return };
        for far in &mut self.far {
            let keys = far.drain(wire.sender.packet_samples());
            wire.sender.press(&keys);
        }
        self.far.retain(|far| !far.is_over());
        if !wire.agreed.flow.sends() {
            // Playbacks wait: the far end is not listening.
            return wire.sender.idle();
        }
        let (playlist, far, noise) = (&mut self.playlist, &mut self.far, &mut self.noise);
        let (mut events, mut said, mut packets) = (Vec::new(), Vec::new(), Vec::new());
        let mut fill = |part: &mut [i16]| {
            if playlist.is_empty() && !far.is_empty() {
                bridge::mix(far, part);
            } else {
                playlist.fill(now, part, &mut events);
            }
            noise.add(part);
            said.extend_from_slice(part);
        };
        wire.sender.tick(&mut fill, &mut packets);
        self.played.push(&said);
        let to = wire.receiver.target();
        out.extend(packets.into_iter().map(|bytes| Outgoing { to, rtcp: false, bytes }));
        for (n, frame) in said.as_chunks::<FRAME_SAMPLES>().0.iter().enumerate() {
            let at = At(now.0 + n as u64 * super::FRAME_MS);
            self.tap_frames_dropped += record(&mut self.recording, Direction::Sent, at, *frame);
            self.tap_frames_dropped += feed(&mut self.overheard, Fed::Audio(*frame));
        }
        events.into_iter().for_each(|event| self.outbox.push(event));
    }

    fn report(&mut self, now: At, out: &mut Vec<Outgoing>) {
        let cname = &self.seed.cname;
        let Some(wire) = self.wire.as_mut().filter(|wire| now >= wire.next_report) else {
            return;
        };
        wire.next_report = At(now.0 + spread(wire.sender.ssrc(), now));
        out.extend(wire.rtcp_to().map(|to| {
            let (rtcp, stream, heard) = wire.reporting(cname);
            Outgoing { to, rtcp: !wire_is_muxed(to, stream.1), bytes: rtcp.report(now.0, stream.0, heard) }
        }));
    }

    fn watch_silence(&mut self, now: At) {
        let Some(wire) = &mut self.wire else { return };
        if !wire.agreed.flow.receives() {
            return;
        }
        let last = wire.receiver.totals().last_ms.map_or(At(0), At);
        let for_ms = now.since_ms(last.max(wire.expecting_since));
        if for_ms >= (wire.silences + 1) * SILENT_AFTER_MS {
            wire.silences += 1;
            self.outbox.push(MediaEvent::Silent { for_ms });
        }
    }

    /// The end of the leg: RTCP BYE and the last events.
    pub fn close(mut self, now: At, out: &mut Vec<Outgoing>) -> Outbox {
        let mut events = Vec::new();
        self.playlist.stop(None, now, &mut events);
        let stats = self.stats();
        if let Some(wire) = &mut self.wire {
            out.extend(wire.rtcp_to().map(|to| {
                let (rtcp, stream, heard) = wire.reporting(&self.seed.cname);
                Outgoing {
                    to,
                    rtcp: !wire_is_muxed(to, stream.1),
                    bytes: rtcp.goodbye(now.0, stream.0, heard),
                }
            }));
        }
        events.into_iter().for_each(|event| self.outbox.push(event));
        self.outbox.push(MediaEvent::Closed { stats });
        self.outbox
    }

    /// Counters so far.
    pub fn stats(&self) -> MediaStats {
        let taps = MediaStats {
            frames_dropped: self.frames_dropped,
            tap_frames_dropped: self.tap_frames_dropped,
            ..MediaStats::default()
        };
        let Some(wire) = &self.wire else { return taps };
        let totals = wire.receiver.totals();
        MediaStats {
            packets_received: totals.received,
            packets_lost: wire.receiver.lost(),
            packets_late: totals.late,
            packets_sent: wire.sender.sent().packets,
            jitter_ms: wire.receiver.jitter_ms(),
            round_trip_ms: wire.rtcp.round_trip_ms(),
            packets_refused: totals.refused,
            ..taps
        }
    }
}

type Reporting<'a> =
    (&'a mut Rtcp, (Stream<'a>, SocketAddr), Option<(u32, &'a mut sip::rtp::stats::Reception)>);

impl Wire {
    /// Where reports go; nowhere for a far end without an address (the old way to hold).
    fn rtcp_to(&self) -> Option<SocketAddr> {
        let muxed = self.agreed.remote_rtcp == self.agreed.remote;
        let to = if muxed { self.receiver.target() } else { self.agreed.remote_rtcp };
        (!to.ip().is_unspecified() && to.port() != 0).then_some(to)
    }

    fn reporting<'a>(&'a mut self, cname: &'a str) -> Reporting<'a> {
        let stream = Stream {
            ssrc: self.sender.ssrc(),
            timestamp: self.sender.timestamp(),
            sent: self.sender.sent(),
            cname,
        };
        let target = self.receiver.target();
        (&mut self.rtcp, (stream, target), self.receiver.reception())
    }
}

/// Reports to the RTP address leave from the RTP port (RFC 5761).
fn wire_is_muxed(to: SocketAddr, target: SocketAddr) -> bool {
    to == target
}

/// Half to one and a half intervals (RFC 3550 section 6.2), from what differs between legs and times.
fn spread(ssrc: u32, now: At) -> u64 {
    let mixed = (u64::from(ssrc) ^ now.0).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    REPORT_MS / 2 + mixed % REPORT_MS
}

/// Hands something to every listener; forgets those who are gone. Returns how many had no room.
fn feed(feeds: &mut Vec<mpsc::Sender<Fed>>, what: Fed) -> u64 {
    let mut full = 0;
    feeds.retain(|to| match to.try_send(what.clone()) {
        Ok(()) => true,
        Err(mpsc::error::TrySendError::Full(_)) => {
            full += 1;
            true
        }
        Err(mpsc::error::TrySendError::Closed(_)) => false,
    });
    full
}

/// Hands a frame to the recording; forgets it when it is gone. Returns 1 when it had no room.
fn record(
    recording: &mut Option<mpsc::Sender<Recorded>>,
    direction: Direction,
    at: At,
    samples: [i16; FRAME_SAMPLES],
) -> u64 {
    let Some(to) = recording else { return 0 };
    match to.try_send(Recorded { direction, at, samples }) {
        Ok(()) => 0,
        Err(mpsc::error::TrySendError::Full(_)) => 1,
        Err(mpsc::error::TrySendError::Closed(_)) => {
            *recording = None;
            0
        }
    }
}

#[cfg(test)]
#[path = "leg_core_tests.rs"]
mod tests;
