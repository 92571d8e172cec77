//! `duet eval intents`: accuracy, calibration and out-of-scope rejection of understanding on your own data.

use super::ModelDir;
use super::eval_texts::{TextRow, read_texts};
use crate::language::Language;
use crate::understand::classifier::{
    Classifier, Example, Mishearings, OUT_OF_SCOPE, TrainConfig, shuffle, train,
};
use anyhow::{Context, ensure};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Bins of the expected calibration error (Guo et al. 2017).
const BINS: usize = 15;

/// When one file serves both purposes, one in so many rows of a label is kept for the test at least.
const TEST_ONE_IN: usize = 5;

/// Most frequent confusions that are printed.
const CONFUSIONS: usize = 10;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    models: ModelDir,
    /// Tab-separated examples with a header row: `text`, `label`, perhaps `lang`; out of scope is `oos`.
    #[arg(long)]
    train: PathBuf,
    /// Rows to judge, in the same form. The same file as --train is split.
    #[arg(long)]
    test: PathBuf,
    /// Examples that training gets of each label; all without this.
    #[arg(long, value_name = "N")]
    per_intent: Option<usize>,
    /// Decides which examples training gets.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Language of rows without a `lang` column; rows in other languages are left out.
    #[arg(long)]
    lang: Option<Language>,
    /// Name of the column with the text.
    #[arg(long, default_value = "text")]
    text_column: String,
    /// Character n-grams alone, as when the weights are missing.
    #[arg(long)]
    no_vectors: bool,
    /// What a recogniser made of the examples, in the form of a bot's `heard.yaml`.
    #[arg(long, value_name = "FILE")]
    heard: Option<PathBuf>,
    /// Give training no out-of-scope examples.
    #[arg(long)]
    no_oos_examples: bool,
    /// Folder in which sentence vectors are kept between runs.
    #[arg(long)]
    cache: Option<PathBuf>,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (examples, test) = split(&args)?;
    ensure!(!test.is_empty(), "{}: no row is left to judge", args.test.display());
    let e5 = args.models.e5(!args.no_vectors)?;
    let started = Instant::now();
    let config = TrainConfig { seed: args.seed, cache: args.cache.clone(), ..TrainConfig::default() };
    let heard = match &args.heard {
        None => Mishearings::new(),
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            serde_saphyr::from_str(&text).with_context(|| file.display().to_string())?
        }
    };
    let classifier = train(&examples, &heard, e5, &config)?;
    let train_ms = started.elapsed().as_millis() as u64;
    let judged = judge(&classifier, &test);
    let figures = Figures::of(&judged);
    figures.print(&classifier, examples.len(), train_ms);
    if args.json {
        println!("{}", figures.json(&classifier, examples.len(), train_ms, args.seed));
    }
    Ok(ExitCode::SUCCESS)
}

/// Examples to learn from and rows to judge.
fn split(args: &Args) -> anyhow::Result<(Vec<Example>, Vec<Example>)> {
    let same = same_file(&args.train, &args.test);
    let rows = read(&args.train, args)?;
    let mut examples = Vec::new();
    let mut rest = Vec::new();
    let mut random = args.seed;
    let mut too_few = 0;
    for (label, rows) in by_label(rows) {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        shuffle(&mut order, &mut random);
        let reserved = if same { rows.len().div_ceil(TEST_ONE_IN) } else { 0 };
        let mut taken = args.per_intent.unwrap_or(usize::MAX).min(rows.len() - reserved);
        if label == OUT_OF_SCOPE && args.no_oos_examples {
            taken = 0;
        }
        let mut shuffled: Vec<Example> = order.iter().map(|&at| rows[at].clone()).collect();
        let judged = shuffled.split_off(taken);
        if same && taken == 0 && label != OUT_OF_SCOPE {
            too_few += 1;
            continue;
        }
        rest.extend(judged);
        examples.append(&mut shuffled);
    }
    if too_few > 0 {
        eprintln!("{too_few} labels with a single row, too few to learn and judge, are left out");
    }
    Ok((examples, if same { rest } else { read(&args.test, args)? }))
}

fn same_file(a: &Path, b: &Path) -> bool {
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    canonical(a) == canonical(b)
}

fn by_label(rows: Vec<Example>) -> BTreeMap<String, Vec<Example>> {
    let mut labels: BTreeMap<String, Vec<Example>> = BTreeMap::new();
    for row in rows {
        labels.entry(row.label.clone()).or_default().push(row);
    }
    labels
}

/// Reads a text set.
fn read(path: &Path, args: &Args) -> anyhow::Result<Vec<Example>> {
    let rows = read_texts(path, &args.text_column, args.lang)?;
    let example = |row: TextRow| Example { text: row.text, label: row.label, language: row.language };
    Ok(rows.into_iter().map(example).collect())
}

/// One judged row.
struct Judged {
    label: String,
    best: String,
    best_probability: f32,
    out_of_scope: f32,
    latency_ms: f32,
}

impl Judged {
    fn in_scope(&self) -> bool {
        self.label != OUT_OF_SCOPE
    }

