//! ◆ What a call can teach: utterances that the bot did not understand, misunderstood or could not answer.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::Source;
use super::{Entry, Event, rfc3339};
use crate::language::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Turns within which the same wish, said otherwise, tells what was meant.
const SAID_OTHERWISE_TURNS: u32 = 2;

/// Why an utterance is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The bot asked to say it otherwise.
    NotUnderstood,
    /// The bot asked which of two topics was meant.
    Ambiguous,
    /// The bot said that it does not know.
    UnknownQuestion,
    /// The caller took back what the bot made of it.
    Corrected,
    /// A person was fetched because the bot did not get on.
    HandedOver,
}

/// One utterance to learn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Lesson {
    pub call_id: String,
    pub turn: u32,
    /// RFC 3339.
    pub at: String,
    pub language: Language,
    pub text: String,
    /// The recogniser's, 0..1.
    pub confidence: f32,
    pub reason: Reason,
    /// Topic that the same caller was understood to mean, said otherwise soon after.
    pub suggested: Option<String>,
}

/// What one turn was.
#[derive(Default)]
struct Turn {
    heard: Option<Lesson>,
    topic: Option<String>,
    reason: Option<Reason>,
}

/// The lessons of one call, in the order in which they were said.
pub fn lessons(entries: &[Entry]) -> Vec<Lesson> {
    let mut turns: BTreeMap<u32, Turn> = BTreeMap::new();
    for entry in entries {
        take(&mut turns, entry);
    }
    let topics: Vec<(u32, String)> =
        turns.iter().filter_map(|(turn, found)| Some((*turn, found.topic.clone()?))).collect();
    let meant = |turn: u32, reason: Reason| {
        // What was taken back says what was not meant.
        let later = |at: &u32| *at > turn && *at - turn <= SAID_OTHERWISE_TURNS;
        let next = topics.iter().find(|(at, _)| later(at));
        next.filter(|_| reason != Reason::UnknownQuestion).map(|(_, topic)| topic.clone())
    };
    let lesson = |(turn, found): (u32, Turn)| {
        let reason = found.reason?;
        Some(Lesson { reason, suggested: meant(turn, reason), ..found.heard? })
    };
    turns.into_iter().filter_map(lesson).collect()
}

fn take(turns: &mut BTreeMap<u32, Turn>, entry: &Entry) {
    match &entry.event {
        Event::CallerSaid {
            turn, text, language, confidence, source: Source::Speech | Source::Text, ..
        } => {
            turns.entry(*turn).or_default().heard = Some(Lesson {
                call_id: entry.call_id.0.clone(),
                turn: *turn,
                at: rfc3339(entry.at),
                language: *language,
                text: text.clone(),
                confidence: *confidence,
                reason: Reason::NotUnderstood,
                suggested: None,
            });
        }
        Event::Understood { turn, topic, .. } => turns.entry(*turn).or_default().topic.clone_from(topic),
        Event::BotSaid { turn, prompt, .. } => {
            let cause = match prompt.as_str() {
                "which-of-two" => Reason::Ambiguous,
                "kb-unknown" => Reason::UnknownQuestion,
                "cancelled" => return corrected(turns, *turn),
                other if other.starts_with("rephrase") => Reason::NotUnderstood,
                _ => return,
            };
            turns.entry(*turn).or_default().reason = Some(cause);
        }
        Event::Escalated { turn, signals, .. } => {
            let stuck = |kind: &str| matches!(kind, "confidence" | "loop");
            if signals.iter().any(|signal| stuck(&signal.kind)) {
                turns.entry(*turn).or_default().reason = Some(Reason::HandedOver);
            }
        }
        _ => {}
    }
}

/// The last utterance before this turn that began a topic was not meant so.
fn corrected(turns: &mut BTreeMap<u32, Turn>, turn: u32) {
    let began = turns.range_mut(..turn).rev().map(|(_, found)| found).find(|found| found.topic.is_some());
    if let Some(found) = began {
        found.reason = Some(Reason::Corrected);
        found.topic = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CallId;
    use crate::record::event::Signal;
    use crate::time::At;

    fn said(turn: u32, text: &str) -> Event {
        let (language, source) = (Language::English, Source::Speech);
        Event::CallerSaid {
            turn,
            text: text.into(),
            language,
            confidence: 0.9,
            source,
            started: At(0),
            ended: At(1),
        }
    }

    fn understood(turn: u32, topic: Option<&str>) -> Event {
        Event::Understood { turn, topic: topic.map(str::to_owned), confidence: 0.4 }
    }

    fn answered(turn: u32, prompt: &str) -> Event {
        let (prompt, text, language) = (prompt.to_owned(), String::new(), Language::English);
        Event::BotSaid {
            turn,
            prompt,
            text,
            language,
            started: At(0),
            heard_ms: 1,
            total_ms: 1,
            typed_by: None,
        }
    }

    fn of(events: Vec<Event>) -> Vec<(String, Reason, Option<String>)> {
        let entry = |(seq, event)| Entry { call_id: CallId("c".into()), seq, at: At(0), event };
        let entries: Vec<Entry> = (0..).zip(events).map(entry).collect();
        lessons(&entries).into_iter().map(|lesson| (lesson.text, lesson.reason, lesson.suggested)).collect()
    }

    #[test]
    fn what_was_said_otherwise_and_understood_then_tells_what_was_meant() {
        let found = of(vec![
            said(1, "my thing is not here"),
            understood(1, None),
            answered(1, "rephrase"),
            said(2, "where is my parcel"),
            understood(2, Some("parcel_status")),
            answered(2, "ask_number"),
        ]);
        let expected =
            ("my thing is not here".to_owned(), Reason::NotUnderstood, Some("parcel_status".to_owned()));
        assert_eq!(found, [expected]);
    }

    #[test]
    fn what_was_taken_back_is_a_lesson_and_what_went_well_is_none() {
        let found = of(vec![
            said(1, "I want to change it"),
            understood(1, Some("delivery_change")),
            said(2, "never mind"),
            answered(2, "cancelled"),
            said(3, "when are you open"),
            understood(3, Some("opening_hours")),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0.as_str(), found[0].1), ("I want to change it", Reason::Corrected));
    }

    #[test]
    fn a_question_without_answer_and_a_caller_who_was_given_up_are_lessons() {
        let signal =
            Signal { kind: "confidence".into(), strength: 1.0, threshold: 1.0, evidence: String::new() };
        let (why, queue) = (String::new(), "q".to_owned());
        let found = of(vec![
            said(1, "do you sell stamps?"),
            answered(1, "kb-unknown"),
            said(2, "hmm the thing"),
            Event::Escalated { turn: 2, signals: vec![signal], why, queue, topic: None },
        ]);
        let reasons: Vec<Reason> = found.iter().map(|(_, reason, _)| *reason).collect();
        assert_eq!(reasons, [Reason::UnknownQuestion, Reason::HandedOver]);
    }
}
