//! Stories of the floor, in virtual time.

mod wrapping; // after calls

use super::*;
use crate::config::By;
use crate::desk::testing::callback;
use crate::language::Language;
use crate::store::Role;

/// A floor and its time in seconds.
struct Story {
    floor: Floor,
    now: At,
}

fn user(id: &str, languages: &[Language]) -> User {
    User {
        id: id.into(),
        name: id.to_uppercase(),
        role: Role::Agent,
        queues: vec!["logistics".into()],
        languages: languages.to_vec(),
        sip_uri: Some(format!("sip:{id}@phones")),
    }
}

fn call(id: &str) -> CallId {
    CallId(id.into())
}

impl Story {
    /// Anna (pl), Bogdan (ro, pl) and Chris (en) work here; nobody is available yet.
    fn begins() -> Story {
        let mut story = Story { floor: Floor::default(), now: At(0) };
        let users = vec![
            user("anna", &[Language::Polish]),
            user("bogdan", &[Language::Romanian, Language::Polish]),
            user("chris", &[Language::English]),
        ];
        story.does(Input::Users(users));
        story
    }

    fn at(&mut self, seconds: u64) -> &mut Self {
        self.now = At(seconds * 1_000);
        self
    }

    fn does(&mut self, input: Input) -> Vec<Output> {
        self.floor.handle(self.now, input)
    }

    fn comes(&mut self, agent: &str) -> Vec<Output> {
        self.chooses(agent, Choice::Available)
    }

    fn chooses(&mut self, agent: &str, choice: Choice) -> Vec<Output> {
        self.does(Input::Choose { agent: agent.into(), choice })
    }

    fn waits(&mut self, id: &str, language: Language, priority: u8) -> Vec<Output> {
        let waiting = WaitingCall { priority, ..WaitingCall::new(call(id), "logistics", language, self.now) };
        self.does(Input::Enqueue(waiting))
    }

    fn reports(&mut self, id: &str, report: DeskReport) -> Vec<Output> {
        self.does(Input::Report { call_id: call(id), report })
    }

    fn refuses(&mut self, id: &str, agent: &str, refusal: AgentRefusal) -> Vec<Output> {
        self.reports(id, DeskReport::Refused { agent: agent.into(), refusal })
    }

    fn talks(&mut self, id: &str, agent: &str) {
        self.reports(id, DeskReport::Bridged { agent: agent.into() });
    }

    fn presence(&self, agent: &str) -> &Presence {
        self.floor.presence(agent).unwrap()
    }
}

/// Who was offered which call, in order.
fn offers(out: &[Output]) -> Vec<(String, String)> {
    let offer = |output: &Output| match output {
        Output::Card { agent, call_id } => Some((call_id.0.clone(), agent.clone())),
        _ => None,
    };
    out.iter().filter_map(offer).collect()
}

fn offered(id: &str, agent: &str) -> Vec<(String, String)> {
    vec![(id.into(), agent.into())]
}

fn notices(out: &[Output], id: &str) -> Vec<DeskNotice> {
    let of_call = |output: &Output| match output {
        Output::Notice { call_id, notice } if *call_id == call(id) => Some(notice.clone()),
        _ => None,
    };
    out.iter().filter_map(of_call).collect()
}

/// Told this place by a floor on which nobody's call has ended yet.
fn at(place: u32) -> DeskNotice {
    DeskNotice::Position { place, wait: Some(Duration::from_secs(270 * u64::from(place))) }
}

#[test]
fn the_card_is_on_the_screen_before_the_phone_may_ring() {
    let mut story = Story::begins();
    story.comes("anna");
    let out = story.waits("c1", Language::Polish, 0);
    let card = out.iter().position(|output| matches!(output, Output::Card { .. })).unwrap();
    let ring = out
        .iter()
        .position(|output| matches!(output, Output::Notice { notice: DeskNotice::Reserved { .. }, .. }))
        .unwrap();
    assert!(card < ring);
    let until = At(60_000);
    assert_eq!(*story.presence("anna"), Presence::Ringing { call_id: call("c1"), until });
}

