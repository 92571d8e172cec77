//! Stories of calls in virtual time: no sockets, no engines, milliseconds to run.

mod barge_in;
mod chosen;
mod faults;
mod hours;
mod message;
mod overload;
mod supervised;
mod table;
mod waiting;
mod worded;

use super::*;
use crate::decide::Bot;
use crate::desk::notice::{AgentRef, DeskNotice, DeskReport, Rings};
use crate::hear::Transcript;
use crate::record::event::AgentRefusal;
use crate::understand::Meaning;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The world around a call: a voice that speaks 60 ms a letter after 40 ms, a recogniser that takes
/// 300 ms, understanding that takes 20 ms, and a clock that jumps from event to event.
pub(super) struct World {
    pub(super) call: Call,
    pub(super) now: At,
    pub(super) agenda: BTreeMap<(At, u32), Input>,
    order: u32,
    mouth_free: At,
    playing: BTreeMap<PlaybackId, (At, u64)>,
    /// What the recogniser will hear next, and the topic it means.
    pub(super) words: Option<(String, &'static str)>,
    pub(super) timers: BTreeMap<Timer, At>,
    pub(super) events: Vec<(At, Event)>,
    pub(super) done: Vec<Output>,
    recogniser_works: bool,
    action: Option<(u64, Result<Value, String>)>,
    held: Option<barge_in::Held>,
    bot: Arc<Bot>,
    voice: faults::Voice,
    store_works: bool,
    /// Somebody could read replies.
    looked_on: bool,
    sound: faults::Sound,
}

const TTS_MS: u64 = 40;
const DECODE_MS: u64 = 300;
const UNDERSTAND_MS: u64 = 20;
const MS_A_LETTER: u64 = 60;
const POSSIBLE_END_MS: u64 = 200;
const END_SILENCE_MS: u64 = 550;

impl World {
    fn new() -> World {
        World::with(|_| {})
    }

    /// A world whose bot differs.
    fn with(change: impl FnOnce(&mut Bot)) -> World {
        let bot = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        let mut bot = crate::decide::load::load(&bot).unwrap_or_else(|problems| panic!("{problems:?}"));
        // What the demo offers beside is switched on by the stories that are about it.
        (bot.policy.voicemail, bot.policy.text_me) = (false, None);
        change(&mut bot);
        let bot = Arc::new(bot);
        let dialog = Dialog::new(bot.clone(), Language::English, false, 1);
        let dialog = dialog.called_from("600100200").can_be_called_back(true).with_approval();
        let facts = CallFacts {
            id: crate::record::CallId("story".into()),
            from: "600100200".into(),
            from_name: None,
            to: "1000".into(),
            bot: "parcel".into(),
            trunk: "lan".into(),
            sip_call_id: "abc".into(),
            channel: Channel::Voice,
            callback: Some("sip:600100200@gateway".into()),
        };
        World {
            call: Call::new(facts, CallTimes::default(), dialog, Language::English),
            now: At(1_000_000),
            agenda: BTreeMap::new(),
            order: 0,
            mouth_free: At(0),
            playing: BTreeMap::new(),
            words: None,
            timers: BTreeMap::new(),
            events: Vec::new(),
            done: Vec::new(),
            recogniser_works: true,
            action: None,
            held: None,
            bot,
            voice: faults::Voice::Works,
            store_works: true,
            looked_on: true,
            sound: faults::Sound::default(),
        }
    }

    /// Answered, greeted, and waiting for the caller.
    pub(super) fn greeted() -> World {
        World::new().greets()
    }

    fn greets(mut self) -> World {
        let world = &mut self;
        world.give(Input::Received { media: Ok(()) });
        world.give(Input::Recorded);
        world.give(Input::Confirmed);
        world.run_while_busy();
        self
    }

    fn later(&mut self, ms: u64, input: Input) {
        self.at(self.now + Duration::from_millis(ms), input);
    }

    fn at(&mut self, at: At, input: Input) {
        self.order += 1;
        self.agenda.insert((at, self.order), input);
    }

    pub(super) fn give(&mut self, input: Input) {
        self.note_playback(&input);
        for output in self.call.handle(self.now, input) {
            self.carry_out(output);
        }
        self.note_silence();
    }

