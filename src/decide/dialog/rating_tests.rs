//! The question about the call: when it is asked, what counts as an answer, and what does not stand in its way.

use super::super::act::ExpectKind;
use super::super::bot::Bot;
use super::super::{load, parse};
use super::*;
use crate::record::rating::RatingSource::{self, Keys, Voice, Words};
use crate::understand::tone::Tone;
use std::path::Path;

/// The demo bot, whose callers are asked this.
fn asking(rating: &str) -> Arc<Bot> {
    let mut files = load::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")).unwrap();
    files.get_mut("bot.yaml").unwrap().push_str(&format!("\nrating: {rating}\n"));
    Arc::new(parse::parse(&files).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

const CSAT: &str = "{ kind: csat }";
const NPS: &str = "{ kind: nps }";

/// A conversation in one language.
struct Call {
    dialog: Dialog,
    language: Language,
    turn: u32,
    anger: f32,
}

impl Call {
    fn of(bot: Arc<Bot>, language: Language) -> Call {
        let mut dialog = Dialog::new(bot, language, true, 1).always_open();
        dialog.handle(At(0), DialogInput::Start);
        Call { dialog, language, turn: 0, anger: 0.0 }
    }

    /// One whose caller has asked for the opening hours and been told.
    fn told(rating: &str, language: Language) -> Call {
        let mut call = Call::of(asking(rating), language);
        assert!(prompts(&call.hears("xyz", Some("opening_hours"))).contains(&"anything-else".to_owned()));
        call
    }

    fn hears(&mut self, text: &str, topic: Option<&str>) -> Vec<Act> {
        self.turn += 1;
        let topics = topic.map(|topic| (topic.to_owned(), 0.9)).into_iter().collect();
        let out_of_scope = if topic.is_some() { 0.1 } else { 0.95 };
        let tone = Some(Box::new(Tone { anger: self.anger, neutral: 1.0 - self.anger, ..Tone::default() }));
        let meaning = Some(Meaning { topics, out_of_scope, tone, ..Meaning::default() });
        let (turn, text, language) = (self.turn, text.to_owned(), self.language);
        self.dialog.handle(At(0), DialogInput::Heard { turn, text, language, confidence: 0.9, meaning })
    }

    fn says_no(&mut self) -> Vec<Act> {
        let no = match self.language {
            Language::Polish => "nie, dziękuję",
            Language::Romanian => "nu, mulțumesc",
            Language::English => "no, thank you",
        };
        self.hears(no, None)
    }

    fn input(&mut self, input: DialogInput) -> Vec<Act> {
        self.dialog.handle(At(0), input)
    }
}

fn prompts(acts: &[Act]) -> Vec<String> {
    let said = acts.iter().filter_map(|act| match act {
        Act::Say { prompt, .. } => Some(prompt.clone()),
        _ => None,
    });
    said.collect()
}

fn rated(acts: &[Act]) -> Option<(u8, RatingSource)> {
    acts.iter().find_map(|act| match act {
        Act::Record(Event::Rated { score, source, .. }) => Some((*score, *source)),
        _ => None,
    })
}

fn hung_up(acts: &[Act]) -> bool {
    matches!(acts.last(), Some(Act::HangUp { resolved: true }))
}

#[test]
fn the_question_comes_once_before_the_goodbye_and_a_number_in_words_is_the_answer() {
    let answers = [
        (Language::English, CSAT, "four", Some((4, Voice))),
        (Language::English, CSAT, "I would say a five", Some((5, Voice))),
        (Language::English, CSAT, "four out of five", Some((4, Voice))),
        (Language::English, NPS, "nine out of ten", Some((9, Voice))),
        (Language::English, NPS, "zero", Some((0, Voice))),
        (Language::English, CSAT, "thank you, five", Some((5, Voice))),
        (Language::English, CSAT, "very good", Some((5, Words))),
        (Language::Polish, CSAT, "cztery", Some((4, Voice))),
        (Language::Polish, CSAT, "daję piątkę", Some((5, Voice))),
        (Language::Polish, NPS, "dziesięć", Some((10, Voice))),
        (Language::Polish, NPS, "osiem na dziesięć", Some((8, Voice))),
        (Language::Polish, CSAT, "bardzo dobrze", Some((5, Words))),
        (Language::Polish, CSAT, "4", Some((4, Voice))),
        (Language::Romanian, CSAT, "patru", Some((4, Voice))),
        (Language::Romanian, NPS, "zece", Some((10, Voice))),
        (Language::Romanian, NPS, "nouă din zece", Some((9, Voice))),
        (Language::Romanian, CSAT, "foarte prost", Some((1, Words))),
        // What is no score is thanked for all the same.
        (Language::English, CSAT, "seven", None),
        (Language::English, NPS, "eleven", None),
        (Language::English, CSAT, "good", None),
        (Language::Polish, CSAT, "dobrze", None),
        (Language::Polish, CSAT, "nie wiem", None),
        (Language::English, CSAT, "not very good", None),
        (Language::Romanian, CSAT, "nu știu ce să zic", None),
    ];
    for (language, rating, answer, expected) in answers {
        let mut call = Call::told(rating, language);
        let asked = call.says_no();
        let prompt = if rating == CSAT { "rating-csat" } else { "rating-nps" };
        assert_eq!(prompts(&asked), [prompt], "{language} {answer}");
        assert!(matches!(asked.last(), Some(Act::Listen { .. })));
        let acts = call.hears(answer, None);
        assert_eq!(rated(&acts), expected, "{language} {answer}");
        assert_eq!(prompts(&acts).last().map(String::as_str), Some("goodbye"), "{language} {answer}");
        assert_eq!(prompts(&acts).contains(&"rating-thanks".to_owned()), expected.is_some(), "{answer}");
        assert!(hung_up(&acts), "no second question: {language} {answer}");
    }
}

#[test]
fn keys_answer_too_and_a_lone_zero_fetches_a_person_as_everywhere() {
    for (rating, digits, expected) in [
        (CSAT, "5", Some((5, Keys))),
        (NPS, "10", Some((10, Keys))),
        (NPS, "7", Some((7, Keys))),
        (CSAT, "9", None),
        (NPS, "99", None),
    ] {
        let mut call = Call::told(rating, Language::Polish);
        let asked = call.says_no();
        let Some(Act::Listen { expect }) = asked.last() else { panic!("{asked:?}") };
        let max = if rating == CSAT { 1 } else { 2 };
        assert_eq!(expect.kind, ExpectKind::Digits { min: 1, max }, "a second key is waited for");
        let acts = call.input(DialogInput::Digits { turn: 9, digits: digits.into() });
        assert_eq!(rated(&acts), expected, "{digits}");
        assert!(hung_up(&acts));
    }
    let mut call = Call::told(NPS, Language::Polish);
    call.says_no();
    let acts = call.input(DialogInput::Digits { turn: 9, digits: "0".into() });
    assert!(acts.iter().any(|act| matches!(act, Act::Escalate(_))));
}

#[test]
fn silence_noise_and_another_goodbye_end_the_call_without_a_second_question() {
    for input in [DialogInput::Silence, DialogInput::Unclear { turn: 9 }] {
        let mut call = Call::told(CSAT, Language::English);
        call.says_no();
        let acts = call.input(input);
        assert_eq!(prompts(&acts), ["goodbye"]);
        assert!(hung_up(&acts));
    }
    let mut call = Call::told(CSAT, Language::English);
    assert_eq!(prompts(&call.hears("goodbye", None)), ["rating-csat"]);
    assert!(hung_up(&call.hears("bye", None)));
    // Who speaks over the goodbye is not asked when leaving again.
    let acts = call.hears("when are you open", Some("opening_hours"));
    assert!(!hung_up(&acts), "{acts:?}");
    assert!(hung_up(&call.says_no()));
}

#[test]
fn another_matter_is_served_in_place_of_an_answer_and_a_person_is_fetched() {
    let mut call = Call::told(CSAT, Language::English);
    call.says_no();
    let acts = call.hears("I have two more parcels, where are they", Some("parcel_status"));
    assert_eq!(rated(&acts), None, "two is no score here");
    assert!(prompts(&acts).iter().any(|prompt| prompt.starts_with("ask_number")), "{acts:?}");

    let mut call = Call::told(CSAT, Language::Polish);
    call.says_no();
    let acts = call.hears("proszę z człowiekiem", None);
    assert!(acts.iter().any(|act| matches!(act, Act::Escalate(_))));
    // Back with nobody there: no question how it was.
    call.input(DialogInput::BackFromQueue { why: "nobody_available".into() });
    let acts = call.hears("nie", None);
    assert!(!prompts(&acts).iter().any(|prompt| prompt.starts_with("rating")), "{acts:?}");
}

#[test]
fn a_recogniser_that_fails_at_the_answer_makes_no_second_question() {
    let mut call = Call::told(CSAT, Language::English);
    call.says_no();
    let acts = call.input(DialogInput::EngineFailed { stage: "hear".into(), times: 1 });
    assert_eq!(prompts(&acts), ["engine-apology", "anything-else"]);
    assert!(hung_up(&call.says_no()));
}

#[test]
fn nobody_is_asked_who_is_angry_whose_matter_is_open_or_after_a_topic_that_forbids_it() {
    let mut angry = Call::of(asking(CSAT), Language::Polish);
    angry.anger = 0.55;
    angry.hears("gdzie wy jesteście", Some("opening_hours"));
    angry.anger = 0.0;
    let acts = angry.says_no();
    assert_eq!(prompts(&acts), ["goodbye"], "once angry is enough");

    let mut annoyed = Call::of(asking(CSAT), Language::English);
    annoyed.hears("this is so frustrating, when are you open", Some("opening_hours"));
    assert!(hung_up(&annoyed.says_no()));

    let mut undone = Call::of(asking(CSAT), Language::English);
    undone.hears("where is my parcel", Some("parcel_status"));
    let acts = undone.hears("goodbye", None);
    assert!(matches!(acts.last(), Some(Act::HangUp { resolved: false })), "{acts:?}");
    assert_eq!(prompts(&acts), ["goodbye"]);

    let mut files = load::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")).unwrap();
    files.get_mut("bot.yaml").unwrap().push_str("\nrating: { kind: csat }\n");
    let hours = files.get_mut("topics/opening_hours.yaml").unwrap();
    hours.push_str("\nrating: false\n");
    let mut call = Call::of(Arc::new(parse::parse(&files).unwrap()), Language::English);
    call.hears("xyz", Some("opening_hours"));
    assert!(hung_up(&call.says_no()));
}

#[test]
fn after_an_agent_who_gave_the_caller_back_the_question_is_asked() {
    let mut call = Call::told(CSAT, Language::English);
    call.hears("a person please", None);
    call.input(DialogInput::BackFromQueue { why: "agent_done".into() });
    assert_eq!(prompts(&call.says_no()), ["rating-csat"]);
}

#[test]
fn a_share_of_the_calls_is_asked_and_without_a_rating_none() {
    let asked = |bot: &Arc<Bot>| {
        let ask = |seed: u64| {
            let mut dialog = Dialog::new(bot.clone(), Language::English, true, seed).always_open();
            dialog.handle(At(0), DialogInput::Start);
            let mut call = Call { dialog, language: Language::English, turn: 0, anger: 0.0 };
            call.hears("xyz", Some("opening_hours"));
            prompts(&call.says_no()) == ["rating-csat"]
        };
        // Seeds are moments, ms.
        (0..400).filter(|n| ask(1_763_700_000_000 + n * 7_919)).count()
    };
    let quarter = asked(&asking("{ kind: csat, ask: 0.25 }"));
    assert!((60..140).contains(&quarter), "{quarter} of 400");
    assert_eq!(asked(&asking("{ kind: csat, ask: 0 }")), 0);
    let plain = load::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")).unwrap();
    assert_eq!(asked(&Arc::new(plain)), 0);
}

#[test]
fn a_bot_that_asks_has_no_wall_either() {
    let topic = "topic: hours\nwhen:\n  en: [when are you open, opening hours, are you open now]\ndo:\n  - say: hours\n";
    let texts = "hours = All day.\ntopic-hours = give the opening hours\ndisclosure = A machine speaks.\n";
    for rating in [CSAT, NPS] {
        let head = format!("bot: shop\nlanguages: [en]\ndefault: en\nrating: {rating}\n");
        let files = [
            ("bot.yaml", head.as_str()),
            ("policy.yaml", "queue: front\n"),
            ("topics/hours.yaml", topic),
            ("en.ftl", texts),
        ];
        let files = files.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
        let bot = Arc::new(parse::parse(&files).unwrap_or_else(|problems| panic!("{problems:#?}")));
        proof::prove(&bot).unwrap_or_else(|walls| panic!("{walls:#?}"));
    }
}
