//! Calls over real sockets to a far end that greets, listens and answers.

use super::activity::{Activity, Heard};
use super::*;
use crate::edge::bad_line::BadLine;
use crate::edge::leg::{Audio, MediaCommand, MediaEvent, PlaybackId};
use crate::edge::{Leg, Media, MediaConfig};
use clap::Parser;
use sip::endpoint::{Endpoint, EndpointConfig};
use sip::guard::{Guard, RequestFacts, Verdict};
use sip::sdp::{self, Codec, LocalMedia, MediaFlow};
use sip::session::{Incoming, Session, SessionCommand, SessionEvent};
use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const PAUSE_MS: u64 = 300;

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    args: Args,
}

fn args(words: &[&str]) -> Args {
    CommandLine::parse_from(["dial"].iter().chain(words)).args
}

/// What the command wrote.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn events(&self) -> Vec<serde_json::Value> {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs the command; whether it ended well, and what it wrote.
async fn dial(words: &[&str]) -> (bool, Vec<serde_json::Value>) {
    let args = args(words);
    let written = Written::default();
    let steps = steps_of(&args).unwrap();
    let plan = plan_of(&args).unwrap();
    let normal = call(&args, steps, plan, Box::new(written.clone())).await.unwrap();
    (normal, written.events())
}

