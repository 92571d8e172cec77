//! What every store must do; run against each of them.

mod follow_ups; // tasks after calls

use super::*;
use crate::language::Language;
use crate::record::Event;
use crate::record::event::{Channel, EndedBy, Outcome};
use crate::record::letter::{Author, Letter, Medium};
use crate::record::voicemail::{Done, Voicemail, Words};

async fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    (dir, store)
}

fn entry(call: &str, seq: u32, at: u64, event: Event) -> Entry {
    Entry { call_id: CallId(call.into()), seq, at: At(at), event }
}

fn received(from: &str, bot: &str) -> Event {
    Event::CallReceived {
        from: from.into(),
        from_name: None,
        to: "+48999".into(),
        bot: bot.into(),
        trunk: "main".into(),
        sip_call_id: "x".into(),
        channel: Default::default(),
    }
}

fn ended(outcome: Outcome) -> Event {
    Event::CallEnded { outcome, by: EndedBy::Caller, reason: "bye".into() }
}

fn anna() -> NewUser {
    NewUser {
        user: User {
            id: "anna".into(),
            name: "Anna Żak".into(),
            role: Role::Agent,
            queues: vec!["logistics".into()],
            languages: vec![Language::Polish, Language::English],
            sip_uri: Some("sip:anna@host".into()),
        },
        password_hash: "$argon2id$".into(),
    }
}

fn token(role: Role) -> Token {
    Token { label: "test".into(), role, user: None, expires: None }
}

#[tokio::test]
async fn what_was_appended_is_there_after_a_restart() {
    let (dir, store) = store().await;
    let call = CallId("c1".into());
    let first = entry("c1", 0, 10, received("+48111", "parcel"));
    store.append(std::slice::from_ref(&first)).await.unwrap();
    drop(store);
    let again = Store::open(dir.path()).await.unwrap();
    assert_eq!(again.entries(&call).await.unwrap(), [first]);
    assert_eq!(again.next_seq(&call).await.unwrap(), 1);
    assert_eq!(again.next_seq(&CallId("unknown".into())).await.unwrap(), 0);
}

#[tokio::test]
async fn a_number_is_never_written_twice_and_a_bad_append_harms_no_other() {
    let (_dir, store) = store().await;
    store.append(&[entry("c1", 0, 1, Event::CallAnswered)]).await.unwrap();
    let twice = [entry("c1", 0, 2, Event::CallerHeld)];
    let other = [entry("c2", 0, 2, Event::CallAnswered)];
    let (bad, good) = tokio::join!(store.append(&twice), store.append(&other));
    assert!(bad.unwrap_err().to_string().contains("duet.db"));
    good.unwrap();
    assert_eq!(store.entries(&CallId("c1".into())).await.unwrap()[0].event, Event::CallAnswered);
    assert_eq!(store.entries(&CallId("c2".into())).await.unwrap().len(), 1);
}

#[tokio::test]
async fn pages_go_back_in_time_without_gap_or_repeat() {
    let (_dir, store) = store().await;
    for i in 0..5 {
        // Two calls in the same millisecond must not be lost between pages.
        let call = format!("c{i}");
        store.append(&[entry(&call, 0, 10 + i / 2, received("+48111", "parcel"))]).await.unwrap();
    }
    let mut filter = CallFilter { limit: 2, ..CallFilter::default() };
    let mut seen = Vec::new();
    loop {
        let page = store.calls(&filter).await.unwrap();
        seen.extend(page.calls.into_iter().map(|cdr| cdr.call_id));
        filter.cursor = page.next;
        if filter.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["c4", "c3", "c2", "c1", "c0"]);
    filter.cursor = Some("nonsense".into());
    assert!(matches!(store.calls(&filter).await, Err(StoreError::BadCursor)));
}

