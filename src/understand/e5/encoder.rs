//! The BERT encoder: token ids to one vector.
//!
//! Products run on candle's quantised blocks and kernels (AVX2, NEON or plain, chosen at run time), but
//! in our own loop: candle's matrix product spins on a process-wide thread pool behind a lock, and a
//! call server wants one thread per run. Weights are widened from Q4_0 to Q8_0 at load, which costs
//! 11 MB and spares the kernel the unpacking of nibbles; activations are rounded to Q8_0 per product.

use super::file::{BLOCK_WEIGHTS, Directory, E5Error, Q4_BLOCK_BYTES, Reader, Shape, dequantise_block};
use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::BlockQ8_0;

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
        let mut layers = Vec::with_capacity(shape.layers);
        for layer in 0..shape.layers {
            let mut linear = |name: &str, inputs, outputs| {
                Linear::read(reader, directory, &format!("l{layer}.{name}"), inputs, outputs)
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
        let mut x = self.embed(ids);
        for layer in &self.layers {
            layer.run(&mut x, &self.shape);
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
    fn run(&self, x: &mut [f32], shape: &Shape) {
        let input = quantise(x);
        let query = self.query.apply(&input);
        let key = self.key.apply(&input);
        let value = self.value.apply(&input);
        let attended = attend(&query, &key, &value, shape);
        add(x, &self.attended.apply(&quantise(&attended)));
        self.attended_norm.apply(x);
        let mut wide = self.widen.apply(&quantise(x));
        wide.iter_mut().for_each(|value| *value = gelu(*value));
        add(x, &self.narrow.apply(&quantise(&wide)));
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
            softmax(&mut weights);
            for (weight, value) in weights.iter().zip(value.chunks_exact(hidden)) {
                let value = &value[start..start + head_size];
                out.iter_mut().zip(value).for_each(|(out, value)| *out += weight * value);
            }
        }
    }
    out
}

/// `y = W x + b`, W stored row by row.
struct Linear {
    weights: Vec<BlockQ8_0>,
    bias: Vec<f32>,
    inputs: usize,
}

impl Linear {
    fn read(
        reader: &mut Reader,
        directory: &Directory,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, E5Error> {
        let packed = directory.blocks(reader, &format!("{name}.w"), inputs * outputs)?;
        let mut values = vec![0.0; BLOCK_WEIGHTS];
        let mut weights = vec![BlockQ8_0::zeros(); inputs * outputs / BLOCK_WEIGHTS];
        for (block, widened) in packed.as_chunks::<Q4_BLOCK_BYTES>().0.iter().zip(weights.chunks_exact_mut(1))
        {
            dequantise_block(block, &mut values);
            if values.iter().any(|value| !value.is_finite()) {
                return Err(reader.malformed(format!("tensor {name:?} before this byte has a broken scale")));
            }
            BlockQ8_0::from_float(&values, widened);
        }
        Ok(Self { weights, bias: directory.floats(reader, &format!("{name}.b"), outputs)?, inputs })
    }

    fn apply(&self, input: &[BlockQ8_0]) -> Vec<f32> {
        let blocks = self.inputs / BLOCK_WEIGHTS;
        let outputs = self.bias.len();
        let mut y = vec![0.0; input.len() / blocks * outputs];
        let rows = self.weights.chunks_exact(blocks).zip(&self.bias);
        for (output, (row, bias)) in rows.enumerate() {
            for (token, x) in input.chunks_exact(blocks).enumerate() {
                y[token * outputs + output] = bias + BlockQ8_0::vec_dot(self.inputs, row, x);
            }
        }
        y
    }
}

fn quantise(x: &[f32]) -> Vec<BlockQ8_0> {
    let mut blocks = vec![BlockQ8_0::zeros(); x.len() / BLOCK_WEIGHTS];
    BlockQ8_0::from_float(x, &mut blocks);
    blocks
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
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn softmax(weights: &mut [f32]) {
    let highest = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    weights.iter_mut().for_each(|weight| *weight = (*weight - highest).exp());
    let sum: f32 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
}

/// Scales to length 1.
fn normalise(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt().max(1e-12);
    vector.iter_mut().for_each(|value| *value /= length);
}

/// Gaussian error linear unit, exact form.
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// Error function, absolute error below 1.5e-7 (Abramowitz and Stegun 7.1.26).
fn erf(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let series = [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];
    let polynomial = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    (1.0 - polynomial * (-x * x).exp()).copysign(x)
}
