//! ◆ A person has the caller: alone, with the caller on hold, asking a colleague, or all three together.
//! Both sides are still written down.

mod away; // the agent's browser has gone and may come back

use super::conversation::Conversation;
use super::input::{SecondLeg, Speaker};
use super::saying::Saying;
use super::waiting::{Waiting, refusal};
use super::{Call, Input, Output, Phase, Timer};
use crate::desk::notice::{AgentCommand, AgentRef, DeskNotice, DeskReport, TransferTo};
use crate::hear::Transcript;
use crate::record::event::{AgentRefusal, EndedBy, Event, Outcome};
use crate::time::At;

/// Two or three people on one call.
#[derive(Debug)]
pub(super) struct Bridged {
    agent: AgentRef,
    table: Table,
    /// What a caller hears who waits for an agent's browser.
    saying: Saying,
}

/// Who hears whom.
#[derive(Debug)]
enum Table {
    /// Caller and agent.
    Talking,
    /// The caller hears music, the agent nothing.
    Held,
    /// The caller was told that the agent is not to be heard, and waits.
    Away,
    /// The caller hears music while the colleague's phone rings.
    Ringing(AgentRef),
    /// The caller hears music, the agents talk.
    Consulting(AgentRef),
    /// All three.
    Conference(AgentRef),
}

impl Table {
    fn second(&self) -> Option<&AgentRef> {
        match self {
            Table::Talking | Table::Held | Table::Away => None,
            Table::Ringing(second) | Table::Consulting(second) | Table::Conference(second) => Some(second),
        }
    }

    fn caller_waits(&self) -> bool {
        matches!(self, Table::Held | Table::Away | Table::Ringing(_) | Table::Consulting(_))
    }
}

impl Bridged {
    /// The agent answered.
    pub(super) fn begin(call: &mut Call, agent: AgentRef) -> Phase {
        for timer in [Timer::RingAgent, Timer::QueueMax, Timer::Comfort, Timer::Voice] {
            call.clear_timer(timer);
        }
        call.bridged_once = true;
        call.push(Output::StopMusic);
        call.push(Output::Bridge);
        call.record(Event::Bridged { agent: agent.id.clone() });
        call.push(Output::Report { report: DeskReport::Bridged { agent: agent.id.clone() } });
        Phase::Bridged(Bridged::of(agent, Table::Talking))
    }

    fn of(agent: AgentRef, table: Table) -> Bridged {
        Bridged { agent, table, saying: Saying::default() }
    }

    /// Whether the caller hears music, not a person.
    #[cfg(test)]
    pub(super) fn caller_waits(&self) -> bool {
        self.table.caller_waits()
    }

    /// Who has the caller, who hears whom, who is asked.
    #[cfg(test)]
    pub(super) fn seated(&self) -> (&str, crate::desk::table::Seating, Option<&str>) {
        use crate::desk::table::Seating;
        let seating = match self.table {
            Table::Talking => Seating::Talking,
            Table::Held | Table::Away => Seating::Held,
            Table::Ringing(_) => Seating::Ringing,
            Table::Consulting(_) => Seating::Consulting,
            Table::Conference(_) => Seating::Conference,
        };
        (&self.agent.id, seating, self.table.second().map(|second| second.id.as_str()))
    }

