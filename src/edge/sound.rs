//! Sound files of the operator (WAV, MP3, FLAC, Ogg Vorbis) as telephone audio, and our hold music.

use super::resample;
use std::io::Cursor;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;

/// Bounds of an upload: 64 MiB, 10 minutes.
const FILE_BYTES_MAX: u64 = 64 << 20;
const SECONDS_MAX: usize = 600;
/// Loudness after normalisation, dBFS, and the highest peak that it may make, of full scale.
const TARGET_DBFS: f32 = -20.0;
const PEAK_MAX: f32 = 0.9;
/// Below this a file counts as silent and is not amplified, dBFS.
const SILENT_DBFS: f32 = -60.0;
/// The telephone's sample rate, Hz.
const RATE_HZ: u32 = 8000;

/// Why a sound file cannot be played. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    #[error("{file}: cannot be read: {source}")]
    Read { file: String, source: std::io::Error },
    #[error("{file}: {bytes} bytes, at most {FILE_BYTES_MAX} are accepted")]
    TooLarge { file: String, bytes: u64 },
    #[error("{file}: longer than {SECONDS_MAX} s")]
    TooLong { file: String },
    #[error("{file}: not a sound we can decode (expected WAV, MP3, FLAC or Ogg Vorbis): {why}")]
    Format { file: String, why: String },
    #[error("{file}: holds no audio")]
    Empty { file: String },
}

/// Reads a sound file: 8 kHz mono, normalised to -20 dBFS.
///
/// # Errors
/// [`SoundError`], which names the file.
pub fn load(path: &Path) -> Result<Arc<[i16]>, SoundError> {
    let file = path.display().to_string();
    let unreadable = |source| SoundError::Read { file: file.clone(), source };
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(SoundError::TooLarge { file, bytes });
    }
    let data = std::fs::read(path).map_err(unreadable)?;
    decode(&file, data)
}

/// Decodes a sound file that is already in memory; `file` is its name for messages and as a hint.
///
/// # Errors
/// As [`load`].
pub fn decode(file: &str, data: Vec<u8>) -> Result<Arc<[i16]>, SoundError> {
    let (mono, rate) = decode_mono(file, data)?;
    if mono.is_empty() {
        return Err(SoundError::Empty { file: file.into() });
    }
    let resampled = resample::resample(&mono, rate, RATE_HZ)
        .map_err(|error| SoundError::Format { file: file.into(), why: error.to_string() })?;
    Ok(resample::to_i16(&normalised(resampled)).into())
}

/// What callers hear while they wait, when the operator has no music of their own. Our own
/// composition, made by `scripts/hold-music`.
pub fn hold_music() -> Arc<[i16]> {
    static MUSIC: OnceLock<Arc<[i16]>> = OnceLock::new();
    let file = || include_bytes!("../../assets/hold.ogg").to_vec();
    Arc::clone(MUSIC.get_or_init(|| {
        decode("assets/hold.ogg", file()).expect("the built-in music is a valid file, a test decodes it")
    }))
}

fn decode_mono(file: &str, data: Vec<u8>) -> Result<(Vec<f32>, u32), SoundError> {
    let wrong = |why: String| SoundError::Format { file: file.into(), why };
    let mut hint = Hint::new();
    if let Some(extension) = Path::new(file).extension().and_then(|e| e.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(Box::new(Cursor::new(data)), Default::default());
    let mut format = symphonia::default::get_probe()
        .probe(&hint, stream, Default::default(), Default::default())
        .map_err(|error| wrong(error.to_string()))?;
    let track = format.default_track(TrackType::Audio).ok_or_else(|| wrong("no audio track".into()))?;
    let track_id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|p| p.audio());
    let parameters = parameters.ok_or_else(|| wrong("no audio parameters".into()))?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|error| wrong(error.to_string()))?;
    collect(file, format.as_mut(), decoder.as_mut(), track_id)
}

