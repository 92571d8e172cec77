//! ◆ A bot as the dialog uses it: checked, complete, ready to talk.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::expr::Condition;
use super::feeling::Tone;
use super::hours::{Hours, Opening};
use super::mood::ToneRules;
use super::promise::ForbiddenPhrase;
use super::prompts::Prompts;
use super::story::Story;
use crate::language::Language;
use crate::record::rating::RatingKind;
use crate::time::At;
use crate::understand::classifier::Mishearings;
use crate::understand::knowledge::{Article, Passage};
use crate::understand::slots::Kind;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// One bot: everything that its folder says. Made only by `parse`, so every reference in it holds.
pub struct Bot {
    pub name: String,
    /// Enabled languages, the default first.
    pub languages: Vec<Language>,
    pub default_language: Language,
    /// Prompt that says in the first sentence that a machine speaks.
    pub disclosure: String,
    /// Voice wanted per language, as the configuration names voices.
    pub voices: BTreeMap<Language, String>,
    pub tone: Tone,
    /// Data that prompts may speak, by dotted path: opening hours, prices.
    pub facts: Value,
    pub policy: Policy,
    pub topics: BTreeMap<String, Topic>,
    pub actions: BTreeMap<String, ActionSpec>,
    pub prompts: BTreeMap<Language, Prompts>,
    /// Knowledge articles: those in a language answer callers, all of them serve agents.
    pub articles: Vec<Article>,
    /// The bot's own tests.
    pub stories: Vec<Story>,
    /// Likely words per language, from `bot.yaml`.
    pub words: BTreeMap<Language, Vec<String>>,
    /// Sentences that belong to no topic, to teach understanding what to leave alone.
    pub out_of_scope: BTreeMap<Language, Vec<String>>,
    /// One question about the call, before the goodbye.
    pub rating: Option<Rating>,
    /// What a recogniser makes of the examples, from `heard.yaml`.
    pub heard: Mishearings,
}

/// The question about the call, and in which share of the calls it is asked, 0..1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rating {
    pub kind: RatingKind,
    pub ask: f32,
}

/// One business matter.
#[derive(Debug, Clone)]
pub struct Topic {
    pub id: String,
    /// As the agent reads it, English.
    pub title: String,
    pub examples: BTreeMap<Language, Vec<String>>,
    /// In the order in which they are asked.
    pub collect: Vec<Slot>,
    pub steps: Vec<Step>,
    pub queue: Option<String>,
    /// Prompt that names the specialist in the handover announcement.
    pub specialist: Option<String>,
    /// In place of the bot's while this topic is under way, where the topic says anything of it.
    pub policy: Option<Box<Policy>>,
    /// A person reads what the topic tells callers before they hear it.
    pub approve: bool,
    /// The question about the call would be tactless after it.
    pub unrated: bool,
}

/// A value that the bot collects.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    pub name: String,
    /// As the agent reads it, English.
    pub title: String,
    pub kind: SlotKind,
    /// Prompt that asks for it.
    pub ask: String,
    pub confirm: Confirm,
    /// Whether keys fill it.
    pub dtmf: bool,
    /// Failed answers after which a person is offered.
    pub tries: u32,
    /// Asked by a step of its own, not before the steps.
    pub later: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SlotKind {
    Digits {
        min: usize,
        max: usize,
    },
    YesNo,
    /// Ids; what callers say for one is the prompt `option-<id>`.
    Choice(Vec<String>),
    /// A date, an amount, an e-mail address and so on, kept in canonical form.
    Value(Kind),
}

/// When a value is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    Always,
    IfUnsure,
    Never,
}

/// One step of a topic.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Run an action and keep its answer under `bind`. `with`: placeholder to path.
    Call {
        action: String,
        bind: String,
        with: BTreeMap<String, String>,
    },
    If {
        condition: Condition,
        then: Vec<Step>,
        otherwise: Vec<Step>,
    },
    /// `with`: Fluent variable to path.
    Say {
        key: String,
        with: BTreeMap<String, String>,
    },
    /// Ask for a slot, unless it is known.
    Ask {
        slot: String,
    },
    /// Say why, forget the slot and ask again; a person is offered after `times`.
    AskAgain {
        slot: String,
        say: String,
        times: u32,
    },
    /// Ask whether there is anything else.
    AnythingElse,
    /// Offer a person with a yes/no question.
    OfferPerson {
        reason: String,
    },
    /// Hand over.
    Human {
        reason: String,
    },
    /// Say goodbye and hang up.
    End,
}

/// One HTTP action.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionSpec {
    pub name: String,
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
    pub timeout_ms: u64,
    pub null_on: Vec<u16>,
    /// Fields that an answer must have.
    pub result: Vec<String>,
}

