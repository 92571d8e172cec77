//! ◆ Slots: asked, heard in pieces, read back, corrected.

use super::super::act::ExpectKind;
use super::super::bot::{Confirm, Slot, SlotKind};
use super::super::prompts::Args;
use super::super::recognise::{self, Kind};
use super::{Collecting, Dialog, Filled, Heard, Phase, Question};
use crate::record::event::{Event, Signal, ValueSource};
use serde_json::Value;
use std::sync::Arc;

/// A correction of fewer digits than this is too little to find its place in the number.
const MIN_CORRECTION_DIGITS: usize = 2;

/// Below this a recogniser of values found one in words that mean something else, 0..1.
pub(super) const HARDLY_A_VALUE: f32 = 0.5;

impl Dialog {
    pub(super) fn ask_slot(&mut self, slot: &Slot, failed: u32) {
        let kind = match &slot.kind {
            SlotKind::Digits { min, max } => ExpectKind::Digits { min: *min, max: *max },
            SlotKind::YesNo => ExpectKind::YesNo,
            SlotKind::Choice(options) => ExpectKind::Choice(self.option_names(options)),
            SlotKind::Value(_) => ExpectKind::Open,
        };
        let mut question = Question::new(&slot.ask, Args::new(), kind);
        question.attempt = failed + 1;
        self.phase =
            Phase::Collecting(Collecting { slot: slot.name.clone(), failed, partial: String::new() });
        self.ask(question);
    }

    fn option_names(&self, options: &[String]) -> Vec<String> {
        options.iter().map(|option| self.bot.option_name(option, self.language)).collect()
    }

    /// The option whose name, in any of its wordings, was said best.
    pub(super) fn chosen_option(&self, options: &[String], heard: &Heard) -> Option<(usize, f32)> {
        let prompts = self.bot.prompts(self.language);
        let keys: Vec<String> = options.iter().map(|option| format!("option-{option}")).collect();
        let wordings = keys.iter().map(|key| prompts.wordings(key)).max().unwrap_or(1);
        let chosen = |wording: usize| {
            let name = |key: &String| {
                prompts.text(key, wording.min(prompts.wordings(key).saturating_sub(1)), &Args::new())
            };
            let names: Vec<String> = keys.iter().map(name).collect();
            self.in_caller_language(heard, |text, language| recognise::surest_choice(text, &names, language))
        };
        (0..wordings).filter_map(chosen).max_by(|a, b| a.1.total_cmp(&b.1))
    }

    pub(super) fn current_slot(&self, name: &str) -> Option<Slot> {
        self.bot.slot(self.topic.as_ref()?, name).cloned()
    }

    /// The caller answers the question for a slot.
    pub(super) fn collect(&mut self, collecting: Collecting, heard: &Heard) {
        let Some(slot) = self.current_slot(&collecting.slot) else {
            return;
        };
        let sure = heard.confidence >= self.policy().unsure_below;
        match &slot.kind {
            SlotKind::Digits { min, max } => match self.in_caller_language(heard, recognise::digits) {
                Some(digits) => self.collect_digits(collecting, &slot, (*min, *max), &digits, sure),
                None => self.not_an_answer(collecting, &slot, heard),
            },
            SlotKind::YesNo => match self.in_caller_language(heard, recognise::yes_no) {
                Some(answer) => self.fill(&slot, &answer.to_string(), true, false),
                None => self.not_an_answer(collecting, &slot, heard),
            },
            SlotKind::Choice(options) => {
                let chosen = self.chosen_option(options, heard);
                match chosen.and_then(|(index, fit)| Some((options.get(index)?, fit))) {
                    Some((option, fit)) => {
                        let sure = heard.confidence * fit >= self.policy().unsure_below;
                        self.fill(&slot, option, sure, false);
                    }
                    None => self.not_an_answer(collecting, &slot, heard),
                }
            }
            SlotKind::Value(kind) => self.collect_value(collecting, &slot, *kind, heard),
        }
    }

    /// Callers read long numbers in pieces and pause between them; a piece is kept and the rest awaited.
    fn collect_digits(
        &mut self,
        mut collecting: Collecting,
        slot: &Slot,
        (min, max): (usize, usize),
        digits: &str,
        sure: bool,
    ) {
        let joined = format!("{}{digits}", collecting.partial);
        if (min..=max).contains(&joined.len()) {
            let pieces = !collecting.partial.is_empty();
            self.fill(slot, &joined, sure && !pieces, false);
        } else if (min..=max).contains(&digits.len()) {
            self.fill(slot, digits, sure, false);
        } else if joined.len() < min {
            collecting.partial = joined;
            self.phase = Phase::Collecting(collecting);
            self.say("digits-go-on", &Args::new());
            self.listen();
        } else {
            self.wrong_count(collecting, slot, joined.len(), min);
        }
    }

