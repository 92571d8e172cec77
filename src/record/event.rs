//! ◆ The events of a call: the one truth that everything else is derived from.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::after::{BotJudgement, DraftUse};
use super::rating::{RatingKind, RatingSource};
use crate::desk::notice::TransferTo;
use crate::language::Language;
use crate::time::At;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Identifies one call for ever: a UUID version 7, so ids sort by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct CallId(pub String);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One event with its place in the call: `seq` counts from 0 without gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Entry {
    pub call_id: CallId,
    pub seq: u32,
    pub at: At,
    #[serde(flatten)]
    pub event: Event,
}

/// How an utterance reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Speech,
    Dtmf,
    /// Typed, in a chat.
    Text,
}

/// Stands for the number of a visitor who writes and leaves nothing to be known by.
pub const ANONYMOUS: &str = "anonymous";

/// How caller and Duet talk: by telephone, or in writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Voice,
    Chat,
}

impl Channel {
    pub fn is_voice(&self) -> bool {
        *self == Channel::Voice
    }

    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Voice => "voice",
            Channel::Chat => "chat",
        }
    }
}

/// Who a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueSource {
    #[default]
    Caller,
    /// Somebody who watched gave it.
    Supervisor,
}

impl ValueSource {
    fn is_caller(&self) -> bool {
        *self == ValueSource::Caller
    }
}

/// What became of a reply that waited for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    Approved,
    /// Said in other words.
    Edited,
    Denied,
    /// Nobody ruled in time.
    TimedOut,
    /// Nobody was there to rule.
    NobodyThere,
    /// The caller wanted something else, or left.
    Withdrawn,
}

/// One reason to escalate, with what caused it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Signal {
    /// `asks_for_person`, `confidence`, `critical_word`, `silence`, `loop`, `engine_failure`, `overload`, `topic`,
    /// `backend_down`, `abuse`, `unknown_question`, `anger`, `frustration`, `distress`, `not_approved`, `taken_over`.
    pub kind: String,
    /// 0..1; of signals that passed together, the weight.
    pub strength: f32,
    /// The threshold that it passed, 0..1; of signals that passed together, that of their sum.
    pub threshold: f32,
    /// The words, digits or seconds that caused it.
    pub evidence: String,
}

/// Where the time of one turn went, in ms; the parts sum to `gap_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TurnStages {
    /// Last voiced sample to the decision that the turn is over.
    pub endpoint_wait_ms: u64,
    /// From that decision to the final transcript.
    pub stt_tail_ms: u64,
    pub understand_ms: u64,
    pub decide_ms: u64,
    /// From the decision what to say to its first audio.
    pub tts_first_ms: u64,
    /// From first audio to the first voiced packet on the wire.
    pub playout_ms: u64,
    /// Last voiced sample of the caller to first voiced sample of the bot.
    pub gap_ms: u64,
}

impl TurnStages {
    /// The stages by name in the order in which they pass, ms; the whole comes last, as `gap`.
    pub fn named(&self) -> [(&'static str, u64); 7] {
        [
            ("endpoint_wait", self.endpoint_wait_ms),
            ("stt_tail", self.stt_tail_ms),
            ("understand", self.understand_ms),
            ("decide", self.decide_ms),
            ("tts_first", self.tts_first_ms),
            ("playout", self.playout_ms),
            ("gap", self.gap_ms),
        ]
    }
}

/// Why an agent did not take the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentRefusal {
    Busy,
    Declined,
    NoAnswer,
    Unreachable,
}

/// How a call ended, for reports and for the CDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The bot finished the caller's business.
    Resolved,
    /// A person spoke with the caller.
    HandedOver,
    /// The caller hung up before the business was finished.
    Abandoned,
    /// Never answered: cancelled or refused.
    NotAnswered,
    /// The caller hung up to be rung back by a person; that is a call of its own.
    CallbackPromised,
    /// The caller left a message for people.
    MessageLeft,
    /// The caller got a text message in place of a person.
    TextSent,
    /// Our fault.
    Failed,
    /// The process that owned the call died.
    NodeLost,
}

impl Outcome {
    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Resolved => "resolved",
            Outcome::HandedOver => "handed_over",
            Outcome::CallbackPromised => "callback_promised",
            Outcome::MessageLeft => "message_left",
            Outcome::TextSent => "text_sent",
            Outcome::Abandoned => "abandoned",
            Outcome::NotAnswered => "not_answered",
            Outcome::Failed => "failed",
            Outcome::NodeLost => "node_lost",
        }
    }
}

/// Who ended the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    Caller,
    Bot,
    Agent,
    System,
}

