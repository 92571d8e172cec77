//! `duet eval turns`: how often callers are cut off, and how long they wait, on recordings with real pauses.
//!
//! A manifest line names the pauses inside the turn and its end: `text=… | pauses=1200-1900,3000-3400 |
//! end=4200 | expect=digits:8`, all in ms; `expect` is `open` (default), `yesno` or `digits:N`.

mod score;
mod silences;

use super::ModelDir;
use super::eval_data::read_manifest;
use crate::hear::silero::Silero;
use crate::hear::smart_turn::SmartTurn;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::models;
use anyhow::{Context, ensure};
use score::{Curve, Ear, Outcome};
use serde_json::{Value, json};
use silences::{Ears, Turn};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Recordings with their pauses: tab-separated, see the guide.
    #[arg(long)]
    manifest: PathBuf,
    /// Only the recordings of this language.
    #[arg(long)]
    lang: Option<String>,
    /// Only every so many-th recording.
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// Neutral silence of the setting that is shown in full, ms (`hear.end_silence_ms`).
    #[arg(long, default_value_t = 550)]
    end_silence_ms: u64,
    /// Count this much for every decode instead of what it took, ms.
    #[arg(long)]
    decode_ms: Option<u64>,
    /// Width of the search; 1 is greedy.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=8))]
    beam: u8,
    /// Name of the recogniser's weights.
    #[arg(long, default_value = "whisper-base-q8_0.bin")]
    model: String,
    /// Print every silence with what was heard before it.
    #[arg(long)]
    verbose: bool,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dir: ModelDir,
}

impl Args {
    fn ear(&self, melody: bool) -> Ear {
        Ear { decode_ms: self.decode_ms, melody }
    }
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut items = read_manifest(&args.manifest)?;
    items.retain(|item| args.lang.as_ref().is_none_or(|lang| item.is_in(lang)));
    ensure!(!items.is_empty(), "{}: no recording in that language", args.manifest.display());
    let config = WhisperConfig::unhurried(args.beam.into());
    let ears = Ears {
        vad: Silero::load(&models::locate(&args.dir.models, "silero_vad.onnx")?)?,
        stt: Whisper::load(&models::locate(&args.dir.models, &args.model)?, config)?,
        smart_turn: smart_turn(&args)?,
    };
    let mut turns = Vec::new();
    for item in items.iter().step_by(args.every.max(1)) {
        let turn = silences::listen(&ears, item).with_context(|| item.file.display().to_string())?;
        if args.verbose {
            show(&args, &turn);
        }
        turns.push(turn);
    }
    let report = report(&args, &turns, ears.stt.name());
    if args.json {
        println!("{report}")
    } else {
        print(&report)
    }
    Ok(ExitCode::SUCCESS)
}

/// The model to compare with, where it was fetched.
fn smart_turn(args: &Args) -> anyhow::Result<Option<SmartTurn>> {
    match models::locate(&args.dir.models, "smart-turn-v3.2-cpu.onnx") {
        Ok(path) => Ok(Some(SmartTurn::load(&path)?)),
        Err(error) => {
            eprintln!("not compared with smart-turn: {error}");
            Ok(None)
        }
    }
}

fn show(args: &Args, turn: &Turn) {
    println!("{} ({}, {}): ends at {} ms", turn.name, turn.language, turn.expect, turn.end_ms);
    for silence in &turn.silences {
        let wait_ms = score::duet_ms(turn, silence, 0, args.end_silence_ms, &args.ear(false));
        let length = silence.length_ms.map_or("end".to_owned(), |ms| format!("{ms} ms"));
        let smart =
            silence.smart.map_or(String::new(), |(probability, _)| format!(", smart-turn {probability:.2}"));
        println!(
            "  {:>6} {length:>8} wait {wait_ms:>5}, decode {:>4}, {:.2} {:?}{smart}: {}",
            silence.from_ms, silence.decode_ms, silence.confidence, silence.reading, silence.text
        );
    }
}

