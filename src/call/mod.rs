//! ◆ 2. The life of a call: answering → conversation → waiting → bridged, and back; or a message is left.
//!
//! **The call holds no handles.** It is told what happened (`Input`, with the time) and says what it
//! wants done (`Output`); `runner` does it. The loop of a call is:
//!
//! 1. an input arrives with its time,
//! 2. `handle` matches it against the phase the call is in,
//! 3. the phase answers with outputs and, perhaps, the next phase,
//! 4. the runner carries the outputs out in order,
//! 5. timers asked for come back as inputs.
//!
//! Replies of engines carry the turn they belong to; one of an older turn is dropped. That number
//! is what makes interrupting safe.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod answering;
mod bridged;
mod calling_back;
mod conversation;
mod input;
mod keys;
mod message;
mod output;
pub mod patience;
mod saying;
#[cfg(test)]
mod tests;
mod thinking;
#[cfg(test)]
mod turn_tests;
mod waiting;

pub use input::{Input, SecondLeg, Speaker, Timer};
pub use output::Output;

use crate::decide::dialog::Dialog;
use crate::desk::notice::{AgentRef, Callback, DeskNotice, PRIORITY, Supervision};
use crate::edge::leg::PlaybackId;
use crate::hear::gate::DEAF_AFTER_MS;
use crate::language::Language;
use crate::record::CallId;
use crate::record::event::{Channel, EndedBy, Event, Outcome, Source};
use crate::record::voicemail::{Voicemail, Words};
use crate::time::At;
use answering::Answering;
use bridged::Bridged;
use calling_back::CallingBack;
use conversation::Conversation;
use message::Message;
use std::time::Duration;
use waiting::Waiting;

/// No sound of a sentence within this: the voice has failed, and music is better than silence.
const VOICE_WAIT: Duration = Duration::from_millis(1_500);

/// What is known when the INVITE arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct CallFacts {
    pub id: CallId,
    pub from: String,
    pub from_name: Option<String>,
    pub to: String,
    pub bot: String,
    pub trunk: String,
    pub sip_call_id: String,
    /// Where this caller can be rung back, as a SIP URI; none for a hidden number, or without a gateway.
    pub callback: Option<String>,
    pub channel: Channel,
}

/// Times that steer a call. The defaults are what the field expects.
#[derive(Debug, Clone, PartialEq)]
pub struct CallTimes {
    /// The greeting does not wait longer than this for the ACK.
    pub ack_wait: Duration,
    /// A caller who has finished speaking hears something after at most this long.
    pub cover_after: Duration,
    /// ... and then something again after this, until there is an answer.
    pub cover_again: Duration,
    /// Silence after which the bot does something; what the bot's policy says when not set.
    pub silence: Option<Duration>,
    /// Between two times that the bot speaks up to whoever waits for a person.
    pub news_every: Duration,
    /// Between two keys of one entry.
    pub key_gap: Duration,
    /// An agent's phone rings this long.
    pub ring_agent: Duration,
    /// The phone of a caller who is rung back rings this long.
    pub ring_caller: Duration,
    /// Who has just hung up is not rung back before this: the line is not free yet.
    pub callback_pause: Duration,
    /// Waiting for a person ends after this long, with honest words.
    pub queue_max: Duration,
    /// Whoever is to leave a message and says nothing for so long does not want to.
    pub message_begins: Duration,
    /// Silence that ends a message.
    pub message_silence: Duration,
    /// Longest message.
    pub message_max: Duration,
    /// Recognition or understanding that takes longer counts as failed.
    pub engine_deadline: Duration,
    /// Nothing came from the caller's phone for this long: the line is dead.
    pub media_lost: Duration,
    /// A voice without a word for so long means that a stage of hearing is deaf.
    pub deaf_after: Duration,
    pub call_max: Duration,
    /// Silence that ends a turn which nothing is known of; every wait is a multiple of it.
    pub end_silence: Duration,
}

