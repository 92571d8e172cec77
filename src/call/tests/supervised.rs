//! A person has a hand in the bot's call: lines, facts, replies that are read first, taking over.

use super::*;
use crate::decide::bot::Otherwise;
use crate::desk::notice::{AgentCommand, Rings, Rule, Supervision};
use crate::desk::table::Person;
use crate::record::event::{Ruling, ValueSource};

fn ewa() -> Person {
    Person { id: "ewa".into(), name: "Ewa".into() }
}

/// Whatever may come from the wall, at whatever time.
pub(super) fn any_hand() -> impl proptest::strategy::Strategy<Value = Input> {
    use proptest::prelude::*;
    let (id, name) = ("anna".to_owned(), "Anna".to_owned());
    let agent = AgentRef { id, name, rings: Rings::Phone(String::new()) };
    let rule = |rule| Supervision::Rule { id: 1, by: ewa(), rule };
    let hand = prop_oneof![
        Just(Supervision::Steer { by: "ewa".into(), text: "hello".into() }),
        Just(Supervision::Fact { by: "ewa".into(), slot: "parcel_number".into(), value: "12345678".into() }),
        Just(rule(Rule::Approve)),
        Just(rule(Rule::Edit { text: "soon".into() })),
        Just(rule(Rule::Deny { reason: String::new() })),
        Just(Supervision::NobodyLooksOn),
        Just(Supervision::TakeOver { agent }),
    ];
    hand.prop_map(|hand| Input::Desk(DeskNotice::Supervise(hand)))
}

impl World {
    /// The topic of parcels lets a person read its replies.
    fn read_first(change: impl FnOnce(&mut Bot)) -> World {
        World::with(|bot| {
            bot.topics.get_mut("parcel_status").expect("there").approve = true;
            change(bot);
        })
    }

    /// The answer to where the parcel is waits for a person.
    pub(super) fn proposing() -> World {
        World::read_first(|_| {}).greets().asks_for_the_parcel()
    }

    /// What the back office knows of the parcel, after so long.
    fn finds_the_parcel(&mut self, after_ms: u64) {
        let parcel = json!({ "status": "in_transit", "place": "London", "eta_days": 1 });
        self.action = Some((after_ms, Ok(parcel)));
    }

    fn asks_for_the_parcel(mut self) -> World {
        self.finds_the_parcel(50);
        self.caller_says("Where is my parcel?", "parcel_status");
        self.caller_says("one two three four five six seven eight", "");
        self.caller_says("yes", "");
        self
    }

    pub(super) fn supervise(&mut self, by: Supervision) {
        self.give(Input::Desk(DeskNotice::Supervise(by)));
    }

    fn rule(&mut self, rule: Rule) {
        let id = self.proposed().expect("a reply waits");
        self.supervise(Supervision::Rule { id, by: ewa(), rule });
    }

    fn proposed(&self) -> Option<u32> {
        self.events.iter().rev().find_map(|(_, event)| match event {
            Event::ReplyProposed { id, .. } => Some(*id),
            _ => None,
        })
    }

    fn ruling(&self) -> Option<Ruling> {
        self.events.iter().rev().find_map(|(_, event)| match event {
            Event::ReplyRuled { ruling, .. } => Some(*ruling),
            _ => None,
        })
    }

    fn steer(&mut self, text: &str) {
        self.supervise(Supervision::Steer { by: "ewa".into(), text: text.into() });
    }

    fn fact(&mut self, slot: &str, value: &str) {
        self.supervise(Supervision::Fact { by: "ewa".into(), slot: slot.into(), value: value.into() });
    }

    pub(super) fn take_over(&mut self) {
        let (id, name) = ("anna".to_owned(), "Anna".to_owned());
        let agent = AgentRef { id, name, rings: Rings::Phone("sip:anna@127.0.0.1".into()) };
        self.supervise(Supervision::TakeOver { agent });
    }

    /// Prompt, who typed it, and when it began and ended.
    fn sentences(&self) -> Vec<(&str, Option<&str>, At, At)> {
        let said = self.events.iter().filter_map(|(_, event)| match event {
            Event::BotSaid { prompt, typed_by, started, heard_ms, .. } => Some((
                prompt.as_str(),
                typed_by.as_deref(),
                *started,
                *started + Duration::from_millis(*heard_ms),
            )),
            _ => None,
        });
        said.collect()
    }

    fn was_said(&self, prompt: &str) -> bool {
        self.prompts().contains(&prompt)
    }

    /// Sentences that were asked for so far.
    fn asked_for(&self) -> usize {
        self.done.iter().filter(|output| matches!(output, Output::Say { .. })).count()
    }

    fn with_a_person(&self) -> bool {
        self.did(|output| matches!(output, Output::Enqueue { .. }))
    }
}

