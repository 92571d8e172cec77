//! ◆ Header text of unknown charset: UTF-8 when it is, else Latin-2 or Latin-1, line by line.

/// Upper half of ISO 8859-2 from 0xA0, where it differs from 8859-1 or not.
const LATIN_2: &str = "\u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žż\
ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";

/// Letters that Polish and Romanian write and whose Latin-1 reading neither they nor English do.
const TELLING: &str = "ąćęłńśźżĄĆĘŁŃŚŹŻăşţĂŞŢ";

/// Text of one line.
pub fn text(line: &[u8]) -> String {
    match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        Err(_) if is_latin_2(line) => line.iter().map(|&b| latin_2(b)).collect(),
        Err(_) => line.iter().map(|&b| char::from(b)).collect(),
    }
}

/// A line is Latin-2 when each letter on which the two charsets differ is one that Duet's callers
/// write: `Wałęsa` and `Brăila`, but not `Señor Ibáñez, Genève`.
fn is_latin_2(line: &[u8]) -> bool {
    let mut differing = line.iter().filter(|&&b| b > 0xa0 && latin_2(b) != char::from(b)).peekable();
    differing.peek().is_some() && differing.all(|&b| TELLING.contains(latin_2(b)))
}

fn latin_2(byte: u8) -> char {
    match byte.checked_sub(0xa0) {
        Some(above) => LATIN_2.chars().nth(usize::from(above)).unwrap_or('\u{fffd}'),
        None => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_96_letters() {
        assert_eq!(LATIN_2.chars().count(), 96);
    }

    #[test]
    fn polish_and_romanian_names_read_as_latin_2() {
        assert_eq!(text(b"\"Zo\xb3a Wa\xb3\xeasa\""), "\"Zołа Wałęsa\"".replace('а', "a"));
        assert_eq!(text(b"Br\xe3ila \xbatefan"), "Brăila ştefan");
    }

    #[test]
    fn western_names_read_as_latin_1() {
        assert_eq!(text(b"Se\xf1or Gen\xe8ve"), "Señor Genève");
        assert_eq!(text(b"Ren\xe9"), "René");
    }

    #[test]
    fn utf_8_is_left_alone() {
        assert_eq!(text("Żółć".as_bytes()), "Żółć");
    }
}
