//! Errors as RFC 9457 problems: `application/problem+json` with a code that programs can rely on.

use crate::store::StoreError;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// One answer that says what went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `urn:duet:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable, for programs: `unknown_query_key`, `not_found`.
    pub code: &'static str,
    /// The status in words.
    pub title: String,
    /// What to do about it, for people.
    pub detail: String,
    /// Which parts of the request are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One wrong part of a request.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer into the body (`/presence/reason`), or `?key` for a query parameter.
    pub pointer: String,
    pub detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            kind: format!("urn:duet:problem:{code}"),
            status: status.as_u16(),
            code,
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// Adds which part of the request is wrong.
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), detail: detail.into() });
        self
    }

    pub fn unauthorized() -> Self {
        let detail = "Send a token that `duet user token` made as `Authorization: Bearer <token>`.";
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    pub fn not_found(what: &str) -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }

    pub fn forbidden() -> Self {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", "The token's role may not do this.")
    }
}

impl From<StoreError> for Problem {
    /// The cause goes to the log; the client learns nothing about files.
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::BadCursor) {
            let problem = Problem::new(StatusCode::BAD_REQUEST, "bad_cursor", error.to_string());
            return problem.at("?cursor", "use `next` of the page before");
        }
        tracing::error!(%error, "The store failed a request");
        let detail = "The store failed; the server's log says why.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "store_failed", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        response
    }
}
