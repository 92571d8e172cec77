//! ◆ The turn loop between caller and bot.

mod deafness;
mod hearing;
mod interruption;
mod supervised;
mod voice_loss;

use super::keys::{Keys, Pressed};
use super::saying::{Heard, Saying};
use super::thinking::{Decodes, Pauses, TurnClock, Utterance};
use super::waiting::Waiting;
use super::{Call, Input, Output, Phase, Timer};
use crate::decide::detail::detail;
use crate::decide::{Act, DialogInput, Escalation, Expect, WaitingWish};
use crate::desk::notice::DeskNotice;
use crate::edge::leg::PlaybackId;
use crate::record::event::{EndedBy, Event, Outcome, Ruling, Source};
use crate::time::At;
use deafness::Deafness;
use interruption::Interruption;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use supervised::Typed;
use voice_loss::VoiceLoss;

/// The caller talks with the bot.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    saying: Saying,
    after: After,
    keys: Keys,
    expect: Expect,
    utterance: Utterance,
    interruption: Interruption,
    decodes: Decodes,
    pauses: Pauses,
    clock: Option<TurnClock>,
    /// Actions on their way: id to name.
    acting: BTreeMap<u32, String>,
    /// What is said when an action takes long.
    cover: Option<String>,
    /// What the dialog is told once the caller has finished: results of actions, verdicts, facts.
    deferred: Vec<DialogInput>,
    /// A reply that waits for a person.
    proposal: Option<u32>,
    /// Lines that people have typed for the bot.
    typed: VecDeque<Typed>,
    failures: Failures,
    deafness: Deafness,
    voice_loss: VoiceLoss,
    /// The last sentence was heard whole; of a handover that is the announcement.
    announced: bool,
}

/// What happens when everything is said.
#[derive(Debug, Default)]
enum After {
    #[default]
    Nothing,
    Listen,
    Escalate(Escalation),
    HangUp {
        resolved: bool,
    },
}

/// Failures in a row, by stage.
#[derive(Debug, Default)]
struct Failures {
    hear: u32,
    understand: u32,
    speak: u32,
}

impl Conversation {
    /// The first words of the bot.
    pub(super) fn begin(call: &mut Call, now: At) -> Phase {
        let start = if call.straight_to_people { DialogInput::StartForPerson } else { DialogInput::Start };
        Conversation::default().tell(call, now, start)
    }

    /// The bot has the caller back because nobody took the call, or the agent left.
    pub(super) fn resume(call: &mut Call, now: At, why: &str) -> Phase {
        call.next_turn();
        call.record(Event::ReturnedToBot { why: why.to_owned() });
        Conversation::default().tell(call, now, DialogInput::BackFromQueue { why: why.to_owned() })
    }

    /// What a waiting caller chose needs a number: the bot asks for it.
    pub(super) fn ask_number(call: &mut Call, now: At, wish: WaitingWish) -> Phase {
        call.next_turn();
        Conversation::default().tell(call, now, DialogInput::NumberWanted { wish })
    }

    pub(super) fn handle(mut self, call: &mut Call, now: At, input: Input) -> Phase {
        match input {
            Input::VoiceSuspected => self.voice_suspected(call, now),
            Input::SuspicionCleared => self.suspicion_cleared(call, now),
            Input::Hum => self.hum(),
            Input::SpeechFirm => self.firm(call, now),
            Input::SpeechStarted { at } => self.speech_started(call, now, at),
            Input::PossibleEnd { last_voiced } => self.possible_end(call, last_voiced),
            Input::SpeechResumed => self.speech_resumed(call, now),
            Input::SpeechEnded { started, last_voiced } => {
                return self.speech_ended(call, now, started, last_voiced);
            }
            Input::Transcribed { turn, attempt, result } if turn == call.turn => {
                return self.transcribed(call, now, attempt, result);
            }
            Input::Understood { turn, attempt, result } if turn == call.turn => {
                return self.meaning(call, now, attempt, result);
            }
            Input::ActionDone { id, result, duration_ms } => {
                return self.action_done(call, now, id, result, duration_ms);
            }
            Input::PlaybackStarted { id, at, voiced_at } => self.playback_started(call, id, at, voiced_at),
            Input::PlaybackDone { id, heard_ms, total_ms, completed } => {
                let heard = Heard { heard_ms, total_ms, completed };
                return self.playback_done(call, now, id, heard);
            }
            Input::SpeechFailed { id, detail } => return self.speech_failed(call, now, id, detail),
            Input::Unheard { for_ms } => return self.ear_deaf(call, now, for_ms),
            Input::Key { digit } => return self.key(call, now, digit),
            Input::Desk(DeskNotice::Supervise(by)) => return self.supervised(call, now, by),
            Input::Timer(timer) => return self.timer(call, now, timer),
            // Late news of a human leg that is being let go, and replies to older turns.
            _ => {}
        }
        Phase::Conversation(self)
    }

