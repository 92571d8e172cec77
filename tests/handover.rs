//! Handovers with real peers: waiting, being rung back, passing on, and telephones that misbehave.

mod support;

use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::actor::Actor;
use support::baresip::Baresip;
use support::node::{Agent, Node, is};
use support::screen::Screen;
use support::sipp::{Does, Telephone, referred_caller};
use support::sound;

/// Longest wait for a sound to change.
const PATIENCE: Duration = Duration::from_secs(8);

fn said(event: &Value, prompt: &str) -> bool {
    is(event, "bot_said") && event["prompt"].as_str().is_some_and(|key| key.starts_with(prompt))
}

/// Waits until what the phone heard in its last second is so.
async fn hears(phone: &Baresip, what: &str, is_so: impl Fn(&[i16]) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let heard = phone.heard();
        if heard.len() > sound::RATE && is_so(&heard) {
            return;
        }
        assert!(Instant::now() < deadline, "waited for {what}; the last second: {}", shares(&heard));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The tones of caller, Anna and Ben.
const CALLER: f64 = 500.0;
const ANNA: f64 = 900.0;
const BEN: f64 = 1_300.0;
const TONES: [f64; 3] = [CALLER, ANNA, BEN];

fn shares(heard: &[i16]) -> String {
    TONES.map(|hz| format!("{hz} Hz {:.2}", sound::share_of(heard, hz))).join(", ")
}

/// Nearly all of it is this tone.
fn only(hz: f64) -> impl Fn(&[i16]) -> bool {
    move |heard| sound::share_of(heard, hz) > 0.8
}

fn both(one: f64, other: f64) -> impl Fn(&[i16]) -> bool {
    move |heard| sound::share_of(heard, one) > 0.25 && sound::share_of(heard, other) > 0.25
}

/// Sound, and none of the tones.
fn music(heard: &[i16]) -> bool {
    sound::sounds(heard) && TONES.iter().all(|hz| sound::share_of(heard, *hz) < 0.2)
}

async fn obeys(node: &Node, call: &str, what: Value) {
    let status = node.command("anna", call, what.clone()).await;
    assert_eq!(status, 202, "{what}: {}", node.log());
}

/// A caller asks for a person with key 0; returns the call.
async fn asks_for_a_person(node: &Node, caller: &mut Baresip, known: &[String]) -> String {
    caller.dial(&format!("sip:1003@{}", node.sip));
    let call = node.new_call(known).await;
    node.wait_for(&call, 0, "the answer", |event| is(event, "call_answered")).await;
    caller.press("0");
    node.wait_for(&call, 0, "the decision", |event| is(event, "escalated")).await;
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn hold_advice_conference_and_transfer_are_heard_by_everyone_as_they_should() {
    let (mut anna, mut ben) = (Baresip::start("anna", true), Baresip::start("ben", true));
    let node = Node::start(&agents(&anna, &ben), "");
    node.presence("anna", "available").await;
    let mut caller = Baresip::start("48600100200", false);
    let call = asks_for_a_person(&node, &mut caller, &[]).await;
    node.wait_for(&call, 0, "the bridge", |event| is(event, "bridged")).await;
    caller.play(&sound::tone(CALLER));
    anna.play(&sound::tone(ANNA));
    hears(&caller, "Anna", only(ANNA)).await;
    hears(&anna, "the caller", only(CALLER)).await;

    obeys(&node, &call, json!({ "do": "hold" })).await;
    hears(&caller, "music on hold", music).await;
    obeys(&node, &call, json!({ "do": "retrieve" })).await;
    hears(&caller, "Anna again", only(ANNA)).await;

    assert_eq!(
        node.command("anna", &call, json!({ "do": "consult", "colleague": "ben" })).await,
        409,
        "not there"
    );
    node.presence("ben", "available").await;
    obeys(&node, &call, json!({ "do": "consult", "colleague": "ben" })).await;
    node.wait_for(&call, 0, "Ben's answer", |event| is(event, "consult_answered")).await;
    ben.play(&sound::tone(BEN));
    hears(&anna, "Ben alone", only(BEN)).await;
    hears(&ben, "Anna alone", only(ANNA)).await;
    hears(&caller, "music meanwhile", music).await;

    obeys(&node, &call, json!({ "do": "conference" })).await;
    hears(&caller, "Anna and Ben", both(ANNA, BEN)).await;
    hears(&anna, "caller and Ben", both(CALLER, BEN)).await;
    hears(&ben, "caller and Anna", both(CALLER, ANNA)).await;

    obeys(&node, &call, json!({ "do": "complete_transfer" })).await;
    hears(&caller, "Ben alone", only(BEN)).await;
    hears(&ben, "the caller alone", only(CALLER)).await;
    assert_eq!(node.command("anna", &call, json!({ "do": "hold" })).await, 409, "it is Ben's call now");

    // Ben gives the caller back to the bot.
    let back = json!({ "do": "back_to_bot", "note": "will send the form" });
    assert_eq!(node.command("ben", &call, back).await, 202);
    let at = node.wait_for(&call, 0, "the bot", |event| said(event, "agent-done")).await;
    node.wait_for(&call, at, "its question", |event| said(event, "anything-else")).await;
    caller.hang_up();
    node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
    let agents = node.get("/api/v1/agents").await;
    assert_eq!(agents["items"][0]["presence"]["state"], "wrap_up", "{agents}");
}

fn agents(anna: &Baresip, ben: &Baresip) -> [Agent<'static>; 2] {
    [
        Agent { id: "anna", name: "Anna Nowak", sip_port: anna.sip_port },
        Agent { id: "ben", name: "Ben Popescu", sip_port: ben.sip_port },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_wants_to_be_rung_back_is_and_hears_a_person() {
    let mut anna = Baresip::start("anna", true);
    let mut caller = Baresip::start("48600100200", true);
    let gateway = format!("callback = \"sip:{{number}}@127.0.0.1:{}\"", caller.sip_port);
    let node =
        Node::start_with(&[Agent { id: "anna", name: "Anna Nowak", sip_port: anna.sip_port }], "", &gateway);
    let call = asks_for_a_person(&node, &mut caller, &[]).await;
    let at = node.wait_for(&call, 0, "the honest words", |event| said(event, "try-again-callback")).await;
    // "Shall I try again while you wait?" Yes; then the choice of the queue.
    caller.press("1");
    let at = node.wait_for(&call, at, "the queue", |event| is(event, "queued")).await;
    let at = node.wait_for(&call, at, "news", |event| said(event, "wait-next")).await;
    caller.press("1");
    node.wait_for(&call, at, "the promise heard", |event| said(event, "callback-promised")).await;
    node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
    assert_eq!(node.get(&format!("/api/v1/calls/{call}")).await["outcome"], "callback_promised");
    assert_eq!(node.get("/api/v1/callbacks").await["items"][0]["of"], call.as_str());

    let screen = Screen::open(&node, "anna").await;
    let back = node.new_call(std::slice::from_ref(&call)).await;
    node.wait_for(&back, 0, "the promised call", |event| is(event, "calling_back")).await;
    let at = node.wait_for(&back, 0, "who calls", |event| said(event, "callback-hello")).await;
    node.wait_for(&back, at, "the bridge", |event| is(event, "bridged")).await;
    anna.play(&sound::tone(ANNA));
    hears(&caller, "Anna", only(ANNA)).await;
    let card = screen.card().expect("a card");
    assert_eq!(card["caller"], "48600100200");
    assert!(
        card["briefs"]["en"]["why"].as_str().is_some_and(|why| why.contains("person")),
        "the first call's story: {card}"
    );
    caller.hang_up();
    node.wait_for(&back, at, "the end", |event| is(event, "call_ended")).await;
    let events = node.events(&back).await;
    assert!(events.iter().any(|event| is(event, "disclosure_played") && event["completed"] == true));
    let deadline = Instant::now() + PATIENCE;
    while node.get("/api/v1/callbacks").await["items"] != json!([]) {
        assert!(Instant::now() < deadline, "the promise is kept and still stands");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_heard_as_it_was_left_and_written_down_also_when_the_caller_hangs_up_in_the_middle() {
    let anna = [Agent { id: "anna", name: "Anna Nowak", sip_port: 9 }];
    let node = Node::start(&anna, "");
    let speech = Actor::new().speak("My parcel is damaged. Please send me a new one.").await;
    let mut known = Vec::new();
    for hangs_up in [false, true] {
        let mut caller = Baresip::start("48600100200", false);
        let call = asks_for_a_person(&node, &mut caller, &known).await;
        let at = node.wait_for(&call, 0, "the honest words", |event| said(event, "try-again")).await;
        caller.press("3");
        let at = node.wait_for(&call, at, "the tone", |event| is(event, "message_began")).await;
        caller.play(&speech);
        if hangs_up {
            tokio::time::sleep(Duration::from_millis(speech.len() as u64 / 8)).await;
            caller.hang_up();
        } else {
            node.wait_for(&call, at, "the thanks", |event| said(event, "message-kept")).await;
        }
        let at = node.wait_for(&call, at, "the message", |event| is(event, "message_left")).await;
        node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
        assert_eq!(node.get(&format!("/api/v1/calls/{call}")).await["outcome"], "message_left");
        let at = node.wait_for(&call, at, "its words", |event| is(event, "message_written")).await;
        let text = node.events(&call).await[at]["text"].to_string().to_lowercase();
        assert!(text.contains("parcel") && text.contains("damage"), "{text}");
        known.push(call);
    }
    let messages = node.get("/api/v1/voicemails?done=false").await;
    assert_eq!(messages["items"].as_array().map(Vec::len), Some(2), "{messages}");
    let (stt, english) = (sound::listener(), duet::language::Language::English);
    for message in messages["items"].as_array().unwrap() {
        let kept = format!("voicemail/{}.wav", message["id"].as_str().unwrap());
        let heard = sound::words(&stt, &sound::read_wav(&node.data().join(kept)), english).await;
        assert!(heard.contains("parcel"), "a person hears: {heard}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: scripts/test --all"]
async fn a_caller_who_waits_ninety_seconds_is_told_and_an_agent_who_comes_gets_them_at_once() {
    let anna = Baresip::start("anna", true);
    let mut caller = Baresip::start("48600100200", false);
    let gateway = "callback = \"sip:{number}@127.0.0.1:9\"";
    let node =
        Node::start_with(&[Agent { id: "anna", name: "Anna Nowak", sip_port: anna.sip_port }], "", gateway);
    let call = asks_for_a_person(&node, &mut caller, &[]).await;
    let at = node.wait_for(&call, 0, "the honest words", |event| said(event, "try-again")).await;
    caller.press("1");
    let queued = node.wait_for(&call, at, "the queue", |event| is(event, "queued")).await;
    hears(&caller, "music", music).await;
    node.wait_for(&call, queued, "the place", |event| said(event, "wait-next")).await;
    let at = node.wait_for(&call, queued, "the choices", |event| said(event, "wait-choices-callback")).await;
    hears(&caller, "music after it", music).await;
    let at = node.wait_for(&call, at, "more news", |event| said(event, "wait-still")).await;
    let came = Instant::now();
    let _screen = Screen::open(&node, "anna").await;
    node.wait_for(&call, at, "the ringing", |event| is(event, "agent_offered")).await;
    assert!(came.elapsed() < Duration::from_secs(2), "{:?}", came.elapsed());
    node.wait_for(&call, at, "the bridge", |event| is(event, "bridged")).await;
    let events = node.events(&call).await;
    let moment =
        |kind: &str| events.iter().rfind(|event| is(event, kind)).and_then(|event| event["at"].as_u64());
    let waited_ms = moment("bridged").unwrap() - moment("queued").unwrap();
    assert!(waited_ms > 60_000, "{waited_ms}");
    let heard = sound::words(&sound::listener(), &caller.heard(), duet::language::Language::English).await;
    for words in ["next", "call me back", "go on with me"] {
        assert!(heard.contains(words), "the caller heard no {words:?} in: {heard}");
    }
}

/// What Anna's telephone does while hers is the first to ring, and what the record calls it. Last comes the one that
/// leaves messages on their way: sipp would take them for a call of its successor.
const MISBEHAVIOUR: [(Does, &str); 11] = [
    (Does::Video, "unreachable"),
    (Does::Refuse(486), "busy"),
    (Does::Refuse(600), "busy"),
    (Does::Refuse(603), "declined"),
    (Does::Refuse(404), "unreachable"),
    (Does::Refuse(503), "unreachable"),
    (Does::RingThenRefuse(480), "no_answer"),
    (Does::RingThenRefuse(486), "busy"),
    (Does::Ring, "no_answer"),
    (Does::Nothing, "no_answer"),
    (Does::AnswerAfterCancel, "no_answer"),
];

/// One node, one call after another: Anna's telephone misbehaves, Ben's takes the call.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: scripts/test --all"]
async fn whatever_an_agents_telephone_does_the_caller_gets_the_next_agent() {
    let port = support::free_port();
    let ben = Baresip::start("ben", true);
    let node = Node::start(
        &[
            Agent { id: "anna", name: "Anna Nowak", sip_port: port },
            Agent { id: "ben", name: "Ben Popescu", sip_port: ben.sip_port },
        ],
        "",
    );
    let mut known = Vec::new();
    for (number, (does, expected)) in (48_600_100_200_u64..).zip(MISBEHAVIOUR) {
        // A number that Ben has talked with would be his again.
        let mut caller = Baresip::start(&number.to_string(), false);
        let _telephone = Telephone::start(port, does);
        both_at_their_desks(&node).await;
        let call = asks_for_a_person(&node, &mut caller, &known).await;
        let at = node.wait_for(&call, 0, "a refusal", |event| is(event, "agent_refused")).await;
        let refused = node.events(&call).await[at].clone();
        let why = refused["refusal"].as_str().unwrap();
        assert!(expected.contains(why) && refused["agent"] == "anna", "{does:?}: {refused}");
        node.wait_for(&call, at, "the next agent", |event| is(event, "bridged") && event["agent"] == "ben")
            .await;
        caller.hang_up();
        node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
        known.push(call);
    }
}

/// Anna has been idle longer: she comes first.
async fn both_at_their_desks(node: &Node) {
    for agent in ["anna", "ben"] {
        finish_wrap_up(node, agent).await;
        node.presence(agent, "offline").await;
    }
    for agent in ["anna", "ben"] {
        node.presence(agent, "available").await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Wrap-up ends by the desk; here a screen saves it.
async fn finish_wrap_up(node: &Node, agent: &str) {
    let agents = node.get("/api/v1/agents").await;
    let items = agents["items"].as_array().unwrap();
    let state = items.iter().find(|item| item["id"] == agent).unwrap();
    if let Some(call) = state["presence"]["call_id"].as_str() {
        let screen = Screen::open(node, agent).await;
        screen.send(json!({ "type": "wrap_up", "call_id": call, "code": "solved", "note": "" })).await;
        let deadline = Instant::now() + PATIENCE;
        while !screen.seen().iter().any(|message| message["type"] == "wrap_up_saved") {
            assert!(Instant::now() < deadline, "the wrap-up of {agent} was not saved: {:?}", screen.seen());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: scripts/test --all"]
async fn an_agent_lost_after_the_bridge_leaves_the_caller_with_the_bot() {
    let port = support::free_port();
    let node = Node::start(&[Agent { id: "anna", name: "Anna Nowak", sip_port: port }], "");
    let mut caller = Baresip::start("48600100200", false);
    let mut known = Vec::new();
    // Hangs up at once; then: the process is killed, nothing says goodbye.
    for does in [Does::HangUp, Does::HoldAndResume] {
        let mut telephone = Telephone::start(port, does);
        finish_wrap_up(&node, "anna").await;
        node.presence("anna", "available").await;
        let call = asks_for_a_person(&node, &mut caller, &known).await;
        let at = node.wait_for(&call, 0, "the bridge", |event| is(event, "bridged")).await;
        if does == Does::HoldAndResume {
            let at = node.wait_for(&call, at, "hold by the telephone", |event| is(event, "hold_began")).await;
            hears(&caller, "music on hold", music).await;
            node.wait_for(&call, at, "the end of the hold", |event| is(event, "hold_ended")).await;
            telephone.kill();
        }
        let at = node.wait_for(&call, at, "the bot", |event| is(event, "returned_to_bot")).await;
        node.wait_for(&call, at, "honest words", |event| said(event, "agent-left")).await;
        caller.hang_up();
        node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
        known.push(call);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: scripts/test --all"]
async fn a_caller_who_hangs_up_ends_every_leg_whatever_crosses() {
    let port = support::free_port();
    let node = Node::start(&[Agent { id: "anna", name: "Anna Nowak", sip_port: port }], "");
    let mut caller = Baresip::start("48600100200", false);
    let mut known = Vec::new();
    for (does, until) in [
        (Does::Ring, "agent_ringing"),
        (Does::AnswerAfterCancel, "agent_ringing"),
        (Does::ReInviteCrossingBye, "bridged"),
    ] {
        let _telephone = Telephone::start(port, does);
        finish_wrap_up(&node, "anna").await;
        node.presence("anna", "available").await;
        let call = asks_for_a_person(&node, &mut caller, &known).await;
        let at = node.wait_for(&call, 0, until, |event| is(event, until)).await;
        caller.hang_up();
        node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
        known.push(call);
    }
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        let agents = node.get("/api/v1/agents").await;
        let state = agents["items"][0]["presence"]["state"].as_str().unwrap().to_owned();
        if ["available", "wrap_up", "paused"].contains(&state.as_str()) {
            break;
        }
        assert!(Instant::now() < deadline, "{agents}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(node.send(Method::DELETE, "/api/v1/callbacks/none", Value::Null).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_go_to_people_outside_by_refer_and_by_invite() {
    let port = support::free_port();
    let _exchange = Telephone::start(port, Does::AnswerWhenTold);
    let places = format!(
        "[[outside]]\nname = \"elsewhere\"\nqueues = [\"general\"]\nuri = \"sip:claims@127.0.0.1:9\"\nby = \"refer\"\nfirst = true\n\
         [[outside]]\nname = \"exchange\"\nqueues = [\"general\"]\nuri = \"sip:claims@127.0.0.1:{port}\"\n"
    );
    let node = Node::start(&[], &places);

    let calls = referred_caller(node.sip, true);
    let watches = async {
        let call = node.new_call(&[]).await;
        let at = node.wait_for(&call, 0, "the trunk's refusal", |event| is(event, "agent_refused")).await;
        let refused = node.events(&call).await[at].clone();
        assert_eq!((&refused["agent"], &refused["refusal"]), (&json!("elsewhere"), &json!("declined")));
        let at = node.wait_for(&call, at, "the exchange", |event| is(event, "bridged")).await;
        assert_eq!(node.events(&call).await[at]["agent"], "exchange");
        node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
        call
    };
    let (called, first) = tokio::join!(calls, watches);
    called.unwrap_or_else(|statistics| panic!("{statistics}\n{}", node.log()));

    let calls = referred_caller(node.sip, false);
    let watches = async {
        let call = node.new_call(std::slice::from_ref(&first)).await;
        let at = node.wait_for(&call, 0, "the place that rings", |event| is(event, "agent_ringing")).await;
        let at = node.wait_for(&call, at, "an answer there", |event| is(event, "bridged")).await;
        let at = node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
        let events = node.events(&call).await;
        assert_eq!((&events[at]["outcome"], &events[at]["by"]), (&json!("handed_over"), &json!("system")));
        assert!(events[at]["reason"].as_str().unwrap().contains("elsewhere"), "{}", events[at]);
    };
    let (called, ()) = tokio::join!(calls, watches);
    called.unwrap_or_else(|statistics| panic!("{statistics}\n{}", node.log()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_types_a_line_for_the_bot_and_takes_the_call_over_without_a_gap() {
    let mut ewa = Baresip::start("ewa", true);
    let node = Node::start(&[], "");
    node.hire_supervisor(&Agent { id: "ewa", name: "Ewa Nowak", sip_port: ewa.sip_port });
    let screen = Screen::open(&node, "ewa").await;
    screen.send(json!({ "type": "set_presence", "presence": { "state": "offline" } })).await;
    screen.send(json!({ "type": "open_wall" })).await;
    let mut caller = Baresip::start("48600100200", false);
    caller.dial(&format!("sip:1003@{}", node.sip));
    let call = node.new_call(&[]).await;
    let at = node.wait_for(&call, 0, "the greeting", |event| said(event, "greeting")).await;
    screen.send(json!({ "type": "watch", "call_id": call })).await;
    let hand = |hand: Value| json!({ "type": "supervise", "call_id": call, "hand": hand });

    screen.send(hand(json!({ "do": "steer", "text": "We are sorry for the delay." }))).await;
    let at = node.wait_for(&call, at, "the line", |event| said(event, "steered")).await;
    let line = node.events(&call).await[at].clone();
    assert_eq!((&line["text"], &line["typed_by"]), (&json!("We are sorry for the delay."), &json!("ewa")));

    screen.send(hand(json!({ "do": "take_over" }))).await;
    let at = node.wait_for(&call, at, "the announcement", |event| said(event, "taken-over")).await;
    let announced = node.events(&call).await[at].clone();
    assert_eq!(announced["heard_ms"], announced["total_ms"], "heard to its end: {announced}");
    let at = node.wait_for(&call, at, "the bridge", |event| is(event, "bridged")).await;
    caller.play(&sound::tone(CALLER));
    ewa.play(&sound::tone(ANNA));
    hears(&caller, "Ewa", only(ANNA)).await;
    hears(&ewa, "the caller", only(CALLER)).await;
    let card = screen.card().expect("the card came with the call");
    assert_eq!(card["call_id"], call.as_str());

    let back = json!({ "do": "back_to_bot", "note": "all settled" });
    assert_eq!(node.command("ewa", &call, back).await, 202);
    let at = node.wait_for(&call, at, "the bot", |event| said(event, "agent-done")).await;
    caller.hang_up();
    node.wait_for(&call, at, "the end", |event| is(event, "call_ended")).await;
    let trail = node.get("/api/v1/audit").await;
    for action in ["wall_opened", "call_watched", "steered", "call_taken_over"] {
        let items = trail["items"].as_array().expect("items");
        assert!(items.iter().any(|entry| entry["action"] == action), "{action}: {trail}");
    }
}
