//! ◆ The steps of a topic.

use super::super::act::{Act, ActionCall};
use super::super::bot::{ActionSpec, Confirm, Slot, SlotKind, Step};
use super::super::check::CALLER;
use super::super::expr;
use super::super::prompts::Args;
use super::{Dialog, Filled, Heard, Phase, Question};
use crate::record::event::Event;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steps carried out for one input; a topic whose steps run in a circle ends here.
const MAX_STEPS: usize = 200;

impl Dialog {
    /// Begins a topic. What the caller volunteered is used, so that nobody is asked for what was just said.
    pub(super) fn start_topic(&mut self, topic: &str, heard: Option<&Heard>) {
        let bot = Arc::clone(&self.bot);
        let Some(found) = bot.topics.get(topic) else {
            return self.not_understood(0.0);
        };
        self.low_confidence = 0;
        self.asked_which = false;
        self.taken_up(topic);
        self.rating.tactless |= found.unrated;
        self.resumed = false;
        self.open_with(found, heard);
        self.topic = Some(topic.to_owned());
        self.asked_again.clear();
        self.answers.clear();
        self.todo = found.steps.iter().cloned().collect();
        self.proceed();
    }

    /// A topic was chosen by keys: the number is exact.
    pub(super) fn start_topic_typed(&mut self, topic: &str, digits: &str) {
        let bot = Arc::clone(&self.bot);
        let Some(found) = bot.topics.get(topic) else {
            return;
        };
        self.rating.tactless |= found.unrated;
        self.topic = Some(topic.to_owned());
        self.asked_again.clear();
        self.answers.clear();
        self.low_confidence = 0;
        self.todo = found.steps.iter().cloned().collect();
        let fits = |kind: &SlotKind| matches!(kind, SlotKind::Digits { min, max } if (*min..=*max).contains(&digits.len()));
        match found.collect.iter().find(|slot| fits(&slot.kind) && slot.dtmf) {
            Some(slot) => self.fill(slot, digits, true, true),
            None => self.proceed(),
        }
    }

    /// Asks for the next missing slot, else does the steps until one of them has to wait.
    pub(super) fn proceed(&mut self) {
        let bot = Arc::clone(&self.bot);
        let topic = self.topic.as_ref().and_then(|topic| bot.topics.get(topic));
        let missing =
            topic.and_then(|topic| topic.collect.iter().find(|slot| !slot.later && !self.is_settled(slot)));
        if let Some(slot) = missing {
            if let Some(Filled { value, .. }) = self.slots.get(&slot.name).cloned() {
                return self.ask_confirmation(slot, &value);
            }
            return match self.volunteered(slot) {
                Some((value, sure)) => self.fill(slot, &value, sure, false),
                None => self.ask_slot(slot, 0),
            };
        }
        for _ in 0..MAX_STEPS {
            let step = self.todo.pop_front().unwrap_or(Step::AnythingElse);
            if self.reply_ends_before(&step) {
                self.todo.push_front(step);
                return self.propose();
            }
            if self.step(step) {
                return;
            }
        }
    }

    /// Known, and confirmed where it always has to be: a caller may have left the read-back for another matter.
    fn is_settled(&self, slot: &Slot) -> bool {
        let unconfirmed = slot.confirm == Confirm::Always && slot.kind != SlotKind::YesNo;
        self.slots.get(&slot.name).is_some_and(|filled| filled.verified || !unconfirmed)
    }

    /// Does one step; true when the rest has to wait for an input.
    fn step(&mut self, step: Step) -> bool {
        match step {
            Step::Say { key, with } => {
                let args = self.arguments(&with);
                if self.keeps_replies() {
                    self.keep(&key, &args)
                } else {
                    self.say(&key, &args)
                }
                return false;
            }
            Step::If { condition, then, otherwise } => {
                let chosen = if condition.holds(&self.value(&condition.path)) { then } else { otherwise };
                for step in chosen.into_iter().rev() {
                    self.todo.push_front(step);
                }
                return false;
            }
            Step::Call { action, bind, with } => self.call(&action, bind, &with),
            Step::Ask { slot } => return self.ask_in_between(&slot),
            Step::AskAgain { slot, say, times } => self.ask_slot_again(&slot, &say, times),
            Step::AnythingElse => self.ask_anything_else(),
            Step::OfferPerson { reason } => self.offer_person(vec![topic_signal(&reason)]),
            Step::Human { reason } => self.escalate(vec![topic_signal(&reason)]),
            Step::End => {
                self.finished = true;
                self.part();
            }
        }
        true
    }

