//! Three views of a text, each with a logistic regression; their evidence is added and brought to scale.

use super::lexicon::{SIGNALS, signals};
use crate::language::Language;
use crate::understand::classifier::{centred, mean, parallel, shuffle};
use crate::understand::logistic::{Fit, Logistic, Sample, log_normalise};
use crate::understand::ngram::{Ngrams, Row};

/// Inverse penalties; figures change little within a factor of three.
const VECTOR_INVERSE_PENALTY: f32 = 5.0;
const GRAM_INVERSE_PENALTY: f32 = 10.0;
const WORD_INVERSE_PENALTY: f32 = 1.0;

/// More steps of L-BFGS change no prediction.
const ITERATIONS: usize = 60;

/// Parts of the examples that are held out in turn.
const FOLDS: usize = 5;

/// Decides what is held out together.
const SEED: u64 = 1;

/// Range and step of the natural logarithm of the temperature that are tried.
const LOG_TEMPERATURES: std::ops::RangeInclusive<i32> = -4..=16;
const LOG_TEMPERATURE_STEP: f32 = 0.1;

/// One text to learn from.
#[derive(Debug, Clone, Copy)]
pub struct Labelled<'a> {
    pub text: &'a str,
    /// Its sentence vector; of all texts or of none.
    pub vector: Option<&'a [f32]>,
    pub class: usize,
}

/// What one language's examples taught.
#[derive(Debug, Clone)]
pub struct Mind {
    views: Views,
    /// Logarithm of the expected share of each class.
    log_priors: Vec<f32>,
    temperature: f32,
    held_out_accuracy: f32,
}

