//! ◆ The caller leaves a message for people: what happens with it is said first, then a tone, then it is recorded.
//!
//! **Whatever was said is kept**, also when the caller hangs up in the middle, and nobody is thanked before it is.

use super::conversation::Conversation;
use super::saying::{Heard, Saying};
use super::{Call, Input, Output, Phase, Timer, VOICE_WAIT};
use crate::decide::{Act, WaitingNews};
use crate::record::event::{EndedBy, Event, Outcome};
use crate::time::At;

/// Key that ends a message.
const END_KEY: char = '#';

/// From the notice to the goodbye.
#[derive(Debug)]
pub(super) struct Message {
    /// Whose people listen to it.
    queue: String,
    saying: Saying,
    stage: Stage,
    /// A voice is heard.
    speaking: bool,
}

/// How far it has come.
#[derive(Debug)]
enum Stage {
    /// Who listens and that it is recorded is being said: nothing is recorded yet.
    Announcing,
    /// After the tone; `spoke` once a voice was heard.
    Recording { spoke: bool },
    /// On its way to disk and store. `gone` is what ended the call meanwhile.
    Keeping { gone: Option<Input> },
    /// The goodbye.
    Thanking,
}

impl Message {
    /// Tells the caller what comes.
    pub(super) fn begin(call: &mut Call, now: At, queue: String) -> Phase {
        let mut message = Message {
            queue: queue.clone(),
            saying: Saying::default(),
            stage: Stage::Announcing,
            speaking: false,
        };
        message.tell(call, now, WaitingNews::MessageInvited { queue });
        Phase::Message(message)
    }

    /// The caller has the floor, or has gone: silence is in order.
    #[cfg(test)]
    pub(super) fn listens(&self) -> bool {
        matches!(self.stage, Stage::Recording { .. } | Stage::Keeping { gone: Some(_) })
    }

    pub(super) fn handle(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        self.note_voice(&input);
        match input {
            Input::PlaybackStarted { id, at, .. } if self.saying.started(id, at).is_some() => {
                call.clear_timer(Timer::Voice);
            }
            Input::PlaybackDone { id, heard_ms, total_ms, completed } => {
                let heard = Heard { heard_ms, total_ms, completed };
                if self.saying.done(call, now, id, heard) {
                    return self.said(call, now);
                }
            }
            Input::SpeechFailed { .. } | Input::Timer(Timer::Voice) if !self.saying.is_empty() => {
                return self.speechless(call, now);
            }
            Input::MessageKept { result } => return self.kept(call, now, result),
            other if matches!(self.stage, Stage::Recording { .. }) => {
                return self.recording(call, now, other);
            }
            _ => {}
        }
        Phase::Message(self)
    }

    /// The call ends here: what was said is kept first.
    pub(super) fn cut(mut self, call: &mut Call, now: At, end: Input) -> Phase {
        match &mut self.stage {
            Stage::Recording { spoke: true } => {
                self.keep(call, Some(end));
                Phase::Message(self)
            }
            Stage::Keeping { gone } => {
                gone.get_or_insert(end);
                Phase::Message(self)
            }
            Stage::Announcing | Stage::Recording { spoke: false } | Stage::Thanking => {
                self.saying.cut(call, now);
                call.ending(end)
            }
        }
    }

    fn note_voice(&mut self, input: &Input) {
        match input {
            Input::SpeechStarted { .. } => self.speaking = true,
            Input::SpeechEnded { .. } => self.speaking = false,
            _ => {}
        }
        // A voice of which no turn begins is one all the same.
        let voice = self.speaking || matches!(input, Input::Unheard { .. });
        if let Stage::Recording { spoke } = &mut self.stage {
            *spoke |= voice;
        }
    }

    fn tell(&mut self, call: &mut Call, now: At, news: WaitingNews) {
        call.set_timer(Timer::Voice, now + VOICE_WAIT);
        for act in call.dialog.waiting(news) {
            if let Act::Say { prompt, text, language, .. } = act {
                self.saying.say(call, now, (prompt, text, language, false));
            }
        }
    }

