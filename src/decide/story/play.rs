//! ◆ A story played against the dialog alone, in virtual time.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::super::act::{Act, DialogInput};
use super::super::bot::Bot;
use super::super::dialog::Dialog;
use super::super::problem::Problem;
use super::expect::Observed;
use super::{Classify, Hear, Heard, SaidIn, Story, ToneName, Turn};
use crate::hear::Hint;
use crate::language::Language;
use crate::time::At;
use crate::understand::tone::Tone;
use crate::understand::{Meaning, Wish};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Probability of a scripted topic, 0..1.
const SCRIPTED_PROBABILITY: f32 = 0.9;
/// Probability of a scripted tone, 0..1.
const SCRIPTED_TONE: f32 = 0.97;
/// Actions that one turn may run; a circle of steps ends here.
const MAX_ACTIONS: usize = 20;

/// Runs a story; gives what went otherwise than expected, with its line. `seed` varies wordings. `classify` is
/// asked what the story does not script.
pub fn run(bot: &Arc<Bot>, story: &Story, seed: u64, classify: Classify<'_>) -> Vec<Problem> {
    play(bot, story, seed, Mind { classify, scripted: true, hear: None })
}

/// The same with real understanding: a story's topic must be understood from the caller's words. Doubts
/// (`means: nothing`, or several topics) stay scripted.
pub fn run_understood(bot: &Arc<Bot>, story: &Story, seed: u64, classify: Classify<'_>) -> Vec<Problem> {
    play(bot, story, seed, Mind { classify, scripted: false, hear: None })
}

/// The same with ears: each line is what `hear` makes of it.
pub fn run_heard(
    bot: &Arc<Bot>,
    story: &Story,
    seed: u64,
    classify: Classify<'_>,
    hear: Hear<'_>,
) -> Vec<Problem> {
    play(bot, story, seed, Mind { classify, scripted: false, hear: Some(hear) })
}

/// How words get a meaning.
#[derive(Clone, Copy)]
struct Mind<'a> {
    classify: Classify<'a>,
    /// The topics that the story names are believed.
    scripted: bool,
    hear: Option<Hear<'a>>,
}

fn play(bot: &Arc<Bot>, story: &Story, seed: u64, mind: Mind<'_>) -> Vec<Problem> {
    let language = story.language.unwrap_or(bot.default_language);
    let dialog = Dialog::new(Arc::clone(bot), language, !story.monolingual, seed)
        .called_from(story.from.as_deref().unwrap_or_default())
        .always_rated();
    let at = story.moment(bot);
    let mut play = Play {
        bot,
        dialog: if at.is_some() { dialog } else { dialog.always_open() },
        language,
        actions: story.actions.clone(),
        turn: 0,
        at: at.unwrap_or_default(),
        hint: Hint::default(),
        mind,
    };
    play.input(DialogInput::Start);
    let mut problems = Vec::new();
    for turn in &story.turns {
        let acts = match play.turn(&turn.value) {
            Ok(acts) => play.read_back(&turn.value, acts),
            Err(message) => {
                problems.push(Problem::new(&story.file, turn.referenced.line(), &story.name, &message));
                break;
            }
        };
        problems.extend(story.misses(turn, &Observed::of(&acts, &play.dialog)));
    }
    problems
}

struct Play<'a> {
    bot: &'a Bot,
    dialog: Dialog,
    language: Language,
    actions: BTreeMap<String, Value>,
    turn: u32,
    at: At,
    /// What the dialog expects to hear next.
    hint: Hint,
    mind: Mind<'a>,
}

