//! Users, tokens, sessions and the notes that agents are writing.

use super::{Sqlite, from_db, to_db};
use crate::language::Language;
use crate::record::CallId;
use crate::store::{NewUser, Role, StoreError, Token, User};
use crate::time::At;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, query};

impl Sqlite {
    pub async fn add_user(&self, new: &NewUser, now: At) -> Result<(), StoreError> {
        let user = &new.user;
        let languages: Vec<&str> = user.languages.iter().map(|language| language.code()).collect();
        let done = query(
            "INSERT INTO users (id, name, role, queues, languages, sip_uri, password_hash, created_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&user.id)
        .bind(&user.name)
        .bind(user.role.name())
        .bind(serde_json::json!(user.queues).to_string())
        .bind(serde_json::json!(languages).to_string())
        .bind(&user.sip_uri)
        .bind(&new.password_hash)
        .bind(to_db(now))
        .execute(&self.pool)
        .await
        .map_err(self.failed("add a user"))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::UserExists(user.id.clone()));
        }
        Ok(())
    }

    pub async fn remove_user(&self, id: &str) -> Result<bool, StoreError> {
        let done = query("DELETE FROM users WHERE id = ?").bind(id).execute(&self.pool).await;
        Ok(done.map_err(self.failed("remove a user"))?.rows_affected() > 0)
    }

    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let rows = query("SELECT * FROM users ORDER BY id").fetch_all(&self.pool).await;
        rows.map_err(self.failed("list users"))?.iter().map(|row| self.read_user(row)).collect()
    }

    pub async fn user(&self, id: &str) -> Result<Option<User>, StoreError> {
        let row = query("SELECT * FROM users WHERE id = ?").bind(id).fetch_optional(&self.pool).await;
        row.map_err(self.failed("read a user"))?.map(|row| self.read_user(&row)).transpose()
    }

    pub async fn password_hash(&self, id: &str) -> Result<Option<String>, StoreError> {
        let row =
            query("SELECT password_hash FROM users WHERE id = ?").bind(id).fetch_optional(&self.pool).await;
        Ok(row.map_err(self.failed("read a user"))?.map(|row| row.get(0)))
    }

    pub async fn add_token(&self, token: &Token, hash: &str, now: At) -> Result<(), StoreError> {
        query("INSERT INTO tokens (hash, label, role, user_id, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(hash)
            .bind(&token.label)
            .bind(token.role.name())
            .bind(&token.user)
            .bind(to_db(now))
            .bind(token.expires.map(to_db))
            .execute(&self.pool)
            .await
            .map_err(self.failed("add a token"))?;
        Ok(())
    }

    /// Adds an administrator's token if there is none at all.
    pub async fn add_first_token(&self, hash: &str, now: At) -> Result<bool, StoreError> {
        let done = query(
            "INSERT INTO tokens (hash, label, role, created_ms)
             SELECT ?, 'first administrator', 'admin', ? WHERE NOT EXISTS (SELECT 1 FROM tokens)",
        )
        .bind(hash)
        .bind(to_db(now))
        .execute(&self.pool)
        .await;
        Ok(done.map_err(self.failed("add a token"))?.rows_affected() > 0)
    }

    pub async fn token(&self, hash: &str, now: At) -> Result<Option<Token>, StoreError> {
        let row = query("SELECT * FROM tokens WHERE hash = ? AND (expires_ms IS NULL OR expires_ms > ?)")
            .bind(hash)
            .bind(to_db(now))
            .fetch_optional(&self.pool)
            .await
            .map_err(self.failed("read a token"))?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Token {
            label: row.get("label"),
            role: self.read_role(&row)?,
            user: row.get("user_id"),
            expires: row.get::<Option<i64>, _>("expires_ms").map(from_db),
        }))
    }

    pub async fn add_session(&self, user: &str, hash: &str, expires: At) -> Result<(), StoreError> {
        query("INSERT INTO sessions (hash, user_id, expires_ms) VALUES (?, ?, ?)")
            .bind(hash)
            .bind(user)
            .bind(to_db(expires))
            .execute(&self.pool)
            .await
            .map_err(self.failed("open a session"))?;
        Ok(())
    }

    pub async fn session(&self, hash: &str, now: At) -> Result<Option<User>, StoreError> {
        let row = query("SELECT u.* FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = ? AND s.expires_ms > ?")
            .bind(hash)
            .bind(to_db(now))
            .fetch_optional(&self.pool)
            .await
            .map_err(self.failed("read a session"))?;
        row.map(|row| self.read_user(&row)).transpose()
    }

    pub async fn remove_session(&self, hash: &str) -> Result<(), StoreError> {
        let done = query("DELETE FROM sessions WHERE hash = ?").bind(hash).execute(&self.pool).await;
        done.map(drop).map_err(self.failed("close a session"))
    }

    pub async fn note(&self, call: &CallId, agent: &str) -> Result<String, StoreError> {
        let row = query("SELECT text FROM notes WHERE call_id = ? AND agent = ?")
            .bind(&call.0)
            .bind(agent)
            .fetch_optional(&self.pool)
            .await
            .map_err(self.failed("read a note"))?;
        Ok(row.map(|row| row.get(0)).unwrap_or_default())
    }

    pub async fn save_note(&self, call: &CallId, agent: &str, text: &str) -> Result<(), StoreError> {
        query("INSERT OR REPLACE INTO notes (call_id, agent, text) VALUES (?, ?, ?)")
            .bind(&call.0)
            .bind(agent)
            .bind(text)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(self.failed("save a note"))
    }

    pub async fn remove_note(&self, call: &CallId, agent: &str) -> Result<(), StoreError> {
        query("DELETE FROM notes WHERE call_id = ? AND agent = ?")
            .bind(&call.0)
            .bind(agent)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(self.failed("remove a note"))
    }

    fn read_user(&self, row: &SqliteRow) -> Result<User, StoreError> {
        let id: String = row.get("id");
        let what = |field: &str| format!("{field} of user {id}");
        let queues =
            serde_json::from_str(row.get("queues")).map_err(|e| self.unreadable(what("queues"), e))?;
        let languages: Vec<Language> =
            serde_json::from_str(row.get("languages")).map_err(|e| self.unreadable(what("languages"), e))?;
        Ok(User {
            name: row.get("name"),
            role: self.read_role(row)?,
            queues,
            languages,
            sip_uri: row.get("sip_uri"),
            id,
        })
    }

    fn read_role(&self, row: &SqliteRow) -> Result<Role, StoreError> {
        row.get::<String, _>("role").parse().map_err(|error: String| self.unreadable("a role", error))
    }
}
