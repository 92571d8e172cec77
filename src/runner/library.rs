//! What the bots of a node know that helps agents.

use super::bots::Bots;
use crate::decide::Bot;
use crate::desk::assist::{Library, NextStep, SlotView};
use crate::desk::brief::Glossary;
use crate::language::Language;
use crate::understand::knowledge::Found;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Passages that are looked for at once.
const PASSAGES: usize = 2;

impl Bots {
    fn current(&self, bot: &str) -> Option<Arc<Bot>> {
        self.get(bot).map(|generation| generation.parts.bot.clone())
    }

    fn slot_view(&self, bot: &str, slot: &str) -> SlotView {
        let title = |language: &Language| {
            let title = self.title(bot, slot, *language)?;
            Some((*language, title))
        };
        SlotView { name: slot.to_owned(), titles: Language::ALL.iter().filter_map(title).collect() }
    }
}

impl Library for Bots {
    fn passages(&self, bot: &str, text: &str, language: Language) -> Vec<Found> {
        let generation = self.get(bot);
        generation.map_or_else(Vec::new, |generation| {
            generation.parts.knowledge.bearing_on(text, language, PASSAGES)
        })
    }

    fn forbidden(&self, bot: &str, text: &str, language: Language) -> Option<(String, String)> {
        let bot = self.current(bot)?;
        let phrases = bot.policy.forbidden.get(&language)?;
        phrases.iter().find_map(|phrase| Some((phrase.text.clone(), phrase.find(text, language)?)))
    }

    fn next_step(
        &self,
        bot: &str,
        topic: &str,
        known: &BTreeSet<String>,
        language: Language,
    ) -> Option<NextStep> {
        let current = self.current(bot)?;
        let missing = |slot: &&crate::decide::bot::Slot| !known.contains(&slot.name);
        let mut missing = current.topics.get(topic)?.collect.iter().filter(missing);
        let first = missing.next()?;
        Some(NextStep {
            topic: topic.to_owned(),
            slot: self.slot_view(bot, &first.name),
            ask: current.prompts(language).plain(&first.ask),
            then: missing.map(|slot| self.slot_view(bot, &slot.name)).collect(),
        })
    }

    fn topics(&self, bot: &str) -> Vec<SlotView> {
        let Some(current) = self.current(bot) else { return Vec::new() };
        current.topics.keys().map(|topic| self.slot_view(bot, topic)).collect()
    }

    fn slots(&self, bot: &str, topic: &str) -> Vec<SlotView> {
        let Some(current) = self.current(bot) else { return Vec::new() };
        let slots = current.topics.get(topic).map(|topic| topic.collect.as_slice()).unwrap_or_default();
        slots.iter().map(|slot| self.slot_view(bot, &slot.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::bots::{BotParts, Nothing};
    use super::*;
    use crate::decide::load::load;
    use crate::time::At;
    use crate::understand::knowledge::Knowledge;

    fn parcel() -> Bots {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        let bot = Arc::new(load(&dir).map_err(|problems| format!("{problems:?}")).expect("sound"));
        let knowledge = Arc::new(Knowledge::new(bot.articles.clone(), None, None));
        let bots = Bots::default();
        let parts = BotParts { bot, understand: Arc::new(Nothing), knowledge };
        bots.put(At(0), "a".into(), String::new(), parts);
        bots
    }

    #[test]
    fn a_topic_asks_next_for_what_is_not_known_in_the_callers_language() {
        let bots = parcel();
        let next = |known: &[&str]| {
            let known = known.iter().map(|slot| (*slot).to_owned()).collect();
            bots.next_step("parcel", "parcel_status", &known, Language::Polish)
        };
        let step = next(&[]).expect("the number is missing");
        assert_eq!(step.slot.name, "parcel_number");
        assert!(step.ask.contains("numer"), "{}", step.ask);
        assert!(step.slot.titles.contains_key(&Language::Polish), "{:?}", step.slot.titles);
        assert_eq!(next(&["parcel_number"]), None);
        assert_eq!(bots.slots("parcel", "parcel_status").len(), 1);
        let topics = bots.topics("parcel");
        let invoice = topics.iter().find(|topic| topic.name == "invoice").expect("one of the matters");
        assert_eq!(invoice.titles.len(), 3, "{invoice:?}");
        assert!(bots.topics("other").is_empty());
    }

    #[test]
    fn the_demo_policy_warns_of_a_promise_in_three_languages() {
        let bots = parcel();
        for (text, language) in [
            ("Don't worry, we will refund you in full.", Language::English),
            ("Proszę się nie martwić, gwarantuję, że paczka będzie jutro.", Language::Polish),
            ("Vă garantez că ajunge mâine.", Language::Romanian),
        ] {
            assert!(bots.forbidden("parcel", text, language).is_some(), "{text}");
        }
        assert_eq!(bots.forbidden("parcel", "I cannot guarantee that.", Language::English), None);
        assert_eq!(bots.forbidden("parcel", "Your parcel is in London.", Language::English), None);
    }

    #[test]
    fn passages_bear_on_what_is_said_and_small_talk_brings_none() {
        let bots = parcel();
        let found =
            bots.passages("parcel", "the parcel seems lost, who pays compensation", Language::English);
        assert!(!found.is_empty());
        assert!(bots.passages("parcel", "yes thank you very much", Language::English).is_empty());
    }
}
