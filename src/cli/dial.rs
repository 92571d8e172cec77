//! `duet dial`: a real SIP caller for people without a phone.
//!
//! It speaks with a voice, listens until the other side has finished, and writes down what it heard.

mod activity; // ◆ when the far end speaks
mod floor; //    ◆ whose turn it is, and turn gaps
mod line; //       signalling and media of one call
mod placed; //     a call that a program places
mod report; //     lines for people, or JSON
mod script; //   ◆ what the caller does
mod sound; //      WAV files
mod steps; //      script or typed lines
mod stereo; //   ◆ the recording
mod talk; //       the conversation

use super::{EX_USAGE, ModelDir};
use crate::edge::bad_line::BadLine;
use crate::edge::clock::Clock;
use crate::hear::SpeechToText;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::language::Language;
use crate::speak::TextToSpeech;
use crate::speak::voices::{VoiceConfig, VoiceSpec, Voices};
use anyhow::{Context, anyhow};
use line::{Dialled, Line, Plan};
pub(super) use placed::{Call, place};
use report::{Ended, Gaps, Media, Report, Told};
pub(super) use script::Step;
use sip::session::{Credentials, TerminatedBy};
pub(super) use sound::write_mono as write_wav;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use steps::Steps;
use talk::{Caller, Talk};

/// Weights that are used when they lie in the model folder.
pub(super) const RECOGNISER: &str = "whisper-base-q8_0.bin";
const ENGLISH_VOICE: &str = "en_US-joe-medium.onnx";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whom to call: sip:1000@127.0.0.1:5060
    target: String,
    /// Language of the caller (pl, ro, en); a script changes it by `lang: pl`.
    #[arg(long, default_value = "en")]
    lang: Language,
    /// What to say, one line each; also `dtmf: 0`, `wait: 3s`, `wav: FILE`, `interrupt: WORDS`,
    /// `lang: pl`, `hangup`. Without it, lines come from standard input.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Play this file as soon as the call is answered.
    #[arg(long, value_name = "FILE")]
    wav: Option<PathBuf>,
    /// Keep both sides as stereo WAV: left is us, right is the bot.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Send these keys once the bot has greeted.
    #[arg(long)]
    dtmf: Option<String>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// User part of From.
    #[arg(long, default_value = "duet-dial")]
    from: String,
    /// Display name of From.
    #[arg(long, value_name = "NAME")]
    from_name: Option<String>,
    /// User for digest authentication.
    #[arg(long, requires = "password_env")]
    user: Option<String>,
    /// Environment variable that holds its password.
    #[arg(long, value_name = "VAR", requires = "user")]
    password_env: Option<String>,
    /// Seconds until an unanswered call is given up.
    #[arg(long, value_name = "S", default_value_t = 30)]
    answer_timeout: u64,
    /// Our address for signalling and media.
    #[arg(long, value_name = "IP")]
    local: Option<IpAddr>,
    #[command(flatten)]
    models: ModelDir,
    /// A voice for a language: `pl=piper:PATH.onnx` or `pl=espeak`; may be repeated.
    #[arg(long, value_name = "LANG=VOICE", value_parser = language_and_voice)]
    voice: Vec<(Language, VoiceSpec)>,
    /// Do not write down what the bot says.
    #[arg(long)]
    no_transcribe: bool,
    /// Silence after which the bot has finished, ms.
    #[arg(long, value_name = "MS", default_value_t = 900)]
    pause_ms: u64,
    /// Speak after this silence although the bot said nothing, seconds.
    #[arg(long, value_name = "S", default_value_t = 10)]
    patience: u64,
    /// Hang up after this silence once everything is said, seconds.
    #[arg(long, value_name = "S", default_value_t = 8)]
    stay: u64,
    /// Lose this many percent of our media packets, as a bad line does.
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0)]
    loss: f32,
    /// Hang up in any case, seconds.
    #[arg(long, value_name = "S", default_value_t = 900)]
    longest: u64,
}

pub(super) fn language_and_voice(text: &str) -> Result<(Language, VoiceSpec), String> {
    let (language, voice) = text.split_once('=').ok_or("expected LANG=VOICE, as pl=espeak")?;
    let language = language.parse().map_err(|error| format!("{error}"))?;
    Ok((language, voice.parse().map_err(|error| format!("{error}"))?))
}