impl Default for CallTimes {
    fn default() -> Self {
        CallTimes {
            ack_wait: Duration::from_millis(500),
            cover_after: Duration::from_millis(1750),
            cover_again: Duration::from_millis(1800),
            silence: None,
            news_every: Duration::from_secs(30),
            key_gap: Duration::from_millis(2500),
            ring_agent: Duration::from_secs(20),
            ring_caller: Duration::from_secs(30),
            callback_pause: Duration::from_secs(20),
            queue_max: Duration::from_secs(600),
            message_begins: Duration::from_secs(8),
            message_silence: Duration::from_secs(4),
            message_max: Duration::from_secs(120),
            engine_deadline: Duration::from_secs(6),
            media_lost: Duration::from_secs(60),
            deaf_after: Duration::from_millis(DEAF_AFTER_MS),
            call_max: Duration::from_secs(7200),
            end_silence: Duration::from_millis(550),
        }
    }
}

impl CallTimes {
    /// The same for a chat, where a sign shows that somebody writes: nobody is told to wait within seconds or asked
    /// whether they are there. It is over after `idle` without a word, and `gone` after the last sign of the page.
    pub fn in_writing(self, idle: Duration, gone: Duration) -> CallTimes {
        CallTimes {
            cover_after: Duration::from_secs(8),
            cover_again: Duration::from_secs(20),
            silence: Some(idle),
            news_every: Duration::from_secs(120),
            media_lost: gone,
            ..self
        }
    }
}

/// Who has the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Bot,
    /// Nobody: a person was called.
    Queue,
    Person,
    /// The record is closed.
    Nobody,
}

/// What becomes of words that arrive whole, as typed ones do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// They wait: the bot is busy with what came before.
    Nothing,
    /// They are a turn of the conversation with the bot.
    Turn,
    /// They are for a person, and written down.
    Note,
}

/// One caller's contact, from INVITE to record.
pub struct Call {
    facts: CallFacts,
    times: CallTimes,
    dialog: Dialog,
    language: Language,
    /// Counts the caller's utterances; replies of older turns are dropped.
    turn: u32,
    playbacks: u32,
    answered: bool,
    /// The caller put us on hold.
    held: bool,
    bridged_once: bool,
    /// What the caller has for certain in place of a person.
    settled: Option<Outcome>,
    /// The node has no time for a conversation: a person takes the call.
    straight_to_people: bool,
    /// The place in line of a caller who is asked for a number meanwhile.
    kept_since: Option<At>,
    /// Queue of the last handover.
    queue: String,
    /// Turn of the handover whose summary may still be worded.
    summarised: Option<u32>,
    phase: Phase,
    out: Vec<Output>,
}

/// Where the call is; one per call, so the size of the largest is no matter. Each phase owns what only it needs.
#[allow(clippy::large_enum_variant)]
enum Phase {
    Answering(Answering),
    Conversation(Conversation),
    CallingBack(CallingBack),
    Waiting(Waiting),
    Message(Message),
    Bridged(Bridged),
    /// The record is closed; nothing more happens.
    Ended,
}

impl Call {
    /// A call that has just arrived; `Input::Received` comes first.
    pub fn new(facts: CallFacts, times: CallTimes, dialog: Dialog, language: Language) -> Self {
        Call {
            facts,
            times,
            dialog,
            language,
            turn: 0,
            playbacks: 0,
            answered: false,
            held: false,
            bridged_once: false,
            settled: None,
            kept_since: None,
            straight_to_people: false,
            queue: String::new(),
            summarised: None,
            phase: Phase::Answering(Answering::default()),
            out: Vec::new(),
        }
    }

    /// The node has no time for a conversation: the caller hears so and gets a person.
    pub fn straight_to_people(mut self) -> Self {
        self.straight_to_people = true;
        self
    }

    /// A call that Duet makes to a caller who waits to be rung back; `agent` is kept for it.
    pub fn calling_back(mut self, callback: &Callback, agent: AgentRef) -> Self {
        self.queue.clone_from(&callback.queue);
        let attempt = callback.attempts + 1;
        self.phase = Phase::CallingBack(CallingBack::new(callback.of.clone(), attempt, agent));
        self
    }

    /// The promise to ring this caller back, with the place held since then; none where that cannot be.
    pub fn callback(&self, id: CallId, since: At, now: At) -> Option<Callback> {
        self.callback_to(self.facts.from.clone(), self.facts.callback.clone()?, id, since, now)
    }

