//! ◆ How much each cue weighs: a plain sum, set by hand.
//!
//! The signs and the order of the weights are the literature's: an angry voice is brighter and falls off less
//! towards high frequencies, its sounds change faster and are told apart better, it is higher, louder and faster
//! (Scherer 2003; Juslin and Laukka 2003; Goudbeek and Scherer 2010). Joy, surprise and fear share its arousal,
//! so what tells them apart counts against: a wide melody and a rising end (Banse and Scherer 1996). Three
//! sizes are enough, because sums of equal weights carry over to other data better than fitted ones (Dawes 1979);
//! level and rate weigh least, as the line and the sentence change them too.
//!
//! Scales, signs and the choice of cues were looked up on recordings of ten German actors (EmoDB, Burkhardt and others
//! 2005, use unrestricted) and compared on five Polish ones (nEMO, not for commercial use): what is measured on
//! these is a little too good. That melody and ending count against anger shows in the Polish joy and surprise; it
//! makes no difference to the Germans. No number is fitted to the Polish recordings.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::cues::{Cue, Cues};

/// A cue that strays further counts as this, in scales: one loud cough is no anger.
const STRAY_MAX: f32 = 3.0;
/// The score that stands for a probability of one half, and the scores that change its odds by a factor of e.
const EVEN_SCORE: f32 = 3.0;
const SCORE_PER_LOGIT: f32 = 1.0;
/// What a voice can be called, against the caller's calm one.
pub const REASONS: [&str; 7] =
    ["sharper", "crisper", "higher", "flatter", "louder", "more insistent", "faster"];
/// Reasons that are named at most.
const NAMED: usize = 3;
/// What a reason must add to the score to be named.
const WORTH: f32 = 0.3;

/// What leads, what helps, and what the line or the sentence blurs.
const LEADS: f32 = 1.0;
const HELPS: f32 = 0.5;
const BLURRED: f32 = 0.25;

impl Cue {
    /// How much one scale above the caller's calm voice adds to the score.
    fn weight(self) -> f32 {
        match self {
            Cue::Brightness | Cue::Articulation | Cue::Flux => LEADS,
            Cue::Tilt | Cue::Pitch | Cue::Stress | Cue::Staying => HELPS,
            Cue::Melody | Cue::Ending => -HELPS,
            Cue::Level | Cue::Rate => BLURRED,
        }
    }

    /// How far one speaker's utterances usually lie apart when they are played in all moods, in the cue's unit.
    fn scale(self) -> f32 {
        match self {
            Cue::Brightness | Cue::Pitch => 5.0,
            Cue::Tilt => 4.5,
            Cue::Articulation => 0.6,
            Cue::Flux => 0.3,
            Cue::Melody => 0.9,
            Cue::Ending => 2.3,
            Cue::Level => 3.0,
            Cue::Stress => 2.7,
            Cue::Staying => 3.9,
            Cue::Rate => 0.85,
        }
    }

    /// Which of `REASONS` it speaks for.
    fn reason(self) -> usize {
        match self {
            Cue::Brightness | Cue::Tilt => 0,
            Cue::Articulation | Cue::Flux => 1,
            Cue::Pitch => 2,
            Cue::Melody | Cue::Ending => 3,
            Cue::Level => 4,
            Cue::Stress | Cue::Staying => 5,
            Cue::Rate => 6,
        }
    }
}

/// What each of `REASONS` adds to the score.
pub fn by_reason(cues: &Cues, calm: &Cues) -> [f32; REASONS.len()] {
    let mut added = [0.0; REASONS.len()];
    for (cue, (now, calm)) in Cue::ALL.iter().zip(cues.iter().zip(calm)) {
        let strays = (now - calm) / cue.scale();
        added[cue.reason()] += cue.weight() * strays.clamp(-STRAY_MAX, STRAY_MAX);
    }
    added
}

/// The sum: about 0 for the caller's calm voice.
pub fn score(cues: &Cues, calm: &Cues) -> f32 {
    by_reason(cues, calm).iter().sum()
}

/// 0..1. The scale is chosen, not measured, because anger is rare in calls and common on actors' recordings: no calm
/// recording of either set reaches 0.5, and 97 % of the German anger and 28 % of the Polish does.
pub fn anger(cues: &Cues, calm: &Cues) -> f32 {
    1.0 / (1.0 + ((EVEN_SCORE - score(cues, calm)) / SCORE_PER_LOGIT).exp())
}

/// What added most, the weightiest first.
pub fn why(cues: &Cues, calm: &Cues) -> Vec<&'static str> {
    let mut reasons: Vec<(&'static str, f32)> = REASONS.into_iter().zip(by_reason(cues, calm)).collect();
    reasons.retain(|(_, added)| *added > WORTH);
    reasons.sort_by(|a, b| b.1.total_cmp(&a.1));
    reasons.into_iter().take(NAMED).map(|(reason, _)| reason).collect()
}
