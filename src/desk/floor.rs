//! ◆ The floor: roster and queue together. Inputs with their time in, outputs in order out.
//!
//! **A card goes out before the notice that lets the phone ring**, so whoever carries out the
//! outputs one after the other shows every agent who calls before it rings.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod chats; // contacts in writing
mod outside; // people who have no screen here
mod second; // another agent on the same call
mod taking; // a call taken from the bot
mod wrapping; // after-call work

use super::after_call::AfterCall;
use super::estimate::{Pace, minutes};
use super::notice::{AgentCommand, AgentRef, Callback, ChatAct, DeskNotice, DeskReport, Rings, WaitingCall};
use super::queue::{Hope, Queue, Stage, candidate, hope};
use super::roster::{Choice, Presence, Roster};
use crate::config::OutsidePlace;
use crate::edge::webrtc::PhoneState;
use crate::record::CallId;
use crate::record::event::{AgentRefusal, Channel};
use crate::store::User;
use crate::time::At;
use std::time::Duration;

/// An offer that the call never reported on: later than any phone rings.
pub const OFFER: Duration = Duration::from_secs(60);
/// Pause that a missed call causes.
pub const MISSED_CALL: &str = "missed call";
/// Pause because the phone was busy though the agent was free.
pub const PHONE_BUSY: &str = "phone busy";
/// Pause because the phone could not be reached.
pub const PHONE_UNREACHABLE: &str = "phone unreachable";

#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Who works here.
    Users(Vec<User>),
    ScreenOpened {
        agent: String,
    },
    ScreenClosed {
        agent: String,
    },
    Choose {
        agent: String,
        choice: Choice,
    },
    /// The telephone in the agent's browser came, went or was put away.
    Phone {
        agent: String,
        phone: PhoneState,
    },
    /// On the screen.
    Decline {
        agent: String,
        call_id: CallId,
    },
    /// The wrap-up was saved.
    Finish {
        agent: String,
        call_id: CallId,
    },
    /// More time for the wrap-up.
    Extend {
        agent: String,
        call_id: CallId,
    },
    Enqueue(WaitingCall),
    /// Whoever watches takes a call of the bot.
    TakeOver {
        agent: String,
        call: WaitingCall,
    },
    /// A caller who hung up is to be rung back.
    CallBack(Callback),
    /// What an agent does with a chat.
    Chat {
        agent: String,
        call_id: CallId,
        act: ChatAct,
    },
    /// Whoever has the call wants something done.
    Command {
        agent: String,
        call_id: CallId,
        command: AgentCommand,
    },
    Report {
        call_id: CallId,
        report: DeskReport,
    },
    /// A deadline has passed.
    Tick,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Show the call on this agent's screens.
    Card {
        agent: String,
        call_id: CallId,
    },
    CardWithdrawn {
        agent: String,
        call_id: CallId,
        why: Withdrawal,
    },
    Notice {
        call_id: CallId,
        notice: DeskNotice,
    },
    /// Tell this agent's screens the presence.
    Presence {
        agent: String,
    },
    /// How the call of this agent's card stands.
    CallStage {
        agent: String,
        call_id: CallId,
        stage: CardStage,
    },
    /// This caller's turn has come: ring them, then this agent.
    CallBack {
        callback: Box<Callback>,
        agent: AgentRef,
    },
    /// What the agent wanted cannot be done. `code`: `not_your_call`, `not_available`, `already_asking`,
    /// `nobody_asked`, `no_more_time`, `not_for_chats`.
    Refused {
        agent: String,
        code: &'static str,
        detail: String,
    },
    /// The time for after-call work is over and nothing was saved.
    WrapUpExpired {
        agent: String,
        call_id: CallId,
    },
}

/// Why a card goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawal {
    CallerLeft,
    /// A question was taken back.
    NotNeeded,
    Declined,
    Missed,
    PhoneBusy,
    PhoneUnreachable,
}