#[test]
fn who_speaks_the_callers_language_comes_first_even_if_busy_until_now() {
    let mut story = Story::begins();
    story.at(1).comes("chris");
    story.at(5).comes("bogdan");
    assert_eq!(offers(&story.at(9).waits("c1", Language::Romanian, 0)), offered("c1", "bogdan"));
    // Nobody else speaks Romanian: a person is better than none.
    assert_eq!(offers(&story.at(9).waits("c2", Language::Romanian, 0)), offered("c2", "chris"));
}

#[test]
fn of_two_who_speak_it_the_longest_idle_comes_first() {
    let mut story = Story::begins();
    story.at(1).comes("bogdan");
    story.at(2).comes("anna");
    assert_eq!(offers(&story.at(9).waits("c1", Language::Polish, 0)), offered("c1", "bogdan"));
}

#[test]
fn a_free_agent_gets_the_highest_priority_then_the_longest_wait() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("busy", Language::Polish, 0);
    story.talks("busy", "anna");
    story.at(1).waits("early", Language::Polish, 0);
    story.at(2).waits("late", Language::Polish, 0);
    story.at(3).waits("urgent", Language::Polish, 9);
    for (at, expected) in [(10, "urgent"), (20, "early"), (30, "late")] {
        let current = story.presence("anna").call().unwrap().clone();
        story.at(at).reports(&current.0, DeskReport::AgentLeft { agent: "anna".into() });
        let out = story.does(Input::Finish { agent: "anna".into(), call_id: current });
        assert_eq!(offers(&out), offered(expected, "anna"));
        story.talks(expected, "anna");
    }
}

#[test]
fn a_declined_call_goes_to_the_next_agent_and_the_phone_stops() {
    let mut story = Story::begins();
    story.at(1).comes("anna");
    story.at(2).comes("bogdan");
    story.at(3).waits("c1", Language::Polish, 0);
    let out = story.at(4).does(Input::Decline { agent: "anna".into(), call_id: call("c1") });
    let stop = DeskNotice::Withdrawn { agent: "anna".into(), refusal: AgentRefusal::Declined };
    assert_eq!(notices(&out, "c1")[0], stop);
    assert_eq!(offers(&out), offered("c1", "bogdan"));
    assert_eq!(*story.presence("anna"), Presence::Available);
}

#[test]
fn a_missed_call_pauses_the_agent_so_that_the_next_does_not_ring_at_an_empty_chair() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    let out = story.at(20).refuses("c1", "anna", AgentRefusal::NoAnswer);
    assert_eq!(*story.presence("anna"), Presence::Paused { reason: MISSED_CALL.into() });
    assert_eq!(story.floor.roster.agents["anna"].since, At(20_000));
    assert_eq!(notices(&out, "c1")[0], DeskNotice::Nobody { logged_in: true });
}

#[test]
fn each_agent_is_tried_once_then_the_call_hears_nobody_once() {
    let mut story = Story::begins();
    story.at(1).comes("anna");
    story.at(2).comes("bogdan");
    story.waits("c1", Language::Polish, 0);
    story.refuses("c1", "anna", AgentRefusal::Declined);
    let out = story.refuses("c1", "bogdan", AgentRefusal::Declined);
    assert!(offers(&out).is_empty());
    assert!(notices(&out, "c1").contains(&DeskNotice::Nobody { logged_in: true }));
    assert!(!notices(&story.does(Input::Tick), "c1").contains(&DeskNotice::Nobody { logged_in: true }));
    // Both stay available for other calls, but are not asked about this one again by themselves.
    assert_eq!(offers(&story.waits("c2", Language::Polish, 0)).len(), 1);
}

#[test]
fn a_new_round_begins_with_an_agent_who_comes_back() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    story.refuses("c1", "anna", AgentRefusal::NoAnswer);
    assert_eq!(offers(&story.at(60).comes("anna")), offered("c1", "anna"));
}

#[test]
fn nobody_logged_in_is_told_at_once() {
    let mut story = Story::begins();
    let out = story.waits("c1", Language::Polish, 0);
    assert!(notices(&out, "c1").contains(&DeskNotice::Nobody { logged_in: false }));
}

#[test]
fn while_everyone_is_on_a_call_the_caller_waits_and_is_told_the_place() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("busy", Language::Polish, 0);
    story.talks("busy", "anna");
    assert_eq!(notices(&story.at(1).waits("c1", Language::Polish, 0), "c1"), [at(1)]);
    assert_eq!(notices(&story.at(2).waits("c2", Language::Polish, 0), "c2"), [at(2)]);
    let out = story.at(3).reports("c1", DeskReport::Left);
    assert_eq!(notices(&out, "c2"), [at(1)]);
}

