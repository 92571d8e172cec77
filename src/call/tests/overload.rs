//! Stories of a node that is short of time, as one caller lives through it.

use super::*;

impl World {
    /// A short sentence up to its first silence, which the recogniser is asked to bet on; the answer, if
    /// there is one, comes after 300 ms.
    fn pauses(&mut self, recogniser_works: bool) -> At {
        let started = self.now;
        self.words = Some(("Where is my parcel?".into(), "parcel_status"));
        self.give(Input::SpeechStarted { at: started });
        self.recogniser_works = recogniser_works;
        self.give(Input::PossibleEnd { last_voiced: started });
        self.recogniser_works = true;
        started
    }

    fn engines_failed(&self) -> bool {
        self.recorded(|event| matches!(event, Event::EngineFailed { .. }))
    }

    fn turns_heard(&self) -> usize {
        self.events.iter().filter(|(_, event)| matches!(event, Event::CallerSaid { .. })).count()
    }

    /// Answered while the node is at its limit.
    fn turned_to_people() -> World {
        let mut world = World::new();
        world.call = world.call.straight_to_people();
        world.give(Input::Received { media: Ok(()) });
        world.give(Input::Recorded);
        world.give(Input::Confirmed);
        world.run_while_busy();
        world
    }
}

#[test]
fn a_bet_for_which_the_recogniser_had_no_time_costs_the_caller_nothing() {
    let mut world = World::greeted();
    let started = world.pauses(false);
    world.run_for(END_SILENCE_MS);
    world.give(Input::SpeechEnded { started, last_voiced: started });
    world.run_while_busy();
    assert_eq!((world.turns_heard(), world.engines_failed()), (1, false), "{:?}", world.events);
}

#[test]
fn a_bet_that_is_lost_after_the_turn_was_over_is_asked_for_again() {
    let mut world = World::greeted();
    let started = world.pauses(false);
    world.run_for(DECODE_MS - 50);
    world.give(Input::SpeechEnded { started, last_voiced: started });
    world.run_while_busy();
    assert_eq!((world.turns_heard(), world.engines_failed()), (1, false), "{:?}", world.events);
}

#[test]
fn a_recogniser_that_stalls_is_covered_then_apologised_for_and_its_late_words_are_not_acted_upon() {
    let mut world = World::greeted();
    let started = world.pauses(true);
    let asked = |input: &Input| matches!(input, Input::Transcribed { .. });
    let (_, late) = world.agenda.extract_if(.., |_, input| asked(input)).next().expect("a bet");
    world.run_for(END_SILENCE_MS);
    world.give(Input::SpeechEnded { started, last_voiced: started });
    world.run_for(5_000);
    assert!(world.prompts().contains(&"cover"), "{:?}", world.prompts());
    assert!(!world.engines_failed());
    world.run_for(1_500);
    assert!(world.engines_failed());
    world.run_while_busy();
    assert!(world.prompts().contains(&"engine-apology"), "{:?}", world.prompts());
    world.give(late);
    world.run_for(2_000);
    assert_eq!(world.turns_heard(), 0);
    world.caller_says("Where is my parcel?", "parcel_status");
    assert_eq!(world.turns_heard(), 1, "the next turn is heard as ever");
}

#[test]
fn a_caller_for_whom_the_node_has_no_time_is_told_so_and_queued_without_recognition() {
    let world = World::turned_to_people();
    assert_eq!(world.prompts(), ["disclosure", "node-busy"]);
    assert!(world.did(|output| matches!(output, Output::Enqueue { .. })), "{:?}", world.done);
    assert!(!world.did(|output| matches!(output, Output::Decode { .. } | Output::Understand { .. })));
    let overload = |event: &Event| matches!(event, Event::Escalated { signals, .. } if signals.iter().any(|signal| signal.kind == "overload"));
    assert!(world.recorded(overload), "{:?}", world.events);
}

#[test]
fn when_no_person_comes_either_the_bot_takes_the_caller_as_any_other() {
    let mut world = World::turned_to_people();
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    assert!(world.recorded(|event| matches!(event, Event::ReturnedToBot { .. })));
    world.caller_says("Where is my parcel?", "parcel_status");
    assert_eq!(world.turns_heard(), 1, "{:?}", world.prompts());
    assert!(!world.call.ended());
}
