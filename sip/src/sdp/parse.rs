//! Lines into sections. Total: every body is read or refused with its line.
//!
//! Lenient where leniency is harmless: any line ending, blanks around values, unknown line types,
//! lines in any order within their section, missing `o=`, `s=` and `t=`.

use super::{MediaFlow, SdpError};
use std::net::{IpAddr, Ipv4Addr};

/// Bounds of a body. A call needs two dozen lines.
pub(crate) const BODY_BYTES_MAX: usize = 16_384;
const LINES_MAX: usize = 512;
const SECTIONS_MAX: usize = 16;
const FORMATS_MAX: usize = 64;

/// A parsed body: session level and media sections; at least one section.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    pub session: Level,
    pub sections: Vec<Section>,
}

/// What may stand at session level and at media level.
#[derive(Debug, Clone, Default)]
pub(crate) struct Level {
    pub connection: Option<Connection>,
    pub flow: Option<MediaFlow>,
    attributes: Vec<(String, String)>,
}

/// A `c=` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connection {
    pub line: usize,
    /// The text where it is a host name.
    pub address: Result<IpAddr, String>,
}

/// An `m=` line and what follows it.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub line: usize,
    pub kind: String,
    pub port: u16,
    pub protocol: String,
    pub formats: Vec<String>,
    pub level: Level,
}

impl Level {
    /// Values of an attribute; empty text for a flag.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.attributes.iter().filter(same).map(|(_, value)| value.as_str())
    }

    fn attribute(&mut self, text: &str) {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "sendrecv" => self.flow = Some(MediaFlow::SendRecv),
            "sendonly" => self.flow = Some(MediaFlow::SendOnly),
            "recvonly" => self.flow = Some(MediaFlow::RecvOnly),
            "inactive" => self.flow = Some(MediaFlow::Inactive),
            _ => self.attributes.push((name, value.to_owned())),
        }
    }
}

impl Description {
    pub fn parse(body: &str) -> Result<Self, SdpError> {
        if body.len() > BODY_BYTES_MAX {
            let why = format!("the body has {} bytes, at most {BODY_BYTES_MAX} are read", body.len());
            return Err(SdpError::malformed(None, why));
        }
        let mut parsed = Description { session: Level::default(), sections: Vec::new() };
        let lines = body.split(['\r', '\n']).filter(|line| !line.trim().is_empty());
        for (index, line) in lines.enumerate() {
            if index >= LINES_MAX {
                return Err(SdpError::malformed(Some(index + 1), format!("more than {LINES_MAX} lines")));
            }
            parsed.line(index + 1, line)?;
        }
        if parsed.sections.is_empty() {
            return Err(SdpError::malformed(None, "there is no media line (m=)"));
        }
        Ok(parsed)
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), SdpError> {
        let (kind, value) = line
            .split_once('=')
            .ok_or_else(|| SdpError::malformed(Some(number), "expected `<letter>=<value>`"))?;
        let (kind, value) = (kind.trim(), value.trim());
        let level = match self.sections.last_mut() {
            Some(section) => &mut section.level,
            None => &mut self.session,
        };
        match kind {
            "v" if value != "0" => Err(SdpError::malformed(Some(number), "expected version `v=0`")),
            "c" => {
                level.connection = Some(connection(number, value)?);
                Ok(())
            }
            "a" => {
                level.attribute(value);
                Ok(())
            }
            "m" if self.sections.len() >= SECTIONS_MAX => {
                Err(SdpError::malformed(Some(number), format!("more than {SECTIONS_MAX} media lines")))
            }
            "m" => {
                self.sections.push(section(number, value)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn connection(line: usize, value: &str) -> Result<Connection, SdpError> {
    let mut words = value.split_ascii_whitespace();
    let (Some(_), Some(_), Some(address)) = (words.next(), words.next(), words.next()) else {
        return Err(SdpError::malformed(Some(line), "expected `c=IN IP4 <address>` or `c=IN IP6 <address>`"));
    };
    Ok(Connection { line, address: host(address) })
}

/// An address without the TTL and count that multicast may have; else the name as it stands.
pub(crate) fn host(text: &str) -> Result<IpAddr, String> {
    let bare = text.split('/').next().unwrap_or(text);
    bare.trim_matches(['[', ']']).parse().map_err(|_| text.to_owned())
}

/// `audio 4000/2 RTP/AVP 8 0 101`
fn section(line: usize, value: &str) -> Result<Section, SdpError> {
    let wrong = |why: &str| SdpError::malformed(Some(line), why);
    let mut words = value.split_ascii_whitespace();
    let expected = "expected `m=<kind> <port> <protocol> <formats>`";
    let kind = words.next().ok_or_else(|| wrong(expected))?;
    let port = words.next().ok_or_else(|| wrong(expected))?;
    let protocol = words.next().ok_or_else(|| wrong(expected))?;
    let port = port.split('/').next().unwrap_or(port);
    Ok(Section {
        line,
        kind: kind.to_ascii_lowercase(),
        port: port.parse().map_err(|_| wrong("the port is not a number from 0 to 65535"))?,
        protocol: protocol.to_owned(),
        formats: words.take(FORMATS_MAX).map(str::to_owned).collect(),
        level: Level::default(),
    })
}

/// The address that says "send me nothing" (RFC 2543 hold).
pub(crate) fn is_nowhere(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::UNSPECIFIED) || address.is_unspecified()
}
