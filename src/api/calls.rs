//! Calls: the record of each, what was said in it, and the events that both come from.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::params::{Known, Params, bad, limit, moment};
use super::problem::Problem;
use crate::record::cdr::{Cdr, cdr};
use crate::record::event::{CallId, Channel, Entry, Event, Outcome};
use crate::record::handover::Handover;
use crate::record::transcript::{Line, transcript as lines};
use crate::store::CallFilter;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;

/// One page of calls, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CallList {
    items: Vec<Cdr>,
    /// Send it as `cursor` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What was said, in the order in which the sentences began.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TranscriptOf {
    call_id: String,
    items: Vec<Line>,
}

/// Everything that happened, in order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EventsOf {
    call_id: String,
    items: Vec<Entry>,
}

const KEYS: [&str; 10] =
    ["from", "to", "bot", "outcome", "queue", "agent", "channel", "number", "cursor", "limit"];

/// Lists calls, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/calls",
    tag = "calls",
    operation_id = "list_calls",
    security(("token" = [])),
    params(
        ("from" = Option<String>, Query, description = "Received at or after, RFC 3339"),
        ("to" = Option<String>, Query, description = "Received before, RFC 3339"),
        ("bot" = Option<String>, Query),
        ("outcome" = Option<Outcome>, Query),
        ("queue" = Option<String>, Query, description = "Calls that waited in this queue"),
        ("agent" = Option<String>, Query, description = "Calls that were offered to this agent"),
        ("channel" = Option<Channel>, Query),
        ("number" = Option<String>, Query, description = "Caller's or called number, exactly"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Calls on a page, 50 if absent"),
    ),
    responses((status = 200, body = CallList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<CallList>, Problem> {
    let scope = who.may(Right::ReadCalls)?;
    let mut filter = filter(params, &KEYS)?;
    if let Scope::Own(user) = scope {
        filter.agent = Some(user);
    }
    let page = api.store.calls(&filter).await?;
    Ok(Json(CallList { items: page.calls, next: page.next }))
}

/// The filter that a query asks for, of those keys that the resource knows.
pub(super) fn filter(params: Params, keys: &'static [&'static str]) -> Result<CallFilter, Problem> {
    let given = params.only(keys)?;
    Ok(CallFilter {
        from: moment(&given, "from")?,
        to: moment(&given, "to")?,
        bot: given.text("bot"),
        outcome: given.text("outcome").map(|name| outcome(&name)).transpose()?,
        queue: given.text("queue"),
        agent: given.text("agent"),
        channel: channel(&given)?,
        number: given.text("number"),
        caller: None,
        cursor: given.text("cursor"),
        limit: limit(&given)?,
    })
}

/// By telephone or in writing; both when it is not said.
pub(super) fn channel(given: &Known) -> Result<Option<Channel>, Problem> {
    let channel = given.text("channel").map(|name| {
        let known = serde_json::from_value::<Channel>(name.as_str().into());
        known.map_err(|_| bad("channel", &name, "voice or chat"))
    });
    channel.transpose()
}

fn outcome(name: &str) -> Result<Outcome, Problem> {
    let expected = "one of resolved, handed_over, abandoned, not_answered, callback_promised, message_left, text_sent, failed, node_lost";
    serde_json::from_value(name.into()).map_err(|_| bad("outcome", name, expected))
}

/// The record of one call.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{id}",
    tag = "calls",
    operation_id = "get_call",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Cdr), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn one(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Cdr>, Problem> {
    params.only(&[])?;
    let entries = read(&api, who.may(Right::ReadCalls)?, id).await?;
    Ok(Json(cdr(&entries)))
}

/// What was said in one call.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{id}/transcript",
    tag = "calls",
    operation_id = "get_call_transcript",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = TranscriptOf), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn transcript(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<TranscriptOf>, Problem> {
    params.only(&[])?;
    let entries = read(&api, who.may(Right::ReadWords)?, id.clone()).await?;
    Ok(Json(TranscriptOf { call_id: id, items: lines(&entries) }))
}

/// Everything that happened in one call.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{id}/events",
    tag = "calls",
    operation_id = "get_call_events",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = EventsOf), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn events(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<EventsOf>, Problem> {
    params.only(&[])?;
    let items = read(&api, who.may(Right::ReadWords)?, id.clone()).await?;
    Ok(Json(EventsOf { call_id: id, items }))
}

/// How one call's handovers went.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HandoversOf {
    call_id: String,
    items: Vec<Handover>,
}

/// What each handover of one call took and lost, with a score that explains itself.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{id}/handovers",
    tag = "calls",
    operation_id = "get_call_handovers",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = HandoversOf), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn handovers(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<HandoversOf>, Problem> {
    params.only(&[])?;
    let entries = read(&api, who.may(Right::ReadCalls)?, id.clone()).await?;
    Ok(Json(HandoversOf { call_id: id, items: crate::record::handover::handovers(&entries) }))
}

/// The entries of a call. A call of somebody else is not there.
async fn read(api: &ApiState, scope: Scope, id: String) -> Result<Vec<Entry>, Problem> {
    let entries = api.store.entries(&CallId(id)).await?;
    let visible = match scope {
        Scope::All => !entries.is_empty(),
        Scope::Own(user) => entries.iter().any(|entry| met(&entry.event, &user)),
    };
    if visible { Ok(entries) } else { Err(Problem::not_found("call")) }
}

/// Whether the event brought the call to this agent.
fn met(event: &Event, user: &str) -> bool {
    match event {
        Event::AgentOffered { agent, .. } | Event::AgentRinging { agent } | Event::Bridged { agent } => {
            agent == user
        }
        _ => false,
    }
}
