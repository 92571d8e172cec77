//! ◆ A bot's files to a `Bot`, or to everything that is wrong with them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::{ActionSpec, Bot, Rating};
use super::problem::Problem;
use super::prompts::Prompts;
use super::raw::{self, RawAction, RawActions, RawBot, RawRating, RawTopic};
use super::raw_policy::RawPolicy;
use super::{check, parse_policy, parse_topic, phrases, story};
use crate::language::Language;
use crate::understand::knowledge::{self, Article};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Texts by path relative to the bot's folder, with `/`.
pub type Files = BTreeMap<String, String>;

/// Longest wait for a back end that a caller can be asked to bear, ms.
const MAX_ACTION_TIMEOUT_MS: u64 = 30_000;

/// Reads a bot. Reports as many problems at once as it can, sorted by file and line.
pub fn parse(files: &Files) -> Result<Bot, Vec<Problem>> {
    let mut problems = Vec::new();
    let bot = read_all(files, &mut problems);
    if let (Some(bot), true) = (&bot, problems.is_empty()) {
        check::check(bot, files, &mut problems);
    }
    problems.sort();
    problems.dedup();
    match bot {
        Some(bot) if problems.is_empty() => Ok(bot),
        _ => Err(problems),
    }
}

fn read_all(files: &Files, problems: &mut Vec<Problem>) -> Option<Bot> {
    refuse_strays(files, problems);
    let head: Option<RawBot> = required(files, "bot.yaml", problems);
    let policy: Option<RawPolicy> = required(files, "policy.yaml", problems);
    let actions = read_actions(files, problems);
    let (head, policy) = (head?, policy?);
    let policy = parse_policy::policy(policy, problems);
    let languages = read_languages(&head, problems);
    let mut topics = BTreeMap::new();
    for (file, text) in below(files, "topics/", ".yaml") {
        let raw = raw::read::<RawTopic>(file, text).map_err(|problem| problems.push(problem));
        let Ok(raw) = raw else { continue };
        let topic = parse_topic::topic(file, raw, &policy, problems);
        if let Some(twin) = topics.insert(topic.id.clone(), topic) {
            let message = format!("topic {:?} is defined in another file too", twin.id);
            problems.push(Problem::new(file, 1, "topic", &message));
        }
    }
    Some(Bot {
        name: head.bot.value.clone(),
        default_language: head.default.value,
        disclosure: head.disclosure.map_or("disclosure".to_owned(), |key| key.value),
        voices: head.voices,
        tone: head.tone,
        facts: Value::Object(head.facts.into_iter().collect()),
        words: head.words,
        rating: head.rating.map(|raw| read_rating(raw, problems)),
        policy,
        prompts: read_prompts(files, &languages, problems),
        articles: read_articles(files, problems),
        stories: read_stories(files, problems),
        out_of_scope: optional(files, "oos.yaml", problems),
        heard: optional(files, "heard.yaml", problems),
        languages,
        topics,
        actions,
    })
}

fn required<T: serde::de::DeserializeOwned>(
    files: &Files,
    file: &str,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let Some(text) = files.get(file) else {
        problems.push(Problem::new(file, 0, "file", "is missing; every bot needs one"));
        return None;
    };
    raw::read(file, text).map_err(|problem| problems.push(problem)).ok()
}

/// A file that a bot may do without.
fn optional<T: serde::de::DeserializeOwned + Default>(
    files: &Files,
    file: &str,
    problems: &mut Vec<Problem>,
) -> T {
    let read = files.get(file).map(|text| raw::read(file, text).map_err(|problem| problems.push(problem)));
    read.and_then(Result::ok).unwrap_or_default()
}

/// Files of a folder with that ending, folders below it excluded.
fn below<'a>(
    files: &'a Files,
    folder: &'a str,
    ending: &'a str,
) -> impl Iterator<Item = (&'a String, &'a String)> {
    files.iter().filter(move |(file, _)| file.starts_with(folder) && file.ends_with(ending))
}

/// A misspelt file name would silently do nothing, so it is refused.
fn refuse_strays(files: &Files, problems: &mut Vec<Problem>) {
    let known = |file: &str| {
        let in_folder = [("topics/", ".yaml"), ("tests/", ".yaml"), ("kb/", ".md")];
        ["bot.yaml", "policy.yaml", "actions.yaml", "oos.yaml", "heard.yaml", "README.md"].contains(&file)
            || Language::ALL.iter().any(|language| file == format!("{language}.ftl"))
            || in_folder.iter().any(|(folder, ending)| file.starts_with(folder) && file.ends_with(ending))
    };
    for file in files.keys().filter(|file| !known(file)) {
        let expected = "is no part of a bot; expected bot.yaml, policy.yaml, actions.yaml, oos.yaml, heard.yaml, \
                        pl.ftl, ro.ftl, en.ftl, topics/*.yaml, tests/*.yaml, kb/*.md";
        problems.push(Problem::new(file, 0, "file", expected));
    }
}

