//! What is told about a call: lines for people, or one JSON object a line.

use crate::language::Language;
use crate::time::At;
use serde::Serialize;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// What happened. Times in ms since the call was dialled.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Told {
    Dialling {
        target: String,
    },
    Ringing {
        code: u16,
    },
    Answered,
    /// `text` is `null` when nothing was transcribed, with `why_no_text`. `turn_gap_ms`: our last
    /// voiced sample sent to the bot's first voiced sample received.
    BotSaid {
        text: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        why_no_text: Option<String>,
        language: Language,
        started_ms: u64,
        ended_ms: u64,
        turn_gap_ms: Option<u64>,
    },
    /// `text` is `null` for a file that was played.
    CallerSaid {
        text: Option<String>,
        language: Language,
        started_ms: u64,
        ended_ms: u64,
        completed: bool,
    },
    CallerPressed {
        digits: String,
    },
    /// Never answered.
    Failed {
        code: Option<u16>,
        reason: String,
    },
    Ended(Ended),
}

/// How an answered call ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ended {
    /// `far_end`, `us` or `timeout`.
    pub by: &'static str,
    pub reason: String,
    pub duration_ms: u64,
    pub turn_gap_ms: Gaps,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
}

/// Turn gaps over the call, ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Gaps {
    pub count: usize,
    pub p50: Option<u64>,
    pub max: Option<u64>,
}

impl Gaps {
    pub fn of(gaps_ms: &[u64]) -> Gaps {
        let mut sorted = gaps_ms.to_vec();
        sorted.sort_unstable();
        Gaps {
            count: sorted.len(),
            p50: sorted.get(sorted.len().saturating_sub(1) / 2).copied(),
            max: sorted.last().copied(),
        }
    }
}

/// Counters of the media leg.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Media {
    pub packets_sent: u64,
    pub packets_received: u64,
    pub packets_lost: u64,
    pub jitter_ms: f32,
}

/// One line on standard output: an event with its moment.
#[derive(Serialize)]
struct Line<'a> {
    at_ms: u64,
    #[serde(flatten)]
    told: &'a Told,
}

/// Where events go.
pub struct Report {
    json: bool,
    /// When the call was dialled.
    started: At,
    out: Mutex<Box<dyn Write + Send>>,
}

impl Report {
    pub fn new(json: bool, started: At, out: Box<dyn Write + Send>) -> Self {
        Report { json, started, out: Mutex::new(out) }
    }

    /// Milliseconds since the call was dialled.
    pub fn ms(&self, at: At) -> u64 {
        at.since_ms(self.started)
    }

    pub fn tell(&self, now: At, told: &Told) {
        let at_ms = self.ms(now);
        let line = match serde_json::to_string(&Line { at_ms, told }) {
            Ok(line) if self.json => line,
            _ => format!("{:7.2} {told}", at_ms as f64 / 1_000.0),
        };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever read us has gone; the call goes on to its end.
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Told::Dialling { target } => write!(f, "      calling {target}"),
            Told::Ringing { code } => write!(f, "      ringing ({code})"),
            Told::Answered => write!(f, "      answered"),
            Told::BotSaid { text, why_no_text, started_ms, ended_ms, turn_gap_ms, .. } => {
                let spoke_ms = ended_ms.saturating_sub(*started_ms);
                match text {
                    Some(text) => write!(f, "bot:  {text}")?,
                    None => {
                        let why = why_no_text.as_deref().unwrap_or("not transcribed");
                        write!(f, "bot:  ({spoke_ms} ms of sound; {why})")?;
                    }
                }
                turn_gap_ms.map_or(Ok(()), |gap_ms| write!(f, "  [after {gap_ms} ms]"))
            }
            Told::CallerSaid { text, completed, .. } => {
                let cut = if *completed { "" } else { " (cut)" };
                write!(f, "you:  {}{cut}", text.as_deref().unwrap_or("(file)"))
            }
            Told::CallerPressed { digits } => write!(f, "you:  keys {digits}"),
            Told::Failed { code: Some(code), reason } => write!(f, "      not answered: {code} {reason}"),
            Told::Failed { code: None, reason } => write!(f, "      not answered: {reason}"),
            Told::Ended(ended) => ended.fmt(f),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.duration_ms as f64 / 1_000.0;
        write!(f, "      ended by {} after {seconds:.1} s", self.by)?;
        if !self.reason.is_empty() {
            write!(f, " ({})", self.reason)?;
        }
        match self.turn_gap_ms {
            Gaps { count, p50: Some(p50), max: Some(max) } => {
                write!(f, "; {count} turn gaps, median {p50} ms, longest {max} ms")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_flat_object() {
        let told = Told::BotSaid {
            text: Some("Hello".into()),
            why_no_text: None,
            language: Language::English,
            started_ms: 900,
            ended_ms: 1_500,
            turn_gap_ms: Some(700),
        };
        let line = serde_json::to_string(&Line { at_ms: 2_000, told: &told }).unwrap();
        assert_eq!(
            line,
            r#"{"at_ms":2000,"event":"bot_said","text":"Hello","language":"en","started_ms":900,"ended_ms":1500,"turn_gap_ms":700}"#
        );
        let ended = Ended {
            by: "far_end",
            reason: String::new(),
            duration_ms: 1,
            turn_gap_ms: Gaps::of(&[700, 500, 900, 800]),
            media: None,
        };
        let line = serde_json::to_value(Line { at_ms: 1, told: &Told::Ended(ended) }).unwrap();
        assert_eq!(line["event"], "ended");
        assert_eq!(line["turn_gap_ms"]["p50"], 700);
        assert_eq!(line["turn_gap_ms"]["max"], 900);
    }

    #[test]
    fn a_call_without_turns_has_no_gap() {
        assert_eq!(Gaps::of(&[]), Gaps::default());
    }
}
