//! Writes Whisper base as whisper.cpp reads it: header, mel filters, tokens, tensors.

use super::FormatError;
use super::ct2::{Dtype, Variable, Variables};
use super::quantise::{self, Form};
use std::collections::HashMap;

/// `ggml` in ASCII, as a number.
const MAGIC: i32 = 0x6767_6d6c;
/// Tokens with a text of their own; whisper.cpp makes the special ones itself.
const TEXT_TOKENS: usize = 50_257;
const VOCABULARY: i32 = 51_865;
const AUDIO_POSITIONS: usize = 1_500;
const TEXT_POSITIONS: usize = 448;
const WIDTH: usize = 512;
const HEADS: i32 = 8;
const LAYERS: usize = 6;
const MEL_BANDS: usize = 80;
/// Samples of one Fourier transform at 16 kHz, and its bins.
const FFT_SAMPLES: usize = 400;
const FFT_BINS: usize = FFT_SAMPLES / 2 + 1;

/// One tensor, row-major, outermost dimension first.
pub struct Tensor {
    name: String,
    dims: Vec<usize>,
    values: Values,
}

enum Values {
    F32(Vec<f32>),
    /// Little-endian.
    F16(Vec<u8>),
}

/// The texts of the first 50,257 tokens out of `vocabulary.txt`: one token a line, its bytes written
/// in GPT-2's printable alphabet.
pub fn tokens(vocabulary: &[u8]) -> Result<Vec<Vec<u8>>, FormatError> {
    let alphabet = byte_alphabet();
    let lines: Vec<&[u8]> = vocabulary.split(|&byte| byte == b'\n').take(TEXT_TOKENS).collect();
    if lines.len() < TEXT_TOKENS {
        return Err(FormatError::Vocabulary {
            line: lines.len(),
            expected: "50257 tokens",
            found: "the end of the file".into(),
        });
    }
    lines.iter().enumerate().map(|(index, line)| token(&alphabet, index + 1, line)).collect()
}

fn token(alphabet: &HashMap<char, u8>, line: usize, text: &[u8]) -> Result<Vec<u8>, FormatError> {
    let wrong = |expected, found| FormatError::Vocabulary { line, expected, found };
    let text = std::str::from_utf8(text)
        .map_err(|error| wrong("UTF-8", format!("an invalid byte at {}", error.valid_up_to())))?;
    text.chars()
        .map(|c| {
            let byte = alphabet.get(&c).copied();
            byte.ok_or_else(|| wrong("GPT-2's byte alphabet", c.to_string()))
        })
        .collect()
}

/// GPT-2 writes printable bytes as themselves and the others, in order, from U+0100 on.
fn byte_alphabet() -> HashMap<char, u8> {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let mut next = 0x100;
    let mut alphabet = HashMap::new();
    for byte in 0..=255u8 {
        let c = if printable(byte) {
            char::from(byte)
        } else {
            next += 1;
            char::from_u32(next - 1).expect("U+0100 to U+0143 are characters")
        };
        alphabet.insert(c, byte);
    }
    alphabet
}

/// The tensors of Whisper base under whisper.cpp's names.
pub fn tensors(variables: &Variables<'_>) -> Result<Vec<Tensor>, FormatError> {
    let mut maker = Maker { variables, out: Vec::new() };
    maker.positions("encoder.positional_embedding");
    for conv in ["conv1", "conv2"] {
        let inputs = if conv == "conv1" { MEL_BANDS } else { WIDTH };
        maker.matrix(
            &format!("encoder/{conv}/weight"),
            &format!("encoder.{conv}.weight"),
            &[WIDTH, inputs, 3],
        )?;
        maker.conv_bias(conv)?;
    }
    maker.norm("encoder/layer_norm", "encoder.ln_post")?;
    maker.decoder_positions()?;
    maker.matrix(
        "decoder/embeddings/weight",
        "decoder.token_embedding.weight",
        &[VOCABULARY as usize, WIDTH],
    )?;
    maker.norm("decoder/layer_norm", "decoder.ln")?;
    for layer in 0..LAYERS {
        maker.layer("encoder", layer)?;
        maker.layer("decoder", layer)?;
        maker.cross_attention(layer)?;
    }
    Ok(maker.out)
}

