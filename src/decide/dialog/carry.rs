//! ◆ What is not asked: values said with the wish itself, and what is known from before.

use super::super::bot::{Confirm, Slot, SlotKind, Topic};
use super::super::recognise::{self, Kind};
use super::collect::HARDLY_A_VALUE;
use super::{Dialog, Heard};
use crate::language::Language;
use crate::understand::Meaning;
use std::collections::BTreeSet;

/// The utterance with which a topic began.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    topic: String,
    heard: Heard,
    /// Slots that were looked for in it; none is found twice.
    looked_for: BTreeSet<String>,
    /// Values that were found in it.
    taken: BTreeSet<String>,
}

impl Dialog {
    /// Keeps what the caller said with the wish, and forgets what is asked for anew.
    pub(super) fn open_with(&mut self, topic: &Topic, heard: Option<&Heard>) {
        let same = self.topic.as_deref() == Some(topic.id.as_str());
        let another = heard.is_some_and(|heard| self.names_another(topic, heard));
        for slot in &topic.collect {
            let known = self.slots.get(&slot.name);
            let said = heard.filter(|_| known.is_some()).and_then(|heard| self.number_in(slot, heard));
            let corrected = said.is_some_and(|said| known.is_some_and(|known| known.value != said));
            let wish = !identifies(&slot.kind) && (same || self.is_asked_by_one(slot));
            if slot.later || wish || corrected || (another && identifies(&slot.kind)) {
                self.slots.remove(&slot.name);
            }
        }
        self.opening = heard.map(|heard| {
            let quotes = heard.meaning.as_ref().map(|meaning| meaning.quotes.clone()).unwrap_or_default();
            let meaning = Some(Meaning { quotes, ..Meaning::default() });
            Opening {
                topic: topic.id.clone(),
                heard: Heard { text: heard.text.clone(), meaning, ..*heard },
                looked_for: BTreeSet::new(),
                taken: BTreeSet::new(),
            }
        });
    }

    /// The value of a slot in the words that began the topic, and whether it need not be read back. Only a number is
    /// ever as sure as that: the day in "it should have come on Monday" is not the one that is asked for.
    pub(super) fn volunteered(&mut self, slot: &Slot) -> Option<(String, bool)> {
        let mut opening = self.opening.take_if(|opening| self.topic.as_ref() == Some(&opening.topic))?;
        let new = opening.looked_for.insert(slot.name.clone());
        let found = if new { self.found_in(&opening, slot) } else { None };
        opening.taken.extend(found.iter().map(|(value, _)| value.clone()));
        self.opening = Some(opening);
        found
    }

    fn found_in(&self, opening: &Opening, slot: &Slot) -> Option<(String, bool)> {
        let sure = opening.heard.confidence >= self.policy().unsure_below;
        let found = match &slot.kind {
            SlotKind::Digits { .. } => self.number_in(slot, &opening.heard).map(|digits| (digits, sure)),
            SlotKind::Value(kind) if slot.confirm != Confirm::Never && stands_alone(*kind) => self
                .value_in(*kind, &opening.heard)
                .filter(|(_, confidence)| *confidence >= HARDLY_A_VALUE)
                .map(|(value, _)| (value, false)),
            SlotKind::YesNo | SlotKind::Choice(_) | SlotKind::Value(_) => None,
        };
        let found = found.or_else(|| Some((self.pointed_at(slot, &opening.heard)?, false)));
        found.filter(|(value, _)| !opening.taken.contains(value))
    }

    /// What a language model pointed to.
    fn pointed_at(&self, slot: &Slot, heard: &Heard) -> Option<String> {
        let quoted = self.quoted(slot, heard)?;
        match &slot.kind {
            SlotKind::Digits { .. } => self.number_in(slot, &quoted),
            SlotKind::Choice(options) => {
                self.chosen_option(options, &quoted).and_then(|(index, _)| options.get(index).cloned())
            }
            SlotKind::Value(kind) => self.value_in(*kind, &quoted).map(|(value, _)| value),
            SlotKind::YesNo => None,
        }
    }

    fn number_in(&self, slot: &Slot, heard: &Heard) -> Option<String> {
        let SlotKind::Digits { min, max } = slot.kind else { return None };
        let digits = self.in_caller_language(heard, recognise::digits)?;
        (min..=max).contains(&digits.len()).then_some(digits)
    }

    /// The last topic again, for another thing: "and the second one?"
    pub(super) fn again_for_another(&self, heard: &Heard) -> Option<String> {
        let topic = self.bot.topics.get(self.topic.as_ref()?)?;
        let known = topic
            .collect
            .iter()
            .any(|slot| identifies(&slot.kind) && !slot.later && self.slots.contains_key(&slot.name));
        (known && self.names_another(topic, heard)).then(|| topic.id.clone())
    }

    /// The things are those that the bot asks for and says that it handles.
    fn names_another(&self, topic: &Topic, heard: &Heard) -> bool {
        let prompts = self.bot.prompts(self.language);
        let asks =
            topic.collect.iter().filter(|slot| identifies(&slot.kind)).map(|slot| prompts.plain(&slot.ask));
        let labels = self.bot.topics.keys().map(|topic| prompts.plain(&format!("topic-{topic}")));
        let things: Vec<String> =
            asks.chain(labels).flat_map(|text| crate::understand::text::words(&text)).collect();
        let another =
            |text: &str, language: Language| recognise::names_another(text, language, &things).then_some(());
        self.in_caller_language(heard, another).is_some()
    }

    /// Whether no other topic collects it.
    fn is_asked_by_one(&self, slot: &Slot) -> bool {
        let asks = |topic: &&Topic| topic.collect.iter().any(|other| other.name == slot.name);
        self.bot.topics.values().filter(asks).count() < 2
    }
}

/// Who or what it is about, and so the same in the next matter; the rest is what the caller wants this time.
fn identifies(kind: &SlotKind) -> bool {
    match kind {
        SlotKind::Digits { .. } => true,
        SlotKind::YesNo | SlotKind::Choice(_) => false,
        SlotKind::Value(kind) => match kind {
            Kind::Phone | Kind::Email | Kind::PostalCode | Kind::Letters | Kind::Name | Kind::Street => true,
            Kind::Date | Kind::PastDate | Kind::Time | Kind::DateTime | Kind::Amount | Kind::Number => false,
        },
    }
}

/// Types whose values are seldom found where none was meant.
fn stands_alone(kind: Kind) -> bool {
    match kind {
        Kind::Date | Kind::PastDate | Kind::Time | Kind::DateTime | Kind::Amount => true,
        Kind::PostalCode | Kind::Phone | Kind::Email => true,
        Kind::Number | Kind::Letters | Kind::Name | Kind::Street => false,
    }
}
