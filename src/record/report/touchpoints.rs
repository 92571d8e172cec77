//! ◆ Topic by topic: how many call about it, how they feel, what becomes of it, and who should have it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::told::Told;
use super::{Part, mean, outcomes, share};
use crate::record::event::Outcome;
use serde::Serialize;
use std::collections::BTreeMap;

/// Fewer calls say too little.
const ENOUGH_CALLS: usize = 10;
/// Shares from which on a sign decides, 0..1.
const UPSET_SHARE: f32 = 0.25;
const HANDED_SHARE: f32 = 0.6;
const SILENT_SHARE: f32 = 0.25;
const SERVED_SHARE: f32 = 0.7;

/// Who should have the calls of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    Bot,
    Person,
    Mixed,
}

/// The sign that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    FewCalls,
    Upset,
    HandedOver,
    Silent,
    Served,
    InBetween,
}

/// One topic. Shares are 0..1 of its calls.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Touchpoint {
    /// `None` of calls whose business was not understood.
    pub topic: Option<String>,
    pub calls: usize,
    pub outcomes: Vec<Part>,
    /// Calls whose tone was judged, and those of them that were upset.
    pub judged: usize,
    pub upset: usize,
    pub resolved: f32,
    pub handed_over: f32,
    /// Kept by the bot and not served.
    pub silent: f32,
    /// Kept by the bot and served.
    pub served: f32,
    /// Mean score of its handovers, 0..100.
    pub score: Option<f32>,
    pub advice: Advice,
    pub because: Because,
    /// The share that decided; of `in_between` what the bot serves.
    pub because_share: f32,
}

/// Every topic, the one with the most calls first.
pub fn touchpoints(calls: &[Told]) -> Vec<Touchpoint> {
    let mut by: BTreeMap<Option<&str>, Vec<&Told>> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.answered) {
        by.entry(call.topic.as_deref()).or_default().push(call);
    }
    let mut all: Vec<Touchpoint> = by.into_iter().map(|(topic, calls)| one(topic, &calls)).collect();
    all.sort_by_key(|touchpoint| std::cmp::Reverse(touchpoint.calls));
    all
}

fn one(topic: Option<&str>, calls: &[&Told]) -> Touchpoint {
    let count = |wanted: fn(&Told) -> bool| calls.iter().filter(|call| wanted(call)).count();
    let part = |wanted: fn(&Told) -> bool| share(count(wanted), calls.len());
    let (judged, upset) = (count(|call| call.upset.is_some()), count(|call| call.upset == Some(true)));
    let handed_over = part(|call| !call.handovers.is_empty());
    let (silent, served) = (part(Told::is_silent), part(Told::is_served));
    let shares = Shares { upset: share(upset, judged), handed_over, silent, served };
    let (advice, because, because_share) = advice(calls.len(), &shares);
    Touchpoint {
        topic: topic.map(str::to_owned),
        calls: calls.len(),
        outcomes: outcomes(calls.iter().copied()),
        judged,
        upset,
        resolved: part(|call| call.outcome == Some(Outcome::Resolved)),
        handed_over,
        silent,
        served,
        score: mean(calls.iter().flat_map(|call| &call.handovers).map(|handover| handover.score)),
        advice,
        because,
        because_share,
    }
}

struct Shares {
    upset: f32,
    handed_over: f32,
    silent: f32,
    served: f32,
}

/// The strongest sign decides: feelings before habits, habits before success.
fn advice(calls: usize, shares: &Shares) -> (Advice, Because, f32) {
    match shares {
        _ if calls < ENOUGH_CALLS => (Advice::Mixed, Because::FewCalls, shares.served),
        s if s.upset >= UPSET_SHARE => (Advice::Person, Because::Upset, s.upset),
        s if s.handed_over >= HANDED_SHARE => (Advice::Person, Because::HandedOver, s.handed_over),
        s if s.silent >= SILENT_SHARE => (Advice::Mixed, Because::Silent, s.silent),
        s if s.served >= SERVED_SHARE => (Advice::Bot, Because::Served, s.served),
        s => (Advice::Mixed, Because::InBetween, s.served),
    }
}

impl Touchpoint {
    /// The reason for the advice in one clause.
    pub fn clause(&self) -> String {
        let percent = (self.because_share * 100.0).round();
        match self.because {
            Because::FewCalls => format!("fewer than {ENOUGH_CALLS} calls say too little"),
            Because::Upset => format!("{percent} % of the callers are upset"),
            Because::HandedOver => format!("{percent} % end up with a person anyway"),
            Because::Silent => format!("{percent} % fall silent with the bot"),
            Because::Served => format!("the bot serves {percent} % by itself"),
            Because::InBetween => format!("the bot serves {percent} %, people the others"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_sign_decides_who_should_have_a_topic() {
        let shares = |upset, handed_over, silent, served| Shares { upset, handed_over, silent, served };
        let of = |calls, shares: Shares| {
            let (advice, because, _) = advice(calls, &shares);
            (advice, because)
        };
        assert_eq!(of(9, shares(0.9, 0.9, 0.0, 0.1)), (Advice::Mixed, Because::FewCalls));
        assert_eq!(of(10, shares(0.3, 0.1, 0.0, 0.9)), (Advice::Person, Because::Upset));
        assert_eq!(of(10, shares(0.1, 0.7, 0.3, 0.0)), (Advice::Person, Because::HandedOver));
        assert_eq!(of(10, shares(0.1, 0.2, 0.3, 0.5)), (Advice::Mixed, Because::Silent));
        assert_eq!(of(10, shares(0.1, 0.2, 0.1, 0.7)), (Advice::Bot, Because::Served));
        assert_eq!(of(10, shares(0.1, 0.4, 0.1, 0.5)), (Advice::Mixed, Because::InBetween));
    }
}
