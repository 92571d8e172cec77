//! Requests to the admin API of a node.

use crate::record::Entry;
use crate::record::cdr::Cdr;
use anyhow::{Context, anyhow};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The API itself gives up after 10 s.
const ANSWER_LIMIT: Duration = Duration::from_secs(15);
/// Loading a bot is given two minutes.
const CHANGE_LIMIT: Duration = Duration::from_secs(125);

/// What `GET /api/v1/calls` answers.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct CallList {
    pub items: Vec<Cdr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What `GET /api/v1/calls/{id}/events` answers.
#[derive(Debug, Deserialize)]
pub(super) struct EventsOf {
    pub items: Vec<Entry>,
}

/// The part of a problem (RFC 9457) that a person reads.
#[derive(Debug, Deserialize)]
struct Problem {
    detail: String,
    #[serde(default)]
    errors: Vec<FieldError>,
}

#[derive(Debug, Deserialize)]
struct FieldError {
    pointer: String,
    detail: String,
}

/// Which node, and with what right; shared by the commands that ask one.
#[derive(Debug, clap::Args)]
pub(super) struct Node {
    /// Admin API of the node.
    #[arg(
        long,
        env = "DUET_API",
        default_value = "http://127.0.0.1:8081",
        global = true,
        value_name = "URL"
    )]
    api: String,
    /// API token (`duet user token`) of a role that may do this. Better in the environment: other users of the
    /// machine see command lines.
    #[arg(long, env = "DUET_TOKEN", hide_env_values = true, global = true)]
    token: Option<String>,
}

impl Node {
    /// `None` when the command line makes no sense, which `command` then has said.
    pub(super) fn client(self, command: &str) -> Option<Client> {
        let Some(token) = self.token.filter(|token| !token.is_empty()) else {
            eprintln!("{command}: no token: set DUET_TOKEN or give --token; `duet user token` makes one");
            return None;
        };
        let client = Client::new(&self.api, token);
        client.map_err(|error| eprintln!("{command}: --api {}: {error:#}", self.api)).ok()
    }
}

/// One node, seen with one token.
pub(super) struct Client {
    http: reqwest::Client,
    base: reqwest::Url,
    token: String,
}

impl Client {
    pub(super) fn new(base: &str, token: String) -> anyhow::Result<Self> {
        let base: reqwest::Url = base.parse().context("expected an address like http://127.0.0.1:8081")?;
        anyhow::ensure!(
            matches!(base.scheme(), "http" | "https") && base.has_host(),
            "expected an address like http://127.0.0.1:8081"
        );
        let http = reqwest::Client::builder().timeout(ANSWER_LIMIT).build()?;
        Ok(Client { http, base, token })
    }

    /// One resource. Of `query` only what has a value is sent.
    ///
    /// # Errors
    /// When the node is not there, or in its own words when it refuses.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, Option<String>)],
    ) -> anyhow::Result<T> {
        let mut url = self.base.join(path)?;
        for (key, value) in query {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(key, value);
            }
        }
        self.send(path, self.http.get(url)).await
    }

    /// Does something to one resource.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub(super) async fn post<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let url = self.base.join(path)?;
        self.send(path, self.http.post(url).timeout(CHANGE_LIMIT)).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        path: &str,
        request: reqwest::RequestBuilder,
    ) -> anyhow::Result<T> {
        let request = request.bearer_auth(&self.token);
        let response = request.send().await.with_context(|| format!("no answer from {}", self.base))?;
        let status = response.status();
        let body = response.bytes().await.with_context(|| format!("no whole answer from {}", self.base))?;
        if !status.is_success() {
            return Err(refused(status.as_u16(), &body));
        }
        serde_json::from_slice(&body)
            .with_context(|| format!("{path}: this is not the answer of a Duet of this version"))
    }
}

fn refused(status: u16, body: &[u8]) -> anyhow::Error {
    let Ok(problem) = serde_json::from_slice::<Problem>(body) else {
        return anyhow!("the node answered {status}");
    };
    let fields: Vec<String> =
        problem.errors.iter().map(|field| format!("; {}: {}", field.pointer, field.detail)).collect();
    anyhow!("the node answered {status}: {}{}", problem.detail, fields.concat())
}

/// An id as one segment of a path.
pub(super) fn escaped(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    id.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_node_says_of_a_refusal_reaches_the_reader() {
        let body = br#"{"type":"t","status":400,"code":"c","title":"Bad","detail":"A parameter is wrong.",
            "errors":[{"pointer":"?outcome","detail":"expected one of resolved, failed"}]}"#;
        let told = refused(400, body).to_string();
        assert!(told.contains("A parameter is wrong.; ?outcome: expected one of"), "{told}");
        assert_eq!(refused(502, b"<html>").to_string(), "the node answered 502");
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        assert_eq!(escaped("0193-ab.c"), "0193-ab.c");
        assert_eq!(escaped("../agents?x"), "..%2Fagents%3Fx");
    }

    #[test]
    fn an_address_that_is_none_is_refused_before_anything_is_sent() {
        for bad in ["127.0.0.1:8081", "ftp://host", "", "http//x"] {
            assert!(Client::new(bad, "t".into()).is_err(), "{bad:?}");
        }
        Client::new("https://node.example/", "t".into()).unwrap();
    }
}
