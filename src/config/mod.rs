//! `duet.toml` into types, with `DUET_` environment variables above it.
//!
//! What is wrong in the file is found here, at load: unknown keys, addresses that do not parse,
//! trunks that nobody may use. Whether a trunk's bot is there shows when the bots are loaded.

mod after_call;
mod chat;
mod engines;
mod load;
mod outside;
mod trunk;

pub use after_call::{QueueWrapUp, WrapUp};
pub use chat::Chat;
pub use engines::{HearRemote, Llm, SpeakRemote, SpeechFormat};
pub use load::{ConfigError, Problem};
pub use outside::{By, OutsidePlace};
pub use trunk::{Destination, Network, Trunk};

use crate::engines::gate::WhenFull;
use confique::Config as Layered;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// The whole configuration of a node.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Config {
    #[config(nested)]
    pub sip: Sip,
    #[config(nested)]
    pub media: Media,
    #[config(nested)]
    pub http: Http,
    #[config(nested)]
    pub hear: Hear,
    #[config(nested)]
    pub speak: Speak,
    #[config(nested)]
    pub llm: Llm,
    #[config(nested)]
    pub limits: Limits,
    #[config(nested)]
    pub voicemail: Voicemail,
    #[config(nested)]
    pub contacts: Contacts,
    #[config(nested)]
    pub wrap_up: WrapUp,
    #[config(nested)]
    pub chat: Chat,
    /// Where events, users and tokens are kept.
    #[config(default = "data", env = "DUET_DATA_DIR")]
    pub data_dir: PathBuf,
    /// Where the weights lie (`duet models fetch`).
    #[config(default = "models", env = "DUET_MODELS_DIR")]
    pub models_dir: PathBuf,
    /// Folder of sentence vectors that were computed once; `vectors` in `data_dir` when not set.
    #[config(env = "DUET_VECTORS_DIR")]
    pub vectors_dir: Option<PathBuf>,
    /// Folders of bots; the folder's `bot.yaml` gives each its name.
    #[config(default = ["bots/parcel"])]
    pub bots: Vec<PathBuf>,
    /// Who may call, and which bot answers which number. The first trunk that fits a caller wins.
    #[config(default = [])]
    pub trunk: Vec<Trunk>,
    /// Places outside the desk where calls of a queue may go.
    #[config(default = [])]
    pub outside: Vec<OutsidePlace>,
}

/// Signalling.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Sip {
    /// UDP address to listen on.
    #[config(default = "127.0.0.1:5060", env = "DUET_SIP_UDP")]
    pub udp: SocketAddr,
    /// TCP address to listen on.
    #[config(default = "127.0.0.1:5060", env = "DUET_SIP_TCP")]
    pub tcp: SocketAddr,
    /// Address that the far ends see, when it is not the one we listen on (NAT).
    #[config(env = "DUET_EXTERNAL_IP")]
    pub external_ip: Option<IpAddr>,
    /// Session-Expires that we ask for, seconds (RFC 4028).
    #[config(default = 1800)]
    pub session_expires_s: u64,
    /// How long an agent's phone rings before the next agent is tried, seconds.
    #[config(default = 20)]
    pub ring_agent_s: u64,
}

/// RTP.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Media {
    /// First and last UDP port for RTP and RTCP, two per leg.
    #[config(default = "20000-20999", env = "DUET_RTP_PORTS")]
    pub ports: PortRange,
    /// Threads that do nothing but media.
    #[config(default = 1)]
    pub threads: usize,
    /// Callers sit behind NAT: learn their address from their first packets.
    #[config(default = false)]
    pub nat: bool,
    /// UDP address for the telephones in agents' browsers (WebRTC), one port for all of them.
    #[config(default = "127.0.0.1:8082", env = "DUET_WEBRTC_LISTEN")]
    pub webrtc: SocketAddr,
    /// Sound file for callers who wait (wav, mp3, flac or ogg); the built-in music when not set.
    pub hold_music: Option<PathBuf>,
}