    fn said(mut self, call: &mut Call, now: At) -> Phase {
        if !self.saying.is_empty() {
            call.set_timer(Timer::Voice, now + VOICE_WAIT);
            return Phase::Message(self);
        }
        call.clear_timer(Timer::Voice);
        match self.stage {
            Stage::Announcing => self.record(call, now),
            Stage::Thanking => return hang_up(call),
            Stage::Recording { .. } | Stage::Keeping { .. } => {}
        }
        Phase::Message(self)
    }

    /// Nobody is recorded who was not told so; whoever is not thanked has left a message all the same.
    fn speechless(mut self, call: &mut Call, now: At) -> Phase {
        call.clear_timer(Timer::Voice);
        self.saying.drop_late(call);
        if matches!(self.stage, Stage::Thanking) {
            call.push(Output::Chime);
            return hang_up(call);
        }
        Conversation::resume(call, now, "message_failed")
    }

    fn record(&mut self, call: &mut Call, now: At) {
        call.push(Output::Chime);
        call.push(Output::RecordMessage);
        call.record(Event::MessageBegan { queue: self.queue.clone() });
        call.set_timer(Timer::MessageMax, now + call.times.message_max);
        if !self.speaking {
            call.set_timer(Timer::MessageSilence, now + call.times.message_begins);
        }
        self.stage = Stage::Recording { spoke: self.speaking };
    }

    fn recording(self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::SpeechStarted { .. } => call.clear_timer(Timer::MessageSilence),
            Input::SpeechEnded { last_voiced, .. } => {
                call.set_timer(Timer::MessageSilence, now.max(last_voiced + call.times.message_silence));
            }
            Input::Unheard { .. } => {
                call.set_timer(Timer::MessageSilence, now + call.times.message_begins);
            }
            Input::Key { digit: END_KEY } | Input::Timer(Timer::MessageSilence | Timer::MessageMax) => {
                return self.finish(call, now);
            }
            _ => {}
        }
        Phase::Message(self)
    }

    fn finish(mut self, call: &mut Call, now: At) -> Phase {
        if matches!(self.stage, Stage::Recording { spoke: true }) {
            self.keep(call, None);
            return Phase::Message(self);
        }
        clear_timers(call);
        call.push(Output::DropMessage);
        Conversation::resume(call, now, "message_empty")
    }

    fn keep(&mut self, call: &mut Call, gone: Option<Input>) {
        clear_timers(call);
        call.push(Output::KeepMessage { queue: self.queue.clone() });
        self.stage = Stage::Keeping { gone };
    }

    /// It stands on disk and in the store, or it is lost and the caller hears so.
    fn kept(self, call: &mut Call, now: At, result: Result<(String, u64), String>) -> Phase {
        let Stage::Keeping { gone } = self.stage else { return Phase::Message(self) };
        let Message { queue, saying, speaking, .. } = self;
        let lost = result.is_err();
        call.record(match result {
            Ok((message, length_ms)) => Event::MessageLeft { message, queue: queue.clone(), length_ms },
            Err(detail) => Event::MessageLost { queue: queue.clone(), detail },
        });
        if !lost {
            call.settled = Some(Outcome::MessageLeft);
        }
        if let Some(end) = gone {
            return call.ending(end);
        }
        if lost {
            return Conversation::resume(call, now, "message_failed");
        }
        let mut thanking = Message { queue: queue.clone(), saying, stage: Stage::Thanking, speaking };
        thanking.tell(call, now, WaitingNews::MessageKept { queue });
        Phase::Message(thanking)
    }
}

fn clear_timers(call: &mut Call) {
    call.clear_timer(Timer::MessageSilence);
    call.clear_timer(Timer::MessageMax);
}

fn hang_up(call: &mut Call) -> Phase {
    call.push(Output::HangUpCaller { reason: None });
    let outcome = if call.bridged_once { Outcome::HandedOver } else { Outcome::MessageLeft };
    call.close(outcome, EndedBy::Bot, "the caller has left a message".into())
}
