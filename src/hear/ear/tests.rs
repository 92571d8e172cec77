use super::*;
use crate::edge::FRAME_SAMPLES;

/// Takes loud frames for voice, as a model would on a clean line; or cannot tell.
struct Loudness {
    works: bool,
}

/// A model that hears nothing any more after 10 s, as one does whose memory is full of noise.
#[derive(Default)]
struct Forgetful {
    frames: u32,
}

impl VoiceActivity for Forgetful {
    fn probability(&mut self, frame: &[f32; VAD_SAMPLES]) -> Option<f32> {
        self.frames += 1;
        Some(if self.frames < 312 && level_db(frame) > -25.0 { 0.95 } else { 0.02 })
    }

    fn reset(&mut self) {
        self.frames = 0;
    }
}

impl VoiceActivity for Loudness {
    fn probability(&mut self, frame: &[f32; VAD_SAMPLES]) -> Option<f32> {
        self.works.then(|| if level_db(frame) > -40.0 { 0.95 } else { 0.02 })
    }

    fn reset(&mut self) {}
}

fn ear(works: bool) -> Ear {
    Ear::new(Box::new(Loudness { works }), TurnConfig::default())
}

/// Pushes `ms` of samples of this loudness from `now` on; returns the moment after.
fn push(ear: &mut Ear, now: &mut u64, ms: u64, loudness: i16, events: &mut Vec<EarEvent>) {
    for _ in 0..ms / 20 {
        *now += 20;
        let mut samples = [0i16; FRAME_SAMPLES];
        for (index, sample) in samples.iter_mut().enumerate() {
            *sample = if index % 2 == 0 { loudness } else { -loudness };
        }
        events.extend(ear.push(&AudioFrame { at: At(*now), samples, concealed: false, played: [0; 4] }));
    }
}

#[test]
fn a_turn_is_heard_with_exact_moments_and_300_ms_of_pre_roll() {
    let (mut ear, mut now, mut events) = (ear(true), 0, Vec::new());
    push(&mut ear, &mut now, 1_600, 3, &mut events);
    push(&mut ear, &mut now, 960, 8_000, &mut events);
    push(&mut ear, &mut now, 1_000, 3, &mut events);
    // 1600 and 960 ms are whole voice activity frames: 50 and 30 of 32 ms.
    let [
        EarEvent::SpeechStarted { at },
        EarEvent::PossibleEnd { last_voiced },
        EarEvent::SpeechEnded { started, decided, .. },
    ] = events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!((at, started, last_voiced), (At(1_600), At(1_600), At(2_560)));
    // 550 ms are over after 18 frames.
    assert_eq!(decided, At(2_560 + 18 * 32));
}

#[test]
fn the_utterance_begins_300_ms_before_the_onset() {
    let (mut ear, mut now, mut events) = (ear(true), 0, Vec::new());
    push(&mut ear, &mut now, 16_000, 3, &mut events);
    push(&mut ear, &mut now, 320, 8_000, &mut events);
    let onset = ear.utterance().iter().position(|sample| sample.abs() > 1_000);
    assert_eq!(onset, Some(PRE_ROLL_SAMPLES));
    assert_eq!(ear.utterance().len(), PRE_ROLL_SAMPLES + 320 * SAMPLES_PER_MS);
}

#[test]
fn quiet_hours_keep_only_the_last_moments() {
    let (mut ear, mut now, mut events) = (ear(true), 0, Vec::new());
    push(&mut ear, &mut now, 60_000, 3, &mut events);
    assert!(ear.utterance().len() <= 2 * QUIET_SAMPLES + FRAME_SAMPLES);
    assert_eq!(events, []);
}

#[test]
fn the_utterance_stays_until_the_next_audio_and_the_next_turn_is_its_own() {
    let (mut ear, mut now, mut events) = (ear(true), 0, Vec::new());
    for _ in 0..2 {
        push(&mut ear, &mut now, 640, 8_000, &mut events);
        while !matches!(events.last(), Some(EarEvent::SpeechEnded { .. })) {
            push(&mut ear, &mut now, 20, 3, &mut events);
        }
        let loud = ear.utterance().iter().filter(|sample| sample.abs() > 1_000).count();
        assert_eq!(loud, 640 * SAMPLES_PER_MS);
        events.clear();
        push(&mut ear, &mut now, 960, 3, &mut events);
    }
}

