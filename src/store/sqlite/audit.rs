//! The audit trail.

use super::{Sqlite, from_db, to_db};
use crate::record::CallId;
use crate::store::{Audit, AuditAction, AuditFilter, AuditPage, Audited, PAGE_CALLS_MAX, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, query};

/// Entries on a page when nobody says how many.
const PAGE_AUDIT: u32 = 50;

impl Sqlite {
    pub async fn add_audit(&self, audit: &Audit) -> Result<(), StoreError> {
        query("INSERT INTO audit (at_ms, who, action, call_id, address) VALUES (?, ?, ?, ?, ?)")
            .bind(to_db(audit.at))
            .bind(&audit.who)
            .bind(audit.action.name())
            .bind(audit.call_id.as_ref().map(|call| &call.0))
            .bind(&audit.address)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(self.failed("write the audit trail"))
    }

    pub async fn audit(&self, filter: &AuditFilter) -> Result<AuditPage, StoreError> {
        let limit = match filter.limit {
            0 => PAGE_AUDIT,
            limit => limit.min(PAGE_CALLS_MAX),
        };
        let mut sql = QueryBuilder::new("SELECT * FROM audit WHERE TRUE");
        if let Some(cursor) = &filter.cursor {
            sql.push(" AND id < ").push_bind(cursor.parse::<i64>().map_err(|_| StoreError::BadCursor)?);
        }
        if let Some(who) = &filter.who {
            sql.push(" AND who = ").push_bind(who.clone());
        }
        if let Some(call) = &filter.call_id {
            sql.push(" AND call_id = ").push_bind(call.0.clone());
        }
        if let Some(from) = filter.from {
            sql.push(" AND at_ms >= ").push_bind(to_db(from));
        }
        if let Some(to) = filter.to {
            sql.push(" AND at_ms < ").push_bind(to_db(to));
        }
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(limit + 1);
        let rows = sql.build().fetch_all(&self.pool).await.map_err(self.failed("read the audit trail"))?;
        let shown = rows.iter().take(limit as usize);
        let entries: Vec<Audited> = shown.map(|row| self.audited(row)).collect::<Result<_, _>>()?;
        let next = entries.last().filter(|_| rows.len() > entries.len()).map(|last| last.id.to_string());
        Ok(AuditPage { entries, next })
    }

    fn audited(&self, row: &SqliteRow) -> Result<Audited, StoreError> {
        let name: &str = row.get("action");
        let action = AuditAction::named(name).ok_or_else(|| self.unreadable("an audit entry", name))?;
        let audit = Audit {
            at: from_db(row.get("at_ms")),
            who: row.get("who"),
            action,
            call_id: row.get::<Option<String>, _>("call_id").map(CallId),
            address: row.get("address"),
        };
        Ok(Audited { id: row.get("id"), audit })
    }
}
