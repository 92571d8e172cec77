//! ◆ Kinds of words in a text: insults, praise, bad facts, fear. A negation before a word takes it back.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Kind;
use crate::language::Language;
use crate::understand::ngram::Row;
use crate::understand::text::words;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a list of words tells; the order numbers the signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Group {
    Insult,
    Swear,
    Anger,
    Threat,
    Complaint,
    Praise,
    /// A bad fact: sarcasm is praise of one.
    Bad,
    Fear,
    Sad,
    Joy,
    Intensifier,
    Negation,
    /// Other people, and what they said.
    Reported,
}

const GROUPS: [(Group, &str); 13] = [
    (Group::Insult, "insult"),
    (Group::Swear, "swear"),
    (Group::Anger, "anger"),
    (Group::Threat, "threat"),
    (Group::Complaint, "complaint"),
    (Group::Praise, "praise"),
    (Group::Bad, "bad"),
    (Group::Fear, "fear"),
    (Group::Sad, "sad"),
    (Group::Joy, "joy"),
    (Group::Intensifier, "intensifier"),
    (Group::Negation, "negation"),
    (Group::Reported, "reported"),
];

/// The first groups are signals by themselves: is there such a word or not. How many says how long a text is.
const PRESENT: usize = 10;

/// Signals of a text, see [`signals`].
pub(super) const SIGNALS: usize = PRESENT + 6;

/// Words before another in which a negation takes it back: "nu sunt supărat", "I'm not that angry".
const NEGATION_REACH: usize = 2;

/// What the words of a text tell, as a row of [`SIGNALS`] features, 0..1: for each of the first groups whether
/// there is one; anger taken back; other people; the share of intensifiers; praise with a bad fact; `!`; `?`.
pub(super) fn signals(text: &str, language: Language) -> Row {
    let words = words(text);
    let found = Found::of(&words, language);
    let mut signals = [0.0; SIGNALS];
    for (signal, (group, _)) in signals.iter_mut().zip(GROUPS).take(PRESENT) {
        // A complaint is mostly itself a negation, and an oath remains one.
        let stays = matches!(group, Group::Swear | Group::Complaint | Group::Bad);
        let there = if stays { found.has(group) } else { found.meant(group) > 0 };
        *signal = f32::from(u8::from(there));
    }
    let yes = |is: bool| f32::from(u8::from(is));
    let marks = |mark, limit: usize| text.matches(mark).count().min(limit) as f32 / limit as f32;
    signals[PRESENT..].copy_from_slice(&[
        yes(found.taken_back(Group::Anger) || found.taken_back(Group::Insult)),
        yes(found.has(Group::Reported)),
        (found.places(Group::Intensifier).len() as f32 / (words.len().max(1) as f32).sqrt()).min(1.0),
        yes(found.meant(Group::Praise) > 0 && found.has(Group::Bad)),
        marks('!', 3),
        marks('?', 2),
    ]);
    signals.iter().enumerate().filter(|(_, s)| **s > 0.0).map(|(at, s)| (at as u32, *s)).collect()
}

/// Words of these tones in the text, counted and nothing else: what a plain word list would know.
pub fn plain_count(text: &str, language: Language, kinds: &[Kind]) -> usize {
    let words = words(text);
    let found = Found::of(&words, language);
    let groups = |kind: &Kind| -> &[Group] {
        match kind {
            Kind::Anger => &[Group::Insult, Group::Swear, Group::Anger, Group::Threat],
            Kind::Frustration => &[Group::Complaint],
            Kind::Sarcasm => &[Group::Praise],
            Kind::Distress => &[Group::Fear, Group::Sad],
            Kind::Joy => &[Group::Joy],
            Kind::Neutral => &[],
        }
    };
    kinds.iter().flat_map(groups).map(|group| found.places(*group).len()).sum()
}

/// Where words of each group begin.
struct Found {
    places: Vec<Vec<usize>>,
}

impl Found {
    fn of(words: &[String], language: Language) -> Self {
        let lexicon = Lexicon::of(language);
        let of = |group: usize| (0..words.len()).filter(|at| lexicon.begins(group, &words[*at..])).collect();
        Self { places: (0..GROUPS.len()).map(of).collect() }
    }

    fn places(&self, group: Group) -> &[usize] {
        &self.places[group as usize]
    }

    fn has(&self, group: Group) -> bool {
        !self.places(group).is_empty()
    }

    fn negated(&self, at: usize) -> bool {
        let negations = self.places(Group::Negation);
        negations.iter().any(|negation| *negation < at && at - negation <= NEGATION_REACH)
    }

    /// How many are not taken back.
    fn meant(&self, group: Group) -> usize {
        self.places(group).iter().filter(|at| !self.negated(**at)).count()
    }

    fn taken_back(&self, group: Group) -> bool {
        self.places(group).iter().any(|at| self.negated(*at))
    }
}

