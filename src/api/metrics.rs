//! Metrics in Prometheus' text format.

use super::ApiState;
use super::auth::{Principal, Right};
use super::params::Params;
use super::problem::Problem;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// Every metric, in Prometheus' text format.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "health",
    security(("token" = [])),
    responses((status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn metrics(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<impl IntoResponse, Problem> {
    who.may(Right::ReadMetrics)?;
    params.only(&[])?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], api.metrics.render()))
}
