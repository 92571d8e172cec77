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
}
