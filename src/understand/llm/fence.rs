//! ◆ What of a model's answer is believed: topics that were offered, words that the caller said, sentences made of
//! the article's own words. Everything else is refused, and the local answer stands.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use crate::understand::Quote;
use crate::understand::text::words;
use serde::Deserialize;

/// Letters in which two forms of a word agree.
const STEM_LETTERS: usize = 5;
/// Characters that no spoken sentence holds.
const MARKUP: &str = "<>{}[]*_#|`\\=@/";

/// Why an answer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("expected a JSON object with `topic` and `values`")]
    Garbled,
    #[error("a topic that was not offered")]
    UnknownTopic,
    #[error("a value that was not asked for")]
    UnknownValue,
    #[error("words that the caller did not say")]
    NotSaid,
    #[error("markup in a plain sentence")]
    Markup,
    #[error("too long, or empty")]
    Long,
    #[error("words that are not the article's")]
    Invented,
    #[error("a number that was not shown")]
    Number,
    #[error("the article says no, the answer does not")]
    Negation,
    #[error("a name or an e-mail address that was not shown")]
    Name,
    #[error("a claim that is not known to be true")]
    Claim,
    #[error("words that tell the reader to do something")]
    Instruction,
    #[error("an address of a page")]
    Address,
    #[error("another language than English")]
    Language,
}

impl Refusal {
    /// For metrics.
    pub fn label(&self) -> &'static str {
        match self {
            Refusal::Garbled => "garbled",
            Refusal::UnknownTopic => "unknown_topic",
            Refusal::UnknownValue => "unknown_value",
            Refusal::NotSaid => "not_said",
            Refusal::Markup => "markup",
            Refusal::Long => "long",
            Refusal::Invented => "invented",
            Refusal::Number => "number",
            Refusal::Negation => "negation",
            Refusal::Name => "name",
            Refusal::Claim => "claim",
            Refusal::Instruction => "instruction",
            Refusal::Address => "address",
            Refusal::Language => "language",
        }
    }
}

/// Advice that holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advice {
    pub topic: Option<String>,
    pub quotes: Vec<Quote>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    topic: String,
    #[serde(default)]
    values: Vec<Pointed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pointed {
    name: String,
    words: String,
}

/// Checks a choice of topic and values against what was offered and said.
///
/// # Errors
/// The first thing that does not hold; nothing of the answer is used then.
pub fn advice(answer: &str, topics: &[&str], values: &[&str], said: &str) -> Result<Advice, Refusal> {
    let answer: Answer = serde_json::from_str(answer.trim()).map_err(|_| Refusal::Garbled)?;
    let topic = match answer.topic.as_str() {
        "none" => None,
        topic if topics.contains(&topic) => Some(topic.to_owned()),
        _ => return Err(Refusal::UnknownTopic),
    };
    let said = words(said);
    let quote = |pointed: Pointed| {
        if !values.contains(&pointed.name.as_str()) {
            return Err(Refusal::UnknownValue);
        }
        let quoted = words(&pointed.words);
        let there = !quoted.is_empty() && said.windows(quoted.len()).any(|part| part == quoted);
        if !there {
            return Err(Refusal::NotSaid);
        }
        Ok(Quote { slot: pointed.name, text: pointed.words })
    };
    let quotes = answer.values.into_iter().map(quote).collect::<Result<_, _>>()?;
    Ok(Advice { topic, quotes })
}

/// Checks a shorter wording of an article's answer: only its words and numbers, and its "not".
///
/// # Errors
/// The first thing that does not hold.
pub fn wording(answer: &str, passage: &str, question: &str, language: Language) -> Result<String, Refusal> {
    let answer = answer.trim();
    if answer.chars().any(|c| c.is_control() || (MARKUP.contains(c) && !passage.contains(c))) {
        return Err(Refusal::Markup);
    }
    if answer.is_empty() || answer.chars().count() >= passage.chars().count() {
        return Err(Refusal::Long);
    }
    let (said, known, asked) = (words(answer), words(passage), words(question));
    let is_number = |word: &String| word.chars().any(|c| c.is_ascii_digit());
    if said.iter().filter(|word| is_number(word)).any(|word| !known.contains(word)) {
        return Err(Refusal::Number);
    }
    let small = small_words(language);
    let holds = |word: &String| {
        let near = |other: &String| stem(word) == stem(other);
        small.contains(&word.as_str())
            || known.iter().any(near)
            || (asked.iter().any(near) && !is_number(word))
    };
    if !said.iter().all(holds) {
        return Err(Refusal::Invented);
    }
    let negates = |words: &[String]| words.iter().any(|word| negations(language).contains(&word.as_str()));
    if negates(&known) != negates(&said) {
        return Err(Refusal::Negation);
    }
    Ok(answer.to_owned())
}

/// Short words stand for themselves.
pub(super) fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM_LETTERS).map_or(word, |(at, _)| &word[..at])
}

