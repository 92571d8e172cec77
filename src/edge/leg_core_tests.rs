//! Legs in virtual time: far ends made of the same parts talk to them over a wire without sockets.

use super::*;
use crate::edge::leg::{AUDIO_FRAMES, Audio, MEDIA_COMMANDS, MEDIA_EVENTS, PlaybackId};
use sip::rtp::Packet;
use sip::sdp::{Codec, MediaFlow};
use std::sync::Arc;

const START_MS: u64 = 1_800_000_000_000;

fn agreed(port: u16, codec: Codec, ptime_ms: u32) -> Negotiated {
    Negotiated {
        remote: SocketAddr::from(([192, 0, 2, 1], port)),
        remote_rtcp: SocketAddr::from(([192, 0, 2, 1], port + 1)),
        codec,
        payload_type: if codec == Codec::Pcma { 8 } else { 0 },
        ptime_ms,
        dtmf_payload_type: Some(101),
        flow: MediaFlow::SendRecv,
    }
}

/// A phone on the other end of a leg.
struct Phone {
    terms: Negotiated,
    sender: Sender,
    receiver: Receiver,
    said: Vec<i16>,
    heard: Vec<i16>,
    keys: String,
    speaks: bool,
    /// All that reached it, with the time.
    sniffed: Vec<(u64, Vec<u8>)>,
    reports: Vec<Vec<u8>>,
}

/// A leg, its call's ends of the channels, and the phone.
struct Line {
    core: LegCore,
    commands: mpsc::Receiver<MediaCommand>,
    control: MediaControl,
    events: mpsc::Receiver<MediaEvent>,
    audio: mpsc::Receiver<AudioFrame>,
    phone: Phone,
}

/// Something like speech: a voice whose pitch and loudness wander; differs by `who`.
fn speech(who: u64, at: usize) -> i16 {
    let t = at as f64 / 8000.0;
    let pitch = 110.0 + 40.0 * who as f64 + 30.0 * (t * 1.7 + who as f64).sin();
    let loud = 0.55 + 0.45 * (t * 5.3 + who as f64).sin();
    let wave = |k: f64| (std::f64::consts::TAU * pitch * k * t).sin() / k;
    ((wave(1.0) + wave(2.0) + wave(5.0)) * loud * 5000.0) as i16
}

impl Line {
    fn new(port: u16, codec: Codec, ptime_ms: u32) -> Self {
        let (commands_in, commands) = mpsc::channel(MEDIA_COMMANDS);
        let (events_in, events) = mpsc::channel(MEDIA_EVENTS);
        let (audio_in, audio) = mpsc::channel(AUDIO_FRAMES);
        let origin = Origin { ssrc: u32::from(port), sequence: 65_500, timestamp: u32::MAX - 3000 };
        let seed = Seed { origin, cname: "x".into(), nat: false, noise: [].into() };
        let terms = agreed(port, codec, ptime_ms);
        let ours = Negotiated { remote: SocketAddr::from(([192, 0, 2, 9], 2)), ..terms.clone() };
        let their_origin = Origin { ssrc: 7, sequence: 3, timestamp: 9 };
        let mut line = Line {
            core: LegCore::new(seed, audio_in, events_in),
            commands,
            control: MediaControl { commands: commands_in },
            events,
            audio,
            phone: Phone {
                sender: Sender::new(their_origin, &ours),
                receiver: Receiver::new(ours, false),
                terms: terms.clone(),
                said: Vec::new(),
                heard: Vec::new(),
                keys: String::new(),
                speaks: false,
                sniffed: Vec::new(),
                reports: Vec::new(),
            },
        };
        line.core.command(At(START_MS), MediaCommand::Connect(terms));
        line
    }

    fn tick(&mut self, now_ms: u64) {
        self.phone_tick(now_ms);
        while let Ok(command) = self.commands.try_recv() {
            self.core.command(At(now_ms), command);
        }
        let mut out = Vec::new();
        assert!(self.core.tick(At(now_ms), &mut out));
        for datagram in out {
            if datagram.rtcp {
                assert_eq!(datagram.to, self.phone.terms.remote_rtcp);
                self.phone.reports.push(datagram.bytes);
            } else {
                assert_eq!(datagram.to, self.phone.terms.remote);
                let leg = SocketAddr::from(([192, 0, 2, 9], 2));
                self.phone.receiver.datagram(now_ms, leg, &datagram.bytes).unwrap();
                self.phone.sniffed.push((now_ms, datagram.bytes));
            }
        }
    }