    fn ask_anything_else(&mut self) {
        if self.resume() || self.next_wish() {
            return;
        }
        self.finished = true;
        self.todo.clear();
        self.phase = Phase::AnythingElse;
        self.ask(Question::open("anything-else"));
    }

    /// The slot was wrong: say why, forget it, ask again, then do the topic's steps anew, or those from where the
    /// slot is asked for.
    fn ask_slot_again(&mut self, name: &str, say: &str, times: u32) {
        let bot = Arc::clone(&self.bot);
        let topic = self.topic.clone().unwrap_or_default();
        let (Some(topic), Some(slot)) = (bot.topics.get(&topic), bot.slot(&topic, name)) else {
            return self.ask_anything_else();
        };
        self.say(say, &Args::new());
        let asked = self.asked_again.entry(name.to_owned()).or_insert(0);
        *asked += 1;
        let asked = *asked;
        self.slots.remove(name);
        if asked > times {
            return self.offer_person(vec![self.loop_signal(&slot.title, asked)]);
        }
        let anew = if slot.later { from_ask(&topic.steps, name) } else { None };
        self.todo = anew.unwrap_or_else(|| topic.steps.to_vec()).into();
        self.ask_slot(slot, asked);
    }

    /// A slot that is asked for between steps; false when it is known already.
    fn ask_in_between(&mut self, name: &str) -> bool {
        let slot = self.topic.as_ref().and_then(|topic| self.bot.slot(topic, name)).cloned();
        match slot.filter(|_| !self.slots.contains_key(name)) {
            Some(slot) => self.ask_slot(&slot, 0),
            None => return false,
        }
        true
    }

    fn call(&mut self, action: &str, bind: String, with: &BTreeMap<String, String>) {
        let bot = Arc::clone(&self.bot);
        let Some(spec) = bot.actions.get(action) else {
            return self.ask_anything_else();
        };
        let id = self.next_action;
        self.next_action += 1;
        let call = self.filled_call(spec, with);
        let cover = self.word("cover", &Args::new());
        let fields = spec.result.clone();
        self.phase = Phase::Running { id, bind, fields, action: action.to_owned() };
        self.out.push(Act::Run { id, action: call, cover });
    }

    fn filled_call(&self, spec: &ActionSpec, with: &BTreeMap<String, String>) -> ActionCall {
        self.filled_from(spec, |name| {
            Some(plain_text(&self.value(with.get(name).map_or(name, String::as_str))))
        })
    }

    /// The same with these values; what they leave out is empty.
    pub(super) fn filled_from(
        &self,
        spec: &ActionSpec,
        value: impl Fn(&str) -> Option<String>,
    ) -> ActionCall {
        let value = |name: &str| value(name).unwrap_or_default();
        ActionCall {
            name: spec.name.clone(),
            method: spec.method.clone(),
            url: fill_template(&spec.url, |name| percent_encoded(&value(name))),
            headers: spec.headers.clone(),
            body: spec.body.as_ref().map(|body| fill_body(body, &value)),
            timeout_ms: spec.timeout_ms,
            null_on: spec.null_on.clone(),
        }
    }

    /// An answer for an action that nobody waits for any more is dropped.
    pub(super) fn action_done(&mut self, id: u32, result: Result<Value, String>) {
        let Phase::Running { id: running, bind, fields, action } = self.phase.clone() else {
            return;
        };
        if running != id {
            return;
        }
        match result.and_then(|value| with_fields(value, &fields)) {
            Ok(value) => {
                self.answers.insert(bind, value);
                self.note_priority();
                self.proceed();
            }
            Err(detail) => self.escalate_for_backend(&action, &detail),
        }
    }