#[test]
fn a_caller_who_hangs_up_while_it_rings_costs_the_agent_no_place_in_line() {
    let mut story = Story::begins();
    story.at(1).comes("anna");
    story.at(2).comes("bogdan");
    story.at(3).waits("c1", Language::Polish, 0);
    let out = story.at(4).reports("c1", DeskReport::Left);
    let why = Withdrawal::CallerLeft;
    assert!(out.contains(&Output::CardWithdrawn { agent: "anna".into(), call_id: call("c1"), why }));
    assert_eq!(offers(&story.at(5).waits("c2", Language::Polish, 0)), offered("c2", "anna"));
}

#[test]
fn wrap_up_ends_by_itself_and_the_next_call_comes() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    story.talks("c1", "anna");
    story.at(60).reports("c1", DeskReport::AgentLeft { agent: "anna".into() });
    assert!(offers(&story.at(61).waits("c2", Language::Polish, 0)).is_empty());
    assert_eq!(story.floor.deadline(), Some(At(180_000)));
    let out = story.at(180).does(Input::Tick);
    assert!(out.contains(&Output::WrapUpExpired { agent: "anna".into(), call_id: call("c1") }));
    assert_eq!(offers(&out), offered("c2", "anna"));
}

#[test]
fn a_pause_chosen_during_a_call_begins_after_the_wrap_up() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    story.talks("c1", "anna");
    story.chooses("anna", Choice::Paused { reason: "lunch".into() });
    assert_eq!(*story.presence("anna"), Presence::OnCall { call_id: call("c1") });
    story.reports("c1", DeskReport::Left);
    story.does(Input::Finish { agent: "anna".into(), call_id: call("c1") });
    assert_eq!(*story.presence("anna"), Presence::Paused { reason: "lunch".into() });
}

#[test]
fn a_lost_browser_has_half_a_minute_to_come_back_and_gets_no_call_meanwhile() {
    let mut story = Story::begins();
    story.does(Input::ScreenOpened { agent: "anna".into() });
    story.comes("anna");
    story.at(10).does(Input::ScreenClosed { agent: "anna".into() });
    assert!(offers(&story.at(11).waits("c1", Language::Polish, 0)).is_empty());
    let back = story.at(20).does(Input::ScreenOpened { agent: "anna".into() });
    assert_eq!(offers(&back), offered("c1", "anna"));
}

#[test]
fn an_agent_whose_browser_stays_away_is_offline() {
    let mut story = Story::begins();
    story.does(Input::ScreenOpened { agent: "anna".into() });
    story.comes("anna");
    story.at(10).does(Input::ScreenClosed { agent: "anna".into() });
    assert_eq!(story.floor.deadline(), Some(At(40_000)));
    story.at(40).does(Input::Tick);
    assert_eq!(*story.presence("anna"), Presence::Offline);
}

#[test]
fn a_lost_browser_does_not_end_a_call() {
    let mut story = Story::begins();
    story.does(Input::ScreenOpened { agent: "anna".into() });
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    story.talks("c1", "anna");
    story.does(Input::ScreenClosed { agent: "anna".into() });
    story.at(600).does(Input::Tick);
    assert_eq!(*story.presence("anna"), Presence::OnCall { call_id: call("c1") });
}

#[test]
fn a_second_tab_keeps_the_desk_open_when_the_first_is_closed() {
    let mut story = Story::begins();
    story.does(Input::ScreenOpened { agent: "anna".into() });
    story.does(Input::ScreenOpened { agent: "anna".into() });
    story.comes("anna");
    story.does(Input::ScreenClosed { agent: "anna".into() });
    assert_eq!(offers(&story.waits("c1", Language::Polish, 0)), offered("c1", "anna"));
}

#[test]
fn an_offer_that_nobody_reports_on_goes_to_the_next_agent() {
    let mut story = Story::begins();
    story.at(1).comes("anna");
    story.at(2).comes("bogdan");
    story.at(3).waits("c1", Language::Polish, 0);
    let out = story.at(63).does(Input::Tick);
    let stop = DeskNotice::Withdrawn { agent: "anna".into(), refusal: AgentRefusal::NoAnswer };
    assert_eq!(notices(&out, "c1")[0], stop);
    assert_eq!(offers(&out), offered("c1", "bogdan"));
}

