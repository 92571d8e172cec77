//! Tasks in the store, and which of them to list.

use super::{Store, StoreError};
use crate::record::follow_up::FollowUp;
use crate::record::voicemail::Done;
use crate::time::At;

/// Which tasks to list. All conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct FollowUpFilter {
    /// Somebody has done it, or not yet.
    pub done: Option<bool>,
    /// Of calls of this queue.
    pub queue: Option<String>,
    /// Of this agent, and anybody's of these queues.
    pub whose: Option<(String, Vec<String>)>,
}

impl Store {
    /// Keeps a new task; on disk when it returns.
    pub async fn keep_follow_up(&self, task: &FollowUp) -> Result<(), StoreError> {
        self.sqlite().keep_follow_up(task).await
    }

    /// Time, text and owner of one that is open; false when there is none, or it is done.
    pub async fn change_follow_up(&self, task: &FollowUp) -> Result<bool, StoreError> {
        self.sqlite().change_follow_up(task).await
    }

    /// Somebody has done it; false when there is none, or somebody was faster.
    pub async fn finish_follow_up(&self, id: &str, done: &Done) -> Result<bool, StoreError> {
        self.sqlite().finish_follow_up(id, done).await
    }

    pub async fn follow_up(&self, id: &str) -> Result<Option<FollowUp>, StoreError> {
        self.sqlite().follow_up(id).await
    }

    /// By the time when they are due, at most 200.
    pub async fn follow_ups(&self, filter: &FollowUpFilter) -> Result<Vec<FollowUp>, StoreError> {
        self.sqlite().follow_ups(filter).await
    }

    /// False when there was none.
    pub async fn remove_follow_up(&self, id: &str) -> Result<bool, StoreError> {
        self.sqlite().remove_follow_up(id).await
    }

    /// Removes what was due before, done or not; returns how many there were.
    pub async fn remove_follow_ups_before(&self, due: At) -> Result<usize, StoreError> {
        self.sqlite().remove_follow_ups_before(due).await
    }
}