/// The word lists of one language, by group.
struct Lexicon {
    groups: Vec<Words>,
}

/// Phrases by their first word; stems and phrases that begin with a stem apart.
#[derive(Default)]
struct Words {
    whole: HashMap<&'static str, Vec<Vec<&'static str>>>,
    stems: Vec<&'static str>,
}

impl Lexicon {
    fn of(language: Language) -> &'static Lexicon {
        static ALL: OnceLock<Vec<Lexicon>> = OnceLock::new();
        let all = ALL.get_or_init(|| Language::ALL.into_iter().map(|l| Self::parse(file(l))).collect());
        &all[language as usize]
    }

    /// Sections `[group]` with words apart by commas. What is in no known section is left out; a test sees to it.
    fn parse(file: &'static str) -> Self {
        let mut groups: Vec<Words> = GROUPS.iter().map(|_| Words::default()).collect();
        let sections = file.split("\n[").skip(1).filter_map(|section| section.split_once(']'));
        for (name, list) in sections {
            let Some(at) = GROUPS.iter().position(|(_, known)| *known == name) else { continue };
            for entry in list.split(',') {
                let words: Vec<&'static str> = entry.split_whitespace().collect();
                match words[..] {
                    [] => {}
                    [word] if word.ends_with('*') => groups[at].stems.push(word.trim_end_matches('*')),
                    [first, ..] => groups[at].whole.entry(first).or_default().push(words[1..].to_vec()),
                }
            }
        }
        Self { groups }
    }

    /// Whether the words begin with one of the group.
    fn begins(&self, group: usize, words: &[String]) -> bool {
        let Words { whole, stems } = &self.groups[group];
        let Some(first) = words.first() else { return false };
        let follows = |rest: &Vec<&str>| {
            words.len() > rest.len() && rest.iter().zip(&words[1..]).all(|(wanted, word)| fits(wanted, word))
        };
        stems.iter().any(|stem| first.starts_with(stem))
            || whole.get(first.as_str()).is_some_and(|phrases| phrases.iter().any(follows))
    }
}

fn fits(wanted: &str, word: &str) -> bool {
    wanted.strip_suffix('*').map_or(word == wanted, |stem| word.starts_with(stem))
}

fn file(language: Language) -> &'static str {
    match language {
        Language::Polish => include_str!("words/pl.txt"),
        Language::Romanian => include_str!("words/ro.txt"),
        Language::English => include_str!("words/en.txt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::text::fold;
    use Language::{English, Polish, Romanian};

    fn has(text: &str, language: Language, signal: usize) -> bool {
        signals(text, language).iter().any(|(at, _)| *at as usize == signal)
    }

    #[test]
    fn words_are_found_by_stem_and_phrase_and_taken_back_by_a_negation() {
        let (insult, anger, taken_back) = (Group::Insult as usize, Group::Anger as usize, PRESENT);
        assert!(has("Sunteți niște escroci!", Romanian, insult));
        assert!(has("vă bateți joc de mine", Romanian, anger));
        assert!(has("ci zlodzieje", Polish, insult));
        assert!(!has("Nu sunt nervos", Romanian, anger) && has("Nu sunt nervos", Romanian, taken_back));
        assert!(!has("I'm not angry", English, anger) && has("I'm not angry", English, taken_back));
        assert!(!has("I'm angry", English, taken_back));
    }

    #[test]
    fn praise_counts_as_a_pattern_only_with_a_bad_fact() {
        let pattern = PRESENT + 3;
        assert!(has("Bravo, iar ați pierdut coletul", Romanian, pattern));
        assert!(has("Brawo, znowu zgubiliście paczkę", Polish, pattern));
        assert!(has("Great, my parcel is lost again", English, pattern));
        assert!(!has("Great, thank you", English, pattern) && !has("My parcel is lost", English, pattern));
    }

    #[test]
    fn lists_are_written_folded_and_in_known_sections() {
        for language in Language::ALL {
            let sections: Vec<&str> = file(language).split("\n[").skip(1).collect();
            assert_eq!(sections.len(), GROUPS.len(), "{language}");
            for section in sections {
                let (name, list) = section.split_once(']').expect("a heading");
                assert!(GROUPS.iter().any(|(_, known)| *known == name), "{language} {name}");
                for word in list.split([',', ' ', '\n']).filter(|word| !word.is_empty()) {
                    assert_eq!(fold(word), word.trim_end_matches('*'), "{language} {name}");
                }
            }
        }
    }

    #[test]
    fn a_plain_list_counts_and_understands_nothing() {
        assert_eq!(plain_count("I'm not angry", English, &[Kind::Anger]), 1);
        assert_eq!(plain_count("Where is it?", English, &[Kind::Anger, Kind::Joy]), 0);
    }
}
