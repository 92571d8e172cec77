//! A bot with its understanding, for the commands that talk to it without a call.

use super::ModelDir;
use crate::decide::Bot;
use crate::server::bots::{examples, read};
use crate::understand::classifier::TrainConfig;
use crate::understand::e5::{E5, MODEL_FILE};
use crate::understand::knowledge::Passage;
use crate::understand::local::Comprehension;
use crate::understand::tone::Tones;
use crate::{language::Language, models, understand::Meaning};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A bot that understands what is typed.
pub struct Thinking {
    pub bot: Arc<Bot>,
    mind: Comprehension,
}

/// Where sentence vectors are kept between commands: `DUET_VECTORS_DIR`, else the user's cache (XDG base directories).
pub fn vectors_dir() -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || of("XDG_CACHE_HOME").or_else(|| Some(of("HOME")?.join(".cache")));
    of("DUET_VECTORS_DIR").or_else(|| Some(cache()?.join("duet/vectors")))
}

impl Thinking {
    /// Loads and trains; every problem of the files is one line of the error.
    pub fn load(dir: &Path, models_dir: &ModelDir) -> anyhow::Result<Thinking> {
        let bot = Arc::new(read(dir)?);
        let e5 = E5::load(&models::locate(&models_dir.models, MODEL_FILE)?)?;
        let train = TrainConfig { cache: vectors_dir(), ..TrainConfig::default() };
        let tones = Arc::new(Tones::learn(Some(&e5), train.cache.as_deref()));
        let mind = Comprehension::learn(&examples(&bot), bot.articles.clone(), &bot.heard, Some(e5), &train)?;
        Ok(Thinking { bot, mind: mind.with_tones(tones) })
    }

    pub fn meaning(&self, text: &str, language: Language) -> Meaning {
        self.mind.meaning(text, language)
    }

    /// The likeliest passage, its probability, and that of the likeliest else.
    pub fn likeliest_answer(&self, text: &str, language: Language) -> Option<(Passage, f32, f32)> {
        self.mind.likeliest(text, language)
    }

    /// The sentence vector.
    pub fn vector(&self, text: &str) -> Vec<f32> {
        self.mind.classifier.vector(text).unwrap_or_default()
    }

    pub fn describe(&self) -> String {
        self.mind.classifier.describe()
    }
}
