//! ◆ What was heard: rules first, then meaning.

use super::super::feeling::{Feeling, feeling};
use super::super::phrases::{Courtesy, courtesy, nothing_left};
use super::super::recognise;
use super::super::words::fold_words;
use super::{Dialog, Heard, Phase};
use crate::language::Language;
use crate::record::event::Event;
use crate::understand::Meaning;

/// Longest answer that is nothing but yes or no, words.
const SHORT_ANSWER_WORDS: usize = 4;
/// Silence that is left to a caller who looks for something, ms.
const WAIT_SILENCE_MS: u64 = 20_000;
/// Utterances in a row in another language after which the bot follows.
const FOREIGN_TURNS: u32 = 2;
/// Recogniser's confidence that a one-word utterance needs to decide the language, 0..1.
const LANGUAGE_CONFIDENCE: f32 = 0.6;
/// Words, and the probability by their letters, with which one utterance changes the language, 0..1.
const EVIDENT_WORDS: usize = 3;
const EVIDENT: f32 = 0.8;
/// Below this a longer utterance does not decide it either, 0..1.
const UNSURE_CONFIDENCE: f32 = 0.45;
/// Below this confidence the sentence is not trusted, only its nouns, 0..1; and up to this length.
const UNSURE_WORDS: f32 = 0.6;
const NOISE_WORDS: usize = 8;

impl Dialog {
    pub(super) fn heard(&mut self, heard: Heard) {
        if self.is_over() {
            return;
        }
        self.silences = 0;
        self.unclear = 0;
        self.sense(&heard);
        if let Some(words) = self.person_words(&heard) {
            return self.escalate_for_person(&words);
        }
        // A reply that a person reads is in the language in which it was asked for.
        let read = matches!(self.phase, Phase::Approving(_));
        if !read && self.asked_for_language(&heard) {
            return;
        }
        if !read {
            self.follow_language(&heard);
        }
        self.record_understood(heard.meaning.as_ref());
        if self.worried(&heard) || self.phase.is_busy() {
            return;
        }
        if !self.was_courteous(&heard) {
            self.answer(heard);
        }
    }

    pub(super) fn answer(&mut self, heard: Heard) {
        self.acknowledge(&heard);
        match self.phase.clone() {
            Phase::Open => self.open(&heard),
            Phase::AnythingElse => self.anything_else(&heard),
            Phase::Collecting(collecting) => self.collect(collecting, &heard),
            Phase::Confirming { slot, value } => self.confirm(slot, value, &heard),
            Phase::Choosing { first, second } => self.choose(first, second, &heard),
            Phase::Offering { signals } => match self.short_yes_no(&heard) {
                Some(true) => self.escalate(signals),
                Some(false) => self.person_refused(),
                None => self.offered_but(&heard),
            },
            Phase::AfterQueue => match (self.chosen_instead(&heard), self.short_yes_no(&heard)) {
                (Some(wish), _) => self.escalate_instead(wish),
                (None, Some(true)) => self.escalate_again(),
                (None, Some(false)) => self.how_else(),
                (None, None) => self.find_topic(&heard),
            },
            Phase::Numbering(numbering) => self.numbered(numbering, &heard),
            Phase::Rating(kind) => self.rate(kind, &heard),
            Phase::Fresh | Phase::Running { .. } | Phase::Approving(_) | Phase::Escalated | Phase::Ended => {}
        }
    }

    /// The feeling before the fact, never in two turns running.
    pub(super) fn acknowledge(&mut self, heard: &Heard) {
        let found = feeling(&heard.text, self.spoken_language(heard));
        self.rating.tactless |= matches!(found, Some(Feeling::Frustration | Feeling::Worry));
        let Some(felt) = found.filter(|felt| self.bot.tone.acknowledges(*felt)) else { return };
        if self.acknowledged.is_none_or(|turn| turn + 1 < self.turn) {
            self.acknowledged = Some(self.turn);
            self.say(felt.prompt(), &Default::default());
        }
    }