    /// Jumps to the next event, timers included. False when nothing is to come.
    fn step(&mut self, with_timers: bool) -> bool {
        let event = self.agenda.keys().next().copied();
        let timer = self.timers.iter().min_by_key(|(_, at)| **at).map(|(timer, at)| (*timer, *at));
        match (event, timer.filter(|_| with_timers)) {
            (Some((at, _)), Some((timer, due))) if due < at => self.fire(timer, due),
            (Some(key), _) => {
                self.now = self.now.max(key.0);
                let input = self.agenda.remove(&key).expect("just seen");
                self.give(input);
            }
            (None, Some((timer, due))) => self.fire(timer, due),
            (None, None) => return false,
        }
        true
    }

    fn fire(&mut self, timer: Timer, due: At) {
        self.now = self.now.max(due);
        self.timers.remove(&timer);
        self.give(Input::Timer(timer));
    }

    /// Lets everything happen that is on its way; timers fire only while something is.
    fn run_while_busy(&mut self) {
        while !self.agenda.is_empty() {
            self.step(true);
        }
    }

    pub(super) fn run_for(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        loop {
            let next = self.agenda.keys().next().map(|(at, _)| *at);
            let timer = self.timers.values().min().copied();
            if next.into_iter().chain(timer).min().is_none_or(|at| at > end) {
                break;
            }
            self.step(true);
        }
        self.now = end;
    }

    pub(super) fn caller_says(&mut self, text: &str, topic: &'static str) {
        let spoken = 70 * text.chars().count() as u64;
        let (started, last_voiced) = (self.now, self.now + Duration::from_millis(spoken));
        self.words = Some((text.to_owned(), topic));
        self.caller_speaks_until(last_voiced);
        self.give(Input::SpeechStarted { at: started });
        self.later(spoken + POSSIBLE_END_MS, Input::PossibleEnd { last_voiced });
        self.later(spoken + END_SILENCE_MS, Input::SpeechEnded { started, last_voiced });
        self.run_while_busy();
    }

    fn carry_out(&mut self, output: Output) {
        self.note_output(&output);
        match &output {
            Output::Record(event) => self.events.push((self.now, event.clone())),
            Output::Say { id, text, .. } => self.say(*id, text),
            Output::StopSaying { id } => self.stop(*id),
            Output::HoldSaying { except } => self.hold(except),
            Output::ReleaseSaying => self.release(),
            Output::Decode { turn, attempt } => {
                let result = self.transcript();
                self.later(DECODE_MS, Input::Transcribed { turn: *turn, attempt: *attempt, result });
            }
            Output::Understand { turn, attempt, .. } => {
                let topic = self.words.as_ref().map_or("", |(_, topic)| topic);
                let topics = if topic.is_empty() { vec![] } else { vec![(topic.to_owned(), 0.95)] };
                let out_of_scope = if topic.is_empty() { 0.97 } else { 0.05 };
                let result = Ok(Meaning { topics, out_of_scope, ..Meaning::default() });
                self.later(UNDERSTAND_MS, Input::Understood { turn: *turn, attempt: *attempt, result });
            }
            Output::RunAction { id, .. } => {
                let (duration_ms, result) = self.action.clone().unwrap_or((
                    50,
                    Ok(json!({
                        "number": "12345678", "status": "in_transit", "place": "Kraków", "eta": "tomorrow"
                    })),
                ));
                self.later(duration_ms, Input::ActionDone { id: *id, result, duration_ms });
            }
            Output::AskApproval { .. } if !self.looked_on => {
                let nobody = crate::desk::notice::Supervision::NobodyLooksOn;
                self.later(0, Input::Desk(DeskNotice::Supervise(nobody)));
            }
            Output::KeepCallback { .. } => self.later(10, Input::CallbackKept { kept: self.store_works }),
            Output::KeepMessage { .. } => {
                let kept = Ok(("m1".to_owned(), 3_000));
                let result = if self.store_works { kept } else { Err("disk full".to_owned()) };
                self.later(10, Input::MessageKept { result });
            }
            Output::SetTimer { timer, at } => {
                self.timers.insert(*timer, *at);
            }
            Output::ClearTimer { timer } => {
                self.timers.remove(timer);
            }
            _ => {}
        }
        self.done.push(output);
    }