#[test]
fn without_the_model_loudness_decides() {
    let (mut ear, mut now, mut events) = (ear(false), 0, Vec::new());
    push(&mut ear, &mut now, 640, 10, &mut events);
    push(&mut ear, &mut now, 640, 8_000, &mut events);
    push(&mut ear, &mut now, 960, 10, &mut events);
    assert!(matches!(events[0], EarEvent::SpeechStarted { at: At(640) }), "{events:?}");
    assert!(matches!(events.last(), Some(EarEvent::SpeechEnded { .. })), "{events:?}");
}

#[test]
fn a_reset_forgets_the_turn() {
    let (mut ear, mut now, mut events) = (ear(true), 0, Vec::new());
    push(&mut ear, &mut now, 640, 8_000, &mut events);
    ear.reset();
    assert!(ear.utterance().is_empty());
    events.clear();
    push(&mut ear, &mut now, 960, 3, &mut events);
    assert_eq!(events, []);
}

#[test]
fn the_floor_rises_to_steady_noise_and_falls_at_once() {
    let mut floor = NoiseFloor::default();
    assert!(floor.above(-35.0, Some(0.1)).stands_out);
    for _ in 0..500 {
        floor.above(-35.0, Some(0.1));
    }
    assert!(!floor.above(-33.0, Some(0.9)).stands_out);
    for _ in 0..20 {
        floor.above(-58.0, Some(0.1));
    }
    assert!(floor.above(-50.0, Some(0.9)).stands_out);
}

#[test]
fn a_voice_is_clear_only_above_a_noisy_line() {
    let mut floor = NoiseFloor::default();
    assert!(!floor.above(-35.0, Some(0.1)).clear, "a quiet line");
    for _ in 0..500 {
        floor.above(-35.0, Some(0.1));
    }
    assert!(!floor.above(-29.0, Some(0.1)).clear);
    assert!(floor.above(-24.0, Some(0.1)).clear);
}

#[test]
fn a_word_after_a_minute_of_noise_is_heard() {
    let mut ear = Ear::new(Box::new(Forgetful::default()), TurnConfig::default());
    let (mut now, mut events) = (0, Vec::new());
    push(&mut ear, &mut now, 60_000, 1_000, &mut events);
    push(&mut ear, &mut now, 320, 8_000, &mut events);
    assert!(matches!(events[..], [EarEvent::SpeechStarted { .. }]), "{events:?}");
}

/// Counts how often it is asked.
struct Counting {
    asked: std::sync::Arc<std::sync::atomic::AtomicU32>,
}

impl VoiceActivity for Counting {
    fn probability(&mut self, frame: &[f32; VAD_SAMPLES]) -> Option<f32> {
        self.asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Some(if level_db(frame) > -40.0 { 0.95 } else { 0.02 })
    }

    fn reset(&mut self) {}
}

#[test]
fn the_model_is_not_asked_about_a_quiet_line_but_about_all_that_might_be_a_voice() {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let mut ear = Ear::new(Box::new(Counting { asked: asked.clone() }), TurnConfig::default());
    let (mut now, mut events) = (0, Vec::new());
    let mut frames = |ear: &mut Ear, ms, loudness| {
        let before = asked.load(std::sync::atomic::Ordering::Relaxed);
        push(ear, &mut now, ms, loudness, &mut events);
        asked.load(std::sync::atomic::Ordering::Relaxed) - before
    };
    assert_eq!(frames(&mut ear, 32_000, 3), 0, "silence");
    assert_eq!(frames(&mut ear, 640, 8_000), 20, "a voice");
    let after = frames(&mut ear, 32_000, 3);
    assert!((AWAKE_FRAMES..2 * AWAKE_FRAMES + 20).contains(&after), "the end of the turn: {after}");
    assert_eq!(
        frames(&mut ear, 3_200, 300),
        100,
        "what can be heard is judged, though the line were used to it"
    );
    assert!(
        matches!(events[..], [EarEvent::SpeechStarted { .. }, .., EarEvent::SpeechEnded { .. }]),
        "{events:?}"
    );
}
