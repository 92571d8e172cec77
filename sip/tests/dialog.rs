//! One call at a time, message by message.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod common;

use common::stage::{LIMIT, Line, next, stage, stage_with};
use common::{Open, SDP, code, config, header, request};
use sip::endpoint::EndpointConfig;
use sip::guard::{Guard, RequestFacts, Verdict};
use sip::session::{SessionCommand, SessionEvent, TerminatedBy};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn a_2xx_is_sent_again_until_64_t1_and_then_the_call_ends() {
    let mut stage = stage().await;
    stage.send(&stage.invite(&[])).await;
    let mut call = stage.calls.recv().await.unwrap();
    call.session.send(SessionCommand::Answer { sdp: SDP.to_owned() }).await.unwrap();
    let mut answers = 0;
    let bye = loop {
        let message = stage.phone.receive(LIMIT).await.expect("a message");
        match message {
            bye if bye.starts_with("BYE") => break bye,
            ok if ok.starts_with("SIP/2.0 200") => answers += 1,
            _ => {}
        }
    };
    assert!(answers >= 8, "200 was sent {answers} times");
    stage.send(&stage.answered(&bye, "200 OK", "", "")).await;
    let end = next(&mut call.events).await;
    assert!(matches!(end, Some(SessionEvent::Terminated { by: TerminatedBy::Timeout, .. })), "{end:?}");
    stage.gone().await;
}

#[tokio::test]
async fn digits_by_info_reach_the_call_and_the_rest_is_refused_kindly() {
    let mut stage = stage().await;
    let (mut line, _session, mut events) = stage.up().await;
    let relay = [("Content-Type", "application/dtmf-relay")];
    let other = [("Content-Type", "application/media_control+xml")];
    for (method, changes, body, expected) in [
        ("INFO", &relay[..], "Signal=7\r\nDuration=160\r\n", 200),
        ("INFO", &[("Content-Type", "application/dtmf")][..], "#", 200),
        ("INFO", &other[..], "<x/>", 415),
        ("INFO", &[], "", 200),
        ("REFER", &[("Refer-To", "<sip:evil@example.com>")], "", 403),
        ("OPTIONS", &[], "", 200),
        ("MESSAGE", &[], "", 405),
        ("PRACK", &[("RAck", "1 1 INVITE")], "", 481),
        ("UPDATE", &[("Session-Expires", "10"), ("Supported", "timer")], "", 422),
        ("UPDATE", &[("Session-Expires", "120;refresher=uac"), ("Supported", "timer")], "", 200),
    ] {
        let answer = stage.answer_to(&line.next(&stage, method, changes, body)).await;
        assert_eq!(code(&answer), expected, "{method} {changes:?}");
        if expected == 200 && method == "UPDATE" {
            assert_eq!(header(&answer, "Session-Expires"), Some("120;refresher=uac"));
        }
    }
    let old = line.request(&stage, "OPTIONS", 2, &[], "");
    assert_eq!(code(&stage.answer_to(&old).await), 500, "out of order");
    let reason = [("Reason", "Q.850;cause=16;text=\"bye now\"")];
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &reason, "")).await), 200);
    assert_eq!(next(&mut events).await, Some(SessionEvent::Dtmf { digit: '7' }));
    assert_eq!(next(&mut events).await, Some(SessionEvent::Dtmf { digit: '#' }));
    let end = SessionEvent::Terminated { by: TerminatedBy::FarEnd, reason: reason[0].1.to_owned() };
    assert_eq!(next(&mut events).await, Some(end));
    assert_eq!(next(&mut events).await, None);
    stage.gone().await;
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &[], "")).await), 481);
}

