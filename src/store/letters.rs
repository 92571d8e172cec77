//! What customers wrote outside of calls, by contact.

use super::{Store, StoreError};
use crate::record::letter::Letter;
use crate::time::At;

impl Store {
    /// Keeps a letter; on disk when it returns. A `key` that this contact has a letter of already gives that one
    /// back, and nothing is kept.
    pub async fn keep_letter(
        &self,
        letter: &Letter,
        key: Option<&str>,
    ) -> Result<Option<Letter>, StoreError> {
        if self.sqlite().keep_letter(letter, key).await? {
            return Ok(None);
        }
        match key {
            Some(key) => self.sqlite().letter_by_key(&letter.contact, key).await,
            None => Ok(None),
        }
    }

    /// Letters of a contact that were written before, the newest first; numbers with and without `+` are the same.
    pub async fn letters(
        &self,
        contact: &str,
        before: Option<At>,
        limit: u32,
    ) -> Result<Vec<Letter>, StoreError> {
        self.sqlite().letters(contact, before, limit).await
    }

    /// Erases every letter of a contact; returns how many there were.
    pub async fn remove_letters(&self, contact: &str) -> Result<u64, StoreError> {
        self.sqlite().remove_letters(contact).await
    }

    /// Erases what was written before; returns how many there were.
    pub async fn remove_letters_before(&self, before: At) -> Result<u64, StoreError> {
        self.sqlite().remove_letters_before(before).await
    }
}
