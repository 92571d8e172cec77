//! `duet eval barge`: how fast the bot falls silent when the caller speaks, and what makes it stop for
//! nothing. Whole calls in virtual time: RTP in and out of a real leg, the real ear, recogniser and call.

pub(super) mod clips;
mod scene;

use super::ModelDir;
use super::eval_data::read_manifest;
use crate::decide::bot::Bot;
use crate::hear::SpeechToText;
use crate::hear::phone_band::phone_band;
use crate::hear::silero::Silero;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::language::Language;
use crate::models;
use crate::speak::voices::{VoiceConfig, VoiceSpec, Voices};
use anyhow::{Context, ensure};
use clips::Clip;
use scene::{Echo, Scene, Seen};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Echo paths that are tried: loss in dB and delay in ms.
const ECHOES: [(f32, u64); 8] =
    [(15.0, 60), (15.0, 200), (20.0, 120), (20.0, 250), (25.0, 60), (25.0, 180), (30.0, 120), (30.0, 250)];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Language of bot and callers: pl, ro or en.
    #[arg(long)]
    lang: Language,
    /// Recordings with which callers interrupt: tab-separated, with `text=` in `transcript_or_label`.
    #[arg(long)]
    manifest: Option<PathBuf>,
    /// Recordings of noises, of which the loudest second is heard over the bot.
    #[arg(long)]
    noises: Option<PathBuf>,
    /// At most so many interruptions.
    #[arg(long, default_value_t = 30)]
    limit: usize,
    /// Also with the bot's voice coming back from a loudspeaker.
    #[arg(long)]
    echo: bool,
    /// Without the guard against echo and without telling hums, for comparison.
    #[arg(long)]
    unguarded: bool,
    /// Take so many ms for each recognition, whatever this machine needs.
    #[arg(long)]
    decode_ms: Option<u64>,
    /// Voice of the bot: `espeak` or `piper:PATH.onnx`.
    #[arg(long, default_value = "espeak")]
    voice: VoiceSpec,
    /// A bot whose sentences frame the long one that is interrupted.
    #[arg(long, default_value = "bots/parcel")]
    bot: PathBuf,
    #[arg(long, default_value = "whisper-base-q8_0.bin")]
    model: String,
    /// Print every scene.
    #[arg(long)]
    verbose: bool,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dir: ModelDir,
}

/// What every scene shares.
struct Stage {
    bot: Arc<Bot>,
    language: Language,
    vad: Arc<Silero>,
    stt: Arc<dyn SpeechToText>,
    /// The bot's sentences: short disclosure, long text.
    voices: [Arc<[i16]>; 2],
    guarded: bool,
    decode_ms: Option<u64>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let stage = stage(&args)?;
    let (asides, shorts) = (clips::backchannels(args.lang)?, clips::short_words(args.lang)?);
    let words = interruptions(&args)?;
    let noises = match &args.noises {
        Some(manifest) => clips::noises(manifest)?,
        None => Vec::new(),
    };
    let play = |clips: &[Clip], echo: Option<Echo>| -> anyhow::Result<Vec<Seen>> {
        let scenes = clips.iter().enumerate().map(|(number, clip)| {
            let seen = Scene::new(&stage, Some(clip), echo, number as u64)?.play();
            if args.verbose {
                println!("{:24} {seen:?}", clip.name);
            }
            Ok(seen)
        });
        scenes.collect()
    };
    let (words, shorts) = (play(&words, None)?, play(&shorts, None)?);
    let (asides, noises) = (play(&asides, None)?, play(&noises, None)?);
    let echo = if args.echo { Some(with_echo(&args, &stage, &interruptions(&args)?)?) } else { None };
    let report = json!({
        "lang": args.lang,
        "model": args.model,
        "decode_ms": args.decode_ms,
        "guarded": stage.guarded,
        "interruptions": words.len(),
        "stop_ms": quantiles(words.iter().filter_map(|seen| seen.silent_after_ms)),
        "not_stopped": share(&words, |seen| !seen.stopped),
        "short_words": shorts.len(),
        "short_words_not_stopped": share(&shorts, |seen| !seen.stopped),
        "backchannels": asides.len(),
        "backchannels_lose": share(&asides, |seen| seen.stopped),
        "backchannels_pause": share(&asides, |seen| seen.holds > 0),
        "backchannel_silence_ms": quantiles(asides.iter().filter(|seen| seen.holds > 0).map(|seen| seen.held_ms)),
        "noises": noises.len(),
        "noises_lose": share(&noises, |seen| seen.stopped),
        "noises_pause": share(&noises, |seen| seen.holds > 0),
        "echo": echo,
    });
    if args.json {
        println!("{report}");
    } else {
        println!("{report:#}");
    }
    Ok(ExitCode::SUCCESS)
}

