//! ◆ After-call work: it begins when an agent's part of a call is over, may be prolonged, and ends by itself.

use super::{CardStage, Floor, Output, presence, stage};
use crate::desk::roster::Presence;
use crate::record::CallId;
use crate::time::At;

impl Floor {
    /// This agent's part is over: after-call work begins.
    pub(super) fn after_call(&mut self, now: At, call_id: &CallId, id: &str, out: &mut Vec<Output>) {
        let queue = self.queue.find(call_id).map(|waiting| waiting.call.queue.clone());
        let Some(agent) = self.roster.agents.get_mut(id) else {
            return;
        };
        if agent.presence != (Presence::OnCall { call_id: call_id.clone() }) {
            return;
        }
        let until = now + self.after_call.of(queue.as_deref()).time;
        let (call, extensions) = (call_id.clone(), self.after_call.extensions);
        agent.become_(Presence::WrapUp { call_id: call, queue, until, extensions }, now);
        out.push(stage(id, call_id, CardStage::Ended));
        out.push(presence(id));
    }

    /// More time for it, as often as is allowed. It counts from the old end, so that no second is lost.
    pub(super) fn extend(&mut self, id: &str, call_id: &CallId, out: &mut Vec<Output>) {
        let more = self.after_call.extend;
        let agent = self.roster.agents.get_mut(id);
        match agent.map(|agent| &mut agent.presence) {
            Some(Presence::WrapUp { call_id: of, until, extensions: left @ 1.., .. }) if of == call_id => {
                *until = *until + more;
                *left -= 1;
                out.push(presence(id));
            }
            _ => {
                let (agent, detail) = (id.to_owned(), "There is no more time for this call.".to_owned());
                out.push(Output::Refused { agent, code: "no_more_time", detail });
            }
        }
    }

    /// The queue of a call that this agent has or had just now; `None` when it is not theirs.
    pub fn queue_of(&self, id: &str, call_id: &CallId) -> Option<Option<&str>> {
        let agent = self.roster.agents.get(id)?;
        if agent.presence.call() != Some(call_id) {
            return None;
        }
        if let Presence::WrapUp { queue, .. } = &agent.presence {
            return Some(queue.as_deref());
        }
        let waiting = self.queue.calls.iter().find(|waiting| waiting.call.call_id == *call_id);
        Some(waiting.map(|waiting| waiting.call.queue.as_str()))
    }
}
