//! `duet learn heard`: a bot's examples as its recogniser hears them, kept beside them for training.

use super::ModelDir;
use super::audio::Audio;
use super::test::line::Line;
use crate::decide::Bot;
use crate::decide::load::load;
use crate::decide::teach::mishearings;
use crate::hear::Hint;
use crate::language::Language;
use crate::speak::voices::VoiceSpec;
use crate::understand::classifier::{Mishearings, is_worth_learning, parallel};
use crate::understand::knowledge::Answers;
use anyhow::{Context, anyhow};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// File in the bot's folder.
const FILE: &str = "heard.yaml";
/// Noise below the voice, dB, and whether the second voice speaks; each example is heard under all of them.
const HEARINGS: [(Option<f32>, bool); 3] = [(None, false), (Some(10.0), false), (Some(15.0), true)];
/// Examples that are heard between two writes of the file.
const WRITE_EVERY: usize = 20;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only examples in this language; may be repeated.
    #[arg(long, value_name = "LANG")]
    lang: Vec<Language>,
    /// Hear all of them anew, not only those that are new.
    #[arg(long)]
    again: bool,
    /// The first caller's voice: `en=piper:FILE.onnx`; may be repeated.
    #[arg(long, value_name = "LANG=VOICE", value_parser = super::dial::language_and_voice)]
    voice: Vec<(Language, VoiceSpec)>,
}

/// Speaks, hears and writes; ends early without loss.
///
/// # Errors
/// Problems of the bot's files, missing weights, a file that cannot be written.
pub fn run(folder: &Path, models: &ModelDir, args: &Args) -> anyhow::Result<ExitCode> {
    let bot = load(folder).map_err(|problems| {
        anyhow!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    let all = examples(&bot);
    let mut heard = kept(&bot.heard, &all);
    let wanted = |language: Language| args.lang.is_empty() || args.lang.contains(&language);
    let is_new = |(text, language): &(String, Language)| {
        args.again || !heard.get(language).is_some_and(|of| of.contains_key(text))
    };
    let todo: Vec<(String, Language)> =
        all.iter().filter(|(_, language)| wanted(*language)).filter(|one| is_new(one)).cloned().collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let first = Audio::load(&models.models, &args.voice, cores)?;
    let plain: Vec<(Language, VoiceSpec)> = Language::ALL.map(|of| (of, VoiceSpec::Espeak)).into();
    let second = first.with_voices(&models.models, &plain)?;
    for (done, part) in todo.chunks(WRITE_EVERY).enumerate() {
        let hearings = parallel::map(part, |(text, language)| hear(&bot, &first, &second, text, *language));
        for ((text, language), variants) in part.iter().zip(hearings) {
            let variants = variants.map_err(|error| anyhow!("{text:?}: {error}"))?;
            heard.entry(*language).or_default().insert(text.clone(), variants);
        }
        write(folder, &heard)?;
        println!("{} of {} examples heard", (done * WRITE_EVERY + part.len()), todo.len());
    }
    write(folder, &heard)?;
    let (of, variants) = heard.values().flatten().fold((0, 0), |(of, n), (_, v)| (of + 1, n + v.len()));
    println!("{}: {of} examples, {variants} times misheard", folder.join(FILE).display());
    Ok(ExitCode::SUCCESS)
}

/// Everything that understanding learns, each once.
fn examples(bot: &Bot) -> BTreeSet<(String, Language)> {
    let asked = Answers::new(&bot.articles);
    let asked = asked.examples().iter().filter_map(|one| Some((one.text.clone(), one.language?)));
    bot.examples().into_iter().map(|(text, _, language)| (text, language)).chain(asked).collect()
}

/// What was heard of examples that are still there.
fn kept(heard: &Mishearings, examples: &BTreeSet<(String, Language)>) -> Mishearings {
    let of = |(language, texts): (&Language, &BTreeMap<String, Vec<String>>)| {
        let texts = texts.iter().filter(|(text, _)| examples.contains(&((*text).clone(), *language)));
        (*language, texts.map(|(text, heard)| (text.clone(), heard.clone())).collect())
    };
    heard.iter().map(of).collect()
}

fn hear(
    bot: &Bot,
    first: &Audio,
    second: &Audio,
    text: &str,
    language: Language,
) -> Result<Vec<String>, String> {
    let hint = Hint { languages: vec![language], words: bot.hint_words(language), ..Hint::default() };
    let mut variants: Vec<String> = Vec::new();
    for (noise_db, other) in HEARINGS {
        let audio = if other { second } else { first };
        let heard = audio.hear(text, language, &hint, &Line { noise_db, loss: 0.0 })?.text;
        if is_worth_learning(text, &heard) && !variants.contains(&heard) {
            variants.push(heard);
        }
    }
    Ok(variants)
}

fn write(folder: &Path, heard: &Mishearings) -> anyhow::Result<()> {
    let path = folder.join(FILE);
    std::fs::write(&path, mishearings(heard)).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_of_examples_that_are_gone_is_forgotten() {
        let of = |text: &str| (text.to_owned(), vec!["heard".to_owned()]);
        let heard: Mishearings = [(Language::English, [of("still here"), of("gone")].into())].into();
        let examples = [("still here".to_owned(), Language::English)].into();
        assert_eq!(kept(&heard, &examples)[&Language::English].len(), 1);
        let polish = [("still here".to_owned(), Language::Polish)].into();
        assert!(kept(&heard, &polish)[&Language::English].is_empty());
    }

    #[test]
    fn articles_are_asked_for_as_topics_are() {
        let bot = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")).expect("sound");
        let all = examples(&bot);
        assert!(all.len() > bot.examples().len(), "{}", all.len());
    }
}
