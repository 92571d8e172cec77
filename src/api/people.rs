//! What people do with calls: hold, ask a colleague, pass on; and who is to be rung back.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::params::Params;
use super::problem::Problem;
use crate::desk::DeskError;
use crate::desk::notice::{AgentCommand, Callback};
use crate::record::CallId;
use crate::record::rfc3339;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// A command, and of which agent it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct Order {
    /// The agent who has the call.
    agent: String,
    #[serde(flatten)]
    command: AgentCommand,
}

/// A caller who is to be rung back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CallbackState {
    /// The call in which it was promised.
    of: String,
    number: String,
    queue: String,
    /// Since when the caller waits, RFC 3339 in UTC.
    since: String,
    not_before: String,
    /// Times that the caller was rung in vain.
    attempts: u32,
    /// Rung so often that Duet does not try again: somebody should.
    given_up: bool,
    why: String,
}

/// Every promise that is open.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CallbackList {
    items: Vec<CallbackState>,
}

impl From<Callback> for CallbackState {
    fn from(callback: Callback) -> Self {
        CallbackState {
            given_up: callback.given_up(),
            of: callback.of.0,
            number: callback.number,
            queue: callback.queue,
            since: rfc3339(callback.since),
            not_before: rfc3339(callback.not_before),
            attempts: callback.attempts,
            why: callback.why,
        }
    }
}

/// Does what an agent wants with the call that is with them.
#[utoipa::path(
    post,
    path = "/api/v1/calls/{id}/command",
    tag = "calls",
    operation_id = "command_call",
    security(("token" = [])),
    params(("id" = String, Path)),
    request_body = Order,
    responses((status = 202), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn command(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
    body: Result<Json<Order>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let scope = who.may(Right::SetPresence)?;
    params.only(&[])?;
    let Json(Order { agent, command }) =
        body.map_err(|error| Problem::new(error.status(), "bad_body", error.body_text()))?;
    if matches!(scope, Scope::Own(user) if user != agent) {
        return Err(Problem::forbidden());
    }
    match api.desk.command(&agent, CallId(id), command).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(DeskError::Refused { code, detail }) => Err(Problem::new(StatusCode::CONFLICT, code, detail)),
        Err(error) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "desk_closed", error.to_string())),
    }
}

/// Lists callers who are to be rung back.
#[utoipa::path(
    get,
    path = "/api/v1/callbacks",
    tag = "calls",
    operation_id = "list_callbacks",
    security(("token" = [])),
    responses((status = 200, body = CallbackList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn callbacks(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<CallbackList>, Problem> {
    let Scope::All = who.may(Right::ReadCalls)? else { return Err(Problem::forbidden()) };
    params.only(&[])?;
    let items = api.store.callbacks().await?.into_iter().map(CallbackState::from).collect();
    Ok(Json(CallbackList { items }))
}

/// Takes a promise back, because somebody has seen to it.
#[utoipa::path(
    delete,
    path = "/api/v1/callbacks/{id}",
    tag = "calls",
    operation_id = "remove_callback",
    security(("token" = [])),
    params(("id" = String, Path, description = "`of` of the callback")),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn remove_callback(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<StatusCode, Problem> {
    let Scope::All = who.may(Right::SetPresence)? else { return Err(Problem::forbidden()) };
    params.only(&[])?;
    let gone = api.desk.forget_callback(CallId(id)).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("callback")) }
}
