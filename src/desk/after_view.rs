//! ◆ After-call work as a page shows it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::after_call::AfterCall;
use super::assist::SlotView;
use super::brief::{Glossary, drafts};
use super::pop::Worded;
use crate::language::Language;
use crate::record::after::{BotJudgement, DraftUse};
use crate::record::event::Source;
use crate::record::{Entry, Event};
use crate::time::At;
use serde::Serialize;
use std::collections::BTreeMap;

/// What an agent finds when a call is over.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AfterCallView {
    /// Of the call's queue.
    pub codes: Vec<String>,
    /// Nobody finishes without a code.
    pub required: bool,
    /// What "more time" adds, s.
    pub extend_s: u64,
    /// What the note may begin with, in each language of the desk; empty where nothing is recorded.
    pub drafts: BTreeMap<Language, String>,
    /// The same in a language model's words, where one was asked and believed; in English.
    pub worded: Option<Worded>,
    /// What the caller said to the bot, by turn.
    pub said: Vec<Said>,
    /// What it could have meant.
    pub topics: Vec<SlotView>,
    /// What this agent told the bot so far.
    pub judged: Vec<BotJudgement>,
    /// The number on which the caller can be rung back.
    pub ring_back: Option<String>,
    /// What this agent set to follow.
    pub set: Vec<SetView>,
}

/// Something that was set to follow; its text stands with the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SetView {
    /// `own`, `queue`, `callback`.
    pub kind: &'static str,
    pub due: At,
}

/// An utterance, and what the bot understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Said {
    pub turn: u32,
    pub text: String,
    pub topic: Option<String>,
}

impl AfterCallView {
    /// What is the same after every call of this queue.
    pub fn of(after: &AfterCall, queue: Option<&str>) -> Self {
        let rules = after.of(queue);
        AfterCallView {
            codes: rules.codes.clone(),
            required: rules.required,
            extend_s: after.extend.as_secs(),
            drafts: BTreeMap::new(),
            worded: None,
            said: Vec::new(),
            topics: Vec::new(),
            judged: Vec::new(),
            ring_back: None,
            set: Vec::new(),
        }
    }

    /// With what the record of the call says, for `agent`.
    pub fn read(
        mut self,
        agent: &str,
        entries: &[Entry],
        glossary: &dyn Glossary,
        name: &dyn Fn(&str) -> String,
    ) -> Self {
        self.drafts = drafts(entries, glossary, name);
        // Where a promise is kept, the call in which it was made comes first: its turns are not of this one.
        let own = entries.last().map_or(entries, |last| {
            let first = entries.iter().position(|entry| entry.call_id == last.call_id);
            &entries[first.unwrap_or(0)..]
        });
        self.said = said(own);
        self.judged = judged(agent, own);
        self.set = set(agent, own);
        self.worded = entries.iter().rev().find_map(|entry| match &entry.event {
            Event::DraftWorded { text, model } => Some(Worded { text: text.clone(), model: model.clone() }),
            _ => None,
        });
        self
    }

    /// Whether there is what a judgement names.
    pub fn can_be(&self, judgement: &BotJudgement) -> bool {
        let BotJudgement::Meant { turn, topic } = judgement else { return true };
        let known = |topic: &String| self.topics.iter().any(|known| known.name == *topic);
        self.said.iter().any(|said| said.turn == *turn) && topic.as_ref().is_none_or(known)
    }

    /// What became of the draft in this note; nothing where there was none.
    pub fn used(&self, note: &str, finished: bool) -> Option<DraftUse> {
        let worded = self.worded.iter().map(|worded| worded.text.as_str());
        let drafts: Vec<&str> = self.drafts.values().map(String::as_str).chain(worded).collect();
        let any = drafts.iter().any(|draft| !draft.is_empty());
        any.then(|| DraftUse::of(note, &drafts, finished))
    }
}

/// Utterances that the bot heard, the last of each turn; what was said to people is none of its business.
fn said(entries: &[Entry]) -> Vec<Said> {
    let mut turns: BTreeMap<u32, Said> = BTreeMap::new();
    let mut with_person = false;
    for entry in entries {
        match &entry.event {
            Event::Bridged { .. } => with_person = true,
            Event::AgentLeft { .. } => with_person = false,
            Event::CallerSaid { turn, text, source: Source::Speech, .. } if !with_person => {
                let topic = turns.remove(turn).and_then(|said| said.topic);
                turns.insert(*turn, Said { turn: *turn, text: text.clone(), topic });
            }
            Event::Understood { turn, topic, .. } => {
                if let Some(said) = turns.get_mut(turn) {
                    said.topic.clone_from(topic);
                }
            }
            _ => {}
        }
    }
    turns.into_values().collect()
}

/// The last word on each thing.
fn judged(agent: &str, entries: &[Entry]) -> Vec<BotJudgement> {
    let mut judged: Vec<BotJudgement> = Vec::new();
    for entry in entries {
        let Event::BotJudged { agent: by, judgement } = &entry.event else { continue };
        if by == agent {
            judged.retain(|earlier| !same(earlier, judgement));
            judged.push(judgement.clone());
        }
    }
    judged
}

fn same(a: &BotJudgement, b: &BotJudgement) -> bool {
    match (a, b) {
        (BotJudgement::Meant { turn, .. }, BotJudgement::Meant { turn: other, .. }) => turn == other,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

fn set(agent: &str, entries: &[Entry]) -> Vec<SetView> {
    let set = entries.iter().filter_map(|entry| match &entry.event {
        Event::FollowUpSet { by, agent: whose, due, .. } if by == agent => {
            Some(SetView { kind: if whose.is_some() { "own" } else { "queue" }, due: *due })
        }
        Event::CallbackAgreed { by, due, .. } if by == agent => Some(SetView { kind: "callback", due: *due }),
        _ => None,
    });
    set.collect()
}
