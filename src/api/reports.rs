//! Reports over many calls.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::calls::filter;
use super::params::Params;
use super::problem::Problem;
use crate::record::CallId;
use crate::record::silence::{SilenceReport, silence};
use crate::store::PAGE_CALLS_MAX;
use axum::Json;
use axum::extract::State;

/// Calls that one report looks at; the newest of the time asked for.
const CALLS_MAX: usize = 2_000;

const KEYS: [&str; 3] = ["from", "to", "bot"];

/// Callers who were kept by the bot and not served, of the newest 2,000 calls.
#[utoipa::path(
    get,
    path = "/api/v1/reports/silence",
    tag = "reports",
    operation_id = "report_silence",
    security(("token" = [])),
    params(
        ("from" = Option<String>, Query, description = "Calls received at or after, RFC 3339"),
        ("to" = Option<String>, Query, description = "Calls received before, RFC 3339"),
        ("bot" = Option<String>, Query),
    ),
    responses((status = 200, body = SilenceReport), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn silent(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<SilenceReport>, Problem> {
    let Scope::All = who.may(Right::ReadCalls)? else { return Err(Problem::forbidden()) };
    let mut filter = filter(params, &KEYS)?;
    filter.limit = PAGE_CALLS_MAX;
    let mut calls = Vec::new();
    loop {
        let page = api.store.calls(&filter).await?;
        for call in &page.calls {
            calls.push(api.store.entries(&CallId(call.call_id.clone())).await?);
        }
        filter.cursor = page.next;
        if filter.cursor.is_none() || calls.len() >= CALLS_MAX {
            return Ok(Json(silence(&calls)));
        }
    }
}
