//! ◆ Who may be asked, or get the call.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::floor::Floor;
use super::protocol::ToBrowser;
use super::roster::{Agent, Presence};
use super::views;
use crate::language::Language;
use crate::time::At;
use serde::Serialize;

/// Most colleagues that a page is told of: who is free comes first.
pub const COLLEAGUES_MAX: usize = 200;

/// One who is at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Colleague {
    pub id: String,
    pub name: String,
    pub queues: Vec<String>,
    pub languages: Vec<Language>,
    /// As in [`Presence`], without the call.
    pub state: &'static str,
    /// Of a pause.
    pub reason: Option<String>,
    pub since: At,
    /// Can be asked now.
    pub free: bool,
}

/// What an agent who talks is told: colleagues and every queue. `None` for one who does not.
pub fn colleagues(floor: &Floor, agent: &str) -> Option<ToBrowser> {
    let own = floor.roster.agents.get(agent)?;
    if !matches!(own.presence, Presence::OnCall { .. }) {
        return None;
    }
    let others = floor.roster.agents.values().filter(|other| other.id != agent);
    let mut colleagues: Vec<Colleague> =
        others.filter(|other| other.presence != Presence::Offline).map(colleague).collect();
    colleagues.sort_by(|a, b| (!a.free, &a.name).cmp(&(!b.free, &b.name)));
    colleagues.truncate(COLLEAGUES_MAX);
    let queues = floor.queue_names().into_iter().map(|name| views::queue(floor, name)).collect();
    Some(ToBrowser::Colleagues { colleagues, queues })
}

fn colleague(agent: &Agent) -> Colleague {
    let reason = match &agent.presence {
        Presence::Paused { reason } => Some(reason.clone()),
        _ => None,
    };
    Colleague {
        id: agent.id.clone(),
        name: agent.name.clone(),
        queues: agent.queues.clone(),
        languages: agent.languages.clone(),
        state: agent.presence.name(),
        reason,
        since: agent.since,
        free: agent.is_free(),
    }
}