    /// The likelier of the best topic and none, its probability, and whether that is right.
    fn verdict(&self) -> (f32, bool) {
        if self.out_of_scope > self.best_probability {
            (self.out_of_scope, !self.in_scope())
        } else {
            (self.best_probability, self.best == self.label)
        }
    }
}

fn judge(classifier: &Classifier, rows: &[Example]) -> Vec<Judged> {
    let judge = |row: &Example| {
        let started = Instant::now();
        let meaning = classifier.classify(&row.text, row.language.unwrap_or(Language::English));
        let latency_ms = started.elapsed().as_secs_f32() * 1000.0;
        let (best, best_probability) = meaning.topics.into_iter().next().unwrap_or_default();
        let label = row.label.clone();
        Judged { label, best, best_probability, out_of_scope: meaning.out_of_scope, latency_ms }
    };
    rows.iter().map(judge).collect()
}

struct Figures {
    rows: usize,
    /// Share of the rows in scope whose likeliest topic is right.
    accuracy: Option<f32>,
    oos_rejected_at_90: Option<f32>,
    ece: f32,
    latency_p50_ms: f32,
    latency_p95_ms: f32,
    /// (label, taken for, times)
    confusions: Vec<(String, String, usize)>,
}

impl Figures {
    fn of(judged: &[Judged]) -> Self {
        let inside: Vec<&Judged> = judged.iter().filter(|row| row.in_scope()).collect();
        let right = inside.iter().filter(|row| row.best == row.label).count();
        let latencies = sorted(judged.iter().map(|row| row.latency_ms));
        Self {
            rows: judged.len(),
            accuracy: (!inside.is_empty()).then(|| right as f32 / inside.len() as f32),
            oos_rejected_at_90: rejected_at_90(judged),
            ece: calibration_error(judged),
            latency_p50_ms: quantile(&latencies, 0.5),
            latency_p95_ms: quantile(&latencies, 0.95),
            confusions: confusions(&inside),
        }
    }

    fn print(&self, classifier: &Classifier, examples: usize, train_ms: u64) {
        println!("{}", classifier.describe());
        println!("trained on {examples} examples in {train_ms} ms, judged {} rows", self.rows);
        if let Some(accuracy) = self.accuracy {
            println!("accuracy              {accuracy:.3}");
        }
        if let Some(rejected) = self.oos_rejected_at_90 {
            println!("oos rejected at 90 %  {rejected:.3}");
        }
        println!("calibration error     {:.3}", self.ece);
        println!("latency p50, p95      {:.1}, {:.1} ms", self.latency_p50_ms, self.latency_p95_ms);
        for (label, taken_for, times) in &self.confusions {
            println!("confused {times:3} times    {label} taken for {taken_for}");
        }
    }

    fn json(&self, classifier: &Classifier, examples: usize, train_ms: u64, seed: u64) -> serde_json::Value {
        json!({
            "accuracy": self.accuracy,
            "oos_rejected_at_90": self.oos_rejected_at_90,
            "ece": self.ece,
            "latency_ms": { "p50": self.latency_p50_ms, "p95": self.latency_p95_ms },
            "rows": self.rows,
            "examples": examples,
            "train_ms": train_ms,
            "seed": seed,
            "model": classifier.name(),
            "description": classifier.describe(),
        })
    }
}

/// Share of the rows out of scope that are rejected by the limit that accepts 90 % of the rows in scope.
fn rejected_at_90(judged: &[Judged]) -> Option<f32> {
    let inside = sorted(judged.iter().filter(|row| row.in_scope()).map(|row| row.out_of_scope));
    let outside: Vec<f32> = judged.iter().filter(|row| !row.in_scope()).map(|row| row.out_of_scope).collect();
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    let limit = inside[(inside.len() * 9).div_ceil(10) - 1];
    Some(outside.iter().filter(|p| **p > limit).count() as f32 / outside.len() as f32)
}

/// Expected calibration error of the likelier of the best topic and none, in bins of equal width.
fn calibration_error(judged: &[Judged]) -> f32 {
    let mut bins = [(0.0f32, 0.0f32); BINS];
    for (probability, right) in judged.iter().map(Judged::verdict) {
        let bin = &mut bins[((probability * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += probability;
        bin.1 += f32::from(u8::from(right));
    }
    bins.iter().map(|(sure, right)| (sure - right).abs()).sum::<f32>() / judged.len() as f32
}

fn confusions(inside: &[&Judged]) -> Vec<(String, String, usize)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in inside.iter().filter(|row| row.best != row.label) {
        *counts.entry((&row.label, &row.best)).or_default() += 1;
    }
    let mut pairs: Vec<_> = counts.into_iter().map(|((a, b), n)| (a.to_owned(), b.to_owned(), n)).collect();
    pairs.sort_by_key(|(_, _, times)| std::cmp::Reverse(*times));
    pairs.truncate(CONFUSIONS);
    pairs
}

fn sorted(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values
}

/// Nearest-rank quantile of sorted values.
fn quantile(sorted: &[f32], share: f32) -> f32 {
    let rank = (sorted.len() as f32 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}
