//! Reads the packed model file `e5-small-q4.bin`.
//!
//! Little-endian throughout: magic `E5S1`, u32 version, i32 hidden, layers, heads, feed-forward,
//! vocabulary, positions, token types, f32 epsilon, i32 block size; then the unigram vocabulary
//! (i32 pieces and the ids of bos, eos, pad, unk, u64 blob length, u32 offsets, f32 scores, blob) and
//! its character map (i32 entries, u32 bytes, per entry u32 code point, u8 count, u32 outputs); then
//! i32 tensors and per tensor u16 name length, name, u8 type (0 f32, 1 Q4_0), u32 values, u64 offset,
//! u64 bytes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Longest section that a sane file has, so that a broken length cannot exhaust memory.
const SECTION_LIMIT_BYTES: u64 = 256 << 20;

/// Why the sentence encoder cannot be used. Always the operator's business: the file is missing or damaged.
#[derive(Debug, thiserror::Error)]
pub enum E5Error {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{}: byte {offset}: {problem}", path.display())]
    Malformed { path: PathBuf, offset: u64, problem: String },
}

/// A cursor over the file that knows where it is, for errors that can be looked up with a hex viewer.
pub(super) struct Reader {
    path: PathBuf,
    input: BufReader<File>,
    offset: u64,
    length: u64,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self, E5Error> {
        let io = |source| E5Error::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        Ok(Self { path: path.to_owned(), input: BufReader::new(file), offset: 0, length })
    }

    /// An error at the current position.
    pub(super) fn malformed(&self, problem: impl Into<String>) -> E5Error {
        E5Error::Malformed { path: self.path.clone(), offset: self.offset, problem: problem.into() }
    }

    pub(super) fn bytes(&mut self, count: u64, what: &str) -> Result<Vec<u8>, E5Error> {
        if count > SECTION_LIMIT_BYTES || self.offset.saturating_add(count) > self.length {
            return Err(self.malformed(format!(
                "{what} needs {count} bytes, but the file ends at byte {}",
                self.length
            )));
        }
        let mut buffer = vec![0; count as usize];
        self.input
            .read_exact(&mut buffer)
            .map_err(|source| E5Error::Io { path: self.path.clone(), source })?;
        self.offset += count;
        Ok(buffer)
    }

    pub(super) fn seek(&mut self, offset: u64) -> Result<(), E5Error> {
        self.input
            .seek(SeekFrom::Start(offset))
            .map_err(|source| E5Error::Io { path: self.path.clone(), source })?;
        self.offset = offset;
        Ok(())
    }

    fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], E5Error> {
        let bytes = self.bytes(N as u64, what)?;
        let mut array = [0; N];
        array.copy_from_slice(&bytes);
        Ok(array)
    }

    pub(super) fn u8(&mut self, what: &str) -> Result<u8, E5Error> {
        Ok(self.array::<1>(what)?[0])
    }

    pub(super) fn u16(&mut self, what: &str) -> Result<u16, E5Error> {
        Ok(u16::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u32(&mut self, what: &str) -> Result<u32, E5Error> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u64(&mut self, what: &str) -> Result<u64, E5Error> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    pub(super) fn f32(&mut self, what: &str) -> Result<f32, E5Error> {
        Ok(f32::from_le_bytes(self.array(what)?))
    }

    /// A count or an id, stored signed, that must lie in `range`.
    pub(super) fn count(
        &mut self,
        what: &str,
        range: std::ops::RangeInclusive<usize>,
    ) -> Result<usize, E5Error> {
        let at = self.offset;
        let value = self.u32(what)? as usize;
        if range.contains(&value) {
            return Ok(value);
        }
        Err(E5Error::Malformed {
            path: self.path.clone(),
            offset: at,
            problem: format!("{what} is {value}, expected {} to {}", range.start(), range.end()),
        })
    }
}

/// The measures of the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub hidden: usize,
    pub layers: usize,
    pub heads: usize,
    pub feed_forward: usize,
    pub vocabulary: usize,
    pub positions: usize,
    pub epsilon: f32,
}

/// Weights that share a scale; the block of ggml's Q4_0 and Q8_0.
pub(super) const BLOCK_WEIGHTS: usize = 32;

/// Bytes of one Q4_0 block: an f16 scale and 32 nibbles.
pub(super) const Q4_BLOCK_BYTES: usize = 18;

