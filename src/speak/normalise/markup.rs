//! ◆ Takes out what is not to be spoken: tags, Markdown, entities, control characters.

/// Plain text on one line.
pub fn stripped(text: &str) -> String {
    let without_tags = without_tags(text);
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")];
    let plain = entities
        .iter()
        .fold(without_links(&without_tags), |text, (entity, character)| text.replace(entity, character));
    plain
        .replace(|c: char| c.is_control() || is_invisible(c), " ")
        .split_whitespace()
        .map(without_emphasis)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// A tag starts with `<` directly before a letter or `/`, so that `2 < 3` stays.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let end = after.find('>').filter(|_| is_tag);
        match end {
            Some(end) => {
                out.push_str(&rest[..start]);
                rest = &after[end + 1..];
            }
            None => {
                out.push_str(&rest[..=start]);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `[words](address)` becomes `words`.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let (Some(open), Some(close)) = (rest[..middle].rfind('['), rest[middle..].find(')')) else {
            out.push_str(&rest[..middle + 2]);
            rest = &rest[middle + 2..];
            continue;
        };
        out.push_str(&rest[..open]);
        out.push_str(&rest[open + 1..middle]);
        rest = &rest[middle + close + 1..];
    }
    out.push_str(rest);
    out
}

/// Stars, back quotes and underscores around a word, and the marks of a heading.
fn without_emphasis(word: &str) -> String {
    if word.chars().all(|c| matches!(c, '#' | '*' | '-' | '_' | '`')) && word != "-" {
        return String::new();
    }
    let word: String = word.chars().filter(|c| !matches!(c, '*' | '`')).collect();
    word.trim_matches('_').to_owned()
}
