//! ◆ Many calls as one report: how many and when, what became of them, where callers fall silent, how handovers
//! went, and which topic belongs to whom.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod tables; //      ◆ the report as tables for a spreadsheet
pub mod told; //        ◆ one call, and which calls stand behind a figure
pub mod touchpoints; // ◆ topic by topic

#[cfg(test)]
mod stories;

use super::event::Outcome;
use super::handover::{Ending, Handover};
use super::rating::{Csat, Nps};
use super::rfc3339;
use super::silence::{Seen, Step as SilentStep, together};
use crate::time::At;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use told::{Step, Told, local};
use touchpoints::{Touchpoint, touchpoints};

/// A time up to this is shown by the hour, longer ones by the day, ms.
const BY_HOUR_UP_TO_MS: u64 = 50 * 3_600_000;
const DAY_MS: u64 = 86_400_000;
/// Longest time axis. Longer ranges are refused before.
const BARS_MAX: usize = 400;

/// How many of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Part {
    pub name: String,
    pub calls: usize,
}

/// Percentiles by nearest rank, ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Spread {
    pub count: usize,
    pub p50: u64,
    pub p95: u64,
    pub p99: u64,
}

impl Spread {
    /// `None` of none.
    pub fn of(values: impl IntoIterator<Item = u64>) -> Option<Spread> {
        let mut values: Vec<u64> = values.into_iter().collect();
        values.sort_unstable();
        let rank = |part: usize| values.get((values.len() * part).div_ceil(100).saturating_sub(1)).copied();
        Some(Spread { count: values.len(), p50: rank(50)?, p95: rank(95)?, p99: rank(99)? })
    }
}

/// The large numbers. Shares are of the answered calls, 0..1.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Figures {
    pub calls: usize,
    pub answered: usize,
    pub resolved: usize,
    pub resolution: f32,
    /// No person took part.
    pub contained: usize,
    pub containment: f32,
    /// Of those, callers who were served as far as can be seen.
    pub truly_contained: usize,
    pub true_containment: f32,
    pub abandoned: usize,
    pub handovers: usize,
    /// Mean score of the handovers that are over, 0..100.
    pub score: Option<f32>,
    /// Calls whose tone was judged, and those of them that were upset.
    pub judged: usize,
    pub upset: usize,
    /// Calls whose caller was asked about the call.
    pub asked: usize,
    /// How satisfied callers are; none where nobody answered.
    pub csat: Option<Csat>,
    /// How likely they recommend.
    pub nps: Option<Nps>,
    pub turn_gap_ms: Option<Spread>,
}

/// One step of the time axis.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Bar {
    /// `2026-11-21`, or `2026-11-21T09`, where the reader is.
    pub key: String,
    pub calls: usize,
    pub outcomes: Vec<Part>,
    pub contained: usize,
    pub truly_contained: usize,
    pub turn_gap_ms: Option<Spread>,
}

/// Calls in an hour of a weekday, all weeks together; those without any are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Cell {
    /// 1 is Monday.
    pub weekday: i8,
    /// 0..24
    pub hour: i8,
    pub calls: usize,
}

/// How handovers to a queue went.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QueueScore {
    pub queue: String,
    pub handovers: usize,
    /// Mean of those that are over, 0..100.
    pub score: Option<f32>,
    /// Ended with a person.
    pub person: usize,
    /// The caller hung up while waiting.
    pub abandoned: usize,
}

/// What handovers took from the decision on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Took {
    /// `announcement`, `ringing`, `bridged`, `first_word`: what was waited for.
    pub to: String,
    /// `None` where it never came.
    pub ms: Option<Spread>,
}

/// What the calls of a time say.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Report {
    /// RFC 3339 in UTC.
    pub from: String,
    pub to: String,
    /// IANA name of the time zone that days and hours are told in.
    pub zone: String,
    /// Older calls of that time were left out: more than can be read.
    pub cut: bool,
    pub now: Figures,
    /// The same hours, whole days before; `None` when either of both was cut.
    pub before: Option<Figures>,
    pub step: Step,
    pub bars: Vec<Bar>,
    pub cells: Vec<Cell>,
    pub outcomes: Vec<Part>,
    /// Why people were called: kinds of the first signal, of all handovers.
    pub reasons: Vec<Part>,
    /// Where callers fall silent, the worst first.
    pub silence: Vec<SilentStep>,
    pub touchpoints: Vec<Touchpoint>,
    pub queues: Vec<QueueScore>,
    pub times: Vec<Took>,
    /// Bots and queues of these calls, to choose from.
    pub bots: Vec<String>,
    pub queue_names: Vec<String>,
    /// What topics are called, by language.
    pub names: BTreeMap<String, BTreeMap<String, String>>,
}

