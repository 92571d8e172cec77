//! ◆ The screen pop: what an agent sees before saying hello, derived from the call's events.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::brief::{self, Brief, Briefs, Glossary};
use crate::language::Language;
use crate::record::event::{CallId, Channel, Entry, Event, Signal};
use crate::record::transcript::{Line, Speaker, transcript};
use crate::time::At;
use serde::Serialize;
use std::collections::BTreeMap;

/// One fact that the bot collected.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Fact {
    pub name: String,
    pub value: String,
    /// The caller confirmed it, or a back office knows it.
    pub verified: bool,
}

/// The caller's mood in one turn, from the words; probabilities, 0..1.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct MoodPoint {
    pub turn: u32,
    pub at: At,
    pub anger: f32,
    pub frustration: f32,
    pub distress: f32,
}

/// The summary in a language model's words; the facts are in `ScreenPop::summary`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Worded {
    pub text: String,
    pub model: String,
}

/// Everything on the card.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ScreenPop {
    pub call_id: CallId,
    pub caller: String,
    pub caller_name: Option<String>,
    pub bot: String,
    pub channel: Channel,
    pub queue: Option<String>,
    pub topic: Option<String>,
    pub signals: Vec<Signal>,
    /// Of the last handover, where a model was asked and believed.
    pub worded: Option<Worded>,
    /// The story in each language of the desk, of facts alone.
    #[schema(value_type = Briefs)]
    pub briefs: BTreeMap<Language, Brief>,
    /// What the bot promised, as it was said.
    pub promised: Vec<String>,
    /// What the agent may say first, in the caller's language.
    pub opening: String,
    pub facts: Vec<Fact>,
    pub language: Option<Language>,
    /// Since when the caller waits for a person.
    pub waiting_since: Option<At>,
    /// From then until `now`, or until somebody answered.
    pub waited_ms: u64,
    pub transcript: Vec<Line>,
    /// In the order of the turns; empty where no tone is judged.
    pub mood: Vec<MoodPoint>,
    /// Index of the bot's last sentence: where the person takes up.
    pub continue_at: Option<usize>,
    /// Whether the story above was right, by the agent.
    pub summary_right: Option<bool>,
    /// When somebody answered.
    pub bridged_at: Option<At>,
}

/// Derives the card for the agent of this name at the moment `now`.
pub fn screen_pop(entries: &[Entry], now: At, agent: &str, glossary: &dyn Glossary) -> ScreenPop {
    let transcript = transcript(entries);
    let mut pop = ScreenPop {
        call_id: entries.first().map_or_else(|| CallId(String::new()), |entry| entry.call_id.clone()),
        caller: String::new(),
        caller_name: None,
        bot: String::new(),
        channel: Channel::Voice,
        queue: None,
        topic: None,
        signals: Vec::new(),
        worded: None,
        briefs: brief::briefs(before_the_person(entries), glossary),
        promised: brief::promises(before_the_person(entries)),
        opening: String::new(),
        facts: Vec::new(),
        language: None,
        waiting_since: None,
        waited_ms: 0,
        continue_at: transcript.iter().rposition(|line| line.speaker == Speaker::Bot),
        transcript,
        mood: Vec::new(),
        summary_right: None,
        bridged_at: None,
    };
    for entry in entries {
        take(&mut pop, entry);
    }
    let spoken = pop.language.unwrap_or(Language::English);
    pop.opening = brief::opening(before_the_person(entries), agent, spoken, glossary);
    pop.waited_ms = pop.waiting_since.map_or(0, |since| pop.bridged_at.unwrap_or(now).since_ms(since));
    pop
}

/// What happened before the person who talks now: the story ends there. Who is still waited for reads all of it.
fn before_the_person(entries: &[Entry]) -> &[Entry] {
    let last = entries.iter().rposition(|entry| {
        matches!(entry.event, Event::Bridged { .. } | Event::Transferred { .. } | Event::Escalated { .. })
    });
    match last.filter(|at| matches!(entries[*at].event, Event::Bridged { .. })) {
        Some(bridged) => &entries[..bridged],
        None => entries,
    }
}