#[test]
fn late_and_foreign_reports_change_nothing() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    assert!(story.refuses("c1", "bogdan", AgentRefusal::Busy).is_empty());
    assert!(story.reports("nowhere", DeskReport::Left).is_empty());
    assert!(story.does(Input::Decline { agent: "bogdan".into(), call_id: call("c1") }).is_empty());
    assert!(story.does(Input::Finish { agent: "anna".into(), call_id: call("c1") }).is_empty());
    assert!(matches!(story.presence("anna"), Presence::Ringing { .. }));
}

#[test]
fn an_agent_without_a_phone_is_not_offered_calls() {
    let mut story = Story::begins();
    let mut anna = user("anna", &[Language::Polish]);
    anna.sip_uri = None;
    story.does(Input::Users(vec![anna]));
    story.comes("anna");
    let out = story.waits("c1", Language::Polish, 0);
    assert!(offers(&out).is_empty());
    assert!(notices(&out, "c1").contains(&DeskNotice::Nobody { logged_in: true }));
}

#[test]
fn who_answers_the_phone_after_declining_on_the_screen_has_the_call() {
    let mut story = Story::begins();
    story.at(1).comes("anna");
    story.at(2).comes("bogdan");
    story.at(3).waits("c1", Language::Polish, 0);
    story.does(Input::Decline { agent: "anna".into(), call_id: call("c1") });
    // Bogdan has the card by now, but the caller already talks to Anna.
    let out = story.at(4).reports("c1", DeskReport::Bridged { agent: "anna".into() });
    let why = Withdrawal::CallerLeft;
    assert!(out.contains(&Output::CardWithdrawn { agent: "bogdan".into(), call_id: call("c1"), why }));
    assert_eq!(*story.presence("anna"), Presence::OnCall { call_id: call("c1") });
    assert_eq!(*story.presence("bogdan"), Presence::Available);
}

#[test]
fn an_offer_to_somebody_who_turns_out_to_be_talking_goes_on_to_the_next() {
    let mut story = Story::begins();
    story.at(1).comes("anna");
    story.at(2).waits("c1", Language::Polish, 0);
    story.does(Input::Decline { agent: "anna".into(), call_id: call("c1") });
    assert_eq!(offers(&story.at(3).waits("c2", Language::Polish, 0)), offered("c2", "anna"));
    let out = story.at(4).reports("c1", DeskReport::Bridged { agent: "anna".into() });
    let stop = DeskNotice::Withdrawn { agent: "anna".into(), refusal: AgentRefusal::Busy };
    assert!(notices(&out, "c2").contains(&stop));
    assert_eq!(*story.presence("anna"), Presence::OnCall { call_id: call("c1") });
}

#[test]
fn a_call_that_comes_back_frees_whoever_had_it() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    let out = story.at(5).waits("c1", Language::Polish, 0);
    let why = Withdrawal::CallerLeft;
    assert!(out.contains(&Output::CardWithdrawn { agent: "anna".into(), call_id: call("c1"), why }));
    assert_eq!(offers(&out), offered("c1", "anna"));
}

#[test]
fn no_deadline_ever_stays_in_the_past() {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    // The queue forgets the call without anybody telling Anna.
    story.floor.queue.remove(&call("c1"));
    story.at(60).does(Input::Tick);
    assert_eq!(*story.presence("anna"), Presence::Available);
    assert_eq!(story.floor.deadline(), None);
}

/// Anna has the call c1.
fn anna_talks() -> Story {
    let mut story = Story::begins();
    story.comes("anna");
    story.at(1).waits("c1", Language::Polish, 5);
    story.talks("c1", "anna");
    story
}

impl Story {
    fn wants(&mut self, agent: &str, command: AgentCommand) -> Vec<Output> {
        self.does(Input::Command { agent: agent.into(), call_id: call("c1"), command })
    }

    fn consults(&mut self, other: &str) -> Vec<Output> {
        self.wants("anna", AgentCommand::Consult { colleague: other.into() })
    }
}