#[tokio::test]
async fn each_filter_narrows_the_list() {
    let (_dir, store) = store().await;
    let first = [
        entry("c1", 0, 100, received("+48111", "parcel")),
        entry("c1", 1, 110, Event::Queued { queue: "logistics".into() }),
        entry("c1", 2, 120, Event::AgentOffered { agent: "anna".into(), outside: false }),
        entry("c1", 3, 130, ended(Outcome::HandedOver)),
    ];
    store.append(&first).await.unwrap();
    let mut written = received("+40222", "bank");
    if let Event::CallReceived { channel, .. } = &mut written {
        *channel = Channel::Chat;
    }
    store.append(&[entry("c2", 0, 200, written)]).await.unwrap();
    let with = |change: fn(&mut CallFilter)| {
        let mut filter = CallFilter::default();
        change(&mut filter);
        filter
    };
    let filters: [(CallFilter, &[&str]); 13] = [
        (with(|_| ()), &["c2", "c1"]),
        (with(|f| f.from = Some(At(101))), &["c2"]),
        (with(|f| f.to = Some(At(200))), &["c1"]),
        (with(|f| f.bot = Some("bank".into())), &["c2"]),
        (with(|f| f.outcome = Some(Outcome::HandedOver)), &["c1"]),
        (with(|f| f.queue = Some("logistics".into())), &["c1"]),
        (with(|f| f.channel = Some(Channel::Chat)), &["c2"]),
        (with(|f| f.channel = Some(Channel::Voice)), &["c1"]),
        (with(|f| f.agent = Some("anna".into())), &["c1"]),
        (with(|f| f.number = Some("+40222".into())), &["c2"]),
        (with(|f| f.number = Some("%".into())), &[]),
        (with(|f| f.caller = Some("+40222".into())), &["c2"]),
        (with(|f| f.caller = Some("+48999".into())), &[]),
    ];
    for (filter, expected) in filters {
        let page = store.calls(&filter).await.unwrap();
        let ids: Vec<&str> = page.calls.iter().map(|cdr| cdr.call_id.as_str()).collect();
        assert_eq!(ids, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn orphans_end_as_node_lost_at_their_last_event_and_only_once() {
    let (_dir, store) = store().await;
    let orphan =
        [entry("c1", 0, 100, received("+48111", "parcel")), entry("c1", 1, 170, Event::CallAnswered)];
    store.append(&orphan).await.unwrap();
    let whole = [entry("c2", 0, 100, Event::CallAnswered), entry("c2", 1, 150, ended(Outcome::Resolved))];
    store.append(&whole).await.unwrap();
    assert_eq!(store.close_orphans(At(9_000)).await.unwrap(), 1);
    assert_eq!(store.close_orphans(At(9_000)).await.unwrap(), 0);
    let entries = store.entries(&CallId("c1".into())).await.unwrap();
    let last = entries.last().unwrap();
    assert_eq!((last.seq, last.at), (2, At(170)));
    assert!(matches!(last.event, Event::CallEnded { outcome: Outcome::NodeLost, by: EndedBy::System, .. }));
    assert_eq!(store.entries(&CallId("c2".into())).await.unwrap().len(), 2);
}

#[tokio::test]
async fn users_are_added_once_and_go_with_their_sessions_and_tokens() {
    let (_dir, store) = store().await;
    store.add_user(&anna(), At(1)).await.unwrap();
    assert!(matches!(store.add_user(&anna(), At(1)).await, Err(StoreError::UserExists(_))));
    assert_eq!(store.users().await.unwrap(), [anna().user]);
    let cookie = store.add_session("anna", At(1_000)).await.unwrap();
    let mine = Token { user: Some("anna".into()), ..token(Role::Agent) };
    let secret = store.add_token(&mine, At(1)).await.unwrap();
    assert_eq!(store.token(&secret, At(2)).await.unwrap(), Some(mine));
    assert_eq!(store.session(&cookie, At(999)).await.unwrap(), Some(anna().user));
    assert!(store.remove_user("anna").await.unwrap());
    assert!(!store.remove_user("anna").await.unwrap());
    assert_eq!(store.session(&cookie, At(999)).await.unwrap(), None);
    assert_eq!(store.token(&secret, At(2)).await.unwrap(), None);
}

#[tokio::test]
async fn secrets_expire_and_are_stored_as_hashes_only() {
    let (dir, store) = store().await;
    store.add_user(&anna(), At(1)).await.unwrap();
    let cookie = store.add_session("anna", At(1_000)).await.unwrap();
    let brief = Token { expires: Some(At(50)), ..token(Role::Viewer) };
    let secret = store.add_token(&brief, At(1)).await.unwrap();
    assert_eq!(secret.len(), 64);
    assert!(store.token(&secret, At(49)).await.unwrap().is_some());
    assert!(store.token(&secret, At(50)).await.unwrap().is_none());
    assert!(store.session(&cookie, At(1_000)).await.unwrap().is_none());
    store.remove_session(&cookie).await.unwrap();
    assert!(store.session(&cookie, At(2)).await.unwrap().is_none());
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [&secret, &cookie] {
            assert!(!bytes.windows(64).any(|window| window == secret.as_bytes()));
        }
    }
}

#[tokio::test]
async fn the_first_administrators_token_is_made_exactly_once() {
    let (_dir, store) = store().await;
    let first = store.first_admin_token(At(1)).await.unwrap().unwrap();
    assert_eq!(store.first_admin_token(At(2)).await.unwrap(), None);
    assert_eq!(store.token(&first, At(3)).await.unwrap().unwrap().role, Role::Admin);
}

#[tokio::test]
async fn a_note_is_kept_until_it_is_removed() {
    let (_dir, store) = store().await;
    let call = CallId("c1".into());
    assert_eq!(store.note(&call, "anna").await.unwrap(), "");
    store.save_note(&call, "anna", "first").await.unwrap();
    store.save_note(&call, "anna", "second").await.unwrap();
    assert_eq!(store.note(&call, "anna").await.unwrap(), "second");
    store.remove_note(&call, "anna").await.unwrap();
    assert_eq!(store.note(&call, "anna").await.unwrap(), "");
}

#[tokio::test]
async fn a_file_that_is_no_store_is_named_in_the_error() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("duet.db"), b"this is not a database, it is a shopping list").unwrap();
    let error = Store::open(dir.path()).await.unwrap_err().to_string();
    assert!(error.contains("duet.db"), "{error}");
}

