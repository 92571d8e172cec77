//! What follows a call, with a real store: tasks on the screens, and promises to ring back.

use super::follow_up::{Change, FollowUpView, Wish};
use super::protocol::ToBrowser;
use super::shell_tests::{Office, next};
use super::wrapping_tests::{after, talked};
use super::{DeskError, DeskOptions};
use crate::config::Trunk;
use crate::edge::guard::TrunkGuard;
use crate::record::event::{CallId, Event};
use crate::record::lessons::lessons;
use crate::store::Role;
use crate::time::At;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const HOUR: Duration = Duration::from_secs(3_600);

/// The next list of tasks on this screen.
async fn listed(screen: &mut mpsc::Receiver<ToBrowser>) -> Vec<FollowUpView> {
    let list = |message| match message {
        ToBrowser::FollowUps { follow_ups } => Some(follow_ups),
        _ => None,
    };
    next(screen, list).await
}

fn texts(list: &[FollowUpView]) -> Vec<&str> {
    list.iter().map(|task| task.text.as_str()).collect()
}

/// A desk whose line rings callers back, or not.
fn options(callback: Option<&str>) -> DeskOptions {
    let trunk = Trunk {
        name: "main".into(),
        allow: Vec::new(),
        user: None,
        password_env: None,
        callback: callback.map(str::to_owned),
        other_numbers: Vec::new(),
        numbers: Default::default(),
    };
    let guard = Some(Arc::new(TrunkGuard::new(vec![trunk]).unwrap()));
    DeskOptions { guard, ..DeskOptions::default() }
}

#[tokio::test]
async fn a_task_is_on_the_list_of_whoever_it_is_for_until_one_of_them_has_done_it() {
    let office = Office::opens(DeskOptions::default()).await;
    office.joins("jan", "Jan").await;
    office.hires("ewa", "Ewa", Role::Supervisor).await;
    let mut anna = office.desk.connect("anna", 1).await.unwrap();
    let mut jan = office.desk.connect("jan", 2).await.unwrap();
    let mut ewa = office.desk.connect("ewa", 3).await.unwrap();
    for screen in [&mut anna, &mut jan, &mut ewa] {
        assert!(listed(screen).await.is_empty());
    }
    let (call, now) = (talked(&office).await, office.clock.now());
    let own = Wish::Own { due: now + 2 * HOUR, text: "  Send the invoice ".into() };
    office.desk.set_follow_up("anna", call.clone(), own).await.unwrap();
    let hers = listed(&mut anna).await;
    assert_eq!((texts(&hers), hers[0].number.as_str()), (vec!["Send the invoice"], "+48601234567"));
    assert!(listed(&mut jan).await.is_empty(), "it is Anna's own");
    assert_eq!(texts(&listed(&mut ewa).await), ["Send the invoice"]);
    let queue = Wish::Queue { due: now + HOUR, text: "Ask the depot".into() };
    office.desk.set_follow_up("anna", call.clone(), queue).await.unwrap();
    assert_eq!(texts(&listed(&mut anna).await), ["Ask the depot", "Send the invoice"], "due first");
    let of_queue = listed(&mut jan).await;
    assert_eq!(texts(&of_queue), ["Ask the depot"]);

    let told = office.desk.task_calls("jan", &of_queue[0].id).await.unwrap();
    assert!(matches!(&told, ToBrowser::FollowUpCalls { calls, .. } if calls[0].call_id == call), "{told:?}");
    assert!(refused_with(office.desk.task_calls("jan", &hers[0].id).await, "no_such_task"));
    assert!(refused_with(office.desk.task_done("jan", &hers[0].id).await, "no_such_task"));
    office.desk.task_done("jan", &of_queue[0].id).await.unwrap();
    assert!(refused_with(office.desk.task_done("anna", &of_queue[0].id).await, "no_such_task"), "once");
    assert!(listed(&mut jan).await.is_empty());
    let entries = office.store.entries(&call).await.unwrap();
    let done = |event: &Event| matches!(event, Event::FollowUpDone { by, .. } if by == "jan");
    assert!(entries.iter().any(|entry| done(&entry.event)));
    assert!(lessons(&entries).is_empty(), "nothing for the bot");
    let mut again = office.desk.connect("anna", 4).await.unwrap();
    assert_eq!(texts(&listed(&mut again).await), ["Send the invoice"], "a page that is loaded anew knows");
}

