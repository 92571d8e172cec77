//! Open messages, on the screens of those who may have them.

use super::Task;
use crate::desk::protocol::ToBrowser;
use crate::desk::voicemail::VoicemailView;
use crate::store::VoicemailFilter;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most messages on one screen.
const SHOWN_MAX: usize = 50;
/// A slow store is not waited for: the next change shows them.
const READ_LIMIT: Duration = Duration::from_millis(500);

impl Task {
    /// Tells every screen its messages anew.
    pub(super) async fn show_voicemails(&mut self) {
        let agents: Vec<String> = self.screens.keys().cloned().collect();
        let agents: Vec<&str> = agents.iter().map(String::as_str).collect();
        for (agent, message) in self.voicemails_of(&agents).await {
            self.send(&agent, message);
        }
    }

    /// The open messages of each: supervisors have those of every queue, agents those of their own.
    pub(super) async fn voicemails_of(&self, agents: &[&str]) -> BTreeMap<String, ToBrowser> {
        let filter = VoicemailFilter { done: Some(false), ..VoicemailFilter::default() };
        let open = match tokio::time::timeout(READ_LIMIT, self.store.voicemails(&filter)).await {
            Ok(Ok(open)) => open,
            Ok(Err(error)) => {
                tracing::error!(%error, "Messages could not be read");
                return BTreeMap::new();
            }
            Err(_) => return BTreeMap::new(),
        };
        let known = agents.iter().filter_map(|id| self.floor.roster.agents.get(*id));
        let told = known.map(|agent| {
            let theirs = open.iter().filter(|message| {
                self.supervisors.contains(&agent.id) || agent.queues.contains(&message.queue)
            });
            let voicemails = theirs.take(SHOWN_MAX).cloned().map(VoicemailView::from).collect();
            (agent.id.clone(), ToBrowser::Voicemails { voicemails })
        });
        told.collect()
    }
}
