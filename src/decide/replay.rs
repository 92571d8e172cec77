//! ◆ A recorded call played again to a bot: what would it do today?
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::act::{Act, DialogInput};
use super::bot::Bot;
use super::detail::readable;
use super::dialog::Dialog;
use super::story::{Classify, Observed};
use crate::language::Language;
use crate::record::event::{Entry, Event, Source};
use crate::time::At;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Actions that one turn may run; a circle of steps ends here.
const MAX_ACTIONS: usize = 20;

/// What a caller did in one call, and what the back office answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    pub call_id: String,
    pub from: String,
    pub language: Option<Language>,
    pub at: At,
    pub turns: Vec<Turn>,
    /// Answers by action, in order; `Err` where it failed. Of an answer the record has a few words.
    answers: BTreeMap<String, VecDeque<Result<String, String>>>,
}

/// What the caller did in one turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    Said { text: String, language: Language, confidence: f32 },
    Typed(String),
}

/// What a bot did in one turn, in the words of its author.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Done {
    pub topic: Option<String>,
    /// Prompts without their attempt: the wording of a question is no difference.
    pub prompts: Vec<String>,
    pub runs: Vec<String>,
    /// Kind of the first signal of a handover.
    pub escalated: Option<String>,
    /// Queue of the handover.
    pub queue: Option<String>,
    pub hung_up: bool,
}

impl Recording {
    /// The caller's side of a call; what came after the bridge is nobody's business here.
    pub fn of(entries: &[Entry]) -> Option<Recording> {
        let first = entries.first()?;
        let Event::CallReceived { from, .. } = &first.event else { return None };
        let mut recording = Recording {
            call_id: first.call_id.0.clone(),
            from: from.clone(),
            language: None,
            at: first.at,
            turns: Vec::new(),
            answers: BTreeMap::new(),
        };
        for entry in entries {
            match &entry.event {
                Event::LanguageChosen { language, .. } if recording.language.is_none() => {
                    recording.language = Some(*language);
                }
                Event::CallerSaid {
                    text,
                    language,
                    confidence,
                    source: Source::Speech | Source::Text,
                    ..
                } => {
                    let (text, language, confidence) = (text.clone(), *language, *confidence);
                    recording.turns.push(Turn::Said { text, language, confidence });
                }
                Event::CallerSaid { text, source: Source::Dtmf, .. } => {
                    recording.turns.push(Turn::Typed(text.clone()));
                }
                Event::ActionCalled { action, ok, detail, .. } => {
                    let answer = if *ok { Ok(detail.clone()) } else { Err(detail.clone()) };
                    recording.answers.entry(action.clone()).or_default().push_back(answer);
                }
                Event::Bridged { .. } => break,
                _ => {}
            }
        }
        Some(recording)
    }

    /// What the bot would do, turn by turn. Ends where a person takes over, the bot hangs up,
    /// or an action is run that the call did not run: what would have come of it is not known.
    pub fn play(&self, bot: &Arc<Bot>, classify: Classify<'_>) -> Vec<Done> {
        let language = self.language.unwrap_or(bot.default_language);
        let dialog = Dialog::new(Arc::clone(bot), language, true, 0).called_from(&self.from);
        let mut play = Play { dialog, bot, at: self.at, answers: self.answers.clone(), unanswered: false };
        play.input(DialogInput::Start);
        let mut done: Vec<Done> = Vec::new();
        for (number, turn) in (1..).zip(&self.turns) {
            let input = match turn {
                Turn::Typed(digits) => DialogInput::Digits { turn: number, digits: digits.clone() },
                Turn::Said { text, language, confidence } => DialogInput::Heard {
                    turn: number,
                    text: text.clone(),
                    language: *language,
                    confidence: *confidence,
                    meaning: classify(text, *language),
                },
            };
            let acts = play.input(input);
            let last = Done::of(&Observed::of(&acts, &play.dialog));
            let over = last.escalated.is_some() || last.hung_up || play.unanswered;
            done.push(last);
            if over {
                break;
            }
        }
        done
    }
}

impl Done {
    fn of(seen: &Observed) -> Done {
        let base = |prompt: &String| {
            let base = prompt.strip_suffix("-2").or_else(|| prompt.strip_suffix("-3"));
            base.unwrap_or(prompt).to_owned()
        };
        Done {
            topic: seen.topic.clone().flatten(),
            prompts: seen.prompts.iter().map(base).collect(),
            runs: seen.runs.clone(),
            escalated: seen.escalated.as_ref().and_then(|escalated| escalated.kind.clone()),
            queue: seen.escalated.as_ref().map(|escalated| escalated.queue.clone()),
            hung_up: seen.hung_up.is_some(),
        }
    }
}

struct Play<'a> {
    bot: &'a Bot,
    dialog: Dialog,
    at: At,
    answers: BTreeMap<String, VecDeque<Result<String, String>>>,
    /// An action was run whose answer is not in the record.
    unanswered: bool,
}

