//! Reports of made-up calls.

use super::tables::{Table, csv};
use super::told::{Only, Pick, Step, told};
use super::touchpoints::{Advice, Because};
use super::*;
use crate::desk::testing::{bot_said, caller_said, escalated_call, numbered};
use crate::record::event::{EndedBy, Entry, Event, TurnStages};
use crate::record::rating::{RatingKind, RatingSource};
use crate::record::silence::Silent;

/// Saturday, 21 November 2026, 00:00 in Warsaw.
const MIDNIGHT: u64 = 1_795_215_600_000;
const HOUR_MS: u64 = 3_600_000;

fn span(days: u64) -> Span {
    let zone_name = "Europe/Warsaw".to_owned();
    let zone = TimeZone::get(&zone_name).unwrap();
    Span { from: At(MIDNIGHT), to: At(MIDNIGHT + days * DAY_MS), zone, zone_name }
}

fn ended(outcome: Outcome, by: EndedBy) -> Event {
    Event::CallEnded { outcome, by, reason: "bye".into() }
}

/// A call about the parcel at that hour, of a caller of its own, as far as the number is known.
fn starts(id: &str, hour: u64) -> Vec<(At, Event)> {
    let at = At(MIDNIGHT + hour * HOUR_MS);
    let received = Event::CallReceived {
        from: format!("+48{id}"),
        from_name: None,
        to: "1".into(),
        bot: "parcel".into(),
        trunk: "t".into(),
        sip_call_id: "s".into(),
        channel: Default::default(),
    };
    let topic = Some("parcel_status".to_owned());
    vec![
        (at, received),
        (at, Event::CallAnswered),
        (at, caller_said("gdzie paczka", at)),
        (at, Event::Understood { turn: 1, topic, confidence: 0.9 }),
    ]
}

fn goes_on(mut call: Vec<(At, Event)>, more: Vec<Event>) -> Vec<(At, Event)> {
    let at = call[0].0;
    call.extend(more.into_iter().map(|event| (At(at.0 + 30_000), event)));
    call
}

fn prompt(name: &str) -> Event {
    let Event::BotSaid { turn, text, language, started, heard_ms, total_ms, typed_by, .. } =
        bot_said("x", At(0), 1, 1)
    else {
        unreachable!("it is what the bot said")
    };
    Event::BotSaid { turn, prompt: name.into(), text, language, started, heard_ms, total_ms, typed_by }
}

fn served(id: &str, hour: u64) -> Vec<Entry> {
    let events = vec![prompt("anything-else"), ended(Outcome::Resolved, EndedBy::Bot)];
    numbered(id, goes_on(starts(id, hour), events))
}

fn gives_up(id: &str, hour: u64) -> Vec<Entry> {
    let (anger, frustration, sarcasm, distress, joy) = (0.1, 0.8, 0.0, 0.0, 0.0);
    let judged = Event::ToneJudged { turn: 1, anger, frustration, sarcasm, distress, joy, words: vec![] };
    let events = vec![judged, prompt("ask_number-2"), ended(Outcome::Abandoned, EndedBy::Caller)];
    numbered(id, goes_on(starts(id, hour), events))
}

/// Escalated after 21 s, with a person after 30 s.
fn handed_over(id: &str, hour: u64) -> Vec<Entry> {
    let mut entries = escalated_call(id, At(MIDNIGHT + hour * HOUR_MS));
    let at = |ms: u64| At(MIDNIGHT + hour * HOUR_MS + ms);
    let anna = || "anna".to_owned();
    let more = [
        (at(26_000), Event::AgentRinging { agent: anna() }),
        (at(30_000), Event::Bridged { agent: anna() }),
        (at(90_000), ended(Outcome::HandedOver, EndedBy::Caller)),
    ];
    for (at, event) in more {
        let (seq, call_id) = (entries.len() as u32, entries[0].call_id.clone());
        entries.push(Entry { call_id, seq, at, event });
    }
    entries
}

fn of(days: u64, calls: &[Vec<Entry>]) -> Report {
    report(&span(days), calls.iter().filter_map(|entries| told(entries)).collect(), None, false)
}

#[test]
fn the_large_numbers_count_what_became_of_the_calls() {
    let now = of(1, &[served("1", 9), served("2", 9), gives_up("3", 10), handed_over("4", 11)]).now;
    assert_eq!((now.calls, now.answered, now.resolved, now.abandoned), (4, 4, 2, 1));
    assert_eq!((now.contained, now.truly_contained, now.handovers), (3, 2, 1));
    assert_eq!((now.containment, now.true_containment, now.resolution), (0.75, 0.5, 0.5));
    assert_eq!((now.judged, now.upset), (1, 1));
}

