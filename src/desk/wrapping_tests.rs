//! After a call, with a real store: what the page is told, what is kept.

use super::after_call::AfterCall;
use super::after_view::AfterCallView;
use super::floor::CardStage;
use super::notice::DeskReport;
use super::protocol::ToBrowser;
use super::roster::{Choice, Presence};
use super::shell_tests::{Office, next};
use super::supervising_tests::Shelf;
use super::{DeskError, DeskOptions};
use crate::language::Language;
use crate::record::after::{BotJudgement, DraftUse};
use crate::record::event::{CallId, EndedBy, Event, Outcome};
use crate::record::lessons::Reason;
use tokio::sync::mpsc;

pub(super) async fn after(screen: &mut mpsc::Receiver<ToBrowser>) -> AfterCallView {
    let pick = |message| match message {
        // The results come first, alone.
        ToBrowser::AfterCall { after, .. } => (!after.drafts.is_empty()).then_some(*after),
        _ => None,
    };
    next(screen, pick).await
}

/// Anna has talked with the caller of `c1`, who has hung up.
pub(super) async fn talked(office: &Office) -> CallId {
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    // The call listens until the desk has offered it.
    office.call("c1").await.recv().await.expect("an agent");
    let (call, agent) = (CallId("c1".into()), "anna".to_owned());
    office.happens(&call, Event::Bridged { agent: agent.clone() }).await;
    office.desk.report(call.clone(), DeskReport::Bridged { agent: agent.clone() }).await;
    office.happens(&call, Event::AgentLeft { agent: agent.clone() }).await;
    office.desk.report(call.clone(), DeskReport::AgentLeft { agent }).await;
    call
}

#[tokio::test]
async fn a_page_that_is_loaded_anew_finds_the_end_that_was_put_off_and_the_codes_of_the_queue() {
    let mut rules = AfterCall::default();
    let claims = super::after_call::Rules { codes: vec!["paid_back".into()], ..rules.usual.clone() };
    rules.queues.insert("logistics".into(), claims);
    let office = Office::opens(DeskOptions { after_call: rules, ..DeskOptions::default() }).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    let call = talked(&office).await;
    assert_eq!(after(&mut screen).await.codes, ["paid_back"]);
    let until = |presence: &Presence| match presence {
        Presence::WrapUp { until, extensions, .. } => (*until, *extensions),
        other => panic!("{other:?}"),
    };
    let before = until(&office.desk.agents().await[0].presence);
    office.desk.extend_wrap_up("anna", call.clone()).await.unwrap();
    office.desk.disconnect("anna", 1).await;
    let mut again = office.desk.connect("anna", 2).await.unwrap();
    let told = |message| match message {
        ToBrowser::Presence { presence, .. } => Some(presence),
        _ => None,
    };
    let now = until(&next(&mut again, told).await);
    assert_eq!(now, (before.0 + std::time::Duration::from_secs(60), 2));
    let found = after(&mut again).await;
    assert_eq!((found.codes, found.required, found.extend_s), (vec!["paid_back".to_owned()], true, 60));
    let refused = office.desk.wrap_up("anna", call, Some("solved".into()), String::new()).await;
    assert!(matches!(refused, Err(DeskError::Refused { code: "bad_message", .. })), "not of this queue");
}

#[tokio::test]
async fn the_results_are_on_the_page_before_it_hears_that_the_call_is_over() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    talked(&office).await;
    let first = |message| match message {
        ToBrowser::AfterCall { after, .. } => Some(Some(after.codes.len())),
        ToBrowser::CallState { stage: CardStage::Ended, .. } => Some(None),
        _ => None,
    };
    assert_eq!(next(&mut screen, first).await, Some(9));
    assert_eq!(next(&mut screen, first).await, None);
}

#[tokio::test]
async fn where_no_code_is_needed_an_agent_finishes_without_one() {
    let mut rules = AfterCall::default();
    let office = Office::opens(DeskOptions::default()).await;
    let call = talked(&office).await;
    assert!(office.desk.wrap_up("anna", call, None, String::new()).await.is_err(), "here one is");
    rules.usual.required = false;
    let office = Office::opens(DeskOptions { after_call: rules, ..DeskOptions::default() }).await;
    let call = talked(&office).await;
    office.desk.wrap_up("anna", call.clone(), None, "all said".into()).await.unwrap();
    let entries = office.store.entries(&call).await.unwrap();
    let last = &entries.last().unwrap().event;
    assert!(matches!(last, Event::WrapUp { code, note, .. } if code == "no_code" && note == "all said"));
    assert_eq!(office.desk.agents().await[0].presence, Presence::Available);
}

