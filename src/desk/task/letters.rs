//! What a customer writes while an agent talks with them.

use super::Task;
use crate::desk::protocol::ToBrowser;
use crate::record::letter::{Letter, contact, same_contact};

impl Task {
    /// Shows a letter to everybody whose card is about its contact.
    pub(super) fn show_letter(&mut self, letter: &Letter) {
        let same = same_contact(&letter.contact);
        let about = |caller: &str| contact(caller).is_some_and(|caller| same.contains(&caller));
        let agents = self.floor.roster.agents.values().filter_map(|agent| {
            let call_id = agent.presence.call()?;
            self.live.calls.get(call_id).filter(|live| about(&live.caller))?;
            Some((agent.id.clone(), call_id.clone()))
        });
        for (agent, call_id) in agents.collect::<Vec<_>>() {
            self.send(&agent, ToBrowser::Letter { call_id, letter: letter.clone() });
        }
    }
}
