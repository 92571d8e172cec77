//! A call that a program places: its steps are known, and when each of them began is all that is told.

use super::line::{self, Dialled, Plan};
use super::report::Report;
use super::script::Step;
use super::steps::Steps;
use super::talk::{Caller, Talk};
use crate::edge::clock::Clock;
use crate::language::Language;
use crate::speak::TextToSpeech;
use crate::time::At;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
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
    /// Share of our media packets that is lost, 0..1.
    pub loss: f32,
    /// Silence after the last step, ms; then the caller hangs up.
    pub stay_ms: u64,
}

/// Places a call and plays its steps; gives when each of them began.
pub async fn place(call: Call) -> anyhow::Result<Vec<At>> {
    let clock = Clock::start();
    let began = Began::default();
    let dialled = clock.now();
    let report = Report::new(true, dialled, Box::new(began.clone()));
    let plan = Plan {
        target: call.target,
        from: call.from,
        from_name: None,
        credentials: None,
        answer_timeout: ANSWER,
        local: None,
        record: false,
        loss: call.loss,
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
    talked?;
    Ok(began.moments(dialled))
}

/// Collects what a report tells of the caller's own steps.
#[derive(Debug, Clone, Default)]
struct Began(Arc<Mutex<Vec<u8>>>);

impl Write for Began {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Began {
    fn moments(&self, dialled: At) -> Vec<At> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = told.split(|byte| *byte == b'\n');
        let told = lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
        let moment = |told: serde_json::Value| match told["event"].as_str()? {
            "caller_said" => told["started_ms"].as_u64(),
            "caller_pressed" => told["at_ms"].as_u64(),
            _ => None,
        };
        told.filter_map(moment).map(|ms| At(dialled.0 + ms)).collect()
    }
}