    fn phone_tick(&mut self, now_ms: u64) {
        let phone = &mut self.phone;
        let mut packets = Vec::new();
        if phone.speaks {
            let (said, who) = (&mut phone.said, u64::from(phone.terms.remote.port()) % 7);
            let mut mouth = |part: &mut [i16]| {
                for sample in part {
                    *sample = speech(who, said.len());
                    said.push(*sample);
                }
            };
            phone.sender.tick(&mut mouth, &mut packets);
        }
        for packet in packets {
            self.core.datagram(At(now_ms), phone.terms.remote, &packet);
        }
        phone.heard.extend(phone.receiver.frame(now_ms).samples);
        phone.keys.extend(phone.receiver.key());
    }

    fn events(&mut self) -> Vec<MediaEvent> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }

    fn play(&mut self, id: u32, audio: Audio) {
        self.core.command(At(0), MediaCommand::Play { id: PlaybackId(id), audio });
    }

    fn hold(&mut self, flow: MediaFlow, now_ms: u64) {
        let held = Negotiated { flow, ..self.phone.terms.clone() };
        self.core.command(At(now_ms), MediaCommand::Connect(held));
    }

    /// One source, no gap in the sequence, timestamps that run with the clock.
    fn assert_one_stream(&self) {
        let packets: Vec<(u64, Packet<'_>)> =
            self.phone.sniffed.iter().map(|(at, bytes)| (*at, Packet::parse(bytes).unwrap())).collect();
        let audio = |p: &&(u64, Packet<'_>)| p.1.payload_type != 101;
        let first = packets[0];
        for pair in packets.windows(2) {
            let [(_, a), (_, b)] = pair else { unreachable!() };
            assert_eq!(b.ssrc, a.ssrc);
            assert_eq!(b.sequence, a.sequence.wrapping_add(1));
        }
        for (at, packet) in packets.iter().filter(audio) {
            let by_clock = (at - first.0) * 8;
            let by_stamp = u64::from(packet.timestamp.wrapping_sub(first.1.timestamp));
            assert!(by_clock.abs_diff(by_stamp) <= 480, "{by_clock} {by_stamp}");
        }
        for pair in packets.iter().filter(audio).collect::<Vec<_>>().windows(2) {
            let step = pair[1].1.timestamp.wrapping_sub(pair[0].1.timestamp);
            assert!(step as usize >= pair[0].1.payload.len() && step < 0x8000_0000);
        }
    }
}

fn run(lines: &mut [&mut Line], from_tick: u64, ticks: u64) {
    for n in from_tick..from_tick + ticks {
        for line in &mut *lines {
            line.tick(START_MS + n * 20);
        }
    }
}

/// Largest correlation of `heard` with `said` over delays up to 400 ms, in the middle of both.
fn likeness(said: &[i16], heard: &[i16]) -> f64 {
    let window = 16_000.min(said.len().min(heard.len()) - 8000);
    let middle = 4000;
    let of = |delay: usize| {
        let (mut cross, mut a2, mut b2) = (0.0, 1.0, 1.0);
        for i in middle..middle + window {
            let (a, b) = (f64::from(said[i]), f64::from(heard[i + delay]));
            (cross, a2, b2) = (cross + a * b, a2 + a * a, b2 + b * b);
        }
        cross / f64::sqrt(a2 * b2)
    };
    (0..3200).map(of).fold(0.0, f64::max)
}

fn tone(ms: usize) -> Arc<[i16]> {
    (0..ms * 8).map(|i| speech(5, i)).collect()
}

#[test]
fn two_phones_hear_each_other_across_codecs_and_packet_times() {
    let cases = [
        (Codec::Pcma, 20, Codec::Pcmu, 20),
        (Codec::Pcma, 10, Codec::Pcmu, 60),
        (Codec::Pcmu, 30, Codec::Pcma, 40),
    ];
    for (codec_a, ptime_a, codec_b, ptime_b) in cases {
        let mut a = Line::new(4000, codec_a, ptime_a);
        let mut b = Line::new(5001, codec_b, ptime_b);
        (a.phone.speaks, b.phone.speaks) = (true, true);
        a.core.command(At(START_MS), MediaCommand::Bridge { far: b.control.clone() });
        b.core.command(At(START_MS), MediaCommand::Bridge { far: a.control.clone() });
        run(&mut [&mut a, &mut b], 1, 200);
        for (mouth, ear) in [(&a, &b), (&b, &a)] {
            let likeness = likeness(&mouth.phone.said, &ear.phone.heard);
            assert!(likeness > 0.97, "{ptime_a}/{ptime_b} ms: {likeness}");
        }
        // Both sides can still be transcribed.
        assert!(a.audio.try_recv().is_ok() && b.audio.try_recv().is_ok());
        a.assert_one_stream();
        b.assert_one_stream();
    }
}

#[test]
fn the_far_end_receives_one_stream_whatever_the_call_does() {
    for ptime in [10, 20, 30, 60] {
        let mut a = Line::new(4000, Codec::Pcma, ptime);
        let mut b = Line::new(5001, Codec::Pcmu, 20);
        (a.phone.speaks, b.phone.speaks) = (true, true);
        run(&mut [&mut a, &mut b], 1, 20);
        a.play(1, Audio::Ready(tone(300)));
        run(&mut [&mut a, &mut b], 21, 7);
        a.core.command(At(0), MediaCommand::Stop { id: None });
        a.play(2, Audio::Loop(tone(100)));
        run(&mut [&mut a, &mut b], 28, 20);
        a.core.command(At(0), MediaCommand::Bridge { far: b.control.clone() });
        run(&mut [&mut a, &mut b], 48, 30);
        a.core.command(At(0), MediaCommand::Dtmf { digits: "12".into() });
        run(&mut [&mut a, &mut b], 78, 30);
        a.hold(MediaFlow::RecvOnly, START_MS + 108 * 20);
        run(&mut [&mut a, &mut b], 108, 30);
        a.hold(MediaFlow::SendRecv, START_MS + 138 * 20);
        a.core.command(At(0), MediaCommand::Unbridge);
        run(&mut [&mut a, &mut b], 138, 30);
        a.core.skip(50);
        run(&mut [&mut a, &mut b], 218, 30);
        a.assert_one_stream();
        assert_eq!(a.phone.keys, "12");
    }
}

#[test]
fn a_stop_is_silence_in_the_very_next_packet_and_heard_ms_is_what_was_sent() {
    let mut line = Line::new(4000, Codec::Pcmu, 20);
    line.play(1, Audio::Ready(tone(5000)));
    run(&mut [&mut line], 1, 10);
    line.core.command(At(START_MS + 201), MediaCommand::Stop { id: Some(PlaybackId(1)) });
    run(&mut [&mut line], 11, 5);
    let loud = |(_, bytes): &(u64, Vec<u8>)| {
        Codec::Pcmu.decode(Packet::parse(bytes).unwrap().payload).iter().any(|s| s.abs() > 50)
    };
    let heard: Vec<bool> = line.phone.sniffed.iter().map(loud).collect();
    assert_eq!(heard, [vec![true; 10], vec![false; 5]].concat());
    let events = line.events();
    let (id, at) = (PlaybackId(1), At(START_MS + 20));
    assert_eq!(events[0], MediaEvent::PlaybackStarted { id, at, voiced_at: at });
    assert_eq!(events[1], MediaEvent::PlaybackDone { id, heard_ms: 200, total_ms: 5000, completed: false });
}

#[test]
fn on_hold_nothing_is_sent_nobody_is_missed_and_the_prompt_goes_on_afterwards() {
    let mut line = Line::new(4000, Codec::Pcmu, 20);
    line.phone.speaks = true;
    line.play(1, Audio::Ready(tone(1000)));
    run(&mut [&mut line], 1, 10);
    (line.phone.speaks, line.phone.sniffed) = (false, Vec::new());
    line.hold(MediaFlow::Inactive, START_MS + 220);
    run(&mut [&mut line], 11, 1000);
    assert_eq!(line.phone.sniffed.len(), 0);
    assert!(!line.events().iter().any(|e| matches!(e, MediaEvent::Silent { .. })));
    line.hold(MediaFlow::SendRecv, START_MS + 1011 * 20);
    run(&mut [&mut line], 1011, 60);
    let done =
        MediaEvent::PlaybackDone { id: PlaybackId(1), heard_ms: 1000, total_ms: 1000, completed: true };
    assert!(line.events().contains(&done));
    assert!(Packet::parse(&line.phone.sniffed[0].1).unwrap().marker);
}

#[test]
fn a_far_end_that_sends_nothing_is_reported_every_five_seconds() {
    let mut line = Line::new(4000, Codec::Pcmu, 20);
    run(&mut [&mut line], 1, 780);
    let silences: Vec<u64> = line
        .events()
        .iter()
        .filter_map(|e| if let MediaEvent::Silent { for_ms } = e { Some(*for_ms) } else { None })
        .collect();
    assert_eq!(silences, [5000, 10_000, 15_000]);
}

#[test]
fn a_key_reaches_the_call_and_the_other_leg() {
    let mut a = Line::new(4000, Codec::Pcma, 20);
    let mut b = Line::new(5001, Codec::Pcmu, 20);
    a.phone.speaks = true;
    b.core.command(At(START_MS), MediaCommand::Bridge { far: a.control.clone() });
    run(&mut [&mut a, &mut b], 1, 20);
    a.phone.sender.press("5#");
    run(&mut [&mut a, &mut b], 21, 60);
    let digits: String = a
        .events()
        .iter()
        .filter_map(|e| if let MediaEvent::Dtmf { digit, .. } = e { Some(*digit) } else { None })
        .collect();
    assert_eq!((digits.as_str(), b.phone.keys.as_str()), ("5#", "5#"));
}

#[test]
fn a_far_end_without_telephone_events_gets_the_tone() {
    let mut line = Line::new(4000, Codec::Pcmu, 20);
    let plain = Negotiated { dtmf_payload_type: None, ..line.phone.terms.clone() };
    line.core.command(At(START_MS), MediaCommand::Connect(plain));
    line.core.command(At(START_MS), MediaCommand::Dtmf { digits: "1".into() });
    run(&mut [&mut line], 1, 30);
    let power = |hz: f64| {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, sample) in line.phone.heard.iter().enumerate() {
            let angle = std::f64::consts::TAU * hz * i as f64 / 8000.0;
            (re, im) = (re + f64::from(*sample) * angle.cos(), im + f64::from(*sample) * angle.sin());
        }
        (re * re + im * im).sqrt()
    };
    assert!(power(697.0) > 10.0 * power(941.0) && power(1209.0) > 10.0 * power(1477.0));
    line.assert_one_stream();
}

