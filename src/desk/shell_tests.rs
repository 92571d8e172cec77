//! The desk with a real store: stories across the task.

use super::after_call::AfterCall;
use super::notice::{AgentCommand, DeskNotice, DeskReport, Rings, WaitingCall};
use super::protocol::ToBrowser;
use super::roster::{Choice, Presence};
use super::table::Seating;
use super::testing::{callback, caller_said, escalated_call};
use super::{Desk, DeskOptions};
use crate::edge::clock::Clock;
use crate::language::Language;
use crate::record::Recorder;
use crate::record::event::{CallId, Event};
use crate::record::letter::{Author, Letter, Medium};
use crate::store::{NewUser, Role, Store, User};
use crate::time::At;
use std::time::Duration;
use tokio::sync::mpsc;

pub(super) struct Office {
    _dir: tempfile::TempDir,
    pub(super) clock: Clock,
    pub(super) store: Store,
    recorder: Recorder,
    pub(super) desk: Desk,
}

impl Office {
    pub(super) async fn opens(options: DeskOptions) -> Office {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let clock = Clock::start();
        let recorder = Recorder::new(store.clone());
        let desk = Desk::start_with(clock, store.clone(), recorder.clone(), options);
        let office = Office { _dir: dir, clock, store, recorder, desk };
        office.joins("anna", "Anna").await;
        office
    }

    pub(super) async fn joins(&self, id: &str, name: &str) {
        self.hires(id, name, Role::Agent).await;
    }

    pub(super) async fn hires(&self, id: &str, name: &str, role: Role) {
        let user = User {
            id: id.into(),
            name: name.into(),
            role,
            queues: vec!["logistics".into()],
            languages: vec![Language::Polish],
            sip_uri: Some(format!("sip:{id}@phones")),
        };
        let new = NewUser { user, password_hash: "x".into() };
        self.store.add_user(&new, At(0)).await.unwrap();
    }

    pub(super) async fn happens(&self, call: &CallId, event: Event) {
        self.recorder.append(call, self.clock.now(), event).await.unwrap();
    }

    pub(super) async fn happens_at(&self, at: At, call: &CallId, event: Event) {
        self.recorder.append(call, at, event).await.unwrap();
    }

    /// A call that has come as far as the queue.
    pub(super) async fn call(&self, id: &str) -> mpsc::Receiver<DeskNotice> {
        let now = self.clock.now();
        for entry in escalated_call(id, now - Duration::from_secs(25)) {
            self.recorder.append(&entry.call_id, entry.at, entry.event).await.unwrap();
        }
        let waiting = WaitingCall::new(CallId(id.into()), "logistics", Language::Polish, now);
        self.desk.enqueue(waiting).await
    }
}

/// The next message that the pick accepts; the others are skipped.
pub(super) async fn next<T>(
    screen: &mut mpsc::Receiver<ToBrowser>,
    pick: impl Fn(ToBrowser) -> Option<T>,
) -> T {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(20), screen.recv()).await;
        if let Some(picked) = pick(message.expect("a message in time").expect("an open desk")) {
            return picked;
        }
    }
}

async fn card(screen: &mut mpsc::Receiver<ToBrowser>) -> (super::ScreenPop, String) {
    let pick = |message| match message {
        ToBrowser::Card { card, note, .. } => Some((*card, note)),
        _ => None,
    };
    next(screen, pick).await
}

#[tokio::test]
async fn the_agent_sees_the_card_before_the_phone_may_ring_and_every_word_after() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let mut notices = office.call("c1").await;
    assert!(
        matches!(notices.recv().await, Some(DeskNotice::Reserved { agent }) if agent.rings == Rings::Phone("sip:anna@phones".into()))
    );
    // The notice is out, so the card must be there already, without waiting for anything.
    let mut cards = Vec::new();
    while let Ok(message) = screen.try_recv() {
        if let ToBrowser::Card { card, .. } = message {
            cards.push(card);
        }
    }
    assert_eq!(cards[0].caller, "+48601234567");

    let call = CallId("c1".into());
    office.desk.card_shown("anna", &call).await.unwrap();
    assert!(
        office.store.entries(&call).await.unwrap().iter().any(|e| matches!(e.event, Event::CardShown { .. }))
    );
    let now = office.clock.now();
    office.recorder.append(&call, now, caller_said("halo?", now)).await.unwrap();
    let pick = |message| match message {
        ToBrowser::Line { line, .. } => Some(line.text),
        _ => None,
    };
    assert_eq!(next(&mut screen, pick).await, "halo?");
    let worded = Event::SummaryWorded { text: "The caller waits.".into(), model: "tiny".into() };
    office.recorder.append(&call, now, worded).await.unwrap();
    let pick = |message| match message {
        ToBrowser::Worded { worded, .. } => Some(worded.text),
        _ => None,
    };
    assert_eq!(
        next(&mut screen, pick).await,
        "The caller waits.",
        "though the card was on the screen before"
    );
}