/// When a person takes over.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Default queue.
    pub queue: String,
    /// Prompt that names who takes over by default.
    pub specialist: String,
    /// Words beside the built-in ones that ask for a person.
    pub person_words: BTreeMap<Language, Vec<WordPattern>>,
    /// Key that always brings a person.
    pub person_key: char,
    /// Below this probability the best topic is not believed, 0..1.
    pub confidence_below: f32,
    /// Turns in a row below that threshold that bring a person.
    pub confidence_turns: u32,
    /// Two topics closer than this are asked about, 0..1.
    pub ambiguous_within: f32,
    /// Recogniser's confidence under which `confirm: if_unsure` confirms, 0..1.
    pub unsure_below: f32,
    /// `None`: tone is neither looked at nor recorded.
    pub tone: Option<ToneRules>,
    pub critical: BTreeMap<Language, Vec<CriticalWord>>,
    pub weights: Weights,
    /// Times that one question may be put before a person is brought.
    pub loop_same_prompt: u32,
    /// Silence after the bot has finished until it speaks again, ms.
    pub silence_ms: u64,
    pub silence_offer_after: u32,
    pub silence_escalate_after: u32,
    /// Failures of one engine in a row that bring a person.
    pub engine_failures: u32,
    /// An agent's phone must show by a key that a person answered: voicemail cannot.
    pub accept_by_key: bool,
    /// A queue whose agents are asked too, and after how many seconds.
    pub overflow: Option<(u64, String)>,
    /// Who waits, or comes when nobody is there, may leave a message.
    pub voicemail: bool,
    /// Action that sends who waits a text message in place of it.
    pub text_me: Option<String>,
    /// The first that holds counts.
    pub priorities: Vec<Priority>,
    /// When people are there; `None`: always.
    pub hours: Option<Hours>,
    /// ... those of a queue, in place of that.
    pub queue_hours: BTreeMap<String, Hours>,
    /// Of topics with `approve`.
    pub approval: Approval,
    /// What agents must not promise; they are warned when they do.
    pub forbidden: BTreeMap<Language, Vec<ForbiddenPhrase>>,
}

/// How replies that wait for a person are dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Longest wait.
    pub wait: Duration,
    pub otherwise: Otherwise,
}

/// What becomes of a reply that nobody has read in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// It is said.
    Say,
    /// A person gets the call.
    Person,
}

impl Default for Approval {
    fn default() -> Self {
        Approval { wait: Duration::from_secs(8), otherwise: Otherwise::Person }
    }
}

/// What worries, each in a measure, within a few turns; together enough for a person from `threshold`. All 0..1.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub threshold: f32,
    /// A word without a weight of its own.
    pub word: f32,
    /// A mood that is not enough by itself.
    pub tone: f32,
    /// The turn before was not understood.
    pub not_understood: f32,
    /// A value was refused when it was read back, or was wrong.
    pub refused: f32,
    /// The question is put again.
    pub asked_again: f32,
}

/// Who goes before others in the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Priority {
    pub condition: Condition,
    /// 0..9, the highest first.
    pub is: u8,
}

/// A word, or with `stem` everything that begins with it; folded to lower case without diacritics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordPattern {
    /// One or more words; only the last may be a stem.
    pub words: Vec<String>,
    pub stem: bool,
}

/// A word that worries.
#[derive(Debug, Clone, PartialEq)]
pub struct CriticalWord {
    pub pattern: WordPattern,
    /// Brings a person alone; otherwise it takes a second signal.
    pub immediate: bool,
    /// What it adds to [`Weights::threshold`], 0..1.
    pub weight: f32,
}

impl Bot {
    /// What callers say for each topic, to teach understanding; topic `oos` holds what belongs nowhere.
    pub fn examples(&self) -> Vec<(String, String, Language)> {
        let of_topics = self.topics.values().map(|topic| (topic.id.as_str(), &topic.examples));
        of_topics
            .chain([("oos", &self.out_of_scope)])
            .flat_map(|(id, by_language)| {
                by_language.iter().flat_map(move |(language, texts)| {
                    texts.iter().map(move |text| (text.clone(), id.to_owned(), *language))
                })
            })
            .collect()
    }

    /// Words that a recogniser may expect: the bot's names and the names of its options.
    pub fn hint_words(&self, language: Language) -> Vec<String> {
        let mut words = self.words.get(&language).cloned().unwrap_or_default();
        for slot in self.topics.values().flat_map(|topic| &topic.collect) {
            if let SlotKind::Choice(options) = &slot.kind {
                words.extend(options.iter().map(|option| self.option_name(option, language)));
            }
        }
        words
    }

    /// What callers say for an option.
    pub fn option_name(&self, option: &str, language: Language) -> String {
        self.prompts(language).plain(&format!("option-{option}"))
    }

