//! `duet eval tone`: how well tone from words, or from the voice, finds what your own labels call angry, say.
//!
//! What is measured is what ships: it has learnt nothing from the file.

mod score; // ◆
mod text; //  tone from words
mod voice; // tone from the voice

use super::ModelDir;
use crate::language::Language;
use crate::understand::tone::Kind;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    models: ModelDir,
    /// Tab-separated rows with a header: `text`, `label`, perhaps `lang`.
    #[arg(long, conflicts_with = "audio", required_unless_present = "audio")]
    text: Option<PathBuf>,
    /// Recordings: tab-separated, with `emotion=` in `transcript_or_label`, and `speaker`.
    #[arg(long, value_name = "MANIFEST")]
    audio: Option<PathBuf>,
    /// Language of the rows; rows in other languages are left out.
    #[arg(long)]
    lang: Language,
    /// Labels of the file that are to be found; all others are the rest.
    #[arg(long, value_delimiter = ',', required = true, value_name = "LABEL")]
    positive: Vec<String>,
    /// Duet's tones that find them in text; their probabilities are added.
    #[arg(long, value_delimiter = ',', default_value = "anger,frustration")]
    tone: Vec<Kind>,
    /// In text: n-grams and words alone, as when the weights are missing.
    #[arg(long)]
    no_vectors: bool,
    /// In text: also what learning from the file itself would reach, in five parts held out in turn.
    #[arg(long)]
    ceiling: bool,
    /// Folder in which sentence vectors are kept between runs.
    #[arg(long)]
    cache: Option<PathBuf>,
    /// Pass the recordings through a telephone line first: 8 kHz, 300-3400 Hz, A-law.
    #[arg(long)]
    phone_band: bool,
    /// Label of the calm recordings, from which each speaker's own voice is known.
    #[arg(long, default_value = "neutral", value_name = "LABEL")]
    calm: String,
    /// Recordings: judge by weights learnt from the file's other speakers, each left out in turn.
    #[arg(long)]
    learn_from_file: bool,
    /// Print what was judged worst: so many missed, so many false alarms.
    #[arg(long, default_value_t = 0, value_name = "N")]
    worst: usize,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match (&args.text, &args.audio) {
        (Some(file), _) => text::run(&args, file),
        (None, Some(manifest)) => voice::run(&args, manifest),
        (None, None) => anyhow::bail!("expected --text or --audio"),
    }
}
