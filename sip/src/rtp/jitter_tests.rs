//! The playout buffer in virtual time: a far end speaks a ramp, a network mistreats it.

use super::*;
use proptest::prelude::*;

/// One packet on its way.
#[derive(Debug, Clone)]
struct Sent {
    arrives_ms: u64,
    timestamp: u32,
    samples: Vec<i16>,
}

/// What came out, tick by tick.
struct Heard {
    frames: Vec<Pulled>,
    buffer: JitterBuffer,
}

impl Heard {
    fn missing(&self, from_tick: usize) -> usize {
        let frames = &self.frames[from_tick.min(self.frames.len())..];
        frames.iter().flat_map(|f| f.present).filter(|p| !p).count()
    }

    /// Real samples in the order in which they were played.
    fn played(&self) -> Vec<i16> {
        let each = self.frames.iter().flat_map(|f| f.samples.into_iter().zip(f.present));
        each.filter(|(_, present)| *present).map(|(sample, _)| sample).collect()
    }
}

/// A voice of 125 Hz: periodic in 64 samples, so a time line that slips is seen as a jump.
fn voice(at: u64) -> i16 {
    ((at as f64 * std::f64::consts::TAU / 64.0).sin() * 8000.0) as i16
}

/// Packets of `ptime_ms` from a clock that runs `drift_ppm` fast; `delay_ms` tells each one's journey.
fn speak(
    packets: u64,
    ptime_ms: u64,
    drift_ppm: i64,
    first: u32,
    delay_ms: impl Fn(u64) -> u64,
) -> Vec<Sent> {
    let size = ptime_ms * 8;
    let packet = |n: u64| {
        let spoken_us = (n + 1) * ptime_ms * 1000;
        let real_us = spoken_us as i64 - spoken_us as i64 * drift_ppm / 1_000_000;
        Sent {
            arrives_ms: 1000 + real_us as u64 / 1000 + delay_ms(n),
            timestamp: first.wrapping_add((n * size) as u32),
            samples: (n * size..(n + 1) * size).map(voice).collect(),
        }
    };
    (0..packets).map(packet).collect()
}

fn listen(mut packets: Vec<Sent>, until_ms: u64, phase_ms: u64) -> Heard {
    packets.sort_by_key(|p| p.arrives_ms);
    let mut heard = Heard { frames: Vec::new(), buffer: JitterBuffer::default() };
    let mut packets = packets.into_iter().peekable();
    let mut tick_ms = 900 + phase_ms;
    while tick_ms < until_ms {
        while let Some(packet) = packets.next_if(|p| p.arrives_ms <= tick_ms) {
            heard.buffer.push(packet.arrives_ms, packet.timestamp, &packet.samples);
        }
        let frame = heard.buffer.pull(tick_ms);
        heard.frames.push(frame);
        tick_ms += 20;
    }
    heard
}

/// Deterministic noise for journeys.
fn scatter(n: u64, below: u64) -> u64 {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % below.max(1)
}

