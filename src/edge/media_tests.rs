//! Legs over real sockets on the loopback. What is heard is asserted, never when.

use super::super::leg::MediaCommand;
use super::*;
use crate::edge::{FRAME_SAMPLES, MediaEvent};
use sip::rtp::{Packet, Receiver, Sender};
use sip::sdp::{Codec, MediaFlow, Negotiated};
use std::time::Duration;
use tokio::net::UdpSocket as Socket;
use tokio::time::{MissedTickBehavior, interval};

/// A phone on a socket of its own.
struct Phone {
    socket: Socket,
    codec: Codec,
    ptime_ms: u32,
    /// Where it sends.
    leg: SocketAddr,
}

impl Phone {
    async fn new(leg: SocketAddr, codec: Codec, ptime_ms: u32) -> Self {
        Phone { socket: Socket::bind("127.0.0.1:0").await.unwrap(), codec, ptime_ms, leg }
    }

    fn terms(&self) -> Negotiated {
        let remote = self.socket.local_addr().unwrap();
        Negotiated {
            remote,
            remote_rtcp: remote,
            codec: self.codec,
            payload_type: if self.codec == Codec::Pcma { 8 } else { 0 },
            ptime_ms: self.ptime_ms,
            dtmf_payload_type: Some(101),
            flow: MediaFlow::SendRecv,
        }
    }

    /// Speaks a tone for some ticks, at the pace of a phone; returns what it heard, and the packets.
    async fn talk(&self, hz: f32, ticks: u64) -> (Vec<i16>, Vec<Vec<u8>>) {
        let terms = Negotiated { remote: self.leg, ..self.terms() };
        let origin = Origin { ssrc: hz as u32, sequence: 1, timestamp: 1 };
        let (mut sender, mut receiver) = (Sender::new(origin, &terms), Receiver::new(terms, false));
        let (mut heard, mut sniffed, mut said) = (Vec::new(), Vec::new(), 0);
        let mut pace = interval(Duration::from_millis(20));
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for n in 0..ticks {
            pace.tick().await;
            let mut packets = Vec::new();
            let mut mouth = |part: &mut [i16]| {
                for sample in part {
                    *sample = ((said as f32 * hz * std::f32::consts::TAU / 8000.0).sin() * 8000.0) as i16;
                    said += 1;
                }
            };
            sender.tick(&mut mouth, &mut packets);
            for packet in packets {
                self.socket.send_to(&packet, self.leg).await.unwrap();
            }
            let mut buffer = [0; 2000];
            while let Ok((size, from)) = self.socket.try_recv_from(&mut buffer) {
                if receiver.datagram(n * 20, from, &buffer[..size]).is_ok() {
                    sniffed.push(buffer[..size].to_vec());
                }
            }
            heard.extend(receiver.frame(n * 20).samples);
        }
        (heard, sniffed)
    }
}

fn media(nat: bool) -> Arc<Media> {
    let config = MediaConfig {
        bind: "127.0.0.1".parse().unwrap(),
        advertised: "127.0.0.1".parse().unwrap(),
        ports: 30_000..=59_999,
        threads: 1,
        nat,
        line: BadLine::default(),
    };
    Media::start(config, Clock::start()).unwrap()
}

/// Share of a tone in what was heard, 0..1.
fn share(heard: &[i16], hz: f32) -> f32 {
    let (mut toned, mut power) = (0f32, 1f32);
    for chunk in heard.as_chunks::<FRAME_SAMPLES>().0 {
        let (mut a, mut b) = (0f32, 0f32);
        for (i, sample) in chunk.iter().enumerate() {
            let angle = std::f32::consts::TAU * hz * i as f32 / 8000.0;
            (a, b) = (a + f32::from(*sample) * angle.cos(), b + f32::from(*sample) * angle.sin());
            power += f32::from(*sample).powi(2);
        }
        toned += (a * a + b * b) * 2.0 / FRAME_SAMPLES as f32;
    }
    toned / power
}

