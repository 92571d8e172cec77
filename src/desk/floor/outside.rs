//! ◆ Places outside the desk: people who have no screen here.

use super::{Floor, Output, notice};
use crate::config::OutsidePlace;
use crate::desk::notice::{AgentRef, DeskNotice, Rings};
use crate::desk::queue::{Stage, Waiting};
use crate::record::CallId;
use crate::time::At;
use std::collections::BTreeSet;
use std::time::Duration;

/// A place that did not take a call is asked again for it after this.
const AGAIN: Duration = Duration::from_secs(30);

impl Floor {
    /// The same floor with these places; `first` and the others keep their order.
    pub fn with_outside(mut self, places: Vec<OutsidePlace>) -> Floor {
        self.outside = places;
        self
    }

    /// Every queue that somebody, or a place outside, is in.
    pub fn queue_names(&self) -> BTreeSet<&str> {
        let inside = self.roster.agents.values().flat_map(|agent| &agent.queues);
        let outside = self.outside.iter().flat_map(|place| &place.queues);
        inside.chain(outside).map(String::as_str).collect()
    }

    /// A place that may take the call at `now`: `first` before agents, or when none of them is free.
    pub(super) fn place(&self, waiting: &Waiting, first: bool, now: At) -> Option<AgentRef> {
        // Ringing back is for agents: the place would ring before the caller is there. Nobody there has a screen.
        if !waiting.call.channel.is_voice() || waiting.callback.is_some() || waiting.call.only.is_some() {
            return None;
        }
        let fits = |place: &&OutsidePlace| {
            let asked = waiting.asked_outside.get(&place.name);
            place.first == first
                && place.queues.iter().any(|queue| waiting.goes_to(queue))
                && asked.is_none_or(|asked| *asked + AGAIN <= now)
                && self.busy(&place.name) < place.calls
        };
        self.outside.iter().find(fits).map(reference)
    }

    fn busy(&self, name: &str) -> usize {
        self.queue.calls.iter().filter(|waiting| waiting.stage.agent() == Some(name)).count()
    }

    /// Whether a place will take the call without anybody's decision: it was not asked yet, or not lately.
    pub(super) fn place_to_come(&self, waiting: &Waiting) -> bool {
        let untried = |place: &OutsidePlace| {
            place.queues.iter().any(|queue| waiting.goes_to(queue))
                && !waiting.asked_outside.contains_key(&place.name)
        };
        waiting.call.channel.is_voice() && self.outside.iter().any(untried)
    }

    /// When a place may be asked again by a call that still waits.
    pub(super) fn place_deadline(&self) -> Option<At> {
        let waits = |waiting: &&Waiting| waiting.stage == Stage::Waiting && waiting.call.channel.is_voice();
        let waiting = self.queue.calls.iter().filter(waits);
        let again = waiting.flat_map(|waiting| waiting.asked_outside.values().map(|asked| *asked + AGAIN));
        again.filter(|at| *at > self.now).min()
    }

    pub(super) fn reserve_place(&mut self, at: usize, place: AgentRef, now: At, out: &mut Vec<Output>) {
        let waiting = &mut self.queue.calls[at];
        let call_id: CallId = waiting.call.call_id.clone();
        waiting.stage = Stage::Reserved { agent: place.id.clone() };
        waiting.asked_outside.insert(place.id.clone(), now);
        waiting.told_nobody = false;
        out.push(notice(&call_id, DeskNotice::Reserved { agent: place }));
    }
}

fn reference(place: &OutsidePlace) -> AgentRef {
    let (id, name) = (place.name.clone(), place.name.clone());
    AgentRef { id, name, rings: Rings::Outside { uri: place.uri.clone(), by: place.by } }
}

#[cfg(test)]
mod tests {
    use super::super::Input;
    use super::*;
    use crate::config::By;
    use crate::desk::notice::{DeskReport, WaitingCall};
    use crate::desk::roster::Choice;
    use crate::language::Language;
    use crate::record::event::AgentRefusal;
    use crate::store::{Role, User};