    /// The passage under that heading in an article of that language.
    pub fn passage(&self, heading: &str, language: Language) -> Option<Passage> {
        self.passages(language).find(|passage| passage.heading == heading)
    }

    /// What articles say to callers of a language.
    pub fn passages(&self, language: Language) -> impl Iterator<Item = Passage> {
        let spoken = self.articles.iter().filter(move |article| article.language == Some(language));
        spoken.flat_map(|article| article.sections.iter().map(move |section| Passage::new(article, section)))
    }

    /// Whether articles answer callers of that language.
    pub fn knows_in(&self, language: Language) -> bool {
        self.articles.iter().any(|article| article.language == Some(language))
    }

    /// The day where the bot's callers live.
    pub fn today(&self, now: At) -> Date {
        let now = i64::try_from(now.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        now.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone()).date()
    }

    /// Where people work; without opening times, the home of the default language.
    pub fn zone(&self) -> TimeZone {
        let home = match self.default_language {
            Language::Polish => "Europe/Warsaw",
            Language::Romanian => "Europe/Bucharest",
            Language::English => "Europe/London",
        };
        let own = self.policy.hours.as_ref().map(|hours| hours.zone.clone());
        own.unwrap_or_else(|| TimeZone::get(home).unwrap_or(TimeZone::UTC))
    }

    /// What a topic or slot is called in English.
    pub fn title(&self, name: &str) -> Option<String> {
        let slots = || self.topics.values().flat_map(|topic| &topic.collect).find(|slot| slot.name == name);
        let topic = self.topics.get(name).map(|topic| topic.title.clone());
        topic.or_else(|| slots().map(|slot| slot.title.clone()))
    }

    /// The prompts of an enabled language; of the default one for any other.
    pub fn prompts(&self, language: Language) -> &Prompts {
        let wanted = self.prompts.get(&language);
        wanted.unwrap_or_else(|| &self.prompts[&self.default_language])
    }

    /// The slot of that name in that topic.
    pub fn slot(&self, topic: &str, slot: &str) -> Option<&Slot> {
        self.topics.get(topic)?.collect.iter().find(|candidate| candidate.name == slot)
    }
}

impl Policy {
    /// What holds where `policy.yaml` names a queue and nothing else.
    pub fn to(queue: &str) -> Policy {
        Policy {
            queue: queue.to_owned(),
            specialist: "specialist".to_owned(),
            person_words: BTreeMap::new(),
            person_key: '0',
            confidence_below: 0.45,
            confidence_turns: 2,
            ambiguous_within: 0.15,
            unsure_below: 0.75,
            tone: Some(ToneRules::default()),
            critical: BTreeMap::new(),
            weights: Weights::default(),
            loop_same_prompt: 3,
            silence_ms: 6_000,
            silence_offer_after: 2,
            silence_escalate_after: 3,
            engine_failures: 2,
            accept_by_key: false,
            overflow: None,
            voicemail: false,
            text_me: None,
            priorities: Vec::new(),
            hours: None,
            queue_hours: BTreeMap::new(),
            approval: Approval::default(),
            forbidden: BTreeMap::new(),
        }
    }
}

impl Policy {
    /// When somebody of this queue is there again; `None` when somebody is.
    pub fn opening(&self, queue: &str, now: At) -> Option<Opening> {
        self.queue_hours.get(queue).or(self.hours.as_ref())?.next_opening(now)
    }
}

impl Default for Weights {
    /// A word that worries, with one thing beside it.
    fn default() -> Self {
        let half = 0.5;
        let (threshold, word, tone, not_understood) = (1.0, half, half, half);
        Weights { threshold, word, tone, not_understood, refused: half, asked_again: half }
    }
}

impl Slot {
    /// Whether words to which a language model points may fill it: only what is read back to the caller.
    pub fn takes_quotes(&self) -> bool {
        self.confirm != Confirm::Never && self.kind != SlotKind::YesNo
    }
}

impl WordPattern {
    /// Reads `oszust*` or `cancel my contract`.
    pub fn new(text: &str) -> WordPattern {
        let stem = text.ends_with('*');
        let words = super::words::fold_words(text.trim_end_matches('*'));
        WordPattern { words, stem }
    }

    /// The words of `folded` that match, in order.
    pub fn find(&self, folded: &[String]) -> Option<String> {
        let last = self.words.len().checked_sub(1)?;
        let fits = |window: &[String]| {
            window.iter().zip(&self.words).enumerate().all(|(index, (heard, wanted))| {
                heard == wanted || (self.stem && index == last && heard.starts_with(wanted.as_str()))
            })
        };
        let found = folded.windows(self.words.len()).find(|window| fits(window))?;
        Some(found.join(" "))
    }
}
