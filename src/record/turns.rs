//! ◆ The turns of a call: what was heard, what was said, and where the time between went.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::{Source, TurnStages};
use super::{Entry, Event};
use crate::language::Language;
use serde::Serialize;
use std::collections::BTreeMap;

/// One turn. Turn 0 is the greeting, which nobody asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Turn {
    pub turn: u32,
    /// `None` where the caller said nothing: the greeting, a silence, a result that came later.
    pub heard: Option<String>,
    pub source: Option<Source>,
    pub language: Option<Language>,
    /// The recogniser's, 0..1.
    pub confidence: Option<f32>,
    /// The bot's sentences in the order in which they began.
    pub said: Vec<Said>,
    /// `None` where nothing was timed: keys, the greeting, a turn without an answer.
    pub stages: Option<TurnStages>,
}

/// One sentence of the bot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    pub prompt: String,
    pub text: String,
    pub heard_ms: u64,
    pub total_ms: u64,
}

/// Every turn of a call, by number.
pub fn turns(entries: &[Entry]) -> Vec<Turn> {
    let mut turns: BTreeMap<u32, Turn> = BTreeMap::new();
    for entry in entries {
        take(&mut turns, &entry.event);
    }
    turns.into_values().collect()
}

fn take(turns: &mut BTreeMap<u32, Turn>, event: &Event) {
    match event {
        Event::CallerSaid { turn, text, language, confidence, source, .. } => {
            let turn = of(turns, *turn);
            turn.heard = Some(text.clone());
            turn.source = Some(*source);
            turn.language = Some(*language);
            turn.confidence = Some(*confidence);
        }
        Event::BotSaid { turn, prompt, text, language, heard_ms, total_ms, .. } => {
            let turn = of(turns, *turn);
            turn.language.get_or_insert(*language);
            let (prompt, text) = (prompt.clone(), text.clone());
            turn.said.push(Said { prompt, text, heard_ms: *heard_ms, total_ms: *total_ms });
        }
        Event::TurnTimed { turn, stages } => of(turns, *turn).stages = Some(*stages),
        _ => {}
    }
}

fn of(turns: &mut BTreeMap<u32, Turn>, turn: u32) -> &mut Turn {
    turns.entry(turn).or_insert_with(|| Turn { turn, ..Turn::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CallId;
    use crate::time::At;

    fn entries(events: Vec<Event>) -> Vec<Entry> {
        let entry = |(seq, event)| Entry { call_id: CallId("c".into()), seq, at: At(u64::from(seq)), event };
        (0..).zip(events).map(entry).collect()
    }

    fn caller(turn: u32, text: &str) -> Event {
        Event::CallerSaid {
            turn,
            text: text.into(),
            language: Language::Romanian,
            confidence: 0.9,
            source: Source::Speech,
            started: At(1),
            ended: At(2),
        }
    }

    fn bot(turn: u32, text: &str) -> Event {
        Event::BotSaid {
            turn,
            prompt: "p".into(),
            text: text.into(),
            language: Language::Romanian,
            started: At(3),
            heard_ms: 400,
            total_ms: 900,
            typed_by: None,
        }
    }

    #[test]
    fn what_belongs_to_a_turn_stands_together_although_it_was_written_in_another_order() {
        let stages = TurnStages { gap_ms: 640, ..TurnStages::default() };
        let seen = turns(&entries(vec![
            caller(1, "unde e coletul"),
            Event::TurnTimed { turn: 1, stages },
            caller(2, "da"),
            // A sentence is written when it ends or is cut: after the words that cut it.
            bot(1, "Spuneți numărul."),
            bot(0, "Bună ziua."),
        ]));
        let numbers: Vec<u32> = seen.iter().map(|turn| turn.turn).collect();
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(seen[0].heard, None);
        assert_eq!((seen[1].heard.as_deref(), seen[1].stages), (Some("unde e coletul"), Some(stages)));
        assert_eq!(seen[1].said[0].heard_ms, 400);
        assert_eq!((seen[2].said.len(), seen[2].stages), (0, None));
    }
}
