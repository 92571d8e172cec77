//! Messages in the store: the row and the sound beside it are kept and removed together.

use super::sound::{self, Sounds};
use super::{Store, StoreError, VoicemailFilter};
use crate::record::voicemail::{Done, Voicemail, Words};
use crate::time::At;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

impl Store {
    /// Keeps a message with its sound, 8 kHz mono; both are on disk when it returns, or neither.
    ///
    /// # Errors
    /// The disk or the database; nothing is left behind.
    pub async fn keep_voicemail(&self, voicemail: &Voicemail, said: Arc<[i16]>) -> Result<(), StoreError> {
        let id = &voicemail.id;
        self.sound(id, "written", move |sounds, id| sounds.write(id, &said)).await?;
        let kept = self.sqlite().keep_voicemail(voicemail).await;
        if kept.is_err()
            && let Err(error) = self.sound(id, "removed", |sounds, id| sounds.remove(id)).await
        {
            tracing::error!(%error, "the sound of a message that is in no store is left on disk");
        }
        kept
    }

    /// Its words; false when it is gone.
    pub async fn set_voicemail_words(&self, id: &str, words: &Words) -> Result<bool, StoreError> {
        self.sqlite().set_words(id, words).await
    }

    /// Somebody has seen to it; false when there is none, or somebody was faster.
    pub async fn finish_voicemail(&self, id: &str, done: &Done) -> Result<bool, StoreError> {
        self.sqlite().finish_voicemail(id, done).await
    }

    pub async fn voicemail(&self, id: &str) -> Result<Option<Voicemail>, StoreError> {
        self.sqlite().voicemail(id).await
    }

    /// Newest first, at most 200.
    pub async fn voicemails(&self, filter: &VoicemailFilter) -> Result<Vec<Voicemail>, StoreError> {
        self.sqlite().voicemails(filter).await
    }

    /// The sound as a WAV file.
    pub async fn voicemail_sound(&self, id: &str) -> Result<Vec<u8>, StoreError> {
        self.sound(id, "read", |sounds, id| sounds.read(id)).await
    }

    /// The sound as samples, 8 kHz mono.
    pub async fn voicemail_samples(&self, id: &str) -> Result<Vec<i16>, StoreError> {
        self.sound(id, "read", |sounds, id| sound::samples(&sounds.read(id)?)).await
    }

    /// Removes a message, its sound first; false when there was none.
    pub async fn remove_voicemail(&self, id: &str) -> Result<bool, StoreError> {
        if self.voicemail(id).await?.is_none() {
            return Ok(false);
        }
        self.sound(id, "removed", |sounds, id| sounds.remove(id)).await?;
        self.sqlite().remove_voicemail(id).await
    }

    /// Removes what was left before; returns how many there were.
    pub async fn remove_voicemails_before(&self, before: At) -> Result<usize, StoreError> {
        let mut removed = 0;
        loop {
            let filter = VoicemailFilter { before: Some(before), ..VoicemailFilter::default() };
            let old = self.voicemails(&filter).await?;
            if old.is_empty() {
                let moment = UNIX_EPOCH + Duration::from_millis(before.0);
                self.sound("", "removed", move |sounds, _| sounds.remove_before(moment)).await?;
                return Ok(removed);
            }
            for voicemail in old {
                removed += usize::from(self.remove_voicemail(&voicemail.id).await?);
            }
        }
    }

    /// Files are read and written where that holds nobody up.
    async fn sound<T: Send + 'static>(
        &self,
        id: &str,
        doing: &'static str,
        work: impl FnOnce(&Sounds, &str) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sounds, of) = (Sounds::of(self.sqlite().folder()), id.to_owned());
        let done = tokio::task::spawn_blocking(move || work(&sounds, &of)).await;
        let done = done.map_err(|_| StoreError::Closed)?;
        done.map_err(|source| StoreError::Sound { id: id.to_owned(), doing, source })
    }
}
