//! The HTTP side.

use crate::store::Store;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// What every request passes first.
struct Gate {
    token: Option<String>,
    delay: Duration,
}

/// `/health` is open and immediate; everything else wants the token, if there is one, and takes `delay`.
pub fn router(store: Store, token: Option<String>, delay: Duration) -> Router {
    let gate = Arc::new(Gate { token, delay });
    Router::new()
        .route("/parcels/{number}", get(parcel))
        .route("/customers/by-phone/{number}", get(customer))
        .route_layer(middleware::from_fn_with_state(gate, pass))
        .route("/health", get(|| async { Json(json!({ "ok": true })) }))
        .with_state(store)
}

async fn pass(State(gate): State<Arc<Gate>>, headers: HeaderMap, request: Request, next: Next) -> Response {
    tokio::time::sleep(gate.delay).await;
    let sent = headers.get("authorization").and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.strip_prefix("Bearer "));
    match &gate.token {
        Some(token) if !same(sent.unwrap_or_default(), token) => {
            problem(StatusCode::UNAUTHORIZED, "wrong token")
        }
        _ => next.run(request).await,
    }
}

/// Takes the same time wherever two tokens differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

async fn parcel(State(store): State<Store>, Path(number): Path<String>) -> Response {
    match store.parcel(&number).await {
        Ok(Some(parcel)) => Json(parcel).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, "no such parcel"),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the database failed"),
    }
}

async fn customer(State(store): State<Store>, Path(number): Path<String>) -> Response {
    match store.customer_by_phone(&number).await {
        Ok(Some(customer)) => Json(customer).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, "no such customer"),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the database failed"),
    }
}

fn problem(status: StatusCode, title: &str) -> Response {
    (status, Json(json!({ "title": title, "status": status.as_u16() }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    async fn get_json(token: Option<&str>, sent: &str, path: &str) -> (u16, Value) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let router = router(store, token.map(str::to_owned), Duration::ZERO);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let request = reqwest::Client::new().get(format!("http://{address}{path}")).bearer_auth(sent);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    #[tokio::test]
    async fn a_parcel_is_found_with_its_place_and_day() {
        let (status, body) = get_json(None, "", "/parcels/12345678").await;
        let expected =
            json!({ "number": "12345678", "status": "in_transit", "place": "Kraków", "eta_days": 1 });
        assert_eq!((status, body), (200, expected));
    }

    #[tokio::test]
    async fn an_unknown_parcel_is_not_found() {
        assert_eq!(get_json(None, "", "/parcels/99999999").await.0, 404);
    }

    #[tokio::test]
    async fn a_customer_is_found_by_phone_with_all_parcels() {
        let (status, body) = get_json(None, "", "/customers/by-phone/+40720100100").await;
        assert_eq!((status, body["name"].as_str()), (200, Some("Ioana Popescu")));
        assert_eq!(body["parcels"].as_array().map(Vec::len), Some(2));
    }

    #[tokio::test]
    async fn a_wrong_token_is_refused_and_health_needs_none() {
        assert_eq!(get_json(Some("s3cret"), "wrong", "/parcels/12345678").await.0, 401);
        assert_eq!(get_json(Some("s3cret"), "s3cret", "/parcels/12345678").await.0, 200);
        assert_eq!(get_json(Some("s3cret"), "", "/health").await.0, 200);
    }
}
