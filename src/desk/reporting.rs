//! Reports, read from the store a page at a time so that calls are not disturbed, and what each look leaves behind.

use super::brief::Glossary;
use super::pop::{ScreenPop, screen_pop};
use super::shell::{Desk, DeskError};
use super::views;
use super::wall::{Judgement, judgement};
use crate::language::Language;
use crate::record::CallId;
use crate::record::event::Channel;
use crate::record::report::told::{Pick, Told, told};
use crate::record::report::{Report, Span, judge, report};
use crate::store::{Audit, AuditAction, CallFilter, PAGE_CALLS_MAX, StoreError};
use crate::time::At;
use serde::Serialize;
use std::collections::BTreeMap;

/// Calls that one report reads of its time, and as many again of the time before; the newest.
pub const REPORT_CALLS_MAX: usize = 20_000;
/// Calls listed behind a figure, the newest.
const LISTED_MAX: usize = 200;

/// What a report is asked about. All that is given must hold.
#[derive(Debug, Clone)]
pub struct Asked {
    pub span: Span,
    pub bot: Option<String>,
    /// Calls that waited in this queue.
    pub queue: Option<String>,
    pub channel: Option<Channel>,
    pub language: Option<Language>,
}

/// Who reads.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Login name, or the role of a token that is nobody's.
    pub who: &'a str,
    /// Empty when unknown.
    pub address: &'a str,
}

/// One call behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CallLine {
    pub call_id: String,
    /// When it came in.
    pub at: At,
    pub caller: String,
    pub caller_name: Option<String>,
    pub topic: Option<String>,
    /// As in the report: `live` while it lives.
    pub outcome: &'static str,
    /// From answer to end.
    pub lasted_ms: Option<u64>,
    pub language: Option<Language>,
    pub upset: Option<bool>,
    /// Of the last handover.
    pub score: Option<u32>,
}

/// The newest calls behind a figure, and how many there are.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CallsBehind {
    pub count: usize,
    pub calls: Vec<CallLine>,
}

/// A call that is read: its story and words, and what was made of them.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CallStory {
    pub card: ScreenPop,
    pub judgements: Vec<Judgement>,
}

impl Desk {
    /// Whether this user may read reports at the desk: who may see every call.
    ///
    /// # Errors
    /// `not_allowed`.
    pub async fn may_report(&self, who: &str) -> Result<(), DeskError> {
        let user = self.store.user(who).await?;
        if user.is_some_and(|user| views::may_look_on(&user)) {
            return Ok(());
        }
        let detail = "Only supervisors and administrators may read reports.".to_owned();
        Err(DeskError::Refused { code: "not_allowed", detail })
    }

    /// The report. Whoever asks has been asked for the role before; the trace comes first.
    ///
    /// # Errors
    /// The store fails, or the trace cannot be written.
    pub async fn report_over(&self, reader: Reader<'_>, asked: &Asked) -> Result<Report, StoreError> {
        self.leaves_trace(reader, AuditAction::ReportRead, None).await?;
        // It is never closed.
        let _alone = self.reporting.acquire().await.ok();
        let (calls, cut) = self.read_told(asked, &asked.span).await?;
        let before = if cut { None } else { Some(self.read_told(asked, &asked.span.before()).await?) };
        let before = before.and_then(|(calls, cut)| (!cut).then_some(calls));
        let names = names(&calls, &*self.options.glossary);
        Ok(Report { names, ..report(&asked.span, calls, before, cut) })
    }

    /// The calls behind a figure of that report.
    ///
    /// # Errors
    /// As [`Desk::report_over`].
    pub async fn calls_behind(
        &self,
        reader: Reader<'_>,
        asked: &Asked,
        pick: &Pick,
    ) -> Result<CallsBehind, StoreError> {
        self.leaves_trace(reader, AuditAction::ReportRead, None).await?;
        let _alone = self.reporting.acquire().await.ok();
        let (mut calls, _) = self.read_told(asked, &asked.span).await?;
        judge(&mut calls);
        let picked: Vec<&Told> = calls.iter().filter(|call| pick.takes(call, &asked.span.zone)).collect();
        let calls = picked.iter().take(LISTED_MAX).map(|call| call_line(call)).collect();
        Ok(CallsBehind { count: picked.len(), calls })
    }

    /// The story of a call, with every word; `None` where there is no such call.
    ///
    /// # Errors
    /// As [`Desk::report_over`].
    pub async fn call_behind(
        &self,
        reader: Reader<'_>,
        call_id: CallId,
    ) -> Result<Option<CallStory>, StoreError> {
        self.leaves_trace(reader, AuditAction::CallRead, Some(call_id.clone())).await?;
        let entries = self.store.entries(&call_id).await?;
        let last = entries.last().map(|entry| entry.at);
        Ok(last.map(|last| {
            // Nobody says anything first any more.
            let opening = String::new();
            let card = ScreenPop { opening, ..screen_pop(&entries, last, "", &*self.options.glossary) };
            CallStory { card, judgements: entries.iter().filter_map(judgement).collect() }
        }))
    }

    async fn leaves_trace(
        &self,
        reader: Reader<'_>,
        action: AuditAction,
        call_id: Option<CallId>,
    ) -> Result<(), StoreError> {
        let (at, who, address) = (self.clock.now(), reader.who.to_owned(), reader.address.to_owned());
        self.store.add_audit(&Audit { at, who, action, call_id, address }).await
    }

    /// The calls of a time, the newest first, and whether older ones were left out. Between two pages others have
    /// their turn.
    async fn read_told(&self, asked: &Asked, span: &Span) -> Result<(Vec<Told>, bool), StoreError> {
        let mut filter = CallFilter {
            from: Some(span.from),
            to: Some(span.to),
            bot: asked.bot.clone(),
            queue: asked.queue.clone(),
            channel: asked.channel,
            limit: PAGE_CALLS_MAX,
            ..CallFilter::default()
        };
        let (mut calls, mut read) = (Vec::new(), 0);
        loop {
            let page = self.store.stories(&filter).await?;
            read += page.calls.len();
            let wanted = |call: &Told| asked.language.is_none() || call.language == asked.language;
            calls.extend(page.calls.iter().filter_map(|entries| told(entries)).filter(wanted));
            filter.cursor = page.next;
            if filter.cursor.is_none() || read >= REPORT_CALLS_MAX {
                return Ok((calls, filter.cursor.is_some()));
            }
            tokio::task::yield_now().await;
        }
    }
}

fn call_line(call: &Told) -> CallLine {
    CallLine {
        call_id: call.call_id.clone(),
        at: call.at,
        caller: call.caller.clone(),
        caller_name: call.caller_name.clone(),
        topic: call.topic.clone(),
        outcome: call.outcome_name(),
        lasted_ms: call.lasted_ms,
        language: call.language,
        upset: call.upset,
        score: call.handovers.last().map(|handover| handover.score),
    }
}

/// What the topics of these calls are called, by language.
fn names(calls: &[Told], glossary: &dyn Glossary) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut names: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for call in calls {
        let Some(topic) = call.topic.as_ref().filter(|topic| !names.contains_key(*topic)) else { continue };
        let title = |language: &Language| {
            glossary.title(&call.bot, topic, *language).map(|title| (language.code().to_owned(), title))
        };
        names.insert(topic.clone(), Language::ALL.iter().filter_map(title).collect());
    }
    names
}
