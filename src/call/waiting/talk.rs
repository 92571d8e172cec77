//! ◆ Speaking and listening while the caller waits. Rules alone: no model decides whether somebody still waits.

use super::{Phase, Waiting};
use crate::call::saying::Heard;
use crate::call::{Call, Input, Output, Timer, VOICE_WAIT};
use crate::decide::{Act, WaitingNews, WaitingWish};
use crate::hear::Transcript;
use crate::record::event::Event;
use crate::time::At;

/// How far what the caller says has come.
#[derive(Debug, Default)]
pub(in crate::call) enum Voice {
    #[default]
    Silent,
    Speaks,
    /// Turn that is being recognised, from when to when it lasted.
    Ended {
        turn: u32,
        started: At,
        ended: At,
    },
}

impl Waiting {
    pub(super) fn talk(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::Timer(Timer::Comfort) => self.comfort(call, now),
            Input::PlaybackStarted { id, at, .. } if self.saying.started(id, at).is_some() => {
                call.clear_timer(Timer::Voice);
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
            // No voice came: better music than silence.
            Input::Timer(Timer::Voice) => {
                self.saying.drop_late(call);
                return self.said(call, now);
            }
            // A promise is heard to its end.
            Input::SpeechStarted { .. } if !self.leaving => {
                self.saying.interrupt(call, now);
                self.saying.take_unheard();
                let turn = call.next_turn();
                call.push(Output::Hear { turn, continued: false, over: false });
                self.voice = Voice::Speaks;
                return self.said(call, now);
            }
            Input::SpeechEnded { started, last_voiced } if matches!(self.voice, Voice::Speaks) => {
                let turn = call.turn;
                self.voice = Voice::Ended { turn, started, ended: last_voiced };
                call.push(Output::Decode { turn, attempt: 1 });
                self.announce(call, now);
            }
            Input::Transcribed { turn, result, .. } => return self.transcribed(call, now, turn, result),
            Input::Key { digit } => {
                let wish = WaitingWish::of_key(digit);
                return self.wished(call, now, wish);
            }
            _ => {}
        }
        Phase::Waiting(self)
    }

    fn comfort(&mut self, call: &mut Call, now: At) {
        let busy = self.ringing.is_some() || self.leaving || !matches!(self.voice, Voice::Silent);
        if busy || !self.saying.is_empty() {
            let due = self.comfort.later(now);
            return call.set_timer(Timer::Comfort, due);
        }
        let callback = call.dialog.offers(WaitingWish::CallBack);
        for news in self.comfort.news(now, call.times.news_every, callback) {
            self.tell(call, now, news);
        }
        call.set_timer(Timer::Comfort, self.comfort.due());
    }

    /// Says something in place of the music.
    pub(super) fn tell(&mut self, call: &mut Call, now: At, news: WaitingNews) {
        if !self.hushed {
            self.hushed = true;
            call.push(Output::StopMusic);
            call.set_timer(Timer::Voice, now + VOICE_WAIT);
        }
        for act in call.dialog.waiting(news) {
            if let Act::Say { prompt, text, language, interruptible } = act {
                self.saying.say(call, now, (prompt, text, language, interruptible));
            }
        }
    }

    /// When nothing is left to say the music goes on, or the call ends.
    fn said(mut self, call: &mut Call, now: At) -> Phase {
        if !self.saying.is_empty() {
            if self.saying.waiting().is_some() {
                call.set_timer(Timer::Voice, now + VOICE_WAIT);
            }
            return Phase::Waiting(self);
        }
        call.clear_timer(Timer::Voice);
        if self.leaving {
            return Waiting::hang_up(call);
        }
        if self.is_untold() {
            return Phase::Waiting(self);
        }
        if self.is_picked_up() {
            return self.accepted(call, now);
        }
        if std::mem::take(&mut self.hushed) {
            call.push(Output::StartMusic);
        }
        Phase::Waiting(self)
    }

    /// Nothing more is said.
    pub(super) fn hush(&mut self, call: &mut Call, now: At) {
        self.saying.interrupt(call, now);
        self.saying.take_unheard();
        self.saying.cut(call, now);
    }

    fn transcribed(mut self, call: &mut Call, now: At, of: u32, result: Result<Transcript, String>) -> Phase {
        let Voice::Ended { turn, started, ended } = self.voice else { return Phase::Waiting(self) };
        if turn != of {
            return Phase::Waiting(self);
        }
        self.voice = Voice::Silent;
        let Ok(heard) = result else { return Phase::Waiting(self) };
        if heard.text.trim().is_empty() {
            return Phase::Waiting(self);
        }
        let wish = WaitingWish::of_words(&heard.text, heard.language, call.language);
        let Transcript { text, language, confidence, .. } = heard;
        let source = call.source();
        call.record(Event::CallerSaid { turn, text, language, confidence, source, started, ended });
        self.wished(call, now, wish)
    }

    fn wished(self, call: &mut Call, now: At, wish: Option<WaitingWish>) -> Phase {
        match wish {
            Some(wish) if !self.has_chosen() => self.chose(call, now, wish),
            None if !call.facts.channel.is_voice() => self.noted(call, now),
            // What is said to others in the room is no concern of ours.
            _ => Phase::Waiting(self),
        }
    }

    /// What is written while waiting is meant for somebody: that it is passed on is said once.
    fn noted(mut self, call: &mut Call, now: At) -> Phase {
        if !std::mem::replace(&mut self.noted, true) {
            self.tell(call, now, WaitingNews::Noted);
        }
        Phase::Waiting(self)
    }
}