fn read_rating(raw: RawRating, problems: &mut Vec<Problem>) -> Rating {
    let ask = raw.ask.as_ref().map_or(1.0, |ask| ask.value);
    if let Some(wrong) = raw.ask.filter(|ask| !(0.0..=1.0).contains(&ask.value)) {
        let message = format!("expected a share of the calls between 0 and 1, found {}", wrong.value);
        problems.push(Problem::new("bot.yaml", wrong.referenced.line(), "rating.ask", &message));
    }
    Rating { kind: raw.kind, ask }
}

fn read_languages(head: &RawBot, problems: &mut Vec<Problem>) -> Vec<Language> {
    let default = head.default.value;
    let mut languages = vec![default];
    for language in &head.languages.value {
        if !languages.contains(language) {
            languages.push(*language);
        }
    }
    if !head.languages.value.contains(&default) {
        let message = format!("{default} is not among `languages`");
        problems.push(Problem::new("bot.yaml", head.default.referenced.line(), "default", &message));
    }
    languages
}

fn read_prompts(
    files: &Files,
    languages: &[Language],
    problems: &mut Vec<Problem>,
) -> BTreeMap<Language, Prompts> {
    let mut all = BTreeMap::new();
    for language in languages {
        let file = format!("{language}.ftl");
        let Some(own) = files.get(&file) else {
            problems.push(Problem::new(&file, 0, "file", "is missing, but bot.yaml enables the language"));
            continue;
        };
        match Prompts::parse(*language, phrases::builtin_prompts(*language), &file, own) {
            Ok(prompts) => drop(all.insert(*language, prompts)),
            Err(found) => problems.extend(found),
        }
    }
    all
}

fn read_stories(files: &Files, problems: &mut Vec<Problem>) -> Vec<story::Story> {
    let mut stories = Vec::new();
    for (file, text) in below(files, "tests/", ".yaml") {
        match story::parse(file, text) {
            Ok(found) => stories.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    stories
}

fn read_articles(files: &Files, problems: &mut Vec<Problem>) -> Vec<Article> {
    let mut articles = Vec::new();
    for (file, text) in below(files, "kb/", ".md") {
        match knowledge::read(file.trim_start_matches("kb/"), text) {
            Ok(article) => articles.push(article),
            Err((line, message)) => problems.push(Problem::new(file, line, "article", message)),
        }
    }
    articles
}

fn read_actions(files: &Files, problems: &mut Vec<Problem>) -> BTreeMap<String, ActionSpec> {
    let Some(text) = files.get("actions.yaml") else {
        return BTreeMap::new();
    };
    match raw::read::<RawActions>("actions.yaml", text) {
        Ok(raw) => raw
            .into_iter()
            .map(|(name, action)| {
                check_action(&name, &action.value, problems);
                (name.clone(), action_spec(name, action.value))
            })
            .collect(),
        Err(problem) => {
            problems.push(problem);
            BTreeMap::new()
        }
    }
}

fn check_action(name: &str, action: &RawAction, problems: &mut Vec<Problem>) {
    let mut complain = |line: u64, key: &str, message: String| {
        problems.push(Problem::new("actions.yaml", line, &format!("{name}.{key}"), &message));
    };
    let method = &action.method;
    if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.value.as_str()) {
        let message = format!("expected GET, POST, PUT, PATCH or DELETE, found {:?}", method.value);
        complain(method.referenced.line(), "method", message);
    }
    let timeout = &action.timeout_ms;
    if !(1..=MAX_ACTION_TIMEOUT_MS).contains(&timeout.value) {
        let message = format!("expected 1..{MAX_ACTION_TIMEOUT_MS} ms, found {}", timeout.value);
        complain(timeout.referenced.line(), "timeout_ms", message);
    }
    let url = &action.url;
    let starts_well = ["http://", "https://", "${env:"].iter().any(|start| url.value.starts_with(start));
    if !starts_well {
        let message = format!("expected http://, https:// or ${{env:NAME}} first, found {:?}", url.value);
        complain(url.referenced.line(), "url", message);
    }
}

fn action_spec(name: String, raw: RawAction) -> ActionSpec {
    ActionSpec {
        name,
        method: raw.method.value,
        url: raw.url.value,
        headers: raw.headers.into_iter().collect(),
        body: raw.body,
        timeout_ms: raw.timeout_ms.value,
        null_on: raw.null_on,
        result: raw.result,
    }
}

/// Names in `{braces}` of a template; `${env:NAME}` is not one of them.
pub fn placeholders(template: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let secret = rest[..open].ends_with('$');
        let Some(close) = rest[open..].find('}') else {
            break;
        };
        if !secret {
            names.insert(rest[open + 1..open + close].to_owned());
        }
        rest = &rest[open + close + 1..];
    }
    names
}
