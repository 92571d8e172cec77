//! ◆ Long numbers, digit by digit, in groups that can be written down.

/// A number with so many digits is a name (parcel, account, telephone), and not an amount.
const NAME_DIGITS: usize = 5;

/// `12345678`, `+48123456789`, `007`, `PL12345678`; `None` for what reads well as it is.
pub fn spoken(word: &str) -> Option<String> {
    let (plus, rest) = word.strip_prefix('+').map_or((false, word), |rest| (true, rest));
    let letters_end = rest.find(|c: char| !c.is_ascii_uppercase())?;
    let (letters, digits) = rest.split_at(letters_end);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let is_name = digits.len() >= NAME_DIGITS || (digits.len() > 1 && digits.starts_with('0'));
    if !is_name {
        return None;
    }
    let mut out: Vec<String> = Vec::new();
    if plus {
        // The same in all three languages.
        out.push("plus".to_owned());
    }
    out.extend(letters.chars().map(String::from));
    out.push(grouped(digits));
    Some(out.join(" "))
}

/// Threes, and twos at the end where one digit would stand alone.
fn grouped(digits: &str) -> String {
    let mut groups = Vec::new();
    let mut rest = digits;
    while !rest.is_empty() {
        let take = match rest.len() {
            2 | 4 => 2,
            length => length.min(3),
        };
        let (group, after) = rest.split_at(take);
        groups.push(group.chars().map(String::from).collect::<Vec<_>>().join(" "));
        rest = after;
    }
    groups.join(", ")
}