#[tokio::test]
async fn an_offer_that_nobody_answers_gets_500_and_the_call_goes_on() {
    let mut stage = stage().await;
    let (mut line, session, mut events) = stage.up().await;
    let slow = line.next(&stage, "INVITE", &[], SDP);
    stage.send(&slow).await;
    assert!(matches!(next(&mut events).await, Some(SessionEvent::Offer { id: 1, .. })));
    let second = stage.answer_to(&line.next(&stage, "UPDATE", &[], SDP)).await;
    assert_eq!(code(&second), 500, "a second offer while one is open");
    assert!(header(&second, "Retry-After").is_some());
    let first = stage.expect("SIP/2.0 500").await;
    assert_eq!(header(&first, "CSeq"), Some("2 INVITE"));
    stage.send(&line.request(&stage, "ACK", 2, &[], "")).await;
    session.send(SessionCommand::AnswerOffer { id: 1, sdp: Ok(SDP.to_owned()) }).await.unwrap();
    let update = line.next(&stage, "UPDATE", &[], SDP);
    stage.send(&update).await;
    assert!(matches!(next(&mut events).await, Some(SessionEvent::Offer { id: 2, .. })));
    session.send(SessionCommand::AnswerOffer { id: 2, sdp: Err(488) }).await.unwrap();
    stage.expect("SIP/2.0 488").await;
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &[], "")).await), 200);
    stage.gone().await;
}

#[tokio::test]
async fn offers_that_cross_get_491_and_ours_is_tried_again() {
    let mut stage = stage().await;
    let (mut line, session, mut events) = stage.up().await;
    session.send(SessionCommand::Offer { sdp: SDP.replace("40000", "40002") }).await.unwrap();
    let ours = stage.expect("INVITE").await;
    let crossing = stage.answer_to(&line.next(&stage, "INVITE", &[], SDP)).await;
    assert_eq!(code(&crossing), 491);
    stage.send(&line.request(&stage, "ACK", line.cseq, &[], "")).await;
    stage.send(&stage.answered(&ours, "491 Request Pending", "", "")).await;
    stage.expect("ACK").await;
    let again = stage.expect("INVITE").await;
    assert!(again.contains("40002"));
    stage.send(&stage.answered(&again, "200 OK", "", SDP)).await;
    stage.expect("ACK").await;
    assert!(matches!(next(&mut events).await, Some(SessionEvent::OfferAnswered { .. })));
    session.send(SessionCommand::Offer { sdp: SDP.to_owned() }).await.unwrap();
    let refused = stage.expect("INVITE").await;
    stage.send(&stage.answered(&refused, "488 Not Acceptable Here", "", "")).await;
    assert_eq!(next(&mut events).await, Some(SessionEvent::OfferRefused { code: 488 }));
    session.send(SessionCommand::HangUp { reason: Some("done".to_owned()) }).await.unwrap();
    let bye = stage.expect("BYE").await;
    assert_eq!(header(&bye, "Reason"), Some("SIP;cause=200;text=\"done\""));
    stage.send(&stage.answered(&bye, "200 OK", "", "")).await;
    stage.gone().await;
}

#[tokio::test]
async fn an_invite_without_offer_gets_ours_and_answers_in_its_ack() {
    let mut stage = stage().await;
    stage.send(&request("INVITE", stage.server, stage.phone.address, &[], "")).await;
    let mut call = stage.calls.recv().await.unwrap();
    assert_eq!(call.info.sdp, None);
    call.session.send(SessionCommand::Answer { sdp: SDP.to_owned() }).await.unwrap();
    let answer = stage.expect("SIP/2.0 200").await;
    assert!(answer.contains("m=audio 40000"));
    let line = Line::of(&answer);
    stage.send(&line.request(&stage, "ACK", 1, &[], SDP)).await;
    assert_eq!(next(&mut call.events).await, Some(SessionEvent::Confirmed { sdp: Some(SDP.to_owned()) }));
}

