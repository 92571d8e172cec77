//! ◆ Earlier calls of the same number, as a few lines each.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::brief::{Brief, Briefs, Glossary};
use super::pop::{Fact, screen_pop};
use crate::language::Language;
use crate::record::cdr::cdr;
use crate::record::event::{CallId, Channel, Entry, Event, Outcome};
use crate::time::At;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most calls that are told of.
pub const EARLIER_CALLS: u32 = 8;
/// Most letters.
pub const EARLIER_LETTERS: u32 = 20;
/// How far back is looked.
pub const EARLIER_FOR: Duration = Duration::from_secs(365 * 86_400);
/// Longest part of a note that is told, in characters.
const NOTE_MAX_CHARS: usize = 1_000;
/// Fewer digits are an extension or a placeholder, not somebody's number.
const DIGITS_MIN: usize = 3;

/// One earlier call.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EarlierCall {
    pub call_id: CallId,
    /// Of a chat: the visitor gave this number, and nobody has checked it.
    pub channel: Channel,
    /// When it came in.
    pub at: At,
    /// From answer to end; `None` while it lives.
    pub lasted_ms: Option<u64>,
    pub topic: Option<String>,
    /// `None` while it lives.
    pub outcome: Option<Outcome>,
    /// Who spoke with the caller last.
    pub agent: Option<String>,
    pub wrap_up_code: Option<String>,
    pub note: String,
    pub language: Option<Language>,
    /// Why and summary in each language of the desk, without the single steps.
    #[schema(value_type = Briefs)]
    pub briefs: BTreeMap<Language, Brief>,
    pub facts: Vec<Fact>,
}

/// Whether this is a number that belongs to somebody: hidden ones arrive as a word, or as zeros.
pub fn tells_who_calls(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    digits.len() >= DIGITS_MIN
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.bytes().any(|byte| byte != b'0')
}

/// Whose call it is, and when it came in. What a visitor of a chat has typed is nobody's number: nothing is shown for it.
pub fn caller(entries: &[Entry]) -> Option<(&str, At)> {
    entries.iter().find_map(|entry| match &entry.event {
        Event::CallReceived { from, channel: Channel::Voice, .. } => Some((from.as_str(), entry.at)),
        _ => None,
    })
}

/// One call in a few lines; `None` of no entries.
pub fn earlier_call(entries: &[Entry], glossary: &dyn Glossary) -> Option<EarlierCall> {
    let first = entries.first()?;
    let (record, card) = (cdr(entries), screen_pop(entries, first.at, "", glossary));
    let mut briefs = card.briefs;
    briefs.values_mut().for_each(|brief| brief.steps.clear());
    Some(EarlierCall {
        call_id: first.call_id.clone(),
        channel: record.channel,
        at: first.at,
        lasted_ms: record.billable_ms,
        topic: card.topic,
        outcome: record.outcome,
        agent: record.agent,
        wrap_up_code: record.wrap_up_code,
        note: record.wrap_up_note.unwrap_or_default().chars().take(NOTE_MAX_CHARS).collect(),
        language: record.language.or(card.language),
        briefs,
        facts: card.facts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::brief::NoGlossary;
    use crate::desk::testing::escalated_call;
    use crate::record::event::EndedBy;

    #[test]
    fn hidden_numbers_are_nobodys() {
        for hidden in ["", "+", "anonymous", "Restricted", "0000000", "+000", "12", "unknown", "+48 601"] {
            assert!(!tells_who_calls(hidden), "{hidden:?}");
        }
        for number in ["+48601234567", "0601234567", "112"] {
            assert!(tells_who_calls(number), "{number:?}");
        }
    }

    #[test]
    fn a_call_is_told_with_topic_outcome_and_what_the_agent_wrote() {
        let mut entries = escalated_call("c1", At(1_000_000));
        let mut add = |event| {
            let (seq, at) = (entries.len() as u32, At(1_060_000));
            entries.push(Entry { call_id: CallId("c1".into()), seq, at, event });
        };
        add(Event::Bridged { agent: "anna".into() });
        let outcome = Outcome::HandedOver;
        add(Event::CallEnded { outcome, by: EndedBy::Caller, reason: "bye".into() });
        let note = "ł".repeat(2_000);
        add(Event::WrapUp { agent: "anna".into(), code: "follow_up".into(), note });
        let told = earlier_call(&entries, &NoGlossary).unwrap();
        assert_eq!((told.at, told.topic.as_deref()), (At(1_000_000), Some("parcel_status")));
        assert_eq!((told.outcome, told.agent.as_deref()), (Some(outcome), Some("anna")));
        assert_eq!(told.wrap_up_code.as_deref(), Some("follow_up"));
        assert_eq!(told.note.chars().count(), NOTE_MAX_CHARS);
        let brief = &told.briefs[&Language::Polish];
        assert!(brief.why.is_some() && !brief.summary.is_empty() && brief.steps.is_empty());
        assert_eq!(told.facts.len(), 1);
        assert_eq!(told.lasted_ms, Some(59_900));
        assert_eq!(earlier_call(&[], &NoGlossary), None);
    }
}
