//! Tasks that agents set after calls.

use super::{Sqlite, StoreError, to_db};
use crate::record::follow_up::FollowUp;
use crate::record::voicemail::Done;
use crate::store::FollowUpFilter;
use crate::time::At;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, query};

/// Most tasks in one answer: more than people can do.
const FOLLOW_UPS_MAX: u32 = 200;

impl Sqlite {
    pub async fn keep_follow_up(&self, task: &FollowUp) -> Result<(), StoreError> {
        let body = serde_json::to_string(task).map_err(|error| self.unreadable("a task", error))?;
        let sql = "INSERT INTO follow_ups (id, queue, agent, due_ms, done, body) VALUES (?, ?, ?, ?, ?, ?)";
        query(sql)
            .bind(&task.id)
            .bind(&task.queue)
            .bind(&task.agent)
            .bind(to_db(task.due))
            .bind(task.done.is_some())
            .bind(body)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(self.failed("keep a task"))
    }

    /// What was changed of one that is open. False when there is none, or it is done.
    pub async fn change_follow_up(&self, task: &FollowUp) -> Result<bool, StoreError> {
        let body = serde_json::to_string(task).map_err(|error| self.unreadable("a task", error))?;
        let sql = "UPDATE follow_ups SET agent = ?, due_ms = ?, body = ? WHERE id = ? AND done = 0";
        let query = query(sql).bind(&task.agent).bind(to_db(task.due)).bind(body).bind(&task.id);
        let set = query.execute(&self.pool).await;
        Ok(set.map_err(self.failed("change a task"))?.rows_affected() > 0)
    }

    /// False when there is none, or somebody was faster.
    pub async fn finish_follow_up(&self, id: &str, done: &Done) -> Result<bool, StoreError> {
        let done = serde_json::to_string(done).map_err(|error| self.unreadable("a task", error))?;
        let sql = "UPDATE follow_ups SET done = 1, body = json_set(body, '$.done', json(?)) WHERE id = ? AND done = 0";
        let set = query(sql).bind(done).bind(id).execute(&self.pool).await;
        Ok(set.map_err(self.failed("finish a task"))?.rows_affected() > 0)
    }

    pub async fn follow_up(&self, id: &str) -> Result<Option<FollowUp>, StoreError> {
        let row = query("SELECT body FROM follow_ups WHERE id = ?").bind(id).fetch_optional(&self.pool).await;
        row.map_err(self.failed("read a task"))?.map(|row| self.read_follow_up(&row)).transpose()
    }

    pub async fn follow_ups(&self, filter: &FollowUpFilter) -> Result<Vec<FollowUp>, StoreError> {
        let mut sql = QueryBuilder::new("SELECT body FROM follow_ups WHERE TRUE");
        if let Some(done) = filter.done {
            sql.push(" AND done = ").push_bind(done);
        }
        if let Some(queue) = &filter.queue {
            sql.push(" AND queue = ").push_bind(queue.clone());
        }
        if let Some((agent, queues)) = &filter.whose {
            sql.push(" AND (agent = ").push_bind(agent.clone());
            sql.push(" OR (agent IS NULL AND queue IN (SELECT value FROM json_each(")
                .push_bind(serde_json::json!(queues).to_string())
                .push("))))");
        }
        sql.push(" ORDER BY due_ms, id LIMIT ").push_bind(FOLLOW_UPS_MAX);
        let rows = sql.build().fetch_all(&self.pool).await.map_err(self.failed("read tasks"))?;
        rows.iter().map(|row| self.read_follow_up(row)).collect()
    }

    pub async fn remove_follow_up(&self, id: &str) -> Result<bool, StoreError> {
        let gone = query("DELETE FROM follow_ups WHERE id = ?").bind(id).execute(&self.pool).await;
        Ok(gone.map_err(self.failed("remove a task"))?.rows_affected() > 0)
    }

    /// Those that were due before; how many there were.
    pub async fn remove_follow_ups_before(&self, due: At) -> Result<usize, StoreError> {
        let gone =
            query("DELETE FROM follow_ups WHERE due_ms < ?").bind(to_db(due)).execute(&self.pool).await;
        let gone = gone.map_err(self.failed("remove tasks"))?.rows_affected();
        Ok(usize::try_from(gone).unwrap_or(usize::MAX))
    }

    fn read_follow_up(&self, row: &SqliteRow) -> Result<FollowUp, StoreError> {
        serde_json::from_str(row.get("body")).map_err(|error| self.unreadable("a task", error))
    }
}