/// RFC 5407 section 3.1.4: the ACK may be late, lost or overtaken.
#[tokio::test]
async fn an_offer_that_overtakes_the_ack_is_answered() {
    let mut stage = stage().await;
    stage.send(&stage.invite(&[])).await;
    let mut call = stage.calls.recv().await.unwrap();
    call.session.send(SessionCommand::Answer { sdp: SDP.to_owned() }).await.unwrap();
    let mut line = Line::of(&stage.expect("SIP/2.0 200").await);
    for id in 1..=3 {
        stage.send(&line.next(&stage, "INVITE", &[], SDP)).await;
        assert_eq!(next(&mut call.events).await, Some(SessionEvent::Offer { id, sdp: Some(SDP.to_owned()) }));
        let answer = SessionCommand::AnswerOffer { id, sdp: Ok(SDP.to_owned()) };
        call.session.send(answer).await.unwrap();
        let cseq = format!("{} INVITE", line.cseq);
        while header(&stage.expect("SIP/2.0 200").await, "CSeq") != Some(&cseq) {}
    }
    stage.send(&line.request(&stage, "ACK", 1, &[], "")).await;
    assert_eq!(next(&mut call.events).await, Some(SessionEvent::Confirmed { sdp: None }));
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &[], "")).await), 200);
    stage.gone().await;
}

#[tokio::test]
async fn an_offer_before_the_ack_that_answers_ours_gets_491() {
    let mut stage = stage().await;
    stage.send(&request("INVITE", stage.server, stage.phone.address, &[], "")).await;
    let mut call = stage.calls.recv().await.unwrap();
    call.session.send(SessionCommand::Answer { sdp: SDP.to_owned() }).await.unwrap();
    let mut line = Line::of(&stage.expect("SIP/2.0 200").await);
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "UPDATE", &[], SDP)).await), 491);
    stage.send(&line.request(&stage, "ACK", 1, &[], SDP)).await;
    assert_eq!(next(&mut call.events).await, Some(SessionEvent::Confirmed { sdp: Some(SDP.to_owned()) }));
}

#[tokio::test]
async fn the_facts_of_an_invite_reach_the_call() {
    let mut stage = stage().await;
    let changes = [("From", "\"Zofia\" <sip:+48221234567@x>;tag=1"), ("X-Trunk-Id", "7")];
    stage.send(&stage.invite(&changes)).await;
    let call = stage.calls.recv().await.unwrap();
    assert_eq!((&*call.info.from, &*call.info.to, &*call.info.trunk), ("+48221234567", "bot", "test"));
    assert_eq!(call.info.from_name.as_deref(), Some("Zofia"));
    assert_eq!(call.info.source, Some(stage.phone.address));
    assert_eq!(call.info.sdp.as_deref(), Some(SDP));
    assert_eq!(call.info.headers, [("X-Trunk-Id".to_owned(), "7".to_owned())]);
    drop(call);
    stage.expect("SIP/2.0 480").await;
    stage.gone().await;
}

#[tokio::test]
async fn a_refused_call_hears_code_reason_and_when_to_come_back() {
    let mut stage = stage().await;
    let invite = stage.invite(&[]);
    stage.send(&invite).await;
    let mut call = stage.calls.recv().await.unwrap();
    let retry_after = Some(Duration::from_secs(30));
    let reject = SessionCommand::Reject { code: 486, reason: "all busy".to_owned(), retry_after };
    call.session.send(reject).await.unwrap();
    let answer = stage.expect("SIP/2.0 486").await;
    assert_eq!(header(&answer, "Retry-After"), Some("30"));
    assert_eq!(header(&answer, "Reason"), Some("SIP;cause=486;text=\"all busy\""));
    let end = next(&mut call.events).await;
    assert!(matches!(end, Some(SessionEvent::Terminated { by: TerminatedBy::Us, .. })), "{end:?}");
    stage.send(&Line::of(&answer).request(&stage, "ACK", 1, &[], "")).await;
    stage.gone().await;
}

#[tokio::test]
async fn too_short_a_session_interval_is_422_and_a_fair_one_is_agreed() {
    let mut stage = stage().await;
    let short = stage.invite(&[("Session-Expires", "30"), ("Supported", "timer")]);
    let answer = stage.answer_to(&short).await;
    assert_eq!((code(&answer), header(&answer, "Min-SE")), (422, Some("90")));
    stage.send(&stage.invite(&[("Session-Expires", "600;refresher=uac"), ("k", "timer")])).await;
    let call = stage.calls.recv().await.unwrap();
    call.session.send(SessionCommand::Answer { sdp: SDP.to_owned() }).await.unwrap();
    let answer = stage.expect("SIP/2.0 200").await;
    assert_eq!(header(&answer, "Session-Expires"), Some("600;refresher=uac"));
    assert_eq!(header(&answer, "Require"), Some("timer"));
}

