//! The loop of one call.

use super::agent::{AgentLeg, answer_offer};
use super::caller::{Hold, LegMedia};
use super::hearing::Hearing;
use super::meters;
use super::scribe::Scribe;
use super::speaker::{self, Speaker};
use super::timers::Timers;
use super::wording;
use super::{Parts, REPLIES, Reply};
use crate::call::{Call, CallFacts, Input, Output, Speaker as Voice};
use crate::desk::notice::{AgentRef, DeskNotice, DeskReport};
use crate::edge::leg::{Audio, AudioFrame, MediaCommand, MediaEvent, PlaybackId};
use crate::record::Event;
use crate::server::RETRY_AFTER;
use crate::speak::{Speech, TtsError};
use crate::understand::{Meaning, Understand, UnderstandError};
use futures::future::BoxFuture;
use sip::session::{Incoming, InviteInfo, Session, SessionCommand, SessionEvent, TerminatedBy};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc;

type Understanding = Result<Meaning, UnderstandError>;

/// Hold music and chime have ids of their own, far from those of sentences.
const MUSIC: PlaybackId = PlaybackId(u32::MAX);

const CHIME: PlaybackId = PlaybackId(u32::MAX - 1);

/// An agent's phone that sends nothing for so long, and is not on hold, is gone.
const AGENT_LOST_MS: u64 = 20_000;

/// Owns everything that one call holds.
pub(super) struct Driver {
    parts: Arc<Parts>,
    /// Of the generation that the call began with.
    understand: Arc<dyn Understand>,
    facts: CallFacts,
    call: Call,
    invite: InviteInfo,
    session: Session,
    events: mpsc::Receiver<SessionEvent>,
    /// Absent when no port was free.
    caller: Option<LegMedia>,
    /// Our SDP for the 200 OK.
    answer: Option<String>,
    hearing: Hearing,
    speaker: Speaker,
    scribe: Scribe,
    timers: Timers,
    agent: Option<AgentLeg>,
    notices: Option<mpsc::Receiver<DeskNotice>>,
    /// Agent who talks, as the desk was told.
    talking: Option<String>,
    replies: mpsc::Sender<Reply>,
    inbox: mpsc::Receiver<Reply>,
}

/// What woke the loop.
enum Wake {
    Signal(SessionEvent),
    Media(MediaEvent),
    Audio(AudioFrame),
    Reply(Reply),
    Notice(DeskNotice),
    AgentSignal(SessionEvent),
    AgentMedia(MediaEvent),
    AgentAudio(AudioFrame),
    Timer(crate::call::Timer),
    /// The node goes down.
    Cut,
}

impl Driver {
    pub(super) fn start(
        parts: Arc<Parts>,
        understand: Arc<dyn Understand>,
        facts: CallFacts,
        call: Call,
        incoming: Incoming,
    ) -> Self {
        let (replies, inbox) = mpsc::channel(REPLIES);
        let Incoming { info, session, events } = incoming;
        let hearing = Hearing::new(&parts.vad, parts.stt.clone(), parts.end_silence_ms, replies.clone());
        Driver {
            speaker: Speaker::start(parts.tts.clone(), replies.clone()),
            scribe: Scribe::start(parts.recorder.clone(), facts.id.clone(), replies.clone()),
            parts,
            understand,
            facts,
            call,
            invite: info,
            session,
            events,
            caller: None,
            answer: None,
            hearing,
            timers: Timers::default(),
            agent: None,
            notices: None,
            talking: None,
            replies,
            inbox,
        }
    }

    /// Runs the call to its end.
    pub(super) async fn run(mut self) {
        metrics::gauge!("duet_calls_live").increment(1.0);
        let media = self.open_media().await;
        self.step(Input::Received { media }).await;
        while !self.call.ended() {
            let wake = self.wake().await;
            for input in self.inputs(wake).await {
                self.step(input).await;
            }
        }
        self.close().await;
        metrics::gauge!("duet_calls_live").decrement(1.0);
    }

