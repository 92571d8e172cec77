//! ◆ Which words the caller heard when a sentence was cut.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// The part of `text` heard when `heard_ms` of `total_ms` reached the wire: whole words only, by
/// proportion of characters. A word that was cut in the middle counts as not heard.
pub fn heard_text(text: &str, heard_ms: u64, total_ms: u64) -> &str {
    if total_ms == 0 || heard_ms >= total_ms {
        return if heard_ms == 0 && total_ms == 0 { "" } else { text };
    }
    let characters = text.chars().count() as u64;
    let heard = (characters * heard_ms / total_ms) as usize;
    let cut = text.char_indices().nth(heard).map_or(text.len(), |(at, _)| at);
    if text[cut..].starts_with(char::is_whitespace) {
        return text[..cut].trim_end();
    }
    text[..cut].rfind(char::is_whitespace).map_or("", |blank| text[..blank].trim_end())
}

/// What is to be said again when `heard_ms` of `total_ms` reached the wire: from the beginning of the
/// sentence that was cut to the end.
pub fn unheard_text(text: &str, heard_ms: u64, total_ms: u64) -> &str {
    let heard = heard_text(text, heard_ms, total_ms);
    let mut ends = heard.char_indices().filter(|(at, mark)| {
        matches!(mark, '.' | '!' | '?' | '…') && text[at + mark.len_utf8()..].starts_with(char::is_whitespace)
    });
    let from = ends.next_back().map_or(0, |(at, mark)| at + mark.len_utf8());
    text[from..].trim_start()
}

#[cfg(test)]
mod tests {
    use super::{heard_text, unheard_text};

    #[test]
    fn a_sentence_is_cut_at_a_whole_word() {
        let text = "Your parcel arrives on Tuesday";
        let cases = [
            (0, ""),
            (100, ""),
            (1_000, "Your"),
            (1_200, "Your parcel"),
            (2_900, "Your parcel arrives on"),
            (3_000, text),
            (9_000, text),
        ];
        for (heard_ms, heard) in cases {
            assert_eq!(heard_text(text, heard_ms, 3_000), heard, "{heard_ms} ms");
        }
    }

    #[test]
    fn letters_of_several_bytes_are_never_split() {
        let text = "Zażółć gęślą jaźń și țară";
        for heard_ms in 0..=1_000 {
            assert!(text.starts_with(heard_text(text, heard_ms, 1_000)));
        }
    }

    #[test]
    fn what_is_said_again_begins_with_the_sentence_that_was_cut() {
        let text = "Your parcel is in Cracow. It arrives tomorrow. Anything else?";
        assert_eq!(unheard_text(text, 0, 6_000), text);
        assert_eq!(unheard_text(text, 3_500, 6_000), "It arrives tomorrow. Anything else?");
        assert_eq!(unheard_text(text, 5_900, 6_000), "Anything else?");
    }

    #[test]
    fn nothing_was_heard_of_what_never_started() {
        assert_eq!(heard_text("Hello", 0, 0), "");
    }
}
