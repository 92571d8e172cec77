//! ◆ What a bot passes before callers meet it: its files, its upkeep, its stories, the no-wall proof.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::Bot;
use super::dialog::proof::{self, Proof};
use super::parse::{self, Files};
use super::problem::Problem;
use super::{hygiene, story};
use std::sync::Arc;

/// Reads a bot, looks at its upkeep, runs those turns of its stories whose meaning is scripted, and proves that a
/// person is reached from every step. Takes seconds.
///
/// # Errors
/// Every problem found, each with file and line.
pub fn vet(files: &Files) -> Result<(Arc<Bot>, Proof), Vec<Problem>> {
    let bot = Arc::new(parse::parse(files)?);
    let untidy = hygiene::look(&bot, files);
    let told = bot.stories.iter().flat_map(|one| story::run(&bot, one, 0, &|_, _| None));
    if !untidy.is_empty() {
        // The proof takes seconds, and holds only for the bot as it will be.
        return Err(untidy.into_iter().chain(told).collect());
    }
    let told: Vec<Problem> = told.collect();
    match proof::prove(&bot) {
        Ok(proof) if told.is_empty() => Ok((bot, proof)),
        Ok(_) => Err(told),
        Err(walls) => Err(walls.into_iter().chain(told).collect()),
    }
}