#[tokio::test]
async fn a_full_house_and_a_draining_one_say_503_and_when() {
    let config = EndpointConfig { max_sessions: 1, ..config(Arc::new(Open)) };
    let mut stage = stage_with(config).await;
    let (mut line, _session, _events) = stage.up().await;
    let full = stage.answer_to(&stage.invite(&[])).await;
    assert_eq!(code(&full), 503);
    assert!(header(&full, "Retry-After").is_some());
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &[], "")).await), 200);
    stage.gone().await;
    let (mut line, _session, _events) = stage.up().await;
    stage.endpoint.drain();
    for method in ["INVITE", "OPTIONS"] {
        let message = request(method, stage.server, stage.phone.address, &[], "");
        let answer = stage.answer_to(&message).await;
        assert_eq!(code(&answer), 503, "{method}");
        assert!(header(&answer, "Retry-After").is_some());
    }
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "OPTIONS", &[], "")).await), 200, "live calls go on");
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &[], "")).await), 200);
    stage.gone().await;
}

#[tokio::test]
async fn the_external_address_stands_in_contact_and_via() {
    let external_ip = Some([203, 0, 113, 5].into());
    let mut stage = stage_with(EndpointConfig { external_ip, ..config(Arc::new(Open)) }).await;
    let ours = format!("203.0.113.5:{}", stage.server.port());
    stage.send(&stage.invite(&[])).await;
    let call = stage.calls.recv().await.unwrap();
    let answer = SessionCommand::Answer { sdp: SDP.to_owned() };
    call.session.send(answer).await.unwrap();
    let answer = stage.expect("SIP/2.0 200").await;
    assert_eq!(header(&answer, "Contact"), Some(&*format!("<sip:duet@{ours}>")));
    let _out = stage.endpoint.invite(stage.call_out()).await.unwrap();
    let invite = stage.expect("INVITE").await;
    assert!(header(&invite, "Via").unwrap().starts_with(&format!("SIP/2.0/UDP {ours};")), "{invite}");
    assert_eq!(header(&invite, "Contact"), Some(&*format!("<sip:duet@{ours}>")));
}

struct Picky;

impl Guard for Picky {
    fn judge(&self, request: &RequestFacts<'_>) -> Verdict {
        match request.from_user {
            "scanner" => Verdict::Silent,
            "banned" => Verdict::Refuse { code: 603, retry_after: Some(Duration::from_secs(99)) },
            _ => Verdict::Accept { trunk: "t".to_owned() },
        }
    }

