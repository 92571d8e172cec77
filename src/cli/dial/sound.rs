//! Sound files of the caller: read at any rate, written as stereo at 8 kHz.

use crate::speak::resample::{TELEPHONE_HZ, to_telephone};
use anyhow::{Context, bail};
use std::path::Path;

/// Longest file that is played: 10 minutes at 48 kHz in stereo.
const FILE_SAMPLES: u32 = 600 * 48_000;

/// The first channel of a WAV file, at 8 kHz.
pub fn read_wav(path: &Path) -> anyhow::Result<Vec<i16>> {
    let name = path.display();
    let mut reader = hound::WavReader::open(path).with_context(|| format!("{name}: expected a WAV file"))?;
    let spec = reader.spec();
    if !(8_000..=48_000).contains(&spec.sample_rate) || reader.duration() > FILE_SAMPLES {
        bail!("{name}: expected 8000 to 48000 Hz and at most 10 minutes");
    }
    let channels = usize::from(spec.channels.max(1));
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().step_by(channels).collect::<Result<_, _>>(),
        hound::SampleFormat::Int => {
            let scale = 1.0 / (1u64 << (spec.bits_per_sample - 1)) as f32;
            let scaled = |sample: Result<i32, _>| sample.map(|sample| sample as f32 * scale);
            reader.samples::<i32>().step_by(channels).map(scaled).collect::<Result<_, _>>()
        }
    }
    .with_context(|| format!("{name}: damaged"))?;
    let telephone = to_telephone(&samples, spec.sample_rate as usize)?;
    Ok(telephone.iter().map(|s| (s.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16).collect())
}

/// Writes left and right in turn.
pub fn write_stereo(path: &Path, interleaved: &[i16]) -> anyhow::Result<()> {
    write(path, 2, interleaved)
}

/// Writes one voice.
pub fn write_mono(path: &Path, samples: &[i16]) -> anyhow::Result<()> {
    write(path, 1, samples)
}

fn write(path: &Path, channels: u16, interleaved: &[i16]) -> anyhow::Result<()> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: TELEPHONE_HZ as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let name = path.display();
    let mut writer =
        hound::WavWriter::create(path, spec).with_context(|| format!("{name}: cannot be written"))?;
    for sample in interleaved {
        writer.write_sample(*sample)?;
    }
    writer.finalize().with_context(|| format!("{name}: cannot be written"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_at_any_rate_becomes_telephone_audio() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tone.wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 16_000,
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        for n in 0..16_000 {
            writer.write_sample(((n as f32 * 0.2).sin() * 4_000_000.0) as i32).unwrap();
            writer.write_sample(0).unwrap();
        }
        writer.finalize().unwrap();
        let pcm = read_wav(&path).unwrap();
        assert_eq!(pcm.len(), 8_000);
        let loudest = pcm.iter().map(|s| s.unsigned_abs()).max().unwrap();
        assert!((14_000..18_000).contains(&loudest), "{loudest}");
    }

    #[test]
    fn what_is_no_wav_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("text.wav");
        std::fs::write(&path, "hello").unwrap();
        assert!(format!("{:#}", read_wav(&path).unwrap_err()).contains("text.wav"));
    }
}
