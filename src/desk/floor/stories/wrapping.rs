//! After calls: more time, its end, and what each queue wants.

use super::*;

/// Anna has talked for a minute, with three times a minute more for what comes after.
fn after_a_call() -> Story {
    let mut story = Story::begins();
    story.comes("anna");
    story.waits("c1", Language::Polish, 0);
    story.talks("c1", "anna");
    story.at(60).reports("c1", DeskReport::AgentLeft { agent: "anna".into() });
    story
}

impl Story {
    fn takes_more_time(&mut self, agent: &str, id: &str) -> Option<&'static str> {
        let out = self.does(Input::Extend { agent: agent.into(), call_id: call(id) });
        out.iter().find_map(|output| match output {
            Output::Refused { code, .. } => Some(*code),
            _ => None,
        })
    }

    fn until(&self, agent: &str) -> (At, u32) {
        let Presence::WrapUp { until, extensions, .. } = self.presence(agent) else { panic!("no wrap-up") };
        (*until, *extensions)
    }
}

#[test]
fn more_time_is_added_to_the_end_three_times_and_then_no_more() {
    let mut story = after_a_call();
    assert_eq!(story.until("anna"), (At(180_000), 3));
    for (at, until, left) in [(70, 240_000, 2), (200, 300_000, 1), (299, 360_000, 0)] {
        assert_eq!(story.at(at).takes_more_time("anna", "c1"), None);
        assert_eq!(story.until("anna"), (At(until), left));
    }
    assert_eq!(story.at(350).takes_more_time("anna", "c1"), Some("no_more_time"));
    assert_eq!(story.until("anna").0, At(360_000));
    let since = story.floor.roster.agents["anna"].since;
    assert_eq!(since, At(60_000), "the whole of the after-call work is one");
}

#[test]
fn prolonged_after_call_work_ends_at_its_new_end_and_not_before() {
    let mut story = after_a_call();
    story.at(100).takes_more_time("anna", "c1");
    let expired = Output::WrapUpExpired { agent: "anna".into(), call_id: call("c1") };
    assert!(!story.at(180).does(Input::Tick).contains(&expired));
    assert_eq!(story.floor.deadline(), Some(At(240_000)));
    assert!(story.at(240).does(Input::Tick).contains(&expired));
    assert_eq!(*story.presence("anna"), Presence::Available);
    assert_eq!(story.takes_more_time("anna", "c1"), Some("no_more_time"), "it is over");
}

#[test]
fn nobody_takes_more_time_for_another_call_or_for_a_call_that_goes_on() {
    let mut story = after_a_call();
    assert_eq!(story.takes_more_time("anna", "c2"), Some("no_more_time"));
    assert_eq!(story.takes_more_time("bogdan", "c1"), Some("no_more_time"));
    story.does(Input::Finish { agent: "anna".into(), call_id: call("c1") });
    story.waits("c2", Language::Polish, 0);
    story.talks("c2", "anna");
    assert_eq!(story.takes_more_time("anna", "c2"), Some("no_more_time"));
}

#[test]
fn each_queue_has_its_own_time_after_calls_and_both_agents_of_a_call_get_that_of_its_queue() {
    let mut rules = crate::desk::after_call::AfterCall::default();
    let brief = crate::desk::after_call::Rules { time: Duration::from_secs(20), ..rules.usual.clone() };
    rules.queues.insert("logistics".into(), brief);
    rules.extensions = 0;
    let mut story = Story { floor: Floor::new(rules), now: At(0) };
    story.does(Input::Users(vec![user("anna", &[Language::Polish]), user("bogdan", &[Language::Polish])]));
    story.at(1).comes("anna");
    story.at(2).comes("bogdan");
    story.waits("c1", Language::Polish, 0);
    story.talks("c1", "anna");
    let command = AgentCommand::Consult { colleague: "bogdan".into() };
    story.does(Input::Command { agent: "anna".into(), call_id: call("c1"), command });
    story.reports("c1", DeskReport::Consulted { agent: "bogdan".into() });
    story.at(10).reports("c1", DeskReport::Left);
    for agent in ["anna", "bogdan"] {
        assert_eq!(story.until(agent), (At(30_000), 0));
        assert_eq!(story.floor.queue_of(agent, &call("c1")), Some(Some("logistics")));
    }
    assert_eq!(story.takes_more_time("anna", "c1"), Some("no_more_time"));
    assert_eq!(story.floor.queue_of("anna", &call("c2")), None);
}
