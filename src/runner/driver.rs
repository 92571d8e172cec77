//! The loop of one call.

mod callback;
mod ears; // supervisors who listen
mod message; // what a caller leaves for people
mod outside; // what another exchange is told
mod people;

use super::agent::{AgentLeg, AgentSignal, Signals, answer_offer};
use super::caller::{Hold, LegMedia};
use super::errands::{self, Errands};
use super::hearing::Hearing;
use super::meters;
use super::scribe::Scribe;
use super::speaker::{self, Speaker};
use super::timers::Timers;
use super::{Parts, REPLIES, Reply};
use crate::call::{Call, CallFacts, Input, Output, SecondLeg, Speaker as Voice};
use crate::desk::notice::DeskNotice;
use crate::edge::leg::{Audio, AudioFrame, MediaCommand, MediaEvent, PlaybackId};
use crate::record::Event;
use crate::server::RETRY_AFTER;
use crate::speak::{Speech, TtsError};
use crate::understand::Understand;
use sip::session::{Incoming, Session, SessionCommand, SessionEvent, TerminatedBy};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Hold music and chime have ids of their own, far from those of sentences.
const MUSIC: PlaybackId = PlaybackId(u32::MAX);

const CHIME: PlaybackId = PlaybackId(u32::MAX - 1);

/// An agent's phone that sends nothing for so long, and is not on hold, is gone.
const AGENT_LOST_MS: u64 = 20_000;
/// A browser may come back; how long that is waited for is the call's business.
const BROWSER_LOST_MS: u64 = 60_000;

/// Owns everything that one call holds.
pub(super) struct Driver {
    parts: Arc<Parts>,
    /// Of the generation that the call began with.
    understand: Arc<dyn Understand>,
    facts: CallFacts,
    call: Call,
    /// SDP of an INVITE that came without one, or of one of ours, is made by us.
    offer: Option<String>,
    /// Absent until a caller who is rung back is invited.
    session: Option<Session>,
    events: Option<mpsc::Receiver<SessionEvent>>,
    /// Absent when no port was free.
    caller: Option<LegMedia>,
    /// Our SDP for the 200 OK, or for our INVITE.
    answer: Option<String>,
    hearing: Hearing,
    /// What the caller says, while a message is left.
    tape: Option<message::Tape>,
    speaker: Speaker,
    scribe: Scribe,
    timers: Timers,
    agent: Option<AgentLeg>,
    /// The colleague whom the agent asks.
    second: Option<AgentLeg>,
    notices: Option<mpsc::Receiver<DeskNotice>>,
    /// What those who look on want, in whatever phase.
    wall: mpsc::Receiver<DeskNotice>,
    ears: ears::Ears,
    /// Agent who talks, as the desk was told.
    talking: Option<String>,
    replies: mpsc::Sender<Reply>,
    inbox: mpsc::Receiver<Reply>,
}

/// How a call begins.
pub(super) enum Beginning {
    Incoming(Box<Incoming>),
    /// An agent is kept for it already: the notices of the desk.
    RungBack(mpsc::Receiver<DeskNotice>),
}

