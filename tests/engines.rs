//! A node whose recogniser and voice are servers that other people wrote (`scripts/engines`), and a caller who
//! goes on when both are killed in mid-call.

mod support;

use duet::language::Language;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use support::baresip::Baresip;
use support::fallback::{goes_on_here, said};
use support::node::{Node, is};
use support::sound;

/// The servers; killed when dropped.
struct Engines {
    child: Child,
    /// Lines for `duet.toml`.
    config: String,
}

impl Engines {
    /// Installs them where needed, and waits until both answer.
    fn start() -> Engines {
        let port = || support::free_tcp_port().to_string();
        let mut child = Command::new(support::root().join("scripts/engines"))
            .args(["--hear", &port(), "--speak", &port()])
            .env("DUET_MODELS_DIR", support::models_dir())
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut config = Vec::new();
        for line in lines {
            config.push(line);
            // The last line: where voices are asked.
            if config.iter().any(|line| line == "[speak.remote]") && config.last().unwrap().starts_with("url")
            {
                break;
            }
        }
        assert!(config.iter().any(|line| line == "# ready"), "the servers did not start: {config:?}");
        // Prompts are kept between runs by the voice's name; this one must be asked.
        let config = config.join("\n").replace("remote:joe", &format!("remote:joe-{}", std::process::id()));
        Engines { child, config }
    }

    fn kill(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

impl Drop for Engines {
    fn drop(&mut self) {
        self.kill();
    }
}

/// How often an engine elsewhere answered.
fn answers(metrics: &str, engine: &str) -> u64 {
    let line = format!("duet_remote_seconds_count{{engine=\"{engine}\"}}");
    let count = metrics.lines().find_map(|found| found.strip_prefix(&line));
    count.map_or(0, |count| count.trim().parse().expect("a count"))
}

/// How often it did not, for whatever reason.
fn failures(metrics: &str, engine: &str) -> u64 {
    let line = format!("duet_remote_failures_total{{engine=\"{engine}\"");
    let counts = metrics.lines().filter(|found| found.starts_with(&line));
    counts.filter_map(|found| found.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow, installs servers from PyPI: scripts/test --all"]
async fn servers_of_other_makers_hear_and_speak_and_may_die_in_mid_call() {
    let mut engines = Engines::start();
    let node = Node::start(&[], &engines.config);
    node.prompts_ready().await;
    let actor = support::actor::Actor::new();
    let mut caller = Baresip::start("alice", false);

    caller.dial(&format!("sip:1003@{}", node.sip));
    let call = node.new_call(&[]).await;
    let mut at = node.wait_for(&call, 0, "the greeting", |event| said(event, "greeting")).await;
    caller.play(&actor.speak("When are you open on Saturday?").await);
    at = node.wait_for(&call, at, "the words", |event| is(event, "caller_said")).await;
    let text = node.events(&call).await[at]["text"].to_string().to_lowercase();
    assert!(text.contains("open"), "heard elsewhere: {text}");
    at = node.wait_for(&call, at, "the hours", |event| said(event, "hours")).await;
    at = node.wait_for(&call, at, "the end of them", |event| said(event, "anything-else")).await;
    let before = caller.heard();
    let words = sound::words(&sound::listener(), &before, Language::English).await;
    assert!(words.contains("sunday"), "the caller heard: {words}");
    let metrics = node.text("/metrics").await;
    assert!(answers(&metrics, "stt") >= 1, "{metrics}");
    assert!(answers(&metrics, "tts") >= 3, "disclosure, greeting and hours at least: {metrics}");
    let failures = failures(&metrics, "stt");

    engines.kill();
    goes_on_here(&node, &call, at, &mut caller, &actor).await;
    let metrics = node.text("/metrics").await;
    assert!(self::failures(&metrics, "stt") > failures, "{metrics}");
}
