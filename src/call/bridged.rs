//! ◆ Caller and agent talk; both are still written down.

use super::conversation::Conversation;
use super::input::Speaker;
use super::{Call, Input, Output, Phase, Timer};
use crate::desk::notice::{AgentRef, DeskReport};
use crate::hear::Transcript;
use crate::record::event::{Event, Source};
use crate::time::At;

/// Two legs joined.
#[derive(Debug)]
pub(super) struct Bridged {
    agent: AgentRef,
}

impl Bridged {
    /// The agent answered.
    pub(super) fn begin(call: &mut Call, agent: AgentRef) -> Phase {
        for timer in [Timer::RingAgent, Timer::QueueMax] {
            call.clear_timer(timer);
        }
        call.bridged_once = true;
        call.push(Output::StopMusic);
        call.push(Output::Bridge);
        call.record(Event::Bridged { agent: agent.id.clone() });
        call.push(Output::Report { report: DeskReport::Bridged { agent: agent.id.clone() } });
        Phase::Bridged(Bridged { agent })
    }

    pub(super) fn handle(self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::AgentHungUp { .. } => return self.agent_left(call, now),
            Input::Noted { speaker, heard, started, ended } => note(call, speaker, heard, (started, ended)),
            // Phones may renegotiate, queues may chatter: none of it concerns two people who talk.
            _ => {}
        }
        Phase::Bridged(self)
    }

    /// The agent hung up: the caller is not dropped.
    fn agent_left(self, call: &mut Call, now: At) -> Phase {
        call.push(Output::Unbridge);
        call.record(Event::AgentLeft { agent: self.agent.id.clone() });
        call.push(Output::Report { report: DeskReport::AgentLeft { agent: self.agent.id } });
        Conversation::resume(call, now, "agent_left")
    }
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
            let source = Source::Speech;
            call.record(Event::CallerSaid { turn, text, language, confidence, source, started, ended });
        }
    }
}
