//! ◆ Headers that hold addresses: blanks squeezed out, quotes and separators checked.

use super::head::{Head, Line, is_token};
use super::refuse::Refusal;

const ADDRESSES: [&str; 8] =
    ["From", "To", "Contact", "Route", "Record-Route", "P-Asserted-Identity", "Refer-To", "Diversion"];

/// Tidies Via and every address header, or says that one cannot be read.
pub fn tidy(head: &mut Head) -> Result<(), Refusal> {
    for line in head.lines_mut("Via") {
        line.value = squeeze(&line.value, b"/;=,")?;
        separators(&line.value)?;
    }
    for name in ADDRESSES {
        for line in head.lines_mut(name) {
            tidy_address(line, name)?;
        }
    }
    Ok(())
}

fn tidy_address(line: &mut Line, name: &str) -> Result<(), Refusal> {
    line.value = squeeze(&line.value, b";=")?;
    separators(&line.value)?;
    if name == "Contact" && line.value == "*" {
        return Ok(());
    }
    match parts_of(&line.value) {
        Some((display, uri, params)) => {
            line.value = format!("{}<{}>{params}", quoted(display), uri.trim());
        }
        // RFC 3261 section 20.10: without angle brackets the URI ends at `,`, `;` or `?`.
        None if line.value.contains(['?', ',', '<', '>', '"']) => {
            return Err(Refusal::bad("address needs angle brackets"));
        }
        None => {}
    }
    let single = matches!(name, "From" | "To");
    if single && has_comma(&line.value) {
        return Err(Refusal::bad("more than one address"));
    }
    Ok(())
}

/// Display name, URI and parameters of the first address of a `name-addr` list.
fn parts_of(value: &str) -> Option<(&str, &str, &str)> {
    let open = find_unquoted(value, b'<')?;
    let close = open + value[open..].find('>')?;
    Some((value[..open].trim(), &value[open + 1..close], value[close + 1..].trim()))
}

/// A display name of other than tokens must stand in quotes (RFC 3261 section 25.1); old exchanges
/// forget them.
fn quoted(display: &str) -> String {
    if display.is_empty() {
        return String::new();
    }
    let plain = display.split_whitespace().all(is_token);
    if plain || (display.starts_with('"') && display.ends_with('"') && display.len() > 1) {
        return format!("{display} ");
    }
    let inner: String = display.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
    format!("\"{inner}\" ")
}

/// Removes blanks round the given separators and doubled blanks, outside quotes and angle brackets.
fn squeeze(value: &str, separators: &[u8]) -> Result<String, Refusal> {
    let mut out = String::with_capacity(value.len());
    let mut scan = Scan::default();
    let mut blank = false;
    for c in value.chars() {
        let inside = scan.step(c);
        if !inside && matches!(c, ' ' | '\t') {
            blank = true;
            continue;
        }
        let separator = !inside && c.is_ascii() && separators.contains(&(c as u8));
        let after = out.bytes().last().is_none_or(|last| !scan.was_inside && separators.contains(&last));
        if blank && !separator && !after {
            out.push(' ');
        }
        blank = false;
        scan.was_inside = inside;
        out.push(c);
    }
    if scan.quoted || scan.angled {
        return Err(Refusal::bad("quotes or brackets are not closed"));
    }
    Ok(out)
}

/// No empty parameter (`;;`, `;,`, `,,`), except one forgiven at the very end.
fn separators(value: &str) -> Result<(), Refusal> {
    let mut scan = Scan::default();
    let mut last = ' ';
    for c in value.chars() {
        let inside = scan.step(c);
        if !inside && matches!(c, ';' | ',') && matches!(last, ';' | ',') {
            return Err(Refusal::bad("empty parameter"));
        }
        last = if inside { ' ' } else { c };
    }
    Ok(())
}

fn has_comma(value: &str) -> bool {
    find_unquoted(value, b',').is_some()
}

fn find_unquoted(value: &str, wanted: u8) -> Option<usize> {
    let mut scan = Scan::default();
    for (at, c) in value.char_indices() {
        let was_angled = scan.angled;
        scan.step(c);
        let opens = wanted == b'<' && !was_angled && scan.angled;
        if opens || (c == char::from(wanted) && !scan.quoted && !scan.angled) {
            return Some(at);
        }
    }
    None
}

/// Where in an address a character stands.
#[derive(Default)]
struct Scan {
    quoted: bool,
    angled: bool,
    escaped: bool,
    was_inside: bool,
}

impl Scan {
    /// Takes one character; whether it lies inside quotes or angle brackets.
    fn step(&mut self, c: char) -> bool {
        if self.quoted {
            match c {
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = true,
                '"' => self.quoted = false,
                _ => {}
            }
            return true;
        }
        match c {
            '"' if !self.angled => self.quoted = true,
            '<' => self.angled = true,
            '>' if self.angled => {
                self.angled = false;
                return true;
            }
            _ => {}
        }
        self.quoted || self.angled
    }
}
