//! `duet preview`: a bot's messages as callers hear them, with the voices that callers hear.

use super::dial::{caller_voices, language_and_voice, write_wav};
use super::{EX_USAGE, ModelDir};
use crate::cli::eval_barge::clips::spoken;
use crate::decide::bot::Bot;
use crate::decide::prompts::{Args as Values, Prompts};
use crate::language::Language;
use crate::server::bots::read;
use crate::speak::TextToSpeech;
use crate::speak::voices::VoiceSpec;
use anyhow::{Context, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

/// Players of WAV files, in the order in which they are tried, with what makes them quiet.
const PLAYERS: [(&str, &[&str]); 4] = [
    ("pw-play", &[]),
    ("aplay", &["-q"]),
    ("afplay", &[]),
    ("ffplay", &["-autoexit", "-nodisp", "-loglevel", "error"]),
];
/// Silence between two wordings: half a second at 8 kHz.
const GAP_SAMPLES: usize = 4_000;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the bot.
    bot: PathBuf,
    /// The message, as `ask_number`; all that the bot's files define are listed when it is left out.
    message: Option<String>,
    /// Only this language.
    #[arg(long)]
    lang: Option<Language>,
    /// What a variable of the message stands for, as `place=Leeds`; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    with: Vec<(String, Value)>,
    /// Write the sound here (8 kHz) instead of playing it.
    #[arg(long, value_name = "FILE")]
    wav: Option<PathBuf>,
    /// Print the words only.
    #[arg(long, conflicts_with = "wav")]
    quiet: bool,
    /// A voice for a language: `pl=piper:PATH.onnx` or `pl=espeak`; may be repeated.
    #[arg(long, value_name = "LANG=VOICE", value_parser = language_and_voice)]
    voice: Vec<(Language, VoiceSpec)>,
    #[command(flatten)]
    models: ModelDir,
}

fn variable(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE, as place=Leeds")?;
    let number = value.parse::<i64>().ok().map(Value::from);
    Ok((name.to_owned(), number.unwrap_or_else(|| Value::from(value))))
}

/// Exit code 64 when there is no such message or language.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let bot = read(&args.bot)?;
    let languages: Vec<Language> =
        bot.languages.iter().copied().filter(|one| args.lang.is_none_or(|wanted| wanted == *one)).collect();
    if languages.is_empty() {
        eprintln!("duet preview: {} does not speak this language", args.bot.display());
        return Ok(ExitCode::from(EX_USAGE));
    }
    let Some(message) = &args.message else {
        languages.iter().for_each(|language| list(&bot, *language));
        return Ok(ExitCode::SUCCESS);
    };
    let mut sentences = Vec::new();
    for language in languages {
        sentences.extend(wordings(bot.prompts(language), message, &args.with).map(|text| (language, text)));
    }
    if sentences.is_empty() {
        eprintln!("duet preview: {} has no message {message:?}", args.bot.display());
        return Ok(ExitCode::from(EX_USAGE));
    }
    sentences.iter().for_each(|(language, text)| println!("{language}  {text}"));
    if !args.quiet {
        let voice = caller_voices(&args.models.models, &args.voice)?;
        sound(&voice, &sentences, args.wav.as_deref())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The bot's own messages, each with its first wording.
fn list(bot: &Bot, language: Language) {
    let prompts = bot.prompts(language);
    for key in prompts.own_keys() {
        let more = match prompts.wordings(key) {
            0 | 1 => String::new(),
            all => format!(" (and {} more)", all - 1),
        };
        let text = wordings(prompts, key, &[]).next().unwrap_or_default();
        println!("{language}  {key:<24} {text}{more}");
    }
}

/// Every wording; a variable without a value is said by its name.
fn wordings(prompts: &Prompts, key: &str, with: &[(String, Value)]) -> impl Iterator<Item = String> {
    let names = prompts.variables(key).into_iter();
    let mut values: Values = names.map(|name| (name.clone(), Value::from(name))).collect();
    values.extend(with.iter().cloned());
    (0..prompts.wordings(key)).map(move |wording| prompts.text(key, wording, &values))
}

fn sound(
    voice: &Arc<dyn TextToSpeech>,
    sentences: &[(Language, String)],
    wav: Option<&Path>,
) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for (language, text) in sentences {
        all.extend_from_slice(&spoken(&**voice, text, *language)?);
        all.resize(all.len() + GAP_SAMPLES, 0);
    }
    if let Some(wav) = wav {
        return write_wav(wav, &all);
    }
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("preview.wav");
    write_wav(&file, &all)?;
    play(&file)
}

fn play(file: &Path) -> anyhow::Result<()> {
    for (player, options) in PLAYERS {
        let played =
            Command::new(player).args(options).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).status();
        match played {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            played => {
                let status = played.with_context(|| format!("{player} could not be started"))?;
                ensure!(status.success(), "{player} could not play the sound; --wav FILE writes it");
                return Ok(());
            }
        }
    }
    let names = PLAYERS.map(|(player, _)| player).join(", ");
    anyhow::bail!("none of {names} is installed; --wav FILE writes the sound, --quiet prints the words only")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_is_told_and_a_variable_without_value_by_its_name() {
        let own = "here = It is in { $place }.\n    .b = You find it in { $place }.\n";
        let Ok(prompts) = Prompts::parse(Language::English, "", "en.ftl", own) else { panic!("sound") };
        let told = |with: &[(String, Value)]| wordings(&prompts, "here", with).collect::<Vec<_>>();
        assert_eq!(told(&[]), ["It is in place.", "You find it in place."]);
        assert_eq!(told(&[variable("place=Leeds").unwrap()])[0], "It is in Leeds.");
        assert_eq!(wordings(&prompts, "there", &[]).count(), 0);
        assert!(variable("place").is_err());
        assert_eq!(variable("days=3").unwrap().1, Value::from(3));
    }
}
