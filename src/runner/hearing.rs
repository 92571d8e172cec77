//! The ear on one leg: audio frames in, speech events and recognised words out.

use super::Reply;
use super::overhearing::overheard;
use crate::call::{Input, Speaker};
use crate::edge::leg::AudioFrame;
use crate::engines::Urgency;
use crate::hear::backchannel;
use crate::hear::ear::Ear;
use crate::hear::silero::Silero;
use crate::hear::turn::{EarEvent, TurnConfig};
use crate::hear::{Hint, Recognition, SpeechToText, Transcript};
use crate::language::Language;
use crate::time::At;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Between two people a pause ends a note, not a turn: it may be longer, ms.
const NOTE_END_SILENCE_MS: u64 = 700;

/// Whether the dialog wants the words, or they are only noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The call asks for decodes.
    Turns,
    /// Two people talk: each utterance is noted by itself.
    Notes(Speaker),
    /// Nobody is listening: the caller waits in the queue.
    Deaf,
}

/// Hears one leg.
pub(super) struct Hearing {
    ear: Ear,
    stt: Arc<dyn SpeechToText>,
    replies: mpsc::Sender<Reply>,
    recognition: Option<Box<dyn Recognition>>,
    hint: Hint,
    mode: Mode,
    end_silence_ms: u64,
}

impl Hearing {
    pub(super) fn new(
        vad: &Arc<Silero>,
        stt: Arc<dyn SpeechToText>,
        end_silence_ms: u64,
        replies: mpsc::Sender<Reply>,
    ) -> Self {
        let ear = Ear::new(Box::new(vad.listener()), TurnConfig { end_silence_ms, ..TurnConfig::default() });
        let hint = Hint::default();
        Hearing { ear, stt, replies, recognition: None, hint, mode: Mode::Turns, end_silence_ms }
    }

    /// What is likely to be said next.
    pub(super) fn expect(&mut self, hint: Hint) {
        self.hint = hint;
    }

    /// From now on utterances are noted as this speaker's.
    pub(super) fn take_notes(&mut self, speaker: Speaker, language: Language) {
        self.mode = Mode::Notes(speaker);
        self.hint = Hint { languages: vec![language], ..Hint::default() };
        self.ear.set_end_silence_ms(NOTE_END_SILENCE_MS);
        self.restart();
    }

    /// From now on the call steers.
    pub(super) fn take_turns(&mut self) {
        self.mode = Mode::Turns;
        self.ear.set_end_silence_ms(self.end_silence_ms);
        self.restart();
    }

    /// A stage was deaf: everything begins anew, in place.
    pub(super) fn heal(&mut self) {
        self.recognition = None;
        self.ear.restart();
    }

    /// Audio is ignored until further notice.
    pub(super) fn stop(&mut self) {
        self.mode = Mode::Deaf;
        self.restart();
    }

    fn restart(&mut self) {
        self.recognition = None;
        self.ear.reset();
    }

    /// One frame of the far end; returns what the call must know.
    pub(super) fn push(&mut self, frame: &AudioFrame) -> Vec<Input> {
        if self.mode == Mode::Deaf {
            return Vec::new();
        }
        if let Some(recognition) = &mut self.recognition {
            recognition.push(&frame.samples);
        }
        let events = self.ear.push(frame);
        let inputs = events.into_iter().filter_map(|event| self.event(event)).collect();
        if self.mode == Mode::Turns { overheard(&mut self.ear, inputs) } else { inputs }
    }

    fn event(&mut self, event: EarEvent) -> Option<Input> {
        if let Mode::Notes(speaker) = self.mode {
            match event {
                EarEvent::SpeechStarted { .. } => self.start_as(Urgency::Note),
                EarEvent::SpeechEnded { started, last_voiced, .. } => {
                    self.note(speaker, started, last_voiced)
                }
                EarEvent::PossibleEnd { .. } | EarEvent::SpeechResumed => {}
            }
            return None;
        }
        self.set_urgency(event);
        Some(match event {
            EarEvent::SpeechStarted { at } => Input::SpeechStarted { at },
            EarEvent::PossibleEnd { last_voiced } => Input::PossibleEnd { last_voiced },
            EarEvent::SpeechResumed => Input::SpeechResumed,
            EarEvent::SpeechEnded { started, last_voiced, .. } => Input::SpeechEnded { started, last_voiced },
        })
    }

    /// The silence under way ends the turn after `ms`; the end comes at once if it has lasted that long.
    pub(super) fn end_after(&mut self, ms: u64) -> Option<Input> {
        let event = if self.mode == Mode::Turns { self.ear.end_after(ms) } else { None };
        event.and_then(|event| self.event(event))
    }

    /// Begins an utterance; over the bot's voice, of this language, it may be a listener's "mhm".
    pub(super) fn start_over(&mut self, continued: bool, over: Option<Language>) {
        let hint = self.hint.clone();
        let asides = over.map_or(&[][..], backchannel::likely);
        self.hint.words.splice(0..0, asides.iter().map(|aside| (*aside).to_owned()));
        self.start(continued);
        self.hint = hint;
    }

    /// Begins an utterance, or goes on with the one before.
    pub(super) fn start(&mut self, continued: bool) {
        if continued && self.recognition.is_some() {
            return;
        }
        self.start_as(Urgency::Partial);
    }

    fn start_as(&mut self, urgency: Urgency) {
        let mut recognition = self.stt.start(self.hint.clone());
        recognition.set_urgency(urgency);
        recognition.push(self.ear.utterance());
        self.recognition = Some(recognition);
    }

    /// What is decoded at the first silence is a bet until the turn is over; half an utterance that goes
    /// on need not be decoded to its end.
    fn set_urgency(&mut self, event: EarEvent) {
        let Some(recognition) = &mut self.recognition else { return };
        match event {
            EarEvent::PossibleEnd { .. } => recognition.set_urgency(Urgency::Early),
            EarEvent::SpeechEnded { .. } => recognition.set_urgency(Urgency::Final),
            EarEvent::SpeechStarted { .. } | EarEvent::SpeechResumed => recognition.resumed(),
        }
    }

    /// Recognises what was collected; the answer comes as `Input::Transcribed`.
    pub(super) fn decode(&mut self, turn: u32, attempt: u32) {
        let Some(recognition) = &mut self.recognition else {
            return;
        };
        let decoding = recognition.decode();
        let replies = self.replies.clone();
        tokio::spawn(async move {
            let result = decoding.await.map_err(|error| error.to_string());
            // A call that has ended needs no words.
            let _ = replies.send(Reply::Input(Input::Transcribed { turn, attempt, result })).await;
        });
    }

    fn note(&mut self, speaker: Speaker, started: At, ended: At) {
        let Some(mut recognition) = self.recognition.take() else {
            return;
        };
        let replies = self.replies.clone();
        tokio::spawn(async move {
            let decoded: Result<Transcript, _> = recognition.decode().await;
            match decoded {
                Ok(heard) => {
                    let input = Input::Noted { speaker, heard, started, ended };
                    let _ = replies.send(Reply::Input(input)).await;
                }
                Err(error) => tracing::warn!(%error, "words after the bridge were not recognised"),
            }
        });
    }
}
