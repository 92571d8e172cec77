//! ◆ What a call is told.

use crate::desk::notice::DeskNotice;
use crate::edge::leg::PlaybackId;
use crate::hear::Transcript;
use crate::time::At;
use crate::understand::Meaning;
use serde_json::Value;

/// Timers of a call: at most one of each kind runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// The ACK is late: greet all the same.
    AckWait,
    /// The caller has waited long enough for a sound.
    Cover,
    /// The caller has been silent since the bot finished.
    Silence,
    /// No sound came of a sentence.
    Voice,
    /// Nobody has read the reply that waits for it.
    Approval,
    /// No further key came.
    KeyGap,
    /// The agent's phone has rung long enough.
    RingAgent,
    /// The caller has waited long enough for a person.
    QueueMax,
    /// A waiting caller is to hear how things stand.
    Comfort,
    /// The agent's browser has been away long enough.
    AgentAway,
    /// Whoever leaves a message has said nothing for long enough.
    MessageSilence,
    /// ... and has spoken long enough.
    MessageMax,
    /// The phone of the colleague who is asked has rung long enough.
    RingSecond,
    /// The phone of a caller who is rung back has rung long enough.
    RingCaller,
    /// An engine has had long enough.
    Engine,
    CallMax,
}

/// Whose words were noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    Caller,
    Agent,
}

/// What became of the leg of the colleague who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondLeg {
    Answered,
    Rejected { code: u16 },
    HungUp,
}

/// What happened. Engine replies carry the turn (and attempt) they answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The INVITE passed the guard. `Err` holds the SIP status when its SDP cannot be served.
    Received {
        media: Result<(), (u16, String)>,
    },
    /// The first event is on disk.
    Recorded,
    /// The first event could not be written: the call must not be answered.
    RecordFailed {
        detail: String,
    },
    Confirmed,
    CallerHungUp {
        reason: String,
    },
    CallerHeld,
    CallerResumed,
    /// One key, from RFC 4733 or INFO.
    Key {
        digit: char,
    },
    /// The caller may be beginning to speak: not sure enough for a turn, enough to be silent.
    VoiceSuspected,
    /// No turn began.
    SuspicionCleared,
    /// What begins now (`SpeechStarted` follows) sounds like a hum so far: "mhm".
    Hum,
    /// What began as a hum became speech.
    SpeechFirm,
    /// A voice has arrived for so long, and no turn began.
    Unheard {
        for_ms: u64,
    },
    /// The caller began to speak.
    SpeechStarted {
        at: At,
    },
    /// A first short silence: worth an early decode.
    PossibleEnd {
        last_voiced: At,
    },
    /// It was only a pause.
    SpeechResumed,
    /// The turn is over; `last_voiced` is backdated to the last voiced sample.
    SpeechEnded {
        started: At,
        last_voiced: At,
    },
    PlaybackStarted {
        id: PlaybackId,
        at: At,
        voiced_at: At,
    },
    PlaybackDone {
        id: PlaybackId,
        heard_ms: u64,
        total_ms: u64,
        completed: bool,
    },
    /// The voice could not say this sentence.
    SpeechFailed {
        id: PlaybackId,
        detail: String,
    },
    /// Nothing arrives from the caller's phone.
    MediaSilent {
        for_ms: u64,
    },
    Transcribed {
        turn: u32,
        attempt: u32,
        result: Result<Transcript, String>,
    },
    Understood {
        turn: u32,
        /// The decode whose words were understood.
        attempt: u32,
        result: Result<Meaning, String>,
    },
    /// A model worded the summary of the handover in that turn.
    SummaryWorded {
        turn: u32,
        text: String,
        model: String,
    },
    ActionDone {
        id: u32,
        result: Result<Value, String>,
        duration_ms: u64,
    },
    Desk(DeskNotice),
    AgentRinging,
    AgentAnswered,
    AgentRejected {
        code: u16,
    },
    AgentHungUp {
        reason: String,
    },
    /// A key on the agent's phone.
    AgentKey {
        digit: char,
    },
    /// The agent's phone put us on hold (re-INVITE, RFC 3264 section 8.4).
    AgentHeld,
    AgentResumed,
    /// Nothing comes from the agent's browser: its page loads anew, or its network is gone.
    AgentAway,
    /// It is there again.
    AgentBack,
    /// Of the leg of the colleague who is asked.
    Second(SecondLeg),
    /// A caller who is rung back picked up.
    CallerAnswered,
    /// ... or did not: SIP status.
    CallerRefused {
        code: u16,
    },
    /// Whether a promise to ring back stands in the store.
    CallbackKept {
        kept: bool,
    },
    /// The message that a caller left: its id and length in ms once it is on disk and in the store; or why it is not.
    MessageKept {
        result: Result<(String, u64), String>,
    },
    /// Words of the two people after the bridge.
    Noted {
        speaker: Speaker,
        heard: Transcript,
        started: At,
        ended: At,
    },
    Timer(Timer),
    /// Operations end the call.
    HangUp {
        reason: String,
    },
}
