//! Learning from examples: hold out, fit, mix, calibrate.

use super::misheard::{Learnt, Mishearings};
use super::points::Points;
use super::scope::{HeldOut, Kind, Scope};
use super::{Calibration, Classifier, Example, OUT_OF_SCOPE, Report, TrainConfig, negatives, parallel};
use crate::language::Language;
use crate::understand::e5::E5;
use crate::understand::logistic::{Fit, Logistic, Sample, log_normalise};
use crate::understand::ngram::Row;
use crate::understand::vector_cache::{Role, vectors};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Inverse penalties that were best on several public intent sets; flat within a factor of three.
const VECTOR_INVERSE_PENALTY: f32 = 20.0;
const GRAM_INVERSE_PENALTY: f32 = 30.0;

/// More steps of L-BFGS change no prediction.
const ITERATIONS: usize = 50;

/// Shares of sentence vectors in the mix that are tried.
const VECTOR_SHARES: [f32; 8] = [0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0];

/// A language has its own temperature from this many held-out examples on.
const LANGUAGE_EXAMPLES: usize = 100;

/// How much what was heard of an example counts beside the example, if it is learnt.
const HEARD_WEIGHT: f32 = 0.5;

/// Range of the natural logarithm of the temperature.
const LOG_TEMPERATURES: (f32, f32) = (-3.0, 2.0);

/// Why a bot's examples cannot be learnt; the author's business.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    #[error("no examples: a topic needs at least one sentence that callers say")]
    NoExamples,
    #[error("example {number} of topic {label:?} has no words")]
    EmptyText { number: usize, label: String },
    #[error("example {number} ({text:?}) has no topic")]
    EmptyLabel { number: usize, text: String },
}

/// Learns a classifier from a bot's examples, and from what a recogniser made of them if that makes examples likelier
/// that were held out, as written and as heard; without `e5` from character n-grams alone.
///
/// Takes seconds, plus tens of ms per example and core for vectors that are not in the cache.
///
/// # Errors
/// An example without words or topic, or no example of any topic. A cache that cannot be used is no error:
/// it is logged and the vectors are computed.
pub fn train(
    examples: &[Example],
    heard: &Mishearings,
    e5: Option<Arc<E5>>,
    config: &TrainConfig,
) -> Result<Classifier, TrainError> {
    let topics = topics(examples)?;
    let all = Learnt::new(examples, heard);
    if all.examples.len() == examples.len() {
        return Ok(learn(&all, topics, e5, config, 0.0));
    }
    let with = learn(&all, topics.clone(), e5.clone(), config, HEARD_WEIGHT);
    let without = learn(&all, topics.clone(), e5.clone(), config, 0.0);
    if with.report.held_out_loss < without.report.held_out_loss {
        return Ok(with);
    }
    let plain = learn(&Learnt::new(examples, &Mishearings::new()), topics, e5, config, 0.0);
    Ok(Classifier { report: without.report, ..plain })
}

/// Learns the examples; what was heard of them with this weight, 0 to judge it alone.
fn learn(
    learnt: &Learnt,
    topics: Vec<String>,
    e5: Option<Arc<E5>>,
    config: &TrainConfig,
    heard_weight: f32,
) -> Classifier {
    let examples = &learnt.examples[..];
    let general = negatives::ALL.iter().copied();
    let texts: Vec<&str> = examples.iter().map(|example| example.text.as_str()).chain(general).collect();
    let vectors =
        e5.as_ref().map_or_else(Vec::new, |e5| vectors(e5, Role::Query, &texts, config.cache.as_deref()));
    let class = |example: &Example| topics.binary_search(&example.label).ok();
    let classes: Vec<Option<usize>> =
        examples.iter().map(class).chain(negatives::ALL.iter().map(|_| None)).collect();
    let origins: Vec<usize> = learnt.origins.iter().copied().chain(examples.len()..texts.len()).collect();
    let points = place(&texts, &vectors, classes, origins, examples.len());

    let folds = Folds::new(examples, &points, config);
    let held_out = hold_out(&points, topics.len(), &folds, e5.is_some(), heard_weight);
    let written = |logs: &&Logs| learnt.origins[logs.example] == logs.example;
    let as_written: Vec<&Logs> = held_out.iter().filter(written).collect();
    let calibration = calibrate(&as_written, examples, &points);
    let by_vector = e5.as_ref().map(|_| fit(&points, topics.len(), View::Vector, heard_weight, |_| true));
    let by_grams = fit(&points, topics.len(), View::Grams, heard_weight, |_| true);
    let report =
        Report { heard_learnt: heard_weight > 0.0, ..report(&held_out, learnt, &points, &calibration) };
    let mut classifier = Classifier {
        topics,
        e5,
        points,
        by_vector,
        by_grams,
        calibration,
        scope: Scope::learn(&Points::default(), &[], config.out_of_scope_share),
        report,
    };
    let judged = judged(&classifier, &as_written, examples);
    classifier.scope = Scope::learn(&classifier.points, &judged, config.out_of_scope_share);
    classifier
}