    /// The same on this number, whose SIP URI is `target`.
    pub fn callback_to(
        &self,
        number: String,
        target: String,
        id: CallId,
        since: At,
        now: At,
    ) -> Option<Callback> {
        let escalation = self.dialog.last_escalation();
        Some(Callback {
            call_id: id,
            of: self.facts.id.clone(),
            number,
            target,
            name: self.facts.from_name.clone(),
            bot: self.facts.bot.clone(),
            trunk: self.facts.trunk.clone(),
            queue: self.queue.clone(),
            language: self.language,
            priority: escalation.map_or(PRIORITY, |escalation| escalation.priority),
            topic: escalation.and_then(|escalation| escalation.topic.clone()),
            why: escalation.map_or_else(String::new, |escalation| escalation.why.clone()),
            since,
            not_before: (now + self.times.callback_pause)
                .max(escalation.and_then(|escalation| escalation.opens).unwrap_or_default()),
            attempts: 0,
        })
    }

    /// The message that the caller has left for the people of `queue`; not yet listened to.
    pub fn message(&self, id: String, queue: String, length_ms: u64, at: At) -> Voicemail {
        let escalation = self.dialog.last_escalation();
        Voicemail {
            id,
            call_id: self.facts.id.clone(),
            bot: self.facts.bot.clone(),
            queue,
            number: self.facts.from.clone(),
            name: self.facts.from_name.clone(),
            language: self.language,
            topic: escalation.and_then(|escalation| escalation.topic.clone()),
            at,
            length_ms,
            words: Words::Pending,
            done: None,
        }
    }

    /// Whether the caller was there.
    pub fn answered(&self) -> bool {
        self.answered
    }

    /// Who has the caller now.
    pub fn holder(&self) -> Holder {
        match self.phase {
            Phase::Answering(_) | Phase::Conversation(_) | Phase::CallingBack(_) | Phase::Message(_) => {
                Holder::Bot
            }
            Phase::Waiting(_) => Holder::Queue,
            Phase::Bridged(_) => Holder::Person,
            Phase::Ended => Holder::Nobody,
        }
    }

    /// What becomes of words that arrive whole now.
    pub fn takes(&self) -> Takes {
        match &self.phase {
            Phase::Conversation(conversation) if conversation.listens() => Takes::Turn,
            Phase::Waiting(waiting) if waiting.listens() => Takes::Turn,
            Phase::Bridged(_) => Takes::Note,
            _ => Takes::Nothing,
        }
    }

    /// How the caller's words reach us.
    fn source(&self) -> Source {
        if self.facts.channel.is_voice() { Source::Speech } else { Source::Text }
    }

    /// Whether the record is closed.
    pub fn ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// The language spoken now.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Takes one input and returns what is to be done, in order.
    pub fn handle(&mut self, now: At, input: Input) -> Vec<Output> {
        tracing::trace!(?input, "call input");
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        self.phase = match (phase, input) {
            (Phase::Ended, _) => Phase::Ended,
            (Phase::Message(message), input) if self.ends(&input) => message.cut(self, now, input),
            (phase, input) if self.ends(&input) => {
                if let Phase::Conversation(conversation) = phase {
                    conversation.leave(self, now);
                }
                self.ending(input)
            }
            (phase, Input::CallerHeld) => {
                self.held = true;
                self.note(phase, Event::CallerHeld)
            }
            (phase, Input::CallerResumed) => {
                self.held = false;
                self.note(phase, Event::CallerResumed)
            }
            (phase, Input::SummaryWorded { turn, text, model }) => {
                if self.summarised.take_if(|asked| *asked == turn).is_some() {
                    self.record(Event::SummaryWorded { text, model });
                }
                phase
            }
            (
                phase @ (Phase::Answering(_) | Phase::CallingBack(_) | Phase::Bridged(_)),
                Input::Desk(DeskNotice::Supervise(Supervision::TakeOver { agent })),
            ) => {
                waiting::too_late(self, agent);
                phase
            }
            (Phase::Answering(phase), input) => phase.handle(self, now, input),
            (Phase::Conversation(phase), input) => phase.handle(self, now, input),
            (Phase::CallingBack(phase), input) => phase.handle(self, now, input),
            (Phase::Waiting(phase), input) => phase.handle(self, now, input),
            (Phase::Message(phase), input) => phase.handle(self, now, input),
            (Phase::Bridged(phase), input) => phase.handle(self, now, input),
        };
        std::mem::take(&mut self.out)
    }

