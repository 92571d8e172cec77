//! ◆ Who said what, derived from a call's events.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Entry, Event};
use crate::language::Language;
use crate::time::At;
use serde::Serialize;

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Caller,
    Bot,
    Agent,
}

/// One sentence of the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Line {
    /// When the sentence began.
    pub at: At,
    pub speaker: Speaker,
    /// Who spoke, when an agent did.
    pub agent: Option<String>,
    /// Whose words the bot spoke, when somebody typed them: login name.
    pub typed_by: Option<String>,
    /// As it was meant; how much of it the caller heard is in `heard_fraction`.
    pub text: String,
    /// The beginning of `text` that the caller heard, cut at a word; `None` when all was heard.
    pub heard: Option<String>,
    pub language: Language,
    /// 0..1, 1 for the words of people.
    pub heard_fraction: f32,
    /// The recogniser's, 0..1; `None` where nothing was recognised.
    pub confidence: Option<f32>,
}

/// Every sentence of a call, in the order in which they began.
pub fn transcript(entries: &[Entry]) -> Vec<Line> {
    let mut agent = None;
    let mut lines: Vec<Line> = entries.iter().filter_map(|e| line(e, &mut agent)).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

/// The sentence in one entry, if there is one. `agent` is who is bridged; it is kept up to date.
pub fn line(entry: &Entry, agent: &mut Option<String>) -> Option<Line> {
    match &entry.event {
        Event::CallerSaid { text, language, confidence, started, .. } => {
            Some(person(Speaker::Caller, None, text, *language, *started, Some(*confidence)))
        }
        Event::AgentSaid { text, language, started, .. } => {
            Some(person(Speaker::Agent, agent.clone(), text, *language, *started, None))
        }
        Event::BotSaid { text, language, started, heard_ms, total_ms, typed_by, .. } => {
            let line = bot(text, *language, *started, fraction(*heard_ms, *total_ms));
            Some(Line { typed_by: typed_by.clone(), ..line })
        }
        Event::MessageWritten { text: Some(text), language, confidence, .. } => {
            Some(person(Speaker::Caller, None, text, *language, entry.at, Some(*confidence)))
        }
        Event::Bridged { agent: bridged } => {
            *agent = Some(bridged.clone());
            None
        }
        _ => None,
    }
}

fn person(
    speaker: Speaker,
    agent: Option<String>,
    text: &str,
    language: Language,
    at: At,
    confidence: Option<f32>,
) -> Line {
    Line {
        at,
        speaker,
        agent,
        typed_by: None,
        text: text.to_owned(),
        heard: None,
        language,
        heard_fraction: 1.0,
        confidence,
    }
}

fn bot(text: &str, language: Language, at: At, heard_fraction: f32) -> Line {
    Line {
        at,
        speaker: Speaker::Bot,
        agent: None,
        typed_by: None,
        text: text.to_owned(),
        heard: (heard_fraction < 1.0).then(|| heard_part(text, heard_fraction)),
        language,
        heard_fraction,
        confidence: None,
    }
}

fn fraction(heard_ms: u64, total_ms: u64) -> f32 {
    if total_ms == 0 || heard_ms >= total_ms {
        return 1.0;
    }
    heard_ms as f32 / total_ms as f32
}

/// The beginning of `text` by share of its letters, back to the last whole word: an estimate,
/// since a voice does not speak every letter equally long.
fn heard_part(text: &str, fraction: f32) -> String {
    let letters = (text.chars().count() as f32 * fraction).round() as usize;
    let cut = text.char_indices().nth(letters).map_or(text.len(), |(index, _)| index);
    let head = &text[..cut];
    let at_word_end = text[cut..].chars().next().is_none_or(char::is_whitespace);
    let whole =
        if at_word_end { head } else { head.rsplit_once(char::is_whitespace).map_or("", |(words, _)| words) };
    whole.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CallId;
    use crate::record::event::Source;

    fn entry(seq: u32, event: Event) -> Entry {
        Entry { call_id: CallId("c".into()), seq, at: At(1000 + u64::from(seq)), event }
    }

    fn bot_said(seq: u32, started: u64, text: &str, heard_ms: u64, total_ms: u64) -> Entry {
        let event = Event::BotSaid {
            turn: 1,
            prompt: "p".into(),
            text: text.into(),
            language: Language::Polish,
            started: At(started),
            heard_ms,
            total_ms,
            typed_by: None,
        };
        entry(seq, event)
    }

    fn caller_said(seq: u32, started: u64, text: &str) -> Entry {
        let event = Event::CallerSaid {
            turn: 1,
            text: text.into(),
            language: Language::Polish,
            confidence: 0.8,
            source: Source::Speech,
            started: At(started),
            ended: At(started + 500),
        };
        entry(seq, event)
    }

    #[test]
    fn sentences_stand_in_the_order_in_which_they_began() {
        // The bot's sentence is written when it is cut, after the words that cut it.
        let lines = transcript(&[
            caller_said(0, 500, "chwileczkę"),
            bot_said(1, 100, "Proszę podać numer przesyłki", 500, 1000),
        ]);
        assert_eq!(lines[0].speaker, Speaker::Bot);
        assert_eq!(lines[1].speaker, Speaker::Caller);
    }

    #[test]
    fn of_a_cut_sentence_only_what_was_heard_is_marked() {
        let lines = transcript(&[bot_said(0, 100, "Proszę podać numer przesyłki", 500, 1000)]);
        assert_eq!(lines[0].heard_fraction, 0.5);
        assert_eq!(lines[0].heard.as_deref(), Some("Proszę podać"));
        let whole = transcript(&[bot_said(0, 100, "Proszę podać", 900, 900)]);
        assert_eq!((whole[0].heard_fraction, whole[0].heard.as_deref()), (1.0, None));
    }

    #[test]
    fn a_sentence_cut_at_once_was_not_heard_at_all() {
        let lines = transcript(&[bot_said(0, 100, "Żółć", 0, 1000)]);
        assert_eq!(lines[0].heard.as_deref(), Some(""));
    }

    #[test]
    fn the_agent_who_is_bridged_speaks() {
        let said = Event::AgentSaid {
            text: "Dzień dobry".into(),
            language: Language::Polish,
            started: At(9),
            ended: At(10),
        };
        let bridged = Event::Bridged { agent: "anna".into() };
        let lines = transcript(&[entry(0, bridged), entry(1, said)]);
        assert_eq!(lines[0].agent.as_deref(), Some("anna"));
    }
}
