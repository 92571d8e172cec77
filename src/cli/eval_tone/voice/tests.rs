use super::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A recording of three seconds whose every cue has the same value.
fn clip(speaker: &str, emotion: &str, cue: f32) -> Clip {
    Clip {
        item: Item {
            file: PathBuf::new(),
            language: "pl".into(),
            labels: BTreeMap::from([("emotion".into(), emotion.into())]),
            speaker: speaker.into(),
        },
        positive: emotion == "anger",
        calm: emotion == "neutral",
        heard: Heard { cues: [cue; 11], seconds: 3.0 },
    }
}

/// The second speaker's cues all lie `apart` higher.
fn two_speakers(apart: f32) -> Vec<Clip> {
    let of = |speaker, calm: f32| {
        [("neutral", 0.0), ("neutral", 0.2), ("anger", 4.0), ("joy", 1.0), ("neutral", 0.1)]
            .map(|(emotion, cue)| clip(speaker, emotion, calm + cue))
    };
    of("a", 0.0).into_iter().chain(of("b", apart)).collect()
}

#[test]
fn a_recording_is_compared_with_the_speakers_calm_ones_and_never_with_itself() {
    let clips = two_speakers(50.0);
    assert_eq!(Against::of(&clips), Against::Calm);
    // Six seconds are two recordings. The first cue, brightness, leans on nothing but them.
    let calm = |at, draw| calm_voice(&clips, at, draw, Against::Calm)[0];
    for (at, draw, expected) in [(0, 0, 0.15), (2, 0, 0.1), (2, 1, 0.15), (2, 2, 0.05), (7, 1, 50.15)] {
        assert!((calm(at, draw) - expected).abs() < 1e-4, "{at}, {draw}: {}", calm(at, draw));
    }
}

#[test]
fn without_calm_recordings_the_others_stand_in() {
    let clips = [clip("a", "anger", 4.0), clip("a", "joy", 1.0), clip("a", "fear", 2.0)];
    assert_eq!(Against::of(&clips), Against::Others);
    assert_eq!(calm_voice(&clips, 0, 0, Against::Others)[0], 1.5);
}

#[test]
fn each_speaker_is_judged_by_weights_of_the_others() {
    // Eleven cues of one value each are no voice: only calm and anger can be told apart by them, and only near a
    // usual voice, on which some cues lean.
    let clips: Vec<Clip> = two_speakers(0.2).into_iter().filter(|clip| clip.positive || clip.calm).collect();
    let calm: Vec<Cues> = (0..clips.len()).map(|at| calm_voice(&clips, at, 0, Against::Calm)).collect();
    let scores = learn::leave_one_speaker_out(&clips, &calm);
    let positive: Vec<bool> = clips.iter().map(|clip| clip.positive).collect();
    assert_eq!(auc(&scores, &positive), 1.0);
    assert_eq!(per_speaker(&clips, &positive, &[&scores]), [("a".into(), 1.0), ("b".into(), 1.0)]);
}
