//! The classifier behind the seam: a bounded pool, a deadline, cancelled by dropping.

use super::classifier::Classifier;
use super::{Meaning, Understand, UnderstandError};
use crate::engines::{Load, Urgency};
use crate::language::Language;
use futures::future::{BoxFuture, FutureExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Understanding on this machine.
pub struct LocalUnderstand {
    classifier: Arc<Classifier>,
    workers: Arc<Semaphore>,
    load: Arc<Load>,
    deadline: Duration,
}

impl LocalUnderstand {
    /// `workers` run at once, each on one thread; `deadline` includes the wait for a worker.
    pub fn new(classifier: Arc<Classifier>, workers: usize, deadline: Duration) -> Self {
        let load = Arc::new(Load::new("understand", workers.max(1)));
        Self { classifier, workers: Arc::new(Semaphore::new(workers.max(1))), load, deadline }
    }

    /// The classifier, for its description.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }
}

impl Understand for LocalUnderstand {
    fn name(&self) -> &str {
        self.classifier.name()
    }

    fn understand(
        &self,
        text: &str,
        language: Language,
    ) -> BoxFuture<'static, Result<Meaning, UnderstandError>> {
        let (classifier, workers, text) = (self.classifier.clone(), self.workers.clone(), text.to_owned());
        let load = self.load.clone();
        let asked = load.now();
        let limit_ms = self.deadline.as_millis() as u64;
        let work = async move {
            let engine = |error: &dyn std::fmt::Display| UnderstandError::Engine(error.to_string());
            let permit = workers.acquire_owned().await.map_err(|error| engine(&error))?;
            let classify = move || {
                // Held until the work is done, even when nobody waits for it any more.
                let _permit = permit;
                load.started(Urgency::Final, asked);
                let started = load.now();
                let meaning = classifier.classify(&text, language);
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
    use crate::understand::classifier::{Example, TrainConfig, train};

    fn classifier() -> Arc<Classifier> {
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
        Arc::new(train(&examples, None, &TrainConfig::default()).expect("sound examples"))
    }

    #[tokio::test]
    async fn an_utterance_gets_its_meaning() {
        let local = LocalUnderstand::new(classifier(), 1, Duration::from_secs(60));
        let meaning = local.understand("where's my parcel", Language::English).await.expect("in time");
        assert_eq!(meaning.topics[0].0, "status");
        assert_eq!(local.name(), "ngrams");
    }

    #[tokio::test]
    async fn a_busy_pool_ends_in_the_deadline() {
        let local = LocalUnderstand::new(classifier(), 1, Duration::from_millis(5));
        let _busy = local.workers.clone().acquire_owned().await.expect("the pool is open");
        let outcome = local.understand("where is my parcel", Language::English).await;
        assert!(matches!(outcome, Err(UnderstandError::Deadline { limit_ms: 5 })));
    }
}
