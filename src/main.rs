//! The command `duet`.

use clap::Parser;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

/// How often two threads of a decode look for each other before they sleep. With libgomp's own 300,000 a decode
/// of 300 ms takes many seconds when another process wants the cores; with 3,000 it takes 930, and 270 without one.
const SPINS: (&str, &str) = ("GOMP_SPINCOUNT", "3000");

fn main() -> ExitCode {
    with_short_spins();
    match duet::cli::Cli::try_parse() {
        Ok(cli) => cli.run(),
        Err(error) => {
            // clap's own code for a wrong command line is 2; ours is that of sysexits.h.
            let _ = error.print();
            if error.use_stderr() { ExitCode::from(duet::cli::EX_USAGE) } else { ExitCode::SUCCESS }
        }
    }
}

/// libgomp reads its settings when it is loaded, before `main`: the program starts itself anew with them. An
/// operator's own settings hold.
fn with_short_spins() {
    let told = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"].iter().any(|name| std::env::var_os(name).is_some());
    if told {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    let error = command.args(arguments).env(SPINS.0, SPINS.1).exec();
    eprintln!("duet: {} is not set, decodes may be slow beside other programs: {error}", SPINS.0);
}
