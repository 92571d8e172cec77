//! ◆ Whoever watches has a hand in the call: types a line, gives a fact, rules on a reply, takes the call over.

use super::{After, Conversation, Phase};
use crate::call::thinking::Utterance;
use crate::call::waiting::{Voice, Waiting};
use crate::call::{Call, Output, Timer};
use crate::decide::{DialogInput, Proposal, Verdict};
use crate::desk::notice::{AgentRef, Rule, Supervision};
use crate::desk::table::Person;
use crate::record::event::{Event, Ruling};
use crate::time::At;

/// Prompts of what people typed.
const STEERED: &str = "steered";
const EDITED: &str = "edited";

/// A line that somebody typed for the bot.
#[derive(Debug)]
pub(super) struct Typed {
    prompt: &'static str,
    by: String,
    text: String,
}

impl Conversation {
    pub(super) fn supervised(mut self, call: &mut Call, now: At, by: Supervision) -> Phase {
        match by {
            Supervision::Steer { by, text } => {
                call.record(Event::Steered { by: by.clone(), text: text.clone() });
                self.typed.push_back(Typed { prompt: STEERED, by, text });
            }
            Supervision::Fact { by, slot, value } => {
                let read = call.dialog.value_of(&slot, &value);
                let (used, text) = (read.is_some(), value.clone());
                let value = read.unwrap_or(value);
                call.record(Event::FactGiven { by, slot: slot.clone(), value, used });
                if used {
                    self.deferred.push(DialogInput::FactGiven { slot, text });
                }
            }
            Supervision::Rule { id, by, rule } => return self.person_ruled(call, now, id, by, rule),
            Supervision::NobodyLooksOn => return self.ruled(call, now, None, Ruling::NobodyThere),
            Supervision::TakeOver { agent } => return self.taken_over(call, now, agent),
        }
        self.perhaps_all_said(call, now)
    }

    // --- lines that were typed -------------------------------------------------------------------

    /// What was typed comes before the bot's own next words, never over the caller's.
    pub(super) fn say_typed(&mut self, call: &mut Call, now: At) -> bool {
        let typed = !self.typed.is_empty() && self.utterance == Utterance::None;
        if typed {
            for Typed { prompt, by, text } in std::mem::take(&mut self.typed) {
                let language = call.language;
                self.saying.say_typed(call, now, (prompt.to_owned(), text, language, true), Some(by));
            }
        }
        typed
    }

    // --- replies that a person reads -------------------------------------------------------------

    /// A reply waits for a person; the caller hears a filler before two seconds are over.
    pub(super) fn propose(&mut self, call: &mut Call, now: At, proposal: Proposal) {
        let until = now + proposal.wait;
        let (id, topic, text) = (proposal.id, proposal.topic.clone(), proposal.text());
        call.record(Event::ReplyProposed { turn: call.turn, id, topic, text, until });
        call.set_timer(Timer::Approval, until);
        if let Some((_, text)) = proposal.sentences.first() {
            // Said without delay if it is approved.
            call.push(Output::Prepare { text: text.clone(), language: proposal.language });
        }
        call.push(Output::AskApproval { id });
        self.proposal = Some(id);
        self.after = After::Nothing;
    }

    fn person_ruled(self, call: &mut Call, now: At, id: u32, by: Person, rule: Rule) -> Phase {
        if self.proposal != Some(id) {
            return Phase::Conversation(self);
        }
        let ruling = match rule {
            Rule::Approve => Ruling::Approved,
            Rule::Edit { .. } => Ruling::Edited,
            Rule::Deny { .. } => Ruling::Denied,
        };
        self.ruled(call, now, Some((by, rule)), ruling)
    }

    /// What becomes of the reply that waits, if one does.
    pub(super) fn ruled(
        mut self,
        call: &mut Call,
        now: At,
        by: Option<(Person, Rule)>,
        ruling: Ruling,
    ) -> Phase {
        let Some(id) = self.proposal.take() else { return Phase::Conversation(self) };
        call.clear_timer(Timer::Approval);
        let (who, text) = match &by {
            Some((person, Rule::Edit { text } | Rule::Deny { reason: text })) => {
                (Some(person.id.clone()), Some(text.clone()))
            }
            Some((person, Rule::Approve)) => (Some(person.id.clone()), None),
            None => (None, None),
        };
        call.record(Event::ReplyRuled { id, ruling, by: who, text });
        let verdict = match by {
            Some((_, Rule::Approve)) => Verdict::Approved,
            Some((person, Rule::Edit { text })) => {
                self.typed.push_back(Typed { prompt: EDITED, by: person.id, text });
                Verdict::Edited
            }
            Some((person, Rule::Deny { reason })) => Verdict::Denied { by: person.name, reason },
            None if ruling == Ruling::TimedOut => Verdict::TimedOut,
            None => Verdict::Nobody,
        };
        let input = DialogInput::Ruled { id, verdict };
        if self.utterance != Utterance::None {
            self.deferred.push(input);
            return Phase::Conversation(self);
        }
        self.tell(call, now, input)
    }

    /// The conversation has gone on, or ends, without the reply.
    pub(super) fn withdraw(&mut self, call: &mut Call) {
        if let Some(id) = self.proposal.take() {
            call.clear_timer(Timer::Approval);
            let ruling = Ruling::Withdrawn;
            call.record(Event::ReplyRuled { id, ruling, by: None, text: None });
        }
    }

    // --- taking over -----------------------------------------------------------------------------

    /// The phone of whoever takes over rings at once; what the caller is saying is heard out first.
    fn taken_over(mut self, call: &mut Call, now: At, agent: AgentRef) -> Phase {
        self.withdraw(call);
        self.yield_floor(call, now);
        self.saying.take_unheard();
        self.forget_waiting(call);
        call.clear_timer(Timer::Voice);
        let turn = call.turn;
        let voice = match self.utterance {
            Utterance::Speaking { .. } => Voice::Speaks,
            Utterance::Ended { started, last_voiced, .. } => {
                Voice::Ended { turn, started, ended: last_voiced }
            }
            Utterance::None | Utterance::Understanding { .. } => Voice::Silent,
        };
        Waiting::taken_over(call, now, agent, self.saying, voice)
    }
}
