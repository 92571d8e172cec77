//! The API as clients meet it: whole requests through the router.

use super::*;
use crate::decide::{Bot, load};
use crate::desk::testing::escalated_call;
use crate::language::Language;
use crate::record::event::Event;
use crate::record::letter::{Author, Letter, Medium};
use crate::record::voicemail::{Voicemail, Words};
use crate::record::{CallId, Entry, Recorder};
use crate::runner::bots::{BotParts, Nothing};
use crate::server::fleet::{Fleet, Learn, Learnt};
use crate::store::{NewUser, Role, Token, User};
use crate::time::At;
use crate::understand::knowledge::Knowledge;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tower::ServiceExt;

const BOT: [(&str, &str); 5] = [
    ("bot.yaml", "bot: shop\nlanguages: [en]\ndefault: en\n"),
    ("policy.yaml", "queue: front\n"),
    (
        "topics/hours.yaml",
        "topic: hours\nwhen:\n  en: [when are you open, opening hours, are you open now]\ndo:\n  - say: hours\n",
    ),
    ("kb/parking.md", "# Parking\n\nBehind the shop, for two hours.\n"),
    (
        "en.ftl",
        "hours = We are open.\n    .b = Come in.\ntopic-hours = give the opening hours\ndisclosure = A machine speaks.\n",
    ),
];

/// One small bot in a folder, with an understanding that knows nothing.
fn fleet(clock: Clock, folder: &std::path::Path) -> Arc<Fleet> {
    ["topics", "kb"].iter().for_each(|below| std::fs::create_dir_all(folder.join(below)).unwrap());
    BOT.iter().for_each(|(file, text)| std::fs::write(folder.join(file), text).unwrap());
    let learnt = |bot: Arc<Bot>| {
        let knowledge = Arc::new(Knowledge::new(bot.articles.clone(), None, None));
        let parts = BotParts { bot, understand: Arc::new(Nothing), knowledge };
        Learnt { parts, understanding: "none".into() }
    };
    let learn: Box<Learn> = Box::new(move |bot| Box::pin(async move { Ok(learnt(bot)) }));
    let mut fleet = Fleet::new(clock, Vec::new(), learn);
    let bot = load::load(folder).map_err(|problems| format!("{problems:?}")).unwrap();
    fleet.add(folder.to_owned(), "first".into(), learnt(Arc::new(bot)));
    Arc::new(fleet)
}

pub(super) struct Site {
    dir: tempfile::TempDir,
    pub(super) store: Store,
    router: Router,
    readiness: Readiness,
    tokens: BTreeMap<Role, String>,
}

fn user(id: &str) -> NewUser {
    let user = User {
        id: id.into(),
        name: id.into(),
        role: Role::Agent,
        queues: vec!["logistics".into()],
        languages: vec![Language::Polish],
        sip_uri: None,
    };
    NewUser { user, password_hash: "x".into() }
}

fn voicemail(id: &str, queue: &str) -> Voicemail {
    Voicemail {
        id: id.into(),
        call_id: CallId("hers".into()),
        bot: "shop".into(),
        queue: queue.into(),
        number: "+48601234567".into(),
        name: None,
        language: Language::Polish,
        topic: None,
        at: At(1_763_700_000_000),
        length_ms: 100,
        words: Words::Written {
            text: "Proszę o telefon".into(),
            language: Language::Polish,
            confidence: 0.9,
        },
        done: None,
    }
}

