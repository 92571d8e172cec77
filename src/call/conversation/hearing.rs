//! ◆ From the end of the caller's speech to its meaning.

use super::super::thinking::{TurnClock, Utterance};
use super::super::{Call, Output, Phase, Timer};
use super::Conversation;
use crate::decide::DialogInput;
use crate::hear::Transcript;
use crate::record::event::{Event, Source};
use crate::time::At;
use crate::understand::Meaning;

/// Above this probability of "no speech at all", what the recogniser wrote is not believed.
const NO_SPEECH_LIMIT: f32 = 0.8;

impl Conversation {
    pub(super) fn possible_end(&mut self, call: &mut Call, last_voiced: At) {
        self.voice_paused(last_voiced);
        if matches!(self.utterance, Utterance::Speaking { .. }) {
            let attempt = self.decodes.start();
            call.push(Output::Decode { turn: call.turn, attempt });
        }
    }

    pub(super) fn speech_ended(mut self, call: &mut Call, now: At, started: At, last_voiced: At) -> Phase {
        let Utterance::Speaking { interrupted } = self.utterance else {
            return Phase::Conversation(self);
        };
        self.voice_paused(last_voiced);
        self.utterance = Utterance::Ended { started, last_voiced, interrupted };
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
        if !self.decodes.arrived(attempt, result) {
            return Phase::Conversation(self);
        }
        if matches!(self.utterance, Utterance::Ended { .. })
            && let Some(result) = self.decodes.take()
        {
            return self.words(call, now, result);
        }
        self.early_words(call, now);
        Phase::Conversation(self)
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
        if heard.text.trim().is_empty() || heard.no_speech > NO_SPEECH_LIMIT {
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
            source: Source::Speech,
            started,
            ended: last_voiced,
        });
        call.set_timer(Timer::Engine, now + call.times.engine_deadline);
        let (turn, text, language) = (call.turn, heard.text.clone(), heard.language);
        call.push(Output::Understand { turn, text, language });
        self.utterance = Utterance::Understanding { heard };
        Phase::Conversation(self)
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
