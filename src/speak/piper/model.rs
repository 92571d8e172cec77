//! One run of a Piper network (VITS): phoneme ids in, samples out.

use super::config::{Inference, PiperJson};
use crate::speak::TtsError;
use crate::speak::voices::VoiceError;
use rten::{ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use std::path::Path;
use std::sync::Arc;

/// A loaded network; shared by all workers.
pub struct Model {
    network: rten::Model,
    inputs: Inputs,
    output: NodeId,
    scales: Inference,
    speaker: Option<i32>,
}

struct Inputs {
    ids: NodeId,
    lengths: NodeId,
    scales: NodeId,
    speaker: Option<NodeId>,
}

impl Model {
    pub fn load(onnx: &Path, json: &PiperJson, speaker: Option<i32>) -> Result<Model, VoiceError> {
        let network = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load_file(onnx)
            .map_err(|error| VoiceError::unusable(onnx, &error))?;
        let node = |name: &str| {
            network.find_node(name).ok_or_else(|| {
                VoiceError::unusable(onnx, &format!("the model has no {name:?}: not a Piper voice"))
            })
        };
        let inputs = Inputs {
            ids: node("input")?,
            lengths: node("input_lengths")?,
            scales: node("scales")?,
            speaker: speaker.map(|_| node("sid")).transpose()?,
        };
        let output = node("output")?;
        Ok(Model { inputs, output, scales: json.inference, speaker, network })
    }

    /// Samples at the voice's own rate, full scale 1.0. Runs on the calling thread alone.
    pub fn run(&self, ids: &[i32]) -> Result<Vec<f32>, TtsError> {
        let failed = |error: &dyn std::fmt::Display| TtsError::Engine(format!("piper: {error}"));
        let Inference { noise_scale, length_scale, noise_w } = self.scales;
        let mut inputs = vec![
            (self.inputs.ids, NdTensor::from_data([1, ids.len()], ids.to_vec()).into()),
            (self.inputs.lengths, NdTensor::from_data([1], vec![ids.len() as i32]).into()),
            (self.inputs.scales, NdTensor::from_data([3], vec![noise_scale, length_scale, noise_w]).into()),
        ];
        if let (Some(node), Some(speaker)) = (self.inputs.speaker, self.speaker) {
            inputs.push((node, NdTensor::from_data([1], vec![speaker]).into()));
        }
        let options = RunOptions::default().with_thread_pool(Some(single_thread()));
        let mut outputs =
            self.network.run(inputs, &[self.output], Some(options)).map_err(|error| failed(&error))?;
        let output: Value = outputs.pop().ok_or_else(|| failed(&"the model gave no output"))?;
        let samples: Tensor<f32> = output.try_into().map_err(|error| failed(&error))?;
        Ok(samples.to_vec())
    }
}

/// Each worker has a pool of one thread of its own: with the common pool, two sentences at once
/// would wait for each other's pieces.
fn single_thread() -> Arc<ThreadPool> {
    thread_local! {
        static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
    }
    POOL.with(Arc::clone)
}