    fn password(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}

#[tokio::test]
async fn the_guard_can_refuse_and_can_say_nothing_at_all() {
    let stage = stage_with(config(Arc::new(Picky))).await;
    let banned = stage.answer_to(&stage.invite(&[("From", "<sip:banned@x>;tag=1")])).await;
    assert_eq!((code(&banned), header(&banned, "Retry-After")), (603, Some("99")));
    for method in ["INVITE", "OPTIONS", "REGISTER"] {
        let from = [("From", "<sip:scanner@x>;tag=1")];
        stage.send(&request(method, stage.server, stage.phone.address, &from, "")).await;
        assert_eq!(stage.phone.receive(Duration::from_millis(700)).await, None, "{method}");
    }
}

#[tokio::test]
async fn shutting_down_hangs_up_and_refuses_what_rings() {
    let mut stage = stage().await;
    let (_line, _session, mut events) = stage.up().await;
    stage.send(&stage.invite(&[])).await;
    let _ringing = stage.calls.recv().await.unwrap();
    let endpoint = stage.endpoint.clone();
    let shutdown = tokio::spawn(async move { endpoint.shutdown().await });
    let mut seen = (false, false);
    while seen != (true, true) {
        let message = stage.phone.receive(LIMIT).await.expect("a message");
        if message.starts_with("BYE") {
            stage.send(&stage.answered(&message, "200 OK", "", "")).await;
            seen.0 = true;
        }
        seen.1 |= message.starts_with("SIP/2.0 480");
    }
    shutdown.await.unwrap();
    let end = next(&mut events).await;
    assert!(matches!(end, Some(SessionEvent::Terminated { by: TerminatedBy::Us, .. })), "{end:?}");
}

#[tokio::test]
async fn a_2xx_that_crosses_our_cancel_is_acknowledged_and_hung_up() {
    let stage = stage().await;
    let (session, mut events) = stage.endpoint.invite(stage.call_out()).await.unwrap();
    let invite = stage.expect("INVITE").await;
    stage.send(&stage.answered(&invite, "180 Ringing", "", "")).await;
    assert_eq!(next(&mut events).await, Some(SessionEvent::Progress { code: 180, sdp: None }));
    session.send(SessionCommand::HangUp { reason: None }).await.unwrap();
    let cancel = stage.expect("CANCEL").await;
    stage.send(&stage.answered(&invite, "200 OK", "", SDP)).await;
    stage.send(&stage.answered(&cancel, "200 OK", "", "")).await;
    let mut seen = (false, false);
    while seen != (true, true) {
        let message = stage.phone.receive(LIMIT).await.expect("a message");
        seen.0 |= message.starts_with("ACK");
        if message.starts_with("BYE") {
            stage.send(&stage.answered(&message, "200 OK", "", "")).await;
            seen.1 = true;
        }
    }
    let end = next(&mut events).await;
    assert!(matches!(end, Some(SessionEvent::Terminated { by: TerminatedBy::Us, .. })), "{end:?}");
    assert_eq!(next(&mut events).await, None);
    stage.gone().await;
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let stage = stage().await;
    let (_session, mut events) = stage.endpoint.invite(stage.call_out()).await.unwrap();
    let invite = stage.expect("INVITE").await;
    stage.send(&stage.answered(&invite, "302 Moved Temporarily", "", "")).await;
    let end = next(&mut events).await;
    assert!(matches!(end, Some(SessionEvent::Rejected { code: 302, .. })), "{end:?}");
    stage.gone().await;
}

#[tokio::test]
async fn a_forked_call_takes_the_first_answer_and_hangs_up_on_the_second() {
    let stage = stage().await;
    let (session, mut events) = stage.endpoint.invite(stage.call_out()).await.unwrap();
    let invite = stage.expect("INVITE").await;
    let fork = |code: &str, tag: &str, body: &str| {
        let text = String::from_utf8(stage.answered(&invite, code, "", body)).unwrap();
        text.replace("tag=phone", &format!("tag={tag}")).into_bytes()
    };
    stage.send(&fork("180 Ringing", "one", "")).await;
    stage.send(&fork("183 Session Progress", "two", SDP)).await;
    stage.send(&fork("200 OK", "two", SDP)).await;
    stage.send(&fork("200 OK", "one", SDP)).await;
    let bye = stage.expect("BYE").await;
    assert!(header(&bye, "To").unwrap().contains("tag=one"), "{bye}");
    stage.send(&stage.answered(&bye, "200 OK", "", "")).await;
    assert_eq!(next(&mut events).await, Some(SessionEvent::Progress { code: 180, sdp: None }));
    let early = Some(SDP.to_owned());
    assert_eq!(next(&mut events).await, Some(SessionEvent::Progress { code: 183, sdp: early }));
    assert!(matches!(next(&mut events).await, Some(SessionEvent::Answered { .. })));
    session.send(SessionCommand::HangUp { reason: None }).await.unwrap();
    let bye = stage.expect("BYE").await;
    assert!(header(&bye, "To").unwrap().contains("tag=two"), "{bye}");
    stage.send(&stage.answered(&bye, "200 OK", "", "")).await;
    stage.gone().await;
}

/// Half of the shortest interval is 45 s, and nothing but time passes.
#[tokio::test]
#[ignore = "takes 45 s"]
async fn a_session_that_we_refresh_is_refreshed_by_update_at_half_time() {
    let mut stage = stage().await;
    let asks = [("Session-Expires", "90;refresher=uas"), ("Supported", "timer"), ("Allow", "INVITE, UPDATE")];
    let (mut line, _session, mut events) = stage.up_with(&asks).await;
    let update = stage.expect("UPDATE").await;
    assert_eq!(header(&update, "Session-Expires"), Some("90;refresher=uac"));
    stage.send(&stage.answered(&update, "481 Call/Transaction Does Not Exist", "", "")).await;
    let bye = stage.expect("BYE").await;
    stage.send(&stage.answered(&bye, "481 Call/Transaction Does Not Exist", "", "")).await;
    let end = next(&mut events).await;
    assert!(matches!(end, Some(SessionEvent::Terminated { by: TerminatedBy::Timeout, .. })), "{end:?}");
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "OPTIONS", &[], "")).await), 481);
}