#[test]
fn a_day_is_told_by_the_hour_and_a_week_by_the_day_of_the_readers_zone() {
    let calls = [served("1", 0), served("2", 9), gives_up("3", 9)];
    let day = of(1, &calls);
    assert_eq!((day.step, day.bars.len()), (Step::Hour, 24));
    assert_eq!((day.bars[0].key.as_str(), day.bars[0].calls), ("2026-11-21T00", 1));
    let nine = &day.bars[9];
    assert_eq!((nine.calls, nine.contained, nine.truly_contained), (2, 2, 1));
    let week = of(7, &calls);
    assert_eq!((week.step, week.bars.len()), (Step::Day, 7));
    assert_eq!((week.bars[0].key.as_str(), week.bars[0].calls, week.bars[6].calls), ("2026-11-21", 3, 0));
    assert_eq!(week.cells[1], Cell { weekday: 6, hour: 9, calls: 2 });
}

#[test]
fn a_morning_is_set_beside_the_morning_before_and_a_week_beside_the_week_before() {
    let morning = Span { to: At(MIDNIGHT + 9 * HOUR_MS), ..span(1) }.before();
    assert_eq!((morning.from, morning.to), (At(MIDNIGHT - DAY_MS), At(MIDNIGHT - 15 * HOUR_MS)));
    assert_eq!(span(7).before().to, At(MIDNIGHT));
}

#[test]
fn handovers_are_told_by_reason_queue_and_time() {
    let report = of(1, &[handed_over("1", 9), handed_over("2", 10)]);
    assert_eq!(report.reasons, [Part { name: "asks_for_person".into(), calls: 2 }]);
    let [queue] = &report.queues[..] else { panic!("{:?}", report.queues) };
    assert_eq!((queue.queue.as_str(), queue.handovers, queue.person), ("logistics", 2, 2));
    assert_eq!(queue.score, report.now.score);
    let took: Vec<_> = report.times.iter().map(|took| (took.to.as_str(), took.ms.map(|ms| ms.p50))).collect();
    let expected = [
        ("announcement", Some(100)),
        ("ringing", Some(5_000)),
        ("bridged", Some(9_000)),
        ("first_word", None),
    ];
    assert_eq!(took, expected);
}

#[test]
fn a_caller_who_rings_again_about_the_same_was_not_served_although_it_was_resolved() {
    let mut again = served("2", 20);
    if let Event::CallReceived { from, .. } = &mut again[0].event {
        *from = "+481".into();
    }
    let report = of(1, &[served("1", 9), again]);
    assert_eq!((report.now.contained, report.now.truly_contained), (2, 1));
    assert_eq!((report.silence[0].how, report.silence[0].calls), (Silent::RangAgain, 1));
}

#[test]
fn percentiles_are_of_every_turn_of_every_call() {
    let timed =
        |gap_ms: u64| Event::TurnTimed { turn: 1, stages: TurnStages { gap_ms, ..Default::default() } };
    let first = numbered("1", goes_on(starts("1", 9), (1..=99).map(|n| timed(n * 10)).collect()));
    let second = numbered("2", goes_on(starts("2", 9), vec![timed(5_000)]));
    let gap = of(1, &[first, second]).now.turn_gap_ms;
    assert_eq!(gap, Some(Spread { count: 100, p50: 500, p95: 950, p99: 990 }));
}

#[test]
fn a_topic_gets_advice_and_the_sign_that_decided() {
    let many: Vec<Vec<Entry>> = (0..9).map(|n| served(&n.to_string(), n)).collect();
    let report = of(1, &[many.clone(), vec![gives_up("x", 12), handed_over("y", 13)]].concat());
    let [topic] = &report.touchpoints[..] else { panic!("{:?}", report.touchpoints) };
    assert_eq!((topic.topic.as_deref(), topic.calls, topic.upset), (Some("parcel_status"), 11, 1));
    assert_eq!((topic.advice, topic.because), (Advice::Person, Because::Upset));
    let calm = of(1, &[many, vec![handed_over("y", 13)]].concat());
    assert_eq!((calm.touchpoints[0].advice, calm.touchpoints[0].because), (Advice::Bot, Because::Served));
    assert_eq!(calm.touchpoints[0].clause(), "the bot serves 90 % by itself");
}

