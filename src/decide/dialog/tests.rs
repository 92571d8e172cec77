//! What the stories of `bots/parcel` cannot say: order, wordings, and that nothing panics.

use super::super::bot::Bot;
use super::super::{load, story};
use super::*;
use std::path::Path;

fn parcel() -> Arc<Bot> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
    Arc::new(load::load(&dir).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn heard(turn: u32, text: &str, topic: Option<&str>) -> DialogInput {
    let topics = topic.map(|topic| (topic.to_owned(), 0.9)).into_iter().collect();
    DialogInput::Heard {
        turn,
        text: text.to_owned(),
        language: Language::Polish,
        confidence: 0.9,
        meaning: Some(Meaning {
            topics,
            out_of_scope: if topic.is_some() { 0.1 } else { 1.0 },
            ..Meaning::default()
        }),
    }
}

fn texts(acts: &[Act]) -> Vec<String> {
    let text = |act: &Act| match act {
        Act::Say { text, .. } => Some(text.clone()),
        _ => None,
    };
    acts.iter().filter_map(text).collect()
}

#[test]
fn the_number_that_calls_is_kept_in_international_form() {
    let called = |number: &str| Dialog::new(parcel(), Language::Polish, true, 0).called_from(number).caller;
    assert_eq!(called("600100100").as_deref(), Some("+48600100100"));
    assert_eq!(called("+40720100100").as_deref(), Some("+40720100100"));
    assert_eq!(called("alice"), None);
    assert_eq!(called(""), None);
}

#[test]
fn every_story_of_the_parcel_bot_holds_whatever_the_wordings() {
    let bot = parcel();
    assert!(bot.stories.len() > 20);
    for seed in 0..20 {
        for one in &bot.stories {
            let problems = story::run(&bot, one, seed, &|_, _| None);
            assert!(problems.is_empty(), "seed {seed}: {problems:#?}");
        }
    }
}

#[test]
fn a_story_that_does_not_hold_is_reported_with_its_line() {
    let bot = parcel();
    let text = "- story: wrong\n  turns:\n    - caller: tak\n      means: parcel_status\n      expect: { prompt: hours }\n";
    let one = &story::parse("tests/x.yaml", text).unwrap()[0];
    let problems = story::run(&bot, one, 0, &|_, _| None);
    assert_eq!((problems.len(), problems[0].line), (1, 3), "{problems:?}");
    assert!(problems[0].message.contains("expected prompt hours"), "{problems:?}");
}

#[test]
fn the_first_sentence_says_that_a_machine_speaks_and_cannot_be_cut() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 7);
    let acts = dialog.handle(At(0), DialogInput::Start);
    let says: Vec<&Act> = acts.iter().filter(|act| matches!(act, Act::Say { .. })).collect();
    let Act::Say { prompt, text, interruptible, .. } = says[0] else { unreachable!() };
    assert_eq!((prompt.as_str(), *interruptible), ("disclosure", false));
    assert!(text.contains("automat"), "{text}");
    let languages: Vec<Language> = says
        .iter()
        .filter_map(|act| match act {
            Act::Say { language, .. } => Some(*language),
            _ => None,
        })
        .collect();
    assert_eq!(languages, [Language::Polish, Language::Romanian, Language::English, Language::Polish]);
    assert!(matches!(acts.last(), Some(Act::Listen { .. })));
}

#[test]
fn a_bot_of_one_language_mentions_no_other() {
    let mut dialog = Dialog::new(parcel(), Language::English, false, 7);
    let acts = dialog.handle(At(0), DialogInput::Start);
    assert_eq!(texts(&acts).len(), 2);
}

#[test]
fn nothing_is_said_twice_running_while_it_is_asked_again() {
    for seed in 0..50 {
        let mut dialog = Dialog::new(parcel(), Language::Polish, true, seed);
        dialog.handle(At(0), DialogInput::Start);
        let asked = texts(&dialog.handle(At(1), heard(1, "gdzie paczka", Some("parcel_status"))));
        let again = texts(&dialog.handle(At(2), heard(2, "no tak średnio", None)));
        assert_ne!(asked.last(), again.last(), "seed {seed}");
        let covers: Vec<Act> = (0..4).map(|_| dialog.cover()).collect();
        assert!(covers.windows(2).all(|pair| pair[0] != pair[1]), "seed {seed}: {covers:?}");
    }
}

