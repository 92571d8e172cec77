//! ◆ What the caller's words answer, told to understanding before it looks for their meaning.

use super::super::act::ExpectKind;
use super::super::bot::{Slot, SlotKind};
use super::super::recognise;
use super::{Dialog, Heard, Phase};
use crate::language::Language;
use crate::understand::Asked;

impl Dialog {
    /// What `text` answers, as the recogniser heard it in `language` with `confidence`, 0..1. It is read as `handle`
    /// will read it; nothing changes.
    pub fn asked(&self, text: &str, language: Language, confidence: f32) -> Asked {
        let heard = Heard { text: text.to_owned(), language, confidence, meaning: None };
        let read = match &self.phase {
            _ if self.person_words(&heard).is_some() => true,
            Phase::Collecting(collecting) => return self.asked_for(&collecting.slot, &heard),
            Phase::Confirming { slot, .. } => {
                self.short_yes_no(&heard).is_some()
                    || self.current_slot(slot).is_some_and(|slot| self.holds_value(&slot, &heard))
            }
            Phase::Choosing { .. } => self.names_a_choice(&heard),
            Phase::Offering { .. } => self.short_yes_no(&heard).is_some(),
            Phase::AfterQueue => self.chosen_instead(&heard).is_some() || self.short_yes_no(&heard).is_some(),
            Phase::Numbering(_) => self.holds_number(&heard),
            Phase::Rating(kind) => self.score_in(*kind, &heard).is_some(),
            Phase::Fresh
            | Phase::Open
            | Phase::AnythingElse
            | Phase::Running { .. }
            | Phase::Approving(_)
            | Phase::Escalated
            | Phase::Ended => false,
        };
        if read { Asked::Answered } else { Asked::Anything }
    }

    fn asked_for(&self, slot: &str, heard: &Heard) -> Asked {
        match self.current_slot(slot) {
            Some(slot) if self.reads(&slot, heard) => Asked::Answered,
            Some(slot) if slot.takes_quotes() => Asked::Slot(slot.name),
            Some(_) | None => Asked::Anything,
        }
    }

    fn reads(&self, slot: &Slot, heard: &Heard) -> bool {
        match slot.kind {
            SlotKind::YesNo => self.in_caller_language(heard, recognise::yes_no).is_some(),
            SlotKind::Digits { .. } | SlotKind::Choice(_) | SlotKind::Value(_) => {
                self.holds_value(slot, heard)
            }
        }
    }

    fn names_a_choice(&self, heard: &Heard) -> bool {
        let ExpectKind::Choice(labels) = &self.question.kind else { return false };
        self.in_caller_language(heard, |text, language| recognise::choice(text, labels, language)).is_some()
    }
}