/// Exit code 0 when the call was answered and ended by a side, 1 when not, 64 when what was asked for
/// makes no sense.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let asked = steps_of(&args).and_then(|steps| Ok((steps, plan_of(&args)?)));
    let (steps, plan) = match asked {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("duet dial: {error:#}");
            return Ok(ExitCode::from(EX_USAGE));
        }
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let normal = runtime.block_on(call(&args, steps, plan, Box::new(std::io::stdout())))?;
    // A thread may still wait for a line of standard input.
    runtime.shutdown_background();
    Ok(if normal { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn steps_of(args: &Args) -> anyhow::Result<Vec<Step>> {
    let mut steps = Vec::new();
    if let Some(digits) = &args.dtmf {
        steps.push(Step::Dtmf(script::digits(digits).map_err(|why| anyhow!("--{why}"))?));
    }
    for path in args.wav.iter() {
        sound::read_wav(path).context("--wav")?;
    }
    let Some(path) = &args.script else {
        return Ok(steps);
    };
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let parsed = script::parse(&text).with_context(|| path.display().to_string())?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for step in parsed {
        steps.push(match step {
            Step::Wav(file) => {
                let file = folder.join(file);
                sound::read_wav(&file).with_context(|| path.display().to_string())?;
                Step::Wav(file)
            }
            other => other,
        });
    }
    Ok(steps)
}

fn plan_of(args: &Args) -> anyhow::Result<Plan> {
    if !args.target.starts_with("sip:") && !args.target.starts_with("sips:") {
        anyhow::bail!("{:?}: expected an address like sip:1000@127.0.0.1:5060", args.target);
    }
    let credentials = match (&args.user, &args.password_env) {
        (Some(user), Some(variable)) => {
            let password = std::env::var(variable).with_context(|| format!("--password-env {variable}"))?;
            Some(Credentials { user: user.clone(), password, realm: None })
        }
        _ => None,
    };
    Ok(Plan {
        target: args.target.clone(),
        from: args.from.clone(),
        from_name: args.from_name.clone(),
        credentials,
        answer_timeout: Duration::from_secs(args.answer_timeout),
        local: args.local,
        record: args.record.is_some(),
        bad_line: BadLine { loss: args.loss / 100.0, ..BadLine::default() },
    })
}

/// True when the call was answered and ended by one of the sides.
async fn call(args: &Args, steps: Vec<Step>, plan: Plan, out: Box<dyn Write + Send>) -> anyhow::Result<bool> {
    let voice = caller_voices(&args.models.models, &args.voice)?;
    let ears = ears(args)?;
    let clock = Clock::start();
    let report = Report::new(args.json, clock.now(), out);
    report.tell(clock.now(), &Told::Dialling { target: args.target.clone() });
    let mut line = match line::dial(plan, clock, &report).await? {
        Dialled::Answered(line) => line,
        Dialled::Failed { code, reason } => {
            report.tell(clock.now(), &Told::Failed { code, reason });
            return Ok(false);
        }
    };
    let answered = clock.now();
    report.tell(answered, &Told::Answered);
    let caller = Caller {
        steps: Steps::new(steps, args.script.is_none()),
        opening: args.wav.clone(),
        language: args.lang,
        voice,
        ears,
        pause_ms: args.pause_ms,
        patience_ms: args.patience * 1_000,
        stay_ms: args.stay * 1_000,
        longest_ms: args.longest * 1_000,
    };
    let talked = Talk::new(&mut line, caller, &report).run().await;
    if talked.is_err() {
        line.hang_up("the caller failed").await;
    }
    let duration_ms = clock.now().since_ms(answered);
    let (by, reason) = line.end();
    let stats = keep(*line, args.record.as_deref()).await?;
    let gaps_ms = talked?.gaps_ms;
    let ended = Ended { by: who(by), reason, duration_ms, turn_gap_ms: Gaps::of(&gaps_ms), media: stats };
    report.tell(clock.now(), &Told::Ended(ended));
    Ok(by != TerminatedBy::Timeout)
}

fn who(by: TerminatedBy) -> &'static str {
    match by {
        TerminatedBy::FarEnd => "far_end",
        TerminatedBy::Us => "us",
        TerminatedBy::Timeout => "timeout",
    }
}

async fn keep(line: Line, record: Option<&Path>) -> anyhow::Result<Option<Media>> {
    let (stereo, stats) = line.close().await;
    if let Some(path) = record {
        sound::write_stereo(path, &stereo.interleaved())?;
    }
    Ok(stats.map(|stats| Media {
        packets_sent: stats.packets_sent,
        packets_received: stats.packets_received,
        packets_lost: stats.packets_lost,
        jitter_ms: stats.jitter_ms,
    }))
}

/// espeak-ng, Piper for English when its weights are there, and what was asked for.
pub(super) fn caller_voices(
    models: &Path,
    asked: &[(Language, VoiceSpec)],
) -> anyhow::Result<Arc<dyn TextToSpeech>> {
    let mut config = VoiceConfig::default();
    let onnx = models.join(ENGLISH_VOICE);
    if onnx.exists() {
        config.voices.insert(Language::English, VoiceSpec::Piper { onnx, speaker: None });
    }
    config.voices.extend(asked.iter().cloned());
    Ok(Voices::load(&config)?)
}

fn ears(args: &Args) -> anyhow::Result<Option<Arc<dyn SpeechToText>>> {
    let path = args.models.models.join(RECOGNISER);
    if args.no_transcribe {
        return Ok(None);
    }
    if !path.exists() {
        eprintln!("duet dial: {} is not there; what the bot says is not written down", path.display());
        return Ok(None);
    }
    let config = WhisperConfig { workers: 1, ..WhisperConfig::default() };
    Ok(Some(Whisper::load(&path, config)?))
}

#[cfg(test)]
mod tests;
