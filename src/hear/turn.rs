//! ◆ When the caller begins and ends to speak: voice activity frames in, turn events out.
//!
//! Durations are counted in frames of audio, not on the clock, so that packets that come in a bunch
//! change nothing; moments are those of the frames themselves.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;

/// One frame of voice activity: 256 samples at 8 kHz.
pub const VAD_FRAME_MS: u64 = 32;
/// Frames among which the beginning of speech is looked for.
const START_WINDOW: usize = 4;
/// As many of them stand out from the line's noise; words fade into it between their vowels.
const LOUD_FRAMES: usize = 2;

/// How turns are told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TurnConfig {
    /// Voice within four frames (128 ms) that counts as speech; three frames by default. A click or a
    /// cough is shorter.
    pub start_ms: u64,
    /// Silence that ends the turn when nobody knows better (`end_after`).
    pub end_silence_ms: u64,
    /// Silence at which the turn may have ended: the recogniser can begin.
    pub possible_end_ms: u64,
    /// A turn is ended after this much, even when the caller goes on.
    pub max_utterance_ms: u64,
    /// Probability from which a frame is voiced.
    pub voiced: f32,
    /// Probability down to which a frame after a voiced one stays voiced.
    pub still_voiced: f32,
    /// Probability from which a frame is voiced that stands out clearly from a noisy line.
    pub clearly_voiced: f32,
}

impl Default for TurnConfig {
    fn default() -> Self {
        TurnConfig {
            start_ms: 96,
            end_silence_ms: 550,
            possible_end_ms: 128,
            max_utterance_ms: 20_000,
            voiced: 0.5,
            still_voiced: 0.35,
            clearly_voiced: 0.3,
        }
    }
}

/// What the detector is told of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadFrame {
    /// The end of the frame.
    pub at: At,
    /// That somebody speaks, 0..1.
    pub probability: f32,
    /// It stands out from the line's noise; a turn begins only where some frames do.
    pub loud: bool,
    /// It stands out so much, from so much noise, that little certainty is enough: noise makes the model slow.
    pub clear: bool,
}

/// What happened at a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarEvent {
    /// The caller began to speak; `at` is the beginning, which lies in the past.
    SpeechStarted { at: At },
    /// The caller may have finished; `last_voiced` is the end of the speech so far.
    PossibleEnd { last_voiced: At },
    /// The caller went on after `PossibleEnd`.
    SpeechResumed,
    /// The turn is over. `decided` is the moment of this decision.
    SpeechEnded { started: At, last_voiced: At, decided: At },
}

/// The detector of one call.
#[derive(Debug, Clone)]
pub struct TurnDetector {
    config: TurnConfig,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    /// Nobody speaks. `recent`: the last frames, oldest first.
    Quiet {
        recent: Vec<Recent>,
    },
    Speaking(Speaking),
}

#[derive(Debug, Clone, Copy)]
struct Recent {
    began: At,
    voiced: bool,
    loud: bool,
}

#[derive(Debug, Clone)]
struct Speaking {
    started: At,
    spoken_ms: u64,
    last_voiced: At,
    silence_ms: u64,
    /// `PossibleEnd` was reported for this silence.
    maybe_ended: bool,
    /// Silence that ends the turn this time; forgotten when the caller goes on.
    end_after_ms: Option<u64>,
    /// End of the last frame.
    now: At,
}

impl TurnDetector {
    pub fn new(config: TurnConfig) -> Self {
        TurnDetector { config, state: State::Quiet { recent: Vec::new() } }
    }

    /// Changes the silence that ends a turn when nobody knows better, from the next frame on.
    pub fn set_end_silence_ms(&mut self, ms: u64) {
        self.config.end_silence_ms = ms;
    }

    /// The silence under way ends the turn after `ms`; ends it now if that is over already. When the
    /// caller goes on, this is forgotten.
    pub fn end_after(&mut self, ms: u64) -> Option<EarEvent> {
        let State::Speaking(speaking) = &mut self.state else { return None };
        if speaking.silence_ms == 0 {
            return None;
        }
        speaking.end_after_ms = Some(ms);
        let event = (speaking.silence_ms >= ms).then(|| speaking.ended());
        if event.is_some() {
            self.reset();
        }
        event
    }

    /// Forgets a turn that is under way.
    pub fn reset(&mut self) {
        self.state = State::Quiet { recent: Vec::new() };
    }

    /// Whether a turn is under way.
    pub fn speaking(&self) -> bool {
        matches!(self.state, State::Speaking(_))
    }

    /// Takes one frame; at most one event follows from it.
    pub fn push(&mut self, frame: VadFrame) -> Option<EarEvent> {
        let event = match &mut self.state {
            State::Quiet { recent } => quiet(&self.config, recent, frame),
            State::Speaking(speaking) => speaking.push(&self.config, frame),
        };
        match event {
            Some(EarEvent::SpeechStarted { at }) => {
                self.state = State::Speaking(Speaking::begin(at, frame.at))
            }
            Some(EarEvent::SpeechEnded { .. }) => self.reset(),
            Some(EarEvent::PossibleEnd { .. } | EarEvent::SpeechResumed) | None => {}
        }
        event
    }
}

