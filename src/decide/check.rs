//! ◆ What must hold between a bot's files: every reference resolves, every prompt exists in every language.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::{ActionSpec, Bot, SlotKind, Step, Topic};
use super::expr;
use super::parse::{Files, placeholders};
use super::phrases::BUILTIN;
use super::problem::Problem;
use super::prompts::chat_key;
use crate::language::Language;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Field of an answer whose action is not known: that is said once, and not at every use.
const ANY_FIELD: &str = "*";
/// What is known of the caller, beside slots, facts and answers.
pub const CALLER: &str = "caller";
/// What an action that sends a text message may use.
const TEXT_ME: [&str; 5] = ["number", "queue", "topic", "summary", "language"];
/// Fewer examples than this cannot teach a topic.
const MIN_EXAMPLES: usize = 3;

/// Adds what is wrong with a bot whose files are each well formed.
pub fn check(bot: &Bot, files: &Files, problems: &mut Vec<Problem>) {
    let mut checker = Checker { bot, files, problems, file: String::new() };
    checker.policy_and_head();
    for topic in bot.topics.values() {
        checker.file = file_of(files, &topic.id);
        checker.topic(topic);
    }
    checker.builtin_overrides();
}

/// The file of a topic.
pub(super) fn file_of(files: &Files, id: &str) -> String {
    let defines = |text: &str, id: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix("topic:"));
        value.is_some_and(|value| {
            value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']) == id
        })
    };
    let found = files.iter().find(|(file, text)| file.starts_with("topics/") && defines(text, id));
    found.map_or("topics".to_owned(), |(file, _)| file.clone())
}

struct Checker<'a> {
    bot: &'a Bot,
    files: &'a Files,
    problems: &'a mut Vec<Problem>,
    /// File of the topic being checked.
    file: String,
}

/// What paths may begin with at some step: slots and facts with no known fields, answers with theirs.
type Scope = BTreeMap<String, Option<Vec<String>>>;

