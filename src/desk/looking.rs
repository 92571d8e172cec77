//! The way to the wall: who may look on, and that every look leaves a trace.

use super::notice::Ear;
use super::protocol::Hand;
use super::shell::{Command, Desk, DeskError};
use super::views;
use crate::record::CallId;
use crate::store::{Audit, AuditAction};

/// Whose tab looks on.
#[derive(Debug, Clone, Copy)]
pub struct Onlooker<'a> {
    /// Login name.
    pub who: &'a str,
    pub screen: u64,
    /// Of the browser; empty when unknown.
    pub address: &'a str,
}

impl Desk {
    /// Shows every live call on this tab, from now on.
    ///
    /// # Errors
    /// `not_allowed` for whoever is no supervisor; a look that cannot be written to the audit trail is not given.
    pub async fn open_wall(&self, onlooker: Onlooker<'_>) -> Result<(), DeskError> {
        self.allow(onlooker, AuditAction::WallOpened, None).await?;
        let (who, address) = (onlooker.who.to_owned(), onlooker.address.to_owned());
        self.obeyed(|answer| Command::OpenWall(onlooker.screen, who, address, answer)).await
    }

    /// The tab shows something else.
    pub async fn close_wall(&self, screen: u64) {
        let _ = self.commands.send(Command::CloseWall(screen)).await;
    }

    /// Shows every word of a live call on this tab, which shows the wall.
    ///
    /// # Errors
    /// As [`Desk::open_wall`]; `no_such_call` when it is over.
    pub async fn watch(&self, onlooker: Onlooker<'_>, call_id: CallId) -> Result<(), DeskError> {
        self.allow(onlooker, AuditAction::CallWatched, Some(call_id.clone())).await?;
        self.obeyed(|answer| Command::Watch(onlooker.screen, call_id, answer)).await
    }

    /// Has a hand in a call of the bot, or listens to any, from a tab that shows the wall.
    ///
    /// # Errors
    /// As [`Desk::open_wall`]; `no_such_call`, `not_with_bot`, `too_late`, `no_phone`, `not_available`.
    pub async fn supervise(
        &self,
        onlooker: Onlooker<'_>,
        call_id: CallId,
        hand: Hand,
    ) -> Result<(), DeskError> {
        self.may_look_on(onlooker).await?;
        self.obeyed(|answer| Command::Supervise(onlooker.screen, call_id, hand, answer)).await
    }

    /// A call tells how somebody who watches it hears it now.
    pub async fn hears(&self, call_id: CallId, by: String, ear: Ear) {
        let _ = self.commands.send(Command::Hears(call_id, by, ear)).await;
    }

    pub async fn end_watch(&self, screen: u64) {
        let _ = self.commands.send(Command::EndWatch(screen)).await;
    }

    /// The role is asked for each time, so one that was taken away ends the looking; the trace comes first.
    async fn allow(
        &self,
        onlooker: Onlooker<'_>,
        action: AuditAction,
        call_id: Option<CallId>,
    ) -> Result<(), DeskError> {
        self.may_look_on(onlooker).await?;
        let (at, who, address) = (self.clock.now(), onlooker.who.to_owned(), onlooker.address.to_owned());
        Ok(self.store.add_audit(&Audit { at, who, action, call_id, address }).await?)
    }

    async fn may_look_on(&self, onlooker: Onlooker<'_>) -> Result<(), DeskError> {
        let user = self.store.user(onlooker.who).await?;
        if !user.is_some_and(|user| views::may_look_on(&user)) {
            let detail = "Only supervisors and administrators may look on.".to_owned();
            return Err(DeskError::Refused { code: "not_allowed", detail });
        }
        Ok(())
    }
}
