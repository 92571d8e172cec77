//! ◆ How a call's handovers went: what each took, what was lost on the way, and one figure for it that explains
//! itself.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::{Entry, Event};
use crate::language::Language;
use crate::time::At;
use crate::understand::slots::digits;
use serde::Serialize;

/// What is said again to a person within this counts as told twice, ms.
const REPEAT_WITHIN_MS: u64 = 60_000;
/// An announcement that begins later left the caller in doubt, ms.
const PROMPT_MS: u64 = 2_000;
/// A wait up to this costs nothing, ms; then a point for each `WAIT_STEP_MS`.
const WAIT_FREE_MS: u64 = 20_000;
const WAIT_STEP_MS: u64 = 5_000;
/// Digits of a value that a caller may say in part.
const DIGITS_MIN: usize = 4;

/// How a handover ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With a person.
    Person,
    /// The caller is rung back.
    Callback,
    /// The caller left a message.
    Message,
    /// The caller got a text message.
    Text,
    /// The bot had the caller again without a person.
    Bot,
    /// The caller hung up while waiting.
    Abandoned,
    /// Under way.
    Open,
}

/// Points that a handover lost, of 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Lost {
    pub points: u32,
    pub why: String,
}

/// One handover. Times are ms from the decision.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Handover {
    /// Kind of the first signal.
    pub reason: String,
    pub queue: String,
    /// To the first sound of the announcement.
    pub announcement_ms: Option<u64>,
    /// The announcement was heard to its end.
    pub announced: bool,
    /// To the first ringing phone.
    pub ringing_ms: Option<u64>,
    /// To the bridge.
    pub bridged_ms: Option<u64>,
    /// To the person's first word, where words are noted.
    pub first_word_ms: Option<u64>,
    /// How long before the person's first word, or the bridge, the card was on the screen; none if it was not.
    pub card_before_ms: Option<u64>,
    /// Whoever took it has no screen here.
    pub outside: bool,
    /// Agents who did not take it.
    pub refusals: u32,
    /// Times that one agent passed the caller to another.
    pub transfers: u32,
    /// A person gave the caller back to the bot.
    pub given_back: bool,
    /// What an agent says of the card's summary.
    pub summary_right: Option<bool>,
    /// Facts that were known and that the caller said again to the person within a minute.
    pub told_twice: Vec<String>,
    pub ending: Ending,
    /// 100 is a handover without fault.
    pub score: u32,
    pub lost: Vec<Lost>,
}