#[tokio::test]
async fn a_browser_that_comes_back_gets_its_card_and_its_note_again() {
    let office = Office::opens(DeskOptions::default()).await;
    let screen = office.desk.connect("anna", 1).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let _notices = office.call("c1").await;
    let call = CallId("c1".into());
    office.desk.report(call.clone(), DeskReport::Bridged { agent: "anna".into() }).await;
    office.desk.save_note("anna", &call, "caller is upset").await.unwrap();
    drop(screen);
    office.desk.disconnect("anna", 1).await;
    let mut screen = office.desk.connect("anna", 2).await.unwrap();
    let (card, note) = card(&mut screen).await;
    assert_eq!((card.call_id, note.as_str()), (call, "caller is upset"));
}

#[tokio::test]
async fn a_wrap_up_is_recorded_and_frees_the_agent() {
    let office = Office::opens(DeskOptions::default()).await;
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let _notices = office.call("c1").await;
    let call = CallId("c1".into());
    office.desk.report(call.clone(), DeskReport::Bridged { agent: "anna".into() }).await;
    office.desk.report(call.clone(), DeskReport::AgentLeft { agent: "anna".into() }).await;
    office.desk.wrap_up("anna", call.clone(), Some("solved".into()), "done".into()).await.unwrap();
    let agents = office.desk.agents().await;
    assert_eq!(agents[0].presence, Presence::Available);
    let entries = office.store.entries(&call).await.unwrap();
    assert!(matches!(&entries.last().unwrap().event, Event::WrapUp { code, .. } if code == "solved"));
    let again = office.desk.wrap_up("anna", call, Some("solved".into()), "twice".into()).await;
    assert!(again.unwrap_err().to_string().contains("not with this agent"));
}

#[tokio::test]
async fn a_note_whose_wrap_up_ran_out_of_time_is_kept() {
    let options =
        DeskOptions { after_call: AfterCall::lasting(Duration::from_millis(1)), ..DeskOptions::default() };
    let office = Office::opens(options).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let _notices = office.call("c1").await;
    let call = CallId("c1".into());
    office.desk.report(call.clone(), DeskReport::Bridged { agent: "anna".into() }).await;
    office.desk.save_note("anna", &call, "half a sent").await.unwrap();
    office.desk.report(call.clone(), DeskReport::Left).await;
    next(&mut screen, |message| matches!(message, ToBrowser::WrapUpSaved { .. }).then_some(())).await;
    let entries = office.store.entries(&call).await.unwrap();
    let kept = |event: &Event| matches!(event, Event::WrapUp { code, note, .. } if code == "not_chosen" && note == "half a sent");
    assert!(kept(&entries.last().unwrap().event));
}

#[tokio::test]
async fn an_unknown_agent_has_no_presence_and_no_screen() {
    let office = Office::opens(DeskOptions::default()).await;
    assert!(office.desk.set_presence("nobody", Choice::Available).await.is_err());
    assert!(office.desk.connect("nobody", 1).await.is_none());
}

#[tokio::test]
async fn a_call_that_vanished_without_a_word_does_not_keep_an_agent() {
    let office = Office::opens(DeskOptions::default()).await;
    let notices = office.call("c1").await;
    drop(notices);
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    assert_eq!(office.desk.agents().await[0].presence, Presence::Available);
}

