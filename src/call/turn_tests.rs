//! Stories of turns in virtual time: when the caller has finished, and what is prepared before that is sure.

use super::tests::World;
use super::*;
use crate::hear::turn::{EarEvent, TurnConfig, TurnDetector, VAD_FRAME_MS, VadFrame};

/// A caller whose voice goes through a real turn detector, frame by frame.
struct Talk {
    world: World,
    ear: TurnDetector,
    /// Outputs looked at.
    seen: usize,
    /// The recogniser never answers.
    stuck: bool,
}

impl Talk {
    /// After the greeting: an open question.
    fn open() -> Talk {
        Talk::with(World::greeted())
    }

    /// The bot asked for a number of eight digits.
    fn asked_for_number() -> Talk {
        let mut world = World::greeted();
        world.caller_says("Where is my parcel?", "parcel_status");
        Talk::with(world)
    }

    /// The bot read a number back: is it right?
    fn asked_whether_right() -> Talk {
        let mut talk = Talk::asked_for_number();
        talk.world.caller_says("one two three four five six seven eight", "");
        talk
    }

    fn with(world: World) -> Talk {
        let seen = world.done.len();
        Talk { world, ear: TurnDetector::new(TurnConfig::default()), seen, stuck: false }
    }

    /// The caller speaks; `so_far` is what the recogniser makes of the whole turn until then.
    fn says(&mut self, ms: u64, so_far: &str, topic: &'static str) {
        self.world.words = Some((so_far.to_owned(), topic));
        self.frames(ms, 0.9);
    }

    fn is_silent(&mut self, ms: u64) {
        self.frames(ms, 0.0);
    }

    fn frames(&mut self, ms: u64, probability: f32) {
        for _ in 0..ms / VAD_FRAME_MS {
            self.world.run_for(VAD_FRAME_MS);
            let event = self.ear.push(VadFrame { at: self.world.now, probability, loud: true, clear: false });
            self.hear(event);
            self.obey();
        }
    }

    fn hear(&mut self, event: Option<EarEvent>) {
        let input = match event {
            None => return,
            Some(EarEvent::SpeechStarted { at }) => Input::SpeechStarted { at },
            Some(EarEvent::PossibleEnd { last_voiced }) => Input::PossibleEnd { last_voiced },
            Some(EarEvent::SpeechResumed) => Input::SpeechResumed,
            Some(EarEvent::SpeechEnded { started, last_voiced, .. }) => {
                Input::SpeechEnded { started, last_voiced }
            }
        };
        self.world.give(input);
    }

    /// Hands the call's wishes to the detector, as the runner does.
    fn obey(&mut self) {
        if self.stuck {
            self.world.agenda.retain(|_, input| !matches!(input, Input::Transcribed { .. }));
        }
        while let Some(output) = self.world.done.get(self.seen).cloned() {
            self.seen += 1;
            if let Output::EndAfter { silence_ms } = output {
                let event = self.ear.end_after(silence_ms);
                self.hear(event);
            }
        }
    }

