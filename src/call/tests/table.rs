//! What the desk makes of a call's events is what the call itself knows, in every state and after every fault.

use super::faults::{FAULTS, STATES};
use super::*;
use crate::desk::table::table;
use crate::record::Entry;

impl World {
    /// As the desk derives it from the record.
    fn table(&self) -> Option<(String, crate::desk::table::Seating, Option<String>)> {
        let entry = |(seq, (at, event)): (usize, &(At, Event))| Entry {
            call_id: CallId("c".into()),
            seq: seq as u32,
            at: *at,
            event: event.clone(),
        };
        let entries: Vec<Entry> = self.events.iter().enumerate().map(entry).collect();
        table(&entries).map(|table| (table.agent, table.seating, table.colleague))
    }

    /// As it is.
    fn seated(&self) -> Option<(String, crate::desk::table::Seating, Option<String>)> {
        let Phase::Bridged(bridged) = &self.call.phase else { return None };
        let (agent, seating, second) = bridged.seated();
        Some((agent.to_owned(), seating, second.map(str::to_owned)))
    }
}

#[test]
fn the_desk_shows_who_hears_whom_as_the_call_has_it() {
    let mut seen = std::collections::BTreeSet::new();
    for state in STATES {
        for fault in FAULTS {
            let mut world = World::in_state(state);
            assert_eq!(world.table(), world.seated(), "{state:?}");
            world.strike(fault);
            world.run_for(3_000);
            assert_eq!(world.table(), world.seated(), "{state:?} then {fault:?}");
            seen.extend(world.seated().map(|(_, seating, _)| format!("{seating:?}")));
        }
    }
    assert_eq!(seen.len(), 5, "every seating was met: {seen:?}");
}