impl Play<'_> {
    fn input(&mut self, input: DialogInput) -> Vec<Act> {
        let mut acts = self.dialog.handle(self.at, input);
        let mut looked_at = 0;
        for _ in 0..MAX_ACTIONS {
            let run = acts.iter().skip(looked_at).find_map(|act| match act {
                Act::Run { id, action, .. } => Some((*id, action.name.clone())),
                _ => None,
            });
            let Some((id, name)) = run else { break };
            looked_at = acts.len();
            let Some(result) = self.answer(&name) else {
                self.unanswered = true;
                break;
            };
            acts.extend(self.dialog.handle(self.at, DialogInput::ActionDone { id, result }));
        }
        acts
    }

    fn answer(&mut self, action: &str) -> Option<Result<Value, String>> {
        let recorded = self.answers.get_mut(action).and_then(VecDeque::pop_front)?;
        let fields = self.bot.actions.get(action).map(|spec| spec.result.as_slice()).unwrap_or_default();
        Some(recorded.map(|detail| match detail.as_str() {
            "nothing found" => Value::Null,
            detail => value_of(detail, fields),
        }))
    }
}

/// The fields of an answer from the words that the record keeps of it.
fn value_of(detail: &str, fields: &[String]) -> Value {
    let mut found = Map::new();
    for part in detail.split(", ") {
        let named = fields
            .iter()
            .find_map(|field| Some((field, part.strip_prefix(&readable(field))?.strip_prefix(' ')?)));
        if let Some((field, text)) = named {
            let value = match text {
                "yes" => Value::Bool(true),
                "no" => Value::Bool(false),
                text => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
            };
            found.insert(field.clone(), value);
        }
    }
    // A field that the record left out is nothing that a step may compare with.
    for field in fields {
        found.entry(field.clone()).or_insert(Value::from(""));
    }
    Value::Object(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::bot::{CriticalWord, WordPattern};
    use crate::decide::load::load;
    use crate::record::CallId;
    use crate::understand::Meaning;
    use std::path::Path;

    fn parcel() -> Bot {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        load(&dir).map_err(|problems| format!("{problems:?}")).expect("sound")
    }

    fn entries() -> Vec<Entry> {
        let said = |turn, text: &str, source| Event::CallerSaid {
            turn,
            text: text.into(),
            language: Language::English,
            confidence: 0.9,
            source,
            started: At(0),
            ended: At(1),
        };
        let received = Event::CallReceived {
            from: "+447700900100".into(),
            from_name: None,
            to: "1003".into(),
            bot: "parcel".into(),
            trunk: "t".into(),
            sip_call_id: "x".into(),
            channel: Default::default(),
        };
        let looked_up = Event::ActionCalled {
            turn: 3,
            action: "parcel_lookup".into(),
            ok: true,
            detail: "status delayed, place London, eta days 2".into(),
            duration_ms: 5,
        };
        let events = [
            received,
            Event::LanguageChosen { language: Language::English, how: "default".into() },
            said(1, "where is my parcel", Source::Speech),
            said(2, "12345678", Source::Dtmf),
            said(3, "yes", Source::Speech),
            looked_up,
            said(4, "the neighbour saw it", Source::Speech),
        ];
        let entry = |(seq, event)| Entry { call_id: CallId("c".into()), seq, at: At(0), event };
        (0..).zip(events).map(entry).collect()
    }

    fn classify(text: &str, _: Language) -> Option<Meaning> {
        let topics =
            if text.contains("where") { vec![("parcel_status".to_owned(), 0.9)] } else { Vec::new() };
        Some(Meaning { topics, out_of_scope: 0.1, ..Meaning::default() })
    }

    #[test]
    fn a_call_goes_as_it_went_and_a_new_critical_word_changes_it() {
        let recording = Recording::of(&entries()).expect("a call");
        let old = recording.play(&Arc::new(parcel()), &classify);
        assert_eq!(old[0].topic.as_deref(), Some("parcel_status"));
        assert_eq!(old[1].prompts, ["confirm-digits"]);
        assert_eq!((old[2].runs.len(), old[2].prompts[0].as_str()), (1, "delayed"), "{:?}", old[2]);
        assert_eq!(old[3].escalated, None);
        let mut changed = parcel();
        let words = changed.policy.critical.entry(Language::English).or_default();
        words.push(CriticalWord { pattern: WordPattern::new("neighbour"), immediate: true, weight: 0.5 });
        let new = recording.play(&Arc::new(changed), &classify);
        assert_eq!(old[..3], new[..3]);
        assert_eq!(new[3].escalated.as_deref(), Some("critical_word"));
    }

    #[test]
    fn a_replay_ends_where_an_answer_is_not_in_the_record() {
        let unasked = |entry: &Entry| !matches!(entry.event, Event::ActionCalled { .. });
        let entries: Vec<Entry> = entries().into_iter().filter(unasked).collect();
        let done = Recording::of(&entries).expect("a call").play(&Arc::new(parcel()), &classify);
        assert_eq!((done.len(), done[2].runs.len(), done[2].escalated.as_deref()), (3, 1, None));
    }

    #[test]
    fn an_answer_is_read_back_from_the_record() {
        let fields = ["status", "eta_days", "place"].map(str::to_owned);
        let value = value_of("status delayed, eta days 2", &fields);
        assert_eq!(value, serde_json::json!({ "status": "delayed", "eta_days": 2, "place": "" }));
    }
}
