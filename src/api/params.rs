//! Query parameters: each of them known, given once, and of the right form.

use super::problem::Problem;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::collections::BTreeMap;
use std::fmt::Display;
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

/// A value of the wrong form.
pub fn bad(key: &str, value: &str, expected: &str) -> Problem {
    let detail = format!("`{key}` cannot be {value:?}.");
    Problem::new(StatusCode::BAD_REQUEST, "bad_query_value", detail)
        .at(format!("?{key}"), format!("expected {expected}"))
}