impl Play<'_> {
    fn turn(&mut self, turn: &Turn) -> Result<Vec<Act>, String> {
        self.actions.extend(turn.actions.clone());
        self.turn += 1;
        let number = self.turn;
        let input = if let Some(text) = &turn.caller {
            self.language = turn.language.unwrap_or(self.language);
            let heard = match self.mind.hear {
                Some(hear) => hear(text, self.language, &self.hint)?,
                None => {
                    let confidence = turn.confidence.unwrap_or(1.0);
                    Heard { text: text.clone(), language: self.language, confidence }
                }
            };
            if heard.text.is_empty() {
                return Ok(self.input(DialogInput::Unclear { turn: number }));
            }
            let Heard { text, language, confidence } = heard;
            let meaning = match (&turn.knows, self.mind.scripted) {
                (Some(heading), true) => Some(self.answered_by(heading)?),
                (Some(_), false) => (self.mind.classify)(&text, self.language),
                (None, _) => self.meaning(&text, turn.means.as_ref()),
            };
            let meaning = self.said_in(&text, meaning, turn.tone.as_ref());
            DialogInput::Heard { turn: number, text, language, confidence, meaning }
        } else if let Some(keys) = &turn.keys {
            DialogInput::Digits { turn: number, digits: super::typed(keys) }
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

    /// What was hardly heard is read back although the story does not expect it: a caller agrees when it is right.
    fn read_back(&mut self, turn: &Turn, mut acts: Vec<Act>) -> Vec<Act> {
        let seen = Observed::of(&acts, &self.dialog);
        if self.mind.hear.is_some() && turn.expect.is_read_back_rightly(&seen) {
            self.turn += 1;
            let text = match self.language {
                Language::Polish => "tak",
                Language::Romanian => "da",
                Language::English => "yes",
            };
            acts.extend(self.input(DialogInput::Heard {
                turn: self.turn,
                text: text.to_owned(),
                language: self.language,
                confidence: 1.0,
                meaning: None,
            }));
        }
        acts
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
        let listens = acts.iter().rev().find_map(|act| match act {
            Act::Listen { expect } => Some(expect.hint.clone()),
            _ => None,
        });
        self.hint = listens.unwrap_or_default();
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

    fn answered_by(&self, heading: &str) -> Result<Meaning, String> {
        let passage = self.bot.passage(heading, self.language);
        let passage = passage
            .ok_or_else(|| format!("knows: no article in {} has the heading {heading:?}", self.language))?;
        Ok(Meaning { topics: Vec::new(), out_of_scope: 1.0, passage: Some(passage), ..Meaning::default() })
    }

    /// Adds the tone: scripted where the story names one and is believed, else that of the words.
    fn said_in(&self, text: &str, meaning: Option<Meaning>, tone: Option<&SaidIn>) -> Option<Meaning> {
        let tone = match tone {
            Some(SaidIn::Named(name)) if self.mind.scripted => {
                Some(Box::new(scripted(&[(*name, SCRIPTED_TONE)].into())))
            }
            Some(SaidIn::Likely(likely)) => Some(Box::new(scripted(likely))),
            Some(SaidIn::Named(_)) | None if self.mind.scripted => None,
            _ if meaning.as_ref().is_some_and(|meaning| meaning.tone.is_some()) => None,
            _ => (self.mind.classify)(text, self.language).and_then(|judged| judged.tone),
        };
        match tone {
            Some(tone) => Some(Meaning { tone: Some(tone), ..meaning.unwrap_or_default() }),
            None => meaning,
        }
    }

    fn meaning(&self, text: &str, means: Option<&Value>) -> Option<Meaning> {
        match means {
            None => (self.mind.classify)(text, self.language),
            Some(Value::String(topic)) if topic != "nothing" && !self.mind.scripted => {
                (self.mind.classify)(text, self.language)
            }
            Some(Value::String(topic)) if topic == "nothing" => {
                Some(Meaning { topics: Vec::new(), out_of_scope: 1.0, ..Meaning::default() })
            }
            Some(Value::String(topic)) => Some(Meaning {
                topics: vec![(topic.clone(), SCRIPTED_PROBABILITY)],
                out_of_scope: 1.0 - SCRIPTED_PROBABILITY,
                ..Meaning::default()
            }),
            Some(Value::Array(_)) if !self.mind.scripted => (self.mind.classify)(text, self.language),
            Some(Value::Array(topics)) => Some(several(text, topics)),
            Some(ranked) => Some(ranked_meaning(ranked)),
        }
    }
}

fn scripted(likely: &BTreeMap<ToneName, f32>) -> Tone {
    let of = |name| likely.get(&name).copied().unwrap_or(0.0);
    let told = likely.iter().filter(|(name, _)| **name != ToneName::Neutral).map(|(_, likely)| likely);
    Tone {
        anger: of(ToneName::Anger),
        frustration: of(ToneName::Frustration),
        sarcasm: of(ToneName::Sarcasm),
        distress: of(ToneName::Distress),
        joy: of(ToneName::Joy),
        neutral: (1.0 - told.sum::<f32>()).max(0.0),
        words: Vec::new(),
    }
}

/// Several wishes: what else is said stands in the clause of the first.
fn several(text: &str, topics: &[Value]) -> Meaning {
    let topics = topics.iter().filter_map(Value::as_str).enumerate();
    let wishes: Vec<Wish> = topics
        .map(|(at, topic)| Wish {
            topic: topic.to_owned(),
            text: if at == 0 { text.to_owned() } else { String::new() },
        })
        .collect();
    let first = wishes.first().map(|wish| (wish.topic.clone(), SCRIPTED_PROBABILITY));
    let topics = first.into_iter().collect();
    Meaning { topics, out_of_scope: 1.0 - SCRIPTED_PROBABILITY, wishes, ..Meaning::default() }
}

fn ranked_meaning(ranked: &Value) -> Meaning {
    let probability = |value: &Value| value.as_f64().unwrap_or(0.0) as f32;
    let topics = ranked.as_object().into_iter().flatten();
    let mut topics: Vec<(String, f32)> =
        topics.map(|(topic, value)| (topic.clone(), probability(value))).collect();
    topics.sort_by(|a, b| b.1.total_cmp(&a.1));
    let out_of_scope = (1.0 - topics.iter().map(|(_, p)| p).sum::<f32>()).max(0.0);
    Meaning { topics, out_of_scope, ..Meaning::default() }
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
