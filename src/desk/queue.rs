//! ◆ Who waits, in which order, and who is tried next.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::notice::WaitingCall;
use super::roster::{Agent, Roster};
use crate::record::CallId;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A call in the queue.
#[derive(Debug)]
pub struct Waiting {
    pub call: WaitingCall,
    pub stage: Stage,
    /// Agents who had their chance in this round.
    pub tried: BTreeSet<String>,
    /// The call was told that nobody is left; it is told again only after a new attempt.
    pub told_nobody: bool,
    /// The place it was told last.
    pub place: Option<u32>,
}

/// How far a call has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    /// Kept for this agent, whose phone rings.
    Reserved {
        agent: String,
    },
    Bridged {
        agent: String,
    },
}

impl Stage {
    pub fn agent(&self) -> Option<&str> {
        match self {
            Stage::Waiting => None,
            Stage::Reserved { agent } | Stage::Bridged { agent } => Some(agent),
        }
    }
}

/// Every call that wants or has a person.
#[derive(Debug, Default)]
pub struct Queue {
    pub calls: Vec<Waiting>,
}

impl Queue {
    /// Adds a call; one that is here already starts over.
    pub fn add(&mut self, call: WaitingCall) {
        self.calls.retain(|waiting| waiting.call.call_id != call.call_id);
        self.calls.push(Waiting {
            call,
            stage: Stage::Waiting,
            tried: BTreeSet::new(),
            told_nobody: false,
            place: None,
        });
        // Priority first, then who waits longest; the id decides between equals.
        self.calls.sort_by(|a, b| order(a).cmp(&order(b)));
    }

    pub fn find(&mut self, call: &CallId) -> Option<&mut Waiting> {
        self.calls.iter_mut().find(|waiting| waiting.call.call_id == *call)
    }

    pub fn remove(&mut self, call: &CallId) -> Option<Waiting> {
        let index = self.calls.iter().position(|waiting| waiting.call.call_id == *call)?;
        Some(self.calls.remove(index))
    }

    /// The agent may be tried again by calls that had given up on everyone.
    pub fn try_again(&mut self, agent: &str) {
        for waiting in self.calls.iter_mut().filter(|waiting| waiting.told_nobody) {
            waiting.tried.remove(agent);
        }
    }
}

fn order(waiting: &Waiting) -> (Reverse<u8>, crate::time::At, &CallId) {
    (Reverse(waiting.call.priority), waiting.call.since, &waiting.call.call_id)
}

/// The agent to offer the call to: of those of its queue who are free and were not tried, first
/// who speaks its language, then who has been idle longest.
pub fn candidate(waiting: &Waiting, roster: &Roster) -> Option<String> {
    let call = &waiting.call;
    let free = roster
        .agents
        .values()
        .filter(|agent| agent.may_take(&call.queue) && !waiting.tried.contains(&agent.id));
    let best = free.min_by_key(|agent| (!agent.speaks(call.language), agent.idle_since, &agent.id));
    best.map(|agent| agent.id.clone())
}

/// What is left for a call that nobody can take now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hope {
    /// Somebody who was not tried is busy and will be free.
    Wait,
    /// Nobody: everyone was tried, or pauses, or is not there.
    None { logged_in: bool },
}

pub fn hope(waiting: &Waiting, roster: &Roster) -> Hope {
    let of_queue: Vec<&Agent> =
        roster.agents.values().filter(|agent| agent.in_queue(&waiting.call.queue)).collect();
    let untried = |agent: &&&Agent| agent.sip_uri.is_some() && !waiting.tried.contains(&agent.id);
    if of_queue.iter().filter(untried).any(|agent| agent.presence.serves()) {
        return Hope::Wait;
    }
    Hope::None { logged_in: of_queue.iter().any(|agent| agent.presence != super::roster::Presence::Offline) }
}