/// The time that a report is about.
#[derive(Debug, Clone)]
pub struct Span {
    pub from: At,
    /// Before this.
    pub to: At,
    pub zone: TimeZone,
    pub zone_name: String,
}

impl Span {
    /// The same hours, as many whole days before as lead out of this time: this morning is set beside yesterday's.
    pub fn before(&self) -> Span {
        let days = self.to.since_ms(self.from).div_ceil(DAY_MS);
        let back = Duration::from_millis(days * DAY_MS);
        Span { from: self.from - back, to: self.to - back, ..self.clone() }
    }

    fn step(&self) -> Step {
        if self.to.since_ms(self.from) <= BY_HOUR_UP_TO_MS { Step::Hour } else { Step::Day }
    }
}

/// Makes the report. `before` are the calls of the time before, where they could be read.
/// Names are left empty: they come from the bots.
pub fn report(span: &Span, mut calls: Vec<Told>, before: Option<Vec<Told>>, cut: bool) -> Report {
    let silence = judge(&mut calls);
    let before = before.map(|mut calls| {
        judge(&mut calls);
        figures(&calls)
    });
    Report {
        from: rfc3339(span.from),
        to: rfc3339(span.to),
        zone: span.zone_name.clone(),
        cut,
        now: figures(&calls),
        before,
        step: span.step(),
        bars: bars(span, &calls),
        cells: cells(span, &calls),
        outcomes: outcomes(&calls),
        reasons: reasons(&calls),
        silence,
        touchpoints: touchpoints(&calls),
        queues: queues(&calls),
        times: times(&calls),
        bots: distinct(calls.iter().map(|call| call.bot.clone())),
        queue_names: distinct(calls.iter().filter_map(|call| call.queue.clone())),
        names: BTreeMap::new(),
    }
}

/// Sees the calls together, so that each knows whether its caller rang again.
pub fn judge(calls: &mut [Told]) -> Vec<SilentStep> {
    let mut seen: Vec<Seen> = calls.iter_mut().filter_map(|call| call.seen.take()).collect();
    let report = together(&mut seen);
    let mut by: BTreeMap<String, Seen> = seen.into_iter().map(|seen| (seen.call_id.clone(), seen)).collect();
    calls.iter_mut().for_each(|call| call.seen = by.remove(&call.call_id));
    report.steps
}

pub(crate) fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

fn mean(values: impl Iterator<Item = u32>) -> Option<f32> {
    let (sum, count) = values.fold((0_u64, 0_u64), |(sum, count), value| (sum + u64::from(value), count + 1));
    (count > 0).then(|| sum as f32 / count as f32)
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let names: BTreeSet<String> = names.filter(|name| !name.is_empty()).collect();
    names.into_iter().collect()
}

/// The large numbers of calls that were judged together.
pub fn figures(calls: &[Told]) -> Figures {
    let count = |wanted: fn(&Told) -> bool| calls.iter().filter(|call| wanted(call)).count();
    let answered = count(|call| call.answered);
    let resolved = count(|call| call.outcome == Some(Outcome::Resolved));
    let (contained, truly_contained) = (count(Told::is_contained), count(Told::is_served));
    Figures {
        calls: calls.len(),
        answered,
        resolved,
        resolution: share(resolved, answered),
        contained,
        containment: share(contained, answered),
        truly_contained,
        true_containment: share(truly_contained, answered),
        abandoned: count(|call| call.outcome == Some(Outcome::Abandoned)),
        handovers: calls.iter().map(|call| call.handovers.len()).sum(),
        score: score(calls.iter().flat_map(|call| &call.handovers)),
        judged: count(|call| call.upset.is_some()),
        upset: count(|call| call.upset == Some(true)),
        asked: count(|call| call.asked_rating),
        csat: Csat::of(calls.iter().filter_map(|call| call.rating)),
        nps: Nps::of(calls.iter().filter_map(|call| call.rating)),
        turn_gap_ms: gaps(calls.iter()),
    }
}

