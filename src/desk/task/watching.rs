//! Those who look on: the wall with every live call, and single calls word by word.

use super::Task;
use crate::desk::floor::CardStage;
use crate::desk::notice::{DeskNotice, Ear};
use crate::desk::pop::screen_pop;
use crate::desk::protocol::ToBrowser;
use crate::desk::shell::Obeyed;
use crate::desk::views;
use crate::desk::wall::{Judgement, Wall, judgement};
use crate::record::event::{CallId, Entry, Event};
use crate::record::transcript::line;
use crate::store::{Audit, AuditAction};
use std::time::Duration;
use tokio::sync::mpsc;

/// How often the wall is looked at anew, while anybody sees it.
pub(super) const WALL_EVERY: Duration = Duration::from_secs(1);
/// Longest wait for the store before an open look is given up.
const WATCH_LIMIT: Duration = Duration::from_secs(2);

/// One tab that shows the wall.
#[derive(Debug)]
pub(in crate::desk) struct Viewer {
    pub(in crate::desk) who: String,
    pub(in crate::desk) address: String,
    pub(in crate::desk) to: mpsc::Sender<ToBrowser>,
    /// The call whose words are shown, and the next of its entries that is not.
    pub(in crate::desk) watches: Option<(CallId, u32)>,
    /// How that call is heard, as far as it has told.
    pub(in crate::desk) ear: Ear,
}

impl Task {
    /// Shows the wall on this tab, from now on.
    pub(super) async fn open_wall(&mut self, screen: u64, who: String, address: String) -> Obeyed {
        if !self.supervisors.contains(&who) {
            return Err(not_allowed());
        }
        let open = self.screens.get(&who).into_iter().flatten().find(|open| open.id == screen);
        let Some(to) = open.map(|open| open.to.clone()) else {
            return Err(("not_available", "This tab is closed.".into()));
        };
        if self.viewers.is_empty() {
            self.wall = self.look();
        }
        let _ = to.try_send(self.wall.whole());
        self.viewers.insert(screen, Viewer { who, address, to, watches: None, ear: Ear::Off });
        self.reach.looked_on_by(self.viewers.len());
        Ok(())
    }

    pub(super) async fn close_wall(&mut self, screen: u64) {
        self.end_watch(screen).await;
        if self.viewers.remove(&screen).is_some() {
            self.reach.looked_on_by(self.viewers.len());
        }
        if self.viewers.is_empty() {
            self.nobody_looks_on();
        }
    }

    fn look(&self) -> Wall {
        Wall::at(self.clock.now(), &self.floor, &self.live, &*self.options.glossary)
    }

    /// Tells every wall what has changed since it was told last.
    pub(super) async fn refresh_wall(&mut self) {
        let open = |(screen, viewer): &(&u64, &Viewer)| {
            self.screens.get(&viewer.who).into_iter().flatten().any(|open| open.id == **screen)
        };
        // A tab that was cut off for another reason must lose this way out too.
        let closed: Vec<u64> = self.viewers.iter().filter(|pair| !open(pair)).map(|(id, _)| *id).collect();
        for screen in closed {
            self.close_wall(screen).await;
        }
        let now = self.look();
        let Some(news) = now.since(&self.wall) else { return };
        self.wall = now;
        let late: Vec<u64> = self
            .viewers
            .iter()
            .filter(|(_, viewer)| viewer.to.try_send(news.clone()).is_err())
            .map(|(screen, _)| *screen)
            .collect();
        for screen in late {
            self.lose(screen).await;
        }
    }

    /// A tab that does not keep up is cut off, like any other: it comes back and gets everything again.
    async fn lose(&mut self, screen: u64) {
        let who = self.viewers.get(&screen).map(|viewer| viewer.who.clone());
        self.close_wall(screen).await;
        if let Some(who) = who {
            self.cut_off(&who, |open| open.id != screen);
        }
    }

