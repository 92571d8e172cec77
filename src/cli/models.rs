//! `duet models`: list, fetch, verify.

use super::ModelDir;
use crate::models::fetch::{Fetcher, Outcome};
use crate::models::verify::{self, State};
use crate::models::{Manifest, Model};
use clap::Subcommand;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON object as the last line.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show every weight: purpose, licence, size, whether it is there.
    List(ModelDir),
    /// Bring the weights that are missing.
    Fetch(Names),
    /// Check that the weights are whole.
    Verify(Names),
}

#[derive(Debug, clap::Args)]
struct Names {
    /// Weights to look at; without names, all that are not optional.
    names: Vec<String>,
    #[command(flatten)]
    dir: ModelDir,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::embedded()?;
    match args.command {
        Command::List(dir) => list(&manifest, &dir.models, args.json),
        Command::Fetch(Names { names, dir }) => fetch(&manifest.select(&names)?, &dir.models, args.json),
        Command::Verify(Names { names, dir }) => check(&manifest.select(&names)?, &dir.models, args.json),
    }
}

fn list(manifest: &Manifest, dir: &Path, json: bool) -> anyhow::Result<ExitCode> {
    for model in manifest.models.iter().filter(|_| !json) {
        let there = if dir.join(&model.name).is_file() { "there" } else { "missing" };
        let optional = if model.optional { ", optional" } else { "" };
        let size = model.size_bytes.map_or("size unknown".into(), |n| format!("{:.1} MB", n as f64 / 1e6));
        println!("{} ({there}{optional})", model.name);
        println!("    {}; {size}; licence: {}", model.purpose, model.licence);
        if model.sha256.is_none() {
            println!("    no sha256 is known: it cannot be verified");
        }
        if let Some(note) = &model.note {
            println!("    {note}");
        }
    }
    if json {
        let models: Vec<_> = manifest.models.iter().map(|model| row(model, dir)).collect();
        println!("{}", json!({ "models": models }));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(model: &Model, dir: &Path) -> serde_json::Value {
    json!({
        "name": model.name,
        "purpose": model.purpose,
        "languages": model.languages,
        "size_bytes": model.size_bytes,
        "sha256": model.sha256,
        "licence": model.licence,
        "optional": model.optional,
        "present": dir.join(&model.name).is_file(),
    })
}

fn fetch(models: &[&Model], dir: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut fetcher = Fetcher::new(dir)?;
    let mut done = Vec::new();
    let mut failed = Vec::new();
    for model in models {
        match runtime.block_on(fetcher.fetch(model)) {
            Ok(outcome) => {
                report(model, outcome, json);
                done.push(json!({ "name": model.name, "outcome": outcome }));
            }
            Err(error) => {
                eprintln!("duet: {error}");
                failed.push(model.name.clone());
            }
        }
    }
    if json {
        println!("{}", json!({ "fetched": done, "failed": failed }));
    }
    Ok(exit(failed.is_empty()))
}

/// Says what was done; nothing when there was nothing to do.
fn report(model: &Model, outcome: Outcome, json: bool) {
    match outcome {
        _ if json => {}
        Outcome::Present => {}
        Outcome::Fetched => println!("{}: fetched, sha256 checked", model.name),
        Outcome::FetchedUnverified => println!("{}: fetched, NOT verified (no sha256 is known)", model.name),
    }
}

fn check(models: &[&Model], dir: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let mut rows = Vec::new();
    let mut sound = true;
    for model in models {
        let state = verify::state(dir, model)?;
        sound &= matches!(state, State::Verified | State::Unverifiable);
        rows.push(json!({ "name": model.name, "state": state }));
        if !json {
            println!("{}: {}", model.name, words(state));
        }
    }
    if json {
        println!("{}", json!({ "models": rows, "sound": sound }));
    }
    Ok(exit(sound))
}

fn words(state: State) -> &'static str {
    match state {
        State::Missing => "missing (run `duet models fetch`)",
        State::Verified => "verified",
        State::Unverifiable => "there, but no sha256 is known: not verified",
        State::Different => "there, but another file than the manifest's: sha256 differs",
    }
}

fn exit(success: bool) -> ExitCode {
    if success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
