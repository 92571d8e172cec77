//! Stories of voices over the bot's, of deafness and of a lost voice, in virtual time.

use super::*;

/// What a leg that is held does not play.
pub(super) struct Held {
    since: At,
    waiting: Vec<(At, Input)>,
}

/// A leg goes back so far when it goes on.
const BACK_MS: u64 = 300;

fn playback(input: &Input) -> Option<PlaybackId> {
    match input {
        Input::PlaybackStarted { id, .. } | Input::PlaybackDone { id, .. } => Some(*id),
        _ => None,
    }
}

impl World {
    pub(super) fn hold(&mut self, except: &[PlaybackId]) {
        let held = |input: &Input| playback(input).is_some_and(|id| !except.contains(&id));
        let keys: Vec<(At, u32)> =
            self.agenda.iter().filter(|(_, input)| held(input)).map(|(key, _)| *key).collect();
        let waiting = keys.iter().map(|key| (key.0, self.agenda.remove(key).expect("just seen"))).collect();
        self.held = Some(Held { since: self.now, waiting });
    }

    pub(super) fn release(&mut self) {
        let Some(Held { since, waiting }) = self.held.take() else { return };
        let silent = Duration::from_millis(self.now.since_ms(since) + BACK_MS);
        if !waiting.is_empty() {
            self.mouth_free = self.mouth_free + silent;
        }
        for (at, input) in waiting {
            self.at(at + silent, input);
        }
    }

    /// A held sentence is cut where it was held.
    pub(super) fn stop_held(&mut self, stopped: PlaybackId) -> bool {
        let Some(held) = &mut self.held else { return false };
        let before = held.waiting.len();
        held.waiting.retain(|(_, input)| playback(input) != Some(stopped));
        if held.waiting.len() == before {
            return false;
        }
        let since = held.since;
        if let Some((start, total_ms)) = self.playing.remove(&stopped)
            && start < since
        {
            let heard_ms = since.since_ms(start);
            self.later(20, Input::PlaybackDone { id: stopped, heard_ms, total_ms, completed: false });
        }
        let busy = self.agenda.iter().filter(|(_, input)| matches!(input, Input::PlaybackDone { .. }));
        self.mouth_free = busy.map(|(key, _)| key.0).max().unwrap_or(self.now);
        true
    }

    /// A bot that is in the middle of "Sorry, I am not sure what you need. Could you put it another way?"
    fn rephrasing(ms: u64) -> World {
        let mut world = World::greeted();
        world.asks("the weather on the moon", "", ms);
        world
    }

    /// The caller says something, and then hears so much of the answer.
    fn asks(&mut self, text: &str, topic: &'static str, ms: u64) {
        let said = self.said();
        self.voice(70 * text.chars().count() as u64, text, topic);
        while self.said() == said {
            assert!(self.step(true), "no answer");
        }
        self.run_for(ms);
        self.done.clear();
    }

    /// Playbacks that began.
    fn said(&self) -> usize {
        self.done.iter().filter(|output| matches!(output, Output::ClearTimer { timer: Timer::Voice })).count()
    }

    /// A voice of so many ms, of which the recogniser makes this text.
    fn voice(&mut self, ms: u64, text: &str, topic: &'static str) {
        let (started, last_voiced) = (self.now, self.now + Duration::from_millis(ms));
        self.words = Some((text.to_owned(), topic));
        self.give(Input::SpeechStarted { at: started });
        self.later(ms + POSSIBLE_END_MS, Input::PossibleEnd { last_voiced });
        self.later(ms + END_SILENCE_MS, Input::SpeechEnded { started, last_voiced });
    }

    fn held_and_released(&self) -> (usize, usize) {
        let count = |wanted: fn(&Output) -> bool| self.done.iter().filter(|output| wanted(output)).count();
        (
            count(|output| matches!(output, Output::HoldSaying { .. })),
            count(|output| matches!(output, Output::ReleaseSaying)),
        )
    }

    fn false_stops(&self) -> Vec<(&str, u64)> {
        let stops = self.events.iter().filter_map(|(_, event)| match event {
            Event::FalseStop { kind, silent_ms, .. } => Some((kind.as_str(), *silent_ms)),
            _ => None,
        });
        stops.collect()
    }

    fn caller_texts(&self) -> Vec<&str> {
        let said = self.events.iter().filter_map(|(_, event)| match event {
            Event::CallerSaid { text, .. } => Some(text.as_str()),
            _ => None,
        });
        said.collect()
    }

