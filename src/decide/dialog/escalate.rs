//! ◆ When a person takes over, and what the agent is told about why.

use super::super::act::{Act, Escalation};
use super::super::prompts::Args;
use super::super::words::fold_words;
use super::{Dialog, Heard, Phase, Question};
use crate::desk::notice::PRIORITY;
use crate::record::event::Signal;
use serde_json::Value;
use std::sync::Arc;

/// Turns within which a second worrying word counts.
const WORRY_TURNS: u32 = 3;

impl Dialog {
    /// Announces and hands over. The announcement comes first, so that nobody is transferred by surprise.
    pub(super) fn escalate(&mut self, signals: Vec<Signal>) {
        let bot = Arc::clone(&self.bot);
        let topic = self.topic.as_ref().and_then(|topic| bot.topics.get(topic));
        let specialist = topic.and_then(|topic| topic.specialist.as_ref()).unwrap_or(&bot.policy.specialist);
        let queue = topic.and_then(|topic| topic.queue.as_ref()).unwrap_or(&bot.policy.queue);
        let spoken = bot.prompts(self.language).plain(specialist);
        self.announce(spoken);
        let escalation = self.escalation(queue, signals);
        self.hand_over(escalation);
    }

    fn escalation(&self, queue: &str, signals: Vec<Signal>) -> Escalation {
        Escalation {
            turn: self.turn,
            queue: queue.to_owned(),
            topic: self.topic.clone(),
            language: self.language,
            why: self.why(&signals),
            signals,
            priority: PRIORITY,
            patient: false,
            call_back: false,
        }
    }

    /// Nothing was said yet, so the usual announcement, which promises to pass it on, would be untrue.
    pub(super) fn escalate_for_load(&mut self) {
        let text = self.word("node-busy", &Args::new());
        let language = self.language;
        self.out.push(Act::Say { prompt: "node-busy".to_owned(), text, language, interruptible: false });
        let queue = self.bot.policy.queue.clone();
        let escalation =
            self.escalation(&queue, vec![signal("overload", 1.0, 1.0, "the node was at its limit")]);
        self.hand_over(escalation);
    }

    /// Nobody took the call and the caller wants to try once more: same reasons, new turn.
    pub(super) fn escalate_again(&mut self) {
        let Some(mut escalation) = self.last_escalation.clone() else {
            return self.how_else();
        };
        escalation.turn = self.turn;
        escalation.language = self.language;
        escalation.patient = true;
        let bot = Arc::clone(&self.bot);
        let topic = escalation.topic.as_ref().and_then(|topic| bot.topics.get(topic));
        let specialist = topic.and_then(|topic| topic.specialist.as_ref()).unwrap_or(&bot.policy.specialist);
        self.announce(bot.prompts(self.language).plain(specialist));
        self.hand_over(escalation);
    }

    fn announce(&mut self, specialist: String) {
        let args = Args::from([("specialist".to_owned(), Value::from(specialist))]);
        let text = self.word("handover", &args);
        let language = self.language;
        self.out.push(Act::Say { prompt: "handover".to_owned(), text, language, interruptible: false });
    }

    pub(super) fn hand_over(&mut self, escalation: Escalation) {
        self.last_escalation = Some(escalation.clone());
        self.phase = Phase::Escalated;
        self.out.push(Act::Escalate(escalation));
    }

    pub(super) fn escalate_for_person(&mut self, words: &str) {
        self.escalate(vec![signal("asks_for_person", 1.0, 1.0, words)]);
    }

    /// The strength is how far from certain the best topic was.
    pub(super) fn escalate_for_confidence(&mut self, best: f32) {
        let policy = &self.bot.policy;
        let evidence = format!("not understood {} times running", self.low_confidence);
        let signal = signal("confidence", 1.0 - best, 1.0 - policy.confidence_below, &evidence);
        self.escalate(vec![signal]);
    }

    pub(super) fn escalate_for_loop(&mut self, title: &str, times: u32) {
        let signal = self.loop_signal(title, times);
        self.escalate(vec![signal]);
    }

    pub(super) fn loop_signal(&self, title: &str, times: u32) -> Signal {
        let limit = self.bot.policy.loop_same_prompt;
        let strength = (times as f32 / limit as f32).min(1.0);
        signal("loop", strength, 1.0, &format!("no usable {title} after {times} attempts"))
    }

    /// The caller is told the truth at once; what exactly failed is for the operator.
    pub(super) fn escalate_for_backend(&mut self, action: &str, detail: &str) {
        self.say("backend-apology", &Args::new());
        self.escalate(vec![signal("backend_down", 1.0, 1.0, &format!("{action}: {detail}"))]);
    }

    pub(super) fn engine_failed(&mut self, stage: &str, times: u32) {
        if self.is_over() {
            return;
        }
        self.say("engine-apology", &Args::new());
        let limit = self.bot.policy.engine_failures;
        if times >= limit {
            let strength = (times as f32 / limit as f32).min(1.0);
            let evidence = format!("{stage} failed {times} times running");
            return self.escalate(vec![signal("engine_failure", strength, 1.0, &evidence)]);
        }
        if !matches!(self.phase, Phase::Running { .. }) {
            self.ask_again();
        }
    }

