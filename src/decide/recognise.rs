//! ◆ The only place that asks what a caller's words contain: a person, a language, a value.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub use crate::understand::another::names_another;
pub use crate::understand::language::{asks_for_language, text_language};
pub use crate::understand::person::{asks_for_person, mentions_person};
pub use crate::understand::slots::{Kind, choice, digits, surest_choice, yes_no};
