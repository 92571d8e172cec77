//! ◆ Values that callers say: digits, numbers, yes or no, one of several.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod choice;
mod digits;
mod numbers;
mod yes_no;

pub use choice::choice;
pub use digits::{cardinal, digits};
pub use yes_no::yes_no;
