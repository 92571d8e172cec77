//! ◆ What the bot is saying: sentences in order, each with what was heard of it.

use super::{Call, Output};
use crate::edge::leg::PlaybackId;
use crate::language::Language;
use crate::record::event::Event;
use crate::time::At;
use std::collections::VecDeque;

/// A slow speaker, for sentences whose length is not known.
const MS_A_LETTER: u64 = 75;

/// One sentence that was asked for and is not finished.
#[derive(Debug, Clone)]
struct Sentence {
    id: PlaybackId,
    turn: u32,
    prompt: String,
    text: String,
    language: Language,
    interruptible: bool,
    asked: At,
    started: Option<At>,
}

/// The sentences that play or wait, first to last.
#[derive(Debug, Default)]
pub(super) struct Saying {
    sentences: VecDeque<Sentence>,
}

impl Saying {
    pub(super) fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// Asks for one sentence more.
    pub(super) fn say(
        &mut self,
        call: &mut Call,
        now: At,
        (prompt, text, language, interruptible): (String, String, Language, bool),
    ) {
        let id = call.next_playback();
        call.push(Output::Say { id, text: text.clone(), language });
        let turn = call.turn;
        let sentence =
            Sentence { id, turn, prompt, text, language, interruptible, asked: now, started: None };
        self.sentences.push_back(sentence);
    }

    /// Notes the first audio; returns when the sentence had been asked for.
    pub(super) fn started(&mut self, id: PlaybackId, at: At) -> Option<At> {
        let sentence = self.sentences.iter_mut().find(|sentence| sentence.id == id)?;
        sentence.started = Some(at);
        Some(sentence.asked)
    }

    /// The sentence ended or was cut: writes what was heard of it. False when it is not known.
    pub(super) fn done(&mut self, call: &mut Call, now: At, id: PlaybackId, heard: Heard) -> bool {
        let Some(place) = self.sentences.iter().position(|sentence| sentence.id == id) else {
            return false;
        };
        let Some(sentence) = self.sentences.remove(place) else {
            return false;
        };
        if sentence.prompt == "disclosure" {
            call.record(Event::DisclosurePlayed { completed: heard.completed });
        }
        call.record(Event::BotSaid {
            turn: sentence.turn,
            prompt: sentence.prompt,
            text: sentence.text,
            language: sentence.language,
            started: sentence.started.unwrap_or(now),
            heard_ms: heard.heard_ms,
            total_ms: heard.total_ms,
        });
        true
    }

    /// The caller speaks: stops every sentence that may be interrupted.
    pub(super) fn interrupt(&mut self, call: &mut Call) {
        for sentence in self.sentences.iter().filter(|sentence| sentence.interruptible) {
            call.push(Output::StopSaying { id: sentence.id });
        }
        // Those that never started leave no trace in the record; those that play report what was heard.
        self.sentences.retain(|sentence| !sentence.interruptible || sentence.started.is_some());
    }

    /// The call ends in mid-sentence: writes what was heard until now. The whole length is not known
    /// here; it is taken from the text at the pace of a slow speaker.
    pub(super) fn cut(&mut self, call: &mut Call, now: At) {
        let playing: Vec<(PlaybackId, At, u64)> = self
            .sentences
            .iter()
            .filter_map(|s| s.started.map(|at| (s.id, at, MS_A_LETTER * s.text.chars().count() as u64)))
            .filter(|(_, at, _)| *at < now)
            .collect();
        for (id, started, estimate_ms) in playing {
            let heard_ms = now.since_ms(started);
            let heard = Heard { heard_ms, total_ms: estimate_ms.max(heard_ms + 1), completed: false };
            self.done(call, now, id, heard);
        }
    }

    /// The voice failed: the sentence is gone.
    pub(super) fn failed(&mut self, id: PlaybackId) {
        self.sentences.retain(|sentence| sentence.id != id);
    }
}

/// How much of a sentence reached the wire.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard {
    pub heard_ms: u64,
    pub total_ms: u64,
    pub completed: bool,
}
