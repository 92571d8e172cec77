//! ◆ What a story expects of a turn, and what was observed in it: by the dialog alone or in a call.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::super::act::Act;
use super::super::dialog::Dialog;
use crate::language::Language;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    /// A prompt that is said; `ask` also matches `ask-2`.
    prompt: Option<String>,
    never: Option<String>,
    /// Text within what is said, whatever its case.
    says: Option<String>,
    /// Kind of the first signal.
    escalated: Option<String>,
    queue: Option<String>,
    /// In the queue, 0 to 9.
    priority: Option<u8>,
    /// Text within the sentence for the agent.
    why: Option<String>,
    #[serde(default)]
    slot: BTreeMap<String, Value>,
    topic: Option<String>,
    language: Option<Language>,
    hung_up: Option<HungUp>,
    /// Action that is run.
    runs: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HungUp {
    Resolved,
    Unresolved,
}

/// Prompts that read a value back begin like this.
const READ_BACK: &str = "confirm-";

/// What the bot did in one turn, and where the conversation stands after it.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// Keys of the prompts that were said.
    pub prompts: Vec<String>,
    /// What was said, in lower case.
    pub text: String,
    /// Actions that were run.
    pub runs: Vec<String>,
    pub escalated: Option<Escalated>,
    pub hung_up: Option<HungUp>,
    pub slots: BTreeMap<String, String>,
    /// None where it cannot be observed.
    pub topic: Option<Option<String>>,
    pub language: Option<Language>,
}

/// A handover that was decided.
#[derive(Debug, Clone)]
pub struct Escalated {
    /// Kind of the first signal.
    pub kind: Option<String>,
    pub queue: String,
    pub why: String,
    /// None where it cannot be observed.
    pub priority: Option<u8>,
}

impl Observed {
    /// What a dialog did by itself.
    pub fn of(acts: &[Act], dialog: &Dialog) -> Observed {
        let state = dialog.summary();
        let mut seen = Observed {
            slots: state.slots.into_iter().map(|(name, value, _)| (name, value)).collect(),
            topic: Some(state.topic),
            language: Some(state.language),
            ..Observed::default()
        };
        for act in acts {
            match act {
                Act::Say { prompt, text, .. } => seen.said(prompt, text),
                Act::Run { action, .. } => seen.runs.push(action.name.clone()),
                Act::Escalate(escalation) | Act::TurnAway(escalation) if seen.escalated.is_none() => {
                    seen.escalated = Some(Escalated {
                        kind: escalation.signals.first().map(|signal| signal.kind.clone()),
                        queue: escalation.queue.clone(),
                        why: escalation.why.clone(),
                        priority: Some(escalation.priority),
                    });
                }
                Act::HangUp { resolved: true } => seen.hung_up = Some(HungUp::Resolved),
                Act::HangUp { resolved: false } => seen.hung_up = Some(HungUp::Unresolved),
                _ => {}
            }
        }
        seen
    }

    pub fn said(&mut self, prompt: &str, text: &str) {
        self.prompts.push(prompt.to_owned());
        self.text.push_str(&text.to_lowercase());
        self.text.push(' ');
    }

    /// Whether a prompt, or a later attempt of it, was said.
    fn has(&self, key: &str) -> bool {
        let is_attempt = |prompt: &String| {
            let rest = prompt.strip_prefix(key);
            rest.is_some_and(|rest| rest.is_empty() || matches!(rest, "-2" | "-3"))
        };
        self.prompts.iter().any(is_attempt)
    }
}

impl Expected {
    /// One message for each expectation that was not met. An escalation or a hang-up that is not expected is a
    /// miss too.
    pub(super) fn misses(&self, seen: &Observed) -> Vec<String> {
        let mut misses = Vec::new();
        let mut check = |met: bool, message: String| {
            if !met {
                misses.push(message);
            }
        };
        if let Some(prompt) = &self.prompt {
            check(seen.has(prompt), format!("expected prompt {prompt}, heard {}", seen.prompts.join(", ")));
        }
        if let Some(prompt) = &self.never {
            check(!seen.has(prompt), format!("prompt {prompt} must not be said"));
        }
        if let Some(text) = &self.says {
            check(seen.text.contains(&text.to_lowercase()), format!("expected {text:?} in {:?}", seen.text));
        }
        if let Some(action) = &self.runs {
            check(seen.runs.contains(action), format!("expected action {action} to run"));
        }
        self.check_escalation(seen, &mut check);
        check(
            seen.hung_up == self.hung_up,
            format!("expected hang up {:?}, found {:?}", self.hung_up, seen.hung_up),
        );
        self.check_state(seen, &mut check);
        misses
    }

    /// Whether a value is read back that the story takes for certain, and is the one that it expects.
    pub(super) fn is_read_back_rightly(&self, seen: &Observed) -> bool {
        let other = self.prompt.as_deref().is_some_and(|prompt| !prompt.starts_with(READ_BACK));
        let read_back = seen.prompts.last().is_some_and(|prompt| prompt.starts_with(READ_BACK));
        let mut right = true;
        self.check_slots(seen, &mut |met, _| right &= met);
        read_back && other && right
    }

    fn check_escalation(&self, seen: &Observed, check: &mut dyn FnMut(bool, String)) {
        let escalation = seen.escalated.as_ref();
        let kind = escalation.and_then(|escalation| escalation.kind.as_ref());
        check(
            kind == self.escalated.as_ref(),
            format!("expected escalation {:?}, found {kind:?}", self.escalated),
        );
        if let Some(queue) = &self.queue {
            let found = escalation.map(|escalation| &escalation.queue);
            check(found == Some(queue), format!("expected queue {queue}, found {found:?}"));
        }
        if let (Some(priority), Some(found)) = (self.priority, escalation.and_then(|found| found.priority)) {
            check(found == priority, format!("expected priority {priority}, found {found}"));
        }
        if let Some(why) = &self.why {
            let found = escalation.map_or("", |escalation| escalation.why.as_str());
            check(found.contains(why.as_str()), format!("expected {why:?} in {found:?}"));
        }
    }

    /// Whether a date is expected.
    pub fn is_dated(&self) -> bool {
        let dated = |value: &Value| {
            value
                .as_str()
                .and_then(|text| text.get(..10))
                .is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
        };
        self.slot.values().any(dated)
    }

    fn check_slots(&self, seen: &Observed, check: &mut dyn FnMut(bool, String)) {
        for (slot, value) in &self.slot {
            let wanted = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let found = seen.slots.get(slot);
            check(found == Some(&wanted), format!("expected {slot} = {wanted}, found {found:?}"));
        }
    }

    fn check_state(&self, seen: &Observed, check: &mut dyn FnMut(bool, String)) {
        self.check_slots(seen, check);
        if let (Some(topic), Some(found)) = (&self.topic, &seen.topic) {
            check(found.as_ref() == Some(topic), format!("expected topic {topic}, found {found:?}"));
        }
        if let Some(language) = self.language {
            check(
                seen.language == Some(language),
                format!("expected {language}, found {:?}", seen.language.map(|found| found.to_string())),
            );
        }
    }
}