    /// Whoever may not look any more sees nothing more.
    pub(super) async fn close_forbidden_walls(&mut self) {
        let forbidden = self.viewers.iter().filter(|(_, viewer)| !self.supervisors.contains(&viewer.who));
        let forbidden: Vec<u64> = forbidden.map(|(screen, _)| *screen).collect();
        for screen in forbidden {
            self.lose(screen).await;
        }
    }

    /// Shows a call from its first word on, and every further word. The look is in the audit trail already.
    pub(super) async fn watch(&mut self, screen: u64, call_id: CallId) -> Obeyed {
        self.end_watch(screen).await;
        if !self.live.calls.contains_key(&call_id) {
            return Err(("no_such_call", "This call is over.".into()));
        }
        let read = tokio::time::timeout(WATCH_LIMIT, self.store.entries(&call_id)).await;
        let Some(entries) = read.ok().and_then(Result::ok) else {
            return Err(("not_read", "The store did not answer.".into()));
        };
        let mut card = Box::new(screen_pop(&entries, self.clock.now(), "", &*self.options.glossary));
        // Whoever watches says nothing.
        card.opening.clear();
        let message = ToBrowser::Watched {
            card,
            table: self.table(&call_id),
            judgements: entries.iter().filter_map(judgement).collect(),
        };
        let next = entries.last().map_or(0, |entry| entry.seq + 1);
        let Some(viewer) = self.viewers.get_mut(&screen) else {
            return Err(not_allowed());
        };
        viewer.watches = Some((call_id.clone(), next));
        let to = viewer.to.clone();
        let _ = to.try_send(message);
        if let Some(slots) = self.slots(&call_id) {
            let _ = to.try_send(slots);
        }
        self.tell_watched(&call_id);
        Ok(())
    }

    /// The words of a call are not shown on this tab any more; how long they were is in the audit trail.
    pub(super) async fn end_watch(&mut self, screen: u64) {
        let Some(viewer) = self.viewers.get_mut(&screen) else { return };
        let Some((call_id, _)) = viewer.watches.take() else { return };
        let (who, address) = (viewer.who.clone(), viewer.address.clone());
        let heard = std::mem::replace(&mut viewer.ear, Ear::Off) != Ear::Off;
        self.tell_watched(&call_id);
        if heard {
            self.reach.send(&call_id, DeskNotice::Ear { by: who.clone(), ear: Ear::Off });
            self.trace_end(AuditAction::ListenEnded, &who, &call_id, &address).await;
        }
        self.trace_end(AuditAction::WatchEnded, &who, &call_id, &address).await;
    }

    /// What is over cannot be kept from being so when its trace cannot be written.
    async fn trace_end(&self, action: AuditAction, who: &str, call_id: &CallId, address: &str) {
        let (who, call_id, address) = (who.to_owned(), Some(call_id.clone()), address.to_owned());
        let audit = Audit { at: self.clock.now(), who, action, call_id, address };
        if let Err(error) = self.store.add_audit(&audit).await {
            tracing::error!(%error, "The end of a look could not be written to the audit trail");
        }
    }

    /// A call tells how somebody who watches it hears it now.
    pub(super) async fn hears(&mut self, call_id: CallId, by: &str, ear: Ear) {
        let mut ended = None;
        let watching = self.viewers.values_mut().filter(|viewer| {
            viewer.who == by && viewer.watches.as_ref().is_some_and(|(watched, _)| *watched == call_id)
        });
        for viewer in watching {
            if std::mem::replace(&mut viewer.ear, ear) != Ear::Off && ear == Ear::Off {
                ended = Some(viewer.address.clone());
            }
            let _ = viewer.to.try_send(ToBrowser::Ear { call_id: call_id.clone(), ear });
        }
        self.tell_watched(&call_id);
        if let Some(address) = ended {
            self.trace_end(AuditAction::ListenEnded, by, &call_id, &address).await;
        }
    }

