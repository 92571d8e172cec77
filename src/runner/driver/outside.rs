//! What another exchange is told of a call, in headers of the INVITE: its people have no card.

use crate::desk::brief::{NoGlossary, briefs};
use crate::language::Language;
use crate::record::event::Event;
use crate::record::{CallId, Entry, Recorder};
use std::time::Duration;

/// The place rings with less told rather than later.
const LIMIT: Duration = Duration::from_millis(300);
/// Longest header, characters: with all of them the INVITE stays below what UDP carries.
const HEADER_CHARS: usize = 160;

/// Queue, language, reason, topic and facts of the call so far.
pub(super) async fn headers(
    recorder: &Recorder,
    call_id: &CallId,
    language: Language,
) -> Vec<(String, String)> {
    match tokio::time::timeout(LIMIT, recorder.entries(call_id)).await {
        Ok(Ok(entries)) => told(&entries, language),
        Ok(Err(error)) => {
            tracing::warn!(%error, "another exchange is told nothing of a call");
            Vec::new()
        }
        Err(_) => {
            tracing::warn!("the store was too slow: another exchange is told nothing of a call");
            Vec::new()
        }
    }
}

fn told(entries: &[Entry], language: Language) -> Vec<(String, String)> {
    let mut told = vec![("X-Duet-Language", language.code().to_owned())];
    let escalated = entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Escalated { queue, topic, .. } => Some((queue, topic)),
        _ => None,
    });
    if let Some((queue, topic)) = escalated {
        told.push(("X-Duet-Queue", queue.clone()));
        told.extend(topic.iter().map(|topic| ("X-Duet-Topic", topic.clone())));
    }
    let brief = briefs(entries, &NoGlossary).remove(&Language::English);
    if let Some(brief) = brief {
        told.extend(brief.why.map(|why| ("X-Duet-Reason", why)));
        told.extend(brief.summary.get(1).map(|facts| ("X-Duet-Facts", facts.clone())));
    }
    told.into_iter().map(|(name, value)| (name.to_owned(), line(&value))).collect()
}

/// One line of a header.
fn line(value: &str) -> String {
    let clean: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.chars().take(HEADER_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::escalated_call;
    use crate::time::At;

    #[test]
    fn another_exchange_is_told_who_comes_and_why() {
        let told = told(&escalated_call("c", At(0)), Language::Polish);
        let of = |name: &str| told.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(of("X-Duet-Queue"), Some("logistics"));
        assert_eq!(of("X-Duet-Language"), Some("pl"));
        assert_eq!(of("X-Duet-Topic"), Some("parcel_status"));
        assert!(of("X-Duet-Reason").unwrap().starts_with("Asks for a person"));
        assert!(of("X-Duet-Facts").unwrap().starts_with("Parcel no 9912345678 (confirmed)"));
    }

    #[test]
    fn a_header_is_one_line_of_bounded_length() {
        let long = format!("a\r\nX-Evil: 1 {}", "ż".repeat(400));
        let clean = line(&long);
        assert!(!clean.contains(['\r', '\n']), "{clean}");
        assert_eq!(clean.chars().count(), HEADER_CHARS);
    }
}
