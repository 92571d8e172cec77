//! Whoever looks on has a hand in a call of the bot: types a line, gives a fact, rules on a reply, takes it over.
//! What is done is in the audit trail before it is done.

use super::Task;
use crate::desk::floor::Input;
use crate::desk::notice::{DeskNotice, Ear, Rule, Supervision, WaitingCall};
use crate::desk::protocol::{Hand, ToBrowser};
use crate::desk::shell::Obeyed;
use crate::desk::table::Person;
use crate::language::Language;
use crate::record::event::CallId;
use crate::store::{Audit, AuditAction};

impl Task {
    /// Does what the tab wants with this call, if it may and can be done.
    pub(super) async fn supervise(&mut self, screen: u64, call_id: CallId, hand: Hand) -> Obeyed {
        let Some(viewer) = self.viewers.get(&screen) else { return Err(super::watching::not_allowed()) };
        let (who, address) = (viewer.who.clone(), viewer.address.clone());
        let watches = viewer.watches.as_ref().is_some_and(|(watched, _)| *watched == call_id);
        let Some(live) = self.live.calls.get(&call_id) else { return Err(over()) };
        let proposed = live.proposal.as_ref().map(|proposal| proposal.id);
        match &hand {
            Hand::Rule { id, .. } if proposed != Some(*id) => {
                return Err(("too_late", "This reply does not wait any more.".into()));
            }
            Hand::Rule { .. } => {}
            _ if !watches => return Err(("not_allowed", "Whoever does this watches the call.".into())),
            Hand::Ear { ear } => self.may_hear(&who, &call_id, *ear)?,
            _ if live.waiting_since.is_some() || live.table.is_some() => {
                return Err(("not_with_bot", "The bot has not got this call any more.".into()));
            }
            _ => {}
        }
        if let Hand::TakeOver = hand {
            self.may_take_over(&who, &call_id)?;
        }
        // The end of listening is written down when the line has ended, whoever ended it.
        if let Hand::Ear { ear: Ear::Off } = hand {
            return self.carry_out_hand(who, call_id, hand).await;
        }
        let action = action(&hand);
        let audit =
            Audit { at: self.clock.now(), who: who.clone(), action, call_id: Some(call_id.clone()), address };
        if let Err(error) = self.store.add_audit(&audit).await {
            tracing::error!(%error, "What a supervisor wanted could not be written to the audit trail");
            return Err(("not_saved", "The server could not save this; try again.".into()));
        }
        metrics::counter!("duet_supervision_total", "action" => action.name()).increment(1);
        self.carry_out_hand(who, call_id, hand).await
    }

    async fn carry_out_hand(&mut self, who: String, call_id: CallId, hand: Hand) -> Obeyed {
        let supervision = match hand {
            Hand::Steer { text } => Supervision::Steer { by: who, text },
            Hand::Fact { slot, value } => Supervision::Fact { by: who, slot, value },
            Hand::Rule { id, rule } => {
                let by = Person::of(&self.floor.roster, &who);
                Supervision::Rule { id, by, rule }
            }
            Hand::TakeOver => return self.take_over(who, call_id).await,
            Hand::Ear { ear } => {
                let reached = self.reach.send(&call_id, DeskNotice::Ear { by: who, ear });
                return if reached { Ok(()) } else { Err(over()) };
            }
        };
        let reached = self.reach.send(&call_id, DeskNotice::Supervise(supervision));
        if reached { Ok(()) } else { Err(over()) }
    }

    /// Listening needs this person's browser, free; whispering somebody to whisper to.
    fn may_hear(&self, who: &str, call_id: &CallId, ear: Ear) -> Obeyed {
        if ear == Ear::Off {
            return Ok(());
        }
        let live = self.live.calls.get(call_id);
        if live.is_some_and(|live| !live.channel.is_voice()) {
            return Err(("not_for_chats", "There is nothing to hear in a chat.".into()));
        }
        let table = live.and_then(|live| live.table.as_ref());
        if ear == Ear::Whisper && table.is_none() {
            return Err(("nobody_to_whisper_to", "No person has this call.".into()));
        }
        match self.floor.roster.agents.get(who) {
            Some(agent) if agent.browser.is_none() => {
                Err(("no_phone", "Your browser is not your telephone: turn it on to listen.".into()))
            }
            Some(agent) if agent.presence.call().is_none() => Ok(()),
            _ => Err(("not_available", "You have another call, or after-call work.".into())),
        }
    }

