//! ◆ Help for whoever talks with a caller: passages of the bot's articles for what is being said, what the topic still
//! lacks, and a warning when the agent promises what the policy forbids.
//!
//! Nothing here is on a call's way: it is made beside the call, of what the record says.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use crate::time::At;
use crate::understand::knowledge::Found;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// So many cards of a call are kept for a page that comes back.
const KEPT_CARDS: usize = 8;
/// Shorter utterances are about nothing.
const MIN_WORDS: usize = 3;

/// What the bots know that helps.
pub trait Library: fmt::Debug + Send + Sync {
    /// Passages that bear on the words; none where nothing does. May block for tens of ms.
    fn passages(&self, bot: &str, text: &str, language: Language) -> Vec<Found>;
    /// A promise that the policy forbids: the phrase, and the words that were said.
    fn forbidden(&self, bot: &str, text: &str, language: Language) -> Option<(String, String)>;
    /// What the topic would ask next, in the caller's language; nothing where all is known.
    fn next_step(
        &self,
        bot: &str,
        topic: &str,
        known: &BTreeSet<String>,
        language: Language,
    ) -> Option<NextStep>;
    /// What the bot is for.
    fn topics(&self, bot: &str) -> Vec<SlotView>;
    /// What the topic collects.
    fn slots(&self, bot: &str, topic: &str) -> Vec<SlotView>;
}

/// Knows nothing.
#[derive(Debug)]
pub struct NoLibrary;

impl Library for NoLibrary {
    fn passages(&self, _: &str, _: &str, _: Language) -> Vec<Found> {
        Vec::new()
    }

    fn forbidden(&self, _: &str, _: &str, _: Language) -> Option<(String, String)> {
        None
    }

    fn next_step(&self, _: &str, _: &str, _: &BTreeSet<String>, _: Language) -> Option<NextStep> {
        None
    }

    fn topics(&self, _: &str) -> Vec<SlotView> {
        Vec::new()
    }

    fn slots(&self, _: &str, _: &str) -> Vec<SlotView> {
        Vec::new()
    }
}

/// A topic, or a value that it collects, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SlotView {
    pub name: String,
    /// What the bot calls it, for agents of a language.
    pub titles: BTreeMap<Language, String>,
}

/// What is to be asked next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NextStep {
    pub topic: String,
    pub slot: SlotView,
    /// As the bot would ask, in the caller's language.
    pub ask: String,
    /// What is missing beside it.
    pub then: Vec<SlotView>,
}

/// One piece of help.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "of", rename_all = "snake_case")]
#[schema(as = Help)]
pub enum Advice {
    Passage {
        article: String,
        /// Title of the article: the source.
        title: String,
        heading: String,
        text: String,
    },
    NextStep(NextStep),
    /// The agent promised what must not be promised.
    Promise {
        /// As the policy writes it.
        phrase: String,
        said: String,
    },
}

/// A card beside the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AssistCard {
    /// Counts within the call.
    pub id: u32,
    pub at: At,
    pub advice: Advice,
}

impl Advice {
    /// What it is, for the record: `passage`, `next_step`, `promise`.
    pub fn kind(&self) -> &'static str {
        match self {
            Advice::Passage { .. } => "passage",
            Advice::NextStep(_) => "next_step",
            Advice::Promise { .. } => "promise",
        }
    }

    /// Where it comes from: article and heading, topic and slot, or phrase.
    pub fn source(&self) -> String {
        match self {
            Advice::Passage { article, heading, .. } => format!("{article}: {heading}"),
            Advice::NextStep(step) => format!("{}: {}", step.topic, step.slot.name),
            Advice::Promise { phrase, .. } => phrase.clone(),
        }
    }
}

/// Of one call that a person has.
#[derive(Debug, Default)]
pub struct Assisted {
    cards: VecDeque<AssistCard>,
    ids: u32,
    /// What was shown, so that nothing comes twice.
    shown: BTreeSet<(&'static str, String)>,
}

impl Assisted {
    /// A card for new advice; none for what was shown already. A promise is warned of each time.
    pub fn add(&mut self, at: At, advice: Advice) -> Option<AssistCard> {
        let new = self.shown.insert((advice.kind(), advice.source()));
        if !new && !matches!(advice, Advice::Promise { .. }) {
            return None;
        }
        self.ids += 1;
        let card = AssistCard { id: self.ids, at, advice };
        self.cards.push_back(card.clone());
        if self.cards.len() > KEPT_CARDS {
            self.cards.pop_front();
        }
        Some(card)
    }

    /// Those that a page which comes back shows again.
    pub fn cards(&self) -> impl Iterator<Item = &AssistCard> {
        self.cards.iter()
    }

    pub fn find(&self, id: u32) -> Option<&AssistCard> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// The agent does not want to see it any more.
    pub fn dismiss(&mut self, id: u32) {
        self.cards.retain(|card| card.id != id);
    }
}

/// Whether an utterance is long enough to be about something.
pub fn says_something(text: &str) -> bool {
    text.split_whitespace().count() >= MIN_WORDS
}

impl From<Found> for Advice {
    fn from(found: Found) -> Advice {
        let Found { article, title, heading, text, .. } = found;
        Advice::Passage { article, title, heading, text }
    }
}

/// What an agent says of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum AssistReply {
    Dismiss,
    Judge { useful: bool },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(heading: &str) -> Advice {
        let [article, title, text] = ["a", "A", "t"].map(str::to_owned);
        Advice::Passage { article, title, heading: heading.into(), text }
    }

    fn promise() -> Advice {
        Advice::Promise { phrase: "refund*".into(), said: "refund".into() }
    }

    #[test]
    fn nothing_comes_twice_but_a_warning() {
        let mut assisted = Assisted::default();
        let mut add = |advice| assisted.add(At(1), advice).map(|card| card.id);
        assert_eq!(add(passage("one")), Some(1));
        assert_eq!(add(passage("one")), None);
        assert_eq!(add(passage("two")), Some(2));
        assert_eq!((add(promise()), add(promise())), (Some(3), Some(4)));
    }

    #[test]
    fn only_the_last_cards_are_kept_and_none_that_was_dismissed() {
        let mut assisted = Assisted::default();
        for n in 0..20 {
            assisted.add(At(n), passage(&n.to_string()));
        }
        assisted.dismiss(20);
        let kept: Vec<u32> = assisted.cards().map(|card| card.id).collect();
        assert_eq!(kept, [13, 14, 15, 16, 17, 18, 19]);
    }
}
