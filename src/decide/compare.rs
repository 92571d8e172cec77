//! ◆ Handovers of recorded calls under two policies.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::replay::Done;
use crate::record::event::{Entry, Event};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where a replayed call goes to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// Of the caller's turns, from 1.
    pub turn: usize,
    /// Kind of the first signal.
    pub kind: String,
    pub queue: String,
}

/// How a call's handover differs under the new policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Earlier,
    Later,
    /// Only under the new policy.
    New,
    /// Not within what was recorded: the old policy ended the bot's part there.
    Never,
    /// In the same turn, for another reason or to another queue.
    Otherwise,
}

impl Handover {
    /// The handover in which a replay ends.
    pub fn of(done: &[Done]) -> Option<Handover> {
        let last = done.last()?;
        Some(Handover { turn: done.len(), kind: last.escalated.clone()?, queue: last.queue.clone()? })
    }
}

impl Change {
    /// `None` where nothing differs.
    pub fn between(old: Option<&Handover>, new: Option<&Handover>) -> Option<Change> {
        match (old, new) {
            (None, None) => None,
            (None, Some(_)) => Some(Change::New),
            (Some(_), None) => Some(Change::Never),
            (Some(old), Some(new)) if new.turn < old.turn => Some(Change::Earlier),
            (Some(old), Some(new)) if new.turn > old.turn => Some(Change::Later),
            (Some(old), Some(new)) => (old != new).then_some(Change::Otherwise),
        }
    }
}

/// What people get to do under a policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Load {
    pub handovers: usize,
    pub by_reason: BTreeMap<String, usize>,
    pub by_queue: BTreeMap<String, usize>,
}

impl Load {
    pub fn add(&mut self, handover: &Handover) {
        self.handovers += 1;
        *self.by_reason.entry(handover.kind.clone()).or_default() += 1;
        *self.by_queue.entry(handover.queue.clone()).or_default() += 1;
    }
}

/// How long a person talked in a call, ms, all of them together; `None` where none did.
pub fn talked_ms(entries: &[Entry]) -> Option<u64> {
    let (mut talked, mut since) = (None, None);
    for entry in entries {
        match &entry.event {
            Event::Bridged { .. } => since = Some(entry.at),
            Event::ReturnedToBot { .. } | Event::CallEnded { .. } => {
                if let Some(since) = since.take() {
                    talked = Some(talked.unwrap_or(0) + entry.at.since_ms(since));
                }
            }
            _ => {}
        }
    }
    talked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CallId;
    use crate::time::At;

    fn done(escalated: Option<&str>) -> Done {
        Done {
            topic: None,
            prompts: Vec::new(),
            runs: Vec::new(),
            escalated: escalated.map(str::to_owned),
            queue: escalated.map(|_| "front".to_owned()),
            hung_up: false,
        }
    }

    #[test]
    fn a_handover_moves_comes_or_goes() {
        let at = |turns: usize, kind: &str| {
            let mut all = vec![done(None); turns - 1];
            all.push(done(Some(kind)));
            Handover::of(&all)
        };
        let (early, late) = (at(2, "confidence"), at(4, "confidence"));
        assert_eq!(early.as_ref().map(|handover| handover.turn), Some(2));
        assert_eq!(Handover::of(&[done(None)]), None);
        let between =
            |old: &Option<Handover>, new: &Option<Handover>| Change::between(old.as_ref(), new.as_ref());
        assert_eq!(between(&late, &early), Some(Change::Earlier));
        assert_eq!(between(&early, &late), Some(Change::Later));
        assert_eq!(between(&early, &None), Some(Change::Never));
        assert_eq!(between(&None, &early), Some(Change::New));
        assert_eq!(between(&early, &at(2, "loop")), Some(Change::Otherwise));
        assert_eq!(between(&early, &early), None);
        let mut load = Load::default();
        [early, late].iter().flatten().for_each(|handover| load.add(handover));
        assert_eq!((load.handovers, load.by_reason["confidence"], load.by_queue["front"]), (2, 2, 2));
    }

    #[test]
    fn only_the_time_with_a_person_counts() {
        let bridged = || Event::Bridged { agent: "anna".into() };
        let returned = Event::ReturnedToBot { why: "agent_left".into() };
        let events = [(1_000, bridged()), (4_000, returned), (9_000, bridged()), (9_500, bridged())];
        let entry =
            |(at, event): (u64, Event)| Entry { call_id: CallId("c".into()), seq: 0, at: At(at), event };
        let entries: Vec<Entry> = events.into_iter().map(entry).collect();
        assert_eq!(talked_ms(&entries), Some(3_000));
        assert_eq!(talked_ms(&entries[1..2]), None);
    }
}
