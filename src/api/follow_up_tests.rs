//! Tasks through the API.

use super::tests::Site;
use crate::record::event::CallId;
use crate::record::follow_up::FollowUp;
use crate::store::Role;
use crate::time::At;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

/// 1 January 2100: a task that is not due yet.
const LATER: At = At(4_102_444_800_000);

fn task(id: &str, queue: &str, agent: Option<&str>, due: At) -> FollowUp {
    FollowUp {
        id: id.into(),
        call_id: CallId("hers".into()),
        bot: "shop".into(),
        queue: queue.into(),
        number: "+48601234567".into(),
        name: None,
        topic: None,
        by: "anna".into(),
        agent: agent.map(str::to_owned),
        text: "Wysłać fakturę".into(),
        made: At(1_763_700_000_000),
        due,
        done: None,
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_agent_has_tasks_of_ones_own_and_of_the_queues_and_the_overdue_ones_come_first() {
    let site = Site::opens().await;
    for task in [
        task("later", "logistics", None, LATER),
        task("hers", "claims", Some("anna"), At(1_763_800_000_000)),
        task("his", "logistics", Some("jan"), At(1_763_900_000_000)),
        task("claims", "claims", None, LATER),
    ] {
        site.store.keep_follow_up(&task).await.unwrap();
    }
    let (_, all) = site.gets("/api/v1/follow-ups", Role::Supervisor).await;
    assert_eq!(ids(&all), ["hers", "his", "claims", "later"]);
    let overdue: Vec<bool> =
        all["items"].as_array().unwrap().iter().map(|item| item["overdue"] == json!(true)).collect();
    assert_eq!(overdue, [true, true, false, false]);
    let (_, hers) = site.gets("/api/v1/follow-ups", Role::Agent).await;
    assert_eq!(ids(&hers), ["hers", "later"]);
    let (_, foreign) = site.gets("/api/v1/follow-ups?queue=claims&done=false", Role::Agent).await;
    assert_eq!(ids(&foreign), ["hers"], "no more by asking for it");
    let patch = Some(json!({ "done": true }));
    let denied = site.sends(Method::PATCH, "/api/v1/follow-ups/his", Some(Role::Agent), patch).await;
    assert_eq!(denied.0, StatusCode::NOT_FOUND, "one that may not be had is not there");
}

#[tokio::test]
async fn a_task_is_put_off_given_away_and_done_once_and_its_erasure_leaves_a_trace() {
    let site = Site::opens().await;
    site.store.keep_follow_up(&task("a", "logistics", None, LATER)).await.unwrap();
    let patch = |role, body| site.sends(Method::PATCH, "/api/v1/follow-ups/a", Some(role), Some(body));
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(5);
    let moved = patch(Role::Agent, json!({ "due": soon.to_string(), "text": "Zadzwonić" })).await;
    assert_eq!((moved.0, &moved.1["text"]), (StatusCode::OK, &json!("Zadzwonić")), "{moved:?}");
    assert_eq!(patch(Role::Agent, json!({ "agent": "jan" })).await.0, StatusCode::FORBIDDEN);
    let (_, given) = patch(Role::Supervisor, json!({ "agent": "jan" })).await;
    assert_eq!(given["agent"], "jan");
    assert_eq!(patch(Role::Agent, json!({ "done": true })).await.0, StatusCode::NOT_FOUND, "it is Jan's now");
    let (_, back) = patch(Role::Supervisor, json!({ "agent": "" })).await;
    assert_eq!(back["agent"], Value::Null);
    for (body, field) in [
        (json!({ "due": "tomorrow" }), "/due"),
        (json!({ "due": "2001-01-01T00:00:00Z" }), "/due"),
        (json!({ "text": "  " }), "/text"),
        (json!({ "agent": "nobody" }), "/agent"),
        (json!({ "done": false }), "/done"),
    ] {
        let (status, problem) = patch(Role::Supervisor, body).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::BAD_REQUEST, Some("bad_body")));
        assert!(problem.to_string().contains(field), "{field}: {problem}");
    }
    let (_, done) = patch(Role::Agent, json!({ "done": true })).await;
    assert_eq!(done["done_by"], "anna");
    assert_eq!(patch(Role::Supervisor, json!({ "done": true })).await.0, StatusCode::CONFLICT);
    let (_, events) = site.gets("/api/v1/calls/hers/events", Role::Admin).await;
    assert!(events.to_string().contains("follow_up_done"), "it is in the record of the call");
    assert!(!events.to_string().contains("Zadzwonić"), "without its text");

    let erased = site.sends(Method::DELETE, "/api/v1/follow-ups/a", Some(Role::Admin), None).await;
    assert_eq!(erased.0, StatusCode::NO_CONTENT);
    let (_, left) = site.gets("/api/v1/follow-ups", Role::Admin).await;
    assert!(ids(&left).is_empty());
    let (_, trail) = site.gets("/api/v1/audit", Role::Admin).await;
    assert_eq!(
        (&trail["items"][0]["action"], &trail["items"][0]["who"]),
        (&json!("follow_up_erased"), &json!("admin"))
    );
}
