//! ◆ What a call can teach: utterances that the bot did not understand, misunderstood or could not answer.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::after::BotJudgement;
use super::event::Source;
use super::{Entry, Event, rfc3339};
use crate::language::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Turns within which the same wish, said otherwise, tells what was meant.
const SAID_OTHERWISE_TURNS: u32 = 2;

/// What is none of the bot's topics, as `duet learn` and the bot's folder write it.
const OUT_OF_SCOPE: &str = "oos";

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
    /// An agent said what was meant.
    MeantOtherwise,
    /// An agent said that the bot should have handled it.
    BotShouldHandle,
    /// An agent said that a person should have come sooner.
    PersonSooner,
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
    /// Topic that the same caller was understood to mean, said otherwise soon after; or the one that an agent named,
    /// `oos` for none.
    pub suggested: Option<String>,
}

/// What one turn was.
#[derive(Default)]
struct Turn {
    heard: Option<Lesson>,
    topic: Option<String>,
    reason: Option<Reason>,
    /// By the agents, the last word of each.
    told: BTreeMap<String, Told>,
}

/// What an agent told the bot of one turn.
#[derive(Default)]
struct Told {
    /// `oos` for none of the bot's topics.
    meant: Option<String>,
    should_handle: bool,
    sooner: bool,
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
        let Some(heard) = found.heard else { return Vec::new() };
        let told = |told: &dyn Fn(&Told) -> bool| found.told.values().any(told);
        // Whoever talked with the caller knows better.
        let named = found.told.values().find_map(|told| told.meant.clone());
        let own = found.reason.filter(|_| named.is_none()).map(|reason| (reason, meant(turn, reason)));
        let mut lessons: Vec<(Reason, Option<String>)> = own.into_iter().collect();
        lessons.extend(named.map(|topic| (Reason::MeantOtherwise, Some(topic))));
        lessons.extend(told(&|told| told.should_handle).then_some((Reason::BotShouldHandle, None)));
        lessons.extend(told(&|told| told.sooner).then_some((Reason::PersonSooner, None)));
        let of = |(reason, suggested)| Lesson { reason, suggested, ..heard.clone() };
        lessons.into_iter().map(of).collect()
    };
    turns.into_iter().flat_map(lesson).collect()
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
        Event::BotJudged { agent, judgement } => told(turns, agent, judgement),
        _ => {}
    }
}

/// An agent's word, on the turn that it is about: the one that told the matter, or after which a person came.
fn told(turns: &mut BTreeMap<u32, Turn>, agent: &str, judgement: &BotJudgement) {
    let last = |fits: &dyn Fn(&Turn) -> bool| {
        turns.iter().rev().find(|(_, turn)| turn.heard.is_some() && fits(turn)).map(|(turn, _)| *turn)
    };
    let turn = match judgement {
        BotJudgement::Meant { turn, .. } => Some(*turn),
        BotJudgement::ShouldHandle { .. } => last(&|turn| turn.topic.is_some()).or_else(|| last(&|_| true)),
        BotJudgement::Sooner { .. } => last(&|_| true),
    };
    let Some(turn) = turn.and_then(|turn| turns.get_mut(&turn)) else { return };
    let told = turn.told.entry(agent.to_owned()).or_default();
    match judgement {
        BotJudgement::Meant { topic, .. } => {
            told.meant = Some(topic.clone().unwrap_or_else(|| OUT_OF_SCOPE.to_owned()));
        }
        BotJudgement::ShouldHandle { yes } => told.should_handle = *yes,
        BotJudgement::Sooner { yes } => told.sooner = *yes,
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

    fn told(judgement: BotJudgement) -> Event {
        Event::BotJudged { agent: "anna".into(), judgement }
    }

    fn bridged() -> Event {
        Event::Bridged { agent: "anna".into() }
    }

    #[test]
    fn what_an_agent_says_was_meant_takes_the_place_of_what_the_bot_guessed() {
        let call = |topic: Option<&str>| {
            let topic = topic.map(str::to_owned);
            of(vec![
                said(1, "my thing is not here"),
                understood(1, None),
                answered(1, "rephrase"),
                said(2, "the invoice then"),
                understood(2, Some("invoice")),
                told(BotJudgement::Meant { turn: 1, topic: Some("invoice".into()) }),
                told(BotJudgement::Meant { turn: 1, topic }),
            ])
        };
        let expected =
            |topic: &str| vec![("my thing is not here".into(), Reason::MeantOtherwise, Some(topic.into()))];
        assert_eq!(call(Some("parcel_status")), expected("parcel_status"), "the last word holds");
        assert_eq!(call(None), expected("oos"));
    }

    #[test]
    fn whether_the_bot_should_have_handled_it_and_a_person_come_sooner_are_lessons_until_taken_back() {
        let call = |should: bool, sooner: bool| {
            of(vec![
                said(1, "where is my parcel"),
                understood(1, Some("parcel_status")),
                said(2, "no not that"),
                understood(2, None),
                bridged(),
                told(BotJudgement::ShouldHandle { yes: true }),
                told(BotJudgement::Sooner { yes: true }),
                told(BotJudgement::ShouldHandle { yes: should }),
                told(BotJudgement::Sooner { yes: sooner }),
            ])
        };
        let expected = [
            ("where is my parcel".to_owned(), Reason::BotShouldHandle, None),
            ("no not that".to_owned(), Reason::PersonSooner, None),
        ];
        assert_eq!(call(true, true), expected);
        assert!(call(false, false).is_empty());
    }
}
