//! `/api/v1/chat`: the public side, on a listener of its own. A chat is opened by anybody and held by its secret;
//! nothing here knows of tokens, users or other calls.

mod door; //  which sites, from which address, with which secret
mod page; //  the widget and a page that carries it

#[cfg(test)]
mod tests;

use super::params::Params;
use super::problem::Problem;
use super::{hardened_file, no_such_method};
use crate::edge::text::{Author, Line, MESSAGE_MAX_CHARS, Place, Room, Unsaid, View};
use crate::language::Language;
use crate::record::rfc3339;
use crate::runner::chat::Visitor;
use crate::runner::chat::rooms::{NotBegun, Rooms};
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use door::{Address, Secret, Site};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Largest body of a request: a message of 1,000 characters with room to spare.
const BODY_MAX_BYTES: usize = 8 * 1024;
/// Longest wait of one poll, seconds.
const WAIT_MAX_S: u64 = 25;
/// Longest name, contact, and key of a message, in characters.
const NAME_MAX_CHARS: usize = 80;
const CONTACT_MAX_CHARS: usize = 120;
const KEY_MAX_CHARS: usize = 64;
/// When a visitor may try again whose chat found no place.
const FULL_RETRY_S: u64 = 30;

/// Everything that visitors reach.
pub fn router(rooms: Arc<Rooms>) -> Router {
    let api = Router::new()
        .route("/api/v1/chat", post(begin).options(door::preflight))
        .route("/api/v1/chat/{id}", axum::routing::delete(leave).options(door::preflight))
        .route("/api/v1/chat/{id}/messages", get(read).post(say).options(door::preflight))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(middleware::from_fn(super::hardened))
        .layer(middleware::from_fn_with_state(rooms.clone(), door::sites));
    let files = Router::new()
        .route("/chat", get(page::page))
        .route("/chat/widget.js", get(page::widget))
        .route("/chat/icon.svg", get(page::icon))
        .layer(middleware::from_fn(hardened_file));
    api.merge(files)
        .fallback(|| async { Problem::not_found("path") })
        .method_not_allowed_fallback(no_such_method)
        .with_state(rooms)
}

/// A visitor wants to chat.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChat {
    /// One of those that the configuration lists; its first one if absent.
    bot: Option<String>,
    /// One that the bot knows; its default if absent. The visitor may write in another one all the same.
    language: Option<Language>,
    /// How the visitor is called, up to 80 characters; agents see it.
    name: Option<String>,
    /// Telephone or mail address, up to 120 characters; agents see it, nobody has checked it.
    contact: Option<String>,
}

/// What holds the chat from now on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OpenedChat {
    id: String,
    /// Sent as `Authorization: Bearer` with every request about this chat; not given out again.
    secret: String,
    bot: String,
    language: Language,
}

/// A message of the visitor.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// 1 to 1,000 characters.
    text: String,
    /// Of the sender's choice, up to 64 characters: a message that is sent again under the same key is said once.
    key: Option<String>,
}

/// The number that a message has got.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Accepted {
    seq: u32,
}

/// One message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ChatMessage {
    /// Counts from 1 without gaps.
    seq: u32,
    from: Author,
    /// First name of an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    text: String,
    /// RFC 3339 in UTC.
    at: String,
    language: Language,
}

/// What is new, and how the chat stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ChatNews {
    items: Vec<ChatMessage>,
    state: Place,
    /// First name of the agent who has the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    /// Somebody writes an answer.
    typing: bool,
    /// Send it as `seen` with the next request: then nothing is missed in between.
    version: u64,
}

impl From<View> for ChatNews {
    fn from(view: View) -> Self {
        let View { lines, place, agent, typing, version } = view;
        let message = |Line { seq, from, name, text, at, language }| ChatMessage {
            seq,
            from,
            name,
            text,
            at: rfc3339(at),
            language,
        };
        ChatNews { items: lines.into_iter().map(message).collect(), state: place, agent, typing, version }
    }
}

