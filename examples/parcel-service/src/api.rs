//! The HTTP side.

use crate::store::Store;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
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
        .route("/parcels/{number}/delivery", put(deliver))
        .route("/customers/by-phone/{number}", get(customer))
        .route("/customers/{phone}/code", post(send_code))
        .route("/customers/{phone}/code/check", post(check_code))
        .route("/customers/{phone}/messages", get(messages))
        .route("/texts", post(text))
        .route("/appointments", post(book))
        .route("/invoices/{number}", get(invoice))
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

/// Answers what was found, 404 when nothing was, 500 when the database failed.
fn found<T: serde::Serialize>(result: sqlx::Result<Option<T>>, what: &str) -> Response {
    match result {
        Ok(Some(found)) => Json(found).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, &format!("no such {what}")),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the database failed"),
    }
}

async fn parcel(State(store): State<Store>, Path(number): Path<String>) -> Response {
    found(store.parcel(&number).await, "parcel")
}

async fn customer(State(store): State<Store>, Path(number): Path<String>) -> Response {
    found(store.customer_by_phone(&number).await, "customer")
}

async fn invoice(State(store): State<Store>, Path(number): Path<String>) -> Response {
    found(store.invoice(&number).await, "invoice")
}

#[derive(Deserialize)]
struct Delivery {
    day: String,
}

async fn deliver(
    State(store): State<Store>,
    Path(number): Path<String>,
    Json(Delivery { day }): Json<Delivery>,
) -> Response {
    let changed = store.deliver_on(&number, &day).await;
    found(changed.map(|changed| changed.map(|changed| json!({ "changed": changed, "day": day }))), "parcel")
}

async fn send_code(State(store): State<Store>, Path(phone): Path<String>) -> Response {
    let sent = store.send_code(&phone).await;
    found(sent.map(|sent| sent.then(|| json!({ "sent": true }))), "customer")
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

async fn check_code(
    State(store): State<Store>,
    Path(phone): Path<String>,
    Json(Code { code }): Json<Code>,
) -> Response {
    found(store.verify_code(&phone, &code).await.map(|right| Some(json!({ "right": right }))), "code")
}

async fn messages(State(store): State<Store>, Path(phone): Path<String>) -> Response {
    found(store.messages(&phone).await.map(|messages| Some(Value::from(messages))), "customer")
}

#[derive(Deserialize)]
struct Visit {
    phone: String,
    at: String,
}

async fn book(State(store): State<Store>, Json(Visit { phone, at }): Json<Visit>) -> Response {
    found(store.book(&phone, &at).await.map(|()| Some(json!({ "booked": true, "at": at }))), "visit")
}

/// What a caller who does not wait is to read about.
#[derive(Deserialize)]
struct Text {
    to: String,
    topic: String,
    language: String,
}

/// Writes to a caller in their language.
async fn text(State(store): State<Store>, Json(Text { to, topic, language }): Json<Text>) -> Response {
    if !to.starts_with('+') {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "to is no number in international form");
    }
    let about = if topic.is_empty() { String::new() } else { format!(" ({})", topic.replace('_', " ")) };
    let words = match language.as_str() {
        "pl" => format!(
            "Odpowiemy na Państwa sprawę{about} wiadomością. Proszę odpisać, co jeszcze powinniśmy wiedzieć."
        ),
        "ro" => {
            format!("Vă răspundem în scris la solicitare{about}. Răspundeți cu ce ar mai trebui să știm.")
        }
        _ => {
            format!("We will answer your matter{about} by message. Reply with anything else we should know.")
        }
    };
    found(store.send(&to, &words).await.map(|()| Some(json!({ "accepted": true }))), "text")
}

fn problem(status: StatusCode, title: &str) -> Response {
    (status, Json(json!({ "title": title, "status": status.as_u16() }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn serve(token: Option<&str>) -> (String, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let router = router(store, token.map(str::to_owned), Duration::ZERO);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (format!("http://{address}"), folder)
    }

    async fn send(method: reqwest::Method, url: String, body: Value) -> (u16, Value) {
        let response = reqwest::Client::new().request(method, url).json(&body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn get_json(token: Option<&str>, sent: &str, path: &str) -> (u16, Value) {
        let (address, _folder) = serve(token).await;
        let request = reqwest::Client::new().get(format!("{address}{path}")).bearer_auth(sent);
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

    #[tokio::test]
    async fn a_delivery_is_changed_unless_the_parcel_has_arrived() {
        let (address, _folder) = serve(None).await;
        let put = |number: &str| {
            let url = format!("{address}/parcels/{number}/delivery");
            send(reqwest::Method::PUT, url, json!({ "day": "2026-12-01" }))
        };
        assert_eq!(put("12345678").await, (200, json!({ "changed": true, "day": "2026-12-01" })));
        assert_eq!(put("30000003").await.1["changed"], json!(false));
        assert_eq!(put("99999999").await.0, 404);
    }

    #[tokio::test]
    async fn a_code_is_sent_checked_once_and_guessed_three_times_at_most() {
        let (address, _folder) = serve(None).await;
        let customer = format!("{address}/customers/+447700900100");
        let post = |path: &str, body| send(reqwest::Method::POST, format!("{customer}/{path}"), body);
        assert_eq!(post("code", json!({})).await.0, 200);
        let (_, sent) = send(reqwest::Method::GET, format!("{customer}/messages"), json!({})).await;
        let code: String = sent[0].as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(post("code/check", json!({ "code": wrong })).await.1, json!({ "right": false }));
        assert_eq!(post("code/check", json!({ "code": code })).await.1, json!({ "right": true }));
        assert_eq!(post("code/check", json!({ "code": code })).await.1, json!({ "right": false }));
        let nobody = format!("{address}/customers/+15550100/code");
        assert_eq!(send(reqwest::Method::POST, nobody, json!({})).await.0, 404);
    }

    #[tokio::test]
    async fn a_caller_who_does_not_wait_is_written_to_in_their_language() {
        let (address, _folder) = serve(None).await;
        let text = |to: &str| {
            let body = json!({
                "to": to, "queue": "general", "topic": "parcel_status", "summary": "Asked for a person", "language": "pl",
            });
            send(reqwest::Method::POST, format!("{address}/texts"), body)
        };
        assert_eq!(text("+48601222333").await, (200, json!({ "accepted": true })));
        assert_eq!(text("601").await.0, 422);
        let sent =
            send(reqwest::Method::GET, format!("{address}/customers/+48601222333/messages"), json!({}));
        assert!(sent.await.1[0].as_str().unwrap().contains("parcel status"));
    }

    #[tokio::test]
    async fn an_invoice_is_found_and_a_visit_booked_once() {
        assert_eq!(get_json(None, "", "/invoices/700100").await.1["amount"], json!("49.90 PLN"));
        let (address, _folder) = serve(None).await;
        let visit = json!({ "phone": "+48600100100", "at": "2026-12-01 15:00" });
        for _ in 0..2 {
            let (status, body) =
                send(reqwest::Method::POST, format!("{address}/appointments"), visit.clone()).await;
            assert_eq!((status, &body["booked"]), (200, &json!(true)));
        }
    }
}
