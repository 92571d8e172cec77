//! A call that a program places: its steps are known, and when each of them began is all that is told.

use super::line::{self, Dialled, Plan};
use super::report::Report;
use super::script::Step;
use super::steps::Steps;
use super::talk::{Caller, Talk};
use crate::edge::bad_line::BadLine;
use crate::edge::clock::Clock;
use crate::language::Language;
use crate::speak::TextToSpeech;
use crate::time::At;
use std::sync::Arc;
use std::time::Duration;

/// The caller behaves as the defaults of the command line have it.
const ANSWER: Duration = Duration::from_secs(30);
const PAUSE_MS: u64 = 900;
const PATIENCE_MS: u64 = 10_000;
const LONGEST_MS: u64 = 300_000;

/// A call that a program places.
pub struct Call {
    pub target: String,
    pub from: String,
    pub steps: Vec<Step>,
    pub language: Language,
    pub voice: Arc<dyn TextToSpeech>,
    /// What the line does to what the caller says.
    pub bad_line: BadLine,
    /// Silence after the last step, ms; then the caller hangs up.
    pub stay_ms: u64,
}

/// Places a call and plays its steps; gives when each of them began.
pub async fn place(call: Call) -> anyhow::Result<Vec<At>> {
    let clock = Clock::start();
    let report = Report::new(true, clock.now(), Box::new(std::io::sink()));
    let plan = Plan {
        target: call.target,
        from: call.from,
        from_name: None,
        credentials: None,
        answer_timeout: ANSWER,
        local: None,
        record: false,
        bad_line: call.bad_line,
    };
    let mut line = match line::dial(plan, clock, &report).await? {
        Dialled::Answered(line) => line,
        Dialled::Failed { code, reason } => anyhow::bail!("not answered: {code:?} {reason}"),
    };
    let caller = Caller {
        steps: Steps::new(call.steps, false),
        opening: None,
        language: call.language,
        voice: call.voice,
        ears: None,
        pause_ms: PAUSE_MS,
        patience_ms: PATIENCE_MS,
        stay_ms: call.stay_ms,
        longest_ms: LONGEST_MS,
    };
    let talked = Talk::new(&mut line, caller, &report).run().await;
    if talked.is_err() {
        line.hang_up("the caller failed").await;
    }
    line.close().await;
    Ok(talked?.began)
}
