//! ◆ Keys that the caller presses, gathered into one entry.

use crate::decide::ExpectKind;

/// Most keys in one entry; more end it.
const ENTRY_KEYS: usize = 32;

/// What a key did to the entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// More keys may come.
    More,
    /// The entry is complete.
    Entry(String),
}

/// The entry so far.
#[derive(Debug, Default)]
pub(super) struct Keys {
    digits: String,
}

impl Keys {
    /// Adds one key. `#` ends an entry; where digits are expected the last of them does, and a lone
    /// `0` must wait for a possible second key; to a closed question every key is an answer.
    pub(super) fn press(&mut self, digit: char, expected: &ExpectKind) -> Pressed {
        if digit != '#' {
            self.digits.push(digit);
        } else if self.digits.is_empty() {
            return Pressed::More;
        }
        let full = match expected {
            ExpectKind::Digits { max, .. } => self.digits.len() >= *max,
            // A lone 0 asks for a person; any other key may begin a number that nobody asked for.
            ExpectKind::Open => self.digits == "0",
            ExpectKind::YesNo | ExpectKind::Choice(_) => true,
        };
        if digit == '#' || full || self.digits.len() >= ENTRY_KEYS {
            return Pressed::Entry(std::mem::take(&mut self.digits));
        }
        Pressed::More
    }

    /// No further key came.
    pub(super) fn gap(&mut self) -> Option<String> {
        (!self.digits.is_empty()).then(|| std::mem::take(&mut self.digits))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.digits.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.digits.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_complete_at_their_longest_at_the_hash_or_after_a_gap() {
        let eight = ExpectKind::Digits { min: 8, max: 8 };
        let mut keys = Keys::default();
        for digit in "1234567".chars() {
            assert_eq!(keys.press(digit, &eight), Pressed::More);
        }
        assert_eq!(keys.press('8', &eight), Pressed::Entry("12345678".into()));
        keys.press('4', &eight);
        assert_eq!(keys.press('#', &eight), Pressed::Entry("4".into()));
        keys.press('0', &eight);
        assert_eq!(keys.gap(), Some("0".into()));
        assert_eq!(keys.gap(), None);
    }

    #[test]
    fn a_number_may_be_typed_unasked_but_zero_and_answers_count_at_once() {
        assert_eq!(Keys::default().press('0', &ExpectKind::Open), Pressed::Entry("0".into()));
        assert_eq!(Keys::default().press('1', &ExpectKind::YesNo), Pressed::Entry("1".into()));
        let mut keys = Keys::default();
        for digit in "12345670".chars() {
            assert_eq!(keys.press(digit, &ExpectKind::Open), Pressed::More);
        }
        assert_eq!(keys.gap(), Some("12345670".into()));
    }
}