#[test]
fn a_recogniser_that_does_not_keep_up_loses_frames_and_the_caller_loses_none() {
    let mut line = Line::new(4000, Codec::Pcmu, 20);
    line.phone.speaks = true;
    run(&mut [&mut line], 1, 200);
    let stats = line.core.stats();
    assert_eq!(stats.frames_dropped, 200 - AUDIO_FRAMES as u64);
    assert_eq!((stats.packets_sent, line.phone.sniffed.len()), (200, 200));
}

#[test]
fn a_recording_holds_both_sides_and_ends_when_its_reader_goes() {
    let mut line = Line::new(4000, Codec::Pcmu, 40);
    let (to, mut recorded) = mpsc::channel(1000);
    line.core.command(At(START_MS), MediaCommand::Record { to });
    line.phone.speaks = true;
    line.play(1, Audio::Ready(tone(2000)));
    run(&mut [&mut line], 1, 100);
    let all: Vec<Recorded> = std::iter::from_fn(|| recorded.try_recv().ok()).collect();
    let side = |direction| -> Vec<i16> {
        all.iter().filter(|r| r.direction == direction).flat_map(|r| r.samples).collect()
    };
    assert_eq!((side(Direction::Sent).len(), side(Direction::Received).len()), (16_000, 16_000));
    assert!(likeness(&tone(2000), &side(Direction::Sent)) > 0.999);
    assert!(likeness(&line.phone.said, &side(Direction::Received)) > 0.99);
    drop(recorded);
    run(&mut [&mut line], 101, 10);
    assert_eq!(line.core.stats().tap_frames_dropped, 0);
}

