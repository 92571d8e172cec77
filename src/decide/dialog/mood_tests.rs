//! What stories cannot say of moods: the record, the exact sentence, and what is switched off.

use super::super::bot::Bot;
use super::super::load;
use super::super::mood::ToneRules;
use super::*;
use crate::understand::tone::Tone;
use std::path::Path;

fn parcel() -> Bot {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
    load::load(&dir).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A conversation in Polish, greeted.
fn greeted(bot: Bot) -> Dialog {
    let mut dialog = Dialog::new(Arc::new(bot), Language::Polish, true, 1);
    dialog.handle(At(0), DialogInput::Start);
    dialog
}

fn said(turn: u32, text: &str, topic: Option<&str>, anger: f32) -> DialogInput {
    let topics = topic.map(|topic| (topic.to_owned(), 0.9)).into_iter().collect();
    let tone = Some(Tone { anger, neutral: 1.0 - anger, ..Tone::default() });
    DialogInput::Heard {
        turn,
        text: text.to_owned(),
        language: Language::Polish,
        confidence: 0.9,
        meaning: Some(Meaning { topics, out_of_scope: 0.1, tone: tone.map(Box::new), ..Meaning::default() }),
    }
}

fn escalation(acts: &[Act]) -> Option<&Escalation> {
    acts.iter().find_map(|act| match act {
        Act::Escalate(escalation) => Some(escalation),
        _ => None,
    })
}

fn judged(acts: &[Act]) -> bool {
    acts.iter().any(|act| matches!(act, Act::Record(Event::ToneJudged { .. })))
}

#[test]
fn the_agent_reads_all_signals_in_one_sentence_and_the_record_has_each_with_its_threshold() {
    let mut dialog = greeted(parcel());
    dialog.handle(At(1), said(1, "gdzie jest moja paczka", Some("parcel_status"), 0.7));
    let acts = dialog.handle(At(2), said(2, "To jest skandal!", None, 0.8));
    let escalation = escalation(&acts).expect("handed over");
    assert_eq!(
        escalation.why,
        "Angry twice (\"To jest skandal\"), said \"skandal\", after asking about parcel status"
    );
    let signals: Vec<(&str, f32)> =
        escalation.signals.iter().map(|signal| (signal.kind.as_str(), signal.threshold)).collect();
    assert_eq!(signals, [("anger", 0.6), ("anger", 0.35), ("critical_word", 1.0)]);
    assert!((escalation.signals[0].strength - (0.8 + 0.35) / 1.5).abs() < 1e-5);
}

#[test]
fn whatever_brings_the_call_the_agent_is_told_of_the_mood() {
    let mut dialog = greeted(parcel());
    dialog.handle(At(1), said(1, "no co wy tam robicie, halo", None, 0.7));
    let acts = dialog.handle(At(2), said(2, "konsultant", None, 0.1));
    let escalation = escalation(&acts).expect("handed over");
    assert_eq!(escalation.signals[0].kind, "asks_for_person");
    let why = "Asked for a person (\"konsultant\"), angry (\"no co wy tam robicie, halo\")";
    assert_eq!(escalation.why, why);
}

#[test]
fn a_bot_whose_policy_says_off_neither_acts_on_moods_nor_records_them() {
    let mut bot = parcel();
    let acts = greeted(parcel()).handle(At(1), said(1, "no co wy tam robicie", None, 0.99));
    assert!(judged(&acts) && escalation(&acts).is_some());
    bot.policy.tone = None;
    let acts = greeted(bot).handle(At(1), said(1, "no co wy tam robicie", None, 0.99));
    assert!(!judged(&acts) && escalation(&acts).is_none());
}

#[test]
fn words_that_were_hardly_heard_tell_no_mood() {
    let mut input = said(1, "no co wy tam robicie", None, 0.99);
    let DialogInput::Heard { confidence, .. } = &mut input else { unreachable!() };
    *confidence = 0.4;
    let acts = greeted(parcel()).handle(At(1), input);
    assert!(judged(&acts) && escalation(&acts).is_none());
}

#[test]
fn an_angry_no_to_a_person_is_a_no() {
    let mut dialog = greeted(parcel());
    dialog.handle(At(1), DialogInput::Silence);
    dialog.handle(At(2), DialogInput::Silence);
    assert!(matches!(dialog.phase, Phase::Offering { .. }));
    let acts = dialog.handle(At(3), said(1, "Nie, do jasnej cholery!", None, 0.99));
    assert!(escalation(&acts).is_none(), "{acts:?}");
}

#[test]
fn a_topic_has_its_own_policy_while_it_is_under_way() {
    let mut bot = parcel();
    let mut own = bot.policy.clone();
    own.silence_ms = 9_000;
    own.tone = Some(ToneRules { calm_below: 0.2, ..ToneRules::default() });
    own.tone.as_mut().expect("just set").anger.at_once = Some(0.7);
    bot.topics.get_mut("parcel_status").expect("there").policy = Some(Box::new(own));
    let mut dialog = greeted(bot);
    let silence = |acts: &[Act]| {
        acts.iter().find_map(|act| match act {
            Act::Listen { expect } => Some(expect.silence_ms),
            _ => None,
        })
    };
    let acts = dialog.handle(At(1), said(1, "do której jest otwarte", Some("opening_hours"), 0.0));
    assert_eq!(silence(&acts), Some(6_000));
    let acts = dialog.handle(At(2), said(2, "gdzie jest moja paczka", Some("parcel_status"), 0.0));
    assert_eq!(silence(&acts), Some(9_000));
    let acts = dialog.handle(At(3), said(3, "no co wy tam robicie", None, 0.75));
    assert!(escalation(&acts).is_some());
}
