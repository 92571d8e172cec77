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
//! `from` is the number that calls. A turn has one of `caller`, `keys`, `silence`, `unclear`, `back` (from the queue), `fails` (an engine); `expect`
//! is about what the bot does then. An action answers at once with what `actions` gives for it;
//! `{ error: text }` makes it fail.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::act::{Act, DialogInput, Escalation};
use super::bot::Bot;
use super::dialog::Dialog;
use super::problem::Problem;
use super::raw;
use crate::language::Language;
use crate::time::At;
use crate::understand::Meaning;
use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an utterance means to a story that does not script it.
pub type Classify<'a> = &'a dyn Fn(&str, Language) -> Option<Meaning>;

/// Probability of a scripted topic, 0..1.
const SCRIPTED_PROBABILITY: f32 = 0.9;
/// Actions that one turn may run; a circle of steps ends here.
const MAX_ACTIONS: usize = 20;

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
    actions: BTreeMap<String, Value>,
    turns: Vec<Spanned<Turn>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStory {
    story: String,
    language: Option<Language>,
    #[serde(default)]
    monolingual: bool,
    from: Option<String>,
    #[serde(default)]
    actions: BTreeMap<String, Value>,
    turns: Vec<Spanned<Turn>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    caller: Option<String>,
    /// Language the recogniser detected; else the one before.
    language: Option<Language>,
    /// Recogniser's confidence; else sure.
    confidence: Option<f32>,
    /// Topic to probability, or one topic, or `nothing`.
    means: Option<Value>,
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

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// A prompt that is said; `ask` also matches `ask-2`.
    prompt: Option<String>,
    never: Option<String>,
    /// Text within what is said, whatever its case.
    says: Option<String>,
    /// Kind of the first signal.
    escalated: Option<String>,
    queue: Option<String>,
    /// Text within the sentence for the agent.
    why: Option<String>,
    #[serde(default)]
    slot: BTreeMap<String, Value>,
    topic: Option<String>,
    language: Option<Language>,
    hung_up: Option<HungUp>,
    /// Action that is run.
    runs: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HungUp {
    Resolved,
    Unresolved,
}

/// Reads one `tests/*.yaml`.
pub fn parse(file: &str, text: &str) -> Result<Vec<Story>, Problem> {
    let raw: Vec<RawStory> = raw::read(file, text)?;
    Ok(raw.into_iter().map(|story| story.named(file)).collect())
}

impl RawStory {
    fn named(self, file: &str) -> Story {
        Story {
            file: file.to_owned(),
            name: self.story,
            language: self.language,
            monolingual: self.monolingual,
            from: self.from,
            actions: self.actions,
            turns: self.turns,
        }
    }
}

/// Runs a story; gives what went otherwise than expected, with its line. `seed` varies wordings. `classify` is
/// asked what the story does not script.
pub fn run(bot: &Arc<Bot>, story: &Story, seed: u64, classify: Classify<'_>) -> Vec<Problem> {
    play(bot, story, seed, Mind { classify, scripted: true })
}

/// The same with real understanding: a story's topic must be understood from the caller's words. Doubts
/// (`means: nothing`, or several topics) stay scripted.
pub fn run_understood(bot: &Arc<Bot>, story: &Story, seed: u64, classify: Classify<'_>) -> Vec<Problem> {
    play(bot, story, seed, Mind { classify, scripted: false })
}

/// How words get a meaning.
#[derive(Clone, Copy)]
struct Mind<'a> {
    classify: Classify<'a>,
    /// The topics that the story names are believed.
    scripted: bool,
}

fn play(bot: &Arc<Bot>, story: &Story, seed: u64, mind: Mind<'_>) -> Vec<Problem> {
    let language = story.language.unwrap_or(bot.default_language);
    let mut play = Play {
        dialog: Dialog::new(Arc::clone(bot), language, !story.monolingual, seed)
            .called_from(story.from.as_deref().unwrap_or_default()),
        language,
        actions: story.actions.clone(),
        turn: 0,
        at: At(0),
        mind,
    };
    play.input(DialogInput::Start);
    let mut problems = Vec::new();
    for turn in &story.turns {
        let acts = match play.turn(&turn.value) {
            Ok(acts) => acts,
            Err(message) => {
                problems.push(Problem::new(&story.file, turn.referenced.line(), &story.name, &message));
                break;
            }
        };
        for message in turn.value.expect.misses(&acts, &play.dialog) {
            problems.push(Problem::new(&story.file, turn.referenced.line(), &story.name, &message));
        }
    }
    problems
}

