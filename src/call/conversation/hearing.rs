//! ◆ From the end of the caller's speech to its meaning.

use super::super::patience::{Evidence, Question, Reading, patience, read};
use super::super::thinking::{Thought, TurnClock, Utterance};
use super::super::{Call, Output, Phase, Timer};
use super::Conversation;
use crate::decide::{Act, DialogInput, ExpectKind};
use crate::hear::Transcript;
use crate::record::event::Event;
use crate::time::At;
use crate::understand::Meaning;
use crate::understand::text::words;

/// Above this probability of "no speech at all", what the recogniser wrote is not believed.
const NO_SPEECH_LIMIT: f32 = 0.8;
/// Longest answer that is nothing but yes or no, and nothing but a number, words.
const ANSWER_WORDS: usize = 3;
const NUMBER_WORDS: usize = 14;

impl Conversation {
    /// A first short silence: the words so far are asked for, and until they come the wait is long.
    pub(super) fn possible_end(&mut self, call: &mut Call, last_voiced: At) {
        self.voice_paused(last_voiced);
        if matches!(self.utterance, Utterance::Speaking { .. }) {
            self.pauses.since = Some(last_voiced);
            let attempt = self.decodes.start_bet();
            call.push(Output::Decode { turn: call.turn, attempt });
            self.wait(call);
        }
    }

    /// It was a pause: what was made of the words so far is half an utterance.
    pub(super) fn speech_resumed(&mut self, call: &mut Call, now: At) {
        self.pauses.over(now);
        self.decodes.discard();
        self.voice_resumed(call, now);
    }

    /// Sets the silence that ends the turn, by what is known now.
    fn wait(&self, call: &mut Call) {
        let kind = &self.expect.kind;
        let question = Question { kind, digits_so_far: self.expect.digits_so_far };
        let words = self.decodes.early();
        let evidence = Evidence {
            reading: words.map(|heard| read(heard_text(heard), heard.language, question)),
            confidence: words.map_or(0.0, |heard| heard.confidence),
            finished: words.and_then(|heard| heard.finished),
            digits: matches!(kind, ExpectKind::Digits { .. }),
            longest_pause_ms: self.pauses.longest_ms,
            neutral_ms: call.times.end_silence.as_millis() as u64,
        };
        call.push(Output::EndAfter { silence_ms: patience(&evidence) });
    }

    pub(super) fn speech_ended(mut self, call: &mut Call, now: At, started: At, last_voiced: At) -> Phase {
        let Utterance::Speaking { interrupted } = self.utterance else {
            return Phase::Conversation(self);
        };
        self.voice_paused(last_voiced);
        self.utterance = Utterance::Ended { started, last_voiced, interrupted };
        self.pauses.since = None;
        let turn = call.turn;
        self.clock = Some(TurnClock { turn, last_voiced, decided: now, transcribed: None, understood: None });
        call.set_timer(Timer::Cover, last_voiced + call.times.cover_after);
        call.set_timer(Timer::Engine, now + call.times.engine_deadline);
        if let Some(result) = self.decodes.take() {
            return self.words(call, now, result);
        }
        if !self.decodes.running() {
            let attempt = self.decodes.start();
            call.push(Output::Decode { turn, attempt });
        }
        Phase::Conversation(self)
    }

    pub(super) fn transcribed(
        mut self,
        call: &mut Call,
        now: At,
        attempt: u32,
        result: Result<Transcript, String>,
    ) -> Phase {
        if result.is_err() && self.decodes.lose_bet(attempt) {
            return self.bet_lost(call);
        }
        if !self.decodes.arrived(attempt, result) {
            return Phase::Conversation(self);
        }
        match self.utterance {
            Utterance::Ended { .. } => {
                if let Some(result) = self.decodes.take() {
                    return self.words(call, now, result);
                }
            }
            Utterance::Speaking { .. } => self.early_words(call, now),
            Utterance::None | Utterance::Understanding { .. } => {}
        }
        Phase::Conversation(self)
    }

