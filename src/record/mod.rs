//! What remains of a call: append-only events, and what is derived from them.
//!
//! Nothing else is written while a call lives. CDR, transcript, screen pop and every report are
//! pure functions of the events.

pub mod after; //    ◆ what people do with a call when it is over
pub mod cdr; //        ◆ one line per call
pub mod event; //      ◆ the vocabulary
pub mod follow_up; //  ◆ what is to be done after a call
pub mod handover; //   ◆ how handovers went, and what they lost
pub mod lessons; //    ◆ what the bot can learn from a call
pub mod letter; //     ◆ what customers write outside of calls
pub mod rating; //     ◆ how callers rate calls
pub mod recorder; //   appends events, durably, and tells whoever listens
pub mod report; //     ◆ many calls as one report
pub mod silence; //    ◆ callers who were kept and not served
pub mod transcript; // ◆ who said what
pub mod turns; //      ◆ what each turn took, for the waterfall
pub mod voicemail; //  ◆ messages that callers left

pub use event::{CallId, Entry, Event};
pub use recorder::Recorder;

use crate::time::At;

/// A moment as RFC 3339 in UTC with milliseconds: `2026-11-21T09:30:00.250Z`.
///
/// A moment beyond the year 9999, which only a broken clock makes, comes out as that year's end.
pub fn rfc3339(at: At) -> String {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    let timestamp = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX);
    format!("{timestamp:.3}")
}
