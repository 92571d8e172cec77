//! Bounded workers: one thread per model run, one queue for all calls.

use super::PiperLimits;
use super::model::Model;
use crate::speak::TtsError;
use crate::speak::voice::Patience;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// One sentence to be made.
struct Job {
    ids: Vec<i32>,
    queued: Instant,
    /// Closed when nobody waits any more: the caller interrupted or left.
    reply: oneshot::Sender<Result<Vec<f32>, TtsError>>,
}

/// Ends its threads when it is dropped.
pub struct Pool {
    jobs: mpsc::Sender<Job>,
    limit: usize,
}

impl Pool {
    pub fn start(model: Arc<Model>, limits: PiperLimits) -> Pool {
        let limit = limits.queue_sentences.max(1);
        let (jobs, queue) = mpsc::channel(limit);
        let queue = Arc::new(Mutex::new(queue));
        for worker in 0..limits.workers.max(1) {
            let (model, queue) = (Arc::clone(&model), Arc::clone(&queue));
            let started = std::thread::Builder::new()
                .name(format!("piper-{worker}"))
                .spawn(move || work(&model, &queue));
            if let Err(error) = started {
                tracing::error!(%error, "A worker of the voice did not start");
            }
        }
        Pool { jobs, limit }
    }

    /// Waits for a worker as `patience` allows, then for the samples.
    pub async fn run(&self, ids: Vec<i32>, patience: Patience) -> Result<Vec<f32>, TtsError> {
        let (reply, samples) = oneshot::channel();
        let job = Job { ids, queued: Instant::now(), reply };
        match patience {
            Patience::Now => self.jobs.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => TtsError::Overloaded { limit: self.limit },
                TrySendError::Closed(_) => gone(),
            })?,
            Patience::Wait => self.jobs.send(job).await.map_err(|_| gone())?,
        }
        samples.await.map_err(|_| gone())?
    }
}

fn gone() -> TtsError {
    TtsError::Engine("piper: no worker is left".to_owned())
}

fn work(model: &Model, queue: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(job) = next else { return };
        if job.reply.is_closed() {
            continue;
        }
        metrics::histogram!("duet_tts_queue_wait_ms").record(job.queued.elapsed().as_secs_f64() * 1_000.0);
        let started = Instant::now();
        // A panic inside the engine costs this sentence, and not the worker.
        let samples = catch_unwind(AssertUnwindSafe(|| model.run(&job.ids)))
            .unwrap_or_else(|_| Err(TtsError::Engine("piper: the model run panicked".to_owned())));
        metrics::histogram!("duet_tts_synthesis_ms").record(started.elapsed().as_secs_f64() * 1_000.0);
        // Nobody may wait any more; then the sentence is not needed.
        let _ = job.reply.send(samples);
    }
}
