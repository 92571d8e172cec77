//! ◆ The caller waits for a person: music plays, one phone after another rings, and now and then the bot says
//! how things stand. The caller may speak or press keys all the time: be called back, leave a
//! message, or go on with the bot.

mod chosen;
mod comfort;
mod taking_over; // by whoever watched
mod talk;

use super::bridged::Bridged;
use super::conversation::Conversation;
use super::message::Message;
use super::saying::Saying;
use super::{Call, Input, Output, Phase, Timer};
use crate::config::By;
use crate::decide::{Escalation, WaitingNews, WaitingWish};
use crate::desk::notice::{AgentRef, DeskNotice, DeskReport, Rings, TransferTo, WaitingCall};
use crate::record::event::{AgentRefusal, EndedBy, Event, Outcome};
use crate::time::At;
use comfort::Comfort;
use taking_over::TakingOver;
pub(super) use taking_over::too_late;
pub(super) use talk::Voice;

/// Key with which an agent shows that a person holds the phone.
const ACCEPT_KEY: char = '1';

/// In the queue, or with one agent's phone ringing.
#[derive(Debug)]
pub(super) struct Waiting {
    ringing: Option<AgentRef>,
    /// The phone was picked up and hears what the call is about; a key accepts it.
    briefing: bool,
    /// Somebody was asked: afterwards "all colleagues are busy" is the truth.
    somebody_asked: bool,
    comfort: Comfort,
    saying: Saying,
    voice: Voice,
    /// The call ends when what is being said is over: the caller is rung back.
    leaving: bool,
    /// The callback is on its way into the store.
    promising: Option<Promise>,
    /// The text message is on its way.
    texting: Option<Texting>,
    /// The place in the queue that was not taken, because the caller chose to be rung back before.
    untaken: Option<WaitingCall>,
    /// The music has stopped for a sentence.
    hushed: bool,
    /// Whoever watched takes the call.
    taking_over: Option<TakingOver>,
    /// The visitor was told that what is written meanwhile is passed on.
    noted: bool,
}

/// To be rung back; on another number than the caller's own where one was given.
#[derive(Debug)]
struct Promise {
    number: Option<String>,
}

/// The action that sends a text message.
#[derive(Debug)]
struct Texting {
    id: u32,
    action: String,
    /// None for the caller's own.
    number: Option<String>,
}

impl Waiting {
    fn new(now: At) -> Self {
        Waiting {
            ringing: None,
            briefing: false,
            somebody_asked: false,
            comfort: Comfort::begin(now),
            saying: Saying::default(),
            voice: Voice::default(),
            leaving: false,
            promising: None,
            texting: None,
            untaken: None,
            hushed: false,
            taking_over: None,
            noted: false,
        }
    }

    /// The announcement is over, `announced` when it was heard whole; from here on the caller waits.
    pub(super) fn begin(call: &mut Call, now: At, escalation: Escalation, announced: bool) -> Phase {
        call.clear_timer(Timer::Silence);
        call.clear_timer(Timer::Cover);
        let Escalation { queue, language, priority, patient, instead, number, .. } = escalation;
        let since = call.kept_since.take().unwrap_or(now);
        call.record(Event::Announced { completed: announced });
        let wanted = WaitingCall {
            priority,
            patient,
            overflow: call.dialog.overflow(),
            channel: call.facts.channel,
            ..WaitingCall::new(call.facts.id.clone(), &queue, language, since)
        };
        match instead {
            Some(WaitingWish::CallBack | WaitingWish::CallBackElsewhere) => {
                Waiting::not_taking(call, wanted).call_back(call, now, number)
            }
            Some(WaitingWish::Text) => Waiting::not_taking(call, wanted).text(call, now, number),
            Some(WaitingWish::Message) => Message::begin(call, now, wanted.queue),
            Some(WaitingWish::Bot) | None => Phase::Waiting(Waiting::enqueue(call, now, wanted)),
        }
    }

    /// Whoever chose something else does not wait for the moment that it takes: nobody's phone may ring for it.
    fn not_taking(call: &mut Call, wanted: WaitingCall) -> Waiting {
        call.queue.clone_from(&wanted.queue);
        let since = wanted.since;
        Waiting { untaken: Some(wanted), ..Waiting::new(since) }
    }

