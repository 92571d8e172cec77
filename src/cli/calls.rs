//! `duet calls`: the calls of a running node, as its admin API tells them.

mod list; //    ◆ one line a call
mod waterfall; // ◆ one line a turn

pub(super) use waterfall::words;

use super::EX_USAGE;
use super::client::{self, CallList, Client, EventsOf, Node};
use crate::record::Entry;
use crate::record::cdr::{Cdr, cdr};
use crate::record::turns::{Turn, turns};
use clap::Subcommand;
use serde::Serialize;
use std::process::ExitCode;

/// Columns of a line when there is no terminal to ask.
const COLUMNS: usize = 120;

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
    /// Calls, newest first, with how long each caller waited for answers.
    List(List),
    /// One call, turn by turn: what was heard, what was said, where the time between went.
    Show {
        /// Id of the call, or `last` for the newest.
        id: String,
    },
}

#[derive(Debug, clap::Args)]
struct List {
    /// Received at or after this moment, RFC 3339.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Received before this moment, RFC 3339.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    #[arg(long)]
    bot: Option<String>,
    /// resolved, handed_over, abandoned, not_answered, failed or node_lost.
    #[arg(long)]
    outcome: Option<String>,
    /// Caller's or called number, exactly.
    #[arg(long)]
    number: Option<String>,
    /// Most calls.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
}

/// What `show --json` prints.
#[derive(Serialize)]
struct Shown {
    call: Cdr,
    turns: Vec<Turn>,
}

/// Exit code 0; 1 when the node did not answer or refused; 64 when the command line makes no sense.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some(client) = args.node.client("duet calls") else {
        return Ok(ExitCode::from(EX_USAGE));
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match args.command {
        Command::List(wanted) => runtime.block_on(list_calls(&client, wanted, args.json))?,
        Command::Show { id } => runtime.block_on(show(&client, &id, args.json))?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list_calls(client: &Client, wanted: List, json: bool) -> anyhow::Result<()> {
    let limit = wanted.limit.to_string();
    let query = [
        ("from", wanted.from),
        ("to", wanted.to),
        ("bot", wanted.bot),
        ("outcome", wanted.outcome),
        ("number", wanted.number),
        ("limit", Some(limit)),
    ];
    let list: CallList = client.get("/api/v1/calls", &query).await?;
    if json {
        println!("{}", serde_json::to_string(&list)?);
        return Ok(());
    }
    println!("{}", list::HEAD);
    for call in &list.items {
        println!("{}", list::line(call));
    }
    Ok(())
}

async fn show(client: &Client, id: &str, json: bool) -> anyhow::Result<()> {
    let id = if id == "last" { newest(client).await? } else { id.to_owned() };
    let EventsOf { items } =
        client.get(&format!("/api/v1/calls/{}/events", client::escaped(&id)), &[]).await?;
    let items: Vec<Entry> = items;
    let shown = Shown { call: cdr(&items), turns: turns(&items) };
    if json {
        println!("{}", serde_json::to_string(&shown)?);
        return Ok(());
    }
    let terminal = console::Term::stdout();
    let columns = if terminal.is_term() { usize::from(terminal.size().1) } else { COLUMNS };
    print!("{}", waterfall::page(&shown.call, &shown.turns, columns));
    Ok(())
}

/// Calls of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// So many, newest first.
    Newest(u32),
    /// All of so many days up to now.
    Days(u32),
}

impl std::str::FromStr for Which {
    type Err = String;

    fn from_str(text: &str) -> Result<Which, String> {
        let days = text.strip_prefix("last-").and_then(|rest| rest.strip_suffix('d'));
        let found = match days {
            Some(days) => days.parse().map(Which::Days),
            None => text.parse().map(Which::Newest),
        };
        let positive = found.ok().filter(|which| !matches!(which, Which::Newest(0) | Which::Days(0)));
        positive.ok_or_else(|| "expected a number of calls, or days like last-30d".to_owned())
    }
}

/// The events of a bot's calls.
pub(super) async fn recorded(client: &Client, bot: &str, which: Which) -> anyhow::Result<Vec<Vec<Entry>>> {
    let (calls, since) = match which {
        Which::Newest(calls) => (calls, None),
        Which::Days(days) => {
            let hours = jiff::SignedDuration::from_hours(24 * i64::from(days));
            (u32::MAX, Some((jiff::Timestamp::now() - hours).to_string()))
        }
    };
    let (mut found, mut cursor) = (Vec::new(), None);
    while (found.len() as u32) < calls {
        let limit = (calls - found.len() as u32).min(crate::store::PAGE_CALLS_MAX);
        let query = [
            ("bot", Some(bot.to_owned())),
            ("limit", Some(limit.to_string())),
            ("from", since.clone()),
            ("cursor", cursor),
        ];
        let list: CallList = client.get("/api/v1/calls", &query).await?;
        for call in &list.items {
            let path = format!("/api/v1/calls/{}/events", client::escaped(&call.call_id));
            found.push(client.get::<EventsOf>(&path, &[]).await?.items);
        }
        cursor = list.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(found)
}

async fn newest(client: &Client) -> anyhow::Result<String> {
    let list: CallList = client.get("/api/v1/calls", &[("limit", Some("1".into()))]).await?;
    let newest = list.items.into_iter().next();
    newest.map(|call| call.call_id).ok_or_else(|| anyhow::anyhow!("there is no call yet"))
}
