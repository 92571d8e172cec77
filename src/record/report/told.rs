//! ◆ One call in what a report adds up, and which calls stand behind a figure.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use crate::record::cdr::cdr;
use crate::record::event::{Entry, Event, Outcome};
use crate::record::handover::{Handover, handovers};
use crate::record::rating::{Rating, RatingKind, asked};
use crate::record::silence::{Seen, Silent, see};
use crate::time::At;
use jiff::Zoned;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A turn in which anger, frustration or distress is this likely makes a call an upset one, 0..1.
const UPSET_AT: f32 = 0.5;

/// One call, as far as reports need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub call_id: String,
    /// When it came in.
    pub at: At,
    pub caller: String,
    pub caller_name: Option<String>,
    pub bot: String,
    pub queue: Option<String>,
    pub language: Option<Language>,
    pub topic: Option<String>,
    /// `None` while it lives.
    pub outcome: Option<Outcome>,
    pub answered: bool,
    /// From answer to end.
    pub lasted_ms: Option<u64>,
    /// `None` where no tone was judged.
    pub upset: Option<bool>,
    /// What the caller answered when asked about the call, and whether that was asked.
    pub rating: Option<Rating>,
    pub asked_rating: bool,
    /// Of each timed turn.
    pub gaps_ms: Vec<u64>,
    pub handovers: Vec<Handover>,
    /// `None` of calls that were not answered, or still live.
    pub seen: Option<Seen>,
}

/// `None` of no entries.
pub fn told(entries: &[Entry]) -> Option<Told> {
    let first = entries.first()?;
    let record = cdr(entries);
    // What is read is not waited for as a voice is.
    let spoken = record.channel.is_voice();
    let gap = |entry: &Entry| match &entry.event {
        Event::TurnTimed { stages, .. } if spoken => Some(stages.gap_ms),
        _ => None,
    };
    Some(Told {
        call_id: first.call_id.0.clone(),
        at: first.at,
        caller: record.from,
        caller_name: record.from_name,
        bot: record.bot,
        queue: record.queue,
        language: record.language,
        topic: record.topic.or_else(|| escalated_topic(entries)),
        outcome: record.outcome,
        answered: record.answered_at.is_some(),
        lasted_ms: record.billable_ms,
        upset: upset(entries),
        rating: record.rating,
        asked_rating: asked(entries),
        gaps_ms: entries.iter().filter_map(gap).collect(),
        handovers: handovers(entries),
        seen: see(entries),
    })
}

fn escalated_topic(entries: &[Entry]) -> Option<String> {
    entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Escalated { topic, .. } => topic.clone(),
        _ => None,
    })
}

fn upset(entries: &[Entry]) -> Option<bool> {
    let worst = entries.iter().filter_map(|entry| match &entry.event {
        Event::ToneJudged { anger, frustration, distress, .. } => {
            Some(anger.max(*frustration).max(*distress))
        }
        _ => None,
    });
    worst.reduce(f32::max).map(|worst| worst >= UPSET_AT)
}

impl Told {
    /// Its outcome, or `live`.
    pub fn outcome_name(&self) -> &'static str {
        self.outcome.map_or("live", Outcome::name)
    }

    pub fn local(&self, zone: &TimeZone) -> Zoned {
        local(self.at, zone)
    }

    fn silent(&self) -> Option<Silent> {
        self.seen.as_ref().filter(|seen| seen.contained).and_then(|seen| seen.how)
    }

    pub fn is_silent(&self) -> bool {
        self.silent().is_some()
    }

    pub fn is_contained(&self) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.contained)
    }

    fn rated(&self, kind: RatingKind, so: fn(Rating) -> bool) -> bool {
        self.rating.is_some_and(|rating| rating.kind == kind && so(rating))
    }

    /// The bot kept the caller, who was served as far as can be seen.
    pub fn is_served(&self) -> bool {
        self.is_contained() && !self.is_silent()
    }
}

/// A moment where the reader is.
pub fn local(at: At, zone: &TimeZone) -> Zoned {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX).to_zoned(zone.clone())
}

