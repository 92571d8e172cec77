//! We call SIPp.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod common;

use common::{Called, Open, SDP, Sipp, called, config, scenario, start_sipp};
use sip::session::{
    Credentials, InviteError, OutgoingInvite, Session, SessionCommand, SessionEvent, TerminatedBy,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

fn to(sipp: &Sipp, transport: &str) -> OutgoingInvite {
    OutgoingInvite {
        target: format!("sip:anna@127.0.0.1:{};transport={transport}", sipp.port),
        from: "bot".to_owned(),
        from_name: Some("Duet".to_owned()),
        sdp: SDP.to_owned(),
        credentials: None,
        headers: vec![("X-Duet-Call".to_owned(), "1".to_owned())],
        ring_for: Duration::from_secs(20),
    }
}

fn credentials(password: &str, realm: Option<&str>) -> Option<Credentials> {
    let realm = realm.map(str::to_owned);
    Some(Credentials { user: "duet".to_owned(), password: password.to_owned(), realm })
}

/// Calls; a peer that is not up yet is simply called again by the retransmissions.
async fn call(called: &Called, invite: OutgoingInvite) -> (Session, mpsc::Receiver<SessionEvent>) {
    for _ in 0..100 {
        match called.endpoint.invite(invite.clone()).await {
            Err(InviteError::Unreachable { .. }) => tokio::time::sleep(Duration::from_millis(50)).await,
            other => return other.expect("INVITE is sent"),
        }
    }
    panic!("the peer never listened");
}

async fn next(events: &mut mpsc::Receiver<SessionEvent>) -> Option<SessionEvent> {
    tokio::time::timeout(common::PATIENCE, events.recv()).await.expect("an event in time")
}

/// All events until the answer or the end.
async fn until_answer(events: &mut mpsc::Receiver<SessionEvent>) -> SessionEvent {
    loop {
        match next(events).await {
            Some(SessionEvent::Progress { .. }) => {}
            Some(event) => return event,
            None => panic!("events ended without an outcome"),
        }
    }
}

#[tokio::test]
async fn an_agent_answers_and_we_hang_up_over_udp_and_tcp() {
    let called = called(config(Arc::new(Open))).await;
    for (transport, mode) in [("udp", "u1"), ("tcp", "t1")] {
        let sipp = start_sipp(&["-sn", "uas", "-m", "1", "-t", mode]);
        let (session, mut events) = call(&called, to(&sipp, transport)).await;
        let answer = until_answer(&mut events).await;
        assert!(matches!(&answer, SessionEvent::Answered { sdp } if sdp.contains("m=audio")), "{answer:?}");
        let reason = Some("agent left".to_owned());
        session.send(SessionCommand::HangUp { reason }).await.unwrap();
        let end = next(&mut events).await;
        assert!(matches!(end, Some(SessionEvent::Terminated { by: TerminatedBy::Us, .. })), "{end:?}");
        assert_eq!(next(&mut events).await, None);
        assert_eq!(sipp.outcome().await.successful, 1, "{transport}");
        called.all_gone().await;
    }
}

#[tokio::test]
async fn a_busy_agent_is_told_as_486() {
    let called = called(config(Arc::new(Open))).await;
    let sipp = start_sipp(&["-sf", &scenario("uas_busy.xml"), "-m", "1"]);
    let (_session, mut events) = call(&called, to(&sipp, "udp")).await;
    let end = until_answer(&mut events).await;
    assert!(matches!(&end, SessionEvent::Rejected { code: 486, .. }), "{end:?}");
    assert_eq!(next(&mut events).await, None);
    assert_eq!(sipp.outcome().await.failed, 0);
    called.all_gone().await;
}

#[tokio::test]
async fn a_challenge_is_answered_with_the_right_password() {
    let called = called(config(Arc::new(Open))).await;
    let sipp = start_sipp(&["-sf", &scenario("uas_auth.xml"), "-m", "1"]);
    let invite = OutgoingInvite { credentials: credentials("secret", Some("trunk")), ..to(&sipp, "udp") };
    let (session, mut events) = call(&called, invite).await;
    let answer = until_answer(&mut events).await;
    assert!(matches!(&answer, SessionEvent::Answered { .. }), "{answer:?}");
    session.send(SessionCommand::HangUp { reason: None }).await.unwrap();
    assert_eq!(sipp.outcome().await.failed, 0);
    called.all_gone().await;
}

#[tokio::test]
async fn a_password_is_not_given_to_another_realm() {
    let called = called(config(Arc::new(Open))).await;
    let sipp = start_sipp(&["-sf", &scenario("uas_auth.xml"), "-m", "1"]);
    let invite = OutgoingInvite { credentials: credentials("secret", Some("other")), ..to(&sipp, "udp") };
    let (_session, mut events) = call(&called, invite).await;
    let end = until_answer(&mut events).await;
    assert!(matches!(&end, SessionEvent::Rejected { code: 401, .. }), "{end:?}");
    called.all_gone().await;
}

#[tokio::test]
async fn nobody_there_ends_as_408_after_the_ring_time() {
    let called = called(config(Arc::new(Open))).await;
    let target = format!("sip:anna@127.0.0.1:{}", common::free_port());
    let sipp = start_sipp(&["-sn", "uas", "-m", "1"]);
    let ring_for = Duration::from_millis(700);
    let (_session, mut events) = call(&called, OutgoingInvite { target, ring_for, ..to(&sipp, "udp") }).await;
    let end = until_answer(&mut events).await;
    assert!(matches!(&end, SessionEvent::Rejected { code: 408, .. }), "{end:?}");
}

#[tokio::test]
async fn what_cannot_be_called_is_refused_at_once() {
    let called = called(config(Arc::new(Open))).await;
    let sipp = start_sipp(&["-sn", "uas", "-m", "1"]);
    for target in ["", "anna", "tel:+48221234567", "sip:anna@127.0.0.1;transport=ws", "sip:a b@127.0.0.1"] {
        let invite = OutgoingInvite { target: target.to_owned(), ..to(&sipp, "udp") };
        let result = called.endpoint.invite(invite).await;
        assert!(matches!(result, Err(InviteError::Target(_))), "{target}");
    }
    assert_eq!(called.endpoint.sessions(), 0);
}