fn refusals(out: &[Output]) -> Vec<&str> {
    let code = |output: &Output| if let Output::Refused { code, .. } = output { Some(*code) } else { None };
    out.iter().filter_map(code).collect()
}

#[test]
fn a_colleague_who_is_asked_sees_the_card_first_and_both_have_wrap_up_after() {
    let mut story = anna_talks();
    story.at(2).comes("bogdan");
    let out = story.at(3).consults("bogdan");
    assert_eq!(offers(&out), offered("c1", "bogdan"));
    assert!(matches!(notices(&out, "c1")[..], [DeskNotice::Consult { .. }]));
    story.at(4).reports("c1", DeskReport::Consulted { agent: "bogdan".into() });
    assert_eq!(*story.presence("bogdan"), Presence::OnCall { call_id: call("c1") });
    story.at(5).reports("c1", DeskReport::Passed { from: "anna".into(), to: "bogdan".into() });
    assert!(matches!(story.presence("anna"), Presence::WrapUp { .. }));
    story.at(6).reports("c1", DeskReport::AgentLeft { agent: "bogdan".into() });
    assert!(matches!(story.presence("bogdan"), Presence::WrapUp { .. }));
    assert!(story.floor.queue.calls.is_empty());
}

#[test]
fn a_colleague_who_declines_or_is_busy_leaves_the_agent_with_the_caller() {
    let mut story = anna_talks();
    assert_eq!(refusals(&story.consults("bogdan")), ["not_available"], "offline");
    story.comes("bogdan");
    story.consults("bogdan");
    let out = story.does(Input::Decline { agent: "bogdan".into(), call_id: call("c1") });
    assert!(matches!(notices(&out, "c1")[..], [DeskNotice::ConsultWithdrawn { .. }]));
    assert_eq!(*story.presence("bogdan"), Presence::Available);
    assert_eq!(*story.presence("anna"), Presence::OnCall { call_id: call("c1") });
    story.consults("bogdan");
    let refusal = AgentRefusal::NoAnswer;
    story.reports("c1", DeskReport::ConsultRefused { agent: "bogdan".into(), refusal });
    assert_eq!(*story.presence("bogdan"), Presence::Paused { reason: MISSED_CALL.into() });
}

#[test]
fn only_whoever_has_the_call_commands_it() {
    let mut story = anna_talks();
    assert_eq!(refusals(&story.wants("chris", AgentCommand::Hold)), ["not_your_call"]);
    assert_eq!(notices(&story.wants("anna", AgentCommand::Hold), "c1").len(), 1);
    let to = crate::desk::notice::TransferTo::Queue("nowhere".into());
    let out = story.wants("anna", AgentCommand::Transfer { to, note: String::new() });
    assert_eq!(refusals(&out), ["not_available"]);
}

#[test]
fn what_needs_a_colleague_is_refused_while_there_is_none() {
    let mut story = anna_talks();
    for command in [AgentCommand::CompleteTransfer, AgentCommand::EndConsult, AgentCommand::Conference] {
        assert_eq!(refusals(&story.wants("anna", command)), ["nobody_asked"]);
    }
    story.comes("bogdan");
    story.comes("chris");
    story.consults("bogdan");
    assert_eq!(story.floor.asked_by(&call("c1"), "bogdan"), Some("anna"));
    assert_eq!(story.floor.asked_by(&call("c1"), "anna"), None);
    assert_eq!(refusals(&story.consults("chris")), ["already_asking"]);
    assert_eq!(
        refusals(&story.wants("anna", AgentCommand::Conference)),
        ["nobody_asked"],
        "the phone only rings"
    );
    assert!(refusals(&story.wants("anna", AgentCommand::CompleteTransfer)).is_empty(), "may be left to ring");
    story.reports("c1", DeskReport::Consulted { agent: "bogdan".into() });
    assert!(refusals(&story.wants("anna", AgentCommand::Conference)).is_empty());
}

#[test]
fn the_caller_ends_a_consultation_for_both_agents() {
    let mut story = anna_talks();
    story.comes("bogdan");
    story.consults("bogdan");
    story.reports("c1", DeskReport::Consulted { agent: "bogdan".into() });
    story.reports("c1", DeskReport::AgentLeft { agent: "anna".into() });
    assert!(matches!(story.presence("anna"), Presence::WrapUp { .. }));
    assert!(matches!(story.presence("bogdan"), Presence::WrapUp { .. }));
}

