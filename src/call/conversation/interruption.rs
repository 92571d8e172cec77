//! ◆ The caller's voice over the bot's: the bot is silent at once, and goes on when it was nothing.
//!
//! Nothing is given up before the words are known. A voice holds the sentence on the wire; a back-channel,
//! a cough or noise lets it go on with the word that was cut; words take the floor.

use super::{After, Conversation, Phase};
use crate::call::{Call, Output};
use crate::decide::ExpectKind;
use crate::hear::Transcript;
use crate::hear::backchannel::{self, Kind};
use crate::record::event::Event;
use crate::time::At;
use crate::understand::person;

/// Above this probability of "no speech at all" what was written down is not believed.
const NO_SPEECH: f32 = 0.6;
/// Nobody speaks more letters a second: what was written down was not said. Fast speech has 20.
const LETTERS_A_SECOND_MAX: u64 = 32;
/// A voice up to this long whose words are unsure, mean token probability, is more often a back-channel than
/// anything else, ms.
const SHORT_MS: u64 = 700;
const UNSURE: f32 = 0.5;
/// Up to this long it is compared with the lists by likeness, ms.
const FUZZY_MS: u64 = 900;
/// A voice up to this long of which nothing at all was made out is a cough, ms.
const COUGH_MS: u64 = 400;

/// What is known of a voice that speaks over the bot.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Interruption {
    /// The bot was speaking when it began, and has not given way since.
    over: bool,
    /// Its first and last sound so far; without the first one the words are older than the voice.
    began: Option<At>,
    last_voiced: At,
    /// Since when the bot's sentence is held.
    held: Option<At>,
    /// How long it was held before.
    silent_ms: u64,
    /// The next voice begins as a hum.
    hum_begins: bool,
    /// It sounds like a hum so far, for which the bot does not even pause.
    humming: bool,
    /// The bot had nearly finished a question: "yes" answers it.
    answers: bool,
    /// The caller is silent; whether there is more to come is open.
    quiet: bool,
    /// Taken for nothing already, and written down.
    dismissed: bool,
}

/// What a voice over the bot was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Words,
    Backchannel,
    Noise,
}

impl Conversation {
    /// Somebody may be beginning to speak: silence costs little, and nothing is lost.
    pub(super) fn voice_suspected(&mut self, call: &mut Call, now: At) {
        if self.utterance == super::Utterance::None {
            self.hold(call, now);
        }
    }

    /// Nobody did.
    pub(super) fn suspicion_cleared(&mut self, call: &mut Call, now: At) {
        if self.utterance == super::Utterance::None && self.interruption.held.is_some() {
            self.dismiss(call, now, Voice::Noise);
            self.interruption = Interruption::default();
        }
    }

    /// A hum begins; `speech_started` follows at once.
    pub(super) fn hum(&mut self) {
        self.interruption.hum_begins = true;
    }

    /// A voice over the bot: silence on the wire, unless it is a hum.
    pub(super) fn voice_over(&mut self, call: &mut Call, now: At, began: Option<At>) {
        let Interruption { hum_begins: humming, held, .. } = self.interruption;
        let (answers, last_voiced) = (self.answers_question(now), now);
        let over = !self.saying.is_empty();
        self.interruption =
            Interruption { over, began, last_voiced, humming, held, answers, ..Default::default() };
        if over && !humming {
            self.hold(call, now);
        }
    }

    /// What began as a hum became speech.
    pub(super) fn firm(&mut self, call: &mut Call, now: At) {
        if std::mem::take(&mut self.interruption.humming) && self.interruption.over {
            self.hold(call, now);
        }
    }

    /// The caller is silent for a moment.
    pub(super) fn voice_paused(&mut self, last_voiced: At) {
        self.interruption.quiet = true;
        self.interruption.last_voiced = last_voiced;
    }

    /// The caller goes on: what was taken for nothing may yet be something.
    pub(super) fn voice_resumed(&mut self, call: &mut Call, now: At) {
        self.interruption.quiet = false;
        if self.interruption.over && !self.interruption.humming {
            self.hold(call, now);
        }
    }

    /// Early words, while the turn is open: a back-channel need not wait for the end of the turn; words of
    /// any other kind do. Whether the bot goes on.
    pub(super) fn early_nothing(&mut self, call: &mut Call, now: At) -> bool {
        let heard = self.decodes.early().filter(|_| self.interruption.quiet).cloned();
        heard.is_some_and(|heard| self.was_nothing(call, now, &heard))
    }

    /// Whether a voice over the bot was nothing; then the bot goes on where it was.
    pub(super) fn was_nothing(&mut self, call: &mut Call, now: At, heard: &Transcript) -> bool {
        if !self.interruption.over || self.saying.is_empty() {
            return false;
        }
        let question = self.interruption.answers.then_some(&self.expect.kind);
        let voice = judge(heard, self.interruption.voiced_ms(), question);
        if voice != Voice::Words {
            self.dismiss(call, now, voice);
        }
        voice != Voice::Words
    }

    /// The recogniser failed; a voice as short as a cough was none.
    pub(super) fn was_short(&mut self, call: &mut Call, now: At) -> bool {
        let Interruption { over, .. } = self.interruption;
        let short = over && !self.saying.is_empty() && self.interruption.voiced_ms() <= COUGH_MS;
        if short {
            self.dismiss(call, now, Voice::Noise);
        }
        short
    }

    /// The bot goes on where it was.
    pub(super) fn go_on(mut self, call: &mut Call, now: At) -> Phase {
        self.utterance = super::Utterance::None;
        self.clock = None;
        self.interruption = Interruption::default();
        call.clear_timer(super::Timer::Cover);
        call.clear_timer(super::Timer::Engine);
        self.perhaps_all_said(call, now)
    }

