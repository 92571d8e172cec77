//! RTCP reports of one leg (RFC 3550 section 6), by `rtc-rtcp`.

use super::sender::Sent;
use super::stats::Reception;
use rtc_rtcp::goodbye::Goodbye;
use rtc_rtcp::packet::{Packet, marshal};
use rtc_rtcp::receiver_report::ReceiverReport;
use rtc_rtcp::reception_report::ReceptionReport;
use rtc_rtcp::sender_report::SenderReport;
use rtc_rtcp::source_description::{
    SdesType, SourceDescription, SourceDescriptionChunk, SourceDescriptionItem,
};

/// Seconds from 1900 (NTP) to 1970 (Unix).
const NTP_OFFSET_S: u64 = 2_208_988_800;
/// Datagrams longer than this are not RTCP of a call.
const DATAGRAM_BYTES_MAX: usize = 1500;

/// The RTCP side of one leg.
#[derive(Debug, Default)]
pub struct Rtcp {
    /// Middle 32 bits of the last sender report's NTP time, and when it came.
    last_report: Option<(u32, u64)>,
    round_trip_ms: Option<u32>,
    sent_before: u64,
    said_goodbye: bool,
}

/// Our stream, as a report describes it.
#[derive(Debug, Clone, Copy)]
pub struct Stream<'a> {
    pub ssrc: u32,
    /// Of the sample that is sent now.
    pub timestamp: u32,
    pub sent: Sent,
    /// Canonical name (RFC 7022): random, tells nobody who we are.
    pub cname: &'a str,
}

impl Rtcp {
    /// A compound report: SR if we sent since the last one, else RR; with SDES.
    pub fn report(
        &mut self,
        now_ms: u64,
        stream: Stream<'_>,
        heard: Option<(u32, &mut Reception)>,
    ) -> Vec<u8> {
        let packets = self.compound(now_ms, stream, heard);
        marshal(&packets).map(|bytes| bytes.to_vec()).unwrap_or_default()
    }

    /// The last report of a leg, with BYE.
    pub fn goodbye(
        &mut self,
        now_ms: u64,
        stream: Stream<'_>,
        heard: Option<(u32, &mut Reception)>,
    ) -> Vec<u8> {
        let mut packets = self.compound(now_ms, stream, heard);
        packets.push(Box::new(Goodbye { sources: vec![stream.ssrc], reason: Default::default() }));
        marshal(&packets).map(|bytes| bytes.to_vec()).unwrap_or_default()
    }

    fn compound(
        &mut self,
        now_ms: u64,
        stream: Stream<'_>,
        heard: Option<(u32, &mut Reception)>,
    ) -> Vec<Box<dyn Packet>> {
        let reports: Vec<_> =
            heard.map(|(ssrc, reception)| self.reception(now_ms, ssrc, reception)).into_iter().collect();
        let sent = stream.sent.packets > self.sent_before;
        self.sent_before = stream.sent.packets;
        let first: Box<dyn Packet> = if sent {
            Box::new(SenderReport {
                ssrc: stream.ssrc,
                ntp_time: ntp(now_ms),
                rtp_time: stream.timestamp,
                packet_count: stream.sent.packets as u32,
                octet_count: stream.sent.payload_bytes as u32,
                reports,
                ..Default::default()
            })
        } else {
            Box::new(ReceiverReport { ssrc: stream.ssrc, reports, ..Default::default() })
        };
        vec![first, Box::new(description(stream))]
    }

    fn reception(&self, now_ms: u64, ssrc: u32, reception: &mut Reception) -> ReceptionReport {
        let report = reception.report();
        let (last, since_ms) =
            self.last_report.map_or((0, 0), |(last, at)| (last, now_ms.saturating_sub(at)));
        ReceptionReport {
            ssrc,
            fraction_lost: report.fraction_lost,
            total_lost: report.total_lost,
            last_sequence_number: report.highest,
            jitter: report.jitter,
            last_sender_report: last,
            delay: (since_ms * 65_536 / 1000) as u32,
        }
    }

    /// One datagram from a host that concerns us. Unreadable ones are ignored: RTCP is advice.
    pub fn datagram(&mut self, now_ms: u64, our_ssrc: u32, datagram: &[u8]) {
        let mut rest = &datagram[..datagram.len().min(DATAGRAM_BYTES_MAX)];
        while let Some((kind, count, body, after)) = split(rest) {
            match kind {
                200 => self.sender_report(now_ms, our_ssrc, count, body),
                201 => self.blocks(now_ms, our_ssrc, count, body.get(4..).unwrap_or_default()),
                203 => self.said_goodbye = true,
                _ => {}
            }
            rest = after;
        }
    }

