//! ◆ Opus towards the browser, G.711 inside: one packet in, one packet out, both ways.
//!
//! Inside, a browser's telephone is a telephone like any other. A-law that is decoded and coded again is the same
//! A-law, so the way to a trunk that speaks it costs no quality; Opus is coded once.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use opus::{Application, Bitrate, Channels, Decoder, Encoder};
use sip::rtp::Packet;
use sip::sdp::Codec;

/// Static payload type of A-law, RFC 3551 table 4.
pub const PCMA: u8 = 8;
/// Samples a second inside.
const RATE: u32 = 8_000;
/// Ticks of Opus' RTP clock per sample of ours (RFC 7587 section 4.1: always 48 kHz).
pub const TICKS_PER_SAMPLE: u64 = 6;
/// The longest Opus packet, 120 ms (RFC 6716 section 3.2.5), in samples.
const SAMPLES_MAX: usize = 960;
/// The largest payload that an encoder is asked for.
const PAYLOAD_BYTES_MAX: usize = 400;
/// Narrow-band speech is transparent at this rate (RFC 6716 section 2.1.1 names 8-12 kbit/s as its sweet spot).
const BITS_PER_SECOND: i32 = 24_000;
/// Of 0 to 10; more costs time and is not heard at this bandwidth.
const COMPLEXITY: i32 = 5;
/// Loss that redundancy is made for, percent.
const LOSS_EXPECTED: i32 = 5;

/// Both directions of one browser.
pub struct Coder {
    encoder: Encoder,
    decoder: Decoder,
    /// Of the last packet that came.
    last: Option<u64>,
    ssrc: u32,
}

impl Coder {
    /// `ssrc` names the browser's stream inside.
    ///
    /// # Errors
    /// When libopus has no memory.
    pub fn new(ssrc: u32) -> Result<Coder, opus::Error> {
        let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip)?;
        encoder.set_bitrate(Bitrate::Bits(BITS_PER_SECOND))?;
        encoder.set_complexity(COMPLEXITY)?;
        encoder.set_inband_fec(true)?;
        encoder.set_packet_loss_perc(LOSS_EXPECTED)?;
        Ok(Coder { encoder, decoder: Decoder::new(RATE, Channels::Mono)?, last: None, ssrc })
    }

    /// An Opus packet of the browser as RTP packets of ours: one, or two when the one before was lost and this one
    /// carries a copy of it. `sequence` and `ticks` (48 kHz) do not wrap. Nothing for what cannot be decoded.
    pub fn inward(&mut self, sequence: u64, ticks: u64, payload: &[u8]) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        let missing = self.last.is_some_and(|last| sequence == last + 2);
        if missing && let Some(samples) = self.decode(payload, true) {
            let length = samples.len() as u64;
            let at = (ticks / TICKS_PER_SAMPLE).wrapping_sub(length);
            packets.push(self.packet(sequence - 1, at, &samples));
        }
        if let Some(samples) = self.decode(payload, false) {
            packets.push(self.packet(sequence, ticks / TICKS_PER_SAMPLE, &samples));
            self.last = Some(self.last.map_or(sequence, |last| last.max(sequence)));
        }
        packets
    }

    fn decode(&mut self, payload: &[u8], redundant: bool) -> Option<Vec<i16>> {
        // The copy of a lost packet is as long as what is asked for.
        let length = match redundant {
            true => self.decoder.get_nb_samples(payload).ok()?,
            false => SAMPLES_MAX,
        };
        let mut samples = vec![0; length.min(SAMPLES_MAX)];
        let count = self.decoder.decode(payload, &mut samples, redundant).ok()?;
        samples.truncate(count);
        Some(samples)
    }

    fn packet(&self, sequence: u64, timestamp: u64, samples: &[i16]) -> Vec<u8> {
        let payload = Codec::Pcma.encode(samples);
        let packet = Packet {
            marker: false,
            payload_type: PCMA,
            sequence: sequence as u16,
            timestamp: timestamp as u32,
            ssrc: self.ssrc,
            payload: &payload,
        };
        packet.write()
    }

    /// An RTP packet of ours as an Opus payload, with its length in samples. `None` for what is no audio, or of a
    /// length that Opus does not have.
    pub fn outward(&mut self, packet: &[u8]) -> Option<(Vec<u8>, u64)> {
        let packet = Packet::parse(packet).ok().filter(|packet| packet.payload_type == PCMA)?;
        let samples = Codec::Pcma.decode(packet.payload);
        let payload = self.encoder.encode_vec(&samples, PAYLOAD_BYTES_MAX).ok()?;
        Some((payload, samples.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: usize = 160;

    fn tone(n: usize) -> Vec<i16> {
        let at = |i: usize| (n * FRAME + i) as f32 * 440.0 * std::f32::consts::TAU / 8_000.0;
        (0..FRAME).map(|i| (at(i).sin() * 8_000.0) as i16).collect()
    }

    fn ours(n: usize) -> Vec<u8> {
        let payload = Codec::Pcma.encode(&tone(n));
        let (sequence, timestamp) = (n as u16, (n * FRAME) as u32);
        Packet { marker: false, payload_type: PCMA, sequence, timestamp, ssrc: 1, payload: &payload }.write()
    }

    fn loudness(packet: &[u8]) -> f64 {
        let samples = Codec::Pcma.decode(Packet::parse(packet).unwrap().payload);
        (samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
    }

    #[test]
    fn a_tone_goes_to_a_browser_and_back_with_its_times() {
        let (mut here, mut browser) = (Coder::new(1).unwrap(), Coder::new(2).unwrap());
        let mut back = Vec::new();
        for n in 0..20 {
            let (payload, length) = here.outward(&ours(n)).unwrap();
            assert_eq!(length, FRAME as u64);
            back.extend(browser.inward(n as u64, n as u64 * length * TICKS_PER_SAMPLE, &payload));
        }
        let last = Packet::parse(back.last().unwrap()).unwrap();
        assert_eq!((last.sequence, last.timestamp, last.ssrc), (19, 19 * FRAME as u32, 2));
        assert_eq!(last.payload.len(), FRAME);
        // 8000 / sqrt 2, as it was sent.
        assert!(
            (4_500.0..6_500.0).contains(&loudness(back.last().unwrap())),
            "{}",
            loudness(back.last().unwrap())
        );
    }

    #[test]
    fn a_lost_packet_is_made_from_the_copy_in_the_next_one() {
        let (mut here, mut browser) = (Coder::new(1).unwrap(), Coder::new(2).unwrap());
        let mut back = Vec::new();
        for n in 0..20 {
            let (payload, length) = here.outward(&ours(n)).unwrap();
            if n != 10 {
                back.extend(browser.inward(n as u64, n as u64 * length * TICKS_PER_SAMPLE, &payload));
            }
        }
        let mended =
            back.iter().find(|packet| Packet::parse(packet).unwrap().sequence == 10).expect("mended");
        assert_eq!(Packet::parse(mended).unwrap().timestamp, 10 * FRAME as u32);
        assert_eq!(back.len(), 20);
    }

    #[test]
    fn what_is_no_opus_and_what_is_no_audio_is_left_out() {
        let mut coder = Coder::new(1).unwrap();
        assert!(coder.inward(1, 960, &[]).is_empty() || coder.inward(1, 960, &[0xff; 3]).is_empty());
        let key =
            Packet { marker: false, payload_type: 101, sequence: 1, timestamp: 1, ssrc: 1, payload: &[1; 4] };
        assert_eq!(coder.outward(&key.write()), None);
        assert_eq!(coder.outward(&[0; 5]), None);
    }
}
