//! ◆ JSON Schemas of a bot's files, so that editors complete and check while an author writes.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::raw::{RawAction, RawBot, RawTopic, Texts};
use super::raw_policy::RawPolicy;
use super::story::RawStory;
use crate::understand::classifier::Mishearings;
use serde_json::Value;
use std::collections::BTreeMap;

/// Name of a schema, and the files that it is for, as a glob.
pub const FILES: [(&str, &str); 7] = [
    ("bot", "bot.yaml"),
    ("policy", "policy.yaml"),
    ("actions", "actions.yaml"),
    ("oos", "oos.yaml"),
    ("heard", "heard.yaml"),
    ("topic", "topics/*.yaml"),
    ("tests", "tests/*.yaml"),
];

/// The schema of that name (JSON Schema 2020-12), made from the types that read the files.
pub fn schema(name: &str) -> Option<Value> {
    let schema = match name {
        "bot" => schemars::schema_for!(RawBot),
        "policy" => schemars::schema_for!(RawPolicy),
        "actions" => schemars::schema_for!(BTreeMap<String, RawAction>),
        "oos" => schemars::schema_for!(Texts),
        "heard" => schemars::schema_for!(Mishearings),
        "topic" => schemars::schema_for!(RawTopic),
        "tests" => schemars::schema_for!(Vec<RawStory>),
        _ => return None,
    };
    Some(schema.to_value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::load::read;
    use std::path::Path;

    fn problems(name: &str, text: &str) -> Vec<String> {
        let schema = schema(name).expect("known");
        let validator = jsonschema::validator_for(&schema).expect("a sound schema");
        let value: Value = serde_saphyr::from_str(text).expect("YAML");
        validator.iter_errors(&value).map(|error| error.to_string()).collect()
    }

    #[test]
    fn the_files_of_the_demo_bot_are_as_their_schemas_say() {
        let files = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")).expect("there");
        let mut judged = 0;
        for (file, text) in files.iter().filter(|(file, _)| file.ends_with(".yaml")) {
            let of = |(_, glob): &&(&str, &str)| match glob.split_once('*') {
                Some((folder, _)) => file.starts_with(folder),
                None => file == glob,
            };
            let (name, _) = FILES.iter().find(of).expect("every file has a schema");
            assert_eq!(problems(name, text), Vec::<String>::new(), "{file}");
            judged += 1;
        }
        assert!(judged >= 12, "{judged} files");
    }

    #[test]
    fn an_editor_is_told_what_is_wrong() {
        let topic = "topic: hours\nwhen: { en: [a, b, c] }\ndo: [{ say: hours }]\n";
        assert_eq!(problems("topic", topic), Vec::<String>::new());
        for (wrong, expected) in [
            (topic.replace("say", "sai"), "sai"),
            (topic.replace("en:", "xx:"), "xx"),
            (topic.replace("do:", "does:"), "do"),
            (topic.replace("[a, b, c]", "a"), "array"),
        ] {
            let found = problems("topic", &wrong).join("; ");
            assert!(found.contains(expected), "{wrong}: {found}");
        }
    }
}
