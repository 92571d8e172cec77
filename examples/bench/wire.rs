//! RTP packets and 20 ms frames of A-law.

use sip::sdp::Codec;

/// Samples of 20 ms.
pub const FRAME: usize = 160;
pub const FRAME_MS: u64 = 20;
/// Frames below -50 dBFS are silence: the server's own limit for "audible".
const AUDIBLE_RMS: f64 = 103.0;
/// Payload types that we offer.
pub const PCMA: u8 = 8;
pub const KEYS: u8 = 101;
const HEADER_BYTES: usize = 12;

/// One outgoing stream.
pub struct Stream {
    ssrc: u32,
    sequence: u16,
    pub timestamp: u32,
}

impl Stream {
    pub fn new() -> Self {
        Stream { ssrc: rand::random(), sequence: rand::random(), timestamp: rand::random() }
    }

    /// A packet of the moment; `step` moves time on by one frame.
    pub fn packet(&mut self, payload_type: u8, marker: bool, payload: &[u8]) -> Vec<u8> {
        let mut packet = Vec::with_capacity(HEADER_BYTES + payload.len());
        packet.push(0x80);
        packet.push(payload_type | if marker { 0x80 } else { 0 });
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        packet.extend(payload);
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }

    pub fn step(&mut self) {
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
    }
}

/// The A-law payload of a packet with no extension and no CSRC, as Duet sends them.
pub fn alaw(packet: &[u8]) -> Option<&[u8]> {
    let plain = packet.len() > HEADER_BYTES && packet[0] == 0x80 && packet[1] & 0x7f == PCMA;
    plain.then(|| &packet[HEADER_BYTES..])
}

pub fn timestamp(packet: &[u8]) -> u32 {
    u32::from_be_bytes([packet[4], packet[5], packet[6], packet[7]])
}

/// Whether one could hear it.
pub fn audible(samples: &[i16]) -> bool {
    let power: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (power / samples.len().max(1) as f64).sqrt() > AUDIBLE_RMS
}

pub fn audible_alaw(payload: &[u8]) -> bool {
    audible(&Codec::Pcma.decode(payload))
}

/// A-law frames of 20 ms, the last one filled up with silence.
pub fn frames(samples: &[i16]) -> Vec<Vec<u8>> {
    let padded = samples.chunks(FRAME).map(|chunk| {
        let mut frame = chunk.to_vec();
        frame.resize(FRAME, 0);
        Codec::Pcma.encode(&frame)
    });
    padded.collect()
}

/// First and last audible frame.
pub fn audible_span(frames: &[Vec<u8>]) -> Option<(usize, usize)> {
    let first = frames.iter().position(|frame| audible_alaw(frame))?;
    let last = frames.iter().rposition(|frame| audible_alaw(frame))?;
    Some((first, last))
}