/// What happened. Serialised with `type` in snake case beside the fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// First event, durable before 200 OK.
    CallReceived {
        from: String,
        from_name: Option<String>,
        to: String,
        bot: String,
        trunk: String,
        sip_call_id: String,
        /// Records from before there was a choice are of calls by telephone.
        #[serde(default, skip_serializing_if = "Channel::is_voice")]
        channel: Channel,
    },
    CallAnswered,
    /// The sentence that says a machine speaks was heard.
    DisclosurePlayed {
        completed: bool,
    },
    /// `how`: `default`, `detected`, `asked`.
    LanguageChosen {
        language: Language,
        how: String,
    },
    CallerSaid {
        turn: u32,
        text: String,
        language: Language,
        /// Recogniser's confidence, 0..1; 1 for DTMF and for what was typed.
        confidence: f32,
        source: Source,
        started: At,
        ended: At,
    },
    Understood {
        turn: u32,
        topic: Option<String>,
        confidence: f32,
    },
    /// How likely an utterance was said in each tone, 0..1, and the words that spoke most for the likeliest.
    ToneJudged {
        turn: u32,
        anger: f32,
        frustration: f32,
        sarcasm: f32,
        distress: f32,
        joy: f32,
        words: Vec<String>,
    },
    /// A question outside the topics was answered from the section of an article.
    Answered {
        turn: u32,
        article: String,
        heading: String,
    },
    SlotFilled {
        turn: u32,
        slot: String,
        value: String,
        verified: bool,
        #[serde(default, skip_serializing_if = "ValueSource::is_caller")]
        source: ValueSource,
    },
    /// Written when the sentence ends or is cut: `heard_ms` of `total_ms` reached the wire.
    BotSaid {
        turn: u32,
        prompt: String,
        text: String,
        language: Language,
        started: At,
        heard_ms: u64,
        total_ms: u64,
        /// Login name of the person whose words they are, where somebody who watches typed them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed_by: Option<String>,
    },
    /// Somebody who watches typed a line for the bot to say; what is heard of it comes as `bot_said`.
    Steered {
        by: String,
        text: String,
    },
    /// Somebody who watches gave a fact; `used` when the topic under way has a place for it.
    FactGiven {
        by: String,
        slot: String,
        value: String,
        used: bool,
    },
    /// A reply waits for a person, at most until then. `id` counts within the call.
    ReplyProposed {
        turn: u32,
        id: u32,
        topic: Option<String>,
        text: String,
        until: At,
    },
    /// What became of it. `text` is what was said instead, or why it was denied.
    ReplyRuled {
        id: u32,
        ruling: Ruling,
        by: Option<String>,
        text: Option<String>,
    },
    /// Somebody who watches takes the call from the bot.
    TakenOver {
        by: String,
    },
    /// The caller spoke for so long and nothing of it arrived: this stage (`ear`, `recogniser`) was started
    /// anew. `times` counts since the last words.
    Deaf {
        stage: String,
        for_ms: u64,
        times: u32,
    },
    /// A voice over the bot that was nothing: the bot went on. `kind`: `backchannel`, `noise`; `silent_ms`
    /// is how long it was silent for it, 0 when it did not even pause.
    FalseStop {
        turn: u32,
        kind: String,
        silent_ms: u64,
    },
    TurnTimed {
        turn: u32,
        stages: TurnStages,
    },
    ActionCalled {
        turn: u32,
        action: String,
        ok: bool,
        detail: String,
        duration_ms: u64,
    },
    /// The decision to hand over. `why` is one sentence for the agent.
    Escalated {
        turn: u32,
        signals: Vec<Signal>,
        why: String,
        queue: String,
        topic: Option<String>,
    },
    /// What a language model made of the facts up to the handover, within a fence. The facts stand beside it.
    SummaryWorded {
        text: String,
        model: String,
    },
    Announced {
        completed: bool,
    },
    Queued {
        queue: String,
    },
    /// An agent was reserved and the card sent to the screen; or a place outside, which has none.
    AgentOffered {
        agent: String,
        #[serde(default)]
        outside: bool,
    },
    /// The agent's browser confirmed that the card is on the screen.
    CardShown {
        agent: String,
    },
    AgentRinging {
        agent: String,
    },
    AgentRefused {
        agent: String,
        refusal: AgentRefusal,
    },
    /// The agent's phone was picked up and hears what the call is about; a key accepts it.
    AgentBriefed {
        agent: String,
    },
    Bridged {
        agent: String,
    },
    /// The agent let the caller wait, with music.
    HoldBegan,
    /// Nothing comes from the agent's browser: its page loads anew, or its network is gone.
    AgentAway {
        agent: String,
    },
    AgentBack {
        agent: String,
    },
    HoldEnded,
    /// A colleague's phone rings, for a question.
    ConsultBegan {
        agent: String,
    },
    ConsultAnswered {
        agent: String,
    },
    ConsultEnded {
        agent: String,
    },
    /// Caller, agent and this colleague talk together.
    ConferenceBegan {
        agent: String,
    },
    Transferred {
        by: String,
        to: TransferTo,
        note: String,
    },
    /// The agent gave the caller back to the bot; `note` is what was agreed.
    GivenBack {
        by: String,
        note: String,
    },
    /// The caller keeps the place and is rung back on that number.
    CallbackPromised {
        number: String,
    },
    /// The caller gets a text message on that number in place of waiting.
    TextSent {
        number: String,
    },
    /// After the tone: what the caller says from here on is recorded, for the people of this queue.
    MessageBegan {
        queue: String,
    },
    /// The message is kept; people find it by this id.
    MessageLeft {
        message: String,
        queue: String,
        length_ms: u64,
    },
    /// It could not be kept.
    MessageLost {
        queue: String,
        detail: String,
    },
    /// The words of a message; none where it could not be recognised. May follow `call_ended`.
    MessageWritten {
        message: String,
        text: Option<String>,
        language: Language,
        /// Recogniser's confidence, 0..1.
        confidence: f32,
    },
    /// Somebody has seen to a message. May follow `call_ended`.
    MessageDone {
        message: String,
        by: String,
    },
    /// This call is the promised one, of that earlier call.
    CallingBack {
        of: CallId,
        attempt: u32,
    },
    /// Words of the agent after the bridge.
    AgentSaid {
        text: String,
        language: Language,
        started: At,
        ended: At,
    },
    AgentLeft {
        agent: String,
    },
    ReturnedToBot {
        why: String,
    },
    CallerHeld,
    CallerResumed,
    /// `stage`: `hear`, `understand`, `speak`.
    EngineFailed {
        stage: String,
        detail: String,
    },
    CallEnded {
        outcome: Outcome,
        by: EndedBy,
        reason: String,
    },
    /// The agent says whether the card's summary was right. May follow `call_ended`.
    SummaryJudged {
        agent: String,
        right: bool,
    },
    /// The agent says whether a card beside the conversation helped. `kind`: `passage`, `next_step`, `promise`;
    /// `source` is article and heading, topic and slot, or the forbidden phrase. May follow `call_ended`.
    AssistJudged {
        agent: String,
        kind: String,
        source: String,
        useful: bool,
    },
    /// A task that follows: for that agent, or for anybody of the call's queue. Its text stands with the task. May follow
    /// `call_ended`.
    FollowUpSet {
        by: String,
        id: String,
        agent: Option<String>,
        due: At,
    },
    /// May follow `call_ended`.
    FollowUpDone {
        id: String,
        by: String,
    },
    /// An agent agreed with the caller to be rung back then. May follow `call_ended`.
    CallbackAgreed {
        by: String,
        number: String,
        due: At,
    },
    /// What the caller answered when asked about the call: 1..5 for `csat`, 0..10 for `nps`.
    Rated {
        turn: u32,
        kind: RatingKind,
        score: u8,
        source: RatingSource,
    },
    /// What a language model made of the draft of the agent's note, within a fence. May follow `call_ended`.
    DraftWorded {
        text: String,
        model: String,
    },
    /// What an agent tells the bot. The last word of each agent holds. May follow `call_ended`.
    BotJudged {
        agent: String,
        judgement: BotJudgement,
    },
    /// What an agent made of the draft; the wrap-up follows. May follow `call_ended`.
    DraftUsed {
        agent: String,
        how: DraftUse,
    },
    /// `code` is `no_code` when none was needed, `not_chosen` when time ran out. May follow `call_ended`.
    WrapUp {
        agent: String,
        code: String,
        note: String,
    },
}

