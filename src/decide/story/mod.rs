//! ◆ Text stories: a conversation as data, run against the dialog alone.
//!
//! ```yaml
//! - story: The number comes with the question
//!   language: en
//!   actions: { parcel_lookup: { status: delivered, place: London, eta_days: 0 } }
//!   turns:
//!     - caller: Where is my parcel 1 2 3 4 5 6 7 8?
//!       means: parcel_status
//!       expect: { prompt: confirm-digits, slot: { parcel_number: "12345678" } }
//!     - caller: yes
//!       expect: { prompt: delivered, says: London }
//! ```
//! `from` is the number that calls, `at` when. A turn has one of `caller`, `keys`, `silence`, `unclear`, `back` (from the queue), `fails` (an engine); `expect`
//! is about what the bot does then. An action answers at once with what `actions` gives for it;
//! `{ error: text }` makes it fail. `means` names the topic, `knows` the heading of the article's section that answers,
//! `tone` how it is said.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod expect;
mod play;

pub use expect::{Escalated, HungUp, Observed};
pub use play::{run, run_heard, run_understood};

use super::bot::Bot;
use super::problem::Problem;
use super::raw;
use crate::hear::Hint;
use crate::language::Language;
use crate::time::At;
use crate::understand::Meaning;
use expect::Expected;
use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;

/// What an utterance means to a story that does not script it.
pub type Classify<'a> = &'a dyn Fn(&str, Language) -> Option<Meaning>;

/// What a recogniser makes of a line that is spoken in this language, with what the dialog expects; `Err` ends the
/// story.
pub type Hear<'a> = &'a dyn Fn(&str, Language, &Hint) -> Result<Heard, String>;

/// An utterance as it was heard; without text there was a voice and no words.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub text: String,
    pub language: Language,
    /// 0..1
    pub confidence: f32,
}

/// What a caller does in one turn of a story.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    Says(String, Language),
    Types(String),
    /// Only the dialog alone can be told of this: a scripted doubt, a dead engine, a silence.
    Other,
}

/// One conversation of a `tests/*.yaml`.
#[derive(Debug, Clone)]
pub struct Story {
    /// File below the bot's folder.
    pub file: String,
    pub name: String,
    language: Option<Language>,
    monolingual: bool,
    /// Number that calls.
    from: Option<String>,
    /// When the call comes; else a time when people are there.
    at: Option<DateTime>,
    actions: BTreeMap<String, Value>,
    turns: Vec<Spanned<Turn>>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStory {
    /// What happens, as a sentence.
    story: String,
    /// Language that the caller speaks; else the bot's.
    language: Option<Language>,
    /// The bot keeps to one language.
    #[serde(default)]
    monolingual: bool,
    /// Number that calls.
    from: Option<String>,
    /// When the call comes, where people work: `2026-11-28 20:30`. Else at a time when they are there.
    #[schemars(with = "Option<String>")]
    at: Option<Spanned<String>>,
    /// Answers of actions, by name; `{ error: text }` fails.
    #[serde(default)]
    actions: BTreeMap<String, Value>,
    /// What the caller does, turn by turn.
    #[schemars(with = "Vec<Turn>")]
    turns: Vec<Spanned<Turn>>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Turn {
    caller: Option<String>,
    /// Language the recogniser detected; else the one before.
    language: Option<Language>,
    /// Recogniser's confidence; else sure.
    confidence: Option<f32>,
    /// Topic to probability, or one topic, or several wishes as a list, or `nothing`.
    means: Option<Value>,
    /// Tone in which it is said, `anger` and so on; or tone to probability.
    tone: Option<SaidIn>,
    /// Heading of the section that answers it, in the language spoken.
    knows: Option<String>,
    keys: Option<Value>,
    silence: Option<bool>,
    unclear: Option<bool>,
    back: Option<String>,
    fails: Option<Value>,
    #[serde(default)]
    actions: BTreeMap<String, Value>,
    #[serde(default)]
    expect: Expected,
}

/// A tone that is meant without doubt, or how likely each is; the rest is neutral.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum SaidIn {
    Named(ToneName),
    Likely(BTreeMap<ToneName, f32>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToneName {
    Anger,
    Frustration,
    Sarcasm,
    Distress,
    Joy,
    Neutral,
}

/// Reads one `tests/*.yaml`.
pub fn parse(file: &str, text: &str) -> Result<Vec<Story>, Problem> {
    let raw: Vec<RawStory> = raw::read(file, text)?;
    raw.into_iter().map(|story| story.named(file)).collect()
}

impl RawStory {
    fn named(self, file: &str) -> Result<Story, Problem> {
        let read = |text: &Spanned<String>| {
            let message = format!("expected a moment such as 2026-11-28 20:30, found {:?}", text.value);
            let found = text.value.parse::<DateTime>();
            found.map_err(|_| Problem::new(file, text.referenced.line(), "at", &message))
        };
        Ok(Story {
            at: self.at.as_ref().map(read).transpose()?,
            file: file.to_owned(),
            name: self.story,
            language: self.language,
            monolingual: self.monolingual,
            from: self.from,
            actions: self.actions,
            turns: self.turns,
        })
    }
}

impl Story {
    /// Language that the caller is expected to speak; else the bot's.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// Number that calls.
    pub fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// When the call comes, where the bot's people work; `None`: at a time when they are there.
    fn moment(&self, bot: &Bot) -> Option<At> {
        let moment = self.at?.to_zoned(bot.zone()).ok()?.timestamp().as_millisecond();
        u64::try_from(moment).ok().map(At)
    }

    /// Whether it expects dates, which hold only on the day of the stories.
    pub fn is_dated(&self) -> bool {
        self.turns.iter().any(|turn| turn.value.expect.is_dated())
    }

    /// Answers of actions at the beginning, by name; `{ error: text }` fails.
    pub fn actions(&self) -> &BTreeMap<String, Value> {
        &self.actions
    }

    /// What the caller does, turn by turn, with the answers of actions that change there.
    pub fn lines(&self, default: Language) -> Vec<(Line, &BTreeMap<String, Value>)> {
        let mut language = self.language.unwrap_or(default);
        let line = |turn: &'_ Turn| {
            language = turn.language.unwrap_or(language);
            let doubted = matches!(&turn.means, Some(Value::Object(_)))
                || matches!(&turn.tone, Some(SaidIn::Likely(_)))
                || turn.confidence.is_some();
            match (&turn.caller, &turn.keys) {
                (Some(text), _) if !doubted => Line::Says(text.clone(), language),
                (None, Some(keys)) => Line::Types(typed(keys)),
                _ => Line::Other,
            }
        };
        let lines: Vec<Line> = self.turns.iter().map(|turn| &turn.value).map(line).collect();
        lines.into_iter().zip(self.turns.iter().map(|turn| &turn.value.actions)).collect()
    }

    /// What went otherwise than expected in the turn of that number, from 0.
    pub fn misses_of(&self, turn: usize, seen: &Observed) -> Vec<Problem> {
        self.turns.get(turn).map_or_else(Vec::new, |turn| self.misses(turn, seen))
    }

    fn misses(&self, turn: &Spanned<Turn>, seen: &Observed) -> Vec<Problem> {
        let problem =
            |message: String| Problem::new(&self.file, turn.referenced.line(), &self.name, &message);
        turn.value.expect.misses(seen).into_iter().map(problem).collect()
    }
}

/// Keys as the file has them: text, or a number.
fn typed(keys: &Value) -> String {
    keys.as_str().map_or_else(|| keys.to_string(), str::to_owned)
}
