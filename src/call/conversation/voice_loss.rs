//! ◆ The voice is late or fails: the caller hears a chime, never two seconds of nothing.

use super::{After, Conversation, Phase, Utterance};
use crate::call::{Call, Output, Timer};
use crate::decide::DialogInput;
use crate::edge::leg::PlaybackId;
use crate::record::event::Event;
use crate::time::At;
use std::time::Duration;

/// Without a sound for so long the chime is heard, and again after so long.
const CHIME_AFTER: Duration = Duration::from_millis(1_800);
/// A sentence just asked for is given this long first.
const CHIME_NOT_BEFORE: Duration = Duration::from_millis(500);
/// A voice that let so many chimes go by has failed.
const LATE_MAX: u32 = 3;

/// What the caller heard instead of a voice.
#[derive(Debug, Default)]
pub(super) struct VoiceLoss {
    chimed: Option<At>,
    late: u32,
}

impl Conversation {
    /// Something was asked for: its sound is awaited, from the end of the caller's words if they are why.
    pub(super) fn await_voice(&mut self, call: &mut Call, now: At) {
        if self.saying.waiting().is_some() {
            let since = self.clock.as_ref().map_or(now, |clock| clock.last_voiced);
            let since = self.voice_loss.chimed.map_or(since, |chimed| chimed.max(since));
            call.set_timer(Timer::Voice, (since + CHIME_AFTER).max(now + CHIME_NOT_BEFORE));
        }
    }

    /// A sentence is heard.
    pub(super) fn voice_came(&mut self, call: &mut Call) {
        self.voice_loss = VoiceLoss::default();
        call.clear_timer(Timer::Voice);
    }

    /// Nothing was heard of the sentence that is due.
    pub(super) fn voice_late(mut self, call: &mut Call, now: At) -> Phase {
        let Some(id) = self.saying.waiting().filter(|_| self.utterance == Utterance::None) else {
            return Phase::Conversation(self);
        };
        self.chime(call, now);
        self.voice_loss.late += 1;
        if self.voice_loss.late < LATE_MAX {
            call.set_timer(Timer::Voice, now + CHIME_AFTER);
            return Phase::Conversation(self);
        }
        self.voice_loss.late = 0;
        call.push(Output::StopSaying { id });
        self.speech_failed(call, now, id, "no sound within the deadline".into())
    }

    /// The voice failed: once more, then the dialog must know.
    pub(super) fn speech_failed(mut self, call: &mut Call, now: At, id: PlaybackId, detail: String) -> Phase {
        self.failures.speak += 1;
        let times = self.failures.speak;
        call.record(Event::EngineFailed { stage: "speak".into(), detail });
        self.chime(call, now);
        if times == 1 {
            self.saying.again(call, now, id);
            self.await_voice(call, now);
            return self.perhaps_all_said(call, now);
        }
        self.saying.failed(id);
        if times == 2 && !matches!(self.after, After::Escalate(_)) {
            return self.tell(call, now, DialogInput::EngineFailed { stage: "speak".into(), times });
        }
        self.perhaps_all_said(call, now)
    }

    fn chime(&mut self, call: &mut Call, now: At) {
        let recent = self.voice_loss.chimed.is_some_and(|at| now < at + CHIME_AFTER);
        if !recent {
            self.voice_loss.chimed = Some(now);
            call.push(Output::Chime);
        }
    }
}
