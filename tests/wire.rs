//! Callers that no telephone would be: load, loss, late answers and hostile bytes against a whole node.
//! The signalling crate has the same for its endpoint alone; here nothing of a call may be left behind.

mod support;

use serde_json::Value;
use std::net::UdpSocket;
use std::process::Command;
use std::time::{Duration, Instant};
use support::node::Node;

/// Runs sipp to its end; `Err` holds its statistics when a call failed.
fn sipp(node: &Node, arguments: &[&str]) -> Result<(), String> {
    let target = node.sip.to_string();
    let output = Command::new("sipp")
        .args([&target, "-s", "1000", "-i", "127.0.0.1", "-nostdin", "-timeout", "90"])
        .args(["-p", &support::free_port().to_string()])
        .args(arguments)
        .output()
        .expect("sipp is missing: install the Debian package sip-tester");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(()) } else { Err(text) }
}

fn scenario(name: &str) -> String {
    support::root().join("sip/tests/sipp").join(name).display().to_string()
}

/// Waits until every call of the record has its end.
async fn all_ended(node: &Node, expected: usize) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let page = node.get("/api/v1/calls?limit=200").await;
        let calls = page["items"].as_array().cloned().unwrap_or_default();
        let open = calls.iter().filter(|call| call["ended_at"].is_null()).count();
        if calls.len() >= expected && open == 0 {
            return calls;
        }
        assert!(Instant::now() < deadline, "{} calls, {open} open; {}", calls.len(), node.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn load_loss_and_hold_leave_one_ended_record_for_each_call() {
    let node = Node::start(&[], "");
    let plain = ["-sn", "uac", "-m", "60", "-r", "20", "-d", "500"];
    sipp(&node, &plain).expect("60 plain calls");
    let lossy = ["-sn", "uac", "-m", "60", "-r", "20", "-d", "500", "-lost", "10"];
    sipp(&node, &lossy).expect("60 calls with a tenth of the messages lost");
    let late = scenario("late_ack.xml");
    sipp(&node, &["-sf", &late, "-m", "5", "-r", "5"])
        .expect("late ACK, hold, resume, OPTIONS in the dialog");
    let calls = all_ended(&node, 125).await;
    let held = calls.iter().filter(|call| call["outcome"] == "abandoned").count();
    assert_eq!(calls.len(), 125);
    assert!(held >= 120, "only {held} calls were answered and left by their callers");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_messages_do_not_stop_the_node() {
    let mut node = Node::start(&[], "");
    let Some(data) = support::shared_data() else {
        println!("skipped: the torture messages of RFC 4475 are not here");
        return;
    };
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut sent = 0;
    for entry in std::fs::read_dir(data.join("sip_rfc4475")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "dat") {
            socket.send_to(&std::fs::read(&path).unwrap(), node.sip).unwrap();
            sent += 1;
        }
    }
    for length in [0, 1, 3, 100, 1400] {
        let noise: Vec<u8> = (0..length).map(|n| (n * 37 + length) as u8).collect();
        socket.send_to(&noise, node.sip).unwrap();
    }
    assert!(sent >= 20, "{sent} torture messages");
    sipp(&node, &["-sn", "uac", "-m", "5", "-r", "5", "-d", "300"])
        .expect("calls after the hostile messages");
    assert!(node.alive(), "{}", node.log());
}
