//! ◆ What words mean for a request for a person, folded, by language.

use super::{en, pl, ro};
use crate::language::Language;

/// What a word can be in a request for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Names a human being one can be put through to.
    Person,
    /// "someone", "kimś", "cineva": a request only together with talking.
    Someone,
    /// Talking, connecting, transferring.
    Talk,
    /// "talking": a wish after wanting, a question in "am I talking to a person".
    Talking,
    /// Wanting, giving, asking.
    Want,
    /// Being able to: a wish, but "I can't get an agent" is no refusal of one.
    May,
    Not,
    Machine,
    /// A deed of somebody, told.
    Past,
    /// "real", "żywy", "viu".
    Alive,
    /// Articles, prepositions, politeness: changes nothing.
    Small,
    /// An ordinary word a letter away from one of the others: "colet" (parcel) and "coleg".
    Other,
}

impl Role {
    pub(super) fn is_small(self) -> bool {
        matches!(self, Role::Small | Role::Alive)
    }
}

pub(super) struct Lexicon(pub(super) &'static [(Role, &'static [&'static str])], &'static [&'static str]);

impl Lexicon {
    pub(super) fn of(language: Language) -> Self {
        match language {
            Language::Polish => Lexicon(pl::WORDS, &["ubezpieczeniowy", "celny", "kurierski", "koparki"]),
            Language::Romanian => Lexicon(ro::WORDS, &["agent", "de"]),
            Language::English => Lexicon(
                en::WORDS,
                &[
                    "delivery",
                    "estate",
                    "travel",
                    "insurance",
                    "cleaning",
                    "free",
                    "customs",
                    "machine",
                    "third",
                ],
            ),
        }
    }

    /// Whether a word names a person only together with the word before it, which is missing here.
    pub(super) fn is_half_a_name(word: &str, before: Option<&str>) -> bool {
        let whole = HALVES.iter().find(|(half, _)| *half == word);
        whole.is_some_and(|(_, befores)| before.is_none_or(|before| !befores.contains(&before)))
    }

    /// Whether a word makes the next one another trade: "delivery agent".
    pub(super) fn is_other_trade(&self, before: &str) -> bool {
        self.1.contains(&before)
    }
}

/// Words that name people to talk to only after one of these.
const HALVES: &[(&str, &[&str])] = &[
    ("service", &["customer", "customers", "client"]),
    ("support", &["customer", "customers", "client", "tech", "technical", "your"]),
    ("clienti", &["serviciul", "serviciu", "cu", "suport", "relatii"]),
    ("clientii", &["cu", "relatii"]),
];
