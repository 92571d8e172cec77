//! A hand in the bot's calls from the wall, who is told of it, and help beside a conversation.

use super::assist::{Advice, AssistReply, Library, NextStep, SlotView};
use super::looking::Onlooker;
use super::notice::{DeskNotice, DeskReport, Ear, Rings, Rule, Supervision};
use super::protocol::{Hand, ToBrowser};
use super::roster::{Choice, Presence};
use super::shell_tests::{Office, next};
use super::testing::{caller_said, escalated_call};
use super::{DeskError, DeskOptions};
use crate::edge::webrtc::{PhoneChange, PhoneState};
use crate::language::Language;
use crate::record::event::{AgentRefusal, CallId, Event, Ruling};
use crate::store::{AuditAction, AuditFilter, Role};
use crate::time::At;
use crate::understand::knowledge::Found;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const EWA: Onlooker<'static> = Onlooker { who: "ewa", screen: 7, address: "192.0.2.7" };

fn code(done: Result<(), DeskError>) -> Option<&'static str> {
    match done {
        Err(DeskError::Refused { code, .. }) => Some(code),
        _ => None,
    }
}

fn steer() -> Hand {
    Hand::Steer { text: "We are sorry.".into() }
}

impl Office {
    /// A call that the bot has, and that Ewa watches.
    async fn watched(&self) -> (CallId, mpsc::Receiver<DeskNotice>, mpsc::Receiver<ToBrowser>) {
        self.hires("ewa", "Ewa", Role::Supervisor).await;
        let mut screen = self.desk.connect(EWA.who, EWA.screen).await.unwrap();
        self.desk.open_wall(EWA).await.unwrap();
        let call = CallId("b1".into());
        let notices = self.desk.reach(call.clone());
        let now = self.clock.now();
        for entry in escalated_call("b1", now - Duration::from_secs(25)).into_iter().take(6) {
            self.happens_at(entry.at, &call, entry.event).await;
        }
        let shown = |message| match message {
            ToBrowser::Wall { calls, .. } if !calls.is_empty() => Some(()),
            _ => None,
        };
        next(&mut screen, shown).await;
        self.desk.watch(EWA, call.clone()).await.unwrap();
        (call, notices, screen)
    }

    async fn proposes(&self, call: &CallId, screen: &mut mpsc::Receiver<ToBrowser>) {
        let until = self.clock.now() + Duration::from_secs(8);
        let text = "It comes tomorrow.".to_owned();
        let topic = Some("parcel_status".into());
        self.happens(call, Event::ReplyProposed { turn: 3, id: 4, topic, text, until }).await;
        let proposed = |message| match message {
            ToBrowser::Wall { calls, .. } => calls.into_iter().find_map(|call| call.proposal),
            _ => None,
        };
        let proposal = next(screen, proposed).await;
        assert_eq!((proposal.id, proposal.text.as_str(), proposal.until), (4, "It comes tomorrow.", until));
    }

    async fn actions(&self) -> Vec<AuditAction> {
        let page = self.store.audit(&AuditFilter::default()).await.unwrap();
        page.entries.into_iter().rev().map(|entry| entry.audit.action).collect()
    }

    async fn hand(&self, call: &CallId, hand: Hand) -> Option<&'static str> {
        code(self.desk.supervise(EWA, call.clone(), hand).await)
    }
}

#[tokio::test]
async fn a_line_and_a_fact_reach_the_call_and_are_in_the_audit_trail() {
    let office = Office::opens(DeskOptions::default()).await;
    let (call, mut notices, _screen) = office.watched().await;
    assert_eq!(office.hand(&call, steer()).await, None);
    let line = Supervision::Steer { by: "ewa".into(), text: "We are sorry.".into() };
    assert_eq!(notices.recv().await, Some(DeskNotice::Supervise(line)));
    let fact = Hand::Fact { slot: "parcel_no".into(), value: "1".into() };
    assert_eq!(office.hand(&call, fact).await, None);
    assert!(matches!(notices.recv().await, Some(DeskNotice::Supervise(Supervision::Fact { .. }))));
    let expected =
        [AuditAction::WallOpened, AuditAction::CallWatched, AuditAction::Steered, AuditAction::FactGiven];
    assert_eq!(office.actions().await, expected);
}

