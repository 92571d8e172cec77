//! Tasks: kept, listed by the time when they are due, done once, and erased.

use super::*;
use crate::record::follow_up::FollowUp;

fn task(id: &str, queue: &str, agent: Option<&str>, due: u64) -> FollowUp {
    FollowUp {
        id: id.into(),
        call_id: CallId("c1".into()),
        bot: "parcel".into(),
        queue: queue.into(),
        number: "+48111".into(),
        name: None,
        topic: Some("invoice".into()),
        by: "anna".into(),
        agent: agent.map(str::to_owned),
        text: "Wysłać fakturę".into(),
        made: At(1),
        due: At(due),
        done: None,
    }
}

async fn listed(store: &Store, filter: &FollowUpFilter) -> Vec<String> {
    store.follow_ups(filter).await.unwrap().into_iter().map(|task| task.id).collect()
}

#[tokio::test]
async fn tasks_are_listed_by_their_time_and_each_agent_has_ones_own_and_those_of_the_queues() {
    let (dir, store) = store().await;
    for task in [
        task("late", "claims", None, 300),
        task("hers", "general", Some("anna"), 100),
        task("his", "claims", Some("jan"), 200),
        task("other", "general", None, 50),
    ] {
        store.keep_follow_up(&task).await.unwrap();
    }
    drop(store);
    let store = Store::open(dir.path()).await.unwrap();
    let all = FollowUpFilter::default();
    assert_eq!(listed(&store, &all).await, ["other", "hers", "his", "late"], "after a restart too");
    let whose = Some(("anna".to_owned(), vec!["claims".to_owned()]));
    let hers = FollowUpFilter { whose, ..FollowUpFilter::default() };
    assert_eq!(listed(&store, &hers).await, ["hers", "late"], "not Jan's, though it is of her queue");
    let claims = FollowUpFilter { queue: Some("claims".into()), ..FollowUpFilter::default() };
    assert_eq!(listed(&store, &claims).await, ["his", "late"]);
}

#[tokio::test]
async fn a_task_is_done_once_and_not_changed_any_more_then() {
    let (_dir, store) = store().await;
    let first = task("a", "claims", None, 100);
    store.keep_follow_up(&first).await.unwrap();
    assert!(store.keep_follow_up(&first).await.is_err(), "an id is given once");
    let later =
        FollowUp { due: At(900), agent: Some("jan".into()), text: "Zadzwonić".into(), ..first.clone() };
    assert!(store.change_follow_up(&later).await.unwrap());
    assert_eq!(store.follow_up("a").await.unwrap(), Some(later.clone()));
    let done = Done { by: "jan".into(), at: At(40) };
    assert!(store.finish_follow_up("a", &done).await.unwrap());
    assert!(!store.finish_follow_up("a", &Done { by: "ewa".into(), at: At(41) }).await.unwrap());
    assert!(!store.change_follow_up(&first).await.unwrap());
    assert!(!store.change_follow_up(&task("none", "claims", None, 1)).await.unwrap());
    assert_eq!(store.follow_up("a").await.unwrap(), Some(FollowUp { done: Some(done), ..later }));
    let open = FollowUpFilter { done: Some(false), ..FollowUpFilter::default() };
    assert!(listed(&store, &open).await.is_empty());
}

#[tokio::test]
async fn a_task_is_erased_when_its_time_is_long_over_and_when_somebody_wants_it() {
    let (_dir, store) = store().await;
    for (id, due) in [("old", 10), ("due", 20), ("next", 30)] {
        store.keep_follow_up(&task(id, "claims", None, due)).await.unwrap();
    }
    assert_eq!(store.remove_follow_ups_before(At(20)).await.unwrap(), 1);
    assert!(store.remove_follow_up("due").await.unwrap());
    assert!(!store.remove_follow_up("due").await.unwrap());
    assert_eq!(listed(&store, &FollowUpFilter::default()).await, ["next"]);
}
