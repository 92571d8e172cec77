//! Stories of the queue and of what comes after it, in virtual time.

use super::*;
use crate::desk::notice::{AgentCommand, TransferTo};

impl World {
    fn times_queued(&self) -> usize {
        self.done.iter().filter(|output| matches!(output, Output::Enqueue { .. })).count()
    }
}

#[test]
fn the_announcement_is_heard_to_its_last_syllable_before_the_queue() {
    let world = World::queued();
    let announced = world.bot_said().into_iter().next_back().cloned().expect("announced");
    let Event::BotSaid { started, heard_ms, total_ms, prompt, .. } = announced else { unreachable!() };
    assert!(prompt.starts_with("handover"), "{prompt}");
    assert_eq!(heard_ms, total_ms);
    assert!(world.when(|event| matches!(event, Event::Queued { .. })).0 >= started.0 + total_ms);
    let music = world.done.iter().position(|output| *output == Output::StartMusic);
    let queue = world.done.iter().position(|output| matches!(output, Output::Enqueue { .. }));
    assert!(music < queue);
}

#[test]
fn a_busy_agent_is_followed_by_the_next_one() {
    let mut world = World::queued();
    world.reserve("anna");
    world.give(Input::AgentRejected { code: 486 });
    assert!(world.did(|output| matches!(
        output,
        Output::Report { report: DeskReport::Refused { refusal: AgentRefusal::Busy, .. } }
    )));
    world.reserve("ben");
    world.give(Input::AgentRinging);
    world.give(Input::AgentAnswered);
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "ben".into() }));
    assert!(world.did(|output| *output == Output::Bridge));
}

#[test]
fn a_phone_that_rings_too_long_is_released() {
    let mut world = World::queued();
    world.reserve("anna");
    world.give(Input::AgentRinging);
    world.run_for(21_000);
    assert!(world.did(|output| *output == Output::ReleaseAgent));
    let refusal = AgentRefusal::NoAnswer;
    assert!(world.recorded(|event| *event == Event::AgentRefused { agent: "anna".into(), refusal }));
}

#[test]
fn with_nobody_there_the_caller_is_told_so_and_stays_with_the_bot() {
    let mut world = World::queued();
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    assert!(!world.call.ended());
    assert!(world.did(|output| *output == Output::StopMusic));
    assert!(world.recorded(|event| *event == Event::ReturnedToBot { why: "nobody_available".into() }));
    let last = world.bot_said().into_iter().next_back().cloned();
    assert!(matches!(last, Some(Event::BotSaid { heard_ms, .. }) if heard_ms > 0));
}

#[test]
fn an_agent_who_hangs_up_does_not_drop_the_caller() {
    let mut world = World::queued();
    world.reserve("anna");
    world.give(Input::AgentAnswered);
    world.give(Input::AgentHungUp { reason: "BYE".into() });
    world.run_while_busy();
    assert!(!world.call.ended());
    assert!(world.recorded(|event| *event == Event::ReturnedToBot { why: "agent_left".into() }));
    world.give(Input::CallerHungUp { reason: "BYE".into() });
    assert_eq!(world.last_outcome(), Some(&Outcome::HandedOver));
}

#[test]
fn an_agent_who_answers_after_being_withdrawn_is_let_go() {
    let mut world = World::queued();
    world.reserve("anna");
    let refusal = AgentRefusal::Declined;
    world.give(Input::Desk(DeskNotice::Withdrawn { agent: "anna".into(), refusal }));
    let before = world.done.len();
    world.give(Input::AgentAnswered);
    assert!(world.done[before..].contains(&Output::ReleaseAgent));
    assert!(!world.recorded(|event| matches!(event, Event::Bridged { .. })));
}

#[test]
fn a_caller_who_hangs_up_in_the_queue_ends_the_call_once() {
    let mut world = World::queued();
    world.reserve("anna");
    world.give(Input::CallerHungUp { reason: "BYE".into() });
    world.give(Input::AgentAnswered);
    world.give(Input::CallerHungUp { reason: "BYE".into() });
    let ends = world.events.iter().filter(|(_, event)| matches!(event, Event::CallEnded { .. })).count();
    assert_eq!(ends, 1);
    assert_eq!(world.last_outcome(), Some(&Outcome::Abandoned));
}

