//! ◆ The call detail record: one line per call, derived from its events.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::{Channel, EndedBy, Outcome};
use super::rating::Rating;
use super::{Entry, Event, rfc3339};
use crate::language::Language;
use crate::time::At;
use serde::{Deserialize, Serialize};

/// How long the caller waited for answers in one call, ms: last voiced sample of the caller to first
/// audible packet of the bot. Percentiles by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TurnGaps {
    /// Turns that were timed: spoken ones that the bot answered.
    pub turns: u32,
    pub p50: u64,
    pub p95: u64,
    pub worst: u64,
    /// The first turn with the worst gap.
    pub worst_turn: u32,
}

impl TurnGaps {
    /// Of `(turn, gap_ms)`; `None` of none.
    pub fn of(timed: &[(u32, u64)]) -> Option<TurnGaps> {
        let mut gaps: Vec<u64> = timed.iter().map(|(_, gap_ms)| *gap_ms).collect();
        gaps.sort_unstable();
        let rank = |part: usize| gaps.get((gaps.len() * part).div_ceil(100).saturating_sub(1)).copied();
        let worst = *gaps.last()?;
        let (worst_turn, _) = timed.iter().find(|(_, gap_ms)| *gap_ms == worst)?;
        let turns = u32::try_from(gaps.len()).unwrap_or(u32::MAX);
        Some(TurnGaps { turns, p50: rank(50)?, p95: rank(95)?, worst, worst_turn: *worst_turn })
    }
}

/// What billing and reports read of a call. Times are RFC 3339 in UTC, durations ms.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Cdr {
    pub call_id: String,
    pub from: String,
    pub from_name: Option<String>,
    pub to: String,
    pub bot: String,
    pub trunk: String,
    pub sip_call_id: String,
    pub channel: Channel,
    pub received_at: Option<String>,
    pub answered_at: Option<String>,
    pub queued_at: Option<String>,
    /// The first bridge; a later agent does not change it.
    pub bridged_at: Option<String>,
    pub ended_at: Option<String>,
    /// From INVITE to answer.
    pub ring_ms: Option<u64>,
    /// From answer to end: what is billed.
    pub billable_ms: Option<u64>,
    /// Waiting for people, all rounds together.
    pub queue_ms: u64,
    /// Speaking with people, all of them together.
    pub agent_ms: u64,
    /// `None` while the call lives.
    pub outcome: Option<Outcome>,
    pub ended_by: Option<EndedBy>,
    pub end_reason: Option<String>,
    /// What the caller said, counted in utterances.
    pub turns: u32,
    /// `None` when no turn was timed.
    pub turn_gap_ms: Option<TurnGaps>,
    /// The last language chosen.
    pub language: Option<Language>,
    pub topic: Option<String>,
    pub queue: Option<String>,
    /// The last agent who spoke with the caller.
    pub agent: Option<String>,
    pub escalated_why: Option<String>,
    pub wrap_up_code: Option<String>,
    pub wrap_up_note: Option<String>,
    /// What the caller answered when asked about the call.
    pub rating: Option<Rating>,
}

/// Derives the record. Of an empty slice an empty record comes out.
pub fn cdr(entries: &[Entry]) -> Cdr {
    let mut fold = Fold::default();
    for entry in entries {
        fold.take(entry);
    }
    fold.cdr.turn_gap_ms = TurnGaps::of(&fold.timed);
    fold.cdr
}

#[derive(Default)]
struct Fold {
    cdr: Cdr,
    received: Option<At>,
    answered: Option<At>,
    waiting_since: Option<At>,
    bridged_since: Option<At>,
    /// Turn and gap, ms.
    timed: Vec<(u32, u64)>,
}

