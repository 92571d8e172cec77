//! Looking on: who may, what is seen, and that it leaves a trace.

use super::looking::Onlooker;
use super::notice::DeskReport;
use super::protocol::ToBrowser;
use super::roster::Choice;
use super::shell_tests::{Office, next};
use super::testing::caller_said;
use super::wall::{Holder, Judgement};
use super::{DeskError, DeskOptions};
use crate::record::event::{CallId, EndedBy, Event, Outcome};
use crate::store::{AuditAction, AuditFilter, Role};
use tokio::sync::mpsc;

const EWA: Onlooker<'static> = Onlooker { who: "ewa", screen: 7, address: "192.0.2.7" };

fn code(done: Result<(), DeskError>) -> Option<&'static str> {
    match done {
        Err(DeskError::Refused { code, .. }) => Some(code),
        _ => None,
    }
}

impl Office {
    /// Who looked at what so far, the first look first.
    async fn trail(&self) -> Vec<(String, AuditAction, Option<String>)> {
        let page = self.store.audit(&AuditFilter::default()).await.unwrap();
        let looks = page.entries.into_iter().rev().map(|entry| entry.audit);
        looks.map(|audit| (audit.who, audit.action, audit.call_id.map(|call| call.0))).collect()
    }

    async fn ewa_looks_on(&self) -> mpsc::Receiver<ToBrowser> {
        self.hires("ewa", "Ewa", Role::Supervisor).await;
        let screen = self.desk.connect(EWA.who, EWA.screen).await.unwrap();
        self.desk.open_wall(EWA).await.unwrap();
        screen
    }
}

/// The next news of this call on the wall.
async fn row(screen: &mut mpsc::Receiver<ToBrowser>, id: &str) -> super::wall::WallCall {
    let pick = |message| match message {
        ToBrowser::Wall { calls, .. } => calls.into_iter().find(|call| call.call_id.0 == id),
        _ => None,
    };
    next(screen, pick).await
}

#[tokio::test]
async fn an_agent_may_not_look_on_and_leaves_no_trace_of_a_look() {
    let office = Office::opens(DeskOptions::default()).await;
    let _screen = office.desk.connect("anna", 1).await.unwrap();
    let anna = Onlooker { who: "anna", screen: 1, address: "" };
    assert_eq!(code(office.desk.open_wall(anna).await), Some("not_allowed"));
    assert_eq!(code(office.desk.watch(anna, CallId("c1".into())).await), Some("not_allowed"));
    let nobody = Onlooker { who: "nobody", screen: 2, address: "" };
    assert_eq!(code(office.desk.open_wall(nobody).await), Some("not_allowed"));
    assert_eq!(office.trail().await, []);
}

#[tokio::test]
async fn the_wall_shows_each_call_as_it_goes_from_hand_to_hand() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.ewa_looks_on().await;
    let _notices = office.call("c1").await;
    let waits = row(&mut screen, "c1").await;
    assert_eq!((waits.holder, waits.topic.as_deref()), (Holder::Queue, Some("parcel_status")));
    let call = CallId("c1".into());
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    office.happens(&call, Event::Bridged { agent: "anna".into() }).await;
    office.desk.report(call.clone(), DeskReport::Bridged { agent: "anna".into() }).await;
    let talks = row(&mut screen, "c1").await;
    assert_eq!(talks.table.unwrap().agent.name, "Anna");
    let (outcome, by, reason) = (Outcome::HandedOver, EndedBy::Caller, "bye".into());
    office.happens(&call, Event::CallEnded { outcome, by, reason }).await;
    let gone = |message| match message {
        ToBrowser::Wall { gone, .. } => gone.into_iter().next(),
        _ => None,
    };
    assert_eq!(next(&mut screen, gone).await, call);
    assert_eq!(office.trail().await, [("ewa".into(), AuditAction::WallOpened, None)]);
}

#[tokio::test]
async fn whoever_watches_reads_every_word_and_what_was_made_of_it_and_both_ends_are_on_record() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.ewa_looks_on().await;
    let _notices = office.call("c1").await;
    row(&mut screen, "c1").await;
    let call = CallId("c1".into());
    office.desk.watch(EWA, call.clone()).await.unwrap();
    let card = |message| match message {
        ToBrowser::Watched { card, .. } => Some(card),
        _ => None,
    };
    let lines = next(&mut screen, card).await.transcript.len();
    assert_eq!(lines, 7);
    office.happens(&call, caller_said("halo?", office.clock.now())).await;
    let line = |message| match message {
        ToBrowser::Line { line, .. } => Some(line),
        _ => None,
    };
    let heard = next(&mut screen, line).await;
    assert_eq!((heard.text.as_str(), heard.confidence), ("halo?", Some(0.87)));
    let (anger, frustration, sarcasm, distress, joy) = (0.9, 0.2, 0.1, 0.0, 0.0);
    let words = Vec::new();
    let judged = Event::ToneJudged { turn: 4, anger, frustration, sarcasm, distress, joy, words };
    office.happens(&call, judged).await;
    let tone = |message| match message {
        ToBrowser::Judged { judgement: Judgement::Tone { turn, anger, .. }, .. } => Some((turn, anger)),
        _ => None,
    };
    assert_eq!(next(&mut screen, tone).await, (4, 0.9));
    office.desk.disconnect(EWA.who, EWA.screen).await;
    office.desk.agents().await; // after the disconnection was dealt with
    let expected = [
        ("ewa".to_owned(), AuditAction::WallOpened, None),
        ("ewa".to_owned(), AuditAction::CallWatched, Some("c1".to_owned())),
        ("ewa".to_owned(), AuditAction::WatchEnded, Some("c1".to_owned())),
    ];
    assert_eq!(office.trail().await, expected);
}

#[tokio::test]
async fn a_call_that_is_over_cannot_be_watched() {
    let office = Office::opens(DeskOptions::default()).await;
    let _screen = office.ewa_looks_on().await;
    assert_eq!(code(office.desk.watch(EWA, CallId("gone".into())).await), Some("no_such_call"));
}

#[tokio::test]
async fn a_role_that_is_taken_away_closes_the_wall() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.ewa_looks_on().await;
    let _notices = office.call("c1").await;
    row(&mut screen, "c1").await;
    office.store.remove_user("ewa").await.unwrap();
    office.hires("ewa", "Ewa", Role::Agent).await;
    assert_eq!(code(office.desk.watch(EWA, CallId("c1".into())).await), Some("not_allowed"));
    // The task reads anew who works here when somebody asks for the agents.
    office.desk.agents().await;
    while screen.recv().await.is_some() {}
    let again = office.desk.connect("ewa", 8).await.unwrap().recv().await;
    assert!(matches!(again, Some(ToBrowser::Hello { agent, .. }) if !agent.supervises));
}
