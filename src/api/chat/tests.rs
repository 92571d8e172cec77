//! The public side as pages meet it: whole requests through the router, with the demo bot behind.

use super::*;
use crate::runner::chat::tests::World;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt;

struct Reply {
    status: u16,
    headers: axum::http::HeaderMap,
    body: Value,
}

struct Site {
    world: World,
}

impl Site {
    async fn asks(&self, method: Method, path: &str, secret: &str, body: Value) -> Reply {
        self.asks_from(method, path, secret, body, &[]).await
    }

    async fn asks_from(
        &self,
        method: Method,
        path: &str,
        secret: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "chat.example");
        if !secret.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (kind, bytes) = if body.is_null() {
            ("text/plain", Vec::new())
        } else {
            ("application/json", body.to_string().into())
        };
        let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(bytes)).unwrap();
        let response = router(self.world.rooms.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Id and secret of a new chat.
    async fn begins(&self) -> (String, String) {
        let opened =
            self.asks(Method::POST, "/api/v1/chat", "", json!({ "language": "en", "name": "Jan" })).await;
        assert_eq!(opened.status, 201, "{}", opened.body);
        let text = |key: &str| opened.body[key].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// Polls as a page does until the state is so.
    async fn reads_until(&self, (id, secret): &(String, String), state: &str) -> Vec<Value> {
        let (mut lines, mut after, mut seen) = (Vec::new(), 0, String::new());
        for _ in 0..50 {
            let path = format!("/api/v1/chat/{id}/messages?after={after}&wait_s=10{seen}");
            let news = self.asks(Method::GET, &path, secret, Value::Null).await;
            assert_eq!(news.status, 200, "{}", news.body);
            let items = news.body["items"].as_array().unwrap().clone();
            after = items.last().map_or(after, |line| line["seq"].as_u64().unwrap());
            lines.extend(items);
            seen = format!("&seen={}", news.body["version"]);
            if news.body["state"] == state && news.body["typing"] == false {
                return lines;
            }
        }
        panic!("never {state}: {lines:?}");
    }
}

async fn site() -> Site {
    Site { world: World::new().await }
}

#[tokio::test]
async fn a_page_begins_asks_reads_and_leaves() {
    let site = site().await;
    let chat = site.begins().await;
    let lines = site.reads_until(&chat, "bot").await;
    assert_eq!((&lines[0]["from"], &lines[0]["seq"]), (&json!("bot"), &json!(1)));
    let messages = format!("/api/v1/chat/{}/messages", chat.0);
    let said = json!({ "text": "where is my parcel?", "key": "a" });
    let first = site.asks(Method::POST, &messages, &chat.1, said.clone()).await;
    let again = site.asks(Method::POST, &messages, &chat.1, said).await;
    assert_eq!((first.status, again.status), (202, 200), "sent twice, said once");
    assert_eq!(first.body, again.body);
    let lines = site.reads_until(&chat, "bot").await;
    assert!(lines.iter().any(|line| line["text"].as_str().unwrap().contains("digits")), "{lines:?}");
    let left = site.asks(Method::DELETE, &format!("/api/v1/chat/{}", chat.0), &chat.1, Value::Null).await;
    assert_eq!(left.status, 204);
    site.reads_until(&chat, "ended").await;
    let late = site.asks(Method::POST, &messages, &chat.1, json!({ "text": "hello?" })).await;
    assert_eq!((late.status, &late.body["code"]), (409, &json!("chat_ended")));
}

#[tokio::test]
async fn nobody_reads_or_writes_without_the_secret() {
    let site = site().await;
    let (id, secret) = site.begins().await;
    let (_, other) = site.begins().await;
    let messages = format!("/api/v1/chat/{id}/messages");
    for (method, path, body) in [
        (Method::GET, messages.clone(), Value::Null),
        (Method::POST, messages.clone(), json!({ "text": "x" })),
        (Method::DELETE, format!("/api/v1/chat/{id}"), Value::Null),
    ] {
        let without = site.asks(method.clone(), &path, "", body.clone()).await;
        assert_eq!((without.status, &without.body["code"]), (401, &json!("unauthorized")), "{method} {path}");
        let foreign = site.asks(method.clone(), &path, &other, body).await;
        assert_eq!((foreign.status, &foreign.body["code"]), (404, &json!("not_found")), "{method} {path}");
    }
    assert_eq!(site.asks(Method::GET, &messages, &secret, Value::Null).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let site = site().await;
    let begin = async |body: Value| site.asks(Method::POST, "/api/v1/chat", "", body).await;
    for (body, pointer) in [
        (json!({ "bot": "other" }), "/bot"),
        (json!({ "name": "x".repeat(81) }), "/name"),
        (json!({ "contact": "a\u{0}b" }), "/contact"),
    ] {
        let refused = begin(body).await;
        assert_eq!(
            (refused.status, &refused.body["errors"][0]["pointer"]),
            (400, &json!(pointer)),
            "{}",
            refused.body
        );
    }
    for (body, part) in [(json!({ "langauge": "pl" }), "langauge"), (json!({ "language": "xx" }), "xx")] {
        let refused = begin(body).await;
        assert!(
            (400..500).contains(&refused.status) && refused.body["detail"].as_str().unwrap().contains(part),
            "{}",
            refused.body
        );
    }
    let (id, secret) = site.begins().await;
    let messages = format!("/api/v1/chat/{id}/messages");
    for text in ["", "   ", &"x".repeat(1_001)] {
        let refused = site.asks(Method::POST, &messages, &secret, json!({ "text": text })).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (400, &json!("/text")));
    }
    let whole = site.asks(Method::POST, &messages, &secret, json!({ "text": "ż".repeat(1_000) })).await;
    assert_eq!(whole.status, 202);
    for query in ["wait_s=26", "after=x", "since=3"] {
        let refused = site.asks(Method::GET, &format!("{messages}?{query}"), &secret, Value::Null).await;
        assert_eq!(refused.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_full_house_says_when_to_come_again() {
    let site = site().await;
    for _ in 0..3 {
        site.begins().await;
    }
    let refused = site.asks(Method::POST, "/api/v1/chat", "", json!({})).await;
    assert_eq!((refused.status, &refused.body["code"]), (503, &json!("chats_full")));
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn pages_of_named_sites_may_ask_and_others_may_not() {
    let site = site().await;
    let shop = [("origin", "https://shop.example"), ("access-control-request-method", "POST")];
    let asked = site.asks_from(Method::OPTIONS, "/api/v1/chat", "", Value::Null, &shop).await;
    let header_of =
        |reply: &Reply, name: &str| reply.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(asked.status, 204);
    assert_eq!(header_of(&asked, "access-control-allow-origin").as_deref(), Some("https://shop.example"));
    assert!(header_of(&asked, "access-control-allow-headers").unwrap().contains("authorization"));
    assert_eq!(header_of(&asked, "access-control-allow-credentials"), None, "no cookies");
    let opened = site.asks_from(Method::POST, "/api/v1/chat", "", json!({}), &shop).await;
    assert_eq!((opened.status, header_of(&opened, "vary").as_deref()), (201, Some("Origin")));
    let evil = [("origin", "https://evil.example")];
    let refused = site.asks_from(Method::POST, "/api/v1/chat", "", json!({}), &evil).await;
    assert_eq!((refused.status, &refused.body["code"]), (403, &json!("foreign_origin")));
    assert_eq!(header_of(&refused, "access-control-allow-origin"), None);
}

#[tokio::test]
async fn the_page_lets_no_script_in_from_elsewhere() {
    let site = site().await;
    let page = site.asks(Method::GET, "/chat", "", Value::Null).await;
    let policy = page.headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap().to_owned();
    assert!(
        page.status == 200 && policy.contains("default-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    for elsewhere in ["/api/v1/calls", "/desk/", "/metrics", "/chat/../desk/"] {
        assert_eq!(site.asks(Method::GET, elsewhere, "", Value::Null).await.status, 404, "{elsewhere}");
    }
}
