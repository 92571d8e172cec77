//! `duet eval slots`: values that are exactly right after recogniser and slot reader, on recordings.

mod deck;

use super::ModelDir;
use super::dial::caller_voices;
use super::eval_barge::clips::spoken;
use super::eval_data::read_manifest;
use crate::hear::phone_band::phone_band;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::hear::{Hint, SpeechToText, Transcript};
use crate::language::Language;
use crate::models;
use crate::understand::slots::{Kind, digits, surest_choice};
use anyhow::{Context, ensure};
use deck::{Utterance, deal};
use futures::executor::block_on;
use jiff::civil::Date;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Recordings and what is said in them: tab-separated, with `text=`, and `value=` where the value is not
    /// what the reader makes of that text.
    #[arg(long, required_unless_present = "phrases")]
    manifest: Option<PathBuf>,
    /// Phrases instead of recordings, spoken by a synthetic caller: one a line, and behind a tab the value.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["manifest", "join", "only"])]
    phrases: Option<PathBuf>,
    /// digits, choice (among all texts of the manifest), or a slot type: date, time, date_time, number, amount, postal_code, phone, email, letters, name, street.
    #[arg(long = "type", value_parser = Type::parse)]
    kind: Type,
    /// Language of the recordings: pl, ro or en.
    #[arg(long)]
    lang: Language,
    /// Join so many recordings of one speaker into one utterance.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=20))]
    join: u8,
    /// Silence between joined recordings, ms.
    #[arg(long, default_value_t = 150)]
    pause_ms: usize,
    /// Only recordings with this `kind=`.
    #[arg(long)]
    only: Option<String>,
    /// Do not tell the decoder what is expected.
    #[arg(long)]
    no_hint: bool,
    /// The day that dates are said from.
    #[arg(long, default_value = "2026-01-05")]
    today: Date,
    /// Pass the recordings through a telephone line first.
    #[arg(long)]
    phone_band: bool,
    /// Only the first utterances.
    #[arg(long)]
    limit: Option<usize>,
    /// Order in which recordings are joined.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name of the recogniser's weights.
    #[arg(long, default_value = "whisper-base-q8_0.bin")]
    model: String,
    /// Print every utterance with what was heard.
    #[arg(long)]
    verbose: bool,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dir: ModelDir,
}

/// What is read from the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Digits,
    /// One of all texts of the manifest.
    Choice,
    Value(Kind),
}

impl Type {
    fn parse(name: &str) -> Result<Type, String> {
        match name {
            "digits" => Ok(Type::Digits),
            "choice" => Ok(Type::Choice),
            _ => Kind::named(name).map(Type::Value).ok_or_else(|| {
                let known = Kind::ALL.map(|(name, _)| name).join(", ");
                format!("expected digits, choice, {known}")
            }),
        }
    }

    /// The likeliest value and its confidence, 0..1.
    fn read(self, text: &str, args: &Args, options: &[String]) -> Option<(String, f32)> {
        match self {
            Type::Digits => digits(text, args.lang).map(|digits| (digits, 1.0)),
            Type::Choice => {
                let (option, fit) = surest_choice(text, options, args.lang)?;
                Some((options[option].clone(), fit))
            }
            Type::Value(kind) => {
                let found = kind.read(text, args.lang, args.today).into_iter().next()?;
                Some((found.value, found.confidence))
            }
        }
    }
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut utterances = match (&args.phrases, &args.manifest) {
        (Some(phrases), _) => speak(phrases, args.lang, &args.dir.models)?,
        (None, Some(manifest)) => recordings(&args, manifest)?,
        (None, None) => Vec::new(),
    };
    let options = options(&utterances);
    utterances.truncate(args.limit.unwrap_or(usize::MAX));
    let path = models::locate(&args.dir.models, &args.model)?;
    let config = WhisperConfig::unhurried(5);
    let whisper = Whisper::load(&path, config)?;
    let mut totals = Totals { options, ..Totals::default() };
    for utterance in &utterances {
        totals.add(&args, utterance, whisper.as_ref())?;
    }
    totals.print(&args, whisper.name());
    Ok(ExitCode::SUCCESS)
}

fn recordings(args: &Args, manifest: &Path) -> anyhow::Result<Vec<Utterance>> {
    let mut items = read_manifest(manifest)?;
    items.retain(|item| item.is_in(args.lang.code()) && item.labels.contains_key("text"));
    items.retain(|item| args.only.is_none() || item.labels.get("kind") == args.only.as_ref());
    ensure!(!items.is_empty(), "{}: no recording in {} with text=", manifest.display(), args.lang);
    deal(&items, args.join.into(), args.pause_ms, args.seed)
}

/// Phrases as a caller with a synthetic voice says them.
fn speak(phrases: &Path, language: Language, models: &Path) -> anyhow::Result<Vec<Utterance>> {
    let text = std::fs::read_to_string(phrases).with_context(|| phrases.display().to_string())?;
    let voice = caller_voices(models, &[])?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let utterance = |line: &str| {
        let (text, value) = line.split_once('\t').map_or((line, None), |(text, value)| (text, Some(value)));
        let pcm = spoken(&*voice, text, language)?.to_vec();
        Ok(Utterance { pcm, text: text.to_owned(), value: value.map(str::to_owned) })
    };
    let utterances = lines.map(utterance).collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(!utterances.is_empty(), "{}: expected a phrase a line", phrases.display());
    Ok(utterances)
}

