//! Carries out the HTTP calls that a dialog asks for.

use crate::decide::ActionCall;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Largest answer of a back end, bytes.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;
/// Time to connect; a back end that is up answers far sooner, ms.
const CONNECT_TIMEOUT_MS: u64 = 2_000;

/// Where the values of `${env:NAME}` come from; the process environment outside tests.
type Secrets = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Answers by name of the action, for tests: nothing is sent. `{ error: text }` fails.
pub type Replay = Arc<Mutex<BTreeMap<String, Value>>>;

/// Sends the dialog's HTTP calls. One per server, shared by all calls; connections are reused.
pub struct ActionRunner {
    client: Client,
    secrets: Box<Secrets>,
    replay: Option<Replay>,
}

impl Default for ActionRunner {
    fn default() -> Self {
        ActionRunner::new()
    }
}

impl ActionRunner {
    /// Secrets come from the process environment, each time a call is sent.
    pub fn new() -> ActionRunner {
        ActionRunner::with_secrets(|name| std::env::var(name).ok())
    }

    /// Secrets come from `secrets`.
    pub fn with_secrets(secrets: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> ActionRunner {
        let builder = Client::builder()
            .connect_timeout(Duration::from_millis(CONNECT_TIMEOUT_MS))
            // A redirect would carry the secrets to somewhere nobody wrote down.
            .redirect(reqwest::redirect::Policy::none());
        ActionRunner { client: builder.build().unwrap_or_default(), secrets: Box::new(secrets), replay: None }
    }

    /// Nothing is sent; answers come from `replay`.
    pub fn replaying(replay: Replay) -> ActionRunner {
        ActionRunner { replay: Some(replay), ..ActionRunner::new() }
    }

    /// Sends one call within its `timeout_ms`. What changes something carries `key` as `Idempotency-Key`, the same
    /// for every attempt (draft-ietf-httpapi-idempotency-key-header). A status of `null_on`, or 2xx without a body, is `Ok(Null)`. The error is one
    /// sentence for the operator; no secret is in it.
    pub async fn run(&self, call: &ActionCall, key: &str) -> Result<Value, String> {
        if let Some(replay) = &self.replay {
            return replayed(replay, &call.name);
        }
        let limit = Duration::from_millis(call.timeout_ms);
        match tokio::time::timeout(limit, self.send_and_read(call, key)).await {
            Ok(result) => result,
            Err(_) => Err(format!("no answer within {} ms", call.timeout_ms)),
        }
    }

    async fn send_and_read(&self, call: &ActionCall, key: &str) -> Result<Value, String> {
        let response = match self.request(call, key)?.send().await {
            // What never arrived is harmless to send again.
            Err(error) if error.is_connect() => self.request(call, key)?.send().await,
            first => first,
        };
        let response = response.map_err(|error| describe(&error))?;
        let status = response.status();
        if call.null_on.contains(&status.as_u16()) {
            return Ok(Value::Null);
        }
        if !status.is_success() {
            return Err(format!("answered with status {}", status.as_u16()));
        }
        read_json(status, response).await
    }

    fn request(&self, call: &ActionCall, key: &str) -> Result<RequestBuilder, String> {
        let method: Method =
            call.method.parse().map_err(|_| format!("{:?} is no HTTP method", call.method))?;
        let url = self.expand(&call.url)?;
        let url: reqwest::Url = url.parse().map_err(|_| "the URL is not valid once filled in".to_owned())?;
        let changes = method != Method::GET;
        let mut request = self.client.request(method, url);
        if changes {
            request = request.header("idempotency-key", key);
        }
        for (name, value) in &call.headers {
            let value = self.expand(value)?;
            let mut value =
                HeaderValue::from_str(&value).map_err(|_| format!("header {name} is not valid"))?;
            value.set_sensitive(true);
            let name: HeaderName = name.parse().map_err(|_| format!("{name:?} is no header name"))?;
            request = request.header(name, value);
        }
        Ok(match &call.body {
            Some(body) => request.json(&self.expand_body(body)?),
            None => request,
        })
    }

    /// Replaces `${env:NAME}` and `${env:NAME:-default}`.
    fn expand(&self, template: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = template;
        while let Some(open) = rest.find("${env:") {
            let after = &rest[open + "${env:".len()..];
            let close = after.find('}').ok_or("a ${env:NAME} has no closing brace")?;
            let (name, default) = match after[..close].split_once(":-") {
                Some((name, default)) => (name, Some(default.to_owned())),
                None => (&after[..close], None),
            };
            let value = (self.secrets)(name).or(default);
            filled.push_str(&rest[..open]);
            filled.push_str(&value.ok_or_else(|| format!("environment variable {name} is not set"))?);
            rest = &after[close + 1..];
        }
        Ok(filled + rest)
    }

    fn expand_body(&self, body: &Value) -> Result<Value, String> {
        Ok(match body {
            Value::String(text) => Value::String(self.expand(text)?),
            Value::Array(items) => {
                items.iter().map(|item| self.expand_body(item)).collect::<Result<_, _>>()?
            }
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, field)| Ok((name.clone(), self.expand_body(field)?)));
                Value::Object(fields.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }
}

fn replayed(replay: &Replay, name: &str) -> Result<Value, String> {
    let answers = replay.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = answers.get(name).ok_or_else(|| format!("the story has no answer for {name}"))?;
    match answer.get("error") {
        Some(error) => Err(error.to_string()),
        None => Ok(answer.clone()),
    }
}

/// Reads a JSON body, but never more of it than the limit.
async fn read_json(status: StatusCode, mut response: Response) -> Result<Value, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| describe(&error))? {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Err(format!("the answer is longer than {MAX_RESPONSE_BYTES} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("status {} with a body that is not JSON (line {line}, column {column})", status.as_u16())
    })
}

/// An error without its URL, which may hold a secret or a caller's number.
fn describe(error: &reqwest::Error) -> String {
    if error.is_connect() {
        return "could not connect".to_owned();
    }
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    if error.is_body() || error.is_decode() {
        return "the connection broke while the answer was read".to_owned();
    }
    "the request failed on its way".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::Path;
    use axum::http::HeaderMap;
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use serde_json::json;

    async fn server() -> String {
        let router = Router::new()
            .route("/parcels/{number}", get(parcel))
            .route("/big", get(|| async { "x".repeat(MAX_RESPONSE_BYTES + 1) }))
            .route("/text", get(|| async { "hello" }))
            .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/never", get(std::future::pending::<()>))
            .route("/empty", get(|| async { StatusCode::NO_CONTENT }))
            .route("/key", post(|headers: HeaderMap| async move { Json(json!(key(&headers))) }))
            .route("/echo", post(|Json(body): Json<Value>| async { Json(body) }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}")
    }

    fn key(headers: &HeaderMap) -> Option<&str> {
        headers.get("idempotency-key").and_then(|value| value.to_str().ok())
    }

    async fn parcel(Path(number): Path<String>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
        let token = headers.get("authorization").and_then(|value| value.to_str().ok());
        match (token, number.as_str()) {
            (Some("Bearer s3cret"), "12345678") => Ok(Json(json!({ "status": "in_transit" }))),
            (Some("Bearer s3cret"), _) => Err(StatusCode::NOT_FOUND),
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    }

    fn runner() -> ActionRunner {
        ActionRunner::with_secrets(|name| (name == "TOKEN").then(|| "s3cret".to_owned()))
    }

    fn call(url: String) -> ActionCall {
        ActionCall {
            name: "lookup".into(),
            method: "GET".into(),
            url,
            headers: vec![("Authorization".into(), "Bearer ${env:TOKEN}".into())],
            body: None,
            timeout_ms: 30_000,
            null_on: vec![404],
        }
    }

    #[tokio::test]
    async fn a_secret_reaches_the_back_end_and_the_answer_comes_back() {
        let url = server().await;
        let answer = runner().run(&call(format!("{url}/parcels/12345678")), "call-1").await;
        assert_eq!(answer, Ok(json!({ "status": "in_transit" })));
    }

    #[tokio::test]
    async fn a_status_that_is_an_answer_becomes_null() {
        let url = server().await;
        assert_eq!(runner().run(&call(format!("{url}/parcels/99999999")), "call-1").await, Ok(Value::Null));
        assert_eq!(runner().run(&call(format!("{url}/empty")), "call-1").await, Ok(Value::Null));
    }

    #[tokio::test]
    async fn failures_say_what_happened_and_no_secret() {
        let url = server().await;
        let error = |path: &str| {
            let call = call(format!("{url}{path}"));
            async move { runner().run(&call, "call-1").await.unwrap_err() }
        };
        assert_eq!(error("/broken").await, "answered with status 500");
        assert_eq!(error("/text").await, "status 200 with a body that is not JSON (line 1, column 1)");
        assert_eq!(error("/big").await, "the answer is longer than 262144 bytes");
        let strange = ActionRunner::with_secrets(|_| None);
        let missing = strange.run(&call(format!("{url}/text")), "call-1").await.unwrap_err();
        assert_eq!(missing, "environment variable TOKEN is not set");
    }

    #[tokio::test]
    async fn a_slow_back_end_is_given_up_after_its_time() {
        let mut slow = call(format!("{}/never", server().await));
        slow.timeout_ms = 50;
        assert_eq!(runner().run(&slow, "call-1").await.unwrap_err(), "no answer within 50 ms");
    }

    #[tokio::test]
    async fn a_back_end_that_is_down_could_not_be_reached() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert_eq!(
            runner().run(&call(format!("http://{address}/")), "call-1").await.unwrap_err(),
            "could not connect"
        );
    }

    #[tokio::test]
    async fn a_body_is_sent_as_json_with_its_secrets_filled_in() {
        let mut with_body = call("${env:NOT_SET:-unset}/echo".to_owned());
        with_body.url = with_body.url.replace("unset", &server().await);
        with_body.method = "POST".into();
        with_body.body = Some(json!({ "a": ["${env:TOKEN}", 1] }));
        assert_eq!(runner().run(&with_body, "call-1").await, Ok(json!({ "a": ["s3cret", 1] })));
    }

    #[tokio::test]
    async fn what_changes_something_says_which_change_it_is() {
        let mut change = call(format!("{}/key", server().await));
        change.method = "POST".into();
        assert_eq!(runner().run(&change, "call-1").await, Ok(json!("call-1")));
    }
}