    /// A port, and an answer to the caller's offer. `Err` is the refusal that fits.
    async fn open_media(&mut self) -> Result<(), (u16, String)> {
        let leg = self.parts.media.open().map_err(|error| {
            tracing::error!(%error, "no media for a new call");
            (503, "Service Unavailable".to_owned())
        })?;
        let mut media = LegMedia::new(leg, self.parts.clock.now().0);
        let sdp = match &self.invite.sdp {
            None => Ok(media.offer()),
            Some(offer) => media.answer(offer).await.map(|(answer, _)| answer),
        };
        let result = match sdp {
            Ok(sdp) => {
                self.answer = Some(sdp);
                Ok(())
            }
            Err(error) => Err((error.status, error.to_string())),
        };
        self.caller = Some(media);
        result
    }

    async fn wake(&mut self) -> Wake {
        let (caller_events, caller_audio) = split(&mut self.caller);
        let (agent_signals, agent_media) = match &mut self.agent {
            Some(agent) => (Some(&mut agent.events), Some(&mut agent.media)),
            None => (None, None),
        };
        let (agent_events, agent_audio) = agent_media
            .map_or((None, None), |media| (Some(&mut media.leg.events), Some(&mut media.leg.audio)));
        tokio::select! {
            biased;
            event = self.events.recv() => Wake::Signal(event.unwrap_or_else(gone)),
            Some(event) = receive(caller_events) => Wake::Media(event),
            Some(reply) = self.inbox.recv() => Wake::Reply(reply),
            Some(notice) = receive(self.notices.as_mut()) => Wake::Notice(notice),
            event = receive(agent_signals) => Wake::AgentSignal(event.unwrap_or_else(gone)),
            Some(event) = receive(agent_events) => Wake::AgentMedia(event),
            timer = self.timers.next(self.parts.clock) => Wake::Timer(timer),
            () = self.parts.cut.cancelled() => Wake::Cut,
            Some(frame) = receive(caller_audio) => Wake::Audio(frame),
            Some(frame) = receive(agent_audio) => Wake::AgentAudio(frame),
        }
    }

    /// Translates what woke us into the call's words.
    async fn inputs(&mut self, wake: Wake) -> Vec<Input> {
        match wake {
            Wake::Signal(event) => self.signal(event).await.into_iter().collect(),
            Wake::Media(event) => media_input(event).into_iter().collect(),
            Wake::Audio(frame) => self.hearing.push(&frame),
            Wake::Reply(Reply::Input(input)) => vec![input],
            Wake::Reply(Reply::Speech { id, result }) => self.speech(id, result).await.into_iter().collect(),
            Wake::Notice(notice) => vec![Input::Desk(notice)],
            Wake::AgentSignal(event) => self.agent_signal(event).await.into_iter().collect(),
            Wake::AgentMedia(event) => agent_lost(&event).into_iter().collect(),
            Wake::Cut => vec![Input::HangUp { reason: "the node goes down".into() }],
            Wake::AgentAudio(frame) => {
                self.agent.as_mut().map(|agent| agent.hearing.push(&frame)).unwrap_or_default()
            }
            Wake::Timer(timer) => vec![Input::Timer(timer)],
        }
    }

    async fn signal(&mut self, event: SessionEvent) -> Option<Input> {
        match event {
            SessionEvent::Confirmed { sdp } => Some(self.confirmed(sdp).await),
            SessionEvent::Cancelled => Some(Input::CallerHungUp { reason: "cancelled".into() }),
            SessionEvent::Terminated { by, reason } => Some(Input::CallerHungUp {
                reason: if by == TerminatedBy::Timeout { format!("timeout: {reason}") } else { reason },
            }),
            SessionEvent::Dtmf { digit } => Some(Input::Key { digit }),
            SessionEvent::Offer { id, sdp } => {
                let media = self.caller.as_mut()?;
                hold_input(answer_offer(&self.session, media, id, sdp).await)
            }
            SessionEvent::OfferAnswered { sdp } => match self.caller.as_mut()?.accept(&sdp).await {
                Ok(hold) => hold_input(hold),
                Err(error) => {
                    tracing::warn!(%error, "caller's answer to our offer does not fit");
                    None
                }
            },
            SessionEvent::Progress { .. }
            | SessionEvent::Answered { .. }
            | SessionEvent::Rejected { .. }
            | SessionEvent::OfferRefused { .. } => None,
        }
    }

