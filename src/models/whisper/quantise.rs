//! From 16-bit weights to ggml's q8_0: blocks of 32 values, one f16 scale and 32 signed bytes each.

use half::f16;
use whisper_rs::whisper_rs_sys as sys;

/// Values in one block of q8_0.
const BLOCK: usize = 32;
/// Bytes of one block of q8_0: an f16 scale and a byte a value.
const BLOCK_BYTES: usize = 34;

/// How matrices are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    F16,
    Q8_0,
}

impl Form {
    /// ggml's `ftype` of a whole file: quantisation version 2 times 1000 plus the form.
    pub fn file_type(self) -> i32 {
        match self {
            Form::F16 => 1,
            Form::Q8_0 => 2007,
        }
    }
}

/// Little-endian f16 to f32.
pub fn widen(data: &[u8]) -> Vec<f32> {
    data.chunks_exact(2).map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32()).collect()
}

/// A matrix of `rows` x `columns` in q8_0.
///
/// # Panics
/// When `values` is not `rows * columns` long or a row is no whole number of blocks: the caller has
/// checked the shapes.
pub fn q8_0(values: &[f32], rows: usize, columns: usize) -> Vec<u8> {
    assert_eq!(values.len(), rows * columns);
    assert_eq!(columns % BLOCK, 0);
    let mut blocks = vec![0u8; values.len() / BLOCK * BLOCK_BYTES];
    // SAFETY: `values` holds rows * columns floats and `blocks` the bytes of as many in q8_0, which
    // needs no importance matrix.
    let written = unsafe {
        sys::ggml_quantize_chunk(
            sys::ggml_type_GGML_TYPE_Q8_0,
            values.as_ptr(),
            blocks.as_mut_ptr().cast(),
            0,
            rows as i64,
            columns as i64,
            std::ptr::null(),
        )
    };
    assert_eq!(written, blocks.len());
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantised_values_come_back_within_half_a_step() {
        let values: Vec<f32> = (0..128).map(|i| (i as f32 * 0.37).sin() * 3.0).collect();
        let blocks = q8_0(&values, 2, 64);
        assert_eq!(blocks.len(), 4 * BLOCK_BYTES);
        for (block, values) in blocks.chunks(BLOCK_BYTES).zip(values.chunks(BLOCK)) {
            let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
            for (&byte, value) in block[2..].iter().zip(values) {
                let back = f32::from(byte as i8) * scale;
                assert!((back - value).abs() <= 0.52 * scale, "{back} for {value}");
            }
        }
    }

    #[test]
    fn halves_are_widened_exactly() {
        assert_eq!(widen(&[0x00, 0x3e, 0x00, 0xc0]), [1.5, -2.0]);
    }
}
