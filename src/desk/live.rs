//! ◆ The calls that live, each kept up to date entry by entry.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::table::Table;
use crate::record::event::{CallId, Entry, Event};
use std::collections::BTreeMap;

/// One call, as far as the desk follows it.
#[derive(Debug, Clone, Default)]
pub struct LiveCall {
    pub table: Option<Table>,
}

/// Calls from their first entry to `call_ended`; as many as the node admits.
#[derive(Debug, Default)]
pub struct Live {
    pub calls: BTreeMap<CallId, LiveCall>,
}

impl Live {
    /// Takes the next entry of a call; true when other people sit at its table now.
    pub fn take(&mut self, entry: &Entry) -> bool {
        if matches!(entry.event, Event::CallReceived { .. }) {
            self.calls.entry(entry.call_id.clone()).or_default();
        }
        // What comes after the end, like a wrap-up, brings no call back to life.
        let Some(call) = self.calls.get_mut(&entry.call_id) else { return false };
        let before = call.table.take();
        call.table = Table::after(before.clone(), entry);
        let changed = call.table != before;
        if matches!(entry.event, Event::CallEnded { .. }) {
            self.calls.remove(&entry.call_id);
        }
        changed
    }

    pub fn table(&self, call_id: &CallId) -> Option<&Table> {
        self.calls.get(call_id)?.table.as_ref()
    }

    /// Entries were missed: what is known of a call is told anew.
    pub fn tell_again(&mut self, call_id: &CallId, entries: &[Entry]) {
        self.calls.remove(call_id);
        for entry in entries {
            self.take(entry);
        }
    }
}
