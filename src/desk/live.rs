//! ◆ The calls that live, each kept up to date entry by entry.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::table::Table;
use crate::language::Language;
use crate::record::event::{CallId, Channel, Entry, Event, Signal};
use crate::time::At;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// So many judgements of mood, and of how sure the bot is, count: what was long ago is over.
const JUDGEMENTS: usize = 2;
/// So many sentences of the bot are looked at for one that comes again.
const SENTENCES: usize = 6;

/// One call, as far as the desk follows it.
#[derive(Debug, Clone, Default)]
pub struct LiveCall {
    pub caller: String,
    pub caller_name: Option<String>,
    pub bot: String,
    pub channel: Channel,
    pub since: At,
    pub language: Option<Language>,
    pub topic: Option<String>,
    pub queue: Option<String>,
    /// Why a person was called.
    pub signals: Vec<Signal>,
    /// Waits for a person since; the bot speaks to whoever does not.
    pub waiting_since: Option<At>,
    /// Whose phone rings for it.
    pub offered: Option<String>,
    pub table: Option<Table>,
    /// When the bot had it last, from nobody or from a person.
    pub with_bot_since: At,
    pub moods: VecDeque<Mood>,
    /// How sure the bot was of the last topics, 0..1.
    pub understood: VecDeque<f32>,
    /// Names of what the bot said last.
    pub prompts: VecDeque<String>,
    /// Times that a voice came and no words, since the last words.
    pub deaf: u32,
    /// A reply that waits for a person.
    pub proposal: Option<Proposed>,
    /// Slots that have a value.
    pub known: BTreeSet<String>,
}

/// A reply that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Proposed {
    /// Counts within the call.
    pub id: u32,
    pub topic: Option<String>,
    pub text: String,
    pub since: At,
    /// Then it waits no longer.
    pub until: At,
}

/// How likely an utterance was said so, 0..1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mood {
    pub anger: f32,
    pub frustration: f32,
    pub distress: f32,
}

/// Calls from their first entry to `call_ended`; as many as the node admits.
#[derive(Debug, Default)]
pub struct Live {
    pub calls: BTreeMap<CallId, LiveCall>,
}

impl Live {
    /// Takes the next entry of a call; true when other people sit at its table now.
    pub fn take(&mut self, entry: &Entry) -> bool {
        if matches!(entry.event, Event::CallReceived { .. }) {
            self.calls.entry(entry.call_id.clone()).or_default();
        }
        // What comes after the end, like a wrap-up, brings no call back to life.
        let Some(call) = self.calls.get_mut(&entry.call_id) else { return false };
        let before = call.table.take();
        call.table = Table::after(before.clone(), entry);
        call.take(entry);
        let changed = call.table != before;
        if matches!(entry.event, Event::CallEnded { .. }) {
            self.calls.remove(&entry.call_id);
        }
        changed
    }

    pub fn table(&self, call_id: &CallId) -> Option<&Table> {
        self.calls.get(call_id)?.table.as_ref()
    }

    /// Entries were missed: what is known of a call is told anew.
    pub fn tell_again(&mut self, call_id: &CallId, entries: &[Entry]) {
        self.calls.remove(call_id);
        self.take_all(entries);
    }

    pub fn take_all(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.take(entry);
        }
    }
}

impl LiveCall {
    fn take(&mut self, entry: &Entry) {
        match &entry.event {
            Event::CallReceived { from, from_name, bot, channel, .. } => {
                self.channel = *channel;
                self.caller.clone_from(from);
                self.caller_name.clone_from(from_name);
                self.bot.clone_from(bot);
                (self.since, self.with_bot_since) = (entry.at, entry.at);
            }
            Event::LanguageChosen { language, .. } => self.language = Some(*language),
            Event::CallerSaid { language, .. } => {
                self.language.get_or_insert(*language);
                self.deaf = 0;
            }
            Event::ToneJudged { anger, frustration, distress, .. } => {
                let (anger, frustration, distress) = (*anger, *frustration, *distress);
                keep(&mut self.moods, Mood { anger, frustration, distress }, JUDGEMENTS);
            }
            Event::Understood { topic, confidence, .. } => {
                self.topic = topic.clone().or(self.topic.take());
                keep(&mut self.understood, *confidence, JUDGEMENTS);
            }
            // A filler, or what somebody typed, is no sentence that the bot repeats.
            Event::BotSaid { prompt, typed_by: None, .. }
                if self.waiting_since.is_none() && prompt != "cover" =>
            {
                keep(&mut self.prompts, prompt.clone(), SENTENCES);
            }
            Event::Deaf { times, .. } => self.deaf = *times,
            Event::ReplyProposed { id, topic, text, until, .. } => {
                let (topic, text) = (topic.clone(), text.clone());
                self.proposal = Some(Proposed { id: *id, topic, text, since: entry.at, until: *until });
            }
            Event::ReplyRuled { .. } => self.proposal = None,
            Event::SlotFilled { slot, .. } => drop(self.known.insert(slot.clone())),
            _ => self.people(entry),
        }
    }

