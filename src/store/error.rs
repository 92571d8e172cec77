//! What can go wrong with the store. Each message names the file and what was being done.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot create the data folder {path}: {source}")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("cannot open the store {path}: {source}")]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("cannot bring the store {path} up to date: {source}")]
    Migrate { path: PathBuf, source: sqlx::migrate::MigrateError },
    #[error("the store {path} failed to {doing}: {source}")]
    Query { path: PathBuf, doing: &'static str, source: sqlx::Error },
    #[error("the sound of message {id} could not be {doing}: {source}")]
    Sound { id: String, doing: &'static str, source: std::io::Error },
    /// Someone changed the file, or a newer version wrote it.
    #[error("the store {path} holds {what} that cannot be read: {detail}")]
    Unreadable { path: PathBuf, what: String, detail: String },
    #[error("there is already a user {0:?}")]
    UserExists(String),
    #[error("the cursor is not one that this server gave out")]
    BadCursor,
    #[error("the password could not be hashed: {0}")]
    Password(String),
    /// The writer ended: the process is going down.
    #[error("the store is closed")]
    Closed,
}
