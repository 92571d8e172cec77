//! `duet eval tone --text`: how well tone from words finds the rows that a labelled text set calls angry, say.

use super::Args;
use super::score::{auc, recall};
use crate::cli::eval_texts::{TextRow, read_texts};
use crate::language::Language;
use crate::understand::classifier::parallel;
use crate::understand::e5::E5;
use crate::understand::tone::{Labelled, Tones, hold_out, plain_count};
use crate::understand::vector_cache::{Role, vectors};
use anyhow::ensure;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// A label may hold several, as annotators gave them: `Tristete|Furie`.
const LABEL_SEPARATOR: char = '|';

pub fn run(args: &Args, file: &Path) -> anyhow::Result<ExitCode> {
    let rows = read_texts(file, "text", Some(args.lang))?;
    let positive = positives(&rows, args, file)?;
    let e5 = args.models.e5(!args.no_vectors)?;
    let started = Instant::now();
    let tones = Tones::learn(e5.as_deref(), args.cache.as_deref());
    let learnt_ms = started.elapsed().as_millis() as u64;
    let vectors = e5.as_ref().map_or_else(Vec::new, |e5| embed(e5, &rows, args));
    let (scores, judge_ms) = judge(&tones, &rows, &vectors, args);
    let plain: Vec<f32> =
        rows.iter().map(|row| plain_count(&row.text, args.lang, &args.tone) as f32).collect();
    let figures = Figures {
        rows: rows.len(),
        positives: positive.iter().filter(|positive| **positive).count(),
        auc: auc(&scores, &positive),
        recall: recall(&scores, &positive),
        baseline_auc: auc(&plain, &positive),
        baseline_recall: recall(&plain, &positive),
        ceiling_auc: args.ceiling.then(|| ceiling(&rows, &vectors, &positive, args.lang)),
        judge_ms,
        learnt_ms,
    };
    print_worst(&rows, &scores, &positive, args.worst);
    figures.print(&tones, args);
    if args.json {
        println!("{}", figures.json(&tones, args));
    }
    Ok(ExitCode::SUCCESS)
}

/// Which rows are to be found.
fn positives(rows: &[TextRow], args: &Args, file: &Path) -> anyhow::Result<Vec<bool>> {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        row.label.split(LABEL_SEPARATOR).for_each(|label| *labels.entry(label).or_default() += 1);
    }
    let file = file.display();
    ensure!(!rows.is_empty(), "{file}: no row in {}", args.lang);
    for wanted in &args.positive {
        let known: Vec<&str> = labels.keys().copied().collect();
        ensure!(
            labels.contains_key(wanted.as_str()),
            "{file}: no row with label {wanted:?} among {}",
            known.join(", ")
        );
    }
    let is_positive = |row: &TextRow| {
        row.label.split(LABEL_SEPARATOR).any(|label| args.positive.iter().any(|wanted| wanted == label))
    };
    let positive: Vec<bool> = rows.iter().map(is_positive).collect();
    ensure!(positive.contains(&false), "{file}: every row is positive, there is nothing to tell apart");
    Ok(positive)
}

fn embed(e5: &E5, rows: &[TextRow], args: &Args) -> Vec<Vec<f32>> {
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    vectors(e5, Role::Query, &texts, args.cache.as_deref())
}

/// The score of each row, and the 95th percentile of the time it took without the vector, ms.
fn judge(tones: &Tones, rows: &[TextRow], vectors: &[Vec<f32>], args: &Args) -> (Vec<f32>, f32) {
    let numbers: Vec<usize> = (0..rows.len()).collect();
    let judged = parallel::map(&numbers, |at| {
        let started = Instant::now();
        let tone = tones.judge(&rows[*at].text, vectors.get(*at).map(Vec::as_slice), args.lang);
        let ms = started.elapsed().as_secs_f32() * 1000.0;
        (args.tone.iter().map(|kind| tone.of(*kind)).sum::<f32>(), ms)
    });
    let mut times: Vec<f32> = judged.iter().map(|(_, ms)| *ms).collect();
    times.sort_by(f32::total_cmp);
    let p95 = times[(times.len() * 95).div_ceil(100) - 1];
    (judged.into_iter().map(|(score, _)| score).collect(), p95)
}

/// AUC of the same views learnt from the file.
fn ceiling(rows: &[TextRow], vectors: &[Vec<f32>], positive: &[bool], language: Language) -> f32 {
    let labelled: Vec<Labelled<'_>> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| Labelled {
            text: &row.text,
            vector: vectors.get(at).map(Vec::as_slice),
            class: usize::from(positive[at]),
        })
        .collect();
    let held_out = hold_out(&labelled, 2, language);
    let scores: Vec<f32> = held_out.iter().map(|(logs, _)| logs[1]).collect();
    auc(&scores, positive)
}

fn print_worst(rows: &[TextRow], scores: &[f32], positive: &[bool], count: usize) {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let missed = order.iter().filter(|at| positive[**at]).take(count);
    let alarms = order.iter().rev().filter(|at| !positive[**at]).take(count);
    for (what, at) in missed.map(|at| ("missed", at)).chain(alarms.map(|at| ("false alarm", at))) {
        println!("{what:11} {:.2} {}: {}", scores[*at], rows[*at].label, rows[*at].text);
    }
}

struct Figures {
    rows: usize,
    positives: usize,
    auc: f32,
    recall: f32,
    baseline_auc: f32,
    baseline_recall: f32,
    ceiling_auc: Option<f32>,
    judge_ms: f32,
    learnt_ms: u64,
}

fn names(args: &Args) -> String {
    args.tone.iter().map(|kind| kind.name()).collect::<Vec<_>>().join("+")
}

impl Figures {
    fn print(&self, tones: &Tones, args: &Args) {
        println!("{}, learnt from {} built-in sentences", tones.name(), tones.examples());
        for language in Language::ALL {
            println!("held-out accuracy {language}   {:.3}", tones.held_out_accuracy(language));
        }
        println!(
            "rows                   {}, of them {}: {}",
            self.rows,
            args.positive.join(" or "),
            self.positives
        );
        println!("scored by              {}", names(args));
        println!("auc                    {:.3}", self.auc);
        println!("recall at 5 % alarms   {:.3}", self.recall);
        println!("plain words            {:.3}, recall {:.3}", self.baseline_auc, self.baseline_recall);
        if let Some(ceiling) = self.ceiling_auc {
            println!("learnt from the file   {ceiling:.3}");
        }
        println!("p95 without vector     {:.1} ms", self.judge_ms);
    }

    fn json(&self, tones: &Tones, args: &Args) -> serde_json::Value {
        json!({
            "auc": self.auc,
            "recall_at_5pct_false_alarms": self.recall,
            "baseline_auc": self.baseline_auc,
            "baseline_recall_at_5pct_false_alarms": self.baseline_recall,
            "learnt_from_file_auc": self.ceiling_auc,
            "tone": names(args),
            "rows": self.rows,
            "positives": self.positives,
            "examples": tones.examples(),
            "train_ms": self.learnt_ms,
            "latency_ms": { "p95": self.judge_ms },
            "model": tones.name(),
        })
    }
}
