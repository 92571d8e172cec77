//! ◆ The no-wall proof: from every step of a bot a person is reached, by words, by key and by silence, in every
//! language, and with the recogniser, the classifier or the back office dead.
//!
//! The dialog itself is walked, not a drawing of it: a copy of the conversation is given every kind of input
//! from every step, until no new step is found.

use super::super::act::{Act, DialogInput, Proposal, Verdict};
use super::super::bot::{Bot, SlotKind, Step};
use super::super::problem::Problem;
use super::{Dialog, Phase};
use crate::language::Language;
use crate::time::At;
use crate::understand::Meaning;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Silences after which a person must have been offered, and fetched, at the latest.
const OFFERED_AFTER: u32 = 2;
const FETCHED_AFTER: u32 = 3;
/// Failures of the recogniser after which a person must have been fetched.
const DEAD_AFTER: u32 = 2;
/// Steps of one language that are looked at; a bot with more is told that the rest was not.
const MAX_STEPS: usize = 50_000;
/// Attempts, silences and so on from which more of them make no difference.
const COUNTED_TO: u32 = 3;
/// Probability of a topic that is meant without doubt, 0..1.
const CERTAIN: f32 = 0.95;

/// What was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Proof {
    /// Steps over all languages, and tries made from them.
    pub steps: usize,
    pub tries: usize,
}

impl std::fmt::Display for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "a person is reached from each of {} steps, tried in {} ways: by words and by key at once, by silence \
             offered in {OFFERED_AFTER} turns and fetched in {FETCHED_AFTER}, and with every engine dead",
            self.steps, self.tries
        )
    }
}

/// Ways that are blocked, each with the first step from which it is, and how many there are.
type Walls = BTreeMap<String, (String, usize)>;

/// Walks the bot. `Err` names every way that is blocked, with a step from which it is.
pub fn prove(bot: &Arc<Bot>) -> Result<Proof, Vec<Problem>> {
    let mut proof = Proof::default();
    let mut walls = Walls::new();
    for language in bot.languages.iter().copied() {
        let mut walk = Walk { bot, language, proof: &mut proof, walls: &mut walls };
        walk.all();
    }
    if walls.is_empty() {
        return Ok(proof);
    }
    let told = walls.into_iter().map(|(way, (step, steps))| {
        let message = format!("{way}: at {steps} steps, the first is {step}");
        Problem::new("policy.yaml", 0, "no-wall", &message)
    });
    Err(told.collect())
}

struct Walk<'a> {
    bot: &'a Arc<Bot>,
    language: Language,
    proof: &'a mut Proof,
    walls: &'a mut Walls,
}