    /// An agent passes the caller on.
    pub(super) fn transferred(call: &mut Call, now: At, to: TransferTo) -> Phase {
        let usual = call.queue.clone();
        let (queue, only) = match to {
            TransferTo::Queue(queue) => (queue, None),
            TransferTo::Agent(id) => (usual, Some(id)),
        };
        let wanted = WaitingCall {
            only,
            channel: call.facts.channel,
            ..WaitingCall::new(call.facts.id.clone(), &queue, call.language, now)
        };
        let mut waiting = Waiting::enqueue(call, now, wanted);
        waiting.tell(call, now, WaitingNews::Transferring);
        Phase::Waiting(waiting)
    }

    /// The caller was rung back and has answered; `agent` is kept for the call.
    pub(super) fn called_back(call: &mut Call, now: At, agent: Option<AgentRef>) -> Phase {
        call.push(Output::StartMusic);
        let mut waiting = Waiting::new(now);
        waiting.set_timers(call, now);
        if let Some(agent) = agent {
            waiting.reserved(call, now, agent);
        }
        Phase::Waiting(waiting)
    }

    fn enqueue(call: &mut Call, now: At, wanted: WaitingCall) -> Waiting {
        call.queue.clone_from(&wanted.queue);
        call.record(Event::Queued { queue: wanted.queue.clone() });
        call.push(Output::StartMusic);
        let since = wanted.since;
        call.push(Output::Enqueue { call: wanted });
        // Whoever comes back keeps the place, and hears anew how things stand.
        let waiting = Waiting { comfort: Comfort::begin(now).waiting_since(since), ..Waiting::new(now) };
        waiting.set_timers(call, now);
        waiting
    }

    fn set_timers(&self, call: &mut Call, now: At) {
        call.set_timer(Timer::QueueMax, now + call.times.queue_max);
        call.set_timer(Timer::Comfort, self.comfort.due());
    }

