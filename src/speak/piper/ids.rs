//! ◆ Phonemes to what the model takes, as Piper's own phonemizer does it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::config::PiperJson;
use crate::speak::sentence::Clause;
use unicode_normalization::UnicodeNormalization;

/// The model's input for one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids {
    pub ids: Vec<i32>,
    /// Phonemes that the voice does not know; they are not spoken.
    pub skipped: usize,
}

/// Puts each clause's mark behind its phonemes; a sentence without a closing mark gets a full stop,
/// as the voices were trained with one.
pub fn joined<S: AsRef<str>>(clauses: &[Clause], phonemes: impl IntoIterator<Item = S>) -> String {
    let mut out = String::new();
    for (clause, phonemes) in clauses.iter().zip(phonemes) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&without_language_switches(phonemes.as_ref()));
        out.extend(clause.mark);
    }
    if clauses.last().is_some_and(|clause| clause.mark.is_none()) {
        out.push('.');
    }
    out
}

/// espeak-ng marks a foreign word by `(en)` … `(pl)`: no sound, and no voice knows it.
fn without_language_switches(phonemes: &str) -> String {
    let mut out = String::with_capacity(phonemes.len());
    let mut inside = false;
    for character in phonemes.chars() {
        match character {
            '(' => inside = true,
            ')' => inside = false,
            _ if !inside => out.push(character),
            _ => {}
        }
    }
    out
}

/// `^ _ p _ p _ … $`: the model wants the padding `_` after the start and after every phoneme.
pub fn ids(json: &PiperJson, phonemes: &str) -> Ids {
    let mark = |name: &str| json.phoneme_id_map.get(name).cloned().unwrap_or_default();
    let pad = mark("_");
    let mut out = Ids { ids: mark("^"), skipped: 0 };
    out.ids.extend(&pad);
    for phoneme in phonemes.nfd().map(String::from) {
        let mapped = json.phoneme_map.get(&phoneme).cloned().unwrap_or_else(|| vec![phoneme]);
        for phoneme in mapped {
            match json.phoneme_id_map.get(&phoneme) {
                Some(ids) => {
                    out.ids.extend(ids);
                    out.ids.extend(&pad);
                }
                None => out.skipped += 1,
            }
        }
    }
    out.ids.extend(mark("$"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speak::sentence::clauses;

    fn voice() -> PiperJson {
        serde_json::from_str(
            r#"{"audio":{"sample_rate":22050},"espeak":{"voice":"en-us"},"phoneme_map":{"g":["h","i"]},
            "phoneme_id_map":{"^":[1],"_":[0],"$":[2],"h":[20],"i":[21],".":[10],"c":[16],"̧":[140]}}"#,
        )
        .unwrap()
    }

    #[test]
    fn padding_stands_after_the_start_and_every_phoneme() {
        assert_eq!(ids(&voice(), "hi.").ids, [1, 0, 20, 0, 21, 0, 10, 0, 2]);
    }

    #[test]
    fn letters_are_taken_apart_and_mapped_as_the_voice_says() {
        assert_eq!(ids(&voice(), "ç").ids, [1, 0, 16, 0, 140, 0, 2]);
        assert_eq!(ids(&voice(), "g").ids, [1, 0, 20, 0, 21, 0, 2]);
    }

    #[test]
    fn unknown_phonemes_are_skipped_and_counted() {
        assert_eq!(ids(&voice(), "hq"), Ids { ids: vec![1, 0, 20, 0, 2], skipped: 1 });
    }

    #[test]
    fn marks_stand_behind_their_clause() {
        let parts = clauses("Yes, of course");
        assert_eq!(joined(&parts, ["jɛs", "(en)ʌv(pl) kɔːs"]), "jɛs, ʌv kɔːs.");
        assert_eq!(joined(&clauses("Really?"), ["ɹiəli"]), "ɹiəli?");
    }
}