/// All packets of one track, channels averaged.
fn collect(
    file: &str,
    format: &mut dyn FormatReader,
    decoder: &mut dyn AudioDecoder,
    track_id: u32,
) -> Result<(Vec<f32>, u32), SoundError> {
    let wrong = |error: Error| SoundError::Format { file: file.into(), why: error.to_string() };
    let (mut mono, mut interleaved, mut rate) = (Vec::new(), Vec::<f32>::new(), RATE_HZ);
    while let Some(packet) = next_packet(format).map_err(wrong)? {
        if packet.track_id != track_id {
            continue;
        }
        let decoded = match decoder.decode(&packet) {
            Ok(decoded) => decoded,
            // A damaged packet in an upload costs its few milliseconds.
            Err(Error::DecodeError(_)) => continue,
            Err(error) => return Err(wrong(error)),
        };
        rate = decoded.spec().rate();
        let channels = decoded.spec().channels().count().max(1);
        decoded.copy_to_vec_interleaved(&mut interleaved);
        mono.extend(interleaved.chunks_exact(channels).map(|f| f.iter().sum::<f32>() / channels as f32));
        if mono.len() > SECONDS_MAX * rate as usize {
            return Err(SoundError::TooLong { file: file.into() });
        }
    }
    Ok((mono, rate))
}

/// A truncated file ends where it ends.
fn next_packet(format: &mut dyn FormatReader) -> Result<Option<symphonia::core::packet::Packet>, Error> {
    match format.next_packet() {
        Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        other => other,
    }
}

fn normalised(mut samples: Vec<f32>) -> Vec<f32> {
    let power = samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32;
    let peak = samples.iter().fold(0f32, |peak, s| peak.max(s.abs()));
    let rms = power.sqrt();
    if rms < 10f32.powf(SILENT_DBFS / 20.0) {
        return samples;
    }
    let gain = (10f32.powf(TARGET_DBFS / 20.0) / rms).min(PEAK_MAX / peak);
    samples.iter_mut().for_each(|s| *s *= gain);
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(rate: u32, channels: u16, samples: &[i16]) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        samples.iter().for_each(|s| writer.write_sample(*s).unwrap());
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    fn level_dbfs(samples: &[i16]) -> f32 {
        let power = samples.iter().map(|s| f32::from(*s).powi(2)).sum::<f32>() / samples.len() as f32;
        20.0 * (power.sqrt() / 32_768.0).log10()
    }

    #[test]
    fn a_quiet_stereo_upload_becomes_telephone_audio_of_minus_20_dbfs() {
        let stereo: Vec<i16> = (0..88_200).map(|i| (((i / 2) as f32 * 0.06).sin() * 500.0) as i16).collect();
        let sound = decode("welcome.wav", wav(44_100, 2, &stereo)).unwrap();
        assert_eq!(sound.len(), 8000);
        assert!((level_dbfs(&sound) + 20.0).abs() < 0.5, "{}", level_dbfs(&sound));
    }

    #[test]
    fn every_format_of_the_evaluation_data_is_decoded() {
        let root = std::env::var("DUET_SHARED_DATA").unwrap_or_else(|_| "../shared/data".into());
        let mut decoded = std::collections::BTreeMap::new();
        let mut folders = vec![std::path::PathBuf::from(&root)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if ["wav", "mp3", "flac", "ogg"].contains(&&*extension) {
                    let count = decoded.entry(extension).or_insert(0);
                    if *count < 3 {
                        assert!(!load(&path).unwrap().is_empty());
                        *count += 1;
                    }
                }
            }
        }
        eprintln!("decoded from {root}: {decoded:?}; formats that are not listed were skipped");
    }

    #[test]
    fn errors_name_the_file() {
        for (file, data) in
            [("a.mp3", b"not a sound".to_vec()), ("b.ogg", Vec::new()), ("c.wav", wav(8000, 1, &[]))]
        {
            let message = decode(file, data).unwrap_err().to_string();
            assert!(message.starts_with(&format!("{file}: ")), "{message}");
        }
        assert!(
            load(Path::new("absent.wav")).unwrap_err().to_string().starts_with("absent.wav: cannot be read")
        );
    }

    #[test]
    fn the_built_in_music_is_long_quiet_enough_and_loops_without_a_click() {
        let music = hold_music();
        assert!(music.len() > 30 * 8000, "{} samples", music.len());
        assert!((-24.0..-18.0).contains(&level_dbfs(&music)), "{}", level_dbfs(&music));
        let step = |a: i16, b: i16| (i32::from(a) - i32::from(b)).abs();
        let largest = music.windows(2).map(|w| step(w[0], w[1])).max().unwrap();
        let seam = step(music[0], music[music.len() - 1]);
        assert!(seam * 3 < largest, "{seam} of {largest}");
    }
}
