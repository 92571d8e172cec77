//! The sound of a message, for whoever is logged in and may have it.

use super::login::{Address, session};
use super::{SameSite, Web};
use crate::api::problem::Problem;
use crate::desk::voicemail::queues_of;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

pub(super) async fn voicemail(
    _: SameSite,
    Address(address): Address,
    State(web): State<Web>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let user = session(&web, &headers).await?;
    let message = web.desk.voicemail(&id, queues_of(&user).as_deref()).await?;
    let message = message.ok_or_else(|| Problem::not_found("message"))?;
    let sound = web.desk.play_voicemail(&message, &user.id, &address).await?;
    // Nobody's browser may keep it.
    let headers = [(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, sound).into_response())
}
