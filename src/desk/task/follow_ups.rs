//! Open tasks, on the screens of those who may have them.

use super::Task;
use crate::desk::follow_up::FollowUpView;
use crate::desk::protocol::ToBrowser;
use crate::store::FollowUpFilter;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most tasks on one screen.
const SHOWN_MAX: usize = 50;
/// A slow store is not waited for: the next change shows them.
const READ_LIMIT: Duration = Duration::from_millis(500);

impl Task {
    /// Tells every screen its tasks anew.
    pub(super) async fn show_follow_ups(&mut self) {
        let agents: Vec<String> = self.screens.keys().cloned().collect();
        let agents: Vec<&str> = agents.iter().map(String::as_str).collect();
        for (agent, message) in self.follow_ups_of(&agents).await {
            self.send(&agent, message);
        }
    }

    /// The open tasks of each: agents have their own and those of their queues, supervisors all.
    pub(super) async fn follow_ups_of(&self, agents: &[&str]) -> BTreeMap<String, ToBrowser> {
        let filter = FollowUpFilter { done: Some(false), ..FollowUpFilter::default() };
        let open = match tokio::time::timeout(READ_LIMIT, self.store.follow_ups(&filter)).await {
            Ok(Ok(open)) => open,
            Ok(Err(error)) => {
                tracing::error!(%error, "Tasks could not be read");
                return BTreeMap::new();
            }
            Err(_) => return BTreeMap::new(),
        };
        let known = agents.iter().filter_map(|id| self.floor.roster.agents.get(*id));
        let told = known.map(|agent| {
            let theirs = open
                .iter()
                .filter(|task| self.supervisors.contains(&agent.id) || task.is_for(&agent.id, &agent.queues));
            let follow_ups = theirs.take(SHOWN_MAX).cloned().map(FollowUpView::from).collect();
            (agent.id.clone(), ToBrowser::FollowUps { follow_ups })
        });
        told.collect()
    }
}
