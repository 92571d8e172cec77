//! `duet eval search`: how often the articles that a question needs are among the first that are found.

use super::ModelDir;
use crate::understand::e5::{E5, MODEL_FILE};
use crate::understand::knowledge::{Article, By, Knowledge, Section};
use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Sections asked for, so that three different articles are among them.
const SECTIONS: usize = 30;
const FIRST: usize = 3;
/// Words of a task that are the caller's question: its beginning, once who plays is left out.
const QUESTION_WORDS: usize = 60;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of articles, one JSON object with `id`, `title` and `content` (Markdown) a file, as tau2-bench has them.
    #[arg(long)]
    documents: PathBuf,
    /// Folder of tasks, each with `user_scenario.instructions` and `required_documents`.
    #[arg(long)]
    tasks: PathBuf,
    #[command(flatten)]
    models: ModelDir,
    /// Folder in which sentence vectors are kept between runs.
    #[arg(long)]
    cache: Option<PathBuf>,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Document {
    id: String,
    title: String,
    content: String,
}

#[derive(Deserialize)]
struct Task {
    user_scenario: Scenario,
    #[serde(default)]
    required_documents: Vec<String>,
}

#[derive(Deserialize)]
struct Scenario {
    instructions: String,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let documents: Vec<Document> = read_all(&args.documents)?;
    let tasks: Vec<Task> = read_all(&args.tasks)?;
    let tasks: Vec<Task> = tasks.into_iter().filter(|task| !task.required_documents.is_empty()).collect();
    ensure!(!tasks.is_empty(), "{}: no task names the documents it requires", args.tasks.display());
    let e5 = E5::load(&crate::models::locate(&args.models.models, MODEL_FILE)?)?;
    let articles = documents.iter().map(article).collect();
    let started = Instant::now();
    let knowledge = Knowledge::new(articles, Some(e5), args.cache.as_deref());
    println!(
        "{} articles placed in {:.1} s; {} questions",
        documents.len(),
        started.elapsed().as_secs_f32(),
        tasks.len()
    );
    let rankings = [("words (BM25)", By::Words), ("meaning (e5)", By::Meaning), ("both", By::Both)];
    let figures = rankings.map(|(name, by)| {
        let figures = Figures::of(&knowledge, &tasks, by);
        println!(
            "{name:14} recall@3 {:.3}  any of the needed in the first 3 {:.3}  latency p50, p95 {:.1}, {:.1} ms",
            figures.recall, figures.hit, figures.p50_ms, figures.p95_ms
        );
        figures
    });
    if args.json {
        let [words, meaning, both] = figures.each_ref().map(Figures::json);
        println!(
            "{}",
            json!({ "bm25": words, "e5": meaning, "both": both, "questions": tasks.len(), "articles": documents.len() })
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn read_all<T: for<'a> Deserialize<'a>>(folder: &Path) -> anyhow::Result<Vec<T>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        serde_json::from_str(&text).with_context(|| file.display().to_string())
    };
    files.iter().map(read).collect()
}

/// The document as an article; one without a section stays whole.
fn article(document: &Document) -> Article {
    let markdown = format!("# {}\n\n{}\n", document.title, document.content);
    let whole = || Article {
        name: document.id.clone(),
        language: None,
        title: document.title.clone(),
        sections: vec![Section {
            heading: document.title.clone(),
            asked: Vec::new(),
            text: document.content.clone(),
            line: 1,
        }],
    };
    let read = crate::understand::knowledge::read(&document.id, &markdown);
    read.map_or_else(|_| whole(), |article| Article { name: document.id.clone(), language: None, ..article })
}

/// What the caller wants, without the sentences that say whom to play.
fn question(task: &Task) -> String {
    let text = &task.user_scenario.instructions;
    let lines = text.lines().filter(|line| !line.contains("Your character:"));
    let text = lines.collect::<Vec<_>>().join(" ").replace("**", "");
    let sentences =
        text.split_inclusive(['.', '!', '?']).filter(|sentence| !sentence.contains("You are playing"));
    let words: Vec<&str> = sentences.flat_map(str::split_whitespace).take(QUESTION_WORDS).collect();
    words.join(" ").trim_start_matches("Your situation: ").to_owned()
}

struct Figures {
    /// Share of the needed articles, of three at most, that are among the first three.
    recall: f32,
    /// Share of the questions with at least one needed article among the first three.
    hit: f32,
    p50_ms: f32,
    p95_ms: f32,
}

impl Figures {
    fn of(knowledge: &Knowledge, tasks: &[Task], by: By) -> Figures {
        let (mut recall, mut hit, mut latencies) = (0.0, 0.0, Vec::new());
        for task in tasks {
            let started = Instant::now();
            let found = knowledge.search(&question(task), None, SECTIONS, by);
            latencies.push(started.elapsed().as_secs_f32() * 1000.0);
            let mut first: Vec<&str> = Vec::new();
            for found in &found {
                if !first.contains(&found.article.as_str()) && first.len() < FIRST {
                    first.push(&found.article);
                }
            }
            let needed: BTreeSet<&str> = task.required_documents.iter().map(String::as_str).collect();
            let right = first.iter().filter(|article| needed.contains(*article)).count();
            recall += right as f32 / needed.len().min(FIRST) as f32;
            hit += f32::from(u8::from(right > 0));
        }
        latencies.sort_by(f32::total_cmp);
        let quantile =
            |share: f32| latencies[((latencies.len() as f32 * share) as usize).min(latencies.len() - 1)];
        let count = tasks.len() as f32;
        Figures { recall: recall / count, hit: hit / count, p50_ms: quantile(0.5), p95_ms: quantile(0.95) }
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "recall_at_3": self.recall,
            "hit_at_3": self.hit,
            "latency_ms": { "p50": self.p50_ms, "p95": self.p95_ms },
        })
    }
}