fn take(pop: &mut ScreenPop, entry: &Entry) {
    match &entry.event {
        Event::CallReceived { from, from_name, bot, channel, .. } => {
            pop.channel = *channel;
            pop.caller.clone_from(from);
            pop.caller_name.clone_from(from_name);
            pop.bot.clone_from(bot);
        }
        Event::LanguageChosen { language, .. } => pop.language = Some(*language),
        Event::CallerSaid { language, .. } if pop.language.is_none() => pop.language = Some(*language),
        Event::Understood { topic: Some(topic), .. } => pop.topic = Some(topic.clone()),
        Event::ToneJudged { turn, anger, frustration, distress, .. } => {
            let (turn, anger, frustration, distress) = (*turn, *anger, *frustration, *distress);
            pop.mood.push(MoodPoint { turn, at: entry.at, anger, frustration, distress });
        }
        Event::SlotFilled { slot, value, verified, .. } => fill(&mut pop.facts, slot, value, *verified),
        Event::Escalated { signals, queue, topic, .. } => {
            pop.signals.clone_from(signals);
            pop.queue = Some(queue.clone());
            if topic.is_some() {
                pop.topic.clone_from(topic);
            }
            pop.worded = None;
            pop.summary_right = None;
            // A second escalation is a second wait.
            pop.waiting_since = Some(entry.at);
            pop.bridged_at = None;
        }
        Event::SummaryJudged { right, .. } => pop.summary_right = Some(*right),
        Event::SummaryWorded { text, model } => {
            pop.worded = Some(Worded { text: text.clone(), model: model.clone() });
        }
        Event::Queued { queue } => {
            pop.queue = Some(queue.clone());
            pop.waiting_since.get_or_insert(entry.at);
        }
        Event::Transferred { .. } => {
            pop.waiting_since = Some(entry.at);
            pop.bridged_at = None;
        }
        Event::Bridged { .. } => {
            pop.bridged_at.get_or_insert(entry.at);
        }
        _ => {}
    }
}

