//! Echo in virtual time: voices made of noise with syllables, over a line with a delay and a loss.

use super::*;
use crate::edge::FRAME_SAMPLES;
use crate::time::At;

/// A voice: noise that swells and fades about five times a second, never the same for two speakers.
struct Voice {
    state: u64,
    loud: f32,
    left: u32,
    target: f32,
}

impl Voice {
    fn new(seed: u64) -> Self {
        Voice { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, loud: 0.0, left: 0, target: 0.0 }
    }

    fn random(&mut self) -> f32 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 40) as f32 / (1u64 << 24) as f32
    }

    /// 20 ms at about -20 dBFS.
    fn frame(&mut self) -> [f32; FRAME_SAMPLES] {
        if self.left == 0 {
            self.left = 3 + (self.random() * 8.0) as u32;
            self.target = if self.random() < 0.25 { 0.0 } else { 1_500.0 + 8_000.0 * self.random() };
        }
        self.left -= 1;
        std::array::from_fn(|_| {
            self.loud += (self.target - self.loud) * 0.004;
            (self.random() - 0.5) * 2.0 * self.loud
        })
    }
}

/// A line on which the bot speaks, and perhaps comes back.
struct Line {
    guard: EchoGuard,
    bot: Voice,
    caller: Voice,
    echo: VecDeque<f32>,
    gain: f32,
}

impl Line {
    fn new(delay_ms: usize, loss_db: Option<f32>) -> Self {
        let gain = loss_db.map_or(0.0, |loss_db| amplitude(-loss_db));
        let echo = VecDeque::from(vec![0.0; delay_ms * 8]);
        Line { guard: EchoGuard::default(), bot: Voice::new(1), caller: Voice::new(77), echo, gain }
    }

    /// 20 ms; returns what a voice activity frame that ends here is taken for, and its loudness.
    fn tick(&mut self, bot: bool, caller_db: Option<f32>) -> (bool, f32) {
        let said = if bot { self.bot.frame() } else { [0.0; FRAME_SAMPLES] };
        let caller_gain = caller_db.map_or(0.0, amplitude);
        let own = self.caller.frame();
        let mut samples = [0; FRAME_SAMPLES];
        for (at, sample) in samples.iter_mut().enumerate() {
            self.echo.push_back(said[at]);
            let back = self.echo.pop_front().unwrap_or(0.0) * self.gain;
            *sample = (back + own[at] * caller_gain + (self.bot.random() - 0.5) * 20.0) as i16;
        }
        let played = std::array::from_fn(|block| {
            let part: Vec<i16> =
                said[block * 40..block * 40 + 40].iter().map(|sample| *sample as i16).collect();
            rms(&part) as u16
        });
        self.guard.push(&AudioFrame { at: At(0), samples, concealed: false, played });
        (self.guard.explains(256, 0), rms(&samples))
    }

    /// Share of the audible frames that were taken for echo, over so many seconds.
    fn echo_share(&mut self, seconds: usize, bot: bool, caller_db: Option<f32>) -> f32 {
        let frames: Vec<bool> = (0..seconds * 50)
            .map(|_| self.tick(bot, caller_db))
            .filter(|(_, loud)| *loud > AUDIBLE)
            .map(|(echo, _)| echo)
            .collect();
        frames.iter().filter(|echo| **echo).count() as f32 / frames.len().max(1) as f32
    }
}

const CASES: [(usize, f32); 6] = [(60, 15.0), (60, 25.0), (150, 15.0), (150, 22.0), (250, 18.0), (250, 25.0)];

#[test]
fn the_bots_own_voice_is_known_at_every_delay_and_loss() {
    for (delay_ms, loss_db) in CASES {
        let mut line = Line::new(delay_ms, Some(loss_db));
        line.echo_share(2, true, None);
        let share = line.echo_share(10, true, None);
        assert!(share > 0.97, "{delay_ms} ms, {loss_db} dB: {share}");
    }
}

#[test]
fn the_delay_and_the_loss_of_an_echo_are_found() {
    let mut line = Line::new(180, Some(20.0));
    line.echo_share(5, true, None);
    let (delay_ms, loss_db) = line.guard.path().expect("an echo");
    assert!(delay_ms.abs_diff(180) <= 10, "{delay_ms} ms");
    assert!((17.0..23.0).contains(&loss_db), "{loss_db} dB");
}

#[test]
fn a_caller_who_speaks_over_the_bot_is_heard_in_spite_of_the_echo() {
    for (delay_ms, loss_db) in CASES {
        let mut line = Line::new(delay_ms, Some(loss_db));
        line.echo_share(3, true, None);
        let share = line.echo_share(2, true, Some(0.0));
        assert!(share < 0.35, "{delay_ms} ms, {loss_db} dB: {share} of the caller's voice taken for echo");
    }
}

#[test]
fn on_a_line_without_echo_even_a_quiet_caller_is_heard() {
    let mut line = Line::new(100, None);
    line.echo_share(2, true, None);
    let share = line.echo_share(3, true, Some(-18.0));
    assert!(share < 0.1, "{share}");
    assert_eq!(line.guard.path(), None);
}

#[test]
fn two_people_who_talk_at_once_for_long_are_not_taken_for_an_echo() {
    for seed in 2..12 {
        let mut line = Line::new(100, None);
        line.bot = Voice::new(seed);
        line.echo_share(1, true, None);
        let share = line.echo_share(20, true, Some(-6.0));
        assert!(share < 0.1, "{seed}: {share}");
    }
}

#[test]
fn a_loudspeaker_that_is_switched_on_in_mid_call_is_found() {
    let mut line = Line::new(120, None);
    line.echo_share(3, true, None);
    line.gain = amplitude(-18.0);
    line.echo_share(5, true, None);
    let share = line.echo_share(5, true, None);
    assert!(share > 0.95, "{share}");
}

#[test]
fn while_the_bot_is_silent_nothing_is_echo() {
    let mut line = Line::new(100, Some(15.0));
    line.echo_share(3, true, None);
    line.echo_share(1, false, None);
    assert_eq!(line.echo_share(3, false, Some(-20.0)), 0.0);
}
