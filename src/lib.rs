//! Duet answers the phone in place of an IVR and passes the call to a person when that serves better.
//!
//! The modules stand in the order in which a call meets them; read from top to bottom.
//! Modules marked ◆ are sans-IO: no socket, clock, thread, file, await or random source.

pub mod language; // ◆ the languages callers speak

pub mod time; //     ◆ `At`, the only notion of time in the core

pub mod cli; //        the command line: where a process starts

pub mod config; //     duet.toml into types

pub mod server; //     builds every part once, drains in reverse

pub mod runner; //     one task per call: feeds `call`, carries out its outputs

pub mod edge; //       1 the wire: media legs, pacing, ports, recording tap

pub mod call; //     ◆ 2 the life of a call

pub mod hear; //       3 audio to words

pub mod understand; // 4 words to meaning

pub mod decide; //   ◆ 5 meaning to the next step

pub mod speak; //      6 text to audio

pub mod engines; //      what recogniser and voices share: pools, load, admission

pub mod desk; //       7 the human side

pub mod record; //     8 what remains

pub mod store; //        where it remains

pub mod api; //          the admin HTTP API

pub mod models; //       weights: manifest, fetch, verify, convert
