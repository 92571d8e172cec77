//! Where events, people and tokens remain. Named methods, no trait, no ORM.

mod error;
mod follow_ups; // tasks after calls
mod letters; //     what customers wrote
pub mod password; // argon2id
pub mod secret; //   tokens and cookies
mod sound; //        of messages
mod sqlite;
mod types;
mod voicemails; //   messages: sound and row together

#[cfg(test)]
mod contract;

pub use error::StoreError;
pub use follow_ups::FollowUpFilter;
pub use sqlite::Sqlite;
pub use types::{Audit, AuditAction, AuditFilter, AuditPage, Audited};
pub use types::{CallFilter, CallPage, NewUser, Role, StoryPage, Token, User, VoicemailFilter};

use crate::desk::notice::Callback;
use crate::record::{CallId, Entry};
use crate::time::At;
use std::path::Path;

/// Most calls on one page.
pub const PAGE_CALLS_MAX: u32 = 200;

/// One store for everything that outlives the process. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Store {
    Sqlite(Sqlite),
}

impl Store {
    /// Opens, or creates, `duet.db` in the folder `data` and brings its schema up to date.
    pub async fn open(data: &Path) -> Result<Store, StoreError> {
        Ok(Store::Sqlite(Sqlite::open(data).await?))
    }

    fn sqlite(&self) -> &Sqlite {
        let Store::Sqlite(sqlite) = self;
        sqlite
    }

    /// Writes entries, all or none; on disk when it returns. Their numbers must be new.
    pub async fn append(&self, entries: &[Entry]) -> Result<(), StoreError> {
        self.sqlite().append(entries).await
    }

    /// The number that the next entry of this call gets: 0 for an unknown one.
    pub async fn next_seq(&self, call: &CallId) -> Result<u32, StoreError> {
        self.sqlite().next_seq(call).await
    }

    /// Every entry of a call in order; empty when there is no such call.
    pub async fn entries(&self, call: &CallId) -> Result<Vec<Entry>, StoreError> {
        self.sqlite().entries(call).await
    }

    /// One page of calls, newest first.
    pub async fn calls(&self, filter: &CallFilter) -> Result<CallPage, StoreError> {
        self.sqlite().calls(filter).await
    }

    /// As [`Store::calls`], with every entry of each call.
    pub async fn stories(&self, filter: &CallFilter) -> Result<StoryPage, StoreError> {
        self.sqlite().stories(filter).await
    }

    /// The calls that have no end yet, by id.
    pub async fn alive(&self) -> Result<Vec<CallId>, StoreError> {
        self.sqlite().alive().await
    }

    /// Adds to the audit trail; on disk when it returns.
    pub async fn add_audit(&self, audit: &Audit) -> Result<(), StoreError> {
        self.sqlite().add_audit(audit).await
    }

    /// One page of the audit trail, newest first.
    pub async fn audit(&self, filter: &AuditFilter) -> Result<AuditPage, StoreError> {
        self.sqlite().audit(filter).await
    }

    /// Ends every call that has no end, as `node_lost` at its last event. To be run before the
    /// first call is taken; returns how many there were.
    pub async fn close_orphans(&self, now: At) -> Result<usize, StoreError> {
        self.sqlite().close_orphans(now).await
    }

    /// Whether the store answers, for readiness.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.sqlite().ping().await
    }

    /// Adds a user, or says `UserExists`.
    pub async fn add_user(&self, user: &NewUser, now: At) -> Result<(), StoreError> {
        self.sqlite().add_user(user, now).await
    }

    /// Removes a user with sessions and tokens; false when there was none.
    pub async fn remove_user(&self, id: &str) -> Result<bool, StoreError> {
        self.sqlite().remove_user(id).await
    }

    /// Every user, by id.
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        self.sqlite().users().await
    }

    pub async fn user(&self, id: &str) -> Result<Option<User>, StoreError> {
        self.sqlite().user(id).await
    }

    /// The PHC string of a user's password.
    pub async fn password_hash(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.sqlite().password_hash(id).await
    }

    /// Makes an API token and returns it, the only time that it can be seen.
    pub async fn add_token(&self, token: &Token, now: At) -> Result<String, StoreError> {
        let secret = secret::new();
        self.sqlite().add_token(token, &secret::hash(&secret), now).await?;
        Ok(secret)
    }

    /// The token behind a bearer secret, if it is known and has not expired.
    pub async fn token(&self, secret: &str, now: At) -> Result<Option<Token>, StoreError> {
        self.sqlite().token(&secret::hash(secret), now).await
    }

    /// At the very first start, when there is no token yet: one for the administrator, to be shown
    /// once. `None` ever after.
    pub async fn first_admin_token(&self, now: At) -> Result<Option<String>, StoreError> {
        let secret = secret::new();
        let made = self.sqlite().add_first_token(&secret::hash(&secret), now).await?;
        Ok(made.then_some(secret))
    }

    /// Opens a session and returns the cookie's value.
    pub async fn add_session(&self, user: &str, expires: At) -> Result<String, StoreError> {
        let secret = secret::new();
        self.sqlite().add_session(user, &secret::hash(&secret), expires).await?;
        Ok(secret)
    }

    /// The user of a session that has not expired.
    pub async fn session(&self, secret: &str, now: At) -> Result<Option<User>, StoreError> {
        self.sqlite().session(&secret::hash(secret), now).await
    }

    pub async fn remove_session(&self, secret: &str) -> Result<(), StoreError> {
        self.sqlite().remove_session(&secret::hash(secret)).await
    }

    /// What an agent wrote so far about a call; empty when nothing.
    pub async fn note(&self, call: &CallId, agent: &str) -> Result<String, StoreError> {
        self.sqlite().note(call, agent).await
    }

    pub async fn save_note(&self, call: &CallId, agent: &str, text: &str) -> Result<(), StoreError> {
        self.sqlite().save_note(call, agent, text).await
    }

    /// Keeps a promise to ring back, in place of an earlier state of it; on disk when it returns.
    pub async fn keep_callback(&self, callback: &Callback) -> Result<(), StoreError> {
        self.sqlite().keep_callback(callback).await
    }

    /// The promise of that call is kept or taken back; false when there was none.
    pub async fn remove_callback(&self, of: &CallId) -> Result<bool, StoreError> {
        self.sqlite().remove_callback(of).await
    }

    /// Every promise that is open, the oldest first.
    pub async fn callbacks(&self) -> Result<Vec<Callback>, StoreError> {
        self.sqlite().callbacks().await
    }

    pub async fn remove_note(&self, call: &CallId, agent: &str) -> Result<(), StoreError> {
        self.sqlite().remove_note(call, agent).await
    }
}
