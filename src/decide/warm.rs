//! ◆ What a bot will surely say: sentences that a voice can make before anybody calls.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::{Bot, Step};
use super::expr;
use super::prompts::Args;
use crate::language::Language;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Prompts that list what the bot can do.
const LISTING: [&str; 2] = ["rephrase", "rephrase-2"];

impl Bot {
    /// Every sentence that needs nothing from a caller or a back end, in every enabled language: prompts without variables, the
    /// announcements of every specialist, what speaks of facts alone, and the answers of the articles.
    pub fn fixed_prompts(&self) -> Vec<(Language, String)> {
        let mut all = BTreeSet::new();
        for language in &self.languages {
            let prompts = self.prompts(*language);
            let mut texts = prompts.fixed();
            for (key, args) in self.foreseeable(*language) {
                texts.extend((0..prompts.wordings(&key)).map(|wording| prompts.text(&key, wording, &args)));
            }
            all.extend(texts.into_iter().map(|text| (*language, text)));
        }
        all.into_iter().collect()
    }

    /// What the bot can do, in a sentence: `check your parcel or give the opening hours`.
    pub fn topic_list(&self, language: Language) -> String {
        let prompts = self.prompts(language);
        let label = |topic: &String| prompts.plain(&format!("topic-{topic}"));
        let labels: Vec<String> = self.topics.keys().map(label).collect();
        match labels.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                format!("{} {} {last}", rest.join(", "), prompts.plain("or"))
            }
            _ => labels.join(""),
        }
    }

    /// Prompts with variables whose values are known beforehand.
    fn foreseeable(&self, language: Language) -> Vec<(String, Args)> {
        let prompts = self.prompts(language);
        let one = |name: &str, text: String| Args::from([(name.to_owned(), Value::from(text))]);
        let own = self.topics.values().filter_map(|topic| topic.specialist.as_ref());
        let specialists: BTreeSet<&String> = own.chain([&self.policy.specialist]).collect();
        let handovers =
            specialists.into_iter().map(|key| ("handover".to_owned(), one("specialist", prompts.plain(key))));
        let listings =
            LISTING.iter().map(|key| ((*key).to_owned(), one("topics", self.topic_list(language))));
        let steps = self.topics.values().flat_map(|topic| self.facts_said(&topic.steps));
        let passages = self.passages(language).map(|passage| ("kb-answer".to_owned(), passage.args()));
        handovers.chain(listings).chain(steps).chain(passages).collect()
    }

    fn facts_said(&self, steps: &[Step]) -> Vec<(String, Args)> {
        let mut found = Vec::new();
        for step in steps {
            match step {
                Step::Say { key, with } => {
                    found.extend(self.args_of_facts(with).map(|args| (key.clone(), args)))
                }
                Step::If { then, otherwise, .. } => {
                    found.extend(self.facts_said(then));
                    found.extend(self.facts_said(otherwise));
                }
                Step::Call { .. }
                | Step::Ask { .. }
                | Step::AskAgain { .. }
                | Step::AnythingElse
                | Step::OfferPerson { .. }
                | Step::Human { .. }
                | Step::End => {}
            }
        }
        found
    }

    /// `None` when one of the paths is no fact, or there are none.
    fn args_of_facts(&self, with: &BTreeMap<String, String>) -> Option<Args> {
        let fact = |path: &String| {
            let parts: Vec<&str> = path.split('.').collect();
            Some(expr::lookup(&self.facts, &parts).clone()).filter(|value| !value.is_null())
        };
        let args: Option<Args> = with.iter().map(|(name, path)| Some((name.clone(), fact(path)?))).collect();
        args.filter(|args| !args.is_empty())
    }
}
