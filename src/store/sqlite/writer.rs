//! The one writer of events. Appends that arrive together share one commit, since the commit's
//! flush to disk is what costs.

use super::events::insert;
use crate::record::Entry;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

/// Bound of appends that wait; an append beyond it waits before it is queued.
const WAITING_APPENDS: usize = 1024;
/// Most appends in one commit.
const BATCH_APPENDS: usize = 256;

#[derive(Debug, Clone)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    entries: Vec<Entry>,
    done: oneshot::Sender<Result<(), sqlx::Error>>,
}

impl Writer {
    pub(super) async fn start(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let connection = options.connect().await?;
        let (jobs, queue) = mpsc::channel(WAITING_APPENDS);
        tokio::spawn(write(connection, queue));
        Ok(Writer { jobs })
    }

    /// `None` when the writer has ended.
    pub(super) async fn append(&self, entries: Vec<Entry>) -> Option<Result<(), sqlx::Error>> {
        let (done, answer) = oneshot::channel();
        self.jobs.send(Job { entries, done }).await.ok()?;
        answer.await.ok()
    }
}

async fn write(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH_APPENDS);
    while queue.recv_many(&mut batch, BATCH_APPENDS).await > 0 {
        match commit(&mut connection, &batch).await {
            Ok(()) => batch.drain(..).for_each(|job| answer(job, Ok(()))),
            // One of them is bad: the others must not suffer.
            Err(_) => {
                for job in batch.drain(..) {
                    let result = commit(&mut connection, std::slice::from_ref(&job)).await;
                    answer(job, result);
                }
            }
        }
    }
    let _ = connection.close().await;
}

async fn commit(connection: &mut SqliteConnection, batch: &[Job]) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for entry in batch.iter().flat_map(|job| &job.entries) {
        insert(&mut transaction, entry).await?;
    }
    transaction.commit().await
}

/// Whoever asked may be gone; the entry is written all the same.
fn answer(job: Job, result: Result<(), sqlx::Error>) {
    let _ = job.done.send(result);
}