    pub(super) fn wrong_count(&mut self, collecting: Collecting, slot: &Slot, count: usize, expected: usize) {
        let args = Args::from([
            ("count".to_owned(), Value::from(count)),
            ("expected".to_owned(), Value::from(expected)),
        ]);
        self.say("wrong-count", &args);
        self.slot_failed(collecting, slot);
    }

    /// The likeliest value of the type in what the caller said, and how sure the words make it, 0..1.
    pub(super) fn value_in(&self, kind: Kind, heard: &Heard) -> Option<(String, f32)> {
        let today = self.bot.today(self.now);
        let likeliest = |text: &str, language| kind.read(text, language, today).into_iter().next();
        let found = self.in_caller_language(heard, likeliest)?;
        Some((found.value, found.confidence))
    }

    fn collect_value(&mut self, collecting: Collecting, slot: &Slot, kind: Kind, heard: &Heard) {
        let Some((value, confidence)) = self.value_in(kind, heard) else {
            return self.not_an_answer(collecting, slot, heard);
        };
        // A whole sentence is hardly a name: the caller may want something else.
        if confidence < HARDLY_A_VALUE && self.digressed(heard) {
            return;
        }
        let sure = heard.confidence * confidence >= self.policy().unsure_below;
        self.fill(slot, &value, sure, false);
    }

    /// Another value in the answer to a read-back. Free text after yes or no is no name.
    fn corrected_value(&self, kind: Kind, heard: &Heard, answer: Option<bool>) -> Option<String> {
        let free = matches!(kind, Kind::Name | Kind::Street | Kind::Letters);
        if answer == Some(true) || (free && answer.is_some()) {
            return None;
        }
        let (value, confidence) = self.value_in(kind, heard)?;
        (confidence >= HARDLY_A_VALUE).then_some(value)
    }

    /// Neither an answer nor a courtesy: another topic, or a failed try.
    fn not_an_answer(&mut self, collecting: Collecting, slot: &Slot, heard: &Heard) {
        if let Some(quoted) = self.quoted(slot, heard) {
            return self.collect(collecting, &quoted);
        }
        if self.declined_resumed(heard) {
            return;
        }
        if !self.digressed(heard) {
            self.slot_failed(collecting, slot);
        }
    }

    /// The part of an utterance to which a language model pointed, if a value stands there. The words are the caller's
    /// and our recogniser reads them; that they were meant is not sure, so they are read back.
    pub(super) fn quoted(&self, slot: &Slot, heard: &Heard) -> Option<Heard> {
        if !slot.takes_quotes() {
            return None;
        }
        let quotes = heard.meaning.as_ref().map(|meaning| meaning.quotes.as_slice()).unwrap_or_default();
        let quote = quotes.iter().find(|quote| quote.slot == slot.name)?;
        let quoted = Heard { text: quote.text.clone(), confidence: 0.0, meaning: None, ..*heard };
        self.holds_value(slot, &quoted).then_some(quoted)
    }

    pub(super) fn holds_value(&self, slot: &Slot, heard: &Heard) -> bool {
        match &slot.kind {
            SlotKind::Digits { .. } => self.in_caller_language(heard, recognise::digits).is_some(),
            SlotKind::YesNo => false,
            SlotKind::Choice(options) => self.chosen_option(options, heard).is_some(),
            SlotKind::Value(kind) => self.value_in(*kind, heard).is_some(),
        }
    }

    pub(super) fn change_topic(&mut self, topic: &str, heard: &Heard) {
        self.suspend();
        self.say("back-to", &Args::new());
        self.start_topic(topic, Some(heard));
    }

    /// Asks again in other words, or offers a person when that did not help.
    fn slot_failed(&mut self, collecting: Collecting, slot: &Slot) {
        let failed = collecting.failed + 1;
        if failed >= self.policy().loop_same_prompt {
            return self.escalate_for_loop(&slot.title, failed);
        }
        if failed >= slot.tries {
            return self.offer_person(vec![self.loop_signal(&slot.title, failed)]);
        }
        self.ask_slot(slot, failed);
    }

    /// "I have not got the number": there is no use in asking again.
    pub(super) fn offer_for_missing_slot(&mut self) {
        let Phase::Collecting(collecting) = self.phase.clone() else {
            return;
        };
        let title = self.current_slot(&collecting.slot).map_or(collecting.slot, |slot| slot.title);
        let signal = Signal {
            kind: "topic".to_owned(),
            strength: 1.0,
            threshold: 1.0,
            evidence: format!("the caller has no {title}"),
        };
        self.offer_person(vec![signal]);
    }

