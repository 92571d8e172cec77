//! What the wire tests share: an endpoint with a tiny called party, and SIPp as the far end.

#![allow(dead_code)]

pub mod stage;

use sip::endpoint::{Endpoint, EndpointConfig};
use sip::guard::{Guard, RequestFacts, Verdict};
use sip::session::{Incoming, SessionCommand, SessionEvent};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const SDP: &str = "v=0\r\no=duet 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
m=audio 40000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";

/// No wait in these tests is longer.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Lets everybody in.
pub struct Open;

impl Guard for Open {
    fn judge(&self, _: &RequestFacts<'_>) -> Verdict {
        Verdict::Accept { trunk: "test".to_owned() }
    }

    fn password(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}

/// Wants a password of `anna`.
pub struct Locked;

impl Guard for Locked {
    fn judge(&self, request: &RequestFacts<'_>) -> Verdict {
        match request.authenticated_as {
            Some(user) => Verdict::Accept { trunk: user.to_owned() },
            None => Verdict::Challenge { realm: "duet".to_owned() },
        }
    }

    fn password(&self, realm: &str, user: &str) -> Option<String> {
        (realm == "duet" && user == "anna").then(|| "secret".to_owned())
    }
}

/// What the called party lived through, in order, over all calls.
pub type Seen = Arc<Mutex<Vec<SessionEvent>>>;

pub struct Called {
    pub endpoint: Endpoint,
    pub seen: Seen,
    pub udp: SocketAddr,
    pub tcp: SocketAddr,
}

pub fn config(guard: Arc<dyn Guard>) -> EndpointConfig {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    EndpointConfig { tcp: Some(any), messages_per_second: 100_000, ..EndpointConfig::new(any, guard) }
}

/// An endpoint whose called party answers; `ring` only rings, `busy` is busy, `leave` hangs up first.
pub async fn called(config: EndpointConfig) -> Called {
    let (endpoint, mut calls) = Endpoint::bind(config).await.expect("endpoint binds");
    let seen = Seen::default();
    let noted = seen.clone();
    tokio::spawn(async move {
        while let Some(call) = calls.recv().await {
            tokio::spawn(take(call, noted.clone()));
        }
    });
    let udp = endpoint.udp_addr().expect("UDP address");
    let tcp = endpoint.tcp_addr().expect("TCP address");
    Called { endpoint, seen, udp, tcp }
}

async fn take(mut call: Incoming, seen: Seen) {
    let session = call.session;
    let ring = SessionCommand::Ring { sdp: None };
    let busy = SessionCommand::Reject { code: 486, reason: "busy".to_owned(), retry_after: None };
    let answer = SessionCommand::Answer { sdp: SDP.to_owned() };
    let commands = match call.info.to.as_str() {
        "ring" => vec![ring],
        "busy" => vec![busy],
        _ => vec![ring, answer],
    };
    for command in commands {
        let _ = session.send(command).await;
    }
    while let Some(event) = call.events.recv().await {
        if let SessionEvent::Offer { id, .. } = event {
            let sdp = Ok(SDP.to_owned());
            let _ = session.send(SessionCommand::AnswerOffer { id, sdp }).await;
        }
        if event == (SessionEvent::Confirmed { sdp: None }) && call.info.to == "leave" {
            let _ = session.send(SessionCommand::HangUp { reason: None }).await;
        }
        seen.lock().unwrap().push(event);
    }
}

impl Called {
    pub fn count(&self, wanted: impl Fn(&SessionEvent) -> bool) -> usize {
        self.seen.lock().unwrap().iter().filter(|event| wanted(event)).count()
    }

