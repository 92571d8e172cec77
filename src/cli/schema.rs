//! `duet schema`: JSON Schemas of a bot's files, for editors.

use crate::decide::schema::{FILES, schema};
use anyhow::Context;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which file: bot, policy, actions, oos, topic or tests; all of them if absent.
    #[arg(value_parser = FILES.map(|(name, _)| name))]
    file: Option<String>,
    /// Write NAME.schema.json into this folder and print what an editor needs to know.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let wanted = |name: &str| args.file.as_deref().is_none_or(|file| file == name);
    for (name, files) in FILES.into_iter().filter(|(name, _)| wanted(name)) {
        let text = format!("{:#}", schema(name).unwrap_or_default());
        let Some(folder) = &args.write else {
            println!("{text}");
            continue;
        };
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let path = folder.join(format!("{name}.schema.json"));
        std::fs::write(&path, text + "\n").with_context(|| path.display().to_string())?;
        println!("{files:14} {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
