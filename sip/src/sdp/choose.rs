//! One media section of the far end against what we can do.

use super::parse::{Connection, Description, Section, host, is_nowhere};
use super::{Codec, LocalMedia, MediaFlow, Negotiated, SdpError};
use std::net::{IpAddr, SocketAddr};

/// Packet times that we send.
const PTIME_MIN_MS: u32 = 10;
const PTIME_MAX_MS: u32 = 60;
/// First dynamic payload type.
const DYNAMIC: u8 = 96;

/// What we agree on, and what the answer repeats.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub negotiated: Negotiated,
    /// `a=rtcp-mux` was offered.
    pub mux: bool,
}

/// Whether and how a section fits. `may_mux`: it is an offer, so rtcp-mux is ours to take.
pub(crate) fn choose(
    description: &Description,
    section: &Section,
    local: &LocalMedia,
    may_mux: bool,
) -> Result<Choice, SdpError> {
    check_kind(section)?;
    let address = address(description, section)?;
    let (codec, payload_type) = codec(section, local)?;
    let remote = SocketAddr::new(address, section.port);
    let mux = may_mux && section.level.values("rtcp-mux").next().is_some();
    Ok(Choice {
        negotiated: Negotiated {
            remote,
            remote_rtcp: if mux { remote } else { rtcp(section, remote) },
            codec,
            payload_type,
            ptime_ms: ptime(description, section, local),
            dtmf_payload_type: mapped(section, "telephone-event"),
            flow: flow(description, section, address, local.flow),
        },
        mux,
    })
}

fn check_kind(section: &Section) -> Result<(), SdpError> {
    let unfit = |why: String| Err(SdpError::unfit(Some(section.line), why));
    if section.kind != "audio" {
        return unfit(format!("`{}` is not audio", section.kind));
    }
    if section.port == 0 {
        return unfit("the audio line is refused (port 0)".into());
    }
    let plain = ["RTP/AVP", "RTP/AVPF"].iter().any(|known| section.protocol.eq_ignore_ascii_case(known));
    if !plain {
        return unfit(format!("`{}` is not supported, expected RTP/AVP", section.protocol));
    }
    Ok(())
}

fn address(description: &Description, section: &Section) -> Result<IpAddr, SdpError> {
    let connection = section.level.connection.as_ref().or(description.session.connection.as_ref());
    match connection {
        Some(Connection { address: Ok(address), line }) if address.is_multicast() => {
            Err(SdpError::unfit(Some(*line), "a multicast address"))
        }
        Some(Connection { address: Ok(address), .. }) => Ok(*address),
        Some(Connection { address: Err(name), line }) => Err(SdpError::unfit(
            Some(*line),
            format!("`{name}` is not an IP address; names are not looked up"),
        )),
        None => Err(SdpError::malformed(Some(section.line), "no connection line (c=) for this media line")),
    }
}

/// Our most preferred codec among theirs.
fn codec(section: &Section, local: &LocalMedia) -> Result<(Codec, u8), SdpError> {
    let found = local.codecs.iter().find_map(|codec| Some((*codec, mapped(section, name(*codec))?)));
    found.ok_or_else(|| {
        let offered = section.formats.join(" ");
        SdpError::unfit(Some(section.line), format!("no common codec: payload types {offered}"))
    })
}

/// Name and static payload type, RFC 3551 table 4.
pub(crate) fn name(codec: Codec) -> &'static str {
    match codec {
        Codec::Pcmu => "PCMU",
        Codec::Pcma => "PCMA",
    }
}

pub(crate) fn static_type(codec: Codec) -> u8 {
    match codec {
        Codec::Pcmu => 0,
        Codec::Pcma => 8,
    }
}

/// The first listed payload type that means `encoding` at 8 kHz: by its rtpmap, or statically.
fn mapped(section: &Section, encoding: &str) -> Option<u8> {
    let fixed = match encoding {
        "PCMU" => Some(0),
        "PCMA" => Some(8),
        _ => None,
    };
    let listed = section.formats.iter().filter_map(|format| format.parse::<u8>().ok());
    listed.filter(|listed| *listed < 128).find(|listed| match map_of(section, *listed) {
        Some(map) => is_encoding(map, encoding),
        None => Some(*listed) == fixed && *listed < DYNAMIC,
    })
}

fn map_of(section: &Section, payload_type: u8) -> Option<&str> {
    section.level.values("rtpmap").find_map(|value| {
        let (number, map) = value.split_once(char::is_whitespace)?;
        (number.parse() == Ok(payload_type)).then_some(map.trim())
    })
}

/// `PCMA/8000` or `pcma/8000/1`.
fn is_encoding(map: &str, encoding: &str) -> bool {
    let mut parts = map.split('/');
    parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
        && parts.next() == Some("8000")
        && parts.next().is_none_or(|channels| channels == "1")
}

/// What they like to receive, in whole 10 ms, else what we like; never above their maximum.
fn ptime(description: &Description, section: &Section, local: &LocalMedia) -> u32 {
    let number = |name: &str| {
        let values = section.level.values(name).chain(description.session.values(name));
        values.filter_map(|value| value.parse::<f32>().ok()).find(|ms| *ms >= 1.0).map(|ms| ms as u32)
    };
    let wanted = number("ptime").unwrap_or(local.ptime_ms);
    let at_most = number("maxptime").unwrap_or(PTIME_MAX_MS);
    let ptime = wanted.min(at_most).clamp(PTIME_MIN_MS, PTIME_MAX_MS);
    ptime / 10 * 10
}

/// `a=rtcp:53020` or `a=rtcp:53020 IN IP4 192.0.2.1` (RFC 3605), else the next port.
fn rtcp(section: &Section, remote: SocketAddr) -> SocketAddr {
    let stated = section.level.values("rtcp").find_map(|value| {
        let mut words = value.split_ascii_whitespace();
        let port = words.next()?.parse().ok().filter(|port| *port != 0)?;
        let address = words.nth(2).and_then(|text| host(text).ok()).unwrap_or(remote.ip());
        Some(SocketAddr::new(address, port))
    });
    stated.unwrap_or_else(|| SocketAddr::new(remote.ip(), remote.port().saturating_add(1)))
}

/// Their direction seen from us, limited by ours. An unspecified address is the old way to hold.
fn flow(description: &Description, section: &Section, address: IpAddr, ours: MediaFlow) -> MediaFlow {
    let theirs = section.level.flow.or(description.session.flow).unwrap_or(MediaFlow::SendRecv);
    let they_hear = theirs.receives() && !is_nowhere(address);
    MediaFlow::of(they_hear && ours.sends(), theirs.sends() && ours.receives())
}
