//! ◆ 5. Meaning to the next step: topics, the dialog manager, escalation policy, summary.
//!
//! `decide` knows nothing of audio, sockets or clocks. The call feeds it `DialogInput` and carries
//! out the `Act`s that come back, in order.

pub mod act;
pub mod bot; //         a bot, checked
pub mod compare; //     handovers of recorded calls under two policies
pub mod detail; //      facts in a few words
pub mod dialog; //      the dialog manager
pub mod feeling; //     what callers feel, in words
pub mod hours; //       when people are there
pub mod hygiene; //     what makes a bot hard to keep
pub mod load; //        a bot's folder from disk (the one part that is not ◆)
pub mod mood; //        callers' moods over the turns
pub mod parse; //       its files to a bot
pub mod problem; //     what is wrong with them
pub mod promise; //     what agents must not promise
pub mod prompts; //     what it says, in Project Fluent
pub mod replay; //      a recorded call, played again
pub mod schema; //      for editors
pub mod story; //       text tests of a bot
pub mod teach; //       what was learnt into its files
pub mod vet; //         everything that a bot passes before callers meet it

mod check;
mod expr;
mod parse_policy;
mod parse_topic;
pub(crate) mod phrases;
mod raw;
mod raw_policy;
pub(crate) mod recognise;
mod warm;
mod words;

#[cfg(test)]
mod parse_tests;

pub use act::{
    Act, ActionCall, DialogInput, Escalation, Expect, ExpectKind, Proposal, Unheard, Verdict, WaitingNews,
    WaitingWish,
};
pub use bot::Bot;
pub use dialog::Dialog;
pub use problem::Problem;
