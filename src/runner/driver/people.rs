//! The human side of a call: the agent's leg, a colleague's, and who hears whom.

use super::outside;
use super::{AgentLeg, Driver, Input, MediaCommand, Voice};
use crate::config::By;
use crate::desk::notice::{AgentRef, Rings};
use crate::edge::leg::{MediaControl, PlaybackId};
use crate::language::Language;
use crate::runner::speaker;
use sip::session::SessionCommand;

/// What an agent hears before accepting.
const BRIEFING: PlaybackId = PlaybackId(1);

impl Driver {
    pub(super) async fn invite_agent(&mut self, agent: AgentRef) -> Option<Input> {
        self.release_agent().await;
        if let Rings::Outside { uri, by: By::Refer } = agent.rings {
            self.to_session(SessionCommand::Refer { target: uri }).await;
            return None;
        }
        self.agent = self.invite(&agent).await;
        self.agent.is_none().then_some(Input::AgentRejected { code: 503 })
    }

    pub(super) async fn invite_second(&mut self, agent: AgentRef) -> Option<Input> {
        self.release_second().await;
        self.second = self.invite(&agent).await;
        let refused = Input::Second(crate::call::SecondLeg::Rejected { code: 503 });
        self.second.is_none().then_some(refused)
    }

    async fn invite(&self, agent: &AgentRef) -> Option<AgentLeg> {
        let told = match agent.outside() {
            Some(_) => outside::headers(&self.parts.recorder, &self.facts.id, self.call.language()).await,
            None => Vec::new(),
        };
        match AgentLeg::invite(&self.parts, &self.facts, agent, told, self.replies.clone()).await {
            Ok(leg) => Some(leg),
            Err(detail) => {
                tracing::warn!(agent = agent.id, "agent's phone cannot be called");
                tracing::debug!(detail, "why the phone cannot be called");
                None
            }
        }
    }

    pub(super) async fn release_agent(&mut self) {
        if let Some(mut agent) = self.agent.take() {
            agent.hang_up().await;
        }
    }

    pub(super) async fn release_second(&mut self) {
        if let Some(mut second) = self.second.take() {
            second.hang_up().await;
        }
    }

    /// In the background: a late sentence is heard late, and the key is waited for all the same.
    pub(super) fn say_to_agent(&self, text: &str, language: Language) {
        let Some(agent) = &self.agent else { return };
        let (control, spoken) = (agent.media.leg.control.clone(), self.parts.tts.speak(text, language));
        tokio::spawn(async move {
            let audio = match spoken.await {
                Ok(speech) => speaker::audio(speech).await,
                Err(error) => Err(error),
            };
            match audio {
                Ok(audio) => drop(control.send(MediaCommand::Play { id: BRIEFING, audio }).await),
                Err(error) => tracing::warn!(%error, "an agent could not be told what the call is about"),
            }
        });
    }

    /// Caller and agent hear each other, and nobody else.
    pub(super) async fn bridge(&mut self) {
        let language = self.call.language();
        if let (Some(caller), Some(agent)) = (&self.caller, &mut self.agent) {
            let (here, there) = (caller.leg.control.clone(), agent.media.leg.control.clone());
            caller.command(MediaCommand::Bridge { far: there }).await;
            agent.media.command(MediaCommand::Bridge { far: here }).await;
            if self.parts.notes {
                agent.media.command(MediaCommand::Listen { wanted: true }).await;
                agent.hearing.take_notes(Voice::Agent, language);
                self.to_caller(MediaCommand::Listen { wanted: true }).await;
                self.hearing.take_notes(Voice::Caller, language);
            } else {
                agent.media.command(MediaCommand::Listen { wanted: false }).await;
                self.listen(false).await;
            }
            self.whisper(None).await;
        }
    }

    /// The caller is with the bot, or with music, again; the agent's leg is let go.
    pub(super) async fn unbridge(&mut self) {
        self.to_caller(MediaCommand::Unbridge).await;
        self.hush().await;
        self.release_agent().await;
        self.listen(true).await;
    }

    /// The legs are parted and stay. What a caller says to others while on hold is nobody's business.
    pub(super) async fn hold_caller(&mut self) {
        self.to_caller(MediaCommand::Unbridge).await;
        self.listen(false).await;
        if let Some(agent) = &mut self.agent {
            agent.media.command(MediaCommand::Unbridge).await;
            agent.hearing.stop();
        }
        self.whisper(None).await;
    }

    /// The agents talk, and that is between them: no notes.
    pub(super) async fn bridge_second(&mut self) {
        if let (Some(agent), Some(second)) = (&self.agent, &mut self.second) {
            second.hearing.stop();
            let (one, other) = (agent.media.leg.control.clone(), second.media.leg.control.clone());
            agent.media.command(MediaCommand::Bridge { far: other }).await;
            second.media.command(MediaCommand::Bridge { far: one }).await;
            self.whisper(None).await;
        }
    }

    /// Three legs, each of which hears the two others.
    pub(super) async fn confer(&mut self) {
        self.bridge().await;
        let (Some(caller), Some(agent), Some(second)) = (&self.caller, &self.agent, &mut self.second) else {
            return;
        };
        let [c, a, s] = [&caller.leg.control, &agent.media.leg.control, &second.media.leg.control];
        let join = |far: &MediaControl| MediaCommand::Join { far: far.clone() };
        second.media.command(MediaCommand::Bridge { far: c.clone() }).await;
        second.media.command(join(a)).await;
        caller.command(join(s)).await;
        agent.media.command(join(s)).await;
        if self.parts.notes {
            second.media.command(MediaCommand::Listen { wanted: true }).await;
            second.hearing.take_notes(Voice::Agent, self.call.language());
        }
    }

    pub(super) async fn promote_second(&mut self) {
        self.hush().await;
        self.release_agent().await;
        self.agent = self.second.take();
    }
}
