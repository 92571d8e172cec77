//! Messages that callers left.

use super::{Sqlite, StoreError, to_db};
use crate::record::voicemail::{Done, Voicemail, Words};
use crate::store::VoicemailFilter;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, query};

/// Most messages in one answer: more than people can listen to.
const VOICEMAILS_MAX: u32 = 200;

impl Sqlite {
    pub async fn keep_voicemail(&self, voicemail: &Voicemail) -> Result<(), StoreError> {
        let body = serde_json::to_string(voicemail).map_err(|error| self.unreadable("a message", error))?;
        query("INSERT OR REPLACE INTO voicemails (id, queue, at_ms, done, body) VALUES (?, ?, ?, ?, ?)")
            .bind(&voicemail.id)
            .bind(&voicemail.queue)
            .bind(to_db(voicemail.at))
            .bind(voicemail.done.is_some())
            .bind(body)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(self.failed("keep a message"))
    }

    /// Its words alone: somebody may see to it meanwhile. False when there is none.
    pub async fn set_words(&self, id: &str, words: &Words) -> Result<bool, StoreError> {
        let words = serde_json::to_string(words).map_err(|error| self.unreadable("a message", error))?;
        let set = query("UPDATE voicemails SET body = json_set(body, '$.words', json(?)) WHERE id = ?")
            .bind(words)
            .bind(id)
            .execute(&self.pool)
            .await;
        Ok(set.map_err(self.failed("write the words of a message"))?.rows_affected() > 0)
    }

    /// False when there is none, or somebody was faster.
    pub async fn finish_voicemail(&self, id: &str, done: &Done) -> Result<bool, StoreError> {
        let done = serde_json::to_string(done).map_err(|error| self.unreadable("a message", error))?;
        let sql = "UPDATE voicemails SET done = 1, body = json_set(body, '$.done', json(?)) WHERE id = ? AND done = 0";
        let set = query(sql).bind(done).bind(id).execute(&self.pool).await;
        Ok(set.map_err(self.failed("finish a message"))?.rows_affected() > 0)
    }

    pub async fn voicemail(&self, id: &str) -> Result<Option<Voicemail>, StoreError> {
        let row = query("SELECT body FROM voicemails WHERE id = ?").bind(id).fetch_optional(&self.pool).await;
        row.map_err(self.failed("read a message"))?.map(|row| self.read_voicemail(&row)).transpose()
    }

    pub async fn voicemails(&self, filter: &VoicemailFilter) -> Result<Vec<Voicemail>, StoreError> {
        let mut sql = QueryBuilder::new("SELECT body FROM voicemails WHERE TRUE");
        if let Some(done) = filter.done {
            sql.push(" AND done = ").push_bind(done);
        }
        if let Some(before) = filter.before {
            sql.push(" AND at_ms < ").push_bind(to_db(before));
        }
        if let Some(queues) = &filter.queues {
            sql.push(" AND queue IN (SELECT value FROM json_each(")
                .push_bind(serde_json::json!(queues).to_string())
                .push("))");
        }
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(VOICEMAILS_MAX);
        let rows = sql.build().fetch_all(&self.pool).await.map_err(self.failed("read messages"))?;
        rows.iter().map(|row| self.read_voicemail(row)).collect()
    }

    pub async fn remove_voicemail(&self, id: &str) -> Result<bool, StoreError> {
        let gone = query("DELETE FROM voicemails WHERE id = ?").bind(id).execute(&self.pool).await;
        Ok(gone.map_err(self.failed("remove a message"))?.rows_affected() > 0)
    }

    fn read_voicemail(&self, row: &SqliteRow) -> Result<Voicemail, StoreError> {
        serde_json::from_str(row.get("body")).map_err(|error| self.unreadable("a message", error))
    }
}
