//! ◆ After-call work as a page shows it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::after_call::AfterCall;
use super::brief::{Glossary, drafts};
use super::pop::Worded;
use crate::language::Language;
use crate::record::after::DraftUse;
use crate::record::{Entry, Event};
use serde::Serialize;
use std::collections::BTreeMap;

/// What an agent finds when a call is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
        }
    }

    /// With what the record of the call says.
    pub fn read(mut self, entries: &[Entry], glossary: &dyn Glossary, name: &dyn Fn(&str) -> String) -> Self {
        self.drafts = drafts(entries, glossary, name);
        self.worded = entries.iter().rev().find_map(|entry| match &entry.event {
            Event::DraftWorded { text, model } => Some(Worded { text: text.clone(), model: model.clone() }),
            _ => None,
        });
        self
    }

    /// What became of the draft in this note; nothing where there was none.
    pub fn used(&self, note: &str, finished: bool) -> Option<DraftUse> {
        let worded = self.worded.iter().map(|worded| worded.text.as_str());
        let drafts: Vec<&str> = self.drafts.values().map(String::as_str).chain(worded).collect();
        let any = drafts.iter().any(|draft| !draft.is_empty());
        any.then(|| DraftUse::of(note, &drafts, finished))
    }
}