// --- replies that a person reads -----------------------------------------------------------------

#[test]
fn a_reply_waits_for_a_person_and_the_caller_is_not_left_in_silence() {
    let mut world = World::proposing();
    assert!(world.proposed().is_some(), "{:?}", world.prompts());
    world.run_for(6_000);
    assert!(!world.was_said("in_transit"), "{:?}", world.prompts());
    assert!(world.was_said("cover"), "{:?}", world.prompts());
    assert!(world.longest_silence() <= 2_000);
    world.rule(Rule::Approve);
    world.run_while_busy();
    assert!(world.was_said("in_transit") && world.was_said("anything-else"), "{:?}", world.prompts());
    assert_eq!(world.ruling(), Some(Ruling::Approved));
    assert!(!world.with_a_person());
}

#[test]
fn read_backs_and_questions_wait_for_nobody() {
    let mut world = World::read_first(|_| {}).greets();
    world.caller_says("Where is my parcel?", "parcel_status");
    world.caller_says("one two three four five six seven eight", "");
    assert!(world.was_said("ask_number") && world.was_said("confirm-digits"), "{:?}", world.prompts());
    assert_eq!(world.proposed(), None);
}

#[test]
fn an_edited_reply_is_said_in_the_words_of_the_person_and_on_record_as_theirs() {
    let mut world = World::proposing();
    world.rule(Rule::Edit { text: "It will be with you tomorrow.".into() });
    world.run_while_busy();
    assert!(!world.was_said("in_transit"));
    let typed = world.sentences().into_iter().find(|(prompt, ..)| *prompt == "edited").expect("said");
    assert_eq!(typed.1, Some("ewa"));
    let question = world.sentences().into_iter().find(|(prompt, ..)| *prompt == "anything-else");
    assert!(question.expect("asked").2 >= typed.3, "the question comes after the answer");
    assert_eq!(world.ruling(), Some(Ruling::Edited));
}

#[test]
fn a_denied_reply_is_not_said_and_the_agent_reads_why() {
    let mut world = World::proposing();
    world.rule(Rule::Deny { reason: "wrong parcel".into() });
    world.run_while_busy();
    assert!(!world.was_said("in_transit") && world.with_a_person());
    assert!(world.recorded(|event| matches!(event, Event::Escalated { signals, .. }
        if signals[0].kind == "not_approved" && signals[0].evidence == "denied by Ewa: wrong parcel")));
}

#[test]
fn a_reply_that_nobody_reads_in_time_brings_a_person_or_is_said_as_the_policy_has_it() {
    let mut world = World::proposing();
    world.run_for(16_000);
    assert_eq!(world.ruling(), Some(Ruling::TimedOut));
    assert!(world.with_a_person() && !world.was_said("in_transit"));
    assert!(world.longest_silence() <= 2_000);

    let otherwise = |bot: &mut Bot| bot.policy.approval.otherwise = Otherwise::Say;
    let mut world = World::read_first(otherwise).greets().asks_for_the_parcel();
    world.run_for(20_000);
    assert!(world.was_said("in_transit") && !world.with_a_person(), "{:?}", world.prompts());
}

#[test]
fn with_nobody_on_the_wall_nothing_is_waited_for() {
    let mut world = World::read_first(|_| {}).greets();
    world.looked_on = false;
    let world = world.asks_for_the_parcel();
    assert_eq!(world.ruling(), Some(Ruling::NobodyThere));
    let proposed = world.when(|event| matches!(event, Event::ReplyProposed { .. }));
    assert_eq!(world.when(|event| matches!(event, Event::ReplyRuled { .. })), proposed);
    assert!(world.with_a_person());
}

#[test]
fn a_caller_who_hangs_up_takes_the_reply_off_the_wall() {
    let mut world = World::proposing();
    world.give(Input::CallerHungUp { reason: "BYE".into() });
    assert_eq!(world.ruling(), Some(Ruling::Withdrawn));
    assert!(matches!(world.events.last(), Some((_, Event::CallEnded { .. }))));
}

#[test]
fn a_reply_that_is_approved_while_the_caller_speaks_comes_after_the_callers_words() {
    let mut world = World::proposing();
    let started = world.now;
    world.words = Some(("are you still there".into(), ""));
    world.give(Input::SpeechStarted { at: started });
    world.run_for(500);
    let before = world.asked_for();
    world.rule(Rule::Approve);
    world.run_for(700);
    assert_eq!(world.asked_for(), before, "nothing goes over the caller's words");
    let last_voiced = world.now;
    world.run_for(550);
    world.give(Input::SpeechEnded { started, last_voiced });
    world.run_while_busy();
    assert!(world.was_said("in_transit") && world.was_said("anything-else"), "{:?}", world.prompts());
}