/// What came of a REFER, told by NOTIFY.
async fn notified(stage: &common::stage::Stage, line: &mut Line, state: &str, status: &str) -> u16 {
    let changes =
        [("Event", "refer"), ("Subscription-State", state), ("Content-Type", "message/sipfrag;version=2.0")];
    code(&stage.answer_to(&line.next(stage, "NOTIFY", &changes, &format!("{status}\r\n"))).await)
}

#[tokio::test]
async fn a_caller_is_referred_elsewhere_and_what_came_of_it_is_told() {
    let mut stage = stage().await;
    let (mut line, session, mut events) = stage.up().await;
    assert_eq!(notified(&stage, &mut line, "active", "SIP/2.0 100 Trying").await, 489, "nobody asked");
    let target = "sip:claims@192.0.2.9:5060?X-Duet-Call=7".to_owned();
    session.send(SessionCommand::Refer { target: target.clone() }).await.unwrap();
    let refer = stage.expect("REFER").await;
    assert_eq!(header(&refer, "Refer-To"), Some(format!("<{target}>").as_str()));
    assert!(header(&refer, "Referred-By").is_some());
    stage.send(&stage.answered(&refer, "202 Accepted", "", "")).await;
    session.send(SessionCommand::Refer { target }).await.unwrap();
    assert_eq!(next(&mut events).await, Some(SessionEvent::Referred { code: 491 }), "one at a time");
    assert_eq!(notified(&stage, &mut line, "active", "SIP/2.0 180 Ringing").await, 200);
    assert_eq!(next(&mut events).await, Some(SessionEvent::Referred { code: 180 }));
    assert_eq!(notified(&stage, &mut line, "active", "noise").await, 400);
    assert_eq!(notified(&stage, &mut line, "terminated;reason=noresource", "SIP/2.0 200 OK").await, 200);
    assert_eq!(next(&mut events).await, Some(SessionEvent::Referred { code: 200 }));
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &[], "")).await), 200);
    assert!(matches!(next(&mut events).await, Some(SessionEvent::Terminated { .. })));
    stage.gone().await;
}

#[tokio::test]
async fn a_phone_that_is_not_to_be_referred_stays_in_the_call() {
    let mut stage = stage().await;
    let (mut line, session, mut events) = stage.up().await;
    for (refusal, state) in [(Some("603 Decline"), ""), (None, "terminated;reason=giveup")] {
        session.send(SessionCommand::Refer { target: "sip:claims@192.0.2.9".to_owned() }).await.unwrap();
        let refer = stage.expect("REFER").await;
        stage.send(&stage.answered(&refer, refusal.unwrap_or("202 Accepted"), "", "")).await;
        let expected = if refusal.is_some() { 603 } else { 500 };
        if refusal.is_none() {
            notified(&stage, &mut line, state, "").await;
        }
        assert_eq!(next(&mut events).await, Some(SessionEvent::Referred { code: expected }));
    }
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "OPTIONS", &[], "")).await), 200);
    assert_eq!(code(&stage.answer_to(&line.next(&stage, "BYE", &[], "")).await), 200);
    stage.gone().await;
}
