//! SIPp calls us.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod common;

use common::{Locked, Open, Outcome, called, config, scenario, sipp, start_sipp, still_works};
use sip::endpoint::{Endpoint, EndpointConfig};
use sip::session::{SessionCommand, SessionEvent};
use std::sync::Arc;

fn all(calls: u64) -> Outcome {
    Outcome { successful: calls, failed: 0 }
}

#[tokio::test]
async fn two_hundred_calls_over_udp_leave_no_trace() {
    let called = called(config(Arc::new(Open))).await;
    let target = called.udp.to_string();
    assert_eq!(sipp(&[&target, "-sn", "uac", "-m", "200", "-r", "100", "-d", "100"]).await, all(200));
    called.all_gone().await;
    called.saw(200, |e| matches!(e, SessionEvent::Terminated { .. })).await;
    called.saw(200, |e| matches!(e, SessionEvent::Confirmed { .. })).await;
}

#[tokio::test]
async fn two_hundred_calls_survive_ten_percent_loss() {
    let called = called(config(Arc::new(Open))).await;
    let target = called.udp.to_string();
    let run = ["-sn", "uac", "-m", "200", "-r", "50", "-d", "100", "-lost", "10"];
    assert_eq!(sipp(&[&[target.as_str()], &run[..]].concat()).await, all(200));
    called.all_gone().await;
}

#[tokio::test]
async fn calls_over_tcp_leave_no_trace() {
    let called = called(config(Arc::new(Open))).await;
    let target = called.tcp.to_string();
    let run = ["-sn", "uac", "-m", "200", "-r", "100", "-d", "100", "-t", "t1"];
    assert_eq!(sipp(&[&[target.as_str()], &run[..]].concat()).await, all(200));
    called.all_gone().await;
}

#[tokio::test]
async fn fifty_callers_give_up_over_udp_and_tcp() {
    let called = called(config(Arc::new(Open))).await;
    let script = scenario("cancel.xml");
    for (target, transport) in [(called.udp, "u1"), (called.tcp, "t1")] {
        let target = target.to_string();
        let run = [&target, "-sf", &script, "-m", "50", "-r", "25", "-t", transport];
        assert_eq!(sipp(&run).await, all(50), "{transport}");
    }
    called.all_gone().await;
    called.saw(100, |e| matches!(e, SessionEvent::Cancelled)).await;
}

#[tokio::test]
async fn a_late_ack_hold_resume_and_options_in_the_dialog_all_work() {
    let called = called(config(Arc::new(Open))).await;
    let target = called.udp.to_string();
    let script = scenario("late_ack.xml");
    assert_eq!(sipp(&[&target, "-sf", &script, "-m", "20", "-r", "20"]).await, all(20));
    called.all_gone().await;
    called.saw(40, |e| matches!(e, SessionEvent::Offer { .. })).await;
}

#[tokio::test]
async fn the_right_password_lets_in_and_the_wrong_one_never_does() {
    let called = called(config(Arc::new(Locked))).await;
    let target = called.udp.to_string();
    for script in ["auth_right.xml", "auth_wrong.xml"] {
        let script = scenario(script);
        assert_eq!(sipp(&[&target, "-sf", &script, "-m", "50", "-r", "25"]).await, all(50), "{script}");
    }
    called.all_gone().await;
    called.saw(50, |e| matches!(e, SessionEvent::Terminated { .. })).await;
}

#[tokio::test]
async fn we_can_hang_up_first_over_udp_and_tcp() {
    let called = called(config(Arc::new(Open))).await;
    let script = scenario("left.xml");
    for (target, transport) in [(called.udp, "u1"), (called.tcp, "t1")] {
        let target = target.to_string();
        let run = [&target, "-sf", &script, "-m", "20", "-r", "20", "-t", transport];
        assert_eq!(sipp(&run).await, all(20), "{transport}");
    }
    called.all_gone().await;
}

#[tokio::test]
async fn tcp_alone_is_enough() {
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let guard: Arc<dyn sip::guard::Guard> = Arc::new(Open);
    let config = EndpointConfig { udp: None, tcp: Some(any), ..EndpointConfig::new(any, guard) };
    let (endpoint, mut calls) = Endpoint::bind(config).await.unwrap();
    let target = endpoint.tcp_addr().unwrap().to_string();
    let script = scenario("cancel.xml");
    let run = start_sipp(&[&target, "-sf", &script, "-m", "5", "-t", "t1"]);
    let rings = async {
        let mut held = Vec::new();
        while let Some(call) = calls.recv().await {
            let _ = call.session.send(SessionCommand::Ring { sdp: None }).await;
            held.push(call);
        }
    };
    tokio::select! {
        () = rings => unreachable!("the endpoint lives"),
        outcome = run.outcome() => assert_eq!(outcome, all(5)),
    }
}

#[tokio::test]
async fn after_all_that_it_still_works() {
    let called = called(config(Arc::new(Open))).await;
    still_works(&called).await;
}
