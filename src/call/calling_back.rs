//! ◆ Duet rings a caller back, as promised: the machine says who it is, then the colleague's phone rings.

use super::saying::{Heard, Saying};
use super::waiting::Waiting;
use super::{Call, Input, Output, Phase, Timer};
use crate::decide::{Act, WaitingNews};
use crate::desk::notice::{AgentRef, DeskNotice};
use crate::record::CallId;
use crate::record::event::{EndedBy, Event, Outcome};
use crate::time::At;

/// From our INVITE to the end of the first sentence.
#[derive(Debug)]
pub(super) struct CallingBack {
    of: CallId,
    attempt: u32,
    /// Kept for the call; their phone rings once the caller is there.
    agent: Option<AgentRef>,
    saying: Saying,
}

impl CallingBack {
    pub(super) fn new(of: CallId, attempt: u32, agent: AgentRef) -> Self {
        CallingBack { of, attempt, agent: Some(agent), saying: Saying::default() }
    }

    pub(super) fn handle(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::Received { media: Ok(()) } => self.begins(call),
            Input::Received { media: Err((_, reason)) } => {
                self.begins(call);
                return unreached(call, reason);
            }
            Input::Recorded => {
                call.push(Output::InviteCaller);
                call.set_timer(Timer::RingCaller, now + call.times.ring_caller);
            }
            Input::RecordFailed { detail } => return call.close(Outcome::Failed, EndedBy::System, detail),
            Input::CallerAnswered => self.answered(call, now),
            Input::CallerRefused { code } => return unreached(call, format!("SIP {code}")),
            Input::Timer(Timer::RingCaller) if !call.answered => {
                call.push(Output::HangUpCaller { reason: None });
                return unreached(call, "no answer".into());
            }
            Input::Desk(DeskNotice::Withdrawn { agent, refusal })
                if self.agent.take_if(|kept| kept.id == agent).is_some() =>
            {
                call.record(Event::AgentRefused { agent, refusal });
            }
            Input::Desk(DeskNotice::Reserved { agent }) => self.agent = Some(agent),
            Input::PlaybackStarted { id, at, .. } => {
                self.saying.started(id, at);
            }
            Input::PlaybackDone { id, heard_ms, total_ms, completed } => {
                let heard = Heard { heard_ms, total_ms, completed };
                if self.saying.done(call, now, id, heard) {
                    return self.said(call, now);
                }
            }
            Input::SpeechFailed { id, .. } => {
                self.saying.failed(id);
                return self.said(call, now);
            }
            // The voice is late: a person need not wait for it.
            Input::Timer(Timer::Voice) if self.saying.waiting().is_some() => {
                self.saying.drop_late(call);
                return self.said(call, now);
            }
            _ => {}
        }
        Phase::CallingBack(self)
    }

    fn begins(&self, call: &mut Call) {
        call.record_received();
        call.record(Event::CallingBack { of: self.of.clone(), attempt: self.attempt });
    }

    fn answered(&mut self, call: &mut Call, now: At) {
        call.answered = true;
        call.clear_timer(Timer::RingCaller);
        call.record(Event::CallAnswered);
        call.set_timer(Timer::CallMax, now + call.times.call_max);
        call.set_timer(Timer::Voice, now + call.times.cover_after);
        for act in call.dialog.waiting(WaitingNews::CallingBack) {
            if let Act::Say { prompt, text, language, .. } = act {
                self.saying.say(call, now, (prompt, text, language, false));
            }
        }
    }

    fn said(self, call: &mut Call, now: At) -> Phase {
        if !self.saying.is_empty() {
            if self.saying.waiting().is_some() {
                call.set_timer(Timer::Voice, now + call.times.cover_after);
            }
            return Phase::CallingBack(self);
        }
        call.clear_timer(Timer::Voice);
        Waiting::called_back(call, now, self.agent)
    }
}

fn unreached(call: &mut Call, reason: String) -> Phase {
    call.close(Outcome::NotAnswered, EndedBy::System, reason)
}
