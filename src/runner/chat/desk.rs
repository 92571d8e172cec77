//! The agent's side of a chat: no phone rings, the card on the screen is all there is.

use super::{Author, Chat, Input, Output, second_refused};
use crate::call::Speaker;
use crate::decide::prompts::Args;
use crate::desk::notice::{AgentRef, ChatAct};
use crate::runner::errands;
use crate::time::At;
use serde_json::Value;
use std::time::Duration;

/// A page that loads anew is back within this; the visitor need not hear of it.
const AWAY_GRACE: Duration = Duration::from_secs(6);
/// Somebody who has typed nothing for so long writes no longer.
const WRITES_FOR: Duration = Duration::from_secs(6);

/// The agent whose screen has the chat.
#[derive(Debug)]
pub(super) struct Writer {
    agent: AgentRef,
    /// The visitor knows who it is.
    joined: bool,
    writes_until: Option<At>,
    /// Since when no page of theirs is open.
    away_at: Option<At>,
    /// The core was told.
    away: bool,
}

impl Writer {
    fn new(agent: AgentRef) -> Writer {
        Writer { agent, joined: false, writes_until: None, away_at: None, away: false }
    }

    /// What visitors read: people sign with their first name.
    pub(super) fn first_name(&self) -> &str {
        self.agent.name.split_whitespace().next().unwrap_or(&self.agent.name)
    }

    pub(super) fn writes(&self, now: At) -> bool {
        self.writes_until.is_some_and(|until| now < until)
    }

    /// When something is to be looked at again.
    pub(super) fn due(&self) -> Option<At> {
        self.away_at.into_iter().chain(self.writes_until).min()
    }

    /// What has changed by time alone.
    pub(super) fn look(&mut self, now: At) -> Option<Input> {
        self.writes_until.take_if(|until| *until <= now);
        self.away_at.take_if(|at| *at <= now)?;
        self.away = true;
        Some(Input::AgentAway)
    }
}

impl Chat {
    /// What the agent does, as the core knows it from telephones.
    pub(super) fn agent_acts(&mut self, agent: &str, act: ChatAct) -> Option<Input> {
        let now = self.parts.clock.now();
        let writer = self.writer.as_mut().filter(|writer| writer.agent.id == agent)?;
        match act {
            ChatAct::Answer => Some(Input::AgentAnswered),
            ChatAct::Typing => {
                writer.writes_until = Some(now + WRITES_FOR);
                None
            }
            ChatAct::Write { text } => {
                writer.writes_until = None;
                let name = writer.first_name().to_owned();
                let heard = self.transcript(text.clone());
                self.room.show(Author::Agent, Some(name), text, now, heard.language);
                Some(Input::Noted { speaker: Speaker::Agent, heard, started: now, ended: now })
            }
            ChatAct::Away => {
                (writer.writes_until, writer.away_at) = (None, Some(now + AWAY_GRACE));
                None
            }
            ChatAct::Back => {
                writer.away_at = None;
                std::mem::take(&mut writer.away).then_some(Input::AgentBack)
            }
        }
    }

    /// What concerns the human side; what only telephones have is nothing, or refused.
    pub(super) async fn for_people(&mut self, output: Output) -> Vec<Input> {
        match output {
            Output::Enqueue { call } => {
                self.notices =
                    Some(errands::enqueue(&self.parts.desk, &self.scribe, &self.facts, call).await);
            }
            Output::Report { report } => {
                errands::note_report(&report, &mut self.talking, &mut self.notices);
                self.parts.desk.report(self.facts.id.clone(), report).await;
            }
            Output::InviteAgent { agent } => {
                self.writer = Some(Writer::new(agent));
                // The card is on the screen already.
                return vec![Input::AgentRinging];
            }
            Output::ReleaseAgent | Output::Unbridge => self.writer = None,
            Output::Bridge => self.join(),
            Output::InviteSecond { .. } => return vec![second_refused()],
            Output::KeepCallback { .. } => return vec![Input::CallbackKept { kept: false }],
            Output::KeepMessage { .. } => {
                return vec![Input::MessageKept { result: Err("a chat has no voice to keep".into()) }];
            }
            _ => {}
        }
        Vec::new()
    }

    /// The visitor hears once who it is.
    fn join(&mut self) {
        let Some(writer) = self.writer.as_mut().filter(|writer| !writer.joined) else { return };
        writer.joined = true;
        let name = Value::from(writer.first_name());
        self.notice("agent-joined", &Args::from([("name".to_owned(), name)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::notice::Rings;

    fn writer() -> Writer {
        Writer::new(AgentRef { id: "anna".into(), name: "Anna Maria Nowak".into(), rings: Rings::Screen })
    }

    #[test]
    fn a_page_that_loads_anew_is_no_absence_and_one_that_stays_away_is() {
        let mut anna = writer();
        anna.away_at = Some(At(0) + AWAY_GRACE);
        assert_eq!(anna.look(At(1_000)), None);
        assert_eq!(anna.due(), Some(At(6_000)));
        assert_eq!(anna.look(At(6_000)), Some(Input::AgentAway));
        assert_eq!((anna.look(At(7_000)), anna.due()), (None, None), "told once");
        assert!(anna.away);
    }

    #[test]
    fn writing_is_shown_until_it_stops() {
        let mut anna = writer();
        anna.writes_until = Some(At(6_000));
        assert!(anna.writes(At(5_999)) && !anna.writes(At(6_000)));
        assert_eq!(anna.look(At(6_000)), None);
        assert_eq!(anna.due(), None);
        assert_eq!(anna.first_name(), "Anna");
    }
}
