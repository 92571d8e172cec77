//! ◆ Questions outside the topics: answered from an article with its source, or honestly not.

use super::super::phrases::is_question;
use super::super::prompts::Args;
use super::escalate::signal;
use super::{Dialog, Heard, Phase, Question};
use crate::record::event::Event;
use crate::understand::knowledge::Passage;

/// Probability of "none of the topics" from which a question is one that the bot does not know, 0..1.
const OUTSIDE: f32 = 0.5;

impl Dialog {
    /// The passage that answers an utterance, in the language that is spoken.
    pub(super) fn passage(&self, heard: &Heard) -> Option<Passage> {
        heard.meaning.as_ref()?.passage.clone()
    }

    /// Answers where nothing else is open.
    pub(super) fn tell(&mut self, passage: &Passage) {
        self.say_passage(passage);
        self.finished = true;
        if self.resume() || self.next_wish() {
            return;
        }
        self.phase = Phase::AnythingElse;
        self.ask(Question::open("anything-else"));
    }

    /// Leaves an open question for what the caller wants instead: an answer, or another topic. False when it is
    /// neither.
    pub(super) fn digressed(&mut self, heard: &Heard) -> bool {
        if let Some(passage) = self.passage(heard) {
            self.say_passage(&passage);
            let question = self.question.clone();
            self.ask(question);
            return true;
        }
        let topic = self.interrupting_topic(heard);
        if let Some(topic) = &topic {
            self.change_topic(topic, heard);
        }
        topic.is_some()
    }

    /// A question that no article answers: the bot does not guess, a person may know. False when it is none.
    pub(super) fn admitted(&mut self, heard: &Heard) -> bool {
        let outside = heard.meaning.as_ref().is_some_and(|meaning| meaning.out_of_scope >= OUTSIDE);
        let asked = outside && self.made_out(heard) && is_question(&heard.text, self.spoken_language(heard));
        // Twice in a row not understood is the policy's business.
        let first = self.low_confidence == 0;
        if !(asked && first && self.bot.knows_in(self.language)) {
            return false;
        }
        self.low_confidence += 1;
        self.say("kb-unknown", &Args::new());
        self.offer_person(vec![signal("unknown_question", 1.0, 1.0, &heard.text)]);
        true
    }

    fn say_passage(&mut self, passage: &Passage) {
        self.low_confidence = 0;
        self.record(Event::Answered {
            turn: self.turn,
            article: passage.article.clone(),
            heading: passage.heading.clone(),
        });
        self.say("kb-answer", &passage.args());
    }
}