    /// The last sentence with this prompt: text, heard, total.
    fn last_said(&self, wanted: &str) -> (&str, u64, u64) {
        let found = self.bot_said().into_iter().rev().find_map(|event| match event {
            Event::BotSaid { prompt, text, heard_ms, total_ms, .. } if prompt == wanted => {
                Some((text.as_str(), *heard_ms, *total_ms))
            }
            _ => None,
        });
        found.unwrap_or_else(|| panic!("no {wanted} in {:?}", self.prompts()))
    }
}

#[test]
fn a_back_channel_in_a_long_sentence_lets_the_bot_go_on() {
    for text in ["Mhm.", "Okay.", "Yeah, right.", "Uh-huh."] {
        let mut world = World::rephrasing(900);
        world.caller_says(text, "");
        assert_eq!(world.held_and_released(), (1, 1), "{text}");
        let [("backchannel", silent_ms)] = world.false_stops()[..] else {
            panic!("{:?}", world.false_stops())
        };
        let voiced_ms = 70 * text.chars().count() as u64;
        assert_eq!(silent_ms, voiced_ms + POSSIBLE_END_MS + DECODE_MS, "at once when the words are known");
        let (_, heard_ms, total_ms) = world.last_said("rephrase");
        assert_eq!(heard_ms, total_ms);
        assert_eq!(world.caller_texts().len(), 1, "a back-channel is no turn");
    }
}

#[test]
fn a_cough_and_words_that_nobody_can_say_so_fast_are_nothing() {
    for (ms, text) in [(180, ""), (250, "Thank you for watching."), (300, "...")] {
        let mut world = World::rephrasing(900);
        world.voice(ms, text, "");
        world.run_while_busy();
        assert_eq!(world.false_stops().len(), 1, "{text}");
        assert_eq!(world.false_stops()[0].0, "noise");
        let (_, heard_ms, total_ms) = world.last_said("rephrase");
        assert_eq!(heard_ms, total_ms);
    }
}

#[test]
fn a_false_stop_that_was_none_after_all_stops_the_bot_again() {
    let mut world = World::rephrasing(900);
    let started = world.now;
    world.words = Some(("okay".into(), ""));
    world.give(Input::SpeechStarted { at: started });
    world.later(480, Input::PossibleEnd { last_voiced: started + Duration::from_millis(280) });
    world.run_for(900);
    assert_eq!(world.held_and_released(), (1, 1), "goes on after the okay");
    world.words = Some(("okay when are you open".into(), "opening_hours"));
    world.give(Input::SpeechResumed);
    assert_eq!(world.held_and_released(), (2, 1), "stops again");
    let last_voiced = world.now + Duration::from_millis(1_500);
    world.later(1_700, Input::PossibleEnd { last_voiced });
    world.later(2_050, Input::SpeechEnded { started, last_voiced });
    world.run_while_busy();
    assert!(world.prompts().iter().any(|prompt| prompt.starts_with("hours")), "{:?}", world.prompts());
}

#[test]
fn words_stop_the_bot_at_once_and_the_record_knows_what_was_heard() {
    let mut world = World::rephrasing(1_500);
    world.voice(1_400, "When are you open?", "opening_hours");
    assert!(matches!(world.done[0], Output::HoldSaying { .. }), "the first thing done: {:?}", world.done);
    world.run_while_busy();
    let (_, heard_ms, total_ms) = world.last_said("rephrase");
    assert!((1_450..=1_550).contains(&heard_ms) && heard_ms < total_ms, "{heard_ms} of {total_ms}");
    assert_eq!(world.false_stops(), []);
    assert!(world.prompts().iter().any(|prompt| prompt.starts_with("hours")), "{:?}", world.prompts());
}

#[test]
fn no_is_no_back_channel_however_short() {
    let mut world = World::rephrasing(900);
    world.voice(160, "No!", "");
    world.run_while_busy();
    assert_eq!(world.false_stops(), []);
    assert_eq!(world.caller_texts().last(), Some(&"No!"));
}

#[test]
fn a_repeat_after_an_interruption_begins_with_the_sentence_that_was_cut() {
    let mut world = World::rephrasing(0);
    let whole = world.done.len();
    assert_eq!(whole, 0);
    world.run_for(2_900);
    world.voice(900, "Sorry, could you repeat that?", "");
    world.run_while_busy();
    let (text, heard_ms, total_ms) = world.last_said("rephrase");
    let sentences = ["Could you put it another way?", "Please say it in other words."];
    assert!(sentences.contains(&text), "{text}");
    assert_eq!(heard_ms, total_ms);
}

