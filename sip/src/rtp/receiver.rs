//! What arrives on one leg: latch, time line, codec, keys and concealment in one.

use super::FRAME_SAMPLES;
use super::comfort::ComfortNoise;
use super::conceal::Concealer;
use super::dtmf::KeyReceiver;
use super::jitter::{Arrival, JitterBuffer};
use super::latch::Latch;
use super::packet::Packet;
use super::stats::Reception;
use crate::sdp::{Codec, Negotiated};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// Static payload types, RFC 3551 table 4.
const PCMU: u8 = 0;
const PCMA: u8 = 8;
const COMFORT_NOISE: u8 = 13;
/// Keys received and not yet fetched; more than a leg can produce between two ticks.
const KEYS_MAX: usize = 32;

/// 20 ms of what the far end said.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub samples: [i16; FRAME_SAMPLES],
    /// When its packet arrived; `None` when it was made up.
    pub arrived_ms: Option<u64>,
    /// More than half of it was made up.
    pub concealed: bool,
}

/// Why a datagram was not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not RTP, or of a payload type that was not agreed on.
    Unreadable,
    /// From an address that is not the latched one.
    Stranger,
}

/// The receiving side of one leg.
#[derive(Debug)]
pub struct Receiver {
    agreed: Negotiated,
    latch: Latch,
    ssrc: Option<u32>,
    jitter: JitterBuffer,
    concealer: Concealer,
    /// The far end said that it is silent, and what its silence sounds like.
    comfort: Option<ComfortNoise>,
    keys: KeyReceiver,
    pressed: VecDeque<char>,
    reception: Reception,
    totals: Totals,
}

/// Counters over all sources of a leg.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub received: u64,
    pub late: u64,
    /// Lost by sources before the present one.
    pub lost_before: u64,
    pub refused: u64,
    /// When the last packet was admitted.
    pub last_ms: Option<u64>,
}

impl Receiver {
    /// `nat`: the far end may be behind a NAT, see [`Latch`].
    pub fn new(agreed: Negotiated, nat: bool) -> Self {
        Receiver {
            latch: Latch::new(agreed.remote, nat),
            agreed,
            ssrc: None,
            jitter: JitterBuffer::default(),
            concealer: Concealer::default(),
            comfort: None,
            keys: KeyReceiver::default(),
            pressed: VecDeque::new(),
            reception: Reception::default(),
            totals: Totals::default(),
        }
    }

    /// After a re-INVITE.
    pub fn renew(&mut self, agreed: Negotiated, nat: bool, now_ms: u64) {
        self.latch.renew(agreed.remote, nat, now_ms);
        self.agreed = agreed;
    }

    /// Where to send.
    pub fn target(&self) -> SocketAddr {
        self.latch.target()
    }

    /// Whether RTCP from this host concerns us.
    pub fn knows_host(&self, source: SocketAddr) -> bool {
        self.latch.knows_host(source)
    }

    /// One datagram from the RTP port.
    pub fn datagram(&mut self, now_ms: u64, source: SocketAddr, datagram: &[u8]) -> Result<(), Refused> {
        let heard = self.hear(now_ms, source, datagram);
        match heard {
            Ok(()) => {
                self.totals.received += 1;
                self.totals.last_ms = Some(now_ms);
            }
            Err(_) => self.totals.refused += 1,
        }
        heard
    }

    fn hear(&mut self, now_ms: u64, source: SocketAddr, datagram: &[u8]) -> Result<(), Refused> {
        let packet = Packet::parse(datagram).map_err(|_| Refused::Unreadable)?;
        let kind = self.kind(packet.payload_type).ok_or(Refused::Unreadable)?;
        if !self.latch.admit(now_ms, source, packet.ssrc, packet.payload_type) {
            return Err(Refused::Stranger);
        }
        if self.ssrc != Some(packet.ssrc) {
            self.begin_source(packet.ssrc);
        }
        let timing = matches!(kind, Kind::Audio(_)).then_some(packet.timestamp);
        self.reception.packet(now_ms, packet.sequence, timing);
        self.take_in(now_ms, kind, &packet);
        Ok(())
    }

    fn take_in(&mut self, now_ms: u64, kind: Kind, packet: &Packet<'_>) {
        match kind {
            Kind::Audio(codec) => {
                self.comfort = None;
                let samples = codec.decode(packet.payload);
                if self.jitter.push(now_ms, packet.timestamp, &samples) == Arrival::Late {
                    self.totals.late += 1;
                }
            }
            Kind::Comfort => self.comfort = ComfortNoise::parse(packet.payload).or(self.comfort.take()),
            Kind::Key => {
                let key = self.keys.packet(now_ms, packet.timestamp, packet.payload);
                self.note_key(key);
            }
        }
    }

    /// Both laws of G.711 are heard, whichever was agreed on: an answerer may switch between all
    /// codecs of an offer (RFC 3264 section 5.1), and static types cannot be mistaken.
    fn kind(&self, payload_type: u8) -> Option<Kind> {
        if payload_type == self.agreed.payload_type {
            return Some(Kind::Audio(self.agreed.codec));
        }
        if Some(payload_type) == self.agreed.dtmf_payload_type {
            return Some(Kind::Key);
        }
        match payload_type {
            PCMU => Some(Kind::Audio(Codec::Pcmu)),
            PCMA => Some(Kind::Audio(Codec::Pcma)),
            COMFORT_NOISE => Some(Kind::Comfort),
            _ => None,
        }
    }

    fn begin_source(&mut self, ssrc: u32) {
        self.totals.lost_before += self.reception.lost();
        self.ssrc = Some(ssrc);
        self.jitter = JitterBuffer::default();
        self.reception = Reception::default();
        self.keys = KeyReceiver::default();
    }

    /// The next 20 ms; call it once per tick.
    pub fn frame(&mut self, now_ms: u64) -> Frame {
        let key = self.keys.tick(now_ms);
        self.note_key(key);
        let pulled = self.jitter.pull(now_ms);
        let (mut samples, present) = (pulled.samples, pulled.present);
        let mut from = 0;
        while from < FRAME_SAMPLES {
            let run = present[from..].iter().take_while(|p| **p == present[from]).count();
            let part = &mut samples[from..from + run];
            match (present[from], &mut self.comfort) {
                (true, _) => self.concealer.good(part),
                (false, Some(noise)) => noise.fill(part),
                (false, None) => self.concealer.fill(part),
            }
            from += run;
        }
        let real = present.iter().filter(|p| **p).count();
        Frame { samples, arrived_ms: pulled.arrived_ms, concealed: real * 2 < FRAME_SAMPLES }
    }

    fn note_key(&mut self, key: Option<char>) {
        if self.pressed.len() < KEYS_MAX {
            self.pressed.extend(key);
        }
    }

    /// The next key that was pressed and released.
    pub fn key(&mut self) -> Option<char> {
        self.pressed.pop_front()
    }

    /// Counters.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Packets that never came.
    pub fn lost(&self) -> u64 {
        self.totals.lost_before + self.reception.lost()
    }

    /// Figures of the present source, for RTCP; `None` before the first packet.
    pub fn reception(&mut self) -> Option<(u32, &mut Reception)> {
        self.ssrc.map(|ssrc| (ssrc, &mut self.reception))
    }

    /// RFC 3550 interarrival jitter, ms.
    pub fn jitter_ms(&self) -> f32 {
        self.reception.jitter_ms()
    }

    /// Time that audio spends in the playout buffer, ms.
    pub fn delay_ms(&self) -> u64 {
        self.jitter.delay_ms()
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Audio(Codec),
    Comfort,
    Key,
}
