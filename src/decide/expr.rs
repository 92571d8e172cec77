//! ◆ The only expressions there are: one path compared with one literal.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use serde_json::Value;

/// `parcel.status == delayed`, `parcel == null`, `parcel.eta_days > 1`, or a path alone for "is true".
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub path: String,
    pub operator: Operator,
    pub literal: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Longer ones first, so that `<=` is not read as `<`.
const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Operator {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("==", |(sign, _)| sign)
    }
}

impl Condition {
    /// Reads a comparison; the error says what was expected.
    pub fn parse(text: &str) -> Result<Condition, String> {
        let found = OPERATORS.iter().find_map(|(sign, operator)| Some((text.split_once(sign)?, *operator)));
        let (path, operator, literal) = match found {
            Some(((path, literal), operator)) => (path.trim(), operator, parse_literal(literal.trim())?),
            None => (text.trim(), Operator::Equal, Value::Bool(true)),
        };
        if !is_path(path) {
            return Err(format!("expected `name.field == value`, found {text:?}"));
        }
        Ok(Condition { path: path.to_owned(), operator, literal })
    }

    /// Whether it holds for the value at `path`.
    pub fn holds(&self, value: &Value) -> bool {
        match self.operator {
            Operator::Equal => *value == self.literal,
            Operator::NotEqual => *value != self.literal,
            Operator::Less => self.numbers(value).is_some_and(|(a, b)| a < b),
            Operator::LessOrEqual => self.numbers(value).is_some_and(|(a, b)| a <= b),
            Operator::Greater => self.numbers(value).is_some_and(|(a, b)| a > b),
            Operator::GreaterOrEqual => self.numbers(value).is_some_and(|(a, b)| a >= b),
        }
    }

    fn numbers(&self, value: &Value) -> Option<(f64, f64)> {
        Some((value.as_f64()?, self.literal.as_f64()?))
    }
}

/// A path is names joined by dots.
pub fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.split('.').all(is_name)
}

/// The value at the rest of a path inside `root`; null where there is none.
pub fn lookup<'a>(root: &'a Value, fields: &[&str]) -> &'a Value {
    fields.iter().fold(root, |value, field| value.get(field).unwrap_or(&Value::Null))
}

fn parse_literal(text: &str) -> Result<Value, String> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let is_word = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    is_word
        .then(|| Value::String(text.to_owned()))
        .ok_or_else(|| format!("expected a word, a number, true, false or null, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(text: &str, value: Value) -> bool {
        Condition::parse(text).unwrap().holds(&value)
    }

    #[test]
    fn comparisons_hold_for_words_numbers_and_null() {
        assert!(holds("parcel.status == delayed", json!("delayed")));
        assert!(holds("parcel.status != delayed", json!("lost")));
        assert!(holds("parcel == null", Value::Null));
        assert!(holds("parcel.eta_days <= 1", json!(1)));
        assert!(!holds("parcel.eta_days > 1", json!("soon")));
        assert!(holds("gift", json!(true)));
    }

    #[test]
    fn anything_beyond_a_comparison_is_refused() {
        assert!(Condition::parse("a == b and c == d").is_err());
        assert!(Condition::parse("len(a) > 2").is_err());
        assert!(Condition::parse("a ==").is_err());
    }
}
