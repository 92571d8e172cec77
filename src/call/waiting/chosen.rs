//! ◆ What a waiting caller has chosen in place of waiting: to be rung back, to get a text message, to leave one.
//!
//! **Nothing is promised before it is done.** Until then the caller keeps the place; and a phone that rings already
//! is better than any of it.

use super::{Promise, Texting, Waiting};
use crate::call::conversation::Conversation;
use crate::call::message::Message;
use crate::call::{Call, Output, Phase};
use crate::decide::detail::detail;
use crate::decide::{WaitingNews, WaitingWish};
use crate::record::event::{EndedBy, Event, Outcome};
use crate::time::At;
use serde_json::Value;

impl Waiting {
    /// Something else is on its way, or the goodbye.
    pub(super) fn has_chosen(&self) -> bool {
        self.leaving || self.promising.is_some() || self.texting.is_some()
    }

    /// The caller says what is wanted in place of waiting.
    pub(super) fn chose(mut self, call: &mut Call, now: At, wish: WaitingWish) -> Phase {
        if wish == WaitingWish::Bot {
            return self.give_up(call, now, "changed_mind");
        }
        // That it cannot be is said of being rung back alone: it is what callers ask for unasked.
        let callback = matches!(wish, WaitingWish::CallBack | WaitingWish::CallBackElsewhere);
        if !callback && !call.dialog.offers(wish) {
            return Phase::Waiting(self);
        }
        if self.ringing.is_some() {
            // Better a person now than later.
            self.tell(call, now, WaitingNews::Ringing);
            return Phase::Waiting(self);
        }
        if call.dialog.must_ask_number(wish) {
            return self.ask_number(call, now, wish);
        }
        match wish {
            WaitingWish::Message => self.leave_message(call, now),
            WaitingWish::Text => self.text(call, now, None),
            WaitingWish::CallBack | WaitingWish::CallBackElsewhere | WaitingWish::Bot => {
                self.call_back(call, now, None)
            }
        }
    }

    /// The bot asks for a number; the place in line is kept.
    fn ask_number(mut self, call: &mut Call, now: At, wish: WaitingWish) -> Phase {
        call.kept_since = Some(self.comfort.since());
        self.leave_queue(call, now);
        Conversation::ask_number(call, now, wish)
    }

    // --- being called back -----------------------------------------------------------------------

    /// The caller wants to be rung back: promised once it stands in the store.
    pub(super) fn call_back(mut self, call: &mut Call, now: At, number: Option<String>) -> Phase {
        if number.is_none() && call.facts.callback.is_none() {
            return self.not_promised(call, now);
        }
        call.push(Output::KeepCallback { since: self.comfort.since(), number: number.clone() });
        self.promising = Some(Promise { number });
        Phase::Waiting(self)
    }

    /// `kept` once the desk and the store know of it.
    pub(super) fn promised(mut self, call: &mut Call, now: At, kept: bool) -> Phase {
        let Some(Promise { number }) = self.promising.take() else { return Phase::Waiting(self) };
        if !kept {
            return self.not_promised(call, now);
        }
        let elsewhere = number.is_some();
        let number = number.unwrap_or_else(|| call.facts.from.clone());
        call.record(Event::CallbackPromised { number });
        self.leave_with(call, now, Outcome::CallbackPromised, WaitingNews::CallbackPromised { elsewhere })
    }

    /// The caller keeps the place, or takes it now; at night there is none.
    fn not_promised(mut self, call: &mut Call, now: At) -> Phase {
        if call.dialog.people_are_closed() {
            return self.give_up(call, now, "callback_failed");
        }
        if let Some(wanted) = self.untaken.take() {
            self = Waiting::enqueue(call, now, wanted);
        }
        self.tell(call, now, WaitingNews::CallbackFailed);
        Phase::Waiting(self)
    }

    // --- a text message --------------------------------------------------------------------------

    /// The caller wants a text message: said to be sent once it is.
    pub(super) fn text(mut self, call: &mut Call, now: At, number: Option<String>) -> Phase {
        let queue = call.queue.clone();
        let Some((id, action)) = call.dialog.text_message(&queue, number.as_deref()) else {
            return self.not_texted(call, now);
        };
        self.texting = Some(Texting { id, action: action.name.clone(), number });
        call.push(Output::RunAction { id, action });
        self.tell(call, now, WaitingNews::OneMoment);
        Phase::Waiting(self)
    }

    pub(super) fn texted(
        mut self,
        call: &mut Call,
        now: At,
        result: &Result<Value, String>,
        duration_ms: u64,
    ) -> Phase {
        let Some(Texting { action, number, .. }) = self.texting.take() else { return Phase::Waiting(self) };
        let (turn, ok, detail) = (call.turn, result.is_ok(), detail(result));
        call.record(Event::ActionCalled { turn, action, ok, detail, duration_ms });
        if !ok {
            return self.not_texted(call, now);
        }
        let number = number.unwrap_or_else(|| call.facts.from.clone());
        call.record(Event::TextSent { number });
        self.leave_with(call, now, Outcome::TextSent, WaitingNews::TextSent)
    }

    /// What else there is remains: the place in the queue, or the other choices.
    fn not_texted(mut self, call: &mut Call, now: At) -> Phase {
        if self.untaken.is_some() {
            return self.give_up(call, now, "text_failed");
        }
        self.tell(call, now, WaitingNews::TextFailed);
        Phase::Waiting(self)
    }

    // --- and then --------------------------------------------------------------------------------

    fn leave_message(mut self, call: &mut Call, now: At) -> Phase {
        self.leave_queue(call, now);
        let queue = call.queue.clone();
        Message::begin(call, now, queue)
    }

    /// The caller has it for certain: the call ends with these words.
    fn leave_with(mut self, call: &mut Call, now: At, outcome: Outcome, news: WaitingNews) -> Phase {
        self.leave_queue(call, now);
        call.settled = Some(outcome);
        self.leaving = true;
        self.tell(call, now, news);
        Phase::Waiting(self)
    }

    pub(super) fn hang_up(call: &mut Call) -> Phase {
        call.push(Output::HangUpCaller { reason: None });
        let settled = call.settled.unwrap_or(Outcome::CallbackPromised);
        let outcome = if call.bridged_once { Outcome::HandedOver } else { settled };
        let reason = match settled {
            Outcome::TextSent => "the caller gets a text message",
            _ => "the caller is rung back",
        };
        call.close(outcome, EndedBy::Bot, reason.into())
    }
}
