//! Every mistake an author makes is found before a caller meets it.

use super::parse::{Files, parse};
use super::problem::Problem;

const TOPIC: &str = "topic: status
when: { en: [where is it, is it here, track it] }
collect:
  - { slot: number, type: digits, length: 8, ask: ask, confirm: always }
do:
  - { call: lookup, bind: parcel }
  - say: found
    with: { place: parcel.place }
";

fn small() -> Files {
    let files = [
        ("bot.yaml", "bot: small\nlanguages: [en]\ndefault: en\n"),
        ("policy.yaml", "queue: general\n"),
        (
            "actions.yaml",
            "lookup: { method: GET, url: 'http://a/{number}', timeout_ms: 100, result: [place] }\n",
        ),
        ("topics/status.yaml", TOPIC),
        (
            "en.ftl",
            "disclosure = I am a machine.\ntopic-status = find it\nask = Number?\n    .b = Which?\nfound = In { $place }.\n",
        ),
    ];
    files.map(|(file, text)| (file.to_owned(), text.to_owned())).into()
}

fn problems(change: impl FnOnce(&mut Files)) -> Vec<Problem> {
    let mut files = small();
    change(&mut files);
    parse(&files).err().unwrap_or_default()
}

fn replaced(file: &str, from: &str, to: &str) -> Vec<Problem> {
    problems(|files| {
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replace(from, to);
    })
}

#[track_caller]
fn assert_finds(problems: &[Problem], file: &str, line: u64, key: &str, message: &str) {
    let found = problems.iter().any(|problem| {
        problem.file == file
            && problem.line == line
            && problem.key == key
            && problem.message.contains(message)
    });
    assert!(found, "{file}:{line}: {key}: {message} not in {problems:#?}");
}

#[test]
fn an_unknown_type_is_named_with_all_that_are_known() {
    let found = replaced("topics/status.yaml", "type: digits, length: 8", "type: dat");
    let known = "expected digits, yes_no, choice, date, past_date, time, date_time, number, amount, postal_code, phone, email, letters, \
                 name, street; found \"dat\"";
    assert_finds(&found, "topics/status.yaml", 4, "number.type", known);
    let found = replaced("topics/status.yaml", "type: digits", "type: date");
    assert_finds(&found, "topics/status.yaml", 4, "number.length", "belongs to type digits only");
}

