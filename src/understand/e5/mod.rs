//! Sentence vectors by multilingual e5-small: what a text means, as 384 numbers, in a hundred languages.
//!
//! Wang et al., "Multilingual E5 Text Embeddings", 2024. The weights are a packed 4-bit file.

mod encoder;
mod file;
mod tokens;

pub use file::E5Error;

use encoder::Encoder;
use file::{Reader, read_directory, read_shape};
use std::path::Path;
use std::sync::Arc;
use tokens::Tokenizer;

/// File name of the weights in the models directory.
pub const MODEL_FILE: &str = "e5-small-q4.bin";

/// Utterances are cut here: nobody says more in a turn, and time grows with the square.
const TEXT_LIMIT_TOKENS: usize = 128;

/// Characters beyond this cannot matter to the first 128 tokens.
const TEXT_LIMIT_CHARS: usize = 4_000;

/// The sentence encoder. Immutable and shared; each call of `embed` runs on the caller's thread alone.
pub struct E5 {
    tokenizer: Tokenizer,
    encoder: Encoder,
}

impl E5 {
    /// Reads the weights; takes 0.2 s and holds about 85 MB.
    ///
    /// # Errors
    /// The file cannot be read, or is not what it should be; names the file and the byte.
    pub fn load(path: &Path) -> Result<Arc<E5>, E5Error> {
        let mut reader = Reader::open(path)?;
        let shape = read_shape(&mut reader)?;
        let tokenizer = Tokenizer::read(&mut reader, shape.vocabulary)?;
        let directory = read_directory(&mut reader)?;
        let encoder = Encoder::read(&mut reader, &directory, shape)?;
        Ok(Arc::new(E5 { tokenizer, encoder }))
    }

    /// The vector of one utterance: 384 values, length 1. Blocks for tens of ms: keep it off async threads.
    pub fn embed(&self, text: &str) -> Vec<f32> {
        self.embed_as("query: ", text)
    }

    /// The same of a text that answers questions: they lie nearer to it so.
    pub fn embed_passage(&self, text: &str) -> Vec<f32> {
        self.embed_as("passage: ", text)
    }

    fn embed_as(&self, prefix: &str, text: &str) -> Vec<f32> {
        let text: String = prefix.chars().chain(text.chars().take(TEXT_LIMIT_CHARS)).collect();
        let limit = TEXT_LIMIT_TOKENS.min(self.encoder.shape.positions) - 2;
        let mut ids = vec![self.tokenizer.begin];
        ids.extend(self.tokenizer.encode(&text, limit));
        ids.push(self.tokenizer.end);
        self.encoder.run(&ids)
    }

    /// Values in a vector.
    pub fn dimensions(&self) -> usize {
        self.encoder.shape.hidden
    }
}

#[cfg(test)]
mod tests;
