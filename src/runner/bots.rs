//! ◆ The bots of a node by generation: a call keeps the one that it began with.

use crate::decide::bot::Bot;
use crate::decide::prompts::title_key;
use crate::desk::brief::Glossary;
use crate::language::Language;
use crate::time::At;
use crate::understand::Understand;
use crate::understand::knowledge::Knowledge;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Generations of one bot that are kept to go back to, the current one included.
const KEPT: usize = 5;

/// One bot, ready to talk.
pub struct BotParts {
    pub bot: Arc<Bot>,
    pub understand: Arc<dyn Understand>,
    /// Its articles, for agents.
    pub knowledge: Arc<Knowledge>,
}

/// One state of a bot's folder.
pub struct Generation {
    /// From 1, never used twice while the node runs.
    pub number: u32,
    pub loaded: At,
    /// SHA-256 of its files, hexadecimal: the same for the same files.
    pub digest: String,
    /// What understanding learnt.
    pub understanding: String,
    pub parts: BotParts,
}

/// Every bot with its generations.
#[derive(Default)]
pub struct Bots(RwLock<BTreeMap<String, Kept>>);

#[derive(Default)]
struct Kept {
    /// The last is the current one.
    generations: Vec<Arc<Generation>>,
    numbers: u32,
}

impl fmt::Debug for Bots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bots")
    }
}

/// The message `title-NAME` in an enabled language; in English also the `title` of topics and slots.
impl Glossary for Bots {
    fn title(&self, bot: &str, name: &str, language: Language) -> Option<String> {
        let generation = self.get(bot)?;
        let bot = &generation.parts.bot;
        let key = title_key(name);
        let own = bot.prompts.get(&language).filter(|prompts| prompts.has(&key));
        own.map(|prompts| prompts.plain(&key))
            .or_else(|| (language == Language::English).then(|| bot.title(name))?)
    }
}

impl Bots {
    /// The current generation.
    pub fn get(&self, bot: &str) -> Option<Arc<Generation>> {
        let bots = self.0.read().unwrap_or_else(PoisonError::into_inner);
        bots.get(bot)?.generations.last().cloned()
    }

    /// The current generation of every bot by name, and whether there is an earlier one.
    pub fn all(&self) -> Vec<(Arc<Generation>, bool)> {
        let bots = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let current = |kept: &Kept| Some((kept.generations.last()?.clone(), kept.generations.len() > 1));
        bots.values().filter_map(current).collect()
    }

    /// Puts a new generation in front.
    pub fn put(&self, loaded: At, digest: String, understanding: String, parts: BotParts) -> Arc<Generation> {
        let mut bots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let kept = bots.entry(parts.bot.name.clone()).or_default();
        kept.numbers += 1;
        let generation = Arc::new(Generation { number: kept.numbers, loaded, digest, understanding, parts });
        kept.generations.push(generation.clone());
        if kept.generations.len() > KEPT {
            kept.generations.remove(0);
        }
        generation
    }

    /// Goes back to the generation before the current one, which is forgotten. `None` when there is none before it.
    pub fn roll_back(&self, bot: &str) -> Option<Arc<Generation>> {
        let mut bots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let kept = bots.get_mut(bot)?;
        let before = kept.generations.len().checked_sub(2)?;
        kept.generations.truncate(before + 1);
        kept.generations.last().cloned()
    }
}

/// Understands nothing, and needs no weights for it.
#[cfg(test)]
pub(crate) struct Nothing;

#[cfg(test)]
impl Understand for Nothing {
    fn name(&self) -> &str {
        "nothing"
    }

    fn understand(
        &self,
        _: &str,
        _: crate::language::Language,
        _: crate::understand::Asked,
    ) -> futures::future::BoxFuture<
        'static,
        Result<crate::understand::Meaning, crate::understand::UnderstandError>,
    > {
        Box::pin(async { Ok(crate::understand::Meaning::default()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::load::load;

    #[test]
    fn a_call_keeps_its_generation_and_a_node_goes_back_to_the_one_before() {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        let bot = Arc::new(load(&dir).map_err(|problems| format!("{problems:?}")).expect("sound"));
        let bots = Bots::default();
        let put = |digest: &str| {
            let knowledge = Arc::new(Knowledge::new(Vec::new(), None, None));
            let parts = BotParts { bot: bot.clone(), understand: Arc::new(Nothing), knowledge };
            bots.put(At(0), digest.to_owned(), String::new(), parts).number
        };
        assert_eq!((put("a"), put("b")), (1, 2));
        let of_a_call = bots.get("parcel").expect("there");
        assert_eq!(bots.roll_back("parcel").map(|generation| generation.number), Some(1));
        assert_eq!(
            (of_a_call.digest.as_str(), bots.get("parcel").expect("there").digest.as_str()),
            ("b", "a")
        );
        assert!(bots.roll_back("parcel").is_none(), "there is none before the first");
        assert_eq!(put("c"), 3, "a number is not used twice");
        assert_eq!((0..9).map(|_| put("d")).max(), Some(12));
        assert_eq!((0..9).filter(|_| bots.roll_back("parcel").is_some()).count(), KEPT - 1);
    }
}
