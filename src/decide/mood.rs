//! ◆ The caller's mood over the turns: when anger, frustration or distress is enough for a person.
//!
//! One outburst is enough by itself; less has to last for two turns; frustration alone is a complaint, which the bot
//! may well settle. Sarcasm decides nothing: it is hardly told from praise by words. Whoever said no to a person is
//! left in peace until the mood was calm once.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::words::fold_words;
use crate::language::Language;
use crate::record::event::Signal;
use crate::understand::tone::{Kind, Tone, plain_count};
use schemars::JsonSchema;
use serde::Deserialize;

/// Turns within which what worries counts together.
pub const WINDOW_TURNS: u32 = 3;
/// Weight of the turn before where two are fused; the newer one weighs 1.
const DECAY: f32 = 0.5;
/// "No", "you": so few words tell a mood only where one of them is known for it.
const SHORT_WORDS: usize = 2;
/// Words of the caller that are quoted as the cause.
const QUOTED_WORDS: usize = 6;
/// Probability from which a feeling counts beside another signal, where no threshold for two turns says so, 0..1.
const BESIDE: f32 = 0.6;

/// What may bring a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feeling {
    Anger,
    Distress,
    Frustration,
}

/// What happens then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The caller is asked whether a person is wanted.
    Offer,
    HandOver,
}

/// From which probability a feeling counts, 0..1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Of one utterance; none: never by one alone.
    pub at_once: Option<f32>,
    /// Of two, fused; none: two are no more than one.
    pub two_turns: Option<f32>,
    pub then: Then,
}

/// What a policy makes of moods.
#[derive(Debug, Clone, PartialEq)]
pub struct ToneRules {
    pub anger: Thresholds,
    pub distress: Thresholds,
    pub frustration: Thresholds,
    /// Under this a caller is calm, 0..1: two turns only count together where neither was, and a mood that was
    /// answered by "no" must have been under it before it counts again.
    pub calm_below: f32,
    /// Turns after such a "no", or after the queue, in which no mood counts.
    pub cool_down_turns: u32,
}

/// What the caller's words told of the mood, turn by turn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mood {
    /// The newest last; of the last turns only.
    readings: Vec<Reading>,
    rest: Option<Rest>,
}

#[derive(Debug, Clone, PartialEq)]
struct Reading {
    turn: u32,
    tone: Tone,
    /// What was said, or the part of it that weighed most.
    words: String,
}

/// A person was refused, or could not be had.
#[derive(Debug, Clone, PartialEq)]
struct Rest {
    since: u32,
    /// Feelings that were calm since.
    calm: Vec<Feeling>,
}

impl Default for ToneRules {
    fn default() -> Self {
        let thresholds = |at_once, two_turns, then| Thresholds { at_once, two_turns, then };
        ToneRules {
            anger: thresholds(Some(0.9), Some(0.6), Then::HandOver),
            // "A little worried" already has 0.92.
            distress: thresholds(Some(0.95), None, Then::Offer),
            frustration: thresholds(None, Some(0.7), Then::Offer),
            calm_below: 0.35,
            cool_down_turns: 3,
        }
    }
}

impl ToneRules {
    pub fn of(&self, feeling: Feeling) -> &Thresholds {
        match feeling {
            Feeling::Anger => &self.anger,
            Feeling::Distress => &self.distress,
            Feeling::Frustration => &self.frustration,
        }
    }
}

impl Thresholds {
    /// From where it counts beside another signal, 0..1.
    fn beside(&self) -> f32 {
        self.two_turns.unwrap_or(BESIDE)
    }
}

impl Feeling {
    /// The gravest first.
    pub const ALL: [Feeling; 3] = [Feeling::Anger, Feeling::Distress, Feeling::Frustration];

    /// Kind of its signals.
    pub fn name(self) -> &'static str {
        self.kind().name()
    }

    fn kind(self) -> Kind {
        match self {
            Feeling::Anger => Kind::Anger,
            Feeling::Distress => Kind::Distress,
            Feeling::Frustration => Kind::Frustration,
        }
    }

    fn in_tone(self, tone: &Tone) -> f32 {
        tone.of(self.kind())
    }

    fn signal(self, strength: f32, threshold: f32, words: &str) -> Signal {
        Signal { kind: self.name().to_owned(), strength, threshold, evidence: words.to_owned() }
    }
}

