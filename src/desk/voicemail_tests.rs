//! Messages at the desk: who sees them, and until when.

use super::protocol::ToBrowser;
use super::shell_tests::{Office, next};
use super::voicemail::VoicemailView;
use super::{DeskError, DeskOptions};
use crate::language::Language;
use crate::record::event::{CallId, Event};
use crate::record::voicemail::{Voicemail, Words};
use crate::store::Role;
use crate::time::At;
use tokio::sync::mpsc;

fn message(id: &str, queue: &str) -> Voicemail {
    Voicemail {
        id: id.into(),
        call_id: CallId("c1".into()),
        bot: "parcel".into(),
        queue: queue.into(),
        number: "+48601234567".into(),
        name: None,
        language: Language::Polish,
        topic: None,
        at: At(5),
        length_ms: 100,
        words: Words::Pending,
        done: None,
    }
}

/// The next list of messages on this screen.
async fn listed(screen: &mut mpsc::Receiver<ToBrowser>) -> Vec<VoicemailView> {
    let list = |message| match message {
        ToBrowser::Voicemails { voicemails } => Some(voicemails),
        _ => None,
    };
    next(screen, list).await
}

fn ids(list: &[VoicemailView]) -> Vec<&str> {
    list.iter().map(|message| message.id.as_str()).collect()
}

#[tokio::test]
async fn a_message_is_on_the_screens_of_its_queue_until_one_of_them_has_seen_to_it() {
    let office = Office::opens(DeskOptions::default()).await;
    office.hires("ewa", "Ewa", Role::Supervisor).await;
    let mut anna = office.desk.connect("anna", 1).await.unwrap();
    let mut ewa = office.desk.connect("ewa", 2).await.unwrap();
    assert!(listed(&mut anna).await.is_empty() && listed(&mut ewa).await.is_empty());

    let claims = message("a", "claims");
    office.desk.keep_voicemail(&claims, vec![1; 800].into()).await.unwrap();
    assert!(listed(&mut anna).await.is_empty(), "not her queue");
    assert_eq!(ids(&listed(&mut ewa).await), ["a"], "supervisors have every queue");
    let hers = message("b", "logistics");
    office.desk.keep_voicemail(&hers, vec![1; 800].into()).await.unwrap();
    assert_eq!(ids(&listed(&mut anna).await), ["b"]);

    let words =
        Words::Written { text: "Proszę o telefon".into(), language: Language::Polish, confidence: 0.9 };
    office.desk.write_voicemail(&hers, words.clone()).await.unwrap();
    assert_eq!(listed(&mut anna).await[0].words, words);
    let foreign = office.desk.message_done("anna", "a").await;
    assert!(matches!(foreign, Err(DeskError::Refused { code: "no_such_message", .. })), "{foreign:?}");
    office.desk.message_done("anna", "b").await.unwrap();
    assert!(listed(&mut anna).await.is_empty());
    assert!(office.desk.message_done("ewa", "b").await.is_err(), "somebody was faster");

    let events = office.store.entries(&CallId("c1".into())).await.unwrap();
    let events: Vec<&Event> = events.iter().map(|entry| &entry.event).collect();
    assert!(matches!(
        events[..],
        [Event::MessageWritten { text: Some(_), .. }, Event::MessageDone { by, .. }] if by == "anna"
    ));
}

#[tokio::test]
async fn a_message_that_was_erased_gets_no_words() {
    let office = Office::opens(DeskOptions::default()).await;
    let gone = message("a", "logistics");
    office.desk.keep_voicemail(&gone, vec![1; 800].into()).await.unwrap();
    assert!(office.desk.erase_voicemail(&gone, "ewa", "192.0.2.7").await.unwrap());
    let words = Words::Written { text: "secret".into(), language: Language::Polish, confidence: 0.9 };
    office.desk.write_voicemail(&gone, words).await.unwrap();
    assert_eq!(office.store.entries(&CallId("c1".into())).await.unwrap(), []);
}
