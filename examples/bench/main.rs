//! What `scripts/bench` needs beside the server: callers that cost next to nothing, and a batch of RTP
//! legs. Deliberately not the server's own SIP and RTP code on the calling side.

mod bridge; // pairs of legs of Duet's own media engine, without calls
mod caller; // one caller's conversation, measured on the wire
mod desk; //   agents' pages without browsers
mod say; //    sentences as sound files
mod sip; //    the least user agent that can call
mod storm; //  thousands of RTP streams from one thread
mod wire; //   packets and frames

use clap::Parser;

#[derive(Parser)]
#[command(name = "bench", about = "Tools of scripts/bench")]
enum Tool {
    /// Reads `LANG<TAB>FILE<TAB>TEXT` lines and writes each text as a sound file of 8 kHz.
    Say(say::Args),
    /// Reads a plan of calls as JSON, places them, and prints one JSON object a call.
    Call(caller::Args),
    /// Opens agents' and supervisors' pages and prints when each message came.
    Desk(desk::Args),
    /// Opens pairs of media legs, joins them, and prints their ports.
    Bridge(bridge::Args),
    /// Sends a stream to each port read from standard input and measures what comes back.
    Storm(storm::Args),
}

fn main() -> anyhow::Result<()> {
    match Tool::parse() {
        Tool::Say(args) => say::run(args),
        Tool::Call(args) => caller::run(args),
        Tool::Desk(args) => desk::run(args),
        Tool::Bridge(args) => bridge::run(args),
        Tool::Storm(args) => storm::run(args),
    }
}
