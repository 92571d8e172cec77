use super::*;
use crate::decide::ExpectKind;
use crate::language::Language::{self, English, Polish, Romanian};

const NEUTRAL_MS: u64 = 550;
const EIGHT: ExpectKind = ExpectKind::Digits { min: 8, max: 8 };

fn evidence(text: &str, language: Language, kind: &ExpectKind) -> Evidence {
    Evidence {
        reading: Some(read(text, language, Question { kind, digits_so_far: 0 })),
        confidence: 0.9,
        finished: None,
        digits: matches!(kind, ExpectKind::Digits { .. }),
        longest_pause_ms: 0,
        neutral_ms: NEUTRAL_MS,
    }
}

fn wait_ms(text: &str, language: Language, kind: &ExpectKind) -> u64 {
    patience(&evidence(text, language, kind))
}

#[test]
fn a_clear_yes_ends_the_turn_soon_in_every_language() {
    for (language, text) in [
        (English, "Yes."),
        (English, "Yes, that is right."),
        (Polish, "Tak."),
        (Polish, "Tak, zgadza się."),
        (Romanian, "Da."),
        (Romanian, "Da, este corect."),
    ] {
        let wait_ms = wait_ms(text, language, &ExpectKind::YesNo);
        assert!((250..=350).contains(&wait_ms), "{text}: {wait_ms}");
    }
}

#[test]
fn a_no_is_given_the_time_to_say_what_is_wrong() {
    let no = wait_ms("No.", English, &ExpectKind::YesNo);
    assert!(no > wait_ms("Yes.", English, &ExpectKind::YesNo) && no <= NEUTRAL_MS);
}

#[test]
fn missing_digits_are_waited_for_and_the_last_one_ends_the_turn() {
    for (language, some, all) in [
        (English, "one two three four", "one two three four five six seven eight"),
        (Polish, "1 2 3, 4 5", "jeden dwa trzy cztery pięć sześć siedem osiem"),
        (Romanian, "unu doi trei", "1234 5678"),
    ] {
        assert!(wait_ms(some, language, &EIGHT) >= 1_500, "{some}");
        assert!(wait_ms(all, language, &EIGHT) <= 350, "{all}");
    }
}

#[test]
fn digits_of_the_turn_before_count() {
    let question = Question { kind: &EIGHT, digits_so_far: 4 };
    assert_eq!(read("five six seven eight", English, question), Reading::Answer);
    assert_eq!(read("five six", English, question), Reading::Missing);
    // Said again from the beginning.
    assert_eq!(read("one two three four five six seven eight", English, question), Reading::Answer);
}

#[test]
fn a_number_of_unknown_length_may_go_on() {
    let kind = ExpectKind::Digits { min: 6, max: 10 };
    let wait_ms = wait_ms("123456", English, &kind);
    assert!((800..1_300).contains(&wait_ms), "{wait_ms}");
}

#[test]
fn hesitation_and_unfinished_words_are_waited_for() {
    for (language, text) in [
        (English, "So, uhm"),
        (English, "My number is"),
        (Polish, "eee"),
        (Polish, "No to"),
        (Polish, "Numer przesyłki to"),
        (Romanian, "Păi"),
        (Romanian, "Numărul meu este"),
    ] {
        for kind in [ExpectKind::Open, EIGHT] {
            let wait_ms = wait_ms(text, language, &kind);
            assert!((1_200..=2_500).contains(&wait_ms), "{text}: {wait_ms}");
        }
    }
}

#[test]
fn whole_questions_end_sooner_than_a_single_word() {
    let whole = wait_ms("Gdzie jest moja paczka?", Polish, &ExpectKind::Open);
    assert!(whole <= 450, "{whole}");
    assert!(wait_ms("Paczka.", Polish, &ExpectKind::Open) > whole);
    assert!(wait_ms("where is my parcel", English, &ExpectKind::Open) > whole);
}

#[test]
fn having_no_number_is_an_answer_too() {
    let wait_ms = wait_ms("I don't have the number.", English, &EIGHT);
    assert!(wait_ms <= NEUTRAL_MS, "{wait_ms}");
}

#[test]
fn words_that_are_not_believed_do_not_shorten_the_wait() {
    let mut yes = evidence("Yes.", English, &ExpectKind::YesNo);
    yes.confidence = 0.3;
    assert!(patience(&yes) > NEUTRAL_MS);
}

#[test]
fn a_caller_who_pauses_long_is_waited_for_but_a_whole_answer_is_not_delayed() {
    let mut loose = evidence("where is my", English, &ExpectKind::Open);
    let mut yes = evidence("Yes.", English, &ExpectKind::YesNo);
    let (before, soon) = (patience(&loose), patience(&yes));
    (loose.longest_pause_ms, yes.longest_pause_ms) = (1_800, 1_800);
    assert!(patience(&loose) > before);
    assert_eq!(patience(&yes), soon);
}

#[test]
fn without_words_there_is_always_an_end() {
    for digits in [false, true] {
        let unknown = Evidence {
            reading: None,
            confidence: 0.0,
            finished: None,
            digits,
            longest_pause_ms: u64::MAX / 1_000,
            neutral_ms: NEUTRAL_MS,
        };
        assert!(patience(&unknown) <= LONGEST_MS);
    }
}

#[test]
fn the_neutral_silence_sets_the_pace() {
    let mut slow = evidence("Gdzie jest moja paczka?", Polish, &ExpectKind::Open);
    slow.neutral_ms = 1_100;
    let usual_ms = wait_ms("Gdzie jest moja paczka?", Polish, &ExpectKind::Open);
    assert!(patience(&slow).abs_diff(2 * usual_ms) <= 2);
}

#[test]
fn the_melody_decides_only_where_words_leave_the_end_open() {
    let heard = |text, kind, finished| patience(&Evidence { finished, ..evidence(text, English, kind) });
    let story = "My parcel has been on its way for two weeks.";
    let plain = heard(story, &ExpectKind::Open, None);
    assert!(heard(story, &ExpectKind::Open, Some(0.02)) > plain, "it sounds as if it went on");
    assert!(heard(story, &ExpectKind::Open, Some(0.98)) < plain, "it sounds as if it were all");
    assert_eq!(heard(story, &ExpectKind::Open, Some(0.5)), plain, "it may be either");
    for (text, kind) in [("Yes.", &ExpectKind::YesNo), ("one two three four", &EIGHT)] {
        let plain = heard(text, kind, None);
        assert_eq!(heard(text, kind, Some(0.02)), plain, "{text}");
        assert_eq!(heard(text, kind, Some(0.98)), plain, "{text}");
    }
}
