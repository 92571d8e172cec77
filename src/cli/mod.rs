//! The command line: one file per subcommand.

mod audio; // sentences as callers say and bots hear them
mod bot;
pub mod bots;
pub mod calls;
pub mod chat;
pub mod check;
mod client; // requests to the admin API
pub mod dial;
pub mod diff;
pub mod eval_answers;
pub mod eval_barge;
pub mod eval_data;
pub mod eval_intents;
pub mod eval_search;
pub mod eval_slots;
pub mod eval_stt;
pub mod eval_texts;
pub mod eval_tone;
pub mod eval_turns;
pub mod graph;
pub mod learn;
mod misheard; // part of `duet learn`
pub mod models;
pub mod preview;
pub mod replay;
mod report;
pub mod schema;
pub mod serve;
pub mod test;
pub mod user;

use crate::understand::e5::{E5, MODEL_FILE};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Exit code of a command line or configuration that is wrong (`EX_USAGE`, sysexits.h).
pub const EX_USAGE: u8 = 64;

/// Voicebot telephony server that passes calls to people.
#[derive(Debug, Parser)]
#[command(name = "duet", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer calls.
    Serve(serve::Args),
    /// Find at load what would fail in a call: configuration, bots, models.
    Check(check::Args),
    /// Talk to a bot in the terminal, without a call.
    Chat(chat::Args),
    /// Run a bot's stories with its real understanding.
    Test(test::Args),
    /// Which recorded calls would go differently with another version of a bot.
    Diff(diff::Args),
    /// Which recorded calls another policy would hand over earlier, later or never.
    Replay(replay::Args),
    /// What recorded calls say about how callers were served
    Report(report::Args),
    /// Hear a bot's messages on your own loudspeaker, in the voices that callers hear.
    Preview(preview::Args),
    /// Draw a bot as a Mermaid flowchart.
    Graph(graph::Args),
    /// JSON Schemas of a bot's files, for editors.
    Schema(schema::Args),
    /// Weights: list, fetch, verify.
    Models(models::Args),
    /// Call a SIP address and talk to it.
    Dial(dial::Args),
    /// Calls of a running node: list, show turn by turn.
    Calls(calls::Args),
    /// Bots of a running node: generations, load anew, go back.
    Bots(bots::Args),
    /// What callers said that a bot did not understand, and teaching it.
    Learn(learn::Args),
    /// Measure on your own data.
    #[command(subcommand)]
    Eval(Eval),
    /// Agents, supervisors and API tokens.
    User(user::Args),
}

#[derive(Debug, Subcommand)]
enum Eval {
    /// Word and character error, latency and real-time factor of speech recognition.
    Stt(eval_stt::Args),
    /// Values that are exactly right after recogniser and slot reader.
    Slots(eval_slots::Args),
    /// Time from the caller's voice to silence on the wire, and what stops the bot for nothing.
    Barge(eval_barge::Args),
    /// Accuracy, calibration and out-of-scope rejection of understanding.
    Intents(eval_intents::Args),
    /// How often a bot's articles answer a question rightly, wrongly or not at all.
    Answers(eval_answers::Args),
    /// How often the articles that a question needs are among the first three.
    Search(eval_search::Args),
    /// Anger, sarcasm and the like in text, against a plain word list.
    Tone(eval_tone::Args),
    /// False cut-offs and waiting at the end of callers' turns.
    Turns(eval_turns::Args),
}

/// Options that several commands share.
#[derive(Debug, Clone, clap::Args)]
pub struct ModelDir {
    /// Where the weights lie.
    #[arg(long, env = "DUET_MODELS_DIR", default_value = "models")]
    pub models: PathBuf,
}

impl ModelDir {
    /// Sentence vectors, unless they are not wanted or the weights are missing, which is said: the rest of a measured
    /// model then works alone.
    fn e5(&self, wanted: bool) -> anyhow::Result<Option<Arc<E5>>> {
        let path = self.models.join(MODEL_FILE);
        if wanted && !path.exists() {
            eprintln!("{} is missing: no sentence vectors (fetch it by `duet models fetch`)", path.display());
        }
        if wanted && path.exists() { Ok(Some(E5::load(&path)?)) } else { Ok(None) }
    }
}

impl Cli {
    /// Runs the command; an error is printed with its causes.
    pub fn run(self) -> ExitCode {
        let result = match self.command {
            Command::Serve(args) => serve::run(args),
            Command::Check(args) => check::run(args),
            Command::Chat(args) => chat::run(args),
            Command::Test(args) => test::run(args),
            Command::Preview(args) => preview::run(args),
            Command::Graph(args) => graph::run(args),
            Command::Models(args) => models::run(args),
            Command::Dial(args) => dial::run(args),
            Command::Eval(Eval::Barge(args)) => eval_barge::run(args),
            Command::Learn(args) => learn::run(args),
            Command::Schema(args) => schema::run(args),
            Command::Diff(args) => diff::run(args),
            Command::Replay(args) => replay::run(args),
            Command::Report(args) => report::run(args),
            Command::Bots(args) => bots::run(args),
            Command::Calls(args) => calls::run(args),
            Command::Eval(Eval::Stt(args)) => eval_stt::run(args),
            Command::Eval(Eval::Slots(args)) => eval_slots::run(args),
            Command::Eval(Eval::Intents(args)) => eval_intents::run(args),
            Command::Eval(Eval::Answers(args)) => eval_answers::run(args),
            Command::Eval(Eval::Search(args)) => eval_search::run(args),
            Command::Eval(Eval::Tone(args)) => eval_tone::run(args),
            Command::Eval(Eval::Turns(args)) => eval_turns::run(args),
            Command::User(args) => user::run(args),
        };
        result.unwrap_or_else(|error| {
            eprintln!("duet: {error:#}");
            ExitCode::FAILURE
        })
    }
}
