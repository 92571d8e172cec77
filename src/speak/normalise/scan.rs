//! ◆ A word, with the marks around it kept apart.

/// `("8:00",` is head `("`, core `8:00`, tail `",`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    pub head: &'a str,
    pub core: &'a str,
    pub tail: &'a str,
}

/// Cuts at blanks. A word of marks only has an empty core and is kept as its head.
pub fn words(text: &str) -> Vec<Word<'_>> {
    text.split_whitespace().map(word).collect()
}

fn word(text: &str) -> Word<'_> {
    let first = text.find(|c: char| c.is_alphanumeric() || is_sign(c)).unwrap_or(text.len());
    let (head, rest) = text.split_at(first);
    let end = rest
        .char_indices()
        .rev()
        .find(|(_, c)| c.is_alphanumeric() || is_currency(*c))
        .map_or(rest.len(), |(at, c)| at + c.len_utf8());
    let (core, tail) = rest.split_at(end);
    Word { head, core, tail }
}

/// Belongs to the number behind it.
fn is_sign(character: char) -> bool {
    character == '+' || is_currency(character)
}

pub fn is_currency(character: char) -> bool {
    matches!(character, '£' | '€' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_kept_apart() {
        let parts = |text| words(text).into_iter().map(|w| (w.head, w.core, w.tail)).collect::<Vec<_>>();
        assert_eq!(parts("(8:00), £5!"), [("(", "8:00", "),"), ("", "£5", "!")]);
        assert_eq!(parts("-"), [("-", "", "")]);
        assert_eq!(parts("20€."), [("", "20€", ".")]);
    }
}
