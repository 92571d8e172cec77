//! ◆ Another agent on the same call: asked for advice, in conference, or taking over.

use super::{CardStage, Floor, OFFER, Output, Withdrawal, notice, presence, reference, stage};
use crate::desk::notice::{AgentCommand, DeskNotice, TransferTo};
use crate::desk::queue::{Second, Stage};
use crate::desk::roster::Presence;
use crate::record::CallId;
use crate::record::event::{AgentRefusal, Channel};
use crate::time::At;

impl Floor {
    /// Passes on what the agent wants, if it is that agent's call and can be done.
    pub(super) fn command(
        &mut self,
        now: At,
        agent: &str,
        call_id: &CallId,
        command: AgentCommand,
        out: &mut Vec<Output>,
    ) {
        if self.stage(call_id) != Some(Stage::Bridged { agent: agent.to_owned() }) {
            return out.push(refused(agent, "not_your_call", "This call is not with you."));
        }
        if self.not_for_chats(call_id, &command) {
            return out.push(refused(agent, "not_for_chats", "That cannot be done with a chat."));
        }
        match command {
            AgentCommand::Consult { colleague: other } => self.consult(now, agent, call_id, &other, out),
            AgentCommand::Transfer { to, .. } if !self.exists(&to) => {
                out.push(refused(agent, "not_available", "There is no such agent or queue."));
            }
            AgentCommand::CompleteTransfer | AgentCommand::EndConsult if self.second(call_id).is_none() => {
                out.push(refused(agent, "nobody_asked", "No colleague is being asked."));
            }
            AgentCommand::Conference if self.second(call_id).is_none_or(|second| !second.talks) => {
                out.push(refused(agent, "nobody_asked", "No colleague is on the line."));
            }
            command => out.push(notice(call_id, DeskNotice::Command(command))),
        }
    }

    /// A queue exists while somebody, or a place outside, is in it.
    fn exists(&self, to: &TransferTo) -> bool {
        match to {
            TransferTo::Agent(id) => self.roster.agents.contains_key(id),
            TransferTo::Queue(queue) => {
                self.roster.agents.values().any(|agent| agent.in_queue(queue))
                    || self.outside.iter().any(|place| place.queues.contains(queue))
            }
        }
    }

    fn consult(&mut self, now: At, by: &str, call_id: &CallId, other: &str, out: &mut Vec<Output>) {
        let free = self.roster.agents.get(other).is_some_and(|agent| agent.is_free());
        let Some(waiting) = self.queue.find(call_id).filter(|waiting| waiting.second.is_none()) else {
            return out.push(refused(by, "already_asking", "Somebody is being asked already."));
        };
        let Some(agent) = self.roster.agents.get_mut(other).filter(|_| free && other != by) else {
            return out.push(refused(by, "not_available", "That colleague is not free."));
        };
        waiting.second = Some(Second { agent: other.to_owned(), talks: false });
        agent.become_(Presence::Ringing { call_id: call_id.clone(), until: now + OFFER }, now);
        let asked = reference(agent, Channel::Voice);
        out.push(presence(other));
        out.push(Output::Card { agent: other.to_owned(), call_id: call_id.clone() });
        out.push(notice(call_id, DeskNotice::Consult { agent: asked }));
    }

    fn second(&mut self, call_id: &CallId) -> Option<&Second> {
        self.queue.find(call_id).and_then(|waiting| waiting.second.as_ref())
    }

    /// Whether this agent is the second one of that call.
    fn is_second(&mut self, call_id: &CallId, id: &str) -> bool {
        self.second(call_id).is_some_and(|second| second.agent == id)
    }

    /// Who has the call and asks this agent about it.
    pub fn asked_by(&self, call_id: &CallId, id: &str) -> Option<&str> {
        let waiting = self.queue.calls.iter().find(|waiting| waiting.call.call_id == *call_id)?;
        waiting.second.as_ref().filter(|second| second.agent == id)?;
        waiting.stage.agent()
    }

    pub(super) fn consulted(&mut self, now: At, call_id: &CallId, id: &str, out: &mut Vec<Output>) {
        if !self.is_second(call_id, id) {
            return;
        }
        if let Some(waiting) = self.queue.find(call_id) {
            waiting.second = Some(Second { agent: id.to_owned(), talks: true });
        }
        if let Some(agent) = self.roster.agents.get_mut(id) {
            agent.become_(Presence::OnCall { call_id: call_id.clone() }, now);
            out.push(stage(id, call_id, CardStage::Bridged));
            out.push(presence(id));
        }
    }

    pub(super) fn consult_refused(
        &mut self,
        now: At,
        call_id: &CallId,
        id: &str,
        refusal: AgentRefusal,
        out: &mut Vec<Output>,
    ) {
        if !self.is_second(call_id, id) {
            return;
        }
        if let Some(waiting) = self.queue.find(call_id) {
            waiting.second = None;
        }
        self.refused(now, call_id, id, refusal, out);
    }

    /// The second agent's part is over: after-call work where there was talk, else as if nothing had been.
    pub(super) fn consult_left(&mut self, now: At, call_id: &CallId, id: &str, out: &mut Vec<Output>) {
        if !self.is_second(call_id, id) {
            return;
        }
        let second = self.queue.find(call_id).and_then(|waiting| waiting.second.take());
        match second {
            Some(Second { talks: true, .. }) => self.after_call(now, call_id, id, out),
            _ => self.dismiss(now, call_id, id, (Withdrawal::NotNeeded, None), out),
        }
    }

    /// The call ended for everyone.
    pub(super) fn consult_over(&mut self, now: At, call_id: &CallId, out: &mut Vec<Output>) {
        let second = self.queue.find(call_id).and_then(|waiting| waiting.second.clone());
        if let Some(second) = second {
            self.consult_left(now, call_id, &second.agent, out);
        }
    }

    /// The second agent has the caller now.
    pub(super) fn passed(&mut self, now: At, call_id: &CallId, from: &str, to: &str, out: &mut Vec<Output>) {
        if let Some(waiting) = self.queue.find(call_id) {
            waiting.stage = Stage::Bridged { agent: to.to_owned() };
            waiting.second = None;
        }
        self.after_call(now, call_id, from, out);
    }

    /// The agent who was asked declined on the screen, or the call never reported on the ringing.
    pub(super) fn consult_declined(
        &mut self,
        now: At,
        id: &str,
        call_id: &CallId,
        refusal: AgentRefusal,
        out: &mut Vec<Output>,
    ) -> bool {
        let rings = self.queue.find(call_id).and_then(|waiting| waiting.second.as_ref());
        if !rings.is_some_and(|second| second.agent == id && !second.talks) {
            return false;
        }
        self.consult_refused(now, call_id, id, refusal, out);
        out.push(notice(call_id, DeskNotice::ConsultWithdrawn { agent: id.to_owned(), refusal }));
        true
    }
}

pub(super) fn refused(agent: &str, code: &'static str, detail: &str) -> Output {
    Output::Refused { agent: agent.to_owned(), code, detail: detail.to_owned() }
}
