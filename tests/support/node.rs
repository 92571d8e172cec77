//! A node of our own, as operations would start it, with the example back office beside it.

use super::{models_dir, root};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for anything that a healthy node does.
const PATIENCE: Duration = Duration::from_secs(60);

/// An agent to be known at start.
pub struct Agent<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// Of a phone on the desk; 0 for an agent who has none.
    pub sip_port: u16,
}

pub const PASSWORD: &str = "correct horse battery";

/// A running node. Killed when dropped.
pub struct Node {
    child: Child,
    parcels: Child,
    dir: tempfile::TempDir,
    pub sip: SocketAddr,
    pub sip_tcp: SocketAddr,
    pub desk: SocketAddr,
    pub api: SocketAddr,
    /// Of visitors, where the configuration has chats.
    pub chat: Option<SocketAddr>,
    pub token: String,
    client: reqwest::Client,
}

impl Node {
    /// Starts the demo bot with these agents; `extra` is added to the configuration.
    pub fn start(agents: &[Agent<'_>], extra: &str) -> Node {
        Node::start_with(agents, extra, "")
    }

    /// The same; `trunk` is added to the trunk that everybody calls over.
    pub fn start_with(agents: &[Agent<'_>], extra: &str, trunk: &str) -> Node {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        for agent in agents {
            add_user(&data, agent, "agent");
        }
        let token = duet(&["user", "token", "--role", "admin", "--label", "test", "--data"], &data);
        let token = token.split_whitespace().last().expect("a token").to_owned();
        let (parcels, parcels_addr) = start_parcels(dir.path());
        let config = dir.path().join("duet.toml");
        std::fs::write(&config, config_text(&data, extra, trunk)).unwrap();
        let log = std::fs::File::create(dir.path().join("duet.log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_duet"))
            .args(["serve", "--config"])
            .arg(&config)
            .current_dir(root())
            .env("PARCEL_SERVICE_URL", format!("http://{parcels_addr}"))
            .env("DUET_VECTORS_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("vectors"))
            .env("DUET_SPEECH_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("speech"))
            .env("DUET_LOG", "warn,duet=debug,sip=info")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let line = first_line(&mut child);
        let Ok(addresses) = serde_json::from_str::<Value>(&line) else {
            panic!("the node did not start: {}", read(&dir.path().join("duet.log")));
        };
        let address = |key: &str| addresses[key].as_str().unwrap().parse().unwrap();
        Node {
            sip: address("sip_udp"),
            sip_tcp: address("sip_tcp"),
            desk: address("desk"),
            api: address("api"),
            chat: addresses["chat"].as_str().map(|address| address.parse().unwrap()),
            child,
            parcels,
            dir,
            token,
            client: reqwest::Client::new(),
        }
    }

    /// Somebody who may look on joins while it runs.
    pub fn hire_supervisor(&self, supervisor: &Agent<'_>) {
        add_user(&self.dir.path().join("data"), supervisor, "supervisor");
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The node's log, for failure messages.
    pub fn log(&self) -> String {
        read(&self.dir.path().join("duet.log"))
    }

    /// Waits until every fixed sentence has been spoken: engines on this machine have nothing else to do then.
    pub async fn prompts_ready(&self) {
        let deadline = Instant::now() + 3 * PATIENCE;
        while !self.log().contains("prompts are ready") {
            assert!(Instant::now() < deadline, "waited for the prompts; log:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process is still there.
    pub fn alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.client.get(format!("http://{}{path}", self.api)).bearer_auth(&self.token).send();
        let response = response.await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap()
    }

    /// Sends a JSON body; returns the status.
    pub async fn send(&self, method: reqwest::Method, path: &str, body: Value) -> u16 {
        let request =
            self.client.request(method, format!("http://{}{path}", self.api)).bearer_auth(&self.token);
        request.json(&body).send().await.unwrap().status().as_u16()
    }

    /// Sets an agent's presence.
    pub async fn presence(&self, agent: &str, state: &str) {
        let path = format!("/api/v1/agents/{agent}/presence");
        let status = self.send(reqwest::Method::PUT, &path, serde_json::json!({ "state": state })).await;
        assert_eq!(status, 204, "{agent} {state}");
    }

    /// What an agent wants done with a call; the status.
    pub async fn command(&self, agent: &str, call: &str, command: Value) -> u16 {
        let mut order = command;
        order["agent"] = agent.into();
        self.send(reqwest::Method::POST, &format!("/api/v1/calls/{call}/command"), order).await
    }

    pub async fn text(&self, path: &str) -> String {
        let response = self.client.get(format!("http://{}{path}", self.api)).bearer_auth(&self.token).send();
        response.await.unwrap().text().await.unwrap()
    }

    /// Ids of all calls, newest first.
    pub async fn calls(&self) -> Vec<String> {
        let page = self.get("/api/v1/calls").await;
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|call| call["call_id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn events(&self, call: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/v1/calls/{call}/events")).await;
        page["items"].as_array().cloned().expect("items")
    }

    /// The first call that is not among `known`.
    pub async fn new_call(&self, known: &[String]) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(call) = self.calls().await.into_iter().find(|call| !known.contains(call)) {
                return call;
            }
            assert!(Instant::now() < deadline, "no call arrived: {}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits for an event, looking from `from` on; returns its place.
    pub async fn wait_for(&self, call: &str, from: usize, what: &str, is: impl Fn(&Value) -> bool) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let events = self.events(call).await;
            if let Some(at) = events.iter().skip(from).position(&is) {
                return from + at;
            }
            if Instant::now() > deadline {
                let seen: Vec<String> = events.iter().map(Value::to_string).collect();
                panic!("waited for {what}; events:\n{}\nlog:\n{}", seen.join("\n"), self.log());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Asks the process to drain.
    pub fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    }

    /// Asks the process to drain, and waits for its end.
    pub fn stop(&mut self) {
        self.ask_to_stop();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        for child in [&mut self.child, &mut self.parcels] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether an event is of this type.
pub fn is(event: &Value, kind: &str) -> bool {
    event["type"] == kind
}

/// A busy machine must not turn callers away here: admission has stories of its own.
fn config_text(data: &Path, extra: &str, trunk: &str) -> String {
    let (data, models) = (data.display(), models_dir().display().to_string());
    format!(
        "data_dir = \"{data}\"
models_dir = \"{models}\"
bots = [\"bots/parcel\"]
[sip]
udp = \"127.0.0.1:0\"
tcp = \"127.0.0.1:0\"
ring_agent_s = 8
[http]
desk = \"127.0.0.1:0\"
api = \"127.0.0.1:0\"
[media]
webrtc = \"127.0.0.1:0\"
[limits]
media_late = 1.0
recogniser_wait_ms = 600000
{extra}
[[trunk]]
name = \"loopback\"
allow = [\"127.0.0.0/8\"]
{trunk}
[trunk.numbers]
\"1000\" = \"parcel\"
\"service\" = \"parcel\"
\"bot\" = \"parcel\"
\"1002\" = {{ bot = \"parcel\", language = \"ro\" }}
\"1003\" = {{ bot = \"parcel\", language = \"en\" }}
"
    )
}

fn add_user(data: &Path, agent: &Agent<'_>, role: &str) {
    let sip = format!("sip:{}@127.0.0.1:{}", agent.id, agent.sip_port);
    let mut child = Command::new(env!("CARGO_BIN_EXE_duet"))
        .args(["user", "add", agent.id, "--name", agent.name, "--role", role])
        .args(["--queue", "general", "--queue", "logistics", "--lang", "en", "--lang", "pl", "--lang", "ro"])
        .args(if agent.sip_port == 0 { vec![] } else { vec!["--sip", &sip] })
        .args(["--password-stdin", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "agent {} was not added", agent.id);
}

/// Runs `duet` and returns what it printed.
fn duet(args: &[&str], data: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_duet")).args(args).arg(data).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn start_parcels(dir: &Path) -> (Child, String) {
    let binary: PathBuf = Path::new(env!("CARGO_BIN_EXE_duet")).with_file_name("parcel-service");
    let mut child = Command::new(&binary)
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(dir.join("parcels"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{}: {error}; build it with cargo build --workspace", binary.display())
        });
    let line = first_line(&mut child);
    let address =
        line.split_whitespace().last().expect("an address").trim_start_matches("http://").to_owned();
    (child, address)
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
