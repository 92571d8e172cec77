//! ◆ The agent's browser has gone in the middle of a call: the caller is told, hears music, and has the agent back
//! where they were when it returns.

use super::{Bridged, Table};
use crate::call::saying::Heard;
use crate::call::{Call, Input, Output, Timer, VOICE_WAIT};
use crate::decide::{Act, WaitingNews};
use crate::record::event::Event;
use crate::time::At;
use std::time::Duration;

/// How long a browser may take to come back: a page that loads, a network that changes.
pub(in crate::call) const AWAY_MAX: Duration = Duration::from_secs(25);

impl Bridged {
    /// Nobody is left alone by it but a caller who talks with the agent.
    pub(super) fn away(&mut self, call: &mut Call, now: At) {
        call.record(Event::AgentAway { agent: self.agent.id.clone() });
        if !matches!(self.table, Table::Talking) {
            return;
        }
        self.table = Table::Away;
        call.push(Output::HoldCaller);
        call.record(Event::HoldBegan);
        for act in call.dialog.waiting(WaitingNews::AgentAway) {
            if let Act::Say { prompt, text, language, interruptible } = act {
                self.saying.say(call, now, (prompt, text, language, interruptible));
            }
        }
        call.set_timer(Timer::Voice, now + VOICE_WAIT);
        call.set_timer(Timer::AgentAway, now + AWAY_MAX);
    }

    pub(super) fn back(&mut self, call: &mut Call, now: At) {
        call.record(Event::AgentBack { agent: self.agent.id.clone() });
        if matches!(self.table, Table::Away) {
            self.silence(call, now);
            self.rejoin(call);
        }
        call.clear_timer(Timer::AgentAway);
    }

    /// What became of the sentence that the caller waits with.
    pub(super) fn heard(&mut self, call: &mut Call, now: At, input: Input) {
        match input {
            Input::PlaybackStarted { id, at, .. } if self.saying.started(id, at).is_some() => {
                return call.clear_timer(Timer::Voice);
            }
            Input::PlaybackDone { id, heard_ms, total_ms, completed } => {
                let heard = Heard { heard_ms, total_ms, completed };
                if !self.saying.done(call, now, id, heard) {
                    return;
                }
            }
            Input::SpeechFailed { id, .. } => self.saying.failed(id),
            // No voice came: better music than silence.
            Input::Timer(Timer::Voice) => self.saying.drop_late(call),
            _ => return,
        }
        if self.saying.is_empty() && self.table.caller_waits() {
            call.clear_timer(Timer::Voice);
            call.push(Output::StartMusic);
        }
    }

    fn silence(&mut self, call: &mut Call, now: At) {
        self.saying.interrupt(call, now);
        self.saying.take_unheard();
        self.saying.cut(call, now);
        call.clear_timer(Timer::Voice);
        call.clear_timer(Timer::AgentAway);
    }

    /// Whoever parts from the agent waits for nobody; how they sat.
    pub(super) fn part(mut self, call: &mut Call, now: At) -> Table {
        self.silence(call, now);
        self.table
    }
}