    /// The caller talks and we do not hear: a person does.
    pub(super) fn gone_deaf(&mut self, times: u32) {
        if self.is_over() {
            return;
        }
        self.say("engine-apology", &Args::new());
        let evidence = format!("the caller was not heard {times} times running");
        self.escalate(vec![signal("engine_failure", 1.0, 1.0, &evidence)]);
    }

    /// True when a critical word brought a person.
    pub(super) fn critical_words(&mut self, heard: &Heard) -> bool {
        let words = fold_words(&heard.text);
        let language = if self.bot.policy.critical.contains_key(&heard.language) {
            heard.language
        } else {
            self.language
        };
        let listed = self.bot.policy.critical.get(&language).into_iter().flatten();
        let found: Vec<(String, bool)> =
            listed.filter_map(|word| Some((word.pattern.find(&words)?, word.immediate))).collect();
        if let Some((word, _)) = found.iter().find(|(_, immediate)| *immediate) {
            self.escalate(vec![signal("critical_word", 1.0, 1.0, word)]);
            return true;
        }
        let Some((word, _)) = found.first() else {
            return false;
        };
        match self.second_signal(&found, word) {
            Some(second) => {
                self.escalate(vec![signal("critical_word", 0.5, 0.5, word), second]);
                true
            }
            None => {
                self.worry = Some((self.turn, word.clone()));
                false
            }
        }
    }

    /// One worrying word alone may be calm ("it is here again"); with anything beside it, it is not.
    fn second_signal(&self, found: &[(String, bool)], word: &str) -> Option<Signal> {
        if let Some((other, _)) = found.iter().find(|(other, _)| other != word) {
            return Some(signal("critical_word", 0.5, 0.5, other));
        }
        let recent = self.worry.as_ref().filter(|(turn, _)| self.turn.saturating_sub(*turn) <= WORRY_TURNS);
        if let Some((_, earlier)) = recent {
            return Some(signal("critical_word", 0.5, 0.5, earlier));
        }
        if self.low_confidence > 0 {
            let below = self.bot.policy.confidence_below;
            return Some(signal("confidence", 1.0 - below, 1.0 - below, "not understood in the turn before"));
        }
        let refused = self.asked_again.values().sum::<u32>();
        (refused > 0).then(|| signal("loop", 0.5, 0.5, "the same thing was asked again"))
    }

    pub(super) fn offer_person(&mut self, signals: Vec<Signal>) {
        self.phase = Phase::Offering { signals };
        self.ask(Question::yes_no("offer-person"));
    }

    /// Neither yes nor no to the offer: a topic is taken up, anything else is asked once more and then taken as yes.
    pub(super) fn offered_but(&mut self, heard: &Heard) {
        let Phase::Offering { signals } = self.phase.clone() else {
            return;
        };
        if self.passage(heard).is_some()
            || self.interrupting_topic(heard).is_some()
            || self.topic_of_number(heard).is_some()
        {
            return self.find_topic(heard);
        }
        if self.question.attempt >= 2 {
            return self.escalate(signals);
        }
        self.ask_again();
    }

    pub(super) fn back_from_queue(&mut self, why: &str) {
        if self.phase != Phase::Escalated {
            return;
        }
        self.low_confidence = 0;
        let prompt = match why {
            "agents_busy" => "agents-busy",
            "agent_left" => "agent-left",
            "agent_done" => {
                self.say("agent-done", &Args::new());
                self.phase = Phase::AnythingElse;
                return self.ask(Question::open("anything-else"));
            }
            "changed_mind" => {
                self.say("back-with-bot", &Args::new());
                return self.how_else();
            }
            _ => "nobody-available",
        };
        self.say(prompt, &Args::new());
        self.phase = Phase::AfterQueue;
        self.ask(Question::yes_no(if self.callback { "try-again-callback" } else { "try-again" }));
    }

    /// One sentence for the agent: what brought the call, and what it was about.
    fn why(&self, signals: &[Signal]) -> String {
        let Some(first) = signals.first() else {
            return "Handed over".to_owned();
        };
        let cause = match first.kind.as_str() {
            "asks_for_person" => format!("Asked for a person (\"{}\")", first.evidence),
            "critical_word" => said(signals),
            "confidence" => format!("Was {}", first.evidence),
            "silence" => format!("Stayed silent ({})", first.evidence),
            "loop" => format!("The bot got {}", first.evidence),
            "engine_failure" => format!("A speech engine failed ({})", first.evidence),
            "overload" => "Came straight to people: the bot had no time".to_owned(),
            "abuse" => format!("The caller {}", first.evidence),
            "unknown_question" => format!("Asked what the bot does not know (\"{}\")", first.evidence),
            "backend_down" => "The bot could not reach the back office".to_owned(),
            _ => format!("Needs a person: {}", first.evidence),
        };
        let topic = self.topic.as_ref().and_then(|topic| self.bot.topics.get(topic));
        match topic {
            Some(topic) => format!("{cause} after asking about {}", topic.title),
            None => cause,
        }
    }
}

fn said(signals: &[Signal]) -> String {
    let words = signals.iter().filter(|signal| signal.kind == "critical_word");
    let words: Vec<String> = words.map(|signal| format!("\"{}\"", signal.evidence)).collect();
    format!("Said {}", words.join(" and "))
}

pub(super) fn signal(kind: &str, strength: f32, threshold: f32, evidence: &str) -> Signal {
    Signal { kind: kind.to_owned(), strength, threshold, evidence: evidence.to_owned() }
}
