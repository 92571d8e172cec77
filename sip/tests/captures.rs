//! The media parser against real captures and a fuzzer's corpus. Skips where the data is absent.

#![allow(clippy::disallowed_methods)]

use sip::rtp::rtcp::Rtcp;
use sip::rtp::{Packet, Receiver};
use sip::sdp::{Codec, MediaFlow, Negotiated};
use std::net::SocketAddr;
use std::path::PathBuf;

fn data(set: &str) -> Option<PathBuf> {
    let root = std::env::var("DUET_SHARED_DATA").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let folder = root.join(set);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is absent (set DUET_SHARED_DATA)", folder.display());
    None
}

/// UDP payloads of a classic pcap (Ethernet, cooked or raw IPv4), with their time in ms.
fn datagrams(pcap: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut found = Vec::new();
    if pcap.len() < 24 || pcap[..4] != [0xd4, 0xc3, 0xb2, 0xa1] {
        return found;
    }
    let word = |at: usize| u32::from_le_bytes(pcap[at..at + 4].try_into().unwrap()) as usize;
    let link = match word(20) {
        1 => 14,
        113 => 16,
        _ => 0,
    };
    let mut at = 24;
    while at + 16 <= pcap.len() {
        let (time_ms, size) = (word(at) as u64 * 1000 + word(at + 4) as u64 / 1000, word(at + 8));
        let Some(frame) = pcap.get(at + 16..at + 16 + size) else {
            break;
        };
        at += 16 + size;
        let Some(ip) = frame.get(link..) else { continue };
        let header = usize::from(ip.first().copied().unwrap_or(0) & 0x0f) * 4;
        if ip.len() > header + 8 && ip[0] >> 4 == 4 && ip[9] == 17 {
            found.push((time_ms, ip[header + 8..].to_vec()));
        }
    }
    found
}

/// Keys and share of real audio that a leg hears in a capture.
fn replay(pcap: &[u8], codec: Codec, dtmf: u8) -> (String, f64) {
    let source: SocketAddr = "192.0.2.1:4000".parse().unwrap();
    let agreed = Negotiated {
        remote: source,
        remote_rtcp: source,
        codec,
        payload_type: if codec == Codec::Pcma { 8 } else { 0 },
        ptime_ms: 20,
        dtmf_payload_type: Some(dtmf),
        flow: MediaFlow::SendRecv,
    };
    let (mut receiver, mut rtcp) = (Receiver::new(agreed, false), Rtcp::default());
    let packets = datagrams(pcap);
    let (mut keys, mut real, mut frames) = (String::new(), 0, 0);
    let Some((first, _)) = packets.first() else {
        return (keys, 0.0);
    };
    let mut tick = *first;
    for (at, datagram) in &packets {
        while tick < *at {
            let frame = receiver.frame(tick);
            real += usize::from(!frame.concealed);
            frames += 1;
            tick += 20;
            keys.extend(receiver.key());
        }
        rtcp.datagram(*at, 1, datagram);
        let _ = receiver.datagram(*at, source, datagram);
    }
    for extra in 0..15 {
        receiver.frame(tick + extra * 20);
        keys.extend(receiver.key());
    }
    (keys, real as f64 / f64::from(frames.max(1)))
}

fn capture(folder: &std::path::Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join("pcap").join(name)).unwrap()
}

#[test]
fn every_key_of_the_sipp_captures_is_heard_once() {
    let Some(folder) = data("rtp_pcaps") else { return };
    for (name, key) in
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "star", "pound"].iter().zip("0123456789*#".chars())
    {
        let bytes = capture(&folder, &format!("sipp__dtmf_2833_{name}.pcap"));
        let payload_type =
            datagrams(&bytes).iter().find_map(|(_, d)| Packet::parse(d).ok()).unwrap().payload_type;
        assert_eq!(replay(&bytes, Codec::Pcmu, payload_type).0, key.to_string(), "{name}");
    }
}

#[test]
fn captured_speech_is_heard_at_20_and_40_ms() {
    let Some(folder) = data("rtp_pcaps") else { return };
    for (name, codec, least) in [
        ("sipp__g711a.pcap", Codec::Pcma, 0.99),
        ("non-transcode__40msalaw.pcap", Codec::Pcma, 0.99),
        // Keys interrupt the speech of this one.
        ("dtmf_sdp_recognition__ulaw-2013785496.pcap", Codec::Pcmu, 0.85),
        ("t38_enabled_two_reinvite_on_a_leg__CARRIER_G711U.pcap", Codec::Pcmu, 0.9),
    ] {
        let (_, real) = replay(&capture(&folder, name), codec, 101);
        eprintln!("{name}: {real:.3} of the frames were real");
        assert!(real > least, "{name}: {real}");
    }
}

#[test]
fn no_capture_and_no_fuzzer_input_breaks_a_leg() {
    for set in ["rtp_pcaps/pcap", "rtp_srtp_fuzz/corpus"] {
        let Some(folder) = data(set) else { return };
        let mut read = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            replay(&bytes, Codec::Pcmu, 101);
            Rtcp::default().datagram(0, 1, &bytes);
            let source: SocketAddr = "192.0.2.1:4000".parse().unwrap();
            let agreed = Negotiated {
                remote: source,
                remote_rtcp: source,
                codec: Codec::Pcmu,
                payload_type: 0,
                ptime_ms: 20,
                dtmf_payload_type: Some(101),
                flow: MediaFlow::SendRecv,
            };
            let mut receiver = Receiver::new(agreed, true);
            for (n, part) in bytes.chunks(172).chain([&bytes[..]]).enumerate() {
                let _ = receiver.datagram(n as u64 * 5, source, part);
                receiver.frame(n as u64 * 5);
            }
            read += 1;
        }
        assert!(read > 20, "{set} holds only {read} files");
    }
}