#[tokio::test]
async fn whoever_does_not_watch_or_may_not_has_no_hand_in_a_call() {
    let office = Office::opens(DeskOptions::default()).await;
    let (call, mut notices, _screen) = office.watched().await;
    let _anna = office.desk.connect("anna", 1).await.unwrap();
    let anna = Onlooker { who: "anna", screen: 1, address: "" };
    assert_eq!(code(office.desk.supervise(anna, call.clone(), steer()).await), Some("not_allowed"));
    office.desk.end_watch(EWA.screen).await;
    assert_eq!(office.hand(&call, steer()).await, Some("not_allowed"));
    assert_eq!(office.hand(&CallId("gone".into()), steer()).await, Some("no_such_call"));
    office.desk.watch(EWA, call.clone()).await.unwrap();
    office.happens(&call, Event::Queued { queue: "logistics".into() }).await;
    let line = |message| matches!(message, ToBrowser::Wall { .. }).then_some(());
    let mut screen = _screen;
    next(&mut screen, line).await;
    assert_eq!(office.hand(&call, steer()).await, Some("not_with_bot"));
    assert!(notices.try_recv().is_err(), "nothing reached the call");
    assert!(!office.actions().await.contains(&AuditAction::Steered));
}

#[tokio::test]
async fn a_reply_is_on_the_wall_at_once_and_the_verdict_reaches_the_call_once() {
    let office = Office::opens(DeskOptions::default()).await;
    let (call, mut notices, mut screen) = office.watched().await;
    office.proposes(&call, &mut screen).await;
    let deny = Hand::Rule { id: 4, rule: Rule::Deny { reason: "wrong".into() } };
    assert_eq!(office.hand(&call, deny.clone()).await, None);
    let Some(DeskNotice::Supervise(Supervision::Rule { id: 4, by, .. })) = notices.recv().await else {
        panic!("no verdict")
    };
    assert_eq!((by.id.as_str(), by.name.as_str()), ("ewa", "Ewa"));
    let (by, text) = (Some("ewa".to_owned()), None);
    office.happens(&call, Event::ReplyRuled { id: 4, ruling: Ruling::Denied, by, text }).await;
    let gone = |message| match message {
        ToBrowser::Wall { calls, .. } => calls.iter().any(|call| call.proposal.is_none()).then_some(()),
        _ => None,
    };
    next(&mut screen, gone).await;
    assert_eq!(office.hand(&call, deny).await, Some("too_late"));
    assert_eq!(office.actions().await.last(), Some(&AuditAction::ReplyDenied));
}

#[tokio::test]
async fn a_wall_that_is_closed_keeps_no_reply_waiting() {
    let office = Office::opens(DeskOptions::default()).await;
    assert!(!office.desk.anybody_looks_on());
    let (call, mut notices, mut screen) = office.watched().await;
    assert!(office.desk.anybody_looks_on());
    office.proposes(&call, &mut screen).await;
    office.desk.close_wall(EWA.screen).await;
    assert_eq!(notices.recv().await, Some(DeskNotice::Supervise(Supervision::NobodyLooksOn)));
    assert!(!office.desk.anybody_looks_on());
}

#[tokio::test]
async fn whoever_takes_over_gets_the_card_before_the_phone_rings_and_is_as_before_when_it_is_not_answered() {
    let office = Office::opens(DeskOptions::default()).await;
    let (call, mut notices, mut screen) = office.watched().await;
    assert_eq!(office.hand(&call, Hand::TakeOver).await, None);
    let card = |message| match message {
        ToBrowser::Card { card, .. } => Some(card.call_id),
        _ => None,
    };
    assert_eq!(next(&mut screen, card).await, call);
    let Some(DeskNotice::Supervise(Supervision::TakeOver { agent })) = notices.recv().await else {
        panic!("the call was not told")
    };
    assert_eq!((agent.id.as_str(), &agent.rings), ("ewa", &Rings::Phone("sip:ewa@phones".into())));
    office.happens(&call, Event::TakenOver { by: "ewa".into() }).await;
    let why = |message| match message {
        ToBrowser::Card { card, .. } => card.briefs[&Language::English].why.clone(),
        _ => None,
    };
    assert_eq!(next(&mut screen, why).await, "Taken over from the bot by hand");
    assert_eq!(office.hand(&call, Hand::TakeOver).await, Some("not_with_bot"), "she has it already");
    // Anna is free, and yet is not asked: the bot has the call again.
    let mut annas = office.desk.connect("anna", 1).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let refused = DeskReport::Refused { agent: "ewa".into(), refusal: AgentRefusal::Declined };
    office.desk.report(call.clone(), refused).await;
    let agents = office.desk.agents().await;
    let presence = |id: &str| agents.iter().find(|agent| agent.id == id).map(|agent| agent.presence.clone());
    assert_eq!(presence("anna"), Some(Presence::Available));
    assert_eq!(presence("ewa"), Some(Presence::Offline));
    while let Ok(message) = annas.try_recv() {
        assert!(!matches!(message, ToBrowser::Card { .. }), "{message:?}");
    }
}

