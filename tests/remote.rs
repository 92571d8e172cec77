//! A node whose recogniser and voice are elsewhere, behind an OpenAI-compatible endpoint, and what a
//! caller notices when that endpoint fails in mid-call: another voice, and no lost turn.

mod support;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use duet::language::Language;
use serde_json::{Value, json};
use std::f32::consts::TAU;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use support::baresip::Baresip;
use support::fallback::{goes_on_here, said};
use support::node::{Node, is};
use support::sound;

/// What the engine elsewhere makes of every utterance: the caller says something else.
const HEARD_ELSEWHERE: &str = "When are you open?";
/// Its voice is a tone that no voice has, at OpenAI's rate.
const TONE_HZ: f32 = 1_000.0;
const VOICE_RATE_HZ: u32 = 24_000;

/// Speech engines behind the two paths of the API.
#[derive(Clone, Default)]
struct Engine {
    broken: Arc<AtomicBool>,
    transcribed: Arc<AtomicUsize>,
    spoken: Arc<AtomicUsize>,
}

impl Engine {
    /// Serves until the test ends; gives the address with the version.
    async fn serve(&self) -> String {
        let routes = Router::new()
            .route("/v1/audio/transcriptions", post(transcribe))
            .route("/v1/audio/speech", post(speak))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        url
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

async fn transcribe(State(engine): State<Engine>, form: Bytes) -> Response {
    if engine.is_broken() {
        return (StatusCode::INTERNAL_SERVER_ERROR, "out of memory").into_response();
    }
    let file = form.windows(4).position(|window| window == b"RIFF").expect("a WAV in the form");
    let wav = hound::WavReader::new(&form[file..]).expect("a WAV that can be read");
    assert_eq!((wav.spec().sample_rate, wav.spec().channels), (8_000, 1));
    assert!(wav.duration() > 2_000, "{} samples are no utterance", wav.duration());
    engine.transcribed.fetch_add(1, Ordering::Relaxed);
    let segments = json!([{ "text": HEARD_ELSEWHERE, "avg_logprob": -0.1, "no_speech_prob": 0.01 }]);
    let answer = json!({ "text": HEARD_ELSEWHERE, "language": "english", "segments": segments });
    axum::Json(answer).into_response()
}

async fn speak(State(engine): State<Engine>, axum::Json(asked): axum::Json<Value>) -> Response {
    if engine.is_broken() {
        return (StatusCode::INTERNAL_SERVER_ERROR, "out of memory").into_response();
    }
    assert_eq!((&asked["model"], &asked["response_format"]), (&json!("tts-1"), &json!("wav")));
    engine.spoken.fetch_add(1, Ordering::Relaxed);
    let letters = asked["input"].as_str().expect("text").chars().count();
    let pieces: Vec<Bytes> = tone(60 * letters).chunks(4_096).map(Bytes::copy_from_slice).collect();
    let pieces = futures::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
    Body::from_stream(pieces).into_response()
}

/// A WAV of so many ms.
fn tone(ms: usize) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: VOICE_RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for n in 0..ms * VOICE_RATE_HZ as usize / 1_000 {
        let phase = TAU * TONE_HZ * n as f32 / VOICE_RATE_HZ as f32;
        writer.write_sample((phase.sin() * 5_000.0) as i16).unwrap();
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

/// Seconds of the recording that are the tone and little else.
fn tone_s(samples: &[i16]) -> f32 {
    let frames = samples.chunks_exact(160);
    let step = TAU * TONE_HZ / sound::RATE as f32;
    let tonal = frames.filter(|frame| {
        let (mut re, mut im, mut power) = (0.0, 0.0, 0.0);
        for (n, sample) in frame.iter().enumerate() {
            let (sample, angle) = (f32::from(*sample), step * n as f32);
            re += sample * angle.cos();
            im += sample * angle.sin();
            power += sample * sample;
        }
        power > 1e6 && (re * re + im * im) / (80.0 * power) > 0.9
    });
    0.02 * tonal.count() as f32
}

fn config(url: &str) -> String {
    // Prompts are kept between runs by the voice's name; this one must be asked.
    let voice = std::process::id();
    format!(
        "[hear.remote]\nurl = \"{url}\"\n[speak]\nen = \"remote:v{voice}|piper:en_US-joe-medium.onnx\"\n[speak.remote]\nurl = \"{url}\"\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_heard_and_spoken_elsewhere_and_goes_on_here_when_that_fails() {
    let engine = Engine::default();
    let node = Node::start(&[], &config(&engine.serve().await));
    let actor = support::actor::Actor::new();
    let mut caller = Baresip::start("alice", false);

    caller.dial(&format!("sip:1000@{}", node.sip));
    let call = node.new_call(&[]).await;
    let mut at = node.wait_for(&call, 0, "the greeting", |event| said(event, "greeting")).await;
    caller.play(&actor.speak("Where is my parcel?").await);
    at = node.wait_for(&call, at, "the words", |event| is(event, "caller_said")).await;
    assert_eq!(node.events(&call).await[at]["text"], HEARD_ELSEWHERE);
    at = node.wait_for(&call, at, "the hours", |event| said(event, "hours")).await;
    assert!(engine.transcribed.load(Ordering::Relaxed) >= 1);
    assert!(engine.spoken.load(Ordering::Relaxed) >= 3, "disclosure, greeting and hours at least");
    node.wait_for(&call, at, "silence", |event| said(event, "anything-else")).await;
    let before = caller.heard();
    assert!(tone_s(&before) > 5.0, "the caller heard the voice from elsewhere for {} s", tone_s(&before));

    engine.broken.store(true, Ordering::Relaxed);
    goes_on_here(&node, &call, at, &mut caller, &actor).await;
    let events = node.events(&call).await;
    assert!(!events.iter().any(|event| is(event, "engine_failed")), "{events:?}");

    let heard = caller.heard();
    let words = sound::words(&sound::listener(), &heard[before.len()..], Language::English).await;
    assert!(
        ["one", "1", "right", "correct"].iter().any(|word| words.contains(word)),
        "the caller heard: {words}"
    );
    let metrics = node.text("/metrics").await;
    for line in ["duet_remote_failures_total{engine=\"stt\",reason=\"refused\"}", "duet_tts_fallbacks_total{"]
    {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
}

/// `duet check` on a configuration; its exit code and what it says.
fn check(url: &str) -> (Option<i32>, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("duet.toml");
    let models = support::models_dir().display().to_string();
    let trunk = "[[trunk]]\nname = \"lan\"\nallow = [\"127.0.0.1\"]\nnumbers = { \"*\" = \"parcel\" }\n";
    std::fs::write(&path, format!("models_dir = \"{models}\"\n{}{trunk}", config(url))).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_duet"))
        .args(["check", "--config"])
        .arg(&path)
        .current_dir(support::root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).replace(&path.display().to_string(), "duet.toml");
    (output.status.code(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_asks_the_engines_elsewhere_and_names_file_and_key_of_what_does_not_answer() {
    let engine = Engine::default();
    let url = engine.serve().await;
    let checked = url.clone();
    let (code, said) = tokio::task::spawn_blocking(move || check(&checked)).await.unwrap();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(engine.spoken.load(Ordering::Relaxed), 1);

    engine.broken.store(true, Ordering::Relaxed);
    let (code, said) = tokio::task::spawn_blocking(move || check(&url)).await.unwrap();
    assert_eq!(code, Some(64), "{said}");
    for expected in
        ["duet.toml: hear.remote.url: refused with status 500: out of memory", "duet.toml: speak.en: "]
    {
        assert!(said.contains(expected), "{expected:?} in {said}");
    }
}
