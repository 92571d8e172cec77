//! ◆ What the bot says in one language: Project Fluent messages, with wordings and attempts.
//!
//! * `ask`, `ask-2`, `ask-3`: what is said at the first, second, third attempt.
//! * Attributes of a message (`.b`, `.c`) are other wordings of the same thing; they take turns, so that
//!   nobody hears a sentence twice running.
//!
//! Duet's own sentences (repair, handover) stand in `phrases/*.ftl`; a bot may override each.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::problem::Problem;
use crate::language::Language;
use crate::understand::knowledge::Passage;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Variables of a prompt, by name.
pub type Args = BTreeMap<String, Value>;

/// Messages of this kind are read by agents and never spoken: `title-NAME` is what a topic, slot or action is called.
const TITLE: &str = "title-";
/// Messages of this kind are written in chats, in place of those whose key follows.
pub const CHAT: &str = "chat-";

/// Message that says what a topic, slot or action is called.
pub fn title_key(name: &str) -> String {
    format!("{TITLE}{name}")
}

/// Message that says the same in a chat, where the bot or Duet has one: `chat-KEY`.
pub fn chat_key(key: &str) -> String {
    format!("{CHAT}{key}")
}

/// Message that says who answers a queue, where the bot has one; `team` otherwise.
pub fn team_key(queue: &str) -> String {
    format!("team-{queue}")
}

/// The messages of one language.
pub struct Prompts {
    bundle: FluentBundle<FluentResource>,
    messages: BTreeMap<String, Message>,
}

impl Passage {
    /// Variables of the prompt that says it.
    pub fn args(&self) -> Args {
        let args = [("answer", &self.text), ("title", &self.title)];
        args.map(|(name, text)| (name.to_owned(), Value::from(text.as_str()))).into()
    }
}

/// What is known of one message before it is spoken.
#[derive(Debug, Clone, Default)]
struct Message {
    /// Names of its wordings; the message's own value is `None`.
    wordings: Vec<Option<String>>,
    /// Variables it uses, of all wordings.
    variables: BTreeSet<String>,
    /// Other messages whose variables it therefore uses too.
    refers: BTreeSet<String>,
    /// Line in the bot's file; 0 when it is built in.
    line: u64,
}

impl Prompts {
    /// Reads the built-in messages and, over them, the bot's.
    pub fn parse(language: Language, builtin: &str, file: &str, own: &str) -> Result<Prompts, Vec<Problem>> {
        let id = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        let mut messages = BTreeMap::new();
        let base = read_resource("built-in", builtin)?;
        collect_messages(&base, false, &mut messages);
        let over = read_resource(file, own)?;
        collect_messages(&over, true, &mut messages);
        bundle.add_resource_overriding(base);
        bundle.add_resource_overriding(over);
        Ok(Prompts { bundle, messages })
    }

    pub fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// Line of the message in the bot's file, 0 for a built-in one.
    pub fn line(&self, key: &str) -> u64 {
        self.messages.get(key).map_or(0, |message| message.line)
    }

    /// Keys that the bot's own file defines.
    pub fn own_keys(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().filter(|(_, message)| message.line > 0).map(|(key, _)| key.as_str())
    }

    /// Messages that a message is made of.
    pub fn refers(&self, key: &str) -> BTreeSet<String> {
        self.messages.get(key).map_or_else(BTreeSet::new, |message| message.refers.clone())
    }

    /// Variables of a message and of those it refers to.
    pub fn variables(&self, key: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![key.to_owned()];
        while let Some(next) = open.pop() {
            if let Some(message) = self.messages.get(&next).filter(|_| seen.insert(next.clone())) {
                found.extend(message.variables.iter().cloned());
                open.extend(message.refers.iter().cloned());
            }
        }
        found
    }

    /// How many wordings a message has; 0 when there is none of that name.
    pub fn wordings(&self, key: &str) -> usize {
        self.messages.get(key).map_or(0, |message| message.wordings.len())
    }

    /// The message for an attempt counted from 1: `key-3` where it exists, else the nearest earlier one.
    pub fn attempt(&self, key: &str, attempt: u32) -> String {
        (2..=attempt)
            .rev()
            .map(|number| format!("{key}-{number}"))
            .find(|candidate| self.has(candidate))
            .unwrap_or_else(|| key.to_owned())
    }

    /// A wording of a message, filled in; line breaks become spaces. A missing message gives its key, which `parse` rules out.
    pub fn text(&self, key: &str, wording: usize, args: &Args) -> String {
        let Some((pattern, args)) = self.pattern(key, wording).map(|pattern| (pattern, fluent_args(args)))
        else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The first wording of a message without variables.
    pub fn plain(&self, key: &str) -> String {
        self.text(key, 0, &Args::new())
    }

    /// Every sentence that needs no variable.
    pub fn fixed(&self) -> Vec<String> {
        let spoken = self.messages.keys().filter(|key| !key.starts_with(TITLE) && !key.starts_with(CHAT));
        let keys = spoken.filter(|key| self.variables(key).is_empty());
        keys.flat_map(|key| (0..self.wordings(key)).map(|wording| self.text(key, wording, &Args::new())))
            .collect()
    }

    fn pattern(&self, key: &str, wording: usize) -> Option<&ast::Pattern<&str>> {
        let message = self.bundle.get_message(key)?;
        match self.messages.get(key)?.wordings.get(wording)? {
            None => message.value(),
            Some(name) => Some(message.get_attribute(name)?.value()),
        }
    }
}

fn fluent_args(args: &Args) -> FluentArgs<'static> {
    let mut filled = FluentArgs::new();
    for (name, value) in args {
        filled.set(name.clone(), fluent_value(value));
    }
    filled
}

