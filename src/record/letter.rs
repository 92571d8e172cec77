//! ◆ What a customer wrote, or was written to, outside of calls: e-mail, comment, text message, chat elsewhere.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;
use serde::{Deserialize, Serialize};

/// Longest text, in characters; a long e-mail with its quotes.
pub const TEXT_MAX_CHARS: usize = 20_000;
/// Longest name, subject and key.
pub const LINE_MAX_CHARS: usize = 200;
/// Longest id of a contact.
const CONTACT_MAX_CHARS: usize = 200;

/// Which way it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    Chat,
    Email,
    /// Under a post or a review.
    Comment,
    Sms,
}

/// Who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    #[default]
    Customer,
    /// One of ours.
    Agent,
    /// A program: a notice, a confirmation.
    System,
}

/// One such text in the thread of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Letter {
    /// Sorts by the time at which it was kept.
    pub id: String,
    /// As [`contact`] makes it: what calls of the same customer have as their number.
    pub contact: String,
    pub channel: Medium,
    pub by: Author,
    /// Of whoever wrote it.
    pub name: Option<String>,
    pub subject: Option<String>,
    pub text: String,
    /// When it was written, ms since the Unix epoch.
    #[schema(value_type = u64)]
    pub at: At,
}

/// The id under which a contact is found, however it was written: a number without blanks and marks, an e-mail
/// address in small letters, or an id of another program as it is. `None` for what can be none.
pub fn contact(written: &str) -> Option<String> {
    let written = written.trim();
    let fits = !written.is_empty()
        && written.chars().count() <= CONTACT_MAX_CHARS
        && !written.chars().any(char::is_control);
    if !fits {
        return None;
    }
    if written.contains('@') {
        return Some(written.to_lowercase());
    }
    let digits: String =
        written.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
    let number = digits.strip_prefix('+').unwrap_or(&digits);
    let is_number = number.len() >= 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    Some(if is_number { digits } else { written.to_owned() })
}

/// The ids that may mean the same contact: trunks write numbers with and without their `+`.
pub fn same_contact(contact: &str) -> [String; 2] {
    let other = match contact.strip_prefix('+') {
        Some(number) => number.to_owned(),
        None if contact.bytes().all(|byte| byte.is_ascii_digit()) => format!("+{contact}"),
        None => contact.to_owned(),
    };
    [contact.to_owned(), other]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_found_however_it_is_written() {
        for (written, id) in [
            ("+48 601-234-567", "+48601234567"),
            ("(0601) 234.567", "0601234567"),
            (" Anna.Nowak@Example.com ", "anna.nowak@example.com"),
            ("crm-00417", "crm-00417"),
            ("12", "12"),
        ] {
            assert_eq!(contact(written).as_deref(), Some(id), "{written}");
        }
        for none in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert_eq!(contact(none), None, "{none:?}");
        }
        assert_eq!(same_contact("+48601234567"), ["+48601234567", "48601234567"]);
        assert_eq!(same_contact("48601234567"), ["48601234567", "+48601234567"]);
        assert_eq!(same_contact("a@b.pl"), ["a@b.pl", "a@b.pl"]);
    }
}
