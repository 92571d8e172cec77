//! Messages that real exchanges, and RFC 4475, send.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod common;

use common::{Open, Phone, SDP, called, config, request, still_works};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const ANSWER: Duration = Duration::from_secs(5);
/// How long silence must last to count as such.
const SILENCE: Duration = Duration::from_millis(400);

fn replaced(message: &[u8], what: &str, by: &[u8]) -> Vec<u8> {
    let at = message.windows(what.len()).position(|w| w == what.as_bytes()).expect("text to replace");
    [&message[..at], by, &message[at + what.len()..]].concat()
}

#[tokio::test]
async fn every_quirk_of_real_exchanges_is_answered() {
    let called = called(config(Arc::new(Open))).await;
    let phone = Phone::new().await;
    let invite = |changes: &[(&str, &str)]| request("INVITE", called.udp, phone.address, changes, SDP);
    let from = |value: &str| invite(&[("From", value)]);
    let quirks = [
        ("Latin-1 name", replaced(&from("\"Ren@\" <sip:r@x>;tag=1"), "Ren@", b"Ren\xe9")),
        ("Latin-2 name", replaced(&from("\"Za@\" <sip:z@x>;tag=1"), "Za@", b"Za\xbf\xf3\xb3\xe6")),
        ("Latin-1 in a vendor header", replaced(&invite(&[("X-Vendor", "a@b")]), "a@b", b"a\xe9b")),
        ("no Content-Length", invite(&[("Content-Length", "")])),
        ("tel: From", from("<tel:+48221234567>;tag=1")),
        ("blanks round =", from("<sip:anna@x> ; tag = 1")),
        ("folded header", from("\"Anna\"\r\n  <sip:anna@x>\r\n\t;tag=1")),
        ("escaped quotes", from("\"A \\\"B\\\" C\" <sip:anna@x>;tag=1")),
        ("escaped user", from("<sip:cal%6Cer@x>;tag=1")),
        ("no From tag", from("<sip:anna@x>")),
        ("compact names", replaced(&invite(&[]), "Call-ID:", b"i:")),
        ("no Max-Forwards", invite(&[("Max-Forwards", "")])),
        ("quotes forgotten", from("Nowak, Anna <sip:anna@x>;tag=1")),
    ];
    for (what, message) in quirks {
        let code = phone.final_code(&message, called.udp, ANSWER).await;
        println!("{what:28} {code:?}");
        assert_eq!(code, Some(200), "{what}");
    }
    still_works(&called).await;
}

#[tokio::test]
async fn a_caller_without_from_tag_gets_none_back() {
    let called = called(config(Arc::new(Open))).await;
    let phone = Phone::new().await;
    let message = request("OPTIONS", called.udp, phone.address, &[("From", "<sip:anna@x>")], "");
    let answer = phone.final_answer(&message, called.udp, ANSWER).await.expect("an answer");
    assert_eq!(common::header(&answer, "From"), Some("<sip:anna@x>"));
}

/// What RFC 4475 lets a user agent server without registrar answer; `None` is silence, for responses.
fn allowed(name: &str) -> &'static [Option<u16>] {
    match name {
        "bcast" | "bigcode" | "scalarlg" | "noreason" => &[None],
        "badaspec" | "baddate" | "baddn" => &[Some(200), Some(400)],
        "clerr" | "escruri" | "insuf" | "ltgtruri" | "lwsruri" | "mcl01" | "mismatch01" => &[Some(400)],
        "mismatch02" => &[Some(400), Some(501)],
        "novelsc" | "unkscm" => &[Some(416)],
        "sdp01" => &[Some(406)],
        "regbadct" => &[Some(400), Some(405)],
        "dblreq" | "regaut01" | "regescrt" | "unksm2" => &[Some(405), Some(400)],
        "zeromf" => &[Some(200), Some(483)],
        "esc01" | "longreq" => &[Some(200)],
        _ => &[],
    }
}