    /// A slot has its value; it is read back as the bot's author wants.
    pub(super) fn fill(&mut self, slot: &Slot, value: &str, sure: bool, typed: bool) {
        let confirm = match (slot.confirm, &slot.kind) {
            (_, SlotKind::YesNo) | (Confirm::Never, _) => false,
            (Confirm::Always, _) => true,
            (Confirm::IfUnsure, _) => !sure && !typed,
        };
        self.store(slot, value, typed && !confirm);
        if confirm { self.ask_confirmation(slot, value) } else { self.proceed() }
    }

    fn store(&mut self, slot: &Slot, value: &str, verified: bool) {
        self.low_confidence = 0;
        self.resumed = false;
        self.slots.insert(slot.name.clone(), Filled { value: value.to_owned(), verified });
        self.record(Event::SlotFilled {
            turn: self.turn,
            slot: slot.name.clone(),
            value: value.to_owned(),
            verified,
            source: ValueSource::Caller,
        });
    }

    pub(super) fn ask_confirmation(&mut self, slot: &Slot, value: &str) {
        let (key, spoken) = match &slot.kind {
            SlotKind::Digits { .. } => ("confirm-digits", self.shown_digits(value)),
            SlotKind::YesNo | SlotKind::Choice(_) => {
                ("confirm-choice", self.bot.option_name(value, self.language))
            }
            SlotKind::Value(kind) => ("confirm-choice", self.shown(*kind, value, self.language)),
        };
        self.phase = Phase::Confirming { slot: slot.name.clone(), value: value.to_owned() };
        let args = Args::from([("value".to_owned(), Value::from(spoken))]);
        self.ask(Question::new(key, args, ExpectKind::YesNo));
    }

    /// The caller answers "is that right?": yes, no, or the right value at once.
    pub(super) fn confirm(&mut self, slot: String, value: String, heard: &Heard) {
        let Some(slot) = self.current_slot(&slot) else {
            return;
        };
        let answer = self.in_caller_language(heard, recognise::yes_no);
        if let SlotKind::Digits { min, max } = slot.kind
            && let Some(digits) = self.in_caller_language(heard, recognise::digits)
            && let Some(corrected) = corrected(&value, &digits, min, max)
        {
            return self.confirm_number(&slot, &value, &corrected, answer);
        }
        if let (SlotKind::Choice(options), None) = (&slot.kind, answer) {
            let names = self.option_names(options);
            let named =
                self.in_caller_language(heard, |text, language| recognise::choice(text, &names, language));
            if let Some(option) = named.and_then(|index| options.get(index)) {
                return self.fill(&slot, option, false, false);
            }
        }
        if let SlotKind::Value(kind) = slot.kind
            && let Some(other) = self.corrected_value(kind, heard, answer).filter(|other| *other != value)
        {
            self.say("sorry-wrong", &Args::new());
            return self.fill(&slot, &other, false, false);
        }
        // A whole sentence about something else holds a "would like" more often than a yes.
        if self.short_yes_no(heard).is_none() && self.digressed(heard) {
            return;
        }
        match answer {
            Some(true) => self.verified(&slot, &value),
            Some(false) => self.rejected(&slot),
            None => self.confirm_again(&slot),
        }
    }

    /// Digits in the answer: the same ones agree, others correct.
    fn confirm_number(&mut self, slot: &Slot, value: &str, corrected: &str, answer: Option<bool>) {
        if corrected == value && answer != Some(false) {
            return self.verified(slot, value);
        }
        self.say("sorry-wrong", &Args::new());
        self.store(slot, corrected, false);
        self.ask_confirmation(slot, corrected);
    }

    pub(super) fn verified(&mut self, slot: &Slot, value: &str) {
        self.store(slot, value, true);
        self.proceed();
    }

    /// A number that was refused is forgotten: the agent must not see it as known.
    pub(super) fn rejected(&mut self, slot: &Slot) {
        self.slots.remove(&slot.name);
        let refusals = self.asked_again.entry(format!("refused {}", slot.name)).or_insert(0);
        *refusals += 1;
        let failed = *refusals;
        if failed >= self.policy().loop_same_prompt {
            return self.escalate_for_loop(&slot.title, failed);
        }
        self.say("sorry-wrong", &Args::new());
        self.ask_slot(slot, failed);
    }

    fn confirm_again(&mut self, slot: &Slot) {
        if self.question.attempt >= self.policy().loop_same_prompt {
            return self.offer_person(vec![self.loop_signal(&slot.title, self.question.attempt)]);
        }
        self.ask_again();
    }

    /// Keys while a slot is collected or confirmed. False when they mean nothing there.
    pub(super) fn type_slot(&mut self, digits: &str) -> bool {
        match self.phase.clone() {
            Phase::Collecting(collecting) => {
                let Some(slot) = self.current_slot(&collecting.slot).filter(|slot| slot.dtmf) else {
                    return false;
                };
                self.type_answer(collecting, &slot, digits)
            }
            Phase::Confirming { slot, value } => {
                let Some(slot) = self.current_slot(&slot) else {
                    return false;
                };
                match (digits, &slot.kind) {
                    ("1", _) => self.verified(&slot, &value),
                    ("2", _) => self.rejected(&slot),
                    (_, SlotKind::Digits { min, max }) if (*min..=*max).contains(&digits.len()) => {
                        self.fill(&slot, digits, true, true);
                    }
                    _ => return false,
                }
                true
            }
            _ => false,
        }
    }