#[tokio::test]
async fn a_call_that_was_taken_over_goes_on_like_any_other() {
    let office = Office::opens(DeskOptions::default()).await;
    let (call, mut notices, _screen) = office.watched().await;
    assert_eq!(office.hand(&call, Hand::TakeOver).await, None);
    notices.recv().await.expect("told");
    office.desk.report(call.clone(), DeskReport::Bridged { agent: "ewa".into() }).await;
    let note = "it is all settled".to_owned();
    let back = super::notice::AgentCommand::BackToBot { note };
    office.desk.command("ewa", call.clone(), back.clone()).await.unwrap();
    assert_eq!(notices.recv().await, Some(DeskNotice::Command(back)));
}

#[tokio::test]
async fn an_agent_is_told_who_watches_unless_the_configuration_keeps_it() {
    for tell_watched in [true, false] {
        let office = Office::opens(DeskOptions { tell_watched, ..DeskOptions::default() }).await;
        let mut annas = office.desk.connect("anna", 1).await.unwrap();
        office.desk.set_presence("anna", Choice::Available).await.unwrap();
        let _notices = office.call("c1").await;
        let call = CallId("c1".into());
        office.happens(&call, Event::Bridged { agent: "anna".into() }).await;
        office.desk.report(call.clone(), DeskReport::Bridged { agent: "anna".into() }).await;
        office.hires("ewa", "Ewa", Role::Supervisor).await;
        let _screen = office.desk.connect(EWA.who, EWA.screen).await.unwrap();
        office.desk.open_wall(EWA).await.unwrap();
        office.desk.watch(EWA, call.clone()).await.unwrap();
        office.desk.end_watch(EWA.screen).await;
        office.desk.agents().await; // after all of that was dealt with
        let mut told = Vec::new();
        while let Ok(message) = annas.try_recv() {
            if let ToBrowser::Watchers { watchers, .. } = message {
                told.push(watchers.into_iter().map(|person| person.name).collect::<Vec<_>>());
            }
        }
        let expected: &[&[&str]] = if tell_watched { &[&["Ewa"], &[]] } else { &[] };
        told.dedup();
        told.retain(|names| !names.is_empty() || tell_watched);
        assert!(
            told.ends_with(
                &expected
                    .iter()
                    .map(|names| names.iter().map(|n| n.to_string()).collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            ),
            "{told:?}"
        );
    }
}

// --- help beside a conversation --------------------------------------------------------------------

/// Knows one passage, one promise and one step.
#[derive(Debug)]
pub(super) struct Shelf;

impl Library for Shelf {
    fn passages(&self, _: &str, text: &str, _: Language) -> Vec<Found> {
        let [article, title, heading] = ["lost", "Lost parcels", "Who pays?"].map(str::to_owned);
        let found = Found { article, title, heading, text: "We do.".into(), score: 1.0 };
        if text.contains("zapłaci") { vec![found] } else { Vec::new() }
    }

    fn forbidden(&self, _: &str, text: &str, _: Language) -> Option<(String, String)> {
        text.contains("gwarantuję").then(|| ("gwarant*".to_owned(), "gwarantuję".to_owned()))
    }

    fn next_step(&self, _: &str, topic: &str, known: &BTreeSet<String>, _: Language) -> Option<NextStep> {
        let slot = SlotView { name: "email".into(), titles: Default::default() };
        let known = known.contains("parcel_no");
        known.then(|| NextStep { topic: topic.into(), slot, ask: "E-mail?".into(), then: Vec::new() })
    }

    fn topics(&self, _: &str) -> Vec<SlotView> {
        vec![SlotView { name: "damage".into(), titles: Default::default() }]
    }

    fn slots(&self, _: &str, _: &str) -> Vec<SlotView> {
        vec![SlotView { name: "email".into(), titles: Default::default() }]
    }
}

fn agent_said(text: &str) -> Event {
    Event::AgentSaid { text: text.into(), language: Language::Polish, started: At(0), ended: At(1) }
}

fn advice(message: ToBrowser) -> Option<(u32, Advice)> {
    match message {
        ToBrowser::Assist { card, .. } => Some((card.id, card.advice)),
        _ => None,
    }
}

#[tokio::test]
async fn cards_come_beside_the_conversation_and_what_the_agent_thinks_of_them_is_recorded() {
    let office = Office::opens(DeskOptions { library: Arc::new(Shelf), ..DeskOptions::default() }).await;
    let mut annas = office.desk.connect("anna", 1).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let _notices = office.call("c1").await;
    let call = CallId("c1".into());
    office.desk.report(call.clone(), DeskReport::Bridged { agent: "anna".into() }).await;
    office.happens(&call, Event::Bridged { agent: "anna".into() }).await;
    let (_, step) = next(&mut annas, advice).await;
    assert!(matches!(step, Advice::NextStep(NextStep { ref ask, .. }) if ask == "E-mail?"), "{step:?}");
    office.happens(&call, caller_said("a kto mi za to zapłaci", At(1))).await;
    let (id, passage) = next(&mut annas, advice).await;
    assert_eq!(passage.source(), "lost: Who pays?");
    office.happens(&call, agent_said("Proszę pani, gwarantuję zwrot")).await;
    let (_, promise) = next(&mut annas, advice).await;
    assert_eq!(promise, Advice::Promise { phrase: "gwarant*".into(), said: "gwarantuję".into() });
    let judged = AssistReply::Judge { useful: true };
    office.desk.judge_advice("anna", call.clone(), id, judged).await.unwrap();
    let recorded = office.store.entries(&call).await.unwrap();
    assert!(recorded.iter().any(|entry| entry.event
        == Event::AssistJudged {
            agent: "anna".into(),
            kind: "passage".into(),
            source: "lost: Who pays?".into(),
            useful: true,
        }));
    office.desk.judge_advice("anna", call.clone(), id, AssistReply::Dismiss).await.unwrap();
    // A page that comes back has those that were not dismissed.
    let mut again = office.desk.connect("anna", 2).await.unwrap();
    let kinds = [next(&mut again, advice).await, next(&mut again, advice).await];
    assert_eq!(kinds.map(|(_, advice)| advice.kind()), ["next_step", "promise"]);
    let not_hers = office.desk.judge_advice("jan", call, id, judged).await;
    assert_eq!(code(not_hers), Some("not_your_call"));
}

#[tokio::test]
async fn a_call_that_no_desk_shows_is_not_searched_for() {
    let office = Office::opens(DeskOptions { library: Arc::new(Shelf), ..DeskOptions::default() }).await;
    let (call, _notices, mut screen) = office.watched().await;
    office.happens(&call, caller_said("a kto mi za to zapłaci", At(1))).await;
    office.desk.agents().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    while let Ok(message) = screen.try_recv() {
        assert!(advice(message).is_none());
    }
}

#[tokio::test]
async fn whoever_watches_may_listen_in_a_free_browser_and_both_ends_of_it_leave_a_trace() {
    let office = Office::opens(DeskOptions::default()).await;
    let (call, mut notices, mut screen) = office.watched().await;
    let ear = |ear| Hand::Ear { ear };
    assert_eq!(office.hand(&call, ear(Ear::Listen)).await, Some("no_phone"));
    let phone = PhoneState::There("page".into());
    office.desk.phone(PhoneChange { agent: "ewa".into(), phone }).await;
    assert_eq!(office.hand(&call, ear(Ear::Whisper)).await, Some("nobody_to_whisper_to"));
    assert_eq!(office.hand(&call, ear(Ear::Listen)).await, None);
    let told = |ear| Some(DeskNotice::Ear { by: "ewa".into(), ear });
    assert_eq!(notices.recv().await, told(Ear::Listen));
    // The call says how she hears it, and the page is told.
    office.desk.hears(call.clone(), "ewa".into(), Ear::Listen).await;
    let shown = |message| if let ToBrowser::Ear { ear, .. } = message { Some(ear) } else { None };
    assert_eq!(next(&mut screen, shown).await, Ear::Listen);
    office.happens(&call, Event::Bridged { agent: "anna".into() }).await;
    let with_anna = |message| match message {
        ToBrowser::Table { table, .. } => table.map(drop),
        _ => None,
    };
    next(&mut screen, with_anna).await;
    assert_eq!(office.hand(&call, ear(Ear::Whisper)).await, None);
    assert_eq!(notices.recv().await, told(Ear::Whisper));
    // Whoever looks away does not listen on.
    office.desk.end_watch(EWA.screen).await;
    assert_eq!(notices.recv().await, told(Ear::Off));
    assert_eq!(office.hand(&call, ear(Ear::Listen)).await, Some("not_allowed"));
    let expected = [
        AuditAction::WallOpened,
        AuditAction::CallWatched,
        AuditAction::CallListened,
        AuditAction::Whispered,
        AuditAction::ListenEnded,
        AuditAction::WatchEnded,
    ];
    assert_eq!(office.actions().await, expected);
}
