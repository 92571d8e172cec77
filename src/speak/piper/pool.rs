//! Bounded workers: one thread per model run, one queue for all calls.

use super::PiperLimits;
use super::model::Model;
use crate::engines::jobs::{Limits, Urgency};
use crate::engines::queue::{Queue, Refusal, Work};
use crate::speak::TtsError;
use crate::speak::voice::Patience;
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};

/// One sentence to be made.
struct Job {
    ids: Vec<i32>,
    /// Closed when nobody waits any more: the caller interrupted or left.
    reply: oneshot::Sender<Result<Vec<f32>, TtsError>>,
}

impl Work for Job {
    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn refuse(self, refusal: Refusal) {
        // Nobody may wait any more.
        let _ = self.reply.send(Err(match refusal {
            Refusal::Full { limit } => TtsError::Overloaded { limit },
            Refusal::Late { limit_ms } => {
                TtsError::Engine(format!("piper: no worker was free within {limit_ms} ms"))
            }
            Refusal::Unwanted => gone(),
        }));
    }
}

/// Ends its threads when it is dropped.
pub struct Pool {
    jobs: Arc<Queue<Job>>,
    /// One for each sentence that may be in the pool.
    places: Semaphore,
    limit: usize,
}

impl Pool {
    pub fn start(model: Arc<Model>, limits: PiperLimits) -> Pool {
        let (workers, limit) = (limits.workers.max(1), limits.queue_sentences.max(1));
        let jobs = Queue::new("tts", Limits { workers, waiting: limit + workers, refuses_bets: false });
        for worker in 0..workers {
            let (model, jobs) = (Arc::clone(&model), Arc::clone(&jobs));
            let started = std::thread::Builder::new()
                .name(format!("piper-{worker}"))
                .spawn(move || work(&model, &jobs));
            if let Err(error) = started {
                tracing::error!(%error, "A worker of the voice did not start");
            }
        }
        Pool { jobs, places: Semaphore::new(limit + workers), limit }
    }

    /// Waits for a worker as `patience` allows, then for the samples.
    pub async fn run(&self, ids: Vec<i32>, patience: Patience) -> Result<Vec<f32>, TtsError> {
        let (reply, samples) = oneshot::channel();
        let (_place, urgency) = match patience {
            Patience::Now => {
                let place =
                    self.places.try_acquire().map_err(|_| TtsError::Overloaded { limit: self.limit })?;
                (place, Urgency::Final)
            }
            // The caller hears the sentence before: those who hear nothing come first.
            Patience::Wait => (self.places.acquire().await.map_err(|_| gone())?, Urgency::Early),
        };
        self.jobs.push(urgency, Job { ids, reply });
        samples.await.map_err(|_| gone())?
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.jobs.close();
    }
}

fn gone() -> TtsError {
    TtsError::Engine("piper: no worker is left, or the model run panicked".to_owned())
}

fn work(model: &Model, jobs: &Queue<Job>) {
    jobs.serve(|job, _| {
        // Nobody may wait any more; then the sentence is not needed.
        let _ = job.reply.send(model.run(&job.ids));
    });
}
