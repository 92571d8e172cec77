//! `duet report`: what the recorded calls say about how callers were served.

use super::EX_USAGE;
use super::calls::{Which, recorded};
use super::client::Node;
use crate::record::silence::{SilenceReport, Silent, silence};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    report: Report,
}

#[derive(Debug, clap::Subcommand)]
enum Report {
    /// Callers who were kept by the bot and not served: where they fall silent, and true containment
    Silence(Silence),
}

#[derive(Debug, clap::Args)]
struct Silence {
    /// Name of the bot.
    #[arg(long, default_value = "parcel")]
    bot: String,
    /// The newest `200`, or all of `last-30d`.
    #[arg(long, default_value = "last-30d", value_name = "WHICH")]
    calls: Which,
    #[command(flatten)]
    node: Node,
    /// Print one JSON object as the last line.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Report::Silence(args) = args.report;
    let Some(client) = args.node.client("duet report silence") else {
        return Ok(ExitCode::from(EX_USAGE));
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let calls = runtime.block_on(recorded(&client, &args.bot, args.calls))?;
    let report = silence(&calls);
    show(&report);
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(report: &SilenceReport) {
    println!("{} answered calls", report.calls);
    println!("kept by the bot   {:>6}  {:>5.1} %", report.contained, report.containment * 100.0);
    println!("... and served    {:>6}  {:>5.1} %", report.truly_contained, report.true_containment * 100.0);
    for again in &report.again {
        println!("rang again about the same within {:>2} days: {}", again.within_days, again.calls);
    }
    for step in &report.steps {
        let topic = step.topic.as_deref().unwrap_or("-");
        let newest = step.examples.first().map_or("", String::as_str);
        println!("{:>6}  {:<22} {topic}, at {}  ({newest})", step.calls, name(step.how), step.prompt);
    }
}

fn name(how: Silent) -> &'static str {
    match how {
        Silent::CannedAnswer => "after a canned answer",
        Silent::FadedOut => "faded out",
        Silent::GaveUp => "gave up at a question",
        Silent::RangAgain => "rang again",
    }
}
