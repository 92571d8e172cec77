//! ◆ Three lines for the agent, derived from the record alone.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use crate::record::event::{Entry, Event};
use serde_json::Value;

/// Words of the caller that are quoted at most.
const QUOTE_WORDS: usize = 20;
/// Fields of an answer that are told at most.
const DETAIL_FIELDS: usize = 4;

/// At most three lines, English: who and what about; what is known and was tried; why now, with the
/// caller's last words. Empty for a record without a call in it.
pub fn summary(entries: &[Entry]) -> Vec<String> {
    let facts = Facts::gather(entries);
    [facts.who_and_what(), facts.known_and_tried(), facts.why_and_last_words()]
        .into_iter()
        .flatten()
        .collect()
}

/// What an action brought, in a few words for `Event::ActionCalled`: `status delayed, place Kraków`.
pub fn detail(result: &Result<Value, String>) -> String {
    match result {
        Err(error) => error.clone(),
        Ok(Value::Null) => "nothing found".to_owned(),
        Ok(Value::Object(fields)) => {
            let named = fields
                .iter()
                .filter_map(|(name, value)| Some(format!("{} {}", readable(name), scalar(value)?)));
            named.take(DETAIL_FIELDS).collect::<Vec<_>>().join(", ")
        }
        Ok(other) => scalar(other).unwrap_or_default(),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(shortened(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[derive(Default)]
struct Facts {
    from: Option<String>,
    name: Option<String>,
    language: Option<Language>,
    /// In the order in which they came up.
    topics: Vec<String>,
    /// Name, value, verified; the last event of a slot counts.
    slots: Vec<(String, String, bool)>,
    /// Action, whether it worked, detail.
    tried: Vec<(String, bool, String)>,
    why: Option<String>,
    last_words: Option<String>,
}

impl Facts {
    fn gather(entries: &[Entry]) -> Facts {
        let mut facts = Facts::default();
        for entry in entries {
            facts.add(&entry.event);
        }
        facts
    }

    fn add(&mut self, event: &Event) {
        #[allow(clippy::wildcard_enum_match_arm)] // a summary picks what it needs
        match event {
            Event::CallReceived { from, from_name, .. } => {
                self.from = Some(from.clone());
                self.name.clone_from(from_name);
            }
            Event::LanguageChosen { language, .. } => self.language = Some(*language),
            Event::CallerSaid { text, .. } => self.last_words = Some(text.clone()),
            Event::Understood { topic: Some(topic), .. } => {
                self.topics.retain(|known| known != topic);
                self.topics.push(topic.clone());
            }
            Event::SlotFilled { slot, value, verified, .. } => {
                self.slots.retain(|(name, ..)| name != slot);
                self.slots.push((slot.clone(), value.clone(), *verified));
            }
            Event::ActionCalled { action, ok, detail, .. } => {
                self.tried.push((action.clone(), *ok, detail.clone()));
            }
            Event::Answered { heading, .. } => {
                self.tried.push(("article_read_out".to_owned(), true, format!("\"{heading}\"")));
            }
            Event::Escalated { why, topic, .. } => {
                self.why = Some(why.clone());
                if let Some(topic) = topic.as_ref().filter(|topic| !self.topics.contains(topic)) {
                    self.topics.push(topic.clone());
                }
            }
            _ => {}
        }
    }

    fn who_and_what(&self) -> Option<String> {
        let from = self.from.as_ref()?;
        let who = match &self.name {
            Some(name) => format!("{name} ({from})"),
            None => from.clone(),
        };
        let language =
            self.language.map_or(String::new(), |language| format!(", speaks {}", in_english(language)));
        let topics: Vec<String> = self.topics.iter().map(|topic| readable(topic)).collect();
        let about = if topics.is_empty() { "no topic yet".to_owned() } else { topics.join(", then ") };
        Some(format!("{who}{language}: {about}."))
    }

    fn known_and_tried(&self) -> Option<String> {
        let slots = self.slots.iter().map(|(name, value, verified)| {
            let state = if *verified { "confirmed" } else { "not confirmed" };
            format!("{} {value} ({state})", readable(name))
        });
        let tried = self.tried.iter().map(|(action, ok, detail)| {
            let result = if *ok { "done" } else { "failed" };
            let detail = if detail.is_empty() { String::new() } else { format!(", {detail}") };
            format!("{}: {result}{detail}", readable(action))
        });
        let parts: Vec<String> = slots.chain(tried).collect();
        (!parts.is_empty()).then(|| format!("{}.", capitalised(&parts.join("; "))))
    }

    fn why_and_last_words(&self) -> Option<String> {
        let quote = self.last_words.as_ref().map(|words| format!("Last words: \"{}\"", shortened(words)));
        let why = self.why.as_ref().map(|why| format!("{}.", why.trim_end_matches('.')));
        let line = [why, quote].into_iter().flatten().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }
}

pub(super) fn readable(id: &str) -> String {
    id.replace('_', " ")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= QUOTE_WORDS {
        return words.join(" ");
    }
    format!("… {}", words[words.len() - QUOTE_WORDS..].join(" "))
}

fn in_english(language: Language) -> &'static str {
    match language {
        Language::Polish => "Polish",
        Language::Romanian => "Romanian",
        Language::English => "English",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::event::{CallId, Source};
    use crate::time::At;

    fn entries(events: Vec<Event>) -> Vec<Entry> {
        let entry = |(seq, event)| Entry { call_id: CallId("c".into()), seq, at: At(u64::from(seq)), event };
        (0..).zip(events).map(entry).collect()
    }

    fn received() -> Event {
        Event::CallReceived {
            from: "+48600100200".into(),
            from_name: Some("Anna".into()),
            to: "100".into(),
            bot: "parcel".into(),
            trunk: "t".into(),
            sip_call_id: "x".into(),
        }
    }

    fn slot(value: &str, verified: bool) -> Event {
        Event::SlotFilled { turn: 1, slot: "parcel_number".into(), value: value.into(), verified }
    }

    #[test]
    fn the_agent_reads_who_what_is_known_and_why_now() {
        let said = Event::CallerSaid {
            turn: 2,
            text: "Dajcie mi konsultanta".into(),
            language: Language::Polish,
            confidence: 0.9,
            source: Source::Speech,
            started: At(0),
            ended: At(1),
        };
        let tried = Event::ActionCalled {
            turn: 1,
            action: "parcel_lookup".into(),
            ok: true,
            detail: "status delayed".into(),
            duration_ms: 20,
        };
        let escalated = Event::Escalated {
            turn: 2,
            signals: vec![],
            why: "Asked for a person (\"konsultanta\") after asking about parcel status".into(),
            queue: "q".into(),
            topic: Some("parcel_status".into()),
        };
        let language = Event::LanguageChosen { language: Language::Polish, how: "default".into() };
        let events = vec![
            received(),
            language,
            slot("12345678", false),
            slot("12345678", true),
            tried,
            said,
            escalated,
        ];
        let lines = summary(&entries(events));
        assert_eq!(lines[0], "Anna (+48600100200), speaks Polish: parcel status.");
        assert_eq!(lines[1], "Parcel number 12345678 (confirmed); parcel lookup: done, status delayed.");
        assert_eq!(
            lines[2],
            "Asked for a person (\"konsultanta\") after asking about parcel status. Last words: \"Dajcie mi konsultanta\""
        );
    }

    #[test]
    fn the_agent_reads_which_article_the_caller_has_heard() {
        let (article, heading) = ("sending.en".to_owned(), "How heavy may a parcel be?".to_owned());
        let lines = summary(&entries(vec![received(), Event::Answered { turn: 1, article, heading }]));
        assert_eq!(lines[1], "Article read out: done, \"How heavy may a parcel be?\".");
    }

    #[test]
    fn what_an_action_brought_is_told_in_a_few_words() {
        let found = serde_json::json!({ "status": "delayed", "place": "Kraków", "history": [1] });
        assert_eq!(detail(&Ok(found)), "place Kraków, status delayed");
        assert_eq!(detail(&Ok(Value::Null)), "nothing found");
        assert_eq!(detail(&Err("could not connect".into())), "could not connect");
    }

    #[test]
    fn a_value_that_was_not_confirmed_says_so() {
        let lines = summary(&entries(vec![received(), slot("1234", false)]));
        assert_eq!(lines[1], "Parcel number 1234 (not confirmed).");
        assert_eq!(lines.len(), 2);
    }
}