    /// The caller takes the floor: sentences that may be interrupted are over.
    pub(super) fn yield_floor(&mut self, call: &mut Call, now: At) {
        let held = std::mem::take(&mut self.interruption).held;
        self.saying.held(held, now);
        self.saying.interrupt(call, now);
        if held.is_some() {
            call.push(Output::ReleaseSaying);
        }
        if matches!(self.after, After::HangUp { .. }) {
            self.after = After::Listen;
        }
    }

    /// Recognition takes long while the bot is held. After a short voice the bot goes on, and stops again if
    /// it was words; a caller who spoke longer has the floor and hears a cover: true.
    pub(super) fn held_too_long(&mut self, call: &mut Call, now: At) -> bool {
        if self.interruption.held.is_none() || !self.utterance.pending() {
            return false;
        }
        let short = self.interruption.voiced_ms() <= SHORT_MS;
        if short {
            self.release(call, now);
        } else {
            self.yield_floor(call, now);
        }
        !short
    }

    /// The bot spoke when the voice began, and the caller has not got the floor yet.
    pub(super) fn over_the_bot(&self) -> bool {
        self.interruption.over
    }

    fn hold(&mut self, call: &mut Call, now: At) {
        if self.interruption.held.is_none() && !self.saying.is_empty() {
            self.interruption.held = Some(now);
            self.interruption.dismissed = false;
            call.push(Output::HoldSaying { except: self.saying.unstoppable() });
        }
    }

    /// The sentence goes on.
    fn release(&mut self, call: &mut Call, now: At) {
        if let Some(since) = self.interruption.held.take() {
            self.interruption.silent_ms += now.since_ms(since);
            self.saying.held(Some(since), now);
            call.push(Output::ReleaseSaying);
        }
    }

    /// A false stop: the sentence goes on, and operations can count how often.
    fn dismiss(&mut self, call: &mut Call, now: At, voice: Voice) {
        self.release(call, now);
        let silent_ms = self.interruption.silent_ms;
        if !std::mem::replace(&mut self.interruption.dismissed, true) {
            let kind = if voice == Voice::Backchannel { "backchannel" } else { "noise" };
            call.record(Event::FalseStop { turn: call.turn, kind: kind.to_owned(), silent_ms });
        }
    }

    /// Whether the bot's question is so near its end that the caller may answer it already.
    fn answers_question(&self, now: At) -> bool {
        matches!(self.after, After::Listen)
            && self.saying.question_nearly_over(now, self.expect.kind == ExpectKind::YesNo)
    }
}

impl Interruption {
    /// From the first to the last sound; for ever, where the words began before it.
    fn voiced_ms(&self) -> u64 {
        self.began.map_or(u64::MAX / 1_000, |began| self.last_voiced.since_ms(began))
    }
}

/// What a voice over the bot was, from its words, its length and the question it may answer.
fn judge(heard: &Transcript, voiced_ms: u64, question: Option<&ExpectKind>) -> Voice {
    let text = heard.text.trim();
    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count() as u64;
    let said = letters > 0 && heard.no_speech <= NO_SPEECH;
    if !said || letters * 1_000 / voiced_ms.max(1) > LETTERS_A_SECOND_MAX {
        return Voice::Noise;
    }
    let unsure = voiced_ms <= SHORT_MS && heard.confidence < UNSURE;
    let kind = if voiced_ms <= FUZZY_MS {
        backchannel::nearest(text, heard.language)
    } else {
        backchannel::kind(text, heard.language)
    };
    if kind == Some(Kind::TakesFloor) || person::mentions_person(text, heard.language).is_some() {
        return Voice::Words;
    }
    if kind == Some(Kind::Backchannel) {
        let answer = match question {
            Some(ExpectKind::YesNo) => true,
            Some(_) => !backchannel::is_hum(text),
            None => false,
        };
        return if answer { Voice::Words } else { Voice::Backchannel };
    }
    if unsure && question.is_none() { Voice::Backchannel } else { Voice::Words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn heard(text: &str, confidence: f32, no_speech: f32) -> Transcript {
        let language = Language::Polish;
        let (text, finished) = (text.into(), None);
        Transcript { text, language, confidence, no_speech, finished, queued_ms: 0, decode_ms: 0 }
    }

    #[test]
    fn a_word_that_could_not_be_said_in_the_time_was_not_said() {
        assert_eq!(judge(&heard("Dziękuję za uwagę.", 0.8, 0.1), 250, None), Voice::Noise);
        assert_eq!(judge(&heard("Dziękuję za uwagę.", 0.8, 0.1), 900, None), Voice::Words);
    }

    #[test]
    fn yes_is_an_answer_only_where_a_question_is_nearly_over() {
        let tak = heard("Tak.", 0.9, 0.0);
        assert_eq!(judge(&tak, 300, None), Voice::Backchannel);
        assert_eq!(judge(&tak, 300, Some(&ExpectKind::YesNo)), Voice::Words);
        assert_eq!(judge(&heard("Mhm", 0.9, 0.0), 300, Some(&ExpectKind::Open)), Voice::Backchannel);
    }

    #[test]
    fn no_takes_the_floor_even_when_it_was_hardly_heard() {
        assert_eq!(judge(&heard("nie", 0.2, 0.3), 200, None), Voice::Words);
        assert_eq!(judge(&heard("kra", 0.2, 0.3), 200, None), Voice::Backchannel);
        assert_eq!(judge(&heard("kra", 0.2, 0.3), 900, None), Voice::Words);
    }
}