#[test]
fn a_waiting_caller_hears_the_place_then_the_choices_and_music_between() {
    let mut world = World::queued();
    world.give(Input::Desk(DeskNotice::Position { place: 2, wait: Some(Duration::from_secs(170)) }));
    let from = world.done.len();
    world.run_for(90_000);
    let prompts = world.prompts();
    let said: Vec<&str> = prompts.into_iter().filter(|prompt| prompt.starts_with("wait-")).collect();
    assert_eq!(said, ["wait-place", "wait-minutes", "wait-still", "wait-choices-callback", "wait-still"]);
    let minutes = world
        .bot_said()
        .into_iter()
        .any(|event| matches!(event, Event::BotSaid { text, .. } if text.contains("3 minutes")));
    assert!(minutes, "{:?}", world.bot_said());
    let music = |output: &&Output| matches!(output, Output::StartMusic | Output::StopMusic);
    let turns: Vec<&Output> = world.done[from..].iter().filter(music).collect();
    assert_eq!(
        turns.chunks(2).map(<[_]>::len).sum::<usize>(),
        6,
        "each time it stops it begins again: {turns:?}"
    );
    assert!(turns.chunks(2).all(|pair| *pair[0] == Output::StopMusic && *pair[1] == Output::StartMusic));
}

#[test]
fn a_callback_is_promised_once_it_is_kept_and_the_promise_is_heard_to_its_end() {
    let mut world = World::queued();
    world.caller_says("Could you call me back, please?", "");
    world.run_for(10_000);
    assert!(world.did(|output| matches!(output, Output::KeepCallback { .. })));
    let promised = world.when(|event| matches!(event, Event::CallbackPromised { .. }));
    let said = world.bot_said().into_iter().next_back().cloned();
    let Some(Event::BotSaid { prompt, started, heard_ms, total_ms, .. }) = said else { panic!("{said:?}") };
    assert!(prompt == "callback-promised" && started >= promised && heard_ms == total_ms);
    assert_eq!(world.last_outcome(), Some(&Outcome::CallbackPromised));
}

#[test]
fn what_cannot_be_kept_is_not_promised_and_the_place_stays() {
    let mut world = World::queued();
    world.store_works = false;
    world.give(Input::Key { digit: '1' });
    world.run_for(15_000);
    assert!(world.prompts().contains(&"callback-failed"));
    assert!(!world.did(|output| matches!(output, Output::Report { report: DeskReport::Left })));
    world.reserve("anna");
    world.give(Input::AgentAnswered);
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "anna".into() }));
}

#[test]
fn a_caller_who_changes_their_mind_is_with_the_bot_again() {
    let mut world = World::queued();
    world.reserve("anna");
    world.caller_says("Never mind, I'll go on with you.", "");
    assert!(world.did(|output| *output == Output::ReleaseAgent));
    assert!(world.recorded(|event| *event == Event::ReturnedToBot { why: "changed_mind".into() }));
    world.caller_says("When are you open?", "opening_hours");
    assert!(world.prompts().iter().any(|prompt| prompt.starts_with("hours")), "{:?}", world.prompts());
}

#[test]
fn nobody_there_is_said_and_who_wants_to_wait_is_not_told_so_again() {
    let mut world = World::queued();
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    world.caller_says("yes", "");
    let patient = world.done.iter().rev().find_map(|output| match output {
        Output::Enqueue { call } => Some(call.patient),
        _ => None,
    });
    assert_eq!(patient, Some(true));
}

#[test]
fn no_thank_you_after_the_queue_is_no_goodbye_until_the_caller_has_been_asked() {
    let mut world = World::queued();
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    world.caller_says("no, thank you", "");
    assert!(!world.call.ended());
    assert_eq!(world.prompts().last(), Some(&"anything-else"));
    world.caller_says("no, thank you", "");
    assert!(world.call.ended());
}

#[test]
fn who_is_rung_back_because_nobody_is_there_takes_no_place_that_could_make_a_phone_ring() {
    let mut world = World::queued();
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    world.caller_says("just call me back", "");
    world.run_for(10_000);
    assert_eq!(world.last_outcome(), Some(&Outcome::CallbackPromised));
    assert_eq!(world.times_queued(), 1, "the first time");
}

#[test]
fn who_cannot_be_rung_back_by_day_waits_instead() {
    let mut world = World::queued();
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    world.store_works = false;
    world.caller_says("just call me back", "");
    world.run_for(10_000);
    assert!(world.prompts().contains(&"callback-failed"), "{:?}", world.prompts());
    assert_eq!(world.times_queued(), 2);
    world.reserve("anna");
    world.give(Input::AgentAnswered);
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "anna".into() }));
}

