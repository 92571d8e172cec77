//! ◆ Which live call goes wrong most likely, and why.
//!
//! Signs are added like chances that are independent of each other: two middling ones weigh more than either,
//! none alone makes it certain.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::live::{LiveCall, Mood};
use super::table::Seating;
use crate::time::At;
use serde::Serialize;

/// What speaks for trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    Anger,
    Frustration,
    Distress,
    /// The bot does not know well what the caller wants.
    Unsure,
    /// The bot says the same again.
    Loop,
    /// A voice comes and no words.
    Deaf,
    /// For a person.
    Wait,
    /// With music, while an agent has the call.
    Hold,
}

impl Sign {
    /// How much it can weigh alone, 0..1.
    fn weight(self) -> f32 {
        match self {
            Sign::Anger | Sign::Distress | Sign::Wait => 0.8,
            Sign::Frustration | Sign::Deaf => 0.7,
            Sign::Loop => 0.6,
            Sign::Unsure | Sign::Hold => 0.5,
        }
    }
}

/// A sign and how strong it is, 0..1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Risk)]
pub struct Reason {
    pub sign: Sign,
    pub strength: f32,
}

/// Moods below this are everyday.
const MOOD_FROM: f32 = 0.4;
/// The bot is sure enough from here on.
const SURE: f32 = 0.5;
/// A wait is a sign from the first to the second, ms: then it is as strong as it gets.
const WAIT_MS: (u64, u64) = (20_000, 180_000);
const HOLD_MS: (u64, u64) = (30_000, 150_000);
/// A person calms: what was felt before weighs this much of itself.
const WITH_A_PERSON: f32 = 0.5;

/// The risk, 0..1, rounded to hundredths so that it changes seldom, and its reasons, the strongest first.
pub fn risk(call: &LiveCall, now: At) -> (f32, Vec<Reason>) {
    let mut reasons: Vec<Reason> = [mood(call), unsure(call), repeated(call), deaf(call), wait(call, now)]
        .into_iter()
        .flatten()
        .map(|reason| Reason { strength: hundredths(reason.strength), ..reason })
        .filter(|reason| reason.strength > 0.0)
        .collect();
    let weighs = |reason: &Reason| reason.strength * reason.sign.weight();
    reasons.sort_by(|a, b| weighs(b).total_cmp(&weighs(a)));
    let safe: f32 = reasons.iter().map(|reason| 1.0 - weighs(reason)).product();
    (hundredths(1.0 - safe), reasons)
}

/// The strongest feeling of the last turns.
fn mood(call: &LiveCall) -> Option<Reason> {
    let felt = |mood: &Mood| {
        [(Sign::Anger, mood.anger), (Sign::Frustration, mood.frustration), (Sign::Distress, mood.distress)]
    };
    let strongest = call.moods.iter().flat_map(felt).max_by(|a, b| a.1.total_cmp(&b.1));
    let (sign, strength) = strongest.filter(|(_, strength)| *strength >= MOOD_FROM)?;
    let strength = if call.table.is_some() { strength * WITH_A_PERSON } else { strength };
    Some(Reason { sign, strength })
}

fn unsure(call: &LiveCall) -> Option<Reason> {
    let least = call.understood.iter().copied().min_by(f32::total_cmp)?;
    by_the_bot(call, Sign::Unsure, (SURE - least) / SURE)
}

fn repeated(call: &LiveCall) -> Option<Reason> {
    let strength = match call.repeats() {
        0 | 1 => return None,
        2 => 0.5,
        _ => 1.0,
    };
    by_the_bot(call, Sign::Loop, strength)
}

fn deaf(call: &LiveCall) -> Option<Reason> {
    by_the_bot(call, Sign::Deaf, call.deaf as f32 / 2.0)
}

/// Of a call that the bot has: whoever waits or talks with a person is past that.
fn by_the_bot(call: &LiveCall, sign: Sign, strength: f32) -> Option<Reason> {
    let bot = call.waiting_since.is_none() && call.table.is_none();
    bot.then_some(Reason { sign, strength: strength.clamp(0.0, 1.0) })
}