pub(super) fn read_shape(reader: &mut Reader) -> Result<Shape, E5Error> {
    if reader.bytes(4, "the magic")? != b"E5S1" {
        reader.seek(0)?;
        return Err(reader.malformed("not a packed e5 model: expected the letters E5S1"));
    }
    reader.count("format version", 1..=1)?;
    let hidden = reader.count("hidden size", 32..=4096)?;
    let layers = reader.count("number of layers", 1..=64)?;
    let heads = reader.count("number of heads", 1..=64)?;
    let feed_forward = reader.count("feed-forward size", 32..=16384)?;
    let vocabulary = reader.count("vocabulary size", 1..=1_000_000)?;
    let positions = reader.count("number of positions", 8..=8192)?;
    reader.count("number of token types", 1..=16)?;
    let epsilon = reader.f32("epsilon")?;
    reader.count("block size", BLOCK_WEIGHTS..=BLOCK_WEIGHTS)?;
    let whole_blocks = hidden.is_multiple_of(BLOCK_WEIGHTS) && feed_forward.is_multiple_of(BLOCK_WEIGHTS);
    let sound_epsilon = epsilon > 0.0 && epsilon < 1.0;
    if !(whole_blocks && hidden.is_multiple_of(heads) && sound_epsilon) {
        return Err(reader.malformed("the sizes of the network do not fit together"));
    }
    Ok(Shape { hidden, layers, heads, feed_forward, vocabulary, positions, epsilon })
}

/// Where each tensor lies.
pub(super) struct Directory(BTreeMap<String, Entry>);

struct Entry {
    quantised: bool,
    values: u64,
    offset: u64,
}

pub(super) fn read_directory(reader: &mut Reader) -> Result<Directory, E5Error> {
    let tensors = reader.count("number of tensors", 1..=4096)?;
    let mut entries = BTreeMap::new();
    for _ in 0..tensors {
        let length = reader.u16("length of a tensor's name")?;
        let name = String::from_utf8_lossy(&reader.bytes(length.into(), "a tensor's name")?).into_owned();
        let quantised = match reader.u8("a tensor's type")? {
            0 => false,
            1 => true,
            other => {
                return Err(reader.malformed(format!("tensor {name:?} has type {other}, expected 0 or 1")));
            }
        };
        let values = reader.u32("a tensor's size")?.into();
        let offset = reader.u64("a tensor's offset")?;
        reader.u64("a tensor's length")?;
        entries.insert(name, Entry { quantised, values, offset });
    }
    Ok(Directory(entries))
}

impl Directory {
    /// The values of an f32 tensor.
    pub(super) fn floats(&self, reader: &mut Reader, name: &str, values: usize) -> Result<Vec<f32>, E5Error> {
        let bytes = self.raw(reader, name, values, false)?;
        let floats: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        if floats.iter().all(|value| value.is_finite()) {
            return Ok(floats);
        }
        Err(reader.malformed(format!("tensor {name:?} before this byte holds values that are not numbers")))
    }

    /// The blocks of a Q4_0 tensor as they lie in the file.
    pub(super) fn blocks(&self, reader: &mut Reader, name: &str, values: usize) -> Result<Vec<u8>, E5Error> {
        self.raw(reader, name, values, true)
    }

    fn raw(
        &self,
        reader: &mut Reader,
        name: &str,
        values: usize,
        quantised: bool,
    ) -> Result<Vec<u8>, E5Error> {
        let Some(entry) = self.0.get(name) else {
            return Err(reader.malformed(format!("the directory before this byte lacks tensor {name:?}")));
        };
        if entry.quantised != quantised || entry.values != values as u64 {
            return Err(reader.malformed(format!(
                "tensor {name:?} holds {} values, expected {values} of type {}",
                entry.values,
                u8::from(quantised)
            )));
        }
        reader.seek(entry.offset)?;
        let length = if quantised { values / BLOCK_WEIGHTS * Q4_BLOCK_BYTES } else { values * 4 };
        reader.bytes(length as u64, name)
    }
}

/// Writes the 32 values of one Q4_0 block to `out`: byte j holds value j low and value j + 16 high.
pub(super) fn dequantise_block(block: &[u8; Q4_BLOCK_BYTES], out: &mut [f32]) {
    let scale = half_to_f32(u16::from_le_bytes([block[0], block[1]]));
    let (low, high) = out.split_at_mut(BLOCK_WEIGHTS / 2);
    for ((byte, low), high) in block[2..].iter().zip(low).zip(high) {
        *low = (f32::from(byte & 15) - 8.0) * scale;
        *high = (f32::from(byte >> 4) - 8.0) * scale;
    }
}

/// IEEE 754 binary16 to binary32.
fn half_to_f32(half: u16) -> f32 {
    let sign = if half & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(half >> 10 & 31);
    let mantissa = f32::from(half & 0x3ff);
    match exponent {
        0 => sign * mantissa * 2f32.powi(-24),
        31 => f32::NAN,
        _ => sign * (1.0 + mantissa / 1024.0) * 2f32.powi(exponent - 15),
    }
}
