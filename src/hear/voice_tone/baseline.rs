//! ◆ A caller's own calm voice, learnt from the first seconds.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::cues::{Cue, Cues, Heard};

/// Speech that makes up a caller's calm voice, s: two or three utterances. Less is unsteady, more leaves too
/// little of a call.
pub const BASELINE_S: f32 = 6.0;

/// The mean of each cue, weighed by length.
///
/// Some cues differ more from sentence to sentence than from voice to voice, and six seconds cannot tell them. They
/// lean on what is usual, as if so many seconds of a usual voice had been heard before (an empirical Bayes mean,
/// Efron and Morris 1975). Their spread is not learnt at all.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    seconds: f32,
    sums: Cues,
}

impl Baseline {
    pub fn add(&mut self, heard: &Heard) {
        self.seconds += heard.seconds;
        self.sums.iter_mut().zip(&heard.cues).for_each(|(sum, cue)| *sum += cue * heard.seconds);
    }

    /// None before `BASELINE_S`.
    pub fn cues(&self) -> Option<Cues> {
        let mean = |at: usize| {
            let usual = Cue::ALL[at].usual();
            (self.sums[at] + usual.value * usual.seconds) / (self.seconds + usual.seconds)
        };
        (self.seconds >= BASELINE_S).then(|| std::array::from_fn(mean))
    }
}

/// A cue of a calm voice, and the seconds of the caller's own speech that tell as much.
struct Usual {
    value: f32,
    seconds: f32,
}

impl Cue {
    /// From the 79 neutral recordings of EmoDB's ten actors, through a telephone's band: the mean, and the variance
    /// between sentences over that between speakers, times the length of a sentence. Cues that the line or the
    /// language sets lean on nothing.
    fn usual(self) -> Usual {
        let (value, seconds) = match self {
            Cue::Articulation => (3.35, 3.0),
            Cue::Flux => (1.87, 2.0),
            Cue::Melody => (2.65, 6.0),
            Cue::Ending => (-2.5, 15.0),
            Cue::Stress => (9.7, 2.0),
            Cue::Staying => (-3.3, 12.0),
            Cue::Brightness | Cue::Tilt | Cue::Pitch | Cue::Level | Cue::Rate => (0.0, 0.0),
        };
        Usual { value, seconds }
    }
}
