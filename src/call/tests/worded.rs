//! Stories of a handover whose summary a model words, or does not.

use super::*;

impl World {
    /// Turns of the handovers whose summaries were asked for.
    fn to_be_worded(&self) -> Vec<u32> {
        let asked = self.done.iter().filter_map(|output| match output {
            Output::Summarise { turn } => Some(*turn),
            _ => None,
        });
        asked.collect()
    }

    fn worded(&mut self, turn: u32, text: &str) {
        self.give(Input::SummaryWorded { turn, text: text.into(), model: "tiny".into() });
    }

    fn summaries(&self) -> Vec<&str> {
        let texts = self.events.iter().filter_map(|(_, event)| match event {
            Event::SummaryWorded { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

#[test]
fn a_model_that_never_answers_changes_nothing_of_a_handover() {
    let mut world = World::queued();
    assert_eq!(world.to_be_worded().len(), 1);
    let asked = world.done.iter().position(|output| matches!(output, Output::Summarise { .. }));
    let said = world.done.iter().rposition(|output| matches!(output, Output::Say { .. }));
    let queued = world.done.iter().position(|output| matches!(output, Output::Enqueue { .. }));
    assert!(asked < queued && said < queued, "asked while the announcement is spoken");
    world.reserve("anna");
    world.give(Input::AgentRinging);
    world.give(Input::AgentAnswered);
    world.run_while_busy();
    assert!(world.did(|output| *output == Output::Bridge));
    world.give(Input::CallerHungUp { reason: "BYE".into() });
    assert_eq!(world.last_outcome(), Some(&Outcome::HandedOver));
    assert_eq!(world.summaries(), [""; 0]);
}

#[test]
fn what_it_says_goes_into_the_record_whoever_has_the_call_by_then() {
    for answered in [false, true] {
        let mut world = World::queued();
        let [turn] = world.to_be_worded()[..] else { panic!("asked once") };
        world.reserve("anna");
        if answered {
            world.give(Input::AgentAnswered);
        }
        let before = world.done.len();
        world.worded(turn, "The caller wants a person.");
        assert_eq!(world.done.len(), before + 1, "nothing but the record");
        assert_eq!(world.summaries(), ["The caller wants a person."]);
        world.worded(turn, "Again.");
        assert_eq!(world.summaries().len(), 1, "once");
    }
}

#[test]
fn a_summary_of_an_earlier_handover_or_of_an_ended_call_is_dropped() {
    let mut world = World::queued();
    world.give(Input::Desk(DeskNotice::Nobody { logged_in: false }));
    world.run_while_busy();
    world.caller_says("I want to talk to a person", "");
    let [first, second] = world.to_be_worded()[..] else { panic!("{:?}", world.to_be_worded()) };
    world.worded(first, "The caller wants a person.");
    assert_eq!(world.summaries(), [""; 0]);
    world.give(Input::CallerHungUp { reason: "BYE".into() });
    world.worded(second, "The caller wants a person again.");
    assert_eq!(world.summaries(), [""; 0]);
}