    fn place(name: &str, first: bool, calls: usize) -> OutsidePlace {
        let queues = vec!["claims".to_owned()];
        OutsidePlace {
            name: name.into(),
            queues,
            uri: format!("sip:{name}@pbx"),
            by: By::Invite,
            calls,
            first,
        }
    }

    fn floor(places: Vec<OutsidePlace>) -> Floor {
        let mut floor = Floor::default().with_outside(places);
        let anna = User {
            id: "anna".into(),
            name: "Anna".into(),
            role: Role::Agent,
            queues: vec!["claims".into()],
            languages: vec![Language::Polish],
            sip_uri: Some("sip:anna@phones".into()),
        };
        floor.handle(At(0), Input::Users(vec![anna]));
        floor
    }

    fn waits(floor: &mut Floor, now: At, id: &str) -> Vec<String> {
        let call = WaitingCall::new(CallId(id.into()), "claims", Language::Polish, now);
        told(&floor.handle(now, Input::Enqueue(call)))
    }

    fn refuses(floor: &mut Floor, now: At, id: &str, agent: &str) -> Vec<String> {
        let report = DeskReport::Refused { agent: agent.into(), refusal: AgentRefusal::Busy };
        told(&floor.handle(now, Input::Report { call_id: CallId(id.into()), report }))
    }

    /// Who is to be rung, or that nobody is.
    #[test]
    fn a_queue_that_only_a_place_is_in_can_be_named_too() {
        let floor = floor(vec![OutsidePlace { queues: vec!["claims".into()], ..place("office", false, 1) }]);
        assert!(floor.queue_names().contains("claims"));
    }

    fn told(out: &[Output]) -> Vec<String> {
        let told = out.iter().filter_map(|output| match output {
            Output::Notice { notice: DeskNotice::Reserved { agent }, .. } => Some(agent.id.clone()),
            Output::Notice { notice: DeskNotice::Nobody { .. }, .. } => Some("nobody".to_owned()),
            _ => None,
        });
        told.collect()
    }

    fn anna_comes(floor: &mut Floor) {
        floor.handle(At(0), Input::Choose { agent: "anna".into(), choice: Choice::Available });
    }

    #[test]
    fn a_place_is_asked_when_no_agent_is_free_and_one_that_is_first_before_them() {
        let mut later = floor(vec![place("pbx", false, 2)]);
        anna_comes(&mut later);
        assert_eq!(waits(&mut later, At(1), "c1"), ["anna"]);
        assert_eq!(waits(&mut later, At(2), "c2"), ["pbx"]);
        let mut first = floor(vec![place("pbx", true, 1)]);
        anna_comes(&mut first);
        assert_eq!(waits(&mut first, At(1), "c1"), ["pbx"]);
        assert_eq!(waits(&mut first, At(2), "c2"), ["anna"]);
    }

    #[test]
    fn a_place_takes_no_more_calls_than_it_may_and_the_next_one_when_one_is_over() {
        let mut floor = floor(vec![place("pbx", false, 1)]);
        assert_eq!(waits(&mut floor, At(1), "c1"), ["pbx"]);
        // It will be free again: nobody is told that nobody comes.
        assert!(waits(&mut floor, At(2), "c2").is_empty());
        let left = Input::Report { call_id: CallId("c1".into()), report: DeskReport::Left };
        assert_eq!(told(&floor.handle(At(3), left)), ["pbx"]);
    }

    #[test]
    fn a_place_that_refuses_is_followed_by_others_and_asked_again_after_a_while() {
        let mut floor = floor(vec![place("pbx", false, 1), place("mobile", false, 1)]);
        assert_eq!(waits(&mut floor, At(0), "c1"), ["pbx"]);
        assert_eq!(refuses(&mut floor, At(1_000), "c1", "pbx"), ["mobile"]);
        assert_eq!(refuses(&mut floor, At(2_000), "c1", "mobile"), ["nobody"]);
        let again = floor.deadline().expect("asked again");
        assert_eq!(again, At(0) + AGAIN);
        assert_eq!(told(&floor.handle(again, Input::Tick)), ["pbx"]);
    }
}
