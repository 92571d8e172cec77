//! ◆ What a call wants done.

use super::input::Timer;
use crate::decide::{ActionCall, Expect};
use crate::desk::notice::{AgentRef, DeskReport, WaitingCall};
use crate::edge::leg::PlaybackId;
use crate::language::Language;
use crate::record::Event;
use crate::time::At;
use crate::understand::Asked;

/// What is to be done, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// 180 Ringing to the caller.
    Ring,
    /// 200 OK with our SDP.
    AnswerCaller,
    /// Final refusal before the answer.
    RejectCaller {
        code: u16,
        reason: String,
    },
    /// BYE to the caller.
    HangUpCaller {
        reason: Option<String>,
    },
    /// Write down; the order of events is the order of these.
    Record(Event),
    /// Speak this after what is already being spoken.
    Say {
        id: PlaybackId,
        text: String,
        language: Language,
    },
    /// Stop this sentence at once, whether it plays, waits or is still being made.
    StopSaying {
        id: PlaybackId,
    },
    /// Silence at once; nothing is lost. Sentences of `except` play to their end.
    HoldSaying {
        except: Vec<PlaybackId>,
    },
    /// Go on where the sentence was held.
    ReleaseSaying,
    /// The sound that is left when no voice comes.
    Chime,
    /// Ear and recogniser begin anew, in place.
    RestartHearing,
    /// Collect the caller's audio as this turn; `continued` adds to the utterance before.
    Hear {
        turn: u32,
        continued: bool,
        /// It began over the bot's voice: it may be a listener's "mhm".
        over: bool,
    },
    /// Recognise what the turn holds so far.
    Decode {
        turn: u32,
        attempt: u32,
    },
    /// The silence under way ends the turn after this long; at once if it has lasted that long. Holds until
    /// the caller goes on.
    EndAfter {
        silence_ms: u64,
    },
    /// Make the audio of this sentence, which may be said soon; nothing is played.
    Prepare {
        text: String,
        language: Language,
    },
    /// Find the meaning of the words of this attempt.
    Understand {
        turn: u32,
        attempt: u32,
        text: String,
        language: Language,
        /// What the words answer.
        asked: Asked,
    },
    /// What the caller is expected to say next: biases recognition.
    Expect {
        expect: Expect,
    },
    /// A model may word what the agent reads of the call so far. Nothing waits for it.
    Summarise {
        turn: u32,
    },
    RunAction {
        id: u32,
        action: ActionCall,
    },
    /// Keys towards the caller's side.
    PressKeys {
        keys: String,
    },
    /// A reply waits for whoever looks on, and is in the record; when nobody does, `NobodyLooksOn` answers.
    AskApproval {
        id: u32,
    },
    StartMusic,
    StopMusic,
    Enqueue {
        call: WaitingCall,
    },
    Report {
        report: DeskReport,
    },
    InviteAgent {
        agent: AgentRef,
    },
    /// CANCEL or BYE to the agent, whichever fits.
    ReleaseAgent,
    /// Join the legs; from here on what both say is noted by itself.
    Bridge,
    Unbridge,
    /// Parts the legs; both stay.
    HoldCaller,
    /// Speak this to the agent alone.
    SayToAgent {
        text: String,
        language: Language,
    },
    /// Ring the colleague whom the agent asks.
    InviteSecond {
        agent: AgentRef,
    },
    ReleaseSecond,
    /// The two agents hear each other, the caller does not.
    BridgeSecond,
    /// All three hear each other.
    Confer,
    /// The colleague's leg becomes the agent's, whose own is let go.
    PromoteSecond,
    /// The caller who is rung back.
    InviteCaller,
    /// Write down that this caller is rung back, with the place held since then, on another number than their own
    /// where one is given; `CallbackKept` answers.
    KeepCallback {
        since: At,
        number: Option<String>,
    },
    /// From now on what the caller says is a message.
    RecordMessage,
    /// Write the message down for these people, and then find its words; `MessageKept` answers.
    KeepMessage {
        queue: String,
    },
    /// Nothing was said.
    DropMessage,
    SetTimer {
        timer: Timer,
        at: At,
    },
    ClearTimer {
        timer: Timer,
    },
    /// The record is closed: let everything go.
    End,
}