#[tokio::test]
async fn a_task_needs_a_text_a_time_to_come_and_a_call_of_ones_own() {
    let office = Office::opens(DeskOptions::default()).await;
    office.joins("jan", "Jan").await;
    let (call, now) = (talked(&office).await, office.clock.now());
    let set = |agent, due, text: &str| {
        office.desk.set_follow_up(agent, call.clone(), Wish::Own { due, text: text.into() })
    };
    assert!(refused_with(set("anna", now + HOUR, " ").await, "bad_message"));
    assert!(refused_with(set("anna", At(now.0 - 3_600_000), "x").await, "bad_time"));
    assert!(refused_with(set("anna", now + 9_000 * HOUR, "x").await, "bad_time"));
    assert!(matches!(set("jan", now + HOUR, "x").await, Err(DeskError::NotYourCall(_))));
    set("anna", now + HOUR, &"ł".repeat(1_000)).await.unwrap();
    let kept = office.store.follow_ups(&Default::default()).await.unwrap();
    assert_eq!(kept[0].text.chars().count(), 400);
    let change = Change { due: Some(now + 9_000 * HOUR), ..Change::default() };
    assert!(refused_with(office.desk.change_follow_up(kept[0].clone(), change).await, "bad_time"));
}

#[tokio::test]
async fn a_call_back_at_an_agreed_time_is_a_promise_that_waits_for_it() {
    let office = Office::opens(options(Some("sip:{number}@gateway"))).await;
    let mut orders = office.desk.callback_orders().unwrap();
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    let (call, now) = (talked(&office).await, office.clock.now());
    assert_eq!(after(&mut screen).await.ring_back.as_deref(), Some("+48601234567"));
    let due = now + Duration::from_millis(700);
    office.desk.set_follow_up("anna", call.clone(), Wish::Callback { due }).await.unwrap();
    let set = after(&mut screen).await.set;
    assert_eq!((set.len(), set[0].kind, set[0].due), (1, "callback", due));
    let kept = &office.store.callbacks().await.unwrap()[0];
    assert_eq!((&kept.of, kept.target.as_str(), kept.not_before), (&call, "sip:+48601234567@gateway", due));
    assert_eq!((kept.queue.as_str(), kept.bot.as_str()), ("logistics", "parcel"));
    office.desk.wrap_up("anna", call.clone(), Some("solved".into()), String::new()).await.unwrap();
    assert!(orders.try_recv().is_err(), "not before");
    let order = tokio::time::timeout(Duration::from_secs(10), orders.recv()).await.unwrap().unwrap();
    assert!(office.clock.now() >= due);
    assert_eq!((order.callback.of, order.agent.id.as_str()), (call, "anna"));
}

#[tokio::test]
async fn nobody_promises_to_ring_back_a_caller_who_cannot_be() {
    for options in [options(None), DeskOptions::default()] {
        let office = Office::opens(options).await;
        let mut screen = office.desk.connect("anna", 1).await.unwrap();
        let (call, now) = (talked(&office).await, office.clock.now());
        assert_eq!(after(&mut screen).await.ring_back, None);
        let set = office.desk.set_follow_up("anna", call.clone(), Wish::Callback { due: now + HOUR }).await;
        assert!(refused_with(set, "no_ring_back"));
        assert!(office.store.callbacks().await.unwrap().is_empty());
        let entries = office.store.entries(&call).await.unwrap();
        assert!(!entries.iter().any(|entry| matches!(entry.event, Event::CallbackAgreed { .. })));
    }
}

#[tokio::test]
async fn tasks_whose_time_is_long_over_are_erased_and_leave_the_screens() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    assert!(listed(&mut screen).await.is_empty());
    let (call, now): (CallId, At) = (talked(&office).await, office.clock.now());
    for (due, text) in [(now, "now"), (now + HOUR, "later")] {
        office.desk.set_follow_up("anna", call.clone(), Wish::Own { due, text: text.into() }).await.unwrap();
        listed(&mut screen).await;
    }
    assert_eq!(office.desk.erase_follow_ups_before(now + HOUR / 2).await.unwrap(), 1);
    assert_eq!(texts(&listed(&mut screen).await), ["later"]);
}

fn refused_with<T: std::fmt::Debug>(result: Result<T, DeskError>, expected: &str) -> bool {
    matches!(&result, Err(DeskError::Refused { code, .. }) if *code == expected)
}
