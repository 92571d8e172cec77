//! Password in, session cookie out.
//!
//! An unknown name, a wrong password and a locked name get the same answer after the same work.

use super::{SameSite, Web};
use crate::api::problem::Problem;
use crate::desk::views::works_at_the_desk;
use crate::store::{User, password};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::PoisonError;
use std::time::Duration;

/// A session lasts a long working day.
const SESSION: Duration = Duration::from_secs(12 * 3600);
const COOKIE: &str = "duet_session";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    user: String,
    password: String,
}

pub(super) async fn login(
    _: SameSite,
    Address(address): Address,
    State(web): State<Web>,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(given) = body.map_err(|error| Problem::new(error.status(), "bad_body", error.body_text()))?;
    let now = web.desk.clock.now();
    let allowed = lock(&web).allows(&given.user, &address, now);
    let stored = web.desk.store.password_hash(&given.user).await?;
    let right = verify(&web, given.password, stored).await?;
    let user = web.desk.store.user(&given.user).await?.filter(works_at_the_desk);
    let Some(user) = user.filter(|_| right && allowed) else {
        lock(&web).failed(&given.user, &address, now);
        let detail = "Wrong name or password. After five wrong tries wait five minutes.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", detail));
    };
    lock(&web).succeeded(&given.user, &address);
    let secret = web.desk.store.add_session(&user.id, now + SESSION).await?;
    let cookie = cookie(&web, &secret, SESSION.as_secs());
    Ok(([(header::SET_COOKIE, cookie)], Json(user)).into_response())
}

pub(super) async fn logout(
    _: SameSite,
    State(web): State<Web>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(secret) = session_secret(&headers) {
        web.desk.store.remove_session(secret).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&web, "", 0))]).into_response())
}

/// Who is logged in.
pub(super) async fn me(State(web): State<Web>, headers: HeaderMap) -> Result<Json<User>, Problem> {
    session(&web, &headers).await.map(Json)
}

/// The user behind the session cookie.
pub(super) async fn session(web: &Web, headers: &HeaderMap) -> Result<User, Problem> {
    let none = || Problem::new(StatusCode::UNAUTHORIZED, "no_session", "Log in first.");
    let secret = session_secret(headers).ok_or_else(none)?;
    web.desk.store.session(secret, web.desk.clock.now()).await?.ok_or_else(none)
}

fn lock(web: &Web) -> std::sync::MutexGuard<'_, crate::desk::throttle::Throttle> {
    web.throttle.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn verify(web: &Web, password: String, stored: Option<String>) -> Result<bool, Problem> {
    let busy = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "closing", "The server is going down.");
    let _one_of_few = web.hashing.acquire().await.map_err(|_| busy())?;
    let check = move || password::verify(&password, stored.as_deref());
    tokio::task::spawn_blocking(check).await.map_err(|_| busy())
}

fn cookie(web: &Web, value: &str, max_age_s: u64) -> String {
    let secure = if web.options.secure_cookies { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/desk; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}")
}

pub(super) fn session_secret(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// The peer's IP address; empty when the server was not told to pass it on.
pub(super) struct Address(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Address(peer.map(|peer| peer.0.ip().to_string()).unwrap_or_default()))
    }
}
