//! `duet eval stt`: word and character error, latency and real-time factor on recordings of one's own.

mod score;

use super::ModelDir;
use super::eval_data::{Item, read_manifest, read_wav};
use crate::hear::phone_band::phone_band;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::hear::{Hint, SpeechToText, Transcript};
use crate::language::Language;
use crate::models;
use anyhow::{Context, ensure};
use futures::executor::block_on;
use score::Score;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Pieces of a long recording: 12 to 24 s at 8 kHz, cut in a pause.
const PIECE_MIN_SAMPLES: usize = 96_000;
const PIECE_MAX_SAMPLES: usize = 192_000;
const PAUSE_SAMPLES: usize = 1_600;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Recordings and what is said in them: tab-separated, with `text=` in `transcript_or_label`.
    #[arg(long)]
    manifest: PathBuf,
    /// Language of the recordings: pl, ro or en.
    #[arg(long)]
    lang: Language,
    /// Let the recogniser find the language among pl, ro and en, instead of telling it.
    #[arg(long)]
    detect: bool,
    /// Pass the recordings through a telephone line first: 8 kHz, 300-3400 Hz, A-law.
    #[arg(long)]
    phone_band: bool,
    /// Only the first recordings.
    #[arg(long)]
    limit: Option<usize>,
    /// Width of the search; 1 is greedy.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=8))]
    beam: u8,
    /// Likely words, separated by commas, as a bot would hint them.
    #[arg(long, value_delimiter = ',')]
    prompt: Vec<String>,
    /// Expect digits.
    #[arg(long)]
    digits: bool,
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

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let items = chosen(&args)?;
    let path = models::locate(&args.dir.models, &args.model)?;
    let config = WhisperConfig::unhurried(args.beam.into());
    let whisper = Whisper::load(&path, config)?;
    let mut totals = Totals::default();
    for item in &items {
        totals.add(&args, item, whisper.as_ref())?;
    }
    totals.print(&args, whisper.name());
    Ok(ExitCode::SUCCESS)
}

/// The recordings of the language, each with a text.
fn chosen(args: &Args) -> anyhow::Result<Vec<Item>> {
    let mut items = read_manifest(&args.manifest)?;
    items.retain(|item| item.is_in(args.lang.code()) && item.labels.contains_key("text"));
    items.truncate(args.limit.unwrap_or(usize::MAX));
    ensure!(!items.is_empty(), "{}: no recording in {} with text=", args.manifest.display(), args.lang);
    Ok(items)
}

#[derive(Default)]
struct Totals {
    score: Score,
    /// From asking to the words, ms.
    latencies_ms: Vec<f64>,
    audio_ms: f64,
    right_language: usize,
}

impl Totals {
    fn add(&mut self, args: &Args, item: &Item, stt: &dyn SpeechToText) -> anyhow::Result<()> {
        let mut pcm = read_wav(&item.file)?;
        if args.phone_band {
            pcm = phone_band(&pcm);
        }
        let asked = Instant::now();
        let heard = recognise(args, stt, &pcm).with_context(|| item.file.display().to_string())?;
        self.latencies_ms.push(asked.elapsed().as_secs_f64() * 1_000.0);
        self.audio_ms += pcm.len() as f64 / 8.0;
        self.right_language += usize::from(heard.language == args.lang);
        let said = &item.labels["text"];
        if args.verbose {
            println!("said:  {said}\nheard: {} ({:.2})", heard.text, heard.confidence);
        }
        self.score.add(said, &heard.text, args.lang);
        Ok(())
    }

    fn print(&mut self, args: &Args, model: &str) {
        self.latencies_ms.sort_by(f64::total_cmp);
        let utterances = self.latencies_ms.len();
        let (p50, p95) = (percentile(&self.latencies_ms, 0.50), percentile(&self.latencies_ms, 0.95));
        let factor = self.latencies_ms.iter().sum::<f64>() / self.audio_ms.max(1.0);
        let (wer, cer) = (self.score.wer(), self.score.cer());
        if !args.json {
            println!("{utterances} utterances, {model}, beam {}", args.beam);
            println!("word error {:.1} %, character error {:.1} %", wer * 100.0, cer * 100.0);
            println!("latency p50 {p50:.0} ms, p95 {p95:.0} ms; real-time factor {factor:.3}");
            return;
        }
        let object = json!({
            "wer": rounded(wer),
            "cer": rounded(cer),
            "utterances": utterances,
            "words": self.score.words,
            "latency_ms": { "p50": p50.round(), "p95": p95.round() },
            "real_time_factor": rounded(factor),
            "audio_ms": self.audio_ms.round(),
            "model": model,
            "lang": args.lang,
            "language_accuracy": rounded(self.right_language as f64 / utterances as f64),
            "beam": args.beam,
            "phone_band": args.phone_band,
            "prompt_words": args.prompt.len(),
        });
        println!("{object}");
    }
}

fn recognise(args: &Args, stt: &dyn SpeechToText, pcm: &[i16]) -> anyhow::Result<Transcript> {
    let languages = if args.detect { Language::ALL.to_vec() } else { vec![args.lang] };
    let mut whole: Option<Transcript> = None;
    for piece in pieces(pcm) {
        let words = args.prompt.clone();
        let hint = Hint { languages: languages.clone(), words, digits: args.digits, ..Hint::default() };
        let mut recognition = stt.start(hint);
        recognition.push(piece);
        let heard = block_on(recognition.decode())?;
        whole = Some(match whole {
            None => heard,
            Some(before) => Transcript { text: format!("{} {}", before.text, heard.text), ..before },
        });
    }
    whole.context("an empty recording")
}

/// A recording in pieces that the recogniser takes whole, cut in the quietest 200 ms, as the end of a turn
/// would cut a call. Language and confidence of the first piece count for all.
fn pieces(mut pcm: &[i16]) -> Vec<&[i16]> {
    let mut pieces = Vec::new();
    while pcm.len() > PIECE_MAX_SAMPLES {
        let energy = |at: &usize| {
            pcm[*at..at + PAUSE_SAMPLES].iter().map(|sample| i64::from(*sample).pow(2)).sum::<i64>()
        };
        let places = (PIECE_MIN_SAMPLES..PIECE_MAX_SAMPLES - PAUSE_SAMPLES).step_by(PAUSE_SAMPLES / 4);
        let quietest = places.min_by_key(energy).unwrap_or(PIECE_MIN_SAMPLES);
        let (piece, rest) = pcm.split_at(quietest + PAUSE_SAMPLES / 2);
        pieces.push(piece);
        pcm = rest;
    }
    pieces.push(pcm);
    pieces
}

/// Nearest-rank percentile of sorted values.
fn percentile(sorted: &[f64], fraction: f64) -> f64 {
    let rank = (fraction * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_recording_is_cut_in_its_pauses_and_nothing_is_lost() {
        let mut pcm = vec![1000_i16; 70 * 8000];
        pcm[15 * 8000..15 * 8000 + 4000].fill(0);
        let pieces = pieces(&pcm);
        assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<usize>(), pcm.len());
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE_MAX_SAMPLES));
        assert!((15 * 8000..15 * 8000 + 4000).contains(&pieces[0].len()), "{}", pieces[0].len());
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(percentile(&values, 0.50), 10.0);
        assert_eq!(percentile(&values, 0.95), 19.0);
        assert_eq!(percentile(&[], 0.95), 0.0);
    }
}
