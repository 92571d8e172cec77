//! Lists of calls, a page at a time.

use super::{Sqlite, to_db};
use crate::record::cdr::cdr;
use crate::record::event::Channel;
use crate::record::{CallId, Entry};
use crate::store::{CallFilter, CallPage, PAGE_CALLS_MAX, StoreError, StoryPage};
use sqlx::{QueryBuilder, Row, query};

/// Calls on a page when nobody says how many.
const PAGE_CALLS: u32 = 50;

impl Sqlite {
    pub async fn calls(&self, filter: &CallFilter) -> Result<CallPage, StoreError> {
        let StoryPage { calls, next } = self.stories(filter).await?;
        Ok(CallPage { calls: calls.iter().map(|entries| cdr(entries)).collect(), next })
    }

    pub async fn stories(&self, filter: &CallFilter) -> Result<StoryPage, StoreError> {
        let limit = match filter.limit {
            0 => PAGE_CALLS,
            limit => limit.min(PAGE_CALLS_MAX),
        };
        let mut page = self.page(filter, limit + 1).await?;
        let more = page.len() > limit as usize;
        page.truncate(limit as usize);
        let next = page.last().filter(|_| more).map(Place::cursor);
        let calls = self.entries_of(&page).await?;
        let calls = calls.chunk_by(|a, b| a.call_id == b.call_id).map(<[Entry]>::to_vec).collect();
        Ok(StoryPage { calls, next })
    }

    pub async fn alive(&self) -> Result<Vec<CallId>, StoreError> {
        let rows = query("SELECT call_id FROM calls WHERE outcome IS NULL ORDER BY call_id");
        let rows = rows.fetch_all(&self.pool).await.map_err(self.failed("list live calls"))?;
        Ok(rows.iter().map(|row| CallId(row.get(0))).collect())
    }

    async fn page(&self, filter: &CallFilter, rows: u32) -> Result<Vec<Place>, StoreError> {
        let mut sql = QueryBuilder::new("SELECT received_ms, call_id FROM calls WHERE TRUE");
        if let Some(cursor) = &filter.cursor {
            let place = Place::parse(cursor).ok_or(StoreError::BadCursor)?;
            sql.push(" AND (received_ms, call_id) < (").push_bind(place.received_ms);
            sql.push(", ").push_bind(place.call_id).push(")");
        }
        conditions(&mut sql, filter);
        sql.push(" ORDER BY received_ms DESC, call_id DESC LIMIT ").push_bind(rows);
        let rows = sql.build().fetch_all(&self.pool).await.map_err(self.failed("list calls"))?;
        let place = |row: &sqlx::sqlite::SqliteRow| Place {
            received_ms: row.get("received_ms"),
            call_id: row.get("call_id"),
        };
        Ok(rows.iter().map(place).collect())
    }

    /// The entries of all these calls, in the order of the page.
    async fn entries_of(&self, page: &[Place]) -> Result<Vec<Entry>, StoreError> {
        if page.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = QueryBuilder::new(
            "SELECT e.call_id, e.seq, e.at_ms, e.body FROM events e JOIN calls c USING (call_id) WHERE e.call_id IN (",
        );
        let mut ids = sql.separated(", ");
        for place in page {
            ids.push_bind(place.call_id.clone());
        }
        sql.push(") ORDER BY c.received_ms DESC, e.call_id DESC, e.seq");
        let rows = sql.build().fetch_all(&self.pool).await.map_err(self.failed("read calls"))?;
        rows.iter().map(|row| self.entry(row)).collect()
    }
}

fn conditions(sql: &mut QueryBuilder<sqlx::Sqlite>, filter: &CallFilter) {
    if let Some(from) = filter.from {
        sql.push(" AND received_ms >= ").push_bind(to_db(from));
    }
    if let Some(to) = filter.to {
        sql.push(" AND received_ms < ").push_bind(to_db(to));
    }
    if let Some(bot) = &filter.bot {
        sql.push(" AND bot = ").push_bind(bot.clone());
    }
    if let Some(outcome) = filter.outcome {
        sql.push(" AND outcome = ").push_bind(outcome.name());
    }
    if let Some(channel) = filter.channel {
        // Calls by telephone are not marked.
        sql.push(if channel.is_voice() { " AND call_id NOT IN" } else { " AND call_id IN" });
        sql.push(" (SELECT call_id FROM call_marks WHERE kind = 'channel' AND value = ");
        sql.push_bind(Channel::Chat.name()).push(")");
    }
    if let Some(number) = &filter.number {
        sql.push(" AND (caller = ").push_bind(number.clone());
        sql.push(" OR callee = ").push_bind(number.clone()).push(")");
    }
    if let Some(caller) = &filter.caller {
        sql.push(" AND caller = ").push_bind(caller.clone());
    }
    for (kind, value) in [("queue", &filter.queue), ("agent", &filter.agent)] {
        if let Some(value) = value {
            sql.push(" AND call_id IN (SELECT call_id FROM call_marks WHERE kind = ").push_bind(kind);
            sql.push(" AND value = ").push_bind(value.clone()).push(")");
        }
    }
}

/// Where a page ended.
struct Place {
    received_ms: i64,
    call_id: String,
}

impl Place {
    /// Hex, so that nobody is tempted to build one.
    fn cursor(&self) -> String {
        hex::encode(format!("{}:{}", self.received_ms, self.call_id))
    }

    fn parse(cursor: &str) -> Option<Place> {
        let text = String::from_utf8(hex::decode(cursor).ok()?).ok()?;
        let (received_ms, call_id) = text.split_once(':')?;
        Some(Place { received_ms: received_ms.parse().ok()?, call_id: call_id.to_owned() })
    }
}