#[tokio::test]
async fn whoever_talked_with_a_number_last_is_known_and_a_promise_outlives_the_desk() {
    let office = Office::opens(DeskOptions::default()).await;
    assert_eq!(office.desk.who_knows("+48601234567").await, None);
    let _notices = office.call("c1").await;
    let (call, now) = (CallId("c1".into()), office.clock.now());
    office.recorder.append(&call, now, Event::Bridged { agent: "anna".into() }).await.unwrap();
    assert_eq!(office.desk.who_knows("+48601234567").await.as_deref(), Some("anna"));
    assert_eq!(office.desk.who_knows("").await, None);

    let callback = callback("c1", now, now);
    office.desk.keep_callback(callback.clone()).await.unwrap();
    assert_eq!(office.store.callbacks().await.unwrap(), [callback]);
    // Another desk on the same store, as after a restart: the turn comes, with the first call's story.
    let desk = Desk::start(office.clock, office.store.clone(), office.recorder.clone());
    let mut orders = desk.callback_orders().unwrap();
    let mut screen = desk.connect("anna", 1).await.unwrap();
    desk.set_presence("anna", Choice::Available).await.unwrap();
    let order = orders.recv().await.unwrap();
    assert_eq!((order.callback.of.clone(), order.agent.id.as_str()), (call.clone(), "anna"));
    let (card, _) = card(&mut screen).await;
    assert_eq!((card.call_id, card.caller.as_str()), (CallId("back".into()), "+48601234567"));
    assert!(desk.forget_callback(call.clone()).await.unwrap());
    assert!(!desk.forget_callback(call).await.unwrap());
}

#[tokio::test]
async fn whoever_is_asked_sees_who_asks_and_both_see_the_table_change() {
    let office = Office::opens(DeskOptions::default()).await;
    office.joins("jan", "Jan Nowak").await;
    let mut anna = office.desk.connect("anna", 1).await.unwrap();
    let mut jan = office.desk.connect("jan", 2).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let _notices = office.call("c1").await;
    let call = CallId("c1".into());
    office.happens(&call, Event::Bridged { agent: "anna".into() }).await;
    office.desk.report(call.clone(), DeskReport::Bridged { agent: "anna".into() }).await;
    assert_eq!(seating(&mut anna).await, Some((Seating::Talking, "Anna".into(), None)));

    office.desk.set_presence("jan", Choice::Available).await.unwrap();
    let free = |message| match message {
        ToBrowser::Colleagues { colleagues, queues } => {
            let free = colleagues.first().is_some_and(|jan| jan.id == "jan" && jan.free);
            free.then_some(queues)
        }
        _ => None,
    };
    assert_eq!(next(&mut anna, free).await[0].name, "logistics");

    let consult = AgentCommand::Consult { colleague: "jan".into() };
    office.desk.command("anna", call.clone(), consult).await.unwrap();
    let asked = |message| match message {
        ToBrowser::Card { asked_by, table, .. } => Some((asked_by, table)),
        _ => None,
    };
    let (asked_by, table) = next(&mut jan, asked).await;
    assert_eq!(asked_by.map(|anna| anna.name).as_deref(), Some("Anna"));
    assert_eq!(table.unwrap().seating, Seating::Talking, "before the call has acted on it");
    for event in [Event::HoldBegan, Event::ConsultBegan { agent: "jan".into() }] {
        office.happens(&call, event).await;
    }
    let ringing = Some((Seating::Ringing, "Anna".into(), Some("Jan Nowak".into())));
    for screen in [&mut anna, &mut jan] {
        assert_eq!(seating(screen).await.unwrap().0, Seating::Held);
        assert_eq!(seating(screen).await, ringing);
    }
    // A page that is loaded anew knows as much.
    let mut again = office.desk.connect("anna", 3).await.unwrap();
    let (asked_by, table) = next(&mut again, asked).await;
    assert_eq!((asked_by, table.unwrap().seating), (None, Seating::Ringing));
}

