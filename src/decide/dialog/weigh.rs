//! ◆ What worries, weighed together: critical words, the mood, and what went wrong in the last turns.

use super::super::mood::{Then, WINDOW_TURNS};
use super::super::phrases::{Courtesy, courtesy};
use super::super::words::fold_words;
use super::escalate::signal;
use super::{Dialog, Heard, Phase, Question};
use crate::record::event::{Event, Signal};
use crate::understand::Asked;

/// A caller who was this likely angry, frustrated or distressed once is not asked for a rating, 0..1.
const UPSET: f32 = 0.5;

/// A worrying word that was said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Worry {
    turn: u32,
    word: String,
    /// 0..1
    weight: f32,
}

/// What the offer of a person came in place of.
#[derive(Debug, Clone)]
pub(super) struct Interrupted {
    phase: Phase,
    question: Question,
    heard: Heard,
}

/// Signals with the sum of their weights.
#[derive(Default)]
struct Sum {
    signals: Vec<Signal>,
    weight: f32,
}

impl Sum {
    fn add(&mut self, weight: f32, kind: &str, threshold: f32, evidence: &str) {
        if weight > 0.0 {
            self.weight += weight;
            self.signals.push(signal(kind, weight, threshold, evidence));
        }
    }
}

impl Dialog {
    /// Takes the tone of an utterance into the record and, where its words can be trusted, into the mood.
    pub(super) fn sense(&mut self, heard: &Heard) {
        let Some(tone) = heard.meaning.as_ref().and_then(|meaning| meaning.tone.as_ref()) else { return };
        let Some(rules) = self.policy().tone.clone() else { return };
        // More digits than three are no more true.
        let rounded = |probability: f32| (probability * 1000.0).round() / 1000.0;
        self.record(Event::ToneJudged {
            turn: self.turn,
            anger: rounded(tone.anger),
            frustration: rounded(tone.frustration),
            sarcasm: rounded(tone.sarcasm),
            distress: rounded(tone.distress),
            joy: rounded(tone.joy),
            words: tone.words.iter().map(|one| one.word.clone()).collect(),
        });
        if self.made_out(heard) {
            let felt = tone.anger.max(tone.frustration).max(tone.distress);
            self.rating.tactless |= felt >= UPSET;
            let said = (heard.text.as_str(), self.spoken_language(heard));
            self.mood.take(self.turn, tone, said, &rules);
        }
    }

    /// True when words or mood brought a person, or the offer of one.
    pub(super) fn worried(&mut self, heard: &Heard) -> bool {
        let (immediate, words) = self.critical_words(heard);
        if let Some(word) = immediate {
            self.escalate(vec![signal("critical_word", 1.0, 1.0, &word)]);
            return true;
        }
        self.rating.tactless |= !words.is_empty();
        let decided = self.weighed(&words, heard);
        let turn = self.turn;
        self.worries.retain(|worry| turn.saturating_sub(worry.turn) <= WINDOW_TURNS);
        self.worries.extend(words);
        match decided {
            Some((Then::HandOver, signals)) => self.escalate(signals),
            Some((Then::Offer, signals)) => return self.offer_for_mood(signals, heard),
            None => return false,
        }
        true
    }

    /// A critical word that brings a person alone, and those that only worry, in the order of the policy.
    fn critical_words(&self, heard: &Heard) -> (Option<String>, Vec<Worry>) {
        let said = fold_words(&heard.text);
        let critical = &self.bot.policy.critical;
        let language = if critical.contains_key(&heard.language) { heard.language } else { self.language };
        let mut worries: Vec<Worry> = Vec::new();
        for listed in critical.get(&language).into_iter().flatten() {
            let Some(word) = listed.pattern.find(&said) else { continue };
            if listed.immediate {
                return (Some(word), Vec::new());
            }
            if worries.iter().all(|worry| worry.word != word) {
                worries.push(Worry { turn: self.turn, word, weight: listed.weight });
            }
        }
        (None, worries)
    }

