//! ◆ From ranked topics to one: believed, asked about, or not understood.

use super::super::act::ExpectKind;
use super::super::bot::SlotKind;
use super::super::prompts::Args;
use super::super::recognise;
use super::{Dialog, Heard, Phase, Question};
use crate::understand::{Meaning, Wish};
use serde_json::Value;

/// Probability that a topic needs to interrupt the collecting of a slot, 0..1; and what it needs when the words may
/// be misheard.
const INTERRUPT_ABOVE: f32 = 0.6;
const INTERRUPT_MISHEARD_ABOVE: f32 = 0.8;
/// Probability that two topics share before the caller is asked which one is meant, 0..1.
const SHARED_BY_TWO: f32 = 0.6;

/// What a meaning says about the topic.
enum Match {
    Topic(String),
    Between(String, String),
    Unsure { best: f32 },
}

impl Dialog {
    /// The caller may speak of anything.
    pub(super) fn find_topic(&mut self, heard: &Heard) {
        if let Some(passage) = self.passage(heard) {
            return self.tell(&passage);
        }
        if self.take_wishes(heard) {
            return;
        }
        let matched = match self.topic_of_number(heard) {
            Some(topic) if self.topic_of(heard).is_none() => Match::Topic(topic),
            _ => self.matched(heard.meaning.as_ref()),
        };
        match matched {
            Match::Topic(topic) => self.start_topic(&topic, Some(heard)),
            Match::Between(first, _) if self.asked_which => self.start_topic(&first, Some(heard)),
            Match::Between(first, second) => self.ask_which(first, second),
            Match::Unsure { best } => {
                if let Some(topic) = self.again_for_another(heard) {
                    self.start_topic(&topic, Some(heard));
                } else if !self.admitted(heard) {
                    self.not_understood(best);
                }
            }
        }
    }

    /// Several wishes in one sentence: the first is taken up, the others wait their turn.
    fn take_wishes(&mut self, heard: &Heard) -> bool {
        let wishes = heard.meaning.as_ref().map(|meaning| meaning.wishes.as_slice()).unwrap_or_default();
        let [first, rest @ ..] = wishes else { return false };
        self.wishes = rest.to_vec().into();
        let clause = Heard { text: first.text.clone(), meaning: None, ..*heard };
        self.say("one-by-one", &Args::new());
        self.start_topic(&first.topic, Some(&clause));
        true
    }

    /// The next of several wishes. False when there is none.
    pub(super) fn next_wish(&mut self) -> bool {
        let Some(Wish { topic, text }) = self.wishes.pop_front() else {
            return false;
        };
        self.finished = true;
        let label = self.bot.prompts(self.language).plain(&format!("topic-{topic}"));
        self.say("next-wish", &Args::from([("topic".to_owned(), Value::from(label))]));
        let clause = Heard { text, language: self.language, confidence: 0.0, meaning: None };
        self.start_topic(&topic, Some(&clause));
        true
    }

    /// The believed topic of an utterance.
    pub(super) fn topic_of(&self, heard: &Heard) -> Option<String> {
        match self.matched(heard.meaning.as_ref()) {
            Match::Topic(topic) => Some(topic),
            Match::Between(..) | Match::Unsure { .. } => None,
        }
    }

    /// Another topic than the current one, meant clearly enough to leave it.
    pub(super) fn interrupting_topic(&self, heard: &Heard) -> Option<String> {
        self.clear_topic(heard).filter(|topic| self.topic.as_ref() != Some(topic))
    }

    /// A topic that is meant clearly enough to believe it against another reading of the words.
    pub(super) fn clear_topic(&self, heard: &Heard) -> Option<String> {
        let (topic, probability) = heard.meaning.as_ref()?.topics.first()?;
        let known = self.bot.topics.contains_key(topic);
        let sure = heard.confidence >= self.policy().unsure_below;
        let least = if sure { INTERRUPT_ABOVE } else { INTERRUPT_MISHEARD_ABOVE };
        (known && *probability >= least).then(|| topic.clone())
    }

