//! ◆ Audio bodies of remote voices, piece by piece: WAV, or bare 16 bit samples.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Bytes that may come before the samples of a WAV; headers are 44 and a little.
const HEADER_BYTES_MAX: usize = 4_096;

/// What the server is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Says its rate itself.
    Wav,
    /// 16 bit little-endian mono at this rate; OpenAI's is 24,000.
    Pcm { rate_hz: u32 },
}

impl Format {
    /// Its name in a request.
    pub fn label(self) -> &'static str {
        match self {
            Format::Wav => "wav",
            Format::Pcm { .. } => "pcm",
        }
    }
}

/// Decodes a body that arrives in pieces of any length.
#[derive(Debug)]
pub struct Pcm {
    /// Known once the header was read.
    rate_hz: Option<u32>,
    waiting: Vec<u8>,
}

impl Pcm {
    pub fn new(format: Format) -> Self {
        let rate_hz = match format {
            Format::Wav => None,
            Format::Pcm { rate_hz } => Some(rate_hz),
        };
        Pcm { rate_hz, waiting: Vec::new() }
    }

    /// The rate, and the samples that are complete; full scale is 1.0. No samples while the header is
    /// not complete.
    ///
    /// # Errors
    /// What was expected and what came.
    pub fn push(&mut self, piece: &[u8]) -> Result<(u32, Vec<f32>), String> {
        self.waiting.extend_from_slice(piece);
        let rate_hz = match self.rate_hz {
            Some(rate_hz) => rate_hz,
            None => match header(&self.waiting)? {
                Some((rate_hz, begin)) => {
                    self.waiting.drain(..begin);
                    *self.rate_hz.insert(rate_hz)
                }
                None if self.waiting.len() > HEADER_BYTES_MAX => {
                    return Err(format!("no WAV samples within {HEADER_BYTES_MAX} bytes"));
                }
                None => return Ok((0, Vec::new())),
            },
        };
        let whole = self.waiting.len() / 2 * 2;
        let samples = self.waiting[..whole].as_chunks::<2>().0.iter();
        let samples = samples.map(|bytes| f32::from(i16::from_le_bytes(*bytes)) / 32_768.0).collect();
        self.waiting.drain(..whole);
        Ok((rate_hz, samples))
    }
}

/// Rate and where the samples begin; `None` when there is more to come. Lengths are not believed: who
/// streams does not know them beforehand.
fn header(bytes: &[u8]) -> Result<Option<(u32, usize)>, String> {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
    if bytes.len() < 12 {
        return Ok(None);
    }
    if !bytes.starts_with(b"RIFF") || &bytes[8..12] != b"WAVE" {
        return Err(format!("expected a WAV file, found {:?}", shown(bytes)));
    }
    let (mut at, mut rate_hz) = (12, None);
    while let Some(chunk) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]) as usize;
        match &chunk[..4] {
            b"data" => {
                let rate_hz = rate_hz.ok_or("expected a WAV format before its samples")?;
                return Ok(Some((rate_hz, at + 8)));
            }
            b"fmt " => match bytes.get(at + 8..at + 24) {
                Some(format) => rate_hz = Some(rate(format)?),
                None => return Ok(None),
            },
            _ => {}
        }
        at = at.saturating_add(8 + length.next_multiple_of(2));
    }
    Ok(None)
}

fn rate(format: &[u8]) -> Result<u32, String> {
    let short = |at: usize| u16::from_le_bytes([format[at], format[at + 1]]);
    let (kind, channels, bits) = (short(0), short(2), short(14));
    let rate_hz = u32::from_le_bytes([format[4], format[5], format[6], format[7]]);
    // 1 is PCM, 0xfffe PCM described at length.
    if !matches!(kind, 1 | 0xfffe) || channels != 1 || bits != 16 || !(8_000..=48_000).contains(&rate_hz) {
        return Err(format!(
            "expected 16 bit mono PCM at 8,000 to 48,000 Hz, found kind {kind}, {channels} channels, {bits} bit, {rate_hz} Hz"
        ));
    }
    Ok(rate_hz)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A WAV as streaming servers write it: lengths are not known.
    pub fn wav(rate_hz: u32, samples: &[i16]) -> Vec<u8> {
        let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        bytes.extend(rate_hz.to_le_bytes());
        bytes.extend((rate_hz * 2).to_le_bytes());
        bytes.extend([2, 0, 16, 0]);
        bytes.extend(b"LIST\x03\0\0\0abc\0data\xff\xff\xff\xff");
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        bytes
    }

    #[test]
    fn a_wav_in_single_bytes_gives_the_same_samples_as_in_one() {
        let samples: Vec<i16> = (0..500).map(|n| n * 60 - 15_000).collect();
        let bytes = wav(22_050, &samples);
        let (rate_hz, whole) = Pcm::new(Format::Wav).push(&bytes).unwrap();
        let mut pcm = Pcm::new(Format::Wav);
        let pieces: Vec<f32> = bytes.iter().flat_map(|byte| pcm.push(&[*byte]).unwrap().1).collect();
        assert_eq!((rate_hz, whole.len()), (22_050, 500));
        assert_eq!(whole, pieces);
        assert_eq!(whole[0], -15_000.0 / 32_768.0);
    }

    #[test]
    fn bare_samples_are_taken_at_the_rate_agreed_on() {
        let (rate_hz, samples) = Pcm::new(Format::Pcm { rate_hz: 24_000 }).push(&[0, 64, 0]).unwrap();
        assert_eq!((rate_hz, samples), (24_000, vec![0.5]));
    }

    #[test]
    fn what_is_no_wav_is_shown() {
        let error = Pcm::new(Format::Wav).push(b"{\"error\": \"no voice\"}").unwrap_err();
        assert!(error.contains("no voice"), "{error}");
        let mut stereo = wav(8_000, &[]);
        stereo[22] = 2;
        let error = Pcm::new(Format::Wav).push(&stereo).unwrap_err();
        assert!(error.contains("2 channels"), "{error}");
        let endless = [&wav(8_000, &[])[..12], b"junk\xff\xff\xff\x7f", &[0; 5_000]].concat();
        assert!(Pcm::new(Format::Wav).push(&endless).is_err());
    }
}