    /// The ACK; with our offer in the 200 it brings the answer (RFC 3264 section 4), and after a
    /// re-INVITE without SDP likewise.
    async fn confirmed(&mut self, sdp: Option<String>) -> Input {
        if let (Some(answer), Some(media)) = (sdp, self.caller.as_mut())
            && media.offered
            && let Err(error) = media.accept(&answer).await
        {
            return Input::HangUp { reason: format!("the answer in the ACK does not fit: {error}") };
        }
        Input::Confirmed
    }

    async fn agent_signal(&mut self, event: SessionEvent) -> Option<Input> {
        let agent = self.agent.as_mut()?;
        let input = agent.event(event).await;
        if matches!(input, Some(Input::AgentRejected { .. } | Input::AgentHungUp { .. })) {
            agent.media.command(MediaCommand::Close).await;
            self.agent = None;
        }
        input
    }

    /// Audio for a sentence: played if it is still wanted.
    async fn speech(&mut self, id: PlaybackId, result: Result<Speech, TtsError>) -> Option<Input> {
        if !self.speaker.take_wanted(id) {
            return None;
        }
        let audio = match result {
            Ok(speech) => speaker::audio(speech).await,
            Err(error) => Err(error),
        };
        match audio {
            Ok(audio) => {
                self.to_caller(MediaCommand::Play { id, audio }).await;
                None
            }
            Err(error) => Some(Input::SpeechFailed { id, detail: error.to_string() }),
        }
    }

    async fn to_caller(&self, command: MediaCommand) {
        if let Some(media) = &self.caller {
            media.command(command).await;
        }
    }

    async fn step(&mut self, input: Input) {
        let now = self.parts.clock.now();
        let mut outputs = VecDeque::from(self.call.handle(now, input));
        while let Some(output) = outputs.pop_front() {
            if let Some(input) = self.carry_out(output).await {
                outputs.extend(self.call.handle(self.parts.clock.now(), input));
            }
        }
    }

    /// Does one thing; an input comes back when it could not be done.
    async fn carry_out(&mut self, output: Output) -> Option<Input> {
        match output {
            Output::Ring => self.to_session(SessionCommand::Ring { sdp: None }).await,
            Output::AnswerCaller => {
                let sdp = self.answer.take().unwrap_or_default();
                self.to_session(SessionCommand::Answer { sdp }).await;
            }
            Output::RejectCaller { code, reason } => {
                let retry_after = (code == 503).then_some(RETRY_AFTER);
                self.to_session(SessionCommand::Reject { code, reason, retry_after }).await;
            }
            Output::HangUpCaller { reason } => self.to_session(SessionCommand::HangUp { reason }).await,
            Output::Record(event) => self.record(event).await,
            Output::Say { id, text, language } => self.speaker.say(id, text, language).await,
            Output::StopSaying { id } => {
                self.speaker.cancel(id);
                self.to_caller(MediaCommand::Stop { id: Some(id) }).await;
            }
            Output::Chime => {
                let audio = Audio::Ready(crate::edge::chime());
                self.to_caller(MediaCommand::Play { id: CHIME, audio }).await;
            }
            Output::RestartHearing => self.hearing.heal(),
            Output::HoldSaying { except } => self.to_caller(MediaCommand::Hold { except }).await,
            Output::ReleaseSaying => self.to_caller(MediaCommand::Release).await,
            Output::Hear { continued, over, .. } => {
                let language = over.then(|| self.call.language());
                self.hearing.start_over(continued, language);
            }
            Output::Decode { turn, attempt } => self.hearing.decode(turn, attempt),
            Output::EndAfter { silence_ms } => return self.hearing.end_after(silence_ms),
            Output::Prepare { text, language } => self.speaker.prepare(text, language),
            Output::Understand { turn, attempt, text, language, asked } => {
                let meaning = self.understand.understand(&text, language, asked);
                self.understand(turn, attempt, meaning);
            }
            Output::Expect { expect } => self.hearing.expect(expect.hint),
            Output::RunAction { id, action } => self.act(id, action),
            Output::Summarise { turn } => self.summarise(turn),
            Output::StartMusic => {
                self.listen(false).await;
                let audio = Audio::Loop(self.parts.music.clone());
                self.to_caller(MediaCommand::Play { id: MUSIC, audio }).await;
            }
            Output::StopMusic => {
                self.to_caller(MediaCommand::Stop { id: Some(MUSIC) }).await;
                self.listen(true).await;
            }
            Output::Enqueue { call } => {
                // The card is made from the record: why and for which queue must stand there.
                self.scribe.flush().await;
                self.notices = Some(self.parts.desk.enqueue(call).await);
            }
            Output::Report { report } => self.report(report).await,
            Output::InviteAgent { agent } => return self.invite_agent(agent).await,
            Output::ReleaseAgent => self.release_agent().await,
            Output::Bridge => self.bridge().await,
            Output::Unbridge => self.unbridge().await,
            Output::SetTimer { timer, at } => self.timers.set(timer, at),
            Output::ClearTimer { timer } => self.timers.clear(timer),
            Output::End => {}
        }
        None
    }

