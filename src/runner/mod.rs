//! One task per call.
