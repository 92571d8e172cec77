//! Stories of callers who would rather have something else than wait: a text message, or a call on another number.

use super::*;
use crate::decide::ActionCall;

const NUMBER: &str = "+48601222333";

fn texts(bot: &mut Bot) {
    bot.policy.text_me = Some("text_send".into());
}

impl World {
    /// In the queue; may be rung back on Polish numbers. `own`: the caller's is shown, and can be rung.
    fn queued_with_numbers(own: bool) -> World {
        let mut world = World::new();
        let dialog = world.call.dialog.clone();
        let dialog = if own { dialog } else { dialog.called_from("anonymous") };
        world.call.dialog = dialog.may_give_numbers(vec!["+48".into()], own);
        if !own {
            world.call.facts.callback = None;
        }
        let mut world = world.greets();
        world.caller_says("I want to talk to a person", "");
        assert!(world.did(|output| matches!(output, Output::Enqueue { .. })));
        world
    }

    pub(super) fn texting() -> World {
        let mut world = World::queued_with(texts);
        world.action = Some((2_500, Err("no gateway".into())));
        world.give(Input::Key { digit: '4' });
        world.run_for(500);
        world
    }

    pub(super) fn asked_for_number() -> World {
        let mut world = World::queued_with_numbers(true);
        world.caller_says("please call me back on another number", "");
        world
    }

    fn texts(&self) -> Vec<&ActionCall> {
        let runs = self.done.iter().filter_map(|output| match output {
            Output::RunAction { action, .. } => Some(action),
            _ => None,
        });
        runs.collect()
    }

    fn types(&mut self, keys: &str) {
        keys.chars().for_each(|digit| self.give(Input::Key { digit }));
        self.run_while_busy();
    }

    /// The numbers that were to be rung back, none for the caller's own.
    fn promises(&self) -> Vec<Option<&str>> {
        let kept = self.done.iter().filter_map(|output| match output {
            Output::KeepCallback { number, .. } => Some(number.as_deref()),
            _ => None,
        });
        kept.collect()
    }
}

#[test]
fn a_text_message_goes_to_the_number_that_calls_and_says_what_it_is_about() {
    let mut world = World::queued_with(texts);
    world.give(Input::Key { digit: '4' });
    world.run_for(15_000);
    let [text] = world.texts()[..] else { panic!("{:?}", world.done) };
    let body = text.body.clone().unwrap();
    assert_eq!(
        (text.name.as_str(), &body["to"], &body["queue"]),
        ("text_send", &json!("+48600100200"), &json!("general"))
    );
    assert!(body["summary"].as_str().unwrap().contains("person"), "{body}");
    assert_eq!(body["language"], "en");
    assert!(world.recorded(|event| matches!(event, Event::TextSent { .. })));
    assert_eq!(world.prompts().last(), Some(&"text-sent"));
    assert_eq!(world.last_outcome(), Some(&Outcome::TextSent));
}

#[test]
fn a_text_message_that_cannot_be_sent_is_told_and_the_place_and_the_other_choices_remain() {
    let mut world = World::queued_with(texts);
    world.action = Some((3_000, Err("no gateway".into())));
    world.caller_says("just send me a text message", "");
    world.run_for(10_000);
    assert!(world.prompts().contains(&"text-failed"), "{:?}", world.prompts());
    assert!(!world.recorded(|event| matches!(event, Event::TextSent { .. })));
    assert!(world.longest_silence() <= 2_000, "{}", world.longest_silence());
    world.reserve("anna");
    world.give(Input::AgentAnswered);
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "anna".into() }));
}

#[test]
fn after_the_queue_a_failed_text_message_leaves_the_other_choices() {
    let mut world = World::queued_with(texts);
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    assert!(world.prompts().contains(&"offer-text"));
    world.action = Some((3_000, Err("no gateway".into())));
    world.give(Input::Key { digit: '4' });
    world.run_while_busy();
    let prompts = world.prompts();
    assert!(prompts.ends_with(&["text-failed", "try-again-callback"]), "{prompts:?}");
    assert!(world.longest_silence() <= 2_000, "{}", world.longest_silence());
}

#[test]
fn a_caller_may_be_rung_back_on_another_number_which_is_read_back_and_keeps_the_place() {
    let mut world = World::queued_with_numbers(true);
    let since = world.when(|event| matches!(event, Event::Queued { .. }));
    world.run_for(20_000);
    world.caller_says("please call me back on another number", "");
    assert_eq!(world.prompts().last(), Some(&"number-ask"));
    world.types("601222333#");
    assert_eq!(world.prompts().last(), Some(&"number-confirm"));
    world.caller_says("yes", "");
    world.run_for(15_000);
    assert_eq!(world.promises(), [Some(NUMBER)]);
    let kept = world.done.iter().find_map(|output| match output {
        Output::KeepCallback { since, .. } => Some(*since),
        _ => None,
    });
    assert_eq!(kept, Some(since));
    assert!(world.recorded(|event| *event == Event::CallbackPromised { number: NUMBER.into() }));
    assert_eq!(world.prompts().last(), Some(&"callback-promised-elsewhere"));
    let decisions = world.events.iter().filter(|(_, event)| matches!(event, Event::Escalated { .. })).count();
    assert_eq!(decisions, 1, "one handover");
}

#[test]
fn a_hidden_number_is_asked_for_one() {
    let mut world = World::queued_with_numbers(false);
    world.give(Input::Key { digit: '1' });
    world.run_while_busy();
    assert_eq!(world.prompts().last(), Some(&"number-ask"));
    world.caller_says("it is +48 601 222 333", "");
    assert_eq!(world.prompts().last(), Some(&"number-confirm"));
    world.types("1");
    world.run_for(15_000);
    assert_eq!(world.promises(), [Some(NUMBER)]);
    assert_eq!(world.last_outcome(), Some(&Outcome::CallbackPromised));
}

#[test]
fn a_number_where_calls_may_not_go_is_refused_and_three_tries_bring_the_choices_back() {
    let mut world = World::queued_with_numbers(true);
    world.caller_says("please call me back on another number", "");
    for _ in 0..3 {
        world.types("+447700900123".trim_start_matches('+'));
        world.types("#");
        world.run_while_busy();
    }
    let prompts = world.prompts();
    assert!(prompts.contains(&"number-not-allowed") || prompts.contains(&"unclear"), "{prompts:?}");
    assert_eq!(prompts.last(), Some(&"try-again-callback"), "{prompts:?}");
    assert!(world.promises().is_empty());
    // Waiting on keeps the place.
    world.run_while_busy();
    world.caller_says("yes", "");
    let waits: Vec<At> = world
        .done
        .iter()
        .filter_map(|output| match output {
            Output::Enqueue { call } => Some(call.since),
            _ => None,
        })
        .collect();
    assert!(waits.len() == 2 && waits[0] == waits[1], "{waits:?}");
}

#[test]
fn a_number_that_was_misheard_is_asked_for_again() {
    let mut world = World::queued_with_numbers(true);
    world.caller_says("call me back on another number", "");
    world.types("601222444#");
    world.caller_says("no", "");
    let prompts = world.prompts();
    assert!(prompts.ends_with(&["sorry-wrong", "number-ask"]), "{prompts:?}");
    world.types("601222333#");
    world.caller_says("yes", "");
    world.run_for(15_000);
    assert_eq!(world.promises(), [Some(NUMBER)]);
}
