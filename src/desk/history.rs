//! Earlier calls of whoever calls, read from the store.

use super::earlier::{
    EARLIER_CALLS, EARLIER_FOR, EARLIER_LETTERS, EarlierCall, caller, earlier_call, tells_who_calls,
};
use super::protocol::ToBrowser;
use super::shell::{Command, Desk, DeskError};
use crate::record::CallId;
use crate::record::letter::contact;
use crate::store::CallFilter;
use crate::time::At;
use std::collections::HashMap;
use std::time::Duration;

/// Longest wait for the store.
const EARLIER_LIMIT: Duration = Duration::from_secs(2);

impl Desk {
    /// Earlier calls of the number that calls, for the agent who has its card. None for a hidden number.
    ///
    /// # Errors
    /// It is not this agent's call, or the store does not answer in time.
    pub async fn earlier(&self, agent: &str, call_id: CallId) -> Result<ToBrowser, DeskError> {
        let agent = agent.to_owned();
        let of = match self.ask(|answer| Command::StoryOf(agent, call_id.clone(), answer)).await {
            Some(Some(of)) => of,
            Some(None) => return Err(DeskError::NotYourCall(call_id)),
            None => return Err(DeskError::Closed),
        };
        let read = tokio::time::timeout(EARLIER_LIMIT, self.read_earlier(call_id, &of)).await;
        read.unwrap_or_else(|_| {
            let detail = "the store did not answer in time".to_owned();
            Err(DeskError::Refused { code: "not_read", detail })
        })
    }

    async fn read_earlier(&self, call_id: CallId, of: &CallId) -> Result<ToBrowser, DeskError> {
        let entries = self.store.entries(of).await?;
        let Some((number, at)) = caller(&entries).filter(|(number, _)| tells_who_calls(number)) else {
            return Ok(ToBrowser::Earlier {
                call_id,
                known: false,
                calls: Vec::new(),
                letters: Vec::new(),
                more: false,
            });
        };
        // The call itself is not earlier than it came in.
        let filter = CallFilter {
            caller: Some(number.to_owned()),
            from: Some(At(at.0.saturating_sub(EARLIER_FOR.as_millis() as u64))),
            to: Some(at),
            limit: EARLIER_CALLS,
            ..CallFilter::default()
        };
        let (calls, more) = self.tell_calls(&filter).await?;
        // Those of today count too: what was written during the call is part of the thread.
        let letters = match contact(number) {
            Some(contact) => self.store.letters(&contact, None, EARLIER_LETTERS).await?,
            None => Vec::new(),
        };
        let more = more || letters.len() == EARLIER_LETTERS as usize;
        Ok(ToBrowser::Earlier { call_id, known: true, calls, letters, more })
    }

    /// All calls of the number of that call, newest first, that one among them; it alone where the number is hidden.
    ///
    /// # Errors
    /// The store does not answer, or not in time.
    pub(super) async fn thread(&self, of: &CallId) -> Result<(Vec<EarlierCall>, bool), DeskError> {
        let read = tokio::time::timeout(EARLIER_LIMIT, async {
            let entries = self.store.entries(of).await?;
            let own = earlier_call(&entries, &*self.options.glossary);
            let Some((number, _)) = caller(&entries).filter(|(number, _)| tells_who_calls(number)) else {
                return Ok((own.into_iter().collect(), false));
            };
            let (caller, limit) = (Some(number.to_owned()), EARLIER_CALLS);
            let (mut calls, more) =
                self.tell_calls(&CallFilter { caller, limit, ..CallFilter::default() }).await?;
            if !calls.iter().any(|call| call.call_id == *of) {
                calls.extend(own);
            }
            Ok((calls, more))
        });
        read.await.unwrap_or_else(|_| {
            let detail = "the store did not answer in time".to_owned();
            Err(DeskError::Refused { code: "not_read", detail })
        })
    }

    /// The calls of a page, and whether there are older ones.
    async fn tell_calls(&self, filter: &CallFilter) -> Result<(Vec<EarlierCall>, bool), DeskError> {
        let page = self.store.calls(filter).await?;
        let names: HashMap<String, String> =
            self.store.users().await?.into_iter().map(|user| (user.id, user.name)).collect();
        let mut calls = Vec::new();
        for call in page.calls {
            let entries = self.store.entries(&CallId(call.call_id)).await?;
            let told = earlier_call(&entries, &*self.options.glossary);
            calls.extend(told.map(|mut call| {
                call.agent = call.agent.map(|id| names.get(&id).cloned().unwrap_or(id));
                call
            }));
        }
        Ok((calls, page.next.is_some()))
    }
}