    /// The call ends here: what was being said is written down.
    pub(super) fn leave(mut self, call: &mut Call, now: At) {
        self.saying.cut(call, now);
        self.withdraw(call);
    }

    // --- hearing -------------------------------------------------------------------------------

    fn speech_started(&mut self, call: &mut Call, now: At, at: At) {
        // Words that the dialog has not seen yet belong together with what follows.
        let continued = self.utterance.pending();
        let interrupted = !self.saying.is_empty();
        self.voice_over(call, now, Some(at).filter(|_| !continued));
        self.forget_waiting(call);
        self.decodes.discard();
        self.keys.clear();
        self.utterance = Utterance::Speaking { interrupted };
        let turn = call.next_turn();
        call.push(Output::Hear { turn, continued, over: interrupted });
    }

    fn forget_waiting(&mut self, call: &mut Call) {
        for timer in [Timer::Silence, Timer::Cover, Timer::Engine, Timer::KeyGap] {
            call.clear_timer(timer);
        }
        self.clock = None;
    }

    // --- keys ----------------------------------------------------------------------------------

    fn key(mut self, call: &mut Call, now: At, digit: char) -> Phase {
        if matches!(self.after, After::Escalate(_)) {
            return Phase::Conversation(self);
        }
        if self.keys.is_empty() {
            let clock = self.clock;
            self.yield_floor(call, now);
            self.forget_waiting(call);
            self.utterance = Utterance::None;
            call.next_turn();
            if self.busy() {
                // The caller still waits for the same thing.
                self.clock = clock;
                call.set_timer(Timer::Cover, self.cover_due(call, now));
            }
        }
        match self.keys.press(digit, &self.expect.kind) {
            Pressed::Entry(digits) => self.entry(call, now, digits),
            Pressed::More => {
                call.set_timer(Timer::KeyGap, now + call.times.key_gap);
                Phase::Conversation(self)
            }
        }
    }

    fn entry(self, call: &mut Call, now: At, digits: String) -> Phase {
        call.clear_timer(Timer::KeyGap);
        let turn = call.turn;
        call.record(Event::CallerSaid {
            turn,
            text: digits.clone(),
            language: call.language,
            confidence: 1.0,
            source: Source::Dtmf,
            started: now,
            ended: now,
        });
        self.tell(call, now, DialogInput::Digits { turn, digits })
    }

    // --- speaking ------------------------------------------------------------------------------

    fn playback_started(&mut self, call: &mut Call, id: PlaybackId, at: At, voiced: At) {
        let Some(asked) = self.saying.started(id, at) else {
            return;
        };
        call.clear_timer(Timer::Cover);
        self.voice_came(call);
        if let Some(clock) = self.clock.take() {
            call.record(Event::TurnTimed { turn: clock.turn, stages: clock.stages(asked, at, voiced) });
        }
    }

    fn playback_done(mut self, call: &mut Call, now: At, id: PlaybackId, heard: Heard) -> Phase {
        if !self.saying.done(call, now, id, heard) {
            return Phase::Conversation(self);
        }
        self.failures.speak = 0;
        self.announced = heard.completed;
        self.await_voice(call, now);
        self.perhaps_all_said(call, now)
    }