    async fn to_session(&self, command: SessionCommand) {
        if self.session.send(command).await.is_err() {
            tracing::debug!("caller's session is gone already");
        }
    }

    async fn record(&mut self, event: Event) {
        meters::observe(&event, self.call.language());
        self.scribe.write(self.parts.clock.now(), event).await;
    }

    fn understand(&self, turn: u32, attempt: u32, meaning: BoxFuture<'static, Understanding>) {
        let replies = self.replies.clone();
        tokio::spawn(async move {
            let result = meaning.await.map_err(|error| error.to_string());
            let _ = replies.send(Reply::Input(Input::Understood { turn, attempt, result })).await;
        });
    }

    fn act(&self, id: u32, action: crate::decide::ActionCall) {
        let (parts, replies) = (self.parts.clone(), self.replies.clone());
        let key = format!("{}-{id}", self.facts.id);
        tokio::spawn(async move {
            let started = parts.clock.now();
            let result = parts.actions.run(&action, &key).await;
            let duration_ms = parts.clock.now().since_ms(started);
            let _ = replies.send(Reply::Input(Input::ActionDone { id, result, duration_ms })).await;
        });
    }

    /// In the background: the handover goes its way meanwhile.
    fn summarise(&self, turn: u32) {
        let Some(adviser) = self.parts.adviser.clone().filter(|adviser| adviser.may_retell()) else { return };
        let Some(written) = self.scribe.mark() else { return };
        let (recorder, id, replies) =
            (self.parts.recorder.clone(), self.facts.id.clone(), self.replies.clone());
        tokio::spawn(async move {
            if let Some(text) = wording::word(&adviser, &recorder, &id, written).await {
                let model = adviser.model().to_owned();
                let _ = replies.send(Reply::Input(Input::SummaryWorded { turn, text, model })).await;
            }
        });
    }

    async fn report(&mut self, report: DeskReport) {
        match &report {
            DeskReport::Bridged { agent } => self.talking = Some(agent.clone()),
            DeskReport::AgentLeft { .. } | DeskReport::Left => {
                self.talking = None;
                self.notices = None;
            }
            DeskReport::Ringing { .. } | DeskReport::Refused { .. } => {}
        }
        self.parts.desk.report(self.facts.id.clone(), report).await;
    }