    fn type_answer(&mut self, collecting: Collecting, slot: &Slot, digits: &str) -> bool {
        match (&slot.kind, digits) {
            (SlotKind::Digits { min, max }, _) if (*min..=*max).contains(&digits.len()) => {
                self.fill(slot, digits, true, true);
            }
            (SlotKind::Digits { min, .. }, _) => self.wrong_count(collecting, slot, digits.len(), *min),
            (SlotKind::YesNo, "1") => self.fill(slot, "true", true, true),
            (SlotKind::YesNo, "2") => self.fill(slot, "false", true, true),
            (SlotKind::Choice(options), _) => {
                let index = digits.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                let Some(option) = index.and_then(|index| options.get(index)) else {
                    return false;
                };
                self.fill(slot, option, true, true);
            }
            (SlotKind::Value(kind @ (Kind::Phone | Kind::PostalCode)), _) => {
                let today = self.bot.today(self.now);
                match kind.read(digits, self.language, today).first() {
                    Some(found) => self.fill(slot, &found.value, true, true),
                    None => self.slot_failed(collecting, slot),
                }
            }
            (SlotKind::YesNo | SlotKind::Value(_), _) => return false,
        }
        true
    }

    /// After a change of language, what the question quotes is quoted in the new one.
    pub(super) fn renew_question(&mut self) {
        let bot = Arc::clone(&self.bot);
        let prompts = bot.prompts(self.language);
        let phase = self.phase.clone();
        if let Phase::Choosing { first, second } = &phase {
            let labels = [first, second].map(|topic| prompts.plain(&format!("topic-{topic}")));
            for (name, label) in ["first", "second"].iter().zip(&labels) {
                self.question.args.insert((*name).to_owned(), Value::from(label.clone()));
            }
            self.question.kind = ExpectKind::Choice(labels.to_vec());
        }
        if let Phase::Collecting(collecting) = &phase
            && let Some(SlotKind::Choice(options)) = self.current_slot(&collecting.slot).map(|slot| slot.kind)
        {
            self.question.kind = ExpectKind::Choice(self.option_names(&options));
        }
        if self.question.args.contains_key("topics") {
            self.question.args.insert("topics".to_owned(), Value::from(bot.topic_list(self.language)));
        }
    }
}

/// What a number becomes when the caller answers its read-back with digits: a whole new number, or a
/// piece that replaces the group it resembles most; without a resemblance, the end ("no, forty two").
fn corrected(value: &str, digits: &str, min: usize, max: usize) -> Option<String> {
    if (min..=max).contains(&digits.len()) {
        return Some(digits.to_owned());
    }
    let count = digits.len();
    if count < MIN_CORRECTION_DIGITS || count >= value.len() || !value.is_ascii() {
        return None;
    }
    if value.contains(digits) {
        return Some(value.to_owned());
    }
    let last = value.len() - count;
    let same = |at: usize| value[at..at + count].bytes().zip(digits.bytes()).filter(|(a, b)| a == b).count();
    let aligned =
        (0..=last).filter(|at| (value.len() - at).is_multiple_of(count) || at.is_multiple_of(count));
    let best = aligned.clone().map(same).max().unwrap_or(0);
    let mut likeliest = aligned.filter(|at| same(*at) == best && best > 0);
    let at = match (likeliest.next(), likeliest.next()) {
        (Some(only), None) => only,
        _ => last,
    };
    Some(format!("{}{digits}{}", &value[..at], &value[at + count..]))
}

#[cfg(test)]
mod tests {
    use super::corrected;

    #[test]
    fn a_whole_number_replaces_and_a_piece_goes_where_it_fits() {
        assert_eq!(corrected("12345678", "87654321", 8, 8).as_deref(), Some("87654321"));
        assert_eq!(corrected("12345679", "78", 8, 8).as_deref(), Some("12345678"));
        assert_eq!(corrected("12335678", "1234", 8, 8).as_deref(), Some("12345678"));
        assert_eq!(corrected("12345678", "42", 10, 8).as_deref(), Some("42345678"));
        assert_eq!(corrected("11115555", "99", 8, 8).as_deref(), Some("11115599"));
    }

    #[test]
    fn a_repeated_piece_of_the_number_changes_nothing() {
        assert_eq!(corrected("12345678", "5678", 8, 8).as_deref(), Some("12345678"));
        assert_eq!(corrected("12345678", "7", 8, 8), None);
    }
}
