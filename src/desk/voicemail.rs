//! Messages at the desk: who may see which, and what people do with them.

use super::shell::{Command, Desk, DeskError};
use super::views;
use crate::language::Language;
use crate::record::CallId;
use crate::record::event::Event;
use crate::record::voicemail::{Done, Voicemail, Words};
use crate::store::{Audit, AuditAction, StoreError, User, VoicemailFilter};
use crate::time::At;
use serde::Serialize;
use std::sync::Arc;

/// A message as the desk shows it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct VoicemailView {
    pub id: String,
    pub call_id: CallId,
    pub queue: String,
    pub number: String,
    pub name: Option<String>,
    pub language: Language,
    pub at: At,
    pub length_ms: u64,
    pub words: Words,
}

impl From<Voicemail> for VoicemailView {
    fn from(message: Voicemail) -> Self {
        let Voicemail { id, call_id, queue, number, name, language, at, length_ms, words, .. } = message;
        VoicemailView { id, call_id, queue, number, name, language, at, length_ms, words }
    }
}

/// The queues whose messages this user may have; `None` is every queue, an empty list no message.
pub fn queues_of(user: &User) -> Option<Vec<String>> {
    match (views::may_look_on(user), views::works_at_the_desk(user)) {
        (true, _) => None,
        (false, true) => Some(user.queues.clone()),
        (false, false) => Some(Vec::new()),
    }
}

impl Desk {
    /// Keeps a message, and shows it to its people.
    ///
    /// # Errors
    /// The store: nothing is kept then.
    pub async fn keep_voicemail(&self, message: &Voicemail, said: Arc<[i16]>) -> Result<(), StoreError> {
        self.store.keep_voicemail(message, said).await?;
        self.voicemails_changed().await;
        Ok(())
    }

    /// The recogniser has written a message down: an event of its call.
    pub async fn write_voicemail(&self, message: &Voicemail, words: Words) -> Result<(), StoreError> {
        if !self.store.set_voicemail_words(&message.id, &words).await? {
            // Erased meanwhile: its words are nobody's any more.
            return Ok(());
        }
        let (text, language, confidence) = match words {
            Words::Written { text, language, confidence } => (Some(text), language, confidence),
            Words::Pending | Words::Failed => (None, message.language, 0.0),
        };
        let event = Event::MessageWritten { message: message.id.clone(), text, language, confidence };
        self.recorder.append(&message.call_id, self.clock.now(), event).await?;
        self.voicemails_changed().await;
        Ok(())
    }

    /// The open messages of these queues (`None`: of all), newest first.
    pub async fn open_voicemails(&self, queues: Option<Vec<String>>) -> Result<Vec<Voicemail>, StoreError> {
        let filter = VoicemailFilter { done: Some(false), queues, ..VoicemailFilter::default() };
        self.store.voicemails(&filter).await
    }

    /// One message, if it is for one of these queues (`None`: any).
    pub async fn voicemail(
        &self,
        id: &str,
        queues: Option<&[String]>,
    ) -> Result<Option<Voicemail>, StoreError> {
        let message = self.store.voicemail(id).await?;
        Ok(message.filter(|message| queues.is_none_or(|queues| queues.contains(&message.queue))))
    }

    /// Somebody has seen to it: an event of its call. False when somebody else was faster.
    pub async fn finish_voicemail(&self, message: &Voicemail, by: &str) -> Result<bool, StoreError> {
        let done = Done { by: by.to_owned(), at: self.clock.now() };
        if !self.store.finish_voicemail(&message.id, &done).await? {
            return Ok(false);
        }
        let event = Event::MessageDone { message: message.id.clone(), by: by.to_owned() };
        self.recorder.append(&message.call_id, done.at, event).await?;
        self.voicemails_changed().await;
        Ok(true)
    }

    /// The sound of a message as a WAV file. Who fetched it is in the audit trail before it is given.
    pub async fn play_voicemail(
        &self,
        message: &Voicemail,
        who: &str,
        address: &str,
    ) -> Result<Vec<u8>, StoreError> {
        self.trace(message, who, address, AuditAction::MessagePlayed).await?;
        self.store.voicemail_sound(&message.id).await
    }

    /// Erases a message, sound and words in the list; what stands in the call's events stays with them.
    pub async fn erase_voicemail(
        &self,
        message: &Voicemail,
        who: &str,
        address: &str,
    ) -> Result<bool, StoreError> {
        self.trace(message, who, address, AuditAction::MessageErased).await?;
        let gone = self.store.remove_voicemail(&message.id).await?;
        self.voicemails_changed().await;
        Ok(gone)
    }

    async fn trace(
        &self,
        message: &Voicemail,
        who: &str,
        address: &str,
        action: AuditAction,
    ) -> Result<(), StoreError> {
        let call_id = Some(message.call_id.clone());
        let (at, who, address) = (self.clock.now(), who.to_owned(), address.to_owned());
        self.store.add_audit(&Audit { at, who, action, call_id, address }).await
    }

    /// An agent at the desk has seen to a message.
    ///
    /// # Errors
    /// `no_such_message` when it is not for them, or somebody was faster.
    pub(super) async fn message_done(&self, agent: &str, id: &str) -> Result<(), DeskError> {
        let gone =
            || DeskError::Refused { code: "no_such_message", detail: "This message is not open.".into() };
        let user = self.store.user(agent).await?.ok_or_else(gone)?;
        let message = self.voicemail(id, queues_of(&user).as_deref()).await?.ok_or_else(gone)?;
        if self.finish_voicemail(&message, agent).await? { Ok(()) } else { Err(gone()) }
    }

    /// Messages that have no words yet.
    pub async fn unwritten_voicemails(&self) -> Result<Vec<Voicemail>, StoreError> {
        let all = self.store.voicemails(&VoicemailFilter::default()).await?;
        Ok(all.into_iter().filter(|message| message.words == Words::Pending).collect())
    }

    /// The sound of a message, 8 kHz mono.
    pub async fn voicemail_samples(&self, id: &str) -> Result<Vec<i16>, StoreError> {
        self.store.voicemail_samples(id).await
    }

    /// Erases what was left before; how many there were.
    pub async fn erase_voicemails_before(&self, before: At) -> Result<usize, StoreError> {
        let erased = self.store.remove_voicemails_before(before).await?;
        if erased > 0 {
            self.voicemails_changed().await;
        }
        Ok(erased)
    }

    /// Every screen is told its messages anew.
    pub async fn voicemails_changed(&self) {
        let _ = self.commands.send(Command::ShowVoicemails).await;
    }
}