/// What woke the loop.
enum Wake {
    Signal(SessionEvent),
    Media(MediaEvent),
    Audio(AudioFrame),
    Reply(Reply),
    Notice(DeskNotice),
    AgentSignal(AgentSignal),
    AgentMedia(MediaEvent),
    AgentAudio(AudioFrame),
    SecondSignal(AgentSignal),
    SecondMedia(MediaEvent),
    SecondAudio(AudioFrame),
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
        from: Beginning,
    ) -> Self {
        let (replies, inbox) = mpsc::channel(REPLIES);
        let (offer, session, events, notices) = match from {
            Beginning::Incoming(incoming) => {
                let Incoming { info, session, events } = *incoming;
                (info.sdp, Some(session), Some(events), None)
            }
            Beginning::RungBack(notices) => (None, None, None, Some(notices)),
        };
        let hearing = Hearing::new(&parts.vad, parts.stt.clone(), parts.end_silence_ms, replies.clone());
        let wall = parts.desk.reach(facts.id.clone());
        Driver {
            speaker: Speaker::start(parts.tts.clone(), replies.clone()),
            scribe: Scribe::start(parts.recorder.clone(), facts.id.clone(), replies.clone()),
            parts,
            understand,
            facts,
            call,
            offer,
            session,
            events,
            caller: None,
            answer: None,
            hearing,
            tape: None,
            timers: Timers::default(),
            agent: None,
            second: None,
            notices,
            wall,
            ears: ears::Ears::default(),
            talking: None,
            replies,
            inbox,
        }
    }

    /// Runs the call to its end; whether the caller was there at all.
    pub(super) async fn run(mut self) -> bool {
        metrics::gauge!("duet_calls_live").increment(1.0);
        let media = self.open_media().await;
        self.step(Input::Received { media }).await;
        while !self.call.ended() {
            let wake = self.wake().await;
            for input in self.inputs(wake).await {
                self.step(input).await;
            }
        }
        let answered = self.call.answered();
        self.close().await;
        metrics::gauge!("duet_calls_live").decrement(1.0);
        answered
    }

    /// A port, and an answer to the caller's offer. `Err` is the refusal that fits.
    async fn open_media(&mut self) -> Result<(), (u16, String)> {
        let leg = self.parts.media.open().map_err(|error| {
            tracing::error!(%error, "no media for a new call");
            (503, "Service Unavailable".to_owned())
        })?;
        let mut media = LegMedia::new(leg, self.parts.clock.now().0);
        let sdp = match &self.offer {
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
        let (agent_signals, agent_events, agent_audio) = channels(&mut self.agent);
        let (second_signals, second_events, second_audio) = channels(&mut self.second);
        tokio::select! {
            biased;
            event = signals(self.events.as_mut()) => Wake::Signal(event),
            Some(event) = receive(caller_events) => Wake::Media(event),
            Some(reply) = self.inbox.recv() => Wake::Reply(reply),
            Some(notice) = receive(self.notices.as_mut()) => Wake::Notice(notice),
            Some(notice) = self.wall.recv() => Wake::Notice(notice),
            event = phone(agent_signals) => Wake::AgentSignal(event),
            Some(event) = receive(agent_events) => Wake::AgentMedia(event),
            event = phone(second_signals) => Wake::SecondSignal(event),
            Some(event) = receive(second_events) => Wake::SecondMedia(event),
            timer = self.timers.next(self.parts.clock) => Wake::Timer(timer),
            () = self.parts.cut.cancelled() => Wake::Cut,
            Some(frame) = receive(caller_audio) => Wake::Audio(frame),
            Some(frame) = receive(agent_audio) => Wake::AgentAudio(frame),
            Some(frame) = receive(second_audio) => Wake::SecondAudio(frame),
        }
    }

    /// Translates what woke us into the call's words.
    async fn inputs(&mut self, wake: Wake) -> Vec<Input> {
        match wake {
            Wake::Signal(event) => self.signal(event).await.into_iter().collect(),
            Wake::Media(event) => media_input(event).into_iter().collect(),
            Wake::Audio(frame) => {
                self.tape.iter_mut().for_each(|tape| tape.push(&frame.samples));
                self.hearing.push(&frame)
            }
            Wake::Reply(Reply::Input(input)) => vec![input],
            Wake::Reply(Reply::Speech { id, result }) => self.speech(id, result).await.into_iter().collect(),
            Wake::Notice(DeskNotice::Ear { by, ear }) => {
                self.ear(by, ear).await;
                Vec::new()
            }
            Wake::Notice(notice) => vec![Input::Desk(notice)],
            Wake::AgentSignal(event) => self.agent_signal(event).await.into_iter().collect(),
            Wake::AgentMedia(MediaEvent::Dtmf { digit, .. }) => vec![Input::AgentKey { digit }],
            Wake::AgentMedia(event) => agent_lost(&event, self.agent.as_ref()).into_iter().collect(),
            Wake::SecondSignal(event) => self.second_signal(event).await.into_iter().collect(),
            Wake::SecondMedia(event) => agent_lost(&event, self.second.as_ref())
                .map(|_| Input::Second(SecondLeg::HungUp))
                .into_iter()
                .collect(),
            Wake::SecondAudio(frame) => {
                self.second.as_mut().map(|second| second.hearing.push(&frame)).unwrap_or_default()
            }
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
                let (session, media) = (self.session.as_ref()?, self.caller.as_mut()?);
                hold_input(answer_offer(session, media, id, sdp).await)
            }
            SessionEvent::OfferAnswered { sdp } => match self.caller.as_mut()?.accept(&sdp).await {
                Ok(hold) => hold_input(hold),
                Err(error) => {
                    tracing::warn!(%error, "caller's answer to our offer does not fit");
                    None
                }
            },
            SessionEvent::Answered { sdp } => Some(self.caller_answered(&sdp).await),
            SessionEvent::Rejected { code, .. } => Some(Input::CallerRefused { code }),
            SessionEvent::Referred { code } => referred(code),
            SessionEvent::Progress { .. } | SessionEvent::OfferRefused { .. } => None,
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

    async fn agent_signal(&mut self, event: AgentSignal) -> Option<Input> {
        let agent = self.agent.as_mut()?;
        let input = agent.event(event).await;
        if matches!(input, Some(Input::AgentRejected { .. } | Input::AgentHungUp { .. })) {
            agent.media.command(MediaCommand::Close).await;
            self.agent = None;
        }
        input
    }

    async fn second_signal(&mut self, event: AgentSignal) -> Option<Input> {
        let second = self.second.as_mut()?;
        let event = match second.event(event).await? {
            Input::AgentAnswered => SecondLeg::Answered,
            Input::AgentRejected { code } => SecondLeg::Rejected { code },
            Input::AgentHungUp { .. } => SecondLeg::HungUp,
            _ => return None,
        };
        if event != SecondLeg::Answered {
            second.media.command(MediaCommand::Close).await;
            self.second = None;
        }
        Some(Input::Second(event))
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
            Output::Hear { continued, over, .. } => self.hear(continued, over),
            Output::Decode { turn, attempt } => self.hearing.decode(turn, attempt),
            Output::EndAfter { silence_ms } => return self.hearing.end_after(silence_ms),
            Output::Prepare { text, language } => self.speaker.prepare(text, language),
            Output::Understand { turn, attempt, text, language, asked } => {
                let meaning = self.understand.understand(&text, language, asked);
                errands::understand(&self.replies, turn, attempt, meaning);
            }
            Output::Expect { expect } => self.hearing.expect(expect.hint),
            Output::RunAction { id, action } => self.errands().act(id, action),
            Output::AskApproval { .. } => return errands::ask_approval(&self.parts.desk),
            Output::Summarise { turn } => self.errands().summarise(&self.scribe, turn),
            Output::PressKeys { keys } => self.to_caller(MediaCommand::Dtmf { digits: keys }).await,
            Output::StartMusic => self.music(true).await,
            Output::StopMusic => self.music(false).await,
            Output::Enqueue { call } => {
                self.notices =
                    Some(errands::enqueue(&self.parts.desk, &self.scribe, &self.facts, call).await);
            }
            Output::Report { report } => {
                errands::note_report(&report, &mut self.talking, &mut self.notices);
                self.parts.desk.report(self.facts.id.clone(), report).await;
            }
            Output::InviteAgent { agent } => return self.invite_agent(agent).await,
            Output::ReleaseAgent => self.release_agent().await,
            Output::Bridge => self.bridge().await,
            Output::Unbridge => self.unbridge().await,
            Output::HoldCaller => self.hold_caller().await,
            Output::SayToAgent { text, language } => self.say_to_agent(&text, language),
            Output::InviteSecond { agent } => return self.invite_second(agent).await,
            Output::ReleaseSecond => self.release_second().await,
            Output::BridgeSecond => self.bridge_second().await,
            Output::Confer => self.confer().await,
            Output::PromoteSecond => self.promote_second().await,
            Output::InviteCaller => return self.invite_caller().await,
            Output::KeepCallback { since, number } => return Some(self.keep_callback(since, number).await),
            Output::RecordMessage => self.tape = Some(message::Tape::default()),
            Output::KeepMessage { queue } => return Some(self.keep_message(queue).await),
            Output::DropMessage => self.tape = None,
            Output::SetTimer { timer, at } => self.timers.set(timer, at),
            Output::ClearTimer { timer } => self.timers.clear(timer),
            Output::End => {}
        }
        None
    }

    async fn music(&self, plays: bool) {
        let command = if plays {
            MediaCommand::Play { id: MUSIC, audio: Audio::Loop(self.parts.music.clone()) }
        } else {
            MediaCommand::Stop { id: Some(MUSIC) }
        };
        self.to_caller(command).await;
    }

    fn hear(&mut self, continued: bool, over: bool) {
        let language = over.then(|| self.call.language());
        self.hearing.start_over(continued, language);
    }

    async fn to_session(&self, command: SessionCommand) {
        if let Some(session) = &self.session
            && session.send(command).await.is_err()
        {
            tracing::debug!("caller's session is gone already");
        }
    }

    async fn record(&mut self, event: Event) {
        meters::observe(&event, self.call.language());
        self.scribe.write(self.parts.clock.now(), event).await;
    }

    fn errands(&self) -> Errands<'_> {
        let Parts { clock, recorder, actions, adviser, .. } = &*self.parts;
        Errands { id: &self.facts.id, clock: *clock, recorder, actions, adviser, replies: &self.replies }
    }

    /// Whether the call wants the caller's words.
    async fn listen(&mut self, wanted: bool) {
        self.to_caller(MediaCommand::Listen { wanted }).await;
        if wanted { self.hearing.take_turns() } else { self.hearing.stop() }
    }

    /// Lets everything go and waits for the last event to be written.
    async fn close(mut self) {
        self.release_agent().await;
        self.release_second().await;
        self.parts.desk.unreach(&self.facts.id);
        // One that was taken from the bot has a card at the desk, though it never waited there.
        let known = self.notices.take().is_some() || self.call.wanted_a_person();
        errands::take_leave(&self.parts.desk, &self.facts.id, self.talking.take(), known).await;
        self.to_caller(MediaCommand::Close).await;
        self.scribe.finish().await;
        if self.call.wanted_a_person() {
            let parts = &self.parts;
            let (adviser, recorder) = (parts.adviser.clone(), parts.recorder.clone());
            super::wording::draft_in_words(adviser, recorder, parts.clock, self.facts.id.clone());
            meters::handovers(&self.parts.recorder, &self.facts.id).await;
        }
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

/// Signalling, media events and audio of an agent's leg.
type Channels<'a> = (
    Option<&'a mut Signals>,
    Option<&'a mut mpsc::Receiver<MediaEvent>>,
    Option<&'a mut mpsc::Receiver<AudioFrame>>,
);