    /// Shows a new entry to those who watch its call.
    pub(super) async fn show_watched(&mut self, entry: &Entry, reseated: bool) {
        let watching = |watches: &Option<(CallId, u32)>| {
            watches.as_ref().is_some_and(|(call_id, next)| *call_id == entry.call_id && entry.seq >= *next)
        };
        if !self.viewers.values().any(|viewer| watching(&viewer.watches)) {
            return;
        }
        let messages = self.news(entry, reseated);
        let (mut late, mut over) = (Vec::new(), Vec::new());
        for (screen, viewer) in self.viewers.iter_mut().filter(|(_, viewer)| watching(&viewer.watches)) {
            viewer.watches = Some((entry.call_id.clone(), entry.seq + 1));
            if messages.iter().any(|message| viewer.to.try_send(message.clone()).is_err()) {
                late.push(*screen);
            } else if matches!(entry.event, Event::CallEnded { .. }) {
                over.push(*screen);
            }
        }
        for screen in over {
            self.end_watch(screen).await;
        }
        for screen in late {
            self.lose(screen).await;
        }
    }

    /// Facts that may be given to the topic of this call.
    fn slots(&self, call_id: &CallId) -> Option<ToBrowser> {
        let live = self.live.calls.get(call_id)?;
        let slots = self.options.library.slots(&live.bot, live.topic.as_ref()?);
        Some(ToBrowser::Slots { call_id: call_id.clone(), slots })
    }

    /// A reply that waits is on every wall at once, and gone from it as soon as somebody has ruled.
    pub(super) async fn show_proposal(&mut self, entry: &Entry) {
        let about = matches!(entry.event, Event::ReplyProposed { .. } | Event::ReplyRuled { .. });
        if about && !self.viewers.is_empty() {
            self.refresh_wall().await;
        }
    }

    /// What an entry tells whoever watches.
    fn news(&self, entry: &Entry, reseated: bool) -> Vec<ToBrowser> {
        let call_id = &entry.call_id;
        let mut news = Vec::new();
        if reseated {
            news.push(ToBrowser::Table { call_id: call_id.clone(), table: self.table(call_id) });
        }
        let mut speaker = self.live.table(call_id).map(|table| table.agent.clone());
        if let Some(line) = line(entry, &mut speaker) {
            news.push(ToBrowser::Line { call_id: call_id.clone(), line });
        }
        news.extend(views::addition(entry));
        if let Event::FactGiven { slot, value, used: false, .. } = &entry.event {
            let (call_id, slot, value) = (call_id.clone(), slot.clone(), value.clone());
            news.push(ToBrowser::FactUnused { call_id, slot, value });
        }
        if matches!(entry.event, Event::Understood { topic: Some(_), .. }) {
            news.extend(self.slots(call_id));
        }
        let judged = |judgement: Judgement| ToBrowser::Judged { call_id: call_id.clone(), judgement };
        news.extend(judgement(entry).map(judged));
        if matches!(entry.event, Event::CallEnded { .. }) {
            let (stage, at) = (CardStage::Ended, entry.at);
            news.push(ToBrowser::CallState { call_id: call_id.clone(), stage, at });
        }
        news
    }

    /// Entries were missed: every live call is told anew, and every open look begins anew.
    pub(super) async fn follow_again(&mut self) {
        let alive = match self.store.alive().await {
            Ok(alive) => alive,
            Err(error) => return tracing::error!(%error, "Which calls live could not be read"),
        };
        self.live.calls.retain(|call_id, _| alive.contains(call_id));
        for call_id in alive {
            if let Ok(entries) = self.store.entries(&call_id).await {
                self.live.tell_again(&call_id, &entries);
            }
        }
        let watched: Vec<(u64, CallId)> = self
            .viewers
            .iter()
            .filter_map(|(screen, viewer)| Some((*screen, viewer.watches.as_ref()?.0.clone())))
            .collect();
        for (screen, call_id) in watched {
            // One that has ended meanwhile stays on the page as it was last, and says so.
            if self.watch(screen, call_id.clone()).await.is_err()
                && let Some(viewer) = self.viewers.get(&screen)
            {
                let at = self.clock.now();
                let _ = viewer.to.try_send(ToBrowser::CallState { call_id, stage: CardStage::Ended, at });
            }
        }
    }
}

pub(super) fn not_allowed() -> (&'static str, String) {
    ("not_allowed", "Only supervisors and administrators may look on.".into())
}
