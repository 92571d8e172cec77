//! ◆ Words of a text as BM25 counts them: folded, and cut so that most endings fall away.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::understand::text::words;

/// Letters that are kept of a word. Polish and Romanian inflect at the end; there is no free stemmer for Polish.
const STEM_LETTERS: usize = 6;

/// The tokenizer of all three languages.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stems;

impl bm25::Tokenizer for Stems {
    fn tokenize(&self, text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.chars().take(STEM_LETTERS).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bm25::Tokenizer;

    #[test]
    fn inflected_words_meet() {
        let polish = Stems.tokenize("Przesyłki przesyłkę");
        assert_eq!(polish[0], polish[1]);
        assert_eq!(Stems.tokenize("Pachetele, pachetelor!"), ["pachet", "pachet"]);
    }
}