#[test]
fn the_announcement_precedes_the_handover_and_is_heard_to_its_end() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 1);
    dialog.handle(At(0), DialogInput::Start);
    let acts = dialog.handle(At(1), heard(1, "konsultant", None));
    let said = acts.iter().position(|act| {
        matches!(act, Act::Say { prompt, interruptible: false, text, .. }
            if prompt == "handover" && text.contains("konsultantem"))
    });
    let handed = acts.iter().position(|act| matches!(act, Act::Escalate(_)));
    assert!(said.is_some() && said < handed, "{acts:?}");
}

#[test]
fn the_answer_of_an_action_that_was_left_behind_is_dropped() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 1);
    dialog.handle(At(0), DialogInput::Start);
    dialog.handle(At(1), heard(1, "paczka 12345678", Some("parcel_status")));
    let acts = dialog.handle(At(2), heard(2, "tak", None));
    let id = acts.iter().find_map(|act| match act {
        Act::Run { id, action, cover } => {
            assert!(action.url.ends_with("/parcels/12345678"), "{}", action.url);
            assert!(!cover.is_empty());
            Some(*id)
        }
        _ => None,
    });
    let acts = dialog.handle(At(3), heard(3, "konsultant", None));
    assert!(acts.iter().any(|act| matches!(act, Act::Escalate(_))));
    let late = DialogInput::ActionDone { id: id.unwrap(), result: Ok(Value::Null) };
    assert_eq!(dialog.handle(At(4), late), []);
}

#[test]
fn what_is_collected_and_confirmed_goes_into_the_record() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 1);
    dialog.handle(At(0), DialogInput::Start);
    let first = dialog.handle(At(1), heard(1, "paczka 12345678", Some("parcel_status")));
    let second = dialog.handle(At(2), heard(2, "tak", None));
    let verified = |acts: &[Act]| -> Vec<bool> {
        let of = |act: &Act| match act {
            Act::Record(Event::SlotFilled { verified, .. }) => Some(*verified),
            _ => None,
        };
        acts.iter().filter_map(of).collect()
    };
    assert_eq!((verified(&first), verified(&second)), (vec![false], vec![true]));
}

proptest::proptest! {
    #[test]
    fn whatever_comes_in_whatever_order_nothing_panics_and_a_person_is_always_reached(
        steps in proptest::collection::vec((0u8..10, "[a-zżó0-9 ]{0,30}", 0u32..5), 0..25),
        seed in proptest::prelude::any::<u64>(),
    ) {
        let bot = parcel_once();
        let mut dialog = Dialog::new(bot, Language::Polish, true, seed);
        dialog.handle(At(0), DialogInput::Start);
        for (index, (kind, text, number)) in steps.into_iter().enumerate() {
            dialog.handle(At(index as u64), any_input(kind, text, number));
        }
        let over = matches!(dialog.phase, Phase::Escalated | Phase::Ended);
        let acts = dialog.handle(At(99), heard(99, "konsultant", None));
        proptest::prop_assert!(over || acts.iter().any(|act| matches!(act, Act::Escalate(_))));
    }
}

fn parcel_once() -> Arc<Bot> {
    static BOT: std::sync::OnceLock<Arc<Bot>> = std::sync::OnceLock::new();
    Arc::clone(BOT.get_or_init(parcel))
}

fn any_input(kind: u8, text: String, number: u32) -> DialogInput {
    let language = Language::ALL[number as usize % 3];
    let topic = ["parcel_status", "opening_hours", "stray"][number as usize % 3].to_owned();
    match kind {
        0..=3 => DialogInput::Heard {
            turn: number,
            text,
            language,
            confidence: number as f32 / 5.0,
            meaning: (kind > 0).then(|| Meaning {
                topics: vec![(topic, number as f32 / 5.0)],
                out_of_scope: 0.1,
                ..Meaning::default()
            }),
        },
        4 => {
            DialogInput::Digits { turn: number, digits: text.chars().filter(char::is_ascii_digit).collect() }
        }
        5 => DialogInput::Unclear { turn: number },
        6 => DialogInput::Silence,
        7 => DialogInput::ActionDone { id: number, result: Ok(Value::Null) },
        8 => DialogInput::BackFromQueue { why: text },
        _ => DialogInput::EngineFailed { stage: text, times: number },
    }
}

