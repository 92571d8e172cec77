//! ◆ `policy.yaml` as it is written, and the part of it that a topic may write too.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::Otherwise;
use super::hours::Country;
use super::mood::Then;
use super::raw::Texts;
use crate::language::Language;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;
use std::fmt;

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
    /// When the caller is angry, frustrated or distressed; `off`: never, and no tone is recorded.
    #[schemars(with = "Option<RawTone>")]
    pub tone: Option<Spanned<RawTone>>,
    /// Words that worry, by language: `word`, `stem*`; with `!` in front one alone brings a person; `word: 0.4` weighs
    /// so much.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Language, Vec<RawWord>>")]
    pub words: BTreeMap<Language, Vec<Spanned<RawWord>>>,
    /// How much each of what worries counts within three turns, and how much brings a person.
    #[serde(default)]
    pub weights: RawWeights,
    /// When the bot goes in circles.
    #[serde(rename = "loop", default)]
    pub loops: RawLoop,
    /// When the caller says nothing.
    #[serde(default)]
    pub silence: RawSilence,
    /// Failures of one speech engine in a row that bring a person.
    #[schemars(with = "Option<u32>")]
    pub engine_failure: Option<Spanned<u32>>,
    /// How replies of topics with `approve: true` are dealt with.
    #[serde(default)]
    pub approval: RawApproval,
    /// What agents must not promise, by language: words and phrases as in `words`, `refund* in full`; a star at the
    /// end of a word stands for any ending.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Language, Vec<String>>")]
    pub forbidden_promises: BTreeMap<Language, Vec<Spanned<String>>>,
    /// Who goes first in the queue: the first condition that holds.
    #[serde(default)]
    pub priority: Vec<RawPriority>,
    /// Whether callers who wait, or call when nobody is there, may leave a message: it is recorded and written down.
    #[serde(default)]
    pub voicemail: bool,
    /// What sends callers a text message in place of waiting, if they want one.
    pub text_me: Option<RawTextMe>,
    /// How people are reached.
    #[serde(default)]
    pub people: RawPeople,
    /// When they are there; always, without it.
    #[schemars(with = "Option<RawHours>")]
    pub hours: Option<Spanned<RawHours>>,
    /// ... those of a queue, in place of that.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawHours>")]
    pub queue_hours: BTreeMap<String, Spanned<RawHours>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHours {
    /// Name in the IANA time zone database, such as `Europe/Warsaw`.
    #[schemars(with = "String")]
    pub zone: Spanned<String>,
    /// Days to times: `mon-fri: "8:00-18:00"`, `sat, sun: "9:00-12:00, 13:00-15:00"`.
    #[schemars(with = "BTreeMap<String, String>")]
    pub open: Spanned<BTreeMap<String, String>>,
    /// Country whose public holidays are closed.
    pub holidays: Option<Country>,
    /// Days that are closed too, as `2026-12-31`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub closed: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTextMe {
    /// An action of `actions.yaml`; it may use `{number}`, `{queue}`, `{topic}`, `{summary}` and `{language}`.
    pub action: String,
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

/// What a topic may say otherwise; what it leaves out stays as `policy.yaml` has it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawOverrides {
    /// When understanding is not good enough.
    #[serde(default)]
    pub confidence: RawConfidence,
    /// When the caller is angry, frustrated or distressed; `off`: never, and no tone is recorded.
    #[schemars(with = "Option<RawTone>")]
    pub tone: Option<Spanned<RawTone>>,
    /// When the bot goes in circles.
    #[serde(rename = "loop", default)]
    pub loops: RawLoop,
    /// When the caller says nothing.
    #[serde(default)]
    pub silence: RawSilence,
    /// How replies of a topic with `approve: true` are dealt with.
    #[serde(default)]
    pub approval: RawApproval,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawApproval {
    /// Seconds that a reply waits for a person at most, 1 to 60; 8 if absent.
    #[schemars(with = "Option<u64>")]
    pub wait_s: Option<Spanned<u64>>,
    /// What becomes of it when nobody has read it by then, or nobody is there: `say`, or a `person` gets the call.
    pub otherwise: Option<Otherwise>,
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

/// `off`, or the rules.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum RawTone {
    Off(Off),
    Rules(Box<RawToneRules>),
}

#[derive(Debug, Clone, Copy, JsonSchema)]
pub enum Off {
    #[schemars(rename = "off")]
    Off,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawToneRules {
    /// Insults, threats, shouting.
    #[serde(default)]
    pub anger: RawThresholds,
    /// A complaint that keeps its manners.
    #[serde(default)]
    pub frustration: RawThresholds,
    /// Fear, grief.
    #[serde(default)]
    pub distress: RawThresholds,
    /// Under this the caller is calm, 0..1.
    #[schemars(with = "Option<f32>")]
    pub calm_below: Option<Spanned<f32>>,
    /// Turns after a refused offer, or after the queue, in which no mood counts.
    pub cool_down_turns: Option<u32>,
    /// What happens, unless a feeling says otherwise: `offer` a person, or `hand_over`.
    pub then: Option<Then>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawThresholds {
    /// Probability from which one utterance is enough, 0..1.
    #[schemars(with = "Option<f32>")]
    pub at_once: Option<Spanned<f32>>,
    /// Mean probability from which two turns are enough, 0..1.
    #[schemars(with = "Option<f32>")]
    pub two_turns: Option<Spanned<f32>>,
    /// What happens then: `offer` a person, or `hand_over`.
    pub then: Option<Then>,
}

/// `word`, or `word: 0.4`.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum RawWord {
    Plain(String),
    Weighed(BTreeMap<String, f32>),
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWeights {
    /// Sum that brings a person, 0..1.
    #[schemars(with = "Option<f32>")]
    pub threshold: Option<Spanned<f32>>,
    /// A word that worries and has no weight of its own, 0..1.
    #[schemars(with = "Option<f32>")]
    pub word: Option<Spanned<f32>>,
    /// A mood that is not enough by itself, 0..1.
    #[schemars(with = "Option<f32>")]
    pub tone: Option<Spanned<f32>>,
    /// The turn before was not understood, 0..1.
    #[schemars(with = "Option<f32>")]
    pub not_understood: Option<Spanned<f32>>,
    /// A value was refused when it was read back, or was wrong, 0..1.
    #[schemars(with = "Option<f32>")]
    pub refused: Option<Spanned<f32>>,
    /// The bot puts a question again, 0..1.
    #[schemars(with = "Option<f32>")]
    pub asked_again: Option<Spanned<f32>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPriority {
    /// A comparison as in a topic's steps: `customer.tier == vip`.
    #[serde(rename = "if")]
    #[schemars(with = "String")]
    pub condition: Spanned<String>,
    /// 0 to 9; others have 5.
    #[schemars(with = "u8")]
    pub is: Spanned<u8>,
}

impl RawWord {
    /// The word, and its own weight.
    pub fn parts(&self) -> (&str, Option<f32>) {
        match self {
            RawWord::Plain(word) => (word, None),
            RawWord::Weighed(map) => {
                map.iter().next().map_or(("", None), |(word, weight)| (word, Some(*weight)))
            }
        }
    }
}

/// Not derived: an untagged enum forgets lines and names no unknown key.
impl<'de> Deserialize<'de> for RawTone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = RawTone;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`off`, or thresholds")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawTone, E> {
                let off = text == "off";
                off.then_some(RawTone::Off(Off::Off))
                    .ok_or_else(|| E::custom("expected `off`, or thresholds"))
            }
            fn visit_bool<E: Error>(self, on: bool) -> Result<RawTone, E> {
                self.visit_str(if on { "on" } else { "off" })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawTone, A::Error> {
                let rules = RawToneRules::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawTone::Rules(Box::new(rules)))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

impl<'de> Deserialize<'de> for RawWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = RawWord;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word, or a word with its weight")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawWord, E> {
                Ok(RawWord::Plain(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawWord, A::Error> {
                let words: BTreeMap<String, f32> = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                let one = words.len() == 1;
                one.then_some(RawWord::Weighed(words))
                    .ok_or_else(|| A::Error::custom("expected one word with its weight"))
            }
        }
        deserializer.deserialize_any(Read)
    }
}
