//! ◆ Cuts a byte stream into messages by Content-Length (RFC 3261 section 18.3).

use super::MESSAGE_LIMIT_BYTES;

/// A stream that cannot be cut any further; the connection must close.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a message exceeds {MESSAGE_LIMIT_BYTES} bytes")]
    TooLarge,
    /// Holds the head, so that it can be answered before closing.
    #[error("Content-Length is not a number")]
    Length(Vec<u8>),
}

/// Holds the unfinished tail of a stream, at most one message's worth plus one read.
#[derive(Debug, Default)]
pub struct Framer {
    buffer: Vec<u8>,
}

impl Framer {
    /// Adds what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message or keep-alive (`CRLF CRLF`), `None` until more arrives.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        if self.buffer.starts_with(b"\r\n\r\n") {
            return Ok(Some(self.take(4)));
        }
        let blanks = self.buffer.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if blanks == self.buffer.len() {
            return Ok(None);
        }
        if blanks > 0 {
            self.take(blanks);
        }
        let Some(head) = head_bytes(&self.buffer) else {
            return self.wait();
        };
        let body = match content_length(&self.buffer[..head]) {
            Some(Ok(length)) => length,
            Some(Err(())) => return Err(FrameError::Length(self.take(head))),
            None => 0,
        };
        let whole = head.saturating_add(body);
        if whole > MESSAGE_LIMIT_BYTES {
            return Err(FrameError::TooLarge);
        }
        if self.buffer.len() < whole {
            return Ok(None);
        }
        Ok(Some(self.take(whole)))
    }

    fn wait(&self) -> Result<Option<Vec<u8>>, FrameError> {
        if self.buffer.len() > MESSAGE_LIMIT_BYTES {
            return Err(FrameError::TooLarge);
        }
        Ok(None)
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(count);
        std::mem::replace(&mut self.buffer, rest)
    }
}

fn head_bytes(buffer: &[u8]) -> Option<usize> {
    buffer.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(head: &[u8]) -> Option<Result<usize, ()>> {
    let unfolded = String::from_utf8_lossy(head).replace("\r\n ", " ").replace("\r\n\t", " ");
    let value = unfolded.split("\r\n").skip(1).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let name = name.trim();
        (name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("l"))
            .then_some(value.trim())
    })?;
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    Some(if digits { value.parse().map_err(|_| ()) } else { Err(()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: &[u8] = b"\r\n\r\n";

    fn message(body: &str) -> Vec<u8> {
        format!("INFO sip:a@b SIP/2.0\r\nl: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[test]
    fn messages_come_out_whole_however_the_stream_is_cut() {
        let stream = [PING, &message("hello"), &message(""), PING, &message("x")].concat();
        for step in 1..40 {
            let mut framer = Framer::default();
            let mut out = Vec::new();
            for chunk in stream.chunks(step) {
                framer.push(chunk);
                while let Some(m) = framer.next_message().unwrap() {
                    if m != PING {
                        out.push(m);
                    }
                }
            }
            assert_eq!(out, [message("hello"), message(""), message("x")], "step {step}");
        }
    }

    #[test]
    fn a_stream_without_end_of_head_is_cut_off() {
        let mut framer = Framer::default();
        framer.push(&vec![b'a'; MESSAGE_LIMIT_BYTES + 1]);
        assert_eq!(framer.next_message(), Err(FrameError::TooLarge));
    }

    #[test]
    fn a_negative_length_ends_the_stream_with_its_head() {
        let mut framer = Framer::default();
        framer.push(b"INFO sip:a@b SIP/2.0\r\nContent-Length: -5\r\n\r\nhello");
        assert!(matches!(framer.next_message(), Err(FrameError::Length(_))));
    }

    #[test]
    fn a_huge_length_is_refused_before_it_is_awaited() {
        let mut framer = Framer::default();
        framer.push(b"INFO sip:a@b SIP/2.0\r\nContent-Length: 999999\r\n\r\n");
        assert_eq!(framer.next_message(), Err(FrameError::TooLarge));
    }
}