/// How the call of a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardStage {
    /// On the screen; the phone is being called.
    Offered,
    Ringing,
    Bridged,
    Ended,
}

#[derive(Debug, Default)]
pub struct Floor {
    pub roster: Roster,
    pub queue: Queue,
    after_call: AfterCall,
    pace: Pace,
    outside: Vec<OutsidePlace>,
    /// Of the last input.
    now: At,
}

impl Floor {
    /// A floor with such after-call work.
    pub fn new(after_call: AfterCall) -> Self {
        Floor { after_call, ..Floor::default() }
    }

    /// When `Input::Tick` is due.
    pub fn deadline(&self) -> Option<At> {
        let overflows = self.queue.calls.iter().filter_map(super::queue::Waiting::due);
        let callbacks = self.queue.calls.iter().filter_map(|waiting| waiting.callback.as_ref());
        let to_come = callbacks.map(|callback| callback.not_before).filter(|at| *at > self.now);
        overflows.chain(to_come).chain(self.roster.deadline()).chain(self.place_deadline()).min()
    }

    pub fn handle(&mut self, now: At, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        self.now = now;
        match input {
            Input::Users(users) => self.roster.know(&users, now),
            Input::ScreenOpened { agent } => {
                self.roster.screen_opened(&agent);
                self.tell_chat(&agent, ChatAct::Back, &mut out);
            }
            Input::ScreenClosed { agent } => {
                self.roster.screen_closed(&agent, now);
                self.tell_chat(&agent, ChatAct::Away, &mut out);
            }
            Input::Choose { agent, choice } => self.choose(now, &agent, choice, &mut out),
            Input::Phone { agent, phone } => self.roster.phone(&agent, phone),
            Input::Decline { agent, call_id } => {
                self.take_back(now, &agent, &call_id, AgentRefusal::Declined, &mut out);
            }
            Input::Finish { agent, call_id } => {
                if matches!(self.presence(&agent), Some(Presence::WrapUp { call_id: of, .. }) if *of == call_id)
                {
                    self.free(now, &agent, &mut out);
                }
            }
            Input::Extend { agent, call_id } => self.extend(&agent, &call_id, &mut out),
            Input::Enqueue(call) => {
                // A call that comes back starts over, and whoever had it is free of it.
                self.left(now, &call.call_id, &mut out);
                self.queue.add(call);
            }
            Input::TakeOver { agent, call } => self.take_over(now, &agent, call, &mut out),
            Input::CallBack(callback) => self.queue.add_callback(callback),
            Input::Chat { agent, call_id, act } => self.chat(&agent, &call_id, act, &mut out),
            Input::Command { agent, call_id, command } => {
                self.command(now, &agent, &call_id, command, &mut out)
            }
            Input::Report { call_id, report } => self.report(now, &call_id, report, &mut out),
            Input::Tick => self.tick(now, &mut out),
        }
        self.dispatch(now, &mut out);
        self.tell_places(&mut out);
        out
    }

    fn presence(&self, agent: &str) -> Option<&Presence> {
        self.roster.agents.get(agent).map(|agent| &agent.presence)
    }

    fn choose(&mut self, now: At, id: &str, choice: Choice, out: &mut Vec<Output>) {
        let Some(agent) = self.roster.agents.get_mut(id) else {
            return;
        };
        if agent.presence.call().is_some() {
            agent.next = (choice != Choice::Available).then_some(choice);
        } else if agent.become_(choice.into(), now) {
            agent.idle_since = now;
            self.queue.try_again(id);
        }
        out.push(presence(id));
    }

