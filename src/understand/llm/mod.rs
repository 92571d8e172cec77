//! A language model behind a fence, optional. Where understanding is unsure it may choose among the likeliest topics
//! and point to words of the caller; it may shorten what an article says, and word a call's summary for the agent.
//! Nothing else: it calls nothing, decides nothing, and every answer is checked before it is believed. Without an answer in time the local one stands.

mod brief; //  ◆ what it is told of a bot, and asked
mod chat; //     the protocol
mod fence; //  ◆ what of its answers is believed
mod retelling; // ◆ and of its summaries

pub use brief::Brief;

use super::knowledge::Passage;
use super::slots::{digits, yes_no};
use super::text::words;
use super::{Asked, Meaning, Understand, UnderstandError};
use crate::engines::endpoint::{Endpoint, RemoteError};
use crate::language::Language;
use chat::Chat;
use fence::Refusal;
use futures::future::{BoxFuture, FutureExt};
use std::sync::Arc;

/// What a bot's operator allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May {
    /// Choose a topic where the classifier is unsure.
    pub topics: bool,
    /// Point to the caller's words that answer a question.
    pub values: bool,
    /// Shorten an article's answer.
    pub answers: bool,
    /// Word what the agent reads of the call.
    pub summary: bool,
}

/// Words that an utterance needs before it is worth asking.
const WORDS_MIN: usize = 2;
/// Characters of an answer that are worth shortening.
const LONG_ANSWER: usize = 120;

/// The model, asked for all bots.
#[derive(Debug)]
pub struct Adviser {
    chat: Chat,
    may: May,
}

/// Why the local answer stands.
#[derive(Debug, thiserror::Error)]
enum NoAdvice {
    #[error("{0}")]
    Remote(#[from] RemoteError),
    #[error("{0}")]
    Refused(#[from] Refusal),
}

impl Adviser {
    pub fn new(endpoint: Endpoint, model: String, may: May) -> Arc<Self> {
        Arc::new(Adviser { chat: Chat::new(endpoint, model), may })
    }

    /// Asks for one word, as `duet check` does: does the server answer as expected?
    ///
    /// # Errors
    /// Why it does not.
    pub async fn check(&self) -> Result<(), RemoteError> {
        self.chat.check().await
    }

    /// Asks once for nothing, so that the server has read what it is told of a bot before a caller waits for it.
    pub async fn warm(&self, brief: &Brief) {
        if self.may.summary {
            // Callers do not wait for this one; what they wait for is read last.
            let _ = self.chat.warm(&brief::retell(&[], &[])).await;
        }
        let topics: Vec<&str> = brief.topics.keys().map(String::as_str).collect();
        let warmed =
            self.chat.warm(&brief.question(&topics, &brief.values(), &Asked::Anything, "hello")).await;
        if let Err(error) = warmed {
            tracing::warn!(%error, "the language model is slow or does not answer; understanding does without it meanwhile");
        }
    }

    /// Name of the model.
    pub fn model(&self) -> &str {
        self.chat.model()
    }

    /// Whether it may word summaries.
    pub fn may_retell(&self) -> bool {
        self.may.summary
    }

    /// What the caller wants and what happened in a sentence or two of English, made of the `facts` and of what the
    /// caller `said`; `None` where nothing was said or the model gave nothing that is believed.
    pub async fn retell(&self, facts: &[String], said: &[String]) -> Option<String> {
        let said = brief::shown(said);
        if !self.may.summary || said.is_empty() {
            return None;
        }
        let told = self.retold(facts, &said).await;
        told.inspect_err(note).ok()
    }

    async fn retold(&self, facts: &[String], said: &[String]) -> Result<String, NoAdvice> {
        let answer = self.chat.ask(&brief::retell(facts, said)).await?;
        Ok(retelling::retelling(&answer, facts, said)?)
    }

    async fn shorten(&self, said: &str, passage: &mut Passage, language: Language) -> Result<(), NoAdvice> {
        if self.may.answers && passage.text.chars().count() > LONG_ANSWER {
            let answer = self.chat.ask(&brief::shorten(said, &passage.text, language)).await?;
            passage.text = fence::wording(&answer, &passage.text, said, language)?;
        }
        Ok(())
    }

    async fn advise(
        &self,
        brief: &Brief,
        meaning: &mut Meaning,
        said: &str,
        asked: &Asked,
    ) -> Result<(), NoAdvice> {
        let (topics, values) = brief.open(asked, meaning, self.may);
        if topics.is_empty() && values.is_empty() {
            return Ok(());
        }
        let answer = self.chat.ask(&brief.question(&topics, &values, asked, said)).await?;
        let advice = fence::advice(&answer, &topics, &values, said)?;
        if let Some(topic) = advice.topic {
            brief.believe(meaning, &topic);
        }
        meaning.quotes = advice.quotes;
        Ok(())
    }
}

/// Understanding that asks the model where it is unsure.
pub struct Advised {
    local: Arc<dyn Understand>,
    adviser: Arc<Adviser>,
    brief: Arc<Brief>,
    name: String,
}

impl Advised {
    pub fn new(local: Arc<dyn Understand>, adviser: Arc<Adviser>, brief: Arc<Brief>) -> Self {
        let name = format!("{}, {} where unsure", local.name(), adviser.chat.model());
        Advised { local, adviser, brief, name }
    }
}

impl Understand for Advised {
    fn name(&self) -> &str {
        &self.name
    }

    fn understand(
        &self,
        text: &str,
        language: Language,
        asked: Asked,
    ) -> BoxFuture<'static, Result<Meaning, UnderstandError>> {
        let local = self.local.understand(text, language, asked.clone());
        let (adviser, brief, said) = (self.adviser.clone(), self.brief.clone(), text.to_owned());
        async move {
            let mut meaning = local.await?;
            if asked == Asked::Answered {
                return Ok(meaning);
            }
            let advised = if let Some(passage) = &mut meaning.passage {
                adviser.shorten(&said, passage, language).await
            } else if brief.is_unsure(&meaning) && !speaks_for_itself(&said, language, &asked) {
                adviser.advise(&brief, &mut meaning, &said, &asked).await
            } else {
                Ok(())
            };
            if let Err(error) = advised {
                note(&error);
            }
            Ok(meaning)
        }
        .boxed()
    }
}

/// A number, a yes or a no, or hardly anything: nobody has to be asked what that means. Digits that are not the value
/// which was asked for may be a part of it.
fn speaks_for_itself(said: &str, language: Language, asked: &Asked) -> bool {
    let number = *asked == Asked::Anything && digits(said, language).is_some();
    number || words(said).len() < WORDS_MIN || yes_no(said, language).is_some()
}

/// What was refused counts; why a server failed is counted by its endpoint. Never what was said.
fn note(error: &NoAdvice) {
    if let NoAdvice::Refused(refusal) = error {
        metrics::counter!("duet_llm_refused_total", "reason" => refusal.label()).increment(1);
        tracing::info!(reason = refusal.label(), "an answer of the language model was not believed");
    }
}

#[cfg(test)]
mod tests;
