//! A week of calls that are over, for the reports: some served, some handed over, some given up in anger.

use super::testing::{caller_said, escalated_call, numbered};
use duet::language::Language;
use duet::record::Entry;
use duet::record::event::{EndedBy, Event, Outcome, TurnStages};
use duet::record::rating::{RatingKind, RatingSource};
use duet::time::At;
use std::time::Duration;

/// Calls in the week, one each four hours, the newest a minute ago.
const CALLS: u64 = 42;
const EVERY: Duration = Duration::from_secs(4 * 3_600);

pub fn week(now: At) -> Vec<Vec<Entry>> {
    let call = |n: u64| {
        let start = now - Duration::from_secs(60) - EVERY * u32::try_from(n).unwrap();
        let id = format!("past-{n:02}");
        match n % 4 {
            0 => handed_over(&id, start),
            3 => gives_up(&id, n, start),
            _ => served(&id, n, start),
        }
    };
    (0..CALLS).map(call).collect()
}

fn starts(n: u64, topic: &str, start: At) -> Vec<(At, Event)> {
    let received = Event::CallReceived {
        from: format!("+4860000{n:04}"),
        from_name: Some(format!("Caller {n}")),
        to: "+48221234567".into(),
        bot: "parcel".into(),
        trunk: "main".into(),
        sip_call_id: format!("{n}@b"),
        channel: Default::default(),
    };
    let stages = TurnStages { gap_ms: 500 + n * 20, ..TurnStages::default() };
    let said = start + Duration::from_secs(3);
    vec![
        (start, received),
        (start, Event::CallAnswered),
        (start, Event::LanguageChosen { language: Language::Polish, how: "default".into() }),
        (said, caller_said("Gdzie jest moja paczka?", said)),
        (said, Event::Understood { turn: 1, topic: Some(topic.into()), confidence: 0.9 }),
        (said, Event::TurnTimed { turn: 1, stages }),
    ]
}

fn tone(anger: f32) -> Event {
    let (frustration, sarcasm, distress, joy) = (0.1, 0.0, 0.0, 0.0);
    Event::ToneJudged { turn: 1, anger, frustration, sarcasm, distress, joy, words: Vec::new() }
}

fn prompt(name: &str, started: At) -> Event {
    Event::BotSaid {
        turn: 1,
        prompt: name.into(),
        text: "Proszę podać numer przesyłki.".into(),
        language: Language::Polish,
        started,
        heard_ms: 900,
        total_ms: 900,
        typed_by: None,
    }
}

fn ended(outcome: Outcome, by: EndedBy) -> Event {
    Event::CallEnded { outcome, by, reason: "bye".into() }
}

fn served(id: &str, n: u64, start: At) -> Vec<Entry> {
    let topic = if n.is_multiple_of(2) { "opening_hours" } else { "parcel_status" };
    let mut events = starts(n, topic, start);
    let (said, end) = (start + Duration::from_secs(5), start + Duration::from_secs(50));
    events.extend([(said, tone(0.05)), (said, prompt("anything-else", said))]);
    // Every second of them was asked how it was; two in three liked it.
    if n % 4 == 1 {
        let score = if n.is_multiple_of(3) { 2 } else { 5 };
        let (kind, source) = (RatingKind::Csat, RatingSource::Voice);
        events.push((end, prompt(kind.prompt(), end)));
        events.push((end, Event::Rated { turn: 2, kind, score, source }));
    }
    events.push((end, ended(Outcome::Resolved, EndedBy::Bot)));
    numbered(id, events)
}

fn gives_up(id: &str, n: u64, start: At) -> Vec<Entry> {
    let mut events = starts(n, "parcel_status", start);
    let (said, end) = (start + Duration::from_secs(5), start + Duration::from_secs(20));
    events.extend([(said, tone(0.9)), (said, prompt("ask_number-2", said))]);
    events.push((end, ended(Outcome::Abandoned, EndedBy::Caller)));
    numbered(id, events)
}

fn handed_over(id: &str, start: At) -> Vec<Entry> {
    let mut events: Vec<(At, Event)> =
        escalated_call(id, start).into_iter().map(|entry| (entry.at, entry.event)).collect();
    let at = |ms: u64| start + Duration::from_millis(ms);
    let anna = || "anna".to_owned();
    events.extend([
        (at(25_000), Event::CardShown { agent: anna() }),
        (at(26_000), Event::AgentRinging { agent: anna() }),
        (at(31_000), Event::Bridged { agent: anna() }),
        (at(95_000), ended(Outcome::HandedOver, EndedBy::Caller)),
    ]);
    numbered(id, events)
}