    fn transcript(&self) -> Result<Transcript, String> {
        let text = self.words.as_ref().map(|(text, _)| text.clone()).unwrap_or_default();
        let heard = Transcript {
            text,
            language: Language::English,
            confidence: 0.9,
            no_speech: 0.0,
            finished: None,
            queued_ms: 0,
            decode_ms: DECODE_MS,
        };
        if self.recogniser_works { Ok(heard) } else { Err("the model is gone".into()) }
    }

    fn say(&mut self, id: PlaybackId, text: &str) {
        match self.voice {
            faults::Voice::Works => {}
            faults::Voice::Fails => {
                return self.later(TTS_MS, Input::SpeechFailed { id, detail: "no voice".into() });
            }
            faults::Voice::Hangs => return,
        }
        let total_ms = MS_A_LETTER * text.chars().count() as u64;
        let start = self.mouth_free.max(self.now + Duration::from_millis(TTS_MS));
        self.mouth_free = start + Duration::from_millis(total_ms);
        self.playing.insert(id, (start, total_ms));
        self.at(
            start,
            Input::PlaybackStarted { id, at: start, voiced_at: start + Duration::from_millis(10) },
        );
        self.at(self.mouth_free, Input::PlaybackDone { id, heard_ms: total_ms, total_ms, completed: true });
    }

    fn stop(&mut self, stopped: PlaybackId) {
        if self.stop_held(stopped) {
            return;
        }
        self.agenda.retain(|_, input| {
            !matches!(input, Input::PlaybackStarted { id, .. } | Input::PlaybackDone { id, .. } if *id == stopped)
        });
        let Some((start, total_ms)) = self.playing.remove(&stopped) else {
            return;
        };
        self.mouth_free = self.now;
        if start < self.now {
            let heard_ms = self.now.since_ms(start);
            self.later(20, Input::PlaybackDone { id: stopped, heard_ms, total_ms, completed: false });
        }
    }

    fn bot_said(&self) -> Vec<&Event> {
        let events = self.events.iter().map(|(_, event)| event);
        events.filter(|event| matches!(event, Event::BotSaid { .. })).collect()
    }

    pub(super) fn prompts(&self) -> Vec<&str> {
        let said = self.bot_said().into_iter();
        said.map(|event| if let Event::BotSaid { prompt, .. } = event { prompt.as_str() } else { "" })
            .collect()
    }

    pub(super) fn did(&self, what: impl Fn(&Output) -> bool) -> bool {
        self.done.iter().any(what)
    }

    pub(super) fn recorded(&self, what: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(|(_, event)| what(event))
    }

    fn when(&self, what: impl Fn(&Event) -> bool) -> At {
        self.events.iter().find(|(_, event)| what(event)).expect("recorded").0
    }

    /// Up to the queue.
    fn queued() -> World {
        World::queued_with(|_| {})
    }

    fn queued_with(change: impl FnOnce(&mut Bot)) -> World {
        let mut world = World::with(change).greets();
        world.caller_says("I want to talk to a person", "");
        assert!(world.did(|output| matches!(output, Output::Enqueue { .. })), "{:?}", world.done);
        world
    }

    fn reserve(&mut self, id: &str) {
        let agent =
            AgentRef { id: id.into(), name: id.into(), rings: Rings::Phone(format!("sip:{id}@127.0.0.1")) };
        self.give(Input::Desk(DeskNotice::Reserved { agent }));
    }

