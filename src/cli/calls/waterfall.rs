//! ◆ A call as a waterfall: one line a turn, a bar that shows which stage took how long.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::list::outcome;
use crate::record::cdr::Cdr;
use crate::record::event::{Source, TurnStages};
use crate::record::turns::Turn;
use std::fmt::Write;

/// Cells of the longest bar.
const BAR_CELLS: u64 = 36;
/// A bar's whole width means at least this, so that a quick call does not look like a slow one, ms.
const SCALE_MIN_MS: u64 = 1_000;
/// What was heard and said gets at least this much room, columns.
const WORDS_MIN_COLUMNS: usize = 40;
/// Letters of the bar, by stage as in `TurnStages::named`.
const LETTERS: [char; 6] = ['e', 's', 'u', 'd', 't', 'p'];

/// The whole page.
pub(super) fn page(call: &Cdr, turns: &[Turn], columns: usize) -> String {
    let mut out = head(call);
    let gaps = turns.iter().filter_map(|turn| turn.stages).map(|stages| stages.gap_ms);
    let scale_ms = gaps.max().unwrap_or(0).max(SCALE_MIN_MS);
    let _ = writeln!(
        out,
        "e endpoint wait, s speech to text, u understand, d decide, t text to speech, p playout; a full bar is {scale_ms} ms\n"
    );
    let _ = writeln!(
        out,
        "turn     ms  {:<bar$}  {:<STAGES$}  heard -> said",
        "",
        "e + s + u + d + t + p",
        bar = BAR_CELLS as usize
    );
    for turn in turns {
        let _ = writeln!(out, "{}", line(turn, scale_ms, columns));
    }
    out
}

/// Columns for the six figures of a turn.
const STAGES: usize = 25;

fn head(call: &Cdr) -> String {
    let mut out = String::new();
    let seconds = call.billable_ms.unwrap_or(0) as f64 / 1_000.0;
    let _ = writeln!(out, "call {}  {} -> {}  {}", call.call_id, call.from, call.to, call.bot);
    let _ = writeln!(
        out,
        "received {}, {seconds:.1} s, {}",
        call.received_at.as_deref().unwrap_or("-"),
        outcome(call)
    );
    match call.turn_gap_ms {
        Some(gaps) => {
            let _ = writeln!(
                out,
                "the caller waited p50 {}, p95 {}, worst {} ms (turn {}); turns timed: {}",
                gaps.p50, gaps.p95, gaps.worst, gaps.worst_turn, gaps.turns
            );
        }
        None => out.push_str("no turn was timed\n"),
    }
    out
}

fn line(turn: &Turn, scale_ms: u64, columns: usize) -> String {
    let (gap, bar, stages) = match &turn.stages {
        Some(stages) => (stages.gap_ms.to_string(), bar(stages, scale_ms), figures(stages)),
        None => ("-".into(), String::new(), String::new()),
    };
    let start =
        format!("{:>4} {gap:>6}  {bar:<width$}  {stages:<STAGES$}  ", turn.turn, width = BAR_CELLS as usize);
    let room = columns.saturating_sub(start.len()).max(WORDS_MIN_COLUMNS);
    format!("{start}{}", cut(&words(turn), room))
}

/// One letter a cell; a stage ends where its share of the scale does, so that no rounding adds up.
fn bar(stages: &TurnStages, scale_ms: u64) -> String {
    let mut bar = String::new();
    let mut passed_ms = 0;
    for ((_, ms), letter) in stages.named().iter().zip(LETTERS) {
        passed_ms += ms;
        let end = (passed_ms * BAR_CELLS).div_ceil(scale_ms) as usize;
        bar.extend(std::iter::repeat_n(letter, end.saturating_sub(bar.len())));
    }
    bar
}

fn figures(stages: &TurnStages) -> String {
    let parts: Vec<String> = stages.named()[..LETTERS.len()].iter().map(|(_, ms)| ms.to_string()).collect();
    parts.join("+")
}

