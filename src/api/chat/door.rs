//! Who stands at the door: which site's page, from which address, with which secret.

use super::super::problem::Problem;
use crate::runner::chat::rooms::Rooms;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// How long a browser may remember what it may send, seconds.
const REMEMBER_S: &str = "3600";
const ALLOWED: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after"),
    (header::ACCESS_CONTROL_MAX_AGE, REMEMBER_S),
];

/// Lets pages of the configured sites in, and what is no page; other sites' pages are turned away. Cookies are of
/// no use here, so none are allowed.
pub(super) async fn sites(State(rooms): State<Arc<Rooms>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let Some(origin) = origin else { return next.run(request).await };
    if !is_welcome(&origin, request.headers(), &rooms.config.origins) {
        let detail = "Pages of this site may not carry the chat; chat.origins names those that may.";
        return Problem::new(StatusCode::FORBIDDEN, "foreign_origin", detail).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    for (name, value) in ALLOWED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A browser asks before it sends; `sites` answers.
pub(super) async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// A page of ours, or one of those that are named.
fn is_welcome(origin: &HeaderValue, headers: &HeaderMap, origins: &[String]) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let own = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    (host.is_some() && host == own) || origins.iter().any(|known| known == origin)
}

/// The site whose page it is; empty for what is no page.
pub struct Site(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Site {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let origin = parts.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        Ok(Site(origin.unwrap_or_default().to_owned()))
    }
}

/// Of the visitor, as a trusted proxy tells it; none when the server was not told.
pub struct Address(pub(super) Option<IpAddr>);

impl FromRequestParts<Arc<Rooms>> for Address {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, rooms: &Arc<Rooms>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let trusted = |peer: &IpAddr| rooms.config.proxies.iter().any(|proxy| proxy.contains(*peer));
        let told = peer.filter(trusted).and_then(|_| forwarded(&parts.headers));
        Ok(Address(told.or(peer)))
    }
}

/// The last entry is the one that our own proxy wrote; those before it may be anybody's.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// What the visitor holds of a chat.
pub struct Secret(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Secret {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || {
            let detail = "Send the chat's secret as `Authorization: Bearer <secret>`.";
            Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        };
        super::super::auth::bearer(&parts.headers).map(|secret| Secret(secret.to_owned())).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn welcome(origin: &str) -> bool {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("chat.example"))]);
        let origins = ["https://shop.example".to_owned()];
        is_welcome(&HeaderValue::from_str(origin).unwrap(), &headers, &origins)
    }

    #[test]
    fn pages_of_ours_and_of_named_sites_are_welcome_and_no_others() {
        assert!(welcome("https://shop.example") && welcome("https://chat.example"));
        for other in
            ["https://shop.example.evil", "http://shop.example", "https://evil", "null", "chat.example"]
        {
            assert!(!welcome(other), "{other}");
        }
    }

    #[test]
    fn of_forwarded_addresses_the_last_counts() {
        let told = |text: &'static str| {
            forwarded(&HeaderMap::from_iter([(
                HeaderName::from_static("x-forwarded-for"),
                HeaderValue::from_static(text),
            )]))
        };
        assert_eq!(told("10.0.0.1, 203.0.113.9"), "203.0.113.9".parse().ok());
        assert_eq!(told("2001:db8::1"), "2001:db8::1".parse().ok());
        assert_eq!(told("somewhere"), None);
    }
}
