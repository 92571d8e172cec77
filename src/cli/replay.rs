//! `duet replay`: recorded calls under another policy: who would have come to a person earlier, later, never.

use super::bot::Thinking;
use super::calls::{Which, recorded};
use super::client::Node;
use super::{EX_USAGE, ModelDir};
use crate::decide::Bot;
use crate::decide::compare::{Change, Handover, Load, talked_ms};
use crate::decide::load::read;
use crate::decide::parse::parse;
use crate::decide::replay::{Recording, Turn};
use crate::language::Language;
use crate::understand::Meaning;
use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The file of a bot that is replaced.
const POLICY: &str = "policy.yaml";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The policy to try, in the form of the bot's `policy.yaml`.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Folder of the bot; its own policy is the one compared with.
    #[arg(long, default_value = "bots/parcel", value_name = "DIR")]
    bot: PathBuf,
    /// Calls that are played again: the newest `200`, or all of `last-30d`.
    #[arg(long, default_value = "last-30d", value_name = "WHICH")]
    calls: Which,
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    models: ModelDir,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
}

/// A call that another policy hands over otherwise.
#[derive(Serialize)]
struct Moved {
    call_id: String,
    change: Change,
    /// What the caller said in the turn that decides.
    heard: String,
    old: Option<Handover>,
    new: Option<Handover>,
}

/// What all calls together say.
#[derive(Default)]
struct Comparison {
    calls: usize,
    moved: Vec<Moved>,
    old: Load,
    new: Load,
    talked_ms: Vec<u64>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some(client) = args.node.client("duet replay") else {
        return Ok(ExitCode::from(EX_USAGE));
    };
    let tried = Arc::new(with_policy(&args.bot, &args.policy)?);
    let thinking = Thinking::load(&args.bot, &args.models)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let calls = runtime.block_on(recorded(&client, &thinking.bot.name, args.calls))?;
    // What was said means the same under both.
    let known = RefCell::new(BTreeMap::<(String, Language), Meaning>::new());
    let classify = |text: &str, language: Language| {
        let mut known = known.borrow_mut();
        let meaning = known.entry((text.to_owned(), language));
        Some(meaning.or_insert_with(|| thinking.meaning(text, language)).clone())
    };
    let mut comparison = Comparison::default();
    for entries in &calls {
        let Some(recording) = Recording::of(entries).filter(|call| !call.turns.is_empty()) else { continue };
        let old = Handover::of(&recording.play(&thinking.bot, &classify));
        let new = Handover::of(&recording.play(&tried, &classify));
        comparison.talked_ms.extend(talked_ms(entries));
        comparison.add(&recording, old, new);
    }
    comparison.show();
    if args.json {
        println!("{}", comparison.json());
    }
    Ok(ExitCode::SUCCESS)
}

/// The bot with the other policy, checked as `duet check` would.
fn with_policy(bot: &Path, policy: &Path) -> anyhow::Result<Bot> {
    let mut files = read(bot).map_err(|problem| anyhow::anyhow!("{}/{problem}", bot.display()))?;
    let text = std::fs::read_to_string(policy).with_context(|| policy.display().to_string())?;
    files.insert(POLICY.to_owned(), text);
    // Stories are about the policy that the bot has.
    files.retain(|file, _| !file.starts_with("tests/"));
    parse(&files).or_else(|problems| {
        let told = |problem: &crate::decide::Problem| {
            let whole = problem.to_string();
            let of_policy = whole.strip_prefix(POLICY).map(|rest| format!("{}{rest}", policy.display()));
            of_policy.unwrap_or_else(|| format!("{}/{whole}", bot.display()))
        };
        bail!(problems.iter().map(told).collect::<Vec<_>>().join("\n"))
    })
}