impl Mood {
    /// Takes an utterance in.
    pub fn take(&mut self, turn: u32, tone: &Tone, said: (&str, Language), rules: &ToneRules) {
        let (text, language) = said;
        let short = fold_words(text).len() <= SHORT_WORDS;
        if short && plain_count(text, language, &[Kind::Anger, Kind::Distress]) == 0 {
            return;
        }
        self.readings.retain(|reading| reading.turn < turn && turn - reading.turn <= WINDOW_TURNS);
        self.readings.push(Reading { turn, tone: tone.clone(), words: quote(text, tone) });
        let calm = Feeling::ALL.into_iter().filter(|feeling| feeling.in_tone(tone) < rules.calm_below);
        if let Some(rest) = &mut self.rest {
            rest.calm.extend(calm);
        }
    }

    /// The caller said no to a person, or came back without one: the mood is not held against that answer again.
    pub fn answered(&mut self, turn: u32) {
        self.readings.clear();
        self.rest = Some(Rest { since: turn, calm: Vec::new() });
    }

    /// What the utterance of this turn is enough for by itself, or together with the one before.
    pub fn fires(&self, turn: u32, rules: &ToneRules) -> Option<(Then, Vec<Signal>)> {
        let (now, before) = self.newest(turn)?;
        Feeling::ALL.into_iter().filter(|feeling| self.may_count(*feeling, turn, rules)).find_map(|feeling| {
            let thresholds = rules.of(feeling);
            let strength = feeling.in_tone(&now.tone);
            if let Some(threshold) = thresholds.at_once.filter(|threshold| strength >= *threshold) {
                return Some((thresholds.then, vec![feeling.signal(strength, threshold, &now.words)]));
            }
            let (threshold, before) = thresholds.two_turns.zip(before)?;
            let earlier = feeling.in_tone(&before.tone);
            let fused = (strength + DECAY * earlier) / (1.0 + DECAY);
            let lasted = earlier >= rules.calm_below && fused >= threshold;
            lasted.then(|| {
                let first = feeling.signal(fused, threshold, &now.words);
                (thresholds.then, vec![first, feeling.signal(earlier, rules.calm_below, &before.words)])
            })
        })
    }

    /// The gravest feeling of the last turns that counts beside another signal, and whether it is of this turn.
    pub fn beside(&self, turn: u32, rules: &ToneRules) -> Option<(Then, Signal, bool)> {
        let may = Feeling::ALL.into_iter().filter(|feeling| self.may_count(*feeling, turn, rules));
        may.filter_map(|feeling| {
            let (reading, signal) = self.strongest(feeling, turn, rules)?;
            Some((rules.of(feeling).then, signal, reading.turn == turn))
        })
        .next()
    }

    /// What an agent should know of the mood, whatever brought the call.
    pub fn evidence(&self, turn: u32, rules: &ToneRules) -> Vec<Signal> {
        let found = |feeling| Some(self.strongest(feeling, turn, rules)?.1);
        Feeling::ALL.into_iter().filter_map(found).collect()
    }

    fn strongest(&self, feeling: Feeling, turn: u32, rules: &ToneRules) -> Option<(&Reading, Signal)> {
        let threshold = rules.of(feeling).beside();
        let recent = self.readings.iter().filter(|reading| turn.saturating_sub(reading.turn) <= WINDOW_TURNS);
        let best = recent
            .max_by(|a, b| feeling.in_tone(&a.tone).total_cmp(&feeling.in_tone(&b.tone)))
            .filter(|reading| feeling.in_tone(&reading.tone) >= threshold)?;
        Some((best, feeling.signal(feeling.in_tone(&best.tone), threshold, &best.words)))
    }

    /// The reading of this turn and the one before it.
    fn newest(&self, turn: u32) -> Option<(&Reading, Option<&Reading>)> {
        let (now, earlier) = self.readings.split_last()?;
        (now.turn == turn).then_some((now, earlier.last()))
    }

    fn may_count(&self, feeling: Feeling, turn: u32, rules: &ToneRules) -> bool {
        self.rest.as_ref().is_none_or(|rest| {
            turn.saturating_sub(rest.since) > rules.cool_down_turns && rest.calm.contains(&feeling)
        })
    }
}

