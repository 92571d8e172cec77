//! One recording as the silences in it: each with what the words before it amount to.

use crate::call::patience::{Question, Reading, read};
use crate::cli::eval_data::{Item, read_wav};
use crate::decide::ExpectKind;
use crate::edge::FRAME_SAMPLES;
use crate::edge::leg::AudioFrame;
use crate::hear::ear::{Ear, EarEvent, TurnConfig, VAD_SAMPLES};
use crate::hear::silero::Silero;
use crate::hear::smart_turn::SmartTurn;
use crate::hear::{Hint, Recognition, SpeechToText, SttError, Transcript};
use crate::language::Language;
use crate::time::At;
use anyhow::{Context, ensure};
use futures::executor::block_on;
use std::sync::Arc;
use std::time::Instant;

/// Silence that is put behind a recording, so that its end can be waited for.
const AFTER_MS: u64 = 4_000;
/// Samples in a millisecond at 8 kHz.
const SAMPLES_PER_MS: usize = 8;
/// One frame of voice activity, ms.
const VAD_FRAME_MS: u64 = (VAD_SAMPLES / SAMPLES_PER_MS) as u64;

/// What listens.
pub struct Ears {
    pub vad: Arc<Silero>,
    pub stt: Arc<dyn SpeechToText>,
    pub smart_turn: Option<SmartTurn>,
}

/// One silence, as the ear measures it.
#[derive(Debug, Clone)]
pub struct Silence {
    /// End of the voice, ms from the beginning of the recording.
    pub from_ms: u64,
    /// How long it lasts; none for the one that ends the turn.
    pub length_ms: Option<u64>,
    /// Silence at which the decode began.
    pub asked_ms: u64,
    pub decode_ms: u64,
    pub text: String,
    pub confidence: f32,
    pub reading: Reading,
    /// smart-turn: that the turn is over, and the time it took.
    pub smart: Option<(f32, u64)>,
}

/// A turn as it was heard.
#[derive(Debug, Clone)]
pub struct Turn {
    pub name: String,
    pub language: String,
    /// What was asked, as the manifest has it.
    pub expect: String,
    pub kind: ExpectKind,
    /// Where the caller really stops, ms.
    pub end_ms: u64,
    /// Pauses that the manifest names, ms.
    pub pauses: Vec<(u64, u64)>,
    /// In order; the last one is the end of the turn if the ear found it.
    pub silences: Vec<Silence>,
}

/// Listens to one recording.
pub fn listen(ears: &Ears, item: &Item) -> anyhow::Result<Turn> {
    let mut pcm = read_wav(&item.file)?;
    let expect = item.labels.get("expect").map_or("open", String::as_str).to_owned();
    let kind = expected(&expect)?;
    let length_ms = (pcm.len() / SAMPLES_PER_MS) as u64;
    let end_ms = match item.labels.get("end") {
        Some(end) => end.parse().with_context(|| format!("end={end}: expected ms"))?,
        None => length_ms,
    };
    let pauses = item.labels.get("pauses").map_or(Ok(Vec::new()), |pauses| spans(pauses))?;
    let code = item.language.split('-').next().unwrap_or_default();
    let language: Language = code.parse().map_err(|error| anyhow::anyhow!("language {code}: {error}"))?;
    pcm.resize(pcm.len() + AFTER_MS as usize * SAMPLES_PER_MS, 0);
    let mut silences = Vec::new();
    let config = TurnConfig { end_silence_ms: u64::MAX, max_utterance_ms: u64::MAX, ..TurnConfig::default() };
    let mut ear = Ear::new(Box::new(ears.vad.listener()), config);
    let digits = matches!(kind, ExpectKind::Digits { .. });
    let hint = Hint { languages: vec![language], digits, ..Hint::default() };
    let mut words = Words { recognition: ears.stt.start(hint.clone()), pushed: 0 };
    for (index, chunk) in pcm.chunks_exact(FRAME_SAMPLES).enumerate() {
        let at = At((index as u64 + 1) * 20);
        let samples = chunk.try_into().context("a frame")?;
        for event in ear.push(&AudioFrame { at, samples, concealed: false, played: Default::default() }) {
            match event {
                EarEvent::PossibleEnd { last_voiced } => {
                    let heard = words.heard(ear.utterance())?;
                    let asked = Asked { at, last_voiced, kind: &kind };
                    silences.push(silence(ears, ear.utterance(), heard, asked)?);
                }
                EarEvent::SpeechResumed => {
                    words.recognition.resumed();
                    resumed(&mut silences, at);
                }
                EarEvent::SpeechStarted { .. } => {
                    words = Words { recognition: ears.stt.start(hint.clone()), pushed: 0 };
                }
                EarEvent::SpeechEnded { .. } => {}
            }
        }
    }
    let name = item.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Turn { name, language: code.to_owned(), expect, kind, end_ms, pauses, silences })
}

