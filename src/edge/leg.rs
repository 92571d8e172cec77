//! What a call sees of one leg's media: commands in, events and audio out.

use super::FRAME_SAMPLES;
use crate::time::At;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Names one playback within a leg; chosen by the call, counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaybackId(pub u32);

/// Loudness values of what we sent per frame.
pub const PLAYED_PER_FRAME: usize = 4;

/// 20 ms of what the far end said.
#[derive(Debug, Clone, PartialEq)]
pub struct AudioFrame {
    /// When the packet that carried it arrived; for a concealed frame, when it was due.
    pub at: At,
    pub samples: [i16; FRAME_SAMPLES],
    /// Lost, silence-suppressed or held: filled in by us.
    pub concealed: bool,
    /// How loud we were meanwhile: root mean square of what we sent, one value per 5 ms, oldest first.
    pub played: [u16; PLAYED_PER_FRAME],
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
    /// Plays after what is queued. While bridged it replaces the far end's voice for its time; while we
    /// may not send (hold), it waits.
    Play {
        id: PlaybackId,
        audio: Audio,
    },
    /// Stops this playback (or all, with `None`) at once; nothing buffered behind it.
    Stop {
        id: Option<PlaybackId>,
    },
    /// Silence from the next packet on; nothing is lost. Sentences of `except` play to their end.
    Hold {
        except: Vec<PlaybackId>,
    },
    /// Goes on after `Hold`, from a gap between words a little before it.
    Release,
    /// Sends what `far` says, until `Unbridge`. Playbacks are stopped first.
    Bridge {
        far: MediaControl,
    },
    /// Sends what `far` says too: a conference.
    Join {
        far: MediaControl,
    },
    /// Sends what `far` says and what it hears: somebody looks on. Playbacks are stopped first.
    Overhear {
        far: MediaControl,
    },
    Unbridge,
    /// RFC 4733 digits, 100 ms each with gaps of 100 ms: `0`-`9`, `*`, `#`, `A`-`D`.
    Dtmf {
        digits: String,
    },
    /// Whether anybody wants what the far end says; yes unless told. Nobody does during music, or after
    /// the bridge where no notes are taken, and then no task is woken for it.
    Listen {
        wanted: bool,
    },
    /// From leg to leg, as a part of `Bridge`; nobody else sends it: copies what the far end says (`Received`) or
    /// hears (`Sent`), until the listener is dropped.
    Feed {
        to: mpsc::Sender<Fed>,
        of: Direction,
    },
    /// No other leg gets what the far end says any more.
    Unfeed,
    /// Copies every frame, both directions, to `to` (`try_send`; drops are counted).
    Record {
        to: mpsc::Sender<Recorded>,
    },
    /// Ends the leg: RTCP BYE, then the port rests before it is used again.
    Close,
}

/// What one leg of a bridge hands to the other.
#[derive(Debug, Clone, PartialEq)]
// Nearly all are audio: a box for each frame would cost more than the room that keys waste.
#[allow(clippy::large_enum_variant)]
pub enum Fed {
    Audio([i16; FRAME_SAMPLES]),
    /// A key that was pressed; goes on as RFC 4733 or as a tone.
    Key(char),
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
    /// A playback is heard: `at` is when its first sample left, `voiced_at` when its first audible
    /// packet (above -50 dBFS) left. Sent when the latter is known, so leading silence delays the event
    /// but not the figures; for a playback that was never audible, sent with its end.
    PlaybackStarted { id: PlaybackId, at: At, voiced_at: At },
    /// `heard_ms` went to the wire out of `total_ms` (known so far, for a cut stream).
    PlaybackDone { id: PlaybackId, heard_ms: u64, total_ms: u64, completed: bool },
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
    /// Frames dropped on the way to a recording or to the other leg of a bridge.
    pub tap_frames_dropped: u64,
    /// RFC 3550 interarrival jitter, ms.
    pub jitter_ms: f32,
    /// Last round trip by RTCP; `None` where the far end sends no reports.
    pub round_trip_ms: Option<u32>,
    /// Packets refused because they came from an address that is not the latched one, or were unreadable.
    pub packets_refused: u64,
}

/// One leg's media, as its call holds it. Dropping all controls closes the leg.
#[derive(Debug)]
pub struct Leg {
    /// What our SDP names: where the far end sends RTP. RTCP is on the next port.
    pub addr: SocketAddr,
    pub control: MediaControl,
    pub events: mpsc::Receiver<MediaEvent>,
    /// What the far end says, one frame per 20 ms from `Connect` on. Nobody has to read it.
    pub audio: mpsc::Receiver<AudioFrame>,
}

/// The leg has closed; the command went nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the media leg has closed")]
pub struct LegGone;

/// Sends commands to a leg; cheap to clone. Commands are never dropped: the queue holds
/// `MEDIA_COMMANDS` and `send` waits.
#[derive(Debug, Clone)]
pub struct MediaControl {
    pub(crate) commands: mpsc::Sender<MediaCommand>,
}

impl MediaControl {
    /// Whether the leg has closed.
    pub fn is_gone(&self) -> bool {
        self.commands.is_closed()
    }

    /// Queues a command; waits while the queue is full.
    ///
    /// # Errors
    /// [`LegGone`] when the leg has closed.
    pub async fn send(&self, command: MediaCommand) -> Result<(), LegGone> {
        self.commands.send(command).await.map_err(|_| LegGone)
    }
}

/// Bound of a leg's command queue.
pub const MEDIA_COMMANDS: usize = 64;
/// Bound of a leg's event queue.
pub const MEDIA_EVENTS: usize = 64;
/// Bound of the audio queue towards the recogniser: 1 s.
pub const AUDIO_FRAMES: usize = 50;