    fn report(&mut self, now: At, call_id: &CallId, report: DeskReport, out: &mut Vec<Output>) {
        match report {
            DeskReport::Ringing { agent } => {
                if self.stage(call_id) == Some(Stage::Reserved { agent: agent.clone() }) {
                    out.push(stage(&agent, call_id, CardStage::Ringing));
                }
            }
            DeskReport::Refused { agent, refusal } => {
                self.release(now, &agent, call_id, refusal, out);
            }
            DeskReport::Bridged { agent } => self.bridged(now, call_id, agent, out),
            DeskReport::AgentLeft { agent } => self.agent_left(now, call_id, &agent, out),
            DeskReport::Left => self.left(now, call_id, out),
            DeskReport::Consulted { agent } => self.consulted(now, call_id, &agent, out),
            DeskReport::ConsultRefused { agent, refusal } => {
                self.consult_refused(now, call_id, &agent, refusal, out);
            }
            DeskReport::ConsultLeft { agent } => self.consult_left(now, call_id, &agent, out),
            DeskReport::Passed { from, to } => self.passed(now, call_id, &from, &to, out),
        }
    }

    fn stage(&mut self, call_id: &CallId) -> Option<Stage> {
        self.queue.find(call_id).map(|waiting| waiting.stage.clone())
    }

    /// Takes an offer back from an agent; false when there was none.
    fn release(
        &mut self,
        now: At,
        id: &str,
        call_id: &CallId,
        refusal: AgentRefusal,
        out: &mut Vec<Output>,
    ) -> bool {
        let offered = Stage::Reserved { agent: id.to_owned() };
        let Some(waiting) = self.queue.find(call_id).filter(|waiting| waiting.stage == offered) else {
            return false;
        };
        waiting.stage = Stage::Waiting;
        // The bot goes on with it: nobody else is asked.
        if waiting.taken_over {
            self.queue.remove(call_id);
        }
        self.refused(now, call_id, id, refusal, out);
        true
    }

    /// The card goes, and who declines goes to the end of the line.
    fn refused(&mut self, now: At, call_id: &CallId, id: &str, refusal: AgentRefusal, out: &mut Vec<Output>) {
        self.dismiss(now, call_id, id, consequence(refusal), out);
        if let Some(agent) = self.roster.agents.get_mut(id) {
            agent.idle_since = now;
        }
    }