#[test]
fn a_transfer_to_a_name_waits_for_that_name_and_goes_to_the_queue_when_they_decline() {
    let mut story = Story::begins();
    story.comes("anna");
    story.comes("bogdan");
    story.waits("other", Language::Romanian, 5);
    story.talks("other", "bogdan");
    let only = Some("bogdan".into());
    let meant = WaitingCall { only, ..WaitingCall::new(call("c1"), "logistics", Language::Polish, At(9)) };
    assert_eq!(offers(&story.at(9).does(Input::Enqueue(meant))), [], "Anna is free, but Bogdan is meant");
    story.reports("other", DeskReport::AgentLeft { agent: "bogdan".into() });
    let out = story.does(Input::Finish { agent: "bogdan".into(), call_id: call("other") });
    assert_eq!(offers(&out), offered("c1", "bogdan"));
    assert_eq!(offers(&story.refuses("c1", "bogdan", AgentRefusal::Declined)), offered("c1", "anna"));
}

#[test]
fn whoever_knows_the_caller_comes_first_and_another_queue_helps_after_a_while() {
    let mut story = Story::begins();
    story.at(1).comes("anna");
    story.at(2).comes("bogdan");
    let sticky = Some("bogdan".into());
    let known = WaitingCall { sticky, ..WaitingCall::new(call("c1"), "logistics", Language::Polish, At(3)) };
    assert_eq!(offers(&story.at(3).does(Input::Enqueue(known))), offered("c1", "bogdan"));

    let overflow =
        Some(crate::desk::notice::Overflow { after: Duration::from_secs(30), queue: "logistics".into() });
    let call2 =
        WaitingCall { overflow, ..WaitingCall::new(call("c2"), "complaints", Language::Polish, At(4_000)) };
    let out = story.at(4).does(Input::Enqueue(call2));
    assert_eq!(offers(&out), [], "not yet");
    assert!(!out.iter().any(|o| matches!(o, Output::Notice { notice: DeskNotice::Nobody { .. }, .. })));
    assert_eq!(story.floor.deadline(), Some(At(34_000)));
    assert_eq!(offers(&story.at(34).does(Input::Tick)), offered("c2", "anna"));
}

#[test]
fn a_promised_callback_keeps_its_place_and_is_not_rung_before_its_time() {
    let mut story = Story::begins();
    let callback = callback("c0", At(1_000), At(20_000));
    story.at(2).does(Input::CallBack(callback));
    story.at(3).waits("later", Language::Polish, 5);
    story.at(4).comes("anna");
    assert_eq!(*story.presence("anna"), Presence::Ringing { call_id: call("later"), until: At(64_000) });
    assert_eq!(story.floor.deadline(), Some(At(20_000)));
    story.at(5).comes("bogdan");
    let out = story.at(20).does(Input::Tick);
    let rung = out.iter().find_map(|output| match output {
        Output::CallBack { callback, agent } => Some((callback.of.clone(), agent.id.clone())),
        _ => None,
    });
    assert_eq!(rung, Some((call("c0"), "bogdan".into())));
    // Not reached: Bogdan is free again and loses nothing.
    story.at(21).reports("back", DeskReport::Left);
    assert_eq!(*story.presence("bogdan"), Presence::Available);
}

#[test]
fn a_promise_made_at_night_rings_neither_an_agent_nor_a_place_before_the_morning() {
    let mut story = Story::begins();
    let place = OutsidePlace {
        name: "pbx".into(),
        queues: vec!["logistics".into()],
        uri: "sip:pbx@pbx".into(),
        by: By::Invite,
        calls: 1,
        first: true,
    };
    story.floor = story.floor.with_outside(vec![place]);
    story.comes("anna");
    let night = story.at(2).does(Input::CallBack(callback("c0", At(1_000), At(30_000_000))));
    assert_eq!(night, [], "nobody hears of it");
    assert_eq!(story.at(29_999).does(Input::Tick), []);
    let morning = story.at(30_000).does(Input::Tick);
    assert!(matches!(&morning[..], [_, Output::CallBack { agent, .. }] if agent.id == "anna"), "{morning:?}");
}
