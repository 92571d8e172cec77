//! ◆ Who is at the desk: one presence per agent, with the time since which it holds.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::edge::webrtc::PhoneState;
use crate::language::Language;
use crate::record::CallId;
use crate::record::event::Channel;
use crate::store::User;
use crate::time::At;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a lost browser may take to come back before an idle agent counts as gone.
pub const RECONNECT: Duration = Duration::from_secs(30);

/// What an agent is doing. Ringing to wrap-up follow from calls; the others are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Presence {
    Offline,
    Available,
    /// Kept for a call whose card is on the screen.
    Ringing {
        call_id: CallId,
        /// When the offer goes to the next agent by itself.
        until: At,
    },
    OnCall {
        call_id: CallId,
    },
    /// After-call work; over at `until` even if nothing was saved.
    WrapUp {
        call_id: CallId,
        /// Of the call.
        queue: Option<String>,
        until: At,
        /// Times that it may be prolonged yet.
        extensions: u32,
    },
    Paused {
        reason: String,
    },
}

impl Presence {
    /// As it is serialised in `state`.
    pub fn name(&self) -> &'static str {
        match self {
            Presence::Offline => "offline",
            Presence::Available => "available",
            Presence::Ringing { .. } => "ringing",
            Presence::OnCall { .. } => "on_call",
            Presence::WrapUp { .. } => "wrap_up",
            Presence::Paused { .. } => "paused",
        }
    }

    /// The call that this presence is about.
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Presence::Ringing { call_id, .. }
            | Presence::OnCall { call_id }
            | Presence::WrapUp { call_id, .. } => Some(call_id),
            Presence::Offline | Presence::Available | Presence::Paused { .. } => None,
        }
    }

    /// Whether this agent serves the queue now or soon, without a decision of the agent.
    pub fn serves(&self) -> bool {
        !matches!(self, Presence::Offline | Presence::Paused { .. })
    }
}

/// A presence that an agent may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum Choice {
    Offline,
    Available,
    Paused { reason: String },
}

impl From<Choice> for Presence {
    fn from(choice: Choice) -> Presence {
        match choice {
            Choice::Offline => Presence::Offline,
            Choice::Available => Presence::Available,
            Choice::Paused { reason } => Presence::Paused { reason },
        }
    }
}

/// One agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    pub id: String,
    pub name: String,
    pub queues: Vec<String>,
    pub languages: Vec<Language>,
    pub sip_uri: Option<String>,
    /// The telephone in the browser, while it is connected; calls come there then.
    pub browser: Option<String>,
    /// There was one, and it was not put away: it will be back.
    browser_lost: bool,
    pub presence: Presence,
    pub since: At,
    /// Chosen during a call; takes effect when the wrap-up is over.
    pub next: Option<Choice>,
    /// Without work since; survives an offer that the caller took back.
    pub idle_since: At,
    /// Browser tabs that show the desk.
    screens: u32,
    /// When the last tab went away; nothing is offered to a dark screen.
    lost_at: Option<At>,
}

impl Agent {
    /// Sets the presence; true when it is another one than before.
    pub fn become_(&mut self, presence: Presence, now: At) -> bool {
        if self.presence == presence {
            return false;
        }
        self.presence = presence;
        self.since = now;
        true
    }

    /// Whether a call may be offered now.
    pub fn is_free(&self) -> bool {
        let phone = self.browser.is_some() || self.sip_uri.is_some();
        self.is_free_to_write() && phone
    }

    /// Whether a chat may be: the screen is enough.
    fn is_free_to_write(&self) -> bool {
        self.presence == Presence::Available && self.lost_at.is_none()
    }

    /// Whether a contact of this channel may be offered now.
    pub fn is_free_for(&self, channel: Channel) -> bool {
        match channel {
            Channel::Voice => self.is_free(),
            Channel::Chat => self.is_free_to_write(),
        }
    }

    /// Whether this agent can be reached by this channel, or will be as soon as a page has loaded.
    pub fn can_take(&self, channel: Channel) -> bool {
        !channel.is_voice() || self.has_phone()
    }

    /// Whether a page of the desk is open.
    pub fn has_screen(&self) -> bool {
        self.screens > 0
    }

    /// Whether there is something to ring, or will be as soon as a page has loaded.
    pub fn has_phone(&self) -> bool {
        self.sip_uri.is_some() || self.browser.is_some() || self.browser_lost
    }

    pub fn in_queue(&self, queue: &str) -> bool {
        self.queues.iter().any(|name| name == queue)
    }

    pub fn speaks(&self, language: Language) -> bool {
        self.languages.contains(&language)
    }
}

/// Every agent, by id, so that the order never depends on chance.
#[derive(Debug, Default)]
pub struct Roster {
    pub agents: BTreeMap<String, Agent>,
}

impl Roster {
    /// Takes over who works here. Who is new is offline; who is gone leaves when free of calls.
    pub fn know(&mut self, users: &[User], now: At) {
        self.agents
            .retain(|id, agent| agent.presence.call().is_some() || users.iter().any(|user| user.id == *id));
        for user in users {
            let agent = self.agents.entry(user.id.clone()).or_insert_with(|| new_agent(&user.id, now));
            agent.name.clone_from(&user.name);
            agent.queues.clone_from(&user.queues);
            agent.languages.clone_from(&user.languages);
            agent.sip_uri.clone_from(&user.sip_uri);
        }
    }

    /// The browser's telephone of an agent has changed.
    pub fn phone(&mut self, id: &str, phone: PhoneState) {
        let Some(agent) = self.agents.get_mut(id) else { return };
        (agent.browser, agent.browser_lost) = match phone {
            PhoneState::There(phone) => (Some(phone), false),
            PhoneState::Lost => (None, true),
            PhoneState::PutAway => (None, false),
        };
    }

    pub fn screen_opened(&mut self, id: &str) {
        if let Some(agent) = self.agents.get_mut(id) {
            agent.screens += 1;
            agent.lost_at = None;
        }
    }

    pub fn screen_closed(&mut self, id: &str, now: At) {
        if let Some(agent) = self.agents.get_mut(id) {
            agent.screens = agent.screens.saturating_sub(1);
            if agent.screens == 0 {
                agent.lost_at = Some(now);
            }
        }
    }

    /// Idle agents whose screen has been dark for too long become offline; who changed.
    pub fn expire_screens(&mut self, now: At) -> Vec<String> {
        let mut gone = Vec::new();
        for agent in self.agents.values_mut() {
            let dark = agent.lost_at.is_some_and(|lost| lost + RECONNECT <= now);
            if dark && agent.presence.call().is_none() && agent.become_(Presence::Offline, now) {
                agent.browser_lost = false;
                gone.push(agent.id.clone());
            }
        }
        gone
    }

    /// When something happens by itself next.
    pub fn deadline(&self) -> Option<At> {
        self.agents.values().filter_map(deadline).min()
    }
}

fn deadline(agent: &Agent) -> Option<At> {
    match agent.presence {
        Presence::Ringing { until, .. } | Presence::WrapUp { until, .. } => Some(until),
        Presence::Available | Presence::Paused { .. } => agent.lost_at.map(|lost| lost + RECONNECT),
        Presence::Offline | Presence::OnCall { .. } => None,
    }
}

fn new_agent(id: &str, now: At) -> Agent {
    Agent {
        id: id.to_owned(),
        name: String::new(),
        queues: Vec::new(),
        languages: Vec::new(),
        sip_uri: None,
        browser: None,
        browser_lost: false,
        presence: Presence::Offline,
        since: now,
        next: None,
        idle_since: now,
        screens: 0,
        lost_at: None,
    }
}
