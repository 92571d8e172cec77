//! What follows a call: tasks for agents and queues, and calls back at an agreed time.

use super::notice::{Callback, PRIORITY};
use super::protocol::ToBrowser;
use super::shell::{Command, Desk, DeskError, DeskOptions};
use super::views;
use crate::record::CallId;
use crate::record::event::{Entry, Event};
use crate::record::follow_up::{FollowUp, TASK_MAX_CHARS};
use crate::record::voicemail::Done;
use crate::store::{Audit, AuditAction, StoreError, User};
use crate::time::At;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far ahead something can be set.
const AHEAD_MAX: Duration = Duration::from_secs(366 * 86_400);
/// A page's clock may be late by this.
const LATE_MAX: Duration = Duration::from_secs(300);

/// What an agent wants to follow.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wish {
    /// A task for oneself.
    Own { due: At, text: String },
    /// A task for whoever of the call's queue does it.
    Queue { due: At, text: String },
    /// Duet rings the caller back.
    Callback { due: At },
}

/// A task as the desk shows it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FollowUpView {
    pub id: String,
    pub call_id: CallId,
    pub queue: String,
    pub number: String,
    pub name: Option<String>,
    /// Login name of whoever set it.
    pub by: String,
    /// Whose it is; anybody's of the queue where there is none.
    pub agent: Option<String>,
    pub text: String,
    pub made: At,
    pub due: At,
}

impl From<FollowUp> for FollowUpView {
    fn from(task: FollowUp) -> Self {
        let FollowUp { id, call_id, queue, number, name, by, agent, text, made, due, .. } = task;
        FollowUpView { id, call_id, queue, number, name, by, agent, text, made, due }
    }
}

/// What of a task is changed; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    pub due: Option<At>,
    pub text: Option<String>,
    /// `Some(None)` gives it to the queue.
    pub agent: Option<Option<String>>,
}

impl DeskOptions {
    /// The number of this call's caller and where it is rung back; nothing where that cannot be.
    pub(super) fn rings_back(&self, entries: &[Entry]) -> Option<(String, String)> {
        let guard = self.guard.as_ref()?;
        entries.iter().rev().find_map(|entry| match &entry.event {
            Event::CallReceived { from, trunk, .. } => Some((from.clone(), guard.callback(trunk, from)?)),
            _ => None,
        })
    }
}

fn refused(code: &'static str, detail: &str) -> DeskError {
    DeskError::Refused { code, detail: detail.to_owned() }
}

/// The text of a task as it is kept.
///
/// # Errors
/// `bad_message` without one.
pub fn checked_text(text: &str) -> Result<String, DeskError> {
    let text: String = text.trim().chars().take(TASK_MAX_CHARS).collect();
    if text.is_empty() { Err(refused("bad_message", "a task needs a text")) } else { Ok(text) }
}

impl Desk {
    /// Sets what follows the call that this agent has, or had just now: an event of the call.
    ///
    /// # Errors
    /// The call is not theirs; `bad_time`; `no_ring_back` where the caller cannot be rung back; the store.
    pub async fn set_follow_up(&self, agent: &str, call_id: CallId, wish: Wish) -> Result<(), DeskError> {
        let queue = self.queue_of(agent, &call_id).await?.unwrap_or_default();
        let entries = self.store.entries(&call_id).await?;
        match wish {
            Wish::Own { due, text } => self.set_task(&entries, &queue, agent, true, (due, text)).await,
            Wish::Queue { due, text } => self.set_task(&entries, &queue, agent, false, (due, text)).await,
            Wish::Callback { due } => self.agree_callback(&entries, &queue, agent, due).await,
        }
    }

    async fn set_task(
        &self,
        entries: &[Entry],
        queue: &str,
        agent: &str,
        own: bool,
        (due, text): (At, String),
    ) -> Result<(), DeskError> {
        let (due, text) = (self.checked_time(due)?, checked_text(&text)?);
        let about = FollowUp::about(entries, queue, agent);
        let about = about.ok_or_else(|| refused("no_such_call", "nothing is known of this call"))?;
        let task = FollowUp {
            id: uuid::Uuid::now_v7().to_string(),
            agent: own.then(|| agent.to_owned()),
            text,
            made: self.clock.now(),
            due,
            ..about
        };
        self.store.keep_follow_up(&task).await?;
        let event = Event::FollowUpSet { id: task.id, by: task.by, agent: task.agent, due };
        self.recorder.append(&task.call_id, task.made, event).await?;
        metrics::counter!("duet_follow_ups_set_total", "kind" => if own { "own" } else { "queue" })
            .increment(1);
        self.follow_ups_changed().await;
        Ok(())
    }

    /// The promise stands in the store before anybody is told.
    async fn agree_callback(
        &self,
        entries: &[Entry],
        queue: &str,
        agent: &str,
        due: At,
    ) -> Result<(), DeskError> {
        let due = self.checked_time(due)?;
        let no = || refused("no_ring_back", "this caller cannot be rung back");
        let callback = self.callback(entries, queue, agent, due).ok_or_else(no)?;
        let (of, number, now) = (callback.of.clone(), callback.number.clone(), self.clock.now());
        self.keep_callback(callback).await?;
        let event = Event::CallbackAgreed { by: agent.to_owned(), number, due };
        self.recorder.append(&of, now, event).await?;
        metrics::counter!("duet_follow_ups_set_total", "kind" => "callback").increment(1);
        Ok(())
    }

