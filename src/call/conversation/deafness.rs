//! ◆ The caller speaks and nothing of it arrives: start that stage anew, say so, fetch a person at last.

use super::{Conversation, Phase, Utterance};
use crate::call::{Call, Output, Timer};
use crate::decide::{Act, DialogInput};
use crate::record::event::Event;
use crate::time::At;

/// Deafness for which no third try is made.
const TIMES_MAX: u32 = 3;

/// What was said and not heard.
#[derive(Debug, Default)]
pub(super) struct Deafness {
    /// Voice of turns that ended without a word, since the last words.
    wordless_ms: u64,
    times: u32,
}

impl Conversation {
    /// Words came: hearing works.
    pub(super) fn words_arrived(&mut self) {
        self.deafness = Deafness::default();
    }

    /// A turn ended without words: whether there have been too many such turns.
    pub(super) fn wordless(&mut self, call: &Call, voiced_ms: u64, speech: bool) -> bool {
        if speech && !call.held {
            self.deafness.wordless_ms += voiced_ms;
        }
        u128::from(self.deafness.wordless_ms) >= call.times.deaf_after.as_millis()
    }

    /// Too many such turns: the recogniser is deaf.
    pub(super) fn recogniser_deaf(mut self, call: &mut Call, now: At) -> Phase {
        let for_ms = self.deafness.wordless_ms;
        (self.utterance, self.clock) = (Utterance::None, None);
        call.clear_timer(Timer::Cover);
        self.deaf(call, now, "recogniser", for_ms)
    }

    /// A voice arrived for so long and no turn began: the ear is deaf. On hold it is music.
    pub(super) fn ear_deaf(self, call: &mut Call, now: At, for_ms: u64) -> Phase {
        if call.held || self.utterance != Utterance::None {
            return Phase::Conversation(self);
        }
        self.deaf(call, now, "ear", for_ms)
    }

    fn deaf(mut self, call: &mut Call, now: At, stage: &str, for_ms: u64) -> Phase {
        self.deafness.wordless_ms = 0;
        self.deafness.times += 1;
        let times = self.deafness.times;
        call.record(Event::Deaf { stage: stage.to_owned(), for_ms, times });
        call.push(Output::RestartHearing);
        if times >= TIMES_MAX {
            self.yield_floor(call, now);
            return self.tell(call, now, DialogInput::Deaf { times });
        }
        if self.saying.is_empty()
            && let Act::Say { prompt, text, language, .. } = call.dialog.one_moment()
        {
            self.forget_waiting(call);
            self.saying.say(call, now, (prompt, text, language, true));
            self.await_voice(call, now);
        }
        self.perhaps_all_said(call, now)
    }
}
