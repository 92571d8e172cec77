//! Which topic is meant, with a probability that can be trusted, learnt from a bot's own examples.
//!
//! Two views of a text, sentence vectors and character n-grams, each have a logistic regression; how much
//! each counts, how sure the result may be and when nothing fits is decided on examples held out in turn.

mod misheard;
mod negatives;
pub(crate) mod parallel;
mod points;
mod scope;
mod train;

pub use misheard::{Mishearings, is_worth_learning};
pub(super) use points::{centred, mean};
pub(crate) use train::shuffle;
pub use train::{TrainError, train};

use super::Meaning;
use super::e5::E5;
use super::logistic::{Logistic, log_normalise};
use crate::language::Language;
use points::{Point, Points};
use scope::Scope;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Label of examples that belong to no topic.
pub const OUT_OF_SCOPE: &str = "oos";

/// One sentence that callers say, and the topic they mean by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    /// A topic, or [`OUT_OF_SCOPE`].
    pub label: String,
    pub language: Option<Language>,
}

/// How to learn. The same examples and configuration give the same classifier.
#[derive(Debug, Clone)]
pub struct TrainConfig {
    /// Decides which examples are held out together.
    pub seed: u64,
    /// Parts into which the examples are split to be held out in turn.
    pub folds: usize,
    /// Share of utterances expected to be out of scope, 0..1; sets the level of `out_of_scope`, not its order.
    pub out_of_scope_share: f32,
    /// Folder in which sentence vectors are kept between starts; none keeps them in memory alone.
    pub cache: Option<PathBuf>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self { seed: 1, folds: 5, out_of_scope_share: 0.1, cache: None }
    }
}

/// A trained classifier of one bot. Immutable; shared by all calls.
pub struct Classifier {
    topics: Vec<String>,
    e5: Option<Arc<E5>>,
    points: Points,
    by_vector: Option<Logistic>,
    by_grams: Logistic,
    calibration: Calibration,
    scope: Scope,
    report: Report,
}

/// How the two views are mixed and how sure the mix may be.
#[derive(Debug, Clone, Default)]
struct Calibration {
    /// Share of the sentence vectors in the mix of log-probabilities, 0..1; the rest is n-grams'.
    vector_share: f32,
    /// Divides log-probabilities: above 1 less sure, below 1 surer.
    temperature: f32,
    temperature_of: BTreeMap<Language, f32>,
}

/// What training saw, for operators and bot authors.
#[derive(Debug, Clone, Default)]
struct Report {
    /// As authors wrote them.
    examples: usize,
    out_of_scope_examples: usize,
    /// What a recogniser made of them.
    heard: usize,
    /// Whether it was learnt, or only tried.
    heard_learnt: bool,
    /// Mean negative log-likelihood of the examples as written plus that as heard.
    held_out_loss: f32,
    held_out_accuracy: f32,
    /// Of what a recogniser made of them, where there is such.
    held_out_accuracy_heard: Option<f32>,
    held_out_accuracy_of: BTreeMap<Language, f32>,
}

impl Calibration {
    /// Log-probabilities of the topics from those of the two views.
    fn mix(&self, by_vector: Option<&[f32]>, by_grams: &[f32], language: Option<Language>) -> Vec<f32> {
        let share = if by_vector.is_some() { self.vector_share } else { 0.0 };
        let of_language = language.and_then(|language| self.temperature_of.get(&language));
        let temperature = *of_language.unwrap_or(&self.temperature);
        let mut mixed: Vec<f32> = by_grams.iter().map(|score| (1.0 - share) * score / temperature).collect();
        for (mixed, score) in mixed.iter_mut().zip(by_vector.unwrap_or_default()) {
            *mixed += share * score / temperature;
        }
        log_normalise(&mut mixed);
        mixed
    }
}

impl Classifier {
    /// The sentence vector of an utterance; none without e5. Blocks for tens of ms.
    pub fn vector(&self, text: &str) -> Option<Vec<f32>> {
        self.e5.as_ref().map(|e5| e5.embed(text))
    }

    /// The meaning of one utterance. Blocks for tens of ms with sentence vectors.
    pub fn classify(&self, text: &str, language: Language) -> Meaning {
        self.classify_vector(text, self.vector(text).as_deref(), language)
    }

    /// The same of an utterance whose vector is known.
    pub fn classify_vector(&self, text: &str, vector: Option<&[f32]>, language: Language) -> Meaning {
        let point = self.points.point(vector, text);
        let logs = self.log_probabilities(&point, Some(language));
        let out_of_scope = self.scope.probability(&self.points, &point, &logs);
        let in_scope = 1.0 - out_of_scope;
        let mut topics: Vec<(String, f32)> =
            self.topics.iter().cloned().zip(logs.iter().map(|log| log.exp() * in_scope)).collect();
        topics.sort_by(|a, b| b.1.total_cmp(&a.1));
        Meaning { topics, out_of_scope, ..Meaning::default() }
    }

    fn log_probabilities(&self, point: &Point, language: Option<Language>) -> Vec<f32> {
        let logs = |model: &Logistic, row| {
            let mut scores = model.scores(row);
            log_normalise(&mut scores);
            scores
        };
        let by_vector = self.by_vector.as_ref().map(|model| logs(model, &point.vector));
        self.calibration.mix(by_vector.as_deref(), &logs(&self.by_grams, &point.grams), language)
    }

    /// Topics in the order of the alphabet.
    pub fn topics(&self) -> &[String] {
        &self.topics
    }

    /// Whether sentence vectors take part, for logs and published figures.
    pub fn name(&self) -> &'static str {
        if self.by_vector.is_some() { "e5-small+ngrams" } else { "ngrams" }
    }

    /// One paragraph for operators and bot authors: what was learnt and how well it held on held-out examples.
    pub fn describe(&self) -> String {
        let (report, calibration) = (&self.report, &self.calibration);
        let mut text = format!(
            "{} topics from {} examples ({} out of scope); {} % sentence vectors, {} % n-grams; \
             held-out accuracy {:.3}",
            self.topics.len(),
            report.examples,
            report.out_of_scope_examples,
            (calibration.vector_share * 100.0).round(),
            ((1.0 - calibration.vector_share) * 100.0).round(),
            report.held_out_accuracy,
        );
        for (language, accuracy) in &report.held_out_accuracy_of {
            let _ = write!(text, ", {language} {accuracy:.3}");
        }
        if let Some(accuracy) = report.held_out_accuracy_heard {
            let learnt =
                if report.heard_learnt { "learnt" } else { "not learnt, which is no better with it" };
            let _ = write!(text, ", {} misheard {accuracy:.3} ({learnt})", report.heard);
        }
        let _ = write!(text, "; temperature {:.2}", calibration.temperature);
        for (language, temperature) in &calibration.temperature_of {
            let _ = write!(text, ", {language} {temperature:.2}");
        }
        let _ = write!(text, "; {}", self.scope.describe());
        text
    }
}

#[cfg(test)]
mod tests;
