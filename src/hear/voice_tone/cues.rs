//! ◆ What is heard of an utterance: eleven cues of vocal arousal, each one number.
//!
//! The cues are those of Banse and Scherer (1996), Juslin and Laukka (2003) and the Geneva minimalistic set
//! (Eyben and others 2016), as far as a telephone line leaves them. None but `Level` changes with the line's gain.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::frames::{CEPSTRUM, Frame, HOP_S, db};

/// A frame so far below the loud ones is a pause, dB.
const PAUSE_DB: f32 = 30.0;
/// And so far below it has no voice that could be measured.
const UNVOICED_DB: f32 = 25.0;
/// An utterance whose loud frames lie below is silence: -60 dBFS.
const SILENCE_DB: f32 = 20.0;
/// A frame that repeats less has no pitch.
const CLARITY_MIN: f32 = 0.55;
/// A pitch further from the utterance's median is an error of an octave, semitones.
const OCTAVE_ERROR: f32 = 10.0;
/// Voice below which nothing is judged: 400 ms. "Tak" alone says little.
const VOICED_FRAMES_MIN: usize = 40;
/// A change of sound is measured over 20 ms.
const FLUX_FRAMES: usize = 2;
/// A syllable rises and falls by this, dB (de Jong and Wempe 2009).
const SYLLABLE_DB: f32 = 2.0;
/// And reaches this close to the loud frames.
const SYLLABLE_BELOW_DB: f32 = 20.0;
/// Frames on each side over which the level is smoothed before syllables are counted: 70 ms in all.
const SMOOTH_FRAMES: usize = 3;

/// How many there are.
pub const CUES: usize = 11;

/// One number per cue, in the order of `Cue::ALL`.
pub type Cues = [f32; CUES];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// Centre of gravity of the voiced spectrum, semitones.
    Brightness,
    /// 1000-3400 Hz against 300-1000 Hz, dB: a pressed voice falls off less.
    Tilt,
    /// How far apart the sounds are that the voice makes, dB of cepstral distance: vowels that reach their targets.
    Articulation,
    /// How fast the sounds change, dB of cepstral distance within 20 ms: spectral flux, without level and tilt.
    Flux,
    /// Median of the fundamental frequency, semitones above 100 Hz.
    Pitch,
    /// Its deviation, semitones.
    Melody,
    /// Its last fifth against its median, semitones: a question and a surprise rise.
    Ending,
    /// Level of the voice, dB.
    Level,
    /// Loudest frames above the median one, dB: stressed syllables stand out.
    Stress,
    /// Second half of the voice against the first, dB: breath that does not run out.
    Staying,
    /// Syllables a second.
    Rate,
}

impl Cue {
    pub const ALL: [Cue; CUES] = [
        Cue::Brightness,
        Cue::Tilt,
        Cue::Articulation,
        Cue::Flux,
        Cue::Pitch,
        Cue::Melody,
        Cue::Ending,
        Cue::Level,
        Cue::Stress,
        Cue::Staying,
        Cue::Rate,
    ];
}

/// An utterance as numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub cues: Cues,
    /// From the first to the last frame of speech, s.
    pub seconds: f32,
}

impl Heard {
    /// None where there is too little voice.
    pub(super) fn of(frames: &[Frame]) -> Option<Heard> {
        let parts = Parts::of(frames)?;
        let seconds = parts.span.len() as f32 * HOP_S;
        let pitches: Vec<f32> = parts.voiced.iter().map(|voice| voice.pitch).collect();
        let levels: Vec<f32> = parts.voiced.iter().map(|voice| voice.frame.level_db).collect();
        let median = percentile(&pitches, 0.5);
        let (early, late) = levels.split_at(levels.len() / 2);
        let cue = |cue| match cue {
            Cue::Brightness => {
                semitones(mean(parts.voiced.iter().map(|voice| voice.frame.centroid_hz)).max(1.0))
            }
            Cue::Tilt => {
                let sum = |part: fn(&Frame) -> f32| parts.speech.iter().map(|frame| part(frame)).sum::<f32>();
                db(sum(|frame| frame.high)) - db(sum(|frame| frame.low))
            }
            Cue::Articulation => parts.articulation(),
            Cue::Flux => parts.flux(),
            Cue::Pitch => median,
            Cue::Melody => deviation(&pitches),
            Cue::Ending => mean(pitches[pitches.len() * 4 / 5..].iter().copied()) - median,
            Cue::Level => mean(levels.iter().copied()),
            Cue::Stress => {
                let levels: Vec<f32> = parts.speech.iter().map(|frame| frame.level_db).collect();
                percentile(&levels, 0.95) - percentile(&levels, 0.5)
            }
            Cue::Staying => mean(late.iter().copied()) - mean(early.iter().copied()),
            Cue::Rate => syllables(parts.span, parts.top_db) as f32 / seconds,
        };
        Some(Heard { cues: Cue::ALL.map(cue), seconds })
    }
}