fn wait(call: &LiveCall, now: At) -> Option<Reason> {
    if let Some(since) = call.waiting_since {
        return Some(Reason { sign: Sign::Wait, strength: share(now.since_ms(since), WAIT_MS) });
    }
    let table = call.table.as_ref()?;
    let waits = matches!(table.seating, Seating::Held | Seating::Ringing | Seating::Consulting);
    waits.then(|| Reason { sign: Sign::Hold, strength: share(now.since_ms(table.since), HOLD_MS) })
}

fn share(ms: u64, (from, to): (u64, u64)) -> f32 {
    (ms.saturating_sub(from) as f32 / (to - from) as f32).min(1.0)
}

fn hundredths(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::table::Table;

    fn signs(call: &LiveCall, now: At) -> Vec<Sign> {
        risk(call, now).1.iter().map(|reason| reason.sign).collect()
    }

    fn angry(anger: f32) -> Mood {
        Mood { anger, frustration: 0.1, distress: 0.0 }
    }

    fn talks(seating: Seating, since: At) -> Table {
        Table { seating, since, agent: "anna".into(), colleague: None, refused: None }
    }

    #[test]
    fn a_calm_call_with_the_bot_has_no_risk() {
        let call =
            LiveCall { understood: [0.9, 0.8].into(), moods: [angry(0.2)].into(), ..LiveCall::default() };
        assert_eq!(risk(&call, At(600_000)), (0.0, vec![]));
    }

    #[test]
    fn an_angry_caller_whom_the_bot_asks_again_and_again_comes_before_one_who_is_only_angry() {
        let angry_only = LiveCall { moods: [angry(0.9)].into(), ..LiveCall::default() };
        let prompts = ["ask", "sorry", "ask", "ask"].map(String::from).into();
        let both = LiveCall { prompts, ..angry_only.clone() };
        assert_eq!(risk(&angry_only, At(0)).0, 0.72);
        assert_eq!(risk(&both, At(0)).0, 0.89, "1 - (1 - 0.9 * 0.8) * (1 - 1.0 * 0.6)");
        assert_eq!(signs(&both, At(0)), [Sign::Anger, Sign::Loop]);
    }

    #[test]
    fn a_wait_weighs_more_the_longer_it_is() {
        let call = LiveCall { waiting_since: Some(At(1_000)), ..LiveCall::default() };
        let at = |s: u64| risk(&call, At(1_000 + s * 1_000)).0;
        assert_eq!((at(10), at(20), at(100), at(180), at(600)), (0.0, 0.0, 0.4, 0.8, 0.8));
    }

    #[test]
    fn what_troubled_the_bot_is_past_once_a_person_is_called() {
        let call = LiveCall { understood: [0.1].into(), deaf: 2, ..LiveCall::default() };
        assert_eq!(signs(&call, At(0)), [Sign::Deaf, Sign::Unsure]);
        let waits = LiveCall { waiting_since: Some(At(0)), ..call };
        assert_eq!(signs(&waits, At(0)), []);
    }

    #[test]
    fn with_a_person_anger_counts_half_and_a_long_hold_counts() {
        let moods = [angry(0.8)].into();
        let mut call = LiveCall { moods, table: Some(talks(Seating::Talking, At(0))), ..LiveCall::default() };
        assert_eq!(risk(&call, At(500_000)).1, [Reason { sign: Sign::Anger, strength: 0.4 }]);
        call.table = Some(talks(Seating::Held, At(0)));
        assert_eq!(signs(&call, At(150_000)), [Sign::Hold, Sign::Anger]);
    }

    #[test]
    fn only_the_last_moods_count() {
        let mut call = LiveCall { moods: [angry(0.9), angry(0.1)].into(), ..LiveCall::default() };
        assert_eq!(signs(&call, At(0)), [Sign::Anger]);
        call.moods = [angry(0.1), angry(0.1)].into();
        assert_eq!(signs(&call, At(0)), []);
    }
}