    fn matched(&self, meaning: Option<&Meaning>) -> Match {
        let Some(meaning) = meaning else {
            return Match::Unsure { best: 0.0 };
        };
        let known = meaning.topics.iter().filter(|(topic, _)| self.bot.topics.contains_key(topic));
        let mut ranked = known.map(|(topic, probability)| (topic.clone(), *probability));
        let Some((first, best)) = ranked.next() else {
            return Match::Unsure { best: 0.0 };
        };
        if let Some((second, next)) = ranked.next() {
            let close = best - next < self.policy().ambiguous_within;
            if close && best + next >= SHARED_BY_TWO && next > meaning.out_of_scope {
                return Match::Between(first, second);
            }
        }
        let believed = best >= self.policy().confidence_below && best > meaning.out_of_scope;
        if believed { Match::Topic(first) } else { Match::Unsure { best } }
    }

    /// A caller who says nothing but a number of the right length means the only topic that asks for one.
    pub(super) fn topic_of_number(&self, heard: &Heard) -> Option<String> {
        let digits = self.in_caller_language(heard, recognise::digits)?;
        self.topic_of_digits(&digits)
    }

    pub(super) fn topic_of_digits(&self, digits: &str) -> Option<String> {
        let fits = |kind: &SlotKind| match kind {
            SlotKind::Digits { min, max } => *min > 1 && (*min..=*max).contains(&digits.len()),
            SlotKind::YesNo | SlotKind::Choice(_) | SlotKind::Value(_) => false,
        };
        let asks = self.bot.topics.values().filter(|topic| topic.collect.iter().any(|slot| fits(&slot.kind)));
        let asks: Vec<_> = asks.collect();
        // Of several topics the number alone says which, when it is all that one of them wants.
        let alone: Vec<_> = asks.iter().filter(|topic| topic.collect.len() == 1).copied().collect();
        match (&asks[..], &alone[..]) {
            ([only], _) | (_, [only]) => Some(only.id.clone()),
            _ => None,
        }
    }

    fn ask_which(&mut self, first: String, second: String) {
        let prompts = self.bot.prompts(self.language);
        let labels = [&first, &second].map(|topic| prompts.plain(&format!("topic-{topic}")));
        let [a, b] = labels.clone().map(Value::from);
        let args = Args::from([("first".to_owned(), a), ("second".to_owned(), b)]);
        self.asked_which = true;
        self.phase = Phase::Choosing { first, second };
        self.ask(Question::new("which-of-two", args, ExpectKind::Choice(labels.to_vec())));
    }

    /// The answer to "which of the two": the likelier of them, the one whose name was said, or something new.
    pub(super) fn choose(&mut self, first: String, second: String, heard: &Heard) {
        let labels = match &self.question.kind {
            ExpectKind::Choice(labels) => labels.clone(),
            ExpectKind::Open | ExpectKind::YesNo | ExpectKind::Digits { .. } => Vec::new(),
        };
        let named =
            self.in_caller_language(heard, |text, language| recognise::choice(text, &labels, language));
        match named {
            Some(0) => self.start_topic(&first, None),
            Some(_) => self.start_topic(&second, None),
            None => self.find_topic(heard),
        }
    }

    /// Says so in new words each time; twice running is the policy's business.
    pub(super) fn not_understood(&mut self, best: f32) {
        self.low_confidence += 1;
        if self.low_confidence >= self.policy().confidence_turns {
            return self.escalate_for_confidence(best);
        }
        if !matches!(self.phase, Phase::AnythingElse) {
            self.phase = Phase::Open;
        }
        let args = Args::from([("topics".to_owned(), Value::from(self.bot.topic_list(self.language)))]);
        let mut question = Question::new("rephrase", args, ExpectKind::Open);
        question.attempt = self.low_confidence;
        self.ask(question);
    }
}
