//! ◆ The dialog manager: what was heard to what is done next.
//!
//! One `Dialog` holds one conversation. `handle` is its only way in; the acts come out in the order in
//! which they are carried out. Repair (repeat, correct, wait, language, goodbye, a person) is built in,
//! so that a bot's author never writes it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod approve; // a person reads first
mod asked;
mod carry;
mod collect;
mod escalate;
mod hear;
mod knowledge;
mod meaning;
#[cfg(test)]
mod mood_tests;
mod number; // another telephone than the one that calls
pub mod proof; // from every step to a person
mod quiet;
mod rating; // one question about the call
#[cfg(test)]
mod rating_tests;
mod repair;
mod steps;
#[cfg(test)]
mod tests;
mod text; // the same in writing
#[cfg(test)]
mod value_tests;
mod voice;
mod waiting; // what is said in the queue
mod weigh;
mod why;

use super::act::{Act, DialogInput, Escalation, Proposal};
use super::bot::{Bot, Policy, Step};
use super::mood::Mood;
use crate::language::Language;
use crate::record::event::{Channel, Event, Signal};
use crate::record::rating::RatingKind;
use crate::time::At;
use crate::understand::slots::Kind;
use crate::understand::{Meaning, Wish};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use voice::{Question, Said};

/// One conversation of one bot with one caller. A clone is for asking what would be said.
#[derive(Clone)]
pub struct Dialog {
    bot: Arc<Bot>,
    language: Language,
    /// Whether the caller may change the language.
    multilingual: bool,
    /// Whether the caller's language was heard once.
    settled: bool,
    /// Utterances in a row in another language than the current one.
    foreign_turns: u32,
    phase: Phase,
    /// The number that calls, in international form; none where it is hidden or no number.
    caller: Option<String>,
    /// The caller can be rung back.
    callback: bool,
    /// ... on the number that calls.
    own_number: bool,
    /// What other numbers must begin with; none may be given without.
    other_numbers: Vec<String>,
    /// Opening times of people do not count.
    always_open: bool,
    channel: Channel,
    /// The bot says at the beginning what else it speaks.
    mentions_languages: bool,
    /// Turn of the last input that had one.
    turn: u32,
    /// When the last input came: "tomorrow" is seen from there.
    now: At,
    topic: Option<String>,
    /// Steps of the topic that are still to be done.
    todo: VecDeque<Step>,
    /// What was said with the wish.
    opening: Option<carry::Opening>,
    slots: BTreeMap<String, Filled>,
    /// Answers of actions, by the name they are bound to.
    answers: BTreeMap<String, Value>,
    /// What the caller was asked last; asked again after a repair.
    question: Question,
    /// How often `ask_again` asked for a slot.
    asked_again: BTreeMap<String, u32>,
    low_confidence: u32,
    silences: u32,
    unclear: u32,
    /// Whether the last question was which of two topics is meant; that is asked once.
    asked_which: bool,
    /// Worrying words of the last turns.
    worries: Vec<weigh::Worry>,
    mood: Mood,
    /// What the offer of a person stands in the way of.
    interrupted: Option<weigh::Interrupted>,
    /// In the queue, 0..9.
    priority: u8,
    /// A topic was brought to its end.
    finished: bool,
    /// A topic that waits for the end of a digression.
    suspended: Option<repair::Suspended>,
    /// Wishes of the same sentence that wait their turn.
    wishes: VecDeque<Wish>,
    /// The open question came back after a digression.
    resumed: bool,
    /// Times that the caller insulted the bot.
    insults: u32,
    /// Turn in which a feeling was acknowledged last.
    acknowledged: Option<u32>,
    last_escalation: Option<Escalation>,
    /// Counts actions and replies that wait for a person.
    next_action: u32,
    /// Replies of some topics wait for a person.
    approval: bool,
    /// The question about the call.
    rating: rating::Asking,
    /// Sentences of a reply that is being made, prompt and text.
    kept: Vec<(String, String)>,
    /// What was open when somebody who watched took the call.
    left: Option<(Phase, Question)>,
    /// Wording used last, per prompt.
    wordings: BTreeMap<String, usize>,
    last_text: String,
    /// What the last turn of the bot said, for "please repeat".
    said: Vec<Said>,
    /// The caller took the floor before the question was heard.
    question_unheard: bool,
    /// Wordings to start with.
    seed: u64,
    out: Vec<Act>,
}

