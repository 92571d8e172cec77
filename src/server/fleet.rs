//! Loads bots, also while the node runs: only what passes every check takes calls, and going back is one step.

use crate::config::Destination;
use crate::decide::load::read;
use crate::decide::parse::Files;
use crate::decide::{Bot, Problem, vet};
use crate::edge::clock::Clock;
use crate::runner::bots::{BotParts, Bots, Generation};
use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Why a bot stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    #[error("there is no such bot")]
    Unknown,
    #[error("another bot is being loaded")]
    Busy,
    #[error("there is no earlier generation")]
    NothingBefore,
    #[error("the bot has problems")]
    Problems(Vec<Problem>),
    #[error("{0}")]
    Failed(String),
}

/// Teaches understanding a bot and its prompts to the voices; `Err` is for the operator.
pub type Learn = dyn Fn(Arc<Bot>) -> BoxFuture<'static, Result<Learnt, String>> + Send + Sync;

/// A bot, ready to talk.
pub struct Learnt {
    pub parts: BotParts,
    /// What understanding learnt, in a sentence.
    pub understanding: String,
}

/// The bots of a node and where they come from.
pub struct Fleet {
    pub bots: Arc<Bots>,
    clock: Clock,
    folders: BTreeMap<String, PathBuf>,
    /// What trunks expect of each bot.
    destinations: Vec<Destination>,
    learn: Box<Learn>,
    /// One is loaded at a time: learning takes all cores.
    loading: Mutex<()>,
}

impl Fleet {
    /// No bot yet; `destinations` are what trunks expect of them.
    pub fn new(clock: Clock, destinations: Vec<Destination>, learn: Box<Learn>) -> Fleet {
        let bots = Arc::default();
        Fleet { bots, clock, folders: BTreeMap::new(), destinations, learn, loading: Mutex::new(()) }
    }

    /// The first generation of a bot.
    pub fn add(&mut self, folder: PathBuf, digest: String, learnt: Learnt) {
        self.folders.insert(learnt.parts.bot.name.clone(), folder);
        self.bots.put(self.clock.now(), digest, learnt.understanding, learnt.parts);
    }

    /// Reads a bot's folder anew. Calls that run keep theirs; later ones get this one.
    ///
    /// # Errors
    /// Anything that `duet check` would find; then the bot stays as it is.
    pub async fn reload(self: &Arc<Self>, bot: &str) -> Result<Arc<Generation>, FleetError> {
        let folder = self.folders.get(bot).ok_or(FleetError::Unknown)?.clone();
        let (fleet, name) = (Arc::clone(self), bot.to_owned());
        // A client that leaves meanwhile does not leave a bot half loaded.
        let task = tokio::spawn(async move { fleet.load(&name, folder).await });
        task.await.map_err(|error| FleetError::Failed(error.to_string()))?
    }

    async fn load(&self, name: &str, folder: PathBuf) -> Result<Arc<Generation>, FleetError> {
        let _alone = self.loading.try_lock().map_err(|_| FleetError::Busy)?;
        let vetted = tokio::task::spawn_blocking(move || {
            let files = read(&folder).map_err(|problem| vec![problem])?;
            vet::vet(&files).map(|(bot, _)| (bot, digest(&files)))
        });
        let failed = |error: &dyn std::fmt::Display| FleetError::Failed(error.to_string());
        let (bot, digest) = vetted.await.map_err(|error| failed(&error))?.map_err(FleetError::Problems)?;
        self.fits(name, &bot).map_err(|problem| FleetError::Problems(vec![problem]))?;
        let Learnt { parts, understanding } = (self.learn)(bot).await.map_err(FleetError::Failed)?;
        let generation = self.bots.put(self.clock.now(), digest, understanding, parts);
        tracing::info!(bot = name, generation = generation.number, "bot was loaded anew");
        Ok(generation)
    }

    /// A bot keeps its name, and speaks what the trunks expect.
    fn fits(&self, name: &str, bot: &Bot) -> Result<(), Problem> {
        if bot.name != name {
            let message = format!("was {name:?} when the node started, found {:?}", bot.name);
            return Err(Problem::new("bot.yaml", 1, "bot", &message));
        }
        let expected = self.destinations.iter().filter(|to| to.bot == name).filter_map(|to| to.language);
        match expected.into_iter().find(|language| !bot.languages.contains(language)) {
            Some(language) => {
                let message = format!("lacks {language}, which a number of a trunk expects");
                Err(Problem::new("bot.yaml", 1, "languages", &message))
            }
            None => Ok(()),
        }
    }

    /// Goes back to the generation before.
    ///
    /// # Errors
    /// There is no such bot, or no earlier generation.
    pub fn roll_back(&self, bot: &str) -> Result<Arc<Generation>, FleetError> {
        if !self.folders.contains_key(bot) {
            return Err(FleetError::Unknown);
        }
        let generation = self.bots.roll_back(bot).ok_or(FleetError::NothingBefore)?;
        tracing::warn!(bot, generation = generation.number, "bot was rolled back");
        Ok(generation)
    }
}

/// The same for the same files.
pub fn digest(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (name, text) in files {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hex::encode(hash.finalize())
}
