//! `duet test`: a bot's stories with its real understanding, as text, as sound or over calls.

mod call;
pub(crate) mod line;

use super::audio::Audio;
use super::bot::Thinking;
use super::{EX_USAGE, ModelDir};
use crate::decide::story::{self, Story};
use crate::decide::{Bot, Problem};
use call::Calls;
use clap::ValueEnum;
use line::Line;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the bot.
    bot: PathBuf,
    /// Only the stories whose name contains this; may be repeated.
    #[arg(long, value_name = "TEXT")]
    story: Vec<String>,
    /// Only the first so many of them.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How callers reach the bot: their words as typed; spoken and recognised; or spoken in a SIP call to a node of
    /// its own. Stories with scripted doubts, silences or dead engines are told as text only.
    #[arg(long = "as", value_enum, default_value_t = Way::Text)]
    way: Way,
    /// Pink noise so many dB below the voice, as the telephone carries both; in a call all the time.
    #[arg(long, value_name = "DB")]
    noise: Option<f32>,
    /// Lose this many percent of the packets.
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0)]
    loss: f32,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    Text,
    Audio,
    Call,
}

/// What came of the stories, in order.
type Results = Vec<(String, Vec<Problem>)>;

/// Exit code 0 when every story went as expected, 1 when not, 64 when what was asked for makes no sense.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.way == Way::Text && (args.noise.is_some() || args.loss > 0.0) {
        eprintln!("duet test: --noise and --loss need --as audio or --as call");
        return Ok(ExitCode::from(EX_USAGE));
    }
    if args.way != Way::Text && args.scripted {
        eprintln!("duet test: --scripted belongs to --as text");
        return Ok(ExitCode::from(EX_USAGE));
    }
    let thinking = Thinking::load(&args.bot, &args.dir)?;
    let stories = wanted(&args, &thinking.bot);
    anyhow::ensure!(!stories.is_empty(), "{}: no such story can be told that way", args.bot.display());
    let results = match args.way {
        Way::Text => as_text(&args, &thinking, &stories),
        Way::Audio => as_audio(&args, &thinking, &stories)?,
        Way::Call => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(as_calls(&args, &thinking.bot, &stories))?
        }
    };
    Ok(finish(&args, &results))
}

fn wanted<'a>(args: &Args, bot: &'a Bot) -> Vec<&'a Story> {
    let named = |story: &Story| {
        args.story.is_empty() || args.story.iter().any(|part| story.name.contains(part.as_str()))
    };
    let possible = |story: &Story| args.way != Way::Call || call::tells(story, bot);
    let stories = bot.stories.iter().filter(|story| named(story) && possible(story));
    stories.take(args.limit.unwrap_or(usize::MAX)).collect()
}

fn line(args: &Args) -> Line {
    Line { noise_db: args.noise, loss: args.loss / 100.0 }
}

fn as_text(args: &Args, thinking: &Thinking, stories: &[&Story]) -> Results {
    let classify = |text: &str, language| Some(thinking.meaning(text, language));
    let told = stories.iter().map(|story| {
        let run = if args.scripted { story::run } else { story::run_understood };
        tell(args, story, run(&thinking.bot, story, args.seed, &classify))
    });
    told.collect()
}

fn as_audio(args: &Args, thinking: &Thinking, stories: &[&Story]) -> anyhow::Result<Results> {
    let audio = Audio::load(&args.dir.models, &[], 1)?;
    let line = line(args);
    let classify = |text: &str, language| Some(thinking.meaning(text, language));
    let told = stories.iter().map(|story| {
        let hear = |text: &str, language, hint: &crate::hear::Hint| {
            let heard = audio.hear(text, language, hint, &line)?;
            println!("         {text:?} heard as {:?} ({:.2})", heard.text, heard.confidence);
            Ok(heard)
        };
        tell(args, story, story::run_heard(&thinking.bot, story, args.seed, &classify, &hear))
    });
    Ok(told.collect())
}

async fn as_calls(args: &Args, bot: &Bot, stories: &[&Story]) -> anyhow::Result<Results> {
    let calls = Calls::start(&args.bot, bot, &args.dir.models, line(args)).await?;
    let mut told = Results::new();
    for story in stories {
        let (problems, conversation) = calls.play(story).await?;
        told.push(tell(args, story, problems));
        if told.last().is_some_and(|(_, problems)| !problems.is_empty()) {
            conversation.iter().for_each(|turn| println!("         {turn}"));
        }
    }
    calls.end().await;
    Ok(told)
}

/// Prints how one story went.
fn tell(args: &Args, story: &Story, problems: Vec<Problem>) -> (String, Vec<Problem>) {
    println!("{:6} {}", if problems.is_empty() { "ok" } else { "FAILED" }, story.name);
    for problem in &problems {
        println!("       {}/{problem}", args.bot.display());
    }
    (story.name.clone(), problems)
}

fn finish(args: &Args, results: &Results) -> ExitCode {
    let failed: Vec<_> = results.iter().filter(|(_, problems)| !problems.is_empty()).collect();
    let passed = results.len() - failed.len();
    println!("{passed} passed, {} failed", failed.len());
    if args.json {
        let failures = failed.iter().map(|(name, problems)| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            json!({ "story": name, "problems": problems })
        });
        let failures: Vec<_> = failures.collect();
        let way = match args.way {
            Way::Text => "text",
            Way::Audio => "audio",
            Way::Call => "call",
        };
        println!("{}", json!({ "passed": passed, "failed": failed.len(), "as": way, "failures": failures }));
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