    pub(super) fn handle(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::AgentHungUp { .. } => return self.agent_left(call, now),
            Input::AgentHeld => self.hold(call),
            Input::AgentResumed => self.retrieve(call),
            Input::AgentAway => self.away(call, now),
            Input::AgentBack => self.back(call, now),
            Input::Timer(Timer::AgentAway) => return self.agent_left(call, now),
            Input::Second(event) => self.second(call, event),
            Input::Timer(Timer::RingSecond) => self.second_refused(call, AgentRefusal::NoAnswer),
            Input::Desk(notice) => return self.desk(call, now, notice),
            Input::Noted { speaker, heard, started, ended } => note(call, speaker, heard, (started, ended)),
            // Phones may renegotiate, queues may chatter: none of it concerns two people who talk.
            other => self.heard(call, now, other),
        }
        Phase::Bridged(self)
    }

    fn desk(mut self, call: &mut Call, now: At, notice: DeskNotice) -> Phase {
        match notice {
            DeskNotice::Command(command) => return self.command(call, now, command),
            DeskNotice::Consult { agent } => self.ask(call, now, agent),
            DeskNotice::ConsultWithdrawn { agent, refusal } => {
                if matches!(&self.table, Table::Ringing(second) if second.id == agent) {
                    call.push(Output::ReleaseSecond);
                    call.record(Event::AgentRefused { agent, refusal });
                    self.rejoin(call);
                }
            }
            _ => {}
        }
        Phase::Bridged(self)
    }

    fn command(mut self, call: &mut Call, now: At, command: AgentCommand) -> Phase {
        match command {
            AgentCommand::Hold => self.hold(call),
            AgentCommand::Retrieve => self.retrieve(call),
            AgentCommand::Transfer { to, note } => return self.transfer(call, now, to, note),
            AgentCommand::CompleteTransfer => return self.complete(call, now),
            AgentCommand::Conference => self.confer(call),
            AgentCommand::EndConsult => self.end_consult(call),
            AgentCommand::BackToBot { note } => return self.back_to_bot(call, now, note),
            AgentCommand::End => return self.end(call, now),
            AgentCommand::PressKeys { keys } => call.push(Output::PressKeys { keys }),
            // The desk makes a notice of its own of it.
            AgentCommand::Consult { .. } => {}
        }
        Phase::Bridged(self)
    }

    // --- hold ------------------------------------------------------------------------------------

    fn hold(&mut self, call: &mut Call) {
        if matches!(self.table, Table::Talking) {
            self.table = Table::Held;
            put_on_hold(call);
        }
    }

    fn retrieve(&mut self, call: &mut Call) {
        if matches!(self.table, Table::Held) {
            self.rejoin(call);
        }
    }

    /// Caller and agent talk again.
    fn rejoin(&mut self, call: &mut Call) {
        if self.table.caller_waits() {
            end_hold(call);
        }
        call.clear_timer(Timer::RingSecond);
        call.push(Output::Bridge);
        self.table = Table::Talking;
    }

    // --- a colleague -----------------------------------------------------------------------------

    fn ask(&mut self, call: &mut Call, now: At, second: AgentRef) {
        if self.table.second().is_some() {
            let report = DeskReport::ConsultLeft { agent: second.id };
            return call.push(Output::Report { report });
        }
        if !self.table.caller_waits() {
            put_on_hold(call);
        }
        call.record(Event::ConsultBegan { agent: second.id.clone() });
        call.push(Output::InviteSecond { agent: second.clone() });
        call.set_timer(Timer::RingSecond, now + call.times.ring_agent);
        self.table = Table::Ringing(second);
    }

    fn second(&mut self, call: &mut Call, event: SecondLeg) {
        match (event, &self.table) {
            (SecondLeg::Answered, Table::Ringing(second)) => {
                let second = second.clone();
                call.clear_timer(Timer::RingSecond);
                call.push(Output::BridgeSecond);
                call.record(Event::ConsultAnswered { agent: second.id.clone() });
                call.push(Output::Report { report: DeskReport::Consulted { agent: second.id.clone() } });
                self.table = Table::Consulting(second);
            }
            (SecondLeg::Answered, _) => call.push(Output::ReleaseSecond),
            (SecondLeg::Rejected { code }, Table::Ringing(_)) => self.second_refused(call, refusal(code)),
            (SecondLeg::HungUp, Table::Ringing(_)) => self.second_refused(call, AgentRefusal::Unreachable),
            (SecondLeg::HungUp, Table::Consulting(_) | Table::Conference(_)) => self.second_left(call),
            (SecondLeg::Rejected { .. } | SecondLeg::HungUp, _) => {}
        }
    }

    fn second_refused(&mut self, call: &mut Call, refusal: AgentRefusal) {
        let Table::Ringing(second) = &self.table else { return };
        let agent = second.id.clone();
        call.push(Output::ReleaseSecond);
        call.record(Event::AgentRefused { agent: agent.clone(), refusal });
        call.push(Output::Report { report: DeskReport::ConsultRefused { agent, refusal } });
        self.rejoin(call);
    }

    /// The colleague's part is over: agent and caller have each other again.
    fn second_left(&mut self, call: &mut Call) {
        let Some(second) = self.table.second() else { return };
        let agent = second.id.clone();
        call.push(Output::ReleaseSecond);
        call.record(Event::ConsultEnded { agent: agent.clone() });
        call.push(Output::Report { report: DeskReport::ConsultLeft { agent } });
        self.rejoin(call);
    }

    fn end_consult(&mut self, call: &mut Call) {
        self.second_left(call);
    }

    fn confer(&mut self, call: &mut Call) {
        if let Table::Consulting(second) = &self.table {
            let second = second.clone();
            end_hold(call);
            call.push(Output::Confer);
            call.record(Event::ConferenceBegan { agent: second.id.clone() });
            self.table = Table::Conference(second);
        }
    }

    /// The colleague who was asked has the caller now.
    fn complete(self, call: &mut Call, now: At) -> Phase {
        match self.table {
            // What is being said to the caller meanwhile goes on.
            Table::Talking | Table::Held | Table::Away => Phase::Bridged(self),
            Table::Consulting(second) => {
                end_hold(call);
                pass(call, &self.agent, second)
            }
            Table::Conference(second) => pass(call, &self.agent, second),
            Table::Ringing(second) => {
                let to = TransferTo::Agent(second.id.clone());
                drop_second(call, second);
                let table = Table::Held;
                Bridged::of(self.agent, table).transfer(call, now, to, String::new())
            }
        }
    }

    // --- the agent's part is over ----------------------------------------------------------------

    /// Blind: the caller hears where it goes and waits with music.
    fn transfer(self, call: &mut Call, now: At, to: TransferTo, note: String) -> Phase {
        let agent = self.agent.clone();
        let table = self.part(call, now);
        if table.caller_waits() {
            // The music goes on, for another reason.
            call.record(Event::HoldEnded);
        }
        if let Table::Ringing(second) | Table::Consulting(second) | Table::Conference(second) = table {
            drop_second(call, second);
        }
        call.push(Output::Unbridge);
        call.record(Event::Transferred { by: agent.id.clone(), to: to.clone(), note });
        call.record(Event::AgentLeft { agent: agent.id.clone() });
        call.push(Output::Report { report: DeskReport::AgentLeft { agent: agent.id } });
        Waiting::transferred(call, now, to)
    }

    fn back_to_bot(self, call: &mut Call, now: At, note: String) -> Phase {
        let by = self.agent.id.clone();
        call.record(Event::GivenBack { by, note });
        self.leave(call, now, "agent_done")
    }

    /// The agent ends it for the caller too.
    fn end(self, call: &mut Call, now: At) -> Phase {
        let agent = self.agent.clone();
        let table = self.part(call, now);
        if table.caller_waits() {
            call.record(Event::HoldEnded);
        }
        if let Table::Ringing(second) | Table::Consulting(second) | Table::Conference(second) = table {
            drop_second(call, second);
        }
        call.push(Output::HangUpCaller { reason: None });
        call.record(Event::AgentLeft { agent: agent.id.clone() });
        call.push(Output::Report { report: DeskReport::AgentLeft { agent: agent.id } });
        call.close(Outcome::HandedOver, EndedBy::Agent, "the agent ended it".into())
    }

    /// The agent hung up: the caller is not dropped. A colleague who talks already has the caller; one whose
    /// phone rings is asked to take over.
    fn agent_left(self, call: &mut Call, now: At) -> Phase {
        match self.table {
            Table::Ringing(_) | Table::Consulting(_) | Table::Conference(_) => self.complete(call, now),
            Table::Talking | Table::Held | Table::Away => self.leave(call, now, "agent_left"),
        }
    }

    fn leave(self, call: &mut Call, now: At, why: &str) -> Phase {
        let agent = self.agent.clone();
        let table = self.part(call, now);
        if table.caller_waits() {
            end_hold(call);
        }
        if let Table::Ringing(second) | Table::Consulting(second) | Table::Conference(second) = table {
            drop_second(call, second);
        }
        call.clear_timer(Timer::RingSecond);
        call.push(Output::Unbridge);
        call.record(Event::AgentLeft { agent: agent.id.clone() });
        call.push(Output::Report { report: DeskReport::AgentLeft { agent: agent.id } });
        Conversation::resume(call, now, why)
    }
}

