//! After-call work, on the screens of whoever does it.

use super::{CARD_LIMIT, Task};
use crate::desk::after_view::AfterCallView;
use crate::desk::protocol::ToBrowser;
use crate::desk::roster::Presence;
use crate::desk::shell::Command;
use crate::desk::table::Person;
use crate::desk::wrapping::story;
use crate::record::event::{CallId, Entry, Event};

impl Task {
    /// Reads the call and tells every screen of the agent. The store may be slow, and the desk does not wait for it;
    /// one is read after the other, so that what is told last is the newest.
    pub(super) fn show_after_call(&self, agent: &str, call_id: &CallId) {
        if self.screens.get(agent).is_none_or(Vec::is_empty) {
            return;
        }
        let (store, turn, back) = (self.store.clone(), self.wrapping.clone(), self.back.clone());
        let (agent, call_id) = (agent.to_owned(), call_id.clone());
        tokio::spawn(async move {
            let Ok(_turn) = turn.acquire().await else { return };
            match story(&store, &call_id).await {
                Ok(entries) => {
                    let Some(back) = back.upgrade() else { return };
                    let _ = back.send(Command::AfterRead(agent, call_id, entries)).await;
                }
                Err(error) => {
                    tracing::error!(call.id = %call_id, %error, "A call that is over could not be read for its agent");
                }
            }
        });
    }

    pub(super) fn after_read(&mut self, agent: &str, call_id: CallId, entries: &[Entry]) {
        if self.floor.queue_of(agent, &call_id).is_some() {
            let after = Box::new(self.after(agent, &call_id, entries));
            self.send(agent, ToBrowser::AfterCall { call_id, after });
        }
    }

    /// What is known without the store: whoever types a result at once finds it there.
    pub(super) fn results(&self, agent: &str, call_id: &CallId) -> ToBrowser {
        let queue = self.floor.queue_of(agent, call_id).flatten();
        let after = Box::new(AfterCallView::of(&self.options.after_call, queue));
        ToBrowser::AfterCall { call_id: call_id.clone(), after }
    }

    /// After-call work of this agent, as the record of the call says.
    pub(super) fn after(&self, agent: &str, call_id: &CallId, entries: &[Entry]) -> AfterCallView {
        let queue = self.floor.queue_of(agent, call_id).flatten();
        let bot = entries.iter().find_map(|entry| match &entry.event {
            Event::CallReceived { bot, .. } => Some(bot.as_str()),
            _ => None,
        });
        let name = |id: &str| Person::of(&self.floor.roster, id).name;
        let view = AfterCallView::of(&self.options.after_call, queue);
        AfterCallView {
            topics: bot.map_or_else(Vec::new, |bot| self.options.library.topics(bot)),
            ring_back: self.options.rings_back(entries).map(|(number, _)| number),
            ..view.read(agent, entries, &*self.options.glossary, &name)
        }
    }

    /// An entry that changes what somebody sees who wraps that call up.
    pub(super) fn show_after_call_again(&self, entry: &Entry) {
        let changes = matches!(
            entry.event,
            Event::CallEnded { .. }
                | Event::AssistJudged { .. }
                | Event::DraftWorded { .. }
                | Event::BotJudged { .. }
                | Event::FollowUpSet { .. }
                | Event::CallbackAgreed { .. }
        );
        if !changes {
            return;
        }
        let agents = self.floor.roster.agents.values();
        let wraps_up = agents.filter(
            |agent| matches!(&agent.presence, Presence::WrapUp { call_id, .. } if *call_id == entry.call_id),
        );
        let wraps_up: Vec<String> = wraps_up.map(|agent| agent.id.clone()).collect();
        for agent in wraps_up {
            self.show_after_call(&agent, &entry.call_id);
        }
    }

    /// What a note whose time ran out made of its draft.
    pub(super) async fn draft_unfinished(&self, agent: &str, call_id: &CallId, note: &str) {
        let Ok(Ok(entries)) = tokio::time::timeout(CARD_LIMIT, story(&self.store, call_id)).await else {
            return;
        };
        let Some(how) = self.after(agent, call_id, &entries).used(note, false) else { return };
        metrics::counter!("duet_note_drafts_total", "how" => how.name()).increment(1);
        let event = Event::DraftUsed { agent: agent.to_owned(), how };
        if let Err(error) = self.recorder.append(call_id, self.clock.now(), event).await {
            tracing::warn!(call.id = %call_id, %error, "What became of a draft could not be recorded");
        }
    }
}