#[tokio::test]
async fn two_phones_are_bridged_over_real_sockets_in_one_stream_each() {
    let media = media(false);
    let (a, b) = (media.open().unwrap(), media.open().unwrap());
    let phone_a = Phone::new(a.addr, Codec::Pcma, 20).await;
    let phone_b = Phone::new(b.addr, Codec::Pcmu, 30).await;
    a.control.send(MediaCommand::Connect(phone_a.terms())).await.unwrap();
    b.control.send(MediaCommand::Connect(phone_b.terms())).await.unwrap();
    a.control.send(MediaCommand::Bridge { far: b.control.clone() }).await.unwrap();
    b.control.send(MediaCommand::Bridge { far: a.control.clone() }).await.unwrap();
    let ((heard_a, sniffed), (heard_b, _)) = tokio::join!(phone_a.talk(400.0, 150), phone_b.talk(700.0, 150));
    assert!(share(&heard_a[8000..], 700.0) > 0.9, "{}", share(&heard_a[8000..], 700.0));
    assert!(share(&heard_b[8000..], 400.0) > 0.9, "{}", share(&heard_b[8000..], 400.0));
    let packets: Vec<Packet<'_>> = sniffed.iter().map(|p| Packet::parse(p).unwrap()).collect();
    for pair in packets.windows(2) {
        assert_eq!(pair[1].ssrc, pair[0].ssrc);
        assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
        assert_eq!(pair[1].timestamp, pair[0].timestamp.wrapping_add(160));
    }
    assert_eq!(media.legs(), 2);
}

#[tokio::test]
async fn an_attacker_on_another_port_hears_nothing_and_injects_at_most_five_packets() {
    for nat in [false, true] {
        let media = media(nat);
        let mut leg = media.open().unwrap();
        let phone = Phone::new(leg.addr, Codec::Pcmu, 20).await;
        let attacker = Phone::new(leg.addr, Codec::Pcmu, 20).await;
        leg.control.send(MediaCommand::Connect(phone.terms())).await.unwrap();
        let (_, (_, bled)) = tokio::join!(phone.talk(400.0, 100), attacker.talk(1900.0, 100));
        assert_eq!(bled.len(), 0, "nat {nat}");
        leg.control.send(MediaCommand::Close).await.unwrap();
        let stats = loop {
            match leg.events.recv().await {
                Some(MediaEvent::Closed { stats }) => break stats,
                Some(_) => {}
                None => panic!("the leg closed without its figures"),
            }
        };
        assert!(stats.packets_refused >= 95, "nat {nat}: {stats:?}");
        assert!(stats.packets_received <= 105, "nat {nat}: {stats:?}");
    }
}

#[tokio::test]
async fn a_closed_leg_says_goodbye_gives_its_port_back_and_refuses_commands() {
    let media = media(false);
    let mut leg = media.open().unwrap();
    let phone = Phone::new(leg.addr, Codec::Pcmu, 20).await;
    leg.control.send(MediaCommand::Connect(phone.terms())).await.unwrap();
    leg.control.send(MediaCommand::Close).await.unwrap();
    while leg.events.recv().await.is_some() {}
    let mut goodbye = sip::rtp::rtcp::Rtcp::default();
    while !goodbye.said_goodbye() {
        let mut buffer = [0; 2000];
        let (size, _) = phone.socket.recv_from(&mut buffer).await.unwrap();
        goodbye.datagram(0, 1, &buffer[..size]);
    }
    assert_eq!(leg.control.send(MediaCommand::Unbridge).await, Err(crate::edge::leg::LegGone));
    while media.legs() > 0 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn ports_that_are_used_up_or_a_range_without_any_are_errors() {
    let base = MediaConfig {
        bind: "127.0.0.1".parse().unwrap(),
        advertised: "127.0.0.1".parse().unwrap(),
        ports: 41_002..=41_003,
        threads: 1,
        nat: false,
        line: BadLine::default(),
    };
    let media = Media::start(base.clone(), Clock::start()).unwrap();
    // Another process may hold the port; either way, the second leg finds none.
    let first = media.open();
    assert!(matches!(media.open(), Err(MediaError::PortsExhausted { .. })));
    drop(first);
    let none = MediaConfig { ports: 41_003..=41_003, ..base.clone() };
    assert!(matches!(Media::start(none, Clock::start()), Err(MediaError::NoRange { .. })));
    let idle = MediaConfig { threads: 0, ..base };
    assert!(matches!(Media::start(idle, Clock::start()), Err(MediaError::NoThreads)));
}