#[tokio::test]
async fn the_audit_trail_is_read_newest_first_by_the_page_and_can_be_narrowed() {
    let (_dir, store) = store().await;
    let look = |at: u64, who: &str, action, call: Option<&str>| Audit {
        at: At(at),
        who: who.into(),
        action,
        call_id: call.map(|call| CallId(call.into())),
        address: "192.0.2.1".into(),
    };
    let looks = [
        look(1, "ewa", AuditAction::WallOpened, None),
        look(2, "ewa", AuditAction::CallWatched, Some("c1")),
        look(3, "jan", AuditAction::CallWatched, Some("c2")),
        look(4, "ewa", AuditAction::WatchEnded, Some("c1")),
    ];
    for look in &looks {
        store.add_audit(look).await.unwrap();
    }
    let mut filter = AuditFilter { limit: 3, ..AuditFilter::default() };
    let page = store.audit(&filter).await.unwrap();
    let times: Vec<u64> = page.entries.iter().map(|entry| entry.audit.at.0).collect();
    assert_eq!(times, [4, 3, 2]);
    assert_eq!(page.entries[1].audit, looks[2]);
    filter.cursor = page.next;
    let rest = store.audit(&filter).await.unwrap();
    assert_eq!((rest.entries.len(), rest.entries[0].audit.clone(), rest.next), (1, looks[0].clone(), None));
    filter.cursor = Some("nonsense".into());
    assert!(matches!(store.audit(&filter).await, Err(StoreError::BadCursor)));

    let with = |change: fn(&mut AuditFilter)| {
        let mut filter = AuditFilter::default();
        change(&mut filter);
        filter
    };
    for (filter, expected) in [
        (with(|f| f.who = Some("jan".into())), vec![3]),
        (with(|f| f.call_id = Some(CallId("c1".into()))), vec![4, 2]),
        (with(|f| (f.from, f.to) = (Some(At(2)), Some(At(4)))), vec![3, 2]),
    ] {
        let page = store.audit(&filter).await.unwrap();
        let times: Vec<u64> = page.entries.iter().map(|entry| entry.audit.at.0).collect();
        assert_eq!(times, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn nothing_is_taken_out_of_the_audit_trail_or_changed_in_it() {
    let (dir, store) = store().await;
    let (who, address) = ("ewa".to_owned(), String::new());
    let look = Audit { at: At(1), who, action: AuditAction::WallOpened, call_id: None, address };
    store.add_audit(&look).await.unwrap();
    let path = dir.path().join("duet.db");
    let file = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    for sql in ["DELETE FROM audit", "UPDATE audit SET who = 'jan'"] {
        let error = sqlx::query(sql).execute(&file).await.unwrap_err().to_string();
        assert!(error.contains("only added to"), "{error}");
    }
    assert_eq!(store.audit(&AuditFilter::default()).await.unwrap().entries[0].audit, look);
}

#[tokio::test]
async fn only_calls_without_an_end_are_alive() {
    let (_dir, store) = store().await;
    store.append(&[entry("c1", 0, 1, received("+48111", "parcel"))]).await.unwrap();
    store.append(&[entry("c2", 0, 2, received("+48222", "parcel"))]).await.unwrap();
    store.append(&[entry("c1", 1, 3, ended(Outcome::Resolved))]).await.unwrap();
    assert_eq!(store.alive().await.unwrap(), [CallId("c2".into())]);
}

fn message(id: &str, queue: &str, at: u64) -> Voicemail {
    Voicemail {
        id: id.into(),
        call_id: CallId("c1".into()),
        bot: "parcel".into(),
        queue: queue.into(),
        number: "+48111".into(),
        name: None,
        language: Language::Polish,
        topic: None,
        at: At(at),
        length_ms: 1_000,
        words: Words::Pending,
        done: None,
    }
}

fn ids(messages: &[Voicemail]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}

#[tokio::test]
async fn a_message_is_kept_with_its_sound_until_somebody_has_seen_to_it_and_its_time_is_over() {
    let (dir, store) = store().await;
    for (id, queue, at) in [("a", "claims", 10), ("b", "general", 20), ("c", "claims", 30)] {
        store.keep_voicemail(&message(id, queue, at), vec![7; 800].into()).await.unwrap();
    }
    let claims = VoicemailFilter { queues: Some(vec!["claims".into()]), ..VoicemailFilter::default() };
    assert_eq!(ids(&store.voicemails(&claims).await.unwrap()), ["c", "a"], "the newest first");
    let words =
        Words::Written { text: "Proszę o telefon".into(), language: Language::Polish, confidence: 0.9 };
    assert!(store.set_voicemail_words("a", &words).await.unwrap());
    let done = Done { by: "anna".into(), at: At(40) };
    assert!(store.finish_voicemail("a", &done).await.unwrap());
    assert!(!store.finish_voicemail("a", &Done { by: "jan".into(), at: At(41) }).await.unwrap(), "once");
    let kept = store.voicemail("a").await.unwrap().unwrap();
    assert_eq!((kept.words, kept.done), (words, Some(done)));
    let open = VoicemailFilter { done: Some(false), ..VoicemailFilter::default() };
    assert_eq!(ids(&store.voicemails(&open).await.unwrap()), ["c", "b"]);
    assert_eq!(store.voicemail_samples("b").await.unwrap(), [7; 800]);
    assert!(store.voicemail_sound("b").await.unwrap().starts_with(b"RIFF"));
    assert_eq!(store.remove_voicemails_before(At(30)).await.unwrap(), 2);
    assert_eq!(ids(&store.voicemails(&VoicemailFilter::default()).await.unwrap()), ["c"]);
    let files = std::fs::read_dir(dir.path().join("voicemail")).unwrap().count();
    assert_eq!(files, 1, "no sound outlives its message");
}

#[tokio::test]
async fn a_message_whose_sound_cannot_be_written_is_not_kept_at_all() {
    let (dir, store) = store().await;
    // A file stands where the folder should be.
    std::fs::write(dir.path().join("voicemail"), "").unwrap();
    let kept = store.keep_voicemail(&message("a", "claims", 10), vec![7; 800].into()).await;
    assert!(matches!(kept, Err(StoreError::Sound { .. })), "{kept:?}");
    assert_eq!(store.voicemail("a").await.unwrap(), None);
}

#[tokio::test]
async fn letters_are_kept_once_found_by_either_form_of_a_number_and_go_by_contact_and_by_time() {
    let (_dir, store) = store().await;
    let letter = |id: &str, contact: &str, at| Letter {
        id: id.into(),
        contact: contact.into(),
        channel: Medium::Email,
        by: Author::Customer,
        name: None,
        subject: None,
        text: "Gdzie jest paczka?".into(),
        at: At(at),
    };
    let first = letter("a", "+48601234567", 10);
    assert_eq!(store.keep_letter(&first, Some("k1")).await.unwrap(), None);
    let again = store.keep_letter(&letter("b", "+48601234567", 20), Some("k1")).await.unwrap();
    assert_eq!(again, Some(first), "the same key is the same letter");
    for (id, contact, at) in [("c", "48601234567", 30), ("d", "a@b.pl", 40)] {
        assert_eq!(store.keep_letter(&letter(id, contact, at), None).await.unwrap(), None);
    }
    let ids = |letters: Vec<Letter>| letters.into_iter().map(|letter| letter.id).collect::<Vec<_>>();
    assert_eq!(ids(store.letters("+48601234567", None, 10).await.unwrap()), ["c", "a"], "the newest first");
    assert_eq!(ids(store.letters("48601234567", Some(At(30)), 10).await.unwrap()), ["a"]);
    assert_eq!(ids(store.letters("+48601234567", None, 1).await.unwrap()), ["c"]);
    assert_eq!(store.remove_letters_before(At(30)).await.unwrap(), 1);
    assert_eq!(store.remove_letters("+48601234567").await.unwrap(), 1);
    assert_eq!(ids(store.letters("a@b.pl", None, 10).await.unwrap()), ["d"], "other people's stay");
}