/// A silent caller on a loudspeaker, then one who interrupts.
fn with_echo(args: &Args, stage: &Stage, words: &[Clip]) -> anyhow::Result<serde_json::Value> {
    let (mut silent, mut spoken) = (Vec::new(), Vec::new());
    for (number, (loss_db, delay_ms)) in ECHOES.into_iter().enumerate() {
        let echo = Some(Echo { loss_db, delay_ms });
        silent.push(Scene::new(stage, None, echo, number as u64)?.play());
        for (at, clip) in words.iter().enumerate().filter(|(at, _)| at % ECHOES.len() == number) {
            spoken.push(Scene::new(stage, Some(clip), echo, at as u64)?.play());
        }
        if args.verbose {
            println!("echo {loss_db} dB {delay_ms} ms: {:?}", silent.last());
        }
    }
    Ok(json!({
        "silent_scenes": silent.len(),
        "false_stops_per_scene": silent.iter().map(|seen| seen.holds as f64).sum::<f64>() / silent.len() as f64,
        "scenes_with_false_stop": share(&silent, |seen| seen.holds > 0),
        "scenes_lost": share(&silent, |seen| seen.stopped),
        "interruptions": spoken.len(),
        "stop_ms": quantiles(spoken.iter().filter_map(|seen| seen.silent_after_ms)),
        "not_stopped": share(&spoken, |seen| !seen.stopped),
    }))
}

fn stage(args: &Args) -> anyhow::Result<Stage> {
    let bot = clips::talkative(&args.bot, args.lang)?;
    let path = models::locate(&args.dir.models, &args.model)?;
    let voices = VoiceConfig { voices: [(args.lang, args.voice.clone())].into(), ..VoiceConfig::default() };
    let voices = Voices::load(&voices)?;
    let said = |text: &str| clips::spoken(voices.as_ref(), text, args.lang);
    Ok(Stage {
        voices: [said(clips::DISCLOSURE)?, said(clips::monologue(args.lang))?],
        bot: Arc::new(bot),
        language: args.lang,
        vad: Silero::load(&models::locate(&args.dir.models, "silero_vad.onnx")?)?,
        stt: Whisper::load(&path, WhisperConfig::unhurried(5))?,
        guarded: !args.unguarded,
        decode_ms: args.decode_ms,
    })
}

/// Recordings of the language, as a telephone brings them, else sentences of a synthetic voice.
fn interruptions(args: &Args) -> anyhow::Result<Vec<Clip>> {
    let Some(manifest) = &args.manifest else { return clips::sentences(args.lang) };
    let mut items = read_manifest(manifest)?;
    items.retain(|item| item.is_in(args.lang.code()) && item.labels.contains_key("text"));
    // Spread over the speakers, who stand one after the other.
    let step = (items.len() / args.limit.max(1)).max(1);
    let chosen = items.iter().step_by(step).take(args.limit);
    let clips: anyhow::Result<Vec<Clip>> = chosen
        .map(|item| {
            let pcm = super::eval_data::read_wav(&item.file).context("an interruption")?;
            Ok(Clip::new(&item.labels["text"], &phone_band(&pcm)))
        })
        .collect();
    let clips = clips?;
    ensure!(!clips.is_empty(), "{}: no recording in {} with text=", manifest.display(), args.lang);
    Ok(clips)
}

fn share(seen: &[Seen], of: impl Fn(&Seen) -> bool) -> f64 {
    let count = seen.iter().filter(|seen| of(seen)).count();
    (count as f64 / seen.len().max(1) as f64 * 1_000.0).round() / 1_000.0
}

/// By nearest rank.
fn quantiles(values: impl Iterator<Item = u64>) -> serde_json::Value {
    let mut sorted: Vec<u64> = values.collect();
    sorted.sort_unstable();
    let at = |part: f64| {
        let rank = (part * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied()
    };
    json!({ "p50": at(0.50), "p95": at(0.95), "max": sorted.last() })
}
