//! Silero's voice activity model (v6, ONNX) at 8 kHz.
//!
//! It takes 32 ms at a time with the last 4 ms of the frame before in front, and carries a state
//! from frame to frame. The weights are shared; the state belongs to one call.

use super::ear::{VAD_SAMPLES, VoiceActivity};
use rten::{Model, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Samples of the frame before that the model wants to see again, at 8 kHz.
const CONTEXT_SAMPLES: usize = 32;
const STATE_SHAPE: [usize; 3] = [2, 1, 128];
const RATE_HZ: i32 = 8_000;

/// The model cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}", path = path.display())]
pub struct SileroError {
    path: std::path::PathBuf,
    reason: String,
}

/// The shared weights.
pub struct Silero {
    model: Model,
    input: NodeId,
    state: NodeId,
    rate: NodeId,
    output: NodeId,
    next_state: NodeId,
    /// One thread each, as many as cores; calls are spread over them.
    lanes: Vec<RunOptions>,
    listeners: AtomicUsize,
}

impl Silero {
    /// Loads `silero_vad.onnx` and tries it on a frame of silence.
    pub fn load(path: &Path) -> Result<Arc<Silero>, SileroError> {
        let failed = |reason: String| SileroError { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let model = Model::load(bytes).map_err(|error| failed(error.to_string()))?;
        let node = |name: &str| {
            let found = model.find_node(name);
            found.ok_or_else(|| failed(format!("expected Silero v5 or v6 with a node {name:?}")))
        };
        let (input, state, rate) = (node("input")?, node("state")?, node("sr")?);
        let (output, next_state) = (node("output")?, node("stateN")?);
        // One thread a run: the model is small, and calls run side by side. A pool of several threads would
        // split each run among them.
        let lane = || RunOptions::default().with_thread_pool(Some(Arc::new(ThreadPool::with_num_threads(1))));
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let silero = Arc::new(Silero {
            model,
            input,
            state,
            rate,
            output,
            next_state,
            lanes: std::iter::repeat_with(lane).take(cores).collect(),
            listeners: AtomicUsize::new(0),
        });
        let silence = silero.listener().run(&[0.0; VAD_SAMPLES]);
        silence.map_err(|reason| failed(format!("the model does not run at 8 kHz: {reason}")))?;
        Ok(silero)
    }

    /// A fresh state for one call.
    pub fn listener(self: &Arc<Self>) -> Listener {
        Listener {
            silero: self.clone(),
            lane: self.listeners.fetch_add(1, Ordering::Relaxed) % self.lanes.len(),
            state: NdTensor::zeros(STATE_SHAPE),
            context: [0.0; CONTEXT_SAMPLES],
        }
    }
}

/// The model's state in one call.
pub struct Listener {
    silero: Arc<Silero>,
    /// Which thread judges for this call.
    lane: usize,
    state: NdTensor<f32, 3>,
    context: [f32; CONTEXT_SAMPLES],
}

impl Listener {
    fn run(&mut self, frame: &[f32; VAD_SAMPLES]) -> Result<f32, String> {
        let silero = &self.silero;
        let audio = [&self.context[..], frame].concat();
        let audio = NdTensor::from_data([1, CONTEXT_SAMPLES + VAD_SAMPLES], audio);
        let rate = Tensor::from_scalar(RATE_HZ);
        let inputs: Vec<(NodeId, ValueOrView)> = vec![
            (silero.input, audio.view().into()),
            (silero.state, self.state.view().into()),
            (silero.rate, rate.view().into()),
        ];
        let outputs = [silero.output, silero.next_state];
        let results = silero.model.run_n(inputs, outputs, Some(silero.lanes[self.lane].clone()));
        let [probability, state]: [Value; 2] = results.map_err(|error| error.to_string())?;
        let probability: NdTensor<f32, 2> = probability.try_into().map_err(|_| "output: expected [1, 1]")?;
        self.state = state.try_into().map_err(|_| "stateN: expected [2, 1, 128]")?;
        self.context.copy_from_slice(&frame[VAD_SAMPLES - CONTEXT_SAMPLES..]);
        probability.iter().next().copied().ok_or_else(|| "output: empty".to_owned())
    }
}

impl VoiceActivity for Listener {
    fn probability(&mut self, frame: &[f32; VAD_SAMPLES]) -> Option<f32> {
        match self.run(frame) {
            Ok(probability) => Some(probability),
            Err(error) => {
                tracing::warn!(error, "voice activity model failed; loudness decides");
                self.reset();
                None
            }
        }
    }

    fn reset(&mut self) {
        self.state = NdTensor::zeros(STATE_SHAPE);
        self.context = [0.0; CONTEXT_SAMPLES];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::eval_data::{Item, read_manifest, read_wav};
    use crate::cli::test::line::{Line, band};
    use crate::edge::bad_line::Noise;
    use crate::edge::leg::AudioFrame;
    use crate::hear::ear::{Ear, EarEvent, TurnConfig};
    use crate::models;
    use crate::time::At;
    use std::path::PathBuf;

    fn silero() -> Option<Arc<Silero>> {
        let dir = std::env::var_os("DUET_MODELS_DIR").map_or_else(|| PathBuf::from("models"), PathBuf::from);
        let path = models::locate(&dir, "silero_vad.onnx")
            .inspect_err(|error| eprintln!("skipped: {error}"))
            .ok()?;
        Some(Silero::load(&path).unwrap())
    }

    fn recordings(manifest: &str) -> Option<Vec<Item>> {
        let root = std::env::var_os("DUET_SHARED_DATA")
            .map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
        let manifest = root.join(manifest);
        if !manifest.is_file() {
            eprintln!("skipped: {} is not there", manifest.display());
            return None;
        }
        Some(read_manifest(&manifest).unwrap())
    }

    fn hear(silero: &Arc<Silero>, pcm: &[i16]) -> Vec<EarEvent> {
        let mut ear = Ear::new(Box::new(silero.listener()), TurnConfig::default());
        let frames = pcm.chunks_exact(160).enumerate().map(|(index, chunk)| AudioFrame {
            at: At((index as u64 + 1) * 20),
            samples: chunk.try_into().unwrap(),
            concealed: false,
            played: [0; 4],
        });
        frames.flat_map(|frame| ear.push(&frame)).collect()
    }

    #[test]
    fn silence_and_hum_are_no_voice() {
        let Some(silero) = silero() else { return };
        let mut listener = silero.listener();
        for n in 0..40 {
            let hum = std::array::from_fn(|i| ((n * 256 + i) as f32 * 0.04).sin() * 0.05);
            assert!(listener.run(&hum).unwrap() < 0.3);
        }
    }

    #[test]
    fn a_recorded_sentence_is_one_turn_that_covers_its_words() {
        let Some(silero) = silero() else { return };
        let Some(items) = recordings("asterisk_en_8k/manifest.tsv") else { return };
        let item = items.iter().find(|item| item.file.ends_with("agent-pass.wav")).unwrap();
        // One second of silence on both sides.
        let mut pcm = vec![0; 8_000];
        pcm.extend(read_wav(&item.file).unwrap());
        let spoken_ms = (pcm.len() as u64 - 8_000) / 8;
        pcm.extend([0; 8_000]);
        let events = hear(&silero, &pcm);
        let Some(EarEvent::SpeechEnded { started, last_voiced, decided }) = events.last().copied() else {
            panic!("{events:?}");
        };
        assert!((900..1_400).contains(&started.0), "{events:?}");
        assert!(last_voiced.0.abs_diff(1_000 + spoken_ms) < 500, "{events:?}");
        assert!((550..=600).contains(&decided.since_ms(last_voiced)), "{events:?}");
    }

    /// Short words in steady noise at 10 dB, each after 15 s of it.
    #[test]
    fn digits_are_heard_in_noise_that_has_lasted() {
        let Some(silero) = silero() else { return };
        let Some(items) = recordings("fsdd_en_8k/manifest.tsv") else { return };
        let items: Vec<_> = items.into_iter().step_by(30).take(12).collect();
        let heard = items.iter().filter(|item| {
            let word = band(&read_wav(&item.file).unwrap());
            let line = Line { noise_db: Some(10.0), loss: 0.0 }.of_call();
            let mut noise = Noise::new(line.noise);
            let mut pcm = vec![0; 15 * 8_000];
            pcm.extend(&word);
            pcm.extend([0; 4_000]);
            noise.add(&mut pcm);
            let events = hear(&silero, &pcm);
            matches!(events.first(), Some(EarEvent::SpeechStarted { at }) if at.0 > 14_900)
        });
        assert!(heard.count() >= items.len() - 1);
    }

    #[test]
    fn another_file_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.onnx");
        std::fs::write(&path, b"no model").unwrap();
        assert!(Silero::load(&path).err().unwrap().to_string().contains("x.onnx"));
    }
}
