//! The BERT encoder: token ids to one vector.
//!
//! Products run on rten's kernels (AVX-512, AVX2, NEON or plain, chosen at run time) over weights that are widened
//! to 32 bits and packed at load: 85 MB, and three to five times as fast as products of 8-bit blocks.

use super::file::{BLOCK_WEIGHTS, Directory, E5Error, Q4_BLOCK_BYTES, Reader, Shape, dequantise_block};
use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};
use rten_vecmath::{Gelu, Softmax};

thread_local! {
    /// Makes products stay on the thread that asks for them: calls share the cores, and a run that spreads waits
    /// for the slowest.
    static ALONE: Option<rayon::ThreadPool> =
        rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
}

/// Values of a vector that are summed side by side.
const LANES: usize = 8;

/// The network. Its embedding table stays in the file's 4 bits; rows are widened when looked up.
pub(super) struct Encoder {
    pub(super) shape: Shape,
    words: Vec<u8>,
    positions: Vec<f32>,
    token_type: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
}

impl Encoder {
    pub(super) fn read(reader: &mut Reader, directory: &Directory, shape: Shape) -> Result<Self, E5Error> {
        let hidden = shape.hidden;
        let norm = |reader: &mut Reader, name: &str| -> Result<Norm, E5Error> {
            Ok(Norm {
                gain: directory.floats(reader, &format!("{name}.w"), hidden)?,
                bias: directory.floats(reader, &format!("{name}.b"), hidden)?,
                epsilon: shape.epsilon,
            })
        };
        let gemm = GemmExecutor::new();
        let mut layers = Vec::with_capacity(shape.layers);
        for layer in 0..shape.layers {
            let mut linear = |name: &str, inputs, outputs| {
                Linear::read(reader, directory, &gemm, &format!("l{layer}.{name}"), inputs, outputs)
            };
            layers.push(Layer {
                query: linear("q", hidden, hidden)?,
                key: linear("k", hidden, hidden)?,
                value: linear("v", hidden, hidden)?,
                attended: linear("ao", hidden, hidden)?,
                widen: linear("fi", hidden, shape.feed_forward)?,
                narrow: linear("fo", shape.feed_forward, hidden)?,
                attended_norm: norm(reader, &format!("l{layer}.aln"))?,
                norm: norm(reader, &format!("l{layer}.oln"))?,
            });
        }
        Ok(Self {
            shape,
            words: directory.blocks(reader, "emb.word", shape.vocabulary * hidden)?,
            positions: directory.floats(reader, "emb.pos", shape.positions * hidden)?,
            token_type: directory.floats(reader, "emb.type", 2 * hidden)?,
            norm: norm(reader, "emb.ln")?,
            layers,
        })
    }

    /// The mean of the last layer over all tokens, of length 1.
    pub(super) fn run(&self, ids: &[u32]) -> Vec<f32> {
        ALONE.with(|_| ());
        let gemm = GemmExecutor::new();
        let mut x = self.embed(ids);
        for layer in &self.layers {
            layer.run(&mut x, &self.shape, &gemm);
        }
        let mut mean = vec![0.0; self.shape.hidden];
        for token in x.chunks_exact(self.shape.hidden) {
            mean.iter_mut().zip(token).for_each(|(sum, value)| *sum += value);
        }
        normalise(&mut mean);
        mean
    }

    fn embed(&self, ids: &[u32]) -> Vec<f32> {
        let hidden = self.shape.hidden;
        let mut x = vec![0.0; ids.len() * hidden];
        let row_bytes = hidden / BLOCK_WEIGHTS * Q4_BLOCK_BYTES;
        for ((id, position), row) in
            ids.iter().zip(self.positions.chunks_exact(hidden)).zip(x.chunks_exact_mut(hidden))
        {
            let packed = &self.words[*id as usize * row_bytes..][..row_bytes];
            let blocks = packed.as_chunks::<Q4_BLOCK_BYTES>().0;
            blocks
                .iter()
                .zip(row.chunks_exact_mut(BLOCK_WEIGHTS))
                .for_each(|(block, out)| dequantise_block(block, out));
            let extra = position.iter().zip(&self.token_type);
            row.iter_mut().zip(extra).for_each(|(value, (position, kind))| *value += position + kind);
        }
        self.norm.apply(&mut x);
        x
    }
}

