//! Slots of types such as date, amount or e-mail: asked, heard, read back only when unsure.

use super::super::bot::Bot;
use super::super::parse::{Files, parse};
use super::*;
use crate::understand::Asked;

/// 26 November 2026, 23:30 UTC: already the 27th, a Friday, in Poland.
const LATE_EVENING: At = At(1_795_735_800_000);

fn bot(kind: &str, confirm: &str) -> Arc<Bot> {
    let topic = format!(
        "topic: visit\nwhen: {{ pl: [chcę wizytę, umów mnie, termin], ro: [vreau o vizită, programare, termen], en: [book a \
         visit, appointment, a date] }}\ncollect:\n  - {{ slot: wanted, type: {kind}, ask: ask, confirm: {confirm} }}\ndo:\n  - \
         {{ say: noted, with: {{ wanted: wanted }} }}\n"
    );
    let prompts = "disclosure = I am a machine.\nspecialist = a person\ntopic-visit = book\nask = When?\n    .b = Which?\n\
                   noted = Noted: { $wanted }.\n";
    let files = [
        ("bot.yaml", "bot: small\nlanguages: [pl, ro, en]\ndefault: pl\n"),
        ("policy.yaml", "queue: general\n"),
        ("topics/visit.yaml", &topic),
        ("pl.ftl", prompts),
        ("ro.ftl", prompts),
        ("en.ftl", prompts),
    ];
    let files: Files = files.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
    Arc::new(parse(&files).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

struct Call {
    dialog: Dialog,
    language: Language,
    turn: u32,
}

impl Call {
    /// A caller who was asked for the value.
    fn asked(bot: Arc<Bot>, language: Language) -> Call {
        let mut call = Call { dialog: Dialog::new(bot, language, true, 1), language, turn: 0 };
        call.dialog.handle(LATE_EVENING, DialogInput::Start);
        call.says("hm", 0.95, Some("visit"));
        call
    }

    fn says(&mut self, text: &str, confidence: f32, topic: Option<&str>) -> String {
        let topics = topic.map(|topic| (topic.to_owned(), 0.9)).into_iter().collect();
        let out_of_scope = if topic.is_some() { 0.1 } else { 1.0 };
        self.means(text, confidence, Meaning { topics, out_of_scope, ..Meaning::default() })
    }

    fn means(&mut self, text: &str, confidence: f32, meaning: Meaning) -> String {
        self.turn += 1;
        let (turn, language, text) = (self.turn, self.language, text.to_owned());
        let meaning = Some(meaning);
        let acts = self
            .dialog
            .handle(LATE_EVENING, DialogInput::Heard { turn, text, language, confidence, meaning });
        let said = acts.iter().filter_map(|act| match act {
            Act::Say { prompt, text, .. } => Some(format!("{prompt}: {text}")),
            _ => None,
        });
        said.collect::<Vec<_>>().join("\n")
    }

    fn value(&self) -> Option<(String, bool)> {
        self.dialog.slots.get("wanted").map(|filled| (filled.value.clone(), filled.verified))
    }
}

#[test]
fn every_type_is_filled_in_every_language() {
    use Language::{English, Polish, Romanian};
    let table = [
        ("date", Polish, "pojutrze", "2026-11-29"),
        ("date", Romanian, "poimâine", "2026-11-29"),
        ("date", English, "the third of May", "2027-05-03"),
        ("time", Polish, "po piętnastej", "15:00.."),
        ("time", Romanian, "la trei și jumătate", "15:30"),
        ("time", English, "between 3 and 5", "15:00..17:00"),
        ("date_time", Polish, "pojutrze po piętnastej", "2026-11-29 15:00.."),
        ("date_time", Romanian, "mâine la trei și jumătate", "2026-11-28 15:30"),
        ("date_time", English, "next Tuesday at half past three", "2026-12-01 15:30"),
        ("amount", Polish, "pięć pięćdziesiąt", "5.50 PLN"),
        ("amount", Romanian, "o sută douăzeci de lei", "120.00 RON"),
        ("amount", English, "two pounds fifty", "2.50 GBP"),
        ("postal_code", Polish, "zero zero dziewięćset pięćdziesiąt", "00-950"),
        ("phone", Romanian, "zero șapte doi unu, trei patru cinci, șase șapte opt", "+40721345678"),
        ("email", Polish, "anna kropka nowak małpa gmail kropka com", "anna.nowak@gmail.com"),
        ("letters", English, "B as in Bravo, 5", "B5"),
        ("name", Polish, "nazywam się Anna Nowak", "Anna Nowak"),
        ("street", English, "I live at 12 Baker Street", "12 Baker Street"),
    ];
    for (kind, language, text, value) in table {
        let mut call = Call::asked(bot(kind, "never"), language);
        assert_eq!(call.dialog.asked(text, language, 0.95), Asked::Answered, "{kind}: {text}");
        call.says(text, 0.95, None);
        assert_eq!(call.value().map(|(value, _)| value).as_deref(), Some(value), "{kind}: {text}");
    }
}

#[test]
fn a_sure_value_is_used_and_an_unsure_one_is_read_back() {
    let mut sure = Call::asked(bot("date", "if_unsure"), Language::Polish);
    let said = sure.says("pojutrze", 0.95, None);
    assert!(said.starts_with("noted: Noted: niedziela, dwudziestego dziewiątego listopada"), "{said}");

    let mut badly_heard = Call::asked(bot("date", "if_unsure"), Language::Polish);
    assert!(badly_heard.says("pojutrze", 0.5, None).starts_with("confirm-choice"));
    let said = badly_heard.says("tak", 0.95, None);
    assert!(said.starts_with("noted"), "{said}");
    assert_eq!(badly_heard.value(), Some(("2026-11-29".to_owned(), true)));

    let mut ambiguous = Call::asked(bot("time", "if_unsure"), Language::English);
    let said = ambiguous.says("at three", 0.95, None);
    assert!(said.starts_with("confirm-choice") && said.contains("at 3 PM"), "{said}");
}

#[test]
fn an_author_may_have_everything_read_back() {
    let mut call = Call::asked(bot("date", "always"), Language::English);
    assert!(call.says("tomorrow", 0.99, None).starts_with("confirm-choice"));
}

#[test]
fn a_wrong_value_is_corrected_in_the_answer() {
    let mut call = Call::asked(bot("date", "always"), Language::Polish);
    call.says("w poniedziałek", 0.95, None);
    let said = call.says("nie, we wtorek", 0.95, None);
    assert!(said.contains("wtorek"), "{said}");
    call.says("tak", 0.95, None);
    assert_eq!(call.value(), Some(("2026-12-01".to_owned(), true)));
}

#[test]
fn no_is_not_a_name() {
    let mut call = Call::asked(bot("name", "always"), Language::Polish);
    call.says("Anna Nowak", 0.95, None);
    call.says("nie", 0.95, None);
    assert_eq!(call.value(), None);
}

#[test]
fn the_decoder_is_told_what_is_asked_for() {
    let mut call = Call::asked(bot("email", "if_unsure"), Language::Romanian);
    let acts = call.dialog.handle(LATE_EVENING, DialogInput::Silence);
    let hint = acts.iter().find_map(|act| match act {
        Act::Listen { expect } => Some(expect.hint.kind),
        _ => None,
    });
    assert_eq!(hint, Some(Some(crate::understand::slots::Kind::Email)));
}

#[test]
fn a_phone_number_may_be_typed() {
    let mut call = Call::asked(bot("phone", "if_unsure"), Language::Polish);
    call.dialog.handle(LATE_EVENING, DialogInput::Digits { turn: 2, digits: "600700800".to_owned() });
    assert_eq!(call.value(), Some(("+48600700800".to_owned(), true)));
}

#[test]
fn words_that_a_language_model_points_at_are_read_and_read_back() {
    let said = "we were 4 people back then, my phone is 07700 900100 and my wife has another";
    let quoted = |text: &str| {
        let quotes = vec![crate::understand::Quote { slot: "wanted".into(), text: text.into() }];
        Meaning { out_of_scope: 1.0, quotes, ..Meaning::default() }
    };
    let mut call = Call::asked(bot("phone", "if_unsure"), Language::English);
    assert!(call.means(said, 0.95, quoted("and my wife")).starts_with("ask"), "no number stands there");
    let asked = call.means(said, 0.95, quoted("07700 900100"));
    assert!(asked.starts_with("confirm-"), "{asked}");
    call.says("yes", 0.95, None);
    assert_eq!(call.value(), Some(("+447700900100".to_owned(), true)));

    let mut never = Call::asked(bot("phone", "never"), Language::English);
    assert!(
        never.means(said, 0.95, quoted("07700 900100")).starts_with("ask"),
        "what is not read back is not believed"
    );
}

#[test]
fn understanding_is_told_what_words_answer() {
    use Language::English;
    let slot = Asked::Slot("wanted".to_owned());
    let mut call =
        Call { turn: 0, language: English, dialog: Dialog::new(bot("date", "always"), English, true, 1) };
    call.dialog.handle(LATE_EVENING, DialogInput::Start);
    assert_eq!(call.dialog.asked("tomorrow", English, 0.95), Asked::Anything, "nothing is open");
    call.says("hm", 0.95, Some("visit"));
    let asked = |call: &Call, text: &str| call.dialog.asked(text, English, 0.95);
    assert_eq!(asked(&call, "tomorrow"), Asked::Answered);
    assert_eq!(asked(&call, "when my sister is back"), slot);
    assert_eq!(asked(&call, "I want to talk to a person"), Asked::Answered, "rules know that");
    call.says("the third of May", 0.95, None);
    assert!(matches!(call.dialog.phase, Phase::Confirming { .. }));
    for (text, expected) in [
        ("yes", Asked::Answered),
        ("no, the fourth", Asked::Answered),
        ("when my sister is back", Asked::Anything),
    ] {
        assert_eq!(asked(&call, text), expected, "{text}");
    }
    let never = Call::asked(bot("date", "never"), English);
    assert_eq!(
        asked(&never, "when my sister is back"),
        Asked::Anything,
        "no quote may fill what is not read back"
    );
}
