//! ◆ The start line and headers of a message as lines of text.

use super::{HEADER_LIMIT_LINES, charset};

/// One header, unfolded (RFC 3261 section 7.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub value: String,
}

impl Line {
    /// Adds a continuation line; the fold is worth one blank, and none at either end of a value.
    fn unfold(&mut self, more: &str) {
        if !self.value.is_empty() && !more.is_empty() {
            self.value.push(' ');
        }
        self.value.push_str(more);
    }
}

/// Everything before the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub start: String,
    pub lines: Vec<Line>,
    /// A line that is no header, or holds a control character.
    pub broken: bool,
}

impl Head {
    /// Cuts a message into head and body. The blank line may be missing when there is no body, and
    /// lines may end in a bare LF.
    pub fn read(message: &[u8]) -> Result<(Head, &[u8]), &'static str> {
        let skip = message.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let mut rest = &message[skip..];
        let start = charset::text(take_line(&mut rest));
        if !looks_like_sip(&start) {
            return Err("not SIP");
        }
        let mut head = Head { start, lines: Vec::new(), broken: false };
        while !rest.is_empty() {
            let line = take_line(&mut rest);
            if line.is_empty() {
                break;
            }
            if head.lines.len() > HEADER_LIMIT_LINES {
                return Err("too many headers");
            }
            head.push(&charset::text(line));
        }
        Ok((head, rest))
    }

    fn push(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            match self.lines.last_mut() {
                Some(last) => last.unfold(line.trim()),
                None => self.broken = true,
            }
            return;
        }
        match line.split_once(':') {
            Some((name, value)) if is_token(name.trim()) => {
                self.lines.push(Line { name: name.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => self.broken = true,
        }
    }

    /// The method, or `None` for a response.
    pub fn method(&self) -> Option<&str> {
        if is_response(&self.start) {
            return None;
        }
        self.start.split([' ', '\t']).next()
    }

    /// Values of a header under its long or compact name (RFC 3261 section 7.3.3).
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter(move |line| is_named(line, name)).map(|line| line.value.as_str())
    }

    /// First value of a header.
    pub fn value<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.values(name).next()
    }

    /// Lines of a header, to change.
    pub fn lines_mut<'a>(&'a mut self, name: &'a str) -> impl Iterator<Item = &'a mut Line> {
        self.lines.iter_mut().filter(move |line| is_named(line, name))
    }

    /// The message as it goes to the stack.
    pub fn write(&self, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(512 + body.len());
        out.extend_from_slice(self.start.as_bytes());
        out.extend_from_slice(b"\r\n");
        for line in &self.lines {
            out.extend_from_slice(line.name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(line.value.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body);
        out
    }
}

/// Whether a start line is a status line.
pub fn is_response(start: &str) -> bool {
    start.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("SIP/"))
}

/// Whether a line carries this header.
pub fn is_named(line: &Line, name: &str) -> bool {
    line.name.eq_ignore_ascii_case(name)
        || compact(name).is_some_and(|short| line.name.eq_ignore_ascii_case(short))
}

/// RFC 3261 section 25.1 `token`.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&b))
}

fn looks_like_sip(start: &str) -> bool {
    is_response(start) || start.trim_end().rsplit([' ', '\t']).next().is_some_and(is_response)
}

fn compact(name: &str) -> Option<&'static str> {
    Some(match name {
        "Call-ID" => "i",
        "Contact" => "m",
        "Content-Encoding" => "e",
        "Content-Length" => "l",
        "Content-Type" => "c",
        "From" => "f",
        "To" => "t",
        "Via" => "v",
        "Supported" => "k",
        "Session-Expires" => "x",
        _ => return None,
    })
}

fn take_line<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let (line, after) = match rest.iter().position(|&b| b == b'\n') {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (*rest, &rest[rest.len()..]),
    };
    *rest = after;
    line.strip_suffix(b"\r").unwrap_or(line)
}