struct Maker<'v, 'a> {
    variables: &'v Variables<'a>,
    out: Vec<Tensor>,
}

impl<'v, 'a> Maker<'v, 'a> {
    fn get(&self, name: &str, dims: &[usize]) -> Result<&'v Variable<'a>, FormatError> {
        let variable =
            self.variables.get(name).ok_or_else(|| FormatError::MissingVariable(name.to_owned()))?;
        let known = matches!(variable.dtype, Dtype::F16 | Dtype::F32);
        if variable.dims != dims || !known {
            return Err(FormatError::Shape {
                name: name.to_owned(),
                expected: dims.to_vec(),
                found: variable.dims.clone(),
            });
        }
        Ok(variable)
    }

    fn push(&mut self, name: &str, dims: &[usize], values: Values) {
        self.out.push(Tensor { name: name.to_owned(), dims: dims.to_vec(), values });
    }

    fn matrix(&mut self, from: &str, to: &str, dims: &[usize]) -> Result<(), FormatError> {
        let data = halves(self.get(from, dims)?);
        self.push(to, dims, Values::F16(data));
        Ok(())
    }

    fn vector(&mut self, from: &str, to: &str, length: usize) -> Result<(), FormatError> {
        let values = floats(self.get(from, &[length])?);
        self.push(to, &[length], Values::F32(values));
        Ok(())
    }

    /// whisper.cpp adds a convolution's bias as a column.
    fn conv_bias(&mut self, conv: &str) -> Result<(), FormatError> {
        let values = floats(self.get(&format!("encoder/{conv}/bias"), &[WIDTH])?);
        self.push(&format!("encoder.{conv}.bias"), &[WIDTH, 1], Values::F32(values));
        Ok(())
    }

    fn norm(&mut self, from: &str, to: &str) -> Result<(), FormatError> {
        self.vector(&format!("{from}/gamma"), &format!("{to}.weight"), WIDTH)?;
        self.vector(&format!("{from}/beta"), &format!("{to}.bias"), WIDTH)
    }

    fn linear(&mut self, from: &str, to: &str, rows: usize, columns: usize) -> Result<(), FormatError> {
        self.matrix(&format!("{from}/weight"), &format!("{to}.weight"), &[rows, columns])?;
        self.vector(&format!("{from}/bias"), &format!("{to}.bias"), rows)
    }

    /// Self-attention and feed-forward part of one layer.
    fn layer(&mut self, side: &str, layer: usize) -> Result<(), FormatError> {
        let from = format!("{side}/layer_{layer}");
        let to = format!("{side}.blocks.{layer}");
        let attention = format!("{from}/self_attention");
        self.norm(&format!("{attention}/layer_norm"), &format!("{to}.attn_ln"))?;
        let fused = format!("{attention}/linear_0");
        self.split(&fused, &["query", "key", "value"], &format!("{to}.attn"))?;
        self.linear(&format!("{attention}/linear_1"), &format!("{to}.attn.out"), WIDTH, WIDTH)?;
        self.norm(&format!("{from}/ffn/layer_norm"), &format!("{to}.mlp_ln"))?;
        self.linear(&format!("{from}/ffn/linear_0"), &format!("{to}.mlp.0"), 4 * WIDTH, WIDTH)?;
        self.linear(&format!("{from}/ffn/linear_1"), &format!("{to}.mlp.2"), WIDTH, 4 * WIDTH)
    }

    fn cross_attention(&mut self, layer: usize) -> Result<(), FormatError> {
        let from = format!("decoder/layer_{layer}/attention");
        let to = format!("decoder.blocks.{layer}.cross_attn");
        self.norm(&format!("{from}/layer_norm"), &format!("{to}_ln"))?;
        self.linear(&format!("{from}/linear_0"), &format!("{to}.query"), WIDTH, WIDTH)?;
        self.split(&format!("{from}/linear_1"), &["key", "value"], &to)?;
        self.linear(&format!("{from}/linear_2"), &format!("{to}.out"), WIDTH, WIDTH)
    }