#[test]
fn a_small_bot_is_complete() {
    let bot = parse(&small()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(bot.examples().len(), 3);
    assert!(bot.fixed_prompts().iter().any(|(_, text)| text == "I am a machine."));
    assert!(!bot.fixed_prompts().iter().any(|(_, text)| text.starts_with("In ")));
}

#[test]
fn a_bot_that_does_not_say_it_is_a_machine_refuses_to_load() {
    let found = replaced("en.ftl", "disclosure = I am a machine.\n", "");
    assert_finds(&found, "en.ftl", 0, "disclosure", "must say that a machine speaks");
}

#[test]
fn a_bot_without_a_way_to_a_person_refuses_to_load() {
    assert_finds(&replaced("policy.yaml", "general", "''"), "policy.yaml", 1, "queue", "offer a person");
    let missing = problems(|files| drop(files.remove("policy.yaml")));
    assert_finds(&missing, "policy.yaml", 0, "file", "is missing");
}

#[test]
fn a_star_inside_a_word_is_refused() {
    let found = replaced("policy.yaml", "queue: general\n", "queue: general\nwords: { en: ['!fra*ud'] }\n");
    assert_finds(&found, "policy.yaml", 2, "words", "only at its end");
}

#[test]
fn what_a_policy_says_of_moods_is_checked_with_its_place() {
    let with = |text: &str| replaced("policy.yaml", "queue: general\n", &format!("queue: general\n{text}\n"));
    assert_eq!(with("tone: off"), []);
    assert_eq!(with("tone: { then: offer, distress: { two_turns: 0.8 } }\nwords: { en: [again: 0.4] }"), []);
    let refused = [
        ("tone: on", 2, "off", "`off`, or thresholds"),
        ("tone: { angry: {} }", 2, "angry", "unknown field"),
        ("tone:\n  anger: { two_turns: 1.5 }", 3, "tone.anger.two_turns", "fractions from 0 to 1"),
        ("tone:\n  anger: { at_once: 0.5 }", 3, "tone.anger.at_once", "must not be under two_turns, 0.6"),
        ("tone:\n  calm_below: 0.7", 3, "tone.calm_below", "must be under"),
        ("words: { en: [again: 4] }", 2, "words", "fractions from 0 to 1"),
        ("weights: { threshold: 0 }", 2, "weights.threshold", "must be above 0"),
        ("priority: [{ if: number, is: 10 }]", 2, "priority.is", "expected 0 to 9, found 10"),
        ("priority: [{ if: parcel.tier == vip, is: 9 }]", 2, "priority.if", "has no field \"tier\""),
        ("priority: [{ if: vip, is: 9 }]", 2, "priority.if", "is no slot, fact or answer known here"),
    ];
    for (text, line, key, message) in refused {
        assert_finds(&with(text), "policy.yaml", line, key, message);
    }
    assert_eq!(with("priority: [{ if: parcel.place == here, is: 9 }, { if: number == 1, is: 2 }]"), []);
}

#[test]
fn a_topic_changes_what_it_names_of_the_policy_and_nothing_else() {
    let own = "policy: { silence: { after_ms: 9000 }, tone: { anger: { at_once: 0.8 } } }\ndo:\n";
    let mut files = small();
    let topic = files.get_mut("topics/status.yaml").unwrap();
    *topic = topic.replace("do:\n", own);
    let bot = parse(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let of_topic = bot.topics["status"].policy.as_ref().expect("its own");
    assert_eq!((of_topic.silence_ms, bot.policy.silence_ms), (9_000, 6_000));
    assert_eq!(of_topic.silence_offer_after, bot.policy.silence_offer_after);
    let anger = of_topic.tone.as_ref().expect("on").anger;
    assert_eq!((anger.at_once, anger.two_turns), (Some(0.8), Some(0.6)));
    let found = replaced("topics/status.yaml", "do:\n", "policy: { confidence: { below: 4 } }\ndo:\n");
    assert_finds(&found, "topics/status.yaml", 5, "policy.confidence.below", "fractions from 0 to 1");
}

#[test]
fn announcements_are_known_before_anybody_calls() {
    let bot = parse(&small()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let fixed = bot.fixed_prompts();
    assert!(fixed.iter().any(|(_, text)| text.contains("through to a colleague")), "{fixed:#?}");
}

#[test]
fn unknown_keys_name_their_line() {
    let found = replaced("topics/status.yaml", "do:\n", "doo: 1\ndo:\n");
    assert!(
        found.iter().any(|p| p.file == "topics/status.yaml" && p.line == 5 && p.key == "doo"),
        "{found:#?}"
    );
    let found = replaced("bot.yaml", "bot: small", "bot: small\nnmae: x");
    assert!(found.iter().any(|p| p.file == "bot.yaml" && p.line == 2 && p.key == "nmae"), "{found:#?}");
}

#[test]
fn a_missing_message_names_key_and_file() {
    let found = replaced("en.ftl", "found = In { $place }.\n", "");
    assert_finds(&found, "en.ftl", 0, "found", "topics/status.yaml uses it");
}

#[test]
fn a_missing_language_file_is_found() {
    let found = replaced("bot.yaml", "[en]", "[en, ro]");
    assert_finds(&found, "ro.ftl", 0, "file", "is missing");
}

#[test]
fn a_variable_that_no_step_gives_is_found() {
    let found = replaced("en.ftl", "$place", "$plaec");
    assert_finds(&found, "en.ftl", 5, "found", "uses $plaec");
}

#[test]
fn references_to_nothing_are_found() {
    let found = replaced("topics/status.yaml", "call: lookup", "call: lokup");
    assert_finds(&found, "topics/status.yaml", 6, "call", "\"lokup\" is not in actions.yaml");
    let found = replaced("topics/status.yaml", "parcel.place", "parcel.plcae");
    assert_finds(&found, "topics/status.yaml", 8, "found", "has no field \"plcae\"");
    let found = replaced("topics/status.yaml", "place: parcel", "place: prcel");
    assert_finds(&found, "topics/status.yaml", 8, "found", "is no slot, fact or answer");
    let found = replaced("topics/status.yaml", "slot: number", "slot: numbr");
    assert_finds(&found, "topics/status.yaml", 6, "call", "needs {number}");
}

#[test]
fn a_question_with_one_wording_is_refused() {
    let found = replaced("en.ftl", "    .b = Which?\n", "");
    assert_finds(&found, "en.ftl", 3, "ask", "asked again in other words");
}

#[test]
fn steps_are_one_verb_each() {
    let found = replaced("topics/status.yaml", "say: found", "say: found\n    human: now");
    assert_finds(&found, "topics/status.yaml", 7, "do", "exactly one of");
    let found = replaced("topics/status.yaml", "say: found", "say: found\n    bind: x");
    assert_finds(&found, "topics/status.yaml", 7, "bind", "does not belong to `say`");
}

#[test]
fn bad_slots_conditions_and_files_are_named() {
    let found = replaced("topics/status.yaml", "length: 8", "length: many");
    assert_finds(&found, "topics/status.yaml", 4, "number.length", "expected a number of digits");
    let step = "- { if: 'a && b', then: [] }\n  - say: found";
    let found = replaced("topics/status.yaml", "- say: found", step);
    assert_finds(&found, "topics/status.yaml", 7, "if", "expected");
    let found = problems(|files| drop(files.insert("topics.yaml".into(), String::new())));
    assert_finds(&found, "topics.yaml", 0, "file", "is no part of a bot");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(
        file in proptest::sample::select(vec!["bot.yaml", "policy.yaml", "topics/status.yaml", "en.ftl", "actions.yaml"]),
        text in "([a-z]{1,6}: ?|\\[|\\]|\\{|\\}|- |\n| |\\$|[a-zł0-9.*!]{1,5}){0,40}",
    ) {
        let mut files = small();
        files.insert(file.to_owned(), text);
        let _ = parse(&files);
    }
}

#[test]
fn opening_times_are_read_and_their_mistakes_named() {
    let hours = "queue: general\nhours:\n  zone: Europe/Warsaw\n  open: { mon-fri: \"8:00-18:00\", sat: \"9:00-12:00, 13:00-24:00\" }\n  holidays: pl\n  closed: [2026-12-31]\n";
    let mut files = small();
    files.insert("policy.yaml".to_owned(), hours.to_owned());
    let bot = parse(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(bot.policy.hours.as_ref().map(|hours| hours.spans.len()), Some(3));
    for (from, to, line, key, message) in [
        ("Europe/Warsaw", "Europe/Warschau", 3, "hours.zone", "no time zone is called \"Europe/Warschau\""),
        ("mon-fri", "mon-fry", 4, "hours.open", "expected days such as mon-fri"),
        ("8:00-18:00", "18:00-8:00", 4, "hours.open", "ends before it begins"),
        ("8:00-18:00", "8-18", 4, "hours.open", "expected times such as 8:00-18:00"),
        ("2026-12-31", "31.12.2026", 6, "hours.closed", "expected a day such as 2026-12-31"),
    ] {
        let text = hours.replace(from, to);
        let found = problems(|files| drop(files.insert("policy.yaml".to_owned(), text)));
        assert_finds(&found, "policy.yaml", line, key, message);
    }
}

#[test]
fn a_topic_may_want_its_replies_read_and_say_how_long_they_wait() {
    use super::bot::Otherwise;
    let mut files = small();
    let topic = TOPIC
        .replace("collect:", "approve: true\npolicy: { approval: { wait_s: 5, otherwise: say } }\ncollect:");
    files.insert("topics/status.yaml".to_owned(), topic);
    let bot = parse(&files).map_err(|problems| format!("{problems:?}")).expect("sound");
    let topic = &bot.topics["status"];
    let approval = &topic.policy.as_ref().expect("its own").approval;
    assert!(topic.approve);
    assert_eq!((approval.wait.as_secs(), approval.otherwise), (5, Otherwise::Say));
    assert_eq!((bot.policy.approval.wait.as_secs(), bot.policy.approval.otherwise), (8, Otherwise::Person));
}

#[test]
fn a_reply_that_waits_walls_nobody_in() {
    let mut files = small();
    files.insert("topics/status.yaml".to_owned(), TOPIC.replace("collect:", "approve: true\ncollect:"));
    let bot = parse(&files).map_err(|problems| format!("{problems:?}")).expect("sound");
    let proof = super::dialog::proof::prove(&std::sync::Arc::new(bot));
    assert!(proof.is_ok(), "{proof:?}");
}

#[test]
fn a_wait_without_end_and_a_promise_that_could_never_be_found_are_refused() {
    let policy = "queue: general\napproval: { wait_s: 600 }\nforbidden_promises:\n  en:\n    - re*fund\n";
    let found = replaced("policy.yaml", "queue: general\n", policy);
    assert_finds(&found, "policy.yaml", 2, "approval.wait_s", "expected 1 to 60 seconds");
    assert_finds(&found, "policy.yaml", 5, "forbidden_promises", "re*fund");
}

#[test]
fn a_rating_that_cannot_be_asked_is_named_with_its_line() {
    let with = |rating: &str| {
        problems(|files| files.get_mut("bot.yaml").unwrap().push_str(&format!("rating: {rating}\n")))
    };
    assert_eq!(with("{ kind: csat, ask: 0.5 }"), []);
    assert_eq!(with("{ kind: nps }"), []);
    assert_finds(&with("{ kind: nps, ask: 1.5 }"), "bot.yaml", 4, "rating.ask", "between 0 and 1, found 1.5");
    for (wrong, expected) in
        [("{ kind: stars }", "csat"), ("{ ask: 0.5 }", "kind"), ("{ kind: csat, every: 2 }", "every")]
    {
        let found = with(wrong);
        assert!(
            found.iter().any(|problem| problem.file == "bot.yaml" && problem.message.contains(expected)),
            "{found:#?}"
        );
    }
}
