//! Metrics derived from events: labels are few and never personal.

use crate::language::Language;
use crate::record::Event;
use metrics::{counter, histogram};

/// Counts what an event means for operations.
pub(super) fn observe(event: &Event, language: Language) {
    match event {
        Event::CallReceived { bot, .. } => {
            counter!("duet_calls_received_total", "bot" => bot.clone()).increment(1);
        }
        Event::CallEnded { outcome, by, .. } => {
            let (outcome, by) = (label(outcome), label(by));
            counter!("duet_calls_ended_total", "outcome" => outcome, "by" => by).increment(1);
        }
        Event::TurnTimed { stages, .. } => {
            let stages = [
                ("endpoint_wait", stages.endpoint_wait_ms),
                ("stt_tail", stages.stt_tail_ms),
                ("understand", stages.understand_ms),
                ("decide", stages.decide_ms),
                ("tts_first", stages.tts_first_ms),
                ("playout", stages.playout_ms),
                ("gap", stages.gap_ms),
            ];
            for (stage, ms) in stages {
                histogram!("duet_turn_seconds", "stage" => stage, "language" => language.code())
                    .record(ms as f64 / 1000.0);
            }
        }
        Event::Deaf { stage, for_ms, .. } => {
            counter!("duet_deaf_seconds_total", "stage" => stage.clone()).increment(for_ms.div_ceil(1000));
        }
        Event::FalseStop { kind, .. } => {
            counter!("duet_false_stops_total", "kind" => kind.clone()).increment(1);
        }
        Event::Escalated { signals, .. } => {
            for signal in signals {
                counter!("duet_escalations_total", "signal" => signal.kind.clone()).increment(1);
            }
        }
        Event::AgentRefused { refusal, .. } => {
            counter!("duet_agent_refusals_total", "refusal" => label(refusal)).increment(1);
        }
        Event::EngineFailed { stage, .. } => {
            counter!("duet_engine_failures_total", "stage" => stage.clone()).increment(1);
        }
        Event::ActionCalled { ok, duration_ms, .. } => {
            histogram!("duet_action_seconds", "ok" => ok.to_string()).record(*duration_ms as f64 / 1000.0);
        }
        _ => {}
    }
}

/// The snake-case name that the record uses.
fn label<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