/// Begins a chat.
#[utoipa::path(
    post,
    path = "/api/v1/chat",
    tag = "chat",
    operation_id = "begin_chat",
    description = "On the chat listener (`chat.listen`), like all of `/api/v1/chat`. The bot's first messages follow at once; its first sentence says that it is a machine.",
    request_body = NewChat,
    responses((status = 201, body = OpenedChat), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn begin(
    State(rooms): State<Arc<Rooms>>,
    Address(address): Address,
    Site(site): Site,
    params: Params,
    body: Result<Json<NewChat>, JsonRejection>,
) -> Result<Response, Problem> {
    params.only(&[])?;
    let Json(wanted) = body.map_err(bad_body)?;
    let visitor = visitor(&rooms, wanted, site)?;
    let bot = visitor.bot.clone();
    let language = rooms.bots.get(&bot).map(|generation| generation.parts.bot.default_language);
    let language = visitor.language.or(language).unwrap_or(Language::English);
    match rooms.begin(visitor, address).await {
        Ok(begun) => {
            let opened = OpenedChat { id: begun.room.id.0.clone(), secret: begun.secret, bot, language };
            Ok((StatusCode::CREATED, Json(opened)).into_response())
        }
        Err(NotBegun::Full) => {
            let detail = "There is no room for another chat just now.";
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "chats_full", detail);
            Ok(retry(problem, FULL_RETRY_S))
        }
        Err(NotBegun::TooMany { retry_s }) => {
            let detail = "Too many new chats from this address.";
            Ok(retry(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_chats", detail), retry_s))
        }
    }
}

/// A message to whoever has the chat.
#[utoipa::path(
    post,
    path = "/api/v1/chat/{id}/messages",
    tag = "chat",
    operation_id = "say_in_chat",
    security(("chat" = [])),
    params(("id" = String, Path)),
    request_body = NewMessage,
    responses(
        (status = 202, body = Accepted, description = "It has its place; 200 when it had come before under the same key"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn say(
    State(rooms): State<Arc<Rooms>>,
    Secret(secret): Secret,
    Path(id): Path<String>,
    params: Params,
    body: Result<Json<NewMessage>, JsonRejection>,
) -> Result<Response, Problem> {
    params.only(&[])?;
    let room = find(&rooms, &id, &secret)?;
    let Json(NewMessage { text, key }) = body.map_err(bad_body)?;
    let text = bounded("text", text.trim(), MESSAGE_MAX_CHARS, true)?;
    let key = key.map(|key| bounded("key", &key, KEY_MAX_CHARS, false)).transpose()?;
    match room.say(rooms.clock.now(), text, key) {
        Ok((seq, before)) => {
            let status = if before { StatusCode::OK } else { StatusCode::ACCEPTED };
            Ok((status, Json(Accepted { seq })).into_response())
        }
        Err(Unsaid::Ended) => {
            Err(Problem::new(StatusCode::CONFLICT, "chat_ended", "This chat is over; begin another one."))
        }
        Err(Unsaid::TooMany { retry_s }) => {
            let detail = "Too many messages at once.";
            Ok(retry(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_messages", detail), retry_s))
        }
    }
}

/// What is new in the chat. Waits for it, so that a page need not ask again and again.
#[utoipa::path(
    get,
    path = "/api/v1/chat/{id}/messages",
    tag = "chat",
    operation_id = "read_chat",
    security(("chat" = [])),
    params(
        ("id" = String, Path),
        ("after" = Option<u32>, Query, description = "Messages after this `seq`; all of them if absent"),
        ("wait_s" = Option<u64>, Query, minimum = 0, maximum = 25, description = "Longest wait for something new, seconds; 0 if absent"),
        ("seen" = Option<u64>, Query, description = "`version` of the answer before: answered at once if anything has changed since"),
    ),
    responses((status = 200, body = ChatNews), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn read(
    State(rooms): State<Arc<Rooms>>,
    Secret(secret): Secret,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<ChatNews>, Problem> {
    let room = find(&rooms, &id, &secret)?;
    let given = params.only(&["after", "wait_s", "seen"])?;
    let after = given.parse::<u32>("after", "a number")?.unwrap_or(0);
    let wait_s = given.parse::<u64>("wait_s", "a number from 0 to 25")?.unwrap_or(0);
    if wait_s > WAIT_MAX_S {
        return Err(super::params::bad("wait_s", &wait_s.to_string(), "a number from 0 to 25"));
    }
    let seen = given.parse::<u64>("seen", "a number")?;
    let view = news(&rooms, &room, after, seen, Duration::from_secs(wait_s)).await;
    Ok(Json(view.into()))
}

/// The first view that has something new, or the last one when the wait is over.
async fn news(rooms: &Rooms, room: &Room, after: u32, seen: Option<u64>, wait: Duration) -> View {
    let _there = room.poll(rooms.clock.now());
    let mut changes = room.watch();
    let until = tokio::time::Instant::now() + wait;
    let first = *changes.borrow_and_update();
    loop {
        let view = room.view(after);
        let new =
            !view.lines.is_empty() || view.place == Place::Ended || view.version != seen.unwrap_or(first);
        if new || !matches!(tokio::time::timeout_at(until, changes.changed()).await, Ok(Ok(()))) {
            return if new { view } else { room.view(after) };
        }
    }
}

/// The visitor closes the chat.
#[utoipa::path(
    delete,
    path = "/api/v1/chat/{id}",
    tag = "chat",
    operation_id = "leave_chat",
    security(("chat" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn leave(
    State(rooms): State<Arc<Rooms>>,
    Secret(secret): Secret,
    Path(id): Path<String>,
    params: Params,
) -> Result<StatusCode, Problem> {
    params.only(&[])?;
    find(&rooms, &id, &secret)?.leave().await;
    Ok(StatusCode::NO_CONTENT)
}

/// One answer for a chat that is not there and for one of somebody else.
fn find(rooms: &Rooms, id: &str, secret: &str) -> Result<Arc<Room>, Problem> {
    rooms.find(id, secret).ok_or_else(|| Problem::not_found("chat"))
}

fn visitor(rooms: &Rooms, wanted: NewChat, site: String) -> Result<Visitor, Problem> {
    let NewChat { bot, language, name, contact } = wanted;
    let bots = &rooms.config.bots;
    let bot = bot.or_else(|| bots.first().cloned()).unwrap_or_default();
    let known = rooms.bots.get(&bot).filter(|_| bots.contains(&bot));
    let Some(known) = known else {
        return Err(bad_field("bot", format!("expected one of {}", bots.join(", "))));
    };
    let languages = &known.parts.bot.languages;
    if language.is_some_and(|language| !languages.contains(&language)) {
        let codes: Vec<&str> = languages.iter().map(|language| language.code()).collect();
        return Err(bad_field("language", format!("expected one of {}", codes.join(", "))));
    }
    let optional = |field, text: Option<String>, most| {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        text.map(|text| bounded(field, &text, most, false)).transpose()
    };
    let name = optional("name", name, NAME_MAX_CHARS)?;
    let contact = optional("contact", contact, CONTACT_MAX_CHARS)?;
    Ok(Visitor { bot, language, name, contact, site })
}

/// A text of 1 to `most` characters; on one line unless there may be more.
fn bounded(field: &str, text: &str, most: usize, lines: bool) -> Result<String, Problem> {
    let count = text.chars().count();
    if count == 0 || count > most {
        return Err(bad_field(field, format!("expected 1 to {most} characters")));
    }
    if text.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\t' | '\r'))) {
        return Err(bad_field(field, "expected no control characters".to_owned()));
    }
    Ok(text.to_owned())
}

fn bad_field(field: &str, expected: String) -> Problem {
    let detail = format!("`{field}` cannot be that.");
    Problem::new(StatusCode::BAD_REQUEST, "bad_value", detail).at(format!("/{field}"), expected)
}

fn bad_body(error: JsonRejection) -> Problem {
    Problem::new(error.status(), "bad_body", error.body_text())
}

fn retry(problem: Problem, after_s: u64) -> Response {
    let mut response = problem.into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after_s));
    response
}
