//! `duet test`: a bot's stories with its real understanding.

use super::ModelDir;
use super::bot::Thinking;
use crate::decide::{Problem, story};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the bot.
    bot: PathBuf,
    /// Only the stories whose name contains this.
    #[arg(long, value_name = "TEXT")]
    story: Option<String>,
    /// Believe the topics that stories name, instead of understanding the caller's words.
    #[arg(long)]
    scripted: bool,
    /// Varies the wordings.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dir: ModelDir,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let thinking = Thinking::load(&args.bot, &args.dir)?;
    let wanted = |name: &str| args.story.as_ref().is_none_or(|part| name.contains(part.as_str()));
    let stories: Vec<_> = thinking.bot.stories.iter().filter(|story| wanted(&story.name)).collect();
    anyhow::ensure!(!stories.is_empty(), "{}: no story of that name", args.bot.display());
    let classify = |text: &str, language| Some(thinking.meaning(text, language));
    let mut failed: Vec<(String, Vec<Problem>)> = Vec::new();
    for story in &stories {
        let run = if args.scripted { story::run } else { story::run_understood };
        let problems = run(&thinking.bot, story, args.seed, &classify);
        println!("{:6} {}", if problems.is_empty() { "ok" } else { "FAILED" }, story.name);
        for problem in &problems {
            println!("       {}/{problem}", args.bot.display());
        }
        if !problems.is_empty() {
            failed.push((story.name.clone(), problems));
        }
    }
    println!("{} passed, {} failed", stories.len() - failed.len(), failed.len());
    if args.json {
        let failures = failed.iter().map(|(name, problems)| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            json!({ "story": name, "problems": problems })
        });
        let failures: Vec<_> = failures.collect();
        let passed = stories.len() - failed.len();
        println!(
            "{}",
            json!({ "passed": passed, "failed": failed.len(), "as": "text", "failures": failures })
        );
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
