//! ◆ After-call work as a page shows it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::after_call::AfterCall;
use serde::Serialize;

/// What an agent finds when a call is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AfterCallView {
    /// Of the call's queue.
    pub codes: Vec<String>,
    /// Nobody finishes without a code.
    pub required: bool,
    /// What "more time" adds, s.
    pub extend_s: u64,
}

impl AfterCallView {
    /// What is the same after every call of this queue.
    pub fn of(after: &AfterCall, queue: Option<&str>) -> Self {
        let rules = after.of(queue);
        let extend_s = after.extend.as_secs();
        AfterCallView { codes: rules.codes.clone(), required: rules.required, extend_s }
    }
}