#[test]
fn yes_to_a_question_that_is_nearly_asked_is_its_answer() {
    let mut world = World::greeted();
    world.caller_says("Where is my parcel?", "parcel_status");
    world.asks("one two three four five six seven eight", "", 0);
    let length_ms = world.playing.values().map(|(_, total_ms)| *total_ms).next_back().expect("the question");
    world.run_for(length_ms - 1_000);
    world.voice(250, "Yes.", "");
    world.run_while_busy();
    assert_eq!(world.false_stops(), []);
    assert!(world.did(|output| matches!(output, Output::RunAction { .. })), "{:?}", world.prompts());
}

#[test]
fn yes_before_the_question_is_known_is_a_back_channel() {
    let mut world = World::greeted();
    world.caller_says("Where is my parcel?", "parcel_status");
    world.asks("one two three four five six seven eight", "", 400);
    world.voice(250, "Yes.", "");
    world.run_while_busy();
    assert_eq!(world.false_stops().len(), 1);
    assert!(!world.did(|output| matches!(output, Output::RunAction { .. })));
}

#[test]
fn what_is_said_during_the_disclosure_is_answered_after_it() {
    let mut world = World::new();
    world.give(Input::Received { media: Ok(()) });
    world.give(Input::Recorded);
    world.give(Input::Confirmed);
    world.run_for(400);
    world.voice(900, "Where is my parcel?", "parcel_status");
    world.run_while_busy();
    assert!(world.recorded(|event| *event == Event::DisclosurePlayed { completed: true }));
    assert_eq!(world.caller_texts(), ["Where is my parcel?"]);
    assert_eq!(&world.prompts()[..2], ["disclosure", "ask_number"], "the greeting is not said any more");
    let starts: Vec<(u64, u64)> = world
        .bot_said()
        .into_iter()
        .map(|event| match event {
            Event::BotSaid { started, heard_ms, .. } => (started.0, started.0 + heard_ms),
            _ => unreachable!(),
        })
        .collect();
    assert!(starts[1].0 >= starts[0].1, "{starts:?}");
}

#[test]
fn a_cough_during_the_disclosure_costs_nothing() {
    let mut world = World::new();
    world.give(Input::Received { media: Ok(()) });
    world.give(Input::Recorded);
    world.give(Input::Confirmed);
    world.run_for(400);
    world.voice(200, "", "");
    world.run_while_busy();
    assert_eq!(&world.prompts()[..2], ["disclosure", "greeting"]);
}

#[test]
fn words_over_the_announcement_of_a_handover_are_in_the_record() {
    let mut world = World::greeted();
    world.asks("I want to talk to a person", "", 500);
    world.voice(900, "my order is 55", "");
    world.run_while_busy();
    assert_eq!(world.caller_texts().last(), Some(&"my order is 55"));
    let (_, heard_ms, total_ms) = world.last_said("handover");
    assert_eq!(heard_ms, total_ms);
    assert!(world.recorded(|event| *event == Event::Announced { completed: true }));
}

#[test]
fn for_a_hum_the_bot_does_not_even_pause() {
    let mut world = World::rephrasing(900);
    world.give(Input::Hum);
    world.caller_says("Mhm.", "");
    assert_eq!(world.held_and_released(), (0, 0));
    assert_eq!(world.false_stops(), [("backchannel", 0)]);
}

#[test]
fn a_hum_that_becomes_a_word_stops_the_bot() {
    let mut world = World::rephrasing(900);
    world.give(Input::Hum);
    world.voice(900, "My parcel is late", "");
    world.run_for(60);
    assert_eq!(world.held_and_released(), (0, 0));
    world.give(Input::SpeechFirm);
    assert_eq!(world.held_and_released(), (1, 0));
    world.run_while_busy();
    assert_eq!(world.caller_texts().last(), Some(&"My parcel is late"));
}

#[test]
fn a_recogniser_that_is_slow_while_the_bot_is_held_is_covered() {
    let mut world = World::rephrasing(900);
    let started = world.now;
    world.give(Input::SpeechStarted { at: started });
    let last_voiced = started + Duration::from_millis(1_700);
    world.run_for(2_250);
    world.give(Input::SpeechEnded { started, last_voiced });
    world.agenda.retain(|_, input| !matches!(input, Input::Transcribed { .. }));
    world.run_for(4_000);
    assert!(world.prompts().contains(&"cover"), "{:?}", world.prompts());
}