/// Desk and admin API.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Http {
    /// Address of the agents' desk.
    #[config(default = "127.0.0.1:8080", env = "DUET_DESK_LISTEN")]
    pub desk: SocketAddr,
    /// Address of the admin API and of the metrics; keep it away from the open net.
    #[config(default = "127.0.0.1:8081", env = "DUET_API_LISTEN")]
    pub api: SocketAddr,
    /// The desk is reached over HTTPS (a proxy in front): cookies are sent over nothing else.
    #[config(default = false)]
    pub secure_cookies: bool,
    /// Agents see on their page that somebody watches their call, and who.
    #[config(default = true)]
    pub tell_watched: bool,
}

/// Recognition.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Hear {
    /// Decodes at the same time; as many as cores is best.
    #[config(default = 2)]
    pub workers: usize,
    /// Utterances that may wait for a worker.
    #[config(default = 32)]
    pub queue_utterances: usize,
    /// Beam width when there is no load; greedy under load.
    #[config(default = 5)]
    pub beam: usize,
    /// Silence that ends a turn, ms.
    #[config(default = 550)]
    pub end_silence_ms: u64,
    /// Write down what caller and agent say to each other; after the bridge this is all that a call costs
    /// beyond its packets.
    #[config(default = true)]
    pub notes: bool,
    /// Weights of smart-turn, such as "smart-turn-v3.2-cpu.onnx" (`duet models fetch NAME`): the melody of the
    /// voice decides on the end of a turn where words do not.
    pub turn_model: Option<String>,
    /// A recogniser elsewhere; the local one takes over within the turn when it fails.
    #[config(nested)]
    pub remote: HearRemote,
}

/// Voices: `espeak`, `piper:FILE` with a path relative to `models_dir`, or `remote:VOICE|LOCAL`.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Speak {
    #[config(default = "espeak")]
    pub pl: String,
    #[config(default = "espeak")]
    pub ro: String,
    #[config(default = "piper:en_US-joe-medium.onnx")]
    pub en: String,
    /// Memory for spoken sentences, MiB.
    #[config(default = 64)]
    pub cache_mib: usize,
    /// Folder of prompts that were spoken once; `speech` in `data_dir` when not set.
    #[config(env = "DUET_SPEECH_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Where `remote:` voices are asked.
    #[config(nested)]
    pub remote: SpeakRemote,
}

/// Messages that callers leave.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Voicemail {
    /// Days after which a message is erased, whether somebody has seen to it or not.
    #[config(default = 30, env = "DUET_VOICEMAIL_KEEP_DAYS")]
    pub keep_days: u64,
}

/// What customers write outside of calls.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Contacts {
    /// Days after which a message of a thread is erased.
    #[config(default = 365, env = "DUET_CONTACTS_KEEP_DAYS")]
    pub keep_days: u64,
}

/// Bounds of a node.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Limits {
    /// Calls at the same time; more are answered 503 with Retry-After.
    #[config(default = 100)]
    pub calls: usize,
    /// New calls are turned away while one in ten callers waits longer than this for the recogniser, ms.
    #[config(default = 800)]
    pub recogniser_wait_ms: u64,
    /// ... or while more than this share of the audio leaves more than 5 ms late, 0..1.
    #[config(default = 0.02)]
    pub media_late: f64,
    /// What becomes of them: `refuse` (503 with Retry-After), or `people` (an honest sentence, then the
    /// queue for a person; late audio and `calls` still refuse).
    #[config(default = "refuse")]
    pub when_full: WhenFull,
    /// A call ends after this long, seconds.
    #[config(default = 7200)]
    pub call_s: u64,
    /// Time given to running calls when the node drains, seconds.
    #[config(default = 120)]
    pub drain_s: u64,
}

/// Inclusive range of ports, written `20000-20999`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PortRange {
    pub first: u16,
    pub last: u16,
}

impl TryFrom<String> for PortRange {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let expected =
            || format!("{text:?} is not a port range: expected FIRST-LAST, for example 20000-20999");
        let (first, last) = text.split_once('-').ok_or_else(expected)?;
        let parse = |part: &str| part.trim().parse::<u16>().map_err(|_| expected());
        let range = PortRange { first: parse(first)?, last: parse(last)? };
        if range.last < range.first.saturating_add(3) || range.first < 1024 {
            return Err(format!("{text:?}: expected at least four ports, from 1024 up"));
        }
        Ok(range)
    }
}
