//! Liveness and readiness, open to everyone: they tell names of parts and nothing else.

use super::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What must hold before calls are sent here. The server sets each check; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    checks: Arc<Mutex<BTreeMap<String, Result<(), String>>>>,
}

impl Readiness {
    /// Sets one check, such as `models`, `sip` or `draining`; `Err` says in words what is missing.
    pub fn set(&self, check: &str, state: Result<(), String>) {
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        checks.insert(check.to_owned(), state);
    }

    fn all(&self) -> BTreeMap<String, Result<(), String>> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether calls may be sent here, and what is missing.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ready {
    ready: bool,
    /// `ok`, or what is missing, by part.
    checks: BTreeMap<String, String>,
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = String)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Calls may be sent here.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    responses((status = 200, body = Ready), (status = 503, body = Ready)),
)]
pub async fn readyz(State(api): State<ApiState>) -> (StatusCode, Json<Ready>) {
    let store = api.store.ping().await.map_err(|error| {
        tracing::error!(%error, "The store does not answer");
        "does not answer".to_owned()
    });
    api.readiness.set("store", store);
    let checks = api.readiness.all();
    let ready = checks.values().all(Result::is_ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let checks = checks
        .into_iter()
        .map(|(check, state)| (check, state.err().unwrap_or_else(|| "ok".into())))
        .collect();
    (status, Json(Ready { ready, checks }))
}