    /// What the record says that the caller said in spoken words, since the story began.
    fn said(&self) -> Vec<String> {
        let texts = self.world.events.iter().filter_map(|(_, event)| match event {
            Event::CallerSaid { text, .. } => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    }

    fn last_wait_ms(&self) -> u64 {
        let waits = self.world.events.iter().rev().find_map(|(_, event)| match event {
            Event::TurnTimed { stages, .. } => Some(stages.endpoint_wait_ms),
            _ => None,
        });
        waits.expect("timed")
    }
}

#[test]
fn a_caller_who_hesitates_is_not_cut_off() {
    let mut talk = Talk::open();
    talk.says(700, "So, uhm", "");
    talk.is_silent(1_400);
    talk.says(1_000, "So, uhm, where is my parcel?", "parcel_status");
    talk.is_silent(1_500);
    assert_eq!(talk.said(), ["So, uhm, where is my parcel?"]);
}

#[test]
fn digits_with_a_pause_between_are_one_turn_and_one_number() {
    let mut talk = Talk::asked_for_number();
    talk.says(1_600, "one two three four", "");
    talk.is_silent(1_200);
    talk.says(1_600, "one two three four five six seven eight", "");
    talk.is_silent(1_000);
    assert_eq!(talk.said().len(), 2, "{:?}", talk.said());
    let filled = |event: &Event| matches!(event, Event::SlotFilled { value, .. } if value == "12345678");
    assert!(talk.world.recorded(filled));
    assert!(!talk.world.prompts().contains(&"digits-go-on"), "{:?}", talk.world.prompts());
}

#[test]
fn a_number_that_is_whole_ends_the_turn_as_soon_as_its_words_are_known() {
    let mut talk = Talk::asked_for_number();
    talk.says(3_000, "one two three four five six seven eight", "");
    talk.is_silent(3_000);
    // 128 ms to the decode, 300 ms of it, and one frame.
    assert!(talk.last_wait_ms() <= 128 + 300 + VAD_FRAME_MS, "{}", talk.last_wait_ms());
}

#[test]
fn a_yes_ends_the_turn_before_the_neutral_silence() {
    let mut talk = Talk::asked_whether_right();
    talk.says(400, "Yes.", "");
    talk.is_silent(3_000);
    assert!(talk.last_wait_ms() < 550, "{}", talk.last_wait_ms());
}

#[test]
fn a_plain_yes_needs_no_topic() {
    let mut talk = Talk::asked_whether_right();
    let before = talk.world.done.len();
    talk.says(400, "Yes, please.", "");
    talk.is_silent(2_000);
    let later = &talk.world.done[before..];
    assert!(!later.iter().any(|output| matches!(output, Output::Understand { .. })));
    assert!(later.iter().any(|output| matches!(output, Output::RunAction { .. })));
}

#[test]
fn the_end_of_the_number_said_in_the_turn_before_is_awaited_no_longer() {
    let mut talk = Talk::asked_for_number();
    talk.world.caller_says("one two three four", "");
    talk.seen = talk.world.done.len();
    talk.says(1_600, "five six seven eight", "");
    talk.is_silent(3_000);
    assert!(talk.last_wait_ms() < 550, "{}", talk.last_wait_ms());
}

#[test]
fn early_words_and_their_meaning_are_forgotten_when_the_caller_goes_on() {
    let mut talk = Talk::open();
    talk.says(900, "When are you open", "opening_hours");
    talk.is_silent(600);
    let early = |output: &Output| matches!(output, Output::Understand { text, .. } if text.ends_with("open"));
    assert!(talk.world.did(early), "understood before the end");
    talk.says(900, "When are you open? No, where is my parcel?", "parcel_status");
    talk.is_silent(2_000);
    assert_eq!(talk.said(), ["When are you open? No, where is my parcel?"]);
    assert!(!talk.world.prompts().iter().any(|prompt| prompt.starts_with("hours")));
}

#[test]
fn meaning_and_the_first_sentence_are_ready_when_the_turn_ends() {
    let mut talk = Talk::open();
    talk.says(900, "When are you open", "opening_hours");
    talk.is_silent(3_000);
    let prepared = talk.world.done.iter().position(|output| matches!(output, Output::Prepare { .. }));
    let Some(Output::Prepare { text: prepared_text, .. }) = prepared.map(|at| &talk.world.done[at]) else {
        panic!("nothing was prepared");
    };
    let said = |output: &Output| matches!(output, Output::Say { text, .. } if text == prepared_text);
    let said = talk.world.done.iter().position(said);
    assert!(prepared < said, "{prepared:?} {said:?}");
    let timed = talk.world.events.iter().rev().find_map(|(_, event)| match event {
        Event::TurnTimed { stages, .. } => Some(*stages),
        _ => None,
    });
    assert_eq!(timed.map(|stages| (stages.stt_tail_ms, stages.understand_ms)), Some((0, 0)));
}

#[test]
fn nothing_is_said_and_no_action_runs_before_the_end_of_the_turn_is_sure() {
    let mut talk = Talk::asked_whether_right();
    // Not sure enough for a quick end: an answer may go on.
    talk.says(400, "Yes it is what I", "");
    let before = talk.world.done.len();
    talk.is_silent(700);
    let acts = |output: &Output| matches!(output, Output::Say { .. } | Output::RunAction { .. });
    assert!(!talk.world.done[before..].iter().any(acts));
    assert!(talk.world.done[before..].iter().any(|output| matches!(output, Output::Understand { .. })));
    talk.says(400, "Yes it is what I said.", "");
    talk.is_silent(2_000);
    assert!(talk.world.done[before..].iter().any(acts));
}

#[test]
fn a_stuck_recogniser_does_not_keep_the_turn_open() {
    let mut talk = Talk::open();
    talk.stuck = true;
    talk.says(900, "", "");
    let silent_since = talk.world.now;
    talk.is_silent(2_600);
    let waiting = talk.world.timers.get(&Timer::Engine).copied();
    assert!(waiting.is_some_and(|at| at > silent_since), "the turn is over and words are awaited");
    talk.is_silent(6_000);
    assert!(
        talk.world.recorded(|event| matches!(event, Event::EngineFailed { stage, .. } if stage == "hear"))
    );
    assert!(!talk.world.call.ended());
}

#[test]
fn a_caller_with_long_pauses_is_given_longer_ones() {
    let waits = |pause_ms: u64| {
        let mut talk = Talk::open();
        talk.says(900, "I have a parcel, and", "");
        talk.is_silent(pause_ms);
        talk.says(900, "I have a parcel, and it is", "");
        let before = talk.world.done.len();
        talk.is_silent(600);
        let waits = talk.world.done[before..].iter().filter_map(|output| match output {
            Output::EndAfter { silence_ms } => Some(*silence_ms),
            _ => None,
        });
        waits.max().expect("a wait")
    };
    assert!(waits(1_450) > waits(300), "{} {}", waits(1_450), waits(300));
}