/// What the dialog is waiting for. There is no phase for "a person is wanted": that is heard in all of them.
#[derive(Debug, Clone, PartialEq)]
enum Phase {
    /// `Start` has not come.
    Fresh,
    /// How can I help?
    Open,
    /// Anything else?
    AnythingElse,
    Collecting(Collecting),
    /// Is this value right?
    Confirming {
        slot: String,
        value: String,
    },
    /// Which of these two topics?
    Choosing {
        first: String,
        second: String,
    },
    Running {
        id: u32,
        bind: String,
        fields: Vec<String>,
        action: String,
    },
    /// Shall I fetch a person? `signals` are why.
    Offering {
        signals: Vec<Signal>,
    },
    /// Nobody took the call: shall I try again?
    AfterQueue,
    /// A person reads this reply.
    Approving(Proposal),
    /// Which number is meant?
    Numbering(number::Numbering),
    /// How was it?
    Rating(RatingKind),
    /// With the queue, or with a person.
    Escalated,
    Ended,
}

#[derive(Debug, Clone, PartialEq)]
struct Collecting {
    slot: String,
    /// Failed answers so far.
    failed: u32,
    /// Digits said so far of a number that comes in pieces.
    partial: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Filled {
    value: String,
    verified: bool,
}

/// One utterance, as `DialogInput::Heard` brings it.
#[derive(Debug, Clone)]
struct Heard {
    text: String,
    language: Language,
    confidence: f32,
    meaning: Option<Meaning>,
}

/// Where a conversation stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub language: Language,
    pub topic: Option<String>,
    /// Name, value, verified.
    pub slots: Vec<(String, String, bool)>,
    /// At least one topic was brought to its end.
    pub resolved: bool,
}

impl Dialog {
    /// A conversation before its first word. `seed` varies the wordings.
    pub fn new(bot: Arc<Bot>, language: Language, multilingual: bool, seed: u64) -> Dialog {
        Dialog {
            language,
            multilingual: multilingual && bot.languages.len() > 1,
            settled: false,
            foreign_turns: 0,
            phase: Phase::Fresh,
            caller: None,
            callback: false,
            own_number: false,
            other_numbers: Vec::new(),
            always_open: false,
            channel: Channel::Voice,
            mentions_languages: true,
            turn: 0,
            now: At::default(),
            topic: None,
            todo: VecDeque::new(),
            opening: None,
            slots: BTreeMap::new(),
            answers: BTreeMap::new(),
            question: Question::open("greeting"),
            asked_again: BTreeMap::new(),
            low_confidence: 0,
            silences: 0,
            unclear: 0,
            asked_which: false,
            worries: Vec::new(),
            mood: Mood::default(),
            interrupted: None,
            priority: Escalation::USUAL_PRIORITY,
            finished: false,
            suspended: None,
            wishes: VecDeque::new(),
            resumed: false,
            insults: 0,
            acknowledged: None,
            last_escalation: None,
            next_action: 1,
            approval: false,
            rating: rating::Asking::of(&bot, seed),
            kept: Vec::new(),
            left: None,
            wordings: BTreeMap::new(),
            last_text: String::new(),
            said: Vec::new(),
            question_unheard: false,
            seed,
            out: Vec::new(),
            bot,
        }
    }

    /// The same, called from this number. Whatever is no telephone number is not kept.
    pub fn called_from(mut self, number: &str) -> Dialog {
        let dialled = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+');
        let read = || Kind::Phone.read(number, self.bot.default_language, self.bot.today(self.now));
        self.caller = if dialled { read().into_iter().next().map(|found| found.value) } else { None };
        self
    }

    /// The same at a time when people are there, whatever the clock says.
    pub fn always_open(mut self) -> Dialog {
        self.always_open = true;
        self
    }

    /// Takes one input; gives what is to be done, in order. Every path that leaves the turn to the caller ends
    /// with `Act::Listen`. Of `now` only the day matters: dates are said as seen from it.
    pub fn handle(&mut self, now: At, input: DialogInput) -> Vec<Act> {
        self.now = now;
        if let DialogInput::Cut { unheard } = input {
            self.was_cut(unheard);
            return Vec::new();
        }
        if self.phase == Phase::Ended && !self.reopened_by(&input) {
            self.out.push(Act::HangUp { resolved: self.finished });
            return self.take_acts();
        }
        match input {
            DialogInput::Start => self.start(),
            DialogInput::StartForPerson => self.start_for_person(),
            DialogInput::Heard { turn, text, language, confidence, meaning } => {
                self.turn = turn;
                self.heard(Heard { text, language, confidence, meaning });
            }
            DialogInput::Digits { turn, digits } => {
                self.turn = turn;
                self.typed(&digits);
            }
            DialogInput::Unclear { turn } => {
                self.turn = turn;
                self.was_unclear();
            }
            DialogInput::Silence => self.was_silent(),
            DialogInput::ActionDone { id, result } => self.action_done(id, result),
            DialogInput::Ruled { id, verdict } => self.ruled(id, verdict),
            DialogInput::FactGiven { slot, text } => self.fact_given(&slot, &text),
            DialogInput::Spoken => {}
            // Taken in above: it changes nothing but what a repeat says.
            DialogInput::Cut { .. } => {}
            DialogInput::BackFromQueue { why } => self.back_from_queue(&why),
            DialogInput::NumberWanted { wish } => self.ask_number(wish),
            DialogInput::Deaf { times } => self.gone_deaf(times),
            DialogInput::EngineFailed { stage, times } => self.engine_failed(&stage, times),
        }
        self.take_acts()
    }

