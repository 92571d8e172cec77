//! ◆ What the bot is saying: sentences in order, each with what was heard of it.

use super::{Call, Output};
use crate::decide::Unheard;
use crate::edge::leg::PlaybackId;
use crate::language::Language;
use crate::record::event::Event;
use crate::speak::playout::unheard_text;
use crate::time::At;
use std::collections::VecDeque;
use std::time::Duration;

/// A slow speaker, for sentences whose length is not known.
const MS_A_LETTER: u64 = 75;
/// A question with less than this to come, or with this share said, may be answered.
const NEARLY_OVER_MS: u64 = 1_500;
const NEARLY_OVER_SHARE: f32 = 0.6;
/// What is heard again after a hold, ms: about as much as a leg goes back.
const HEARD_AGAIN_MS: u64 = 350;

/// One sentence that was asked for and is not finished.
#[derive(Debug, Clone)]
struct Sentence {
    id: PlaybackId,
    turn: u32,
    prompt: String,
    text: String,
    /// Who typed it, where no bot made it.
    typed_by: Option<String>,
    language: Language,
    interruptible: bool,
    asked: At,
    started: Option<At>,
    /// Time since `started` in which nothing of it was heard, ms.
    silent_ms: u64,
}

impl Sentence {
    fn length_ms(&self, pace: Option<u64>) -> u64 {
        pace.unwrap_or(MS_A_LETTER) * self.text.chars().count() as u64
    }

    fn heard_ms(&self, started: At, now: At) -> u64 {
        now.since_ms(started).saturating_sub(self.silent_ms)
    }
}

/// The sentences that play or wait, first to last.
#[derive(Debug, Default)]
pub(super) struct Saying {
    sentences: VecDeque<Sentence>,
    /// What an interruption took from the caller, until the dialog is told.
    unheard: Vec<Unheard>,
    /// How fast this call's voice speaks, ms a letter; learned from whole sentences.
    pace: Option<u64>,
}

impl Saying {
    pub(super) fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// Asks for one sentence more.
    pub(super) fn say(&mut self, call: &mut Call, now: At, sentence: (String, String, Language, bool)) {
        self.say_typed(call, now, sentence, None);
    }

    /// The same in the words of a person.
    pub(super) fn say_typed(
        &mut self,
        call: &mut Call,
        now: At,
        (prompt, text, language, interruptible): (String, String, Language, bool),
        typed_by: Option<String>,
    ) {
        let id = call.next_playback();
        call.push(Output::Say { id, text: text.clone(), language });
        let turn = call.turn;
        let sentence = Sentence {
            id,
            turn,
            prompt,
            text,
            typed_by,
            language,
            interruptible,
            asked: now,
            started: None,
            silent_ms: 0,
        };
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
        let heard = self.measured(&sentence, heard);
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
            typed_by: sentence.typed_by,
        });
        true
    }

    /// The whole length of a cut sentence that was still being made is taken from its text.
    fn measured(&mut self, sentence: &Sentence, mut heard: Heard) -> Heard {
        let letters = sentence.text.chars().count() as u64;
        if heard.completed {
            self.pace = heard.total_ms.checked_div(letters).filter(|pace| *pace > 0).or(self.pace);
            return heard;
        }
        heard.total_ms = heard.total_ms.max(sentence.length_ms(self.pace));
        heard
    }

    /// What interruptions took from the caller since this was asked last, in the order it was to be said.
    pub(super) fn take_unheard(&mut self) -> Vec<Unheard> {
        std::mem::take(&mut self.unheard)
    }

    /// Sentences that play to their end whoever speaks.
    pub(super) fn unstoppable(&self) -> Vec<PlaybackId> {
        self.sentences.iter().filter(|sentence| !sentence.interruptible).map(|sentence| sentence.id).collect()
    }

    /// The sentence that plays was silent since then; a little of it is heard again.
    pub(super) fn held(&mut self, since: Option<At>, now: At) {
        let Some(since) = since else { return };
        if let Some(sentence) = self.sentences.front_mut().filter(|sentence| sentence.interruptible)
            && let Some(started) = sentence.started
        {
            let heard_again = HEARD_AGAIN_MS.min(since.since_ms(started).saturating_sub(sentence.silent_ms));
            sentence.silent_ms += now.since_ms(since) + heard_again;
        }
    }

    /// Whether the last sentence is a question (or is known to be one) that is nearly said.
    pub(super) fn question_nearly_over(&self, now: At, known: bool) -> bool {
        let [sentence] = self.sentences.as_slices().0 else { return false };
        let Some(started) = sentence.started.filter(|_| known || sentence.text.trim_end().ends_with('?'))
        else {
            return false;
        };
        let said_ms = sentence.heard_ms(started, now);
        let length_ms = sentence.length_ms(self.pace);
        said_ms + NEARLY_OVER_MS >= length_ms || said_ms as f32 >= NEARLY_OVER_SHARE * length_ms as f32
    }

    /// The caller has the floor: stops every sentence that may be interrupted. What is lost is known only
    /// by time and letters until the leg reports, and the dialog may ask before that.
    pub(super) fn interrupt(&mut self, call: &mut Call, now: At) {
        for sentence in self.sentences.iter().filter(|sentence| sentence.interruptible) {
            call.push(Output::StopSaying { id: sentence.id });
            let heard_ms = sentence.started.map_or(0, |started| sentence.heard_ms(started, now));
            let rest =
                unheard_text(&sentence.text, heard_ms, sentence.length_ms(self.pace).max(heard_ms + 1));
            let (prompt, rest) = (sentence.prompt.clone(), rest.to_owned());
            self.unheard.push(Unheard { prompt, rest, begun: heard_ms > 0 });
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
            .filter_map(|s| {
                s.started.map(|at| (s.id, at + Duration::from_millis(s.silent_ms), s.length_ms(self.pace)))
            })
            .filter(|(_, at, _)| *at < now)
            .collect();
        for (id, started, estimate_ms) in playing {
            let heard_ms = now.since_ms(started);
            let heard = Heard { heard_ms, total_ms: estimate_ms.max(heard_ms + 1), completed: false };
            self.done(call, now, id, heard);
        }
    }

    /// The sentence that is due and has made no sound yet.
    pub(super) fn waiting(&self) -> Option<PlaybackId> {
        self.sentences.front().filter(|sentence| sentence.started.is_none()).map(|sentence| sentence.id)
    }

    /// Asks once more for this sentence and all after it, in order.
    pub(super) fn again(&mut self, call: &mut Call, now: At, id: PlaybackId) {
        let Some(place) = self.sentences.iter().position(|sentence| sentence.id == id) else { return };
        for sentence in self.sentences.split_off(place) {
            if sentence.id != id {
                call.push(Output::StopSaying { id: sentence.id });
            }
            let Sentence { prompt, text, typed_by, language, interruptible, .. } = sentence;
            self.say_typed(call, now, (prompt, text, language, interruptible), typed_by);
        }
    }

    /// The voice is late: whatever has made no sound yet is not waited for, one after the other.
    pub(super) fn drop_late(&mut self, call: &mut Call) {
        for sentence in self.sentences.iter().filter(|sentence| sentence.started.is_none()) {
            call.push(Output::StopSaying { id: sentence.id });
        }
        self.sentences.retain(|sentence| sentence.started.is_some());
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
