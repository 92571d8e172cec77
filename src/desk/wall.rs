//! ◆ The wall: every live call and everybody at the desk, as a supervisor sees them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::brief::Glossary;
use super::floor::Floor;
use super::live::{Live, LiveCall, Proposed};
use super::protocol::{QueueView, ToBrowser};
use super::risk::{Reason, risk};
use super::roster::{Agent, Presence};
use super::table::{Person, TableView};
use super::views;
use crate::language::Language;
use crate::record::event::{CallId, Channel, Entry, Event, Signal};
use crate::time::At;
use serde::Serialize;
use std::collections::BTreeMap;

/// Who has a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    Bot,
    /// Nobody: it waits for a person.
    Queue,
    Person,
}

/// One call on the wall.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WallCall {
    pub call_id: CallId,
    pub caller: String,
    pub caller_name: Option<String>,
    pub bot: String,
    pub channel: Channel,
    /// When it came in.
    pub since: At,
    pub holder: Holder,
    /// Since when it is so.
    pub holder_since: At,
    pub table: Option<TableView>,
    /// Whose phone rings for it.
    pub offered: Option<Person>,
    pub language: Option<Language>,
    pub topic: Option<String>,
    /// What the bot calls the topic, for agents of a language.
    pub topic_names: BTreeMap<Language, String>,
    pub queue: Option<String>,
    /// Why a person was called.
    pub signals: Vec<Signal>,
    /// 0..1
    pub risk: f32,
    pub reasons: Vec<Reason>,
    /// A reply that waits for a person.
    pub proposal: Option<Proposed>,
}

/// One who works here, as a supervisor sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WallAgent {
    pub id: String,
    pub name: String,
    pub presence: Presence,
    pub since: At,
    pub queues: Vec<String>,
    pub languages: Vec<Language>,
}

/// The wall at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wall {
    pub calls: BTreeMap<CallId, WallCall>,
    pub agents: Vec<WallAgent>,
    pub queues: Vec<QueueView>,
}

impl Wall {
    pub fn at(now: At, floor: &Floor, live: &Live, glossary: &dyn Glossary) -> Wall {
        let call = |(id, call): (&CallId, &LiveCall)| (id.clone(), wall_call(now, floor, id, call, glossary));
        let agents = floor.roster.agents.values();
        Wall {
            calls: live.calls.iter().map(call).collect(),
            agents: agents.map(wall_agent).collect(),
            queues: floor.queue_names().into_iter().map(|name| views::queue(floor, name)).collect(),
        }
    }

    /// Everything, for a page that knows nothing yet.
    pub fn whole(&self) -> ToBrowser {
        ToBrowser::Wall {
            calls: self.calls.values().cloned().collect(),
            gone: Vec::new(),
            agents: Some(self.agents.clone()),
            queues: Some(self.queues.clone()),
        }
    }

    /// What a page must be told that knows `before`; `None` when nothing has changed.
    pub fn since(&self, before: &Wall) -> Option<ToBrowser> {
        let changed = |call: &&WallCall| before.calls.get(&call.call_id) != Some(call);
        let calls: Vec<WallCall> = self.calls.values().filter(changed).cloned().collect();
        let gone: Vec<CallId> =
            before.calls.keys().filter(|id| !self.calls.contains_key(*id)).cloned().collect();
        let agents = (self.agents != before.agents).then(|| self.agents.clone());
        let queues = (self.queues != before.queues).then(|| self.queues.clone());
        let anything = !calls.is_empty() || !gone.is_empty() || agents.is_some() || queues.is_some();
        anything.then_some(ToBrowser::Wall { calls, gone, agents, queues })
    }
}