    fn last_outcome(&self) -> Option<&Outcome> {
        self.events.iter().rev().find_map(|(_, event)| match event {
            Event::CallEnded { outcome, .. } => Some(outcome),
            _ => None,
        })
    }
}

#[test]
fn nothing_is_answered_before_the_first_event_is_on_disk() {
    let mut world = World::new();
    world.give(Input::Received { media: Ok(()) });
    assert!(!world.did(|output| *output == Output::AnswerCaller));
    world.give(Input::Recorded);
    assert!(world.did(|output| *output == Output::AnswerCaller));
}

#[test]
fn a_store_that_does_not_write_refuses_the_call() {
    let mut world = World::new();
    world.give(Input::Received { media: Ok(()) });
    world.give(Input::RecordFailed { detail: "disk full".into() });
    assert!(world.did(|output| matches!(output, Output::RejectCaller { code: 503, .. })));
    assert!(world.call.ended());
}

#[test]
fn the_first_sentence_says_that_a_machine_speaks() {
    let world = World::greeted();
    assert_eq!(world.prompts()[0], "disclosure");
    assert!(world.recorded(|event| *event == Event::DisclosurePlayed { completed: true }));
}

#[test]
fn the_disclosure_is_heard_to_its_end_even_when_the_caller_speaks() {
    let mut world = World::new();
    world.give(Input::Received { media: Ok(()) });
    world.give(Input::Recorded);
    world.give(Input::Confirmed);
    world.run_for(500);
    world.caller_says("Hello?", "");
    assert!(world.recorded(|event| *event == Event::DisclosurePlayed { completed: true }));
}

#[test]
fn the_gap_is_the_endpoint_wait_and_what_could_not_hide_behind_it() {
    let mut world = World::greeted();
    world.caller_says("Where is my parcel?", "parcel_status");
    let stages = world.events.iter().find_map(|(_, event)| match event {
        Event::TurnTimed { stages, .. } => Some(*stages),
        _ => None,
    });
    // Decoding starts at 200 ms of silence and takes 300, understanding 20: both are over when the turn
    // ends at 550.
    let stages = stages.expect("timed");
    assert_eq!((stages.endpoint_wait_ms, stages.stt_tail_ms, stages.understand_ms), (550, 0, 0));
    assert_eq!(stages.gap_ms, 550 + TTS_MS + 10);
}

#[test]
fn a_pause_in_mid_sentence_throws_the_early_words_away() {
    let mut world = World::greeted();
    let start = world.now;
    world.words = Some(("where is".into(), ""));
    world.give(Input::SpeechStarted { at: start });
    world.give(Input::PossibleEnd { last_voiced: start });
    world.give(Input::SpeechResumed);
    world.run_while_busy();
    world.words = Some(("where is my parcel".into(), "parcel_status"));
    world.give(Input::SpeechEnded { started: start, last_voiced: world.now });
    world.run_while_busy();
    let texts: Vec<String> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::CallerSaid { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["where is my parcel"]);
}

#[test]
fn a_reply_for_an_older_turn_is_dropped() {
    let mut world = World::greeted();
    world.give(Input::SpeechStarted { at: world.now });
    world.give(Input::SpeechStarted { at: world.now });
    let before = world.done.len();
    let result = Ok(Meaning {
        topics: vec![("parcel_status".into(), 0.99)],
        out_of_scope: 0.01,
        ..Meaning::default()
    });
    world.give(Input::Understood { turn: 1, attempt: 1, result });
    assert_eq!(world.done.len(), before);
}

#[test]
fn words_spoken_on_while_the_first_ones_are_decoded_belong_to_the_same_utterance() {
    let mut world = World::greeted();
    let start = world.now;
    world.words = Some(("where is".into(), ""));
    world.give(Input::SpeechStarted { at: start });
    world.give(Input::SpeechEnded { started: start, last_voiced: start });
    world.run_for(100);
    world.give(Input::SpeechStarted { at: world.now });
    assert!(world.did(|output| matches!(output, Output::Hear { continued: true, .. })));
}

#[test]
fn a_slow_back_office_never_leaves_two_seconds_of_silence() {
    let mut world = World::greeted();
    world.action =
        Some((9_000, Ok(json!({ "number": "12345678", "status": "delivered", "place": "x", "eta": "y" }))));
    world.caller_says("Where is my parcel?", "parcel_status");
    world.caller_says("one two three four five six seven eight", "");
    let confirmed = world.now;
    world.caller_says("yes", "");
    let mut sounds: Vec<(u64, u64)> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::BotSaid { started, heard_ms, .. } if *started > confirmed => {
                Some((started.0, started.0 + heard_ms))
            }
            _ => None,
        })
        .collect();
    sounds.sort_unstable();
    assert!(sounds.len() >= 3, "{sounds:?}");
    for pair in sounds.windows(2) {
        assert!(pair[1].0 - pair[0].1 <= 2_000, "silence between {pair:?}");
    }
}

