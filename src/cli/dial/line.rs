//! One outgoing call: signalling and media, as the caller needs them.

use super::report::{Report, Told};
use super::stereo::Stereo;
use crate::edge::bad_line::BadLine;
use crate::edge::clock::Clock;
use crate::edge::leg::{AudioFrame, MediaCommand, MediaEvent, MediaStats, Recorded};
use crate::edge::{Leg, Media, MediaConfig};
use crate::time::At;
use anyhow::Context;
use sip::endpoint::{Endpoint, EndpointConfig};
use sip::guard::{Guard, RequestFacts, Verdict};
use sip::sdp::{self, Codec, LocalMedia, MediaFlow};
use sip::session::{Credentials, OutgoingInvite, Session, SessionCommand, SessionEvent, TerminatedBy};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Frames of both directions on their way into the recording: 4 s.
const RECORDED_FRAMES: usize = 400;
/// Apart from the range a server on the same machine is likely to use.
const MEDIA_PORTS: std::ops::RangeInclusive<u16> = 42_000..=43_999;
/// How long the far end may take to confirm that we hang up.
const HANG_UP_MS: u64 = 3_000;
/// How long the media leg may take to close.
const CLOSE_MS: u64 = 1_000;

/// Whom to call, and as whom.
pub struct Plan {
    /// `sip:1000@127.0.0.1:5060`
    pub target: String,
    pub from: String,
    pub from_name: Option<String>,
    pub credentials: Option<Credentials>,
    pub answer_timeout: Duration,
    /// Our address for signalling and media; else the one that leads to the target.
    pub local: Option<IpAddr>,
    pub record: bool,
    /// What it does to what we send.
    pub bad_line: BadLine,
}

/// What came of it.
pub enum Dialled {
    Answered(Box<Line>),
    Failed { code: Option<u16>, reason: String },
}

/// A call that was answered.
pub struct Line {
    endpoint: Endpoint,
    /// The leg lives on its runtime.
    _media: Arc<Media>,
    session: Session,
    signals: mpsc::Receiver<SessionEvent>,
    leg: Leg,
    local: LocalMedia,
    clock: Clock,
    recorded: Option<mpsc::Receiver<Recorded>>,
    stereo: Stereo,
    hung_up: Option<At>,
    end: Option<(TerminatedBy, String)>,
}

/// What a caller has to know of.
pub enum LineEvent {
    Audio(Box<AudioFrame>),
    Media(MediaEvent),
    /// Dealt with already.
    Other,
}

/// Nobody calls a caller.
struct NoCalls;

impl Guard for NoCalls {
    fn judge(&self, _: &RequestFacts<'_>) -> Verdict {
        Verdict::Silent
    }

    fn password(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}

/// Calls, and waits for the answer.
pub async fn dial(plan: Plan, clock: Clock, report: &Report) -> anyhow::Result<Dialled> {
    let ip = plan.local.map_or_else(|| address_towards(&plan.target), Ok)?;
    let (endpoint, _incoming) =
        Endpoint::bind(EndpointConfig::new(SocketAddr::new(ip, 0), Arc::new(NoCalls)))
            .await
            .context("no socket for signalling")?;
    let media = Media::start(media_config(ip, plan.bad_line), clock)?;
    let leg = media.open()?;
    let local = LocalMedia {
        addr: leg.addr,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        ptime_ms: 20,
        session_id: clock.now().0,
        version: 1,
        flow: MediaFlow::SendRecv,
    };
    let invite = OutgoingInvite {
        target: plan.target,
        from: plan.from,
        from_name: plan.from_name,
        sdp: sdp::offer(&local),
        credentials: plan.credentials,
        headers: Vec::new(),
        ring_for: plan.answer_timeout,
    };
    let (session, mut signals) = match endpoint.invite(invite).await {
        Ok(invited) => invited,
        Err(error) => {
            return Ok(Dialled::Failed { code: None, reason: error.to_string() });
        }
    };
    match answer(&session, &mut signals, clock, report).await {
        Ok(sdp) => {
            let negotiated = sdp::accept(&sdp, &local).context("the answer has no media for us")?;
            let mut line = Line {
                endpoint,
                _media: media,
                session,
                signals,
                leg,
                local,
                clock,
                recorded: None,
                stereo: Stereo::new(clock.now()),
                hung_up: None,
                end: None,
            };
            line.media(MediaCommand::Connect(negotiated)).await;
            if plan.record {
                line.record().await;
            }
            Ok(Dialled::Answered(Box::new(line)))
        }
        Err((code, reason)) => {
            endpoint.shutdown().await;
            Ok(Dialled::Failed { code, reason })
        }
    }
}

fn media_config(ip: IpAddr, line: BadLine) -> MediaConfig {
    MediaConfig { bind: ip, advertised: ip, ports: MEDIA_PORTS, threads: 1, nat: false, line }
}

/// The SDP of the 200, or the refusal.
async fn answer(
    session: &Session,
    signals: &mut mpsc::Receiver<SessionEvent>,
    clock: Clock,
    report: &Report,
) -> Result<String, (Option<u16>, String)> {
    loop {
        let event = tokio::select! {
            event = signals.recv() => event,
            _ = tokio::signal::ctrl_c() => {
                let _ = session.send(SessionCommand::HangUp { reason: None }).await;
                return Err((None, "interrupted".to_owned()));
            }
        };
        match event {
            Some(SessionEvent::Progress { code, .. }) => report.tell(clock.now(), &Told::Ringing { code }),
            Some(SessionEvent::Answered { sdp }) => return Ok(sdp),
            Some(SessionEvent::Rejected { code, reason }) => return Err((Some(code), reason)),
            Some(SessionEvent::Terminated { reason, .. }) => return Err((None, reason)),
            Some(_) => {}
            None => return Err((None, "signalling ended".to_owned())),
        }
    }
}

/// The address of ours from which packets to `target` leave. Sends nothing.
fn address_towards(target: &str) -> anyhow::Result<IpAddr> {
    let host = target.trim_start_matches("sips:").trim_start_matches("sip:");
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split([';', '?', '>']).next().unwrap_or(host);
    let with_port =
        if host.ends_with(']') || !host.contains(':') { format!("{host}:5060") } else { host.to_owned() };
    let any = if with_port.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
    let socket = UdpSocket::bind(any)?;
    socket
        .connect(&with_port)
        .with_context(|| format!("{target}: no way to {with_port}; --local names our address"))?;
    Ok(socket.local_addr()?.ip())
}

impl Line {
    pub fn now(&self) -> At {
        self.clock.now()
    }