    /// CTranslate2 stacks projections that share an input. Whisper's keys have no bias: CTranslate2
    /// stores zeros there, which are dropped.
    fn split(&mut self, from: &str, parts: &[&str], to: &str) -> Result<(), FormatError> {
        let rows = parts.len() * WIDTH;
        let weight = halves(self.get(&format!("{from}/weight"), &[rows, WIDTH])?);
        let bias = floats(self.get(&format!("{from}/bias"), &[rows])?);
        for (index, part) in parts.iter().enumerate() {
            let block = &weight[index * WIDTH * WIDTH * 2..][..WIDTH * WIDTH * 2];
            let name = format!("{to}.{part}.weight");
            self.push(&name, &[WIDTH, WIDTH], Values::F16(block.to_vec()));
            if *part != "key" {
                let name = format!("{to}.{part}.bias");
                self.push(&name, &[WIDTH], Values::F32(bias[index * WIDTH..][..WIDTH].to_vec()));
            }
        }
        Ok(())
    }

    /// The encoder's positions are sines and cosines; computed, because the file has them in 16 bits.
    fn positions(&mut self, to: &str) {
        let half = WIDTH / 2;
        let step = 10_000f64.ln() / (half - 1) as f64;
        let mut values = Vec::with_capacity(AUDIO_POSITIONS * WIDTH);
        for position in 0..AUDIO_POSITIONS {
            let angle = |i: usize| position as f64 * (-step * i as f64).exp();
            values.extend((0..half).map(|i| angle(i).sin() as f32));
            values.extend((0..half).map(|i| angle(i).cos() as f32));
        }
        self.push(to, &[AUDIO_POSITIONS, WIDTH], Values::F32(values));
    }

    fn decoder_positions(&mut self) -> Result<(), FormatError> {
        let dims = [TEXT_POSITIONS, WIDTH];
        let values = floats(self.get("decoder/position_encodings/encodings", &dims)?);
        self.push("decoder.positional_embedding", &dims, Values::F32(values));
        Ok(())
    }
}

fn floats(variable: &Variable<'_>) -> Vec<f32> {
    match variable.dtype {
        Dtype::F16 => quantise::widen(variable.data),
        _ => variable.data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
    }
}

fn halves(variable: &Variable<'_>) -> Vec<u8> {
    match variable.dtype {
        Dtype::F16 => variable.data.to_vec(),
        _ => {
            floats(variable).into_iter().flat_map(|value| half::f16::from_f32(value).to_le_bytes()).collect()
        }
    }
}

/// The file. Matrices are written in `form`; convolutions stay 16-bit, vectors 32-bit.
pub fn write(tokens: &[Vec<u8>], tensors: &[Tensor], form: Form) -> Vec<u8> {
    let mut file = Vec::new();
    let width = WIDTH as i32;
    let layers = LAYERS as i32;
    let header = [
        MAGIC,
        VOCABULARY,
        AUDIO_POSITIONS as i32,
        width,
        HEADS,
        layers,
        TEXT_POSITIONS as i32,
        width,
        HEADS,
        layers,
        MEL_BANDS as i32,
        form.file_type(),
        MEL_BANDS as i32,
        FFT_BINS as i32,
    ];
    put(&mut file, &header);
    for value in mel_filters() {
        file.extend(value.to_le_bytes());
    }
    put(&mut file, &[tokens.len() as i32]);
    for token in tokens {
        put(&mut file, &[token.len() as i32]);
        file.extend(token);
    }
    for tensor in tensors {
        write_tensor(&mut file, tensor, form);
    }
    file
}

fn put(file: &mut Vec<u8>, numbers: &[i32]) {
    for number in numbers {
        file.extend(number.to_le_bytes());
    }
}

fn write_tensor(file: &mut Vec<u8>, tensor: &Tensor, form: Form) {
    let (kind, data) = match &tensor.values {
        Values::F32(values) => (0, values.iter().flat_map(|value| value.to_le_bytes()).collect()),
        Values::F16(data) => match (form, &tensor.dims[..]) {
            (Form::Q8_0, &[rows, columns]) => (8, quantise::q8_0(&quantise::widen(data), rows, columns)),
            _ => (1, data.clone()),
        },
    };
    put(file, &[tensor.dims.len() as i32, tensor.name.len() as i32, kind]);
    // ggml counts dimensions from the innermost.
    for &dim in tensor.dims.iter().rev() {
        put(file, &[dim as i32]);
    }
    file.extend(tensor.name.as_bytes());
    file.extend::<Vec<u8>>(data);
}