fn report(args: &Args, turns: &[Turn], model: &str) -> Value {
    let at = |turns: &[&Turn], ear: Ear| {
        Outcome::of(turns.iter().copied(), &|turn, silence, longest_ms| {
            score::duet_ms(turn, silence, longest_ms, args.end_silence_ms, &ear)
        })
    };
    let at_default = |turns: &[&Turn]| at(turns, args.ear(false));
    let smart_turn = score::smart_turn(turns);
    let melody = args.ear(true);
    let mut groups: BTreeMap<String, Vec<&Turn>> = BTreeMap::new();
    for turn in turns {
        let kind = turn.expect.split(':').next().unwrap_or_default();
        groups.entry(format!("{} {kind}", turn.language)).or_default().push(turn);
    }
    let all: Vec<&Turn> = turns.iter().collect();
    let mut decodes: Vec<u64> = turns.iter().flat_map(|turn| &turn.silences).map(|s| s.decode_ms).collect();
    decodes.sort_unstable();
    let middle = |part: usize| decodes.get(decodes.len() * part / 100).copied();
    let mut report = score::duet(turns, &args.ear(false)).json();
    let more = json!({
        "end_silence_ms": args.end_silence_ms,
        "at_end_silence": at_default(&all).json(),
        "by_group": groups.iter().map(|(name, turns)| (name.clone(), at_default(turns).json())).collect::<BTreeMap<_, _>>(),
        "without_decode_time": score::duet(turns, &Ear { decode_ms: Some(0), melody: false }).json(),
        "with_smart_turn": smart_turn.as_ref().map(|_| score::duet(turns, &melody).json()),
        "with_smart_turn_at_end_silence": smart_turn.as_ref().map(|_| at(&all, melody).json()),
        "silence_only": score::silence_only(turns).json(),
        "smart_turn": smart_turn.as_ref().map(Curve::json),
        "decode_ms": { "p50": middle(50), "p95": middle(95) },
        "turns": turns.len(),
        "turns_without_end": turns.len() - at_default(&all).latencies_ms.len(),
        "model": model,
    });
    if let (Some(report), Value::Object(more)) = (report.as_object_mut(), more) {
        report.extend(more);
    }
    report
}

fn print(report: &Value) {
    println!("{} turns, {}", report["turns"], report["model"].as_str().unwrap_or_default());
    println!("cut-offs at a mean latency of 300, 600, 1000 ms; latency at 5 % cut-offs");
    for (name, way) in [
        ("Duet", report),
        ("Duet, recogniser's time not counted", &report["without_decode_time"]),
        ("Duet, smart-turn as tie-breaker", &report["with_smart_turn"]),
        ("silence only", &report["silence_only"]),
        ("smart-turn v3.2", &report["smart_turn"]),
    ] {
        let share =
            |key: &str| way[key].as_f64().map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0));
        let latency =
            way["latency_ms_at_5pct_cutoffs"].as_f64().map_or("-".to_owned(), |ms| format!("{ms} ms"));
        println!(
            "{name:<36} {:>7} {:>7} {:>7} {latency:>8}",
            share("cutoffs_at_300"),
            share("cutoffs_at_600"),
            share("cutoffs_at_1000")
        );
    }
    let show = |name: &str, outcome: &Value| {
        let latency = &outcome["latency_ms"];
        let share = |key: &str| outcome[key].as_f64().unwrap_or(0.0) * 100.0;
        println!(
            "{name:<14} {} turns, {} pauses: {:.1} % of pauses and {:.1} % of turns cut off; latency p50 {} ms, p95 {} ms",
            outcome["turns"],
            outcome["pauses"],
            share("cutoffs"),
            share("turns_cut"),
            latency["p50"],
            latency["p95"]
        );
    };
    println!("with an end silence of {} ms:", report["end_silence_ms"]);
    show("all", &report["at_end_silence"]);
    if !report["with_smart_turn"].is_null() {
        show("+ smart-turn", &report["with_smart_turn_at_end_silence"]);
    }
    for (name, outcome) in report["by_group"].as_object().into_iter().flatten() {
        show(name, outcome);
    }
}