fn put_on_hold(call: &mut Call) {
    call.push(Output::HoldCaller);
    call.push(Output::StartMusic);
    call.record(Event::HoldBegan);
}

fn end_hold(call: &mut Call) {
    call.push(Output::StopMusic);
    call.record(Event::HoldEnded);
}

fn drop_second(call: &mut Call, second: AgentRef) {
    call.clear_timer(Timer::RingSecond);
    call.push(Output::ReleaseSecond);
    call.record(Event::ConsultEnded { agent: second.id.clone() });
    call.push(Output::Report { report: DeskReport::ConsultLeft { agent: second.id } });
}

/// From one agent to the other, who is on the line already.
fn pass(call: &mut Call, from: &AgentRef, to: AgentRef) -> Phase {
    call.push(Output::PromoteSecond);
    call.push(Output::Bridge);
    call.record(Event::AgentLeft { agent: from.id.clone() });
    call.record(Event::Bridged { agent: to.id.clone() });
    let report = DeskReport::Passed { from: from.id.clone(), to: to.id.clone() };
    call.push(Output::Report { report });
    Phase::Bridged(Bridged::of(to, Table::Talking))
}

fn note(call: &mut Call, speaker: Speaker, heard: Transcript, (started, ended): (At, At)) {
    let Transcript { text, language, confidence, .. } = heard;
    if text.trim().is_empty() {
        return;
    }
    match speaker {
        Speaker::Agent => call.record(Event::AgentSaid { text, language, started, ended }),
        Speaker::Caller => {
            let turn = call.next_turn();
            let source = call.source();
            call.record(Event::CallerSaid { turn, text, language, confidence, source, started, ended });
        }
    }
}
