//! ◆ Facts in a few words, for the record and for agents.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use serde_json::Value;

/// Words of a value that are told at most.
const VALUE_WORDS: usize = 20;
/// Fields of an answer that are told at most.
const DETAIL_FIELDS: usize = 4;

/// What an action brought, in a few words for `Event::ActionCalled`: `status delayed, place Kraków`.
pub fn detail(result: &Result<Value, String>) -> String {
    match result {
        Err(error) => error.clone(),
        Ok(Value::Null) => "nothing found".to_owned(),
        Ok(Value::Object(fields)) => {
            let named = fields
                .iter()
                .filter_map(|(name, value)| Some(format!("{} {}", readable(name), scalar(value)?)));
            named.take(DETAIL_FIELDS).collect::<Vec<_>>().join(", ")
        }
        Ok(other) => scalar(other).unwrap_or_default(),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(last_words(text, VALUE_WORDS)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// At most so many words of the end of a text.
pub fn last_words(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.len().checked_sub(limit) {
        None | Some(0) => words.join(" "),
        Some(cut) => format!("… {}", words[cut..].join(" ")),
    }
}

/// With a capital at its beginning.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

pub(super) fn readable(id: &str) -> String {
    id.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_action_brought_is_told_in_a_few_words() {
        let found = serde_json::json!({ "status": "delayed", "place": "Kraków", "history": [1] });
        assert_eq!(detail(&Ok(found)), "place Kraków, status delayed");
        assert_eq!(detail(&Ok(Value::Null)), "nothing found");
        assert_eq!(detail(&Err("could not connect".into())), "could not connect");
    }
}