fn score<'a>(handovers: impl Iterator<Item = &'a Handover>) -> Option<f32> {
    mean(handovers.filter(|handover| handover.ending != Ending::Open).map(|handover| handover.score))
}

fn gaps<'a>(calls: impl Iterator<Item = &'a Told>) -> Option<Spread> {
    Spread::of(calls.flat_map(|call| call.gaps_ms.iter().copied()))
}

/// The most frequent first.
fn parts(counts: BTreeMap<&str, usize>) -> Vec<Part> {
    let part = |(name, calls): (&str, usize)| Part { name: name.to_owned(), calls };
    let mut parts: Vec<Part> = counts.into_iter().map(part).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.calls));
    parts
}

fn outcomes<'a>(calls: impl IntoIterator<Item = &'a Told>) -> Vec<Part> {
    let mut counts = BTreeMap::new();
    calls.into_iter().for_each(|call| *counts.entry(call.outcome_name()).or_default() += 1);
    parts(counts)
}

fn reasons(calls: &[Told]) -> Vec<Part> {
    let mut counts = BTreeMap::new();
    let handovers = calls.iter().flat_map(|call| &call.handovers);
    handovers.for_each(|handover| *counts.entry(handover.reason.as_str()).or_default() += 1);
    parts(counts)
}

/// Every step of the time, those without a call too.
fn bars(span: &Span, calls: &[Told]) -> Vec<Bar> {
    let step = span.step();
    let mut by: BTreeMap<String, Vec<&Told>> = BTreeMap::new();
    // Two steps of an hour fall into one key when the clocks go back: by key nothing is counted twice.
    let mut at = span.from;
    let width = Duration::from_secs(if step == Step::Hour { 3_600 } else { 86_400 });
    while at < span.to && by.len() < BARS_MAX {
        by.entry(step.key(&local(at, &span.zone))).or_default();
        at = at + width;
    }
    for call in calls {
        by.entry(step.key(&call.local(&span.zone))).or_default().push(call);
    }
    let bar = |(key, calls): (String, Vec<&Told>)| Bar {
        key,
        calls: calls.len(),
        outcomes: outcomes(calls.iter().copied()),
        contained: calls.iter().filter(|call| call.is_contained()).count(),
        truly_contained: calls.iter().filter(|call| call.is_served()).count(),
        turn_gap_ms: gaps(calls.iter().copied()),
    };
    by.into_iter().map(bar).collect()
}

fn cells(span: &Span, calls: &[Told]) -> Vec<Cell> {
    let mut counts: BTreeMap<(i8, i8), usize> = BTreeMap::new();
    for call in calls {
        let at = call.local(&span.zone);
        *counts.entry((at.weekday().to_monday_one_offset(), at.hour())).or_default() += 1;
    }
    counts.into_iter().map(|((weekday, hour), calls)| Cell { weekday, hour, calls }).collect()
}

fn queues(calls: &[Told]) -> Vec<QueueScore> {
    let mut by: BTreeMap<&str, Vec<&Handover>> = BTreeMap::new();
    for handover in calls.iter().flat_map(|call| &call.handovers) {
        by.entry(&handover.queue).or_default().push(handover);
    }
    let ended = |handovers: &[&Handover], ending: Ending| {
        handovers.iter().filter(|handover| handover.ending == ending).count()
    };
    let queue = |(queue, handovers): (&str, Vec<&Handover>)| QueueScore {
        queue: queue.to_owned(),
        handovers: handovers.len(),
        score: score(handovers.iter().copied()),
        person: ended(&handovers, Ending::Person),
        abandoned: ended(&handovers, Ending::Abandoned),
    };
    by.into_iter().map(queue).collect()
}

fn times(calls: &[Told]) -> Vec<Took> {
    let took = |to: &str, of: fn(&Handover) -> Option<u64>| Took {
        to: to.to_owned(),
        ms: Spread::of(calls.iter().flat_map(|call| &call.handovers).filter_map(of)),
    };
    vec![
        took("announcement", |handover| handover.announcement_ms),
        took("ringing", |handover| handover.ringing_ms),
        took("bridged", |handover| handover.bridged_ms),
        took("first_word", |handover| handover.first_word_ms),
    ]
}
