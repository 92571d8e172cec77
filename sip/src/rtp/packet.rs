//! RTP header, RFC 3550 section 5.1.
//!
//! Not `rtc-rtp`: its parser takes any version, reads what follows the reserved extension id 15 as
//! payload (RFC 8285 section 4.2), lets one extension element run into the payload, and allocates
//! per packet. The tests compare the two on packets where they should agree.

/// Bytes of the fixed header.
pub const HEADER_BYTES: usize = 12;

/// One RTP packet; the payload is borrowed from the datagram, padding removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub marker: bool,
    /// 0..=127.
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    pub payload: &'a [u8],
}

/// Why a datagram is not an RTP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRtp {
    #[error("shorter than its header says")]
    Short,
    #[error("RTP version is not 2")]
    Version,
    #[error("padding is longer than the payload")]
    Padding,
    #[error("an RTCP packet")]
    Rtcp,
}

impl<'a> Packet<'a> {
    /// Reads one datagram.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, NotRtp> {
        let (head, rest) = datagram.split_first_chunk::<HEADER_BYTES>().ok_or(NotRtp::Short)?;
        if head[0] >> 6 != 2 {
            return Err(NotRtp::Version);
        }
        if is_rtcp(datagram) {
            return Err(NotRtp::Rtcp);
        }
        let contributors = usize::from(head[0] & 0x0f) * 4;
        let mut payload = rest.get(contributors..).ok_or(NotRtp::Short)?;
        if head[0] & 0x10 != 0 {
            payload = skip_extension(payload)?;
        }
        if head[0] & 0x20 != 0 {
            payload = strip_padding(payload)?;
        }
        Ok(Packet {
            marker: head[1] & 0x80 != 0,
            payload_type: head[1] & 0x7f,
            sequence: u16::from_be_bytes([head[2], head[3]]),
            timestamp: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
            ssrc: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
            payload,
        })
    }

    /// The datagram: fixed header, no extension, no padding.
    pub fn write(&self) -> Vec<u8> {
        let mut datagram = Vec::with_capacity(HEADER_BYTES + self.payload.len());
        datagram.push(0x80);
        datagram.push(u8::from(self.marker) << 7 | self.payload_type & 0x7f);
        datagram.extend(self.sequence.to_be_bytes());
        datagram.extend(self.timestamp.to_be_bytes());
        datagram.extend(self.ssrc.to_be_bytes());
        datagram.extend(self.payload);
        datagram
    }
}

/// Whether a datagram on a shared port is RTCP (RFC 5761 section 4: packet types 192-223).
pub fn is_rtcp(datagram: &[u8]) -> bool {
    datagram.get(1).is_some_and(|kind| (192..=223).contains(kind))
}

fn skip_extension(bytes: &[u8]) -> Result<&[u8], NotRtp> {
    let (head, rest) = bytes.split_first_chunk::<4>().ok_or(NotRtp::Short)?;
    let words = usize::from(u16::from_be_bytes([head[2], head[3]]));
    rest.get(words * 4..).ok_or(NotRtp::Short)
}

fn strip_padding(bytes: &[u8]) -> Result<&[u8], NotRtp> {
    let count = usize::from(*bytes.last().ok_or(NotRtp::Padding)?);
    let kept = bytes.len().checked_sub(count).ok_or(NotRtp::Padding)?;
    if count == 0 { Err(NotRtp::Padding) } else { Ok(&bytes[..kept]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_datagram_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Packet::parse(&bytes);
        }

        #[test]
        fn what_is_written_reads_back_here_and_in_rtc_rtp(
            marker: bool, payload_type in 0u8..64, sequence: u16, timestamp: u32, ssrc: u32,
            payload in proptest::collection::vec(any::<u8>(), 0..500),
        ) {
            let packet = Packet { marker, payload_type, sequence, timestamp, ssrc, payload: &payload };
            let datagram = packet.write();
            prop_assert_eq!(Packet::parse(&datagram), Ok(packet));
            let theirs = <rtc_rtp::packet::Packet as rtc_shared::marshal::Unmarshal>::unmarshal(
                &mut Bytes::from(datagram)).unwrap();
            prop_assert_eq!(theirs.header.sequence_number, sequence);
            prop_assert_eq!(theirs.header.timestamp, timestamp);
            prop_assert_eq!(theirs.header.payload_type, payload_type);
            prop_assert_eq!(&theirs.payload[..], &payload[..]);
        }
    }

    #[test]
    fn extension_contributors_and_padding_are_taken_off() {
        let mut bytes = vec![0xb1, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
        bytes.extend([9; 4]); // one contributor
        bytes.extend([0xbe, 0xde, 0, 1, 0xf0, 1, 2, 3]); // reserved id 15 in the extension
        bytes.extend([7, 7, 7, 0, 2]); // three bytes of payload, two of padding
        assert_eq!(Packet::parse(&bytes).unwrap().payload, [7, 7, 7]);
    }

    #[test]
    fn an_rtcp_report_is_not_mistaken_for_audio() {
        let mut report = [0u8; 28];
        report[..2].copy_from_slice(&[0x80, 200]);
        assert_eq!(Packet::parse(&report), Err(NotRtp::Rtcp));
    }
}