fn largest_step(samples: &[i16]) -> i32 {
    samples.windows(2).map(|w| (i32::from(w[1]) - i32::from(w[0])).abs()).max().unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_good_network_loses_nothing_at_any_packet_time_phase_and_wrap(
        ptime in prop::sample::select(vec![10u64, 20, 30, 40, 60]), phase in 0u64..20, first: u32,
    ) {
        let packets = 8000 / ptime;
        let heard = listen(speak(packets, ptime, 0, first, |_| 30), 8900, phase);
        prop_assert_eq!(heard.missing(10 + 60 / 20), 0);
        // A slip of the time line would be a step larger than the voice itself makes.
        prop_assert!(largest_step(&heard.played()) < 1100);
        prop_assert!(heard.buffer.delay_ms() <= 60);
    }

    #[test]
    fn jitter_and_reordering_up_to_60_ms_are_absorbed_after_a_second(
        swing in 1u64..60, phase in 0u64..20, seed: u64,
    ) {
        let heard = listen(speak(1000, 20, 0, 7, |n| 20 + scatter(n ^ seed, swing)), 20_900, phase);
        let missing = heard.missing(100) as f64 / heard.played().len() as f64;
        prop_assert!(missing < 0.03, "{} of speech was missing", missing);
        prop_assert!(heard.buffer.delay_ms() <= 120);
    }

    #[test]
    fn a_lost_packet_costs_its_own_20_ms_and_duplicates_cost_nothing(phase in 0u64..20, seed: u64) {
        let mut packets = speak(500, 20, 0, 7, |_| 30);
        packets.retain(|p| scatter(u64::from(p.timestamp) ^ seed, 20) != 0);
        let doubled: Vec<Sent> = packets.iter().step_by(3).cloned().collect();
        let lost = 500 - packets.len();
        packets.extend(doubled);
        let heard = listen(packets, 12_000, phase);
        prop_assert_eq!(heard.played().len(), (500 - lost) * 160);
    }

    #[test]
    fn clocks_that_drift_apart_are_followed(drift in -300i64..300, phase in 0u64..20) {
        let heard = listen(speak(3000, 20, drift, 7, |n| 20 + scatter(n, 8)), 59_000, phase);
        let missing = heard.missing(100) as f64 / heard.played().len() as f64;
        prop_assert!(missing < 0.01, "{} of speech was missing", missing);
        prop_assert!(heard.buffer.delay_ms() <= 80, "{}", heard.buffer.delay_ms());
    }

    #[test]
    fn nothing_that_arrives_breaks_the_buffer(
        packets in prop::collection::vec((0u64..3000, any::<u32>(), 0usize..3000), 0..80),
    ) {
        let sent = packets.into_iter().map(|(arrives_ms, timestamp, size)| Sent {
            arrives_ms, timestamp, samples: vec![1; size] }).collect();
        listen(sent, 4000, 3);
    }

    #[test]
    fn after_any_jump_of_the_timestamp_speech_is_heard_again_within_300_ms(jump: u32, phase in 0u64..20) {
        let mut packets = speak(200, 20, 0, 7, |_| 30);
        for packet in &mut packets[100..] {
            packet.timestamp = packet.timestamp.wrapping_add(jump);
        }
        let heard = listen(packets, 5200, phase);
        let tail = &heard.frames[(100 + 2000 + 30 + 300 + 40) / 20..(100 + 4000) / 20];
        prop_assert!(tail.iter().all(|f| f.present.iter().all(|p| *p)), "jump {}", jump as i32);
    }
}

#[test]
fn too_much_delay_melts_away_without_steps() {
    // The first second comes over a path 80 ms shorter than its worst packets, then all is calm.
    let delay = |n: u64| if n < 50 { scatter(n, 90) } else { 0 };
    let heard = listen(speak(2000, 20, 0, 7, delay), 40_900, 0);
    assert!(heard.buffer.delay_ms() <= 60, "{} ms", heard.buffer.delay_ms());
    let calm = Heard { frames: heard.frames[150..].to_vec(), buffer: JitterBuffer::default() };
    assert!(largest_step(&calm.played()) < 1600, "{}", largest_step(&calm.played()));
}

#[test]
fn after_silence_that_was_not_sent_the_next_words_come_whole() {
    let mut packets = speak(100, 20, 0, 7, |_| 30);
    let mut later = speak(300, 20, 0, 7, |_| 55).split_off(200);
    packets.append(&mut later);
    let heard = listen(packets, 7500, 5);
    assert_eq!(heard.played().len(), 200 * 160);
}

#[test]
fn a_path_that_grows_by_100_ms_is_followed() {
    let heard = listen(speak(1000, 20, 0, 7, |n| if n < 200 { 20 } else { 120 }), 20_900, 11);
    assert_eq!(heard.missing(400), 0);
}

#[test]
fn a_stall_and_its_burst_do_not_raise_the_delay_for_ever() {
    let stalled = |n: u64| {
        if (300..320).contains(&n) { 30 + (320 - n) * 20 } else { 30 }
    };
    let heard = listen(speak(1500, 20, 0, 7, stalled), 30_900, 11);
    assert_eq!(heard.missing(400), 0);
    assert!(heard.buffer.delay_ms() <= 60, "{} ms", heard.buffer.delay_ms());
}

#[test]
fn a_frame_knows_when_its_packet_arrived() {
    let heard = listen(speak(50, 20, 0, 7, |_| 30), 1900, 10);
    let frame = heard.frames.iter().find(|f| f.present[159]).unwrap();
    assert_eq!(frame.arrived_ms, Some(1050));
}
