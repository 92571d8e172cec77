//! Tasks that follow calls, for agents and the people of queues.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::params::{INSTANT, Params, address, instant};
use super::problem::Problem;
use crate::desk::DeskError;
use crate::desk::follow_up::Change;
use crate::record::follow_up::FollowUp;
use crate::record::rfc3339;
use crate::store::{FollowUpFilter, User};
use crate::time::At;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, Extension, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// A task.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FollowUpState {
    id: String,
    /// The call after which it was set.
    call_id: String,
    bot: String,
    queue: String,
    /// Of the caller.
    number: String,
    name: Option<String>,
    topic: Option<String>,
    /// Who set it.
    by: String,
    /// Whose it is; anybody's of the queue when absent.
    agent: Option<String>,
    text: String,
    /// RFC 3339 in UTC, as the others.
    made: String,
    due: String,
    /// Due, and not done.
    overdue: bool,
    done_by: Option<String>,
    done_at: Option<String>,
}

/// Tasks, what is due first on top, at most 200.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FollowUpList {
    items: Vec<FollowUpState>,
}

/// What is changed; what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpChange {
    /// Only `true`: what is done stays done.
    done: Option<bool>,
    /// RFC 3339.
    due: Option<String>,
    text: Option<String>,
    /// Whose it is now; an empty name gives it to the queue. Not for agents.
    agent: Option<String>,
}

impl FollowUpState {
    fn at(task: FollowUp, now: At) -> Self {
        FollowUpState {
            overdue: task.done.is_none() && task.due < now,
            id: task.id,
            call_id: task.call_id.0,
            bot: task.bot,
            queue: task.queue,
            number: task.number,
            name: task.name,
            topic: task.topic,
            by: task.by,
            agent: task.agent,
            text: task.text,
            made: rfc3339(task.made),
            due: rfc3339(task.due),
            done_at: task.done.as_ref().map(|done| rfc3339(done.at)),
            done_by: task.done.map(|done| done.by),
        }
    }
}

/// Lists tasks: an agent's own and those of the agent's queues, or all.
#[utoipa::path(
    get,
    path = "/api/v1/follow-ups",
    tag = "follow-ups",
    operation_id = "list_follow_ups",
    security(("token" = [])),
    params(
        ("queue" = Option<String>, Query, description = "Only of calls of this queue"),
        ("done" = Option<bool>, Query, description = "Only those that somebody has done, or only the others"),
    ),
    responses((status = 200, body = FollowUpList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<FollowUpList>, Problem> {
    let user = user(&api, who.may(Right::ReadWords)?).await?;
    let given = params.only(&["queue", "done"])?;
    let done = given.parse::<bool>("done", "true or false")?;
    let whose = user.map(|user| (user.id, user.queues));
    let tasks = api.store.follow_ups(&FollowUpFilter { done, queue: given.text("queue"), whose }).await?;
    let now = api.clock.now();
    Ok(Json(FollowUpList { items: tasks.into_iter().map(|task| FollowUpState::at(task, now)).collect() }))
}

/// Changes a task, or says that it is done.
#[utoipa::path(
    patch,
    path = "/api/v1/follow-ups/{id}",
    tag = "follow-ups",
    operation_id = "change_follow_up",
    security(("token" = [])),
    params(("id" = String, Path)),
    request_body = FollowUpChange,
    responses((status = 200, body = FollowUpState), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn change(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
    body: Result<Json<FollowUpChange>, JsonRejection>,
) -> Result<Json<FollowUpState>, Problem> {
    let user = user(&api, who.may(Right::SetPresence)?).await?;
    params.only(&[])?;
    let Json(wanted) = body.map_err(|error| bad_body(error.status(), error.body_text(), ""))?;
    let task = one(&api, &id, user.as_ref()).await?;
    if user.is_some() && wanted.agent.is_some() {
        return Err(Problem::forbidden());
    }
    if wanted.done == Some(false) {
        let detail = "What is done stays done.".to_owned();
        return Err(bad_body(StatusCode::BAD_REQUEST, detail, "/done"));
    }
    let finish = wanted.done == Some(true);
    let changes = wanted.due.is_some() || wanted.text.is_some() || wanted.agent.is_some();
    let mut current = true;
    if changes {
        let change = checked(&api, wanted).await?;
        current = api.desk.change_follow_up(task.clone(), change).await.map_err(refused)?;
    }
    if finish && current {
        current = api.desk.finish_follow_up(&task, who.who()).await?;
    }
    if !current {
        let detail = "Somebody has done this task already.";
        return Err(Problem::new(StatusCode::CONFLICT, "already_done", detail));
    }
    let task = api.store.follow_up(&id).await?.ok_or_else(|| Problem::not_found("follow-up"))?;
    Ok(Json(FollowUpState::at(task, api.clock.now())))
}

/// Erases a task. The events of its call, which do not have its text, stay.
#[utoipa::path(
    delete,
    path = "/api/v1/follow-ups/{id}",
    tag = "follow-ups",
    operation_id = "erase_follow_up",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn erase(
    State(api): State<ApiState>,
    who: Principal,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Path(id): Path<String>,
    params: Params,
) -> Result<StatusCode, Problem> {
    let Scope::All = who.may(Right::SetPresence)? else { return Err(Problem::forbidden()) };
    params.only(&[])?;
    let task = one(&api, &id, None).await?;
    let gone = api.desk.erase_follow_up(&task, who.who(), &address(peer)).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("follow-up")) }
}

/// The agent whose tasks may be had; none where all may.
async fn user(api: &ApiState, scope: Scope) -> Result<Option<User>, Problem> {
    let Scope::Own(user) = scope else { return Ok(None) };
    Ok(Some(api.store.user(&user).await?.ok_or_else(Problem::forbidden)?))
}

/// One that may not be had is not there.
async fn one(api: &ApiState, id: &str, user: Option<&User>) -> Result<FollowUp, Problem> {
    api.desk.follow_up(id, user).await?.ok_or_else(|| Problem::not_found("follow-up"))
}

async fn checked(api: &ApiState, wanted: FollowUpChange) -> Result<Change, Problem> {
    let moment = |due: String| {
        let bad = || bad_body(StatusCode::BAD_REQUEST, format!("expected {INSTANT}"), "/due");
        instant(&due).ok_or_else(bad)
    };
    if let Some(agent) = wanted.agent.as_ref().filter(|agent| !agent.is_empty())
        && api.store.user(agent).await?.is_none()
    {
        return Err(bad_body(StatusCode::BAD_REQUEST, "There is no such agent.".into(), "/agent"));
    }
    Ok(Change {
        due: wanted.due.map(moment).transpose()?,
        text: wanted.text,
        agent: wanted.agent.map(|agent| (!agent.is_empty()).then_some(agent)),
    })
}

fn refused(error: DeskError) -> Problem {
    match error {
        DeskError::Refused { code: "bad_time", detail } => bad_body(StatusCode::BAD_REQUEST, detail, "/due"),
        DeskError::Refused { detail, .. } => bad_body(StatusCode::BAD_REQUEST, detail, "/text"),
        DeskError::Store(error) => error.into(),
        error => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "desk_closed", error.to_string()),
    }
}

fn bad_body(status: StatusCode, detail: String, field: &str) -> Problem {
    let problem = Problem::new(status, "bad_body", detail.clone());
    if field.is_empty() { problem } else { problem.at(field, detail) }
}