impl Mind {
    /// Learns classes 0 to `priors.len() - 1`, each with the same weight whatever its number of texts; `priors`
    /// are their expected shares where it is used.
    pub fn learn(labelled: &[Labelled<'_>], priors: &[f32], language: Language) -> Self {
        let classes = priors.len();
        let held_out = hold_out(labelled, classes, language);
        let right = held_out.iter().filter(|(logs, class)| best(logs) == *class).count();
        Self {
            views: Views::fit(labelled, classes, language),
            log_priors: priors.iter().map(|prior| prior.ln()).collect(),
            temperature: temperature(&held_out, classes),
            held_out_accuracy: right as f32 / held_out.len().max(1) as f32,
        }
    }

    /// Natural logarithms of the classes' probabilities.
    pub fn log_probabilities(&self, text: &str, vector: Option<&[f32]>) -> Vec<f32> {
        let mut logs = self.views.evidence(text, vector);
        let scale = |(log, prior): (&mut f32, &f32)| *log = *log / self.temperature + prior;
        logs.iter_mut().zip(&self.log_priors).for_each(scale);
        log_normalise(&mut logs);
        logs
    }

    /// Evidence of n-grams and words for a class against all others, before scaling.
    pub(super) fn evidence_in_letters(&self, text: &str, class: usize) -> f32 {
        let log = self.views.evidence(text, None)[class].min(-1e-4);
        log - (-log.exp_m1()).ln()
    }

    pub fn held_out_accuracy(&self) -> f32 {
        self.held_out_accuracy
    }
}

#[derive(Debug, Clone)]
struct Views {
    language: Language,
    classes: usize,
    mean: Vec<f32>,
    ngrams: Ngrams,
    by_vector: Option<Logistic>,
    by_grams: Logistic,
    by_words: Logistic,
}

impl Views {
    fn fit(labelled: &[Labelled<'_>], classes: usize, language: Language) -> Self {
        let ngrams = Ngrams::learn(labelled.iter().map(|one| one.text));
        let vectors: Vec<&[f32]> = labelled.iter().filter_map(|one| one.vector).collect();
        let mean = mean(vectors.iter().copied());
        let fit = |rows: Vec<Row>, features, inverse_penalty| {
            let samples = weighed(&rows, labelled, classes);
            Logistic::fit(&samples, Fit { classes, features, inverse_penalty, iterations: ITERATIONS })
        };
        let all_have_one = !vectors.is_empty() && vectors.len() == labelled.len();
        let by_vector = all_have_one.then(|| {
            let rows = vectors.iter().map(|vector| centred(vector, &mean)).collect();
            fit(rows, mean.len(), VECTOR_INVERSE_PENALTY)
        });
        let grams = labelled.iter().map(|one| ngrams.row(one.text)).collect();
        let by_grams = fit(grams, ngrams.features(), GRAM_INVERSE_PENALTY);
        let words = labelled.iter().map(|one| signals(one.text, language)).collect();
        let by_words = fit(words, SIGNALS, WORD_INVERSE_PENALTY);
        Self { language, classes, mean, ngrams, by_vector, by_grams, by_words }
    }

    /// Log-probabilities: the views as independent witnesses.
    fn evidence(&self, text: &str, vector: Option<&[f32]>) -> Vec<f32> {
        let mut sum = vec![0.0; self.classes];
        let mut add = |model: &Logistic, row: &Row| {
            let mut logs = model.scores(row);
            log_normalise(&mut logs);
            sum.iter_mut().zip(logs).for_each(|(sum, log)| *sum += log);
        };
        if let (Some(model), Some(vector)) = (&self.by_vector, vector) {
            add(model, &centred(vector, &self.mean));
        }
        add(&self.by_grams, &self.ngrams.row(text));
        add(&self.by_words, &signals(text, self.language));
        log_normalise(&mut sum);
        sum
    }
}

/// Samples whose classes weigh the same together.
fn weighed<'a>(rows: &'a [Row], labelled: &[Labelled<'_>], classes: usize) -> Vec<Sample<'a>> {
    let mut counts = vec![0.0f32; classes];
    labelled.iter().for_each(|one| counts[one.class] += 1.0);
    let usual = labelled.len() as f32 / classes as f32;
    let sample = |(row, one): (&'a Row, &Labelled<'_>)| Sample {
        row,
        class: one.class,
        weight: usual / counts[one.class],
    };
    rows.iter().zip(labelled).map(sample).collect()
}

/// Log-probabilities of each text by views that have not seen it, before scaling, and its class.
pub fn hold_out(labelled: &[Labelled<'_>], classes: usize, language: Language) -> Vec<(Vec<f32>, usize)> {
    let mut order: Vec<usize> = (0..labelled.len()).collect();
    let mut state = SEED;
    shuffle(&mut order, &mut state);
    let parts: Vec<usize> = (0..FOLDS).collect();
    let judged = parallel::map(&parts, |part| {
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for (place, at) in order.iter().enumerate() {
            if place % FOLDS == *part { own.push(*at) } else { others.push(labelled[*at]) }
        }
        let views = Views::fit(&others, classes, language);
        let judge = |at: usize| (at, views.evidence(labelled[at].text, labelled[at].vector));
        own.into_iter().map(judge).collect::<Vec<_>>()
    });
    let mut judged: Vec<(usize, Vec<f32>)> = judged.into_iter().flatten().collect();
    judged.sort_by_key(|(at, _)| *at);
    judged.into_iter().map(|(at, logs)| (logs, labelled[at].class)).collect()
}

/// The temperature under which the held-out texts are most likely, every class with the same weight.
fn temperature(held_out: &[(Vec<f32>, usize)], classes: usize) -> f32 {
    let mut counts = vec![0.0f32; classes];
    held_out.iter().for_each(|(_, class)| counts[*class] += 1.0);
    let loss = |temperature: f32| -> f32 {
        let of = |(logs, class): &(Vec<f32>, usize)| {
            let mut scaled: Vec<f32> = logs.iter().map(|log| log / temperature).collect();
            log_normalise(&mut scaled);
            -scaled[*class].max(-20.0) / counts[*class]
        };
        held_out.iter().map(of).sum()
    };
    let tried = LOG_TEMPERATURES.map(|step| (step as f32 * LOG_TEMPERATURE_STEP).exp());
    tried.min_by(|a, b| loss(*a).total_cmp(&loss(*b))).unwrap_or(1.0)
}

fn best(logs: &[f32]) -> usize {
    logs.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(class, _)| class)
}