impl Site {
    /// Anna had call `hers`; Jan had call `his`; one token of each role, the agent's is Anna's.
    pub(super) async fn opens() -> Site {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let clock = Clock::start();
        for id in ["anna", "jan"] {
            store.add_user(&user(id), At(1)).await.unwrap();
        }
        for (call, start, agent) in [("hers", 1_763_700_000_000, "anna"), ("his", 1_763_700_100_000, "jan")] {
            let mut entries = escalated_call(call, At(start));
            let seq = entries.len() as u32;
            let event = Event::Bridged { agent: agent.into() };
            entries.push(Entry { call_id: CallId(call.into()), seq, at: At(start + 30_000), event });
            store.append(&entries).await.unwrap();
        }
        for (id, queue) in [("to-hers", "logistics"), ("to-others", "claims")] {
            store.keep_voicemail(&voicemail(id, queue), vec![5; 800].into()).await.unwrap();
        }
        let letter = Letter {
            id: "a".into(),
            contact: "hers".into(),
            channel: Medium::Chat,
            by: Author::Customer,
            name: None,
            subject: None,
            text: "Dzień dobry".into(),
            at: At(1_763_700_000_000),
        };
        store.keep_letter(&letter, None).await.unwrap();
        let mut tokens = BTreeMap::new();
        for role in Role::ALL {
            let user = (role == Role::Agent).then(|| "anna".to_owned());
            let token = Token { label: "test".into(), role, user, expires: None };
            tokens.insert(role, store.add_token(&token, At(1)).await.unwrap());
        }
        let desk = Desk::start(clock, store.clone(), Recorder::new(store.clone()));
        let readiness = Readiness::default();
        let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle();
        let fleet = fleet(clock, &dir.path().join("shop"));
        let state =
            ApiState { clock, store: store.clone(), desk, fleet, readiness: readiness.clone(), metrics };
        Site { dir, store, router: router(state), readiness, tokens }
    }

