//! Sentences as sound files, spoken by Duet's own voices. `<400>` in a text is a pause of 400 ms.

use crate::wire::{FRAME, audible};
use anyhow::{Context, bail};
use duet::language::Language;
use duet::speak::voices::{VoiceConfig, VoiceSpec, Voices};
use duet::speak::{Speech, TextToSpeech};
use std::io::BufRead;

/// Silence left around the speech, frames: a caller's line is not cut off at the last sample.
const AROUND: usize = 5;

#[derive(clap::Args)]
pub struct Args {
    /// A voice for a language: `en=piper:PATH.onnx` or `pl=espeak`; may be repeated.
    #[arg(long, value_name = "LANG=VOICE")]
    voice: Vec<String>,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let mut config = VoiceConfig::default();
    for voice in &args.voice {
        let (language, spec) = voice.split_once('=').context("expected LANG=VOICE")?;
        config.voices.insert(language.parse()?, spec.parse::<VoiceSpec>()?);
    }
    let voices = Voices::load(&config)?;
    let runtime = tokio::runtime::Runtime::new()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut parts = line.splitn(3, '\t');
        let (Some(language), Some(file), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            bail!("{line:?}: expected LANG<TAB>FILE<TAB>TEXT");
        };
        let samples = runtime.block_on(spoken(voices.as_ref(), language.parse()?, text))?;
        write(file, &samples).with_context(|| file.to_owned())?;
    }
    Ok(())
}

async fn spoken(voices: &dyn TextToSpeech, language: Language, text: &str) -> anyhow::Result<Vec<i16>> {
    let mut samples = Vec::new();
    for (part, pause_ms) in parts(text)? {
        samples.extend(trimmed(&one(voices, language, part).await?));
        samples.extend(std::iter::repeat_n(0, pause_ms * 8));
    }
    let silence = vec![0; AROUND * FRAME];
    Ok([silence.clone(), samples, silence].concat())
}

/// Pieces of text with the pause behind each, ms.
fn parts(text: &str) -> anyhow::Result<Vec<(&str, usize)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let (pause, after) = after.split_once('>').with_context(|| format!("{text:?}: `<` without `>`"))?;
        parts.push((before, pause.parse().with_context(|| format!("{text:?}: no pause in ms"))?));
        rest = after;
    }
    parts.push((rest, 0));
    Ok(parts.into_iter().filter(|(part, _)| !part.trim().is_empty()).collect())
}

async fn one(voices: &dyn TextToSpeech, language: Language, text: &str) -> anyhow::Result<Vec<i16>> {
    match voices.speak(text, language).await? {
        Speech::Ready(samples) => Ok(samples.to_vec()),
        Speech::Stream(mut chunks) => {
            let mut samples = Vec::new();
            while let Some(chunk) = chunks.recv().await {
                samples.extend(chunk?);
            }
            Ok(samples)
        }
    }
}

fn trimmed(samples: &[i16]) -> Vec<i16> {
    let frames: Vec<&[i16]> = samples.chunks(FRAME).collect();
    let first = frames.iter().position(|frame| audible(frame)).unwrap_or(0);
    let last = frames.iter().rposition(|frame| audible(frame)).unwrap_or(0);
    frames[first..=last.max(first)].concat()
}

fn write(file: &str, samples: &[i16]) -> anyhow::Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file, spec)?;
    samples.iter().try_for_each(|sample| writer.write_sample(*sample))?;
    Ok(writer.finalize()?)
}