    /// A bare "yes" answers no open question: the caller is invited to go on.
    fn open(&mut self, heard: &Heard) {
        let bare_yes = self.short_yes_no(heard) == Some(true) && self.topic_of(heard).is_none();
        if bare_yes && self.low_confidence == 0 {
            return self.ask(super::Question::open("go-on"));
        }
        self.find_topic(heard);
    }

    fn anything_else(&mut self, heard: &Heard) {
        match self.short_yes_no(heard) {
            // "Ajunge" is "enough" and "it arrives".
            Some(false) if self.clear_topic(heard).is_none() => self.part(),
            Some(true) if self.topic_of(heard).is_none() => {
                self.phase = Phase::Open;
                self.ask(super::Question::open("go-on"));
            }
            _ if self.topic_of(heard).is_none() && nothing_left(&heard.text, self.spoken_language(heard)) => {
                self.part();
            }
            _ => self.find_topic(heard),
        }
    }

    pub(super) fn how_else(&mut self) {
        self.suspended = None;
        self.wishes.clear();
        self.phase = Phase::Open;
        self.topic = None;
        self.low_confidence = 0;
        self.ask(super::Question::open("how-else"));
    }

    /// A person is fetched in any state, whatever language the words are in.
    pub(super) fn person_words(&self, heard: &Heard) -> Option<String> {
        let spoken = [heard.language, self.language].into_iter().chain(self.bot.languages.iter().copied());
        let own = |language: Language| {
            let words = fold_words(&heard.text);
            self.bot.policy.person_words.get(&language)?.iter().find_map(|pattern| pattern.find(&words))
        };
        let mut asked = spoken
            .map(|language| recognise::asks_for_person(&heard.text, language).or_else(|| own(language)));
        asked.find_map(|words| words).or_else(|| self.person_in_noise(heard))
    }

    /// What was barely made out, short, and names a person: better one handover too many than a wall.
    fn person_in_noise(&self, heard: &Heard) -> Option<String> {
        let noise = heard.confidence < UNSURE_WORDS && fold_words(&heard.text).len() <= NOISE_WORDS;
        noise.then(|| self.in_caller_language(heard, recognise::mentions_person)).flatten()
    }

    /// "English, please": switched where the bot can, answered honestly where it cannot.
    fn asked_for_language(&mut self, heard: &Heard) -> bool {
        let Some(wanted) = recognise::asks_for_language(&heard.text) else {
            return false;
        };
        if wanted == self.language {
            return false;
        }
        if self.multilingual && self.bot.languages.contains(&wanted) {
            self.switch_language(wanted, "asked");
            self.say("language-switched", &Default::default());
            self.renew_question();
        } else {
            self.say("language-unavailable", &Default::default());
        }
        let question = self.question.clone();
        self.ask(question);
        true
    }

    /// The first utterance decides the language; later it takes an evident one, or two in a row.
    fn follow_language(&mut self, heard: &Heard) {
        // What was barely made out does not tell its language either.
        let long = fold_words(&heard.text).len() >= 2 && heard.confidence >= UNSURE_CONFIDENCE;
        if !long && heard.confidence < LANGUAGE_CONFIDENCE {
            return;
        }
        let first = !self.settled;
        self.settled = true;
        let foreign = heard.language != self.language && self.bot.languages.contains(&heard.language);
        self.foreign_turns = if foreign { self.foreign_turns + 1 } else { 0 };
        let evident = foreign && self.is_evident(heard);
        if self.multilingual && foreign && (first || evident || self.foreign_turns >= FOREIGN_TURNS) {
            self.switch_language(heard.language, "detected");
            self.renew_question();
        }
    }

    /// Recogniser and words agree, over several words: nobody says a whole sentence in another language by
    /// chance. One odd word, or a name, never is enough.
    fn is_evident(&self, heard: &Heard) -> bool {
        let text = recognise::text_language(&heard.text, &self.bot.languages);
        let agrees = text.is_some_and(|(language, sure)| language == heard.language && sure >= EVIDENT);
        agrees && heard.confidence >= LANGUAGE_CONFIDENCE && fold_words(&heard.text).len() >= EVIDENT_WORDS
    }

