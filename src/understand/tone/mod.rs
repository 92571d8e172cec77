//! The tone of an utterance, from its words: how likely it is said in anger, in sarcasm, in fear.
//!
//! One model per language, learnt at start from the sentences in `examples/`, which were written for this
//! purpose. It looks at a text in three ways: its sentence vector, its character n-grams, and the kinds of
//! words in it (`words/`). A tone is evidence for a policy and for an agent, never a fact about a person.

mod examples; // ◆ sentences with their tone
mod lexicon; //  ◆ kinds of words
mod train; //      three views of a text, fitted and calibrated
mod why; //      ◆ the words that weighed most

pub use lexicon::plain_count;
pub use train::{Labelled, Mind, hold_out};
pub use why::Weighed;

use super::e5::E5;
use super::vector_cache::{Role, vectors};
use crate::language::Language;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// What a sentence is said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Insults, threats, shouting, indignation.
    Anger,
    /// A complaint that keeps its manners: tired of it, disappointed.
    Frustration,
    /// Praise that means its opposite.
    Sarcasm,
    /// Fear, worry, grief.
    Distress,
    Joy,
    /// Facts, questions, requests; also anger that is denied, or somebody else's.
    Neutral,
}

impl Kind {
    /// Every tone; the order numbers the classes of the models.
    pub const ALL: [Kind; 6] =
        [Kind::Anger, Kind::Frustration, Kind::Sarcasm, Kind::Distress, Kind::Joy, Kind::Neutral];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Anger => "anger",
            Kind::Frustration => "frustration",
            Kind::Sarcasm => "sarcasm",
            Kind::Distress => "distress",
            Kind::Joy => "joy",
            Kind::Neutral => "neutral",
        }
    }

    /// Share of utterances that are expected in this tone, before a word is heard. Sums to 1 over all.
    fn prior(self) -> f32 {
        if self == Kind::Neutral { 0.5 } else { 0.1 }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = UnknownTone;
    fn from_str(name: &str) -> Result<Self, UnknownTone> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| UnknownTone(name.to_owned()))
    }
}

/// A name that is no tone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no tone {0:?}: one of anger, frustration, sarcasm, distress, joy, neutral")]
pub struct UnknownTone(String);

/// How likely each tone is; the six sum to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tone {
    pub anger: f32,
    pub frustration: f32,
    pub sarcasm: f32,
    pub distress: f32,
    pub joy: f32,
    pub neutral: f32,
    /// The words that spoke most for the likeliest tone, the weightiest first; none where that is neutral.
    pub words: Vec<Weighed>,
}

impl Tone {
    /// Probability of one tone, 0..1.
    pub fn of(&self, kind: Kind) -> f32 {
        match kind {
            Kind::Anger => self.anger,
            Kind::Frustration => self.frustration,
            Kind::Sarcasm => self.sarcasm,
            Kind::Distress => self.distress,
            Kind::Joy => self.joy,
            Kind::Neutral => self.neutral,
        }
    }

    /// The likeliest tone.
    pub fn likeliest(&self) -> Kind {
        let first = |best: Kind, kind: Kind| if self.of(kind) > self.of(best) { kind } else { best };
        Kind::ALL.into_iter().fold(Kind::Neutral, first)
    }

    fn from_logs(logs: &[f32], words: Vec<Weighed>) -> Self {
        let of = |kind: Kind| logs[kind as usize].exp();
        Self {
            anger: of(Kind::Anger),
            frustration: of(Kind::Frustration),
            sarcasm: of(Kind::Sarcasm),
            distress: of(Kind::Distress),
            joy: of(Kind::Joy),
            neutral: of(Kind::Neutral),
            words,
        }
    }
}

/// Tone from words in every language. Immutable and shared.
pub struct Tones {
    minds: BTreeMap<Language, Mind>,
    examples: usize,
    name: &'static str,
}

impl Tones {
    /// Learns from the built-in examples; without `e5` from n-grams and words alone, which is weaker.
    ///
    /// Takes a few seconds, plus tens of ms per example and core for vectors that are not in the cache. The
    /// same weights give the same models.
    pub fn learn(e5: Option<&E5>, cache: Option<&Path>) -> Self {
        Self::learn_in(&Language::ALL, e5, cache)
    }

    fn learn_in(languages: &[Language], e5: Option<&E5>, cache: Option<&Path>) -> Self {
        let in_language = |&l: &Language| examples::of(l).map(move |(text, kind)| (l, text, kind));
        let examples: Vec<(Language, &str, Kind)> = languages.iter().flat_map(in_language).collect();
        let texts: Vec<&str> = examples.iter().map(|(_, text, _)| *text).collect();
        let vectors = e5.map_or_else(Vec::new, |e5| vectors(e5, Role::Query, &texts, cache));
        let of = |language: Language| {
            let own = examples.iter().enumerate().filter(|(_, (l, _, _))| *l == language);
            let labelled: Vec<Labelled<'_>> = own
                .map(|(at, (_, text, kind))| Labelled {
                    text,
                    vector: vectors.get(at).map(Vec::as_slice),
                    class: *kind as usize,
                })
                .collect();
            (language, Mind::learn(&labelled, &Kind::ALL.map(Kind::prior), language))
        };
        let name = if e5.is_some() { "e5-small-q4+ngrams+words" } else { "ngrams+words" };
        Self { minds: languages.iter().copied().map(of).collect(), examples: examples.len(), name }
    }

    /// The tone of one utterance. `vector` is [`E5::embed`] of the same text; without it the other views decide.
    ///
    /// A function of its arguments: no clock, no state. Takes a few ms for a sentence.
    pub fn judge(&self, text: &str, vector: Option<&[f32]>, language: Language) -> Tone {
        let Some(mind) = self.minds.get(&language).filter(|_| text.chars().any(char::is_alphanumeric)) else {
            return Tone { neutral: 1.0, ..Tone::default() };
        };
        let mut tone = Tone::from_logs(&mind.log_probabilities(text, vector), Vec::new());
        let likeliest = tone.likeliest();
        if likeliest != Kind::Neutral {
            tone.words = why::words(mind, text, likeliest as usize);
        }
        tone
    }

    /// What it was learnt with, for logs and published figures.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Built-in sentences that it learnt from, of all languages.
    pub fn examples(&self) -> usize {
        self.examples
    }

    /// Share of the examples whose tone was found by models that had not learnt them, by language, 0..1.
    pub fn held_out_accuracy(&self, language: Language) -> f32 {
        self.minds.get(&language).map_or(0.0, Mind::held_out_accuracy)
    }
}

#[cfg(test)]
mod tests;
