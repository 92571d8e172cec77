//! What a contact has done for it, by voice or in writing: thinking, actions, and its part at the desk.

use super::actions::ActionRunner;
use super::scribe::Scribe;
use super::{Reply, wording};
use crate::call::{CallFacts, Input};
use crate::decide::ActionCall;
use crate::desk::Desk;
use crate::desk::notice::{DeskNotice, DeskReport, Supervision, WaitingCall};
use crate::edge::clock::Clock;
use crate::record::{CallId, Recorder};
use crate::understand::llm::Adviser;
use crate::understand::{Meaning, UnderstandError};
use futures::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What runs beside one contact, and where its answers go.
pub(super) struct Errands<'a> {
    pub id: &'a CallId,
    pub clock: Clock,
    pub recorder: &'a Recorder,
    pub actions: &'a Arc<ActionRunner>,
    pub adviser: &'a Option<Arc<Adviser>>,
    pub replies: &'a mpsc::Sender<Reply>,
}

impl Errands<'_> {
    /// Runs an action; `Input::ActionDone` follows.
    pub(super) fn act(&self, id: u32, action: ActionCall) {
        let (actions, clock, replies) = (self.actions.clone(), self.clock, self.replies.clone());
        let key = format!("{}-{id}", self.id);
        tokio::spawn(async move {
            let started = clock.now();
            let result = actions.run(&action, &key).await;
            let duration_ms = clock.now().since_ms(started);
            let _ = replies.send(Reply::Input(Input::ActionDone { id, result, duration_ms })).await;
        });
    }

    /// In the background: the handover goes its way meanwhile.
    pub(super) fn summarise(&self, scribe: &Scribe, turn: u32) {
        let Some(adviser) = self.adviser.clone().filter(|adviser| adviser.may_retell()) else { return };
        let Some(written) = scribe.mark() else { return };
        let (recorder, id, replies) = (self.recorder.clone(), self.id.clone(), self.replies.clone());
        tokio::spawn(async move {
            if let Some(text) = wording::word(&adviser, &recorder, &id, written).await {
                let model = adviser.model().to_owned();
                let _ = replies.send(Reply::Input(Input::SummaryWorded { turn, text, model })).await;
            }
        });
    }
}

/// Waits for the meaning beside the contact; `Input::Understood` follows.
pub(super) fn understand(
    replies: &mpsc::Sender<Reply>,
    turn: u32,
    attempt: u32,
    meaning: BoxFuture<'static, Result<Meaning, UnderstandError>>,
) {
    let replies = replies.clone();
    tokio::spawn(async move {
        let result = meaning.await.map_err(|error| error.to_string());
        let _ = replies.send(Reply::Input(Input::Understood { turn, attempt, result })).await;
    });
}

/// Those who look on read the reply in the record; where nobody does, the call need not wait.
pub(super) fn ask_approval(desk: &Desk) -> Option<Input> {
    let nobody = DeskNotice::Supervise(Supervision::NobodyLooksOn);
    (!desk.anybody_looks_on()).then_some(Input::Desk(nobody))
}

/// Waits at the desk; what the desk says comes through the channel.
pub(super) async fn enqueue(
    desk: &Desk,
    scribe: &Scribe,
    facts: &CallFacts,
    mut call: WaitingCall,
) -> mpsc::Receiver<DeskNotice> {
    // The card is made from the record: why and for which queue must stand there.
    scribe.flush().await;
    // What a visitor has typed is nobody's number.
    if facts.channel.is_voice() {
        call.sticky = desk.who_knows(&facts.from).await;
    }
    desk.enqueue(call).await
}

/// What a report to the desk changes here: the agent who talks, and whether the desk has anything to say.
pub(super) fn note_report(
    report: &DeskReport,
    talking: &mut Option<String>,
    notices: &mut Option<mpsc::Receiver<DeskNotice>>,
) {
    match report {
        DeskReport::Bridged { agent } | DeskReport::Passed { to: agent, .. } => {
            *talking = Some(agent.clone());
        }
        DeskReport::AgentLeft { .. } | DeskReport::Left => (*talking, *notices) = (None, None),
        DeskReport::Ringing { .. }
        | DeskReport::Refused { .. }
        | DeskReport::Consulted { .. }
        | DeskReport::ConsultRefused { .. }
        | DeskReport::ConsultLeft { .. } => {}
    }
}

/// The contact is over: whoever has it at the desk, or waits for it, is free. `known` when the desk knows of it.
pub(super) async fn take_leave(desk: &Desk, id: &CallId, talking: Option<String>, known: bool) {
    let report = match talking {
        Some(agent) => Some(DeskReport::AgentLeft { agent }),
        None => known.then_some(DeskReport::Left),
    };
    if let Some(report) = report {
        desk.report(id.clone(), report).await;
    }
}
