//! Whole calls with real peers: a phone calls, a phone answers, a screen shows why.

mod support;

use duet::language::Language;
use serde_json::Value;
use std::process::{Command, Stdio};
use support::actor::Actor;
use support::baresip::Baresip;
use support::node::{Agent, Node, is};
use support::screen::Screen;
use support::sound;

fn said(event: &Value, prompt: &str) -> bool {
    is(event, "bot_said") && event["prompt"].as_str().is_some_and(|key| key.starts_with(prompt))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_asks_for_a_parcel_and_is_passed_to_a_person_who_knows_the_story() {
    let mut anna = Baresip::start("anna", true);
    let node = Node::start(&[Agent { id: "anna", name: "Anna Nowak", sip_port: anna.sip_port }], "");
    let screen = Screen::open(&node, "anna").await;
    let actor = Actor::new();
    let mut caller = Baresip::start("alice", false);

    caller.dial(&format!("sip:1000@{}", node.sip));
    let call = node.new_call(&[]).await;
    let mut at = node.wait_for(&call, 0, "the greeting", |event| said(event, "greeting")).await;

    caller.play(&actor.speak("Where is my parcel?").await);
    at = node.wait_for(&call, at, "the question for the number", |event| said(event, "ask_number")).await;
    caller.play(&actor.speak("one two three four five six seven eight").await);
    at = node.wait_for(&call, at, "the number read back", |event| said(event, "confirm-digits")).await;
    caller.play(&actor.speak("Yes, that is right.").await);
    at = node.wait_for(&call, at, "the status", |event| said(event, "anything-else")).await;
    caller.play(&actor.speak("I want to talk to a person, please.").await);
    at = node.wait_for(&call, at, "the bridge", |event| is(event, "bridged")).await;

    // Both talk, one after the other; each phone records what it heard.
    anna.play(&actor.speak("Hello, this is Anna, I can see your parcel.").await);
    at = node.wait_for(&call, at, "the agent's words", |event| is(event, "agent_said")).await;
    caller.play(&actor.speak("My neighbour never received the package.").await);
    node.wait_for(&call, at, "the caller's words", |event| is(event, "caller_said")).await;
    caller.hang_up();
    node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;

    the_card_told_the_story_before_the_phone_was_answered(&node, &call, &screen).await;
    let listener = sound::listener();
    let heard = sound::words(&listener, &caller.heard(), Language::English).await;
    for word in ["automated", "parcel", "specialist", "anna"] {
        assert!(heard.contains(word), "the caller heard no {word:?} in: {heard}");
    }
    let heard = sound::words(&listener, &anna.heard(), Language::English).await;
    assert!(heard.contains("neighbo"), "the agent heard: {heard}");
    let record = node.get(&format!("/api/v1/calls/{call}")).await;
    assert_eq!(record["outcome"], "handed_over", "{record}");
}

/// Other people talk 10 dB below the caller, all through the call. As people do, the caller says again what
/// was misheard.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: scripts/test --all"]
async fn a_caller_among_talking_people_is_understood_and_not_cut_short() {
    let node = Node::start(&[], "");
    let actor = Actor::new();
    let question = actor.speak("Where is my parcel?").await;
    let noise = sound::background(&question, 10.0);
    let mut caller = Baresip::start("alice", false);

    caller.dial(&format!("sip:1003@{}", node.sip));
    let call = node.new_call(&[]).await;
    caller.play_in(&[], &noise);
    let mut at = node.wait_for(&call, 0, "the greeting", |event| said(event, "greeting")).await;
    let lines = [
        ("Where is my parcel?", "ask_number"),
        ("One two three four, five six seven eight.", "confirm-digits"),
        ("Yes, that is right.", "anything-else"),
    ];
    let mut said_again = 0;
    for (line, answer) in lines {
        let line = actor.speak(line).await;
        loop {
            caller.play_in(&line, &noise);
            let from = at + 1;
            let answered = |event: &Value| said(event, answer) || AGAIN.iter().any(|key| said(event, key));
            at = node.wait_for(&call, from, answer, answered).await;
            if said(&node.events(&call).await[at], answer) {
                break;
            }
            said_again += 1;
            assert!(said_again <= 3, "not understood: {:#?}", node.events(&call).await);
        }
    }
    caller.hang_up();
    node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;

    let events = node.events(&call).await;
    let words = |kind: &str| -> Vec<String> {
        events.iter().filter(|event| is(event, kind)).map(|event| event["text"].to_string()).collect()
    };
    let turns = words("caller_said");
    assert!(turns.len() <= lines.len() + said_again, "the background was taken for the caller: {turns:?}");
    assert!(words("bot_said").iter().any(|text| text.contains("Kraków")), "{:?}", words("bot_said"));
}

/// With these prompts the bot wants to hear something again.
const AGAIN: [&str; 4] = ["ask_number-2", "ask_number-3", "unclear", "silence"];

async fn the_card_told_the_story_before_the_phone_was_answered(node: &Node, call: &str, screen: &Screen) {
    let events = node.events(call).await;
    let place =
        |kind: &str| events.iter().position(|event| is(event, kind)).unwrap_or_else(|| panic!("no {kind}"));
    assert!(place("card_shown") < place("bridged"), "the card came late");
    let card = screen.card().expect("a card");
    let lines = card["transcript"].as_array().expect("transcript").iter();
    let text = lines.map(|line| format!("{} ", line["text"])).collect::<String>().to_lowercase();
    assert!(text.contains("my parcel?"), "transcript: {text}");
    assert!(card["facts"].to_string().contains("12345678"), "facts: {card}");
    let brief = &card["briefs"]["en"];
    assert!(brief["why"].as_str().is_some_and(|why| why.to_lowercase().contains("person")), "why: {card}");
    assert!(brief["summary"].as_array().is_some_and(|lines| !lines.is_empty()), "summary: {card}");
}

/// Calls with `duet dial` and a script, up to the bridge with a real phone; the bot's words are
/// taken from the record. The recogniser makes little of espeak-ng's Polish and Romanian, so only the
/// question is spoken and the rest is typed: what is tested is the call, not the luck of a robot's voice.
async fn a_scripted_call(number: &str, language: &str, script: &str, expected: &[&str]) {
    let anna = Baresip::start("anna", true);
    let node = Node::start(&[Agent { id: "anna", name: "Anna Nowak", sip_port: anna.sip_port }], "");
    let _screen = Screen::open(&node, "anna").await;
    let lines = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(lines.path(), script).unwrap();
    let mut dial = Command::new(env!("CARGO_BIN_EXE_duet"))
        .args([
            "dial",
            &format!("sip:{number}@{}", node.sip),
            "--lang",
            language,
            "--no-transcribe",
            "--json",
            "--script",
        ])
        .arg(lines.path())
        .arg("--models")
        .arg(support::models_dir())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let call = node.new_call(&[]).await;
    node.wait_for(&call, 0, "the bridge", |event| is(event, "bridged")).await;
    let events = node.events(&call).await;
    let bot: String =
        events.iter().filter(|event| is(event, "bot_said")).map(|event| event["text"].to_string()).collect();
    for words in expected {
        assert!(bot.contains(words), "the bot did not say {words:?}: {bot}");
    }
    let switched = events.iter().any(|event| is(event, "bot_said") && event["language"] == language);
    assert!(switched, "the bot did not speak {language}: {bot}");
    let _ = dial.kill();
    let _ = dial.wait();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polish_caller_hears_the_status_and_reaches_a_person() {
    let script = "Gdzie jest moja paczka?\ndtmf: 12345678\ndtmf: 1\ndtmf: 0\nwait: 20s\n";
    a_scripted_call("1000", "pl", script, &["automat", "1 2 3", "Kraków"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_romanian_caller_hears_the_status_and_reaches_a_person() {
    let script = "Numărul de colet.\ndtmf: 12345678\ndtmf: 1\ndtmf: 0\nwait: 20s\n";
    a_scripted_call("1002", "ro", script, &["automat", "1 2 3", "Kraków"]).await;
}