/// The different texts, in the order in which they stand.
fn options(utterances: &[Utterance]) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for text in utterances.iter().map(|utterance| &utterance.text) {
        if !options.contains(text) {
            options.push(text.clone());
        }
    }
    options
}

#[derive(Default)]
struct Totals {
    /// What a choice is made of.
    options: Vec<String>,
    latencies_ms: Vec<f64>,
    /// Confidence of the recogniser times that of the reader, and whether the value was right.
    judged: Vec<(f32, bool)>,
}

impl Totals {
    fn add(&mut self, args: &Args, utterance: &Utterance, stt: &dyn SpeechToText) -> anyhow::Result<()> {
        let wanted = match &utterance.value {
            Some(value) => value.clone(),
            None => {
                let read = args.kind.read(&utterance.text, args, &self.options);
                read.with_context(|| format!("no value in the text {:?}", utterance.text))?.0
            }
        };
        let pcm = if args.phone_band { phone_band(&utterance.pcm) } else { utterance.pcm.clone() };
        let asked = Instant::now();
        let heard = recognise(args, stt, &pcm, &self.options)?;
        let read = args.kind.read(&heard.text, args, &self.options);
        self.latencies_ms.push(asked.elapsed().as_secs_f64() * 1_000.0);
        let right = read.as_ref().is_some_and(|(value, _)| *value == wanted);
        let confidence = read.as_ref().map_or(0.0, |(_, confidence)| *confidence) * heard.confidence;
        self.judged.push((confidence, right));
        if args.verbose {
            let value = read.map_or_else(|| "-".to_owned(), |(value, _)| value);
            let mark = if right { "right" } else { "WRONG" };
            println!("{mark} {wanted} heard {value} ({confidence:.2}) {:?}", heard.text);
        }
        Ok(())
    }

    /// Share of wrong values that a read-back below this confidence would catch, and of right ones that it
    /// would bother with.
    fn read_back_below(&self, limit: f32) -> (f64, f64) {
        let share = |wanted: bool| {
            let of: Vec<f32> =
                self.judged.iter().filter(|(_, right)| *right == wanted).map(|(c, _)| *c).collect();
            let below = of.iter().filter(|confidence| **confidence < limit).count();
            below as f64 / of.len().max(1) as f64
        };
        (share(false), share(true))
    }

    fn print(&mut self, args: &Args, model: &str) {
        self.latencies_ms.sort_by(f64::total_cmp);
        let utterances = self.judged.len();
        let exact = self.judged.iter().filter(|(_, right)| *right).count() as f64 / utterances as f64;
        let (p50, p95) = (percentile(&self.latencies_ms, 0.50), percentile(&self.latencies_ms, 0.95));
        let (caught, bothered) = self.read_back_below(0.75);
        if !args.json {
            println!("{utterances} utterances, {model}");
            println!("exactly right {:.1} %", exact * 100.0);
            println!(
                "below 0.75: {:.1} % of the wrong, {:.1} % of the right",
                caught * 100.0,
                bothered * 100.0
            );
            println!("latency p50 {p50:.0} ms, p95 {p95:.0} ms");
            return;
        }
        let rounded = |value: f64| (value * 10_000.0).round() / 10_000.0;
        let object = json!({
            "exact": rounded(exact),
            "utterances": utterances,
            "latency_ms": { "p50": p50.round(), "p95": p95.round() },
            "wrong_read_back": rounded(caught),
            "right_read_back": rounded(bothered),
            "lang": args.lang,
            "model": model,
            "hinted": !args.no_hint,
            "joined": args.join,
            "phone_band": args.phone_band,
        });
        println!("{object}");
    }
}

fn recognise(
    args: &Args,
    stt: &dyn SpeechToText,
    pcm: &[i16],
    options: &[String],
) -> anyhow::Result<Transcript> {
    let mut hint = Hint { languages: vec![args.lang], ..Hint::default() };
    match args.kind {
        _ if args.no_hint => {}
        Type::Choice => hint.words = options.to_vec(),
        Type::Digits => hint.digits = true,
        Type::Value(kind) => hint.kind = Some(kind),
    }
    let mut recognition = stt.start(hint);
    recognition.push(pcm);
    Ok(block_on(recognition.decode())?)
}

/// Nearest-rank percentile of sorted values.
fn percentile(sorted: &[f64], fraction: f64) -> f64 {
    let rank = (fraction * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_back_is_judged_by_what_it_catches_and_whom_it_bothers() {
        let judged = vec![(0.9, true), (0.6, true), (0.5, false), (0.8, false)];
        let totals = Totals { judged, ..Totals::default() };
        assert_eq!(totals.read_back_below(0.75), (0.5, 0.5));
        assert_eq!(Totals::default().read_back_below(0.75), (0.0, 0.0));
    }

    #[test]
    fn an_unknown_type_is_answered_with_the_known_ones() {
        assert_eq!(Type::parse("email"), Ok(Type::Value(Kind::Email)));
        assert!(Type::parse("mail").unwrap_err().contains("digits, choice, date"));
    }
}
