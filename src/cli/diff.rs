//! `duet diff`: which recorded calls would go differently with another version of a bot.

use super::bot::Thinking;
use super::calls::{Which, recorded};
use super::client::{Client, Node};
use super::{EX_USAGE, ModelDir};
use crate::decide::replay::{Done, Recording, Turn};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the bot as it was.
    old: PathBuf,
    /// Folder of the bot as it will be.
    new: PathBuf,
    /// Calls that are played again, newest first.
    #[arg(long, default_value_t = 100, value_name = "N")]
    calls: u32,
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    models: ModelDir,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
}

/// Where a call goes another way.
#[derive(serde::Serialize)]
struct Difference {
    call_id: String,
    turn: usize,
    heard: String,
    /// None where that bot had ended the conversation before.
    old: Option<Done>,
    new: Option<Done>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some(client) = args.node.client("duet diff") else {
        return Ok(ExitCode::from(EX_USAGE));
    };
    let old = Thinking::load(&args.old, &args.models)?;
    let new = Thinking::load(&args.new, &args.models)?;
    let recordings = fetch(&client, &old.bot.name, args.calls)?;
    let mut differences = Vec::new();
    for recording in &recordings {
        let before = recording.play(&old.bot, &|text, language| Some(old.meaning(text, language)));
        let after = recording.play(&new.bot, &|text, language| Some(new.meaning(text, language)));
        differences.extend(first_difference(recording, &before, &after));
    }
    differences.iter().for_each(show);
    println!("{} of {} calls would go differently", differences.len(), recordings.len());
    if args.json {
        println!("{}", serde_json::json!({ "calls": recordings.len(), "differences": differences }));
    }
    Ok(ExitCode::SUCCESS)
}

fn fetch(client: &Client, bot: &str, calls: u32) -> anyhow::Result<Vec<Recording>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let calls = runtime.block_on(recorded(client, bot, Which::Newest(calls)))?;
    Ok(calls
        .iter()
        .filter_map(|entries| Recording::of(entries))
        .filter(|call| !call.turns.is_empty())
        .collect())
}

/// What follows the first difference is another conversation.
fn first_difference(recording: &Recording, old: &[Done], new: &[Done]) -> Option<Difference> {
    let turn = (0..old.len().max(new.len())).find(|turn| old.get(*turn) != new.get(*turn))?;
    let heard = match &recording.turns[turn] {
        Turn::Said { text, .. } => text.clone(),
        Turn::Typed(digits) => format!("keys {digits}"),
    };
    let (old, new) = (old.get(turn).cloned(), new.get(turn).cloned());
    Some(Difference { call_id: recording.call_id.clone(), turn: turn + 1, heard, old, new })
}

fn show(difference: &Difference) {
    println!("{}  turn {}  \"{}\"", difference.call_id, difference.turn, difference.heard);
    println!("  - {}", told(difference.old.as_ref()));
    println!("  + {}", told(difference.new.as_ref()));
}

fn told(done: Option<&Done>) -> String {
    let Some(done) = done else { return "had ended".to_owned() };
    let mut parts =
        vec![format!("topic {}", done.topic.as_deref().unwrap_or("none")), done.prompts.join(", ")];
    parts.extend(done.runs.iter().map(|action| format!("runs {action}")));
    parts.extend(done.escalated.iter().map(|kind| format!("to a person: {kind}")));
    parts.extend(done.queue.iter().map(|queue| format!("queue {queue}")));
    parts.join("; ")
}
