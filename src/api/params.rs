//! Query parameters: each of them known, given once, and of the right form.

use super::problem::Problem;
use crate::store::PAGE_CALLS_MAX;
use crate::time::At;
use axum::extract::{ConnectInfo, Extension, FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::str::FromStr;

/// The parameters as they came.
#[derive(Debug)]
pub struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = Query::try_from_uri(&parts.uri);
        let bad = |_| Problem::new(StatusCode::BAD_REQUEST, "bad_query", "The query is not key=value pairs.");
        pairs.map(|Query(pairs)| Params(pairs)).map_err(bad)
    }
}

impl Params {
    /// Accepts only these keys, each at most once.
    pub fn only(self, keys: &[&str]) -> Result<Known, Problem> {
        let mut known = BTreeMap::new();
        for (key, value) in self.0 {
            if !keys.contains(&key.as_str()) {
                return Err(unknown(&key, keys));
            }
            if known.insert(key.clone(), value).is_some() {
                let problem = Problem::new(
                    StatusCode::BAD_REQUEST,
                    "repeated_query_key",
                    format!("`{key}` is given twice."),
                );
                return Err(problem.at(format!("?{key}"), "give it once"));
            }
        }
        Ok(Known(known))
    }
}

fn unknown(key: &str, keys: &[&str]) -> Problem {
    let expected = match keys {
        [] => "this path takes no parameters".to_owned(),
        keys => format!("expected one of {}", keys.join(", ")),
    };
    let detail = format!("There is no query parameter `{key}`.");
    Problem::new(StatusCode::BAD_REQUEST, "unknown_query_key", detail).at(format!("?{key}"), expected)
}

/// Parameters whose keys are all expected.
#[derive(Debug)]
pub struct Known(BTreeMap<String, String>);

impl Known {
    pub fn text(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    /// A value of type `T`, or a problem that names the key and what was `expected`.
    pub fn parse<T: FromStr<Err: Display>>(&self, key: &str, expected: &str) -> Result<Option<T>, Problem> {
        let parse = |value: &String| {
            let bad = |_| self::bad(key, value, expected);
            value.parse().map_err(bad)
        };
        self.0.get(key).map(parse).transpose()
    }
}

/// A moment, as RFC 3339.
pub fn moment(given: &Known, key: &str) -> Result<Option<At>, Problem> {
    let read = |value: String| instant(&value).ok_or_else(|| bad(key, &value, INSTANT));
    given.text(key).map(read).transpose()
}

/// What a moment looks like, for whoever wrote it otherwise.
pub const INSTANT: &str = "RFC 3339 with an offset, like 2026-11-21T09:30:00Z";

/// A moment as RFC 3339.
pub fn instant(text: &str) -> Option<At> {
    let moment = text.parse::<jiff::Timestamp>().ok()?;
    Some(At(u64::try_from(moment.as_millisecond()).unwrap_or(0)))
}

/// Of whoever asks, for the audit trail; empty when unknown.
pub fn address(peer: Option<Extension<ConnectInfo<SocketAddr>>>) -> String {
    peer.map(|Extension(ConnectInfo(peer))| peer.ip().to_string()).unwrap_or_default()
}

/// How many on a page; 0 when it is not said.
pub fn limit(given: &Known) -> Result<u32, Problem> {
    let limit = given.parse::<u32>("limit", "a number from 1 to 200")?;
    if let Some(limit) = limit.filter(|limit| !(1..=PAGE_CALLS_MAX).contains(limit)) {
        return Err(bad("limit", &limit.to_string(), "a number from 1 to 200"));
    }
    Ok(limit.unwrap_or(0))
}

/// A value of the wrong form.
pub fn bad(key: &str, value: &str, expected: &str) -> Problem {
    let detail = format!("`{key}` cannot be {value:?}.");
    Problem::new(StatusCode::BAD_REQUEST, "bad_query_value", detail)
        .at(format!("?{key}"), format!("expected {expected}"))
}
