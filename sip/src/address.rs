//! ◆ What a person wants of an address header: its user part and its display name.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// User part of a `name-addr` or `addr-spec`, percent-decoded; the number of a `tel:` URI; empty
/// when there is none or the caller is anonymous (RFC 3323 section 4.1).
pub fn user(value: &str) -> String {
    let uri = uri(value);
    let Some((scheme, rest)) = uri.split_once(':') else {
        return String::new();
    };
    if scheme.eq_ignore_ascii_case("tel") {
        return decoded(rest.split(';').next().unwrap_or_default());
    }
    let user = match rest.rsplit_once('@') {
        Some((user, _)) => user,
        None => return String::new(),
    };
    // `user;param:password@host`: neither parameters nor password name a person.
    let name = decoded(user.split([':', ';']).next().unwrap_or_default());
    if name.eq_ignore_ascii_case("anonymous") { String::new() } else { name }
}

/// Display name without quotes and escapes, `None` when empty.
pub fn display_name(value: &str) -> Option<String> {
    let trimmed = value.trim();
    let name = if let Some(rest) = trimmed.strip_prefix('"') {
        unquoted(rest)
    } else {
        let (name, _) = trimmed.split_once('<')?;
        name.trim().to_owned()
    };
    let clean: String = name.chars().filter(|c| !c.is_control()).collect();
    (!clean.trim().is_empty()).then(|| clean.trim().to_owned())
}

/// The URI itself, without display name, brackets and header parameters.
pub fn uri(value: &str) -> &str {
    let after_name = match value.trim().strip_prefix('"') {
        Some(rest) => &rest[quoted_len(rest)..],
        None => value.trim(),
    };
    match after_name.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default().trim(),
        None => after_name.split(';').next().unwrap_or_default().trim(),
    }
}

/// Length of a quoted string's inside with its closing quote.
fn quoted_len(inside: &str) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    inside.len()
}

fn unquoted(inside: &str) -> String {
    let body = &inside[..quoted_len(inside)];
    let mut out = String::new();
    let mut escaped = false;
    for c in body.strip_suffix('"').unwrap_or(body).chars() {
        if c == '\\' && !escaped {
            escaped = true;
            continue;
        }
        escaped = false;
        out.push(c);
    }
    out
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let byte = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match byte {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    let text = String::from_utf8_lossy(&out);
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_parts_are_found_in_every_form() {
        for (value, expected) in [
            ("sip:anna@example.com;tag=1", "anna"),
            ("\"Anna <x>\" <sip:%61nna;phone-context=x:pw@example.com>;tag=1", "anna"),
            ("<tel:+48221234567;phone-context=x>;tag=1", "+48221234567"),
            ("tel:+48221234567;tag=1", "+48221234567"),
            ("\"Anonymous\" <sip:anonymous@anonymous.invalid>", ""),
            ("<sip:example.com>", ""),
            ("", ""),
            ("\"never closed <sip:a@b>", ""),
            ("<sip:%zz%4@b>", "%zz%4"),
        ] {
            assert_eq!(user(value), expected, "{value}");
        }
    }

    #[test]
    fn display_names_lose_quotes_and_escapes() {
        assert_eq!(display_name("\"Bell, \\\"A\\\"\" <sip:a@b>").as_deref(), Some("Bell, \"A\""));
        assert_eq!(display_name("Anna Nowak <sip:a@b>").as_deref(), Some("Anna Nowak"));
        assert_eq!(display_name("<sip:a@b>"), None);
        assert_eq!(display_name("sip:a@b"), None);
        assert_eq!(display_name("\"\" <sip:a@b>"), None);
    }
}
