//! ◆ Adds to a bot's files what was learnt from calls, and leaves everything else as its author wrote it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::check::file_of;
use super::parse::Files;
use crate::language::Language;
use crate::understand::classifier::Mishearings;
use std::fmt::Write;

/// Where lessons become tests.
const STORIES: &str = "tests/learnt.yaml";
const STORIES_HEAD: &str =
    "# Sentences of callers that were learnt from calls: each must be understood from now on.\n";

const MISHEARINGS_HEAD: &str = "# What the recogniser made of the examples. Written by `duet learn heard`; keep it in git, do not edit it.\n";

/// A change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Below the bot's folder.
    pub file: String,
    /// Line of what is new, from 1.
    pub line: usize,
    /// What is new.
    pub added: String,
    /// The whole file.
    pub text: String,
}

/// Teaches one sentence: an example of the topic, and a story that expects it; for `oos` an example alone, for
/// nothing is expected then.
///
/// # Errors
/// No such topic, or a file without a list of examples in that language where one can be added.
pub fn teach(files: &Files, topic: &str, language: Language, sentence: &str) -> Result<Vec<Change>, String> {
    let outside = topic == "oos";
    let file = if outside { "oos.yaml".to_owned() } else { file_of(files, topic) };
    let text = files.get(&file).ok_or_else(|| format!("there is no topic {topic:?}"))?;
    let parent = if outside { None } else { Some("when:") };
    let example = with_example(text, parent, language, sentence);
    let (line, added, text) =
        example.ok_or_else(|| format!("{file} has no list of examples in {language}"))?;
    let mut changes = vec![Change { file, line, added, text }];
    if !outside {
        changes.push(story(files, topic, language, sentence));
    }
    Ok(changes)
}

/// The sentence at the end of the block list under `LANGUAGE:`, below `parent` where there is one.
fn with_example(
    text: &str,
    parent: Option<&str>,
    language: Language,
    sentence: &str,
) -> Option<(usize, String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let from = match parent {
        Some(parent) => lines.iter().position(|line| line.trim_end() == parent)? + 1,
        None => 0,
    };
    let until = |start: usize, depth: usize| {
        let end = lines[start..].iter().position(|line| content(line) && indent(line) < depth);
        end.map_or(lines.len(), |end| start + end)
    };
    let depth = usize::from(parent.is_some());
    let key = format!("{language}:");
    let at = (from..until(from, depth)).find(|at| lines[*at].trim() == key)?;
    let inside = indent(lines[at]);
    let items = (at + 1..lines.len()).take_while(|at| {
        let line = lines[*at];
        !content(line)
            || indent(line) > inside
            || (indent(line) == inside && line.trim_start().starts_with("- "))
    });
    let last = items.filter(|at| lines[*at].trim_start().starts_with("- ")).last()?;
    let added = format!("{}- {}", " ".repeat(indent(lines[last])), quoted(sentence));
    let mut all: Vec<&str> = lines.clone();
    all.insert(last + 1, &added);
    Some((last + 2, added.clone(), all.join("\n") + "\n"))
}

fn story(files: &Files, topic: &str, language: Language, sentence: &str) -> Change {
    let before = files.get(STORIES).map_or(STORIES_HEAD, String::as_str);
    let name = quoted(&format!("Learnt: {sentence} ({language})"));
    let added = format!(
        "\n- story: {name}\n  language: {language}\n  turns:\n    - caller: {}\n      means: {topic}\n      \
         expect: {{ topic: {topic} }}\n",
        quoted(sentence)
    );
    let line = before.lines().count() + 2;
    Change { file: STORIES.to_owned(), line, text: format!("{before}{added}"), added }
}

/// `heard.yaml`, the same for the same.
pub fn mishearings(heard: &Mishearings) -> String {
    let mut text = MISHEARINGS_HEAD.to_owned();
    for (language, examples) in heard.iter().filter(|(_, examples)| !examples.is_empty()) {
        let _ = writeln!(text, "{language}:");
        for (example, heard) in examples {
            let heard: Vec<String> = heard.iter().map(|text| quoted(text)).collect();
            let _ = writeln!(text, "  {}: [{}]", quoted(example), heard.join(", "));
        }
    }
    text
}

/// JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::parse::parse;

    fn files() -> Files {
        let topic = "topic: hours # of the shop\nwhen:\n  en:\n    # said on the phone\n    - when are you open\n    \
                     - opening hours\n\n  pl:\n    - kiedy jest otwarte\n    - godziny otwarcia\n    - czy jest otwarte\n\
                     do:\n  - say: hours\n";
        let prompts = "hours = Open.\n    .b = Come.\ntopic-hours = say the hours\ndisclosure = A machine.\n";
        let texts = [
            ("bot.yaml", "bot: shop\nlanguages: [en, pl]\ndefault: en\n"),
            ("policy.yaml", "queue: front\n"),
            ("topics/hours.yaml", topic),
            ("oos.yaml", "en:\n- what time is it\npl:\n- która godzina\n"),
            ("en.ftl", prompts),
            ("pl.ftl", prompts),
        ];
        texts.map(|(file, text)| (file.to_owned(), text.to_owned())).into()
    }

    #[test]
    fn a_sentence_becomes_an_example_and_a_story_and_nothing_else_changes() {
        let mut files = files();
        let said = "are you \"open\": now?";
        let changes = teach(&files, "hours", Language::English, said).expect("taught");
        assert_eq!((changes[0].file.as_str(), changes[0].line), ("topics/hours.yaml", 7));
        let without: String = changes[0].text.replace(&format!("{}\n", changes[0].added), "");
        assert_eq!(without, files["topics/hours.yaml"], "comments and order stay");
        files.extend(changes.into_iter().map(|change| (change.file, change.text)));
        let bot = parse(&files).map_err(|problems| format!("{problems:?}")).expect("sound");
        assert!(bot.topics["hours"].examples[&Language::English].iter().any(|example| example == said));
        assert_eq!(bot.stories.len(), 1);
        let again = teach(&files, "hours", Language::Polish, "otwarte?").expect("taught");
        files.extend(again.into_iter().map(|change| (change.file, change.text)));
        let bot = parse(&files).map_err(|problems| format!("{problems:?}")).expect("sound");
        assert_eq!((bot.stories.len(), bot.topics["hours"].examples[&Language::Polish].len()), (2, 4));
    }

    #[test]
    fn what_was_heard_is_read_as_it_was_written() {
        let of =
            |text: &str, heard: &[&str]| (text.to_owned(), heard.iter().map(|t| t.to_string()).collect());
        let english = [of("is it \"open\": now", &["Is it hoping now?", "# yes"]), of("no", &[])];
        let heard: Mishearings = [(Language::English, english.into()), (Language::Polish, [].into())].into();
        let mut files = files();
        let topic =
            files["topics/hours.yaml"].replace("- opening hours", "- opening hours\n    - your hours");
        files.insert("topics/hours.yaml".into(), topic);
        files.insert("heard.yaml".into(), mishearings(&heard));
        let bot = parse(&files).map_err(|problems| format!("{problems:?}")).expect("sound");
        assert_eq!(bot.heard[&Language::English], heard[&Language::English]);
        files.insert("heard.yaml".into(), "en:\n  no: maybe\n".into());
        let problems = parse(&files).map(|_| ()).expect_err("no list");
        assert_eq!((problems[0].file.as_str(), problems[0].line), ("heard.yaml", 2));
    }

    #[test]
    fn what_belongs_nowhere_goes_where_that_is_kept() {
        let changes = teach(&files(), "oos", Language::English, "sing a song").expect("taught");
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].text, "en:\n- what time is it\n- \"sing a song\"\npl:\n- która godzina\n");
        assert!(teach(&files(), "none", Language::English, "x").unwrap_err().contains("no topic"));
        assert!(teach(&files(), "hours", Language::Romanian, "x").unwrap_err().contains("in ro"));
    }
}
