//! The telephone in the browser: real callers, a real node, and agents in headless Chromium with a microphone that
//! hums. `web/tests/softphone.mjs` clicks and listens on the agents' side; this file dials and listens on the caller's.

// Tests have tasks and wait for them.
#![allow(clippy::disallowed_methods)]

mod support;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::baresip::Baresip;
use support::node::{Agent, Node};
use support::sound;

/// The caller's tone; the agents' are made by the browsers, each by its own file.
const CALLER: f64 = 500.0;
const AGENTS: [(&str, f64); 3] = [("anna", 900.0), ("ben", 1_300.0), ("sue", 1_700.0)];
/// Longest wait for a sound to change.
const PATIENCE: Duration = Duration::from_secs(12);

#[derive(Clone)]
struct Stage {
    node: Arc<Node>,
    caller: Arc<Mutex<Baresip>>,
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_talk_in_the_browser_through_reload_hold_advice_and_another_tab() {
    let root = env!("CARGO_MANIFEST_DIR");
    let [anna, ben, sue] = [("anna", "Anna Nowak"), ("ben", "Ben Popescu"), ("sue", "Sue Ionescu")]
        .map(|(id, name)| Agent { id, name, sip_port: 0 });
    let node = Arc::new(Node::start(&[anna, ben], ""));
    node.hire_supervisor(&sue);
    let tones = tempfile::tempdir().unwrap();
    for (id, hz) in AGENTS {
        write_hum(&tones.path().join(format!("{id}.wav")), hz);
    }
    let caller = Arc::new(Mutex::new(Baresip::start("48600100200", false)));
    let stage = Stage { node: node.clone(), caller };
    let control = serve(stage).await;
    let browser = tokio::process::Command::new("node")
        .arg(format!("{root}/web/tests/softphone.mjs"))
        .arg(format!("http://localhost:{}", node.desk.port()))
        .arg(control)
        .arg(tones.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("node runs: install Node.js 20 or newer");
    let report = String::from_utf8_lossy(&browser.stdout);
    let log = node.log();
    let tail =
        log.lines().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n");
    assert!(browser.status.success(), "{report}\n{}\n{tail}", String::from_utf8_lossy(&browser.stderr));
}

/// A tone in pulses, as loud as speech: steady ones are noise to a browser, and taken out.
fn write_hum(path: &std::path::Path, hz: f64) {
    const RATE: u32 = 48_000;
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..2 * RATE {
        let seconds = f64::from(n) / f64::from(RATE);
        let loud = if (seconds * 4.0).fract() < 0.6 { 12_000.0 } else { 0.0 };
        writer.write_sample((f64::sin(std::f64::consts::TAU * hz * seconds) * loud) as i16).unwrap();
    }
    writer.finalize().unwrap();
}

async fn serve(stage: Stage) -> String {
    let app = Router::new()
        .route("/dial", post(dial))
        .route("/hang-up", post(hang_up))
        .route("/hears/{what}", post(hears))
        .route("/keys", get(keys))
        .route("/events/{call}", get(events))
        .with_state(stage);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// A caller asks for a person with key 0; the call's id.
async fn dial(State(stage): State<Stage>) -> Json<Value> {
    let known = stage.node.calls().await;
    stage.caller.lock().unwrap().dial(&format!("sip:1003@{}", stage.node.sip));
    let call = stage.node.new_call(&known).await;
    stage.node.wait_for(&call, 0, "the answer", |event| event["type"] == "call_answered").await;
    stage.caller.lock().unwrap().press("0");
    stage.node.wait_for(&call, 0, "the decision", |event| event["type"] == "escalated").await;
    stage.caller.lock().unwrap().play(&sound::tone(CALLER));
    Json(json!(call))
}

async fn hang_up(State(stage): State<Stage>) -> Json<Value> {
    stage.caller.lock().unwrap().hang_up();
    Json(json!(true))
}

/// Waits until the caller hears an agent, something else, or nothing; false when that never came.
async fn hears(State(stage): State<Stage>, Path(what): Path<String>) -> Json<Value> {
    let deadline = Instant::now() + PATIENCE;
    let tones = AGENTS.map(|(_, hz)| hz);
    loop {
        let heard = stage.caller.lock().unwrap().heard();
        let shares = tones.map(|hz| sound::share_of(&heard, hz));
        let is_so = heard.len() > sound::RATE
            && match what.as_str() {
                "nothing" => !sound::sounds(&heard),
                "music" => sound::sounds(&heard) && shares.iter().all(|share| *share < 0.1),
                agent => {
                    let tone = AGENTS.iter().position(|(id, _)| *id == agent).expect("an agent");
                    sound::sounds(&heard) && shares[tone] > 0.4
                }
            };
        if is_so || Instant::now() > deadline {
            return Json(json!({ "heard": is_so, "shares": shares, "sounds": sound::sounds(&heard) }));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What the caller's telephone says of keys that it was sent.
async fn keys(State(stage): State<Stage>) -> Json<Value> {
    Json(json!(stage.caller.lock().unwrap().log()))
}

async fn events(State(stage): State<Stage>, Path(call): Path<String>) -> Json<Value> {
    Json(json!(stage.node.events(&call).await))
}