/// A slot filled again keeps its place and takes the new value.
fn fill(facts: &mut Vec<Fact>, slot: &str, value: &str, verified: bool) {
    let fact = Fact { name: slot.to_owned(), value: value.to_owned(), verified };
    match facts.iter_mut().find(|fact| fact.name == slot) {
        Some(known) => *known = fact,
        None => facts.push(fact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::brief::NoGlossary;
    use crate::desk::testing::{bot_said, caller_said, escalated_call, numbered};

    fn pop(entries: &[Entry], now: At) -> ScreenPop {
        screen_pop(entries, now, "Anna", &NoGlossary)
    }

    fn english(pop: &ScreenPop) -> &Brief {
        &pop.briefs[&Language::English]
    }

    #[test]
    fn the_card_tells_who_why_and_what_is_known() {
        let pop = pop(&escalated_call("c1", At(1_000_000)), At(1_030_000));
        assert_eq!(pop.caller, "+48601234567");
        assert_eq!(pop.queue.as_deref(), Some("logistics"));
        assert_eq!(
            english(&pop).why.as_deref(),
            Some("Asks for a person (\"z człowiekiem\"); topic: parcel status")
        );
        assert!(pop.opening.starts_with("Dzień dobry, mówi Anna."), "{}", pop.opening);
        assert_eq!(
            pop.facts[0],
            Fact { name: "parcel_no".into(), value: "9912345678".into(), verified: true }
        );
        assert_eq!(pop.waiting_since, Some(At(1_021_000)));
        assert_eq!(pop.waited_ms, 9_000);
        assert!(!english(&pop).summary.is_empty() && english(&pop).summary.len() <= 3);
    }

    #[test]
    fn the_person_takes_up_at_the_bots_last_sentence() {
        let entries = numbered(
            "c1",
            vec![
                (At(1), bot_said("Dzień dobry", At(1), 10, 10)),
                (At(30), caller_said("człowiek", At(20))),
                (At(40), bot_said("Łączę z konsultantem", At(31), 9, 9)),
                (At(60), caller_said("dziękuję", At(50))),
            ],
        );
        let pop = pop(&entries, At(99));
        assert_eq!(pop.transcript[pop.continue_at.unwrap()].text, "Łączę z konsultantem");
    }

    #[test]
    fn wait_and_summary_stand_still_once_somebody_answered() {
        let mut entries = escalated_call("c1", At(1_000_000));
        let seq = entries.len() as u32;
        entries.push(Entry {
            call_id: CallId("c1".into()),
            seq,
            at: At(1_031_000),
            event: Event::Bridged { agent: "anna".into() },
        });
        let before = pop(&entries, At(1_031_000)).briefs;
        entries.push(Entry {
            call_id: CallId("c1".into()),
            seq: seq + 1,
            at: At(1_033_000),
            event: caller_said("halo?", At(1_032_000)),
        });
        let pop = pop(&entries, At(2_000_000));
        assert_eq!((pop.waited_ms, pop.briefs), (10_000, before));
    }

    #[test]
    fn a_worded_summary_stands_beside_the_facts_until_the_next_handover() {
        let mut entries = escalated_call("c1", At(1_000_000));
        let facts = pop(&entries, At(1_030_000)).briefs;
        let mut add = |event: Event| {
            let (seq, at) = (entries.len() as u32, At(1_031_000));
            entries.push(Entry { call_id: CallId("c1".into()), seq, at, event });
            pop(&entries, at)
        };
        let pop = add(Event::SummaryWorded { text: "The caller waits.".into(), model: "tiny".into() });
        assert_eq!(pop.worded, Some(Worded { text: "The caller waits.".into(), model: "tiny".into() }));
        assert_eq!(pop.briefs, facts, "nothing that the model leaves out is lost");
        let pop = add(Event::SummaryJudged { agent: "anna".into(), right: false });
        assert_eq!(pop.summary_right, Some(false));
        let (signals, why, queue) = (vec![], "Again".to_owned(), "q".to_owned());
        let pop = add(Event::Escalated { turn: 9, signals, why, queue, topic: None });
        assert_eq!((pop.worded, pop.summary_right), (None, None));
    }

    #[test]
    fn the_card_shows_how_the_mood_went() {
        let judged = |turn, anger| Event::ToneJudged {
            turn,
            anger,
            frustration: 0.1,
            sarcasm: 0.0,
            distress: 0.0,
            joy: 0.0,
            words: Vec::new(),
        };
        let entries = numbered("c1", vec![(At(1), judged(1, 0.2)), (At(2), judged(2, 0.9))]);
        let mood = pop(&entries, At(3)).mood;
        let seen: Vec<(u32, At, f32)> =
            mood.iter().map(|point| (point.turn, point.at, point.anger)).collect();
        assert_eq!(seen, [(1, At(1), 0.2), (2, At(2), 0.9)]);
    }

    #[test]
    fn the_next_agent_reads_who_passed_the_caller_on_and_why() {
        let mut entries = escalated_call("c1", At(1_000_000));
        let mut add = |at: u64, event: Event| {
            let seq = entries.len() as u32;
            entries.push(Entry { call_id: CallId("c1".into()), seq, at: At(at), event });
            pop(&entries, At(at))
        };
        add(1_031_000, Event::Bridged { agent: "anna".into() });
        let to = crate::desk::notice::TransferTo::Queue("claims".into());
        let pop = add(1_060_000, Event::Transferred { by: "anna".into(), to, note: "wants a refund".into() });
        let why = english(&pop).why.clone().unwrap();
        assert!(why.ends_with("; passed on by anna: wants a refund"), "{why}");
        assert_eq!((pop.waiting_since, pop.bridged_at), (Some(At(1_060_000)), None));
    }

    #[test]
    fn a_slot_filled_again_shows_its_last_value_once() {
        let fill = |value: &str| Event::SlotFilled {
            turn: 1,
            slot: "parcel_no".into(),
            value: value.into(),
            verified: false,
            source: Default::default(),
        };
        let entries = numbered("c1", vec![(At(1), fill("1")), (At(2), fill("2"))]);
        let facts = pop(&entries, At(3)).facts;
        assert_eq!((facts.len(), facts[0].value.as_str()), (1, "2"));
    }
}
