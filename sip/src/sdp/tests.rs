//! Offers as phones and trunks write them, before and after.

use super::*;
use proptest::prelude::*;

fn local() -> LocalMedia {
    LocalMedia {
        addr: "192.0.2.10:20000".parse().unwrap(),
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        ptime_ms: 20,
        session_id: 42,
        version: 1,
        flow: MediaFlow::SendRecv,
    }
}

fn body(lines: &[&str]) -> String {
    let head = ["v=0", "o=- 1 1 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0"];
    head.iter().chain(lines).map(|line| format!("{line}\r\n")).collect()
}

fn agreed(lines: &[&str]) -> Negotiated {
    answer(&body(lines), &local()).unwrap().1
}

fn refusal(lines: &[&str]) -> SdpError {
    answer(&body(lines), &local()).unwrap_err()
}

#[test]
fn a_plain_phone_is_answered_with_our_preferred_codec() {
    let offer = body(&[
        "m=audio 4000 RTP/AVP 0 8 18 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:18 G729/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16",
    ]);
    let (answer, agreed) = answer(&offer, &local()).unwrap();
    insta::assert_snapshot!(answer.replace('\r', ""), @r"
    v=0
    o=- 42 1 IN IP4 192.0.2.10
    s=-
    c=IN IP4 192.0.2.10
    t=0 0
    m=audio 20000 RTP/AVP 8 101
    a=rtpmap:8 PCMA/8000
    a=rtpmap:101 telephone-event/8000
    a=fmtp:101 0-15
    a=ptime:20
    a=maxptime:60
    a=sendrecv
    ");
    assert_eq!(agreed.remote, "198.51.100.7:4000".parse().unwrap());
    assert_eq!(agreed.remote_rtcp.port(), 4001);
    assert_eq!((agreed.codec, agreed.payload_type, agreed.dtmf_payload_type), (Codec::Pcma, 8, Some(101)));
}

#[test]
fn video_and_fax_beside_the_voice_are_refused_in_place() {
    let offer = body(&[
        "m=image 4002 udptl t38",
        "m=audio 4004 RTP/SAVP 8",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc",
        "m=audio 4000 RTP/AVP 8",
        "m=video 4006 RTP/AVP 99",
    ]);
    let (answer, agreed) = answer(&offer, &local()).unwrap();
    let lines: Vec<&str> = answer.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        lines,
        ["m=image 0 udptl t38", "m=audio 0 RTP/SAVP 8", "m=audio 20000 RTP/AVP 8", "m=video 0 RTP/AVP 99"]
    );
    assert_eq!(agreed.remote.port(), 4000);
}

#[test]
fn srtp_alone_is_refused_with_488_and_the_line() {
    let error = refusal(&["m=audio 4000 RTP/SAVP 8"]);
    assert_eq!((error.status, error.line), (488, Some(6)));
    assert_eq!(error.to_string(), "SDP line 6: `RTP/SAVP` is not supported, expected RTP/AVP");
}

#[test]
fn no_common_codec_and_no_audio_at_all_are_488() {
    assert_eq!(refusal(&["m=audio 4000 RTP/AVP 18 9"]).status, 488);
    assert_eq!(refusal(&["m=video 4000 RTP/AVP 99"]).status, 488);
    assert_eq!(refusal(&["m=audio 0 RTP/AVP 8"]).status, 488);
}

#[test]
fn what_is_no_sdp_is_400_and_names_the_line() {
    assert_eq!(refusal(&["m=audio x RTP/AVP 8"]).line, Some(6));
    for (text, line) in
        [("", None), ("hello", Some(1)), ("v=1\r\n", Some(1)), ("v=0\r\nm=audio\r\n", Some(2))]
    {
        let error = answer(text, &local()).unwrap_err();
        assert_eq!((error.status, error.line), (400, line), "{text:?}");
    }
    assert_eq!(answer("v=0\nm=audio 4000 RTP/AVP 8\n", &local()).unwrap_err().status, 400);
    assert_eq!(answer(&"a=x\n".repeat(20_000), &local()).unwrap_err().status, 400);
}

#[test]
fn a_holding_phone_is_heard_but_not_spoken_to_whichever_way_it_holds() {
    let cases: [(&[&str], MediaFlow); 6] = [
        (&["m=audio 4000 RTP/AVP 8", "a=sendonly"], MediaFlow::RecvOnly),
        (&["m=audio 4000 RTP/AVP 8", "a=inactive"], MediaFlow::Inactive),
        (&["m=audio 4000 RTP/AVP 8", "a=recvonly"], MediaFlow::SendOnly),
        (&["a=sendonly", "m=audio 4000 RTP/AVP 8"], MediaFlow::RecvOnly),
        (&["a=sendonly", "m=audio 4000 RTP/AVP 8", "a=sendrecv"], MediaFlow::SendRecv),
        (&["m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0"], MediaFlow::RecvOnly),
    ];
    for (lines, flow) in cases {
        assert_eq!(agreed(lines).flow, flow, "{lines:?}");
    }
}

#[test]
fn we_hold_by_offering_sendonly_and_the_answer_cannot_undo_it() {
    let holding = LocalMedia { flow: MediaFlow::SendOnly, ..local() };
    assert!(offer(&holding).contains("a=sendonly"));
    let answered = body(&["m=audio 4000 RTP/AVP 8", "a=sendrecv"]);
    assert_eq!(accept(&answered, &holding).unwrap().flow, MediaFlow::SendOnly);
}

