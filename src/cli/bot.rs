//! A bot with its understanding, for the commands that talk to it without a call.

use super::ModelDir;
use crate::decide::{Bot, load};
use crate::understand::classifier::{self, Classifier, Example, TrainConfig};
use crate::understand::e5::{E5, MODEL_FILE};
use crate::{language::Language, models, understand::Meaning};
use std::path::Path;
use std::sync::Arc;

/// A bot that understands what is typed.
pub struct Thinking {
    pub bot: Arc<Bot>,
    classifier: Classifier,
}

impl Thinking {
    /// Loads and trains; every problem of the files is one line of the error.
    pub fn load(dir: &Path, models_dir: &ModelDir) -> anyhow::Result<Thinking> {
        let bot = Arc::new(load(dir)?);
        let e5 = E5::load(&models::locate(&models_dir.models, MODEL_FILE)?)?;
        let examples = bot.examples().into_iter();
        let examples: Vec<Example> = examples
            .map(|(text, label, language)| Example { text, label, language: Some(language) })
            .collect();
        let classifier = classifier::train(&examples, Some(e5), &TrainConfig::default())?;
        Ok(Thinking { bot, classifier })
    }

    pub fn meaning(&self, text: &str, language: Language) -> Meaning {
        self.classifier.classify(text, language)
    }

    pub fn describe(&self) -> String {
        self.classifier.describe()
    }
}

/// Reads a bot; every problem of its files is one line of the error.
pub fn load(dir: &Path) -> anyhow::Result<Bot> {
    load::load(dir).map_err(|problems| {
        let lines: Vec<String> =
            problems.iter().map(|problem| format!("{}/{problem}", dir.display())).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })
}
