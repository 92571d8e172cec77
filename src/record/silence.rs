//! ◆ The silence of customers: calls that the bot kept and that nevertheless helped nobody. A caller who hangs up
//! without a word after a canned answer, fades out, gives up at a question, or rings again about the same, was not
//! served; containment that counts such calls flatters.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::{EndedBy, Entry, Event, Outcome};
use crate::time::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Within these, days, a second call about the same topic means that the first did not help.
pub const AGAIN_WITHIN_DAYS: [u64; 3] = [1, 7, 30];
/// Of these the middle one counts against containment.
const AGAIN_COUNTS_DAYS: u64 = 7;
const DAY_MS: u64 = 86_400_000;
/// Calls named for each step.
const EXAMPLES: usize = 5;

/// How a caller fell silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Silent {
    /// Hung up without a word after an article, "I do not know that", or "please say it otherwise".
    CannedAnswer,
    /// Said nothing more, though asked.
    FadedOut,
    /// Hung up at a question of the bot.
    GaveUp,
    /// Seemed served, and rang again about the same within seven days.
    RangAgain,
}

impl Silent {
    pub fn name(self) -> &'static str {
        match self {
            Silent::CannedAnswer => "canned_answer",
            Silent::FadedOut => "faded_out",
            Silent::GaveUp => "gave_up",
            Silent::RangAgain => "rang_again",
        }
    }
}

/// Where callers fall silent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SilentStep)]
pub struct Step {
    pub topic: Option<String>,
    /// The prompt that was said last, without its attempt.
    pub prompt: String,
    pub how: Silent,
    pub calls: usize,
    /// Some of them, the newest first.
    pub examples: Vec<String>,
}

/// Calls that rang again, by days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Again {
    pub within_days: u64,
    pub calls: usize,
}

/// What the calls of a time say. Shares are of all answered calls, 0..1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SilenceReport {
    /// Calls that were answered.
    pub calls: usize,
    /// No person took part, as containment is usually counted.
    pub contained: usize,
    /// Of those, callers who were served as far as can be seen.
    pub truly_contained: usize,
    pub containment: f32,
    pub true_containment: f32,
    pub again: Vec<Again>,
    /// Where it happens most first.
    pub steps: Vec<Step>,
}

/// One call as the report needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub call_id: String,
    /// The caller's number.
    pub from: String,
    /// When it came in.
    pub at: At,
    pub topic: Option<String>,
    /// What the bot said last, without its attempt.
    pub prompt: String,
    /// No person took part.
    pub contained: bool,
    /// How the caller fell silent; whether somebody rang again is known only beside other calls.
    pub how: Option<Silent>,
}

/// Looks at all calls together; their order does not matter.
pub fn silence(calls: &[Vec<Entry>]) -> SilenceReport {
    let mut seen: Vec<Seen> = calls.iter().filter_map(|entries| see(entries)).collect();
    together(&mut seen)
}

/// Looks at calls together that were each seen before. Sorts them by time and adds who rang again.
pub fn together(seen: &mut [Seen]) -> SilenceReport {
    seen.sort_by_key(|call| call.at);
    let next = rang_again_after(seen);
    for (call, after) in seen.iter_mut().zip(&next) {
        if call.contained && call.how.is_none() && after.is_some_and(|ms| ms <= AGAIN_COUNTS_DAYS * DAY_MS) {
            call.how = Some(Silent::RangAgain);
        }
    }
    let again = AGAIN_WITHIN_DAYS.map(|days| Again {
        within_days: days,
        calls: next.iter().flatten().filter(|after| **after <= days * DAY_MS).count(),
    });
    let contained = seen.iter().filter(|call| call.contained).count();
    let truly_contained = seen.iter().filter(|call| call.contained && call.how.is_none()).count();
    let share = |part: usize| if seen.is_empty() { 0.0 } else { part as f32 / seen.len() as f32 };
    SilenceReport {
        calls: seen.len(),
        contained,
        truly_contained,
        containment: share(contained),
        true_containment: share(truly_contained),
        again: again.to_vec(),
        steps: steps(seen),
    }
}

