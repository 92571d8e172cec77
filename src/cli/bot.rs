//! A bot with its understanding, for the commands that talk to it without a call.

use super::ModelDir;
use crate::decide::Bot;
use crate::server::bots::{examples, read};
use crate::understand::classifier::{self, Classifier, TrainConfig};
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
        let bot = Arc::new(read(dir)?);
        let e5 = E5::load(&models::locate(&models_dir.models, MODEL_FILE)?)?;
        let classifier = classifier::train(&examples(&bot), Some(e5), &TrainConfig::default())?;
        Ok(Thinking { bot, classifier })
    }

    pub fn meaning(&self, text: &str, language: Language) -> Meaning {
        self.classifier.classify(text, language)
    }

    pub fn describe(&self) -> String {
        self.classifier.describe()
    }
}
