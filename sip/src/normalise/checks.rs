//! ◆ What RFC 3261 demands of a message, and the status when it is not met.

use super::Transport;
use super::head::{Head, Line, is_named, is_response, is_token};
use super::refuse::Refusal;

/// Methods that the stack has a word for; any other is 501 (RFC 3261 section 8.2.1).
const KNOWN_METHODS: [&str; 14] = [
    "ACK",
    "BYE",
    "CANCEL",
    "INFO",
    "INVITE",
    "MESSAGE",
    "NOTIFY",
    "OPTIONS",
    "PRACK",
    "PUBLISH",
    "REFER",
    "REGISTER",
    "SUBSCRIBE",
    "UPDATE",
];

/// Headers that may stand once only.
const SINGLE: [&str; 8] =
    ["From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type", "Session-Expires"];

/// Option tags that we honour (RFC 3261 section 20.32); any other in Require is 420.
const SUPPORTED: [&str; 1] = ["timer"];

/// Request line or status line (RFC 3261 sections 7.1 and 7.2).
pub fn start_line(head: &Head) -> Result<(), Refusal> {
    if is_response(&head.start) {
        return status_line(&head.start);
    }
    let mut parts = head.start.split(' ');
    let method = parts.next().unwrap_or_default();
    let (uri, version) = match (parts.next(), parts.next(), parts.next()) {
        (Some(uri), Some(version), None) => (uri, version),
        _ => return Err(version_fault(&head.start, "request line is not three words")),
    };
    if !version.eq_ignore_ascii_case("SIP/2.0") {
        return Err(Refusal::new(505, "Version Not Supported"));
    }
    if !is_token(method) {
        return Err(Refusal::bad("method is not a token"));
    }
    if !KNOWN_METHODS.contains(&method) {
        return Err(Refusal::new(501, "Not Implemented"));
    }
    request_uri(uri)?;
    if head.broken {
        return Err(Refusal::bad("a line is not a header"));
    }
    if head.start.chars().any(char::is_control) || head.lines.iter().any(holds_line_break) {
        return Err(Refusal::bad("control character in a header"));
    }
    Ok(())
}

fn version_fault(start: &str, what: &'static str) -> Refusal {
    let last = start.trim_end().rsplit(' ').next().unwrap_or_default();
    if is_response(last) && !last.eq_ignore_ascii_case("SIP/2.0") {
        return Refusal::new(505, "Version Not Supported");
    }
    Refusal::bad(what)
}

fn holds_line_break(line: &Line) -> bool {
    line.value.contains(['\r', '\n', '\0'])
}

fn status_line(start: &str) -> Result<(), Refusal> {
    let mut parts = start.splitn(3, ' ');
    let version = parts.next().unwrap_or_default();
    let code = parts.next().unwrap_or_default();
    let known = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()) && ("100".."700").contains(&code);
    if version.eq_ignore_ascii_case("SIP/2.0") && known { Ok(()) } else { Err(Refusal::bad("status line")) }
}

fn request_uri(uri: &str) -> Result<(), Refusal> {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return Err(Refusal::bad("Request-URI without scheme"));
    };
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if !valid || rest.is_empty() || uri.contains(['<', '>', '"']) {
        return Err(Refusal::bad("Request-URI"));
    }
    if !["sip", "sips", "tel"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) {
        return Err(Refusal::new(416, "Unsupported URI Scheme"));
    }
    // A user part may hold `?`; after the last `@` it starts URI headers, which a Request-URI has not
    // (RFC 3261 section 19.1.1).
    let host = rest.rsplit('@').next().unwrap_or(rest);
    if host.contains('?') {
        return Err(Refusal::bad("Request-URI with headers"));
    }
    Ok(())
}

/// No header that may stand once stands twice.
pub fn single_headers(head: &Head) -> Result<(), Refusal> {
    match SINGLE.iter().find(|name| head.values(name).nth(1).is_some()) {
        Some(_) => Err(Refusal::bad("header stands more than once")),
        None => Ok(()),
    }
}

