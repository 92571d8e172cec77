//! Supervisors who listen: a line in their browser that hears both sides, and may speak to the agent alone.

use super::{Driver, MediaCommand};
use crate::desk::Desk;
use crate::desk::notice::Ear;
use crate::edge::leg::MediaControl;
use crate::edge::webrtc::{PhoneEvent, Ringing, WebLine};
use crate::record::CallId;
use crate::runner::caller::LegMedia;
use std::collections::HashMap;
use tokio::sync::mpsc;

/// Those who listen, by login name.
#[derive(Default)]
pub(super) struct Ears(HashMap<String, Listener>);

/// One of them; dropping it ends the line.
struct Listener {
    control: MediaControl,
    whispers: bool,
    _line: WebLine,
}

impl Driver {
    /// Whoever watches wants to hear the call, in another way, or not any more.
    pub(super) async fn ear(&mut self, by: String, ear: Ear) {
        if ear == Ear::Off {
            // The end of the line tells the desk.
            self.ears.0.remove(&by);
            return;
        }
        let heard = self.ears.0.get(&by).is_some_and(|listener| !listener.control.is_gone());
        if !heard && !self.listen_in(&by).await {
            return self.parts.desk.hears(self.facts.id.clone(), by, Ear::Off).await;
        }
        let whispers = ear == Ear::Whisper && self.agent.is_some();
        if let Some(listener) = self.ears.0.get_mut(&by) {
            listener.whispers = whispers;
            let _ = listener.control.send(MediaCommand::Unfeed).await;
        }
        self.whisper(Some(&by)).await;
        let ear = if whispers { Ear::Whisper } else { Ear::Listen };
        self.parts.desk.hears(self.facts.id.clone(), by, ear).await;
    }

    /// False when there is no telephone, or no caller to be heard.
    async fn listen_in(&mut self, by: &str) -> bool {
        let Some(far) = self.caller.as_ref().map(|caller| caller.leg.control.clone()) else { return false };
        let Some(ringing) = self.parts.phones.listen(by, &self.facts.id).await else { return false };
        let Ringing { line, events, inside } = ringing;
        let leg = match self.parts.media.open_inside(inside) {
            Ok(leg) => leg,
            Err(error) => {
                tracing::error!(%error, "no media for somebody who listens");
                return false;
            }
        };
        let mut media = LegMedia::new(leg, self.parts.clock.now().0);
        media.connect_inside().await;
        // What is said here is for the agent's ear, not for the recogniser.
        media.command(MediaCommand::Listen { wanted: false }).await;
        media.command(MediaCommand::Overhear { far }).await;
        let listener = Listener { control: media.leg.control.clone(), whispers: false, _line: line };
        self.ears.0.insert(by.to_owned(), listener);
        tokio::spawn(attend(self.parts.desk.clone(), self.facts.id.clone(), by.to_owned(), media, events));
        true
    }

    /// The agent hears those who whisper: one of them, or all after legs were joined anew.
    pub(super) async fn whisper(&self, only: Option<&str>) {
        let Some(agent) = &self.agent else { return };
        let whispering = self
            .ears
            .0
            .iter()
            .filter(|(by, listener)| listener.whispers && only.is_none_or(|only| only == by.as_str()));
        for (_, listener) in whispering {
            agent.media.command(MediaCommand::Join { far: listener.control.clone() }).await;
        }
    }

    /// The agent they spoke to has gone: the next one hears nobody unasked.
    pub(super) async fn hush(&mut self) {
        for (by, listener) in self.ears.0.iter_mut().filter(|(_, listener)| listener.whispers) {
            listener.whispers = false;
            let _ = listener.control.send(MediaCommand::Unfeed).await;
            self.parts.desk.hears(self.facts.id.clone(), by.clone(), Ear::Listen).await;
        }
    }
}

/// Stays with the line until it or its leg ends, and tells the desk.
async fn attend(
    desk: Desk,
    call_id: CallId,
    by: String,
    mut media: LegMedia,
    mut events: mpsc::Receiver<PhoneEvent>,
) {
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(PhoneEvent::HungUp) | None => break,
                Some(_) => {}
            },
            event = media.leg.events.recv() => if event.is_none() { break },
        }
    }
    desk.hears(call_id, by, Ear::Off).await;
    media.command(MediaCommand::Close).await;
}
