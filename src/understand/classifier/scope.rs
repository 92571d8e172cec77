//! When nothing fits: a probability from how sure the topics are and how near the nearest examples lie.
//!
//! In scope are the examples, each judged as if it were new. Out of scope are the same examples judged
//! as if their own topic did not exist, sentences about other matters, and the author's own `oos` examples.

use super::points::{Point, Points};
use crate::understand::logistic::{Fit, Logistic, Sample, log_normalise};
use crate::understand::ngram::Row;

/// Signals of one text: log-odds of the best topic, nearest example and nearest out-of-scope sentence.
const SIGNALS: usize = 5;

/// Log-odds beyond this tell nothing more.
const LOG_ODDS_LIMIT: f32 = 6.0;

/// Shares of the three kinds of out-of-scope sentences in training, when all are there.
const MASKED_SHARE: f32 = 0.35;
const OWN_SHARE: f32 = 0.4;

#[derive(Debug, Clone)]
pub(super) struct Scope {
    model: Logistic,
    mean: [f32; SIGNALS],
    spread: [f32; SIGNALS],
    held_out_rejected: f32,
}

/// A text whose log-probabilities were found without having learnt it.
pub(super) struct HeldOut {
    pub point: Point,
    pub logs: Vec<f32>,
    /// The example that it is, or was heard of.
    pub origin: usize,
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Topic(usize),
    /// The author's own out-of-scope example.
    Own,
    /// A sentence about other matters that Duet brings along.
    General,
}

type Signals = [f32; SIGNALS];

/// Class of the regression that means out of scope.
const OUT: usize = 1;

impl Scope {
    pub(super) fn learn(points: &Points, held_out: &[HeldOut], out_of_scope_share: f32) -> Self {
        let judged = judge(points, held_out);
        let weights = weights(&judged, out_of_scope_share);
        let (mean, spread) = scale(&judged);
        let rows: Vec<Row> = judged.iter().map(|(signals, _)| row(signals, &mean, &spread)).collect();
        let samples: Vec<Sample<'_>> = rows
            .iter()
            .zip(&judged)
            .zip(weights)
            .map(|((row, (_, kind)), weight)| Sample { row, class: class(*kind), weight })
            .collect();
        let fit = Fit { classes: 2, features: SIGNALS, inverse_penalty: 0.3, iterations: 100 };
        let mut scope = Self { model: Logistic::fit(&samples, fit), mean, spread, held_out_rejected: 0.0 };
        scope.held_out_rejected = scope.rejected_at_90(&judged);
        scope
    }

    /// Probability that none of the topics is meant, from the log-probabilities of the topics.
    pub(super) fn probability(&self, points: &Points, point: &Point, logs: &[f32]) -> f32 {
        self.judge(&signals(points, point, logs, |_, _| true))
    }

    fn judge(&self, signals: &Signals) -> f32 {
        let mut scores = self.model.scores(&row(signals, &self.mean, &self.spread));
        log_normalise(&mut scores);
        scores[OUT].exp()
    }

    fn rejected_at_90(&self, judged: &[(Signals, Source)]) -> f32 {
        let of = |wanted: fn(Source) -> bool| -> Vec<f32> {
            let mut found: Vec<f32> =
                judged.iter().filter(|(_, s)| wanted(*s)).map(|(signals, _)| self.judge(signals)).collect();
            found.sort_by(f32::total_cmp);
            found
        };
        let inside = of(|source| source == Source::Inside);
        let outside = of(|source| !matches!(source, Source::Inside | Source::Masked));
        let Some(limit) = inside.get(inside.len() * 9 / 10) else {
            return 0.0;
        };
        outside.iter().filter(|p| *p > limit).count() as f32 / outside.len().max(1) as f32
    }

    pub(super) fn describe(&self) -> String {
        format!(
            "rejects {:.0} % of foreign sentences when 90 % of the examples are accepted",
            self.held_out_rejected * 100.0
        )
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Inside,
    Masked,
    Own,
    General,
}

fn class(source: Source) -> usize {
    if source == Source::Inside { 1 - OUT } else { OUT }
}

fn judge(points: &Points, held_out: &[HeldOut]) -> Vec<(Signals, Source)> {
    let mut judged = Vec::new();
    for text in held_out {
        let others = |origin: usize, _| origin != text.origin;
        let whole = signals(points, &text.point, &text.logs, others);
        match text.kind {
            Kind::Own => judged.push((whole, Source::Own)),
            Kind::General => judged.push((whole, Source::General)),
            Kind::Topic(own) => {
                judged.push((whole, Source::Inside));
                if text.logs.len() > 2 {
                    let masked = without(&text.logs, own);
                    let foreign = |origin, class| origin != text.origin && class != Some(own);
                    judged.push((signals(points, &text.point, &masked, foreign), Source::Masked));
                }
            }
        }
    }
    judged
}

/// Log-probabilities as if the topic did not exist.
fn without(logs: &[f32], topic: usize) -> Vec<f32> {
    let mut rest: Vec<f32> =
        logs.iter().enumerate().filter(|(at, _)| *at != topic).map(|(_, log)| *log).collect();
    log_normalise(&mut rest);
    rest
}

fn signals(
    points: &Points,
    point: &Point,
    logs: &[f32],
    wanted: impl Fn(usize, Option<usize>) -> bool,
) -> Signals {
    let inside = points.nearest(point, |origin, class| class.is_some() && wanted(origin, class));
    let outside = points.nearest(point, |origin, class| class.is_none() && wanted(origin, class));
    let best = logs.iter().copied().fold(f32::NEG_INFINITY, f32::max).exp().clamp(1e-6, 1.0 - 1e-6);
    let log_odds = (best / (1.0 - best)).ln().clamp(-LOG_ODDS_LIMIT, LOG_ODDS_LIMIT);
    [log_odds, inside.vector, inside.grams, outside.vector, outside.grams]
}

/// Weights that give out-of-scope sentences their expected share, split among their sources.
fn weights(judged: &[(Signals, Source)], out_of_scope_share: f32) -> Vec<f32> {
    let count = |source| judged.iter().filter(|(_, other)| *other == source).count() as f32;
    let own_share = if count(Source::Own) > 0.0 { OWN_SHARE } else { 0.0 };
    let masked_share = if count(Source::Masked) > 0.0 { MASKED_SHARE } else { 0.0 };
    let total = judged.len() as f32;
    let weight = |source| {
        let share = match source {
            Source::Inside => 1.0 - out_of_scope_share,
            Source::Own => out_of_scope_share * own_share,
            Source::Masked => out_of_scope_share * masked_share,
            Source::General => out_of_scope_share * (1.0 - own_share - masked_share),
        };
        share * total / count(source)
    };
    judged.iter().map(|(_, source)| weight(*source)).collect()
}

fn scale(judged: &[(Signals, Source)]) -> (Signals, Signals) {
    let count = judged.len().max(1) as f32;
    let mean = std::array::from_fn(|at| judged.iter().map(|(s, _)| s[at]).sum::<f32>() / count);
    let spread = std::array::from_fn(|at| {
        let variance = judged.iter().map(|(s, _)| (s[at] - mean[at]).powi(2)).sum::<f32>() / count;
        variance.sqrt().max(1e-3)
    });
    (mean, spread)
}

fn row(signals: &Signals, mean: &Signals, spread: &Signals) -> Row {
    (0..SIGNALS).map(|at| (at as u32, (signals[at] - mean[at]) / spread[at])).collect()
}
