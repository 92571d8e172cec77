//! What we send on one leg: one stream with one SSRC, unbroken through prompts, silence, music and
//! bridge. Its timestamp runs with the clock, whether or not something is sent.

use super::dtmf::KeySender;
use super::packet::Packet;
use super::{FRAME_SAMPLES, SAMPLES_PER_MS};
use crate::sdp::{Codec, Negotiated};

/// Largest packet: 60 ms.
pub const PACKET_SAMPLES_MAX: usize = 480;

/// Where a stream starts (RFC 3550 section 5.1 wants random values).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
}

/// The sending side of one leg.
#[derive(Debug)]
pub struct Sender {
    ssrc: u32,
    sequence: u16,
    /// Of the next sample.
    timestamp: u32,
    format: Format,
    /// Samples whose time has come and that are not sent.
    owed: usize,
    /// The next audio packet follows a pause (RFC 3551 section 4.1).
    marker: bool,
    keys: KeySender,
    /// Timestamp at which the key that is being sent began.
    key_timestamp: u32,
    sent: Sent,
}

#[derive(Debug, Clone, Copy)]
struct Format {
    codec: Codec,
    payload_type: u8,
    dtmf_payload_type: Option<u8>,
    packet_samples: usize,
}

impl Format {
    fn of(agreed: &Negotiated) -> Self {
        let samples = agreed.ptime_ms as usize * SAMPLES_PER_MS as usize;
        Format {
            codec: agreed.codec,
            payload_type: agreed.payload_type,
            dtmf_payload_type: agreed.dtmf_payload_type,
            packet_samples: samples.clamp(FRAME_SAMPLES / 2, PACKET_SAMPLES_MAX),
        }
    }
}

/// Counters for RTCP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub packets: u64,
    pub payload_bytes: u64,
}

impl Sender {
    pub fn new(origin: Origin, agreed: &Negotiated) -> Self {
        Sender {
            ssrc: origin.ssrc,
            sequence: origin.sequence,
            timestamp: origin.timestamp,
            format: Format::of(agreed),
            owed: 0,
            marker: true,
            keys: KeySender::default(),
            key_timestamp: 0,
            sent: Sent::default(),
        }
    }

    /// After a re-INVITE: codec and packet time may change, the stream goes on.
    pub fn renew(&mut self, agreed: &Negotiated) {
        self.format = Format::of(agreed);
    }

    /// Queues keys. Returns how many were refused: no key, or queue full.
    pub fn press(&mut self, digits: &str) -> usize {
        self.keys.press(digits)
    }

    /// One tick in which we send. `fill` is asked for audio only when it leaves in this very tick, so
    /// that nothing is ever buffered behind it. Packets are appended to `out`.
    pub fn tick(&mut self, fill: &mut dyn FnMut(&mut [i16]), out: &mut Vec<Vec<u8>>) {
        let key = self.keys.tick();
        if let (Some(key), Some(payload_type)) = (key, self.format.dtmf_payload_type) {
            if key.ticks() == 0 {
                self.flush(fill, out);
                self.key_timestamp = self.timestamp;
            }
            if let Some(payload) = key.payload() {
                self.key_packet(payload_type, key.ticks() == 0, &payload, out);
                return self.idle();
            }
        }
        self.owed += FRAME_SAMPLES;
        match key {
            // Tones are cut at the tick, so a key of a far end without telephone events is whole packets.
            Some(key) if self.format.dtmf_payload_type.is_none() => {
                self.flush_with(&mut |part| key.tone(part), out);
            }
            _ => self.whole_packets(fill, out),
        }
    }

    /// One tick in which we send nothing: on hold, or not connected. Time goes on.
    pub fn idle(&mut self) {
        self.timestamp = self.timestamp.wrapping_add((self.owed + FRAME_SAMPLES) as u32);
        self.owed = 0;
        self.marker = true;
    }

    fn whole_packets(&mut self, fill: &mut dyn FnMut(&mut [i16]), out: &mut Vec<Vec<u8>>) {
        while self.owed >= self.format.packet_samples {
            self.audio_packet(self.format.packet_samples, fill, out);
        }
    }

    /// Sends what is owed in one short packet.
    fn flush(&mut self, fill: &mut dyn FnMut(&mut [i16]), out: &mut Vec<Vec<u8>>) {
        if self.owed > 0 {
            self.audio_packet(self.owed.min(PACKET_SAMPLES_MAX), fill, out);
        }
    }

    fn flush_with(&mut self, tone: &mut dyn FnMut(&mut [i16]), out: &mut Vec<Vec<u8>>) {
        let before = self.owed.saturating_sub(FRAME_SAMPLES);
        if before > 0 {
            self.audio_packet(before, &mut |part| part.fill(0), out);
        }
        self.audio_packet(FRAME_SAMPLES, tone, out);
    }

    fn audio_packet(&mut self, samples: usize, fill: &mut dyn FnMut(&mut [i16]), out: &mut Vec<Vec<u8>>) {
        let mut audio = [0; PACKET_SAMPLES_MAX];
        fill(&mut audio[..samples]);
        let payload = self.format.codec.encode(&audio[..samples]);
        let (timestamp, marker) = (self.timestamp, std::mem::take(&mut self.marker));
        self.packet(self.format.payload_type, marker, timestamp, &payload, out);
        self.timestamp = self.timestamp.wrapping_add(samples as u32);
        self.owed -= samples;
    }

    fn key_packet(&mut self, payload_type: u8, first: bool, payload: &[u8], out: &mut Vec<Vec<u8>>) {
        self.packet(payload_type, first, self.key_timestamp, payload, out);
    }

    fn packet(
        &mut self,
        payload_type: u8,
        marker: bool,
        timestamp: u32,
        payload: &[u8],
        out: &mut Vec<Vec<u8>>,
    ) {
        let packet =
            Packet { marker, payload_type, sequence: self.sequence, timestamp, ssrc: self.ssrc, payload };
        out.push(packet.write());
        self.sequence = self.sequence.wrapping_add(1);
        self.sent.packets += 1;
        self.sent.payload_bytes += payload.len() as u64;
    }

    /// Length of the packets that we send, in samples.
    pub fn packet_samples(&self) -> usize {
        self.format.packet_samples
    }

    /// Our source, for RTCP.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// Timestamp of the next sample, for RTCP.
    pub fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// Counters.
    pub fn sent(&self) -> Sent {
        self.sent
    }
}