/// What was heard in a turn, and what was said to it.
pub(in crate::cli) fn words(turn: &Turn) -> String {
    let keys = turn.source == Some(Source::Dtmf);
    let heard = match &turn.heard {
        Some(digits) if keys => format!("keys {digits}"),
        Some(text) => format!("{:?}", text.as_str()),
        None => "(nothing)".into(),
    };
    let said: Vec<String> = turn
        .said
        .iter()
        .map(|said| {
            let cut = if said.heard_ms < said.total_ms {
                format!(" (cut after {} of {} ms)", said.heard_ms, said.total_ms)
            } else {
                String::new()
            };
            format!("{}{cut}", said.text)
        })
        .collect();
    let said = if said.is_empty() { "(nothing)".to_owned() } else { said.join(" ") };
    format!("{heard} -> {said}")
}

fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    text.chars().take(columns.saturating_sub(3)).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::turns::Said;

    fn turn() -> Turn {
        let stages = TurnStages {
            endpoint_wait_ms: 550,
            stt_tail_ms: 100,
            understand_ms: 25,
            decide_ms: 0,
            tts_first_ms: 60,
            playout_ms: 15,
            gap_ms: 750,
        };
        let said = Said { prompt: "hours".into(), text: "We are open.".into(), heard_ms: 300, total_ms: 900 };
        Turn {
            turn: 3,
            heard: Some("when are you open".into()),
            source: Some(Source::Speech),
            said: vec![said],
            stages: Some(stages),
            ..Turn::default()
        }
    }

    #[test]
    fn a_bar_is_as_long_as_the_gap_and_shows_every_stage_that_takes_a_cell() {
        let bar = bar(&turn().stages.unwrap(), 1_000);
        assert_eq!(bar.len() as u64, (750 * BAR_CELLS).div_ceil(1_000));
        assert_eq!(bar, format!("{}ssssutt", "e".repeat(20)));
    }

    #[test]
    fn a_line_tells_what_was_heard_what_was_said_and_how_much_of_it() {
        let line = line(&turn(), 1_000, 200);
        assert!(line.starts_with("   3    750  eeee"), "{line}");
        assert!(line.contains("550+100+25+0+60+15"), "{line}");
        let words = r#""when are you open" -> We are open. (cut after 300 of 900 ms)"#;
        assert!(line.ends_with(words), "{line}");
    }

    #[test]
    fn a_page_begins_with_the_call_and_what_its_bars_mean() {
        let gaps = crate::record::cdr::TurnGaps { turns: 1, p50: 750, p95: 750, worst: 750, worst_turn: 3 };
        let call = Cdr {
            call_id: "01936f3e".into(),
            from: "+48600100100".into(),
            to: "1001".into(),
            bot: "parcel".into(),
            billable_ms: Some(12_340),
            turn_gap_ms: Some(gaps),
            ..Cdr::default()
        };
        let greeting = Turn { said: turn().said, ..Turn::default() };
        insta::assert_snapshot!(page(&call, &[greeting, turn()], 140), @r#"
        call 01936f3e  +48600100100 -> 1001  parcel
        received -, 12.3 s, live
        the caller waited p50 750, p95 750, worst 750 ms (turn 3); turns timed: 1
        e endpoint wait, s speech to text, u understand, d decide, t text to speech, p playout; a full bar is 1000 ms

        turn     ms                                        e + s + u + d + t + p      heard -> said
           0      -                                                                   (nothing) -> We are open. (cut after 300 of 900 ms)
           3    750  eeeeeeeeeeeeeeeeeeeessssutt           550+100+25+0+60+15         "when are you open" -> We are open. (cut after 300 of 900 ms)
        "#);
    }

    #[test]
    fn long_words_are_cut_to_the_terminal_and_a_turn_without_answer_is_seen() {
        let mut silent = turn();
        silent.stages = None;
        silent.said.clear();
        assert!(line(&silent, 1_000, 200).ends_with("-> (nothing)"));
        silent.heard = Some("ł".repeat(500));
        let cut = line(&silent, 1_000, 130);
        assert_eq!(cut.chars().count(), 130);
        assert!(cut.ends_with("..."));
    }
}
