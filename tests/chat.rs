//! Chats with a real node: over HTTP as a program writes, and in headless Chromium as a visitor and an agent meet,
//! where `web/tests/chat.mjs` clicks and reads on both sides.

// Tests have tasks and wait for them.
#![allow(clippy::disallowed_methods)]

mod support;

use reqwest::Method;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::{Duration, Instant};
use support::node::{Agent, Node, is};
use support::screen::Screen;

const ANNA: Agent<'static> = Agent { id: "anna", name: "Anna Nowak", sip_port: 0 };
/// Goes into the limits of the node first.
const CHAT: &str =
    "drain_s = 3\n[chat]\nbots = [\"parcel\"]\nlisten = \"127.0.0.1:0\"\nnew_per_minute = 20\n";
const PATIENCE: Duration = Duration::from_secs(30);

/// One visitor without a page.
struct Visitor {
    base: String,
    id: String,
    secret: String,
    after: u64,
    client: reqwest::Client,
}

impl Visitor {
    async fn begins(node: &Node, wanted: Value) -> Visitor {
        let base = format!("http://{}/api/v1/chat", node.chat.expect("chats are on"));
        let client = reqwest::Client::new();
        let opened = client.post(&base).json(&wanted).send().await.unwrap();
        assert_eq!(opened.status(), 201);
        let opened: Value = opened.json().await.unwrap();
        let text = |key: &str| opened[key].as_str().unwrap().to_owned();
        Visitor { base, id: text("id"), secret: text("secret"), after: 0, client }
    }

    async fn asks(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/{}{path}", self.base, self.id);
        let request = self.client.request(method, url).bearer_auth(&self.secret);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    async fn says(&self, text: &str) {
        let (status, answer) = self.asks(Method::POST, "/messages", Some(json!({ "text": text }))).await;
        assert_eq!(status, 202, "{answer}");
    }

    /// Polls until a message of somebody else has these words.
    async fn reads(&mut self, part: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        let mut read = Vec::new();
        while Instant::now() < deadline {
            let path = format!("/messages?after={}&wait_s=5", self.after);
            let (status, news) = self.asks(Method::GET, &path, None).await;
            assert_eq!(status, 200, "{news}");
            for line in news["items"].as_array().unwrap() {
                self.after = line["seq"].as_u64().unwrap();
                read.push(line.clone());
                if line["from"] != "visitor" && line["text"].as_str().unwrap().contains(part) {
                    return line.clone();
                }
            }
        }
        panic!("never read {part:?}; read {read:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_chats_with_the_bot_and_then_with_a_person() {
    let node = Node::start(&[ANNA], CHAT);
    let screen = Screen::open(&node, "anna").await;
    let mut visitor =
        Visitor::begins(&node, json!({ "language": "pl", "name": "Jan", "contact": "jan@example.com" }))
            .await;
    visitor.reads("automat").await;
    visitor.says("gdzie jest moja paczka?").await;
    visitor.reads("cyfr").await;
    visitor.says("12345678").await;
    visitor.reads("1234 5678").await;
    visitor.says("tak").await;
    visitor.reads("Kraków").await;
    visitor.says("Chcę rozmawiać z człowiekiem").await;
    let id = visitor.id.clone();
    node.wait_for(&id, 0, "the card on the screen", |event| is(event, "card_shown")).await;
    let card = screen.card().expect("a card");
    assert_eq!(
        (&card["channel"], &card["caller"], &card["language"]),
        (&json!("chat"), &json!("jan@example.com"), &json!("pl"))
    );
    screen.send(json!({ "type": "answer", "call_id": id })).await;
    visitor.reads("Anna").await;
    screen.send(json!({ "type": "write", "call_id": id, "text": "Dzień dobry, już sprawdzam." })).await;
    let hello = visitor.reads("już sprawdzam").await;
    assert_eq!((&hello["from"], &hello["name"]), (&json!("agent"), &json!("Anna")));
    visitor.says("dziękuję").await;
    node.wait_for(&id, 0, "the visitor's thanks", |event| {
        is(event, "caller_said") && event["text"] == "dziękuję"
    })
    .await;
    assert_eq!(node.command("anna", &id, json!({ "do": "hold" })).await, 409, "no hold in a chat");
    assert_eq!(node.command("anna", &id, json!({ "do": "end" })).await, 202);
    node.wait_for(&id, 0, "the end", |event| is(event, "call_ended")).await;
    let record = node.get(&format!("/api/v1/calls/{id}")).await;
    assert_eq!(
        (&record["channel"], &record["outcome"], &record["ended_by"], &record["agent"]),
        (&json!("chat"), &json!("handed_over"), &json!("agent"), &json!("anna"))
    );
    let (status, late) = visitor.asks(Method::POST, "/messages", Some(json!({ "text": "halo?" }))).await;
    assert_eq!((status, &late["code"]), (409, &json!("chat_ended")));
    // A node that drains says so to whoever still chats.
    let mut other = Visitor::begins(&node, json!({ "language": "en" })).await;
    other.reads("assistant").await;
    node.ask_to_stop();
    other.reads("technical reason").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_and_an_agent_meet_in_the_browser() {
    let root = env!("CARGO_MANIFEST_DIR");
    let node = Node::start(&[ANNA], CHAT);
    let browser = tokio::process::Command::new("node")
        .arg(format!("{root}/web/tests/chat.mjs"))
        .arg(format!("http://localhost:{}", node.desk.port()))
        .arg(format!("http://localhost:{}", node.chat.expect("chats are on").port()))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("node runs: install Node.js 20 or newer");
    let report = String::from_utf8_lossy(&browser.stdout);
    let log = node.log();
    let tail: Vec<&str> = log.lines().rev().take(40).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    assert!(
        browser.status.success(),
        "{report}\n{}\n{}",
        String::from_utf8_lossy(&browser.stderr),
        tail.join("\n")
    );
}