#[test]
fn each_figure_leads_to_the_calls_behind_it() {
    let entries = [served("1", 9), gives_up("2", 9), handed_over("3", 10)];
    let mut calls: Vec<Told> = entries.iter().filter_map(|entries| told(entries)).collect();
    let report = report(&span(1), calls.clone(), None, false);
    judge(&mut calls);
    let zone = span(1).zone;
    let count = |pick: &Pick| calls.iter().filter(|call| pick.takes(call, &zone)).count();
    for bar in &report.bars {
        assert_eq!(count(&Pick { bar: Some(bar.key.clone()), ..Pick::default() }), bar.calls, "{}", bar.key);
    }
    for outcome in &report.outcomes {
        let pick = Pick { outcome: Some(outcome.name.clone()), ..Pick::default() };
        assert_eq!(count(&pick), outcome.calls, "{}", outcome.name);
    }
    let only = |only| count(&Pick { only: Some(only), ..Pick::default() });
    assert_eq!(only(Only::Contained), report.now.contained);
    assert_eq!(only(Only::TrulyContained), report.now.truly_contained);
    assert_eq!(only(Only::Upset), report.now.upset);
    let step = &report.silence[0];
    let (how, prompt) = (Some(step.how.name().to_owned()), Some(step.prompt.clone()));
    assert_eq!(count(&Pick { how, prompt, ..Pick::default() }), step.calls);
    assert_eq!(count(&Pick { cell: Some((6, 10)), ..Pick::default() }), 1);
    assert_eq!(count(&Pick { reason: Some("anger".into()), ..Pick::default() }), 0);
    assert_eq!(count(&Pick { topic: Some(String::new()), ..Pick::default() }), 0);
}

#[test]
fn every_table_is_there_for_a_spreadsheet() {
    let report = of(1, &[served("1", 9), handed_over("2", 10)]);
    let nine = csv(&report, Table::Bars);
    let line = nine.lines().find(|line| line.starts_with("2026-11-21T09")).unwrap();
    assert_eq!(line, "2026-11-21T09,1,1,1,,,,1,0,0,0,0,0,0,0,0,0");
    assert_eq!(csv(&report, Table::Reasons), "reason,calls\r\nasks_for_person,1\r\n");
    assert!(csv(&report, Table::Times).contains("bridged,1,9000,9000,9000\r\n"));
    assert!(csv(&report, Table::Figures).contains("containment,0.5,\r\n"));
    assert!(csv(&report, Table::Touchpoints).contains("mixed,fewer than 10 calls say too little\r\n"));
}

#[test]
fn no_calls_are_a_report_too() {
    let report = of(1, &[]);
    assert_eq!((report.now.calls, report.now.containment, report.now.score), (0, 0.0, None));
    assert_eq!(report.bars.len(), 24);
}

fn rates(id: &str, kind: RatingKind, score: Option<u8>) -> Vec<Entry> {
    let mut events = vec![prompt("anything-else"), prompt(kind.prompt())];
    events.extend(score.map(|score| Event::Rated { turn: 2, kind, score, source: RatingSource::Keys }));
    events.push(ended(Outcome::Resolved, EndedBy::Bot));
    numbered(id, goes_on(starts(id, 9), events))
}

#[test]
fn what_callers_answered_is_told_with_how_many_did_and_every_figure_leads_to_its_calls() {
    let csat = [("a", Some(5)), ("b", Some(4)), ("c", Some(2)), ("d", None)];
    let nps = [("e", Some(10)), ("f", Some(7)), ("g", Some(0)), ("h", Some(3))];
    let all = csat.map(|(id, score)| rates(id, RatingKind::Csat, score)).into_iter();
    let all = all.chain(nps.map(|(id, score)| rates(id, RatingKind::Nps, score)));
    let mut calls: Vec<Told> = all.filter_map(|entries| told(&entries)).collect();
    calls.extend(told(&served("i", 9)));
    let report = report(&span(1), calls.clone(), None, false);
    let now = &report.now;
    assert_eq!((now.calls, now.asked), (9, 8));
    let satisfied = now.csat.unwrap();
    assert_eq!((satisfied.answers, satisfied.satisfied), (3, 2));
    assert!((satisfied.mean - 11.0 / 3.0).abs() < 1e-5);
    let recommended = now.nps.unwrap();
    assert_eq!((recommended.answers, recommended.score), (4, -25.0));
    let behind = |only| {
        let pick = Pick { only: Some(only), ..Pick::default() };
        calls.iter().filter(|call| pick.takes(call, &span(1).zone)).count()
    };
    let expected = [
        (Only::Rated, satisfied.answers),
        (Only::Satisfied, satisfied.satisfied),
        (Only::Dissatisfied, 1),
        (Only::Recommended, recommended.answers),
        (Only::Promoters, recommended.promoters),
        (Only::Detractors, recommended.detractors),
    ];
    for (only, count) in expected {
        assert_eq!(behind(only), count, "{only:?}");
    }
    let table = csv(&report, Table::Figures);
    for row in ["rating_asked,8,", "csat_answers,3,", "nps_answers,4,", "nps,-25,"] {
        assert!(table.contains(&format!("\r\n{row}\r\n")), "{row}: {table}");
    }
    let nobody = figures(&[]);
    assert_eq!((nobody.asked, nobody.csat, nobody.nps), (0, None, None));
}
