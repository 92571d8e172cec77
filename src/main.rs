//! The command `duet`.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    duet::cli::Cli::parse().run()
}