struct Play<'a> {
    dialog: Dialog,
    language: Language,
    actions: BTreeMap<String, Value>,
    turn: u32,
    at: At,
    mind: Mind<'a>,
}

impl Play<'_> {
    fn turn(&mut self, turn: &Turn) -> Result<Vec<Act>, String> {
        self.actions.extend(turn.actions.clone());
        self.turn += 1;
        let number = self.turn;
        let input = if let Some(text) = &turn.caller {
            self.language = turn.language.unwrap_or(self.language);
            DialogInput::Heard {
                turn: number,
                text: text.clone(),
                language: self.language,
                confidence: turn.confidence.unwrap_or(1.0),
                meaning: self.meaning(text, turn.means.as_ref()),
            }
        } else if let Some(keys) = &turn.keys {
            let digits = keys.as_str().map_or_else(|| keys.to_string(), str::to_owned);
            DialogInput::Digits { turn: number, digits }
        } else if let Some(why) = &turn.back {
            DialogInput::BackFromQueue { why: why.clone() }
        } else if let Some(failure) = &turn.fails {
            engine_failure(failure)?
        } else if turn.unclear == Some(true) {
            DialogInput::Unclear { turn: number }
        } else if turn.silence == Some(true) {
            DialogInput::Silence
        } else {
            return Err("a turn needs caller, keys, silence, unclear, back or fails".to_owned());
        };
        Ok(self.input(input))
    }

    /// Feeds an input and answers the actions it runs.
    fn input(&mut self, input: DialogInput) -> Vec<Act> {
        self.at = At(self.at.0 + 1000);
        let mut acts = self.dialog.handle(self.at, input);
        let mut answered = 0;
        while let Some((id, result)) = self.answer(acts.get(answered..).unwrap_or_default()) {
            answered = acts.len();
            acts.extend(self.dialog.handle(self.at, DialogInput::ActionDone { id, result }));
            if answered > MAX_ACTIONS * 10 {
                break;
            }
        }
        acts
    }

    fn answer(&self, acts: &[Act]) -> Option<(u32, Result<Value, String>)> {
        let run = acts.iter().find_map(|act| match act {
            Act::Run { id, action, .. } => Some((*id, &action.name)),
            _ => None,
        });
        let (id, name) = run?;
        let result = match self.actions.get(name) {
            None => Err(format!("the story has no answer for {name}")),
            Some(answer) => match answer.get("error") {
                Some(error) => Err(error.to_string()),
                None => Ok(answer.clone()),
            },
        };
        Some((id, result))
    }

    fn meaning(&self, text: &str, means: Option<&Value>) -> Option<Meaning> {
        match means {
            None => (self.mind.classify)(text, self.language),
            Some(Value::String(topic)) if topic != "nothing" && !self.mind.scripted => {
                (self.mind.classify)(text, self.language)
            }
            Some(Value::String(topic)) if topic == "nothing" => {
                Some(Meaning { topics: Vec::new(), out_of_scope: 1.0 })
            }
            Some(Value::String(topic)) => Some(Meaning {
                topics: vec![(topic.clone(), SCRIPTED_PROBABILITY)],
                out_of_scope: 1.0 - SCRIPTED_PROBABILITY,
            }),
            Some(ranked) => Some(ranked_meaning(ranked)),
        }
    }
}

fn ranked_meaning(ranked: &Value) -> Meaning {
    let probability = |value: &Value| value.as_f64().unwrap_or(0.0) as f32;
    let topics = ranked.as_object().into_iter().flatten();
    let mut topics: Vec<(String, f32)> =
        topics.map(|(topic, value)| (topic.clone(), probability(value))).collect();
    topics.sort_by(|a, b| b.1.total_cmp(&a.1));
    let out_of_scope = (1.0 - topics.iter().map(|(_, p)| p).sum::<f32>()).max(0.0);
    Meaning { topics, out_of_scope }
}

