//! ◆ What is wrong with a bot's files.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fmt;

/// One thing wrong, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Relative to the bot's folder.
    pub file: String,
    /// From 1; 0 when the whole file is meant.
    pub line: u64,
    pub key: String,
    pub message: String,
}

impl Problem {
    pub fn new(file: &str, line: u64, key: &str, message: &str) -> Problem {
        Problem { file: file.to_owned(), line, key: key.to_owned(), message: message.to_owned() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.key, self.message)
    }
}