fn topics(examples: &[Example]) -> Result<Vec<String>, TrainError> {
    let mut topics = BTreeSet::new();
    for (at, example) in examples.iter().enumerate() {
        if !example.text.chars().any(char::is_alphanumeric) {
            return Err(TrainError::EmptyText { number: at + 1, label: example.label.clone() });
        }
        if example.label.is_empty() {
            return Err(TrainError::EmptyLabel { number: at + 1, text: example.text.clone() });
        }
        if example.label != OUT_OF_SCOPE {
            topics.insert(example.label.clone());
        }
    }
    if topics.is_empty() { Err(TrainError::NoExamples) } else { Ok(topics.into_iter().collect()) }
}

/// Places the examples and those general sentences that are not about one of the bot's own matters.
fn place(
    texts: &[&str],
    vectors: &[Vec<f32>],
    classes: Vec<Option<usize>>,
    origins: Vec<usize>,
    own: usize,
) -> Points {
    let all = Points::new(texts, vectors, classes.clone(), origins.clone());
    let nearness = |at: usize| {
        let other = |origin, class: Option<usize>| origin != origins[at] && class.is_some();
        let near = all.nearest(&all.examples()[at], other);
        if vectors.is_empty() { near.grams } else { near.vector }
    };
    let written = |at: &usize| origins[*at] == *at && classes[*at].is_some();
    let mut usual: Vec<f32> = (0..own).filter(written).map(nearness).collect();
    usual.sort_by(f32::total_cmp);
    let limit = usual.get(usual.len() / 2).copied().unwrap_or(1.0);
    let kept: Vec<usize> = (0..texts.len()).filter(|&at| at < own || nearness(at) < limit).collect();
    let texts: Vec<&str> = kept.iter().map(|&at| texts[at]).collect();
    let vectors: Vec<Vec<f32>> = kept.iter().filter_map(|&at| vectors.get(at).cloned()).collect();
    let origin = |(now, &at): (usize, &usize)| if at < own { origins[at] } else { now };
    let origins = kept.iter().enumerate().map(origin).collect();
    Points::new(&texts, &vectors, kept.iter().map(|&at| classes[at]).collect(), origins)
}

/// Which part each example of a topic belongs to, together with what was heard of it; the only example of a topic is
/// never held out.
struct Folds(Vec<Option<usize>>);

impl Folds {
    fn new(examples: &[Example], points: &Points, config: &TrainConfig) -> Self {
        let mut of_class: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let written = |(at, _): &(usize, _)| points.origins()[*at] == *at;
        for (at, class) in points.classes().iter().take(examples.len()).enumerate().filter(written) {
            class.iter().for_each(|class| of_class.entry(*class).or_default().push(at));
        }
        let mut folds = vec![None; points.classes().len()];
        let mut random = config.seed;
        let mut start = 0;
        for mut members in of_class.into_values().filter(|members| members.len() > 1) {
            shuffle(&mut members, &mut random);
            for (place, member) in members.iter().enumerate() {
                folds[*member] = Some((start + place) % config.folds.max(2));
            }
            start += members.len();
        }
        for at in 0..examples.len() {
            folds[at] = folds[points.origins()[at]];
        }
        Self(folds)
    }
}