    fn sender_report(&mut self, now_ms: u64, our_ssrc: u32, count: usize, body: &[u8]) {
        if let Some(middle) = word(body, 6) {
            self.last_report = Some((middle, now_ms));
            self.blocks(now_ms, our_ssrc, count, body.get(24..).unwrap_or_default());
        }
    }

    /// Round trip from what the far end says about our reports, RFC 3550 section 6.4.1.
    fn blocks(&mut self, now_ms: u64, our_ssrc: u32, count: usize, bytes: &[u8]) {
        for block in bytes.chunks_exact(24).take(count) {
            let (Some(ssrc), Some(last), Some(delay)) = (word(block, 0), word(block, 16), word(block, 20))
            else {
                return;
            };
            if ssrc == our_ssrc && last != 0 {
                let trip = ((ntp(now_ms) >> 16) as u32).wrapping_sub(last).wrapping_sub(delay);
                // A negative trip comes from a clock that was set; a minute is nonsense.
                self.round_trip_ms =
                    (trip < 60 << 16).then(|| ((u64::from(trip) * 1000) >> 16) as u32).or(self.round_trip_ms);
            }
        }
    }

    /// Last measured round trip to the far end, ms.
    pub fn round_trip_ms(&self) -> Option<u32> {
        self.round_trip_ms
    }

    /// Whether the far end said that it stops sending.
    pub fn said_goodbye(&self) -> bool {
        self.said_goodbye
    }
}

/// Type, count, body and what follows the first packet of a compound.
///
/// Not `rtc-rtcp`: it refuses a whole compound for one packet that it does not know well, and
/// allocates for each; we read five words.
fn split(bytes: &[u8]) -> Option<(u8, usize, &[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::from(u16::from_be_bytes([head[2], head[3]])) * 4;
    if head[0] >> 6 != 2 || length > rest.len() {
        return None;
    }
    let (body, after) = rest.split_at(length);
    Some((head[1], usize::from(head[0] & 0x1f), body, after))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?))
}

fn ntp(unix_ms: u64) -> u64 {
    ((unix_ms / 1000 + NTP_OFFSET_S) << 32) | (((unix_ms % 1000) << 32) / 1000)
}

fn description(stream: Stream<'_>) -> SourceDescription {
    SourceDescription {
        chunks: vec![SourceDescriptionChunk {
            source: stream.ssrc,
            items: vec![SourceDescriptionItem {
                sdes_type: SdesType::SdesCname,
                text: stream.cname.to_owned().into(),
            }],
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stream(ssrc: u32) -> Stream<'static> {
        Stream { ssrc, timestamp: 8000, sent: Sent { packets: 50, payload_bytes: 8000 }, cname: "x" }
    }

    #[test]
    fn two_legs_measure_their_round_trip() {
        const START_MS: u64 = 1_800_000_000_000;
        let (mut near, mut far) = (Rtcp::default(), Rtcp::default());
        let mut reception = Reception::default();
        reception.packet(START_MS, 1, Some(0));
        far.datagram(START_MS + 30, 2, &near.report(START_MS, stream(1), None));
        let answer = far.report(START_MS + 530, stream(2), Some((1, &mut reception)));
        near.datagram(START_MS + 560, 1, &answer);
        let trip = near.round_trip_ms().unwrap();
        assert!((58..=62).contains(&trip), "{trip}");
    }

    #[test]
    fn a_goodbye_is_a_report_with_bye_that_rtc_rtcp_reads() {
        let bytes = Rtcp::default().goodbye(0, stream(1), None);
        let mut far = Rtcp::default();
        far.datagram(0, 2, &bytes);
        assert!(far.said_goodbye());
        let packets = rtc_rtcp::packet::unmarshal(&mut bytes::Bytes::from(bytes)).unwrap();
        assert_eq!(packets.len(), 3);
    }

    proptest! {
        #[test]
        fn any_datagram_is_survived(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 199u8..205) {
            if let [first, second, ..] = &mut bytes[..] {
                (*first, *second) = (*first & 0x1f | 0x80, kind);
            }
            Rtcp::default().datagram(5, 1, &bytes);
        }
    }
}
