//! ◆ Cut-offs and latency of one way to end turns, over all its settings.
//!
//! A way is a function from a silence to the silence it waits. A pause that lasts longer is a cut-off. The
//! latency is counted from the caller's real end to the decision. After eot-bench (LiveKit, 2026) a way is
//! compared by its cut-offs where its mean latency is 300, 600 and 1000 ms, and by its latency where cut-offs
//! are 5 %: each is taken at the best setting that keeps the other figure.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::silences::{Silence, Turn};
use crate::call::patience::{Evidence, patience};
use crate::decide::ExpectKind;
use serde_json::{Value, json};

/// Cut-offs at which the latency is compared.
const CUTOFFS: f64 = 0.05;
/// Silence is counted in frames of voice activity, ms.
const FRAME_MS: u64 = 32;
/// A pause that the ear does not hear as silence of this length cuts nobody off, ms.
const PAUSE_MS: u64 = 200;
/// smart-turn is asked at this silence, as Pipecat does, ms.
const SMART_ASKED_MS: u64 = 200;

/// Neutral silences, silences and fall-backs that are tried, ms.
fn settings() -> impl Iterator<Item = u64> {
    (1..=100).map(|step| step * 30)
}

/// What one setting of one way does.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub pauses: usize,
    pub cut: usize,
    pub turns: usize,
    pub turns_cut: usize,
    /// One a turn, sorted, ms.
    pub latencies_ms: Vec<u64>,
}

impl Outcome {
    /// Plays all turns; `wait` gives the silence waited and is told this turn's longest pause before.
    pub fn of<'a>(
        turns: impl IntoIterator<Item = &'a Turn>,
        wait: &dyn Fn(&Turn, &Silence, u64) -> u64,
    ) -> Outcome {
        let mut outcome = Outcome { pauses: 0, cut: 0, turns: 0, turns_cut: 0, latencies_ms: Vec::new() };
        for turn in turns {
            outcome.add(turn, wait);
        }
        outcome.latencies_ms.sort_unstable();
        outcome
    }

    fn add(&mut self, turn: &Turn, wait: &dyn Fn(&Turn, &Silence, u64) -> u64) {
        let (mut longest_ms, mut cut, mut heard) = (0, 0, 0);
        for silence in &turn.silences {
            let wait_ms = wait(turn, silence, longest_ms);
            match silence.length_ms.filter(|_| silence.from_ms < turn.end_ms) {
                Some(length_ms) => {
                    heard += usize::from(length_ms >= PAUSE_MS);
                    cut += usize::from(length_ms >= PAUSE_MS && wait_ms < length_ms);
                    longest_ms = longest_ms.max(length_ms);
                }
                None => {
                    self.latencies_ms.push((silence.from_ms + wait_ms).saturating_sub(turn.end_ms));
                    break;
                }
            }
        }
        // A pause that noise filled was not heard as silence: nobody is cut off in it.
        self.pauses += heard.max(turn.pauses.len());
        self.cut += cut;
        self.turns += 1;
        self.turns_cut += usize::from(cut > 0);
    }

    pub fn cutoffs(&self) -> f64 {
        self.cut as f64 / self.pauses.max(1) as f64
    }

    pub fn mean_ms(&self) -> f64 {
        self.latencies_ms.iter().sum::<u64>() as f64 / self.latencies_ms.len().max(1) as f64
    }

    /// One setting in full.
    pub fn json(&self) -> Value {
        json!({
            "cutoffs": rounded(self.cutoffs()),
            "turns_cut": rounded(self.turns_cut as f64 / self.turns.max(1) as f64),
            "latency_ms": {
                "mean": self.mean_ms().round(),
                "p50": self.percentile(0.50),
                "p95": self.percentile(0.95),
            },
            "pauses": self.pauses,
            "turns": self.turns,
        })
    }

    pub fn percentile(&self, part: f64) -> u64 {
        let rank = (part * self.latencies_ms.len() as f64).ceil() as usize;
        self.latencies_ms.get(rank.saturating_sub(1)).copied().unwrap_or(0)
    }
}

/// The three figures of a way.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve(Vec<(f64, f64)>);

impl Curve {
    fn new(outcomes: impl Iterator<Item = Outcome>) -> Curve {
        Curve(outcomes.map(|outcome| (outcome.mean_ms(), outcome.cutoffs())).collect())
    }

    /// Fewest cut-offs at a mean latency of at most `ms`.
    pub fn cutoffs_at(&self, ms: f64) -> Option<f64> {
        self.0.iter().filter(|point| point.0 <= ms).map(|point| point.1).min_by(f64::total_cmp)
    }

    /// Least mean latency with at most 5 % cut-offs.
    pub fn latency_ms(&self) -> Option<f64> {
        self.0.iter().filter(|point| point.1 <= CUTOFFS).map(|point| point.0).min_by(f64::total_cmp)
    }

    /// The keys that scripts rely on.
    pub fn json(&self) -> Value {
        json!({
            "cutoffs_at_300": self.cutoffs_at(300.0).map(rounded),
            "cutoffs_at_600": self.cutoffs_at(600.0).map(rounded),
            "cutoffs_at_1000": self.cutoffs_at(1_000.0).map(rounded),
            "latency_ms_at_5pct_cutoffs": self.latency_ms().map(f64::round),
        })
    }
}

