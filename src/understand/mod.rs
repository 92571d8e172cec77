//! 4. Words to meaning: intents with calibrated confidence, and slots.

pub mod another; //  ◆ the same again, for another thing
pub mod classifier; // topics with calibrated probability, from a bot's own examples
pub mod e5; //         sentence vectors
pub mod ending; //   ◆ whether more words must follow
pub mod knowledge; //  a bot's articles, searched
pub mod language; // ◆ the language a caller asks for, the language of a text
pub mod llm; //        a language model that may be asked, behind a fence
pub mod local; //      the classifier behind the seam
pub mod logistic; // ◆ multinomial logistic regression
pub mod ngram; //    ◆ character n-grams
pub mod person; //   ◆ the rule that guarantees a caller a person
pub mod slots; //    ◆ digits, numbers, yes or no, one of several
pub mod text; //     ◆ case, diacritics, small errors
pub mod tone; //       anger, sarcasm, fear in words
pub mod vector_cache; // sentence vectors between starts
pub mod wishes; //   ◆ a sentence with several wishes

use crate::language::Language;
use futures::future::BoxFuture;
use knowledge::Passage;
use tone::Tone;

/// What the caller may mean: topics ranked by calibrated probability.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meaning {
    /// Topics, most probable first; probabilities calibrated, sum with `out_of_scope` to 1.
    pub topics: Vec<(String, f32)>,
    /// Probability that none of the topics is meant, 0..1.
    pub out_of_scope: f32,
    /// An article that answers the caller's question, nearer to it than any topic.
    pub passage: Option<Passage>,
    /// Two or more wishes in one sentence, in the order in which they were said; else empty.
    pub wishes: Vec<Wish>,
    /// The tone of the words; `None` where nobody judged it.
    pub tone: Option<Box<Tone>>,
    /// Words of the caller that may be the value of a slot, where a language model was asked; else empty.
    pub quotes: Vec<Quote>,
}

/// A part of what was said, and the slot whose value it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub slot: String,
    pub text: String,
}

/// One of several wishes in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub topic: String,
    /// The clause that says it.
    pub text: String,
}

/// What the words answer, as the conversation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Asked {
    /// Nothing that can be told from the words: the caller may mean anything.
    #[default]
    Anything,
    /// The value of this slot. Our own recognisers find none in the words.
    Slot(String),
    /// Something that our own rules and recognisers read in the words.
    Answered,
}

/// Why there is no meaning.
#[derive(Debug, Clone, thiserror::Error)]
pub enum UnderstandError {
    #[error("understanding took longer than {limit_ms} ms")]
    Deadline { limit_ms: u64 },
    #[error("the classifier failed: {0}")]
    Engine(String),
}

/// Understanding of one bot's callers. One per bot, shared by all its calls.
pub trait Understand: Send + Sync {
    /// Name with model, for logs, metrics and published figures.
    fn name(&self) -> &str;
    /// The meaning of one utterance, and what it answers.
    fn understand(
        &self,
        text: &str,
        language: Language,
        asked: Asked,
    ) -> BoxFuture<'static, Result<Meaning, UnderstandError>>;
}