/// A frame with a pitch.
struct Voice<'a> {
    at: usize,
    frame: &'a Frame,
    /// Semitones above 100 Hz.
    pitch: f32,
}

/// An utterance's frames by what they hold.
struct Parts<'a> {
    /// All from the first speech to the last.
    span: &'a [Frame],
    speech: Vec<&'a Frame>,
    voiced: Vec<Voice<'a>>,
    /// Level of the loud frames, dB.
    top_db: f32,
}

impl<'a> Parts<'a> {
    fn of(frames: &'a [Frame]) -> Option<Parts<'a>> {
        let levels: Vec<f32> = frames.iter().map(|frame| frame.level_db).collect();
        let top_db = percentile(&levels, 0.95);
        let is_speech = |frame: &&Frame| frame.level_db > top_db - PAUSE_DB;
        let first = frames.iter().position(|frame| is_speech(&frame))?;
        let last = frames.iter().rposition(|frame| is_speech(&frame))?;
        let span = &frames[first..=last];
        let voiced = voiced(span, top_db - UNVOICED_DB);
        (top_db > SILENCE_DB && voiced.len() >= VOICED_FRAMES_MIN).then(|| Parts {
            span,
            speech: span.iter().filter(is_speech).collect(),
            voiced,
            top_db,
        })
    }

    /// Deviation of the spectrum's shape over the voice.
    fn articulation(&self) -> f32 {
        let spread = |k: usize| {
            let values: Vec<f32> = self.voiced.iter().map(|voice| voice.frame.cepstrum[k]).collect();
            deviation(&values).powi(2)
        };
        (0..CEPSTRUM).map(spread).sum::<f32>().sqrt()
    }

    /// Mean distance between the spectrum's shape now and 20 ms later, within unbroken voice.
    fn flux(&self) -> f32 {
        let pairs = self.voiced.iter().zip(self.voiced.iter().skip(FLUX_FRAMES));
        let unbroken = pairs.filter(|(now, later)| later.at == now.at + FLUX_FRAMES);
        mean(unbroken.map(|(now, later)| {
            let parts = now.frame.cepstrum.iter().zip(&later.frame.cepstrum);
            parts.map(|(now, later)| (now - later).powi(2)).sum::<f32>().sqrt()
        }))
    }
}

fn voiced(span: &[Frame], least_db: f32) -> Vec<Voice<'_>> {
    let voice = |(at, frame): (usize, &'_ Frame)| {
        let pitch = frame.pitch.filter(|pitch| pitch.clarity > CLARITY_MIN && frame.level_db > least_db)?;
        Some((at, semitones(pitch.hz)))
    };
    let found: Vec<(usize, f32)> = span.iter().enumerate().filter_map(voice).collect();
    let pitches: Vec<f32> = found.iter().map(|(_, pitch)| *pitch).collect();
    let median = percentile(&pitches, 0.5);
    let true_ones = found.into_iter().filter(|(_, pitch)| (pitch - median).abs() < OCTAVE_ERROR);
    true_ones.map(|(at, pitch)| Voice { at, frame: &span[at], pitch }).collect()
}

/// Peaks of the smoothed level between valleys.
fn syllables(span: &[Frame], top_db: f32) -> usize {
    let smooth = |at: usize| {
        let around = &span[at.saturating_sub(SMOOTH_FRAMES)..(at + SMOOTH_FRAMES + 1).min(span.len())];
        mean(around.iter().map(|frame| frame.level_db))
    };
    let (mut count, mut rising) = (0, false);
    // The lowest level since the last peak, or the highest since the last valley.
    let mut turn = f32::MAX;
    for level in (0..span.len()).map(smooth) {
        if rising {
            turn = turn.max(level);
            if level < turn - SYLLABLE_DB {
                (rising, turn) = (false, level);
            }
        } else {
            turn = turn.min(level);
            if level > turn + SYLLABLE_DB && level > top_db - SYLLABLE_BELOW_DB {
                (rising, turn, count) = (true, level, count + 1);
            }
        }
    }
    count
}

/// Above 100 Hz.
fn semitones(hz: f32) -> f32 {
    12.0 * (hz / 100.0).log2()
}

/// 0 without values.
fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    sum / count.max(1) as f32
}

fn deviation(values: &[f32]) -> f32 {
    let middle = mean(values.iter().copied());
    mean(values.iter().map(|value| (value - middle).powi(2))).sqrt()
}

/// Nearest rank; 0 without values.
fn percentile(values: &[f32], share: f32) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = (share * sorted.len().saturating_sub(1) as f32).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}
