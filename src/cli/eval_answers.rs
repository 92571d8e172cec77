//! `duet eval answers`: how often a bot's articles answer a question rightly, wrongly or not at all.

use super::ModelDir;
use super::bot::Thinking;
use crate::language::Language;
use crate::understand::local::ANSWER_ABOVE;
use anyhow::{Context, ensure};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Probabilities from which answers are counted, besides the one in force.
const STEPS: [f32; 6] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the bot.
    bot: PathBuf,
    /// Tab-separated, with columns `text`, `lang` and `label`: the heading of the section that answers, or `none`.
    #[arg(long)]
    questions: PathBuf,
    /// Print each question that is answered wrongly or not at all.
    #[arg(long)]
    misses: bool,
    #[command(flatten)]
    models: ModelDir,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
}

struct Question {
    text: String,
    language: Language,
    /// None where nothing answers it.
    heading: Option<String>,
}

/// The likeliest answer, and the probability of the likeliest topic or of none.
struct Likely {
    heading: String,
    probability: f32,
    other: f32,
}

impl Likely {
    fn answers(&self, from: f32) -> bool {
        self.probability >= from && self.probability > self.other
    }
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let questions = read(&args.questions)?;
    let thinking = Thinking::load(&args.bot, &args.models)?;
    let likeliest = |question: &Question| {
        let found = thinking.likeliest_answer(&question.text, question.language);
        found.map(|(passage, probability, other)| Likely { heading: passage.heading, probability, other })
    };
    let likely: Vec<Option<Likely>> = questions.iter().map(likeliest).collect();
    for step in STEPS {
        println!("from {step:.2}  {}", Counts::of(&questions, &likely, step).told());
    }
    let counts = Counts::of(&questions, &likely, ANSWER_ABOVE);
    println!("in force   {}", counts.told());
    if args.misses {
        questions.iter().zip(&likely).for_each(|(question, likely)| show(question, likely.as_ref()));
    }
    if args.json {
        println!("{}", counts.json());
    }
    Ok(ExitCode::SUCCESS)
}

fn show(question: &Question, likely: Option<&Likely>) {
    let Some(likely) = likely else { return };
    let answered = likely.answers(ANSWER_ABOVE).then_some(&likely.heading);
    if answered != question.heading.as_ref() {
        let Likely { heading, probability, other } = likely;
        let (language, text) = (question.language, &question.text);
        println!("{language} \"{text}\": {heading:?} with {probability:.2}, else {other:.2}");
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<Question>> {
    let content = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut lines = content.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let at = header.iter().position(|column| *column == name);
        at.with_context(|| format!("{}: line 1: no column {name:?}", path.display()))
    };
    let (text, lang, label) = (column("text")?, column("lang")?, column("label")?);
    let mut questions = Vec::new();
    for (at, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let place = || format!("{}: line {}", path.display(), at + 2);
        ensure!(cells.len() == header.len(), "{}: expected {} columns", place(), header.len());
        questions.push(Question {
            text: cells[text].to_owned(),
            language: cells[lang].parse().with_context(place)?,
            heading: (cells[label] != "none").then(|| cells[label].to_owned()),
        });
    }
    ensure!(!questions.is_empty(), "{}: no question", path.display());
    Ok(questions)
}

#[derive(Default)]
struct Counts {
    /// Questions with an answer: answered with it, with another, not.
    right: usize,
    wrong: usize,
    missed: usize,
    /// Questions without one: answered all the same, left alone.
    invented: usize,
    left_alone: usize,
}

impl Counts {
    fn of(questions: &[Question], likely: &[Option<Likely>], from: f32) -> Counts {
        let mut counts = Counts::default();
        for (question, likely) in questions.iter().zip(likely) {
            let answer = likely.as_ref().filter(|likely| likely.answers(from)).map(|likely| &likely.heading);
            let count = match (&question.heading, answer) {
                (Some(wanted), Some(given)) if wanted == given => &mut counts.right,
                (Some(_), Some(_)) => &mut counts.wrong,
                (Some(_), None) => &mut counts.missed,
                (None, Some(_)) => &mut counts.invented,
                (None, None) => &mut counts.left_alone,
            };
            *count += 1;
        }
        counts
    }

    fn told(&self) -> String {
        format!(
            "of {} with an answer {} right, {} wrong, {} none; of {} without one {} answered",
            self.right + self.wrong + self.missed,
            self.right,
            self.wrong,
            self.missed,
            self.invented + self.left_alone,
            self.invented
        )
    }

    fn json(&self) -> serde_json::Value {
        let share = |part: usize, whole: usize| part as f32 / whole.max(1) as f32;
        let asked = self.right + self.wrong + self.missed;
        json!({
            "right": share(self.right, asked),
            "wrong": share(self.wrong, asked),
            "missed": share(self.missed, asked),
            "invented": share(self.invented, self.invented + self.left_alone),
            "questions": asked,
            "others": self.invented + self.left_alone,
        })
    }
}
