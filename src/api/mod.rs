//! API
pub mod problem;
