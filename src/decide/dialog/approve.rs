//! ◆ Replies that a person reads before the caller hears them, and facts that a person gives.
//!
//! A topic with `approve: true` says nothing of substance by itself: what its steps say is kept until a person
//! rules on it. Questions and read-backs are not kept: they tell the caller nothing.

use super::super::act::{Act, Proposal, Verdict};
use super::super::bot::{Otherwise, Slot, SlotKind, Step};
use super::super::prompts::Args;
use super::escalate::signal;
use super::{Dialog, Filled, Phase};
use crate::record::event::{Event, ValueSource};
use std::sync::Arc;

impl Dialog {
    /// The same in a call where people may read replies first; elsewhere topics say everything by themselves.
    pub fn with_approval(mut self) -> Dialog {
        self.approval = true;
        self
    }

    /// Whether the topic under way keeps its replies until a person has read them.
    pub(super) fn keeps_replies(&self) -> bool {
        let topic = self.topic.as_ref().and_then(|topic| self.bot.topics.get(topic));
        self.approval && topic.is_some_and(|topic| topic.approve)
    }

    /// Keeps one sentence of a reply.
    pub(super) fn keep(&mut self, key: &str, args: &Args) {
        let text = self.word(key, args);
        self.kept.push((key.to_owned(), text));
    }

    /// Whether the reply that is kept ends before this step.
    pub(super) fn reply_ends_before(&self, step: &Step) -> bool {
        !self.kept.is_empty() && !matches!(step, Step::Say { .. } | Step::If { .. })
    }

    /// The reply goes to a person; the steps go on with the verdict.
    pub(super) fn propose(&mut self) {
        let (id, sentences) = (self.next_action, std::mem::take(&mut self.kept));
        self.next_action += 1;
        let proposal = Proposal {
            id,
            topic: self.topic.clone(),
            sentences,
            language: self.language,
            wait: self.policy().approval.wait,
        };
        self.phase = Phase::Approving(proposal.clone());
        self.out.push(Act::Propose(proposal));
    }

    /// The reply that waits for a person.
    pub fn proposed(&self) -> Option<u32> {
        match &self.phase {
            Phase::Approving(proposal) => Some(proposal.id),
            _ => None,
        }
    }

    /// A verdict on a reply that nobody waits for any more is dropped.
    pub(super) fn ruled(&mut self, id: u32, verdict: Verdict) {
        let Phase::Approving(proposal) = self.phase.clone() else { return };
        if proposal.id != id {
            return;
        }
        let within = format!("no answer within {} s", proposal.wait.as_secs());
        let reason = match verdict {
            Verdict::Approved => None,
            // The call has said it in other words already.
            Verdict::Edited => return self.proceed(),
            Verdict::Denied { by, reason } if reason.is_empty() => Some(format!("denied by {by}")),
            Verdict::Denied { by, reason } => Some(format!("denied by {by}: {reason}")),
            Verdict::TimedOut => Some(within).filter(|_| self.person_if_unread()),
            Verdict::Nobody => Some("nobody was there".to_owned()).filter(|_| self.person_if_unread()),
        };
        if let Some(reason) = reason {
            return self.escalate(vec![signal("not_approved", 1.0, 1.0, &reason)]);
        }
        for (prompt, text) in proposal.sentences {
            let language = proposal.language;
            self.out.push(Act::Say { prompt, text, language, interruptible: true });
        }
        self.proceed();
    }

    fn person_if_unread(&self) -> bool {
        self.policy().approval.otherwise == Otherwise::Person
    }

    // --- facts -----------------------------------------------------------------------------------

    /// What a text means as the value of a slot of the topic under way; `None` where it has no such slot, or the
    /// text is no value of it.
    pub fn value_of(&self, slot: &str, text: &str) -> Option<String> {
        if self.is_over() || self.phase == Phase::AnythingElse {
            return None;
        }
        self.bot.read_value(&self.current_slot(slot)?, text, self.language, self.now)
    }

