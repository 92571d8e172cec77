//! Cards beside a conversation: made after its words, never before, by one worker that leaves out what it has no time for.

use super::Task;
use crate::desk::assist::{Advice, AssistReply, says_something};
use crate::desk::protocol::ToBrowser;
use crate::desk::roster::Presence;
use crate::desk::shell::{Command, Obeyed};
use crate::language::Language;
use crate::record::event::{CallId, Entry, Event};

/// Passages that one utterance brings at most.
const PASSAGES: usize = 2;

impl Task {
    /// Helps whoever has the call, if that person's desk shows it.
    pub(super) fn assist(&mut self, entry: &Entry) {
        let call_id = &entry.call_id;
        if !self.live.calls.contains_key(call_id) {
            self.assisted.remove(call_id);
            return;
        }
        let (text, language, by_agent) = match &entry.event {
            Event::Bridged { .. } => return self.advise_next_step(entry),
            Event::AgentSaid { text, language, .. } => (text, *language, true),
            Event::CallerSaid { text, language, .. } => (text, *language, false),
            _ => return,
        };
        if self.helped(call_id).is_none() || !says_something(text) {
            return;
        }
        let Some(bot) = self.live.calls.get(call_id).map(|live| live.bot.clone()) else { return };
        if by_agent && let Some((phrase, said)) = self.options.library.forbidden(&bot, text, language) {
            metrics::counter!("duet_forbidden_promises_total").increment(1);
            self.show_advice(call_id, vec![Advice::Promise { phrase, said }]);
        }
        self.look_up(call_id.clone(), bot, text.clone(), language);
    }

    /// Who has the call and sees it.
    fn helped(&self, call_id: &CallId) -> Option<String> {
        let table = self.live.table(call_id)?;
        let agent = self.floor.roster.agents.get(&table.agent)?;
        let talks = matches!(&agent.presence, Presence::OnCall { call_id: of } if of == call_id);
        let sees = self.screens.get(&table.agent).is_some_and(|screens| !screens.is_empty());
        (talks && sees).then(|| table.agent.clone())
    }

    fn advise_next_step(&mut self, entry: &Entry) {
        let Some(live) = self.live.calls.get(&entry.call_id) else { return };
        let Some(topic) = &live.topic else { return };
        let language = live.language.unwrap_or(Language::English);
        let next = self.options.library.next_step(&live.bot, topic, &live.known, language);
        if let Some(step) = next {
            self.show_advice(&entry.call_id, vec![Advice::NextStep(step)]);
        }
    }

    /// Searches in the background, one utterance at a time; one that comes meanwhile is left out.
    fn look_up(&self, call_id: CallId, bot: String, text: String, language: Language) {
        let Ok(permit) = self.searching.clone().try_acquire_owned() else { return };
        let (library, back) = (self.options.library.clone(), self.back.clone());
        tokio::task::spawn_blocking(move || {
            let found = library.passages(&bot, &text, language);
            drop(permit);
            // The best comes last, and so stands on top.
            let advice: Vec<Advice> = found.into_iter().take(PASSAGES).map(Advice::from).rev().collect();
            if let (false, Some(back)) = (advice.is_empty(), back.upgrade()) {
                // A desk without room for it has better things to do.
                let _ = back.try_send(Command::Advise(call_id, advice));
            }
        });
    }

    pub(super) fn show_advice(&mut self, call_id: &CallId, advice: Vec<Advice>) {
        let Some(agent) = self.live.table(call_id).map(|table| table.agent.clone()) else { return };
        let now = self.clock.now();
        for advice in advice {
            let kind = advice.kind();
            let card = self.assisted.entry(call_id.clone()).or_default().add(now, advice);
            if let Some(card) = card {
                metrics::counter!("duet_assist_cards_total", "kind" => kind).increment(1);
                self.send(&agent, ToBrowser::Assist { call_id: call_id.clone(), card });
            }
        }
    }

    /// The cards so far, for a page that has just got the call.
    pub(super) fn show_advice_again(&mut self, agent: &str, call_id: &CallId) {
        let cards = self.assisted.get(call_id).map(|assisted| assisted.cards().cloned().collect());
        let cards: Vec<_> = cards.unwrap_or_default();
        let has = self.live.table(call_id).is_some_and(|table| table.agent == agent);
        for card in cards.into_iter().filter(|_| has) {
            self.send(agent, ToBrowser::Assist { call_id: call_id.clone(), card });
        }
    }

    pub(super) async fn judge_advice(
        &mut self,
        agent: String,
        call_id: CallId,
        id: u32,
        reply: AssistReply,
    ) -> Obeyed {
        let with = self.floor.roster.agents.get(&agent).and_then(|agent| agent.presence.call());
        if with != Some(&call_id) {
            return Err(("not_your_call", "This call is not with you.".into()));
        }
        let Some(assisted) = self.assisted.get_mut(&call_id) else { return Ok(()) };
        let AssistReply::Judge { useful } = reply else {
            assisted.dismiss(id);
            return Ok(());
        };
        let Some(card) = assisted.find(id) else { return Ok(()) };
        let (kind, source) = (card.advice.kind(), card.advice.source());
        metrics::counter!("duet_assist_judged_total", "kind" => kind, "useful" => useful.to_string())
            .increment(1);
        let event = Event::AssistJudged { agent, kind: kind.to_owned(), source, useful };
        let saved = self.recorder.append(&call_id, self.clock.now(), event).await;
        saved.map(drop).map_err(|error| {
            tracing::error!(call.id = %call_id, %error, "What an agent thinks of a card could not be recorded");
            ("not_saved", "The server could not save this; try again.".into())
        })
    }
}