#[tokio::test]
async fn the_whole_call_is_drafted_for_the_note_and_what_became_of_the_draft_is_on_record() {
    for (change, expected) in [
        (None, Some(DraftUse::AsIs)),
        (Some("\nHe rings again."), Some(DraftUse::Edited)),
        (Some("only my own words"), Some(DraftUse::Unused)),
    ] {
        let office = Office::opens(DeskOptions::default()).await;
        let mut screen = office.desk.connect("anna", 1).await.unwrap();
        let call = talked(&office).await;
        let draft = after(&mut screen).await.drafts[&Language::English].clone();
        assert!(draft.contains("Anna talked with the caller"), "as she is called: {draft}");
        assert!(!draft.contains("hung up"), "nobody has yet: {draft}");
        office.happens(&call, ended()).await;
        let whole = after(&mut screen).await.drafts[&Language::English].clone();
        assert!(whole.ends_with("The caller hung up."), "{whole}");
        let note = match change {
            None => whole,
            Some(more) if more.starts_with('\n') => whole + more,
            Some(own) => own.to_owned(),
        };
        office.desk.wrap_up("anna", call.clone(), Some("solved".into()), note).await.unwrap();
        assert_eq!(used(&office, &call).await, expected);
    }
}

#[tokio::test]
async fn a_models_words_come_beside_the_draft() {
    let office = Office::opens(DeskOptions::default()).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    let call = talked(&office).await;
    assert_eq!(after(&mut screen).await.worded, None);
    let worded = Event::DraftWorded { text: "The caller waits.".into(), model: "tiny".into() };
    office.happens(&call, worded).await;
    let told = after(&mut screen).await.worded.map(|worded| worded.text);
    assert_eq!(told.as_deref(), Some("The caller waits."));
}

#[tokio::test]
async fn a_draft_that_nobody_has_read_is_kept_as_one() {
    let lasting = AfterCall::lasting(std::time::Duration::from_millis(1));
    let office = Office::opens(DeskOptions { after_call: lasting, ..DeskOptions::default() }).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    office.desk.set_presence("anna", Choice::Available).await.unwrap();
    let _notices = office.call("c1").await;
    let (call, agent) = (CallId("c1".into()), "anna".to_owned());
    office.happens(&call, Event::Bridged { agent: agent.clone() }).await;
    office.desk.report(call.clone(), DeskReport::Bridged { agent: agent.clone() }).await;
    office.happens(&call, Event::AgentLeft { agent: agent.clone() }).await;
    // As the page puts it into the note, a moment before time runs out.
    let entries = office.store.entries(&call).await.unwrap();
    let drafts = super::brief::drafts(&entries, &super::brief::NoGlossary, &|_| "Anna".to_owned());
    office.desk.save_note("anna", &call, &drafts[&Language::Polish]).await.unwrap();
    office.desk.report(call.clone(), DeskReport::AgentLeft { agent }).await;
    next(&mut screen, |message| matches!(message, ToBrowser::WrapUpSaved { .. }).then_some(())).await;
    assert_eq!(used(&office, &call).await, Some(DraftUse::Unread));
}

fn ended() -> Event {
    let (outcome, by) = (Outcome::HandedOver, EndedBy::Caller);
    Event::CallEnded { outcome, by, reason: "bye".into() }
}

async fn used(office: &Office, call: &CallId) -> Option<DraftUse> {
    let entries = office.store.entries(call).await.unwrap();
    entries.iter().find_map(|entry| match entry.event {
        Event::DraftUsed { how, .. } => Some(how),
        _ => None,
    })
}

#[tokio::test]
async fn what_an_agent_tells_the_bot_is_on_record_once_it_names_what_there_is() {
    let options = DeskOptions { library: std::sync::Arc::new(Shelf), ..DeskOptions::default() };
    let office = Office::opens(options).await;
    let mut screen = office.desk.connect("anna", 1).await.unwrap();
    let call = talked(&office).await;
    let found = after(&mut screen).await;
    let said = found.said.last().unwrap();
    assert!(said.text.starts_with("To już drugi raz"), "{said:?}");
    assert_eq!(found.topics[0].name, "damage");

    let meant = |turn, topic: &str| BotJudgement::Meant { turn, topic: Some(topic.into()) };
    for wrong in [meant(99, "damage"), meant(said.turn, "invented")] {
        let refused = office.desk.judge_bot("anna", call.clone(), wrong).await;
        assert!(matches!(refused, Err(DeskError::Refused { code: "bad_message", .. })));
    }
    office.joins("jan", "Jan").await;
    let foreign = office.desk.judge_bot("jan", call.clone(), BotJudgement::Sooner { yes: true }).await;
    assert!(matches!(foreign, Err(DeskError::NotYourCall(_))));
    for yes in [false, true] {
        let judgement = BotJudgement::ShouldHandle { yes };
        office.desk.judge_bot("anna", call.clone(), judgement).await.unwrap();
        assert_eq!(after(&mut screen).await.judged, [BotJudgement::ShouldHandle { yes }], "the last word");
    }
    office.desk.judge_bot("anna", call.clone(), meant(said.turn, "damage")).await.unwrap();
    assert_eq!(after(&mut screen).await.judged.len(), 2);
    let lessons = crate::record::lessons::lessons(&office.store.entries(&call).await.unwrap());
    let reasons: Vec<(Reason, Option<&str>)> =
        lessons.iter().map(|lesson| (lesson.reason, lesson.suggested.as_deref())).collect();
    assert_eq!(reasons, [(Reason::MeantOtherwise, Some("damage")), (Reason::BotShouldHandle, None)]);
}
