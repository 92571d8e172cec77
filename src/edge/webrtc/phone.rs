//! ◆ One browser's telephone without a socket: datagrams and our packets in, datagrams and our packets out.
//!
//! The browser offers, we answer as an ICE-lite end (RFC 8445 section 2.5): it looks for the way, we have one
//! address. Its connection lasts from login to logout, with or without a call.

use super::coder::{Coder, TICKS_PER_SAMPLE};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::SdpOffer;
use str0m::format::Codec;
use str0m::media::{Frequency, MediaData, MediaTime, Mid, Pt, Writer};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig, RtcError};

/// Our clock and the browser's stream may differ by so much before the stream is set to the clock.
const DRIFT_TICKS: u64 = 48 * 200;
const TICKS_PER_MS: u64 = 48;

/// Why a browser's offer cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    #[error("the offer is no SDP: {0}")]
    NotSdp(String),
    #[error("the offer does not fit: {0}")]
    Refused(String),
    #[error("the browser offers no audio in Opus that is sent and received")]
    NoAudio,
    #[error("no telephone could be made for the browser: {0}")]
    Broken(String),
}

/// What comes of an input.
#[derive(Debug, PartialEq)]
pub enum Happened {
    /// A datagram to send.
    Send { to: SocketAddr, bytes: Vec<u8> },
    /// RTP packets of the browser, in A-law.
    Heard(Vec<u8>),
    /// Keys are agreed on: audio can flow.
    Up,
    /// The connection is over.
    Down,
}

/// One browser's connection.
pub struct Phone {
    rtc: Rtc,
    here: SocketAddr,
    coder: Coder,
    mid: Option<Mid>,
    opus: Option<Pt>,
    /// When the next timeout is due.
    due: Instant,
    began: Instant,
    /// Ticks at which the next packet to the browser is heard.
    ticks: u64,
    is_up: bool,
}

impl Phone {
    /// Answers a browser's offer. `here` is the address that browsers are told.
    ///
    /// # Errors
    /// When it is no offer, or has no audio that both sides can.
    pub fn answer(
        now: Instant,
        here: SocketAddr,
        ssrc: u32,
        offer: &str,
    ) -> Result<(Phone, String), OfferError> {
        let offer =
            SdpOffer::from_sdp_string(offer).map_err(|error| OfferError::NotSdp(error.to_string()))?;
        let broken = |error: String| OfferError::Broken(error);
        let mut rtc = RtcConfig::new()
            .set_ice_lite(true)
            .clear_codecs()
            .enable_opus(true, false)
            // Order and loss are the jitter buffer's business.
            .set_reordering_size_audio(0)
            .build(now);
        let candidate = Candidate::host(here, "udp").map_err(|error| broken(error.to_string()))?;
        rtc.add_local_candidate(candidate);
        let answer =
            rtc.sdp_api().accept_offer(offer).map_err(|error| OfferError::Refused(error.to_string()))?;
        let answer = answer.to_sdp_string();
        if !(answer.contains(" opus/48000") && answer.contains("a=sendrecv")) {
            return Err(OfferError::NoAudio);
        }
        let coder = Coder::new(ssrc).map_err(|error| broken(error.to_string()))?;
        let mut phone =
            Phone { rtc, here, coder, mid: None, opus: None, due: now, began: now, ticks: 0, is_up: false };
        phone.drain(&mut Vec::new());
        Ok((phone, answer))
    }

    /// When [`Phone::timeout`] is due.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Whether a datagram from there is for this browser.
    pub fn accepts(&self, now: Instant, from: SocketAddr, bytes: &[u8]) -> bool {
        self.receive(now, from, bytes).is_some_and(|input| self.rtc.accepts(&input))
    }