fn names(events: &[serde_json::Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

struct Anybody;

impl Guard for Anybody {
    fn judge(&self, _: &RequestFacts<'_>) -> Verdict {
        Verdict::Accept { trunk: "test".to_owned() }
    }

    fn password(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}

/// Where to call, and who answers there.
struct FarEnd {
    target: String,
    endpoint: Endpoint,
    calls: mpsc::Receiver<Incoming>,
}

impl FarEnd {
    async fn listen() -> FarEnd {
        let config = EndpointConfig::new((Ipv4Addr::LOCALHOST, 0).into(), Arc::new(Anybody));
        let (endpoint, calls) = Endpoint::bind(config).await.unwrap();
        let target = format!("sip:1000@{}", endpoint.udp_addr().unwrap());
        FarEnd { target, endpoint, calls }
    }

    /// Greets, waits for the caller, answers, hangs up; the keys that were pressed.
    fn converse(mut self) -> JoinHandle<String> {
        tokio::spawn(async move {
            let incoming = self.calls.recv().await.unwrap();
            let ip = IpAddr::from(Ipv4Addr::LOCALHOST);
            let ports = 44_000..=45_999;
            let config = MediaConfig {
                bind: ip,
                advertised: ip,
                ports,
                threads: 1,
                nat: false,
                line: BadLine::default(),
            };
            let media = Media::start(config, Clock::start()).unwrap();
            let keys = converse(incoming, media.open().unwrap()).await;
            self.endpoint.shutdown().await;
            keys
        })
    }
}

async fn converse(incoming: Incoming, mut leg: Leg) -> String {
    let local = LocalMedia {
        addr: leg.addr,
        codecs: vec![Codec::Pcma],
        ptime_ms: 20,
        session_id: 1,
        version: 1,
        flow: MediaFlow::SendRecv,
    };
    let (answer, negotiated) = sdp::answer(incoming.info.sdp.as_deref().unwrap(), &local).unwrap();
    leg.control.send(MediaCommand::Connect(negotiated)).await.unwrap();
    incoming.session.send(SessionCommand::Answer { sdp: answer }).await.unwrap();
    play(&leg, 1).await;
    let (mut activity, mut keys) = (Activity::new(PAUSE_MS), String::new());
    loop {
        tokio::select! {
            Some(frame) = leg.audio.recv() => {
                if let Some(Heard::Finished { .. }) = activity.push(frame.at, &frame.samples) {
                    play(&leg, 2).await;
                }
            }
            Some(event) = leg.events.recv() => match event {
                MediaEvent::Dtmf { digit, .. } => keys.push(digit),
                MediaEvent::PlaybackDone { id: PlaybackId(2), .. } => break,
                _ => {}
            },
        }
    }
    bye(&incoming.session, incoming.events).await;
    keys
}

async fn play(leg: &Leg, id: u32) {
    let audio = Audio::Ready(tone(600).into());
    leg.control.send(MediaCommand::Play { id: PlaybackId(id), audio }).await.unwrap();
}

async fn bye(session: &Session, mut events: mpsc::Receiver<SessionEvent>) {
    session.send(SessionCommand::HangUp { reason: None }).await.unwrap();
    while let Some(event) = events.recv().await {
        if matches!(event, SessionEvent::Terminated { .. }) {
            return;
        }
    }
}

fn tone(ms: usize) -> Vec<i16> {
    (0..ms * 8).map(|n| ((n as f32 * 0.5).sin() * 6_000.0) as i16).collect()
}

fn wav(path: &Path, samples: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in samples {
        writer.write_sample(*sample).unwrap();
    }
    writer.finalize().unwrap();
}

fn no_voice() -> bool {
    let missing = Voices::load(&VoiceConfig::default()).is_err();
    if missing {
        println!("skipped: espeak-ng is not installed");
    }
    missing
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_waits_for_the_greeting_asks_and_hears_the_answer() {
    if no_voice() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    wav(&dir.path().join("question.wav"), &tone(800));
    let script = dir.path().join("script.txt");
    std::fs::write(&script, "dtmf: 42\nwav: question.wav\n").unwrap();
    let record = dir.path().join("call.wav");
    let far_end = FarEnd::listen().await;
    let target = far_end.target.clone();
    let answered = far_end.converse();
    let words = ["--json", "--no-transcribe", "--pause-ms", "300", "--patience", "1"];
    let files = ["--script", script.to_str().unwrap(), "--record", record.to_str().unwrap()];
    let (normal, events) = dial(&[&[target.as_str()], &words[..], &files[..]].concat()).await;

    assert!(normal, "{events:#?}");
    assert_eq!(answered.await.unwrap(), "42");
    let said: Vec<&str> = names(&events).into_iter().filter(|name| *name != "ringing").collect();
    let story = ["dialling", "answered", "bot_said", "caller_pressed", "caller_said", "bot_said", "ended"];
    assert_eq!(said, story, "{events:#?}");
    let ended = events.last().unwrap();
    assert_eq!(ended["by"], "far_end");
    // The answer to the question was timed; the greeting and the answer to keys are no turns.
    assert_eq!(ended["turn_gap_ms"]["count"], 1);
    assert!(ended["turn_gap_ms"]["p50"].as_u64().unwrap() >= PAUSE_MS, "the far end waits so long");

    let both: Vec<i16> = hound::WavReader::open(&record).unwrap().samples().map(Result::unwrap).collect();
    let loud = |side: usize| both.iter().skip(side).step_by(2).filter(|s| s.unsigned_abs() > 3_000).count();
    assert!(loud(0) > 2_000 && loud(1) > 2_000, "left {} right {}", loud(0), loud(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_ends_with_the_refusal_and_failure() {
    if no_voice() {
        return;
    }
    let mut far_end = FarEnd::listen().await;
    let target = far_end.target.clone();
    let refusing = tokio::spawn(async move {
        let incoming = far_end.calls.recv().await.unwrap();
        let refusal = SessionCommand::Reject { code: 486, reason: "Busy Here".to_owned(), retry_after: None };
        incoming.session.send(refusal).await.unwrap();
        far_end
    });
    let (normal, events) = dial(&[&target, "--json", "--no-transcribe", "--dtmf", "1"]).await;
    assert!(!normal);
    let failed = events.last().unwrap();
    assert_eq!((failed["event"].as_str(), failed["code"].as_u64()), (Some("failed"), Some(486)));
    refusing.await.unwrap().endpoint.shutdown().await;
}

#[test]
fn what_makes_no_sense_is_refused_before_anybody_is_called() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("script.txt");
    std::fs::write(&script, "Hello\nwav: missing.wav\n").unwrap();
    let error = steps_of(&args(&["sip:1@127.0.0.1", "--script", script.to_str().unwrap()])).unwrap_err();
    let error = format!("{error:#}");
    assert!(error.contains("script.txt") && error.contains("missing.wav"), "{error}");
    assert!(steps_of(&args(&["sip:1@127.0.0.1", "--dtmf", "x"])).is_err());
    assert!(plan_of(&args(&["1000"])).is_err_and(|error| error.to_string().contains("sip:1000@")));
    let unset = args(&["sip:1@127.0.0.1", "--user", "u", "--password-env", "DUET_TEST_NOT_SET"]);
    assert!(plan_of(&unset).is_err_and(|error| error.to_string().contains("DUET_TEST_NOT_SET")));
}