fn quiet(config: &TurnConfig, recent: &mut Vec<Recent>, frame: VadFrame) -> Option<EarEvent> {
    if recent.len() == START_WINDOW {
        recent.remove(0);
    }
    let began = At(frame.at.0.saturating_sub(VAD_FRAME_MS));
    recent.push(Recent { began, voiced: frame.is_voiced(config, config.voiced), loud: frame.loud });
    let voiced = || recent.iter().filter(|frame| frame.voiced);
    let first = voiced().next()?;
    let enough = voiced().count() as u64 * VAD_FRAME_MS >= config.start_ms
        && voiced().filter(|frame| frame.loud).count() >= LOUD_FRAMES;
    enough.then_some(EarEvent::SpeechStarted { at: first.began })
}

impl VadFrame {
    /// Whether it is voiced where `least` is asked of an ordinary frame, 0..1.
    fn is_voiced(&self, config: &TurnConfig, least: f32) -> bool {
        self.probability >= if self.clear { least.min(config.clearly_voiced) } else { least }
    }
}

impl Speaking {
    fn begin(started: At, now: At) -> Self {
        Speaking {
            started,
            spoken_ms: now.since_ms(started),
            last_voiced: now,
            silence_ms: 0,
            maybe_ended: false,
            end_after_ms: None,
            now,
        }
    }

    fn ended(&self) -> EarEvent {
        EarEvent::SpeechEnded { started: self.started, last_voiced: self.last_voiced, decided: self.now }
    }

