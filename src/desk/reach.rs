//! The way from the desk to every live call of this node, and whether anybody looks on.

use super::notice::{DESK_NOTICES, DeskNotice};
use super::shell::Desk;
use crate::record::CallId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// Shared by the desk's task and every call. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    calls: Arc<Mutex<HashMap<CallId, mpsc::Sender<DeskNotice>>>>,
    /// Tabs that show the wall.
    lookers: Arc<AtomicUsize>,
}

impl Reach {
    fn calls(&self) -> MutexGuard<'_, HashMap<CallId, mpsc::Sender<DeskNotice>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// False when the call is gone, or does not listen.
    pub(super) fn send(&self, call_id: &CallId, notice: DeskNotice) -> bool {
        let to = self.calls().get(call_id).cloned();
        to.is_some_and(|to| to.try_send(notice).is_ok())
    }

    pub(super) fn looked_on_by(&self, tabs: usize) {
        self.lookers.store(tabs, Ordering::Release);
    }
}

impl Desk {
    /// From now on the desk can tell this call something, in whatever phase it is. Nothing is waited for.
    pub fn reach(&self, call_id: CallId) -> mpsc::Receiver<DeskNotice> {
        let (to, notices) = mpsc::channel(DESK_NOTICES);
        self.reach.calls().insert(call_id, to);
        notices
    }

    /// The call is over.
    pub fn unreach(&self, call_id: &CallId) {
        self.reach.calls().remove(call_id);
    }

    /// Whether somebody is there to read replies.
    pub fn anybody_looks_on(&self) -> bool {
        self.reach.lookers.load(Ordering::Acquire) > 0
    }
}
