//! SQLite in WAL mode with full synchronisation: what was committed survives a power cut.

mod audit; //  who looked at what
mod callbacks; // promises
mod calls; //  lists
mod events; // the truth
mod follow_ups; // tasks after calls
mod letters; // what customers wrote
mod people; // users, tokens, sessions, notes
mod voicemails; // what callers left
mod writer; // one connection that writes events, many at a time

use super::StoreError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Connections beside the writer.
const POOL_CONNECTIONS: u32 = 4;
/// How long a write waits for another process, such as `duet user`.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations/sqlite");

/// A store in one file. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sqlite {
    path: Arc<PathBuf>,
    pool: SqlitePool,
    writer: writer::Writer,
}

impl Sqlite {
    /// Opens, or creates, `duet.db` in the folder `data`.
    pub async fn open(data: &Path) -> Result<Self, StoreError> {
        make_private_folder(data)?;
        let path = data.join("duet.db");
        let open = |source| StoreError::Open { path: path.clone(), source };
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new()
            .max_connections(POOL_CONNECTIONS)
            .connect_with(options.clone())
            .await
            .map_err(open)?;
        MIGRATIONS.run(&pool).await.map_err(|source| StoreError::Migrate { path: path.clone(), source })?;
        let writer = writer::Writer::start(&options).await.map_err(open)?;
        Ok(Sqlite { path: Arc::new(path), pool, writer })
    }

    /// The folder of the file.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        let ping = sqlx::query("SELECT 1 FROM events LIMIT 1").fetch_optional(&self.pool);
        ping.await.map_err(self.failed("answer"))?;
        Ok(())
    }

    /// Turns a database error into ours, naming file and purpose.
    fn failed(&self, doing: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError + use<> {
        let path = self.path.to_path_buf();
        move |source| StoreError::Query { path, doing, source }
    }

    fn unreadable(&self, what: impl Into<String>, detail: impl ToString) -> StoreError {
        StoreError::Unreadable {
            path: self.path.to_path_buf(),
            what: what.into(),
            detail: detail.to_string(),
        }
    }
}

/// Conversations lie here: only the owner may look.
fn make_private_folder(data: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.map_err(|source| StoreError::Folder { path: data.to_owned(), source })
}

/// Moments are stored as SQLite's signed integers.
fn to_db(at: crate::time::At) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

fn from_db(ms: i64) -> crate::time::At {
    crate::time::At(u64::try_from(ms).unwrap_or(0))
}
