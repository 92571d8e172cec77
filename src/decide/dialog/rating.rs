//! ◆ One question about the call itself, before the goodbye: asked once, where it is no nuisance. Whatever is no
//! answer to it is thanked for and ends the call; another matter is served, and a person is fetched, as always.

use super::super::act::ExpectKind;
use super::super::prompts::Args;
use super::super::words::fold_words;
use super::voice::scatter;
use super::{Dialog, Heard, Phase, Question};
use crate::language::Language;
use crate::record::event::Event;
use crate::record::rating::{RatingKind, RatingSource};
use crate::understand::slots::cardinal;

/// Longest answer that is taken for a number, words; and up to which a topic in it does not count.
const ANSWER_WORDS: usize = 6;
const BARE_WORDS: usize = 3;
/// Longest answer of praise or blame alone, words.
const PRAISE_WORDS: usize = 4;
/// Parts into which calls are drawn for `ask`.
const LOTS: usize = 10_000;

/// What stands between the ones and the tens of "nine out of ten".
const OUT_OF: [&str; 5] = [" out of ", " na ", " din ", " z ", "/"];

/// How the rating of this call stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Asking {
    /// The call was drawn for it.
    drawn: bool,
    asked: bool,
    /// Times that the caller wanted to end the call.
    farewells: u32,
    /// Something in the call makes the question tactless: anger, insults, worrying words, a topic that says so.
    pub(super) tactless: bool,
    /// A person had the caller, who is back.
    pub(super) served: bool,
}

impl Asking {
    /// Draws this call by its seed.
    pub(super) fn of(bot: &crate::decide::Bot, seed: u64) -> Asking {
        let share = bot.rating.as_ref().map_or(0.0, |rating| rating.ask);
        let drawn = (scatter(seed, "rating") % LOTS) as f32 / (LOTS as f32) < share;
        Asking { drawn, ..Asking::default() }
    }
}

impl Dialog {
    /// The same in a call that is drawn for a rating, whatever share of calls is.
    pub fn always_rated(mut self) -> Dialog {
        self.rating.drawn = self.bot.rating.is_some();
        self
    }

    /// The caller has nothing more, or leaves: goodbye, and before it the question, once.
    pub(super) fn part(&mut self) {
        self.rating.farewells += 1;
        match self.bot.rating.as_ref().map(|rating| rating.kind).filter(|_| self.may_be_rated()) {
            Some(kind) => self.ask_rating(kind),
            None => self.hang_up(),
        }
    }

    fn may_be_rated(&self) -> bool {
        let Asking { drawn, asked, farewells, tactless, served } = self.rating;
        let done = self.finished || served;
        // Whoever wanted a person and got none is not asked how it was.
        let in_vain = self.last_escalation.is_some() && !served;
        drawn && done && !asked && farewells == 1 && !tactless && !in_vain && self.insults == 0
    }

    fn ask_rating(&mut self, kind: RatingKind) {
        self.rating.asked = true;
        self.silences = 0;
        self.phase = Phase::Rating(kind);
        let max = kind.scores().end().to_string().len();
        self.ask(Question::new(kind.prompt(), Args::new(), ExpectKind::Digits { min: 1, max }));
    }

    /// Words instead of silence: a score, another matter, or nothing of it.
    pub(super) fn rate(&mut self, kind: RatingKind, heard: &Heard) {
        if let Some((score, source)) = self.score_in(kind, heard) {
            return self.rated(kind, score, source);
        }
        let matter = self.topic_of(heard).is_some()
            || self.topic_of_number(heard).is_some()
            || self.passage(heard).is_some();
        if matter {
            self.phase = Phase::AnythingElse;
            return self.find_topic(heard);
        }
        self.hang_up();
    }

    /// Keys; one that is no score ends the call as words would.
    pub(super) fn rate_typed(&mut self, kind: RatingKind, digits: &str) {
        match digits.parse().ok().filter(|score| kind.scores().contains(score)) {
            Some(score) => self.rated(kind, score, RatingSource::Keys),
            None => self.hang_up(),
        }
    }

    fn rated(&mut self, kind: RatingKind, score: u8, source: RatingSource) {
        self.record(Event::Rated { turn: self.turn, kind, score, source });
        self.say("rating-thanks", &Args::new());
        self.hang_up();
    }

    /// The score in an utterance that is little else.
    pub(super) fn score_in(&self, kind: RatingKind, heard: &Heard) -> Option<(u8, RatingSource)> {
        let words = fold_words(&heard.text).len();
        let about_it = words <= BARE_WORDS || self.topic_of(heard).is_none();
        if words > ANSWER_WORDS || !about_it {
            return None;
        }
        let number = self.in_caller_language(heard, |text, language| number(text, language, kind));
        let praise = || self.in_caller_language(heard, |text, language| praise(text, language, kind));
        number.map(|score| (score, RatingSource::Voice)).or_else(|| Some((praise()?, RatingSource::Words)))
    }

    /// While the question is open a silence is an answer, and a failure asks for nothing twice.
    pub(super) fn leaves_rating(&mut self) -> bool {
        let rating = matches!(self.phase, Phase::Rating(_));
        if rating {
            self.hang_up();
        }
        rating
    }
}

/// "Four", "a four", "nine out of ten".
fn number(text: &str, language: Language, kind: RatingKind) -> Option<u8> {
    let lower = text.to_lowercase();
    let most = u64::from(*kind.scores().end());
    let out_of = OUT_OF.iter().find_map(|joint| {
        let (score, whole) = lower.split_once(joint)?;
        (cardinal(whole, language) == Some(most)).then_some(score)
    });
    let score = cardinal(out_of.unwrap_or(&lower), language)?;
    u8::try_from(score).ok().filter(|score| kind.scores().contains(score))
}

/// Praise and blame that leave no doubt, for the small scale. "Good" alone is also "all right", and so no answer.
fn praise(text: &str, language: Language, kind: RatingKind) -> Option<u8> {
    let said = fold_words(text);
    if kind != RatingKind::Csat || said.len() > PRAISE_WORDS {
        return None;
    }
    let said = said.join(" ");
    let (best, worst): (&[&str], &[&str]) = match language {
        Language::Polish => (
            &[
                "bardzo dobrze",
                "swietnie",
                "doskonale",
                "znakomicie",
                "rewelacyjnie",
                "bardzo zadowolony",
                "bardzo zadowolona",
            ],
            &["bardzo zle", "fatalnie", "okropnie", "tragicznie", "beznadziejnie"],
        ),
        Language::Romanian => (
            &["foarte bine", "foarte bun", "excelent", "perfect", "foarte multumit", "foarte multumita"],
            &["foarte prost", "foarte rau", "groaznic", "ingrozitor", "oribil"],
        ),
        Language::English => (
            &["very good", "excellent", "perfect", "brilliant", "very satisfied", "very happy"],
            &["very bad", "terrible", "awful", "horrible"],
        ),
    };
    let negated =
        ["nie ", "nu ", "not "].iter().any(|not| said.starts_with(not) || said.contains(&format!(" {not}")));
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| said.contains(phrase));
    match (negated, says(best), says(worst)) {
        (false, true, false) => Some(5),
        (false, false, true) => Some(1),
        _ => None,
    }
}