impl Walk<'_> {
    fn all(&mut self) {
        let first = Dialog::new(Arc::clone(self.bot), self.language, true, 0);
        let mut first = first.always_open().with_approval().always_rated();
        first.handle(At(0), DialogInput::Start);
        let mut seen = BTreeSet::from([first.step_name()]);
        let mut open = VecDeque::from([first]);
        while let Some(dialog) = open.pop_front() {
            self.proof.steps += 1;
            self.try_ways(&dialog);
            for input in self.inputs(&dialog) {
                let mut next = dialog.clone();
                next.handle(At(0), input);
                if next.phase != Phase::Ended && seen.len() < MAX_STEPS && seen.insert(next.step_name()) {
                    open.push_back(next);
                }
            }
        }
        if seen.len() == MAX_STEPS {
            let way = format!("the bot has more than {MAX_STEPS} steps, and the rest was not looked at");
            self.walls.entry(way).or_insert_with(|| (format!("the end ({})", self.language), 1));
        }
    }

    /// Every way to a person from one step.
    fn try_ways(&mut self, dialog: &Dialog) {
        if dialog.is_over() {
            return;
        }
        let words = (self.heard(self.person_words(), None), "by words");
        let key = self.bot.policy.person_key.to_string();
        let typed = DialogInput::Digits { turn: 1, digits: key };
        for (input, way) in [words, (typed, "by key")] {
            self.reaches(dialog, &[input], 1, way);
        }
        let deaf = |times| DialogInput::EngineFailed { stage: "hear".to_owned(), times };
        let deaf: Vec<DialogInput> = (1..=DEAD_AFTER).map(deaf).collect();
        self.reaches(dialog, &deaf, DEAD_AFTER, "with a dead recogniser");
        match &dialog.phase {
            Phase::Running { id, .. } => {
                let dead = DialogInput::ActionDone { id: *id, result: Err("dead".to_owned()) };
                self.reaches(dialog, &[dead], 1, "with a dead back office");
            }
            Phase::Approving(Proposal { id, .. }) => {
                let (by, reason) = (String::new(), String::new());
                let denied = DialogInput::Ruled { id: *id, verdict: Verdict::Denied { by, reason } };
                self.reaches(dialog, &[denied], 1, "when a reply is denied");
            }
            // A caller whose business is done and who says nothing has left.
            Phase::AnythingElse | Phase::AfterQueue | Phase::Rating(_) => {}
            _ => self.silent(dialog),
        }
    }

    fn silent(&mut self, dialog: &Dialog) {
        let silences = vec![DialogInput::Silence; FETCHED_AFTER as usize];
        self.reaches(dialog, &silences, FETCHED_AFTER, "by silence");
        let mut silent = dialog.clone();
        for _ in 0..OFFERED_AFTER {
            silent.handle(At(0), DialogInput::Silence);
        }
        self.proof.tries += 1;
        if !matches!(silent.phase, Phase::Offering { .. } | Phase::Escalated) {
            self.wall(
                dialog,
                &format!("a silent caller is not offered a person after {OFFERED_AFTER} turns"),
            );
        }
    }

    fn reaches(&mut self, dialog: &Dialog, inputs: &[DialogInput], turns: u32, way: &str) {
        self.proof.tries += 1;
        let mut dialog_then = dialog.clone();
        let escalates = |act: &Act| matches!(act, Act::Escalate(_) | Act::TurnAway(_));
        let reached =
            inputs.iter().any(|input| dialog_then.handle(At(0), input.clone()).iter().any(escalates));
        if !reached {
            self.wall(dialog, &format!("no person is reached {way} within {turns} turns"));
        }
    }

    fn wall(&mut self, dialog: &Dialog, what: &str) {
        let step = || (format!("{} ({})", dialog.step_name(), self.language), 0);
        self.walls.entry(what.to_owned()).or_insert_with(step).1 += 1;
    }

    fn person_words(&self) -> &'static str {
        match self.language {
            Language::Polish => "chcę rozmawiać z człowiekiem",
            Language::Romanian => "vreau să vorbesc cu un om",
            Language::English => "I want to talk to a person",
        }
    }

    fn heard(&self, text: &str, topic: Option<&str>) -> DialogInput {
        let topics: Vec<(String, f32)> = topic.map(|topic| (topic.to_owned(), CERTAIN)).into_iter().collect();
        let out_of_scope = if topics.is_empty() { 1.0 } else { 1.0 - CERTAIN };
        let meaning = Some(Meaning { topics, out_of_scope, ..Meaning::default() });
        DialogInput::Heard {
            turn: 1,
            text: text.to_owned(),
            language: self.language,
            confidence: 0.9,
            meaning,
        }
    }

    /// Everything that may happen at a step, by kind.
    fn inputs(&self, dialog: &Dialog) -> Vec<DialogInput> {
        if let Phase::Running { id, bind, fields, .. } = &dialog.phase {
            let answers = answers(self.bot, bind, fields).into_iter().map(Ok);
            let answers = answers.chain([Err("dead".to_owned())]);
            return answers.map(|result| DialogInput::ActionDone { id: *id, result }).collect();
        }
        if let Phase::Approving(Proposal { id, .. }) = dialog.phase {
            let verdicts = [Verdict::Approved, Verdict::TimedOut];
            return verdicts.map(|verdict| DialogInput::Ruled { id, verdict }).into();
        }
        if dialog.phase == Phase::Escalated {
            return vec![DialogInput::BackFromQueue { why: "nobody_available".to_owned() }];
        }
        let [yes, no] = match self.language {
            Language::Polish => ["tak", "nie"],
            Language::Romanian => ["da", "nu"],
            Language::English => ["yes", "no"],
        };
        let mut inputs = vec![self.heard(yes, None), self.heard(no, None), self.heard("xyz", None)];
        inputs.extend(self.bot.topics.keys().map(|topic| self.heard("xyz", Some(topic))));
        inputs.extend([DialogInput::Unclear { turn: 1 }, DialogInput::Silence]);
        inputs.extend(self.fitting(dialog));
        inputs
    }

    /// Answers that fit the slot that is asked for.
    fn fitting(&self, dialog: &Dialog) -> Vec<DialogInput> {
        let Phase::Collecting(collecting) = &dialog.phase else { return Vec::new() };
        let slot = dialog.topic.as_ref().and_then(|topic| self.bot.slot(topic, &collecting.slot));
        match slot.map(|slot| &slot.kind) {
            Some(SlotKind::Digits { min, .. }) => vec![self.heard(&"1".repeat(*min), None)],
            Some(SlotKind::Choice(options)) => {
                let names = options.iter().map(|option| self.bot.option_name(option, self.language));
                names.map(|name| self.heard(&name, None)).collect()
            }
            Some(SlotKind::Value(kind)) => {
                let examples = kind.examples(self.language).split(". ").take(1);
                examples.map(|example| self.heard(example, None)).collect()
            }
            Some(SlotKind::YesNo) | None => Vec::new(),
        }
    }
}