/// Makes Content-Length tell the truth and returns the body it means (RFC 3261 sections 18.3, 20.14).
pub fn content_length<'a>(
    head: &mut Head,
    body: &'a [u8],
    transport: Transport,
) -> Result<&'a [u8], Refusal> {
    let Some(value) = head.value("Content-Length") else {
        let body = if transport == Transport::Udp { body } else { &[] };
        if transport == Transport::Tcp && head.value("Content-Type").is_some() {
            return Err(Refusal::bad("no Content-Length on a stream"));
        }
        head.lines.push(Line { name: "Content-Length".to_owned(), value: body.len().to_string() });
        return Ok(body);
    };
    if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::bad("Content-Length is not a number"));
    }
    match value.parse::<usize>() {
        Ok(length) if length <= body.len() => Ok(&body[..length]),
        _ => Err(Refusal::bad("Content-Length exceeds the message")),
    }
}

/// `number method`, of 31 bits, the method that of the request (RFC 3261 section 8.1.1.5).
pub fn cseq(head: &mut Head) -> Result<(), Refusal> {
    let method = head.method().map(str::to_owned);
    let Some(line) = head.lines_mut("CSeq").next() else {
        return Err(Refusal::bad("no CSeq"));
    };
    let mut parts = line.value.split_whitespace();
    let (number, named, rest) = (parts.next(), parts.next(), parts.next());
    let number = number.and_then(|n| n.parse::<u32>().ok()).filter(|n| *n < 1 << 31);
    match (number, named, rest) {
        (Some(number), Some(named), None) if method.as_deref().is_none_or(|m| m == named) => {
            line.value = format!("{number} {named}");
            Ok(())
        }
        _ => Err(Refusal::bad("CSeq")),
    }
}

/// The headers of every request (RFC 3261 section 8.1.1), Contact for INVITE, and Max-Forwards in
/// range. A missing Max-Forwards is forgiven.
pub fn required_headers(head: &Head) -> Result<(), Refusal> {
    let invite = head.method() == Some("INVITE");
    let needed = ["Via", "From", "To", "Call-ID"].iter().chain(invite.then_some(&"Contact"));
    for name in needed {
        if head.value(name).is_none_or(str::is_empty) {
            return Err(Refusal::bad("a required header is missing"));
        }
    }
    if head.value("Call-ID").is_some_and(|id| id.contains([' ', '\t'])) {
        return Err(Refusal::bad("Call-ID"));
    }
    match head.value("Max-Forwards") {
        Some(hops) if hops.parse::<u8>().is_err() => Err(Refusal::bad("Max-Forwards")),
        _ => Ok(()),
    }
}

/// What a request asks of us that we do not do: 420, 415, 406 (RFC 3261 section 8.2).
pub fn capabilities(head: &Head) -> Result<(), Refusal> {
    let Some(method) = head.method() else {
        return Ok(());
    };
    if !["ACK", "CANCEL"].contains(&method) {
        let unknown: Vec<&str> = list(head, "Require").filter(|tag| !knows(tag)).collect();
        if !unknown.is_empty() {
            let header = Line { name: "Unsupported".to_owned(), value: unknown.join(", ") };
            return Err(Refusal::new(420, "Bad Extension").with(header));
        }
    }
    if ["INVITE", "UPDATE"].contains(&method) {
        session_description(head)?;
    }
    Ok(())
}

fn session_description(head: &Head) -> Result<(), Refusal> {
    let length = head.value("Content-Length").unwrap_or("0");
    let required = head.value("Content-Disposition").is_none_or(|d| !d.contains("handling=optional"));
    let kind = head.value("Content-Type").map(media_type);
    let readable = kind.as_deref().is_none_or(|k| k == "application/sdp" || k == "multipart/mixed");
    if length != "0" && required && !readable {
        let header = Line { name: "Accept".to_owned(), value: "application/sdp".to_owned() };
        return Err(Refusal::new(415, "Unsupported Media Type").with(header));
    }
    let mut accepted = list(head, "Accept").map(media_type).peekable();
    let fits = |kind: String| ["application/sdp", "application/*", "*/*"].contains(&kind.as_str());
    if accepted.peek().is_some() && !accepted.any(fits) {
        return Err(Refusal::new(406, "Not Acceptable"));
    }
    Ok(())
}

fn knows(tag: &str) -> bool {
    SUPPORTED.iter().any(|known| known.eq_ignore_ascii_case(tag))
}

fn media_type(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn list<'a>(head: &'a Head, name: &'a str) -> impl Iterator<Item = &'a str> {
    head.lines
        .iter()
        .filter(move |line| is_named(line, name))
        .flat_map(|line| line.value.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
}