    /// Somebody who watches knows the value: as if the caller had confirmed it.
    pub(super) fn fact_given(&mut self, name: &str, text: &str) {
        let (Some(value), Some(slot)) = (self.value_of(name, text), self.current_slot(name)) else { return };
        self.low_confidence = 0;
        self.slots.insert(slot.name.clone(), Filled { value: value.clone(), verified: true });
        self.record(Event::SlotFilled {
            turn: self.turn,
            slot: slot.name.clone(),
            value,
            verified: true,
            source: ValueSource::Supervisor,
        });
        if self.asks_for(&slot) {
            self.proceed();
        }
    }

    /// Whether the open question is about the slot.
    fn asks_for(&self, slot: &Slot) -> bool {
        match &self.phase {
            Phase::Collecting(collecting) => collecting.slot == slot.name,
            Phase::Confirming { slot: asked, .. } => *asked == slot.name,
            _ => false,
        }
    }
}

impl crate::decide::Bot {
    /// A slot's value in what somebody typed: digits of the right count, an option by name, a value of the type.
    pub fn read_value(
        &self,
        slot: &Slot,
        text: &str,
        language: crate::language::Language,
        now: crate::time::At,
    ) -> Option<String> {
        let text = text.trim();
        match &slot.kind {
            SlotKind::Digits { min, max } => {
                let digits: String = text.chars().filter(|letter| !" -".contains(*letter)).collect();
                let sound = digits.bytes().all(|byte| byte.is_ascii_digit());
                (sound && (*min..=*max).contains(&digits.len())).then_some(digits)
            }
            SlotKind::YesNo => {
                super::super::recognise::yes_no(text, language).map(|answer| answer.to_string())
            }
            SlotKind::Choice(options) => {
                let fits = |option: &&String| {
                    option.as_str() == text
                        || self.option_name(option, language).to_lowercase() == text.to_lowercase()
                };
                options.iter().find(fits).cloned()
            }
            SlotKind::Value(kind) => {
                kind.read(text, language, self.today(now)).into_iter().next().map(|found| found.value)
            }
        }
    }
}

impl Dialog {
    /// Somebody who watched has the call now, or nearly: why, as agents read it. The question that was open is put
    /// again if that person does not come after all.
    pub fn taken_over(&mut self, by: &str) -> super::Escalation {
        self.kept.clear();
        self.left = Some((self.phase.clone(), self.question.clone()));
        let bot = Arc::clone(&self.bot);
        let topic = self.topic.as_ref().and_then(|topic| bot.topics.get(topic));
        let queue = topic.and_then(|topic| topic.queue.as_ref()).unwrap_or(&bot.policy.queue);
        let mut escalation = self.escalation(queue, vec![signal("taken_over", 1.0, 1.0, by)]);
        // Whoever takes over is there, whatever the clock says.
        escalation.opens = None;
        self.last_escalation = Some(escalation.clone());
        self.phase = Phase::Escalated;
        escalation
    }

    /// The person who wanted to take over did not come: the truth, and the question that was open.
    pub(super) fn not_taken_over(&mut self) {
        self.say("takeover-failed", &Args::new());
        match self.left.take() {
            Some((phase, question)) if phase.asks() => {
                self.phase = phase;
                self.ask(question);
            }
            _ => self.how_else(),
        }
    }
}

impl Phase {
    /// Whether a question to the caller is open.
    fn asks(&self) -> bool {
        match self {
            Phase::Open
            | Phase::AnythingElse
            | Phase::Collecting(_)
            | Phase::Confirming { .. }
            | Phase::Choosing { .. }
            | Phase::Offering { .. }
            | Phase::Numbering(_)
            | Phase::Rating(_)
            | Phase::AfterQueue => true,
            Phase::Fresh | Phase::Running { .. } | Phase::Approving(_) | Phase::Escalated | Phase::Ended => {
                false
            }
        }
    }

    /// Whether the caller waits for something that the bot has asked for elsewhere.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Phase::Running { .. } | Phase::Approving(_))
    }
}