#[test]
fn a_re_invite_changes_codec_port_and_packet_time_of_the_same_stream() {
    let mut line = Line::new(4000, Codec::Pcmu, 20);
    run(&mut [&mut line], 1, 50);
    let terms = Negotiated { dtmf_payload_type: Some(96), ..agreed(4400, Codec::Pcma, 40) };
    line.core.command(At(START_MS + 1010), MediaCommand::Connect(terms.clone()));
    line.phone.terms = terms;
    run(&mut [&mut line], 51, 50);
    line.assert_one_stream();
    let last = Packet::parse(&line.phone.sniffed.last().unwrap().1).unwrap();
    assert_eq!((last.payload_type, last.payload.len()), (8, 320));
}

#[test]
fn a_leg_reports_and_says_goodbye() {
    let mut line = Line::new(4000, Codec::Pcmu, 20);
    line.phone.speaks = true;
    run(&mut [&mut line], 1, 1000);
    assert!((2..=8).contains(&line.phone.reports.len()), "{}", line.phone.reports.len());
    let mut out = Vec::new();
    drop(line.core.close(At(START_MS + 20_020), &mut out));
    let mut theirs = Rtcp::default();
    theirs.datagram(START_MS, 7, &out[0].bytes);
    assert!(theirs.said_goodbye() && out[0].rtcp);
}

