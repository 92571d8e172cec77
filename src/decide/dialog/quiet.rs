//! ◆ No words: silence, noise, keys.

use super::super::act::WaitingWish;
use super::super::prompts::Args;
use super::escalate::signal;
use super::{Dialog, Phase, Question};

impl Dialog {
    /// Ask again, offer a person, fetch one. A caller whose business is done and who says nothing has left.
    pub(super) fn was_silent(&mut self) {
        if self.is_over() || self.phase.is_busy() || self.leaves_rating() {
            return;
        }
        if self.is_written() {
            return self.gone_quiet();
        }
        self.silences += 1;
        let left = match self.phase {
            Phase::AnythingElse => self.silences > 1,
            // A person was wanted: the choice is put again, but nobody is fetched who is not there.
            Phase::AfterQueue => self.silences >= self.policy().silence_escalate_after,
            _ => false,
        };
        if left {
            return self.hang_up();
        }
        if self.phase == Phase::AfterQueue {
            self.say("silence", &Args::new());
            return self.ask_again();
        }
        let (count, policy) = (self.silences, self.policy());
        let seconds = u64::from(count) * policy.silence_ms / 1000;
        let threshold = policy.silence_offer_after as f32 / policy.silence_escalate_after as f32;
        let strength = (count as f32 / policy.silence_escalate_after as f32).min(1.0);
        let silence = signal("silence", strength, threshold, &format!("{seconds} s without a word"));
        self.no_words(count, silence, "silence");
    }

    /// A voice, but no words.
    pub(super) fn was_unclear(&mut self) {
        if self.is_over() || self.phase.is_busy() || self.leaves_rating() {
            return;
        }
        self.silences = 0;
        self.unclear += 1;
        let count = self.unclear;
        let evidence = format!("not heard clearly {count} times running");
        self.no_words(count, signal("confidence", 1.0, 1.0, &evidence), "unclear");
    }

    fn no_words(&mut self, count: u32, signal: crate::record::event::Signal, prompt: &str) {
        if count >= self.policy().silence_escalate_after {
            return self.escalate(vec![signal]);
        }
        self.say(prompt, &Args::new());
        if count >= self.policy().silence_offer_after && !matches!(self.phase, Phase::Offering { .. }) {
            return self.offer_person(vec![signal]);
        }
        self.ask_again();
    }

    /// Keys. The policy's key alone brings a person in every state, so no one-digit answer may need it.
    pub(super) fn typed(&mut self, digits: &str) {
        if self.is_over() {
            return;
        }
        self.silences = 0;
        self.unclear = 0;
        let person_key = self.bot.policy.person_key.to_string();
        if digits == person_key {
            return self.escalate_for_person(&format!("key {person_key}"));
        }
        if self.phase.is_busy() || self.type_slot(digits) {
            return;
        }
        match (self.phase.clone(), digits) {
            (Phase::Choosing { first, .. }, "1") => self.type_topic(&first),
            (Phase::Choosing { second, .. }, "2") => self.type_topic(&second),
            (Phase::Offering { signals }, "1") => self.escalate(signals),
            (Phase::AfterQueue, "1") => self.escalate_again(),
            (Phase::Offering { .. }, "2") => self.person_refused(),
            (Phase::AfterQueue, "2") => self.how_else(),
            (Phase::AfterQueue, "3") if self.offers(WaitingWish::Message) => {
                self.escalate_instead(WaitingWish::Message);
            }
            (Phase::AfterQueue, "4") if self.offers(WaitingWish::Text) => {
                self.escalate_instead(WaitingWish::Text);
            }
            (Phase::Rating(kind), _) => self.rate_typed(kind, digits),
            (Phase::Numbering(numbering), _) => self.number_typed(numbering, digits),
            (Phase::Open | Phase::AnythingElse, _) => self.typed_openly(digits),
            _ => self.was_unclear(),
        }
    }

    fn type_topic(&mut self, topic: &str) {
        self.record_topic(topic);
        self.start_topic(topic, None);
    }

    fn typed_openly(&mut self, digits: &str) {
        match self.topic_of_digits(digits) {
            Some(topic) => {
                self.record_topic(&topic);
                self.start_topic_typed(&topic, digits);
            }
            None => {
                self.phase = Phase::Open;
                self.ask(Question::open("how-else"));
            }
        }
    }
}
