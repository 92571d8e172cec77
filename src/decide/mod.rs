//! ◆ 5. Meaning to the next step: topics, the dialog manager, escalation policy, summary.
//!
//! `decide` knows nothing of audio, sockets or clocks. The call feeds it `DialogInput` and carries
//! out the `Act`s that come back, in order.

pub mod act;

pub use act::{Act, ActionCall, DialogInput, Escalation, Expect, ExpectKind};
