//! ◆ How much each cue weighs: a plain sum, set by hand.
//!
//! The signs and the order of the weights are the literature's: an angry voice is brighter and falls off less
//! towards high frequencies, its sounds change faster and are told apart better, it is higher, louder and faster
//! (Scherer 2003; Juslin and Laukka 2003; Goudbeek and Scherer 2010). Joy, surprise and fear share its arousal,
//! so what tells them apart counts against: a wide melody and a rising end (Banse and Scherer 1996). Three
//! sizes are enough, because sums of equal weights carry over to other data better than fitted ones (Dawes 1979);
//! level and rate weigh least, as the line and the sentence change them too.
//!
//! Which way each cue points, which of three sizes it gets and how wide its scale is was looked up on
//! recordings of German actors (EmoDB); the signs and the sum were then compared on Polish ones (nEMO), so figures on its
//! first five actors are a little too good. No weight is fitted to either.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::cues::{CUES, Cue, Cues};

/// A cue that strays further counts as this, in scales: one loud cough is no anger.
const STRAY_MAX: f32 = 3.0;
/// The score that stands for a probability of one half, and the scores that change its odds by a factor of e.
const EVEN_SCORE: f32 = 3.0;
const SCORE_PER_LOGIT: f32 = 1.0;
/// Reasons that are named at most.
const REASONS: usize = 3;
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

    /// What more of the score by this cue is called.
    fn word(self) -> &'static str {
        match self {
            Cue::Brightness | Cue::Tilt => "sharper",
            Cue::Articulation | Cue::Flux => "crisper",
            Cue::Pitch => "higher",
            Cue::Melody | Cue::Ending => "flatter",
            Cue::Level => "louder",
            Cue::Stress | Cue::Staying => "more insistent",
            Cue::Rate => "faster",
        }
    }
}

/// What each cue adds to the score.
pub fn weighed(cues: &Cues, calm: &Cues) -> [f32; CUES] {
    std::array::from_fn(|at| {
        let cue = Cue::ALL[at];
        let strays = (cues[at] - calm[at]) / cue.scale();
        cue.weight() * strays.clamp(-STRAY_MAX, STRAY_MAX)
    })
}

/// The sum: 0 for the caller's calm voice.
pub fn score(cues: &Cues, calm: &Cues) -> f32 {
    weighed(cues, calm).iter().sum()
}

/// 0..1. The scale is chosen, as anger is rare in calls and common on actors' recordings: nineteen of twenty calm
/// utterances of both sets stay below 0.25.
pub fn anger(cues: &Cues, calm: &Cues) -> f32 {
    1.0 / (1.0 + ((EVEN_SCORE - score(cues, calm)) / SCORE_PER_LOGIT).exp())
}

/// What added most, the weightiest first.
pub fn why(cues: &Cues, calm: &Cues) -> Vec<&'static str> {
    let mut reasons: Vec<(&'static str, f32)> = Vec::new();
    for (cue, added) in Cue::ALL.iter().zip(weighed(cues, calm)) {
        match reasons.iter_mut().find(|(word, _)| *word == cue.word()) {
            Some((_, sum)) => *sum += added,
            None => reasons.push((cue.word(), added)),
        }
    }
    reasons.retain(|(_, sum)| *sum > WORTH);
    reasons.sort_by(|a, b| b.1.total_cmp(&a.1));
    reasons.into_iter().take(REASONS).map(|(word, _)| word).collect()
}