#[test]
fn a_noise_while_a_reply_is_approved_does_not_swallow_it() {
    let mut world = World::proposing();
    let started = world.now;
    world.words = Some((String::new(), ""));
    world.give(Input::SpeechStarted { at: started });
    world.rule(Rule::Approve);
    world.give(Input::SpeechEnded { started, last_voiced: world.now });
    world.run_while_busy();
    assert!(world.was_said("in_transit"), "{:?}", world.prompts());
}

#[test]
fn the_result_of_an_action_is_not_lost_to_a_cough() {
    let mut world = World::greeted();
    world.finds_the_parcel(900);
    world.caller_says("Where is my parcel?", "parcel_status");
    world.caller_says("one two three four five six seven eight", "");
    let started = world.now;
    world.words = Some(("yes".into(), ""));
    world.give(Input::SpeechStarted { at: started });
    world.give(Input::SpeechEnded { started, last_voiced: started });
    world.run_for(700);
    world.words = Some((String::new(), ""));
    world.give(Input::SpeechStarted { at: world.now });
    world.run_for(800);
    world.give(Input::SpeechEnded { started: world.now, last_voiced: world.now });
    world.run_while_busy();
    assert!(world.was_said("in_transit"), "{:?}", world.prompts());
}

#[test]
fn a_caller_who_asks_for_a_person_meanwhile_gets_one_and_a_late_verdict_changes_nothing() {
    let mut world = World::proposing();
    world.caller_says("I want to talk to a person", "");
    assert_eq!(world.ruling(), Some(Ruling::Withdrawn));
    assert!(world.with_a_person());
    world.rule(Rule::Approve);
    world.run_for(3_000);
    assert!(!world.was_said("in_transit"), "{:?}", world.prompts());
}

#[test]
fn what_the_caller_says_meanwhile_is_answered_with_a_filler_and_the_reply_still_waits() {
    let mut world = World::proposing();
    world.caller_says("how long does that take", "");
    world.run_for(3_000);
    assert!(world.longest_silence() <= 2_000, "{}", world.longest_silence());
    world.rule(Rule::Approve);
    world.run_while_busy();
    assert!(world.was_said("in_transit"));
}

// --- lines and facts -------------------------------------------------------------------------------

#[test]
fn a_typed_line_is_said_at_once_where_nobody_speaks_and_is_the_supervisors() {
    let mut world = World::greeted();
    world.steer("We are sorry about the strike.");
    world.run_while_busy();
    let (prompt, by, ..) = *world.sentences().last().expect("said");
    assert_eq!((prompt, by), ("steered", Some("ewa")));
    assert!(world.timers.contains_key(&Timer::Silence), "it is the caller's turn again");
}

#[test]
fn a_typed_line_waits_for_the_bots_sentence_and_for_the_callers() {
    let mut world = World::greeted();
    let started = world.now;
    world.words = Some(("where is my parcel".into(), "parcel_status"));
    world.give(Input::SpeechStarted { at: started });
    let before = world.asked_for();
    world.steer("We are sorry about the strike.");
    world.run_for(1_500);
    assert_eq!(world.asked_for(), before, "not over the caller's words");
    world.give(Input::SpeechEnded { started, last_voiced: world.now });
    world.run_while_busy();
    let said: Vec<&str> = world.prompts();
    let at = |prompt: &str| said.iter().position(|said| *said == prompt).expect("said");
    assert!(at("steered") < at("ask_number"), "the question stays the last word: {said:?}");

    let mut world = World::new();
    world.give(Input::Received { media: Ok(()) });
    world.give(Input::Recorded);
    world.give(Input::Confirmed);
    world.run_for(500);
    world.steer("Welcome back.");
    world.run_while_busy();
    let sentences = world.sentences();
    let (.., typed, _) = *sentences.iter().find(|(prompt, ..)| *prompt == "steered").expect("said");
    assert!(sentences.iter().all(|(prompt, _, _, end)| *prompt == "steered" || *end <= typed));
}

#[test]
fn a_fact_fills_the_slot_that_is_asked_for_and_the_bot_goes_on_with_it() {
    let mut world = World::greeted();
    world.finds_the_parcel(50);
    world.caller_says("Where is my parcel?", "parcel_status");
    world.fact("parcel_number", "1234 5678");
    world.run_while_busy();
    assert!(world.did(|output| matches!(output, Output::RunAction { .. })));
    assert!(world.was_said("in_transit") && !world.was_said("confirm-digits"), "{:?}", world.prompts());
    assert!(world.recorded(|event| matches!(event, Event::SlotFilled { value, verified: true, source, .. }
        if value == "12345678" && *source == ValueSource::Supervisor)));
    assert!(world.recorded(|event| matches!(event, Event::FactGiven { by, used: true, .. } if by == "ewa")));
}