    pub(super) async fn sends(
        &self,
        method: Method,
        path: &str,
        role: Option<Role>,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(role) = role {
            request = request.header("authorization", format!("Bearer {}", self.tokens[&role]));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        if status.is_client_error() {
            assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
        }
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let value = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
        (status, value)
    }

    pub(super) async fn gets(&self, path: &str, role: Role) -> (StatusCode, Value) {
        self.sends(Method::GET, path, Some(role), None).await
    }
}

const PAUSE: &str = r#"{"state":"paused","reason":"lunch"}"#;

/// Endpoint, then the status for admin, supervisor, agent (Anna), auditor, viewer.
const MATRIX: [(&str, &str, [u16; 5]); 34] = [
    ("GET", "/api/v1/calls", [200, 200, 200, 200, 200]),
    ("GET", "/api/v1/calls/hers", [200, 200, 200, 200, 200]),
    ("GET", "/api/v1/calls/his", [200, 200, 404, 200, 200]),
    ("GET", "/api/v1/calls/hers/transcript", [200, 200, 200, 200, 403]),
    ("GET", "/api/v1/calls/his/transcript", [200, 200, 404, 200, 403]),
    ("GET", "/api/v1/calls/his/events", [200, 200, 404, 200, 403]),
    ("GET", "/api/v1/calls/hers/handovers", [200, 200, 200, 200, 200]),
    // There is no such call on the floor, and no such promise.
    ("POST", "/api/v1/calls/hers/command", [409, 409, 409, 403, 403]),
    ("GET", "/api/v1/callbacks", [200, 200, 403, 200, 200]),
    ("DELETE", "/api/v1/callbacks/hers", [404, 404, 403, 403, 403]),
    ("GET", "/api/v1/voicemails", [200, 200, 200, 200, 403]),
    ("GET", "/api/v1/voicemails/to-hers/audio", [200, 200, 200, 200, 403]),
    ("GET", "/api/v1/voicemails/to-others/audio", [200, 200, 404, 200, 403]),
    // Once is enough.
    ("POST", "/api/v1/voicemails/to-hers/done", [204, 409, 409, 403, 403]),
    // There is no such message.
    ("DELETE", "/api/v1/voicemails/hers", [404, 404, 403, 403, 403]),
    ("POST", "/api/v1/contacts/hers/messages", [201, 201, 403, 403, 403]),
    ("GET", "/api/v1/contacts/hers/thread", [200, 200, 403, 200, 403]),
    // The first one erases all.
    ("DELETE", "/api/v1/contacts/hers/messages", [204, 404, 403, 403, 403]),
    ("GET", "/api/v1/follow-ups", [200, 200, 200, 200, 403]),
    // There is no such task.
    ("PATCH", "/api/v1/follow-ups/hers", [404, 404, 404, 403, 403]),
    ("DELETE", "/api/v1/follow-ups/hers", [404, 404, 403, 403, 403]),
    ("GET", "/api/v1/agents", [200, 200, 200, 200, 200]),
    ("PUT", "/api/v1/agents/anna/presence", [204, 204, 204, 403, 403]),
    ("PUT", "/api/v1/agents/jan/presence", [204, 204, 403, 403, 403]),
    ("GET", "/api/v1/bots", [200, 200, 200, 200, 200]),
    ("POST", "/api/v1/bots/shop/reload", [200, 403, 403, 403, 403]),
    ("POST", "/api/v1/bots/shop/rollback", [200, 403, 403, 403, 403]),
    ("GET", "/api/v1/bots/shop/articles", [200, 200, 200, 200, 200]),
    ("GET", "/api/v1/audit", [200, 403, 403, 200, 403]),
    ("GET", "/api/v1/learning", [200, 200, 200, 200, 403]),
    ("GET", "/api/v1/reports/silence", [200, 200, 403, 200, 200]),
    ("GET", "/api/v1/report", [200, 200, 403, 200, 200]),
    ("GET", "/metrics", [200, 200, 403, 200, 200]),
    ("GET", "/openapi.json", [200, 200, 200, 200, 200]),
];

fn body_for(method: &Method, path: &str) -> Option<Value> {
    if path.ends_with("/command") {
        return Some(json!({ "agent": "anna", "do": "hold" }));
    }
    if *method == Method::POST && path.ends_with("/messages") {
        return Some(json!({ "channel": "sms", "text": "Dzień dobry" }));
    }
    if *method == Method::PATCH {
        return Some(json!({ "done": true }));
    }
    (*method == Method::PUT).then(|| serde_json::from_str::<Value>(PAUSE).unwrap())
}

/// Whether the matrix says that an administrator gets this.
fn expects(path: &str, status: u16) -> bool {
    MATRIX.iter().any(|(_, listed, statuses)| *listed == path && statuses[0] == status)
}

#[tokio::test]
async fn each_role_may_do_what_the_matrix_says_and_no_token_may_do_nothing() {
    let site = Site::opens().await;
    for (method, path, expected) in MATRIX {
        let method: Method = method.parse().unwrap();
        let body = body_for(&method, path);
        let (status, problem) = site.sends(method.clone(), path, None, body.clone()).await;
        assert_eq!(
            (status.as_u16(), &problem["code"]),
            (401, &json!("unauthorized")),
            "{path} without a token"
        );
        for (role, expected) in Role::ALL.into_iter().zip(expected) {
            let (status, answer) = site.sends(method.clone(), path, Some(role), body.clone()).await;
            assert_eq!(status.as_u16(), expected, "{role} {method} {path}: {answer}");
        }
    }
}

#[tokio::test]
async fn the_matrix_covers_every_guarded_path_and_every_path_answers() {
    let site = Site::opens().await;
    let document = serde_json::to_value(document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 33);
    let mut operations = std::collections::BTreeSet::new();
    // Chats have a listener, and tests, of their own.
    let guarded = |(path, _): &(&String, &Value)| !path.starts_with("/api/v1/chat");
    for (path, methods) in paths.iter().filter(guarded) {
        for (method, operation) in methods.as_object().unwrap() {
            let unique = operations.insert(operation["operationId"].as_str().unwrap().to_owned());
            assert!(unique, "{path} shares its operationId with another");
            let concrete = path
                .replace("agents/{id}", "agents/anna")
                .replace("voicemails/{id}/", "voicemails/to-hers/")
                .replace("{id}", "hers")
                .replace("{bot}", "shop");
            let method: Method = method.to_uppercase().parse().unwrap();
            let in_matrix = MATRIX.iter().any(|(m, p, _)| *m == method.as_str() && *p == concrete);
            let open = ["/healthz", "/readyz"].contains(&path.as_str());
            assert!(
                open || in_matrix || concrete.ends_with("/hers/events"),
                "{method} {path} is not in the matrix"
            );
            let body = body_for(&method, &concrete);
            let (status, answer) = site.sends(method, &concrete, Some(Role::Admin), body).await;
            let nothing_there = [409, 404].contains(&status.as_u16()) && expects(&concrete, status.as_u16());
            assert!(status.is_success() || nothing_there, "{path}: {status} {answer}");
        }
    }
}

#[test]
fn the_description_changes_only_on_purpose() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&document()).unwrap());
}