    /// Whether the call is over; also when the far end does not confirm our hanging up.
    pub fn ended(&self) -> bool {
        let waited = self.hung_up.is_some_and(|at| self.now().since_ms(at) > HANG_UP_MS);
        self.end.is_some() || waited
    }

    /// Who ended the call, and why.
    pub fn end(&self) -> (TerminatedBy, String) {
        self.end.clone().unwrap_or((TerminatedBy::Us, "not confirmed".to_owned()))
    }

    /// What happens next. Cancel-safe.
    pub async fn next(&mut self) -> LineEvent {
        tokio::select! {
            Some(frame) = self.leg.audio.recv() => LineEvent::Audio(Box::new(frame)),
            Some(event) = self.leg.events.recv() => LineEvent::Media(event),
            Some(frame) = next_recorded(&mut self.recorded) => {
                self.stereo.push(&frame);
                LineEvent::Other
            }
            signal = self.signals.recv(), if self.end.is_none() => {
                self.on_signal(signal).await;
                LineEvent::Other
            }
            else => std::future::pending().await,
        }
    }

    async fn on_signal(&mut self, signal: Option<SessionEvent>) {
        match signal {
            Some(SessionEvent::Terminated { by, reason }) => self.end = Some((by, reason)),
            Some(SessionEvent::Offer { id, sdp }) => self.on_offer(id, sdp).await,
            Some(_) => {}
            None => self.end = Some((TerminatedBy::Timeout, "signalling ended".to_owned())),
        }
    }

    /// A re-INVITE: hold, another address, or (without a body) a wish for our offer.
    async fn on_offer(&mut self, id: u32, offer: Option<String>) {
        self.local.version += 1;
        let answered = match offer {
            None => Ok(sdp::offer(&self.local)),
            Some(offer) => match sdp::answer(&offer, &self.local) {
                Ok((answer, negotiated)) => {
                    self.media(MediaCommand::Connect(negotiated)).await;
                    Ok(answer)
                }
                Err(error) => Err(error.status),
            },
        };
        let _ = self.session.send(SessionCommand::AnswerOffer { id, sdp: answered }).await;
    }

    pub async fn media(&self, command: MediaCommand) {
        let _ = self.leg.control.send(command).await;
    }

    async fn record(&mut self) {
        let (to, recorded) = mpsc::channel(RECORDED_FRAMES);
        self.media(MediaCommand::Record { to }).await;
        self.recorded = Some(recorded);
    }

    /// Ends the call; the second time nothing more happens.
    pub async fn hang_up(&mut self, reason: &str) {
        if self.hung_up.is_some() {
            return;
        }
        self.hung_up = Some(self.now());
        let reason = (!reason.is_empty()).then(|| reason.to_owned());
        let _ = self.session.send(SessionCommand::HangUp { reason }).await;
    }

    /// Closes media and signalling; the recording and the last counters.
    pub async fn close(mut self) -> (Stereo, Option<MediaStats>) {
        self.media(MediaCommand::Close).await;
        let stats = timeout(Duration::from_millis(CLOSE_MS), self.stats()).await.ok().flatten();
        self.endpoint.shutdown().await;
        (self.stereo, stats)
    }

    async fn stats(&mut self) -> Option<MediaStats> {
        loop {
            let event = tokio::select! {
                Some(frame) = next_recorded(&mut self.recorded) => {
                    self.stereo.push(&frame);
                    continue;
                }
                event = self.leg.events.recv() => event?,
            };
            if let MediaEvent::Closed { stats } = event {
                return Some(stats);
            }
        }
    }
}

async fn next_recorded(recorded: &mut Option<mpsc::Receiver<Recorded>>) -> Option<Recorded> {
    match recorded {
        Some(recorded) => recorded.recv().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::address_towards;

    #[test]
    fn our_address_is_the_one_that_leads_to_the_target() {
        for target in ["sip:1000@127.0.0.1:5060", "sip:127.0.0.1", "sip:a@127.0.0.1;transport=udp"] {
            assert_eq!(address_towards(target).unwrap().to_string(), "127.0.0.1", "{target}");
        }
    }
}