impl Fold {
    fn take(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            Event::CallReceived { .. } => self.received(entry),
            Event::CallAnswered => {
                self.answered = Some(at);
                self.cdr.answered_at = Some(rfc3339(at));
                self.cdr.ring_ms = self.received.map(|received| at.since_ms(received));
            }
            Event::LanguageChosen { language, .. } => self.cdr.language = Some(*language),
            Event::CallerSaid { .. } => self.cdr.turns += 1,
            Event::TurnTimed { turn, stages } => self.timed.push((*turn, stages.gap_ms)),
            Event::Understood { topic: Some(topic), .. } => self.cdr.topic = Some(topic.clone()),
            Event::Escalated { why, queue, .. } => {
                self.cdr.escalated_why = Some(why.clone());
                self.cdr.queue = Some(queue.clone());
            }
            Event::Queued { queue } => {
                self.waiting_since = Some(at);
                self.cdr.queue = Some(queue.clone());
                self.cdr.queued_at.get_or_insert_with(|| rfc3339(at));
            }
            Event::Bridged { agent } => {
                self.stop_waiting(at);
                self.bridged_since = Some(at);
                self.cdr.agent = Some(agent.clone());
                self.cdr.bridged_at.get_or_insert_with(|| rfc3339(at));
            }
            Event::AgentLeft { .. } => self.stop_talking(at),
            Event::ReturnedToBot { .. } => self.stop_waiting(at),
            Event::CallEnded { outcome, by, reason } => self.ended(at, *outcome, *by, reason),
            Event::WrapUp { code, note, .. } => {
                self.cdr.wrap_up_code = Some(code.clone());
                self.cdr.wrap_up_note = Some(note.clone());
            }
            Event::Rated { kind, score, .. } => self.cdr.rating = Some(Rating { kind: *kind, score: *score }),
            _ => {}
        }
    }

    fn received(&mut self, entry: &Entry) {
        let Event::CallReceived { from, from_name, to, bot, trunk, sip_call_id, channel } = &entry.event
        else {
            return;
        };
        self.received = Some(entry.at);
        self.cdr = Cdr {
            call_id: entry.call_id.0.clone(),
            from: from.clone(),
            from_name: from_name.clone(),
            to: to.clone(),
            bot: bot.clone(),
            trunk: trunk.clone(),
            sip_call_id: sip_call_id.clone(),
            channel: *channel,
            received_at: Some(rfc3339(entry.at)),
            ..Cdr::default()
        };
    }

    fn ended(&mut self, at: At, outcome: Outcome, by: EndedBy, reason: &str) {
        self.stop_waiting(at);
        self.stop_talking(at);
        self.cdr.ended_at = Some(rfc3339(at));
        self.cdr.billable_ms = self.answered.map(|answered| at.since_ms(answered));
        self.cdr.outcome = Some(outcome);
        self.cdr.ended_by = Some(by);
        self.cdr.end_reason = Some(reason.to_owned());
    }

    fn stop_waiting(&mut self, at: At) {
        if let Some(since) = self.waiting_since.take() {
            self.cdr.queue_ms += at.since_ms(since);
        }
    }

    fn stop_talking(&mut self, at: At) {
        if let Some(since) = self.bridged_since.take() {
            self.cdr.agent_ms += at.since_ms(since);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CallId;
    use crate::record::event::TurnStages;

    fn call(events: Vec<(u64, Event)>) -> Vec<Entry> {
        let number = |(seq, (at, event)): (usize, (u64, Event))| Entry {
            call_id: CallId("c1".into()),
            seq: seq as u32,
            at: At(1_763_700_000_000 + at),
            event,
        };
        events.into_iter().enumerate().map(number).collect()
    }

    fn received() -> Event {
        Event::CallReceived {
            from: "+48111222333".into(),
            from_name: None,
            to: "+48999".into(),
            bot: "parcel".into(),
            trunk: "main".into(),
            sip_call_id: "x@y".into(),
            channel: Channel::default(),
        }
    }

    fn ended(outcome: Outcome, by: EndedBy) -> Event {
        Event::CallEnded { outcome, by, reason: "bye".into() }
    }

    #[test]
    fn a_handed_over_call_has_its_times_and_durations() {
        let record = cdr(&call(vec![
            (0, received()),
            (100, Event::CallAnswered),
            (9_000, Event::Queued { queue: "logistics".into() }),
            (15_000, Event::Bridged { agent: "anna".into() }),
            (75_000, Event::AgentLeft { agent: "anna".into() }),
            (75_100, ended(Outcome::HandedOver, EndedBy::Caller)),
        ]));
        assert_eq!(record.received_at.as_deref(), Some("2025-11-21T04:40:00.000Z"));
        assert_eq!(record.ring_ms, Some(100));
        assert_eq!(record.queue_ms, 6_000);
        assert_eq!(record.agent_ms, 60_000);
        assert_eq!(record.billable_ms, Some(75_000));
        assert_eq!(record.agent.as_deref(), Some("anna"));
        assert_eq!(record.outcome, Some(Outcome::HandedOver));
    }

    #[test]
    fn a_caller_who_hangs_up_in_the_queue_waited_until_then() {
        let record = cdr(&call(vec![
            (0, received()),
            (100, Event::CallAnswered),
            (1_000, Event::Queued { queue: "q".into() }),
            (31_000, ended(Outcome::Abandoned, EndedBy::Caller)),
        ]));
        assert_eq!((record.queue_ms, record.agent_ms), (30_000, 0));
    }

    #[test]
    fn two_rounds_of_waiting_add_up() {
        let record = cdr(&call(vec![
            (0, received()),
            (1_000, Event::Queued { queue: "q".into() }),
            (4_000, Event::ReturnedToBot { why: "agents_busy".into() }),
            (10_000, Event::Queued { queue: "q".into() }),
            (12_000, Event::Bridged { agent: "jan".into() }),
        ]));
        assert_eq!(record.queue_ms, 5_000);
        assert_eq!(record.outcome, None);
    }

    fn timed(turn: u32, gap_ms: u64) -> Event {
        Event::TurnTimed { turn, stages: TurnStages { gap_ms, ..TurnStages::default() } }
    }

    #[test]
    fn the_waits_of_a_call_are_in_its_record_with_the_worst_turn() {
        let gaps = [700, 500, 2_000, 600, 2_000];
        let events = gaps.iter().zip(1..).map(|(gap_ms, turn)| (1_000, timed(turn, *gap_ms)));
        let record = cdr(&call([(0, received())].into_iter().chain(events).collect()));
        let gaps = TurnGaps { turns: 5, p50: 700, p95: 2_000, worst: 2_000, worst_turn: 3 };
        assert_eq!(record.turn_gap_ms, Some(gaps));
        assert_eq!(cdr(&call(vec![(0, received())])).turn_gap_ms, None);
    }

    #[test]
    fn a_call_that_was_never_answered_bills_nothing() {
        let record = cdr(&call(vec![(0, received()), (50, ended(Outcome::NotAnswered, EndedBy::Caller))]));
        assert_eq!((record.billable_ms, record.answered_at), (None, None));
    }
}
