//! ◆ What does not break a call but a bot's upkeep: messages that nobody says, sentences taught twice, secrets.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::{Bot, SlotKind, Step, Topic};
use super::check::file_of;
use super::parse::Files;
use super::phrases::BUILTIN;
use super::problem::Problem;
use super::prompts::{CHAT, team_key, title_key};
use super::words::fold_words;
use std::collections::{BTreeMap, BTreeSet};

/// Keys under which people write secrets down.
const SECRET_KEYS: [&str; 8] =
    ["password", "passwd", "secret", "token", "api_key", "apikey", "authorization", "x-api-key"];
/// Shortest run of letters and digits that looks like a key.
const KEY_CHARACTERS: usize = 24;
/// Longest passage of an article that is read out, about 20 s.
const SPOKEN_CHARACTERS: usize = 300;

/// Everything found in a bot that loads.
pub fn look(bot: &Bot, files: &Files) -> Vec<Problem> {
    let mut problems = unused_messages(bot);
    problems.extend(taught_twice(bot, files));
    problems.extend(secrets(files));
    problems.extend(articles(bot));
    problems.extend(never_reached(bot, files));
    problems.sort();
    problems
}

/// Messages of the bot's own that no step, slot, topic, option or other message needs.
fn unused_messages(bot: &Bot) -> Vec<Problem> {
    let used = used_keys(bot);
    let mut problems = Vec::new();
    for language in bot.languages.iter().copied() {
        let prompts = bot.prompts(language);
        let mut open: Vec<String> =
            prompts.own_keys().filter(|key| is_used(key, &used)).map(str::to_owned).collect();
        let mut reached: BTreeSet<String> = open.iter().cloned().collect();
        while let Some(key) = open.pop() {
            let more = prompts.refers(&key).into_iter().filter(|key| reached.insert(key.clone()));
            open.extend(more);
        }
        let unused = prompts.own_keys().filter(|key| !reached.contains(*key));
        problems.extend(unused.map(|key| {
            let file = format!("{language}.ftl");
            Problem::new(
                &file,
                prompts.line(key),
                key,
                "nothing says this message: remove it, or use it in a step",
            )
        }));
    }
    problems
}

/// A key, or a later attempt of it.
fn is_used(key: &str, used: &BTreeSet<String>) -> bool {
    let key = key.strip_prefix(CHAT).unwrap_or(key);
    let base = ["-2", "-3"].iter().find_map(|attempt| key.strip_suffix(attempt));
    used.contains(key) || base.is_some_and(|base| used.contains(base))
}

fn used_keys(bot: &Bot) -> BTreeSet<String> {
    let mut used: BTreeSet<String> = BUILTIN.iter().map(|(key, _)| (*key).to_owned()).collect();
    used.extend([bot.disclosure.clone(), bot.policy.specialist.clone()]);
    used.extend(bot.actions.keys().map(|action| title_key(action)));
    let queues = bot.topics.values().filter_map(|topic| topic.queue.as_ref());
    used.extend(queues.chain([&bot.policy.queue]).map(|queue| team_key(queue)));
    for topic in bot.topics.values() {
        used.insert(format!("topic-{}", topic.id));
        used.insert(title_key(&topic.id));
        used.extend(topic.collect.iter().map(|slot| title_key(&slot.name)));
        used.extend(topic.specialist.clone());
        for slot in &topic.collect {
            used.insert(slot.ask.clone());
            if let SlotKind::Choice(options) = &slot.kind {
                used.extend(options.iter().map(|option| format!("option-{option}")));
            }
        }
        said(&topic.steps, &mut used);
    }
    used
}

fn said(steps: &[Step], used: &mut BTreeSet<String>) {
    for step in steps {
        match step {
            Step::Say { key, .. } | Step::AskAgain { say: key, .. } => {
                used.insert(key.clone());
            }
            Step::If { then, otherwise, .. } => {
                said(then, used);
                said(otherwise, used);
            }
            Step::Call { .. }
            | Step::Ask { .. }
            | Step::AnythingElse
            | Step::OfferPerson { .. }
            | Step::Human { .. }
            | Step::End => {}
        }
    }
}

/// One sentence as an example of two topics teaches neither.
fn taught_twice(bot: &Bot, files: &Files) -> Vec<Problem> {
    let mut first: BTreeMap<(crate::language::Language, String), &Topic> = BTreeMap::new();
    let mut problems = Vec::new();
    for topic in bot.topics.values() {
        for (language, examples) in &topic.examples {
            for example in examples {
                let folded = fold_words(example).join(" ");
                let twin = *first.entry((*language, folded)).or_insert(topic);
                if twin.id != topic.id {
                    let (file, line) = place(files, &topic.id, example);
                    let message = format!(
                        "{example:?} ({language}) is an example of {} too: it can teach only one",
                        twin.id
                    );
                    problems.push(Problem::new(&file, line, "when", &message));
                }
            }
        }
    }
    problems
}

