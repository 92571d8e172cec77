//! ◆ Who is on a call and who hears whom, derived from the call's events.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::roster::Roster;
use crate::record::event::{AgentRefusal, Entry, Event};
use crate::time::At;
use serde::Serialize;

/// Who hears whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seating {
    /// Caller and agent.
    Talking,
    /// The caller hears music.
    Held,
    /// The caller hears music while the colleague's phone rings.
    Ringing,
    /// The caller hears music, agent and colleague talk.
    Consulting,
    /// All three.
    Conference,
}

/// The people of a call that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub seating: Seating,
    pub since: At,
    /// Who has the caller.
    pub agent: String,
    /// Who is asked, or talks too.
    pub colleague: Option<String>,
    /// Who was asked last and did not come; until something else happens.
    pub refused: Option<(String, AgentRefusal)>,
}

/// The table after these entries of one call; none while no person has it.
pub fn table(entries: &[Entry]) -> Option<Table> {
    entries.iter().fold(None, Table::after)
}

impl Table {
    /// The table after one more entry of its call.
    pub fn after(table: Option<Table>, entry: &Entry) -> Option<Table> {
        match (&entry.event, table) {
            (Event::Bridged { agent }, _) => Some(Table::laid(agent, entry.at)),
            (_, Some(table)) => table.next(entry),
            (_, None) => None,
        }
    }

    fn laid(agent: &str, at: At) -> Table {
        let agent = agent.to_owned();
        Table { seating: Seating::Talking, since: at, agent, colleague: None, refused: None }
    }

    fn next(mut self, entry: &Entry) -> Option<Table> {
        let at = entry.at;
        match &entry.event {
            Event::HoldBegan if self.seating == Seating::Talking => self.seat(Seating::Held, at),
            Event::HoldEnded if self.seating == Seating::Held => self.seat(Seating::Talking, at),
            Event::ConsultBegan { agent } => {
                self.seat(Seating::Ringing, at);
                self.colleague = Some(agent.clone());
            }
            Event::ConsultAnswered { .. } => self.seat(Seating::Consulting, at),
            Event::ConferenceBegan { .. } => self.seat(Seating::Conference, at),
            // The caller comes back with the same breath: no moment of hold is shown in between.
            Event::ConsultEnded { .. } => self.alone(at),
            Event::AgentRefused { agent, refusal } if self.colleague.as_ref() == Some(agent) => {
                self.alone(at);
                self.refused = Some((agent.clone(), *refusal));
            }
            // Whoever was asked has the caller with the next entry.
            Event::AgentLeft { .. } if self.colleague.is_some() => {}
            Event::AgentLeft { .. }
            | Event::Transferred { .. }
            | Event::ReturnedToBot { .. }
            | Event::CallEnded { .. } => return None,
            _ => {}
        }
        Some(self)
    }

    fn seat(&mut self, seating: Seating, at: At) {
        self.seating = seating;
        self.since = at;
        self.refused = None;
    }

    fn alone(&mut self, at: At) {
        self.seat(Seating::Talking, at);
        self.colleague = None;
    }
}

/// Somebody of the desk, by login name and as one is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Person {
    pub id: String,
    pub name: String,
}

impl Person {
    /// One who is not known here any more is called by the login name.
    pub fn of(roster: &Roster, id: &str) -> Person {
        let known = roster.agents.get(id).map(|agent| agent.name.clone());
        Person { id: id.to_owned(), name: known.unwrap_or_else(|| id.to_owned()) }
    }
}

/// The table as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TableView {
    pub seating: Seating,
    pub since: At,
    pub agent: Person,
    pub colleague: Option<Person>,
    pub refused: Option<Refused>,
}

/// A colleague who did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Refused {
    pub colleague: Person,
    pub refusal: AgentRefusal,
}