    pub(super) fn handle(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::Desk(notice) => return self.desk(call, now, notice),
            Input::AgentRinging => self.rings(call),
            Input::AgentAnswered => return self.answered(call, now),
            Input::AgentKey { digit: ACCEPT_KEY } if self.briefing => return self.bridge(call, now),
            Input::AgentRejected { code } => return self.refused(call, now, refusal(code)),
            Input::AgentHungUp { .. } => {
                // Who picks up and hangs up without the key was asked and did not want.
                let why = if self.briefing { AgentRefusal::Declined } else { AgentRefusal::Unreachable };
                return self.refused(call, now, why);
            }
            Input::Timer(Timer::RingAgent) if self.ringing.is_some() => {
                call.push(Output::ReleaseAgent);
                return self.refused(call, now, AgentRefusal::NoAnswer);
            }
            Input::Timer(Timer::QueueMax) if !self.has_chosen() => {
                let why = if self.somebody_asked { "agents_busy" } else { "nobody_available" };
                return self.give_up(call, now, why);
            }
            Input::CallbackKept { kept } => return self.promised(call, now, kept),
            Input::ActionDone { id, result, duration_ms }
                if self.texting.as_ref().is_some_and(|texting| texting.id == id) =>
            {
                return self.texted(call, now, &result, duration_ms);
            }
            other => return self.talk(call, now, other),
        }
        Phase::Waiting(self)
    }

    /// Whether whole words would be heard.
    pub(super) fn listens(&self) -> bool {
        matches!(self.voice, Voice::Silent) && !self.leaving
    }

    fn rings(&mut self, call: &mut Call) {
        if let Some(agent) = &self.ringing {
            call.record(Event::AgentRinging { agent: agent.id.clone() });
            call.push(Output::Report { report: DeskReport::Ringing { agent: agent.id.clone() } });
        }
    }

    fn answered(mut self, call: &mut Call, now: At) -> Phase {
        let Some(agent) = &self.ringing else {
            call.push(Output::ReleaseAgent);
            return Phase::Waiting(self);
        };
        if agent.outside() == Some(By::Refer) {
            return self.referred(call, now);
        }
        if self.wait_for_announcement(call) {
            return Phase::Waiting(self);
        }
        self.accepted(call, now)
    }

    /// The phone was picked up: where that is not enough, a key must show that a person holds it.
    fn accepted(mut self, call: &mut Call, now: At) -> Phase {
        let Some(agent) = &self.ringing else { return Phase::Waiting(self) };
        if self.taking_over.is_some() {
            // Whoever takes over sits before the screen.
            return self.bridge(call, now);
        }
        // A click is a person's.
        if !call.dialog.accept_by_key() || matches!(agent.rings, Rings::Browser | Rings::Screen) {
            return self.bridge(call, now);
        }
        call.record(Event::AgentBriefed { agent: agent.id.clone() });
        let (text, language) = call.dialog.briefing();
        call.push(Output::SayToAgent { text, language });
        self.briefing = true;
        Phase::Waiting(self)
    }

    /// The caller's trunk has connected them itself: Duet has no part in it any more.
    fn referred(mut self, call: &mut Call, now: At) -> Phase {
        let Some(place) = self.ringing.take() else { return Phase::Waiting(self) };
        self.saying.cut(call, now);
        call.record(Event::Bridged { agent: place.id.clone() });
        call.push(Output::HangUpCaller { reason: None });
        call.close(Outcome::HandedOver, EndedBy::System, format!("the caller was referred to {}", place.id))
    }

    fn bridge(mut self, call: &mut Call, now: At) -> Phase {
        let Some(agent) = self.ringing.take() else { return Phase::Waiting(self) };
        self.saying.cut(call, now);
        Bridged::begin(call, agent)
    }

    fn desk(mut self, call: &mut Call, now: At, notice: DeskNotice) -> Phase {
        match notice {
            DeskNotice::Reserved { agent } => self.reserved(call, now, agent),
            DeskNotice::Withdrawn { agent, refusal }
                if self.ringing.take_if(|ringing| ringing.id == agent).is_some() =>
            {
                self.briefing = false;
                call.clear_timer(Timer::RingAgent);
                call.push(Output::ReleaseAgent);
                call.record(Event::AgentRefused { agent, refusal });
                if self.taking_over.is_some() {
                    return self.not_taken_over(call, now);
                }
            }
            DeskNotice::Nobody { logged_in } if !self.has_chosen() => {
                let why = if logged_in || self.somebody_asked { "agents_busy" } else { "nobody_available" };
                return self.give_up(call, now, why);
            }
            DeskNotice::Position { place, wait } => self.comfort.stands(place, wait),
            // Commands of an agent who has let go already.
            _ => {}
        }
        Phase::Waiting(self)
    }

    fn reserved(&mut self, call: &mut Call, now: At, agent: AgentRef) {
        self.somebody_asked = true;
        let outside = agent.outside().is_some();
        call.record(Event::AgentOffered { agent: agent.id.clone(), outside });
        call.push(Output::InviteAgent { agent: agent.clone() });
        call.set_timer(Timer::RingAgent, now + call.times.ring_agent);
        self.ringing = Some(agent);
    }

    /// This agent did not take the call; the desk names the next one.
    fn refused(mut self, call: &mut Call, now: At, refusal: AgentRefusal) -> Phase {
        let Some(agent) = self.ringing.take() else { return Phase::Waiting(self) };
        self.briefing = false;
        call.clear_timer(Timer::RingAgent);
        call.record(Event::AgentRefused { agent: agent.id.clone(), refusal });
        call.push(Output::Report { report: DeskReport::Refused { agent: agent.id, refusal } });
        if self.taking_over.is_some() { self.not_taken_over(call, now) } else { Phase::Waiting(self) }
    }

    /// Nobody takes the call, or the caller would rather have the bot: with honest words.
    fn give_up(mut self, call: &mut Call, now: At, why: &str) -> Phase {
        self.leave_queue(call, now);
        Conversation::resume(call, now, why)
    }

    /// Neither music nor a phone that rings, from here on.
    fn leave_queue(&mut self, call: &mut Call, now: At) {
        for timer in [Timer::QueueMax, Timer::RingAgent, Timer::Comfort, Timer::Voice] {
            call.clear_timer(timer);
        }
        if self.ringing.take().is_some() {
            call.push(Output::ReleaseAgent);
        }
        self.hush(call, now);
        if self.untaken.take().is_none() {
            call.push(Output::StopMusic);
            call.push(Output::Report { report: DeskReport::Left });
        }
    }
}

/// What a SIP status of the agent's phone means (RFC 3261 section 21).
pub(super) fn refusal(code: u16) -> AgentRefusal {
    match code {
        486 | 600 => AgentRefusal::Busy,
        603 | 403 => AgentRefusal::Declined,
        408 | 480 | 487 => AgentRefusal::NoAnswer,
        _ => AgentRefusal::Unreachable,
    }
}