    /// The recogniser had no time for a bet: the words are asked for when the turn is over.
    fn bet_lost(mut self, call: &mut Call) -> Phase {
        if matches!(self.utterance, Utterance::Ended { .. }) {
            let attempt = self.decodes.start();
            call.push(Output::Decode { turn: call.turn, attempt });
        }
        Phase::Conversation(self)
    }

    /// Words that came while the caller is still silent: they say how long to wait, and are understood
    /// meanwhile. Nothing is decided by them before the turn is over.
    fn early_words(&mut self, call: &mut Call, now: At) {
        self.wait(call);
        let nothing = self.early_nothing(call, now);
        let Some(heard) = self.decodes.early() else { return };
        if nothing || heard_text(heard).is_empty() {
            return;
        }
        if self.needs_no_meaning(heard) {
            return self.prepare(call, now);
        }
        call.push(find_meaning(call, self.decodes.attempt(), heard));
        self.decodes.asked_meaning();
    }

    /// A meaning: of the turn's words, or of early ones.
    pub(super) fn meaning(
        mut self,
        call: &mut Call,
        now: At,
        attempt: u32,
        result: Result<Meaning, String>,
    ) -> Phase {
        match self.utterance {
            Utterance::Understanding { .. } if attempt == self.decodes.attempt() => {
                return self.understood(call, now, result);
            }
            Utterance::Speaking { .. } if self.decodes.meant(attempt, result) => self.prepare(call, now),
            _ => {}
        }
        Phase::Conversation(self)
    }

    /// Asks a copy of the dialog what it would say to the early words, and has the first sentence made.
    fn prepare(&self, call: &mut Call, now: At) {
        let Some(heard) = self.decodes.early() else { return };
        let meaning = self.decodes.meaning().cloned();
        if meaning.is_none() && !self.needs_no_meaning(heard) {
            return;
        }
        let mut guess = call.dialog.clone();
        for earlier in &self.deferred {
            guess.handle(now, earlier.clone());
        }
        let Transcript { text, language, confidence, .. } = heard.clone();
        let turn = call.turn;
        let acts = guess.handle(now, DialogInput::Heard { turn, text, language, confidence, meaning });
        let first = acts.into_iter().find_map(|act| match act {
            Act::Say { text, language, .. } => Some((text, language)),
            _ => None,
        });
        if let Some((text, language)) = first {
            call.push(Output::Prepare { text, language });
        }
    }

    /// The words of a finished turn.
    fn words(mut self, call: &mut Call, now: At, result: Result<Transcript, String>) -> Phase {
        let Utterance::Ended { started, last_voiced, interrupted } = self.utterance else {
            return Phase::Conversation(self);
        };
        call.clear_timer(Timer::Engine);
        let heard = match result {
            Ok(heard) => heard,
            Err(_) if self.was_short(call, now) => return self.go_on(call, now),
            Err(detail) => return self.hearing_failed(call, now, detail),
        };
        self.failures.hear = 0;
        if self.was_nothing(call, now, &heard) {
            return self.go_on(call, now);
        }
        if let Some(clock) = &mut self.clock {
            clock.transcribed = Some(now);
        }
        if heard_text(&heard).is_empty() {
            let speech = heard.no_speech <= NO_SPEECH_LIMIT;
            if self.wordless(call, last_voiced.since_ms(started), speech) {
                return self.recogniser_deaf(call, now);
            }
            let interrupted = interrupted && !self.over_the_bot();
            return self.no_words(call, now, interrupted);
        }
        self.words_arrived();
        self.yield_floor(call, now);
        call.record(Event::CallerSaid {
            turn: call.turn,
            text: heard.text.clone(),
            language: heard.language,
            confidence: heard.confidence,
            source: call.source(),
            started,
            ended: last_voiced,
        });
        if self.needs_no_meaning(&heard) {
            return self.plain_answer(call, now, heard);
        }
        let early = self.decodes.take_meaning();
        if matches!(early, Thought::NotAsked) {
            call.push(find_meaning(call, self.decodes.attempt(), &heard));
        }
        self.utterance = Utterance::Understanding { heard };
        if let Thought::Known(result) = early {
            return self.understood(call, now, result);
        }
        call.set_timer(Timer::Engine, now + call.times.engine_deadline);
        Phase::Conversation(self)
    }

