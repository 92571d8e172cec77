//! ◆ Sentences with their tone, as callers and customers say and write them.
//!
//! All of them were written for Duet. Some are coarse: anger is.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Kind;
use crate::language::Language;

/// The sentences of a language: a line each, under the name of their tone in brackets; `#` begins a remark.
pub(super) fn of(language: Language) -> impl Iterator<Item = (&'static str, Kind)> {
    let mut kind = Kind::Neutral;
    file(language).lines().map(str::trim).filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            kind = name.parse().unwrap_or(Kind::Neutral);
            return None;
        }
        (!line.is_empty() && !line.starts_with('#')).then_some((line, kind))
    })
}

fn file(language: Language) -> &'static str {
    match language {
        Language::Polish => include_str!("examples/pl.txt"),
        Language::Romanian => include_str!("examples/ro.txt"),
        Language::English => include_str!("examples/en.txt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_language_has_enough_of_every_tone_and_nothing_twice() {
        for language in Language::ALL {
            let all: Vec<(&str, Kind)> = of(language).collect();
            for kind in Kind::ALL {
                let count = all.iter().filter(|(_, own)| *own == kind).count();
                assert!(count >= 40, "{language} {kind}: {count}");
            }
            let texts: BTreeSet<&str> = all.iter().map(|(text, _)| *text).collect();
            assert_eq!(texts.len(), all.len(), "{language}");
        }
    }

    #[test]
    fn headings_name_tones() {
        for language in Language::ALL {
            let headings = file(language).lines().filter(|line| line.starts_with('['));
            for heading in headings {
                assert!(heading.trim_matches(['[', ']']).parse::<Kind>().is_ok(), "{language} {heading}");
            }
        }
    }
}
