//! ◆ The YAML files as they are written: shapes only, unknown keys refused.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::Confirm;
use super::feeling::Tone;
use super::problem::Problem;
use crate::language::Language;
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
}

/// `policy.yaml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPolicy {
    /// Queue of people that calls go to, unless a topic names its own.
    #[schemars(with = "String")]
    pub queue: Spanned<String>,
    /// Message that names who takes over: "a colleague".
    #[serde(rename = "as")]
    #[schemars(with = "Option<String>")]
    pub specialist: Option<Spanned<String>>,
    /// How callers ask for a person, beside the built-in ways.
    #[serde(default)]
    pub person: RawPerson,
    /// When understanding is not good enough.
    #[serde(default)]
    pub confidence: RawConfidence,
    /// Words that worry, by language: `word`, `stem*`; with `!` in front one alone brings a person.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Language, Vec<String>>")]
    pub words: BTreeMap<Language, Vec<Spanned<String>>>,
    /// When the bot goes in circles.
    #[serde(rename = "loop", default)]
    pub loops: RawLoop,
    /// When the caller says nothing.
    #[serde(default)]
    pub silence: RawSilence,
    /// Failures of one speech engine in a row that bring a person.
    #[schemars(with = "Option<u32>")]
    pub engine_failure: Option<Spanned<u32>>,
    /// How people are reached.
    #[serde(default)]
    pub people: RawPeople,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPeople {
    /// What counts as answered: the phone picked up, or key 1 after a sentence, which no voicemail presses.
    #[serde(default)]
    pub accept: Accept,
    /// Whose agents are asked too when nobody of the call's own queue has answered for a while.
    pub overflow: Option<RawOverflow>,
}

/// How an agent takes a call.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Accept {
    /// By picking up.
    #[default]
    Answer,
    /// By key 1.
    Key,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawOverflow {
    /// Seconds of waiting.
    pub after_s: u64,
    pub queue: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPerson {
    /// Own words for a person, by language.
    #[serde(default)]
    pub words: Texts,
    /// Key that brings a person, `0` to `9`.
    #[schemars(with = "Option<Value>")]
    pub dtmf: Option<Spanned<Value>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawConfidence {
    /// Below this probability the likeliest topic is not believed, 0..1.
    #[schemars(with = "Option<f32>")]
    pub below: Option<Spanned<f32>>,
    /// Turns in a row not understood that bring a person.
    #[schemars(with = "Option<u32>")]
    pub for_turns: Option<Spanned<u32>>,
    /// Two topics closer than this are asked about, 0..1.
    #[schemars(with = "Option<f32>")]
    pub ambiguous_within: Option<Spanned<f32>>,
    /// Confidence of the recogniser under which `confirm: if_unsure` reads back, 0..1.
    #[schemars(with = "Option<f32>")]
    pub unsure_below: Option<Spanned<f32>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLoop {
    /// Times that one question may be put before a person is brought.
    #[schemars(with = "Option<u32>")]
    pub same_prompt: Option<Spanned<u32>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSilence {
    /// Silence after the bot has finished until it speaks again, ms.
    #[schemars(with = "Option<u64>")]
    pub after_ms: Option<Spanned<u64>>,
    /// Silences after which a person is offered.
    #[schemars(with = "Option<u32>")]
    pub offer_after: Option<Spanned<u32>>,
    /// Silences after which a person is brought.
    #[schemars(with = "Option<u32>")]
    pub escalate_after: Option<Spanned<u32>>,
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
