//! ◆ `topics/*.yaml` to `Topic`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::{Confirm, Policy, Slot, SlotKind, Step, Topic};
use super::expr::{Condition, is_path};
use super::parse_policy;
use super::problem::Problem;
use super::raw::{RawSlot, RawStep, RawTopic};
use super::recognise::Kind;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;

/// Longest number that anybody reads out on the phone, digits.
const MAX_DIGITS: usize = 34;

/// Steps in steps beyond this are refused, so that a file cannot exhaust the stack.
const MAX_DEPTH: usize = 8;

/// Makes a topic of what was read, `bots` being the policy elsewhere; what is wrong is added to `problems`.
pub fn topic(file: &str, raw: RawTopic, bots: &Policy, problems: &mut Vec<Problem>) -> Topic {
    let policy = raw.policy.map(|raw| Box::new(parse_policy::of_topic(file, raw, bots, problems)));
    let mut reader = Reader { file, problems };
    if !is_path(&raw.topic.value) || raw.topic.value.contains('.') {
        reader.complain(raw.topic.referenced.line(), "topic", "expected letters, digits and _");
    }
    if raw.topic.value == "oos" {
        reader.complain(raw.topic.referenced.line(), "topic", "oos means out of scope; use oos.yaml");
    }
    let mut collect: Vec<Slot> = raw.collect.into_iter().map(|slot| reader.slot(slot)).collect();
    let steps = reader.steps(raw.steps, 0);
    for slot in &mut collect {
        slot.later = asks(&steps, &slot.name);
    }
    Topic {
        title: raw.title.unwrap_or_else(|| raw.topic.value.replace('_', " ")),
        id: raw.topic.value,
        examples: raw.when.value,
        collect,
        steps,
        queue: raw.to.queue,
        specialist: raw.to.specialist.map(|key| key.value),
        policy,
        approve: raw.approve,
        unrated: raw.rating == Some(false),
    }
}

/// Whether one of the steps asks for the slot.
fn asks(steps: &[Step], name: &str) -> bool {
    steps.iter().any(|step| match step {
        Step::Ask { slot } => slot == name,
        Step::If { then, otherwise, .. } => asks(then, name) || asks(otherwise, name),
        _ => false,
    })
}

