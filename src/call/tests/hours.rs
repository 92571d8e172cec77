//! Stories of callers who want a person when none is there.

use super::*;
use crate::decide::hours::{Hours, OpenSpan};
use jiff::civil::time;
use jiff::tz::TimeZone;

/// The world's clock shows Thursday, 1970-01-01 01:16 in Warsaw; people come at eight.
const EIGHT: At = At(7 * 3_600_000);

fn office_hours(bot: &mut Bot) {
    let span = OpenSpan { days: [true; 7], from: time(8, 0, 0, 0), to: time(18, 0, 0, 0) };
    let zone = TimeZone::get("Europe/Warsaw").unwrap();
    bot.policy.hours = Some(Hours { zone, spans: vec![span], holidays: None, closed: Default::default() });
}

pub(super) fn at_night() -> World {
    let mut world = World::with(office_hours).greets();
    world.caller_says("I want to talk to a person", "");
    world
}

#[test]
fn a_caller_at_night_is_told_when_people_are_there_and_is_rung_back_then() {
    let mut world = at_night();
    assert!(!world.did(|output| matches!(output, Output::Enqueue { .. })), "nobody to wait for");
    assert!(world.recorded(|event| matches!(event, Event::Escalated { .. })), "the wish is on record");
    assert!(world.recorded(|event| *event == Event::ReturnedToBot { why: "closed".into() }));
    let said = world.bot_said();
    let Event::BotSaid { text, .. } = said[said.len() - 2] else { unreachable!() };
    assert!(text.contains("today at 8:00"), "{text}");
    world.caller_says("yes please", "");
    let promised = world.call.callback(crate::record::CallId("later".into()), world.now, world.now);
    assert_eq!(promised.expect("rung back").not_before, EIGHT);
    assert_eq!(world.last_outcome(), Some(&Outcome::CallbackPromised));
    assert_eq!(world.prompts().last(), Some(&"callback-promised-later"));
    let waited = |output: &Output| matches!(output, Output::Enqueue { .. } | Output::StartMusic);
    assert!(!world.did(waited), "no phone may ring for a promise: {:?}", world.done);
    assert!(!world.recorded(|event| matches!(event, Event::Queued { .. })));
}

#[test]
fn a_caller_at_night_may_go_on_with_the_bot() {
    let mut world = at_night();
    world.caller_says("no", "");
    assert!(!world.call.ended());
    assert_eq!(world.prompts().last(), Some(&"how-else"));
    world.caller_says("Where is my parcel?", "parcel_status");
    assert!(world.recorded(|event| matches!(event, Event::Understood { topic: Some(_), .. })));
}

#[test]
fn a_promise_that_cannot_be_kept_is_not_made_at_night() {
    let mut world = at_night();
    world.store_works = false;
    world.caller_says("yes", "");
    assert!(!world.call.ended());
    assert!(world.prompts().contains(&"callback-impossible"), "{:?}", world.prompts());
    assert!(world.recorded(|event| *event == Event::ReturnedToBot { why: "callback_failed".into() }));
}

#[test]
fn by_day_the_same_caller_waits_for_a_person() {
    let mut world = World::with(office_hours);
    world.now = At(EIGHT.0 + 60_000);
    let mut world = world.greets();
    world.caller_says("I want to talk to a person", "");
    assert!(world.did(|output| matches!(output, Output::Enqueue { .. })));
}

#[test]
fn who_waits_on_when_people_have_gone_is_told_so_and_not_promised_what_was_not_asked() {
    let mut world = World::with(office_hours);
    // A minute before six.
    world.now = At(17 * 3_600_000 - 60_000);
    let mut world = world.greets();
    world.caller_says("I want to talk to a person", "");
    world.run_for(70_000);
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    world.caller_says("yes", "");
    assert!(world.prompts().contains(&"people-closed"), "{:?}", world.prompts());
    assert!(!world.did(|output| matches!(output, Output::KeepCallback { .. })));
    world.caller_says("yes", "");
    assert_eq!(world.prompts().last(), Some(&"callback-promised-later"));
}

#[test]
fn a_caller_at_night_may_leave_a_message_and_where_none_can_be_rung_back_yes_means_that() {
    let takes_messages = |bot: &mut Bot| {
        office_hours(bot);
        bot.policy.voicemail = true;
    };
    let mut world = World::with(takes_messages).greets();
    world.caller_says("I want to talk to a person", "");
    let prompts = world.prompts();
    assert!(prompts.ends_with(&["people-closed", "offer-message", "closed-callback"]), "{prompts:?}");
    world.give(Input::Key { digit: '3' });
    world.run_while_busy();
    assert_eq!(world.prompts().last(), Some(&"message-invite"));

    let mut world = World::with(takes_messages);
    world.call.dialog = world.call.dialog.clone().can_be_called_back(false);
    let mut world = world.greets();
    world.caller_says("I want to talk to a person", "");
    assert_eq!(world.prompts().last(), Some(&"closed-message"));
    world.caller_says("yes please", "");
    assert_eq!(world.prompts().last(), Some(&"message-invite"));
    assert!(!world.did(|output| matches!(output, Output::Enqueue { .. })));
}