#[test]
fn a_fact_that_fits_no_slot_is_on_record_and_changes_nothing() {
    let mut world = World::greeted();
    world.caller_says("Where is my parcel?", "parcel_status");
    world.fact("parcel_number", "12");
    world.fact("shoe_size", "44");
    world.run_while_busy();
    assert!(!world.did(|output| matches!(output, Output::RunAction { .. })));
    assert!(
        !world.recorded(|event| matches!(
            event,
            Event::SlotFilled { .. } | Event::FactGiven { used: true, .. }
        ))
    );
}

// --- taking over -----------------------------------------------------------------------------------

#[test]
fn the_phone_of_whoever_takes_over_rings_while_the_caller_hears_so() {
    let mut world = World::greeted();
    world.caller_says("Where is my parcel?", "parcel_status");
    world.take_over();
    assert!(world.did(|output| matches!(output, Output::InviteAgent { .. })));
    world.give(Input::AgentRinging);
    world.run_while_busy();
    assert!(world.was_said("taken-over"));
    world.run_for(1_000);
    world.give(Input::AgentAnswered);
    assert!(matches!(world.call.phase, Phase::Bridged(_)));
    assert!(world.longest_silence() <= 2_000);
    for event in ["TakenOver", "Escalated", "Queued", "AgentOffered", "Bridged"] {
        assert!(world.recorded(|recorded| format!("{recorded:?}").starts_with(event)), "{event}");
    }
}

#[test]
fn a_phone_that_is_picked_up_at_once_waits_for_the_end_of_the_sentence() {
    let mut world = World::greeted();
    world.take_over();
    world.run_for(300);
    world.give(Input::AgentAnswered);
    assert!(!matches!(world.call.phase, Phase::Bridged(_)), "the sentence is heard out");
    world.run_while_busy();
    assert!(matches!(world.call.phase, Phase::Bridged(_)));
    assert!(world.did(|output| matches!(output, Output::Bridge)));
    assert!(!world.did(|output| matches!(output, Output::Enqueue { .. })), "nobody else is asked");
}

#[test]
fn a_caller_who_speaks_when_the_call_is_taken_over_is_heard_out_first() {
    let mut world = World::greeted();
    let started = world.now;
    world.words = Some(("it is about my parcel".into(), "parcel_status"));
    world.give(Input::SpeechStarted { at: started });
    world.sound.caller_until = started + Duration::from_millis(2_000);
    world.run_for(500);
    let before = world.asked_for();
    world.take_over();
    assert!(world.did(|output| matches!(output, Output::InviteAgent { .. })), "the phone rings at once");
    world.run_for(1_500);
    assert_eq!(world.asked_for(), before);
    world.give(Input::SpeechEnded { started, last_voiced: world.now });
    world.run_while_busy();
    assert!(world.was_said("taken-over"));
    assert!(
        world.recorded(|event| matches!(event, Event::CallerSaid { text, .. } if text.contains("parcel")))
    );
}

#[test]
fn whoever_does_not_answer_leaves_the_caller_to_the_bot_which_says_so_and_asks_again() {
    let mut world = World::greeted();
    world.caller_says("Where is my parcel?", "parcel_status");
    world.take_over();
    world.run_for(25_000);
    assert!(
        world.recorded(|event| matches!(event, Event::ReturnedToBot { why } if why == "takeover_failed"))
    );
    assert!(world.was_said("takeover-failed"));
    assert!(world.longest_silence() <= 2_000);
    world.caller_says("one two three four five six seven eight", "");
    assert!(world.was_said("confirm-digits"), "the question was open again: {:?}", world.prompts());
}

#[test]
fn a_call_that_was_taken_over_may_be_given_back() {
    let mut world = World::greeted();
    world.take_over();
    world.run_for(4_000);
    world.give(Input::AgentAnswered);
    world.commands(AgentCommand::BackToBot { note: String::new() });
    world.run_while_busy();
    assert!(world.was_said("agent-done") && world.was_said("anything-else"), "{:?}", world.prompts());
    assert!(matches!(world.call.phase, Phase::Conversation(_)));
}

#[test]
fn a_reply_that_waits_is_withdrawn_when_the_call_is_taken_over() {
    let mut world = World::proposing();
    world.take_over();
    assert_eq!(world.ruling(), Some(Ruling::Withdrawn));
    world.run_for(35_000);
    assert!(!world.was_said("in_transit") && world.was_said("how-else"), "{:?}", world.prompts());
}

#[test]
fn a_take_over_that_comes_too_late_frees_whoever_wanted_it() {
    let mut world = World::bridged();
    world.take_over();
    assert!(world.did(|output| matches!(output, Output::Report {
        report: DeskReport::Refused { agent, .. }
    } if agent == "anna")));
    assert!(matches!(world.call.phase, Phase::Bridged(_)));
}