impl Comparison {
    fn add(&mut self, recording: &Recording, old: Option<Handover>, new: Option<Handover>) {
        self.calls += 1;
        old.iter().for_each(|handover| self.old.add(handover));
        new.iter().for_each(|handover| self.new.add(handover));
        let Some(change) = Change::between(old.as_ref(), new.as_ref()) else { return };
        let first = [&old, &new].into_iter().flatten().map(|handover| handover.turn).min();
        let heard =
            first.and_then(|turn| recording.turns.get(turn - 1)).map_or(String::new(), |turn| match turn {
                Turn::Said { text, .. } => text.clone(),
                Turn::Typed(digits) => format!("keys {digits}"),
            });
        self.moved.push(Moved { call_id: recording.call_id.clone(), change, heard, old, new });
    }

    fn count(&self, change: Change) -> usize {
        self.moved.iter().filter(|moved| moved.change == change).count()
    }

    /// Mean time of a person in a call that had one, minutes.
    fn minutes_each(&self) -> Option<f64> {
        let sum = self.talked_ms.iter().sum::<u64>() as f64;
        (!self.talked_ms.is_empty()).then(|| sum / self.talked_ms.len() as f64 / 60_000.0)
    }

    fn show(&self) {
        for moved in &self.moved {
            let told = |handover: &Option<Handover>| match handover {
                None => "stays with the bot".to_owned(),
                Some(Handover { turn, kind, queue }) => format!("turn {turn}, {kind}, to {queue}"),
            };
            let change = json!(moved.change);
            let change = change.as_str().unwrap_or_default();
            println!("{}  {change:9} \"{}\"", moved.call_id, moved.heard);
            println!("  - {}\n  + {}", told(&moved.old), told(&moved.new));
        }
        println!(
            "{} calls: {} handed over earlier, {} later, {} only now, {} no longer, {} otherwise",
            self.calls,
            self.count(Change::Earlier),
            self.count(Change::Later),
            self.count(Change::New),
            self.count(Change::Never),
            self.count(Change::Otherwise),
        );
        println!("to people: {} before, {} after", self.old.handovers, self.new.handovers);
        for (name, old, new) in [
            ("reason", &self.old.by_reason, &self.new.by_reason),
            ("queue", &self.old.by_queue, &self.new.by_queue),
        ] {
            let of = |load: &BTreeMap<String, usize>, key: &String| load.get(key).copied().unwrap_or(0);
            let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
            keys.sort();
            keys.dedup();
            keys.iter().for_each(|key| println!("  {name} {key}: {} -> {}", of(old, key), of(new, key)));
        }
        match self.minutes_each() {
            Some(each) => println!(
                "people's time: {:.0} -> {:.0} minutes, at {each:.1} a call as recorded",
                self.old.handovers as f64 * each,
                self.new.handovers as f64 * each
            ),
            None => println!("people's time: no recorded call reached a person, so it is not known"),
        }
        println!(
            "silences and failures are not played again; a call that goes on longer ends where its record ends"
        );
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "calls": self.calls,
            "moved": self.moved,
            "earlier": self.count(Change::Earlier),
            "later": self.count(Change::Later),
            "new": self.count(Change::New),
            "never": self.count(Change::Never),
            "otherwise": self.count(Change::Otherwise),
            "old": self.old,
            "new_load": self.new,
            "minutes_each": self.minutes_each(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")
    }

    #[test]
    fn a_policy_is_read_into_the_bot_and_its_mistakes_are_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let policy = folder.path().join("stricter.yaml");
        let write = |text: &str| std::fs::write(&policy, text).expect("written");
        write("queue: front\nconfidence: { below: 0.9, for_turns: 1 }\n");
        let bot = with_policy(&parcel(), &policy).expect("sound");
        assert!((bot.policy.confidence_below - 0.9).abs() < 1e-6);
        assert_eq!(bot.policy.queue, "front");
        write("queue: front\nconfidence: { below: 9 }\n");
        let error = |policy: &Path| with_policy(&parcel(), policy).err().expect("refused").to_string();
        let out_of_range = error(&policy);
        assert!(out_of_range.contains("stricter.yaml"), "{out_of_range}");
        let missing = error(Path::new("/none.yaml"));
        assert!(missing.contains("/none.yaml"), "{missing}");
    }
}
