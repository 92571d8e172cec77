//! ◆ The YAML files as they are written: shapes only, unknown keys refused.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::Confirm;
use super::feeling::Tone;
use super::problem::Problem;
use super::raw_policy::RawOverrides;
use crate::language::Language;
use crate::record::rating::RatingKind;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;

pub type Texts = BTreeMap<Language, Vec<String>>;

/// `bot.yaml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBot {
    /// Name of the bot, as trunks and the API name it.
    #[schemars(with = "String")]
    pub bot: Spanned<String>,
    /// Languages that callers may speak.
    #[schemars(with = "Vec<Language>")]
    pub languages: Spanned<Vec<Language>>,
    /// Language of the greeting, where the number called says nothing else.
    #[schemars(with = "Language")]
    pub default: Spanned<Language>,
    /// Message that says in the first sentence that a machine speaks.
    #[schemars(with = "Option<String>")]
    pub disclosure: Option<Spanned<String>>,
    /// Voice by language.
    #[serde(default)]
    pub voices: BTreeMap<Language, String>,
    /// How much of callers' feelings the bot speaks of.
    #[serde(default)]
    pub tone: Tone,
    /// Data that messages may speak, by path: opening hours, prices.
    #[serde(default)]
    pub facts: BTreeMap<String, Value>,
    /// Words that the recogniser should expect: product names, places.
    #[serde(default)]
    pub words: Texts,
    /// One question about the call, before the goodbye. Without it nobody is asked.
    pub rating: Option<RawRating>,
}

/// `rating` of `bot.yaml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRating {
    /// `csat`: how satisfied, 1 to 5; `nps`: how likely to recommend, 0 to 10.
    pub kind: RatingKind,
    /// Share of the calls in which it is asked, 0..1; all if absent.
    #[schemars(with = "Option<f32>")]
    pub ask: Option<Spanned<f32>>,
}

/// `topics/*.yaml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTopic {
    /// Name of the topic: letters, digits and `_`.
    #[schemars(with = "String")]
    pub topic: Spanned<String>,
    /// As agents read it, English.
    pub title: Option<String>,
    /// What callers say for it, by language; at least three sentences each.
    #[schemars(with = "Texts")]
    pub when: Spanned<Texts>,
    /// In the order of the file.
    #[serde(default)]
    #[schemars(with = "Vec<RawSlot>")]
    pub collect: Vec<Spanned<RawSlot>>,
    /// What is done, step by step.
    #[serde(rename = "do")]
    #[schemars(with = "Vec<RawStep>")]
    pub steps: Vec<Spanned<RawStep>>,
    /// Who takes over when a person is wanted in this topic.
    #[serde(default)]
    pub to: RawTo,
    /// Whether a person at the wall reads what the steps say before the caller hears it: answers and results of
    /// actions, not questions and read-backs.
    #[serde(default)]
    pub approve: bool,
    /// Whether a caller who had this topic may be asked for a rating at the end; true if absent. `false` where that
    /// would be tactless: a death, an accident.
    pub rating: Option<bool>,
    /// Instead of what `policy.yaml` says, while this topic is under way.
    pub policy: Option<RawOverrides>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTo {
    /// Queue of people.
    pub queue: Option<String>,
    /// Message that names who takes over.
    #[serde(rename = "as")]
    #[schemars(with = "Option<String>")]
    pub specialist: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSlot {
    /// Name of the value.
    #[schemars(with = "String")]
    pub slot: Spanned<String>,
    /// As agents read it, English.
    pub title: Option<String>,
    /// `digits`, `yes_no`, `choice`, or a type of value: `date`, `amount`, `email` and so on.
    #[serde(rename = "type")]
    #[schemars(with = "String")]
    pub kind: Spanned<String>,
    /// `8` or `10..12`
    #[schemars(with = "Option<Value>")]
    pub length: Option<Spanned<Value>>,
    /// Options of a `choice`; callers say what the message `option-NAME` holds.
    #[schemars(with = "Option<Vec<String>>")]
    pub options: Option<Vec<Spanned<String>>>,
    /// Message that asks for it; `NAME-2` is the second attempt.
    #[schemars(with = "String")]
    pub ask: Spanned<String>,
    /// When the value is read back; `if_unsure` if absent.
    pub confirm: Option<Confirm>,
    /// Whether keys fill it; true if absent.
    pub dtmf: Option<bool>,
    /// Failed answers after which a person is offered; 2 if absent.
    #[schemars(with = "Option<u32>")]
    pub tries: Option<Spanned<u32>>,
}

/// Exactly one of the verbs, with the keys that belong to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStep {
    /// Run an action of `actions.yaml`.
    #[schemars(with = "Option<String>")]
    pub call: Option<Spanned<String>>,
    /// Name under which the answer of the action is kept.
    #[schemars(with = "Option<String>")]
    pub bind: Option<Spanned<String>>,
    /// A comparison: `parcel.status == delivered`, `parcel == null`, `days > 3`.
    #[serde(rename = "if")]
    #[schemars(with = "Option<String>")]
    pub condition: Option<Spanned<String>>,
    /// Steps when the condition holds.
    #[schemars(with = "Option<Vec<RawStep>>")]
    pub then: Option<Vec<Spanned<RawStep>>>,
    /// Steps when it does not.
    #[serde(rename = "else")]
    #[schemars(with = "Option<Vec<RawStep>>")]
    pub otherwise: Option<Vec<Spanned<RawStep>>>,
    /// Say a message.
    #[schemars(with = "Option<String>")]
    pub say: Option<Spanned<String>>,
    /// Variables of the message or placeholders of the action, by path.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub with: Option<BTreeMap<String, Spanned<String>>>,
    /// Ask for a slot here, unless it is known.
    #[schemars(with = "Option<String>")]
    pub ask: Option<Spanned<String>>,
    /// Forget a slot, say why, ask again and do the steps anew.
    #[schemars(with = "Option<String>")]
    pub ask_again: Option<Spanned<String>>,
    /// How often `ask_again` may do so before a person is offered.
    pub times: Option<u32>,
    /// `anything_else`, or `person` with a reason.
    #[schemars(with = "Option<String>")]
    pub offer: Option<Spanned<String>>,
    /// Hand over to a person, for this reason.
    #[schemars(with = "Option<String>")]
    pub human: Option<Spanned<String>>,
    /// Why a person is offered, as the agent reads it.
    pub reason: Option<String>,
    /// Say goodbye and hang up.
    #[schemars(with = "Option<bool>")]
    pub end: Option<Spanned<bool>>,
}

/// `actions.yaml`: name to action.
pub type RawActions = BTreeMap<String, Spanned<RawAction>>;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAction {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    #[schemars(with = "String")]
    pub method: Spanned<String>,
    /// Address; `{name}` is filled in, `${env:NAME}` comes from the environment.
    #[schemars(with = "String")]
    pub url: Spanned<String>,
    /// Headers; secrets only as `${env:NAME}`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// JSON body, filled in like the address.
    pub body: Option<Value>,
    /// Longest wait for the answer, ms.
    #[schemars(with = "u64")]
    pub timeout_ms: Spanned<u64>,
    /// Statuses that are an answer and no failure: 404 becomes `null`.
    #[serde(default)]
    pub null_on: Vec<u16>,
    /// Fields that an answer must have.
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
