//! ◆ What the caller does, one step a line.
//!
//! ```text
//! # a comment
//! Where is my parcel?      spoken once the bot has finished
//! interrupt: Stop!         spoken at once, over the bot
//! dtmf: 12#                keys
//! wait: 3s                 silence, seconds or milliseconds (`500ms`)
//! wav: question.wav        played once the bot has finished
//! lang: pl                 from here on
//! hangup
//! ```
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use std::path::PathBuf;
use std::time::Duration;

/// Longest `wait:`.
const WAIT_MAX: Duration = Duration::from_secs(600);

/// One thing that the caller does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Speak, once the bot has finished.
    Say(String),
    /// Speak at once, over the bot if it speaks.
    Interrupt(String),
    Dtmf(String),
    Wait(Duration),
    /// Play a file, once the bot has finished. Relative to where the script lies.
    Wav(PathBuf),
    Lang(Language),
    HangUp,
}

impl Step {
    /// Whether the bot is let finish before this step.
    pub fn waits_for_bot(&self) -> bool {
        matches!(self, Step::Say(_) | Step::Dtmf(_) | Step::Wav(_) | Step::HangUp)
    }
}

/// A line that is no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct ScriptError {
    pub line: usize,
    pub why: String,
}

/// Every step of a script, in order.
pub fn parse(text: &str) -> Result<Vec<Step>, ScriptError> {
    let mut steps = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let step = step(line).map_err(|why| ScriptError { line: index + 1, why })?;
        steps.extend(step);
    }
    Ok(steps)
}

/// The step on one line; `None` for blank lines and comments.
pub fn step(line: &str) -> Result<Option<Step>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    if line == "hangup" {
        return Ok(Some(Step::HangUp));
    }
    let Some((key, value)) = command(line) else {
        return Ok(Some(Step::Say(line.to_owned())));
    };
    let step = match key {
        "dtmf" => Step::Dtmf(digits(value)?),
        "wait" => Step::Wait(duration(value)?),
        "interrupt" if !value.is_empty() => Step::Interrupt(value.to_owned()),
        "wav" if !value.is_empty() => Step::Wav(value.into()),
        "lang" => Step::Lang(value.parse().map_err(|error| format!("lang: {error}"))?),
        _ => return Err(format!("{key}: expected something behind the colon")),
    };
    Ok(Some(step))
}

/// `key: value` of a known key; other words before a colon are speech (`My name: Anna`).
fn command(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    ["dtmf", "wait", "interrupt", "wav", "lang"].contains(&key).then(|| (key, value.trim()))
}

/// Keys of a telephone; blanks between them are dropped.
pub fn digits(value: &str) -> Result<String, String> {
    let digits: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let valid = !digits.is_empty() && digits.chars().all(|c| "0123456789*#ABCD".contains(c));
    valid.then_some(digits).ok_or_else(|| format!("dtmf {value:?}: expected keys of 0-9 * # A-D"))
}

fn duration(value: &str) -> Result<Duration, String> {
    let wrong =
        || format!("wait {value:?}: expected seconds or milliseconds up to 600s, as 3s, 1.5s or 500ms");
    let (number, unit_s) = match value.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (value.strip_suffix('s').unwrap_or(value), 1.0),
    };
    let seconds = number.trim().parse::<f64>().map_err(|_| wrong())? * unit_s;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
    if duration > WAIT_MAX { Err(wrong()) } else { Ok(duration) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_reads_as_its_author_meant_it() {
        let script = "\u{feff}# greeting\n\nWhere is my parcel?\ninterrupt: Stop\ndtmf: 1 2#\nwait: 1.5s\n\
                      wait: 500ms\nwav: a b.wav\nlang: pl\nMy name: Anna\n  hangup  \n";
        let steps = parse(script).unwrap();
        assert_eq!(
            steps,
            [
                Step::Say("Where is my parcel?".into()),
                Step::Interrupt("Stop".into()),
                Step::Dtmf("12#".into()),
                Step::Wait(Duration::from_millis(1_500)),
                Step::Wait(Duration::from_millis(500)),
                Step::Wav("a b.wav".into()),
                Step::Lang(Language::Polish),
                Step::Say("My name: Anna".into()),
                Step::HangUp,
            ]
        );
    }

    #[test]
    fn a_wrong_line_is_named_with_what_was_expected() {
        for (script, line, part) in [
            ("hello\ndtmf: 12x", 2, "0-9 * # A-D"),
            ("dtmf:", 1, "0-9 * # A-D"),
            ("wait: soon", 1, "3s"),
            ("wait: -1s", 1, "3s"),
            ("wait: 1e300s", 1, "3s"),
            ("wait: NaN", 1, "3s"),
            ("\n\nlang: de", 3, "pl, ro, en"),
            ("wav:", 1, "behind the colon"),
        ] {
            let error = parse(script).unwrap_err();
            assert_eq!(error.line, line, "{script:?}");
            assert!(error.to_string().contains(part), "{script:?}: {error}");
        }
    }
}
