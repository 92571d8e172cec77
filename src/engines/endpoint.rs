//! An engine elsewhere (recogniser, voice, language model), behind an OpenAI-compatible endpoint: requests with a limit, a breaker,
//! and errors that say whose fault they are. What the caller hears when it fails is the local engine.

use super::breaker::{Breaker, Change};
use crate::edge::clock::Clock;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Time to connect; an engine that is up answers far sooner, ms.
const CONNECT_TIMEOUT_MS: u64 = 1_000;
/// Requests at the same time; one more is served by the local engine.
const IN_FLIGHT_MAX: usize = 64;
/// What is read of an answer that refuses.
const COMPLAINT_BYTES_MAX: usize = 4_096;
/// What is shown of it.
const COMPLAINT_CHARS: usize = 200;

/// Where an engine is and how it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointConfig {
    /// Up to and with the version: `https://host/v1`.
    pub url: String,
    /// Sent as a bearer token.
    pub key: Option<String>,
    /// From the request to the first audio, or the whole transcript.
    pub timeout: Duration,
}

/// Why there was no usable answer. For the operator; the caller is served by the local engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    #[error("it failed several times and is left alone for a while")]
    Resting,
    #[error("{limit} requests are on their way already")]
    Busy { limit: usize },
    #[error("cannot be reached: {0}; is the server running, is the address right?")]
    Unreachable(String),
    #[error("no answer within {limit_ms} ms")]
    Timeout { limit_ms: u64 },
    #[error("refused with status {status}{}: {said}", hint(*.status))]
    Refused { status: u16, said: String },
    #[error("answered what is not expected: {0}")]
    Garbled(String),
}

impl RemoteError {
    /// Label for metrics.
    pub fn label(&self) -> &'static str {
        match self {
            RemoteError::Resting => "resting",
            RemoteError::Busy { .. } => "busy",
            RemoteError::Unreachable(_) => "unreachable",
            RemoteError::Timeout { .. } => "timeout",
            RemoteError::Refused { .. } => "refused",
            RemoteError::Garbled(_) => "garbled",
        }
    }

    /// Whether the engine was asked and failed; otherwise it was not even asked.
    fn is_failure(&self) -> bool {
        !matches!(self, RemoteError::Resting | RemoteError::Busy { .. })
    }
}

fn hint(status: u16) -> &'static str {
    match status {
        401 | 403 => " (is the key right?)",
        404 => " (does the URL end in /v1, is the model's name right?)",
        _ => "",
    }
}

impl From<reqwest::Error> for RemoteError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut why = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            why = cause.to_string();
            source = cause.source();
        }
        if error.is_body() || error.is_decode() {
            RemoteError::Garbled(why)
        } else {
            RemoteError::Unreachable(why)
        }
    }
}

/// One engine elsewhere; shared by all calls.
#[derive(Debug)]
pub struct Endpoint {
    /// Label in metrics and logs: `stt`, `tts`, `llm`.
    engine: &'static str,
    client: Client,
    base: Url,
    key: Option<String>,
    timeout: Duration,
    clock: Clock,
    breaker: Mutex<Breaker>,
    places: Semaphore,
}