fn said_in(turn: u32, text: &str, language: Language, topic: Option<&str>) -> DialogInput {
    match heard(turn, text, topic) {
        DialogInput::Heard { turn, text, confidence, meaning, .. } => {
            DialogInput::Heard { turn, text, language, confidence, meaning }
        }
        other => other,
    }
}

#[test]
fn a_whole_sentence_in_another_language_changes_it_at_once_and_one_odd_word_does_not() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 7);
    dialog.handle(At(0), DialogInput::Start);
    dialog.handle(At(0), said_in(1, "Gdzie jest moja paczka?", Language::Polish, Some("parcel_status")));
    let acts = dialog.handle(At(0), said_in(2, "Okay.", Language::English, None));
    assert!(!acts.iter().any(|act| matches!(act, Act::SwitchLanguage { .. })), "{acts:?}");
    let acts = dialog.handle(
        At(0),
        said_in(3, "Sorry, when are you open on Saturday?", Language::English, Some("opening_hours")),
    );
    assert!(acts.contains(&Act::SwitchLanguage { language: Language::English }), "{acts:?}");
    let acts = dialog.handle(At(0), said_in(4, "Dziękuję.", Language::Polish, None));
    assert!(!acts.iter().any(|act| matches!(act, Act::SwitchLanguage { .. })), "{acts:?}");
    assert_eq!(dialog.summary().language, Language::English);
}

#[test]
fn the_recogniser_alone_does_not_change_the_language_when_the_words_say_otherwise() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 7);
    dialog.handle(At(0), DialogInput::Start);
    dialog.handle(At(0), said_in(1, "Gdzie jest moja paczka?", Language::Polish, Some("parcel_status")));
    let acts = dialog.handle(At(0), said_in(2, "Nie mam tego numeru", Language::Romanian, None));
    assert!(!acts.iter().any(|act| matches!(act, Act::SwitchLanguage { .. })), "{acts:?}");
}

#[test]
fn other_languages_stay_possible_once_one_is_known() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 7);
    dialog.handle(At(0), DialogInput::Start);
    let acts = dialog.handle(At(0), heard(1, "Gdzie jest moja paczka?", Some("parcel_status")));
    let Some(Act::Listen { expect }) = acts.last() else { panic!("{acts:?}") };
    assert_eq!(expect.hint.languages, [Language::Polish]);
    assert_eq!(expect.hint.others, [Language::Romanian, Language::English]);
}

#[test]
fn a_question_that_was_talked_over_does_not_count_as_asked() {
    let mut dialog = Dialog::new(parcel(), Language::Polish, true, 7);
    dialog.handle(At(0), DialogInput::Start);
    let acts = dialog.handle(At(0), heard(1, "Gdzie jest moja paczka?", Some("parcel_status")));
    let Some(Act::Say { prompt, text, .. }) = acts.iter().rfind(|act| matches!(act, Act::Say { .. })) else {
        panic!("{acts:?}")
    };
    let lost = super::super::Unheard { prompt: prompt.clone(), rest: text.clone(), begun: false };
    assert!(dialog.handle(At(0), DialogInput::Cut { unheard: vec![lost] }).is_empty());
    let acts = dialog.handle(At(0), DialogInput::Unclear { turn: 2 });
    let asked = acts.iter().rfind(|act| matches!(act, Act::Say { .. }));
    assert!(matches!(asked, Some(Act::Say { prompt: again, .. }) if again == prompt), "{acts:?}");
}

#[test]
fn words_that_may_be_misheard_must_mean_more_to_leave_a_question() {
    let says = |sure: f32, likely: f32| {
        let mut dialog = Dialog::new(parcel(), Language::Polish, true, 7);
        dialog.handle(At(0), DialogInput::Start);
        dialog.handle(At(0), heard(1, "Gdzie jest moja paczka?", Some("parcel_status")));
        let mut next = heard(2, "kiedy jest otwarte", Some("opening_hours"));
        let DialogInput::Heard { confidence, meaning: Some(meaning), .. } = &mut next else { unreachable!() };
        (*confidence, meaning.topics[0].1) = (sure, likely);
        let acts = dialog.handle(At(1), next);
        acts.iter().any(|act| matches!(act, Act::Say { prompt, .. } if prompt == "hours"))
    };
    assert!(says(0.9, 0.65));
    assert!(!says(0.5, 0.65));
    assert!(says(0.5, 0.9));
}