#[test]
fn while_the_words_of_a_short_voice_are_awaited_too_long_the_bot_goes_on() {
    let mut world = World::rephrasing(900);
    let started = world.now;
    world.words = Some(("okay".into(), ""));
    world.give(Input::SpeechStarted { at: started });
    world.run_for(850);
    world.give(Input::SpeechEnded { started, last_voiced: started + Duration::from_millis(300) });
    let late: Vec<Input> =
        world.agenda.values().filter(|input| matches!(input, Input::Transcribed { .. })).cloned().collect();
    world.agenda.retain(|_, input| !matches!(input, Input::Transcribed { .. }));
    world.run_for(1_500);
    assert_eq!(world.held_and_released(), (1, 1));
    assert!(!world.prompts().contains(&"cover"), "{:?}", world.prompts());
    world.give(late[0].clone());
    world.run_while_busy();
    assert_eq!(world.false_stops(), [("backchannel", 2_050)]);
    let (_, heard_ms, total_ms) = world.last_said("rephrase");
    assert_eq!(heard_ms, total_ms);
}

#[test]
fn a_deaf_ear_is_started_anew_twice_and_then_a_person_is_fetched() {
    let mut world = World::greeted();
    for times in 1..=3 {
        world.give(Input::Unheard { for_ms: 6_000 });
        world.run_while_busy();
        let expected = Event::Deaf { stage: "ear".into(), for_ms: 6_000, times };
        assert!(world.recorded(|event| *event == expected));
        let restarts = world.done.iter().filter(|output| **output == Output::RestartHearing).count();
        assert_eq!(restarts, times as usize);
    }
    let said = world.prompts().iter().filter(|prompt| **prompt == "one-moment").count();
    assert_eq!(said, 2);
    assert!(world.did(|output| matches!(output, Output::Enqueue { .. })), "{:?}", world.prompts());
}

#[test]
fn a_recogniser_that_hears_no_words_in_long_speech_is_started_anew() {
    let mut world = World::greeted();
    world.voice(3_500, "", "");
    world.run_while_busy();
    assert!(!world.did(|output| *output == Output::RestartHearing));
    world.voice(3_500, "", "");
    world.run_while_busy();
    assert!(world.recorded(|event| matches!(event, Event::Deaf { stage, .. } if stage == "recogniser")));
    assert!(world.prompts().contains(&"one-moment"));
    world.caller_says("Where is my parcel?", "parcel_status");
    world.voice(3_500, "", "");
    world.run_while_busy();
    let times = world.events.iter().filter(|(_, event)| matches!(event, Event::Deaf { .. })).count();
    assert_eq!(times, 1, "words in between: hearing works");
}

#[test]
fn music_while_the_caller_holds_the_line_is_no_deafness() {
    let mut world = World::greeted();
    world.give(Input::CallerHeld);
    world.give(Input::Unheard { for_ms: 6_000 });
    assert!(!world.recorded(|event| matches!(event, Event::Deaf { .. })));
    world.give(Input::CallerResumed);
    world.give(Input::Unheard { for_ms: 6_000 });
    assert!(world.recorded(|event| matches!(event, Event::Deaf { .. })));
}

#[test]
fn with_every_voice_gone_the_caller_hears_a_chime_and_then_the_music_of_the_queue() {
    let mut world = World::greeted();
    let began = world.now;
    world.voice(900, "the weather on the moon", "");
    for _ in 0..200 {
        for (key, input) in std::mem::take(&mut world.agenda) {
            match input {
                Input::PlaybackDone { .. } => {}
                Input::PlaybackStarted { id, .. } => {
                    world.later(TTS_MS, Input::SpeechFailed { id, detail: "gone".into() });
                }
                other => world.at(key.0, other),
            }
        }
        world.step(true);
        if world.did(|output| matches!(output, Output::Enqueue { .. })) {
            break;
        }
    }
    assert!(world.did(|output| *output == Output::Chime));
    assert!(world.did(|output| *output == Output::StartMusic));
    assert!(world.now.since_ms(began) < 900 + 3_000, "{} ms", world.now.since_ms(began));
}

#[test]
fn a_voice_that_hangs_is_covered_by_the_chime_every_two_seconds_and_given_up() {
    let mut world = World::greeted();
    world.voice(900, "the weather on the moon", "");
    let ended = world.now + Duration::from_millis(900);
    let mut chimes = Vec::new();
    for _ in 0..60 {
        world.agenda.retain(|_, input| playback(input).is_none());
        world.mouth_free = At(0);
        world.done.clear();
        if !world.step(true) {
            break;
        }
        if world.did(|output| *output == Output::Chime) {
            chimes.push(world.now);
        }
        if world.did(|output| *output == Output::StartMusic) {
            chimes.push(world.now);
            break;
        }
    }
    assert!(chimes.len() >= 3, "{chimes:?}");
    assert!(chimes[0].since_ms(ended) <= 2_000, "{} ms after the caller", chimes[0].since_ms(ended));
    assert!(chimes.windows(2).all(|pair| pair[1].since_ms(pair[0]) <= 2_000), "{chimes:?}");
}