impl Layer {
    fn run(&self, x: &mut [f32], shape: &Shape, gemm: &GemmExecutor) {
        let query = self.query.apply(x, gemm);
        let key = self.key.apply(x, gemm);
        let value = self.value.apply(x, gemm);
        let attended = attend(&query, &key, &value, shape);
        add(x, &self.attended.apply(&attended, gemm));
        self.attended_norm.apply(x);
        let mut wide = self.widen.apply(x, gemm);
        Gelu {}.map_mut(&mut wide);
        add(x, &self.narrow.apply(&wide, gemm));
        self.norm.apply(x);
    }
}

/// Scaled dot-product attention, all tokens to all tokens, head by head.
fn attend(query: &[f32], key: &[f32], value: &[f32], shape: &Shape) -> Vec<f32> {
    let (hidden, head_size) = (shape.hidden, shape.hidden / shape.heads);
    let scale = 1.0 / (head_size as f32).sqrt();
    let mut out = vec![0.0; query.len()];
    let mut weights = vec![0.0; query.len() / hidden];
    for (token, out) in out.chunks_exact_mut(hidden).enumerate() {
        for (head, out) in out.chunks_exact_mut(head_size).enumerate() {
            let start = head * head_size;
            let query = &query[token * hidden + start..][..head_size];
            for (weight, key) in weights.iter_mut().zip(key.chunks_exact(hidden)) {
                *weight = scale * dot(query, &key[start..start + head_size]);
            }
            Softmax::new_mut(&mut weights).dispatch();
            for (weight, value) in weights.iter().zip(value.chunks_exact(hidden)) {
                let value = &value[start..start + head_size];
                out.iter_mut().zip(value).for_each(|(out, value)| *out += weight * value);
            }
        }
    }
    out
}

/// `y = W x + b`.
struct Linear {
    /// Inputs by outputs.
    weights: PackedBMatrix<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

impl Linear {
    fn read(
        reader: &mut Reader,
        directory: &Directory,
        gemm: &GemmExecutor,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, E5Error> {
        let packed = directory.blocks(reader, &format!("{name}.w"), inputs * outputs)?;
        let mut weights = vec![0.0; inputs * outputs];
        let blocks = packed.as_chunks::<Q4_BLOCK_BYTES>().0.iter();
        for (block, values) in blocks.zip(weights.chunks_exact_mut(BLOCK_WEIGHTS)) {
            dequantise_block(block, values);
            if values.iter().any(|value| !value.is_finite()) {
                return Err(reader.malformed(format!("tensor {name:?} before this byte has a broken scale")));
            }
        }
        let weights = NdTensor::from_data([outputs, inputs], weights);
        let weights = gemm.prepack_b(weights.view().transposed());
        Ok(Self { weights, bias: directory.floats(reader, &format!("{name}.b"), outputs)?, inputs })
    }

    /// Rows of inputs to rows of outputs.
    fn apply(&self, x: &[f32], gemm: &GemmExecutor) -> Vec<f32> {
        let rows = x.len() / self.inputs;
        let mut y = vec![0.0; rows * self.bias.len()];
        let x = NdTensorView::from_data([rows, self.inputs], x);
        let options = GemmOptions { bias: Some(BiasVector::Row(&self.bias)), ..GemmOptions::default() };
        let done = gemm.gemm(&mut y, GemmInputA::Unpacked(x), GemmInputB::Packed(&self.weights), options);
        // The sizes were checked when the file was read.
        debug_assert!(done.is_ok(), "{done:?}");
        y
    }
}

struct Norm {
    gain: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl Norm {
    fn apply(&self, x: &mut [f32]) {
        let size = self.gain.len() as f32;
        for row in x.chunks_exact_mut(self.gain.len()) {
            let mean = row.iter().sum::<f32>() / size;
            let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / size;
            let scale = 1.0 / (variance + self.epsilon).sqrt();
            for (value, (gain, bias)) in row.iter_mut().zip(self.gain.iter().zip(&self.bias)) {
                *value = (*value - mean) * scale * gain + bias;
            }
        }
    }
}

fn add(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Scales to length 1.
fn normalise(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt().max(1e-12);
    vector.iter_mut().for_each(|value| *value /= length);
}