#[test]
fn an_unbridged_leg_stops_listening_to_the_other() {
    let mut a = Line::new(4000, Codec::Pcma, 20);
    let mut b = Line::new(5001, Codec::Pcmu, 20);
    b.phone.speaks = true;
    a.core.command(At(START_MS), MediaCommand::Bridge { far: b.control.clone() });
    run(&mut [&mut a, &mut b], 1, 50);
    a.core.command(At(START_MS), MediaCommand::Unbridge);
    run(&mut [&mut a, &mut b], 51, 50);
    assert!(a.phone.heard[8000 + 4000..].iter().all(|s| s.abs() < 20));
    assert!(b.core.feeds.is_empty());
}

#[test]
fn whoever_listens_hears_both_sides_and_is_heard_by_those_who_joined_them_until_told_otherwise() {
    let [mut caller, mut agent] = [Line::new(4000, Codec::Pcma, 20), Line::new(5001, Codec::Pcmu, 20)];
    let mut boss = Line::new(6002, Codec::Pcma, 20);
    caller.core.command(At(START_MS), MediaCommand::Bridge { far: agent.control.clone() });
    agent.core.command(At(START_MS), MediaCommand::Bridge { far: caller.control.clone() });
    boss.core.command(At(START_MS), MediaCommand::Overhear { far: caller.control.clone() });
    let mut heard = |caller_speaks, agent_speaks, boss_speaks, from| {
        let mut lines = [&mut caller, &mut agent, &mut boss];
        for (line, speaks) in lines.iter_mut().zip([caller_speaks, agent_speaks, boss_speaks]) {
            line.phone.speaks = speaks;
        }
        if from == 401 {
            let far = lines[2].control.clone();
            lines[1].core.command(At(START_MS), MediaCommand::Join { far });
        } else if from == 601 {
            lines[2].core.command(At(START_MS), MediaCommand::Unfeed);
        }
        run(&mut lines, from, 200);
        let sounds =
            |line: &Line| line.phone.heard[line.phone.heard.len() - 8000..].iter().any(|s| s.abs() > 500);
        lines.map(|line| sounds(line))
    };
    // Who hears something: caller, agent, boss.
    assert_eq!(heard(true, false, true, 1), [false, true, true], "the caller speaks");
    assert_eq!(heard(false, true, true, 201), [true, false, true], "the agent speaks");
    assert_eq!(heard(false, false, true, 401), [false, true, false], "a whisper is for the agent");
    assert_eq!(heard(false, false, true, 601), [false, false, false], "and over");
    assert_eq!(agent.core.far.len(), 1, "an end that feeds no more is forgotten");
}