/// How long after each call, ms, the same number called about the same topic. The calls are in order.
fn rang_again_after(seen: &[Seen]) -> Vec<Option<u64>> {
    let mut later: BTreeMap<(&str, &str), At> = BTreeMap::new();
    let mut after = vec![None; seen.len()];
    for (place, call) in seen.iter().enumerate().rev() {
        if let Some(topic) = call.topic.as_deref().filter(|_| !call.from.is_empty()) {
            let next = later.insert((&call.from, topic), call.at);
            after[place] = next.map(|next| next.since_ms(call.at));
        }
    }
    after
}

fn steps(seen: &[Seen]) -> Vec<Step> {
    let mut steps: BTreeMap<(Option<&str>, &str, Silent), Vec<&str>> = BTreeMap::new();
    for call in seen.iter().rev().filter(|call| call.contained) {
        if let Some(how) = call.how {
            let step = (call.topic.as_deref(), call.prompt.as_str(), how);
            steps.entry(step).or_default().push(&call.call_id);
        }
    }
    let step = |((topic, prompt, how), calls): ((Option<&str>, &str, Silent), Vec<&str>)| Step {
        topic: topic.map(str::to_owned),
        prompt: prompt.to_owned(),
        how,
        calls: calls.len(),
        examples: calls.iter().take(EXAMPLES).map(|&id| id.to_owned()).collect(),
    };
    let mut steps: Vec<Step> = steps.into_iter().map(step).collect();
    steps.sort_by_key(|step| std::cmp::Reverse(step.calls));
    steps
}

/// `None` for calls that were never answered, or still live.
pub fn see(entries: &[Entry]) -> Option<Seen> {
    let first = entries.first()?;
    let Event::CallReceived { from, .. } = &first.event else { return None };
    let (outcome, by) = entries.iter().rev().find_map(|entry| match &entry.event {
        Event::CallEnded { outcome, by, .. } => Some((*outcome, *by)),
        _ => None,
    })?;
    let has = |wanted: fn(&Event) -> bool| entries.iter().any(|entry| wanted(&entry.event));
    if !has(|event| matches!(event, Event::CallAnswered)) {
        return None;
    }
    let person = has(|event| {
        matches!(
            event,
            Event::Bridged { .. }
                | Event::CallbackPromised { .. }
                | Event::TextSent { .. }
                | Event::MessageLeft { .. }
        )
    });
    let topic = entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Understood { topic: Some(topic), .. } => Some(topic.clone()),
        _ => None,
    });
    let how = how(entries, outcome, by);
    Some(Seen {
        call_id: first.call_id.0.clone(),
        from: from.clone(),
        at: first.at,
        topic,
        prompt: last_prompt(entries, how == Some(Silent::FadedOut)).to_owned(),
        contained: !person,
        how,
    })
}

/// What the bot said last; to who faded out, last before it asked whether anybody is there.
fn last_prompt(entries: &[Entry], before_silence: bool) -> &str {
    let prompts = entries.iter().filter_map(|entry| match &entry.event {
        Event::BotSaid { prompt, .. } => Some(without_attempt(prompt)),
        _ => None,
    });
    let last = prompts.take_while(|prompt| !before_silence || *prompt != "silence").last();
    last.unwrap_or_default()
}

/// `ask_number-2` is `ask_number`.
fn without_attempt(prompt: &str) -> &str {
    match prompt.rsplit_once('-') {
        Some((stem, attempt)) if attempt.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        _ => prompt,
    }
}

/// Prompts that tell nothing of the caller's own matter.
const CANNED: [&str; 4] = ["kb-answer", "kb-unknown", "rephrase", "unclear"];
/// Prompts that say goodbye to callers who have what they want.
const SATISFIED: [&str; 2] = ["anything-else", "goodbye"];