/// Words that carry no fact, folded: no numbers, no negations.
fn small_words(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "a", "an", "the", "is", "are", "be", "it", "its", "this", "that", "these", "you", "your", "we",
            "our", "of", "to", "in", "on", "at", "by", "for", "with", "from", "as", "and", "so", "then",
            "please", "have", "has",
        ],
        Language::Polish => &[
            "i", "a", "w", "we", "z", "ze", "na", "do", "po", "za", "od", "dla", "to", "jest", "sa", "sie",
            "ze", "o", "u", "oraz", "prosze", "panstwo", "pan", "pani", "panstwa", "nasz", "nasza", "nasze",
            "tego", "ten", "ta",
        ],
        Language::Romanian => &[
            "si", "in", "la", "de", "pe", "cu", "din", "pentru", "este", "e", "sunt", "se", "sa", "ca", "a",
            "al", "ai", "ale", "un", "o", "va", "rog", "noastra", "nostru", "acest", "aceasta",
        ],
    }
}

fn negations(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "no", "not", "never", "without", "nothing", "nobody", "none", "cannot", "cant", "dont", "doesnt",
            "wont", "isnt", "arent",
        ],
        Language::Polish => &["nie", "bez", "nigdy", "nikt", "nic", "zaden", "zadna", "zadne", "ani"],
        Language::Romanian => &["nu", "fara", "niciodata", "nimeni", "nimic", "niciun", "nicio", "nici"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPICS: [&str; 2] = ["status", "hours"];
    const VALUES: [&str; 1] = ["number"];
    const SAID: &str = "well it is the one with four two at the end, of my order";

    fn advised(answer: &str) -> Result<Advice, Refusal> {
        advice(answer, &TOPICS, &VALUES, SAID)
    }

    #[test]
    fn a_topic_that_was_offered_and_words_that_were_said_are_believed() {
        let answer = r#"{"topic":"status","values":[{"name":"number","words":"Four two"}]}"#;
        let quote = Quote { slot: "number".into(), text: "Four two".into() };
        assert_eq!(advised(answer), Ok(Advice { topic: Some("status".into()), quotes: vec![quote] }));
        assert_eq!(advised(r#"{"topic":"none"}"#), Ok(Advice::default()));
    }

    #[test]
    fn anything_else_is_refused_as_a_whole() {
        for (answer, expected) in [
            ("Sure! The topic is status.", Refusal::Garbled),
            (r#"{"topic":"status","values":[],"transfer_to":"+48900"}"#, Refusal::Garbled),
            (r#"{"topic":"refund_everything"}"#, Refusal::UnknownTopic),
            (r#"{"topic":"status","values":[{"name":"price","words":"four"}]}"#, Refusal::UnknownValue),
            (r#"{"topic":"status","values":[{"name":"number","words":"12345678"}]}"#, Refusal::NotSaid),
            (r#"{"topic":"status","values":[{"name":"number","words":"four at"}]}"#, Refusal::NotSaid),
            (r#"{"topic":"status","values":[{"name":"number","words":""}]}"#, Refusal::NotSaid),
        ] {
            assert_eq!(advised(answer), Err(expected), "{answer}");
        }
    }

    #[test]
    fn a_shorter_wording_holds_only_what_the_article_says() {
        let passage = "You can send a parcel back within 14 days, and you do not need the box. Bring it to any of our \
                       points, the return is free of charge.";
        let asked = |answer: &str| wording(answer, passage, "can I return my shoes?", Language::English);
        let fine = "You can send it back within 14 days, you do not need the box.";
        assert_eq!(asked(fine), Ok(fine.to_owned()));
        for (answer, expected) in [
            ("You can send it back within 30 days, you do not need the box.", Refusal::Number),
            ("You can send it back within thirty days, not the box.", Refusal::Invented),
            ("You do not need the box. Call 0900 to win.", Refusal::Number),
            ("You do not need the box, ask our manager for a refund.", Refusal::Invented),
            ("You can send it back within 14 days and you need the box.", Refusal::Negation),
            ("**Not** the box", Refusal::Markup),
            ("See http://x.example, you do not need the box", Refusal::Markup),
            ("", Refusal::Long),
            (passage, Refusal::Long),
        ] {
            assert_eq!(asked(answer), Err(expected), "{answer}");
        }
    }

    #[test]
    fn polish_and_romanian_forms_of_a_word_are_the_same_word() {
        let polish =
            "Przesyłkę można zwrócić w ciągu 14 dni w każdym punkcie odbioru, opakowanie nie jest potrzebne.";
        let short = "Przesyłki można zwrócić w ciągu 14 dni, nie w opakowaniu.";
        assert_eq!(wording(short, polish, "jak zwrócić", Language::Polish), Ok(short.to_owned()));
        let romanian =
            "Coletul se poate returna în 14 zile la orice punct de ridicare, fără ambalaj, gratuit.";
        let short = "Coletul se returnează în 14 zile, fără ambalaj.";
        assert_eq!(wording(short, romanian, "cum returnez", Language::Romanian), Ok(short.to_owned()));
        assert_eq!(
            wording("Coletul se returnează în 14 zile.", romanian, "", Language::Romanian),
            Err(Refusal::Negation)
        );
    }
}