impl Checker<'_> {
    fn complain(&mut self, file: &str, needle: &str, key: &str, message: &str) {
        let text = self.files.get(file).map_or("", String::as_str);
        let line = text.lines().position(|line| line.contains(needle)).map_or(0, |index| index as u64 + 1);
        self.problems.push(Problem::new(file, line, key, message));
    }

    fn complain_here(&mut self, needle: &str, key: &str, message: &str) {
        let file = self.file.clone();
        self.complain(&file, needle, key, message);
    }

    fn policy_and_head(&mut self) {
        let bot = self.bot;
        if bot.topics.is_empty() {
            self.problems.push(Problem::new("topics", 0, "topic", "a bot needs at least one topic"));
        }
        for language in bot.languages.clone() {
            let own = bot.prompts(language).line(&bot.disclosure) > 0;
            if !own {
                let message = format!(
                    "message {:?} is missing: the first sentence must say that a machine speaks",
                    bot.disclosure
                );
                self.problems.push(Problem::new(&format!("{language}.ftl"), 0, &bot.disclosure, &message));
            }
        }
        self.file = "bot.yaml".to_owned();
        if bot.facts.get(CALLER).is_some() {
            self.complain_here(
                &format!("{CALLER}:"),
                "facts",
                "caller is what Duet knows of the caller; use another name",
            );
        }
        self.prompt(&bot.disclosure, &[]);
        self.file = "policy.yaml".to_owned();
        self.prompt(&bot.policy.specialist, &[]);
        self.priorities();
        self.text_me();
    }

    /// The action exists and needs nothing but what is known of who waits.
    fn text_me(&mut self) {
        let bot = self.bot;
        let Some(action) = &bot.policy.text_me else { return };
        let known: Scope = TEXT_ME.iter().map(|name| ((*name).to_owned(), Some(Vec::new()))).collect();
        let Some(spec) = bot.actions.get(action) else {
            let message = format!("action {action:?} is not in actions.yaml");
            return self.complain_here("text_me:", "text_me", &message);
        };
        for name in needed(spec).into_iter().filter(|name| !known.contains_key(name)) {
            let message = format!("{action} needs {{{name}}}; known here: {}", TEXT_ME.join(", "));
            self.complain_here("text_me:", "text_me", &message);
        }
    }

    /// What a priority depends on is known somewhere: a slot, a fact, or a field of an answer.
    fn priorities(&mut self) {
        let bot = self.bot;
        let mut scope = self.outer_scope();
        for topic in bot.topics.values() {
            scope.extend(topic.collect.iter().map(|slot| (slot.name.clone(), Some(Vec::new()))));
            self.bound(&topic.steps, &mut scope);
        }
        for priority in &bot.policy.priorities {
            self.path("priority.if", &priority.condition.path, &scope);
        }
    }

    /// The answers of all actions in the steps, and their fields.
    fn bound(&self, steps: &[Step], scope: &mut Scope) {
        for step in steps {
            match step {
                Step::Call { action, bind, .. } => {
                    let fields = self.bot.actions.get(action).map(|action| action.result.clone());
                    let fields = fields.unwrap_or_else(|| vec![ANY_FIELD.to_owned()]);
                    let known = scope.entry(bind.clone()).or_default().get_or_insert_default();
                    known.extend(fields);
                }
                Step::If { then, otherwise, .. } => {
                    self.bound(then, scope);
                    self.bound(otherwise, scope);
                }
                _ => {}
            }
        }
    }

    /// What is known before a topic begins.
    fn outer_scope(&self) -> Scope {
        let facts = self.bot.facts.as_object().into_iter().flatten();
        let mut scope: Scope = facts.map(|(name, _)| (name.clone(), None)).collect();
        scope.insert(CALLER.to_owned(), Some(vec!["number".to_owned()]));
        scope
    }

    /// A prompt exists in every language and uses only variables that are given.
    fn prompt(&mut self, key: &str, given: &[String]) {
        let bot = self.bot;
        for language in bot.languages.clone() {
            let ftl = format!("{language}.ftl");
            let prompts = bot.prompts(language);
            if prompts.wordings(key) == 0 {
                let message = format!("message is missing, but {} uses it", self.file);
                self.problems.push(Problem::new(&ftl, 0, key, &message));
            }
            let attempts = (1..=3).map(|n| prompts.attempt(key, n)).collect::<BTreeSet<_>>();
            for attempt in attempts {
                self.variables(language, &attempt, given);
                self.variables(language, &chat_key(&attempt), given);
            }
        }
    }

    fn variables(&mut self, language: Language, key: &str, given: &[String]) {
        let prompts = self.bot.prompts(language);
        let line = prompts.line(key);
        for variable in prompts.variables(key) {
            if !given.contains(&variable) {
                let message = format!("uses ${variable}, which {} does not give it", self.file);
                self.problems.push(Problem::new(&format!("{language}.ftl"), line, key, &message));
            }
        }
    }

    /// Built-in prompts keep their variables when a bot words them anew.
    fn builtin_overrides(&mut self) {
        let bot = self.bot;
        for language in bot.languages.clone() {
            for (key, given) in BUILTIN {
                let given: Vec<String> = given.iter().map(|name| (*name).to_owned()).collect();
                self.file = "Duet".to_owned();
                self.variables(language, key, &given);
                self.variables(language, &chat_key(key), &given);
            }
        }
    }

    fn topic(&mut self, topic: &Topic) {
        self.prompt(&format!("topic-{}", topic.id), &[]);
        for language in self.bot.languages.clone() {
            let count = topic.examples.get(&language).map_or(0, Vec::len);
            if count < MIN_EXAMPLES {
                let message =
                    format!("expected at least {MIN_EXAMPLES} examples in {language}, found {count}");
                self.complain_here("when:", "when", &message);
            }
        }
        if let Some(key) = &topic.specialist {
            self.prompt(key, &[]);
        }
        if topic.queue.as_deref().is_some_and(|queue| queue.trim().is_empty()) {
            self.complain_here("queue:", "to.queue", "is empty");
        }
        let mut scope = self.outer_scope();
        for slot in &topic.collect {
            if topic.collect.iter().filter(|other| other.name == slot.name).count() > 1 {
                self.complain_here(&slot.name, &slot.name, "slot is defined twice");
            }
            if !slot.later {
                scope.insert(slot.name.clone(), Some(Vec::new()));
            }
            self.slot_prompts(&slot.ask, &slot.kind);
        }
        self.steps(topic, &topic.steps, &mut scope);
    }

    fn collected(&mut self, topic: &Topic, verb: &str, slot: &str) {
        if !topic.collect.iter().any(|candidate| candidate.name == slot) {
            let message = format!("slot {slot:?} is not collected by this topic");
            self.complain_here(&format!("{verb}: {slot}"), verb, &message);
        }
    }

    fn slot_prompts(&mut self, ask: &str, kind: &SlotKind) {
        self.prompt(ask, &[]);
        for language in self.bot.languages.clone() {
            let prompts = self.bot.prompts(language);
            let ways = prompts.wordings(ask) + usize::from(prompts.has(&format!("{ask}-2")));
            if ways == 1 {
                let message =
                    format!("a question is asked again in other words: add {ask}-2 or an attribute");
                let line = prompts.line(ask);
                self.problems.push(Problem::new(&format!("{language}.ftl"), line, ask, &message));
            }
        }
        if let SlotKind::Choice(options) = kind {
            for option in options {
                self.prompt(&format!("option-{option}"), &[]);
            }
        }
    }

    fn steps(&mut self, topic: &Topic, steps: &[Step], scope: &mut Scope) {
        for step in steps {
            self.step(topic, step, scope);
        }
    }

    fn step(&mut self, topic: &Topic, step: &Step, scope: &mut Scope) {
        match step {
            Step::Call { action, bind, with } => {
                self.call(action, with, scope);
                let fields = self.bot.actions.get(action).map(|action| action.result.clone());
                scope.insert(bind.clone(), Some(fields.unwrap_or_else(|| vec![ANY_FIELD.to_owned()])));
            }
            Step::If { condition, then, otherwise } => {
                self.path("if", &condition.path, scope);
                self.steps(topic, then, &mut scope.clone());
                self.steps(topic, otherwise, &mut scope.clone());
            }
            Step::Say { key, with } => {
                for path in with.values() {
                    self.path(key, path, scope);
                }
                let given: Vec<String> = with.keys().cloned().collect();
                self.prompt(key, &given);
            }
            Step::AskAgain { slot, say, .. } => {
                self.collected(topic, "ask_again", slot);
                self.prompt(say, &[]);
            }
            Step::Ask { slot } => {
                self.collected(topic, "ask", slot);
                scope.insert(slot.clone(), Some(Vec::new()));
            }
            Step::AnythingElse | Step::OfferPerson { .. } | Step::Human { .. } | Step::End => {}
        }
    }

    fn call(&mut self, action: &str, with: &BTreeMap<String, String>, scope: &Scope) {
        let Some(spec) = self.bot.actions.get(action) else {
            let message = format!("action {action:?} is not in actions.yaml");
            self.complain_here(&format!("call: {action}"), "call", &message);
            return;
        };
        for path in with.values() {
            self.path("with", path, scope);
        }
        for name in needed(spec) {
            if !with.contains_key(&name) && !scope.contains_key(&name) {
                let message =
                    format!("{action} needs {{{name}}}: collect a slot of that name or give it in `with`");
                self.complain_here(&format!("call: {action}"), "call", &message);
            }
        }
    }

    /// A path begins with a slot, a fact or an answer, and names a field that it has.
    fn path(&mut self, key: &str, path: &str, scope: &Scope) {
        let mut parts = path.split('.');
        let root = parts.next().unwrap_or_default();
        let field = parts.next();
        match (scope.get(root), field) {
            (None, _) => {
                let message = format!("{root:?} in {path:?} is no slot, fact or answer known here");
                self.complain_here(path, key, &message);
            }
            (Some(Some(fields)), Some(field))
                if !fields.iter().any(|known| known == field || known == ANY_FIELD) =>
            {
                let message = format!("{root:?} has no field {field:?}; known: {}", fields.join(", "));
                self.complain_here(path, key, &message);
            }
            (Some(None), Some(_)) => {
                let rest: Vec<&str> = path.split('.').collect();
                if expr::lookup(&self.bot.facts, &rest).is_null() {
                    self.complain_here(path, key, &format!("bot.yaml has no fact {path:?}"));
                }
            }
            _ => {}
        }
    }
}

/// What must be known to fill an action in.
fn needed(spec: &ActionSpec) -> BTreeSet<String> {
    let in_body = strings_of(spec.body.as_ref()).into_iter().flat_map(|text| placeholders(&text));
    in_body.chain(placeholders(&spec.url)).collect()
}

/// Every text inside a JSON value.
pub fn strings_of(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().flat_map(|item| strings_of(Some(item))).collect(),
        Some(Value::Object(fields)) => fields.values().flat_map(|field| strings_of(Some(field))).collect(),
        _ => Vec::new(),
    }
}
