//! Sound files and ears for tests: 8 kHz, mono, 16 bit.

use duet::hear::whisper::{Whisper, WhisperConfig};
use duet::hear::{Hint, SpeechToText};
use duet::language::Language;
use std::path::Path;
use std::sync::Arc;

pub const RATE: usize = 8000;

pub fn write_wav(path: &Path, samples: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in samples {
        writer.write_sample(*sample).unwrap();
    }
    writer.finalize().unwrap();
}

/// Samples of a wav file; one that is still being written is read as far as it goes.
pub fn read_wav(path: &Path) -> Vec<i16> {
    let bytes = std::fs::read(path).unwrap();
    let data = bytes.windows(4).position(|window| window == b"data").map_or(44, |at| at + 8);
    bytes[data.min(bytes.len())..]
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

/// People who talk in the background, `snr_db` below `speech`: recorded ones where the data folder is
/// there, else pink noise.
pub fn background(speech: &[i16], snr_db: f64) -> Vec<i16> {
    let recorded = super::shared_data().map(|data| data.join("noise_bg/wav/people_talking.wav"));
    let noise = match recorded.filter(|path| path.is_file()) {
        Some(path) => duet::cli::eval_data::read_wav(&path).expect("a wav file"),
        None => duet::hear::noise::pink(8 * RATE).iter().map(|value| (value * 3_000.0) as i16).collect(),
    };
    let gain = loudness(speech) / loudness(&noise) / 10_f64.powf(snr_db / 20.0);
    noise.iter().map(|&sample| (f64::from(sample) * gain) as i16).collect()
}

/// Root mean square of the frames that hold sound.
fn loudness(samples: &[i16]) -> f64 {
    let power = |frame: &[i16]| frame.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / frame.len() as f64;
    let frames: Vec<f64> = samples.chunks_exact(160).map(power).collect();
    let loudest = frames.iter().copied().fold(0.0, f64::max);
    let voiced: Vec<f64> = frames.into_iter().filter(|p| *p > loudest / 1000.0).collect();
    (voiced.iter().sum::<f64>() / voiced.len().max(1) as f64).sqrt().max(1.0)
}

/// A recogniser of the test's own, to listen as a person would.
pub fn listener() -> Arc<Whisper> {
    let path = super::models_dir().join("whisper-base-q8_0.bin");
    let config = WhisperConfig::unhurried(WhisperConfig::default().beam);
    Whisper::load(&path, config).expect("run `duet models fetch` first")
}

/// The words in a recording, sentence by sentence.
pub async fn words(stt: &Whisper, samples: &[i16], language: Language) -> String {
    let mut text = String::new();
    for utterance in utterances(samples) {
        let mut recognition = stt.start(Hint { languages: vec![language], ..Hint::default() });
        recognition.push(utterance);
        text.push_str(recognition.decode().await.expect("recognised").text.trim());
        text.push(' ');
    }
    text.to_lowercase()
}

/// Cuts at pauses of 0.5 s and more; nothing longer than 20 s.
fn utterances(samples: &[i16]) -> Vec<&[i16]> {
    const FRAME: usize = 160;
    const PAUSE_FRAMES: usize = 25;
    const LONGEST: usize = 20 * RATE;
    let loud = |frame: &[i16]| {
        frame.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / 160.0 > 90_000.0_f64.sqrt() * 30.0
    };
    let mut found = Vec::new();
    let (mut start, mut quiet) = (None, 0);
    for (n, frame) in samples.chunks_exact(FRAME).enumerate() {
        if loud(frame) {
            start.get_or_insert(n.saturating_sub(10) * FRAME);
            quiet = 0;
            continue;
        }
        quiet += 1;
        let Some(from) = start else { continue };
        if quiet >= PAUSE_FRAMES || n * FRAME - from > LONGEST {
            found.push(&samples[from..(n * FRAME)]);
            start = None;
        }
    }
    if let Some(from) = start {
        found.push(&samples[from..]);
    }
    found
}

/// A steady tone of 60 s.
pub fn tone(hz: f64) -> Vec<i16> {
    let sample = |n: usize| (f64::sin(std::f64::consts::TAU * hz * n as f64 / RATE as f64) * 6_000.0) as i16;
    (0..60 * RATE).map(sample).collect()
}

/// Share of the power of the last second that is a tone of this frequency, 0..1 (Goertzel).
pub fn share_of(samples: &[i16], hz: f64) -> f64 {
    let last = &samples[samples.len().saturating_sub(RATE)..];
    let (mut one, mut two) = (0.0, 0.0);
    let turn = 2.0 * f64::cos(std::f64::consts::TAU * hz / RATE as f64);
    for sample in last {
        (one, two) = (f64::from(*sample) + turn * one - two, one);
    }
    let power = one * one + two * two - turn * one * two;
    let all = last.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() * last.len() as f64 / 2.0;
    power / all.max(1.0)
}

/// Whether the last second holds sound at all: above -50 dBFS.
pub fn sounds(samples: &[i16]) -> bool {
    let last = &samples[samples.len().saturating_sub(RATE)..];
    let power = last.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / last.len().max(1) as f64;
    power.sqrt() > 100.0
}
