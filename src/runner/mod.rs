//! One task per call: feeds `call` what happens and carries out what it wants.
//!
//! The task owns the caller's leg, the agent's leg while there is one, and every timer. Engines work
//! elsewhere and answer through one bounded channel, so the loop below never waits for thinking.

pub mod actions;
mod agent;
pub mod bots; // which bot a call gets
mod caller;
pub mod chat; // the same in writing
mod driver;
mod errands; // what a contact has done, by voice or in writing
mod hearing;
mod library; // what helps agents
mod meters;
mod overhearing;
mod scribe;
mod speaker;
mod timers;
pub mod voicemail; // messages get their words, and go when their time is over
mod wording; // what a model makes of the summary

pub(crate) use overhearing::overheard;

use crate::call::{Call, CallFacts, CallTimes, Input};
use crate::config::Destination;
use crate::decide::dialog::Dialog;
use crate::desk::notice::{AgentRef, CALLBACK_AGAIN, Callback, CallbackOrder, DeskNotice};
use crate::desk::{Desk, DeskError};
use crate::edge::Media;
use crate::edge::clock::Clock;
use crate::edge::guard::TrunkGuard;
use crate::edge::webrtc::WebPhones;
use crate::hear::SpeechToText;
use crate::hear::silero::Silero;
use crate::record::event::Channel;
use crate::record::{CallId, Recorder};
use crate::speak::{Speech, TextToSpeech, TtsError};
use crate::understand::llm::Adviser;
use actions::ActionRunner;
use bots::{BotParts, Bots};
use driver::{Beginning, Driver};
use sip::endpoint::Endpoint;
use sip::session::Incoming;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Bound of the channel on which engines answer one call.
const REPLIES: usize = 64;

/// Everything that calls share.
pub struct Parts {
    pub clock: Clock,
    pub endpoint: Endpoint,
    pub media: Arc<Media>,
    pub phones: WebPhones,
    pub stt: Arc<dyn SpeechToText>,
    pub vad: Arc<Silero>,
    pub tts: Arc<dyn TextToSpeech>,
    pub desk: Desk,
    pub recorder: Recorder,
    pub actions: Arc<ActionRunner>,
    /// The language model, where one is configured.
    pub adviser: Option<Arc<Adviser>>,
    /// 8 kHz mono, played in a loop.
    pub music: Arc<[i16]>,
    pub bots: Arc<Bots>,
    /// Knows where callers can be rung back.
    pub guard: Arc<TrunkGuard>,
    pub times: CallTimes,
    pub end_silence_ms: u64,
    /// What two people say after the bridge is written down.
    pub notes: bool,
    /// Messages are erased after this.
    pub keep_messages: std::time::Duration,
    /// ... and what customers write outside of calls after this.
    pub keep_letters: std::time::Duration,
    /// ... and tasks this long after they were due.
    pub keep_follow_ups: std::time::Duration,
    /// Cancelled when the node must go down: calls end and write their record.
    pub cut: CancellationToken,
}

/// What engines answer.
enum Reply {
    Input(Input),
    /// The voice has the first audio of a sentence, or failed.
    Speech {
        id: crate::edge::leg::PlaybackId,
        result: Result<Speech, TtsError>,
    },
}

/// Runs one call from INVITE to record. Returns when its last event is written.
/// `straight_to_people` when the node has no time for a conversation.
pub async fn run(parts: Arc<Parts>, incoming: Incoming, destination: Destination, straight_to_people: bool) {
    let id = CallId(uuid::Uuid::now_v7().to_string());
    let span = tracing::info_span!("call", call.id = %id);
    tracing::Instrument::instrument(run_call(parts, incoming, destination, straight_to_people, id), span)
        .await;
}

