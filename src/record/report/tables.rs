//! ◆ The report as tables for a spreadsheet: RFC 4180, one header line.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Figures, Part, Report, Spread};
use serde::Deserialize;

/// One table of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    Figures,
    Bars,
    Cells,
    Outcomes,
    Reasons,
    Silence,
    Touchpoints,
    Queues,
    Times,
}

/// Names as they are given in a query.
pub const TABLES: &str =
    "one of figures, bars, cells, outcomes, reasons, silence, touchpoints, queues, times";

/// The table with its header. Lines end in CR LF.
pub fn csv(report: &Report, table: Table) -> String {
    let (header, rows) = match table {
        Table::Figures => figures(report),
        Table::Bars => bars(report),
        Table::Cells => cells(report),
        Table::Outcomes => parts("outcome", &report.outcomes),
        Table::Reasons => parts("reason", &report.reasons),
        Table::Silence => silence(report),
        Table::Touchpoints => touchpoints(report),
        Table::Queues => queues(report),
        Table::Times => times(report),
    };
    let mut text = String::new();
    line(&mut text, header.into_iter().map(str::to_owned));
    rows.into_iter().for_each(|row| line(&mut text, row.into_iter()));
    text
}

type Rows = (Vec<&'static str>, Vec<Vec<String>>);

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    let fields: Vec<String> = fields.map(|field| escaped(&field)).collect();
    text.push_str(&fields.join(","));
    text.push_str("\r\n");
}

/// Quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe. A number is none.
fn escaped(field: &str) -> String {
    let number = field.parse::<f64>().is_ok() && !field.starts_with('+');
    let formula = !number && field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn figures(report: &Report) -> Rows {
    let value = |name: &str, of: &dyn Fn(&Figures) -> String| {
        vec![name.to_owned(), of(&report.now), report.before.as_ref().map(of).unwrap_or_default()]
    };
    let gap = |figures: &Figures, of: fn(Spread) -> u64| number(figures.turn_gap_ms.map(of));
    let rows = vec![
        value("calls", &|f| f.calls.to_string()),
        value("answered", &|f| f.answered.to_string()),
        value("resolved", &|f| f.resolved.to_string()),
        value("resolution", &|f| f.resolution.to_string()),
        value("containment", &|f| f.containment.to_string()),
        value("true_containment", &|f| f.true_containment.to_string()),
        value("abandoned", &|f| f.abandoned.to_string()),
        value("handovers", &|f| f.handovers.to_string()),
        value("handover_score", &|f| number(f.score)),
        value("tone_judged", &|f| f.judged.to_string()),
        value("upset", &|f| f.upset.to_string()),
        value("rating_asked", &|f| f.asked.to_string()),
        value("csat_answers", &|f| f.csat.map_or(0, |csat| csat.answers).to_string()),
        value("csat_satisfied", &|f| number(f.csat.map(|csat| csat.share))),
        value("csat_mean", &|f| number(f.csat.map(|csat| csat.mean))),
        value("nps_answers", &|f| f.nps.map_or(0, |nps| nps.answers).to_string()),
        value("nps", &|f| number(f.nps.map(|nps| nps.score))),
        value("turn_gap_p50_ms", &|f| gap(f, |spread| spread.p50)),
        value("turn_gap_p95_ms", &|f| gap(f, |spread| spread.p95)),
        value("turn_gap_p99_ms", &|f| gap(f, |spread| spread.p99)),
    ];
    (vec!["figure", "now", "before"], rows)
}

/// The three percentiles, empty where there are none.
fn spread(spread: Option<Spread>) -> [String; 3] {
    [number(spread.map(|s| s.p50)), number(spread.map(|s| s.p95)), number(spread.map(|s| s.p99))]
}

fn bars(report: &Report) -> Rows {
    let mut header =
        vec!["time", "calls", "contained", "truly_contained", "gap_p50_ms", "gap_p95_ms", "gap_p99_ms"];
    let known = [
        "resolved",
        "handed_over",
        "callback_promised",
        "message_left",
        "text_sent",
        "abandoned",
        "not_answered",
        "failed",
        "node_lost",
        "live",
    ];
    header.extend(known);
    let row = |bar: &super::Bar| {
        let mut row = vec![bar.key.clone()];
        row.extend([bar.calls, bar.contained, bar.truly_contained].map(|count| count.to_string()));
        row.extend(spread(bar.turn_gap_ms));
        let count = |name: &str| bar.outcomes.iter().find(|part| part.name == name).map_or(0, |p| p.calls);
        row.extend(known.map(|name| count(name).to_string()));
        row
    };
    (header, report.bars.iter().map(row).collect())
}

fn cells(report: &Report) -> Rows {
    let row =
        |cell: &super::Cell| vec![cell.weekday.to_string(), cell.hour.to_string(), cell.calls.to_string()];
    (vec!["weekday", "hour", "calls"], report.cells.iter().map(row).collect())
}

fn parts(name: &'static str, parts: &[Part]) -> Rows {
    let row = |part: &Part| vec![part.name.clone(), part.calls.to_string()];
    (vec![name, "calls"], parts.iter().map(row).collect())
}

fn silence(report: &Report) -> Rows {
    let row = |step: &crate::record::silence::Step| {
        let (topic, how) = (step.topic.clone().unwrap_or_default(), step.how.name().to_owned());
        vec![topic, step.prompt.clone(), how, step.calls.to_string()]
    };
    (vec!["topic", "prompt", "how", "calls"], report.silence.iter().map(row).collect())
}

fn touchpoints(report: &Report) -> Rows {
    let row = |touchpoint: &super::Touchpoint| {
        let mut row = vec![touchpoint.topic.clone().unwrap_or_default()];
        let counts = [touchpoint.calls, touchpoint.judged, touchpoint.upset];
        row.extend(counts.map(|count| count.to_string()));
        let shares = [touchpoint.resolved, touchpoint.handed_over, touchpoint.silent, touchpoint.served];
        row.extend(shares.map(|share| share.to_string()));
        row.push(number(touchpoint.score));
        row.push(format!("{:?}", touchpoint.advice).to_lowercase());
        row.push(touchpoint.clause());
        row
    };
    let header = vec![
        "topic",
        "calls",
        "tone_judged",
        "upset",
        "resolved",
        "handed_over",
        "silent",
        "served",
        "handover_score",
        "advice",
        "why",
    ];
    (header, report.touchpoints.iter().map(row).collect())
}

fn queues(report: &Report) -> Rows {
    let row = |queue: &super::QueueScore| {
        let counts = [queue.handovers, queue.person, queue.abandoned].map(|count| count.to_string());
        let [handovers, person, abandoned] = counts;
        vec![queue.queue.clone(), handovers, number(queue.score), person, abandoned]
    };
    (vec!["queue", "handovers", "score", "person", "abandoned"], report.queues.iter().map(row).collect())
}

fn times(report: &Report) -> Rows {
    let row = |took: &super::Took| {
        let mut row = vec![took.to.clone(), number(took.ms.map(|ms| ms.count))];
        row.extend(spread(took.ms));
        row
    };
    (vec!["to", "handovers", "p50_ms", "p95_ms", "p99_ms"], report.times.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_where_it_must_be_and_never_a_formula() {
        assert_eq!(escaped("plain"), "plain");
        assert_eq!(escaped("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(escaped("=1+1"), "'=1+1");
    }
}