    /// When nothing is left to say, what the dialog wanted next happens.
    fn perhaps_all_said(mut self, call: &mut Call, now: At) -> Phase {
        if !self.saying.is_empty() || self.utterance != Utterance::None {
            return Phase::Conversation(self);
        }
        if !self.deferred.is_empty() {
            return self.tell_deferred(call, now);
        }
        if self.say_typed(call, now) {
            self.await_voice(call, now);
            return Phase::Conversation(self);
        }
        match std::mem::take(&mut self.after) {
            After::Escalate(escalation) => return Waiting::begin(call, now, escalation, self.announced),
            After::HangUp { resolved } => return hang_up(call, resolved),
            After::Listen => {
                let silence = call.times.silence.unwrap_or(Duration::from_millis(self.expect.silence_ms));
                call.set_timer(Timer::Silence, now + silence);
                self.after = After::Listen;
            }
            After::Nothing => {}
        }
        if self.busy() {
            call.set_timer(Timer::Cover, self.cover_due(call, now));
        }
        Phase::Conversation(self)
    }

    /// Whether whole words would be a turn of their own.
    pub(super) fn listens(&self) -> bool {
        self.utterance == Utterance::None && !self.busy() && self.saying.is_empty()
    }

    /// The caller waits for an action, or for a person who reads a reply.
    fn busy(&self) -> bool {
        !self.acting.is_empty() || self.proposal.is_some()
    }

    /// When the caller, who hears nothing now, must hear something.
    fn cover_due(&self, call: &Call, now: At) -> At {
        let after_words = self.clock.as_ref().map(|clock| clock.last_voiced + call.times.cover_after);
        let again = now + call.times.cover_again;
        after_words.map_or(again, |due| due.max(now).min(again))
    }

    // --- deciding ------------------------------------------------------------------------------

    /// Tells the dialog something and carries out what it wants.
    fn tell(mut self, call: &mut Call, now: At, input: DialogInput) -> Phase {
        let mut acts = self.hand_on(call, now);
        let unheard = self.saying.take_unheard();
        if !unheard.is_empty() {
            acts.extend(call.dialog.handle(now, DialogInput::Cut { unheard }));
        }
        acts.extend(call.dialog.handle(now, input));
        self.apply(call, now, acts)
    }

    /// Nothing was said that the dialog must hear first.
    fn tell_deferred(mut self, call: &mut Call, now: At) -> Phase {
        let acts = self.hand_on(call, now);
        self.apply(call, now, acts)
    }

    fn hand_on(&mut self, call: &mut Call, now: At) -> Vec<Act> {
        let deferred = std::mem::take(&mut self.deferred).into_iter();
        deferred.flat_map(|earlier| call.dialog.handle(now, earlier)).collect()
    }

    fn apply(mut self, call: &mut Call, now: At, acts: Vec<Act>) -> Phase {
        self.say_typed(call, now);
        // The announcement of a handover is heard to its last syllable.
        let leaving = acts.iter().any(|act| matches!(act, Act::Escalate(_)));
        for act in acts {
            match act {
                Act::Say { prompt, text, language, interruptible } => {
                    self.saying.say(call, now, (prompt, text, language, interruptible && !leaving));
                }
                Act::Propose(proposal) => self.propose(call, now, proposal),
                Act::Run { id, action, cover } => self.run(call, now, id, action, cover),
                Act::SwitchLanguage { language } => call.language = language,
                Act::Listen { expect } => {
                    self.expect = expect.clone();
                    call.push(Output::Expect { expect });
                    self.after = After::Listen;
                }
                Act::Escalate(escalation) => self.escalate(call, escalation),
                Act::TurnAway(escalation) => {
                    escalated(call, &escalation);
                    call.record(Event::ReturnedToBot { why: "closed".into() });
                }
                Act::HangUp { resolved } => self.after = After::HangUp { resolved },
                Act::Record(event) => call.record(event),
            }
        }
        if call.dialog.proposed() != self.proposal {
            self.withdraw(call);
        }
        self.await_voice(call, now);
        self.perhaps_all_said(call, now)
    }