#[test]
fn packet_times_are_kept_between_10_and_60_in_tens() {
    for (lines, ptime_ms) in [
        ("a=ptime:40", 40),
        ("a=ptime:0", 20),
        ("a=ptime:25", 20),
        ("a=ptime:5", 10),
        ("a=ptime:200", 60),
        ("a=ptime:twenty", 20),
        ("a=ptime:30.0", 30),
        ("a=maxptime:10", 10),
        ("a=ptime:99999999999999", 60),
    ] {
        assert_eq!(agreed(&["m=audio 4000 RTP/AVP 8", lines]).ptime_ms, ptime_ms, "{lines}");
    }
    assert_eq!(agreed(&["m=audio 4000 RTP/AVP 8", "a=ptime:60", "a=maxptime:40"]).ptime_ms, 40);
}

#[test]
fn rtcp_goes_where_they_say() {
    let rtcp = |line: &str| agreed(&["m=audio 4000 RTP/AVP 8", line]).remote_rtcp.to_string();
    assert_eq!(rtcp("a=rtcp:5000"), "198.51.100.7:5000");
    assert_eq!(rtcp("a=rtcp:5000 IN IP4 203.0.113.1"), "203.0.113.1:5000");
    assert_eq!(rtcp("a=rtcp-mux"), "198.51.100.7:4000");
    assert_eq!(rtcp("a=rtcp:many"), "198.51.100.7:4001");
    let (answer, _) = answer(&body(&["m=audio 4000 RTP/AVP 8", "a=rtcp-mux"]), &local()).unwrap();
    assert!(answer.contains("a=rtcp-mux"));
}

#[test]
fn payload_types_follow_the_map_and_not_the_custom() {
    let mapped = agreed(&[
        "m=audio 4000 RTP/AVP 97 96",
        "a=rtpmap:97 telephone-event/8000",
        "a=rtpmap:96 pcma/8000/1",
    ]);
    assert_eq!((mapped.payload_type, mapped.dtmf_payload_type), (96, Some(97)));
    let wide = agreed(&["m=audio 4000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/48000"]);
    assert_eq!((wide.codec, wide.dtmf_payload_type), (Codec::Pcmu, None));
}

#[test]
fn ipv6_is_spoken() {
    let offer = "v=0\r\no=- 1 1 IN IP6 2001:db8::7\r\ns=-\r\nc=IN IP6 2001:db8::7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
    let ours = LocalMedia { addr: "[2001:db8::1]:20000".parse().unwrap(), ..local() };
    let (answer, agreed) = answer(offer, &ours).unwrap();
    assert_eq!(agreed.remote, "[2001:db8::7]:4000".parse().unwrap());
    assert!(answer.contains("c=IN IP6 2001:db8::1\r\n"), "{answer}");
}

#[test]
fn bodies_that_strict_parsers_refuse_are_read() {
    let sloppy = "v=0\nm=audio 4000/1 RTP/AVP 8 \na=ptime:20\nc=IN  IP4 198.51.100.7\nb=AS:80\n\nx=unknown\n";
    assert_eq!(answer(sloppy, &local()).unwrap().1.remote, "198.51.100.7:4000".parse().unwrap());
    let strict = rtc_sdp::SessionDescription::unmarshal(&mut std::io::Cursor::new(sloppy));
    assert!(strict.is_err(), "rtc-sdp reads it now: is our own parser still needed?");
}

#[test]
fn a_host_name_is_refused_because_the_core_asks_no_dns() {
    let error = refusal(&["m=audio 4000 RTP/AVP 8", "c=IN IP4 media.example.com"]);
    assert_eq!((error.status, error.line), (488, Some(7)));
}

#[test]
fn two_of_us_agree_and_rtc_sdp_reads_what_we_write() {
    let theirs = LocalMedia { codecs: vec![Codec::Pcmu], ptime_ms: 40, ..local() };
    let offered = offer(&theirs);
    let (answered, we) = answer(&offered, &local()).unwrap();
    let they = accept(&answered, &theirs).unwrap();
    assert_eq!((we.codec, they.codec, we.ptime_ms, they.ptime_ms), (Codec::Pcmu, Codec::Pcmu, 40, 40));
    assert_eq!(they.dtmf_payload_type, Some(101));
    for text in [offered, answered] {
        rtc_sdp::SessionDescription::unmarshal(&mut std::io::Cursor::new(&text)).unwrap();
    }
}

#[test]
fn an_answer_that_refuses_us_is_488() {
    assert_eq!(accept(&body(&["m=audio 0 RTP/AVP 8"]), &local()).unwrap_err().status, 488);
}

proptest! {
    #[test]
    fn any_text_is_answered_or_refused(text in "\\PC{0,300}") {
        let _ = answer(&text, &local());
        let _ = accept(&text, &local());
    }

    #[test]
    fn any_shuffle_of_real_lines_is_answered_or_refused_and_answers_parse(
        lines in prop::collection::vec(prop::sample::select(vec![
            "v=0", "s=-", "t=0 0", "c=IN IP4 198.51.100.7", "c=IN IP6 ::", "c=IN", "m=audio 4000 RTP/AVP 8 0 101",
            "m=audio 4000 RTP/SAVP 8", "m=video 1 RTP/AVP", "m=", "m=audio 70000 RTP/AVP 8", "a=rtpmap:8", "a=rtcp:",
            "a=rtpmap:101 telephone-event/8000", "a=rtcp:65535 IN IP4 x", "a=ptime:-5", "a=maxptime:NaN", "a=inactive", "=",
            "a=ptime:inf",
        ]), 0..12),
    ) {
        if let Ok((answered, agreed)) = answer(&lines.join("\r\n"), &local()) {
            // A line before the one that fits is refused with port 0.
            let refused = ["m=video 0", "m=audio 0", "SAVP"].iter().any(|line| answered.contains(line));
            prop_assert!(accept(&answered, &local()).is_ok() || refused);
            prop_assert!((10..=60).contains(&agreed.ptime_ms));
        }
    }
}
