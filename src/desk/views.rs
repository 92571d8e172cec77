//! ◆ What the floor looks like from outside: to browsers and to the API.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::floor::{CardStage, Floor};
use super::pop::{Fact, Worded};
use super::protocol::{QueueView, ToBrowser};
use super::queue::Stage;
use super::roster::{Agent, Presence};
use super::shell::AgentState;
use crate::record::event::{CallId, Entry, Event};
use crate::record::rfc3339;
use crate::store::{Role, User};

/// Agents and those who may step in.
pub fn works_at_the_desk(user: &User) -> bool {
    matches!(user.role, Role::Agent | Role::Supervisor | Role::Admin)
}

/// Those who see every call.
pub fn may_look_on(user: &User) -> bool {
    matches!(user.role, Role::Supervisor | Role::Admin)
}

pub fn agent_state(agent: &Agent) -> AgentState {
    AgentState {
        id: agent.id.clone(),
        name: agent.name.clone(),
        queues: agent.queues.clone(),
        languages: agent.languages.clone(),
        presence: agent.presence.clone(),
        since: rfc3339(agent.since),
    }
}

pub fn presence(floor: &Floor, agent: &str) -> Option<ToBrowser> {
    let agent = floor.roster.agents.get(agent)?;
    Some(ToBrowser::Presence {
        presence: agent.presence.clone(),
        since: agent.since,
        next: agent.next.clone(),
    })
}

/// The queues of this agent.
pub fn phone(floor: &Floor, agent: &str) -> ToBrowser {
    ToBrowser::Phone { phone: floor.roster.agents.get(agent).and_then(|agent| agent.browser.clone()) }
}

/// How busy the agent's queues are; nothing of an agent who is not known.
pub fn queues(floor: &Floor, agent: &str) -> Option<ToBrowser> {
    let agent = floor.roster.agents.get(agent)?;
    let queues = agent.queues.iter().map(|name| queue(floor, name)).collect();
    Some(ToBrowser::Queues { queues })
}

pub fn queue(floor: &Floor, name: &str) -> QueueView {
    let waiting = floor.queue.calls.iter().filter(|waiting| waiting.call.queue == name);
    let waiting: Vec<_> = waiting.filter(|waiting| !matches!(waiting.stage, Stage::Bridged { .. })).collect();
    let agents: Vec<&Agent> = floor.roster.agents.values().filter(|agent| agent.in_queue(name)).collect();
    QueueView {
        name: name.to_owned(),
        waiting: waiting.len(),
        oldest: waiting.iter().map(|waiting| waiting.call.since).min(),
        available: agents.iter().filter(|agent| agent.presence == Presence::Available).count(),
        logged_in: agents.iter().filter(|agent| agent.presence != Presence::Offline).count(),
    }
}

/// The call on this agent's card, and how it stands.
pub fn current_card(agent: &Agent) -> Option<(CallId, CardStage)> {
    let call_id = agent.presence.call()?.clone();
    let stage = match agent.presence {
        Presence::Ringing { .. } => CardStage::Ringing,
        Presence::OnCall { .. } => CardStage::Bridged,
        _ => CardStage::Ended,
    };
    Some((call_id, stage))
}

/// Every card that is on some screen.
pub fn current_cards(floor: &Floor) -> Vec<(String, CallId, CardStage)> {
    let card = |agent: &Agent| {
        let (call_id, stage) = current_card(agent)?;
        Some((agent.id.clone(), call_id, stage))
    };
    floor.roster.agents.values().filter_map(card).collect()
}

/// What an entry adds to a card beside the conversation: a fact, a worded summary.
pub fn addition(entry: &Entry) -> Option<ToBrowser> {
    let call_id = entry.call_id.clone();
    match &entry.event {
        Event::SlotFilled { slot, value, verified, .. } => {
            let fact = Fact { name: slot.clone(), value: value.clone(), verified: *verified };
            Some(ToBrowser::Fact { call_id, fact })
        }
        Event::SummaryWorded { text, model } => {
            let worded = Worded { text: text.clone(), model: model.clone() };
            Some(ToBrowser::Worded { call_id, worded })
        }
        _ => None,
    }
}
