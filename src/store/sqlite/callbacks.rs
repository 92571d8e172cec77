//! Callers who are to be rung back.

use super::{Sqlite, StoreError};
use crate::desk::notice::Callback;
use crate::record::CallId;
use sqlx::{Row, query};

impl Sqlite {
    pub async fn keep_callback(&self, callback: &Callback) -> Result<(), StoreError> {
        let body = serde_json::to_string(callback).map_err(|error| self.unreadable("a callback", error))?;
        query("INSERT OR REPLACE INTO callbacks (of_call, body) VALUES (?, ?)")
            .bind(&callback.of.0)
            .bind(body)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(self.failed("keep a callback"))
    }

    pub async fn remove_callback(&self, of: &CallId) -> Result<bool, StoreError> {
        let gone = query("DELETE FROM callbacks WHERE of_call = ?").bind(&of.0).execute(&self.pool).await;
        Ok(gone.map_err(self.failed("remove a callback"))?.rows_affected() > 0)
    }

    pub async fn callbacks(&self) -> Result<Vec<Callback>, StoreError> {
        let rows = query("SELECT body FROM callbacks ORDER BY of_call").fetch_all(&self.pool).await;
        let rows = rows.map_err(self.failed("read callbacks"))?;
        let read = |body: &str| serde_json::from_str(body).map_err(|e| self.unreadable("a callback", e));
        rows.iter().map(|row| read(row.get("body"))).collect()
    }
}
