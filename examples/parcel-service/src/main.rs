//! A back office as a small parcel company might have one: parcels and customers over HTTP.

mod api;
mod store;

use clap::Parser;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Example back office for Duet's parcel bot.
#[derive(Debug, Parser)]
struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:9700")]
    listen: SocketAddr,
    /// Folder for the database; made if it is not there.
    #[arg(long, default_value = "parcel-data")]
    data: PathBuf,
    /// Makes every answer wait, to show a slow back end, ms.
    #[arg(long, default_value_t = 0)]
    delay_ms: u64,
    /// Bearer token that callers must send; none when not set.
    #[arg(long, env = "PARCEL_SERVICE_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let store = store::Store::open(&args.data).await?;
    let token = args.token.filter(|token| !token.is_empty());
    let router = api::router(store, token, Duration::from_millis(args.delay_ms));
    let listener = tokio::net::TcpListener::bind(args.listen).await?;
    println!("parcel-service listens on http://{}", listener.local_addr()?);
    axum::serve(listener, router).with_graceful_shutdown(stop_signal()).await?;
    Ok(())
}

async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
