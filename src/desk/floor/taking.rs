//! ◆ Whoever watches takes a call from the bot: kept for that person alone, whatever the queue says.

use super::{Floor, OFFER, Output, notice, presence, reference};
use crate::desk::notice::{DeskNotice, Supervision, WaitingCall};
use crate::desk::queue::Stage;
use crate::desk::roster::{Choice, Presence};
use crate::time::At;

impl Floor {
    /// The card, then the notice on which the phone rings. Whoever was offline or in a pause is so again afterwards.
    pub(super) fn take_over(&mut self, now: At, id: &str, call: WaitingCall, out: &mut Vec<Output>) {
        let free = |agent: &&mut crate::desk::roster::Agent| agent.presence.call().is_none();
        let Some(agent) = self.roster.agents.get_mut(id).filter(free) else { return };
        agent.next = match &agent.presence {
            Presence::Offline => Some(Choice::Offline),
            Presence::Paused { reason } => Some(Choice::Paused { reason: reason.clone() }),
            _ => None,
        };
        let call_id = call.call_id.clone();
        agent.become_(Presence::Ringing { call_id: call_id.clone(), until: now + OFFER }, now);
        let reference = reference(agent, call.channel);
        self.queue.add(call);
        if let Some(waiting) = self.queue.find(&call_id) {
            waiting.stage = Stage::Reserved { agent: id.to_owned() };
            waiting.taken_over = true;
        }
        out.push(presence(id));
        out.push(Output::Card { agent: id.to_owned(), call_id: call_id.clone() });
        out.push(notice(&call_id, DeskNotice::Supervise(Supervision::TakeOver { agent: reference })));
    }
}