    /// The value at a path: a slot, an answer, or a fact of the bot.
    pub(super) fn value(&self, path: &str) -> Value {
        let parts: Vec<&str> = path.split('.').collect();
        let [root, fields @ ..] = &parts[..] else {
            return Value::Null;
        };
        if let Some(Filled { value, .. }) = self.slots.get(*root) {
            return match value.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                text => Value::from(text),
            };
        }
        if let ([field], CALLER) = (fields, *root) {
            let number = self.caller.as_deref().filter(|_| *field == "number");
            return number.map_or(Value::Null, Value::from);
        }
        match self.answers.get(*root) {
            Some(answer) => expr::lookup(answer, fields).clone(),
            None => expr::lookup(&self.bot.facts, &parts).clone(),
        }
    }

    /// Arguments of a prompt; numbers that the caller gave are spoken digit by digit, options by name.
    fn arguments(&self, with: &BTreeMap<String, String>) -> Args {
        let slot = |path: &str| self.bot.slot(self.topic.as_ref()?, path);
        let spoken = |path: &String| match (slot(path).map(|slot| &slot.kind), self.value(path)) {
            (Some(SlotKind::Digits { .. }), Value::String(digits)) => Value::from(self.shown_digits(&digits)),
            (Some(SlotKind::Choice(_)), Value::String(option)) => {
                Value::from(self.bot.option_name(&option, self.language))
            }
            (Some(SlotKind::Value(kind)), Value::String(value)) => {
                Value::from(self.shown(*kind, &value, self.language))
            }
            (_, value) => value,
        };
        with.iter().map(|(name, path)| (name.clone(), spoken(path))).collect()
    }

    pub(super) fn record_topic(&mut self, topic: &str) {
        self.record(Event::Understood { turn: self.turn, topic: Some(topic.to_owned()), confidence: 1.0 });
    }
}

/// The steps from the one that asks for the slot, out of all branches that lead to it.
fn from_ask(steps: &[Step], name: &str) -> Option<Vec<Step>> {
    steps.iter().enumerate().find_map(|(index, step)| match step {
        Step::Ask { slot } if slot == name => Some(steps[index..].to_vec()),
        Step::If { then, otherwise, .. } => {
            let inner = from_ask(then, name).or_else(|| from_ask(otherwise, name))?;
            Some([&inner[..], &steps[index + 1..]].concat())
        }
        _ => None,
    })
}

fn topic_signal(reason: &str) -> crate::record::event::Signal {
    crate::record::event::Signal {
        kind: "topic".to_owned(),
        strength: 1.0,
        threshold: 1.0,
        evidence: reason.replace('_', " "),
    }
}

/// An answer without a promised field is as good as none: better an honest apology than a gap in a sentence.
fn with_fields(value: Value, fields: &[String]) -> Result<Value, String> {
    if value.is_null() {
        return Ok(value);
    }
    match fields.iter().find(|field| value.get(field.as_str()).is_none()) {
        Some(field) => Err(format!("the answer has no field {field:?}")),
        None => Ok(value),
    }
}

fn plain_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn fill_body(body: &Value, value: &impl Fn(&str) -> String) -> Value {
    match body {
        Value::String(text) => Value::String(fill_template(text, value)),
        Value::Array(items) => items.iter().map(|item| fill_body(item, value)).collect(),
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(name, field)| (name.clone(), fill_body(field, value))).collect(),
        ),
        other => other.clone(),
    }
}

/// Replaces `{name}`; `${env:NAME}` stays for whoever sends the call.
fn fill_template(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else {
            break;
        };
        if rest[..open].ends_with('$') {
            filled.push_str(&rest[..=close]);
        } else {
            filled.push_str(&rest[..open]);
            filled.push_str(&value(&rest[open + 1..close]));
        }
        rest = &rest[close + 1..];
    }
    filled + rest
}

/// Everything but unreserved characters (RFC 3986 section 2.3).
fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_and_secrets_left_alone() {
        let filled =
            fill_template("${env:URL:-http://a}/p/{n}?x={m}", |name| percent_encoded(&format!("{name}/ 1")));
        assert_eq!(filled, "${env:URL:-http://a}/p/n%2F%201?x=m%2F%201");
    }

    #[test]
    fn an_answer_without_a_promised_field_is_a_failure() {
        let fields = ["status".to_owned()];
        assert!(with_fields(serde_json::json!({"status": 1}), &fields).is_ok());
        assert!(with_fields(serde_json::json!({"state": 1}), &fields).is_err());
        assert_eq!(with_fields(Value::Null, &fields), Ok(Value::Null));
    }
}
