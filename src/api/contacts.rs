//! Contacts: what was written to and by a customer, and one thread of it with the calls.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::params::{INSTANT, Params, instant, limit, moment};
use super::problem::Problem;
use crate::record::cdr::Cdr;
use crate::record::letter::{Author, LINE_MAX_CHARS, Letter, Medium, TEXT_MAX_CHARS, contact};
use crate::record::rfc3339;
use crate::store::{CallFilter, PAGE_CALLS_MAX};
use crate::time::At;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// Parts of a thread when nobody says how many.
const PAGE: u32 = 50;

/// A message that goes into a customer's thread.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    channel: Medium,
    /// The customer unless told.
    #[serde(default)]
    by: Author,
    /// Of whoever wrote it, at most 200 characters.
    name: Option<String>,
    subject: Option<String>,
    /// 1 to 20,000 characters.
    text: String,
    /// When it was written, RFC 3339; now unless told.
    at: Option<String>,
    /// The same key is the same message: a request may be sent again.
    key: Option<String>,
}

/// A message of a thread.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MessageState {
    id: String,
    contact: String,
    channel: Medium,
    by: Author,
    name: Option<String>,
    subject: Option<String>,
    text: String,
    /// When it was written, RFC 3339 in UTC.
    at: String,
}

impl From<Letter> for MessageState {
    fn from(letter: Letter) -> Self {
        let Letter { id, contact, channel, by, name, subject, text, at } = letter;
        MessageState { id, contact, channel, by, name, subject, text, at: rfc3339(at) }
    }
}

/// One part of a thread.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Contacted {
    /// A call, or a chat with the bot.
    Call { call: Box<Cdr> },
    /// Written elsewhere.
    Message { message: MessageState },
}

/// What there was with a contact, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Thread {
    contact: String,
    items: Vec<Contacted>,
    /// Send it as `before` to get older parts; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Puts a message into a customer's thread: a chat elsewhere, an e-mail, a comment, a text message. The agent who
/// talks with this customer sees it at once.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{id}/messages",
    tag = "contacts",
    operation_id = "add_message",
    security(("token" = [])),
    params(("id" = String, Path, description = "The number that calls have, an e-mail address, or an id of another program")),
    request_body = NewMessage,
    responses(
        (status = 201, body = MessageState),
        (status = 200, body = MessageState, description = "There is one with this key already"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn add(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
    body: Result<Json<NewMessage>, JsonRejection>,
) -> Result<(StatusCode, Json<MessageState>), Problem> {
    let Scope::All = who.may(Right::WriteMessages)? else { return Err(Problem::forbidden()) };
    params.only(&[])?;
    let Json(new) = body.map_err(|error| Problem::new(error.status(), "bad_body", error.body_text()))?;
    let contact = known(&id)?;
    let (letter, key) = checked(contact, new, api.clock.now())?;
    match api.desk.keep_letter(letter.clone(), key.as_deref()).await? {
        Some(earlier) => Ok((StatusCode::OK, Json(earlier.into()))),
        None => Ok((StatusCode::CREATED, Json(letter.into()))),
    }
}

/// What there was with a customer, newest first: calls, chats and messages in one thread.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/{id}/thread",
    tag = "contacts",
    operation_id = "read_thread",
    security(("token" = [])),
    params(
        ("id" = String, Path),
        ("before" = Option<String>, Query, description = "Only older parts, RFC 3339"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 if absent"),
    ),
    responses((status = 200, body = Thread), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn thread(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Thread>, Problem> {
    let Scope::All = who.may(Right::ReadWords)? else { return Err(Problem::forbidden()) };
    let given = params.only(&["before", "limit"])?;
    let before = moment(&given, "before")?;
    let limit = Some(limit(&given)?).filter(|limit| *limit > 0).unwrap_or(PAGE).min(PAGE_CALLS_MAX);
    let contact = known(&id)?;
    let filter = CallFilter { caller: Some(contact.clone()), to: before, limit, ..CallFilter::default() };
    let page = api.store.calls(&filter).await?;
    let letters = api.store.letters(&contact, before, limit).await?;
    let more = page.next.is_some() || letters.len() == limit as usize;
    let calls = page
        .calls
        .into_iter()
        .map(|call| (call.received_at.clone().unwrap_or_default(), Contacted::Call { call: Box::new(call) }));
    let messages =
        letters.into_iter().map(|letter| (rfc3339(letter.at), Contacted::Message { message: letter.into() }));
    // RFC 3339 in UTC with the same digits sorts by time.
    let mut items: Vec<(String, Contacted)> = calls.chain(messages).collect();
    items.sort_by(|(a, _), (b, _)| b.cmp(a));
    let more = more || items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|(at, _)| at.clone());
    Ok(Json(Thread { contact, items: items.into_iter().map(|(_, item)| item).collect(), next }))
}

/// Erases every message of a customer's thread; calls stay, they have their own time.
#[utoipa::path(
    delete,
    path = "/api/v1/contacts/{id}/messages",
    tag = "contacts",
    operation_id = "erase_messages",
    security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn erase(
    State(api): State<ApiState>,
    who: Principal,
    Path(id): Path<String>,
    params: Params,
) -> Result<StatusCode, Problem> {
    let Scope::All = who.may(Right::WriteMessages)? else { return Err(Problem::forbidden()) };
    params.only(&[])?;
    match api.store.remove_letters(&known(&id)?).await? {
        0 => Err(Problem::not_found("contact with messages")),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

fn known(id: &str) -> Result<String, Problem> {
    let detail = "A contact is a number, an e-mail address or an id of 1 to 200 characters.";
    contact(id).ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "bad_contact", detail))
}

fn checked(contact: String, new: NewMessage, now: At) -> Result<(Letter, Option<String>), Problem> {
    let NewMessage { channel, by, name, subject, text, at, key } = new;
    let text = fits("/text", text, TEXT_MAX_CHARS)?;
    let line =
        |pointer, line: Option<String>| line.map(|line| fits(pointer, line, LINE_MAX_CHARS)).transpose();
    let (name, subject, key) = (line("/name", name)?, line("/subject", subject)?, line("/key", key)?);
    let at = match at {
        None => now,
        Some(at) => instant(&at).ok_or_else(|| wrong("/at", format!("expected {INSTANT}")))?,
    };
    let id = uuid::Uuid::now_v7().to_string();
    Ok((Letter { id, contact, channel, by, name, subject, text, at }, key))
}

fn fits(pointer: &'static str, text: String, most: usize) -> Result<String, Problem> {
    let text = text.trim().to_owned();
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(wrong(pointer, format!("expected 1 to {most} characters")))
}

fn wrong(pointer: &'static str, expected: String) -> Problem {
    let detail = "A part of the message is wrong.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_message", detail).at(pointer, expected)
}