#[tokio::test]
async fn everything_without_a_token_is_401_but_health() {
    let site = Site::opens().await;
    for path in ["/", "/api", "/api/v1/nothing", "/openapi.json", "/metrics"] {
        assert_eq!(site.sends(Method::GET, path, None, None).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(site.sends(Method::GET, "/healthz", None, None).await.0, StatusCode::OK);
    assert_eq!(site.gets("/api/v1/nothing", Role::Admin).await.0, StatusCode::NOT_FOUND);
    let (status, problem) = site.sends(Method::DELETE, "/api/v1/calls", Some(Role::Admin), None).await;
    assert_eq!((status.as_u16(), &problem["code"]), (405, &json!("method_not_allowed")));
}

#[tokio::test]
async fn an_agent_lists_only_own_calls_even_when_asking_for_another_agents() {
    let site = Site::opens().await;
    for path in ["/api/v1/calls", "/api/v1/calls?agent=jan"] {
        let (_, list) = site.gets(path, Role::Agent).await;
        let ids: Vec<&Value> =
            list["items"].as_array().unwrap().iter().map(|call| &call["call_id"]).collect();
        assert_eq!(ids, ["hers"], "{path}");
    }
    let (_, agents) = site.gets("/api/v1/agents", Role::Agent).await;
    assert_eq!(agents["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_call_reads_the_same_as_record_transcript_and_events() {
    let site = Site::opens().await;
    let (_, cdr) = site.gets("/api/v1/calls/hers", Role::Admin).await;
    assert_eq!(cdr["received_at"], "2025-11-21T04:40:00.000Z");
    assert_eq!(cdr["queue_ms"], 6_400);
    assert_eq!(cdr["outcome"], Value::Null);
    let (_, transcript) = site.gets("/api/v1/calls/hers/transcript", Role::Admin).await;
    assert_eq!(transcript["items"][0]["speaker"], "bot");
    assert_eq!(transcript["items"][2]["heard"], "Proszę podać numer");
    let (_, events) = site.gets("/api/v1/calls/hers/events", Role::Admin).await;
    assert_eq!(events["items"][0]["type"], "call_received");
    assert_eq!(events["items"][13]["type"], "bridged");
}

#[tokio::test]
async fn pages_are_walked_by_cursor() {
    let site = Site::opens().await;
    let (_, first) = site.gets("/api/v1/calls?limit=1", Role::Admin).await;
    assert_eq!(first["items"][0]["call_id"], "his");
    let next = first["next"].as_str().unwrap();
    let (_, second) = site.gets(&format!("/api/v1/calls?limit=1&cursor={next}"), Role::Admin).await;
    assert_eq!((&second["items"][0]["call_id"], second.get("next")), (&json!("hers"), None));
}

#[tokio::test]
async fn a_bad_query_is_refused_by_naming_its_key() {
    let site = Site::opens().await;
    let bad = [
        ("colour=red", "unknown_query_key", "?colour"),
        ("limit=0", "bad_query_value", "?limit"),
        ("limit=201", "bad_query_value", "?limit"),
        ("limit=many", "bad_query_value", "?limit"),
        ("from=yesterday", "bad_query_value", "?from"),
        ("outcome=nice", "bad_query_value", "?outcome"),
        ("bot=a&bot=b", "repeated_query_key", "?bot"),
        ("cursor=zzz", "bad_cursor", "?cursor"),
    ];
    for (query, code, pointer) in bad {
        let (status, problem) = site.gets(&format!("/api/v1/calls?{query}"), Role::Admin).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!((&problem["code"], &problem["errors"][0]["pointer"]), (&json!(code), &json!(pointer)));
    }
    let (status, _) = site.gets("/api/v1/calls/hers?verbose=1", Role::Admin).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn filters_reach_the_store() {
    let site = Site::opens().await;
    let (_, all) =
        site.gets("/api/v1/calls?queue=logistics&bot=parcel&number=%2B48601234567", Role::Admin).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let (_, late) = site.gets("/api/v1/calls?from=2025-11-21T04:41:00Z", Role::Admin).await;
    assert_eq!(late["items"].as_array().unwrap().len(), 1);
    let (_, none) = site.gets("/api/v1/calls?outcome=resolved", Role::Admin).await;
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn presence_is_set_and_seen_and_a_wrong_body_says_what_was_expected() {
    let site = Site::opens().await;
    let path = "/api/v1/agents/anna/presence";
    let body = serde_json::from_str(PAUSE).unwrap();
    assert_eq!(site.sends(Method::PUT, path, Some(Role::Admin), Some(body)).await.0, StatusCode::NO_CONTENT);
    let (_, agents) = site.gets("/api/v1/agents", Role::Viewer).await;
    assert_eq!(agents["items"][0]["presence"], json!({"state": "paused", "reason": "lunch"}));
    let dancing = Some(json!({"state": "dancing"}));
    let (status, problem) = site.sends(Method::PUT, path, Some(Role::Admin), dancing).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["pointer"]), (422, &json!("/state")));
    let nobody = "/api/v1/agents/nobody/presence";
    let body = Some(json!({"state": "available"}));
    assert_eq!(site.sends(Method::PUT, nobody, Some(Role::Admin), body).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let site = Site::opens().await;
    let huge = Some(json!({"state": "paused", "reason": "x".repeat(BODY_MAX_BYTES)}));
    let path = "/api/v1/agents/anna/presence";
    assert_eq!(site.sends(Method::PUT, path, Some(Role::Admin), huge).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let site = Site::opens().await;
    assert_eq!(site.sends(Method::GET, "/readyz", None, None).await.0, StatusCode::OK);
    site.readiness.set("models", Err("still loading".into()));
    let (status, body) = site.sends(Method::GET, "/readyz", None, None).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body["checks"], json!({"models": "still loading", "store": "ok"}));
    site.readiness.set("models", Ok(()));
    assert_eq!(site.sends(Method::GET, "/readyz", None, None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_bot_is_loaded_anew_only_without_problems_and_goes_back_in_one_step() {
    let site = Site::opens().await;
    let admin = Some(Role::Admin);
    let change = |how: &str| format!("/api/v1/bots/shop/{how}");
    let (status, list) = site.sends(Method::GET, "/api/v1/bots", Some(Role::Agent), None).await;
    assert_eq!((status, &list["items"][0]["generation"]), (StatusCode::OK, &json!(1)));
    assert_eq!(
        site.sends(Method::POST, &change("reload"), Some(Role::Supervisor), None).await.0,
        StatusCode::FORBIDDEN
    );
    let (status, problem) = site.sends(Method::POST, &change("rollback"), admin, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("no_earlier_generation")));

    let topic = site.dir.path().join("shop/topics/hours.yaml");
    let sound = std::fs::read_to_string(&topic).unwrap();
    std::fs::write(&topic, sound.replace("say: hours", "say: ours")).unwrap();
    let (status, problem) = site.sends(Method::POST, &change("reload"), admin, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("bot_refused")));
    assert_eq!(problem["errors"][0]["pointer"], "en.ftl:0", "{problem}");

    std::fs::write(&topic, sound.replace("are you open now", "are you open today")).unwrap();
    let (status, bot) = site.sends(Method::POST, &change("reload"), admin, None).await;
    assert_eq!(
        (status, &bot["generation"], &bot["earlier"]),
        (StatusCode::OK, &json!(2), &json!(true)),
        "{bot}"
    );
    let (status, bot) = site.sends(Method::POST, &change("rollback"), admin, None).await;
    assert_eq!((status, &bot["generation"], &bot["digest"]), (StatusCode::OK, &json!(1), &json!("first")));
    let (status, _) = site.sends(Method::POST, "/api/v1/bots/none/reload", admin, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn articles_are_searched_and_listed() {
    let site = Site::opens().await;
    let path = "/api/v1/bots/shop/articles?q=where%20to%20park%20behind&limit=1";
    let (status, found) = site.gets(path, Role::Agent).await;
    assert_eq!((status, &found["items"][0]["article"]), (StatusCode::OK, &json!("parking")), "{found}");
    let (_, none) = site.gets("/api/v1/bots/shop/articles?q=zebra", Role::Agent).await;
    assert_eq!(none["items"], json!([]));
    assert_eq!(site.gets("/api/v1/bots/none/articles?q=x", Role::Agent).await.0, StatusCode::NOT_FOUND);
    assert_eq!(site.gets("/api/v1/bots/shop/articles?lang=xx", Role::Agent).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_agent_has_the_messages_of_their_queues_and_each_that_is_played_or_erased_leaves_a_trace() {
    let site = Site::opens().await;
    let ids = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let (_, all) = site.gets("/api/v1/voicemails", Role::Supervisor).await;
    assert_eq!(ids(&all), ["to-others", "to-hers"]);
    assert_eq!(all["items"][1]["words"]["text"], "Proszę o telefon");
    let (_, hers) = site.gets("/api/v1/voicemails", Role::Agent).await;
    assert_eq!(ids(&hers), ["to-hers"]);
    let (_, foreign) = site.gets("/api/v1/voicemails?queue=claims", Role::Agent).await;
    assert_eq!(ids(&foreign), [""; 0], "not by asking for it");

    let (_, sound) = site.gets("/api/v1/voicemails/to-hers/audio", Role::Agent).await;
    assert!(sound.as_str().unwrap().starts_with("RIFF"));
    let done = "/api/v1/voicemails/to-hers/done";
    assert_eq!(site.sends(Method::POST, done, Some(Role::Agent), None).await.0, StatusCode::NO_CONTENT);
    let (_, open) = site.gets("/api/v1/voicemails?done=false", Role::Supervisor).await;
    assert_eq!(ids(&open), ["to-others"]);
    let (_, finished) = site.gets("/api/v1/voicemails?done=true", Role::Supervisor).await;
    assert_eq!(finished["items"][0]["done_by"], "anna");
    let (_, events) = site.gets("/api/v1/calls/hers/events", Role::Admin).await;
    assert!(events.to_string().contains("message_done"), "it is in the record of the call");

    let erased = site.sends(Method::DELETE, "/api/v1/voicemails/to-others", Some(Role::Admin), None).await;
    assert_eq!(erased.0, StatusCode::NO_CONTENT);
    let gone = site.gets("/api/v1/voicemails/to-others/audio", Role::Admin).await;
    assert_eq!(gone.0, StatusCode::NOT_FOUND);
    let (_, trail) = site.gets("/api/v1/audit", Role::Admin).await;
    let looks: Vec<(&str, &str)> = trail["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|look| (look["who"].as_str().unwrap(), look["action"].as_str().unwrap()))
        .collect();
    assert_eq!(looks, [("admin", "message_erased"), ("anna", "message_played")]);
}

#[tokio::test]
async fn a_report_is_read_as_json_or_a_table_and_leaves_a_trace() {
    let site = Site::opens().await;
    // Both calls are of 21 November 2025.
    let time = "from=2025-11-20T00:00:00Z&to=2025-11-23T00:00:00Z";
    let (status, report) = site.gets(&format!("/api/v1/report?{time}"), Role::Viewer).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!((&report["now"]["calls"], &report["before"]["calls"]), (&json!(2), &json!(0)));
    assert_eq!(report["touchpoints"][0]["topic"], "parcel_status");
    assert_eq!(report["reasons"], json!([{ "name": "asks_for_person", "calls": 2 }]));
    let (_, other) = site.gets(&format!("/api/v1/report?{time}&bot=none"), Role::Viewer).await;
    assert_eq!(other["now"]["calls"], 0);
    let (_, english) = site.gets(&format!("/api/v1/report?{time}&language=en"), Role::Viewer).await;
    assert_eq!(english["now"]["calls"], 0);
    let (_, table) =
        site.gets(&format!("/api/v1/report?{time}&format=csv&table=reasons"), Role::Viewer).await;
    assert_eq!(table, "reason,calls\r\nasks_for_person,2\r\n");
    let (_, trail) = site.gets("/api/v1/audit", Role::Admin).await;
    let looks = trail["items"].as_array().unwrap().iter().map(|look| (&look["who"], &look["action"]));
    assert_eq!(looks.collect::<Vec<_>>(), [(&json!("viewer"), &json!("report_read")); 4]);
}

#[tokio::test]
async fn a_report_over_no_time_or_too_much_of_it_is_refused() {
    let site = Site::opens().await;
    for query in [
        "from=2025-11-23T00:00:00Z&to=2025-11-20T00:00:00Z",
        "from=2023-01-01T00:00:00Z&to=2025-11-20T00:00:00Z",
        "zone=Mars/Olympus",
        "language=xx",
        "format=xml",
        "format=csv&table=none",
    ] {
        let (status, problem) = site.gets(&format!("/api/v1/report?{query}"), Role::Admin).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_query_value")),
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_a_customer_wrote_is_in_one_thread_with_the_calls() {
    let site = Site::opens().await;
    let path = "/api/v1/contacts/%2B48%20601%20234%20567/messages";
    let body = json!({
        "channel": "email", "subject": "Paczka", "text": " Gdzie ona jest? ", "key": "mail-1",
        "at": "2025-11-21T03:00:00Z",
    });
    let sends = |role, body: Value| site.sends(Method::POST, path, Some(role), Some(body));
    let (status, kept) = sends(Role::Supervisor, body.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{kept}");
    assert_eq!(
        (&kept["contact"], &kept["by"], &kept["text"]),
        (&json!("+48601234567"), &json!("customer"), &json!("Gdzie ona jest?"))
    );
    let (status, again) = sends(Role::Admin, body).await;
    assert_eq!((status, &again["id"]), (StatusCode::OK, &kept["id"]), "a request may be sent again");
    let (_, thread) = site.gets("/api/v1/contacts/+48601234567/thread", Role::Auditor).await;
    let kinds: Vec<&str> =
        thread["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    // Both calls are of 04:40 and later.
    assert_eq!(kinds, ["call", "call", "message"], "{thread}");
    let (_, newest) = site.gets("/api/v1/contacts/+48601234567/thread?limit=2", Role::Admin).await;
    let older = format!("/api/v1/contacts/+48601234567/thread?before={}", newest["next"].as_str().unwrap());
    assert_eq!(site.gets(&older, Role::Admin).await.1["items"].as_array().unwrap().len(), 1);

    for (role, wrong, status, pointer) in [
        (Role::Admin, json!({ "channel": "fax", "text": "x" }), StatusCode::UNPROCESSABLE_ENTITY, None),
        (
            Role::Admin,
            json!({ "channel": "sms", "text": " " }),
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("/text"),
        ),
        (
            Role::Admin,
            json!({ "channel": "sms", "text": "x", "at": "today" }),
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("/at"),
        ),
        (Role::Agent, json!({ "channel": "sms", "text": "x" }), StatusCode::FORBIDDEN, None),
        (Role::Viewer, json!({ "channel": "sms", "text": "x" }), StatusCode::FORBIDDEN, None),
    ] {
        let (answered, problem) = sends(role, wrong.clone()).await;
        assert_eq!((answered, problem["errors"][0]["pointer"].as_str()), (status, pointer), "{wrong}");
    }
    assert_eq!(
        site.gets("/api/v1/contacts/+48601234567/thread", Role::Viewer).await.0,
        StatusCode::FORBIDDEN
    );
    let erased = site.sends(Method::DELETE, path, Some(Role::Admin), None).await;
    assert_eq!(erased.0, StatusCode::NO_CONTENT);
    let (_, rest) = site.gets("/api/v1/contacts/+48601234567/thread", Role::Admin).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 2, "calls have their own time");
}