/// What Duet hears of a silence.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ear {
    /// Replaces the time that the recogniser took, ms.
    pub decode_ms: Option<u64>,
    /// smart-turn listens too (`hear.turn_model`).
    pub melody: bool,
}

/// How long Duet waits: until the words are there a long time, then as they say.
pub fn duet_ms(turn: &Turn, silence: &Silence, longest_pause_ms: u64, neutral_ms: u64, ear: &Ear) -> u64 {
    let mut evidence = Evidence {
        reading: None,
        confidence: silence.confidence,
        finished: silence.smart.filter(|_| ear.melody).map(|(probability, _)| probability),
        digits: matches!(turn.kind, ExpectKind::Digits { .. }),
        longest_pause_ms,
        neutral_ms,
    };
    let words_ms = silence.asked_ms + ear.decode_ms.unwrap_or(silence.decode_ms);
    let without_ms = framed(patience(&evidence));
    if without_ms <= words_ms {
        return without_ms;
    }
    evidence.reading = Some(silence.reading);
    framed(patience(&evidence)).max(words_ms)
}

/// Duet at every pace.
pub fn duet(turns: &[Turn], ear: &Ear) -> Curve {
    Curve::new(settings().map(|neutral_ms| {
        Outcome::of(turns, &|turn, silence, longest| duet_ms(turn, silence, longest, neutral_ms, ear))
    }))
}

/// Silence alone.
pub fn silence_only(turns: &[Turn]) -> Curve {
    Curve::new(settings().map(|ms| Outcome::of(turns, &|_, _, _| framed(ms))))
}

/// smart-turn at every threshold and every fall-back silence; none without its answers.
pub fn smart_turn(turns: &[Turn]) -> Option<Curve> {
    let mut silences = turns.iter().flat_map(|turn| &turn.silences);
    if silences.clone().next().is_none() || !silences.all(|silence| silence.smart.is_some()) {
        return None;
    }
    let pairs = (0..20).flat_map(|step| settings().map(move |fallback| (step as f32 / 20.0, fallback)));
    Some(Curve::new(pairs.map(|(threshold, fallback_ms)| {
        Outcome::of(turns, &|_, silence, _| match silence.smart {
            Some((probability, took_ms)) if probability > threshold => framed(SMART_ASKED_MS) + took_ms,
            _ => framed(fallback_ms),
        })
    })))
}

/// A silence is over at the end of a frame.
fn framed(ms: u64) -> u64 {
    ms.div_ceil(FRAME_MS) * FRAME_MS
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::patience::Reading;

    fn silence(from_ms: u64, length_ms: Option<u64>, reading: Reading, smart: f32) -> Silence {
        let text = String::new();
        let smart = Some((smart, 50));
        Silence { from_ms, length_ms, asked_ms: 160, decode_ms: 200, text, confidence: 0.9, reading, smart }
    }

    /// Half a number, 800 ms of pause, the whole number.
    fn turn() -> Turn {
        Turn {
            name: "a".into(),
            language: "en".into(),
            expect: "digits:8".into(),
            kind: ExpectKind::Digits { min: 8, max: 8 },
            end_ms: 4_000,
            pauses: vec![(1_000, 1_800)],
            silences: vec![
                silence(1_000, Some(800), Reading::Missing, 0.2),
                silence(4_000, None, Reading::Answer, 0.9),
            ],
        }
    }

    fn at(decode_ms: u64) -> Ear {
        Ear { decode_ms: Some(decode_ms), melody: false }
    }

    #[test]
    fn silence_alone_pays_for_every_pause_with_latency() {
        let curve = silence_only(&[turn()]);
        assert_eq!(curve.cutoffs_at(600.0), Some(1.0));
        assert_eq!(curve.cutoffs_at(1_000.0), Some(0.0));
        assert_eq!(curve.latency_ms(), Some(800.0));
    }

    #[test]
    fn words_hold_the_pause_and_end_the_turn() {
        let curve = duet(&[turn()], &Ear::default());
        assert_eq!(curve.latency_ms(), Some(360.0), "as soon as the words are there");
        assert_eq!(duet(&[turn()], &at(0)).latency_ms(), Some(224.0), "as soon as patience is over");
    }

    #[test]
    fn a_turn_whose_words_are_late_ends_without_them() {
        let late = |ms| duet_ms(&turn(), &turn().silences[1], 0, 550, &at(ms));
        assert!(late(60_000) < 3_000);
        assert!(late(500) == 660);
    }

    #[test]
    fn smart_turn_waits_for_its_fall_back_when_it_says_no() {
        let curve = smart_turn(&[turn()]).unwrap();
        assert_eq!(curve.latency_ms(), Some(224.0 + 50.0));
    }

    #[test]
    fn shares_are_of_pauses_and_of_turns() {
        let mut long = turn();
        long.silences.insert(1, silence(2_500, Some(400), Reading::Missing, 0.9));
        let outcome = Outcome::of(&[long], &|_, _, _| 600);
        assert_eq!((outcome.pauses, outcome.cut, outcome.turns_cut), (2, 1, 1));
        assert_eq!(outcome.latencies_ms, [600]);
    }
}