    /// Whether this ends the call in whatever phase it is.
    fn ends(&self, input: &Input) -> bool {
        match input {
            Input::CallerHungUp { .. } | Input::HangUp { .. } | Input::Timer(Timer::CallMax) => true,
            Input::MediaSilent { for_ms } => *for_ms >= self.times.media_lost.as_millis() as u64,
            _ => false,
        }
    }

    fn ending(&mut self, input: Input) -> Phase {
        match input {
            Input::CallerHungUp { reason } => self.caller_hung_up(reason),
            Input::HangUp { reason } => self.end(EndedBy::System, &reason),
            Input::Timer(_) => self.end(EndedBy::System, "the call reached its longest time"),
            _ if !self.facts.channel.is_voice() => self.caller_hung_up("the visitor's page is gone".into()),
            _ => self.end(EndedBy::System, "nothing came from the caller's phone"),
        }
    }

    fn note(&mut self, phase: Phase, event: Event) -> Phase {
        self.record(event);
        phase
    }

    /// Playback ids count up over the whole call, so that a late report cannot be mistaken.
    fn next_playback(&mut self) -> PlaybackId {
        self.playbacks += 1;
        PlaybackId(self.playbacks)
    }

    fn next_turn(&mut self) -> u32 {
        self.turn += 1;
        self.turn
    }

    fn push(&mut self, output: Output) {
        self.out.push(output);
    }

    fn record(&mut self, event: Event) {
        self.out.push(Output::Record(event));
    }

    /// The first event of every call.
    fn record_received(&mut self) {
        let CallFacts { from, from_name, to, bot, trunk, sip_call_id, channel, .. } = self.facts.clone();
        self.record(Event::CallReceived { from, from_name, to, bot, trunk, sip_call_id, channel });
    }

    /// Whether a person was wanted.
    pub fn wanted_a_person(&self) -> bool {
        self.dialog.last_escalation().is_some()
    }

    /// Has the summary of this handover worded; what was made of an earlier one comes too late.
    fn summarise(&mut self) {
        self.summarised = Some(self.turn);
        self.push(Output::Summarise { turn: self.turn });
    }

    fn set_timer(&mut self, timer: Timer, at: At) {
        self.out.push(Output::SetTimer { timer, at });
    }

    fn clear_timer(&mut self, timer: Timer) {
        self.out.push(Output::ClearTimer { timer });
    }

    /// The caller left, in whatever phase.
    fn caller_hung_up(&mut self, reason: String) -> Phase {
        let outcome = match (self.answered, self.bridged_once, self.settled) {
            (false, ..) => Outcome::NotAnswered,
            (true, true, _) => Outcome::HandedOver,
            (true, false, Some(settled)) => settled,
            (true, false, None) if self.dialog.summary().resolved => Outcome::Resolved,
            (true, false, None) => Outcome::Abandoned,
        };
        self.close(outcome, EndedBy::Caller, reason)
    }

    /// We end the call for a reason of our own.
    fn end(&mut self, by: EndedBy, reason: &str) -> Phase {
        self.push(Output::HangUpCaller { reason: Some(reason.to_owned()) });
        let otherwise = self.settled.unwrap_or(Outcome::Failed);
        let outcome = if self.bridged_once { Outcome::HandedOver } else { otherwise };
        self.close(outcome, by, reason.to_owned())
    }

    /// Closes the record. Whoever still waits or talks on the human side is let go by the runner,
    /// which ends the agent's leg and tells the desk.
    fn close(&mut self, outcome: Outcome, by: EndedBy, reason: String) -> Phase {
        self.record(Event::CallEnded { outcome, by, reason });
        self.push(Output::End);
        Phase::Ended
    }
}