    /// The card goes, and the agent is what was chosen, or pauses.
    fn dismiss(
        &mut self,
        now: At,
        call_id: &CallId,
        id: &str,
        (why, pause): (Withdrawal, Option<&'static str>),
        out: &mut Vec<Output>,
    ) {
        out.push(Output::CardWithdrawn { agent: id.to_owned(), call_id: call_id.clone(), why });
        if let Some(agent) = self.with_call(id, call_id) {
            let chosen = agent.next.take().unwrap_or(Choice::Available);
            let paused = pause.map(|reason| Presence::Paused { reason: reason.to_owned() });
            agent.become_(paused.unwrap_or(chosen.into()), now);
            out.push(presence(id));
        }
    }

    /// What the telephone says holds, even if the screen said something else a moment before.
    fn bridged(&mut self, now: At, call_id: &CallId, id: String, out: &mut Vec<Output>) {
        match self.stage(call_id) {
            None => return,
            Some(Stage::Reserved { agent }) if agent != id => self.caller_left(now, &agent, call_id, out),
            Some(_) => {}
        }
        if let Some(Presence::Ringing { call_id: other, .. }) = self.presence(&id).cloned()
            && other != *call_id
        {
            self.take_back(now, &id, &other, AgentRefusal::Busy, out);
        }
        if let Some(waiting) = self.queue.find(call_id) {
            waiting.stage = Stage::Bridged { agent: id.clone() };
            waiting.bridged_at = Some(now);
        }
        let Some(agent) = self.roster.agents.get_mut(&id) else {
            return;
        };
        let call = call_id.clone();
        agent.become_(Presence::OnCall { call_id: call }, now);
        out.push(stage(&id, call_id, CardStage::Bridged));
        out.push(presence(&id));
    }

    fn agent_left(&mut self, now: At, call_id: &CallId, id: &str, out: &mut Vec<Output>) {
        let theirs = self.stage(call_id) == Some(Stage::Bridged { agent: id.to_owned() });
        if theirs {
            self.consult_over(now, call_id, out);
        }
        self.after_call(now, call_id, id, out);
        if theirs && let Some(over) = self.queue.remove(call_id) {
            self.pace.learn(&over, now);
        }
    }

    fn left(&mut self, now: At, call_id: &CallId, out: &mut Vec<Output>) {
        match self.stage(call_id) {
            Some(Stage::Bridged { agent }) => self.agent_left(now, call_id, &agent, out),
            Some(Stage::Reserved { agent }) => self.caller_left(now, &agent, call_id, out),
            Some(Stage::Waiting) | None => {}
        }
        self.queue.remove(call_id);
    }

    /// The caller hung up while the phone rang: the agent keeps the place in line.
    fn caller_left(&mut self, now: At, id: &str, call_id: &CallId, out: &mut Vec<Output>) {
        self.dismiss(now, call_id, id, (Withdrawal::CallerLeft, None), out);
    }

    /// The agent, if the presence is about this call.
    fn with_call(&mut self, id: &str, call_id: &CallId) -> Option<&mut super::roster::Agent> {
        let agent = self.roster.agents.get_mut(id)?;
        (agent.presence.call() == Some(call_id)).then_some(agent)
    }

    /// Takes an offer back on our side: the call is told to stop ringing.
    fn take_back(
        &mut self,
        now: At,
        id: &str,
        call_id: &CallId,
        refusal: AgentRefusal,
        out: &mut Vec<Output>,
    ) {
        if self.consult_declined(now, id, call_id, refusal, out) {
            return;
        }
        if self.release(now, id, call_id, refusal, out) {
            let agent = id.to_owned();
            out.push(notice(call_id, DeskNotice::Withdrawn { agent, refusal }));
        }
    }

    /// After-call work is over.
    fn free(&mut self, now: At, id: &str, out: &mut Vec<Output>) {
        let Some(agent) = self.roster.agents.get_mut(id) else {
            return;
        };
        let chosen = agent.next.take().unwrap_or(Choice::Available);
        agent.become_(chosen.into(), now);
        agent.idle_since = now;
        self.queue.try_again(id);
        out.push(presence(id));
    }

    fn tick(&mut self, now: At, out: &mut Vec<Output>) {
        let agents = self.roster.agents.values();
        let due: Vec<(String, Presence)> =
            agents.map(|agent| (agent.id.clone(), agent.presence.clone())).collect();
        for (agent, presence) in due {
            match presence {
                Presence::Ringing { call_id, until } if until <= now => {
                    self.take_back(now, &agent, &call_id, AgentRefusal::NoAnswer, out);
                    // Whatever went wrong before, no deadline may stay in the past.
                    if self.with_call(&agent, &call_id).is_some() {
                        self.free(now, &agent, out);
                    }
                }
                Presence::WrapUp { call_id, until, .. } if until <= now => {
                    let expired = Output::WrapUpExpired { agent: agent.clone(), call_id };
                    out.push(expired);
                    self.free(now, &agent, out);
                }
                _ => {}
            }
        }
        for waiting in self.queue.calls.iter_mut().filter(|waiting| waiting.due().is_some_and(|at| at <= now))
        {
            waiting.overflowed = true;
        }
        out.extend(self.roster.expire_screens(now).iter().map(|agent| presence(agent)));
    }

    /// Gives free agents, and places outside, to waiting calls in the order of the queue.
    fn dispatch(&mut self, now: At, out: &mut Vec<Output>) {
        for at in 0..self.queue.calls.len() {
            let waiting = &self.queue.calls[at];
            if !waiting.ready(now) {
                continue;
            }
            if let Some(place) = self.place(waiting, true, now) {
                self.reserve_place(at, place, now, out);
            } else if let Some(id) = candidate(waiting, &self.roster) {
                self.reserve(at, &id, now, out);
            } else if let Some(place) = self.place(waiting, false, now) {
                self.reserve_place(at, place, now, out);
            } else if let Hope::None { logged_in } = hope(waiting, &self.roster)
                && !waiting.told_nobody
                && !self.place_to_come(waiting)
            {
                let call_id = waiting.call.call_id.clone();
                self.queue.calls[at].told_nobody = true;
                out.push(notice(&call_id, DeskNotice::Nobody { logged_in }));
            }
        }
    }

    fn reserve(&mut self, at: usize, id: &str, now: At, out: &mut Vec<Output>) {
        let (waiting, Some(agent)) = (&mut self.queue.calls[at], self.roster.agents.get_mut(id)) else {
            return;
        };
        let call_id = waiting.call.call_id.clone();
        waiting.stage = Stage::Reserved { agent: id.to_owned() };
        waiting.tried.insert(id.to_owned());
        waiting.told_nobody = false;
        let ringing = Presence::Ringing { call_id: call_id.clone(), until: now + OFFER };
        agent.become_(ringing, now);
        let reference = reference(agent, waiting.call.channel);
        out.push(presence(id));
        // From here on it is a call like any other.
        if let Some(callback) = waiting.callback.take() {
            out.push(Output::CallBack { callback: Box::new(callback), agent: reference });
        } else {
            out.push(Output::Card { agent: id.to_owned(), call_id: call_id.clone() });
            out.push(notice(&call_id, DeskNotice::Reserved { agent: reference }));
        }
    }

    /// Tells each waiting call its place in its queue when that, or the minutes it may take, has changed.
    fn tell_places(&mut self, out: &mut Vec<Output>) {
        let mut places = std::collections::BTreeMap::<String, u32>::new();
        for waiting in self.queue.calls.iter_mut().filter(|waiting| waiting.stage == Stage::Waiting) {
            let queue = waiting.call.queue.as_str();
            let place = places.entry(queue.to_owned()).or_default();
            *place += 1;
            let wait = self.pace.estimate(queue, *place, &self.roster);
            let told = (*place, wait.map(minutes));
            if waiting.callback.is_none() && waiting.told != Some(told) {
                waiting.told = Some(told);
                out.push(notice(&waiting.call.call_id, DeskNotice::Position { place: *place, wait }));
            }
        }
    }
}

fn reference(agent: &super::roster::Agent, channel: Channel) -> AgentRef {
    let rings = match (channel, &agent.browser, &agent.sip_uri) {
        (Channel::Chat, ..) => Rings::Screen,
        (Channel::Voice, None, Some(uri)) => Rings::Phone(uri.clone()),
        (Channel::Voice, Some(_), _) | (Channel::Voice, None, None) => Rings::Browser,
    };
    AgentRef { id: agent.id.clone(), name: agent.name.clone(), rings }
}

/// What a refusal does to the card and to the agent.
fn consequence(refusal: AgentRefusal) -> (Withdrawal, Option<&'static str>) {
    match refusal {
        AgentRefusal::Declined => (Withdrawal::Declined, None),
        AgentRefusal::NoAnswer => (Withdrawal::Missed, Some(MISSED_CALL)),
        AgentRefusal::Busy => (Withdrawal::PhoneBusy, Some(PHONE_BUSY)),
        AgentRefusal::Unreachable => (Withdrawal::PhoneUnreachable, Some(PHONE_UNREACHABLE)),
    }
}

fn notice(call_id: &CallId, notice: DeskNotice) -> Output {
    Output::Notice { call_id: call_id.clone(), notice }
}

fn presence(agent: &str) -> Output {
    Output::Presence { agent: agent.to_owned() }
}

fn stage(agent: &str, call_id: &CallId, stage: CardStage) -> Output {
    Output::CallStage { agent: agent.to_owned(), call_id: call_id.clone(), stage }
}

#[cfg(test)]
mod stories;
