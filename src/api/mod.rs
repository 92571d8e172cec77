//! The admin HTTP API: one file per resource. Every answer is JSON, every error a problem (RFC
//! 9457). Who may do what stands in `auth`; without a token only `/healthz` and `/readyz` answer.
//!
//! There is no CORS: browsers of other origins have no business here, but for visitors who chat (`chat`).

mod agents; //  /api/v1/agents
mod audit; //   /api/v1/audit
mod auth; //    bearer tokens, roles, who may do what
mod bots; //    /api/v1/bots
mod calls; //   /api/v1/calls
pub mod chat; // /api/v1/chat, on a listener of its own
mod contacts; // /api/v1/contacts
mod follow_ups; // /api/v1/follow-ups
mod health; //  /healthz, /readyz
mod learning; // /api/v1/learning
mod metrics; // /metrics
mod openapi; // /openapi.json
pub(crate) mod params; //  query parameters, each of them known
mod people; //  /api/v1/calls/{id}/command, /api/v1/callbacks
pub mod problem;
pub(crate) mod report; // /api/v1/report
mod reports; //  /api/v1/reports
mod voicemails; // /api/v1/voicemails

#[cfg(test)]
mod follow_up_tests;
#[cfg(test)]
mod tests;

pub use bots::{BotList, BotState};
pub use health::Readiness;
pub use learning::LessonList;
pub use openapi::document;

use crate::desk::Desk;
use crate::edge::clock::Clock;
use crate::server::fleet::Fleet;
use crate::store::Store;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{delete, get, patch, post, put};
use axum::{Router, http::header};
use metrics_exporter_prometheus::PrometheusHandle;
use problem::Problem;
use std::sync::Arc;
use std::time::Duration;

/// Largest body of a request.
const BODY_MAX_BYTES: usize = 64 * 1024;
/// Longest time for one answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// Loading a bot means checking it, the proof included, and learning its examples.
const RELOAD_LIMIT: Duration = Duration::from_secs(120);

/// A report reads many calls.
const REPORT_LIMIT: Duration = Duration::from_secs(60);

/// What the API needs of the server.
#[derive(Clone)]
pub struct ApiState {
    pub clock: Clock,
    pub store: Store,
    pub desk: Desk,
    pub fleet: Arc<Fleet>,
    pub readiness: Readiness,
    pub metrics: PrometheusHandle,
}

/// The whole API.
pub fn router(state: ApiState) -> Router {
    let open = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));
    let guarded = Router::new()
        .route("/api/v1/calls", get(calls::list))
        .route("/api/v1/calls/{id}", get(calls::one))
        .route("/api/v1/calls/{id}/transcript", get(calls::transcript))
        .route("/api/v1/calls/{id}/events", get(calls::events))
        .route("/api/v1/calls/{id}/handovers", get(calls::handovers))
        .route("/api/v1/calls/{id}/command", post(people::command))
        .route("/api/v1/callbacks", get(people::callbacks))
        .route("/api/v1/callbacks/{id}", delete(people::remove_callback))
        .route("/api/v1/contacts/{id}/messages", post(contacts::add).delete(contacts::erase))
        .route("/api/v1/contacts/{id}/thread", get(contacts::thread))
        .route("/api/v1/voicemails", get(voicemails::list))
        .route("/api/v1/voicemails/{id}", delete(voicemails::erase))
        .route("/api/v1/voicemails/{id}/audio", get(voicemails::audio))
        .route("/api/v1/voicemails/{id}/done", post(voicemails::done))
        .route("/api/v1/follow-ups", get(follow_ups::list))
        .route("/api/v1/follow-ups/{id}", patch(follow_ups::change).delete(follow_ups::erase))
        .route("/api/v1/agents", get(agents::list))
        .route("/api/v1/agents/{id}/presence", put(agents::set_presence))
        .route("/api/v1/bots", get(bots::list))
        .route("/api/v1/bots/{bot}/reload", post(bots::reload))
        .route("/api/v1/bots/{bot}/articles", get(bots::search))
        .route("/api/v1/bots/{bot}/rollback", post(bots::roll_back))
        .route("/api/v1/learning", get(learning::list))
        .route("/api/v1/audit", get(audit::list))
        .route("/api/v1/reports/silence", get(reports::silent))
        .route("/api/v1/report", get(report::report))
        .route("/metrics", get(metrics::metrics))
        .route("/openapi.json", get(openapi::openapi))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(state.clone(), auth::authenticate));
    open.merge(guarded)
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn(hardened))
        .with_state(state)
}

async fn no_such_path(State(_): State<ApiState>) -> Problem {
    Problem::not_found("path")
}

async fn no_such_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This path has other methods; see /openapi.json.",
    )
}

async fn in_time(request: Request, next: Next) -> Result<Response, Problem> {
    let limit = match request.uri().path() {
        path if path.ends_with("/reload") => RELOAD_LIMIT,
        "/api/v1/report" => REPORT_LIMIT,
        _ => ANSWER_LIMIT,
    };
    let detail = || format!("The answer took longer than {} s.", limit.as_secs());
    let late = |_| Problem::new(StatusCode::GATEWAY_TIMEOUT, "too_slow", detail());
    tokio::time::timeout(limit, next.run(request)).await.map_err(late)
}

/// Answers hold personal data: nobody may keep them, and no page may show them.
async fn hardened(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static("default-src 'none'"));
    response
}

/// Of a page and scripts that anybody may see: nothing from elsewhere, no script inline.
async fn hardened_file(request: Request, next: Next) -> Response {
    let policy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    response
}
