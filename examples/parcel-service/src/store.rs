//! Parcels and customers in SQLite.

use anyhow::Context;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::path::Path;

/// Connections kept open; the example has a handful of callers.
const MAX_CONNECTIONS: u32 = 4;

#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
}

#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Parcel {
    pub number: String,
    /// `in_transit`, `delayed`, `delivered` or `lost`.
    pub status: String,
    /// City of the depot, or of the delivery.
    pub place: String,
    /// Days until delivery, 0 is today.
    pub eta_days: i64,
}

#[derive(Debug, Serialize)]
pub struct Customer {
    pub phone: String,
    pub name: String,
    pub language: String,
    pub parcels: Vec<Parcel>,
}

/// A bill.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Invoice {
    pub number: String,
    /// `49.90 PLN`
    pub amount: String,
    /// `2027-01-15`
    pub due: String,
    pub paid: bool,
}

/// Wrong codes after which a new one must be sent.
const CODE_TRIES: i64 = 3;

impl Store {
    /// Opens the database in `folder`, making and seeding it when it is new.
    pub async fn open(folder: &Path) -> anyhow::Result<Store> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let file = folder.join("parcels.sqlite");
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true).foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(MAX_CONNECTIONS).connect_with(options).await;
        let pool = pool.with_context(|| format!("cannot open {}", file.display()))?;
        sqlx::raw_sql(include_str!("../seed.sql"))
            .execute(&pool)
            .await
            .context("cannot seed the database")?;
        Ok(Store { pool })
    }

    pub async fn parcel(&self, number: &str) -> sqlx::Result<Option<Parcel>> {
        let query = "SELECT number, status, place, eta_days FROM parcels WHERE number = ?";
        sqlx::query_as(query).bind(number).fetch_optional(&self.pool).await
    }

    pub async fn customer_by_phone(&self, phone: &str) -> sqlx::Result<Option<Customer>> {
        let query = "SELECT phone, name, language FROM customers WHERE phone = ?";
        let found: Option<(String, String, String)> =
            sqlx::query_as(query).bind(phone).fetch_optional(&self.pool).await?;
        let Some((phone, name, language)) = found else {
            return Ok(None);
        };
        let query = "SELECT number, status, place, eta_days FROM parcels WHERE phone = ? ORDER BY number";
        let parcels = sqlx::query_as(query).bind(&phone).fetch_all(&self.pool).await?;
        Ok(Some(Customer { phone, name, language, parcels }))
    }

    /// Wishes a parcel for this day. None when there is no such parcel, false when it cannot come any more.
    pub async fn deliver_on(&self, number: &str, day: &str) -> sqlx::Result<Option<bool>> {
        let Some(parcel) = self.parcel(number).await? else {
            return Ok(None);
        };
        let possible = matches!(parcel.status.as_str(), "in_transit" | "delayed");
        if possible {
            let change = "INSERT INTO deliveries (number, day) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET day = excluded.day";
            sqlx::query(change).bind(number).bind(day).execute(&self.pool).await?;
        }
        Ok(Some(possible))
    }

    /// Books a visit; the same one twice is one.
    pub async fn book(&self, phone: &str, at: &str) -> sqlx::Result<()> {
        let book = "INSERT OR IGNORE INTO appointments (at, phone) VALUES (?, ?)";
        sqlx::query(book).bind(at).bind(phone).execute(&self.pool).await.map(drop)
    }

    pub async fn invoice(&self, number: &str) -> sqlx::Result<Option<Invoice>> {
        let query = "SELECT number, amount, due, paid FROM invoices WHERE number = ?";
        sqlx::query_as(query).bind(number).fetch_optional(&self.pool).await
    }

    /// Sends a customer a code; false when nobody has that number.
    pub async fn send_code(&self, phone: &str) -> sqlx::Result<bool> {
        if self.customer_by_phone(phone).await?.is_none() {
            return Ok(false);
        }
        let made =
            "INSERT INTO codes (phone, code, tries) VALUES (?, printf('%06d', abs(random() % 1000000)), 0)
            ON CONFLICT (phone) DO UPDATE SET code = excluded.code, tries = 0 RETURNING code";
        let (code,): (String,) = sqlx::query_as(made).bind(phone).fetch_one(&self.pool).await?;
        self.send(phone, &format!("Your code is {code}.")).await?;
        Ok(true)
    }

    /// Whether the code is the one that was sent last; a right one is used up and brings a new password.
    pub async fn verify_code(&self, phone: &str, code: &str) -> sqlx::Result<bool> {
        let tried = "UPDATE codes SET tries = tries + 1 WHERE phone = ? AND tries < ? RETURNING code";
        let sent: Option<(String,)> =
            sqlx::query_as(tried).bind(phone).bind(CODE_TRIES).fetch_optional(&self.pool).await?;
        if sent.is_none_or(|(sent,)| sent != code) {
            return Ok(false);
        }
        sqlx::query("DELETE FROM codes WHERE phone = ?").bind(phone).execute(&self.pool).await?;
        let (password,): (String,) =
            sqlx::query_as("SELECT lower(hex(randomblob(4)))").fetch_one(&self.pool).await?;
        self.send(phone, &format!("Your new password is {password}.")).await?;
        Ok(true)
    }

    /// "Sends" a message.
    pub async fn send(&self, phone: &str, text: &str) -> sqlx::Result<()> {
        println!("SMS to {phone}: {text}");
        let send = "INSERT INTO messages (phone, text) VALUES (?, ?)";
        sqlx::query(send).bind(phone).bind(text).execute(&self.pool).await.map(drop)
    }

    /// Messages to a number, oldest first.
    pub async fn messages(&self, phone: &str) -> sqlx::Result<Vec<String>> {
        let query = "SELECT text FROM messages WHERE phone = ? ORDER BY rowid";
        let messages: Vec<(String,)> = sqlx::query_as(query).bind(phone).fetch_all(&self.pool).await?;
        Ok(messages.into_iter().map(|(text,)| text).collect())
    }
}
