//! `duet serve`: answer calls until told to stop.

use super::EX_USAGE;
use crate::config::Config;
use crate::server::{BuildError, Server};
use anyhow::Context;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long, env = "DUET_CONFIG", default_value = "duet.toml")]
    config: PathBuf,
    /// Log lines as JSON objects.
    #[arg(long)]
    log_json: bool,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    init_logs(args.log_json);
    let config = match Config::load(&args.config) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("duet: {error}");
            return Ok(ExitCode::from(EX_USAGE));
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("duet").build()?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let server = match Server::start(config).await {
        Ok(server) => server,
        Err(error @ BuildError::Config(_)) => {
            eprintln!("duet: {error}");
            return Ok(ExitCode::from(EX_USAGE));
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(token) = &server.admin_token {
        eprintln!("Admin token, shown this once: {token}");
    }
    // One line for programs that start us on port 0; everything else goes to standard error.
    println!("{}", serde_json::to_string(&server.addresses())?);
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    server.run(stop).await;
    Ok(ExitCode::SUCCESS)
}

/// SIGTERM or SIGINT drains; a second one ends the process at once.
async fn stop_on_signal(stop: CancellationToken) {
    if let Err(error) = wait_for_signal().await {
        tracing::error!(%error, "signals cannot be received");
        return;
    }
    stop.cancel();
    if wait_for_signal().await.is_ok() {
        tracing::warn!("second signal: ending at once");
        std::process::exit(130);
    }
}

async fn wait_for_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Libraries log packets and numbers at INFO; people must not appear in our log.
const LOG_FILTER: &str = "warn,duet=info,sip=info";

/// Logs go to standard error; `DUET_LOG` holds the filter.
pub(super) fn init_logs(json: bool) {
    let filter = EnvFilter::try_from_env("DUET_LOG").unwrap_or_else(|_| EnvFilter::new(LOG_FILTER));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let result = if json { logs.json().try_init() } else { logs.try_init() };
    if result.is_err() {
        tracing::debug!("logs are set up already");
    }
}
