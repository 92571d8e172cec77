//! An engine elsewhere that does what a test tells it, over real HTTP on the loopback.

use super::endpoint::{Endpoint, EndpointConfig};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How it answers.
#[derive(Clone)]
pub enum Script {
    Says(Bytes),
    /// One of these for each request.
    OneAfterTheOther(Vec<Bytes>),
    Status(u16, &'static str),
    /// Takes the request and never answers.
    Silent,
    /// Sends the beginning of a body and nothing more.
    Stalls(Bytes),
    /// Sends the beginning of a body, and hangs up when it is told to.
    BreaksOff(Bytes, Arc<tokio::sync::Notify>),
    /// Sends the first part, and the second when it is told to go on.
    InTwo(Bytes, Bytes, Arc<tokio::sync::Notify>),
}

/// One request, as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub authorization: Option<String>,
    pub body: String,
}

/// The server; it ends with the test.
pub struct Scripted {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Scripted {
    pub async fn start(script: Script) -> Scripted {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = asked.clone();
        let router = Router::new().fallback(move |request: Request| {
            let (script, notes) = (script.clone(), notes.clone());
            async move {
                let asked = read(request).await;
                let earlier = notes.lock().unwrap().len();
                notes.lock().unwrap().push(asked);
                answer(script, earlier).await
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Scripted { url, asked }
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn endpoint(&self, engine: &'static str) -> Endpoint {
        endpoint(engine, &self.url)
    }
}

/// For a server that need not be told.
pub fn at_once() -> Arc<tokio::sync::Notify> {
    let told = tokio::sync::Notify::new();
    told.notify_one();
    Arc::new(told)
}

/// A client that waits half a second.
pub fn endpoint(engine: &'static str, url: &str) -> Endpoint {
    let timeout = Duration::from_millis(500);
    Endpoint::new(engine, EndpointConfig { url: url.to_owned(), key: Some("secret".into()), timeout })
        .unwrap()
}

async fn read(request: Request) -> Asked {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 24).await.unwrap();
    let authorization = head.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let path = head.uri.path().to_owned();
    Asked { path, authorization, body: String::from_utf8_lossy(&body).into_owned() }
}

async fn answer(script: Script, earlier: usize) -> Response {
    let one = |bytes: Bytes| futures::stream::iter([Ok::<_, std::io::Error>(bytes)]);
    match script {
        Script::Says(bytes) => bytes.into_response(),
        Script::OneAfterTheOther(answers) => answers[earlier].clone().into_response(),
        Script::Status(status, said) => (StatusCode::from_u16(status).unwrap(), said).into_response(),
        Script::Silent => std::future::pending().await,
        Script::Stalls(bytes) => {
            Body::from_stream(one(bytes).chain(futures::stream::pending())).into_response()
        }
        Script::BreaksOff(bytes, hang_up) => {
            let broken = futures::stream::once(async move {
                hang_up.notified().await;
                Err(std::io::Error::other("gone"))
            });
            Body::from_stream(one(bytes).chain(broken)).into_response()
        }
        Script::InTwo(first, second, go_on) => {
            let second = futures::stream::once(async move {
                go_on.notified().await;
                Ok(second)
            });
            Body::from_stream(one(first).chain(second)).into_response()
        }
    }
}