/// `hear` or `{ hear: 2 }`.
fn engine_failure(failure: &Value) -> Result<DialogInput, String> {
    let named = |stage: &str, times: u64| DialogInput::EngineFailed {
        stage: stage.to_owned(),
        times: u32::try_from(times).unwrap_or(u32::MAX),
    };
    if let Some(stage) = failure.as_str() {
        return Ok(named(stage, 1));
    }
    let entry = failure.as_object().and_then(|fields| fields.iter().next());
    let found = entry.and_then(|(stage, times)| Some(named(stage, times.as_u64()?)));
    found.ok_or_else(|| "fails: expected an engine or `{ engine: times }`".to_owned())
}

impl Expected {
    /// One message for each expectation that was not met.
    fn misses(&self, acts: &[Act], dialog: &Dialog) -> Vec<String> {
        let mut misses = Vec::new();
        let mut check = |met: bool, message: String| {
            if !met {
                misses.push(message);
            }
        };
        let said = Said::of(acts);
        if let Some(prompt) = &self.prompt {
            check(said.has(prompt), format!("expected prompt {prompt}, heard {}", said.prompts.join(", ")));
        }
        if let Some(prompt) = &self.never {
            check(!said.has(prompt), format!("prompt {prompt} must not be said"));
        }
        if let Some(text) = &self.says {
            check(said.text.contains(&text.to_lowercase()), format!("expected {text:?} in {:?}", said.text));
        }
        if let Some(action) = &self.runs {
            let run =
                acts.iter().any(|act| matches!(act, Act::Run { action: run, .. } if run.name == *action));
            check(run, format!("expected action {action} to run"));
        }
        self.check_escalation(acts, &mut check);
        let hung_up = acts.iter().find_map(|act| match act {
            Act::HangUp { resolved: true } => Some(HungUp::Resolved),
            Act::HangUp { resolved: false } => Some(HungUp::Unresolved),
            _ => None,
        });
        check(hung_up == self.hung_up, format!("expected hang up {:?}, found {hung_up:?}", self.hung_up));
        self.check_state(dialog, &mut check);
        misses
    }

    /// An escalation that the story does not expect is a miss too.
    fn check_escalation(&self, acts: &[Act], check: &mut dyn FnMut(bool, String)) {
        let escalation: Option<&Escalation> = acts.iter().find_map(|act| match act {
            Act::Escalate(escalation) => Some(escalation),
            _ => None,
        });
        let kind = escalation.and_then(|escalation| escalation.signals.first()).map(|signal| &signal.kind);
        check(
            kind == self.escalated.as_ref(),
            format!("expected escalation {:?}, found {kind:?}", self.escalated),
        );
        if let Some(queue) = &self.queue {
            let found = escalation.map(|escalation| &escalation.queue);
            check(found == Some(queue), format!("expected queue {queue}, found {found:?}"));
        }
        if let Some(why) = &self.why {
            let found = escalation.map_or("", |escalation| escalation.why.as_str());
            check(found.contains(why.as_str()), format!("expected {why:?} in {found:?}"));
        }
    }

    fn check_state(&self, dialog: &Dialog, check: &mut dyn FnMut(bool, String)) {
        let state = dialog.summary();
        for (slot, value) in &self.slot {
            let wanted = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let found = state.slots.iter().find(|(name, ..)| name == slot).map(|(_, value, _)| value);
            check(found == Some(&wanted), format!("expected {slot} = {wanted}, found {found:?}"));
        }
        if let Some(topic) = &self.topic {
            let found = state.topic.as_ref();
            check(found == Some(topic), format!("expected topic {topic}, found {found:?}"));
        }
        if let Some(language) = self.language {
            check(state.language == language, format!("expected {language}, found {}", state.language));
        }
    }
}

struct Said {
    prompts: Vec<String>,
    /// Lower case, joined.
    text: String,
}

impl Said {
    fn of(acts: &[Act]) -> Said {
        let mut said = Said { prompts: Vec::new(), text: String::new() };
        for act in acts {
            if let Act::Say { prompt, text, .. } = act {
                said.prompts.push(prompt.clone());
                said.text.push_str(&text.to_lowercase());
                said.text.push(' ');
            }
        }
        said
    }

    /// Whether a prompt, or a later attempt of it, was said.
    fn has(&self, key: &str) -> bool {
        let is_attempt = |prompt: &String| {
            let rest = prompt.strip_prefix(key);
            rest.is_some_and(|rest| rest.is_empty() || matches!(rest, "-2" | "-3"))
        };
        self.prompts.iter().any(is_attempt)
    }
}
