//! ◆ Which telephone is meant, where what the caller chose in place of waiting needs one: the caller's own, or
//! another that is said or typed, read back, and lies where calls may go.

use super::super::act::{ActionCall, ExpectKind, WaitingWish};
use super::super::prompts::Args;
use super::{Dialog, Heard, Phase, Question};
use crate::language::Language;
use crate::understand::slots::Kind;
use serde_json::Value;

/// Digits of a telephone number (E.164), with what is dialled before it.
const DIGITS: (usize, usize) = (9, 15);
/// Times that no number is made out, or one is refused, until the other choices are put again.
const NUMBER_TRIES: u32 = 3;

/// A number that is being asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbering {
    /// What it is for.
    wish: WaitingWish,
    /// Read back to the caller, in international form.
    value: Option<String>,
    failed: u32,
}

impl Dialog {
    /// The same, for a caller who may give another number if it begins with one of these; `own`: the number that
    /// calls can be rung.
    pub fn may_give_numbers(mut self, begin: Vec<String>, own: bool) -> Dialog {
        self.callback = own || (self.callback && !begin.is_empty());
        (self.other_numbers, self.own_number) = (begin, own);
        self
    }

    /// Whether a number must be asked for before this can be had.
    pub fn must_ask_number(&self, wish: WaitingWish) -> bool {
        match wish {
            WaitingWish::CallBack => !self.own_number && !self.other_numbers.is_empty(),
            WaitingWish::CallBackElsewhere => !self.other_numbers.is_empty(),
            WaitingWish::Text => self.caller.is_none(),
            WaitingWish::Message | WaitingWish::Bot => false,
        }
    }

    /// The message that the policy has sent to `number`, or to the number that calls; and its name for the answer.
    pub fn text_message(&mut self, queue: &str, number: Option<&str>) -> Option<(u32, ActionCall)> {
        let action = self.bot.policy.text_me.clone()?;
        let bot = self.bot.clone();
        let spec = bot.actions.get(&action)?;
        let number = number.or(self.caller.as_deref())?.to_owned();
        let escalation = self.last_escalation.as_ref();
        let topic = escalation.and_then(|escalation| escalation.topic.clone()).unwrap_or_default();
        let summary = escalation.map(|escalation| escalation.why.clone()).unwrap_or_default();
        let known = [
            ("number", number),
            ("queue", queue.to_owned()),
            ("topic", topic),
            ("summary", summary),
            ("language", self.language.code().to_owned()),
        ];
        let id = self.next_action;
        self.next_action += 1;
        let value = |name: &str| known.iter().find(|(key, _)| *key == name).map(|(_, text)| text.clone());
        Some((id, self.filled_from(spec, value)))
    }

    pub(super) fn ask_number(&mut self, wish: WaitingWish) {
        self.renumber(Numbering { wish, value: None, failed: 0 });
    }

    fn renumber(&mut self, numbering: Numbering) {
        self.phase = Phase::Numbering(numbering);
        let (min, max) = DIGITS;
        self.ask(Question::new("number-ask", Args::new(), ExpectKind::Digits { min, max }));
    }

    /// An answer to the question for a number, or to its being read back.
    pub(super) fn numbered(&mut self, numbering: Numbering, heard: &Heard) {
        if let Some(number) = self.telephone_in(heard) {
            return self.read_back(numbering, number);
        }
        match (&numbering.value, self.short_yes_no(heard)) {
            (Some(_), Some(true)) => self.number_is(numbering),
            (Some(_), Some(false)) => self.number_failed(numbering, "sorry-wrong"),
            // Neither yes nor no: put once more as it was.
            (Some(value), None) if numbering.failed + 1 < NUMBER_TRIES => {
                let value = value.clone();
                self.read_back(Numbering { failed: numbering.failed + 1, ..numbering }, value);
            }
            (None, Some(false)) => self.put_choices(),
            _ => self.number_failed(numbering, "unclear"),
        }
    }

    /// Keys: a number, or 1 and 2 for yes and no.
    pub(super) fn number_typed(&mut self, numbering: Numbering, digits: &str) {
        match (numbering.value.is_some(), digits) {
            (true, "1") => self.number_is(numbering),
            (true, "2") => self.number_failed(numbering, "sorry-wrong"),
            _ => match self.read_number(digits, self.language) {
                Some(number) => self.read_back(numbering, number),
                None => self.number_failed(numbering, "unclear"),
            },
        }
    }

    pub(super) fn holds_number(&self, heard: &Heard) -> bool {
        self.telephone_in(heard).is_some() || self.short_yes_no(heard).is_some()
    }

    fn telephone_in(&self, heard: &Heard) -> Option<String> {
        self.read_number(&heard.text, self.spoken_language(heard))
    }

    /// A number without its country's code is taken for one of a country where calls may go, if it can be.
    fn read_number(&self, text: &str, language: Language) -> Option<String> {
        let today = self.bot.today(self.now);
        let languages = [language, self.language].into_iter().chain(self.bot.languages.iter().copied());
        let read = |language| Kind::Phone.read(text, language, today).into_iter().next();
        let found: Vec<String> = languages.filter_map(read).map(|found| found.value).collect();
        found.iter().find(|number| self.may_be_called(number)).or(found.first()).cloned()
    }

    fn may_be_called(&self, number: &str) -> bool {
        self.other_numbers.iter().any(|begin| number.starts_with(begin.as_str()))
    }

    fn read_back(&mut self, numbering: Numbering, number: String) {
        if !self.may_be_called(&number) {
            return self.number_failed(numbering, "number-not-allowed");
        }
        let spoken = self.shown(Kind::Phone, &number, self.language);
        let args = Args::from([("value".to_owned(), Value::from(spoken))]);
        self.phase = Phase::Numbering(Numbering { value: Some(number), ..numbering });
        self.ask(Question::new("number-confirm", args, ExpectKind::YesNo));
    }

    fn number_is(&mut self, numbering: Numbering) {
        let Numbering { wish, value, .. } = numbering;
        self.escalate_instead_to(wish, value);
    }

    fn number_failed(&mut self, numbering: Numbering, prompt: &str) {
        let failed = numbering.failed + 1;
        self.say(prompt, &Args::new());
        if failed >= NUMBER_TRIES {
            return self.put_choices();
        }
        self.renumber(Numbering { value: None, failed, ..numbering });
    }
}