impl TableView {
    pub fn of(roster: &Roster, table: &Table) -> TableView {
        let refused = table.refused.as_ref();
        TableView {
            seating: table.seating,
            since: table.since,
            agent: Person::of(roster, &table.agent),
            colleague: table.colleague.as_ref().map(|id| Person::of(roster, id)),
            refused: refused
                .map(|(id, refusal)| Refused { colleague: Person::of(roster, id), refusal: *refusal }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::notice::TransferTo;
    use crate::desk::testing::numbered;

    fn bridged(agent: &str) -> Event {
        Event::Bridged { agent: agent.into() }
    }

    fn asked() -> Event {
        Event::ConsultBegan { agent: "jan".into() }
    }

    fn answered() -> Event {
        Event::ConsultAnswered { agent: "jan".into() }
    }

    fn left(agent: &str) -> Event {
        Event::AgentLeft { agent: agent.into() }
    }

    /// Seating after each of these events, a second apart.
    fn seatings(events: Vec<Event>) -> Vec<Option<Seating>> {
        let events = events.into_iter().zip(1..).map(|(event, s)| (At(s * 1_000), event)).collect();
        let entries = numbered("c", events);
        (1..=entries.len()).map(|n| table(&entries[..n]).map(|table| table.seating)).collect()
    }

    #[test]
    fn hold_and_retrieve_are_seen_and_since_when() {
        use Seating::{Held, Talking};
        let events = vec![bridged("anna"), Event::HoldBegan, Event::HoldEnded];
        assert_eq!(seatings(events), [Some(Talking), Some(Held), Some(Talking)]);
        let held = numbered("c", vec![(At(5), bridged("anna")), (At(9), Event::HoldBegan)]);
        assert_eq!(table(&held).unwrap().since, At(9));
    }

    #[test]
    fn a_question_to_a_colleague_goes_through_ringing_and_advice_to_three_at_the_table() {
        use Seating::{Conference, Consulting, Held, Ringing, Talking};
        let conference = Event::ConferenceBegan { agent: "jan".into() };
        let events = vec![bridged("anna"), Event::HoldBegan, asked(), answered(), conference];
        let expected = [Talking, Held, Ringing, Consulting, Conference].map(Some);
        assert_eq!(seatings(events), expected);
    }

    #[test]
    fn a_colleague_who_does_not_answer_leaves_a_word_and_the_caller_is_back() {
        let refusal = AgentRefusal::NoAnswer;
        let refused = Event::AgentRefused { agent: "jan".into(), refusal };
        let events = vec![bridged("anna"), Event::HoldBegan, asked(), refused, Event::HoldEnded];
        let entries = numbered("c", events.into_iter().map(|event| (At(1), event)).collect());
        let back = table(&entries).unwrap();
        assert_eq!((back.seating, back.colleague), (Seating::Talking, None));
        assert_eq!(back.refused, Some(("jan".into(), refusal)));
        let again = Table::after(table(&entries), &numbered("c", vec![(At(2), Event::HoldBegan)])[0]);
        assert_eq!(again.unwrap().refused, None, "until something else happens");
    }

    #[test]
    fn a_refusal_while_the_queue_looked_for_an_agent_is_no_word_about_a_colleague() {
        let refused = Event::AgentRefused { agent: "jan".into(), refusal: AgentRefusal::Busy };
        assert_eq!(seatings(vec![refused]), [None]);
    }

    #[test]
    fn whoever_was_asked_takes_over_without_an_empty_chair_in_between() {
        use Seating::{Consulting, Talking};
        let events = vec![bridged("anna"), answered(), left("anna"), bridged("jan")];
        let mut asked_first = events.clone();
        asked_first.insert(1, asked());
        let seen = seatings(asked_first.clone());
        assert_eq!(seen[2..], [Some(Consulting), Some(Consulting), Some(Talking)]);
        let entries = numbered("c", asked_first.into_iter().map(|event| (At(1), event)).collect());
        assert_eq!(table(&entries).unwrap().agent, "jan");
    }

    #[test]
    fn nobody_sits_there_after_a_transfer_or_back_with_the_bot() {
        let to = TransferTo::Queue("claims".into());
        let transferred = Event::Transferred { by: "anna".into(), to, note: String::new() };
        assert_eq!(seatings(vec![bridged("anna"), transferred, left("anna")])[1..], [None, None]);
        let given_back = Event::GivenBack { by: "anna".into(), note: String::new() };
        assert_eq!(seatings(vec![bridged("anna"), given_back, left("anna")])[2], None);
    }
}