fn fluent_value(value: &Value) -> FluentValue<'static> {
    match value {
        Value::Number(number) => FluentValue::from(number.as_f64().unwrap_or_default()),
        Value::String(text) => FluentValue::from(text.clone()),
        Value::Null => FluentValue::from(String::new()),
        other => FluentValue::from(other.to_string()),
    }
}

fn read_resource(file: &str, source: &str) -> Result<FluentResource, Vec<Problem>> {
    FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
        let problem = |error: fluent_syntax::parser::ParserError| {
            let position = error.slice.map_or(error.pos.start, |slice| slice.start);
            let key = source.get(position..).unwrap_or_default();
            let key = key.split([' ', '=', '\n']).next().unwrap_or_default();
            Problem::new(
                file,
                line_of(source, error.pos.start),
                key,
                &format!("not valid Fluent: {}", error.kind),
            )
        };
        errors.into_iter().map(problem).collect()
    })
}

fn line_of(source: &str, position: usize) -> u64 {
    let before = source.get(..position).unwrap_or(source);
    before.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1
}

fn collect_messages(resource: &FluentResource, own: bool, messages: &mut BTreeMap<String, Message>) {
    let source = resource.source();
    for entry in resource.entries() {
        match entry {
            ast::Entry::Message(message) => {
                let line = if own { line_of_key(source, message.id.name) } else { 0 };
                messages.insert(message.id.name.to_owned(), describe(message, line));
            }
            ast::Entry::Term(term) => {
                let mut described = Message::default();
                walk_pattern(&term.value, &mut described);
                messages.insert(format!("-{}", term.id.name), described);
            }
            ast::Entry::Comment(_)
            | ast::Entry::GroupComment(_)
            | ast::Entry::ResourceComment(_)
            | ast::Entry::Junk { .. } => {}
        }
    }
}

fn line_of_key(source: &str, key: &str) -> u64 {
    let defines = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    source.lines().position(defines).map_or(1, |index| index as u64 + 1)
}

fn describe(message: &ast::Message<&str>, line: u64) -> Message {
    let mut described = Message { line, ..Message::default() };
    if let Some(value) = &message.value {
        described.wordings.push(None);
        walk_pattern(value, &mut described);
    }
    for attribute in &message.attributes {
        described.wordings.push(Some(attribute.id.name.to_owned()));
        walk_pattern(&attribute.value, &mut described);
    }
    described
}

fn walk_pattern(pattern: &ast::Pattern<&str>, into: &mut Message) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            walk_expression(expression, into);
        }
    }
}

fn walk_expression(expression: &ast::Expression<&str>, into: &mut Message) {
    match expression {
        ast::Expression::Inline(inline) => walk_inline(inline, into),
        ast::Expression::Select { selector, variants } => {
            walk_inline(selector, into);
            for variant in variants {
                walk_pattern(&variant.value, into);
            }
        }
    }
}

fn walk_inline(inline: &ast::InlineExpression<&str>, into: &mut Message) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            into.variables.insert(id.name.to_owned());
        }
        ast::InlineExpression::MessageReference { id, .. } => {
            into.refers.insert(id.name.to_owned());
        }
        ast::InlineExpression::TermReference { id, .. } => {
            into.refers.insert(format!("-{}", id.name));
        }
        ast::InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                walk_inline(argument, into);
            }
        }
        ast::InlineExpression::Placeable { expression } => walk_expression(expression, into),
        ast::InlineExpression::StringLiteral { .. } | ast::InlineExpression::NumberLiteral { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn prompts(own: &str) -> Prompts {
        Prompts::parse(Language::Polish, "sorry = Przepraszam.\n", "pl.ftl", own).unwrap()
    }

    #[test]
    fn attributes_are_other_wordings_and_numbers_are_attempts() {
        let p = prompts("ask = Raz.\n    .b = Dwa.\nask-3 = Trzy.\n");
        assert_eq!(p.wordings("ask"), 2);
        assert_eq!(p.text("ask", 1, &Args::new()), "Dwa.");
        assert_eq!(p.attempt("ask", 2), "ask");
        assert_eq!(p.attempt("ask", 7), "ask-3");
    }

    #[test]
    fn variables_are_found_in_every_branch_and_reference() {
        let p = prompts("a = { b } { $x ->\n    [one] { $y }\n   *[other] nic\n}\nb = { $z }\n");
        assert_eq!(p.variables("a"), ["x", "y", "z"].map(String::from).into());
    }

    #[test]
    fn polish_plurals_follow_the_number() {
        let p = prompts("d = { $n ->\n    [one] dzień\n    [few] dni\n   *[many] dni\n}\n");
        let say = |n: u32| p.text("d", 0, &Args::from([("n".to_owned(), json!(n))]));
        assert_eq!((say(1), say(3)), ("dzień".to_owned(), "dni".to_owned()));
    }

    #[test]
    fn a_bot_may_word_what_is_built_in() {
        assert_eq!(prompts("sorry = Bardzo przepraszam.\n").plain("sorry"), "Bardzo przepraszam.");
        assert_eq!(prompts("").plain("sorry"), "Przepraszam.");
    }

    #[test]
    fn a_broken_message_names_its_line() {
        let problems =
            Prompts::parse(Language::Polish, "", "pl.ftl", "ok = tak\n\nbad = { $x\n").err().unwrap();
        assert_eq!((problems[0].file.as_str(), problems[0].key.as_str()), ("pl.ftl", "bad"));
        assert!(problems[0].line >= 3, "{problems:?}");
    }
}
