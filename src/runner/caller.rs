//! Signalling and media of one leg, joined: offers are answered, media follows.

use crate::edge::Leg;
use crate::edge::leg::MediaCommand;
use crate::edge::leg_run::INSIDE;
use crate::edge::webrtc::PCMA;
use sip::sdp::{self, Codec, LocalMedia, MediaFlow, Negotiated, SdpError};

/// Codecs that we speak, the one we like best first.
const CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];
/// Packet time that we send, ms.
const PTIME_MS: u32 = 20;

/// Our side of the media of one leg.
pub(super) struct LegMedia {
    pub leg: Leg,
    local: LocalMedia,
    /// Our offer is out; the answer comes with the ACK or the 200.
    pub offered: bool,
    held: bool,
}

/// What a renegotiation changed for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    Unchanged,
    Held,
    Resumed,
}

impl LegMedia {
    /// `session_id` goes into the SDP's origin line (RFC 8866 section 5.2).
    pub(super) fn new(leg: Leg, session_id: u64) -> Self {
        let local = LocalMedia {
            addr: leg.addr,
            codecs: CODECS.to_vec(),
            ptime_ms: PTIME_MS,
            session_id,
            version: 1,
            flow: MediaFlow::SendRecv,
        };
        LegMedia { leg, local, offered: false, held: false }
    }

    /// Our offer, a new version each time.
    pub(super) fn offer(&mut self) -> String {
        self.offered = true;
        let text = sdp::offer(&self.local);
        self.local.version += 1;
        text
    }

    /// Our answer to `offer`; media follows it from the next packet on.
    pub(super) async fn answer(&mut self, offer: &str) -> Result<(String, Hold), SdpError> {
        let (text, negotiated) = sdp::answer(offer, &self.local)?;
        self.local.version += 1;
        Ok((text, self.connect(negotiated).await))
    }

    /// The far end's answer to our offer.
    pub(super) async fn accept(&mut self, answer: &str) -> Result<Hold, SdpError> {
        let negotiated = sdp::accept(answer, &self.local)?;
        self.offered = false;
        Ok(self.connect(negotiated).await)
    }

    /// The far end is in this process: nothing is negotiated.
    pub(super) async fn connect_inside(&mut self) {
        let agreed = Negotiated {
            remote: INSIDE,
            remote_rtcp: INSIDE,
            codec: Codec::Pcma,
            payload_type: PCMA,
            ptime_ms: PTIME_MS,
            dtmf_payload_type: None,
            flow: MediaFlow::SendRecv,
        };
        self.connect(agreed).await;
    }

    async fn connect(&mut self, negotiated: Negotiated) -> Hold {
        let held = matches!(negotiated.flow, MediaFlow::RecvOnly | MediaFlow::Inactive);
        self.command(MediaCommand::Connect(negotiated)).await;
        match (std::mem::replace(&mut self.held, held), held) {
            (false, true) => Hold::Held,
            (true, false) => Hold::Resumed,
            (true, true) | (false, false) => Hold::Unchanged,
        }
    }

    /// Sends a command to the leg; a leg that is gone has already said so.
    pub(super) async fn command(&self, command: MediaCommand) {
        if self.leg.control.send(command).await.is_err() {
            tracing::debug!("media leg is gone");
        }
    }
}
