//! What customers wrote outside of calls.

use super::{Sqlite, StoreError, to_db};
use crate::record::letter::{Letter, same_contact};
use crate::time::At;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, query};

impl Sqlite {
    pub async fn keep_letter(&self, letter: &Letter, key: Option<&str>) -> Result<bool, StoreError> {
        let body = serde_json::to_string(letter).map_err(|error| self.unreadable("a letter", error))?;
        let sql = "INSERT INTO letters (contact, id, at_ms, key, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        let kept = query(sql)
            .bind(&letter.contact)
            .bind(&letter.id)
            .bind(to_db(letter.at))
            .bind(key)
            .bind(body)
            .execute(&self.pool)
            .await;
        Ok(kept.map_err(self.failed("keep a letter"))?.rows_affected() > 0)
    }

    pub async fn letter_by_key(&self, contact: &str, key: &str) -> Result<Option<Letter>, StoreError> {
        let sql = "SELECT body FROM letters WHERE contact = ? AND key = ?";
        let row = query(sql).bind(contact).bind(key).fetch_optional(&self.pool).await;
        row.map_err(self.failed("read a letter"))?.map(|row| self.read_letter(&row)).transpose()
    }

    pub async fn letters(
        &self,
        contact: &str,
        before: Option<At>,
        limit: u32,
    ) -> Result<Vec<Letter>, StoreError> {
        let [one, other] = same_contact(contact);
        let sql = "SELECT body FROM letters WHERE contact IN (?, ?) AND at_ms < ? ORDER BY at_ms DESC, id DESC LIMIT ?";
        let rows = query(sql)
            .bind(one)
            .bind(other)
            .bind(before.map_or(i64::MAX, to_db))
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .map_err(self.failed("read letters"))?;
        rows.iter().map(|row| self.read_letter(row)).collect()
    }

    pub async fn remove_letters(&self, contact: &str) -> Result<u64, StoreError> {
        let [one, other] = same_contact(contact);
        let sql = "DELETE FROM letters WHERE contact IN (?, ?)";
        let gone = query(sql).bind(one).bind(other).execute(&self.pool).await;
        Ok(gone.map_err(self.failed("remove letters"))?.rows_affected())
    }

    pub async fn remove_letters_before(&self, before: At) -> Result<u64, StoreError> {
        let gone = query("DELETE FROM letters WHERE at_ms < ?").bind(to_db(before)).execute(&self.pool).await;
        Ok(gone.map_err(self.failed("remove letters"))?.rows_affected())
    }

    fn read_letter(&self, row: &SqliteRow) -> Result<Letter, StoreError> {
        serde_json::from_str(row.get("body")).map_err(|error| self.unreadable("a letter", error))
    }
}