    fn escalate(&mut self, call: &mut Call, escalation: Escalation) {
        // One who has only been asked for a number is still in the same handover.
        if escalation.number.is_none() {
            escalated(call, &escalation);
            call.summarise();
        }
        self.announced = false;
        self.after = After::Escalate(escalation);
    }

    fn run(&mut self, call: &mut Call, now: At, id: u32, action: crate::decide::ActionCall, cover: String) {
        self.acting.insert(id, action.name.clone());
        self.cover = Some(cover).filter(|text| !text.is_empty());
        self.after = After::Nothing;
        // The caller has heard nothing since the last word, not since now.
        call.set_timer(Timer::Cover, self.cover_due(call, now).min(now + call.times.cover_after));
        call.push(Output::RunAction { id, action });
    }

    fn action_done(
        mut self,
        call: &mut Call,
        now: At,
        id: u32,
        result: Result<serde_json::Value, String>,
        duration_ms: u64,
    ) -> Phase {
        let Some(action) = self.acting.remove(&id) else {
            return Phase::Conversation(self);
        };
        let detail = detail(&result);
        call.record(Event::ActionCalled { turn: call.turn, action, ok: result.is_ok(), detail, duration_ms });
        let input = DialogInput::ActionDone { id, result };
        if self.utterance != Utterance::None {
            self.deferred.push(input);
            return Phase::Conversation(self);
        }
        self.tell(call, now, input)
    }

    // --- time ----------------------------------------------------------------------------------

    fn timer(mut self, call: &mut Call, now: At, timer: Timer) -> Phase {
        match timer {
            Timer::Cover if self.held_too_long(call, now) => self.say_cover(call, now),
            Timer::Cover if self.saying.is_empty() && (self.utterance.pending() || self.busy()) => {
                self.say_cover(call, now);
            }
            Timer::Voice => return self.voice_late(call, now),
            Timer::Approval => return self.ruled(call, now, None, Ruling::TimedOut),
            Timer::Silence if self.saying.is_empty() && self.utterance == Utterance::None => {
                return self.tell(call, now, DialogInput::Silence);
            }
            Timer::KeyGap => {
                if let Some(digits) = self.keys.gap() {
                    return self.entry(call, now, digits);
                }
            }
            Timer::Engine => match &self.utterance {
                Utterance::Ended { .. } => {
                    self.decodes.discard();
                    call.push(Output::RestartHearing);
                    return self.hearing_failed(call, now, "no words within the deadline".into());
                }
                Utterance::Understanding { .. } => {
                    return self.understood(call, now, Err("no meaning within the deadline".into()));
                }
                Utterance::None | Utterance::Speaking { .. } => {}
            },
            _ => {}
        }
        Phase::Conversation(self)
    }

    /// A short sentence so that the caller is never in the dark.
    fn say_cover(&mut self, call: &mut Call, now: At) {
        let (prompt, text, language) = match (self.cover.take(), call.dialog.cover()) {
            (Some(text), _) => ("cover".to_owned(), text, call.language),
            (None, Act::Say { prompt, text, language, .. }) => (prompt, text, language),
            (None, _) => return,
        };
        self.saying.say(call, now, (prompt, text, language, true));
        self.await_voice(call, now);
        call.set_timer(Timer::Cover, now + call.times.cover_again);
    }
}

pub(super) fn escalated(call: &mut Call, escalation: &Escalation) {
    let Escalation { turn, queue, topic, signals, why, .. } = escalation.clone();
    call.record(Event::Escalated { turn, signals, why, queue, topic });
}

/// The bot ends the call.
fn hang_up(call: &mut Call, resolved: bool) -> Phase {
    call.push(Output::HangUpCaller { reason: None });
    let outcome = match (call.bridged_once, resolved) {
        (true, _) => Outcome::HandedOver,
        (false, true) => Outcome::Resolved,
        (false, false) => Outcome::Abandoned,
    };
    call.close(outcome, EndedBy::Bot, "the bot said goodbye".into())
}
