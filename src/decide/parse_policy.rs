//! ◆ `policy.yaml`, and the `policy` of a topic, to a `Policy`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::{CriticalWord, Policy, Priority, WordPattern};
use super::expr::Condition;
use super::hours::{Hours, OpenSpan};
use super::mood::{Feeling, Then, Thresholds, ToneRules};
use super::problem::Problem;
use super::promise::ForbiddenPhrase;
use super::raw_policy::{
    Accept, RawApproval, RawConfidence, RawHours, RawOverrides, RawPolicy, RawPriority, RawSilence,
    RawThresholds, RawTone, RawToneRules, RawWeights, RawWord,
};
use crate::language::Language;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Longest that a caller is kept for a person who reads a reply, seconds.
const MAX_APPROVAL_S: u64 = 60;
/// Highest priority in a queue.
const MAX_PRIORITY: u8 = 9;

/// Makes a policy of what was read; what is wrong is added to `problems`.
pub fn policy(raw: RawPolicy, problems: &mut Vec<Problem>) -> Policy {
    let mut reader = Reader { file: "policy.yaml", prefix: "", problems };
    let mut policy = Policy::to(&raw.queue.value);
    if raw.queue.value.trim().is_empty() {
        let line = raw.queue.referenced.line();
        reader.complain(line, "queue", "is empty, but every bot must offer a person");
    }
    if let Some(key) = raw.specialist {
        policy.specialist = key.value;
    }
    if let Some(key) = &raw.person.dtmf {
        let found = one_key(&key.value);
        policy.person_key = found.unwrap_or(policy.person_key);
        if found.is_none() {
            reader.complain(key.referenced.line(), "person.dtmf", "expected one key, 0 to 9");
        }
    }
    for (language, words) in raw.person.words {
        words.iter().for_each(|word| reader.pattern(word, 0));
        policy.person_words.insert(language, words.iter().map(|word| WordPattern::new(word)).collect());
    }
    reader.weights(&mut policy, raw.weights);
    policy.critical = reader.critical(raw.words, policy.weights.word);
    reader.count(&mut policy.engine_failures, raw.engine_failure);
    policy.priorities = raw.priority.into_iter().filter_map(|one| reader.priority(one)).collect();
    policy.accept_by_key = raw.people.accept == Accept::Key;
    policy.voicemail = raw.voicemail;
    policy.text_me = raw.text_me.map(|text| text.action);
    policy.hours = raw.hours.and_then(|hours| read_hours(&mut reader, "hours", hours));
    for (queue, hours) in raw.queue_hours {
        let read = read_hours(&mut reader, &format!("queue_hours.{queue}"), hours);
        policy.queue_hours.extend(read.map(|hours| (queue, hours)));
    }
    policy.forbidden = reader.forbidden(raw.forbidden_promises);
    policy.overflow = raw.people.overflow.map(|over| (over.after_s, over.queue));
    let own = RawOverrides {
        confidence: raw.confidence,
        tone: raw.tone,
        loops: raw.loops,
        silence: raw.silence,
        approval: raw.approval,
    };
    reader.overrides(&mut policy, own);
    policy
}

/// What is a topic's own in place of the bot's.
pub fn of_topic(file: &str, raw: RawOverrides, bots: &Policy, problems: &mut Vec<Problem>) -> Policy {
    let mut policy = bots.clone();
    Reader { file, prefix: "policy.", problems }.overrides(&mut policy, raw);
    policy
}