fn channels(agent: &mut Option<AgentLeg>) -> Channels<'_> {
    match agent {
        Some(AgentLeg { signals, media, .. }) => {
            (Some(signals), Some(&mut media.leg.events), Some(&mut media.leg.audio))
        }
        None => (None, None, None),
    }
}

/// The next event; that the signalling task has ended is one too.
async fn signals(queue: Option<&mut mpsc::Receiver<SessionEvent>>) -> SessionEvent {
    receive(queue).await.unwrap_or_else(gone)
}

async fn phone(signals: Option<&mut Signals>) -> AgentSignal {
    match signals {
        Some(signals) => signals.next().await,
        None => std::future::pending().await,
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
pub(super) fn gone() -> SessionEvent {
    SessionEvent::Terminated { by: TerminatedBy::Timeout, reason: "signalling ended".into() }
}

/// A phone that died without a word: the caller must not talk into silence.
fn agent_lost(event: &MediaEvent, leg: Option<&AgentLeg>) -> Option<Input> {
    let MediaEvent::Silent { for_ms } = event else { return None };
    let limit = if leg.is_some_and(AgentLeg::is_browser) { BROWSER_LOST_MS } else { AGENT_LOST_MS };
    (*for_ms >= limit).then(|| Input::AgentHungUp { reason: "nothing came from the agent's phone".into() })
}

/// What the caller's trunk says of the place that it was asked to call.
fn referred(code: u16) -> Option<Input> {
    match code {
        100 => None,
        101..200 => Some(Input::AgentRinging),
        200..300 => Some(Input::AgentAnswered),
        code => Some(Input::AgentRejected { code }),
    }
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
