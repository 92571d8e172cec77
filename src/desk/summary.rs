//! ◆ The lines on top of the card: what it is about, what was tried, the caller's last words.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::record::event::{Entry, Event};

/// Most characters of the caller's last words.
const QUOTE_MAX_CHARS: usize = 160;

/// At most three lines, fewer when less is known.
pub fn summary(entries: &[Entry]) -> Vec<String> {
    [matter(entries), tried(entries), last_words(entries)]
        .into_iter()
        .flatten()
        .collect()
}

/// The topic with the collected values.
fn matter(entries: &[Entry]) -> Option<String> {
    let topic = entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Escalated {
            topic: Some(topic), ..
        }
        | Event::Understood {
            topic: Some(topic), ..
        } => Some(topic),
        _ => None,
    })?;
    let mut slots = std::collections::BTreeMap::new();
    for entry in entries {
        if let Event::SlotFilled { slot, value, .. } = &entry.event {
            slots.insert(slot, value);
        }
    }
    let values: Vec<String> = slots
        .iter()
        .map(|(slot, value)| format!("{slot} {value}"))
        .collect();
    Some(if values.is_empty() {
        topic.clone()
    } else {
        format!("{topic}: {}", values.join(", "))
    })
}

/// The last thing that the bot looked up or did, and whether it worked.
fn tried(entries: &[Entry]) -> Option<String> {
    entries.iter().rev().find_map(|entry| match &entry.event {
        Event::ActionCalled {
            action,
            ok: true,
            detail,
            ..
        } if !detail.is_empty() => Some(format!("{action}: {detail}")),
        Event::ActionCalled { action, ok: true, .. } => Some(format!("{action}: ok")),
        Event::ActionCalled {
            action, ok: false, ..
        } => Some(format!("{action}: failed")),
        _ => None,
    })
}

fn last_words(entries: &[Entry]) -> Option<String> {
    entries.iter().rev().find_map(|entry| match &entry.event {
        Event::CallerSaid { text, .. } if !text.trim().is_empty() => {
            let quote: String = text.chars().take(QUOTE_MAX_CHARS).collect();
            Some(format!("\u{201c}{quote}\u{201d}"))
        }
        _ => None,
    })
}