    async fn invite_agent(&mut self, agent: AgentRef) -> Option<Input> {
        self.release_agent().await;
        match AgentLeg::invite(&self.parts, &self.facts, &agent, self.replies.clone()).await {
            Ok(leg) => {
                self.agent = Some(leg);
                None
            }
            Err(detail) => {
                tracing::warn!(agent = agent.id, "agent's phone cannot be called");
                tracing::debug!(detail, "why the phone cannot be called");
                Some(Input::AgentRejected { code: 503 })
            }
        }
    }

    async fn release_agent(&mut self) {
        if let Some(agent) = self.agent.take() {
            agent.hang_up().await;
        }
    }

    async fn bridge(&mut self) {
        let language = self.call.language();
        if let (Some(caller), Some(agent)) = (&self.caller, &mut self.agent) {
            let (here, there) = (caller.leg.control.clone(), agent.media.leg.control.clone());
            caller.command(MediaCommand::Bridge { far: there }).await;
            agent.media.command(MediaCommand::Bridge { far: here }).await;
            if self.parts.notes {
                agent.hearing.take_notes(Voice::Agent, language);
                self.hearing.take_notes(Voice::Caller, language);
            } else {
                agent.media.command(MediaCommand::Listen { wanted: false }).await;
                self.listen(false).await;
            }
        }
    }

    async fn unbridge(&mut self) {
        self.to_caller(MediaCommand::Unbridge).await;
        self.release_agent().await;
        self.listen(true).await;
    }

    /// Whether the call wants the caller's words.
    async fn listen(&mut self, wanted: bool) {
        self.to_caller(MediaCommand::Listen { wanted }).await;
        if wanted { self.hearing.take_turns() } else { self.hearing.stop() }
    }

    /// Lets everything go and waits for the last event to be written.
    async fn close(mut self) {
        self.release_agent().await;
        let report = match self.talking.take() {
            Some(agent) => Some(DeskReport::AgentLeft { agent }),
            None => self.notices.take().map(|_| DeskReport::Left),
        };
        if let Some(report) = report {
            self.parts.desk.report(self.facts.id.clone(), report).await;
        }
        self.to_caller(MediaCommand::Close).await;
        self.scribe.finish().await;
    }
}

fn split(
    media: &mut Option<LegMedia>,
) -> (Option<&mut mpsc::Receiver<MediaEvent>>, Option<&mut mpsc::Receiver<AudioFrame>>) {
    match media {
        Some(media) => (Some(&mut media.leg.events), Some(&mut media.leg.audio)),
        None => (None, None),
    }
}

/// Waits for ever where there is nothing to wait for.
async fn receive<T>(queue: Option<&mut mpsc::Receiver<T>>) -> Option<T> {
    match queue {
        Some(queue) => queue.recv().await,
        None => std::future::pending().await,
    }
}

/// The signalling task ended without a word.
fn gone() -> SessionEvent {
    SessionEvent::Terminated { by: TerminatedBy::Timeout, reason: "signalling ended".into() }
}

/// A phone that died without a word: the caller must not talk into silence.
fn agent_lost(event: &MediaEvent) -> Option<Input> {
    let MediaEvent::Silent { for_ms } = event else { return None };
    (*for_ms >= AGENT_LOST_MS)
        .then(|| Input::AgentHungUp { reason: "nothing came from the agent's phone".into() })
}

fn hold_input(hold: Hold) -> Option<Input> {
    match hold {
        Hold::Held => Some(Input::CallerHeld),
        Hold::Resumed => Some(Input::CallerResumed),
        Hold::Unchanged => None,
    }
}

fn media_input(event: MediaEvent) -> Option<Input> {
    match event {
        MediaEvent::Dtmf { digit, .. } => Some(Input::Key { digit }),
        MediaEvent::PlaybackStarted { id, at, voiced_at } => {
            Some(Input::PlaybackStarted { id, at, voiced_at })
        }
        MediaEvent::PlaybackDone { id, heard_ms, total_ms, completed } => {
            Some(Input::PlaybackDone { id, heard_ms, total_ms, completed })
        }
        MediaEvent::Silent { for_ms } => Some(Input::MediaSilent { for_ms }),
        MediaEvent::Closed { .. } => None,
    }
}
