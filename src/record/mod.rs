//! What remains of a call: append-only events, and what is derived from them.
//!
//! Nothing else is written while a call lives. CDR, transcript, screen pop and every report are
//! pure functions of the events.

pub mod cdr; //        ◆ one line per call
pub mod event; //      ◆ the vocabulary
pub mod transcript; // ◆ who said what

pub use event::{CallId, Entry, Event};
