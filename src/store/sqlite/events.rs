//! Events in and out, and what lists need of them.

use super::{Sqlite, from_db, to_db};
use crate::record::event::{EndedBy, Outcome};
use crate::record::{CallId, Entry, Event, rfc3339};
use crate::store::StoreError;
use crate::time::At;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, query};

impl Sqlite {
    pub async fn append(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let written = self.writer.append(entries.to_vec()).await.ok_or(StoreError::Closed)?;
        written.map_err(self.failed("write events"))
    }

    pub async fn next_seq(&self, call: &CallId) -> Result<u32, StoreError> {
        let row = query("SELECT COALESCE(MAX(seq) + 1, 0) AS next FROM events WHERE call_id = ?")
            .bind(&call.0)
            .fetch_one(&self.pool)
            .await
            .map_err(self.failed("number an event"))?;
        Ok(row.get::<u32, _>("next"))
    }

    pub async fn entries(&self, call: &CallId) -> Result<Vec<Entry>, StoreError> {
        let rows = query("SELECT call_id, seq, at_ms, body FROM events WHERE call_id = ? ORDER BY seq")
            .bind(&call.0)
            .fetch_all(&self.pool)
            .await
            .map_err(self.failed("read events"))?;
        rows.iter().map(|row| self.entry(row)).collect()
    }

    pub async fn close_orphans(&self, now: At) -> Result<usize, StoreError> {
        let rows = query(
            "SELECT call_id, last_ms, (SELECT MAX(seq) + 1 FROM events e WHERE e.call_id = c.call_id) AS next
             FROM calls c WHERE outcome IS NULL",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(self.failed("look for orphans"))?;
        let ends: Vec<Entry> = rows.iter().map(|row| end_of_orphan(row, now)).collect();
        self.append(&ends).await?;
        Ok(ends.len())
    }

    pub(super) fn entry(&self, row: &SqliteRow) -> Result<Entry, StoreError> {
        let (call_id, seq): (String, u32) = (row.get("call_id"), row.get("seq"));
        let event = serde_json::from_str(row.get("body"))
            .map_err(|error| self.unreadable(format!("event {seq} of call {call_id}"), error))?;
        Ok(Entry { call_id: CallId(call_id), seq, at: from_db(row.get("at_ms")), event })
    }
}

fn end_of_orphan(row: &SqliteRow, now: At) -> Entry {
    Entry {
        call_id: CallId(row.get("call_id")),
        seq: row.get("next"),
        at: from_db(row.get("last_ms")),
        event: Event::CallEnded {
            outcome: Outcome::NodeLost,
            by: EndedBy::System,
            reason: format!("the process that owned the call died; found at the start of {}", rfc3339(now)),
        },
    }
}

/// Writes one entry and keeps the lists in step.
pub(super) async fn insert(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), sqlx::Error> {
    let body = serde_json::to_string(&entry.event).map_err(|error| sqlx::Error::Encode(error.into()))?;
    query("INSERT INTO events (call_id, seq, at_ms, body) VALUES (?, ?, ?, ?)")
        .bind(&entry.call_id.0)
        .bind(entry.seq)
        .bind(to_db(entry.at))
        .bind(body)
        .execute(&mut *connection)
        .await?;
    query(
        "INSERT INTO calls (call_id, received_ms, last_ms) VALUES (?1, ?2, ?2)
         ON CONFLICT (call_id) DO UPDATE SET last_ms = MAX(last_ms, ?2)",
    )
    .bind(&entry.call_id.0)
    .bind(to_db(entry.at))
    .execute(&mut *connection)
    .await?;
    mark(connection, entry).await
}

async fn mark(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), sqlx::Error> {
    let call = &entry.call_id.0;
    match &entry.event {
        Event::CallReceived { from, to, bot, channel, .. } => {
            if !channel.is_voice() {
                add_mark(connection, call, "channel", channel.name()).await?;
            }
            query("UPDATE calls SET caller = ?, callee = ?, bot = ? WHERE call_id = ?")
                .bind(from)
                .bind(to)
                .bind(bot)
                .bind(call)
                .execute(connection)
                .await?;
        }
        Event::Queued { queue } => add_mark(connection, call, "queue", queue).await?,
        Event::AgentOffered { agent, .. } | Event::AgentRinging { agent } | Event::Bridged { agent } => {
            add_mark(connection, call, "agent", agent).await?;
        }
        Event::CallEnded { outcome, .. } => {
            query("UPDATE calls SET outcome = ? WHERE call_id = ?")
                .bind(outcome.name())
                .bind(call)
                .execute(connection)
                .await?;
        }
        _ => {}
    }
    Ok(())
}

async fn add_mark(
    connection: &mut SqliteConnection,
    call: &str,
    kind: &'static str,
    value: &str,
) -> Result<(), sqlx::Error> {
    query("INSERT OR IGNORE INTO call_marks (call_id, kind, value) VALUES (?, ?, ?)")
        .bind(call)
        .bind(kind)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}