/// Every handover of a call, in order.
pub fn handovers(entries: &[Entry]) -> Vec<Handover> {
    let decided = |entry: &&Entry| matches!(entry.event, Event::Escalated { .. });
    let starts: Vec<usize> =
        entries.iter().enumerate().filter(|(_, entry)| decided(entry)).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([entries.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| one(&entries[..*start], &entries[*start..end]))
        .collect()
}

fn one(before: &[Entry], during: &[Entry]) -> Option<Handover> {
    let first = during.first()?;
    let Event::Escalated { signals, queue, .. } = &first.event else { return None };
    let since = |at: At| at.since_ms(first.at);
    let when =
        |wanted: fn(&Event) -> bool| during.iter().find(|entry| wanted(&entry.event)).map(|entry| entry.at);
    let bridged = when(|event| matches!(event, Event::Bridged { .. }));
    let first_word = during.iter().find_map(|entry| match &entry.event {
        Event::AgentSaid { started, .. } => Some(*started),
        _ => None,
    });
    let card = when(|event| matches!(event, Event::CardShown { .. }));
    let spoken = first_word.or(bridged);
    let mut handover = Handover {
        reason: signals.first().map_or_else(String::new, |signal| signal.kind.clone()),
        queue: queue.clone(),
        announcement_ms: announcement(during).map(since),
        announced: during.iter().any(|entry| matches!(entry.event, Event::Announced { completed: true })),
        ringing_ms: when(|event| matches!(event, Event::AgentRinging { .. })).map(since),
        bridged_ms: bridged.map(since),
        first_word_ms: first_word.map(since),
        card_before_ms: card
            .zip(spoken)
            .filter(|(card, word)| card <= word)
            .map(|(card, word)| word.since_ms(card)),
        outside: taken_outside(during),
        refusals: count(during, |event| matches!(event, Event::AgentRefused { .. })),
        transfers: count(during, |event| matches!(event, Event::Transferred { .. })),
        given_back: during.iter().any(|entry| matches!(entry.event, Event::GivenBack { .. })),
        summary_right: during.iter().rev().find_map(|entry| match entry.event {
            Event::SummaryJudged { right, .. } => Some(right),
            _ => None,
        }),
        told_twice: bridged.map_or_else(Vec::new, |at| told_twice(before, during, at)),
        ending: ending(during, bridged.is_some()),
        score: 0,
        lost: Vec::new(),
    };
    handover.lost = lost(&handover);
    handover.score = 100 - handover.lost.iter().map(|lost| lost.points).sum::<u32>().min(100);
    Some(handover)
}

fn count(entries: &[Entry], wanted: fn(&Event) -> bool) -> u32 {
    entries.iter().filter(|entry| wanted(&entry.event)).count() as u32
}

/// Whether the first who talked with the caller was a place outside.
fn taken_outside(during: &[Entry]) -> bool {
    let taken = during.iter().position(|entry| matches!(entry.event, Event::Bridged { .. }));
    let offered = during[..taken.unwrap_or(0)].iter().rev().find_map(|entry| match entry.event {
        Event::AgentOffered { outside, .. } => Some(outside),
        _ => None,
    });
    offered.unwrap_or(false)
}

/// When the first sentence after the decision began.
fn announcement(during: &[Entry]) -> Option<At> {
    let decided = during.first()?.at;
    during.iter().find_map(|entry| match &entry.event {
        Event::BotSaid { started, .. } if *started >= decided => Some(*started),
        _ => None,
    })
}

fn ending(during: &[Entry], person: bool) -> Ending {
    let has = |wanted: fn(&Event) -> bool| during.iter().any(|entry| wanted(&entry.event));
    match () {
        () if person => Ending::Person,
        () if has(|event| matches!(event, Event::CallbackPromised { .. })) => Ending::Callback,
        () if has(|event| matches!(event, Event::TextSent { .. })) => Ending::Text,
        () if has(|event| matches!(event, Event::MessageLeft { .. })) => Ending::Message,
        () if has(|event| matches!(event, Event::ReturnedToBot { .. })) => Ending::Bot,
        () if has(|event| matches!(event, Event::CallEnded { .. })) => Ending::Abandoned,
        () => Ending::Open,
    }
}

/// Names of values that were known before and that the caller says again soon after the bridge.
fn told_twice(before: &[Entry], during: &[Entry], bridged: At) -> Vec<String> {
    let soon = |entry: &&Entry| entry.at >= bridged && entry.at.since_ms(bridged) <= REPEAT_WITHIN_MS;
    let said: Vec<(&str, Language)> = during
        .iter()
        .filter(soon)
        .filter_map(|entry| match &entry.event {
            Event::CallerSaid { text, language, .. } => Some((text.as_str(), *language)),
            _ => None,
        })
        .collect();
    let mut names: Vec<String> = Vec::new();
    for entry in before {
        if let Event::SlotFilled { slot, value, .. } = &entry.event
            && !names.contains(slot)
            && said.iter().any(|(text, language)| says(text, *language, value))
        {
            names.push(slot.clone());
        }
    }
    names
}

/// Whether words hold a value: its digits, or its letters, in whatever groups they are written, or as number words.
fn says(text: &str, language: Language, value: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let value = plain(value);
    if value.chars().count() < DIGITS_MIN {
        return false;
    }
    let spoken = || digits(text, language).is_some_and(|said| said.contains(&value));
    plain(text).contains(&value) || (value.bytes().all(|byte| byte.is_ascii_digit()) && spoken())
}

/// What the handover lost, the worst first.
fn lost(handover: &Handover) -> Vec<Lost> {
    let mut lost = Vec::new();
    let mut take = |points: u32, why: String| {
        if points > 0 {
            lost.push(Lost { points, why });
        }
    };
    match handover.ending {
        Ending::Abandoned => take(60, "the caller gave up waiting".into()),
        Ending::Bot => take(40, "nobody took the call".into()),
        Ending::Callback => take(10, "the caller has to wait for a call".into()),
        Ending::Text => take(20, "the caller only got a text message".into()),
        Ending::Message => take(20, "the caller could only leave a message".into()),
        Ending::Person | Ending::Open => {}
    }
    let waited = handover.bridged_ms.unwrap_or(0).saturating_sub(WAIT_FREE_MS);
    take((waited / WAIT_STEP_MS).min(30) as u32, format!("waited {} s beyond 20", waited / 1_000));
    let told = handover.told_twice.len() as u32;
    take((told * 10).min(20), format!("told again: {}", handover.told_twice.join(", ")));
    if !handover.announced {
        take(15, "the announcement was not heard to its end".into());
    }
    if handover.announcement_ms.is_none_or(|ms| ms > PROMPT_MS) {
        take(10, "the announcement came late".into());
    }
    if handover.ending == Ending::Person && !handover.outside && handover.card_before_ms.is_none() {
        take(15, "the card was not on the screen before the first word".into());
    }
    if handover.summary_right == Some(false) {
        take(10, "the summary was wrong".into());
    }
    take((handover.transfers * 10).min(20), format!("passed on {} times", handover.transfers));
    take((handover.refusals * 5).min(10), format!("{} agents did not answer", handover.refusals));
    lost.sort_by_key(|lost| std::cmp::Reverse(lost.points));
    lost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::{bot_said, caller_said, numbered};
    use crate::record::event::{EndedBy, Outcome, Signal};

    fn decided() -> Event {
        let signal =
            Signal { kind: "anger".into(), strength: 0.9, threshold: 0.8, evidence: "enough".into() };
        Event::Escalated { turn: 3, signals: vec![signal], why: "w".into(), queue: "q".into(), topic: None }
    }

    fn slot(value: &str) -> Event {
        Event::SlotFilled {
            turn: 2,
            slot: "parcel_no".into(),
            value: value.into(),
            verified: true,
            source: Default::default(),
        }
    }

    fn agent_said(at: At) -> Event {
        let language = crate::language::Language::English;
        Event::AgentSaid { text: "Hello".into(), language, started: at, ended: at }
    }

    fn anna() -> String {
        "anna".into()
    }

    #[test]
    fn a_handover_without_fault_scores_a_hundred() {
        let entries = numbered(
            "c",
            vec![
                (At(500), slot("12345678")),
                (At(1_000), decided()),
                (At(4_000), bot_said("One moment", At(1_400), 30, 30)),
                (At(4_000), Event::Announced { completed: true }),
                (At(4_100), Event::CardShown { agent: anna() }),
                (At(4_200), Event::AgentRinging { agent: anna() }),
                (At(6_000), Event::Bridged { agent: anna() }),
                (At(8_000), agent_said(At(6_500))),
                (At(9_000), caller_said("thank you", At(8_000))),
            ],
        );
        let all = handovers(&entries);
        let [one] = &all[..] else { panic!("{all:?}") };
        let times =
            (one.announcement_ms, one.ringing_ms, one.bridged_ms, one.first_word_ms, one.card_before_ms);
        assert_eq!(times, (Some(400), Some(3_200), Some(5_000), Some(5_500), Some(2_400)));
        assert_eq!((one.score, one.ending, one.lost.len()), (100, Ending::Person, 0));
    }

    #[test]
    fn what_went_wrong_is_named_and_costs() {
        let entries = numbered(
            "c",
            vec![
                (At(500), slot("12345678")),
                (At(1_000), decided()),
                (At(5_000), bot_said("One moment", At(4_000), 10, 30)),
                (At(5_000), Event::Announced { completed: false }),
                (
                    At(6_000),
                    Event::AgentRefused { agent: anna(), refusal: crate::record::event::AgentRefusal::Busy },
                ),
                (At(71_000), Event::Bridged { agent: anna() }),
                (At(75_000), caller_said("It is 1234 5678, as I said", At(74_000))),
            ],
        );
        let all = handovers(&entries);
        assert_eq!(all[0].told_twice, ["parcel_no"]);
        // Ten points for fifty seconds too many, ten for the number, 15 + 10 for the announcement, 15 for the card,
        // five for the busy phone.
        assert_eq!(all[0].score, 100 - 10 - 10 - 15 - 10 - 15 - 5, "{:?}", all[0].lost);
    }

    #[test]
    fn a_caller_who_is_passed_on_or_given_back_and_a_wrong_summary_are_told() {
        let to = crate::desk::notice::TransferTo::Queue("q".into());
        let entries = numbered(
            "c",
            vec![
                (At(1_000), decided()),
                (At(4_000), bot_said("One moment", At(1_400), 30, 30)),
                (At(4_000), Event::Announced { completed: true }),
                (At(4_100), Event::CardShown { agent: anna() }),
                (At(6_000), Event::Bridged { agent: anna() }),
                (At(7_000), Event::Transferred { by: anna(), to, note: String::new() }),
                (At(8_000), Event::Bridged { agent: "ben".into() }),
                (At(9_000), Event::GivenBack { by: "ben".into(), note: String::new() }),
                (At(9_500), Event::SummaryJudged { agent: "ben".into(), right: false }),
            ],
        );
        let all = handovers(&entries);
        let [one] = &all[..] else { panic!("{all:?}") };
        assert_eq!((one.transfers, one.given_back, one.summary_right), (1, true, Some(false)));
        assert_eq!(one.score, 100 - 10 - 10, "{:?}", one.lost);
    }

    #[test]
    fn a_number_told_again_in_words_counts_as_told_twice() {
        let polish = "dziewięć dziewięć jeden dwa trzy cztery pięć sześć";
        for (said, again) in [(polish, true), ("dziewięć dni temu", false)] {
            let entries = numbered(
                "c",
                vec![
                    (At(500), slot("99123456")),
                    (At(1_000), decided()),
                    (At(6_000), Event::Bridged { agent: anna() }),
                    (At(9_000), caller_said(said, At(8_000))),
                ],
            );
            assert_eq!(handovers(&entries)[0].told_twice.len(), usize::from(again), "{said}");
        }
    }

    #[test]
    fn a_place_outside_is_not_blamed_for_a_card_that_nobody_there_could_see() {
        let taken_by = |outside| {
            let entries = numbered(
                "c",
                vec![
                    (At(1_000), decided()),
                    (At(4_000), bot_said("One moment", At(1_400), 30, 30)),
                    (At(4_000), Event::Announced { completed: true }),
                    (At(4_100), Event::AgentOffered { agent: "pbx".into(), outside }),
                    (At(6_000), Event::Bridged { agent: "pbx".into() }),
                ],
            );
            handovers(&entries)[0].score
        };
        assert_eq!((taken_by(true), taken_by(false)), (100, 85));
    }

    #[test]
    fn a_message_or_a_text_is_an_ending_of_its_own_and_costs() {
        let left = Event::MessageLeft { message: "m".into(), queue: "q".into(), length_ms: 3_000 };
        let sent = Event::TextSent { number: "1".into() };
        for (event, ending) in [(left, Ending::Message), (sent, Ending::Text)] {
            let entries = numbered(
                "c",
                vec![
                    (At(1_000), decided()),
                    (At(4_000), bot_said("One moment", At(1_400), 30, 30)),
                    (At(4_000), Event::Announced { completed: true }),
                    (At(9_000), event),
                ],
            );
            let all = handovers(&entries);
            assert_eq!((all[0].ending, all[0].score), (ending, 80), "{:?}", all[0].lost);
        }
    }

    #[test]
    fn each_decision_is_a_handover_of_its_own() {
        let ended =
            Event::CallEnded { outcome: Outcome::Abandoned, by: EndedBy::Caller, reason: String::new() };
        let back = Event::ReturnedToBot { why: "nobody_available".into() };
        let entries =
            numbered("c", vec![(At(1), decided()), (At(2), back), (At(9), decided()), (At(90), ended)]);
        let endings: Vec<Ending> = handovers(&entries).iter().map(|one| one.ending).collect();
        assert_eq!(endings, [Ending::Bot, Ending::Abandoned]);
        assert_eq!(handovers(&entries[..0]), []);
    }
}
