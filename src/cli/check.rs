//! `duet check`: finds at load what would fail in a call.

use super::EX_USAGE;
use crate::config::Config;
use crate::decide::{Problem, load, story};
use crate::models;
use crate::server::{NEEDED_MODELS, remote};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration to check, with its bots and the models that it needs.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of a bot; may be given several times.
    #[arg(long = "bot", value_name = "DIR")]
    pub bots: Vec<PathBuf>,
    /// Print a configuration with every key, its meaning and its default.
    #[arg(long)]
    pub template: bool,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.template {
        print!("{}", Config::template());
        return Ok(ExitCode::SUCCESS);
    }
    anyhow::ensure!(
        args.config.is_some() || !args.bots.is_empty(),
        "nothing to check: give --config FILE or --bot DIR"
    );
    let mut bots = args.bots;
    let mut problems = Vec::new();
    if let Some(path) = &args.config {
        match Config::load(path) {
            Ok(config) => {
                problems.extend(missing_models(&config));
                let elsewhere = tokio::runtime::Runtime::new()?.block_on(remote::check(&config));
                problems.extend(elsewhere.iter().map(|problem| format!("{}: {problem}", path.display())));
                bots.extend(config.bots);
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    for dir in &bots {
        problems.extend(check_bot(dir).iter().map(|problem| format!("{}/{problem}", dir.display())));
    }
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        println!("{} bots checked, no problems", bots.len());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("duet: {} problems", problems.len());
    Ok(ExitCode::from(EX_USAGE))
}

fn missing_models(config: &Config) -> Vec<String> {
    let found = NEEDED_MODELS.iter().map(|name| models::locate(&config.models_dir, name));
    found.filter_map(|found| found.err().map(|error| error.to_string())).collect()
}

/// Loads a bot and runs those turns of its stories whose meaning is scripted. Empty when all is well.
pub fn check_bot(dir: &Path) -> Vec<Problem> {
    match load::load(dir) {
        Ok(bot) => {
            let bot = Arc::new(bot);
            bot.stories.iter().flat_map(|one| story::run(&bot, one, 0, &|_, _| None)).collect()
        }
        Err(problems) => problems,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parcel_bot_has_no_problems() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        assert_eq!(check_bot(&dir), []);
    }

    #[test]
    fn a_folder_that_is_not_there_is_one_clear_problem() {
        let problems = check_bot(Path::new("no/such/bot"));
        assert_eq!((problems.len(), problems[0].file.as_str()), (1, "no/such/bot"));
    }
}