/// Shuffles by splitmix64 (Steele, Lea, Flood 2014): small, seeded, the same on every machine.
pub(crate) fn shuffle(items: &mut [usize], state: &mut u64) {
    for last in (1..items.len()).rev() {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        items.swap(last, ((z ^ z >> 31) % (last as u64 + 1)) as usize);
    }
}

#[derive(Clone, Copy)]
enum View {
    Vector,
    Grams,
}

/// Fits one view on the topics' examples that `included` accepts, every topic with the same weight.
fn fit(
    points: &Points,
    classes: usize,
    view: View,
    heard_weight: f32,
    included: impl Fn(usize) -> bool,
) -> Logistic {
    let chosen = points.classes().iter().enumerate().filter(|(at, _)| included(*at));
    let chosen: Vec<(usize, usize)> = chosen.filter_map(|(at, class)| Some((at, (*class)?))).collect();
    let weight = |at: usize| if points.origins()[at] == at { 1.0 } else { heard_weight };
    let mut counts = vec![0.0f32; classes];
    chosen.iter().for_each(|(at, class)| counts[*class] += weight(*at));
    let usual = counts.iter().sum::<f32>() / classes as f32;
    let samples: Vec<Sample<'_>> = chosen
        .iter()
        .map(|&(at, class)| {
            let point = &points.examples()[at];
            let row = match view {
                View::Vector => &point.vector,
                View::Grams => &point.grams,
            };
            Sample { row, class, weight: weight(at) * usual / counts[class] }
        })
        .collect();
    let (features, inverse_penalty) = match view {
        View::Vector => (points.vector_features(), VECTOR_INVERSE_PENALTY),
        View::Grams => (points.gram_features(), GRAM_INVERSE_PENALTY),
    };
    Logistic::fit(&samples, Fit { classes, features, inverse_penalty, iterations: ITERATIONS })
}

/// Log-probabilities of one example by models that have not seen it.
struct Logs {
    example: usize,
    by_vector: Option<Vec<f32>>,
    by_grams: Vec<f32>,
}

fn hold_out(points: &Points, classes: usize, folds: &Folds, vectors: bool, heard_weight: f32) -> Vec<Logs> {
    let parts: BTreeSet<usize> = folds.0.iter().flatten().copied().collect();
    let views = if vectors { &[View::Grams, View::Vector][..] } else { &[View::Grams] };
    let jobs: Vec<(usize, View)> =
        parts.iter().flat_map(|part| views.iter().map(move |view| (*part, *view))).collect();
    let models = parallel::map(&jobs, |&(part, view)| {
        fit(points, classes, view, heard_weight, |at| folds.0.get(at).copied().flatten() != Some(part))
    });
    let logs = |model: &Logistic, row: &Row| {
        let mut scores = model.scores(row);
        log_normalise(&mut scores);
        scores
    };
    let mut held_out = Vec::new();
    for (part, models) in parts.iter().zip(models.chunks(views.len())) {
        for (example, _) in folds.0.iter().enumerate().filter(|(_, fold)| **fold == Some(*part)) {
            let point = &points.examples()[example];
            let by_vector = models.get(1).map(|model| logs(model, &point.vector));
            held_out.push(Logs { example, by_vector, by_grams: logs(&models[0], &point.grams) });
        }
    }
    held_out
}

/// The mix and the temperatures under which the held-out examples are most likely.
fn calibrate(held_out: &[&Logs], examples: &[Example], points: &Points) -> Calibration {
    let mut best = Calibration { vector_share: 0.8, temperature: 1.0, ..Calibration::default() };
    if held_out.is_empty() {
        return best;
    }
    let mut lowest = f32::INFINITY;
    for vector_share in VECTOR_SHARES {
        let (temperature, loss) = best_temperature(held_out, points, vector_share);
        if loss < lowest {
            lowest = loss;
            best = Calibration { vector_share, temperature, ..Calibration::default() };
        }
    }
    for language in Language::ALL {
        let own: Vec<&Logs> = held_out
            .iter()
            .copied()
            .filter(|logs| examples[logs.example].language == Some(language))
            .collect();
        if own.len() >= LANGUAGE_EXAMPLES {
            let (temperature, _) = best_temperature(&own, points, best.vector_share);
            best.temperature_of.insert(language, temperature);
        }
    }
    best
}