/// The recogniser of one utterance, which hears it grow as in a call.
struct Words {
    recognition: Box<dyn Recognition>,
    pushed: usize,
}

impl Words {
    fn heard(&mut self, utterance: &[i16]) -> Result<Transcript, SttError> {
        self.recognition.push(&utterance[self.pushed..]);
        self.pushed = utterance.len();
        block_on(self.recognition.decode())
    }
}

/// When a silence was asked about, and what the answer is read as.
struct Asked<'a> {
    at: At,
    last_voiced: At,
    kind: &'a ExpectKind,
}

fn silence(ears: &Ears, audio: &[i16], heard: Transcript, asked: Asked<'_>) -> anyhow::Result<Silence> {
    let smart = match &ears.smart_turn {
        None => None,
        Some(model) => {
            let started = Instant::now();
            let probability = model.probability(audio)?;
            Some((probability, started.elapsed().as_millis() as u64))
        }
    };
    let question = Question { kind: asked.kind, digits_so_far: 0 };
    Ok(Silence {
        from_ms: asked.last_voiced.0,
        length_ms: None,
        asked_ms: asked.at.since_ms(asked.last_voiced),
        decode_ms: heard.decode_ms,
        reading: read(&heard.text, heard.language, question),
        text: heard.text,
        confidence: heard.confidence,
        smart,
    })
}

/// The voice began again a frame of voice activity ago.
fn resumed(silences: &mut [Silence], at: At) {
    if let Some(last) = silences.last_mut() {
        last.length_ms = Some(at.0.saturating_sub(VAD_FRAME_MS + last.from_ms));
    }
}

/// `open`, `yesno`, `digits:8` or `digits:6-10`.
fn expected(text: &str) -> anyhow::Result<ExpectKind> {
    let number =
        |text: &str| text.parse::<usize>().with_context(|| format!("expect={text}: expected a number"));
    Ok(match text.split_once(':') {
        None if text == "open" => ExpectKind::Open,
        None if text == "yesno" => ExpectKind::YesNo,
        Some(("digits", count)) => {
            let (min, max) = count.split_once('-').unwrap_or((count, count));
            ExpectKind::Digits { min: number(min)?, max: number(max)? }
        }
        _ => anyhow::bail!("expect={text}: expected open, yesno or digits:N"),
    })
}

/// `1200-1900,3000-3400`, ms.
fn spans(text: &str) -> anyhow::Result<Vec<(u64, u64)>> {
    let span = |text: &str| {
        let (from, to) = text.split_once('-')?;
        Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
    };
    let spans = text.split(',').filter(|text| !text.trim().is_empty());
    let spans: Option<Vec<(u64, u64)>> = spans.map(span).collect();
    let spans =
        spans.with_context(|| format!("pauses={text}: expected START-END in ms, joined by commas"))?;
    ensure!(spans.iter().all(|(from, to)| from < to), "pauses={text}: a pause must end after it begins");
    Ok(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_and_mistakes_named() {
        assert_eq!(expected("digits:8").unwrap(), ExpectKind::Digits { min: 8, max: 8 });
        assert_eq!(expected("digits:6-10").unwrap(), ExpectKind::Digits { min: 6, max: 10 });
        assert!(expected("digit").unwrap_err().to_string().contains("expect=digit"));
        assert_eq!(spans("1200-1900, 3000-3400").unwrap(), [(1200, 1900), (3000, 3400)]);
        assert_eq!(spans("").unwrap(), []);
        assert!(spans("5-5").unwrap_err().to_string().contains("pauses=5-5"));
    }

    #[test]
    fn a_silence_ends_where_the_voice_began_again() {
        let mut silences = vec![Silence {
            from_ms: 1_000,
            length_ms: None,
            asked_ms: 160,
            decode_ms: 100,
            text: String::new(),
            confidence: 0.0,
            reading: Reading::Nothing,
            smart: None,
        }];
        resumed(&mut silences, At(1_832));
        assert_eq!(silences[0].length_ms, Some(800));
    }
}