    /// Waits until so many such events came; fails when there are more or they do not come.
    pub async fn saw(&self, expected: usize, wanted: impl Fn(&SessionEvent) -> bool) {
        let all = async {
            while self.count(&wanted) < expected {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, all).await;
        assert_eq!(self.count(&wanted), expected);
    }

    /// Waits until no session and no dialog is left; fails when some stay.
    pub async fn all_gone(&self) {
        let gone = async {
            while self.endpoint.sessions() > 0 || self.endpoint.dialogs() > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, gone).await.is_err() {
            let (sessions, dialogs) = (self.endpoint.sessions(), self.endpoint.dialogs());
            panic!("{sessions} sessions and {dialogs} dialogs are left");
        }
    }
}

/// What a SIPp run counted.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub successful: u64,
    pub failed: u64,
}

/// A SIPp process that is killed when the test ends early.
pub struct Sipp {
    child: std::process::Child,
    statistics: PathBuf,
    messages: PathBuf,
    pub port: u16,
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().unwrap().port()
}

pub fn scenario(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sipp").join(name);
    path.to_str().unwrap().to_owned()
}

/// Starts SIPp on a free port of 127.0.0.1.
pub fn start_sipp(arguments: &[&str]) -> Sipp {
    let port = free_port();
    let base = std::env::temp_dir().join(format!("duet-sipp-{}-{port}", std::process::id()));
    let (statistics, messages) = (base.with_extension("csv"), base.with_extension("log"));
    let child = Command::new("sipp")
        .args(arguments)
        .args(["-i", "127.0.0.1", "-p", &port.to_string(), "-nostdin", "-trace_stat", "-fd", "1"])
        .args(["-stf", statistics.to_str().unwrap()])
        .args(["-trace_err", "-error_file", messages.to_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sipp does not start: install Debian's package sip-tester (scripts/test does)");
    Sipp { child, statistics, messages, port }
}

impl Sipp {
    /// Waits for the end and counts.
    pub async fn outcome(mut self) -> Outcome {
        let end = async {
            while self.child.try_wait().expect("sipp can be awaited").is_none() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(PATIENCE * 2, end).await.is_err() {
            panic!("sipp does not end: {}", self.errors());
        }
        let outcome = self.counted();
        if outcome.failed > 0 {
            println!("sipp: {}", self.errors());
        }
        outcome
    }

    fn errors(&self) -> String {
        std::fs::read_to_string(&self.messages).unwrap_or_default().chars().take(4_000).collect()
    }

    fn counted(&self) -> Outcome {
        let table = std::fs::read_to_string(&self.statistics).expect("sipp wrote its statistics");
        let mut lines = table.lines();
        let names: Vec<&str> = lines.next().unwrap_or_default().split(';').collect();
        let last: Vec<&str> = lines.last().unwrap_or_default().split(';').collect();
        let value = |name: &str| {
            let column = names.iter().position(|n| *n == name).expect("column");
            last[column].parse().expect("a count")
        };
        Outcome { successful: value("SuccessfulCall(C)"), failed: value("FailedCall(C)") }
    }
}

impl Drop for Sipp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        for file in [&self.statistics, &self.messages] {
            let _ = std::fs::remove_file(file);
        }
    }
}

/// Runs SIPp to its end.
pub async fn sipp(arguments: &[&str]) -> Outcome {
    start_sipp(arguments).outcome().await
}

/// A bare UDP far end.
pub struct Phone {
    socket: tokio::net::UdpSocket,
    pub address: SocketAddr,
}

impl Phone {
    pub async fn new() -> Phone {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        Phone { socket, address }
    }

    pub async fn send(&self, message: &[u8], to: SocketAddr) {
        self.socket.send_to(message, to).await.unwrap();
    }

    /// The next message; `None` when none comes within `limit`.
    pub async fn receive(&self, limit: Duration) -> Option<String> {
        let mut buffer = vec![0; 65_535];
        let (length, _) = tokio::time::timeout(limit, self.socket.recv_from(&mut buffer)).await.ok()?.ok()?;
        Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
    }

    /// Code of the first final answer to a message, sent again each 500 ms until `limit`.
    pub async fn final_code(&self, message: &[u8], to: SocketAddr, limit: Duration) -> Option<u16> {
        self.final_answer(message, to, limit).await.map(|answer| code(&answer))
    }

    pub async fn final_answer(&self, message: &[u8], to: SocketAddr, limit: Duration) -> Option<String> {
        let until = tokio::time::Instant::now() + limit;
        while tokio::time::Instant::now() < until {
            self.send(message, to).await;
            while let Some(answer) = self.receive(Duration::from_millis(500)).await {
                if answer.starts_with("SIP/2.0 ") && code(&answer) >= 200 {
                    return Some(answer);
                }
            }
        }
        None
    }
}

pub fn code(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// Value of a header of an answer.
pub fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.split("\r\n").skip(1).take_while(|line| !line.is_empty()).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// A request with the usual headers; `changes` replace or, with an empty value, remove some.
pub fn request(
    method: &str,
    to: SocketAddr,
    phone: SocketAddr,
    changes: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let usual = [
        ("Via", format!("SIP/2.0/UDP {phone};branch=z9hG4bK{number};rport")),
        ("From", format!("\"Anna\" <sip:anna@{phone}>;tag=t{number}")),
        ("To", format!("<sip:bot@{to}>")),
        ("Call-ID", format!("call{number}@test")),
        ("CSeq", format!("1 {method}")),
        ("Contact", format!("<sip:anna@{phone}>")),
        ("Max-Forwards", "70".to_owned()),
        ("Content-Type", if body.is_empty() { String::new() } else { "application/sdp".to_owned() }),
        ("Content-Length", body.len().to_string()),
    ];
    let mut out = format!("{method} sip:bot@{to} SIP/2.0\r\n");
    for (name, value) in &usual {
        let changed = changes.iter().find(|(changed, _)| changed == name).map(|(_, value)| *value);
        let value = changed.unwrap_or(value);
        if !value.is_empty() {
            out += &format!("{name}: {value}\r\n");
        }
    }
    for (name, value) in changes.iter().filter(|(name, _)| !usual.iter().any(|(usual, _)| usual == name)) {
        out += &format!("{name}: {value}\r\n");
    }
    (out + "\r\n" + body).into_bytes()
}

/// Proof of life: OPTIONS and an INVITE are both answered 200.
pub async fn still_works(called: &Called) {
    let phone = Phone::new().await;
    for (method, body) in [("OPTIONS", ""), ("INVITE", SDP)] {
        let message = request(method, called.udp, phone.address, &[], body);
        let code = phone.final_code(&message, called.udp, Duration::from_secs(5)).await;
        assert_eq!(code, Some(200), "{method} is answered");
    }
}