struct Reader<'a> {
    file: &'a str,
    /// Of the keys, as they stand in that file.
    prefix: &'static str,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn complain(&mut self, line: u64, key: &str, message: &str) {
        let key = format!("{}{key}", self.prefix);
        self.problems.push(Problem::new(self.file, line, &key, message));
    }

    fn is_fraction(&mut self, line: u64, key: &str, value: f32) {
        if !(0.0..=1.0).contains(&value) {
            self.complain(line, key, &format!("thresholds are fractions from 0 to 1, found {value}"));
        }
    }

    fn fraction(&mut self, into: &mut f32, value: Option<Spanned<f32>>, key: &str) {
        if let Some(value) = value {
            self.is_fraction(value.referenced.line(), key, value.value);
            *into = value.value;
        }
    }

    fn count(&mut self, into: &mut u32, value: Option<Spanned<u32>>) {
        *into = value.map_or(*into, |value| value.value.max(1));
    }

    fn overrides(&mut self, policy: &mut Policy, raw: RawOverrides) {
        self.confidence(policy, raw.confidence);
        self.silence(policy, raw.silence);
        self.approval(policy, raw.approval);
        self.count(&mut policy.loop_same_prompt, raw.loops.same_prompt);
        if let Some(tone) = raw.tone {
            let line = tone.referenced.line();
            policy.tone = match tone.value {
                RawTone::Off(_) => None,
                RawTone::Rules(raw) => Some(self.tone(policy.tone.take().unwrap_or_default(), *raw, line)),
            };
        }
    }

    fn confidence(&mut self, policy: &mut Policy, raw: RawConfidence) {
        self.fraction(&mut policy.confidence_below, raw.below, "confidence.below");
        self.fraction(&mut policy.ambiguous_within, raw.ambiguous_within, "confidence.ambiguous_within");
        self.fraction(&mut policy.unsure_below, raw.unsure_below, "confidence.unsure_below");
        self.count(&mut policy.confidence_turns, raw.for_turns);
    }

    fn silence(&mut self, policy: &mut Policy, raw: RawSilence) {
        policy.silence_ms = raw.after_ms.map_or(policy.silence_ms, |value| value.value);
        let line =
            raw.offer_after.as_ref().or(raw.escalate_after.as_ref()).map(|value| value.referenced.line());
        self.count(&mut policy.silence_offer_after, raw.offer_after);
        self.count(&mut policy.silence_escalate_after, raw.escalate_after);
        if policy.silence_offer_after > policy.silence_escalate_after {
            let message = "must not be greater than escalate_after";
            self.complain(line.unwrap_or(0), "silence.offer_after", message);
        }
    }

    fn tone(&mut self, mut rules: ToneRules, raw: RawToneRules, line: u64) -> ToneRules {
        let then = raw.then;
        let calm_line = raw.calm_below.as_ref().map_or(line, |value| value.referenced.line());
        self.fraction(&mut rules.calm_below, raw.calm_below, "tone.calm_below");
        rules.cool_down_turns = raw.cool_down_turns.unwrap_or(rules.cool_down_turns);
        self.thresholds(&mut rules.anger, raw.anger, then, Feeling::Anger);
        self.thresholds(&mut rules.distress, raw.distress, then, Feeling::Distress);
        self.thresholds(&mut rules.frustration, raw.frustration, then, Feeling::Frustration);
        for feeling in Feeling::ALL {
            let two_turns = rules.of(feeling).two_turns.filter(|two_turns| rules.calm_below >= *two_turns);
            if let Some(two_turns) = two_turns {
                let message = format!("must be under {}.two_turns, {two_turns}", feeling.name());
                self.complain(calm_line, "tone.calm_below", &message);
            }
        }
        rules
    }

    fn thresholds(
        &mut self,
        into: &mut Thresholds,
        raw: RawThresholds,
        then: Option<Then>,
        feeling: Feeling,
    ) {
        let name = feeling.name();
        let at_once_line = raw.at_once.as_ref().map(|value| value.referenced.line());
        let two_turns_line = raw.two_turns.as_ref().map(|value| value.referenced.line());
        for (key, into, value) in
            [("at_once", &mut into.at_once, raw.at_once), ("two_turns", &mut into.two_turns, raw.two_turns)]
        {
            if let Some(value) = value {
                self.is_fraction(value.referenced.line(), &format!("tone.{name}.{key}"), value.value);
                *into = Some(value.value);
            }
        }
        into.then = raw.then.or(then).unwrap_or(into.then);
        if let (Some(at_once), Some(two_turns)) = (into.at_once, into.two_turns)
            && at_once < two_turns
        {
            let line = at_once_line.or(two_turns_line).unwrap_or(0);
            let message = format!("must not be under two_turns, {two_turns}: two turns tell more than one");
            self.complain(line, &format!("tone.{name}.at_once"), &message);
        }
    }

    fn weights(&mut self, policy: &mut Policy, raw: RawWeights) {
        let weights = &mut policy.weights;
        if let Some(zero) = raw.threshold.as_ref().filter(|threshold| threshold.value <= 0.0) {
            self.complain(
                zero.referenced.line(),
                "weights.threshold",
                "must be above 0: nothing would reach it",
            );
        }
        self.fraction(&mut weights.threshold, raw.threshold, "weights.threshold");
        self.fraction(&mut weights.word, raw.word, "weights.word");
        self.fraction(&mut weights.tone, raw.tone, "weights.tone");
        self.fraction(&mut weights.not_understood, raw.not_understood, "weights.not_understood");
        self.fraction(&mut weights.refused, raw.refused, "weights.refused");
        self.fraction(&mut weights.asked_again, raw.asked_again, "weights.asked_again");
    }

    fn critical(
        &mut self,
        raw: BTreeMap<Language, Vec<Spanned<RawWord>>>,
        usual: f32,
    ) -> BTreeMap<Language, Vec<CriticalWord>> {
        let mut read = |word: &Spanned<RawWord>| {
            let line = word.referenced.line();
            let (text, weight) = word.value.parts();
            self.pattern(text, line);
            let immediate = text.starts_with('!');
            if let Some(weight) = weight {
                self.is_fraction(line, "words", weight);
                if immediate {
                    self.complain(
                        line,
                        "words",
                        &format!("{text:?} brings a person alone: it needs no weight"),
                    );
                }
            }
            let pattern = WordPattern::new(text.trim_start_matches('!'));
            CriticalWord { pattern, immediate, weight: weight.unwrap_or(usual) }
        };
        let of_language = |(language, words): (Language, Vec<Spanned<RawWord>>)| {
            (language, words.iter().map(&mut read).collect())
        };
        raw.into_iter().map(of_language).collect()
    }

    fn approval(&mut self, policy: &mut Policy, raw: RawApproval) {
        if let Some(wait_s) = raw.wait_s {
            if !(1..=MAX_APPROVAL_S).contains(&wait_s.value) {
                let message = format!("expected 1 to {MAX_APPROVAL_S} seconds, found {}", wait_s.value);
                self.complain(wait_s.referenced.line(), "approval.wait_s", &message);
            }
            policy.approval.wait = Duration::from_secs(wait_s.value);
        }
        policy.approval.otherwise = raw.otherwise.unwrap_or(policy.approval.otherwise);
    }

    fn forbidden(
        &mut self,
        raw: BTreeMap<Language, Vec<Spanned<String>>>,
    ) -> BTreeMap<Language, Vec<ForbiddenPhrase>> {
        let mut read = |phrase: Spanned<String>| {
            let pattern = ForbiddenPhrase::read(&phrase.value);
            if pattern.is_none() {
                let message =
                    format!("expected words, with `*` only at the end of one, found {:?}", phrase.value);
                self.complain(phrase.referenced.line(), "forbidden_promises", &message);
            }
            pattern
        };
        let of_language = |(language, phrases): (Language, Vec<Spanned<String>>)| {
            (language, phrases.into_iter().filter_map(&mut read).collect())
        };
        raw.into_iter().map(of_language).collect()
    }

    /// A `*` elsewhere than at the end, or no letter at all, would silently never match.
    fn pattern(&mut self, word: &str, line: u64) {
        let inner = word.trim_start_matches('!');
        let inner = inner.strip_suffix('*').unwrap_or(inner);
        if inner.contains('*') || WordPattern::new(inner).words.is_empty() {
            let message = format!("expected a word, with `*` only at its end, found {word:?}");
            self.complain(line, "words", &message);
        }
    }

    fn priority(&mut self, raw: RawPriority) -> Option<Priority> {
        let (is, line) = (raw.is.value, raw.is.referenced.line());
        if is > MAX_PRIORITY {
            self.complain(line, "priority.is", &format!("expected 0 to {MAX_PRIORITY}, found {is}"));
        }
        let parsed = Condition::parse(&raw.condition.value);
        let line = raw.condition.referenced.line();
        let condition = parsed.map_err(|message| self.complain(line, "priority.if", &message)).ok()?;
        Some(Priority { condition, is })
    }
}

