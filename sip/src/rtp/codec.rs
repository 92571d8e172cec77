//! G.711 (ITU-T G.711, RFC 3551 section 4.5.14) by `audio-codec`.

use crate::sdp::Codec;
use audio_codec::{Decoder, Encoder};
use audio_codec::{pcma::PcmaDecoder, pcma::PcmaEncoder, pcmu::PcmuDecoder, pcmu::PcmuEncoder};

impl Codec {
    /// One sample per byte.
    pub fn decode(self, payload: &[u8]) -> Vec<i16> {
        let mut samples = vec![0; payload.len()];
        let done = match self {
            Codec::Pcma => PcmaDecoder::new().decode_into(payload, &mut samples),
            Codec::Pcmu => PcmuDecoder::new().decode_into(payload, &mut samples),
        };
        samples.truncate(done.unwrap_or(0));
        samples
    }

    /// One byte per sample.
    pub fn encode(self, samples: &[i16]) -> Vec<u8> {
        let mut payload = vec![0; samples.len()];
        let done = match self {
            Codec::Pcma => PcmaEncoder::new().encode_into(samples, &mut payload),
            Codec::Pcmu => PcmuEncoder::new().encode_into(samples, &mut payload),
        };
        payload.truncate(done.unwrap_or(0));
        payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_laws_keep_a_sine_to_37_db() {
        let sine: Vec<i16> = (0..800).map(|i| ((i as f32 * 0.7).sin() * 10_000.0) as i16).collect();
        for codec in [Codec::Pcma, Codec::Pcmu] {
            let heard = codec.decode(&codec.encode(&sine));
            let noise: f64 = sine.iter().zip(&heard).map(|(a, b)| f64::from(a - b).powi(2)).sum();
            let signal: f64 = sine.iter().map(|a| f64::from(*a).powi(2)).sum();
            assert!(10.0 * (signal / noise).log10() > 37.0, "{codec:?}");
        }
    }
}
