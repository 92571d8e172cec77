//! Real peers for tests: a node of our own, phones, the example back office. Everything listens on
//! free ports of the loopback address and is stopped when dropped.
#![allow(dead_code)] // each test binary uses its part

pub mod actor;
pub mod baresip;
pub mod fallback;
pub mod node;
pub mod screen;
pub mod sipp;
pub mod sound;

use std::net::UdpSocket;
use std::path::PathBuf;

/// Folder of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn models_dir() -> PathBuf {
    std::env::var_os("DUET_MODELS_DIR").map_or_else(|| root().join("models"), PathBuf::from)
}

/// Recorded speech that is not part of the project; tests that want it say so when it is absent.
pub fn shared_data() -> Option<PathBuf> {
    let dir =
        std::env::var_os("DUET_SHARED_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    dir.is_dir().then_some(dir)
}

/// A TCP port that was free a moment ago.
pub fn free_tcp_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