#[test]
fn voicemail_presses_no_key_and_is_no_person() {
    let mut world = World::queued_with(|bot| bot.policy.accept_by_key = true);
    world.reserve("voicemail");
    world.give(Input::AgentAnswered);
    world.run_for(21_000);
    let refusal = AgentRefusal::NoAnswer;
    assert!(world.recorded(|event| *event == Event::AgentRefused { agent: "voicemail".into(), refusal }));
    world.reserve("anna");
    world.give(Input::AgentAnswered);
    world.give(Input::AgentKey { digit: '5' });
    assert!(!world.recorded(|event| matches!(event, Event::Bridged { .. })));
    world.give(Input::AgentKey { digit: '1' });
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "anna".into() }));
}

#[test]
fn an_agent_who_hangs_up_while_asking_leaves_the_caller_to_the_colleague() {
    let mut world = World::consulting();
    world.give(Input::AgentHungUp { reason: "BYE".into() });
    assert!(world.did(|output| *output == Output::PromoteSecond));
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "ben".into() }));
    world.give(Input::AgentHungUp { reason: "BYE".into() });
    assert!(world.recorded(|event| *event == Event::ReturnedToBot { why: "agent_left".into() }));
}

#[test]
fn a_colleague_who_is_busy_brings_agent_and_caller_together_again() {
    let mut world = World::asking();
    let from = world.done.len();
    world.give(Input::Second(SecondLeg::Rejected { code: 486 }));
    assert!(world.done[from..].contains(&Output::StopMusic) && world.done[from..].contains(&Output::Bridge));
    world.commands(AgentCommand::Hold);
    world.commands(AgentCommand::Retrieve);
    assert!(world.recorded(|event| *event == Event::HoldEnded));
}

#[test]
fn a_blind_transfer_tells_the_caller_and_asks_the_one_who_is_meant() {
    let mut world = World::bridged();
    let to = TransferTo::Agent("ben".into());
    world.commands(AgentCommand::Transfer { to, note: "knows the parcel".into() });
    world.run_for(5_000);
    assert!(world.prompts().contains(&"transferring"));
    let meant = world.done.iter().rev().find_map(|output| match output {
        Output::Enqueue { call } => call.only.clone(),
        _ => None,
    });
    assert_eq!(meant.as_deref(), Some("ben"));
}

#[test]
fn the_bot_goes_on_when_an_agent_gives_the_caller_back() {
    let mut world = World::bridged();
    world.commands(AgentCommand::BackToBot { note: "form is on its way".into() });
    world.run_while_busy();
    let note = "form is on its way".to_owned();
    assert!(world.recorded(|event| *event == Event::GivenBack { by: "anna".into(), note: note.clone() }));
    assert!(world.prompts().contains(&"agent-done"));
    world.caller_says("No, that is all, thank you.", "");
    assert!(world.call.ended());
    assert_eq!(world.last_outcome(), Some(&Outcome::HandedOver));
}

#[test]
fn who_is_rung_back_hears_the_machine_first_and_then_the_phone_of_the_agent_rings() {
    let mut world = World::ringing_back();
    world.give(Input::CallerAnswered);
    world.run_while_busy();
    assert_eq!(world.prompts()[..2], ["disclosure", "callback-hello"]);
    let invited =
        world.done.iter().any(|output| matches!(output, Output::InviteAgent { agent } if agent.id == "anna"));
    assert!(invited);
    world.give(Input::AgentAnswered);
    assert!(world.recorded(|event| *event == Event::Bridged { agent: "anna".into() }));
}

#[test]
fn a_voice_that_hangs_is_waited_for_once_however_much_was_to_be_said() {
    let mut world = World::queued();
    world.run_for(30_000);
    world.voice = faults::Voice::Hangs;
    world.run_for(20_000);
    assert!(world.did(|output| matches!(output, Output::StopSaying { .. })), "choices were due");
    assert!(world.longest_silence() <= 2_000, "{}", world.longest_silence());
    let mut world = World::ringing_back();
    world.voice = faults::Voice::Hangs;
    world.give(Input::CallerAnswered);
    world.run_for(5_000);
    assert!(world.longest_silence() <= 2_000, "{}", world.longest_silence());
    assert!(world.did(|output| matches!(output, Output::InviteAgent { .. })));
}

#[test]
fn a_promise_that_is_talked_over_is_heard_all_the_same() {
    let mut world = World::queued();
    world.give(Input::Key { digit: '1' });
    world.run_for(1_000);
    world.caller_says("thank you very much", "");
    world.run_for(10_000);
    let said = world.bot_said().into_iter().next_back().cloned();
    assert!(
        matches!(said, Some(Event::BotSaid { heard_ms, total_ms, .. }) if heard_ms == total_ms),
        "{said:?}"
    );
}