impl Dialog {
    /// Where the conversation stands, for people: two conversations of one name go on alike.
    fn step_name(&self) -> String {
        let topic = self.topic.as_deref().unwrap_or("no topic");
        // Values of other topics change nothing before their topic is talked of.
        let wanted =
            |name: &&String| self.topic.as_ref().is_some_and(|topic| self.bot.slot(topic, name).is_some());
        let slots: Vec<&str> = self.slots.keys().filter(wanted).map(String::as_str).collect();
        let phase = match &self.phase {
            Phase::Collecting(collecting) => format!("asking {} ({})", collecting.slot, collecting.failed),
            Phase::Confirming { slot, .. } => format!("confirming {slot}"),
            Phase::Running { action, .. } => format!("running {action}"),
            Phase::Approving(_) => "waiting for a person to read the reply".to_owned(),
            Phase::Offering { .. } => "offering a person".to_owned(),
            Phase::Choosing { .. } => "asking which of two".to_owned(),
            other => format!("{other:?}"),
        };
        let counts = [self.low_confidence, self.silences, self.unclear, self.question.attempt];
        let counts = counts.map(|count| count.min(COUNTED_TO));
        format!("{topic}: {phase} {:?} {slots:?} {counts:?} {}", self.question.key, self.todo.len())
    }
}

/// Answers of an action that take every branch: each literal that a condition compares with, and null.
fn answers(bot: &Bot, bind: &str, fields: &[String]) -> Vec<Value> {
    let mut literals: Vec<(String, Value)> = Vec::new();
    for topic in bot.topics.values() {
        collect_literals(&topic.steps, bind, &mut literals);
    }
    let plain: Map<String, Value> = fields.iter().map(|field| (field.clone(), Value::from("x"))).collect();
    let with = |(field, literal): &(String, Value)| {
        let mut answer = plain.clone();
        answer.insert(field.clone(), literal.clone());
        Value::Object(answer)
    };
    let branches: Vec<Value> = literals.iter().map(with).collect();
    [Value::Null, Value::Object(plain.clone())].into_iter().chain(branches).collect()
}

fn collect_literals(steps: &[Step], bind: &str, into: &mut Vec<(String, Value)>) {
    for step in steps {
        let Step::If { condition, then, otherwise } = step else { continue };
        if let Some((_, field)) = condition.path.split_once('.').filter(|(root, _)| *root == bind) {
            into.push((field.to_owned(), condition.literal.clone()));
        }
        collect_literals(then, bind, into);
        collect_literals(otherwise, bind, into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::load;
    use std::path::Path;

    fn parcel() -> Bot {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        load::load(&dir).unwrap_or_else(|problems| panic!("{problems:#?}"))
    }

    #[test]
    fn a_person_is_reached_from_every_step_of_the_parcel_bot() {
        let proof = prove(&Arc::new(parcel())).unwrap_or_else(|walls| panic!("{walls:#?}"));
        assert!((60..3 * MAX_STEPS).contains(&proof.steps) && proof.tries > 2 * proof.steps, "{proof:?}");
    }

    #[test]
    fn a_bot_that_waits_for_ever_in_silence_has_walls() {
        let mut bot = parcel();
        (bot.policy.silence_offer_after, bot.policy.silence_escalate_after) = (8, 9);
        let walls = prove(&Arc::new(bot)).unwrap_err();
        assert!(walls.iter().all(|wall| wall.message.contains("silen")), "{walls:#?}");
        assert_eq!(walls.len(), 2, "not offered, not fetched: {walls:#?}");
    }

    #[test]
    fn a_bot_that_bears_a_dead_recogniser_too_long_has_walls() {
        let mut bot = parcel();
        bot.policy.engine_failures = 5;
        let walls = prove(&Arc::new(bot)).unwrap_err();
        assert_eq!(walls.len(), 1, "{walls:#?}");
        assert!(walls[0].message.contains("dead recogniser"), "{walls:#?}");
    }
}
