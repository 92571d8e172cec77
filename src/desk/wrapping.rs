//! What agents do after a call: take more time, finish.

use super::after_view::AfterCallView;
use super::floor::Input;
use super::protocol::ToBrowser;
use super::shell::{Command, Desk, DeskError};
use crate::record::CallId;
use crate::record::after::BotJudgement;
use crate::record::event::{Entry, Event};
use crate::store::{Store, StoreError};

/// The record of a call; of one that keeps a promise, the call in which it was made comes first.
pub(super) async fn story(store: &Store, call_id: &CallId) -> Result<Vec<Entry>, StoreError> {
    let mut entries = store.entries(call_id).await?;
    let promised = entries.iter().find_map(|entry| match &entry.event {
        Event::CallingBack { of, .. } => Some(of.clone()),
        _ => None,
    });
    let Some(of) = promised else { return Ok(entries) };
    let mut story = store.entries(&of).await?;
    story.append(&mut entries);
    Ok(story)
}

impl Desk {
    /// Records the wrap-up and frees the agent if the call is over.
    ///
    /// # Errors
    /// The call is not theirs, the code is none of its queue's, or it could not be saved.
    pub async fn wrap_up(
        &self,
        agent: &str,
        call_id: CallId,
        code: Option<String>,
        note: String,
    ) -> Result<(), DeskError> {
        let queue = self.queue_of(agent, &call_id).await?;
        let code = self.options.after_call.of(queue.as_deref()).checked(code);
        let refused = |detail: &str| DeskError::Refused { code: "bad_message", detail: detail.to_owned() };
        let code = code.map_err(refused)?;
        if let Some(how) = self.after(agent, &call_id).await?.used(&note, true) {
            let event = Event::DraftUsed { agent: agent.to_owned(), how };
            self.recorder.append(&call_id, self.clock.now(), event).await?;
            metrics::counter!("duet_note_drafts_total", "how" => how.name()).increment(1);
        }
        let event = Event::WrapUp { agent: agent.to_owned(), code, note };
        self.recorder.append(&call_id, self.clock.now(), event).await?;
        self.store.remove_note(&call_id, agent).await?;
        let saved = ToBrowser::WrapUpSaved { call_id: call_id.clone() };
        let _ = self.commands.send(Command::Send(agent.to_owned(), saved)).await;
        let agent = agent.to_owned();
        self.input(Input::Finish { agent, call_id }).await;
        Ok(())
    }

    /// More time for after-call work.
    ///
    /// # Errors
    /// [`DeskError::Refused`] with `no_more_time` when it was taken as often as is allowed, or there is no such work.
    pub async fn extend_wrap_up(&self, agent: &str, call_id: CallId) -> Result<(), DeskError> {
        let agent = agent.to_owned();
        self.obeyed(|answer| Command::Extend(agent, call_id, answer)).await
    }

    /// What an agent tells the bot: an event of the call, from which it learns.
    ///
    /// # Errors
    /// The call is not theirs, the bot has no such topic or turn, or it could not be saved.
    pub async fn judge_bot(
        &self,
        agent: &str,
        call_id: CallId,
        judgement: BotJudgement,
    ) -> Result<(), DeskError> {
        let after = self.after(agent, &call_id).await?;
        if !after.can_be(&judgement) {
            let detail = "the bot has no such topic, or heard nothing in that turn".to_owned();
            return Err(DeskError::Refused { code: "bad_message", detail });
        }
        metrics::counter!("duet_bot_judged_total", "of" => judgement.name()).increment(1);
        let event = Event::BotJudged { agent: agent.to_owned(), judgement };
        self.recorder.append(&call_id, self.clock.now(), event).await?;
        Ok(())
    }

    async fn after(&self, agent: &str, call_id: &CallId) -> Result<AfterCallView, DeskError> {
        let entries = story(&self.store, call_id).await?;
        match self.ask(|answer| Command::After(agent.to_owned(), call_id.clone(), entries, answer)).await {
            Some(Some(after)) => Ok(after),
            Some(None) => Err(DeskError::NotYourCall(call_id.clone())),
            None => Err(DeskError::Closed),
        }
    }

    pub(super) async fn queue_of(&self, agent: &str, call_id: &CallId) -> Result<Option<String>, DeskError> {
        match self.ask(|answer| Command::QueueOf(agent.to_owned(), call_id.clone(), answer)).await {
            Some(Some(queue)) => Ok(queue),
            Some(None) => Err(DeskError::NotYourCall(call_id.clone())),
            None => Err(DeskError::Closed),
        }
    }
}
