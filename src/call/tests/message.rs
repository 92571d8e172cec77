//! Stories of callers who leave a message.

use super::*;

impl World {
    /// In the queue of a bot that takes messages, and asked for one by key.
    pub(super) fn invited_to_speak() -> World {
        let mut world = World::queued_with(|bot| bot.policy.voicemail = true);
        world.give(Input::Key { digit: '3' });
        world
    }

    /// After the tone, and speaking.
    pub(super) fn leaving_message() -> World {
        let mut world = World::invited_to_speak();
        world.run_while_busy();
        assert!(world.did(|output| *output == Output::RecordMessage), "{:?}", world.prompts());
        world.run_for(1_000);
        world.give(Input::SpeechStarted { at: world.now });
        world.run_for(3_000);
        world
    }

    fn falls_silent(&mut self) {
        let (started, last_voiced) = (self.now, self.now);
        self.later(END_SILENCE_MS, Input::SpeechEnded { started, last_voiced });
    }

    fn kept(&self) -> bool {
        self.recorded(|event| matches!(event, Event::MessageLeft { .. }))
    }
}

fn position(world: &World, what: impl Fn(&Output) -> bool) -> usize {
    world.done.iter().position(what).expect("done")
}

#[test]
fn a_message_is_announced_to_its_end_then_recorded_after_a_tone_and_thanked_for_once_it_is_kept() {
    let mut world = World::leaving_message();
    let left = position(&world, |output| matches!(output, Output::Report { report: DeskReport::Left }));
    let invited = position(&world, |output| {
        matches!(output, Output::Record(Event::BotSaid { prompt, heard_ms, total_ms, .. })
            if prompt == "message-invite" && heard_ms == total_ms)
    });
    let tone = position(&world, |output| *output == Output::Chime);
    let tape = position(&world, |output| *output == Output::RecordMessage);
    assert!(left < invited && invited < tone && tone < tape);
    let silent_from = world.now;
    world.falls_silent();
    world.run_for(10_000);
    let ended = world.when(|event| matches!(event, Event::MessageLeft { .. }));
    // Four seconds of silence, and ten ms for disk and store.
    assert_eq!(ended.since_ms(silent_from), 4_000 + 10);
    assert_eq!(world.prompts().last(), Some(&"message-kept"));
    assert_eq!(world.last_outcome(), Some(&Outcome::MessageLeft));
}

#[test]
fn who_hangs_up_in_the_middle_has_left_what_was_said() {
    let mut world = World::leaving_message();
    world.give(Input::CallerHungUp { reason: "BYE".into() });
    assert!(!world.call.ended(), "kept first");
    world.run_for(100);
    assert!(world.kept());
    assert_eq!(world.last_outcome(), Some(&Outcome::MessageLeft));
    assert!(!world.prompts().contains(&"message-kept"), "nobody hears it");
}

#[test]
fn who_hangs_up_before_a_word_or_before_the_tone_has_left_nothing() {
    for mut world in [World::invited_to_speak(), {
        let mut world = World::invited_to_speak();
        world.run_while_busy();
        world
    }] {
        world.give(Input::CallerHungUp { reason: "BYE".into() });
        assert!(world.call.ended() && !world.did(|output| matches!(output, Output::KeepMessage { .. })));
        assert_eq!(world.last_outcome(), Some(&Outcome::Abandoned));
    }
}

#[test]
fn a_message_ends_by_its_key_and_at_its_longest() {
    let mut world = World::leaving_message();
    world.give(Input::Key { digit: '5' });
    world.give(Input::Key { digit: '#' });
    world.run_for(100);
    assert!(world.kept());
    let mut world = World::leaving_message();
    world.run_for(115_000);
    assert!(!world.kept(), "somebody who speaks is not cut short");
    world.run_for(2_000);
    assert!(world.kept());
}

#[test]
fn a_pause_within_a_message_does_not_end_it() {
    let mut world = World::leaving_message();
    world.falls_silent();
    world.run_for(3_000);
    world.give(Input::SpeechStarted { at: world.now });
    world.run_for(5_000);
    assert!(!world.kept());
}

#[test]
fn who_says_nothing_is_asked_what_they_want_instead() {
    let mut world = World::invited_to_speak();
    world.run_while_busy();
    world.run_for(9_000);
    assert!(world.did(|output| *output == Output::DropMessage));
    world.run_for(5_000);
    let prompts = world.prompts();
    assert!(prompts.contains(&"message-empty") && prompts.contains(&"offer-message"), "{prompts:?}");
    world.run_while_busy();
    world.caller_says("call me back please", "");
    world.run_for(10_000);
    assert_eq!(world.last_outcome(), Some(&Outcome::CallbackPromised));
}

#[test]
fn a_message_that_cannot_be_kept_is_said_to_be_lost_and_a_call_back_is_offered() {
    let mut world = World::leaving_message();
    world.store_works = false;
    world.give(Input::Key { digit: '#' });
    world.run_while_busy();
    assert!(world.recorded(|event| matches!(event, Event::MessageLost { .. })));
    let prompts = world.prompts();
    assert!(prompts.contains(&"message-failed") && !prompts.contains(&"message-kept"), "{prompts:?}");
    assert_eq!(prompts.last(), Some(&"try-again-callback"));
    assert!(!prompts.contains(&"offer-message"), "not again what has just failed");
}

#[test]
fn nobody_is_recorded_who_was_not_told_so() {
    for voice in [faults::Voice::Fails, faults::Voice::Hangs] {
        let mut world = World::queued_with(|bot| bot.policy.voicemail = true);
        world.voice = voice;
        world.give(Input::Key { digit: '3' });
        world.run_for(20_000);
        assert!(!world.did(|output| *output == Output::RecordMessage), "{voice:?}");
    }
}

#[test]
fn a_voice_that_the_ear_does_not_hear_as_speech_is_kept_too() {
    let mut world = World::invited_to_speak();
    world.run_while_busy();
    world.run_for(6_000);
    world.give(Input::Unheard { for_ms: 6_000 });
    world.run_for(9_000);
    assert!(world.kept());
}

#[test]
fn a_message_is_asked_for_in_words_too_but_only_where_the_policy_takes_them() {
    let mut world = World::queued_with(|bot| bot.policy.voicemail = true);
    world.caller_says("can I leave a message", "");
    world.run_while_busy();
    assert!(world.prompts().contains(&"message-invite"));
    let mut world = World::queued();
    world.caller_says("can I leave a message", "");
    world.give(Input::Key { digit: '3' });
    world.run_for(70_000);
    let prompts = world.prompts();
    assert!(
        !prompts.contains(&"message-invite") && !prompts.contains(&"wait-choices-message"),
        "{prompts:?}"
    );
    assert!(prompts.contains(&"wait-choices-callback"));
}

#[test]
fn a_waiting_caller_hears_that_a_message_may_be_left() {
    let mut world = World::queued_with(|bot| bot.policy.voicemail = true);
    world.run_for(60_000);
    assert!(world.prompts().contains(&"wait-choices-message"));
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    assert!(world.prompts().contains(&"offer-message"));
    world.give(Input::Key { digit: '3' });
    world.run_while_busy();
    assert!(world.prompts().contains(&"message-invite"));
}

#[test]
fn a_phone_that_rings_is_better_than_a_message() {
    let mut world = World::queued_with(|bot| bot.policy.voicemail = true);
    world.reserve("anna");
    world.give(Input::Key { digit: '3' });
    world.give(Input::AgentAnswered);
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "anna".into() }));
}
