//! ◆ What is to be done after a call: a task for an agent, or for the people of a queue.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::{CallId, Entry, Event};
use super::voicemail::Done;
use crate::time::At;
use serde::{Deserialize, Serialize};

/// Longest text of a task, in characters.
pub const TASK_MAX_CHARS: usize = 400;

/// A task that somebody set after a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowUp {
    /// A UUID version 7, so ids sort by time.
    pub id: String,
    pub call_id: CallId,
    pub bot: String,
    pub queue: String,
    /// Of the caller, as it was shown to us.
    pub number: String,
    pub name: Option<String>,
    pub topic: Option<String>,
    /// Login name of whoever set it.
    pub by: String,
    /// Whose it is: a login name; anybody's of the queue where there is none.
    pub agent: Option<String>,
    pub text: String,
    pub made: At,
    pub due: At,
    pub done: Option<Done>,
}

impl FollowUp {
    /// A task about this call, of which its record says who called and what about.
    pub fn about(entries: &[Entry], queue: &str, by: &str) -> Option<FollowUp> {
        let call_id = entries.last()?.call_id.clone();
        let (mut bot, mut number, mut name, mut topic) = (String::new(), String::new(), None, None);
        for entry in entries {
            match &entry.event {
                Event::CallReceived { from, from_name, bot: of, .. } => {
                    bot.clone_from(of);
                    number.clone_from(from);
                    name.clone_from(from_name);
                }
                Event::Understood { topic: Some(now), .. } | Event::Escalated { topic: Some(now), .. } => {
                    topic = Some(now.clone());
                }
                _ => {}
            }
        }
        Some(FollowUp {
            id: String::new(),
            call_id,
            bot,
            queue: queue.to_owned(),
            number,
            name,
            topic,
            by: by.to_owned(),
            agent: None,
            text: String::new(),
            made: At(0),
            due: At(0),
            done: None,
        })
    }

    /// Whether it is on the list of this agent, who serves these queues.
    pub fn is_for(&self, agent: &str, queues: &[String]) -> bool {
        match &self.agent {
            Some(whose) => whose == agent,
            None => queues.contains(&self.queue),
        }
    }
}
