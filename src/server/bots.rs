//! Bots and what they need: dialogs, understanding, voices.

use super::build::{BuildError, locate, part};
use crate::config::{Config, Destination};
use crate::decide::bot::Bot;
use crate::decide::load::load as load_bot;
use crate::language::Language;
use crate::runner::BotParts;
use crate::speak::cache::{Cache, CacheLimits};
use crate::speak::voices::{VoiceConfig, VoiceSpec, Voices};
use crate::understand::classifier::{self, Example, TrainConfig};
use crate::understand::e5::{E5, MODEL_FILE};
use crate::understand::local::LocalUnderstand;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// An utterance that is not understood by then is answered by rules alone.
const UNDERSTAND_DEADLINE: Duration = Duration::from_secs(2);

/// Loads and trains every bot of the configuration.
pub(super) async fn load(config: &Config) -> Result<BTreeMap<String, BotParts>, BuildError> {
    let e5 = Some(E5::load(&locate(config, MODEL_FILE)?).map_err(part("understanding"))?);
    let mut bots = BTreeMap::new();
    for dir in &config.bots {
        let bot = Arc::new(read(dir)?);
        let (examples, e5) = (examples(&bot), e5.clone());
        let train = TrainConfig { cache: Some(config.data_dir.join("vectors")), ..TrainConfig::default() };
        let trained = tokio::task::spawn_blocking(move || classifier::train(&examples, e5, &train));
        let classifier = trained.await.map_err(part("understanding"))?.map_err(part("understanding"))?;
        tracing::info!(bot = bot.name, understanding = classifier.describe(), "bot is ready");
        let understand =
            Arc::new(LocalUnderstand::new(Arc::new(classifier), config.hear.workers, UNDERSTAND_DEADLINE));
        bots.insert(bot.name.clone(), BotParts { bot, understand });
    }
    check_numbers(config, &bots)?;
    Ok(bots)
}

/// Reads a bot; every problem of its files is one line of the error.
pub(crate) fn read(dir: &Path) -> Result<Bot, BuildError> {
    load_bot(dir).map_err(|problems| {
        let lines: Vec<String> =
            problems.iter().map(|problem| format!("{}/{problem}", dir.display())).collect();
        BuildError::Config(lines.join("\n"))
    })
}

/// What its understanding learns.
pub(crate) fn examples(bot: &Bot) -> Vec<Example> {
    let examples = bot.examples().into_iter();
    examples.map(|(text, label, language)| Example { text, label, language: Some(language) }).collect()
}

/// Every number of every trunk must lead to a bot that is there.
fn check_numbers(config: &Config, bots: &BTreeMap<String, BotParts>) -> Result<(), BuildError> {
    for trunk in &config.trunk {
        for (number, Destination { bot, language }) in &trunk.numbers {
            let (trunk, loaded) = (&trunk.name, bots.get(bot));
            if let (Some(loaded), Some(language)) = (loaded, language)
                && !loaded.bot.languages.contains(language)
            {
                return Err(BuildError::Config(format!(
                    "trunk {trunk}: number {number:?} expects {language}, which the bot {bot:?} does not speak"
                )));
            }
            if loaded.is_none() {
                let known: Vec<&str> = bots.keys().map(String::as_str).collect();
                let known = known.join(", ");
                return Err(BuildError::Config(format!(
                    "trunk {trunk}: number {number:?} names the bot {bot:?}, expected one of: {known}"
                )));
            }
        }
    }
    Ok(())
}

/// The voices of the configuration.
pub(super) fn voices(config: &Config) -> Result<Arc<Cache>, BuildError> {
    let chosen = [
        (Language::Polish, "speak.pl", &config.speak.pl),
        (Language::Romanian, "speak.ro", &config.speak.ro),
        (Language::English, "speak.en", &config.speak.en),
    ];
    let mut voices = BTreeMap::new();
    for (language, key, text) in chosen {
        let spec: VoiceSpec = text.parse().map_err(|error| BuildError::Config(format!("{key}: {error}")))?;
        voices.insert(language, in_models(spec, &config.models_dir));
    }
    let cache_dir = config.speak.cache_dir.clone().unwrap_or_else(|| config.data_dir.join("speech"));
    let config = VoiceConfig {
        voices,
        remote: super::remote::voices(config).map_err(BuildError::Config)?,
        cache: CacheLimits { bytes: config.speak.cache_mib << 20 },
        cache_dir: Some(cache_dir),
        ..VoiceConfig::default()
    };
    Voices::load(&config).map_err(part("voices"))
}

/// A relative path of a voice is meant inside the models' folder.
fn in_models(spec: VoiceSpec, models: &Path) -> VoiceSpec {
    match spec {
        VoiceSpec::Espeak => VoiceSpec::Espeak,
        VoiceSpec::Piper { onnx, speaker } => VoiceSpec::Piper { onnx: models.join(onnx), speaker },
        VoiceSpec::Remote { voice, local } => {
            VoiceSpec::Remote { voice, local: Box::new(in_models(*local, models)) }
        }
    }
}

/// Speaks every fixed prompt once, so that later no caller waits for one; kept on disk between starts.
/// The node answers meanwhile: a prompt that is not ready is spoken when it is needed.
pub(super) fn warm(bots: &BTreeMap<String, BotParts>, voices: Arc<Cache>) {
    let prompts: Vec<(Language, String)> =
        bots.values().flat_map(|parts| parts.bot.fixed_prompts()).collect();
    tokio::spawn(async move {
        let warmed = voices.warm(&prompts).await;
        let (made, from_disk, failed) = (warmed.made, warmed.from_disk, warmed.failed.len());
        let by_fallback = warmed.by_fallback;
        tracing::info!(made, from_disk, by_fallback, failed, "prompts are ready");
        for (language, reason) in warmed.failed {
            tracing::warn!(%language, reason, "a prompt could not be spoken");
        }
    });
}
