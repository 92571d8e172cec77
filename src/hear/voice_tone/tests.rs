//! Synthetic voices: harmonics under a slope, two formants that move with each syllable.

use super::frames::RATE_HZ;
use super::*;
use std::f32::consts::TAU;

#[derive(Clone, Copy)]
struct Voice {
    hz: f32,
    /// How fast harmonics fall off, dB an octave.
    slope_db: f32,
    syllables_per_s: f32,
    /// How far the formants move, as a factor.
    moves: f32,
    loud: f32,
}

const CALM: Voice = Voice { hz: 120.0, slope_db: 12.0, syllables_per_s: 3.0, moves: 1.3, loud: 3_000.0 };
const ANGRY: Voice = Voice { hz: 190.0, slope_db: 6.0, syllables_per_s: 4.5, moves: 1.7, loud: 6_000.0 };

fn say(voice: Voice, seconds: f32) -> Vec<i16> {
    let length = (seconds * RATE_HZ) as usize;
    let mut turn = 0.0_f32;
    let mut wave = |at: usize| {
        let t = at as f32 / RATE_HZ;
        let syllable = (TAU * voice.syllables_per_s * t).sin();
        turn += voice.hz * (1.0 + 0.05 * (TAU * 0.7 * t).sin()) / RATE_HZ;
        let formants = [500.0, 1_500.0].map(|hz: f32| hz * voice.moves.powf((TAU * 1.3 * t).sin()));
        let harmonics = (1..).map(|k| k as f32).take_while(|k| k * voice.hz < 3_400.0);
        let sum: f32 = harmonics.map(|k| (TAU * k * turn).sin() * strength(k, voice, formants)).sum();
        sum * (1.0 + 0.9 * syllable)
    };
    let waves: Vec<f32> = (0..length).map(&mut wave).collect();
    let loudest = waves.iter().fold(1e-9_f32, |loudest, wave| loudest.max(wave.abs()));
    waves.iter().map(|wave| (wave / loudest * voice.loud) as i16).collect()
}

fn strength(k: f32, voice: Voice, formants: [f32; 2]) -> f32 {
    let resonance = |hz: f32| 1.0 / (1.0 + ((k * voice.hz - hz) / 150.0).powi(2));
    let falls = 10_f32.powf(-voice.slope_db * k.log2() / 20.0);
    falls * (0.1 + formants.iter().map(|hz| resonance(*hz)).sum::<f32>())
}

/// The voice after seven calm seconds.
fn after_calm(pcm: &[i16]) -> Judged {
    let mut tone = VoiceTone::default();
    assert_eq!(tone.utterance(&say(CALM, 4.0)), None);
    assert_eq!(tone.utterance(&say(CALM, 3.0)), None);
    tone.utterance(pcm).unwrap()
}

#[test]
fn a_louder_faster_brighter_and_higher_voice_sounds_angrier_than_the_callers_calm_one() {
    let (calm, angry) = (after_calm(&say(CALM, 3.0)), after_calm(&say(ANGRY, 3.0)));
    assert!(calm.anger < 0.2, "{calm:?}");
    assert!(angry.anger > 0.8, "{angry:?}");
    assert!(angry.why.contains(&"sharper"), "{angry:?}");
    assert!(calm.why.is_empty(), "{calm:?}");
    assert!((angry.seconds - 3.0).abs() < 0.2, "{angry:?}");
}

#[test]
fn each_cue_of_anger_alone_adds_to_it() {
    let calm = after_calm(&say(CALM, 3.0)).anger;
    for (cue, voice) in [
        ("louder", Voice { loud: ANGRY.loud, ..CALM }),
        ("faster", Voice { syllables_per_s: ANGRY.syllables_per_s, ..CALM }),
        ("sharper", Voice { slope_db: ANGRY.slope_db, ..CALM }),
        ("crisper", Voice { moves: 2.0, ..CALM }),
        ("higher", Voice { hz: ANGRY.hz, slope_db: 11.0, ..CALM }),
    ] {
        let judged = after_calm(&say(voice, 3.0));
        assert!(judged.anger > calm, "{cue}: {judged:?}, calm {calm}");
        assert!(judged.why.contains(&cue), "{cue}: {judged:?}");
    }
}

#[test]
fn the_gain_of_a_line_changes_nothing() {
    let judged = |gain: f32| {
        let through = |voice, seconds| -> Vec<i16> {
            say(voice, seconds).iter().map(|sample| (f32::from(*sample) * gain).round() as i16).collect()
        };
        let mut tone = VoiceTone::default();
        tone.utterance(&through(CALM, 7.0));
        tone.utterance(&through(Voice { slope_db: 8.0, ..ANGRY }, 3.0)).unwrap()
    };
    let usual = judged(1.0);
    for gain in [0.25, 0.5, 2.0, 4.0] {
        let other = judged(gain);
        assert!((other.anger - usual.anger).abs() < 0.03, "{gain}: {other:?}, usually {usual:?}");
        assert_eq!(other.why, usual.why);
    }
}

#[test]
fn loudness_alone_is_no_anger() {
    assert!(after_calm(&say(Voice { loud: 30_000.0, ..CALM }, 3.0)).anger < 0.2);
}

#[test]
fn nothing_is_judged_before_six_seconds_of_the_caller_are_known() {
    let mut tone = VoiceTone::default();
    for _ in 0..3 {
        assert_eq!(tone.utterance(&say(ANGRY, 2.1)), None);
    }
    assert!(tone.utterance(&say(ANGRY, 2.1)).is_some());
}

#[test]
fn silence_a_click_and_a_single_word_are_not_judged() {
    let mut tone = VoiceTone::default();
    tone.utterance(&say(CALM, 7.0));
    let mut click = vec![0; 8_000];
    click[4_000] = i16::MAX;
    for pcm in [&[][..], &[0; 100], &[0; 16_000], &[8; 16_000], &[i16::MIN; 16_000], &click] {
        assert_eq!(tone.utterance(pcm), None);
    }
    assert_eq!(tone.utterance(&say(ANGRY, 0.039)), None);
    assert_eq!(tone.utterance(&say(ANGRY, 0.3)), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn every_number_is_finite(
        hz in 40.0_f32..700.0,
        slope_db in -6.0_f32..24.0,
        syllables_per_s in 0.0_f32..12.0,
        loud in 0.0_f32..32_767.0,
        noise in proptest::collection::vec(proptest::prelude::any::<i16>(), 0..9_000),
    ) {
        let voice = Voice { hz, slope_db, syllables_per_s, moves: 1.4, loud };
        let tone = VoiceTone::default();
        let calm = tone.cues(&say(CALM, 1.0)).unwrap().cues;
        for heard in [tone.cues(&say(voice, 1.0)), tone.cues(&noise)].into_iter().flatten() {
            proptest::prop_assert!(heard.cues.iter().all(|cue| cue.is_finite()), "{heard:?}");
            let anger = anger(&heard.cues, &calm);
            proptest::prop_assert!((0.0..=1.0).contains(&anger), "{anger}");
        }
    }
}