    fn receive<'a>(&self, now: Instant, from: SocketAddr, bytes: &'a [u8]) -> Option<Input<'a>> {
        let contents = bytes.try_into().ok()?;
        let received = Receive { proto: Protocol::Udp, source: from, destination: self.here, contents };
        Some(Input::Receive(now, received))
    }

    /// A datagram from the socket.
    pub fn datagram(&mut self, now: Instant, from: SocketAddr, bytes: &[u8], out: &mut Vec<Happened>) {
        let Some(input) = self.receive(now, from, bytes) else { return };
        let taken = self.rtc.handle_input(input);
        self.drained(taken, out);
    }

    /// Time has passed.
    pub fn timeout(&mut self, now: Instant, out: &mut Vec<Happened>) {
        let taken = self.rtc.handle_input(Input::Timeout(now));
        self.drained(taken, out);
    }

    /// An RTP packet of ours for the browser.
    pub fn say(&mut self, now: Instant, packet: &[u8], out: &mut Vec<Happened>) {
        let (Some(mid), Some(opus), true) = (self.mid, self.opus, self.is_up) else { return };
        let Some((payload, samples)) = self.coder.outward(packet) else { return };
        let clock = now.saturating_duration_since(self.began).as_millis() as u64 * TICKS_PER_MS;
        if clock.abs_diff(self.ticks) > DRIFT_TICKS {
            self.ticks = clock;
        }
        let at = MediaTime::new(self.ticks, Frequency::FORTY_EIGHT_KHZ);
        self.ticks += samples * TICKS_PER_SAMPLE;
        let Some(writer) = self.rtc.writer(mid) else { return };
        let written = writer.write(opus, now, at, payload);
        self.drained(written, out);
    }

    /// Lets the browser go; nothing comes of it any more.
    pub fn close(&mut self, out: &mut Vec<Happened>) {
        self.drain(out);
        self.rtc.disconnect();
    }

    fn drained(&mut self, result: Result<(), RtcError>, out: &mut Vec<Happened>) {
        if let Err(error) = result {
            tracing::debug!(%error, "a browser's telephone refused an input");
        }
        self.drain(out);
    }

    /// Whoever changes something takes everything that comes of it.
    fn drain(&mut self, out: &mut Vec<Happened>) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(due)) => return self.due = due,
                Ok(Output::Transmit(datagram)) => {
                    out.push(Happened::Send { to: datagram.destination, bytes: datagram.contents.to_vec() });
                }
                Ok(Output::Event(event)) => self.event(event, out),
                Err(error) => {
                    tracing::debug!(%error, "a browser's telephone broke");
                    self.rtc.disconnect();
                    self.due += Duration::from_secs(3_600);
                    return self.down(out);
                }
            }
        }
    }

    fn event(&mut self, event: Event, out: &mut Vec<Happened>) {
        match event {
            Event::MediaAdded(added) if self.mid.is_none() => {
                let writer = self.rtc.writer(added.mid).filter(|_| added.direction.is_sending());
                let opus = |writer: Writer<'_>| {
                    let opus = writer.payload_params().find(|params| params.spec().codec == Codec::Opus);
                    opus.map(|params| params.pt())
                };
                (self.mid, self.opus) = (Some(added.mid), writer.and_then(opus));
            }
            Event::MediaData(data) => self.heard(&data, out),
            Event::Connected if !self.is_up => {
                self.is_up = true;
                out.push(Happened::Up);
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.down(out),
            _ => {}
        }
        if !self.rtc.is_alive() {
            self.down(out);
        }
    }

    fn heard(&mut self, data: &MediaData, out: &mut Vec<Happened>) {
        let (sequence, ticks) = (**data.seq_range.start(), data.time.numer());
        out.extend(self.coder.inward(sequence, ticks, &data.data).into_iter().map(Happened::Heard));
    }

    fn down(&mut self, out: &mut Vec<Happened>) {
        if std::mem::take(&mut self.is_up) {
            out.push(Happened::Down);
        }
    }
}

#[cfg(test)]
#[path = "phone_tests.rs"]
mod tests;
