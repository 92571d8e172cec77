//! `duet check`: finds at load what would fail in a call.

use super::EX_USAGE;
use crate::config::Config;
use crate::decide::dialog::proof::Proof;
use crate::decide::parse::Files;
use crate::decide::vet::vet;
use crate::decide::{Problem, load};
use crate::models;
use crate::server::{NEEDED_MODELS, remote};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration to check, with its bots and the models that it needs.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of a bot; may be given several times.
    #[arg(long = "bot", value_name = "DIR")]
    pub bots: Vec<PathBuf>,
    /// Print a configuration with every key, its meaning and its default.
    #[arg(long)]
    pub template: bool,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.template {
        print!("{}", Config::template());
        return Ok(ExitCode::SUCCESS);
    }
    anyhow::ensure!(
        args.config.is_some() || !args.bots.is_empty(),
        "nothing to check: give --config FILE or --bot DIR"
    );
    let mut bots = args.bots;
    let mut problems = Vec::new();
    if let Some(path) = &args.config {
        match Config::load(path) {
            Ok(config) => {
                problems.extend(missing_models(&config));
                let elsewhere = tokio::runtime::Runtime::new()?.block_on(remote::check(&config));
                problems.extend(elsewhere.iter().map(|problem| format!("{}: {problem}", path.display())));
                problems.extend(unknown_chat_bots(&config));
                bots.extend(config.bots);
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    for dir in &bots {
        match check_bot(dir) {
            Ok(proof) => println!("{}: {proof}", dir.display()),
            Err(found) => {
                problems.extend(found.iter().map(|problem| format!("{}/{problem}", dir.display())));
            }
        }
    }
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        println!("{} checked, no problems", counted(bots.len(), "bot"));
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("duet: {}", counted(problems.len(), "problem"));
    Ok(ExitCode::from(EX_USAGE))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn missing_models(config: &Config) -> Vec<String> {
    let names = NEEDED_MODELS.into_iter().chain(config.hear.turn_model.as_deref());
    let found = names.map(|name| models::locate(&config.models_dir, name));
    found.filter_map(|found| found.err().map(|error| error.to_string())).collect()
}

/// Bots of chats that none of the folders has; a folder that cannot be read is told of elsewhere.
fn unknown_chat_bots(config: &Config) -> Vec<String> {
    let bots: Vec<_> = config.bots.iter().filter_map(|dir| load::load(dir).ok()).collect();
    let names: Vec<&str> = bots.iter().map(|bot| bot.name.as_str()).collect();
    if names.len() < config.bots.len() { Vec::new() } else { config.chat.unknown_bots(&names) }
}

/// Everything that the bot in a folder must pass.
pub fn check_bot(dir: &Path) -> Result<Proof, Vec<Problem>> {
    check_files(&load::read(dir).map_err(|problem| vec![problem])?)
}

fn check_files(files: &Files) -> Result<Proof, Vec<Problem>> {
    vet(files).map(|(_, proof)| proof)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parcel_bot_has_no_problems() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        assert!(check_bot(&dir).is_ok(), "{:#?}", check_bot(&dir));
    }

    #[test]
    fn a_folder_that_is_not_there_is_one_clear_problem() {
        let problems = check_bot(Path::new("no/such/bot")).unwrap_err();
        assert_eq!((problems.len(), problems[0].file.as_str()), (1, "no/such/bot"));
    }

    /// A change of one file of the parcel bot: what it is called, the file, what is replaced by what.
    type Change = (&'static str, &'static str, &'static str, &'static str);

    const LONG: &str = "Before you begin, look at every piece from all sides, and think of what may happen to it on \
        its way, in a van, on a belt, in the hands of people who are in a hurry and cannot see what is inside of the box, \
        however much you wish that they could. Then wrap each piece on its own,";

    const BROKEN: [Change; 26] = [
        ("an unknown key", "bot.yaml", "facts:", "colour: red\nfacts:"),
        ("a language that is none", "bot.yaml", "languages: [pl, ro, en]", "languages: [pl, ro, xx]"),
        ("a misspelt step", "topics/opening_hours.yaml", "  - say: hours\n", "  - sai: hours\n"),
        ("a message that is missing", "ro.ftl", "topic-opening_hours =", "topic-hours ="),
        ("a file that is missing", "policy.yaml", "", ""),
        (
            "an action that is missing",
            "topics/parcel_status.yaml",
            "call: parcel_lookup",
            "call: parcel_search",
        ),
        (
            "a field that is missing",
            "topics/parcel_status.yaml",
            "parcel.status == delivered",
            "parcel.state == delivered",
        ),
        (
            "a slot that is missing",
            "topics/parcel_status.yaml",
            "ask_again: parcel_number",
            "ask_again: number",
        ),
        ("a condition that is none", "topics/parcel_status.yaml", "if: parcel == null", "if: parcel is null"),
        ("Fluent that is none", "en.ftl", "lost = I am", "lost I am"),
        ("a variable nobody gives", "en.ftl", "not_found = I cannot", "not_found = { $name }, I cannot"),
        ("an article without a title", "kb/sending.ro.md", "# Trimiterea coletelor", ""),
        ("an article in one language less", "kb/sending.pl.md", "", ""),
        ("a passage that nobody can take in", "kb/sending.en.md", "Wrap each piece on its own,", LONG),
        ("a question in one language less", "kb/sending.pl.md", "## Jak zapakować delikatne rzeczy?", ""),
        (
            "a topic that a word keeps away",
            "topics/invoice.yaml",
            "  en:\n",
            "  en:\n    - I want to cancel my contract and see the bill\n",
        ),
        ("a message nobody says", "en.ftl", "not_found =", "nobody_says_this = Hm.\nnot_found ="),
        (
            "a sentence taught twice",
            "topics/opening_hours.yaml",
            "    - when can I come to the office\n",
            "    - where is my parcel\n",
        ),
        (
            "a secret",
            "actions.yaml",
            "Bearer ${env:PARCEL_SERVICE_TOKEN:-none}",
            "Bearer 3f9a8c7b6d5e4f3a2b1c",
        ),
        (
            "a wall of silence",
            "policy.yaml",
            "offer_after: 2, escalate_after: 3",
            "offer_after: 8, escalate_after: 9",
        ),
        ("a dead recogniser", "policy.yaml", "engine_failure: 2", "engine_failure: 4"),
        ("a mood beyond all", "policy.yaml", "at_once: 0.9,", "at_once: 9,"),
        ("a calm that is none", "policy.yaml", "calm_below: 0.35", "calm_below: 0.65"),
        ("a priority of the unknown", "policy.yaml", "parcel.status == lost", "customer.tier == vip"),
        ("a word with a weight too much", "policy.yaml", "- \"!oszust*\"", "- \"!oszust*\": 0.4"),
        ("a topic's policy misspelt", "topics/appointment.yaml", "after_ms: 9000", "after: 9000"),
    ];

    #[test]
    fn every_broken_bot_is_told_what_is_wrong() {
        let whole = load::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")).unwrap();
        let told = BROKEN.map(|(what, file, from, to)| {
            let mut files = whole.clone();
            if from.is_empty() {
                files.remove(file);
            } else {
                assert!(whole[file].contains(from), "{file} has no {from:?} any more");
                files.insert(file.to_owned(), whole[file].replacen(from, to, 1));
            }
            let problems = check_files(&files).expect_err(what);
            let more = match problems.len() {
                1 => String::new(),
                count => format!("\n  and {} more", count - 1),
            };
            // How many steps a wall blocks changes with every topic.
            let first = problems[0].to_string();
            let first = match first.split_once(": at ").zip(first.split_once(" steps, ")) {
                Some(((before, _), (_, after))) => format!("{before}: at so many steps, {after}"),
                None => first,
            };
            format!("{what}:\n  {first}{more}")
        });
        insta::assert_snapshot!(told.join("\n"));
    }
}