    /// A short sentence while something takes long; never the same twice running.
    pub fn cover(&mut self) -> Act {
        let text = self.word("cover", &Default::default());
        Act::Say { prompt: "cover".to_owned(), text, language: self.language, interruptible: true }
    }

    /// What is said while hearing starts anew.
    pub fn one_moment(&mut self) -> Act {
        let text = self.word("one-moment", &Default::default());
        Act::Say { prompt: "one-moment".to_owned(), text, language: self.language, interruptible: true }
    }

    /// Where the conversation stands.
    pub fn summary(&self) -> Snapshot {
        let slots = self.slots.iter();
        Snapshot {
            language: self.language,
            topic: self.topic.clone(),
            slots: slots.map(|(name, slot)| (name.clone(), slot.value.clone(), slot.verified)).collect(),
            resolved: self.finished,
        }
    }

    /// The law wants the first sentence heard, so nobody talks over it; the question comes last.
    fn start(&mut self) {
        if self.phase != Phase::Fresh {
            return;
        }
        self.disclose();
        if self.multilingual && self.mentions_languages {
            self.mention_other_languages();
        }
        self.phase = Phase::Open;
        self.ask(Question::open("greeting"));
    }

    fn disclose(&mut self) {
        self.record(Event::LanguageChosen { language: self.language, how: "default".to_owned() });
        let disclosure = self.bot.disclosure.clone();
        let text = self.word(&disclosure, &Default::default());
        let language = self.language;
        self.out.push(Act::Say { prompt: "disclosure".to_owned(), text, language, interruptible: false });
    }

    /// The node is at its limit: the caller hears so and gets a person.
    fn start_for_person(&mut self) {
        if self.phase != Phase::Fresh {
            return;
        }
        self.disclose();
        self.escalate_for_load();
    }

    fn mention_other_languages(&mut self) {
        let bot = Arc::clone(&self.bot);
        for other in bot.languages.iter().filter(|other| **other != self.language) {
            let prompts = bot.prompts(*other);
            self.out.push(Act::Say {
                prompt: "other-language".to_owned(),
                text: prompts.plain(&self.fitting(prompts, "other-language")),
                language: *other,
                interruptible: true,
            });
        }
    }

    fn hang_up(&mut self) {
        self.say("goodbye", &Default::default());
        self.out.push(Act::HangUp { resolved: self.finished });
        self.phase = Phase::Ended;
    }

    /// A caller who speaks over the goodbye has something to say: the conversation goes on. Noise and
    /// silence do not open it again.
    fn reopened_by(&mut self, input: &DialogInput) -> bool {
        let speaks = matches!(input, DialogInput::Heard { .. } | DialogInput::Digits { .. });
        if speaks {
            self.phase = Phase::AnythingElse;
        }
        speaks
    }

    /// What holds now: a topic under way may have its own.
    fn policy(&self) -> &Policy {
        let done = matches!(self.phase, Phase::AnythingElse | Phase::Rating(_));
        let topic = self.topic.as_ref().filter(|_| !done).and_then(|topic| self.bot.topics.get(topic));
        topic.and_then(|topic| topic.policy.as_deref()).unwrap_or(&self.bot.policy)
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Escalated | Phase::Ended | Phase::Fresh)
    }

    fn record(&mut self, event: Event) {
        self.out.push(Act::Record(event));
    }

    /// Remembers what was said in this turn of the bot, for "please repeat".
    fn take_acts(&mut self) -> Vec<Act> {
        let said: Vec<Said> = self.out.iter().filter_map(Said::of).collect();
        if !said.is_empty() {
            self.said = said;
        }
        std::mem::take(&mut self.out)
    }
}
