//! The desk over HTTP: login, WebSocket and the page itself.

mod login; //  password in, session cookie out
mod page; //   the built page, or how to build it
mod report; // reports
mod socket; // one task per open tab
mod sound; //  of messages

pub(crate) use page::built;

use super::Desk;
use super::throttle::Throttle;
use crate::api::problem::Problem;
use crate::edge::webrtc::WebPhones;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;
use tower_http::set_header::SetResponseHeaderLayer;

/// Largest body of a login.
const BODY_MAX_BYTES: usize = 4 * 1024;
/// Passwords checked at once: each takes 19 MiB and a core.
const HASHING_AT_ONCE: usize = 2;

/// How the desk is served.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebOptions {
    /// The desk is reached over HTTPS: cookies are sent over nothing else.
    pub secure_cookies: bool,
}

#[derive(Debug, Clone)]
struct Web {
    desk: Desk,
    phones: WebPhones,
    options: WebOptions,
    throttle: Arc<Mutex<Throttle>>,
    hashing: Arc<Semaphore>,
    screens: Arc<AtomicU64>,
}

/// Everything under `/desk/`, and `/` which leads there. Serve it with
/// `into_make_service_with_connect_info::<SocketAddr>()`, so that lock-outs know the address.
pub fn router(desk: Desk, phones: WebPhones, options: WebOptions) -> Router {
    let web = Web {
        desk,
        phones,
        options,
        throttle: Arc::default(),
        hashing: Arc::new(Semaphore::new(HASHING_AT_ONCE)),
        screens: Arc::default(),
    };
    let router = Router::new()
        .route("/", get(page::to_the_desk))
        .route("/desk", get(page::to_the_desk))
        .route("/desk/", get(page::index))
        .route("/desk/{*path}", get(page::file))
        .route("/desk/login", post(login::login))
        .route("/desk/logout", post(login::logout))
        .route("/desk/me", get(login::me))
        .route("/desk/ws", get(socket::open))
        .route("/desk/report", get(report::report))
        .route("/desk/report/calls", get(report::calls))
        .route("/desk/report/call/{id}", get(report::call))
        .route("/desk/voicemail/{id}", get(sound::voicemail))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES));
    hardened(router).with_state(web)
}

/// Headers that leave a browser no room: nothing from elsewhere, no inline script, no frames.
fn hardened<S: Clone + Send + Sync + 'static>(mut router: Router<S>) -> Router<S> {
    let policy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
    let headers: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in headers {
        router = router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)));
    }
    router
}

/// Proof that a request was not made by another site's page.
struct SameSite;

impl<S: Send + Sync> FromRequestParts<S> for SameSite {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if is_same_site(&parts.headers) {
            return Ok(SameSite);
        }
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "This request came from another site's page.",
        ))
    }
}

/// Browsers tell where a request comes from and pages cannot change it. What is no browser, and so
/// carries no one's cookies, says nothing and may pass.
fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text(HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some() && host == text(header::HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |&(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn another_sites_page_is_refused_by_each_of_its_marks() {
        assert!(is_same_site(&headers(&[("host", "desk:8080"), ("origin", "http://desk:8080")])));
        assert!(is_same_site(&headers(&[("host", "desk:8080"), ("sec-fetch-site", "same-origin")])));
        assert!(is_same_site(&headers(&[("host", "desk:8080")])));
        assert!(!is_same_site(&headers(&[("host", "desk:8080"), ("origin", "http://evil")])));
        assert!(!is_same_site(&headers(&[("host", "desk:8080"), ("origin", "http://desk:8081")])));
        assert!(!is_same_site(&headers(&[("host", "desk:8080"), ("origin", "null")])));
        assert!(!is_same_site(&headers(&[("host", "desk:8080"), ("sec-fetch-site", "cross-site")])));
        assert!(!is_same_site(&headers(&[("host", "desk:8080"), ("sec-fetch-site", "same-site")])));
    }
}
