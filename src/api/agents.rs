//! Agents and their presence.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::params::Params;
use super::problem::Problem;
use crate::desk::roster::Choice;
use crate::desk::{AgentState, DeskError};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;

/// Every agent that the token may see.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AgentList {
    items: Vec<AgentState>,
}

/// Lists agents with their presence.
#[utoipa::path(
    get,
    path = "/api/v1/agents",
    tag = "agents",
    operation_id = "list_agents",
    security(("token" = [])),
    responses((status = 200, body = AgentList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<AgentList>, Problem> {
    let scope = who.may(Right::ReadAgents)?;
    params.only(&[])?;
    let mut items = api.desk.agents().await;
    if let Scope::Own(user) = scope {
        items.retain(|agent| agent.id == user);
    }
    Ok(Json(AgentList { items }))
}

/// Sets an agent's presence. During a call it takes effect after the wrap-up.
#[utoipa::path(
    put,
    path = "/api/v1/agents/{id}/presence",
    tag = "agents",
    operation_id = "set_presence",
    security(("token" = [])),
    params(("id" = String, Path)),
    request_body = Choice,
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn set_presence(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
    body: Result<Json<Choice>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    if let Scope::Own(user) = who.may(Right::SetPresence)?
        && user != id
    {
        return Err(Problem::forbidden());
    }
    params.only(&[])?;
    let Json(choice) = body.map_err(|error| bad_body(&error))?;
    match api.desk.set_presence(&id, choice).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(DeskError::UnknownAgent(_)) => Err(Problem::not_found("agent")),
        Err(DeskError::Store(error)) => Err(error.into()),
        Err(error @ (DeskError::NotYourCall(_) | DeskError::Refused { .. } | DeskError::Closed)) => {
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "desk_closed", error.to_string()))
        }
    }
}

fn bad_body(error: &JsonRejection) -> Problem {
    let problem = Problem::new(error.status(), "bad_body", error.body_text());
    problem.at("/state", "expected offline, available, or paused with a reason")
}
