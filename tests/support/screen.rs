//! An agent's browser without the page: logs in, holds the WebSocket, confirms cards.

use super::node::{Node, PASSWORD};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// One open tab.
pub struct Screen {
    seen: Arc<Mutex<Vec<Value>>>,
    to_server: mpsc::Sender<Value>,
}

impl Screen {
    /// Logs `agent` in and makes them available.
    pub async fn open(node: &Node, agent: &str) -> Screen {
        let cookie = log_in(node, agent).await;
        let mut request = format!("ws://{}/desk/ws", node.desk).into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        request.headers_mut().insert("origin", format!("http://{}", node.desk).parse().unwrap());
        let (socket, _) = tokio_tungstenite::connect_async(request).await.expect("the desk's WebSocket");
        let (mut sink, mut stream) = socket.split();
        let (to_server, mut queue) = mpsc::channel::<Value>(16);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, confirm) = (seen.clone(), to_server.clone());
        tokio::spawn(async move {
            while let Some(message) = queue.recv().await {
                if sink.send(Message::text(message.to_string())).await.is_err() {
                    return;
                }
            }
        });
        tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                let Message::Text(text) = message else { continue };
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] == "card" {
                    let shown = json!({ "type": "card_shown", "call_id": message["card"]["call_id"] });
                    let _ = confirm.send(shown).await;
                }
                log.lock().unwrap().push(message);
            }
        });
        let screen = Screen { seen, to_server };
        screen.send(json!({ "type": "set_presence", "presence": { "state": "available" } })).await;
        screen
    }

    pub async fn send(&self, message: Value) {
        self.to_server.send(message).await.unwrap();
    }

    /// Everything the server sent so far.
    pub fn seen(&self) -> Vec<Value> {
        self.seen.lock().unwrap().clone()
    }

    /// The first card as it was when it came.
    pub fn card(&self) -> Option<Value> {
        self.seen()
            .into_iter()
            .find(|message| message["type"] == "card")
            .map(|message| message["card"].clone())
    }
}

async fn log_in(node: &Node, agent: &str) -> String {
    let response = reqwest::Client::new()
        .post(format!("http://{}/desk/login", node.desk))
        .header("origin", format!("http://{}", node.desk))
        .json(&json!({ "user": agent, "password": PASSWORD }))
        .send()
        .await
        .unwrap();
    assert!(response.status().is_success(), "log-in of {agent}: {}", response.status());
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}