#[test]
fn key_zero_reaches_a_person_while_the_bot_still_speaks() {
    let mut world = World::new();
    world.give(Input::Received { media: Ok(()) });
    world.give(Input::Recorded);
    world.give(Input::Confirmed);
    world.run_for(300);
    world.give(Input::Key { digit: '0' });
    world.run_while_busy();
    assert!(world.did(|output| matches!(output, Output::Enqueue { .. })));
}

#[test]
fn a_dead_recogniser_is_told_to_the_caller_and_then_a_person_is_fetched() {
    let mut world = World::greeted();
    world.recogniser_works = false;
    world.caller_says("Where is my parcel?", "");
    assert!(!world.did(|output| matches!(output, Output::Enqueue { .. })));
    world.caller_says("Where is my parcel?", "");
    assert!(world.did(|output| matches!(output, Output::Enqueue { .. })));
    assert!(world.recorded(|event| matches!(event, Event::EngineFailed { stage, .. } if stage == "hear")));
}

#[test]
fn a_caller_who_speaks_over_the_goodbye_is_listened_to() {
    let mut world = World::greeted();
    world.caller_says("goodbye", "");
    assert_eq!(world.last_outcome(), Some(&Outcome::Abandoned), "{:?}", world.prompts());

    let mut world = World::greeted();
    let start = world.now;
    world.words = Some(("goodbye".into(), ""));
    world.give(Input::SpeechStarted { at: start });
    world.give(Input::SpeechEnded { started: start, last_voiced: start });
    while !world.agenda.values().any(|input| matches!(input, Input::PlaybackDone { .. })) {
        world.step(true);
    }
    world.run_for(300);
    world.caller_says("wait, when are you open?", "opening_hours");
    assert!(!world.call.ended());
    assert!(world.prompts().iter().any(|prompt| prompt.starts_with("hours")), "{:?}", world.prompts());
    world.run_for(120_000);
    assert!(world.call.ended(), "a caller who says nothing more is not kept for ever");
}

#[test]
fn hold_is_noted_and_changes_nothing_else() {
    let mut world = World::greeted();
    world.give(Input::CallerHeld);
    world.give(Input::CallerResumed);
    assert!(!world.call.ended());
    assert!(world.recorded(|event| *event == Event::CallerHeld));
}

#[test]
fn any_order_of_inputs_leaves_exactly_one_end_in_the_record() {
    use proptest::prelude::*;
    let input = prop_oneof![
        Just(Input::SpeechStarted { at: At(5) }),
        Just(Input::PossibleEnd { last_voiced: At(5) }),
        Just(Input::SpeechResumed),
        Just(Input::SpeechEnded { started: At(5), last_voiced: At(6) }),
        Just(Input::Key { digit: '0' }),
        Just(Input::Key { digit: '5' }),
        Just(Input::AgentAnswered),
        Just(Input::AgentRinging),
        Just(Input::AgentRejected { code: 486 }),
        Just(Input::AgentHungUp { reason: String::new() }),
        Just(Input::Desk(DeskNotice::Nobody { logged_in: true })),
        Just(Input::Desk(DeskNotice::Reserved {
            agent: AgentRef { id: "a".into(), name: "a".into(), rings: Rings::Phone(String::new()) }
        })),
        Just(Input::Timer(Timer::Silence)),
        Just(Input::Timer(Timer::Cover)),
        Just(Input::Timer(Timer::Engine)),
        Just(Input::Timer(Timer::RingAgent)),
        Just(Input::Timer(Timer::QueueMax)),
        Just(Input::Timer(Timer::KeyGap)),
        Just(Input::Timer(Timer::Approval)),
        supervised::any_hand(),
    ];
    proptest!(ProptestConfig::with_cases(64), |(inputs in prop::collection::vec(input, 0..60))| {
        let mut world = World::greeted();
        for input in inputs {
            world.give(input);
            world.run_for(400);
        }
        world.give(Input::CallerHungUp { reason: "BYE".into() });
        prop_assert!(world.call.ended());
        let ends = world.events.iter().filter(|(_, event)| matches!(event, Event::CallEnded { .. })).count();
        prop_assert_eq!(ends, 1);
    });
}