impl Endpoint {
    /// # Errors
    /// What is wrong with the URL.
    pub fn new(engine: &'static str, config: EndpointConfig) -> Result<Self, String> {
        let EndpointConfig { url, key, timeout } = config;
        let base = Self::base(&url)?;
        let client = Client::builder()
            .connect_timeout(Duration::from_millis(CONNECT_TIMEOUT_MS))
            // A redirect would carry the key and a caller's voice to somewhere nobody wrote down.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Endpoint {
            engine,
            client,
            base,
            key,
            timeout,
            clock: Clock::start(),
            breaker: Mutex::default(),
            places: Semaphore::new(IN_FLIGHT_MAX),
        })
    }

    /// The address to which paths are joined.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn base(url: &str) -> Result<Url, String> {
        let mut base: Url = url.parse().map_err(|error| format!("{url:?}: {error}"))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(format!("{url:?}: expected http://HOST/v1 or https://HOST/v1"));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(base)
    }

    /// Posts to `path` and reads the answer, all within the timeout. Failures count for the breaker; a
    /// future that is dropped does not.
    pub async fn post<T, F: Future<Output = Result<T, RemoteError>>>(
        &self,
        path: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
        read: impl FnOnce(Response) -> F,
    ) -> Result<T, RemoteError> {
        let Ok(_place) = self.places.try_acquire() else {
            return self.noted(Err(RemoteError::Busy { limit: IN_FLIGHT_MAX }));
        };
        if !self.breaker().may_send(self.clock.now()) {
            return self.noted(Err(RemoteError::Resting));
        }
        let started = self.clock.now();
        let answer = self.ask(path, fill, read).await;
        let seconds = self.clock.now().since_ms(started) as f64 / 1_000.0;
        metrics::histogram!("duet_remote_seconds", "engine" => self.engine).record(seconds);
        self.noted(answer)
    }

    /// The same without breaker and metrics: for a check.
    pub async fn ask<T, F: Future<Output = Result<T, RemoteError>>>(
        &self,
        path: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
        read: impl FnOnce(Response) -> F,
    ) -> Result<T, RemoteError> {
        let url = self.base.join(path).map_err(|error| RemoteError::Unreachable(error.to_string()))?;
        let mut request = self.client.post(url);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let answer = async {
            let response = fill(request).send().await?;
            match response.status() {
                StatusCode::OK => read(response).await,
                status => Err(complaint(status, response).await),
            }
        };
        let limit_ms = self.timeout.as_millis() as u64;
        tokio::time::timeout(self.timeout, answer).await.unwrap_or(Err(RemoteError::Timeout { limit_ms }))
    }

    fn noted<T>(&self, answer: Result<T, RemoteError>) -> Result<T, RemoteError> {
        let change = match &answer {
            Ok(_) => self.breaker().succeeded(),
            Err(error) => {
                let labels = [("engine", self.engine), ("reason", error.label())];
                metrics::counter!("duet_remote_failures_total", &labels).increment(1);
                if error.is_failure() { self.breaker().failed(self.clock.now()) } else { None }
            }
        };
        match (change, &answer) {
            (Some(Change::Opened { rest }), Err(error)) => {
                let rest_s = rest.as_secs();
                tracing::warn!(engine = self.engine, %error, rest_s, "a remote engine fails; the local one serves");
            }
            (Some(Change::Closed), _) => {
                tracing::info!(engine = self.engine, "the remote engine works again")
            }
            _ => {}
        }
        answer
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a refusal says, cut short.
async fn complaint(status: StatusCode, response: Response) -> RemoteError {
    let body = bounded(response, COMPLAINT_BYTES_MAX).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&body);
    let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    RemoteError::Refused { status: status.as_u16(), said: said.chars().take(COMPLAINT_CHARS).collect() }
}

/// A whole body, but never more than `limit_bytes`.
pub async fn bounded(mut response: Response, limit_bytes: usize) -> Result<Vec<u8>, RemoteError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit_bytes {
            return Err(RemoteError::Garbled(format!("more than {limit_bytes} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_to_the_url_with_and_without_a_slash() {
        for url in ["http://host/v1", "http://host/v1/"] {
            let joined = Endpoint::base(url).unwrap().join("audio/speech").unwrap();
            assert_eq!(joined.as_str(), "http://host/v1/audio/speech");
        }
    }

    #[test]
    fn a_url_that_is_none_is_refused_by_name() {
        for url in ["", "host/v1", "ftp://host/v1", "http://"] {
            let error = Endpoint::base(url).unwrap_err();
            assert!(error.contains(&format!("{url:?}")), "{error}");
        }
    }
}