    /// Who has it, and for whom it waits.
    fn people(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Escalated { signals, queue, topic, .. } => {
                self.signals.clone_from(signals);
                self.queue = Some(queue.clone());
                self.topic = topic.clone().or(self.topic.take());
                self.waiting_since = Some(entry.at);
            }
            Event::Queued { queue } => {
                self.queue = Some(queue.clone());
                self.waiting_since.get_or_insert(entry.at);
            }
            // Whoever leaves a message waits no longer.
            Event::MessageBegan { .. } => (self.waiting_since, self.offered) = (None, None),
            Event::AgentOffered { agent, .. } => self.offered = Some(agent.clone()),
            Event::AgentRefused { .. } => self.offered = None,
            Event::Transferred { .. } => self.waiting_since = Some(entry.at),
            Event::Bridged { .. } => (self.waiting_since, self.offered) = (None, None),
            Event::ReturnedToBot { .. } => {
                (self.waiting_since, self.offered) = (None, None);
                self.signals.clear();
                self.with_bot_since = entry.at;
                self.prompts.clear();
            }
            _ => {}
        }
    }

    /// How often the sentence came that came most often, of the last ones.
    pub fn repeats(&self) -> usize {
        let times = |prompt| self.prompts.iter().filter(|other| *other == prompt).count();
        self.prompts.iter().map(times).max().unwrap_or(0)
    }
}

fn keep<T>(list: &mut VecDeque<T>, item: T, most: usize) {
    list.push_back(item);
    while list.len() > most {
        list.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::{caller_said, escalated_call};
    use crate::record::event::{EndedBy, Outcome};

    fn live(entries: &[Entry]) -> Live {
        let mut live = Live::default();
        live.take_all(entries);
        live
    }

    fn then(entries: &mut Vec<Entry>, at: u64, event: Event) {
        let (call_id, seq) = (CallId("c1".into()), entries.len() as u32);
        entries.push(Entry { call_id, seq, at: At(at), event });
    }

    #[test]
    fn a_call_is_followed_from_the_bot_to_a_person_and_is_gone_with_its_end() {
        let mut entries = escalated_call("c1", At(1_000));
        let call = |entries: &[Entry]| live(entries).calls.into_values().next();
        let waits = call(&entries).unwrap();
        assert_eq!((waits.waiting_since, waits.caller.as_str()), (Some(At(22_000)), "+48601234567"));
        assert_eq!(
            (waits.topic.as_deref(), waits.queue.as_deref()),
            (Some("parcel_status"), Some("logistics"))
        );
        then(&mut entries, 30_000, Event::AgentOffered { agent: "anna".into(), outside: false });
        assert_eq!(call(&entries).unwrap().offered.as_deref(), Some("anna"));
        then(&mut entries, 31_000, Event::Bridged { agent: "anna".into() });
        let talks = call(&entries).unwrap();
        assert_eq!((talks.waiting_since, talks.offered), (None, None));
        assert_eq!(talks.table.unwrap().agent, "anna");
        let (outcome, by, reason) = (Outcome::HandedOver, EndedBy::Caller, "bye".to_owned());
        then(&mut entries, 40_000, Event::CallEnded { outcome, by, reason });
        let wrap_up = Event::WrapUp { agent: "anna".into(), code: "solved".into(), note: String::new() };
        then(&mut entries, 41_000, wrap_up);
        assert!(call(&entries).is_none(), "a wrap-up brings no call back to life");
    }

    #[test]
    fn a_sentence_that_comes_again_is_counted_among_the_last_ones() {
        let mut entries = escalated_call("c1", At(1_000));
        entries.truncate(2);
        let said = |prompt: &str| Event::BotSaid {
            turn: 1,
            prompt: prompt.into(),
            text: "?".into(),
            language: Language::English,
            started: At(2_000),
            heard_ms: 1,
            total_ms: 1,
            typed_by: None,
        };
        for prompt in ["ask_number", "not_understood", "ask_number", "not_understood", "ask_number"] {
            then(&mut entries, 2_000, said(prompt));
        }
        assert_eq!(live(&entries).calls[&CallId("c1".into())].repeats(), 3);
        for prompt in ["a", "b", "c", "d"] {
            then(&mut entries, 3_000, said(prompt));
        }
        assert_eq!(live(&entries).calls[&CallId("c1".into())].repeats(), 1);
    }

    #[test]
    fn words_end_deafness() {
        let mut entries = escalated_call("c1", At(1_000));
        then(&mut entries, 2_000, Event::Deaf { stage: "ear".into(), for_ms: 900, times: 2 });
        assert_eq!(live(&entries).calls[&CallId("c1".into())].deaf, 2);
        then(&mut entries, 3_000, caller_said("halo", At(2_500)));
        assert_eq!(live(&entries).calls[&CallId("c1".into())].deaf, 0);
    }

    #[test]
    fn what_was_missed_is_told_anew() {
        let entries = escalated_call("c1", At(1_000));
        let mut half = live(&entries[..3]);
        half.tell_again(&CallId("c1".into()), &entries);
        assert_eq!(half.calls[&CallId("c1".into())].queue.as_deref(), Some("logistics"));
    }
}
