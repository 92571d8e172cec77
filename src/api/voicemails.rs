//! Messages that callers left, for the people of their queues.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::params::{Params, address};
use super::problem::Problem;
use crate::desk::voicemail::queues_of;
use crate::language::Language;
use crate::record::rfc3339;
use crate::record::voicemail::{Voicemail, Words};
use crate::store::VoicemailFilter;
use axum::Json;
use axum::extract::{ConnectInfo, Extension, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::net::SocketAddr;

/// A message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VoicemailState {
    id: String,
    /// The call in which it was left.
    call_id: String,
    bot: String,
    queue: String,
    /// Of the caller.
    number: String,
    name: Option<String>,
    /// Of the call.
    language: Language,
    topic: Option<String>,
    /// When it was left, RFC 3339 in UTC.
    at: String,
    length_ms: u64,
    words: Words,
    /// Who has seen to it.
    done_by: Option<String>,
    done_at: Option<String>,
}

/// Messages, newest first, at most 200.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VoicemailList {
    items: Vec<VoicemailState>,
}

impl From<Voicemail> for VoicemailState {
    fn from(message: Voicemail) -> Self {
        VoicemailState {
            id: message.id,
            call_id: message.call_id.0,
            bot: message.bot,
            queue: message.queue,
            number: message.number,
            name: message.name,
            language: message.language,
            topic: message.topic,
            at: rfc3339(message.at),
            length_ms: message.length_ms,
            words: message.words,
            done_at: message.done.as_ref().map(|done| rfc3339(done.at)),
            done_by: message.done.map(|done| done.by),
        }
    }
}

/// Lists messages: those of an agent's queues, or all.
#[utoipa::path(
    get,
    path = "/api/v1/voicemails",
    tag = "voicemails",
    operation_id = "list_voicemails",
    security(("token" = [])),
    params(
        ("queue" = Option<String>, Query, description = "Only of this queue"),
        ("done" = Option<bool>, Query, description = "Only those that somebody has seen to, or only the others"),
    ),
    responses((status = 200, body = VoicemailList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<VoicemailList>, Problem> {
    let mut queues = queues(&api, who.may(Right::ReadWords)?).await?;
    let given = params.only(&["queue", "done"])?;
    if let Some(queue) = given.text("queue") {
        let allowed = queues.is_none_or(|queues| queues.contains(&queue));
        queues = Some(if allowed { vec![queue] } else { Vec::new() });
    }
    let done = given.parse::<bool>("done", "true or false")?;
    let messages = api.store.voicemails(&VoicemailFilter { done, before: None, queues }).await?;
    Ok(Json(VoicemailList { items: messages.into_iter().map(VoicemailState::from).collect() }))
}

/// The sound of a message. Who fetched it stands in the audit trail.
#[utoipa::path(
    get,
    path = "/api/v1/voicemails/{id}/audio",
    tag = "voicemails",
    operation_id = "play_voicemail",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "8 kHz mono, 16 bit", content_type = "audio/wav"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn audio(
    State(api): State<ApiState>,
    who: Principal,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let queues = queues(&api, who.may(Right::ReadWords)?).await?;
    params.only(&[])?;
    let message = one(&api, &id, queues.as_deref()).await?;
    let sound = api.desk.play_voicemail(&message, who.who(), &address(peer)).await?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], sound).into_response())
}

/// Somebody has seen to a message.
#[utoipa::path(
    post,
    path = "/api/v1/voicemails/{id}/done",
    tag = "voicemails",
    operation_id = "finish_voicemail",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn done(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<StatusCode, Problem> {
    let queues = queues(&api, who.may(Right::SetPresence)?).await?;
    params.only(&[])?;
    let message = one(&api, &id, queues.as_deref()).await?;
    if api.desk.finish_voicemail(&message, who.who()).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(StatusCode::CONFLICT, "already_done", "Somebody has seen to this message already."))
}

/// Erases a message: sound and list. The events of its call stay as they are.
#[utoipa::path(
    delete,
    path = "/api/v1/voicemails/{id}",
    tag = "voicemails",
    operation_id = "erase_voicemail",
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
    let message = one(&api, &id, None).await?;
    let gone = api.desk.erase_voicemail(&message, who.who(), &address(peer)).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("message")) }
}

/// The queues whose messages may be had; `None` is every one.
async fn queues(api: &ApiState, scope: Scope) -> Result<Option<Vec<String>>, Problem> {
    let Scope::Own(user) = scope else { return Ok(None) };
    let user = api.store.user(&user).await?;
    Ok(user.map_or(Some(Vec::new()), |user| queues_of(&user)))
}

/// One that may not be had is not there.
async fn one(api: &ApiState, id: &str, queues: Option<&[String]>) -> Result<Voicemail, Problem> {
    api.desk.voicemail(id, queues).await?.ok_or_else(|| Problem::not_found("message"))
}
