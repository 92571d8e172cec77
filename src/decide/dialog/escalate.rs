//! ◆ When a person takes over, and what the agent is told about why.

use super::super::act::{Act, Escalation};
use super::super::prompts::Args;
use super::{Dialog, Heard, Phase, Question};
use crate::record::event::Signal;
use serde_json::Value;
use std::sync::Arc;

impl Dialog {
    /// Announces and hands over. The announcement comes first, so that nobody is transferred by surprise.
    pub(super) fn escalate(&mut self, mut signals: Vec<Signal>) {
        let bot = Arc::clone(&self.bot);
        self.add_mood(&mut signals);
        let topic = self.topic.as_ref().and_then(|topic| bot.topics.get(topic));
        let specialist = topic.and_then(|topic| topic.specialist.as_ref()).unwrap_or(&bot.policy.specialist);
        let queue = topic.and_then(|topic| topic.queue.as_ref()).unwrap_or(&bot.policy.queue);
        self.note_priority();
        let escalation = self.escalation(queue, signals);
        if escalation.opens.is_some() {
            return self.turn_away(escalation);
        }
        self.announce(bot.prompts(self.language).plain(specialist));
        self.hand_over(escalation);
    }

    /// Whatever brings the call, the agent is told in what mood the caller comes.
    fn add_mood(&self, signals: &mut Vec<Signal>) {
        let Some(rules) = &self.policy().tone else { return };
        for felt in self.mood.evidence(self.turn, rules) {
            if signals.iter().all(|signal| signal.kind != felt.kind) {
                signals.push(felt);
            }
        }
    }

    /// A rule that held once counts until another does: what is known of the caller is not forgotten with the topic.
    pub(super) fn note_priority(&mut self) {
        let holding = self
            .bot
            .policy
            .priorities
            .iter()
            .find(|one| one.condition.holds(&self.value(&one.condition.path)));
        self.priority = holding.map_or(self.priority, |one| one.is);
    }

    pub(super) fn escalation(&self, queue: &str, signals: Vec<Signal>) -> Escalation {
        Escalation {
            turn: self.turn,
            queue: queue.to_owned(),
            topic: self.topic.clone(),
            language: self.language,
            why: self.why(&signals),
            signals,
            priority: self.priority,
            patient: false,
            instead: None,
            number: None,
            opens: self.opening(queue).map(|opening| opening.at),
        }
    }

    /// Nothing was said yet, so the usual announcement, which promises to pass it on, would be untrue.
    pub(super) fn escalate_for_load(&mut self) {
        let queue = self.bot.policy.queue.clone();
        let escalation =
            self.escalation(&queue, vec![signal("overload", 1.0, 1.0, "the node was at its limit")]);
        if escalation.opens.is_some() {
            return self.turn_away(escalation);
        }
        let text = self.word("node-busy", &Args::new());
        let language = self.language;
        self.out.push(Act::Say { prompt: "node-busy".to_owned(), text, language, interruptible: false });
        self.hand_over(escalation);
    }

    /// Nobody took the call and the caller wants to try once more: same reasons, new turn.
    pub(super) fn escalate_again(&mut self) {
        let Some(mut escalation) = self.last_escalation.clone() else {
            return self.how_else();
        };
        if let Some(opening) = self.opening(&escalation.queue) {
            // Asked at night what is wanted instead; or it has become night since the caller chose to wait.
            let asked = escalation.opens.replace(opening.at).is_some();
            return match self.first_choice().filter(|_| asked) {
                Some(wish) => self.escalate_instead(wish),
                None => self.turn_away(escalation),
            };
        }
        escalation.turn = self.turn;
        escalation.language = self.language;
        escalation.patient = true;
        escalation.opens = None;
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
        let policy = self.policy();
        let evidence = format!("not understood {} times running", self.low_confidence);
        let signal = signal("confidence", 1.0 - best, 1.0 - policy.confidence_below, &evidence);
        self.escalate(vec![signal]);
    }

    pub(super) fn escalate_for_loop(&mut self, title: &str, times: u32) {
        let signal = self.loop_signal(title, times);
        self.escalate(vec![signal]);
    }

    pub(super) fn loop_signal(&self, title: &str, times: u32) -> Signal {
        let limit = self.policy().loop_same_prompt;
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
        // What the caller may have answered was lost: it is not asked for twice.
        if matches!(self.phase, Phase::Rating(_)) {
            self.phase = Phase::AnythingElse;
            self.question = Question::open("anything-else");
        }
        let limit = self.bot.policy.engine_failures;
        if times >= limit {
            let strength = (times as f32 / limit as f32).min(1.0);
            let evidence = format!("{stage} failed {times} times running");
            return self.escalate(vec![signal("engine_failure", strength, 1.0, &evidence)]);
        }
        if !self.phase.is_busy() {
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

    pub(super) fn offer_person(&mut self, signals: Vec<Signal>) {
        self.interrupted = None;
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
        self.worries.clear();
        self.mood.answered(self.turn);
        self.rating.served |= matches!(why, "agent_left" | "agent_done");
        let prompt = match why {
            "agents_busy" => "agents-busy",
            "agent_left" => "agent-left",
            "agent_done" => {
                self.say("agent-done", &Args::new());
                self.phase = Phase::AnythingElse;
                return self.ask(Question::open("anything-else"));
            }
            "takeover_failed" => return self.not_taken_over(),
            "callback_failed" => {
                self.say("callback-impossible", &Args::new());
                return self.how_else();
            }
            "message_failed" | "message_empty" | "text_failed" => return self.after_choice(why),
            "changed_mind" => {
                self.say("back-with-bot", &Args::new());
                return self.how_else();
            }
            _ => "nobody-available",
        };
        self.say(prompt, &Args::new());
        self.offer_to_wait(None);
    }
}

pub(super) fn signal(kind: &str, strength: f32, threshold: f32, evidence: &str) -> Signal {
    Signal { kind: kind.to_owned(), strength, threshold, evidence: evidence.to_owned() }
}
