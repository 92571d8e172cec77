//! Understanding on this machine, behind the seam: a bounded pool, a deadline, cancelled by dropping.

use super::classifier::{self, Classifier, Example, Mishearings, TrainConfig, TrainError};
use super::e5::E5;
use super::knowledge::{Answers, Article, Knowledge, Passage};
use super::tone::Tones;
use super::wishes::clauses;
use super::{Asked, Meaning, Understand, UnderstandError, Wish};
use crate::engines::{Load, Urgency};
use crate::language::Language;
use futures::future::{BoxFuture, FutureExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Probability of a topic that a clause needs to be a wish of its own, 0..1.
const WISH_ABOVE: f32 = 0.7;

/// Probability from which an article answers, 0..1; it must be likelier than any topic and than none.
pub const ANSWER_ABOVE: f32 = 0.45;

/// What one bot understands: its topics, and the questions that its articles answer.
pub struct Comprehension {
    pub classifier: Classifier,
    pub knowledge: Arc<Knowledge>,
    answers: Answers,
    /// The same for every bot.
    tones: Option<Arc<Tones>>,
}

impl Comprehension {
    /// Learns the examples, with what a recogniser made of them, and places the articles; see [`classifier::train`].
    ///
    /// # Errors
    /// Those of [`classifier::train`].
    pub fn learn(
        examples: &[Example],
        articles: Vec<Article>,
        heard: &Mishearings,
        e5: Option<Arc<E5>>,
        config: &TrainConfig,
    ) -> Result<Comprehension, TrainError> {
        let answers = Answers::new(&articles);
        let all: Vec<Example> = examples.iter().chain(answers.examples()).cloned().collect();
        let classifier = classifier::train(&all, heard, e5.clone(), config)?;
        let knowledge = Arc::new(Knowledge::new(articles, e5, config.cache.as_deref()));
        Ok(Comprehension { classifier, knowledge, answers, tones: None })
    }

    /// The same, judging the tone of every utterance too.
    pub fn with_tones(self, tones: Arc<Tones>) -> Comprehension {
        Comprehension { tones: Some(tones), ..self }
    }

    /// The meaning of one utterance. Blocks for tens of ms.
    pub fn meaning(&self, text: &str, language: Language) -> Meaning {
        let vector = self.classifier.vector(text);
        let mut meaning = self.classifier.classify_vector(text, vector.as_deref(), language);
        let judge = |tones: &Arc<Tones>| Box::new(tones.judge(text, vector.as_deref(), language));
        meaning.tone = self.tones.as_ref().map(judge);
        meaning.passage = self.likeliest_answer(&meaning, language).and_then(|(passage, probability)| {
            let first = meaning.topics.first().is_some_and(|(_, best)| *best <= probability);
            let believed = first && probability >= ANSWER_ABOVE && probability > meaning.out_of_scope;
            believed.then(|| passage.clone())
        });
        meaning.topics.retain(|(topic, _)| !Answers::is_one(topic));
        meaning.wishes = self.wishes(text, language);
        meaning
    }

    /// The likeliest of the passages, with its probability, before any threshold.
    pub fn likeliest(&self, text: &str, language: Language) -> Option<(Passage, f32, f32)> {
        let meaning = self.classifier.classify(text, language);
        let (passage, probability) = self.likeliest_answer(&meaning, language)?;
        let others = meaning.topics.iter().filter(|(topic, _)| !Answers::is_one(topic)).map(|(_, p)| *p);
        Some((passage.clone(), probability, others.fold(meaning.out_of_scope, f32::max)))
    }

    fn likeliest_answer(&self, meaning: &Meaning, language: Language) -> Option<(&Passage, f32)> {
        let mut ranked = meaning.topics.iter();
        ranked.find_map(|(label, probability)| Some((self.answers.passage(label, language)?, *probability)))
    }

    /// Different topics in the clauses of one sentence, each meant without doubt.
    fn wishes(&self, text: &str, language: Language) -> Vec<Wish> {
        let clauses = clauses(text, language);
        let mut wishes: Vec<Wish> = Vec::new();
        if clauses.len() < 2 {
            // What a single clause means is known already.
            return wishes;
        }
        for clause in clauses {
            let best = self.classifier.classify(&clause, language).topics.into_iter().next();
            if let Some((topic, probability)) = best
                && probability >= WISH_ABOVE
                && !Answers::is_one(&topic)
                && !wishes.iter().any(|wish| wish.topic == topic)
            {
                wishes.push(Wish { topic, text: clause });
            }
        }
        if wishes.len() > 1 { wishes } else { Vec::new() }
    }
}

/// Understanding on this machine.
pub struct LocalUnderstand {
    mind: Arc<Comprehension>,
    workers: Arc<Semaphore>,
    load: Arc<Load>,
    deadline: Duration,
}

impl LocalUnderstand {
    /// `workers` run at once, each on one thread; `deadline` includes the wait for a worker.
    pub fn new(mind: Arc<Comprehension>, workers: usize, deadline: Duration) -> Self {
        let load = Arc::new(Load::new("understand", workers.max(1)));
        Self { mind, workers: Arc::new(Semaphore::new(workers.max(1))), load, deadline }
    }
}

impl Understand for LocalUnderstand {
    fn name(&self) -> &str {
        self.mind.classifier.name()
    }

    fn understand(
        &self,
        text: &str,
        language: Language,
        _: Asked,
    ) -> BoxFuture<'static, Result<Meaning, UnderstandError>> {
        let (mind, workers, text) = (self.mind.clone(), self.workers.clone(), text.to_owned());
        let load = self.load.clone();
        let queued = load.now();
        let limit_ms = self.deadline.as_millis() as u64;
        let work = async move {
            let engine = |error: &dyn std::fmt::Display| UnderstandError::Engine(error.to_string());
            let permit = workers.acquire_owned().await.map_err(|error| engine(&error))?;
            let classify = move || {
                // Held until the work is done, even when nobody waits for it any more.
                let _permit = permit;
                load.started(Urgency::Final, queued);
                let started = load.now();
                let meaning = mind.meaning(&text, language);
                load.ended(Urgency::Final, started);
                meaning
            };
            tokio::task::spawn_blocking(classify).await.map_err(|error| engine(&error))
        };
        let deadline = self.deadline;
        async move {
            tokio::time::timeout(deadline, work).await.unwrap_or(Err(UnderstandError::Deadline { limit_ms }))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mind() -> Arc<Comprehension> {
        let example = |text: &str, label: &str| Example {
            text: text.into(),
            label: label.into(),
            language: Some(Language::English),
        };
        let examples = [
            example("where is my parcel", "status"),
            example("track my parcel", "status"),
            example("change my address", "address"),
            example("deliver to another address", "address"),
        ];
        let learnt =
            Comprehension::learn(&examples, Vec::new(), &Mishearings::new(), None, &TrainConfig::default());
        Arc::new(learnt.expect("sound examples"))
    }

    #[tokio::test]
    async fn an_utterance_gets_its_meaning() {
        let local = LocalUnderstand::new(mind(), 1, Duration::from_secs(60));
        let meaning =
            local.understand("where's my parcel", Language::English, Asked::Anything).await.expect("in time");
        assert_eq!(meaning.topics[0].0, "status");
        assert_eq!(local.name(), "ngrams");
    }

    #[test]
    fn the_tone_is_judged_beside_the_meaning_where_somebody_can() {
        let calm = mind();
        assert_eq!(calm.meaning("where is my parcel", Language::English).tone, None);
        let mind = Arc::into_inner(calm).expect("nobody else has it");
        let mind = mind.with_tones(Arc::new(Tones::learn(None, None)));
        let tone = mind.meaning("You are a bunch of thieves!", Language::English).tone.expect("judged");
        assert!(tone.anger > tone.neutral, "{tone:?}");
    }

    #[tokio::test]
    async fn a_busy_pool_ends_in_the_deadline() {
        let local = LocalUnderstand::new(mind(), 1, Duration::from_millis(5));
        let _busy = local.workers.clone().acquire_owned().await.expect("the pool is open");
        let outcome = local.understand("where is my parcel", Language::English, Asked::Anything).await;
        assert!(matches!(outcome, Err(UnderstandError::Deadline { limit_ms: 5 })));
    }
}