    fn callback(&self, entries: &[Entry], queue: &str, agent: &str, due: At) -> Option<Callback> {
        let about = FollowUp::about(entries, queue, agent)?;
        let (number, target) = self.options.rings_back(entries)?;
        let trunk = entries.iter().find_map(|entry| match &entry.event {
            Event::CallReceived { trunk, .. } => Some(trunk.clone()),
            _ => None,
        })?;
        let language = entries.iter().rev().find_map(|entry| match &entry.event {
            Event::LanguageChosen { language, .. } | Event::CallerSaid { language, .. } => Some(*language),
            _ => None,
        })?;
        Some(Callback {
            call_id: CallId(uuid::Uuid::now_v7().to_string()),
            of: about.call_id,
            number,
            target,
            name: about.name,
            bot: about.bot,
            trunk,
            queue: queue.to_owned(),
            language,
            priority: PRIORITY,
            topic: about.topic,
            why: format!("Agreed with {agent}"),
            // The place in the queue is that of now: a time that was agreed is kept.
            since: self.clock.now(),
            not_before: due,
            attempts: 0,
        })
    }

    fn checked_time(&self, due: At) -> Result<At, DeskError> {
        let now = self.clock.now();
        if due + LATE_MAX < now || due > now + AHEAD_MAX {
            return Err(refused("bad_time", "expected a time from now on, within a year"));
        }
        Ok(due)
    }

    /// One task, if it is for this user: agents have their own and those of their queues, supervisors all.
    pub async fn follow_up(&self, id: &str, user: Option<&User>) -> Result<Option<FollowUp>, StoreError> {
        let may = |task: &FollowUp| {
            user.is_none_or(|user| {
                let works = views::works_at_the_desk(user);
                views::may_look_on(user) || (works && task.is_for(&user.id, &user.queues))
            })
        };
        Ok(self.store.follow_up(id).await?.filter(may))
    }

    /// Time, text and owner of a task; false when it is done.
    ///
    /// # Errors
    /// `bad_time`, `bad_message` without a text, or the store.
    pub async fn change_follow_up(&self, task: FollowUp, change: Change) -> Result<bool, DeskError> {
        let due = change.due.map(|due| self.checked_time(due)).transpose()?.unwrap_or(task.due);
        let text = change.text.as_deref().map(checked_text).transpose()?.unwrap_or(task.text);
        let task = FollowUp { due, text, agent: change.agent.unwrap_or(task.agent), ..task };
        let changed = self.store.change_follow_up(&task).await?;
        self.follow_ups_changed().await;
        Ok(changed)
    }

    /// Somebody has done it: an event of its call. False when somebody else was faster.
    pub async fn finish_follow_up(&self, task: &FollowUp, by: &str) -> Result<bool, StoreError> {
        let done = Done { by: by.to_owned(), at: self.clock.now() };
        if !self.store.finish_follow_up(&task.id, &done).await? {
            return Ok(false);
        }
        let event = Event::FollowUpDone { id: task.id.clone(), by: by.to_owned() };
        self.recorder.append(&task.call_id, done.at, event).await?;
        self.follow_ups_changed().await;
        Ok(true)
    }

    /// Erases a task; the events of its call, which do not have its text, stay.
    pub async fn erase_follow_up(
        &self,
        task: &FollowUp,
        who: &str,
        address: &str,
    ) -> Result<bool, StoreError> {
        let (at, who, address) = (self.clock.now(), who.to_owned(), address.to_owned());
        let (action, call_id) = (AuditAction::FollowUpErased, Some(task.call_id.clone()));
        self.store.add_audit(&Audit { at, who, action, call_id, address }).await?;
        let gone = self.store.remove_follow_up(&task.id).await?;
        self.follow_ups_changed().await;
        Ok(gone)
    }

    /// Erases what was due before; how many there were.
    pub async fn erase_follow_ups_before(&self, due: At) -> Result<usize, StoreError> {
        let erased = self.store.remove_follow_ups_before(due).await?;
        if erased > 0 {
            self.follow_ups_changed().await;
        }
        Ok(erased)
    }

    /// An agent at the desk has done a task.
    ///
    /// # Errors
    /// `no_such_task` when it is not for them, or somebody was faster.
    pub(super) async fn task_done(&self, agent: &str, id: &str) -> Result<(), DeskError> {
        let task = self.task_of(agent, id).await?;
        let done = self.finish_follow_up(&task, agent).await?;
        if done { Ok(()) } else { Err(refused("no_such_task", "This task is not open.")) }
    }

    /// The calls of the number that a task is about, its own among them.
    ///
    /// # Errors
    /// `no_such_task` when it is not for them; `not_read` when the store does not answer in time.
    pub(super) async fn task_calls(&self, agent: &str, id: &str) -> Result<ToBrowser, DeskError> {
        let task = self.task_of(agent, id).await?;
        let (calls, more) = self.thread(&task.call_id).await?;
        Ok(ToBrowser::FollowUpCalls { id: task.id, call_id: task.call_id, calls, more })
    }

    async fn task_of(&self, agent: &str, id: &str) -> Result<FollowUp, DeskError> {
        let gone = || refused("no_such_task", "This task is not open.");
        let user = self.store.user(agent).await?.ok_or_else(gone)?;
        self.follow_up(id, Some(&user)).await?.ok_or_else(gone)
    }

    /// Every screen is told its tasks anew.
    pub async fn follow_ups_changed(&self) {
        let _ = self.commands.send(Command::ShowFollowUps).await;
    }
}