    /// A whole answer to a closed question, in a few words: rules read it, and no topic can be in it.
    fn needs_no_meaning(&self, heard: &Transcript) -> bool {
        let kind = &self.expect.kind;
        let question = Question { kind, digits_so_far: self.expect.digits_so_far };
        let text = heard_text(heard);
        let most = match kind {
            ExpectKind::Digits { .. } => NUMBER_WORDS,
            ExpectKind::YesNo => ANSWER_WORDS,
            ExpectKind::Open | ExpectKind::Choice(_) => return false,
        };
        let whole = matches!(read(text, heard.language, question), Reading::Answer | Reading::Refusal);
        whole && words(text).len() <= most
    }

    /// Such an answer goes to the dialog as it is.
    fn plain_answer(mut self, call: &mut Call, now: At, heard: Transcript) -> Phase {
        self.utterance = Utterance::None;
        if let Some(clock) = &mut self.clock {
            clock.understood = Some(now);
        }
        let turn = call.turn;
        let Transcript { text, language, confidence, .. } = heard;
        self.tell(call, now, DialogInput::Heard { turn, text, language, confidence, meaning: None })
    }

    /// A voice or a noise without words. Noise while the bot was silent is not worth a remark.
    fn no_words(mut self, call: &mut Call, now: At, interrupted: bool) -> Phase {
        self.utterance = Utterance::None;
        self.clock = None;
        call.clear_timer(Timer::Cover);
        if interrupted {
            let turn = call.turn;
            return self.tell(call, now, DialogInput::Unclear { turn });
        }
        self.perhaps_all_said(call, now)
    }

    pub(super) fn hearing_failed(mut self, call: &mut Call, now: At, detail: String) -> Phase {
        self.yield_floor(call, now);
        self.utterance = Utterance::None;
        self.failures.hear += 1;
        let times = self.failures.hear;
        call.record(Event::EngineFailed { stage: "hear".into(), detail });
        self.tell(call, now, DialogInput::EngineFailed { stage: "hear".into(), times })
    }

    pub(super) fn understood(mut self, call: &mut Call, now: At, result: Result<Meaning, String>) -> Phase {
        let Utterance::Understanding { heard } = std::mem::take(&mut self.utterance) else {
            return Phase::Conversation(self);
        };
        call.clear_timer(Timer::Engine);
        if let Some(clock) = &mut self.clock {
            clock.understood = Some(now);
        }
        let meaning = match result {
            Ok(meaning) => {
                self.failures.understand = 0;
                Some(meaning)
            }
            Err(detail) => {
                self.failures.understand += 1;
                call.record(Event::EngineFailed { stage: "understand".into(), detail });
                None
            }
        };
        let turn = call.turn;
        let Transcript { text, language, confidence, .. } = heard;
        self.tell(call, now, DialogInput::Heard { turn, text, language, confidence, meaning })
    }
}

/// The meaning of these words, which the recogniser found in this attempt, and what they answer.
fn find_meaning(call: &Call, attempt: u32, heard: &Transcript) -> Output {
    let (text, language) = (heard.text.clone(), heard.language);
    let asked = call.dialog.asked(&text, language, heard.confidence);
    Output::Understand { turn: call.turn, attempt, text, language, asked }
}

/// What was heard, empty when the recogniser does not believe it itself.
fn heard_text(heard: &Transcript) -> &str {
    if heard.no_speech > NO_SPEECH_LIMIT { "" } else { heard.text.trim() }
}
