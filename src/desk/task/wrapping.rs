//! After-call work, on the screens of whoever does it.

use super::{CARD_LIMIT, Task};
use crate::desk::after_view::AfterCallView;
use crate::desk::protocol::ToBrowser;
use crate::desk::roster::Presence;
use crate::desk::table::Person;
use crate::record::event::{CallId, Entry, Event};

impl Task {
    pub(super) async fn show_after_call(&mut self, agent: &str, call_id: &CallId) {
        if self.screens.get(agent).is_none_or(Vec::is_empty) {
            return;
        }
        let message = self.after_call(agent, call_id).await;
        self.send(agent, message);
    }

    pub(super) async fn after_call(&self, agent: &str, call_id: &CallId) -> ToBrowser {
        let after = Box::new(self.after(agent, call_id).await);
        ToBrowser::AfterCall { call_id: call_id.clone(), after }
    }

    /// After-call work of this agent; without a draft when the store does not answer in time.
    pub(super) async fn after(&self, agent: &str, call_id: &CallId) -> AfterCallView {
        let queue = self.floor.queue_of(agent, call_id).flatten();
        let after = AfterCallView::of(&self.options.after_call, queue);
        match tokio::time::timeout(CARD_LIMIT, self.store.entries(call_id)).await {
            Ok(Ok(entries)) => {
                let entries = self.since_the_promise(call_id, entries).await;
                let name = |id: &str| Person::of(&self.floor.roster, id).name;
                let bot = entries.iter().find_map(|entry| match &entry.event {
                    Event::CallReceived { bot, .. } => Some(bot.as_str()),
                    _ => None,
                });
                let topics = bot.map_or_else(Vec::new, |bot| self.options.library.topics(bot));
                let ring_back = self.options.rings_back(&entries).map(|(number, _)| number);
                AfterCallView {
                    topics,
                    ring_back,
                    ..after.read(agent, &entries, &*self.options.glossary, &name)
                }
            }
            Ok(Err(error)) => {
                tracing::error!(call.id = %call_id, %error, "A call that is over could not be read for its agent");
                after
            }
            Err(_) => after,
        }
    }

    /// An entry that changes what somebody sees who wraps that call up.
    pub(super) async fn show_after_call_again(&mut self, entry: &Entry) {
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
            self.show_after_call(&agent, &entry.call_id).await;
        }
    }

    /// What a note whose time ran out made of its draft.
    pub(super) async fn draft_unfinished(&self, agent: &str, call_id: &CallId, note: &str) {
        let Some(how) = self.after(agent, call_id).await.used(note, false) else { return };
        metrics::counter!("duet_note_drafts_total", "how" => how.name()).increment(1);
        let event = Event::DraftUsed { agent: agent.to_owned(), how };
        if let Err(error) = self.recorder.append(call_id, self.clock.now(), event).await {
            tracing::warn!(call.id = %call_id, %error, "What became of a draft could not be recorded");
        }
    }
}