/// Opening times as they are written; `None` after a complaint.
fn read_hours(reader: &mut Reader<'_>, key: &str, raw: Spanned<RawHours>) -> Option<Hours> {
    let raw = raw.value;
    let line = raw.open.referenced.line();
    let zone = TimeZone::get(&raw.zone.value);
    if zone.is_err() {
        let message =
            format!("no time zone is called {:?}; expected one such as Europe/Warsaw", raw.zone.value);
        reader.complain(raw.zone.referenced.line(), &format!("{key}.zone"), &message);
    }
    let mut spans = Vec::new();
    for (days, times) in &raw.open.value {
        match open_spans(days, times) {
            Ok(read) => spans.extend(read),
            Err(message) => reader.complain(line, &format!("{key}.open"), &message),
        }
    }
    let mut closed = BTreeSet::new();
    for day in raw.closed {
        match day.value.parse::<Date>() {
            Ok(date) => drop(closed.insert(date)),
            Err(_) => {
                let message = format!("expected a day such as 2026-12-31, found {:?}", day.value);
                reader.complain(day.referenced.line(), &format!("{key}.closed"), &message);
            }
        }
    }
    if spans.is_empty() {
        reader.complain(line, &format!("{key}.open"), "is empty, but people must be there at some time");
        return None;
    }
    Some(Hours { zone: zone.ok()?, spans, holidays: raw.holidays, closed })
}

/// `mon-fri` and `8:00-12:00, 13:00-17:00`.
fn open_spans(days: &str, times: &str) -> Result<Vec<OpenSpan>, String> {
    let days = week(days)?;
    let span = |text: &str| {
        let expected = || format!("expected times such as 8:00-18:00, found {text:?}");
        let (from, to) = text.split_once('-').ok_or_else(expected)?;
        let from = clock(from).ok_or_else(expected)?;
        let to = if to.trim() == "24:00" { Time::midnight() } else { clock(to).ok_or_else(expected)? };
        let ends = if to == Time::midnight() { from <= Time::MAX } else { from < to };
        ends.then_some(OpenSpan { days, from, to })
            .ok_or_else(|| format!("{text:?} ends before it begins; write two days for a night"))
    };
    times.split(',').map(|text| span(text.trim())).collect()
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// Monday first.
fn week(text: &str) -> Result<[bool; 7], String> {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let place = |name: &str| {
        NAMES
            .iter()
            .position(|known| *known == name.trim())
            .ok_or_else(|| format!("expected days such as mon-fri or sat, found {text:?}"))
    };
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (place(first)?, place(last)?);
        if first > last {
            return Err(format!("{part:?} begins after it ends"));
        }
        days[first..=last].fill(true);
    }
    Ok(days)
}

fn one_key(value: &Value) -> Option<char> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut chars = text.chars();
    chars.next().filter(|key| key.is_ascii_digit() && chars.next().is_none())
}
