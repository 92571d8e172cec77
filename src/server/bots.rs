//! Bots and what they need: dialogs, understanding, voices.

use super::build::{BuildError, locate, part};
use super::fleet::{Fleet, Learn, Learnt, digest};
use crate::config::{Config, Destination};
use crate::decide::bot::{Bot, Topic};
use crate::decide::load::{self, load as load_bot};
use crate::edge::clock::Clock;
use crate::language::Language;
use crate::runner::bots::BotParts;
use crate::speak::cache::{Cache, CacheLimits};
use crate::speak::voices::{VoiceConfig, VoiceSpec, Voices};
use crate::understand::Understand;
use crate::understand::classifier::{Example, TrainConfig};
use crate::understand::e5::{E5, MODEL_FILE};
use crate::understand::llm::{Advised, Adviser, Brief};
use crate::understand::local::{Comprehension, LocalUnderstand};
use crate::understand::tone::Tones;
use futures::future::FutureExt;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// An utterance that is not understood by then is answered by rules alone.
const UNDERSTAND_DEADLINE: Duration = Duration::from_secs(2);

/// Loads and trains every bot of the configuration.
pub(super) async fn load(
    config: &Config,
    clock: Clock,
    voices: Arc<Cache>,
    adviser: Option<Arc<Adviser>>,
) -> Result<Fleet, BuildError> {
    let destinations: Vec<Destination> =
        config.trunk.iter().flat_map(|trunk| trunk.numbers.values().cloned()).collect();
    let learn = learn(config, clock, voices, adviser).await?;
    let mut fleet = Vec::new();
    for dir in &config.bots {
        let files = load::read(dir).map_err(|problem| BuildError::Config(problem.to_string()))?;
        let learnt = learn(Arc::new(read(dir)?)).await.map_err(part("understanding"))?;
        fleet.push((dir.clone(), digest(&files), learnt));
    }
    let bots: Vec<&Bot> = fleet.iter().map(|(_, _, learnt)| &*learnt.parts.bot).collect();
    check_numbers(config, &bots)?;
    let names: Vec<&str> = bots.iter().map(|bot| bot.name.as_str()).collect();
    if let Some(unknown) = config.chat.unknown_bots(&names).into_iter().next() {
        return Err(BuildError::Config(unknown));
    }
    let mut loaded = Fleet::new(clock, destinations, learn);
    fleet.into_iter().for_each(|(dir, digest, learnt)| loaded.add(dir, digest, learnt));
    Ok(loaded)
}

/// Teaches understanding a bot, and begins to speak its prompts.
async fn learn(
    config: &Config,
    clock: Clock,
    voices: Arc<Cache>,
    adviser: Option<Arc<Adviser>>,
) -> Result<Box<Learn>, BuildError> {
    let e5 = E5::load(&locate(config, MODEL_FILE)?).map_err(part("understanding"))?;
    let vectors = config.vectors_dir.clone().unwrap_or_else(|| config.data_dir.join("vectors"));
    let (cache, workers) = (vectors, config.hear.workers);
    // One after the other: tones and bots keep their vectors in the same file.
    let tones = tones(&clock, e5.clone(), cache.clone()).await?;
    Ok(Box::new(move |bot| {
        let (e5, cache, voices, adviser) = (e5.clone(), cache.clone(), voices.clone(), adviser.clone());
        let tones = tones.clone();
        let of_bot = bot.clone();
        let learn = move || {
            let config = TrainConfig { cache: Some(cache), ..TrainConfig::default() };
            let articles = of_bot.articles.clone();
            Comprehension::learn(&examples(&of_bot), articles, &of_bot.heard, Some(e5), &config)
        };
        let learning = async move {
            let learnt = tokio::task::spawn_blocking(learn).await.map_err(|error| error.to_string())?;
            let mind = learnt.map_err(|error| error.to_string())?.with_tones(tones);
            let understanding = mind.classifier.describe();
            tracing::info!(bot = bot.name, understanding, "bot is ready");
            warm(&bot, voices);
            let knowledge = mind.knowledge.clone();
            let mut understand: Arc<dyn Understand> =
                Arc::new(LocalUnderstand::new(Arc::new(mind), workers, UNDERSTAND_DEADLINE));
            if let Some(adviser) = adviser {
                let brief = Arc::new(brief(&bot));
                let (warm, told) = (adviser.clone(), brief.clone());
                tokio::spawn(async move { warm.warm(&told).await });
                understand = Arc::new(Advised::new(understand, adviser, brief));
            }
            Ok(Learnt { parts: BotParts { bot, understand, knowledge }, understanding })
        };
        learning.boxed()
    }))
}

/// Learns to judge tone, once for all bots.
async fn tones(clock: &Clock, e5: Arc<E5>, cache: PathBuf) -> Result<Arc<Tones>, BuildError> {
    let started = clock.now();
    let learning = tokio::task::spawn_blocking(move || Tones::learn(Some(&e5), Some(&cache)));
    let tones = learning.await.map_err(part("tone"))?;
    let took_ms = clock.now().since_ms(started);
    tracing::info!(model = tones.name(), examples = tones.examples(), took_ms, "tone of words is learnt");
    Ok(Arc::new(tones))
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

/// What a language model is told of it.
fn brief(bot: &Bot) -> Brief {
    let examples = |topic: &Topic| {
        let examples = bot.languages.iter().filter_map(|language| topic.examples.get(language)?.first());
        examples.cloned().collect()
    };
    let topics = bot.topics.iter().map(|(id, topic)| (id.clone(), (topic.title.clone(), examples(topic))));
    let slots = bot.topics.values().flat_map(|topic| &topic.collect);
    Brief {
        topics: topics.collect(),
        slots: slots.map(|slot| (slot.name.clone(), slot.title.clone())).collect(),
        confidence_below: bot.policy.confidence_below,
    }
}

/// Every number of every trunk must lead to a bot that is there.
fn check_numbers(config: &Config, bots: &[&Bot]) -> Result<(), BuildError> {
    for trunk in &config.trunk {
        for (number, Destination { bot, language }) in &trunk.numbers {
            let (trunk, loaded) = (&trunk.name, bots.iter().find(|loaded| loaded.name == *bot));
            if let (Some(loaded), Some(language)) = (loaded, language)
                && !loaded.languages.contains(language)
            {
                return Err(BuildError::Config(format!(
                    "trunk {trunk}: number {number:?} expects {language}, which the bot {bot:?} does not speak"
                )));
            }
            if loaded.is_none() {
                let known: Vec<&str> = bots.iter().map(|bot| bot.name.as_str()).collect();
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
fn warm(bot: &Bot, voices: Arc<Cache>) {
    let prompts = bot.fixed_prompts();
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