/// Triangular filters on Slaney's mel scale, each of unit area, 80 bands up to 8 kHz (as
/// `librosa.filters.mel(sr=16000, n_fft=400, n_mels=80)`).
pub(crate) fn mel_filters() -> Vec<f32> {
    let top = hertz_to_mel(8_000.0);
    let edges: Vec<f64> =
        (0..MEL_BANDS + 2).map(|i| mel_to_hertz(top * i as f64 / (MEL_BANDS + 1) as f64)).collect();
    let mut filters = Vec::with_capacity(MEL_BANDS * FFT_BINS);
    for edge in edges.windows(3) {
        let area = 2.0 / (edge[2] - edge[0]);
        for bin in 0..FFT_BINS {
            let hertz = bin as f64 * 16_000.0 / FFT_SAMPLES as f64;
            let rising = (hertz - edge[0]) / (edge[1] - edge[0]);
            let falling = (edge[2] - hertz) / (edge[2] - edge[1]);
            filters.push((rising.min(falling).max(0.0) * area) as f32);
        }
    }
    filters
}

/// Slaney: linear below 1 kHz (15 mel), logarithmic above.
fn hertz_to_mel(hertz: f64) -> f64 {
    if hertz < 1_000.0 { hertz * 3.0 / 200.0 } else { 15.0 + (hertz / 1_000.0).ln() * 27.0 / 6.4f64.ln() }
}

fn mel_to_hertz(mel: f64) -> f64 {
    if mel < 15.0 { mel * 200.0 / 3.0 } else { 1_000.0 * ((mel - 15.0) * 6.4f64.ln() / 27.0).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_alphabet_is_a_bijection_with_the_known_blank() {
        let alphabet = byte_alphabet();
        assert_eq!(alphabet.len(), 256);
        assert_eq!(alphabet[&'Ġ'], b' ');
        assert_eq!(alphabet[&'Ċ'], b'\n');
        assert_eq!(alphabet[&'A'], b'A');
    }

    #[test]
    fn a_short_vocabulary_is_refused_with_its_line() {
        let error = tokens(b"a\nb").unwrap_err();
        assert_eq!(
            error.to_string(),
            "vocabulary: line 2: expected 50257 tokens, found \"the end of the file\""
        );
    }

    #[test]
    fn a_character_outside_the_alphabet_is_refused_with_its_line() {
        let mut vocabulary = "a\n".repeat(TEXT_TOKENS);
        vocabulary.replace_range(2..3, "€");
        let error = tokens(vocabulary.as_bytes()).unwrap_err();
        assert!(matches!(error, FormatError::Vocabulary { line: 2, .. }), "{error}");
    }

    #[test]
    fn mel_filters_have_unit_area_and_librosas_first_value() {
        let filters = mel_filters();
        assert_eq!(filters.len(), 80 * 201);
        // librosa.filters.mel(sr=16000, n_fft=400, n_mels=80)[0, 1] = 0.024862593
        assert!((filters[1] - 0.024_862_593).abs() < 1e-6, "{}", filters[1]);
        let area: f32 = filters[40 * 201..41 * 201].iter().sum::<f32>() * 40.0;
        // Sampled every 40 Hz, the triangle's area comes out a little off.
        assert!((area - 1.0).abs() < 0.1, "{area}");
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = tensors(&Variables::new()).err().unwrap();
        assert_eq!(
            error.to_string(),
            "no variable encoder/conv1/weight: expected the weights of Whisper base"
        );
    }

    #[test]
    fn a_matrix_is_written_quantised_with_its_dimensions_reversed() {
        let tensor = Tensor { name: "m".into(), dims: vec![2, 32], values: Values::F16([0u8; 128].to_vec()) };
        let mut file = Vec::new();
        write_tensor(&mut file, &tensor, Form::Q8_0);
        let mut expected = Vec::new();
        put(&mut expected, &[2, 1, 8, 32, 2]);
        expected.push(b'm');
        expected.extend([0u8; 68]);
        assert_eq!(file, expected);
    }
}
