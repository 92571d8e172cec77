//! What a call sees of one leg's media: commands in, events and audio out.

use super::FRAME_SAMPLES;
use crate::time::At;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Names one playback within a leg; chosen by the call, counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaybackId(pub u32);

/// 20 ms of what the far end said.
#[derive(Debug, Clone, PartialEq)]
pub struct AudioFrame {
    /// When the packet that carried it arrived; for a concealed frame, when it was due.
    pub at: At,
    pub samples: [i16; FRAME_SAMPLES],
    /// Lost, silence-suppressed or held: filled in by us.
    pub concealed: bool,
}

/// Audio to play to the far end: 8 kHz mono.
#[derive(Debug)]
pub enum Audio {
    Ready(Arc<[i16]>),
    /// Chunks of any length as they are made; closed after the last. An underrun plays silence.
    Stream(mpsc::Receiver<Vec<i16>>),
    /// Plays again and again until stopped.
    Loop(Arc<[i16]>),
}

/// What a call tells a leg to do. Takes effect at the next 20 ms tick.
#[derive(Debug)]
pub enum MediaCommand {
    /// Where to send and in what form, after SDP negotiation; again after each re-INVITE.
    Connect(sip::sdp::Negotiated),
    /// Plays after what is queued.
    Play {
        id: PlaybackId,
        audio: Audio,
    },
    /// Stops this playback (or all, with `None`) at once; nothing buffered behind it.
    Stop {
        id: Option<PlaybackId>,
    },
    /// Sends what `far` says, until `Unbridge`. Playbacks are stopped first.
    Bridge {
        far: MediaControl,
    },
    Unbridge,
    /// RFC 4733 digits, 100 ms each with gaps of 100 ms: `0`-`9`, `*`, `#`, `A`-`D`.
    Dtmf {
        digits: String,
    },
    /// Copies every frame, both directions, to `to` (`try_send`; drops are counted).
    Record {
        to: mpsc::Sender<Recorded>,
    },
    /// Ends the leg: RTCP BYE, then the port rests before it is used again.
    Close,
}

/// One frame of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub direction: Direction,
    pub at: At,
    pub samples: [i16; FRAME_SAMPLES],
}

/// From whose mouth, seen from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the far end to us.
    Received,
    /// From us to the far end.
    Sent,
}

/// What a leg tells its call. Control: never dropped.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaEvent {
    /// One digit, at the end of its RFC 4733 event.
    Dtmf { digit: char, at: At },
    /// The first frame of a playback left; `voiced_at` is when its first audible frame (above
    /// -50 dBFS) will have left.
    PlaybackStarted { id: PlaybackId, at: At, voiced_at: At },
    /// `heard_ms` went to the wire out of `total_ms` (known so far, for a cut stream).
    PlaybackDone {
        id: PlaybackId,
        heard_ms: u64,
        total_ms: u64,
        completed: bool,
    },
    /// No packet arrived for this long although the leg is not on hold.
    Silent { for_ms: u64 },
    /// Final statistics.
    Closed { stats: MediaStats },
}

/// Counters of one leg.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MediaStats {
    pub packets_received: u64,
    pub packets_lost: u64,
    pub packets_late: u64,
    pub packets_sent: u64,
    /// Frames dropped on the way to the recogniser because it did not keep up.
    pub frames_dropped: u64,
    /// RFC 3550 interarrival jitter, ms.
    pub jitter_ms: f32,
    /// Packets refused because they came from an address that is not the latched one.
    pub packets_refused: u64,
}

/// Sends commands to a leg; cheap to clone. Commands are never dropped: the queue holds
/// `MEDIA_COMMANDS` and `send` waits.
#[derive(Debug, Clone)]
pub struct MediaControl {
    pub(crate) commands: mpsc::Sender<MediaCommand>,
}

/// Bound of a leg's command queue.
pub const MEDIA_COMMANDS: usize = 64;
/// Bound of a leg's event queue.
pub const MEDIA_EVENTS: usize = 64;
/// Bound of the audio queue towards the recogniser: 1 s.
pub const AUDIO_FRAMES: usize = 50;