fn wall_call(now: At, floor: &Floor, id: &CallId, call: &LiveCall, glossary: &dyn Glossary) -> WallCall {
    let (holder, holder_since) = match (&call.table, call.waiting_since) {
        (Some(table), _) => (Holder::Person, table.since),
        (None, Some(since)) => (Holder::Queue, since),
        (None, None) => (Holder::Bot, call.with_bot_since),
    };
    let (risk, reasons) = risk(call, now);
    let title = |language: &Language| {
        let title = glossary.title(&call.bot, call.topic.as_ref()?, *language)?;
        Some((*language, title))
    };
    WallCall {
        call_id: id.clone(),
        caller: call.caller.clone(),
        caller_name: call.caller_name.clone(),
        bot: call.bot.clone(),
        channel: call.channel,
        since: call.since,
        holder,
        holder_since,
        table: call.table.as_ref().map(|table| TableView::of(&floor.roster, table)),
        offered: call.offered.as_ref().map(|id| Person::of(&floor.roster, id)),
        language: call.language,
        topic: call.topic.clone(),
        topic_names: Language::ALL.iter().filter_map(title).collect(),
        queue: call.queue.clone(),
        signals: call.signals.clone(),
        risk,
        reasons,
        proposal: call.proposal.clone(),
    }
}

fn wall_agent(agent: &Agent) -> WallAgent {
    WallAgent {
        id: agent.id.clone(),
        name: agent.name.clone(),
        presence: agent.presence.clone(),
        since: agent.since,
        queues: agent.queues.clone(),
        languages: agent.languages.clone(),
    }
}

/// What was made of a caller's words, as whoever watches sees it beside them.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Judgement {
    Meaning { at: At, turn: u32, topic: Option<String>, confidence: f32 },
    Tone { at: At, turn: u32, anger: f32, frustration: f32, sarcasm: f32, distress: f32, joy: f32 },
}

/// The judgement in an entry, if there is one.
pub fn judgement(entry: &Entry) -> Option<Judgement> {
    let at = entry.at;
    match &entry.event {
        Event::Understood { turn, topic, confidence } => {
            Some(Judgement::Meaning { at, turn: *turn, topic: topic.clone(), confidence: *confidence })
        }
        Event::ToneJudged { turn, anger, frustration, sarcasm, distress, joy, .. } => Some(Judgement::Tone {
            at,
            turn: *turn,
            anger: *anger,
            frustration: *frustration,
            sarcasm: *sarcasm,
            distress: *distress,
            joy: *joy,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::brief::NoGlossary;
    use crate::desk::testing::escalated_call;

    fn wall(live: &Live, now: u64) -> Wall {
        Wall::at(At(now), &Floor::default(), live, &NoGlossary)
    }

    #[test]
    fn only_what_has_changed_is_told_and_nothing_when_nothing_has() {
        let (mut live, now) = (Live::default(), 30_000);
        for id in ["a", "b"] {
            live.take_all(&escalated_call(id, At(1_000)));
        }
        let before = wall(&live, now);
        assert_eq!(before.calls.len(), 2);
        assert_eq!(wall(&live, now).since(&before), None);
        let bridged = Event::Bridged { agent: "anna".into() };
        live.take(&Entry { call_id: CallId("a".into()), seq: 99, at: At(now), event: bridged });
        live.calls.remove(&CallId("b".into()));
        let Some(ToBrowser::Wall { calls, gone, agents, .. }) = wall(&live, now).since(&before) else {
            panic!("nothing was told")
        };
        assert_eq!((calls.len(), calls[0].holder), (1, Holder::Person));
        assert_eq!((gone, agents), (vec![CallId("b".into())], None));
    }

    #[test]
    fn a_call_is_the_bots_then_the_queues() {
        let (mut live, entries) = (Live::default(), escalated_call("a", At(1_000)));
        let holder = |live: &Live| wall(live, 30_000).calls.values().next().map(|call| call.holder);
        live.take_all(&entries[..5]);
        assert_eq!(holder(&live), Some(Holder::Bot));
        live.take_all(&entries[5..]);
        assert_eq!(holder(&live), Some(Holder::Queue));
    }
}