    fn push(&mut self, config: &TurnConfig, frame: VadFrame) -> Option<EarEvent> {
        self.spoken_ms += VAD_FRAME_MS;
        self.now = frame.at;
        let least = if self.silence_ms == 0 { config.still_voiced } else { config.voiced };
        let voiced = frame.is_voiced(config, least);
        if voiced {
            self.last_voiced = frame.at;
            self.silence_ms = 0;
            self.end_after_ms = None;
        } else {
            self.silence_ms += VAD_FRAME_MS;
        }
        let end_after_ms = self.end_after_ms.unwrap_or(config.end_silence_ms);
        if self.silence_ms >= end_after_ms || self.spoken_ms >= config.max_utterance_ms {
            return Some(self.ended());
        }
        let last_voiced = self.last_voiced;
        if voiced && self.maybe_ended {
            self.maybe_ended = false;
            return Some(EarEvent::SpeechResumed);
        }
        if !self.maybe_ended && self.silence_ms >= config.possible_end_ms {
            self.maybe_ended = true;
            return Some(EarEvent::PossibleEnd { last_voiced });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Runs frames that end at 32, 64, ... ms: `v` voiced, `-` silent, `q` voiced but quiet, `h` of
    /// middling probability, `c` of little but clearly out of noise.
    fn run(config: TurnConfig, frames: &str) -> Vec<EarEvent> {
        let mut detector = TurnDetector::new(config);
        let frames = frames.chars().enumerate().map(|(index, kind)| VadFrame {
            at: At((index as u64 + 1) * VAD_FRAME_MS),
            probability: match kind {
                'v' | 'q' => 0.9,
                'h' => 0.4,
                'c' => 0.32,
                _ => 0.1,
            },
            loud: kind != 'q',
            clear: kind == 'c',
        });
        frames.filter_map(|frame| detector.push(frame)).collect()
    }

    const fn ms(frames: u64) -> At {
        At(frames * VAD_FRAME_MS)
    }

    #[test]
    fn a_turn_starts_backdated_and_ends_after_550_ms_of_silence() {
        // 10 silent, 20 voiced, then silence: 128 ms are over after 4 frames, 550 ms after 18.
        let frames = format!("{}{}{}", "-".repeat(10), "v".repeat(20), "-".repeat(30));
        assert_eq!(
            run(TurnConfig::default(), &frames),
            [
                EarEvent::SpeechStarted { at: ms(10) },
                EarEvent::PossibleEnd { last_voiced: ms(30) },
                EarEvent::SpeechEnded { started: ms(10), last_voiced: ms(30), decided: ms(30 + 18) },
            ]
        );
    }

    #[test]
    fn a_click_of_two_frames_is_no_speech() {
        assert_eq!(run(TurnConfig::default(), "---vv----v---vv---"), []);
    }

    #[test]
    fn three_voiced_frames_of_four_are_speech() {
        assert_eq!(run(TurnConfig::default(), "--v-vv"), [EarEvent::SpeechStarted { at: ms(2) }]);
    }

    #[test]
    fn voice_that_does_not_stand_out_from_the_noise_starts_nothing() {
        assert_eq!(run(TurnConfig::default(), &"q".repeat(40)), []);
    }

    #[test]
    fn a_word_in_noise_may_fade_into_it_and_be_doubtful_where_it_is_clear() {
        assert_eq!(run(TurnConfig::default(), "--cvq"), [EarEvent::SpeechStarted { at: ms(2) }]);
        assert_eq!(run(TurnConfig::default(), "--qvqqqqqq"), []);
        assert_eq!(run(TurnConfig::default(), "hhhhhhhh"), [], "doubtful and not clear");
    }

    #[test]
    fn a_pause_for_thought_is_resumed_and_reported_again() {
        let frames = format!("{}{}{}{}", "v".repeat(10), "-".repeat(10), "v".repeat(5), "-".repeat(18));
        assert_eq!(
            run(TurnConfig::default(), &frames),
            [
                EarEvent::SpeechStarted { at: ms(0) },
                EarEvent::PossibleEnd { last_voiced: ms(10) },
                EarEvent::SpeechResumed,
                EarEvent::PossibleEnd { last_voiced: ms(25) },
                EarEvent::SpeechEnded { started: ms(0), last_voiced: ms(25), decided: ms(43) },
            ]
        );
    }

    #[test]
    fn a_fading_voice_holds_the_turn_but_does_not_take_it_up_again() {
        let events = run(TurnConfig::default(), "vvvvhhh-hhhhhhhhhhhhhhhhh");
        assert_eq!(
            events.last(),
            Some(&EarEvent::SpeechEnded { started: ms(0), last_voiced: ms(7), decided: ms(25) })
        );
    }

    #[test]
    fn a_caller_who_never_stops_is_cut_at_the_limit() {
        let config = TurnConfig { max_utterance_ms: 640, ..TurnConfig::default() };
        let events = run(config, &"v".repeat(20));
        assert!(matches!(events[1], EarEvent::SpeechEnded { decided, .. } if decided == ms(20)));
    }

    /// Five voiced frames, and then silent ones up to `count`.
    fn silent_since_5(count: u64) -> TurnDetector {
        let mut detector = TurnDetector::new(TurnConfig::default());
        for index in 1..=count {
            let probability = if index <= 5 { 0.9 } else { 0.0 };
            detector.push(VadFrame { at: ms(index), probability, loud: true, clear: false });
        }
        detector
    }

    #[test]
    fn a_wait_that_is_over_already_ends_the_turn_at_once() {
        let mut detector = silent_since_5(15);
        let ended = EarEvent::SpeechEnded { started: ms(0), last_voiced: ms(5), decided: ms(15) };
        assert_eq!(detector.end_after(300), Some(ended));
        assert!(!detector.speaking());
    }

    #[test]
    fn a_longer_wait_holds_the_turn_and_is_forgotten_when_the_caller_goes_on() {
        let mut detector = silent_since_5(15);
        assert_eq!(detector.end_after(1_500), None);
        let mut frame = |index, probability| {
            detector.push(VadFrame { at: ms(index), probability, loud: true, clear: false }).is_some()
        };
        assert!((16..50).all(|index| !frame(index, 0.0)));
        assert!(frame(50, 0.9), "resumed");
        let ended = (51..).find(|index| frame(*index, 0.0) && index - 50 > 5);
        assert_eq!(ended, Some(50 + 18), "550 ms again");
    }

    #[test]
    fn nothing_ends_while_the_caller_speaks() {
        assert_eq!(silent_since_5(5).end_after(0), None);
    }

    #[test]
    fn the_silence_can_be_shortened_during_a_turn() {
        let mut detector = TurnDetector::new(TurnConfig::default());
        let push = |detector: &mut TurnDetector, index: u64, probability| {
            detector.push(VadFrame { at: ms(index), probability, loud: true, clear: false })
        };
        for index in 1..=5 {
            push(&mut detector, index, 0.9);
        }
        detector.set_end_silence_ms(96);
        assert_eq!(push(&mut detector, 6, 0.0), None);
        assert_eq!(push(&mut detector, 7, 0.0), None);
        assert!(matches!(push(&mut detector, 8, 0.0), Some(EarEvent::SpeechEnded { .. })));
    }

    proptest! {
        #[test]
        fn events_alternate_and_moments_are_in_order(frames in "[v\\-qhc]{0,300}") {
            let mut speaking = false;
            let mut maybe = false;
            for event in run(TurnConfig::default(), &frames) {
                match event {
                    EarEvent::SpeechStarted { .. } => {
                        prop_assert!(!speaking);
                        speaking = true;
                        maybe = false;
                    }
                    EarEvent::PossibleEnd { .. } => {
                        prop_assert!(speaking && !maybe);
                        maybe = true;
                    }
                    EarEvent::SpeechResumed => {
                        prop_assert!(speaking && maybe);
                        maybe = false;
                    }
                    EarEvent::SpeechEnded { started, last_voiced, decided } => {
                        prop_assert!(speaking && started < last_voiced && last_voiced <= decided);
                        speaking = false;
                    }
                }
            }
        }
    }
}
