//! Reads CTranslate2's `model.bin` (version 6 of the format, little-endian).
//!
//! `u32 version · string spec · u32 revision · u32 count`, then per variable `string name · u8 rank ·
//! u32 dims[rank] · u8 type · u32 bytes · data`, then aliases, which Whisper does not need. A string
//! is `u16 length` counting its trailing NUL, then the bytes.

use super::FormatError;
use std::collections::BTreeMap;

/// Version of the container that CTranslate2 3 and 4 write.
const VERSION: u32 = 6;
/// No Whisper model has more; a larger count is garbage.
const MAX_VARIABLES: u32 = 10_000;
const MAX_RANK: u8 = 4;

/// How the numbers of a variable are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dtype {
    F32,
    I8,
    I16,
    I32,
    F16,
}

impl Dtype {
    fn size_bytes(self) -> usize {
        match self {
            Dtype::I8 => 1,
            Dtype::I16 | Dtype::F16 => 2,
            Dtype::F32 | Dtype::I32 => 4,
        }
    }
}

/// One variable, borrowed from the file.
#[derive(Debug, Clone)]
pub struct Variable<'a> {
    pub dims: Vec<usize>,
    pub dtype: Dtype,
    pub data: &'a [u8],
}

/// Variables by name.
pub type Variables<'a> = BTreeMap<String, Variable<'a>>;

/// Reads every variable of `file`.
pub fn read(file: &[u8]) -> Result<Variables<'_>, FormatError> {
    let mut reader = Reader { file, offset: 0 };
    reader.expect_version()?;
    reader.string("the model's kind")?;
    reader.u32("the model's revision")?;
    let count = reader.count()?;
    let mut variables = Variables::new();
    for _ in 0..count {
        let name = reader.string("a variable's name")?;
        variables.insert(name, reader.variable()?);
    }
    Ok(variables)
}

struct Reader<'a> {
    file: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    fn expect_version(&mut self) -> Result<(), FormatError> {
        match self.u32("the format's version")? {
            VERSION => Ok(()),
            other => Err(unexpected(0, "format version 6", other)),
        }
    }

    fn count(&mut self) -> Result<u32, FormatError> {
        let offset = self.offset;
        match self.u32("the number of variables")? {
            count if count <= MAX_VARIABLES => Ok(count),
            count => Err(unexpected(offset, "at most 10000 variables", count)),
        }
    }

    fn variable(&mut self) -> Result<Variable<'a>, FormatError> {
        let dims = self.dims()?;
        let dtype = self.dtype()?;
        let offset = self.offset;
        let bytes = self.u32("a variable's size")? as usize;
        let wanted = dims.iter().try_fold(dtype.size_bytes(), |product, &dim| product.checked_mul(dim));
        if wanted != Some(bytes) {
            return Err(unexpected(offset, "a size that agrees with the shape", bytes));
        }
        let data = self.take(bytes, "a variable's data")?;
        Ok(Variable { dims, dtype, data })
    }

    fn dims(&mut self) -> Result<Vec<usize>, FormatError> {
        let offset = self.offset;
        let rank = self.take(1, "a variable's rank")?[0];
        if rank > MAX_RANK {
            return Err(unexpected(offset, "a rank of at most 4", rank));
        }
        (0..rank).map(|_| Ok(self.u32("a dimension")? as usize)).collect()
    }

    fn dtype(&mut self) -> Result<Dtype, FormatError> {
        let offset = self.offset;
        Ok(match self.take(1, "a variable's type")?[0] {
            0 => Dtype::F32,
            1 => Dtype::I8,
            2 => Dtype::I16,
            3 => Dtype::I32,
            4 => Dtype::F16,
            other => return Err(unexpected(offset, "a type from 0 to 4", other)),
        })
    }

    fn string(&mut self, what: &'static str) -> Result<String, FormatError> {
        let offset = self.offset;
        let length = self.take(2, what)?;
        let length = u16::from_le_bytes([length[0], length[1]]) as usize;
        match self.take(length, what)?.split_last() {
            Some((0, text)) if text.is_ascii() => Ok(String::from_utf8_lossy(text).into_owned()),
            _ => Err(unexpected(offset, "ASCII text that ends with NUL", format!("{length} bytes"))),
        }
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, FormatError> {
        let bytes = self.take(4, what)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn take(&mut self, wanted: usize, what: &'static str) -> Result<&'a [u8], FormatError> {
        let end = self.offset.checked_add(wanted);
        match end.and_then(|end| self.file.get(self.offset..end)) {
            Some(bytes) => {
                self.offset += wanted;
                Ok(bytes)
            }
            None => {
                Err(FormatError::Truncated { offset: self.offset, wanted, what, length: self.file.len() })
            }
        }
    }
}

fn unexpected(offset: usize, expected: &'static str, found: impl ToString) -> FormatError {
    FormatError::Unexpected { offset, expected, found: found.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(text: &str) -> Vec<u8> {
        let mut bytes = (text.len() as u16 + 1).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes.push(0);
        bytes
    }

    fn small_file() -> Vec<u8> {
        let mut file = 6u32.to_le_bytes().to_vec();
        file.extend(string("WhisperSpec"));
        file.extend(3u32.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        file.extend(string("encoder/bias"));
        file.push(1);
        file.extend(2u32.to_le_bytes());
        file.push(0);
        file.extend(8u32.to_le_bytes());
        file.extend(1.5f32.to_le_bytes());
        file.extend((-2.0f32).to_le_bytes());
        file
    }

    #[test]
    fn a_small_file_is_read() {
        let file = small_file();
        let variables = read(&file).unwrap();
        assert_eq!(variables["encoder/bias"].dims, [2]);
        assert_eq!(variables["encoder/bias"].dtype, Dtype::F32);
        assert_eq!(variables["encoder/bias"].data[..4], 1.5f32.to_le_bytes());
    }

    #[test]
    fn a_file_cut_anywhere_is_refused_with_the_place() {
        let file = small_file();
        for length in 0..file.len() {
            let error = read(&file[..length]).unwrap_err();
            assert!(matches!(error, FormatError::Truncated { length: l, .. } if l == length), "{error}");
        }
    }

    #[test]
    fn another_version_is_named() {
        let mut file = small_file();
        file[0] = 9;
        assert_eq!(read(&file).unwrap_err().to_string(), "byte 0: expected format version 6, found 9");
    }

    #[test]
    fn a_size_that_contradicts_the_shape_is_refused() {
        let mut file = small_file();
        let at = file.len() - 12;
        file[at] = 9;
        assert!(read(&file).unwrap_err().to_string().contains("agrees with the shape"));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }

        #[test]
        fn one_wrong_byte_never_panics(at in 0usize..60, value: u8) {
            let mut file = small_file();
            let at = at % file.len();
            file[at] = value;
            let _ = read(&file);
        }
    }
}
