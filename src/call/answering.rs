//! ◆ From the INVITE to the first word: nothing is answered before it is recorded.

use super::conversation::Conversation;
use super::{Call, Input, Output, Phase, Timer};
use crate::record::event::{EndedBy, Event, Outcome};
use crate::time::At;

/// The INVITE is here; the 200 OK may be on its way.
#[derive(Debug, Default)]
pub(super) struct Answering {
    answered: bool,
}

impl Answering {
    pub(super) fn handle(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::Received { media } => self.received(call, media),
            Input::Recorded => {
                self.answered = true;
                call.answered = true;
                call.push(Output::AnswerCaller);
                call.record(Event::CallAnswered);
                call.set_timer(Timer::AckWait, now + call.times.ack_wait);
                call.set_timer(Timer::CallMax, now + call.times.call_max);
                Phase::Answering(self)
            }
            Input::RecordFailed { detail } => {
                call.push(Output::RejectCaller { code: 503, reason: "Service Unavailable".into() });
                call.close(Outcome::Failed, EndedBy::System, detail)
            }
            Input::Confirmed | Input::Timer(Timer::AckWait) if self.answered => {
                call.clear_timer(Timer::AckWait);
                Conversation::begin(call, now)
            }
            _ => Phase::Answering(self),
        }
    }

    fn received(self, call: &mut Call, media: Result<(), (u16, String)>) -> Phase {
        call.record_received();
        match media {
            Ok(()) => {
                call.push(Output::Ring);
                Phase::Answering(self)
            }
            Err((code, reason)) => {
                call.push(Output::RejectCaller { code, reason: reason.clone() });
                call.close(Outcome::NotAnswered, EndedBy::System, reason)
            }
        }
    }
}
