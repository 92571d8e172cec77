//! `duet check`: finds at load what would fail in a call.

use super::EX_USAGE;
use crate::decide::{Problem, load, story};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of a bot; may be given several times.
    #[arg(long = "bot", value_name = "DIR")]
    pub bots: Vec<PathBuf>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.bots.is_empty() {
        anyhow::bail!("nothing to check: give --bot DIR");
    }
    let mut wrong = 0;
    for dir in &args.bots {
        let problems = check_bot(dir);
        for problem in &problems {
            println!("{}/{problem}", dir.display());
        }
        wrong += problems.len();
    }
    if wrong > 0 {
        eprintln!("duet: {wrong} problems");
        return Ok(ExitCode::from(EX_USAGE));
    }
    println!("{} bots checked, no problems", args.bots.len());
    Ok(ExitCode::SUCCESS)
}

/// Loads a bot and runs those turns of its stories whose meaning is scripted. Empty when all is well.
pub fn check_bot(dir: &Path) -> Vec<Problem> {
    match load::load(dir) {
        Ok(bot) => {
            let bot = Arc::new(bot);
            bot.stories
                .iter()
                .flat_map(|one| story::run(&bot, one, 0, &|_, _| None))
                .collect()
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
