//! After-call work, on the screens of whoever does it.

use super::Task;
use crate::desk::after_view::AfterCallView;
use crate::desk::protocol::ToBrowser;
use crate::record::CallId;

impl Task {
    pub(super) async fn show_after_call(&mut self, agent: &str, call_id: &CallId) {
        if self.screens.get(agent).is_none_or(Vec::is_empty) {
            return;
        }
        let message = self.after_call(agent, call_id).await;
        self.send(agent, message);
    }

    pub(super) async fn after_call(&self, agent: &str, call_id: &CallId) -> ToBrowser {
        let queue = self.floor.queue_of(agent, call_id).flatten();
        let after = AfterCallView::of(&self.options.after_call, queue);
        ToBrowser::AfterCall { call_id: call_id.clone(), after: Box::new(after) }
    }
}
