//! ◆ The caller waits for a person: music plays, one phone after another rings.

use super::bridged::Bridged;
use super::conversation::Conversation;
use super::{Call, Input, Output, Phase, Timer};
use crate::decide::Escalation;
use crate::desk::notice::{AgentRef, DeskNotice, DeskReport, WaitingCall};
use crate::record::event::{AgentRefusal, Event};
use crate::time::At;

/// Priority of an escalated call; others may be set by policy later.
const PRIORITY: u8 = 5;

/// In the queue, or with one agent's phone ringing.
#[derive(Debug)]
pub(super) struct Waiting {
    ringing: Option<AgentRef>,
    /// Somebody was asked: afterwards "all colleagues are busy" is the truth.
    somebody_asked: bool,
}

impl Waiting {
    /// The announcement is over, `announced` when it was heard whole; from here on the caller waits.
    pub(super) fn begin(call: &mut Call, now: At, escalation: Escalation, announced: bool) -> Phase {
        call.clear_timer(Timer::Silence);
        call.clear_timer(Timer::Cover);
        let Escalation { queue, language, .. } = escalation;
        call.record(Event::Announced { completed: announced });
        call.record(Event::Queued { queue: queue.clone() });
        call.push(Output::StartMusic);
        let waiting =
            WaitingCall { call_id: call.facts.id.clone(), queue, language, priority: PRIORITY, since: now };
        call.push(Output::Enqueue { call: waiting });
        call.set_timer(Timer::QueueMax, now + call.times.queue_max);
        Phase::Waiting(Waiting { ringing: None, somebody_asked: false })
    }

    pub(super) fn handle(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::Desk(notice) => self.desk(call, now, notice),
            Input::AgentRinging => {
                if let Some(agent) = &self.ringing {
                    call.record(Event::AgentRinging { agent: agent.id.clone() });
                    call.push(Output::Report { report: DeskReport::Ringing { agent: agent.id.clone() } });
                }
                Phase::Waiting(self)
            }
            Input::AgentAnswered => match self.ringing.take() {
                Some(agent) => Bridged::begin(call, agent),
                None => {
                    call.push(Output::ReleaseAgent);
                    Phase::Waiting(self)
                }
            },
            Input::AgentRejected { code } => {
                self.refused(call, refusal(code));
                Phase::Waiting(self)
            }
            Input::AgentHungUp { .. } => {
                self.refused(call, AgentRefusal::Unreachable);
                Phase::Waiting(self)
            }
            Input::Timer(Timer::RingAgent) if self.ringing.is_some() => {
                call.push(Output::ReleaseAgent);
                self.refused(call, AgentRefusal::NoAnswer);
                Phase::Waiting(self)
            }
            Input::Timer(Timer::QueueMax) => {
                let why = if self.somebody_asked { "agents_busy" } else { "nobody_available" };
                self.give_up(call, now, why)
            }
            _ => Phase::Waiting(self),
        }
    }

    fn desk(mut self, call: &mut Call, now: At, notice: DeskNotice) -> Phase {
        match notice {
            DeskNotice::Reserved { agent } => {
                self.somebody_asked = true;
                call.record(Event::AgentOffered { agent: agent.id.clone() });
                call.push(Output::InviteAgent { agent: agent.clone() });
                call.set_timer(Timer::RingAgent, now + call.times.ring_agent);
                self.ringing = Some(agent);
            }
            DeskNotice::Withdrawn { agent, refusal } => {
                if self.ringing.take_if(|ringing| ringing.id == agent).is_some() {
                    call.clear_timer(Timer::RingAgent);
                    call.push(Output::ReleaseAgent);
                    call.record(Event::AgentRefused { agent, refusal });
                }
            }
            DeskNotice::Nobody { logged_in } => {
                let why = if logged_in || self.somebody_asked { "agents_busy" } else { "nobody_available" };
                return self.give_up(call, now, why);
            }
            DeskNotice::Position { .. } => {}
        }
        Phase::Waiting(self)
    }

    /// This agent did not take the call; the desk names the next one.
    fn refused(&mut self, call: &mut Call, refusal: AgentRefusal) {
        let Some(agent) = self.ringing.take() else { return };
        call.clear_timer(Timer::RingAgent);
        call.record(Event::AgentRefused { agent: agent.id.clone(), refusal });
        call.push(Output::Report { report: DeskReport::Refused { agent: agent.id, refusal } });
    }

    /// Nobody takes the call: back to the bot, with honest words.
    fn give_up(self, call: &mut Call, now: At, why: &str) -> Phase {
        call.clear_timer(Timer::QueueMax);
        call.clear_timer(Timer::RingAgent);
        if self.ringing.is_some() {
            call.push(Output::ReleaseAgent);
        }
        call.push(Output::Report { report: DeskReport::Left });
        call.push(Output::StopMusic);
        Conversation::resume(call, now, why)
    }
}

/// What a SIP status of the agent's phone means (RFC 3261 section 21).
fn refusal(code: u16) -> AgentRefusal {
    match code {
        486 | 600 => AgentRefusal::Busy,
        603 | 403 => AgentRefusal::Declined,
        408 | 480 | 487 => AgentRefusal::NoAnswer,
        _ => AgentRefusal::Unreachable,
    }
}
