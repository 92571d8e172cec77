//! ◆ Contacts in writing: the agent needs a screen and no phone, and some of what is done with calls makes no sense.

use super::second::refused;
use super::{Floor, Output, notice};
use crate::desk::notice::{AgentCommand, ChatAct, DeskNotice};
use crate::desk::queue::{Stage, Waiting};
use crate::desk::roster::Presence;
use crate::record::CallId;

impl Floor {
    /// What an agent does with the chat on the screen: it must be theirs, and answered before anything is written.
    pub(super) fn chat(&mut self, agent: &str, call_id: &CallId, act: ChatAct, out: &mut Vec<Output>) {
        let here = |waiting: &&mut Waiting| !waiting.call.channel.is_voice();
        let stage = self.queue.find(call_id).filter(here).map(|waiting| waiting.stage.clone());
        let theirs = match stage {
            Some(Stage::Reserved { agent: of }) => of == agent && act == ChatAct::Answer,
            Some(Stage::Bridged { agent: of }) => of == agent && act != ChatAct::Answer,
            Some(Stage::Waiting) | None => false,
        };
        if theirs {
            out.push(notice(call_id, DeskNotice::Chat { agent: agent.to_owned(), act }));
        } else {
            out.push(refused(agent, "not_your_call", "This chat is not with you."));
        }
    }

    /// The last page of an agent has gone, or the first has come back: whoever chats with them must know.
    pub(super) fn tell_chat(&mut self, agent: &str, act: ChatAct, out: &mut Vec<Output>) {
        let Some(found) = self.roster.agents.get(agent) else { return };
        let Presence::OnCall { call_id } = found.presence.clone() else { return };
        if found.has_screen() == (act == ChatAct::Away) {
            return;
        }
        let chat = self.queue.find(&call_id).is_some_and(|waiting| !waiting.call.channel.is_voice());
        if chat {
            out.push(notice(&call_id, DeskNotice::Chat { agent: agent.to_owned(), act }));
        }
    }

    /// Why this cannot be done with a chat, if it is one.
    pub(super) fn not_for_chats(&mut self, call_id: &CallId, command: &AgentCommand) -> bool {
        let chat = self.queue.find(call_id).is_some_and(|waiting| !waiting.call.channel.is_voice());
        let fits = matches!(
            command,
            AgentCommand::Transfer { .. } | AgentCommand::BackToBot { .. } | AgentCommand::End
        );
        chat && !fits
    }
}
