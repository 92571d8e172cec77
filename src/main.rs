//! The command `duet`.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match duet::cli::Cli::try_parse() {
        Ok(cli) => cli.run(),
        Err(error) => {
            // clap's own code for a wrong command line is 2; ours is that of sysexits.h.
            let _ = error.print();
            if error.use_stderr() { ExitCode::from(duet::cli::EX_USAGE) } else { ExitCode::SUCCESS }
        }
    }
}
