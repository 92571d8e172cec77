//! `duet bots`: the bots of a running node: which generation takes calls, loading one anew, going back.

use super::EX_USAGE;
use super::client::{Client, Node, escaped};
use crate::api::{BotList, BotState};
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    node: Node,
    /// Print one JSON object as the last line.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Every bot with its generation.
    List,
    /// Read a bot's folder anew; what `duet check` would refuse is refused.
    Reload { bot: String },
    /// Go back to the generation before.
    Rollback { bot: String },
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some(client) = args.node.client("duet bots") else {
        return Ok(ExitCode::from(EX_USAGE));
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let states = match &args.command {
            Command::List => client.get::<BotList>("/api/v1/bots", &[]).await?.items,
            Command::Reload { bot } => vec![changed(&client, bot, "reload").await?],
            Command::Rollback { bot } => vec![changed(&client, bot, "rollback").await?],
        };
        for state in &states {
            let (bot, number, topics) = (&state.bot, state.generation, state.topics.len());
            let digest = state.digest.get(..12).unwrap_or(&state.digest);
            println!("{bot}  generation {number} since {}  {topics} topics  {digest}", state.loaded_at);
        }
        if args.json {
            println!("{}", serde_json::to_string(&BotList { items: states })?);
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn changed(client: &Client, bot: &str, how: &str) -> anyhow::Result<BotState> {
    client.post(&format!("/api/v1/bots/{}/{how}", escaped(bot))).await
}
