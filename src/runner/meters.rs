//! Metrics derived from events: labels are few and never personal.

use crate::language::Language;
use crate::record::{CallId, Event, Recorder, handover};
use metrics::{counter, histogram};

/// Counts what an event means for operations.
pub(super) fn observe(event: &Event, language: Language) {
    match event {
        Event::CallReceived { bot, channel, .. } => {
            counter!("duet_calls_received_total", "bot" => bot.clone(), "channel" => channel.name())
                .increment(1);
        }
        Event::CallEnded { outcome, by, .. } => {
            let (outcome, by) = (label(outcome), label(by));
            counter!("duet_calls_ended_total", "outcome" => outcome, "by" => by).increment(1);
        }
        Event::TurnTimed { stages, .. } => {
            for (stage, ms) in stages.named() {
                let seconds = ms as f64 / 1000.0;
                let language = language.code();
                histogram!("duet_turn_seconds", "stage" => stage, "language" => language).record(seconds);
                histogram!("duet_turn_recent", "stage" => stage, "language" => language).record(seconds);
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

/// What the handovers of a call that has ended took and lost.
pub(super) async fn handovers(recorder: &Recorder, call_id: &CallId) {
    let entries = match recorder.entries(call_id).await {
        Ok(entries) => entries,
        Err(error) => return tracing::warn!(%error, "handovers of a call were not measured"),
    };
    for one in handover::handovers(&entries) {
        let (queue, ending) = (one.queue, label(&one.ending));
        counter!("duet_handovers_total", "queue" => queue.clone(), "ending" => ending).increment(1);
        histogram!("duet_handover_score", "queue" => queue.clone()).record(f64::from(one.score));
        let told = one.told_twice.len() as u64;
        counter!("duet_handover_told_twice_total", "queue" => queue.clone()).increment(told);
        counter!("duet_handover_transfers_total", "queue" => queue.clone())
            .increment(u64::from(one.transfers));
        if one.given_back {
            counter!("duet_handovers_given_back_total", "queue" => queue.clone()).increment(1);
        }
        let stages = [
            ("announcement", one.announcement_ms),
            ("ringing", one.ringing_ms),
            ("bridged", one.bridged_ms),
            ("first_word", one.first_word_ms),
        ];
        for (stage, ms) in stages.into_iter().filter_map(|(stage, ms)| Some((stage, ms?))) {
            histogram!("duet_handover_seconds", "queue" => queue.clone(), "stage" => stage)
                .record(ms as f64 / 1000.0);
        }
    }
}

/// The snake-case name that the record uses.
fn label<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::event::TurnStages;

    #[test]
    fn the_waits_of_each_language_are_on_the_page_as_quantiles_and_as_buckets() {
        let recorder = crate::server::exposition::builder().unwrap().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            for (turn, gap_ms) in (1..=100).zip((10..).step_by(10)) {
                let stages = TurnStages { gap_ms, playout_ms: 20, ..TurnStages::default() };
                observe(&Event::TurnTimed { turn, stages }, Language::Polish);
                // As the node does every few seconds.
                recorder.handle().run_upkeep();
            }
            let stages = TurnStages { gap_ms: 5_000, ..TurnStages::default() };
            observe(&Event::TurnTimed { turn: 1, stages }, Language::Romanian);
        });
        let page = recorder.handle().render();
        let quantile = |language: &str, part: &str| {
            let line = format!(r#"duet_turn_recent{{stage="gap",language="{language}",quantile="{part}"}} "#);
            let value = page.lines().find_map(|found| found.strip_prefix(line.as_str()));
            value.unwrap_or_else(|| panic!("no {line} in\n{page}")).parse::<f64>().unwrap()
        };
        for (part, seconds) in [("0.5", 0.5), ("0.95", 0.95), ("0.99", 0.99)] {
            assert!((quantile("pl", part) - seconds).abs() < 0.02, "{part}: {page}");
        }
        assert!((quantile("ro", "0.5") - 5.0).abs() < 0.01, "{page}");
        let bucket = r#"duet_turn_seconds_bucket{stage="gap",language="pl",le="0.5"} 50"#;
        assert!(page.lines().any(|line| line == bucket), "{page}");
    }
}
