//! ◆ Who waits, in which order, and who is tried next.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::notice::{Callback, WaitingCall};
use super::roster::{Agent, Roster};
use crate::record::CallId;
use crate::time::At;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A call in the queue.
#[derive(Debug)]
pub struct Waiting {
    pub call: WaitingCall,
    pub stage: Stage,
    /// Agents who had their chance in this round.
    pub tried: BTreeSet<String>,
    /// Places outside the desk that were asked, and when.
    pub asked_outside: BTreeMap<String, At>,
    /// The call was told that nobody is left; it is told again only after a new attempt.
    pub told_nobody: bool,
    /// Place and minutes that it was told last.
    pub told: Option<(u32, Option<u64>)>,
    /// The other queue serves it too by now.
    pub overflowed: bool,
    /// Since when it has a person.
    pub bridged_at: Option<At>,
    /// The agent who is asked for advice, or talks too.
    pub second: Option<Second>,
    /// The caller has hung up and is rung back.
    pub callback: Option<Callback>,
    /// Whoever watched takes it from the bot.
    pub taken_over: bool,
}

/// Another agent on the same call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    pub agent: String,
    pub talks: bool,
}

impl Waiting {
    fn new(call: WaitingCall) -> Self {
        Waiting {
            call,
            stage: Stage::Waiting,
            tried: BTreeSet::new(),
            asked_outside: BTreeMap::new(),
            told_nobody: false,
            told: None,
            overflowed: false,
            bridged_at: None,
            second: None,
            callback: None,
            taken_over: false,
        }
    }

    /// Whether agents of this queue may take it.
    pub fn goes_to(&self, queue: &str) -> bool {
        let over = self.call.overflow.as_ref().filter(|_| self.overflowed);
        self.call.queue == queue || over.is_some_and(|over| over.queue == queue)
    }

    /// When something changes by time alone: it overflows, or may be rung back.
    pub fn due(&self) -> Option<At> {
        let overflow =
            self.call.overflow.as_ref().filter(|_| !self.overflowed && self.stage == Stage::Waiting);
        overflow.map(|over| self.call.since + over.after)
    }

    /// Whether an agent may be sought at `now`.
    pub fn ready(&self, now: At) -> bool {
        self.stage == Stage::Waiting
            && self.callback.as_ref().is_none_or(|callback| callback.not_before <= now)
    }
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
        self.insert(Waiting::new(call));
    }

    /// Adds a caller who is rung back; the place is that of the first call.
    pub fn add_callback(&mut self, callback: Callback) {
        let Callback { call_id, queue, language, since, priority, .. } = &callback;
        let call = WaitingCall {
            priority: *priority,
            patient: true,
            ..WaitingCall::new(call_id.clone(), queue, *language, *since)
        };
        self.insert(Waiting { callback: Some(callback), ..Waiting::new(call) });
    }

    fn insert(&mut self, waiting: Waiting) {
        self.calls.push(waiting);
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

fn order(waiting: &Waiting) -> (Reverse<u8>, At, &CallId) {
    (Reverse(waiting.call.priority), waiting.call.since, &waiting.call.call_id)
}

/// The agent to offer the call to: of those of its queue who are free and were not tried, first
/// who knows the caller, then who speaks the language, then who has been idle longest.
pub fn candidate(waiting: &Waiting, roster: &Roster) -> Option<String> {
    let call = &waiting.call;
    let free = roster.agents.values().filter(|agent| {
        agent.is_free_for(call.channel)
            && serves(agent, waiting, roster)
            && !waiting.tried.contains(&agent.id)
    });
    let best = free.min_by_key(|agent| {
        let known = call.sticky.as_ref() == Some(&agent.id);
        (!known, !agent.speaks(call.language), agent.idle_since, &agent.id)
    });
    best.map(|agent| agent.id.clone())
}

/// Whether the call is one for this agent; one who was asked for by name is, in whatever queue.
fn serves(agent: &Agent, waiting: &Waiting, roster: &Roster) -> bool {
    let meant = waiting.call.only.as_ref().filter(|id| {
        let there = roster.agents.get(*id).is_some_and(|agent| agent.presence.serves());
        there && !waiting.tried.contains(*id)
    });
    match meant {
        Some(id) => agent.id == *id,
        None => agent.queues.iter().any(|queue| waiting.goes_to(queue)),
    }
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
    if waiting.call.patient || waiting.due().is_some() {
        return Hope::Wait;
    }
    let of_queue: Vec<&Agent> =
        roster.agents.values().filter(|agent| serves(agent, waiting, roster)).collect();
    let untried =
        |agent: &&&Agent| agent.can_take(waiting.call.channel) && !waiting.tried.contains(&agent.id);
    if of_queue.iter().filter(untried).any(|agent| agent.presence.serves()) {
        return Hope::Wait;
    }
    Hope::None { logged_in: of_queue.iter().any(|agent| agent.presence != super::roster::Presence::Offline) }
}