#[tokio::test]
async fn earlier_calls_of_the_number_are_told_newest_first_to_whoever_has_the_card() {
    let office = Office::opens(DeskOptions::default()).await;
    let (other, hidden) = ("+40722000111", "anonymous");
    for (n, from) in [None, None, Some(other), Some(hidden), Some(hidden)].into_iter().enumerate() {
        let mut entries = escalated_call(&format!("before{n}"), At(1_000_000_000 * (n as u64 + 1)));
        rename(&mut entries, from);
        office.store.append(&entries).await.unwrap();
    }
    let last = CallId("before1".into());
    office.happens(&last, Event::Bridged { agent: "anna".into() }).await;
    let wrap_up = Event::WrapUp { agent: "anna".into(), code: "solved".into(), note: "sent again".into() };
    office.happens(&last, wrap_up).await;
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    office.joins("jan", "Jan Nowak").await;

    let call = CallId("c1".into());
    office.store.append(&escalated_call("c1", At(9_000_000_000))).await.unwrap();
    let waiting = WaitingCall::new(call.clone(), "logistics", Language::Polish, office.clock.now());
    let _notices = office.desk.enqueue(waiting).await;
    // The number is +48601234567 on the calls.
    let mail = letter("48601234567");
    for letter in [mail.clone(), letter("+40722000111")] {
        assert_eq!(office.desk.keep_letter(letter, None).await.unwrap(), None);
    }
    let ToBrowser::Earlier { known, calls, letters, more, .. } =
        office.desk.earlier("anna", call.clone()).await.unwrap()
    else {
        panic!("another answer")
    };
    assert!(known && !more);
    let told: Vec<&str> = calls.iter().map(|call| call.call_id.0.as_str()).collect();
    assert_eq!(told, ["before1", "before0"], "newest first, and nobody else's");
    assert_eq!((calls[0].agent.as_deref(), calls[0].note.as_str()), (Some("Anna"), "sent again"));
    assert_eq!(letters, [mail], "in one thread, and of this number alone");
    let denied = office.desk.earlier("jan", call).await;
    assert!(denied.unwrap_err().to_string().contains("not with this agent"));
}

fn letter(contact: &str) -> Letter {
    Letter {
        id: contact.to_owned(),
        contact: contact.to_owned(),
        channel: Medium::Email,
        by: Author::Customer,
        name: None,
        subject: None,
        text: "Gdzie jest paczka?".into(),
        at: At(8_000_000_000),
    }
}

#[tokio::test]
async fn what_the_caller_writes_meanwhile_is_on_the_agents_screen_at_once() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let _notices = office.call("c1").await;
    card(&mut screen).await;
    for contact in ["+40722000111", "48601234567"] {
        office.desk.keep_letter(letter(contact), None).await.unwrap();
    }
    let shown = |message| if let ToBrowser::Letter { letter, .. } = message { Some(letter) } else { None };
    assert_eq!(next(&mut screen, shown).await.contact, "48601234567", "nobody else's");
}

#[tokio::test]
async fn callers_who_hide_their_number_have_no_history() {
    let office = Office::opens(DeskOptions::default()).await;
    for (n, id) in ["before", "c1"].into_iter().enumerate() {
        let mut entries = escalated_call(id, At(1_000_000 * (n as u64 + 1)));
        rename(&mut entries, Some("anonymous"));
        office.store.append(&entries).await.unwrap();
    }
    office.happens(&CallId("before".into()), Event::Bridged { agent: "anna".into() }).await;
    assert_eq!(office.desk.who_knows("anonymous").await, None, "two hidden numbers are not one caller");
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let call = CallId("c1".into());
    let waiting = WaitingCall::new(call.clone(), "logistics", Language::Polish, office.clock.now());
    let _notices = office.desk.enqueue(waiting).await;
    let told = office.desk.earlier("anna", call.clone()).await.unwrap();
    assert_eq!(
        told,
        ToBrowser::Earlier { call_id: call, known: false, calls: vec![], letters: vec![], more: false }
    );
}

/// Another caller's number on a recorded call.
fn rename(entries: &mut [crate::record::Entry], number: Option<&str>) {
    if let (Some(number), Event::CallReceived { from, .. }) = (number, &mut entries[0].event) {
        *from = number.to_owned();
    }
}

/// The next table that a screen is told of: seating, who has the caller, who is asked.
async fn seating(screen: &mut mpsc::Receiver<ToBrowser>) -> Option<(Seating, String, Option<String>)> {
    let pick = |message| match message {
        ToBrowser::Table { table, .. } => {
            Some(table.map(|at| (at.seating, at.agent.name, at.colleague.map(|who| who.name))))
        }
        _ => None,
    };
    next(screen, pick).await
}
