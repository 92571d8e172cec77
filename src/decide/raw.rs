//! ◆ The YAML files as they are written: shapes only, unknown keys refused.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::Confirm;
use super::problem::Problem;
use crate::language::Language;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;

pub type Texts = BTreeMap<Language, Vec<String>>;

/// `bot.yaml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBot {
    pub bot: Spanned<String>,
    pub languages: Spanned<Vec<Language>>,
    pub default: Spanned<Language>,
    pub disclosure: Option<Spanned<String>>,
    #[serde(default)]
    pub voices: BTreeMap<Language, String>,
    #[serde(default)]
    pub facts: BTreeMap<String, Value>,
    #[serde(default)]
    pub words: Texts,
}

/// `policy.yaml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPolicy {
    pub queue: Spanned<String>,
    #[serde(rename = "as")]
    pub specialist: Option<Spanned<String>>,
    #[serde(default)]
    pub person: RawPerson,
    #[serde(default)]
    pub confidence: RawConfidence,
    #[serde(default)]
    pub words: BTreeMap<Language, Vec<Spanned<String>>>,
    #[serde(rename = "loop", default)]
    pub loops: RawLoop,
    #[serde(default)]
    pub silence: RawSilence,
    pub engine_failure: Option<Spanned<u32>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPerson {
    #[serde(default)]
    pub words: Texts,
    pub dtmf: Option<Spanned<Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawConfidence {
    pub below: Option<Spanned<f32>>,
    pub for_turns: Option<Spanned<u32>>,
    pub ambiguous_within: Option<Spanned<f32>>,
    pub unsure_below: Option<Spanned<f32>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLoop {
    pub same_prompt: Option<Spanned<u32>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSilence {
    pub after_ms: Option<Spanned<u64>>,
    pub offer_after: Option<Spanned<u32>>,
    pub escalate_after: Option<Spanned<u32>>,
}

/// `topics/*.yaml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTopic {
    pub topic: Spanned<String>,
    pub title: Option<String>,
    pub when: Spanned<Texts>,
    /// In the order of the file.
    #[serde(default)]
    pub collect: Vec<Spanned<RawSlot>>,
    #[serde(rename = "do")]
    pub steps: Vec<Spanned<RawStep>>,
    #[serde(default)]
    pub to: RawTo,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTo {
    pub queue: Option<String>,
    #[serde(rename = "as")]
    pub specialist: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSlot {
    pub slot: Spanned<String>,
    pub title: Option<String>,
    #[serde(rename = "type")]
    pub kind: Spanned<String>,
    /// `8` or `10..12`
    pub length: Option<Spanned<Value>>,
    pub options: Option<Vec<Spanned<String>>>,
    pub ask: Spanned<String>,
    pub confirm: Option<Confirm>,
    pub dtmf: Option<bool>,
    pub tries: Option<Spanned<u32>>,
}

/// Exactly one of the verbs, with the keys that belong to it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStep {
    pub call: Option<Spanned<String>>,
    pub bind: Option<Spanned<String>>,
    #[serde(rename = "if")]
    pub condition: Option<Spanned<String>>,
    pub then: Option<Vec<Spanned<RawStep>>>,
    #[serde(rename = "else")]
    pub otherwise: Option<Vec<Spanned<RawStep>>>,
    pub say: Option<Spanned<String>>,
    pub with: Option<BTreeMap<String, Spanned<String>>>,
    pub ask: Option<Spanned<String>>,
    pub ask_again: Option<Spanned<String>>,
    pub times: Option<u32>,
    pub offer: Option<Spanned<String>>,
    pub human: Option<Spanned<String>>,
    pub reason: Option<String>,
    pub end: Option<Spanned<bool>>,
}

/// `actions.yaml`: name to action.
pub type RawActions = BTreeMap<String, Spanned<RawAction>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAction {
    pub method: Spanned<String>,
    pub url: Spanned<String>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
    pub timeout_ms: Spanned<u64>,
    #[serde(default)]
    pub null_on: Vec<u16>,
    #[serde(default)]
    pub result: Vec<String>,
}

/// Reads one file; a mistake becomes a `Problem` with its line and, where the parser names it, its key.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map_or(0, |location| location.line());
        let message = error.without_snippet().to_string();
        let message = message.lines().next().unwrap_or_default().to_owned();
        let key = message.split('`').nth(1).unwrap_or("yaml").to_owned();
        Problem { file: file.to_owned(), line, key, message }
    })
}
