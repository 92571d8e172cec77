//! smart-turn v3 (ONNX): whether the last seconds of a voice sound finished. for `hear.turn_model`, and
//! for `duet eval turns`, which compares with it.
//!
//! It takes the last 8 s at 16 kHz, silence in front where there is less, as Whisper's spectrogram: 80 mel
//! bands, 100 frames a second (after pipecat-ai 1.14.0, `pipecat/audio/turn/smart_turn/`, BSD-2).

use super::resample::{Resampler, to_floats};
use crate::models::whisper::mel_filters;
use realfft::{RealFftPlanner, RealToComplex};
use rten::{Model, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use std::path::Path;
use std::sync::Arc;

const HZ: u32 = 16_000;
/// What calls bring.
const CALL_HZ: u32 = 8_000;
/// 8 s.
const SAMPLES: usize = 128_000;
const FFT_SAMPLES: usize = 400;
const BINS: usize = FFT_SAMPLES / 2 + 1;
const HOP_SAMPLES: usize = 160;
const FRAMES: usize = SAMPLES / HOP_SAMPLES;
const BANDS: usize = 80;
/// Power below this counts as this.
const FLOOR: f32 = 1e-10;
/// Keeps silence from being amplified.
const VARIANCE_EPSILON: f64 = 1e-7;

/// The model cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("smart-turn: {0}")]
pub struct SmartTurnError(String);

/// The model with what its spectrogram needs.
pub struct SmartTurn {
    model: Model,
    input: NodeId,
    output: NodeId,
    options: RunOptions,
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    filters: Vec<f32>,
}

impl SmartTurn {
    /// Loads `smart-turn-v3.2-cpu.onnx`.
    pub fn load(path: &Path) -> Result<SmartTurn, SmartTurnError> {
        let failed = |reason: String| SmartTurnError(format!("{}: {reason}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let model = Model::load(bytes).map_err(|error| failed(error.to_string()))?;
        let input = model.find_node("input_features");
        let input = input.ok_or_else(|| failed("expected a node \"input_features\"".into()))?;
        let output = model.output_ids().first().copied();
        let output = output.ok_or_else(|| failed("expected an output".into()))?;
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        let turn = |i: usize| std::f32::consts::TAU * i as f32 / FFT_SAMPLES as f32;
        Ok(SmartTurn {
            model,
            input,
            output,
            options: RunOptions::default().with_thread_pool(Some(pool)),
            fft: RealFftPlanner::new().plan_fft_forward(FFT_SAMPLES),
            window: (0..FFT_SAMPLES).map(|i| 0.5 - 0.5 * turn(i).cos()).collect(),
            filters: mel_filters(),
        })
    }

    /// That the turn is over after this audio (8 kHz), 0..1.
    pub fn probability(&self, pcm: &[i16]) -> Result<f32, SmartTurnError> {
        let failed = |error: &dyn std::fmt::Display| SmartTurnError(error.to_string());
        let mut resampler = Resampler::new(CALL_HZ, HZ).map_err(|error| failed(&error))?;
        let audio = resampler.clip(&to_floats(pcm)).map_err(|error| failed(&error))?;
        let features = self.features(&last_seconds(&audio)).map_err(|error| failed(&error))?;
        let features = NdTensor::from_data([1, BANDS, FRAMES], features);
        let inputs: Vec<(NodeId, ValueOrView)> = vec![(self.input, features.view().into())];
        let results = self.model.run_n(inputs, [self.output], Some(self.options.clone()));
        let [value]: [Value; 1] = results.map_err(|error| failed(&error))?;
        let value: rten_tensor::Tensor<f32> =
            value.try_into().map_err(|_| failed(&"expected one float as output"))?;
        value.iter().next().copied().ok_or_else(|| failed(&"an empty output"))
    }

    /// Bands by frames, as the model was trained: Whisper's logarithmic spectrogram of audio of unit variance.
    fn features(&self, audio: &[f32]) -> Result<Vec<f32>, realfft::FftError> {
        let audio = reflected(&normalised(audio));
        let mut features = vec![0.0; BANDS * FRAMES];
        let (mut frame, mut spectrum) = (self.fft.make_input_vec(), self.fft.make_output_vec());
        for at in 0..FRAMES {
            let samples = &audio[at * HOP_SAMPLES..at * HOP_SAMPLES + FFT_SAMPLES];
            for ((value, sample), weight) in frame.iter_mut().zip(samples).zip(&self.window) {
                *value = sample * weight;
            }
            self.fft.process(&mut frame, &mut spectrum)?;
            for band in 0..BANDS {
                let filter = &self.filters[band * BINS..(band + 1) * BINS];
                let power: f32 =
                    spectrum.iter().zip(filter).map(|(bin, weight)| bin.norm_sqr() * weight).sum();
                features[band * FRAMES + at] = power.max(FLOOR).log10();
            }
        }
        let least = features.iter().copied().fold(f32::MIN, f32::max) - 8.0;
        features.iter_mut().for_each(|value| *value = (value.max(least) + 4.0) / 4.0);
        Ok(features)
    }
}

/// The last 8 s, with silence in front.
fn last_seconds(audio: &[f32]) -> Vec<f32> {
    let mut last = vec![0.0; SAMPLES.saturating_sub(audio.len())];
    last.extend(&audio[audio.len().saturating_sub(SAMPLES)..]);
    last
}

/// Mean 0 and variance 1.
fn normalised(audio: &[f32]) -> Vec<f32> {
    let count = audio.len().max(1) as f64;
    let mean = audio.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
    let variance = audio.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / count;
    let scale = 1.0 / (variance + VARIANCE_EPSILON).sqrt();
    audio.iter().map(|value| ((f64::from(*value) - mean) * scale) as f32).collect()
}

/// Half a frame of mirror image on both sides, so that frames are centred.
fn reflected(audio: &[f32]) -> Vec<f32> {
    let half = FFT_SAMPLES / 2;
    let before = audio[1..=half].iter().rev();
    let after = audio[audio.len() - half - 1..audio.len() - 1].iter().rev();
    before.chain(audio).chain(after).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_audio_stands_at_the_end_and_long_audio_loses_its_beginning() {
        let short = last_seconds(&[1.0, 2.0]);
        assert_eq!((short.len(), &short[SAMPLES - 2..]), (SAMPLES, &[1.0, 2.0][..]));
        let long: Vec<f32> = (0..SAMPLES + 3).map(|n| n as f32).collect();
        assert_eq!(last_seconds(&long)[0], 3.0);
    }

    #[test]
    fn frames_are_centred_by_a_mirror_image() {
        let audio: Vec<f32> = (0..1_000).map(|n| n as f32).collect();
        let mirrored = reflected(&audio);
        assert_eq!(mirrored.len(), 1_400);
        assert_eq!((mirrored[0], mirrored[199], mirrored[200], mirrored[1_200]), (200.0, 1.0, 0.0, 998.0));
    }

    #[test]
    fn the_model_tells_a_finished_sentence_from_half_a_sentence() {
        let dir = std::env::var_os("DUET_MODELS_DIR")
            .map_or_else(|| std::path::PathBuf::from("models"), std::path::PathBuf::from);
        let root = std::env::var_os("DUET_SHARED_DATA")
            .map_or_else(|| std::path::PathBuf::from("../shared/data"), std::path::PathBuf::from);
        let recording = root.join("asterisk_en_8k/wav/agent-pass.wav");
        let (Ok(path), true) = (crate::models::locate(&dir, "smart-turn-v3.2-cpu.onnx"), recording.is_file())
        else {
            eprintln!("skipped: the model or {} is not there", recording.display());
            return;
        };
        let model = SmartTurn::load(&path).unwrap();
        let mut whole = crate::cli::eval_data::read_wav(&recording).unwrap();
        let half = whole.len() * 2 / 5;
        let mut cut = whole[..half].to_vec();
        cut.extend([0; 1_600]);
        whole.extend([0; 1_600]);
        let (whole, cut) = (model.probability(&whole).unwrap(), model.probability(&cut).unwrap());
        assert!(whole > cut && whole > 0.5, "{whole} {cut}");
    }
}