    fn may_take_over(&self, who: &str, call_id: &CallId) -> Obeyed {
        // It may wait already, and the record has not told yet.
        if self.floor.queue.calls.iter().any(|waiting| waiting.call.call_id == *call_id) {
            return Err(("not_with_bot", "The bot has not got this call any more.".into()));
        }
        let channel = self.live.calls.get(call_id).map(|live| live.channel).unwrap_or_default();
        let agent = self.floor.roster.agents.get(who);
        match agent {
            Some(agent) if !agent.can_take(channel) => {
                Err(("no_phone", "No phone is set for you: the call could not reach you.".into()))
            }
            Some(agent) if agent.presence.call().is_none() => Ok(()),
            _ => Err(("not_available", "You have another call, or after-call work.".into())),
        }
    }

    /// The card first, then the phone.
    async fn take_over(&mut self, agent: String, call_id: CallId) -> Obeyed {
        let Some(live) = self.live.calls.get(&call_id) else { return Err(over()) };
        let queue = live.queue.clone().unwrap_or_else(|| self.queue_of(&agent));
        let language = live.language.unwrap_or(Language::English);
        let call = WaitingCall {
            only: Some(agent.clone()),
            channel: live.channel,
            ..WaitingCall::new(call_id, &queue, language, self.clock.now())
        };
        self.input(Input::TakeOver { agent, call }).await;
        Ok(())
    }

    fn queue_of(&self, agent: &str) -> String {
        let agent = self.floor.roster.agents.get(agent);
        agent.and_then(|agent| agent.queues.first().cloned()).unwrap_or_default()
    }

    /// Nobody is left who could read replies: those that wait are not kept waiting.
    pub(super) fn nobody_looks_on(&self) {
        for (call_id, _) in self.live.calls.iter().filter(|(_, live)| live.proposal.is_some()) {
            self.reach.send(call_id, DeskNotice::Supervise(Supervision::NobodyLooksOn));
        }
    }

    // --- telling those who are watched ------------------------------------------------------------

    /// Tells whoever has the call who watches it, unless the configuration keeps that from them.
    pub(super) fn tell_watched(&mut self, call_id: &CallId) {
        if !self.options.tell_watched {
            return;
        }
        let watching = self
            .viewers
            .values()
            .filter(|viewer| viewer.watches.as_ref().is_some_and(|(watched, _)| watched == call_id));
        let mut watchers: Vec<Person> =
            watching.map(|viewer| Person::of(&self.floor.roster, &viewer.who)).collect();
        let hearing = |ears: &[Ear]| -> Vec<String> {
            let here = self.viewers.values().filter(|viewer| {
                let here = viewer.watches.as_ref().is_some_and(|(watched, _)| watched == call_id);
                here && ears.contains(&viewer.ear)
            });
            let ids: std::collections::BTreeSet<String> = here.map(|viewer| viewer.who.clone()).collect();
            ids.into_iter().collect()
        };
        let (listening, whispering) = (hearing(&[Ear::Listen, Ear::Whisper]), hearing(&[Ear::Whisper]));
        watchers.sort_by(|a, b| a.id.cmp(&b.id));
        watchers.dedup();
        let agents = self.floor.roster.agents.values();
        let with = agents.filter(|agent| agent.presence.call() == Some(call_id));
        let with: Vec<String> = with.map(|agent| agent.id.clone()).collect();
        for agent in with {
            // Whoever watches a call of one's own knows it.
            let others = watchers.iter().filter(|person| person.id != agent).cloned().collect();
            let (listening, whispering) = (listening.clone(), whispering.clone());
            let call_id = call_id.clone();
            self.send(&agent, ToBrowser::Watchers { call_id, watchers: others, listening, whispering });
        }
    }
}

fn over() -> (&'static str, String) {
    ("no_such_call", "This call is over.".into())
}

fn action(hand: &Hand) -> AuditAction {
    match hand {
        Hand::Steer { .. } => AuditAction::Steered,
        Hand::Fact { .. } => AuditAction::FactGiven,
        Hand::Rule { rule: Rule::Approve, .. } => AuditAction::ReplyApproved,
        Hand::Rule { rule: Rule::Edit { .. }, .. } => AuditAction::ReplyEdited,
        Hand::Rule { rule: Rule::Deny { .. }, .. } => AuditAction::ReplyDenied,
        Hand::TakeOver => AuditAction::CallTakenOver,
        Hand::Ear { ear: Ear::Listen } => AuditAction::CallListened,
        Hand::Ear { ear: Ear::Whisper } => AuditAction::Whispered,
        Hand::Ear { ear: Ear::Off } => AuditAction::ListenEnded,
    }
}