/// Which step of the time axis a moment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BarStep)]
pub enum Step {
    Hour,
    Day,
}

impl Step {
    /// `2026-11-21`, or `2026-11-21T09`.
    pub fn key(self, at: &Zoned) -> String {
        match self {
            Step::Hour => format!("{}T{:02}", at.date(), at.hour()),
            Step::Day => at.date().to_string(),
        }
    }
}

/// Calls that have something in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    Answered,
    Resolved,
    Contained,
    TrulyContained,
    Silent,
    HandedOver,
    Abandoned,
    Upset,
    /// Answered "how satisfied", with 4 or 5, with 1 or 2.
    Rated,
    Satisfied,
    Dissatisfied,
    /// Answered "how likely to recommend", with 9 or 10, with 6 or less.
    Recommended,
    Promoters,
    Detractors,
    /// Some turn took longer than two seconds.
    Slow,
}

/// A turn that takes longer is a slow one, ms.
const SLOW_MS: u64 = 2_000;

/// The calls behind one figure. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pick {
    /// Key of the time axis, of a day or an hour.
    pub bar: Option<String>,
    /// 1 is Monday, and the hour.
    pub cell: Option<(i8, i8)>,
    pub outcome: Option<String>,
    /// Empty means none.
    pub topic: Option<String>,
    /// Kind of the first signal of a handover.
    pub reason: Option<String>,
    /// Handed over to this queue.
    pub handed_to: Option<String>,
    pub how: Option<String>,
    /// What the bot said last.
    pub prompt: Option<String>,
    pub only: Option<Only>,
}

impl Pick {
    pub fn takes(&self, call: &Told, zone: &TimeZone) -> bool {
        let at = call.local(zone);
        let bar = |key: &String| *key == Step::Day.key(&at) || *key == Step::Hour.key(&at);
        let cell = |(weekday, hour): &(i8, i8)| {
            (*weekday, *hour) == (at.weekday().to_monday_one_offset(), at.hour())
        };
        let reason = |kind: &String| call.handovers.iter().any(|handover| handover.reason == *kind);
        let to = |queue: &String| call.handovers.iter().any(|handover| handover.queue == *queue);
        let prompt = |prompt: &String| call.seen.as_ref().is_some_and(|seen| seen.prompt == *prompt);
        self.bar.as_ref().is_none_or(bar)
            && self.cell.as_ref().is_none_or(cell)
            && self.outcome.as_ref().is_none_or(|outcome| outcome == call.outcome_name())
            && self.topic.as_ref().is_none_or(|topic| topic == call.topic.as_deref().unwrap_or_default())
            && self.reason.as_ref().is_none_or(reason)
            && self.handed_to.as_ref().is_none_or(to)
            && self.how.as_ref().is_none_or(|how| call.silent().is_some_and(|silent| silent.name() == how))
            && self.prompt.as_ref().is_none_or(prompt)
            && self.only.is_none_or(|only| only.takes(call))
    }
}

impl Only {
    fn takes(self, call: &Told) -> bool {
        match self {
            Only::Answered => call.answered,
            Only::Resolved => call.outcome == Some(Outcome::Resolved),
            Only::Contained => call.is_contained(),
            Only::TrulyContained => call.is_served(),
            Only::Silent => call.is_silent(),
            Only::HandedOver => !call.handovers.is_empty(),
            Only::Abandoned => call.outcome == Some(Outcome::Abandoned),
            Only::Upset => call.upset == Some(true),
            Only::Rated => call.rated(RatingKind::Csat, |_| true),
            Only::Satisfied => call.rated(RatingKind::Csat, Rating::is_good),
            Only::Dissatisfied => call.rated(RatingKind::Csat, Rating::is_bad),
            Only::Recommended => call.rated(RatingKind::Nps, |_| true),
            Only::Promoters => call.rated(RatingKind::Nps, Rating::is_good),
            Only::Detractors => call.rated(RatingKind::Nps, Rating::is_bad),
            Only::Slow => call.gaps_ms.iter().any(|gap| *gap > SLOW_MS),
        }
    }
}
