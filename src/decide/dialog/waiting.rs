//! ◆ What the bot says while the caller waits for a person, and to that person.

use super::super::act::{Act, Escalation, WaitingNews};
use super::super::prompts::Args;
use super::Dialog;
use crate::desk::notice::Overflow;
use crate::language::Language;
use serde_json::Value;
use std::time::Duration;

impl Dialog {
    /// The same, for a caller who can be rung back, or cannot.
    pub fn can_be_called_back(mut self, can: bool) -> Dialog {
        self.callback = can;
        self
    }

    /// How things stand, in the caller's language.
    pub fn waiting(&mut self, news: WaitingNews) -> Vec<Act> {
        match news {
            WaitingNews::Place { place, minutes } => self.say_place(place, minutes),
            WaitingNews::Still => self.say("wait-still", &Args::new()),
            WaitingNews::Choices { callback: true } => self.say("wait-choices-callback", &Args::new()),
            WaitingNews::Choices { callback: false } => self.say("wait-choices", &Args::new()),
            WaitingNews::Ringing => self.say("wait-ringing", &Args::new()),
            WaitingNews::CallbackPromised => self.say("callback-promised", &Args::new()),
            WaitingNews::CallbackFailed => self.say("callback-failed", &Args::new()),
            WaitingNews::Transferring => self.say("transferring", &Args::new()),
            WaitingNews::CallingBack => {
                self.phase = super::Phase::Escalated;
                self.disclose();
                self.say("callback-hello", &Args::new());
            }
        }
        self.take_acts()
    }

    fn say_place(&mut self, place: u32, minutes: Option<u64>) {
        if place <= 1 {
            self.say("wait-next", &Args::new());
        } else {
            self.say("wait-place", &Args::from([("place".to_owned(), Value::from(place))]));
        }
        if let Some(minutes) = minutes {
            self.say("wait-minutes", &Args::from([("minutes".to_owned(), Value::from(minutes))]));
        }
    }

    /// Why a person was wanted last.
    pub fn last_escalation(&self) -> Option<&Escalation> {
        self.last_escalation.as_ref()
    }

    /// Whether an agent's phone must show by a key that a person holds it.
    pub fn accept_by_key(&self) -> bool {
        self.bot.policy.accept_by_key
    }

    /// What that phone hears, in the bot's own language.
    pub fn briefing(&self) -> (String, Language) {
        let language = self.bot.default_language;
        (self.bot.prompts(language).plain("agent-briefing"), language)
    }

    /// Who else is asked after a while.
    pub fn overflow(&self) -> Option<Overflow> {
        let (after_s, queue) = self.bot.policy.overflow.as_ref()?;
        Some(Overflow { after: Duration::from_secs(*after_s), queue: queue.clone() })
    }

    /// Nobody took the call, and the caller would rather be rung back.
    pub(super) fn escalate_to_call_back(&mut self) {
        if let Some(mut escalation) = self.last_escalation.clone() {
            escalation.turn = self.turn;
            escalation.language = self.language;
            escalation.call_back = true;
            self.hand_over(escalation);
        }
    }
}
