//! ◆ Calls, one a line.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::record::cdr::Cdr;

/// Above the columns of [`line`]; the last three are the caller's waits for answers, ms.
pub(super) const HEAD: &str = "RECEIVED              ID                                    FROM              TO                BOT         LANG OUTCOME       TURNS    P50    P95  WORST";

/// One call.
pub(super) fn line(call: &Cdr) -> String {
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    let received = call.received_at.as_deref().map(|at| format!("{}Z", at.get(..19).unwrap_or(at)));
    let gaps = call.turn_gap_ms;
    let gap = |part: fn(&crate::record::cdr::TurnGaps) -> u64| text(gaps.map(|gaps| part(&gaps).to_string()));
    format!(
        "{:<20}  {:<36}  {:<16}  {:<16}  {:<10}  {:<4} {:<12} {:>6} {:>6} {:>6} {:>6}",
        text(received),
        call.call_id,
        call.from,
        call.to,
        call.bot,
        text(call.language.map(|language| language.code().to_owned())),
        outcome(call),
        call.turns,
        gap(|gaps| gaps.p50),
        gap(|gaps| gaps.p95),
        gap(|gaps| gaps.worst),
    )
}

/// As the API names it; `live` while the call goes on.
pub(super) fn outcome(call: &Cdr) -> String {
    let name = call.outcome.and_then(|outcome| serde_json::to_value(outcome).ok());
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_else(|| "live".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::cdr::TurnGaps;
    use crate::record::event::Outcome;

    #[test]
    fn the_columns_stand_under_their_heads() {
        let gaps = TurnGaps { turns: 4, p50: 610, p95: 890, worst: 890, worst_turn: 2 };
        let call = Cdr {
            received_at: Some("2026-11-26T06:40:12.250Z".into()),
            call_id: "01936f3e-aaaa-7bbb-8ccc-0123456789ab".into(),
            from: "+48600100100".into(),
            outcome: Some(Outcome::HandedOver),
            turns: 4,
            turn_gap_ms: Some(gaps),
            ..Cdr::default()
        };
        let line = line(&call);
        for (head, value) in
            [("RECEIVED", "2026-11-26T06:40:12Z"), ("FROM", "+48600100100"), ("OUTCOME", "handed_over")]
        {
            let column = HEAD.find(head).unwrap();
            assert!(line[column..].starts_with(value), "{head}: {line}");
        }
        assert!(line.ends_with("610    890    890"), "{line}");
        assert_eq!(line.len(), HEAD.len());
    }
}