/// What was said, if it is short, else the words around the weightiest.
fn quote(text: &str, tone: &Tone) -> String {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    let heaviest =
        tone.words.first().and_then(|first| words.iter().position(|word| plain(word) == first.word));
    let last_start = words.len().saturating_sub(QUOTED_WORDS);
    let start = heaviest.unwrap_or(0).saturating_sub(QUOTED_WORDS / 2).min(last_start);
    let quoted = words[start..].iter().take(QUOTED_WORDS).copied().collect::<Vec<_>>().join(" ");
    quoted.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn angry(anger: f32) -> Tone {
        Tone { anger, neutral: 1.0 - anger, ..Tone::default() }
    }

    fn frustrated(frustration: f32) -> Tone {
        Tone { frustration, neutral: 1.0 - frustration, ..Tone::default() }
    }

    fn mood(tones: &[Tone]) -> Mood {
        let mut mood = Mood::default();
        for (turn, tone) in (1..).zip(tones) {
            mood.take(turn, tone, ("gdzie jest ta paczka", Language::Polish), &ToneRules::default());
        }
        mood
    }

    /// Kinds of the signals on which a mood acts in its last turn.
    fn fired(tones: &[Tone]) -> Option<(Then, usize)> {
        let fired = mood(tones).fires(tones.len() as u32, &ToneRules::default());
        fired.map(|(then, signals)| (then, signals.len()))
    }

    #[test]
    fn an_outburst_is_enough_alone_and_less_has_to_last() {
        assert_eq!(fired(&[angry(0.95)]), Some((Then::HandOver, 1)));
        assert_eq!(fired(&[angry(0.8)]), None);
        assert_eq!(fired(&[angry(0.5), angry(0.8)]), Some((Then::HandOver, 2)));
        assert_eq!(fired(&[angry(0.1), angry(0.85)]), None, "the turn before was calm");
        assert_eq!(fired(&[angry(0.8), angry(0.2)]), None, "it has passed");
    }

    #[test]
    fn frustration_is_never_enough_in_one_turn() {
        assert_eq!(fired(&[frustrated(1.0)]), None);
        assert_eq!(fired(&[frustrated(0.9), frustrated(0.9)]), Some((Then::Offer, 2)));
        let once = mood(&[frustrated(0.9)]);
        let (then, signal, now) = once.beside(1, &ToneRules::default()).expect("counts beside another");
        assert_eq!((then, signal.kind.as_str(), now), (Then::Offer, "frustration", true));
        assert!(once.beside(5, &ToneRules::default()).is_none(), "long ago");
    }

    #[test]
    fn neither_sarcasm_nor_a_plain_complaint_is_anger() {
        assert_eq!(fired(&vec![Tone { sarcasm: 1.0, ..Tone::default() }; 4]), None);
        let complaint = Tone { anger: 0.3, frustration: 0.6, ..Tone::default() };
        assert_eq!(fired(&[complaint.clone(), complaint]), None);
    }

    #[test]
    fn a_short_answer_between_two_outbursts_is_no_calm() {
        let rules = ToneRules::default();
        let mut mood = mood(&[angry(0.7)]);
        mood.take(2, &frustrated(0.55), ("nie", Language::Polish), &rules);
        mood.take(3, &angry(0.7), ("ile to ma trwać", Language::Polish), &rules);
        assert!(mood.fires(3, &rules).is_some());
    }

    #[test]
    fn a_word_or_two_tell_a_mood_only_where_one_is_known_for_it() {
        let rules = ToneRules::default();
        let fires = |text| {
            let mut mood = Mood::default();
            mood.take(1, &angry(0.95), (text, Language::English), &rules);
            mood.fires(1, &rules).is_some()
        };
        assert!(fires("You thieves!") && fires("are you there or what"));
        assert!(!fires("you"), "what a recogniser hears in noise");
    }

    #[test]
    fn after_a_no_the_caller_must_have_been_calm_and_some_turns_must_pass() {
        let rules = ToneRules::default();
        let said = |mood: &mut Mood, turn, anger| {
            mood.take(turn, &angry(anger), ("no gdzie jest ta paczka", Language::Polish), &rules);
            mood.fires(turn, &rules).is_some()
        };
        let mut heated = mood(&[angry(0.95)]);
        heated.answered(2);
        assert!((3..9).all(|turn| !said(&mut heated, turn, 0.95)), "never calm");
        let mut calmed = mood(&[angry(0.95)]);
        calmed.answered(2);
        assert!(!said(&mut calmed, 3, 0.1) && !said(&mut calmed, 4, 0.95), "too soon");
        assert!(!said(&mut calmed, 5, 0.1) && said(&mut calmed, 6, 0.95));
    }

    #[test]
    fn the_words_that_weighed_are_quoted() {
        use crate::understand::tone::Weighed;
        let words = vec![Weighed { word: "skandal".into(), weight: 3.0 }];
        let tone = Tone { words, ..angry(0.9) };
        let text = "Dzwonię od rana, nikt nie odbiera, to jest skandal, po prostu skandal!";
        assert_eq!(quote(text, &tone), "odbiera, to jest skandal, po prostu");
        assert_eq!(quote("Mam dość!", &angry(0.9)), "Mam dość");
    }
}