    /// What this turn's words and mood come to. Without either, nothing: that a number was refused is no worry.
    fn weighed(&self, words: &[Worry], heard: &Heard) -> Option<(Then, Vec<Signal>)> {
        let weights = &self.policy().weights;
        let plain = self.besides(words);
        let enough = |weight: f32| weight >= weights.threshold - f32::EPSILON;
        if !words.is_empty() && enough(plain.weight) {
            return Some((Then::HandOver, plain.signals));
        }
        let rules = self.policy().tone.as_ref().filter(|_| !self.has_its_own_answer(heard))?;
        if let Some((then, mut signals)) = self.mood.fires(self.turn, rules) {
            signals.extend(plain.signals.into_iter().filter(|signal| signal.kind == "critical_word"));
            return Some((then, signals));
        }
        let (then, feeling, now) = self.mood.beside(self.turn, rules)?;
        let both = (now || !words.is_empty()) && enough(plain.weight + weights.tone) && plain.weight > 0.0;
        // Beside the bot's own troubles alone it is a guess.
        let worded = plain.signals.iter().any(|signal| signal.kind == "critical_word");
        let then = if worded { then } else { Then::Offer };
        both.then(|| (then, [vec![feeling], plain.signals].concat()))
    }

    /// Insults have a rule of their own, which offers a person first. An angry "no" to a person is a no.
    fn has_its_own_answer(&self, heard: &Heard) -> bool {
        let offered = matches!(self.phase, Phase::Offering { .. } | Phase::AfterQueue);
        let insult = courtesy(&heard.text, self.spoken_language(heard)) == Some(Courtesy::Abuse);
        insult || (offered && self.short_yes_no(heard) == Some(false))
    }

    /// Words of this turn, then what else of the last turns weighs beside them.
    fn besides(&self, words: &[Worry]) -> Sum {
        let policy = self.policy();
        let weights = &policy.weights;
        let mut sum = Sum::default();
        let earlier =
            self.worries.iter().filter(|worry| self.turn.saturating_sub(worry.turn) <= WINDOW_TURNS);
        for worry in words.iter().chain(earlier) {
            sum.add(worry.weight, "critical_word", weights.threshold, &worry.word);
        }
        if self.low_confidence > 0 {
            sum.add(
                weights.not_understood,
                "confidence",
                weights.threshold,
                "not understood in the turn before",
            );
        }
        if self.asked_again.values().sum::<u32>() > 0 {
            sum.add(weights.refused, "loop", weights.threshold, "the same thing was asked again");
        } else if self.question.attempt > 1
            && matches!(self.phase, Phase::Collecting(_) | Phase::Confirming { .. })
        {
            sum.add(weights.asked_again, "loop", weights.threshold, "the same question was put again");
        }
        sum
    }

    /// False where the bot has just offered a person, or is busy: the conversation goes on.
    fn offer_for_mood(&mut self, signals: Vec<Signal>, heard: &Heard) -> bool {
        if self.phase.is_busy() || matches!(self.phase, Phase::Offering { .. } | Phase::AfterQueue) {
            return false;
        }
        let (phase, question) = (self.phase.clone(), self.question.clone());
        self.acknowledge(heard);
        self.offer_person(signals);
        self.interrupted = Some(Interrupted { phase, question, heard: heard.clone() });
        true
    }

    /// No person is wanted: what the caller said before the offer is taken up, if it came in between.
    pub(super) fn person_refused(&mut self) {
        self.mood.answered(self.turn);
        let Some(Interrupted { phase, question, heard }) = self.interrupted.take() else {
            return self.how_else();
        };
        (self.phase, self.question) = (phase, question);
        let wants = self.wants_something(&heard);
        if matches!(self.phase, Phase::Open | Phase::AnythingElse) && !wants {
            return self.how_else();
        }
        self.renew_question();
        self.say("back-to", &Default::default());
        if wants {
            return self.answer(heard);
        }
        let question = self.question.clone();
        self.ask(question);
    }

    /// Whether an utterance says more than how the caller feels.
    fn wants_something(&self, heard: &Heard) -> bool {
        let answers = self.asked(&heard.text, heard.language, heard.confidence) == Asked::Answered;
        answers
            || self.topic_of(heard).is_some()
            || self.topic_of_number(heard).is_some()
            || self.passage(heard).is_some()
    }
}