async fn run_call(
    parts: Arc<Parts>,
    incoming: Incoming,
    destination: Destination,
    straight_to_people: bool,
    id: CallId,
) {
    let bot = destination.bot;
    let Some(generation) = parts.bots.get(&bot) else {
        tracing::error!(bot, "trunk names a bot that is not loaded");
        return;
    };
    let BotParts { bot: dialogs, understand, .. } = &generation.parts;
    let language = destination.language.unwrap_or(dialogs.default_language);
    let seed = parts.clock.now().0;
    let dialog = Dialog::new(dialogs.clone(), language, dialogs.languages.len() > 1, seed);
    let dialog = dialog.called_from(&incoming.info.from).with_approval();
    let facts = CallFacts {
        id,
        from: incoming.info.from.clone(),
        from_name: incoming.info.from_name.clone(),
        to: incoming.info.to.clone(),
        bot,
        trunk: incoming.info.trunk.clone(),
        sip_call_id: incoming.info.call_id.clone(),
        callback: parts.guard.callback(&incoming.info.trunk, &incoming.info.from),
        channel: Channel::Voice,
    };
    let (trunk, own) = (&incoming.info.trunk, facts.callback.is_some());
    let others = parts.guard.other_numbers(trunk).to_vec();
    let dialog = dialog.can_be_called_back(parts.guard.rings_back(trunk)).may_give_numbers(others, own);
    let call = Call::new(facts.clone(), parts.times.clone(), dialog, language);
    let call = if straight_to_people { call.straight_to_people() } else { call };
    let incoming = Beginning::Incoming(Box::new(incoming));
    Driver::start(parts, understand.clone(), facts, call, incoming).run().await;
}

/// Rings back a caller whose turn it is. One who is not there is tried again later, and at last left to people.
pub async fn call_back(parts: Arc<Parts>, order: CallbackOrder) {
    let CallbackOrder { mut callback, agent, notices } = order;
    let id = callback.call_id.clone();
    let span = tracing::info_span!("call", call.id = %id);
    let ringing = ring_back(parts.clone(), &callback, agent, notices);
    let answered = tracing::Instrument::instrument(ringing, span).await;
    let kept = if answered {
        parts.desk.forget_callback(callback.of.clone()).await.map(drop).map_err(DeskError::from)
    } else {
        callback.attempts += 1;
        callback.call_id = CallId(uuid::Uuid::now_v7().to_string());
        callback.not_before = parts.clock.now() + CALLBACK_AGAIN;
        if callback.given_up() {
            tracing::warn!(call.id = %callback.of, attempts = callback.attempts, "A caller was not reached; people must try");
            metrics::counter!("duet_callbacks_given_up_total").increment(1);
        }
        parts.desk.keep_callback(callback).await
    };
    if let Err(error) = kept {
        tracing::error!(%error, "what became of a callback could not be written down");
    }
}

async fn ring_back(
    parts: Arc<Parts>,
    callback: &Callback,
    agent: AgentRef,
    notices: mpsc::Receiver<DeskNotice>,
) -> bool {
    let Some(generation) = parts.bots.get(&callback.bot) else {
        tracing::error!(bot = callback.bot, "a callback names a bot that is not loaded");
        return false;
    };
    let BotParts { bot: dialogs, understand, .. } = &generation.parts;
    let language = callback.language;
    let dialog = Dialog::new(dialogs.clone(), language, dialogs.languages.len() > 1, parts.clock.now().0);
    let dialog = dialog.called_from(&callback.number).can_be_called_back(true).with_approval();
    let facts = CallFacts {
        id: callback.call_id.clone(),
        from: callback.number.clone(),
        from_name: callback.name.clone(),
        to: String::new(),
        bot: callback.bot.clone(),
        trunk: callback.trunk.clone(),
        sip_call_id: String::new(),
        callback: Some(callback.target.clone()),
        channel: Channel::Voice,
    };
    let call = Call::new(facts.clone(), parts.times.clone(), dialog, language).calling_back(callback, agent);
    let beginning = Beginning::RungBack(notices);
    Driver::start(parts, understand.clone(), facts, call, beginning).run().await
}
