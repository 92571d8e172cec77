//! What customers write outside of calls, at the desk: in the thread of whoever calls, at once.

use super::shell::{Command, Desk};
use crate::record::letter::Letter;
use crate::store::StoreError;
use crate::time::At;

impl Desk {
    /// Keeps a letter, and shows it to whoever talks with its contact; what was kept under its key before is
    /// given back instead.
    ///
    /// # Errors
    /// The store: nothing is kept then.
    pub async fn keep_letter(&self, letter: Letter, key: Option<&str>) -> Result<Option<Letter>, StoreError> {
        let earlier = self.store.keep_letter(&letter, key).await?;
        if earlier.is_none() {
            let _ = self.commands.send(Command::ShowLetter(letter)).await;
        }
        Ok(earlier)
    }

    /// Erases what was written before; returns how many there were.
    pub async fn erase_letters_before(&self, before: At) -> Result<u64, StoreError> {
        self.store.remove_letters_before(before).await
    }
}
