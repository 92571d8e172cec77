//! ◆ Whoever watched takes the call: the phone rings while the caller hears that a colleague takes over.

use super::super::saying::Saying;
use super::super::{Call, Output, Phase, Timer};
use super::{Voice, Waiting};
use crate::call::VOICE_WAIT;
use crate::decide::WaitingNews;
use crate::desk::notice::AgentRef;
use crate::record::event::Event;
use crate::time::At;

/// How far it has come.
#[derive(Debug, Default)]
pub(super) struct TakingOver {
    /// The sentence was asked for.
    told: bool,
    /// The phone was picked up meanwhile: the sentence is heard to its end first.
    picked_up: bool,
}

impl Waiting {
    /// `saying` is what the bot cannot be stopped from saying; `voice`, how far the caller's words have come.
    pub(in crate::call) fn taken_over(
        call: &mut Call,
        now: At,
        agent: AgentRef,
        saying: Saying,
        voice: Voice,
    ) -> Phase {
        let escalation = call.dialog.taken_over(&agent.name);
        call.record(Event::TakenOver { by: agent.id.clone() });
        super::super::conversation::escalated(call, &escalation);
        call.summarise();
        call.record(Event::Queued { queue: escalation.queue.clone() });
        call.queue = escalation.queue;
        let taking_over = Some(TakingOver::default());
        let mut waiting = Waiting { saying, voice, hushed: true, taking_over, ..Waiting::new(now) };
        waiting.set_timers(call, now);
        waiting.reserved(call, now, agent);
        waiting.announce(call, now);
        Phase::Waiting(waiting)
    }

    /// Says that a colleague takes over, once the caller has finished.
    pub(super) fn announce(&mut self, call: &mut Call, now: At) {
        let speaks = matches!(self.voice, Voice::Speaks);
        if let Some(taking) = self.taking_over.as_mut().filter(|taking| !taking.told && !speaks) {
            taking.told = true;
            self.tell(call, now, WaitingNews::TakenOver);
            call.set_timer(Timer::Voice, now + VOICE_WAIT);
        }
    }

    /// Whether whoever picked up must wait for the end of the sentence.
    pub(super) fn wait_for_announcement(&mut self, call: &mut Call) -> bool {
        let being_said = !self.saying.is_empty();
        let Some(taking) = self.taking_over.as_mut().filter(|taking| taking.told && being_said) else {
            return false;
        };
        taking.picked_up = true;
        call.clear_timer(Timer::RingAgent);
        true
    }

    /// The sentence is over: whether somebody is on the phone already.
    pub(super) fn is_picked_up(&self) -> bool {
        self.taking_over.as_ref().is_some_and(|taking| taking.picked_up)
    }

    /// The caller still speaks: neither music nor words go over that.
    pub(super) fn is_untold(&self) -> bool {
        self.taking_over.as_ref().is_some_and(|taking| !taking.told)
    }

    /// The bot goes on with the caller: whoever wanted the call did not come.
    pub(super) fn not_taken_over(self, call: &mut Call, now: At) -> Phase {
        self.give_up(call, now, "takeover_failed")
    }
}

/// A take-over that comes when the bot has not got the call: whoever wanted it is free again.
pub(in crate::call) fn too_late(call: &mut Call, agent: AgentRef) {
    let refusal = crate::record::event::AgentRefusal::Unreachable;
    let report = crate::desk::notice::DeskReport::Refused { agent: agent.id, refusal };
    call.push(Output::Report { report });
}