impl Event {
    /// Whether it ends the record of a call, or may follow its end.
    pub fn is_last_or_later(&self) -> bool {
        matches!(
            self,
            Event::CallEnded { .. }
                | Event::WrapUp { .. }
                | Event::SummaryJudged { .. }
                | Event::DraftWorded { .. }
                | Event::DraftUsed { .. }
                | Event::FollowUpSet { .. }
                | Event::FollowUpDone { .. }
                | Event::CallbackAgreed { .. }
                | Event::BotJudged { .. }
                | Event::AssistJudged { .. }
                | Event::MessageWritten { .. }
                | Event::MessageDone { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worded_summary_is_kept_and_records_from_before_are_read() {
        let event = Event::SummaryWorded { text: "The caller waits.".into(), model: "tiny".into() };
        let entry = Entry { call_id: CallId("c".into()), seq: 7, at: At(5), event };
        let kept = serde_json::to_value(&entry).unwrap();
        let expected = serde_json::json!({
            "call_id": "c", "seq": 7, "at": 5, "type": "summary_worded", "text": "The caller waits.", "model": "tiny",
        });
        assert_eq!(kept, expected);
        assert_eq!(serde_json::from_value::<Entry>(kept).unwrap(), entry);
        let before = r#"{"call_id":"c","seq":1,"at":5,"type":"escalated","turn":2,"signals":[],"why":"w","queue":"q","topic":null}"#;
        assert!(matches!(
            serde_json::from_str::<Entry>(before).unwrap().event,
            Event::Escalated { turn: 2, .. }
        ));
    }
}
