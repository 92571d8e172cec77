//! ◆ Multinomial logistic regression by L-BFGS. No randomness: the same rows give the same weights.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::ngram::Row;
use std::collections::VecDeque;

/// Pairs of steps that L-BFGS remembers.
const HISTORY: usize = 8;

/// Halvings of a step before the search gives up.
const STEP_HALVINGS: usize = 20;

/// Done when the largest component of the gradient is below this.
const GRADIENT_TOLERANCE: f32 = 2e-4;

/// What to fit and how closely.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    pub classes: usize,
    /// Features, without the constant.
    pub features: usize,
    /// Inverse strength of the L2 penalty, on the scale of the sum over examples.
    pub inverse_penalty: f32,
    pub iterations: usize,
}

/// One example: its features, its class and its weight in the loss.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    pub row: &'a Row,
    pub class: usize,
    pub weight: f32,
}

/// A fitted model; `weights[feature * classes + class]`, the constant as last feature.
#[derive(Debug, Clone)]
pub struct Logistic {
    classes: usize,
    weights: Vec<f32>,
}

impl Logistic {
    /// Fits the model to the samples. Without samples all classes are equally likely.
    pub fn fit(samples: &[Sample<'_>], fit: Fit) -> Self {
        let mut model = Self { classes: fit.classes, weights: vec![0.0; (fit.features + 1) * fit.classes] };
        let total: f32 = samples.iter().map(|sample| sample.weight).sum();
        if total <= 0.0 {
            return model;
        }
        let penalty = 1.0 / (fit.inverse_penalty * total);
        let mut at = std::mem::take(&mut model.weights);
        minimise(&mut at, fit.iterations, |weights, gradient| {
            loss(samples, weights, gradient, fit, total, penalty)
        });
        model.weights = at;
        model
    }

    /// Unnormalised log-probabilities per class.
    pub fn scores(&self, row: &Row) -> Vec<f32> {
        let mut scores = vec![0.0; self.classes];
        score_into(&self.weights, row, &mut scores);
        scores
    }
}

/// Subtracts the logarithm of the sum of exponentials, which makes scores log-probabilities, and returns it.
pub fn log_normalise(scores: &mut [f32]) -> f32 {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
    let total = highest + sum.ln();
    scores.iter_mut().for_each(|score| *score -= total);
    total
}

fn score_into(weights: &[f32], row: &Row, scores: &mut [f32]) {
    let classes = scores.len();
    scores.copy_from_slice(&weights[weights.len() - classes..]);
    for (feature, value) in row {
        let weights = &weights[*feature as usize * classes..][..classes];
        add_scaled(scores, weights, *value);
    }
}

/// Mean negative log-likelihood plus penalty; writes its gradient.
fn loss(
    samples: &[Sample<'_>],
    weights: &[f32],
    gradient: &mut [f32],
    fit: Fit,
    total: f32,
    penalty: f32,
) -> f64 {
    let classes = fit.classes;
    let penalised = fit.features * classes;
    gradient.fill(0.0);
    let squares: f64 = weights[..penalised].iter().map(|w| f64::from(w * w)).sum();
    add_scaled(&mut gradient[..penalised], &weights[..penalised], penalty);
    let mut sum = 0.0;
    let mut scores = vec![0.0; classes];
    for sample in samples {
        score_into(weights, sample.row, &mut scores);
        log_normalise(&mut scores);
        let share = sample.weight / total;
        sum -= f64::from(share * scores[sample.class]);
        scores.iter_mut().for_each(|score| *score = score.exp() * share);
        scores[sample.class] -= share;
        for (feature, value) in sample.row {
            add_scaled(&mut gradient[*feature as usize * classes..][..classes], &scores, *value);
        }
        add_scaled(&mut gradient[penalised..], &scores, 1.0);
    }
    sum + 0.5 * f64::from(penalty) * squares
}

/// Limited-memory BFGS with a backtracking line search (Nocedal and Wright, algorithm 7.5).
fn minimise(at: &mut Vec<f32>, iterations: usize, mut value: impl FnMut(&[f32], &mut [f32]) -> f64) {
    let mut gradient = vec![0.0; at.len()];
    let mut here = value(at, &mut gradient);
    let mut history: VecDeque<Pair> = VecDeque::new();
    let mut next = at.clone();
    let mut next_gradient = gradient.clone();
    for _ in 0..iterations {
        if gradient.iter().all(|g| g.abs() < GRADIENT_TOLERANCE) {
            return;
        }
        let direction = descend(&gradient, &history);
        let slope = dot(&direction, &gradient);
        let mut step = 1.0;
        let mut found = None;
        for _ in 0..STEP_HALVINGS {
            next.copy_from_slice(at);
            add_scaled(&mut next, &direction, step);
            let there = value(&next, &mut next_gradient);
            if there <= here + 1e-4 * f64::from(step) * slope {
                found = Some(there);
                break;
            }
            step *= 0.5;
        }
        let Some(there) = found else { return };
        remember(&mut history, at, &next, &gradient, &next_gradient);
        std::mem::swap(at, &mut next);
        std::mem::swap(&mut gradient, &mut next_gradient);
        here = there;
    }
}

/// A step, the change of gradient along it, and the inverse of their product.
struct Pair {
    step: Vec<f32>,
    change: Vec<f32>,
    inverse: f64,
}

fn remember(history: &mut VecDeque<Pair>, at: &[f32], next: &[f32], before: &[f32], after: &[f32]) {
    let difference = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| b - a).collect::<Vec<f32>>();
    let (step, change) = (difference(at, next), difference(before, after));
    let product = dot(&step, &change);
    if product <= 1e-12 {
        return;
    }
    if history.len() == HISTORY {
        history.pop_front();
    }
    history.push_back(Pair { step, change, inverse: 1.0 / product });
}

/// The two-loop recursion: minus the approximate inverse Hessian times the gradient.
fn descend(gradient: &[f32], history: &VecDeque<Pair>) -> Vec<f32> {
    let mut direction: Vec<f32> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(history.len());
    for pair in history.iter().rev() {
        let share = pair.inverse * dot(&pair.step, &direction);
        add_scaled(&mut direction, &pair.change, -share as f32);
        shares.push(share);
    }
    if let Some(pair) = history.back() {
        let scale = 1.0 / (pair.inverse * dot(&pair.change, &pair.change));
        direction.iter_mut().for_each(|value| *value *= scale as f32);
    }
    for (pair, share) in history.iter().zip(shares.iter().rev()) {
        let back = pair.inverse * dot(&pair.change, &direction);
        add_scaled(&mut direction, &pair.step, (share - back) as f32);
    }
    direction
}

fn add_scaled(to: &mut [f32], from: &[f32], factor: f32) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    // Chunks sum in f32, chunk sums in f64: fast enough and exact enough for line searches.
    let chunk =
        |(a, b): (&[f32], &[f32])| -> f64 { f64::from(a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>()) };
    a.chunks(256).zip(b.chunks(256)).map(chunk).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(rows: &[Row]) -> Vec<Sample<'_>> {
        rows.iter().enumerate().map(|(i, row)| Sample { row, class: i % 3, weight: 1.0 }).collect()
    }

    fn rows() -> Vec<Row> {
        (0..30u32).map(|i| vec![(i % 3, 1.0), (3, (i % 7) as f32 / 7.0)]).collect()
    }

    const FIT: Fit = Fit { classes: 3, features: 4, inverse_penalty: 10.0, iterations: 100 };

    #[test]
    fn separable_classes_are_learnt() {
        let rows = rows();
        let model = Logistic::fit(&samples(&rows), FIT);
        for (class, row) in rows.iter().enumerate() {
            let mut scores = model.scores(row);
            log_normalise(&mut scores);
            assert!(scores[class % 3] > 0.8f32.ln(), "{scores:?}");
            assert!((scores.iter().map(|s| s.exp()).sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn the_minimum_has_no_slope() {
        let rows = rows();
        let model = Logistic::fit(&samples(&rows), FIT);
        let mut gradient = vec![0.0; model.weights.len()];
        loss(&samples(&rows), &model.weights, &mut gradient, FIT, 30.0, 1.0 / 300.0);
        assert!(gradient.iter().all(|g| g.abs() < 1e-3), "{gradient:?}");
    }

    #[test]
    fn without_samples_every_class_is_as_likely() {
        assert_eq!(Logistic::fit(&[], FIT).scores(&vec![(0, 1.0)]), vec![0.0; 3]);
    }
}