/// A word that brings a person at once leaves a topic no turn.
fn never_reached(bot: &Bot, files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    for topic in bot.topics.values() {
        for (language, examples) in &topic.examples {
            let critical = bot.policy.critical.get(language).into_iter().flatten();
            let immediate: Vec<_> = critical.filter(|word| word.immediate).collect();
            for example in examples {
                let words = fold_words(example);
                if let Some(word) = immediate.iter().find_map(|word| word.pattern.find(&words)) {
                    let (file, line) = place(files, &topic.id, example);
                    let queue = &bot.policy.queue;
                    let message = format!(
                        "{example:?} ({language}) never begins this topic: policy.yaml sends {word:?} to a person of \
                         {queue} at once (`!`)"
                    );
                    problems.push(Problem::new(&file, line, "when", &message));
                }
            }
        }
    }
    problems
}

/// An article that callers hear must be short, and answer all of them.
fn articles(bot: &Bot) -> Vec<Problem> {
    let mut problems = Vec::new();
    for article in &bot.articles {
        let Some(language) = article.language else { continue };
        let file = format!("kb/{}.md", article.name);
        let mut complain =
            |line, message: String| problems.push(Problem::new(&file, line, "article", &message));
        if !bot.languages.contains(&language) {
            complain(1, format!("is for callers in {language}, a language that the bot does not speak"));
        }
        let base = article.name.trim_end_matches(language.code());
        for other in bot.languages.iter().filter(|other| **other != language) {
            let twin = format!("{base}{other}");
            match bot.articles.iter().find(|article| article.name == twin) {
                None => complain(1, format!("kb/{twin}.md is missing: callers in {other} get no answer")),
                Some(twin) if twin.sections.len() > article.sections.len() => {
                    let (here, there) = (article.sections.len(), twin.sections.len());
                    let name = &twin.name;
                    complain(
                        1,
                        format!(
                            "has {here} headings, kb/{name}.md has {there}: they answer each other's questions in the same order"
                        ),
                    );
                }
                Some(_) => {}
            }
        }
        for section in &article.sections {
            let length = section.spoken().chars().count();
            if length > SPOKEN_CHARACTERS {
                let message = "is spoken to callers, who cannot take in more than";
                complain(
                    section.line,
                    format!("{:?} {message} {SPOKEN_CHARACTERS} characters, found {length}", section.heading),
                );
            }
        }
    }
    problems
}

/// The file of a topic and the line of an example in it.
fn place(files: &Files, topic: &str, example: &str) -> (String, u64) {
    let file = file_of(files, topic);
    let text = files.get(&file).map_or("", String::as_str);
    let line = text.lines().position(|line| line.contains(example)).map_or(0, |index| index as u64 + 1);
    (file, line)
}

/// Secrets belong into the environment (`${env:NAME}`), not into files that go to git.
fn secrets(files: &Files) -> Vec<Problem> {
    let yaml = files.iter().filter(|(file, _)| file.ends_with(".yaml") && !file.starts_with("tests/"));
    yaml.flat_map(|(file, text)| {
        let lines = text.lines().enumerate();
        lines.filter_map(move |(index, line)| {
            let (key, value) = line.trim_start_matches([' ', '-']).split_once(':')?;
            let key = key.trim().trim_matches(['"', '\'']).to_lowercase();
            let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            let found = is_secret(&key, value);
            found.then(|| {
                let message = "looks like a secret: write ${env:NAME} and put it into the environment";
                Problem::new(file, index as u64 + 1, &key, message)
            })
        })
    })
    .collect()
}

fn is_secret(key: &str, value: &str) -> bool {
    if value.is_empty() || value.contains("${env:") {
        return false;
    }
    let named = SECRET_KEYS.iter().any(|name| key == *name || key.ends_with(&format!("_{name}")));
    named || value.contains("Bearer ") || value.starts_with("Basic ") || looks_random(value)
}

/// A long word of mixed letters and digits is a key; words and addresses are not.
fn looks_random(value: &str) -> bool {
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '='));
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let letters = value.chars().filter(char::is_ascii_alphabetic).count();
    plain && value.len() >= KEY_CHARACTERS && digits >= 4 && letters >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_words_and_references() {
        assert!(is_secret("authorization", "Bearer abc"));
        assert!(is_secret("headers", "{ Authorization: \"Bearer abc\" }"));
        assert!(is_secret("x-api-key", "abc"));
        assert!(is_secret("anything", "sk3f9a8c7b6d5e4f3a2b1c0d9e8f7a6b"));
        assert!(!is_secret("authorization", "Bearer ${env:PARCEL_TOKEN}"));
        assert!(!is_secret("ask", "ask_number"));
        assert!(!is_secret("url", "${env:PARCEL_SERVICE_URL}/parcels/{parcel_number}"));
    }
}