struct Reader<'a> {
    file: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn complain(&mut self, line: u64, key: &str, message: &str) {
        self.problems.push(Problem::new(self.file, line, key, message));
    }

    fn slot(&mut self, raw: Spanned<RawSlot>) -> Slot {
        let line = raw.referenced.line();
        let raw = raw.value;
        let name = raw.slot.value.clone();
        let kind = self.slot_kind(&raw, line);
        Slot {
            title: raw.title.unwrap_or_else(|| name.replace('_', " ")),
            dtmf: raw.dtmf.unwrap_or(true),
            confirm: raw.confirm.unwrap_or(Confirm::IfUnsure),
            tries: raw.tries.map_or(2, |tries| tries.value.max(1)),
            ask: raw.ask.value,
            later: false,
            kind,
            name,
        }
    }

    fn slot_kind(&mut self, raw: &RawSlot, line: u64) -> SlotKind {
        let name = &raw.slot.value;
        if raw.length.is_some() && raw.kind.value != "digits" {
            self.complain(line, &format!("{name}.length"), "belongs to type digits only");
        }
        if raw.options.is_some() && raw.kind.value != "choice" {
            self.complain(line, &format!("{name}.options"), "belongs to type choice only");
        }
        match raw.kind.value.as_str() {
            "digits" => self.digits(name, raw.length.as_ref(), line),
            "yes_no" => SlotKind::YesNo,
            "choice" => {
                let options = raw.options.iter().flatten().map(|option| option.value.clone());
                let options: Vec<String> = options.collect();
                if options.len() < 2 || options.len() > 9 {
                    self.complain(line, &format!("{name}.options"), "expected 2 to 9 options");
                }
                SlotKind::Choice(options)
            }
            other => match Kind::named(other) {
                Some(kind) => SlotKind::Value(kind),
                None => {
                    let known = Kind::ALL.map(|(name, _)| name).join(", ");
                    let message = format!("expected digits, yes_no, choice, {known}; found {other:?}");
                    self.complain(raw.kind.referenced.line(), &format!("{name}.type"), &message);
                    SlotKind::YesNo
                }
            },
        }
    }

    fn digits(&mut self, name: &str, length: Option<&Spanned<Value>>, line: u64) -> SlotKind {
        let range = length.and_then(|length| digit_range(&length.value));
        let line = length.map_or(line, |length| length.referenced.line());
        let (min, max) = range.unwrap_or((0, 0));
        if min == 0 || min > max || max > MAX_DIGITS {
            let message = format!("expected a number of digits, `8` or `10..12`, at most {MAX_DIGITS}");
            self.complain(line, &format!("{name}.length"), &message);
        }
        SlotKind::Digits { min, max }
    }

    fn steps(&mut self, raw: Vec<Spanned<RawStep>>, depth: usize) -> Vec<Step> {
        if depth > MAX_DEPTH {
            let line = raw.first().map_or(0, |step| step.referenced.line());
            self.complain(line, "if", "steps are nested too deep");
            return Vec::new();
        }
        raw.into_iter().filter_map(|step| self.step(step, depth)).collect()
    }

    fn step(&mut self, raw: Spanned<RawStep>, depth: usize) -> Option<Step> {
        let line = raw.referenced.line();
        let raw = raw.value;
        self.refuse_mixed_verbs(&raw, line)?;
        if let Some(action) = raw.call {
            let Some(bind) = raw.bind else {
                self.complain(line, "bind", "a call needs a name for its answer, as in `bind: parcel`");
                return None;
            };
            return Some(Step::Call { action: action.value, bind: bind.value, with: self.paths(raw.with) });
        }
        if let Some(condition) = raw.condition {
            let parsed = Condition::parse(&condition.value);
            let parsed =
                parsed.map_err(|message| self.complain(condition.referenced.line(), "if", &message)).ok();
            let then = self.steps(raw.then.unwrap_or_default(), depth + 1);
            let otherwise = self.steps(raw.otherwise.unwrap_or_default(), depth + 1);
            return Some(Step::If { condition: parsed?, then, otherwise });
        }
        if let Some(slot) = raw.ask {
            return Some(Step::Ask { slot: slot.value });
        }
        if let Some(slot) = raw.ask_again {
            let Some(say) = raw.say else {
                self.complain(line, "say", "ask_again needs a prompt that says why, as in `say: not_found`");
                return None;
            };
            return Some(Step::AskAgain { slot: slot.value, say: say.value, times: raw.times.unwrap_or(1) });
        }
        if let Some(key) = raw.say {
            return Some(Step::Say { key: key.value, with: self.paths(raw.with) });
        }
        if let Some(offer) = raw.offer {
            return match offer.value.as_str() {
                "anything_else" => Some(Step::AnythingElse),
                "person" => Some(Step::OfferPerson { reason: raw.reason.unwrap_or("offered".to_owned()) }),
                _ => {
                    self.complain(offer.referenced.line(), "offer", "expected anything_else or person");
                    None
                }
            };
        }
        if let Some(reason) = raw.human {
            return Some(Step::Human { reason: reason.value });
        }
        Some(Step::End)
    }

    /// `None` when the step is not exactly one verb with its own keys.
    fn refuse_mixed_verbs(&mut self, raw: &RawStep, line: u64) -> Option<()> {
        let says = raw.say.is_some() && raw.ask_again.is_none();
        let verbs = [
            ("call", raw.call.is_some(), &["bind", "with"][..]),
            ("if", raw.condition.is_some(), &["then", "else"][..]),
            ("say", says, &["with"][..]),
            ("ask", raw.ask.is_some(), &[][..]),
            ("ask_again", raw.ask_again.is_some(), &["say", "times"][..]),
            ("offer", raw.offer.is_some(), &["reason"][..]),
            ("human", raw.human.is_some(), &[][..]),
            ("end", raw.end.is_some(), &[][..]),
        ];
        let used: Vec<_> = verbs.iter().filter(|(_, used, _)| *used).collect();
        let [(verb, _, allowed)] = used[..] else {
            let message = "expected exactly one of call, if, say, ask, ask_again, offer, human, end";
            self.complain(line, "do", message);
            return None;
        };
        let companions = [
            ("bind", raw.bind.is_some()),
            ("with", raw.with.is_some()),
            ("then", raw.then.is_some()),
            ("else", raw.otherwise.is_some()),
            ("times", raw.times.is_some()),
            ("reason", raw.reason.is_some()),
        ];
        let stray = companions.iter().find(|(key, used)| *used && !allowed.contains(key));
        if let Some((key, _)) = stray {
            self.complain(line, key, &format!("does not belong to `{verb}`"));
            return None;
        }
        Some(())
    }

    fn paths(&mut self, with: Option<BTreeMap<String, Spanned<String>>>) -> BTreeMap<String, String> {
        let with = with.unwrap_or_default();
        for (name, path) in &with {
            if !is_path(&path.value) {
                let message = format!("expected a path such as parcel.place, found {:?}", path.value);
                self.complain(path.referenced.line(), name, &message);
            }
        }
        with.into_iter().map(|(name, path)| (name, path.value)).collect()
    }
}

/// `8` or `"10..12"`.
fn digit_range(length: &Value) -> Option<(usize, usize)> {
    if let Some(exact) = length.as_u64() {
        let exact = usize::try_from(exact).ok()?;
        return Some((exact, exact));
    }
    let text = length.as_str()?;
    match text.split_once("..") {
        Some((min, max)) => Some((min.trim().parse().ok()?, max.trim().parse().ok()?)),
        None => text.trim().parse().ok().map(|exact| (exact, exact)),
    }
}