fn torture_messages() -> Vec<(String, Vec<u8>)> {
    let folder = std::env::var("DUET_SHARED_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data").to_owned());
    let Ok(files) = std::fs::read_dir(std::path::Path::new(&folder).join("sip_rfc4475")) else {
        println!("skipped: no sip_rfc4475 below {folder} (set DUET_SHARED_DATA)");
        return Vec::new();
    };
    let mut out: Vec<_> = files
        .filter_map(Result::ok)
        .filter(|file| file.path().extension().is_some_and(|e| e == "dat"))
        .map(|file| {
            let name = file.path().file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(file.path()).unwrap())
        })
        .collect();
    out.sort();
    out
}

/// Leads answers home: `rport` on the top Via, as every NAT-minded phone sends it.
fn with_rport(message: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(message);
    let Some(at) = text.find("branch=").filter(|at| text.is_char_boundary(*at)) else {
        return message.to_vec();
    };
    [&message[..at], b"rport;", &message[at..]].concat()
}

async fn judged(phone: &Phone, message: &[u8], to: SocketAddr, silent: bool) -> Option<u16> {
    phone.final_code(message, to, if silent { SILENCE } else { Duration::from_secs(2) }).await
}

#[tokio::test]
async fn rfc_4475_over_the_wire_is_answered_as_it_says() {
    let called = called(config(Arc::new(Open))).await;
    let mut wrong = Vec::new();
    println!("{:12} {:24} got", "message", "allowed");
    for (name, message) in torture_messages() {
        let phone = Phone::new().await;
        let fits = allowed(&name);
        let got = judged(&phone, &with_rport(&message), called.udp, fits == [None]).await;
        println!("{name:12} {:24} {got:?}", format!("{fits:?}"));
        if !fits.is_empty() && !fits.contains(&got) {
            wrong.push((name, got));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    still_works(&called).await;
}

#[tokio::test]
async fn the_faults_of_rfc_4475_written_here_are_refused() {
    let called = called(config(Arc::new(Open))).await;
    let phone = Phone::new().await;
    let with = |changes: &[(&str, &str)]| request("INVITE", called.udp, phone.address, changes, SDP);
    let start = |method: &str, version: &str| {
        let plain = request(method, called.udp, phone.address, &[], "");
        replaced(&plain, "SIP/2.0\r\n", format!("{version}\r\n").as_bytes())
    };
    let via = format!("SIP/2.0/UDP {};branch=z9hG4bKb;;,;,,", phone.address);
    for (what, message, expected) in [
        ("badinv01", with(&[("Via", &via)]), 400),
        ("ncl", with(&[("Content-Length", "-999")]), 400),
        ("scalar02", with(&[("CSeq", "36893488147419103232 INVITE")]), 400),
        ("quotbal", with(&[("To", "\"Mr. J. User <sip:j.user@example.com>")]), 400),
        ("badvers", start("OPTIONS", "SIP/7.0"), 505),
        ("multi01", with(&[("Call-ID", "a\r\nCall-ID: b")]), 400),
        ("bext01", with(&[("Require", "nothingSupportsThis")]), 420),
        ("invut", with(&[("Content-Type", "application/unknownformat")]), 415),
        ("intmeth", start("!interesting-Method0123456789_*+`.%indeed'~", "SIP/2.0"), 501),
        ("register", start("REGISTER", "SIP/2.0"), 405),
        ("message", start("MESSAGE", "SIP/2.0"), 405),
        ("subscribe", start("SUBSCRIBE", "SIP/2.0"), 405),
        ("publish", start("PUBLISH", "SIP/2.0"), 405),
        ("refer", start("REFER", "SIP/2.0"), 403),
        ("bye of nothing", start("BYE", "SIP/2.0"), 481),
    ] {
        let got = phone.final_code(&message, called.udp, ANSWER).await;
        assert_eq!(got, Some(expected), "{what}");
    }
    still_works(&called).await;
}

#[tokio::test]
async fn noise_gets_no_answer_and_does_no_harm() {
    let called = called(config(Arc::new(Open))).await;
    let phone = Phone::new().await;
    let ack = request("ACK", called.udp, phone.address, &[("Max-Forwards", "999")], "");
    for noise in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\0\0\0\0", b"\xff\xfe", &[b'a'; 20_000], &ack] {
        phone.send(noise, called.udp).await;
    }
    assert_eq!(phone.receive(SILENCE).await, None);
    still_works(&called).await;
}