/// Temperature with the lowest mean negative log-likelihood, by golden section; and that value.
fn best_temperature(held_out: &[&Logs], points: &Points, vector_share: f32) -> (f32, f32) {
    let loss = |log_temperature: f32| -> f32 {
        let temperature = log_temperature.exp();
        let calibration = Calibration { vector_share, temperature, ..Calibration::default() };
        let likelihood = |logs: &&Logs| {
            let mixed = calibration.mix(logs.by_vector.as_deref(), &logs.by_grams, None);
            points.classes()[logs.example].map_or(0.0, |class| mixed[class].max(-20.0))
        };
        -held_out.iter().map(likelihood).sum::<f32>() / held_out.len() as f32
    };
    let golden = (5f32.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = LOG_TEMPERATURES;
    while high - low > 0.01 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if loss(left) < loss(right) { high = right } else { low = left }
    }
    let middle = (low + high) / 2.0;
    (middle.exp(), loss(middle))
}

/// All texts with log-probabilities of models that have not learnt them, for the judgement of scope.
fn judged(classifier: &Classifier, held_out: &[&Logs], examples: &[Example]) -> Vec<HeldOut> {
    let points = &classifier.points;
    let inside = held_out.iter().filter_map(|logs| {
        let language = examples[logs.example].language;
        Some(HeldOut {
            point: points.examples()[logs.example].clone(),
            logs: classifier.calibration.mix(logs.by_vector.as_deref(), &logs.by_grams, language),
            origin: points.origins()[logs.example],
            kind: Kind::Topic(points.classes()[logs.example]?),
        })
    });
    let written = points.origins().iter().enumerate().filter(|(at, origin)| at == *origin).map(|(at, _)| at);
    let outside = written.filter(|at| points.classes()[*at].is_none()).map(|at| {
        let point = points.examples()[at].clone();
        let language = examples.get(at).and_then(|example| example.language);
        let logs = classifier.log_probabilities(&point, language);
        let kind = if at < examples.len() { Kind::Own } else { Kind::General };
        HeldOut { point, logs, origin: points.origins()[at], kind }
    });
    inside.chain(outside).collect()
}

fn report(held_out: &[Logs], learnt: &Learnt, points: &Points, calibration: &Calibration) -> Report {
    let examples = &learnt.examples;
    let right = |logs: &Logs| {
        let mixed = calibration.mix(logs.by_vector.as_deref(), &logs.by_grams, None);
        let best = mixed.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class);
        best == points.classes()[logs.example]
    };
    let accuracy = |wanted: &dyn Fn(usize) -> bool| {
        let judged: Vec<bool> = held_out.iter().filter(|logs| wanted(logs.example)).map(right).collect();
        (!judged.is_empty())
            .then(|| judged.iter().filter(|right| **right).count() as f32 / judged.len() as f32)
    };
    let loss = |wanted: &dyn Fn(usize) -> bool| {
        let of = held_out.iter().filter(|logs| wanted(logs.example)).map(|logs| {
            let mixed = calibration.mix(logs.by_vector.as_deref(), &logs.by_grams, None);
            points.classes()[logs.example].map_or(0.0, |class| -mixed[class].max(-20.0))
        });
        let of: Vec<f32> = of.collect();
        of.iter().sum::<f32>() / of.len().max(1) as f32
    };
    let written = |at: usize| learnt.origins[at] == at;
    let of = |language| accuracy(&|at| written(at) && examples[at].language == Some(language));
    let out_of_scope = |at: &usize| written(*at) && examples[*at].label == OUT_OF_SCOPE;
    Report {
        examples: learnt.written(),
        out_of_scope_examples: (0..examples.len()).filter(out_of_scope).count(),
        heard: examples.len() - learnt.written(),
        heard_learnt: false,
        held_out_loss: loss(&written) + loss(&|at| !written(at)),
        held_out_accuracy: accuracy(&written).unwrap_or(0.0),
        held_out_accuracy_heard: accuracy(&|at| !written(at)),
        held_out_accuracy_of: Language::ALL.into_iter().filter_map(|l| Some((l, of(l)?))).collect(),
    }
}