    fn switch_language(&mut self, language: Language, how: &str) {
        self.language = language;
        self.settled = true;
        self.foreign_turns = 0;
        self.out.push(super::Act::SwitchLanguage { language });
        self.record(Event::LanguageChosen { language, how: how.to_owned() });
    }

    fn record_understood(&mut self, meaning: Option<&Meaning>) {
        let Some(meaning) = meaning else { return };
        let best = meaning.topics.first();
        let confidence = best.map_or(0.0, |(_, probability)| *probability);
        let least = self.policy().confidence_below.max(meaning.out_of_scope);
        let believed = best.filter(|_| confidence >= least);
        let topic = believed.map(|(topic, _)| topic.clone());
        self.record(Event::Understood { turn: self.turn, topic, confidence });
    }

    /// Goodbye, repeat, wait: the same in every phase. Thanks end the call only when nothing is open.
    fn was_courteous(&mut self, heard: &Heard) -> bool {
        // "Thank you, five" is an answer.
        if let Phase::Rating(kind) = self.phase
            && self.score_in(kind, heard).is_some()
        {
            return false;
        }
        let Some(courtesy) = courtesy(&heard.text, self.spoken_language(heard)) else {
            return false;
        };
        // A caller who answers "please say it otherwise" with "no, thank you" has given up.
        let given_up = matches!(self.phase, Phase::Open) && self.low_confidence > 0;
        let idle = matches!(self.phase, Phase::AnythingElse) || given_up;
        match courtesy {
            // "No, thank you" to a choice: a person was wanted, so nobody is hung up on before being asked.
            Courtesy::Done if self.phase == Phase::AfterQueue && self.topic_of(heard).is_none() => {
                self.phase = Phase::AnythingElse;
                self.ask(super::Question::open("anything-else"));
            }
            Courtesy::Goodbye | Courtesy::Done if matches!(self.phase, Phase::Rating(_)) => self.hang_up(),
            Courtesy::Goodbye if self.phase == Phase::AnythingElse => self.part(),
            Courtesy::Goodbye => self.hang_up(),
            Courtesy::Done if idle && self.topic_of(heard).is_none() => self.part(),
            Courtesy::Repeat => self.repeat(),
            Courtesy::Wait => {
                self.say("wait", &Default::default());
                self.listen_for(WAIT_SILENCE_MS);
            }
            Courtesy::Hello if matches!(self.phase, Phase::Open) => {
                self.ask(super::Question::open("greeting"))
            }
            Courtesy::DontKnow if matches!(self.phase, Phase::Collecting(_)) => self.offer_for_missing_slot(),
            Courtesy::Done | Courtesy::Hello | Courtesy::DontKnow => return false,
            other => return self.repaired(other, heard),
        }
        true
    }

    /// Whether the words of an utterance can be trusted.
    pub(super) fn made_out(&self, heard: &Heard) -> bool {
        heard.confidence >= UNSURE_WORDS
    }

    /// Yes or no, if that is all the caller said.
    pub(super) fn short_yes_no(&self, heard: &Heard) -> Option<bool> {
        if fold_words(&heard.text).len() > SHORT_ANSWER_WORDS {
            return None;
        }
        self.in_caller_language(heard, recognise::yes_no)
    }

    /// Tries the language of the utterance, then that of the conversation.
    pub(super) fn in_caller_language<T>(
        &self,
        heard: &Heard,
        recognise: impl Fn(&str, Language) -> Option<T>,
    ) -> Option<T> {
        recognise(&heard.text, self.spoken_language(heard)).or_else(|| recognise(&heard.text, self.language))
    }

    /// Language of an utterance among those of the bot.
    pub(super) fn spoken_language(&self, heard: &Heard) -> Language {
        if self.bot.languages.contains(&heard.language) { heard.language } else { self.language }
    }
}
