//! ◆ What authors never write: digressions and the way back, changes of mind, questions about the bot itself.

use super::super::act::Act;
use super::super::phrases::Courtesy;
use super::super::prompts::Args;
use super::escalate::signal;
use super::{Dialog, Heard, Phase, Question, Step};
use serde_json::Value;
use std::collections::VecDeque;

/// A topic that was left for another one in the middle of a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Suspended {
    topic: String,
    todo: VecDeque<Step>,
    phase: Phase,
    question: Question,
}

impl Dialog {
    /// The caller asks for something else while a question is open: it is put again afterwards.
    pub(super) fn suspend(&mut self) {
        let Some(topic) = self.topic.clone() else { return };
        let (todo, phase, question) = (self.todo.clone(), self.phase.clone(), self.question.clone());
        self.suspended = Some(Suspended { topic, todo, phase, question });
    }

    /// A topic begins: one that was left is not waited for any longer when it is this one.
    pub(super) fn taken_up(&mut self, topic: &str) {
        if self.suspended.as_ref().is_some_and(|suspended| suspended.topic == topic) {
            self.suspended = None;
        }
    }

    /// Goes back to the question that was left. False when there is none.
    pub(super) fn resume(&mut self) -> bool {
        let Some(Suspended { topic, todo, phase, question }) = self.suspended.take() else {
            return false;
        };
        self.finished = true;
        self.say("resume", &Args::new());
        (self.topic, self.todo, self.phase) = (Some(topic), todo, phase);
        self.resumed = true;
        self.question = question;
        // The digression may have changed the language.
        self.renew_question();
        let question = self.question.clone();
        self.ask(question);
        true
    }

    /// "No" to a question that came back after a digression: it is not wanted any more.
    pub(super) fn declined_resumed(&mut self, heard: &Heard) -> bool {
        let declined = self.resumed && self.short_yes_no(heard) == Some(false);
        if declined {
            self.drop_topic();
        }
        declined
    }

    /// What is said about the conversation itself. False when it means nothing here.
    pub(super) fn repaired(&mut self, courtesy: Courtesy, heard: &Heard) -> bool {
        let open = matches!(self.phase, Phase::Open | Phase::AnythingElse);
        let asked = matches!(
            self.phase,
            Phase::Collecting(_) | Phase::Confirming { .. } | Phase::Choosing { .. } | Phase::Offering { .. }
        );
        match courtesy {
            Courtesy::Machine => self.say_and_ask("i-am-a-machine", &Args::new()),
            Courtesy::Abilities => {
                let topics = Value::from(self.bot.topic_list(self.language));
                self.say_and_ask("abilities", &Args::from([("topics".to_owned(), topics)]));
            }
            Courtesy::Cancel if asked => self.drop_topic(),
            Courtesy::WrongNumber if open && self.topic_of(heard).is_none() => {
                self.say("wrong-number", &Args::new());
                self.out.push(Act::HangUp { resolved: self.finished });
                self.phase = Phase::Ended;
            }
            Courtesy::Abuse if self.topic_of(heard).is_none() => self.abused(&heard.text),
            _ => return false,
        }
        true
    }

    /// Answers, then puts the open question once more as it was.
    fn say_and_ask(&mut self, key: &str, args: &Args) {
        self.say(key, args);
        let question = self.question.clone();
        self.ask(question);
    }

    fn drop_topic(&mut self) {
        self.suspended = None;
        self.resumed = false;
        self.wishes.clear();
        self.say("cancelled", &Args::new());
        if self.finished {
            self.topic = None;
            self.phase = Phase::AnythingElse;
            return self.ask(Question::open("anything-else"));
        }
        self.how_else();
    }

    /// Insults are answered calmly and with the offer of a person; the second time the person comes.
    fn abused(&mut self, words: &str) {
        self.insults += 1;
        let signals = vec![signal("abuse", 1.0, 1.0, &format!("insulted the bot (\"{words}\")"))];
        if self.insults > 1 {
            return self.escalate(signals);
        }
        self.say("abuse", &Args::new());
        self.offer_person(signals);
    }
}
