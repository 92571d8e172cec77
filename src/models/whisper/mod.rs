//! Whisper weights from CTranslate2 to ggml: some machines reach a package index but no model hub,
//! and the index carries Whisper base only in CTranslate2's format.

pub mod ct2;
pub mod ggml;
pub mod quantise;

pub(crate) use ggml::mel_filters;
use quantise::Form;

/// Why a file cannot be converted: where it went wrong and what stood in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    #[error("the file ends at byte {length}: expected {wanted} bytes of {what} at byte {offset}")]
    Truncated { offset: usize, wanted: usize, what: &'static str, length: usize },
    #[error("byte {offset}: expected {expected}, found {found}")]
    Unexpected { offset: usize, expected: &'static str, found: String },
    #[error("no variable {0}: expected the weights of Whisper base")]
    MissingVariable(String),
    #[error("variable {name}: expected shape {expected:?}, found {found:?}")]
    Shape { name: String, expected: Vec<usize>, found: Vec<usize> },
    #[error("vocabulary: line {line}: expected {expected}, found {found:?}")]
    Vocabulary { line: usize, expected: &'static str, found: String },
}

/// Whisper base in 8 bits as whisper.cpp reads it, out of CTranslate2's `model.bin` and
/// `vocabulary.txt`.
pub fn convert(model: &[u8], vocabulary: &[u8]) -> Result<Vec<u8>, FormatError> {
    let variables = ct2::read(model)?;
    let tokens = ggml::tokens(vocabulary)?;
    let tensors = ggml::tensors(&variables)?;
    Ok(ggml::write(&tokens, &tensors, Form::Q8_0))
}
