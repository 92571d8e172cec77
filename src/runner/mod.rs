//! One task per call.

pub mod actions; // the dialog's HTTP calls