fn how(entries: &[Entry], outcome: Outcome, by: EndedBy) -> Option<Silent> {
    let spoke = entries.iter().rposition(|entry| matches!(entry.event, Event::CallerSaid { .. }));
    let after: Vec<&str> = entries[spoke.map_or(0, |at| at + 1)..]
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::BotSaid { prompt, .. } => Some(without_attempt(prompt)),
            _ => None,
        })
        .collect();
    if after.contains(&"silence") {
        return Some(Silent::FadedOut);
    }
    let canned = after.iter().any(|prompt| CANNED.contains(prompt));
    if by == EndedBy::Caller && canned {
        return Some(Silent::CannedAnswer);
    }
    let satisfied = after.iter().any(|prompt| SATISFIED.contains(prompt));
    let gave_up = outcome == Outcome::Abandoned && by == EndedBy::Caller && !satisfied;
    gave_up.then_some(Silent::GaveUp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::{caller_said, numbered};
    use crate::language::Language;

    struct Told(Vec<(At, Event)>, u64);

    impl Told {
        fn call(from: &str, day: u64) -> Told {
            let at = At(day * DAY_MS);
            let received = Event::CallReceived {
                from: from.into(),
                from_name: None,
                to: "1".into(),
                bot: "b".into(),
                trunk: "t".into(),
                sip_call_id: "s".into(),
                channel: Default::default(),
            };
            Told(vec![(at, received), (at, Event::CallAnswered)], at.0)
        }

        fn about(mut self, topic: &str) -> Told {
            self.0.push((At(self.1), caller_said("hello", At(self.1))));
            let topic = Some(topic.to_owned());
            self.0.push((At(self.1), Event::Understood { turn: 1, topic, confidence: 0.9 }));
            self
        }

        fn bot(mut self, prompt: &str) -> Told {
            let (language, started) = (Language::English, At(self.1));
            let (prompt, text) = (prompt.into(), String::new());
            let said = Event::BotSaid {
                turn: 1,
                prompt,
                text,
                language,
                started,
                heard_ms: 1,
                total_ms: 1,
                typed_by: None,
            };
            self.0.push((At(self.1), said));
            self
        }

        fn ends(mut self, outcome: Outcome, by: EndedBy) -> Vec<Entry> {
            self.0.push((At(self.1), Event::CallEnded { outcome, by, reason: String::new() }));
            numbered(&format!("c{}", self.1 / DAY_MS), self.0)
        }
    }

    fn served(from: &str, day: u64) -> Vec<Entry> {
        Told::call(from, day).about("status").bot("anything-else").ends(Outcome::Resolved, EndedBy::Bot)
    }

    #[test]
    fn contained_is_not_served() {
        let caller = (Outcome::Abandoned, EndedBy::Caller);
        let calls = [
            served("1", 1),
            Told::call("2", 2).about("status").bot("ask_number-2").ends(caller.0, caller.1),
            Told::call("3", 3).about("hours").bot("kb-answer").ends(caller.0, caller.1),
            Told::call("4", 4)
                .about("hours")
                .bot("ask_day")
                .bot("silence")
                .bot("goodbye")
                .ends(Outcome::Abandoned, EndedBy::Bot),
        ];
        let report = silence(&calls);
        assert_eq!((report.calls, report.contained, report.truly_contained), (4, 4, 1));
        let how: Vec<Silent> = report.steps.iter().map(|step| step.how).collect();
        assert_eq!(how, [Silent::FadedOut, Silent::CannedAnswer, Silent::GaveUp]);
        assert_eq!(report.steps[0].prompt, "ask_day");
        let given_up = report.steps.iter().find(|step| step.how == Silent::GaveUp).unwrap();
        assert_eq!((given_up.prompt.as_str(), given_up.topic.as_deref()), ("ask_number", Some("status")));
    }

    #[test]
    fn who_rings_again_about_the_same_was_not_served_the_first_time() {
        let report = silence(&[served("1", 1), served("1", 4), served("2", 4), served("1", 30)]);
        let again: Vec<usize> = report.again.iter().map(|again| again.calls).collect();
        assert_eq!(again, [0, 1, 2]);
        // The call of day 1 was followed within a week, that of day 4 was not.
        assert_eq!((report.contained, report.truly_contained), (4, 3));
        assert_eq!(
            (report.steps[0].how, report.steps[0].examples.clone()),
            (Silent::RangAgain, vec!["c1".to_owned()])
        );
    }

    #[test]
    fn a_person_or_no_answer_is_no_containment() {
        let mut with_person = Told::call("1", 1).about("status");
        with_person.0.push((At(9), Event::Bridged { agent: "anna".into() }));
        let refused = numbered("x", Told::call("2", 2).0[..1].to_vec());
        let report = silence(&[with_person.ends(Outcome::HandedOver, EndedBy::Caller), refused, vec![]]);
        assert_eq!((report.calls, report.contained, report.containment), (1, 0, 0.0));
    }
}
