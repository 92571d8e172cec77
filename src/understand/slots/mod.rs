//! ◆ Values that callers say: digits, numbers, yes or no, one of several, dates, times.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod amount;
mod calendar_words;
mod choice;
mod clock;
mod contact;
mod date;
mod digits;
mod found;
mod free;
mod kind;
mod letters;
mod numbers;
mod ordinals;
mod spoken;
mod tokens;
mod written;
mod yes_no;

pub use amount::{Amount, Currency, amounts};
pub use choice::{choice, surest_choice};
pub use clock::{When, times};
pub use contact::{email, phone, postal_code};
pub use date::{dates, past_dates};
pub use digits::{cardinal, digits};
pub use found::Found;
pub use free::{person_name, street};
pub use kind::Kind;
pub use letters::letters;
pub use ordinals::place;
pub use yes_no::yes_no;
