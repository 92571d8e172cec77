//! ◆ A draft of the agent's note: the whole call from first word to last, of facts alone. What was not recorded is not
//! told, and people are called as the desk calls them.

use super::{Glossary, QUOTE_WORDS, Writer, capitalised, last_words};
use crate::desk::notice::TransferTo;
use crate::language::Language;
use crate::record::event::{EndedBy, Entry, Event, Source};
use crate::time::At;
use serde_json::Value;
use std::collections::BTreeMap;

/// Shorter utterances are no request.
const REQUEST_WORDS: usize = 3;

/// The draft in each language of the desk, a line for each thing; `name` says how somebody is called.
pub fn drafts(
    entries: &[Entry],
    glossary: &dyn Glossary,
    name: &dyn Fn(&str) -> String,
) -> BTreeMap<Language, String> {
    let draft = |language| Writer::new(entries, language, glossary).draft(name);
    Language::ALL.iter().map(|language| (*language, draft(*language))).collect()
}

/// One person's part of a call.
struct Part<'a> {
    agent: &'a str,
    began: At,
    talked_ms: u64,
    holds: usize,
    held_ms: u64,
    held_since: Option<At>,
    /// Colleagues, and whether they came; unknown of a question that was taken back.
    asked: Vec<(&'a str, Option<bool>)>,
    three: bool,
    /// What became of the caller.
    then: Option<&'a Event>,
}

impl<'a> Part<'a> {
    fn new(agent: &'a str, began: At) -> Self {
        Part {
            agent,
            began,
            talked_ms: 0,
            holds: 0,
            held_ms: 0,
            held_since: None,
            asked: Vec::new(),
            three: false,
            then: None,
        }
    }

    fn take(&mut self, entry: &'a Entry) {
        match &entry.event {
            Event::HoldBegan => {
                self.holds += 1;
                self.held_since = Some(entry.at);
            }
            Event::HoldEnded | Event::ConferenceBegan { .. } => {
                self.held_ms += self.held_since.take().map_or(0, |since| entry.at.since_ms(since));
                self.three |= matches!(entry.event, Event::ConferenceBegan { .. });
            }
            Event::ConsultBegan { agent } => self.asked.push((agent, None)),
            Event::ConsultAnswered { agent } => self.came(agent, true),
            Event::AgentRefused { agent, .. } => self.came(agent, false),
            Event::Transferred { .. } | Event::GivenBack { .. } => self.then = Some(&entry.event),
            _ => {}
        }
    }

    fn came(&mut self, agent: &str, came: bool) {
        if let Some(asked) = self.asked.iter_mut().rev().find(|(asked, _)| *asked == agent) {
            asked.1 = Some(came);
        }
    }

    fn end(&mut self, at: At) {
        self.talked_ms = at.since_ms(self.began);
        self.held_ms += self.held_since.take().map_or(0, |since| at.since_ms(since));
    }
}

/// What each person did, in order.
fn parts(entries: &[Entry]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut open = false;
    for entry in entries {
        match &entry.event {
            Event::Bridged { agent } => {
                parts.push(Part::new(agent, entry.at));
                open = true;
            }
            Event::AgentLeft { .. } | Event::CallEnded { .. } if open => {
                open = false;
                parts.iter_mut().next_back().into_iter().for_each(|part| part.end(entry.at));
            }
            _ if open => parts.iter_mut().next_back().into_iter().for_each(|part| part.take(entry)),
            _ => {}
        }
    }
    if let (true, Some(part), Some(last)) = (open, parts.last_mut(), entries.last()) {
        part.end(last.at);
    }
    parts
}

impl Writer<'_> {
    fn draft(&self, name: &dyn Fn(&str) -> String) -> String {
        let first = [self.wanted(), self.request(), self.known_and_tried(), self.handed_over()];
        let people = parts(self.entries).into_iter().map(|part| self.person(&part, name));
        let later = self.events().filter_map(|event| self.remains(event));
        let lines = first.into_iter().flatten().chain(people).chain(later).chain(self.end());
        lines.collect::<Vec<_>>().join("\n")
    }

    fn wanted(&self) -> Option<String> {
        let (_, name) = self.caller()?;
        let caller = self.word("draft-caller", &[]);
        let topics: Vec<String> = self.topics().into_iter().map(|topic| self.title(topic)).collect();
        let topics = if topics.is_empty() { self.word("no-topic", &[]) } else { topics.join(", ") };
        Some(self.word("draft-wanted", &[("who", name.unwrap_or(&caller)), ("topics", &topics)]))
    }

    /// The words that told the topic; else the first ones that could.
    fn request(&self) -> Option<String> {
        let told = self.events().find_map(|event| match event {
            Event::Understood { turn, topic: Some(_), .. } => Some(*turn),
            _ => None,
        });
        let before = self.entries.iter().position(|entry| matches!(entry.event, Event::Bridged { .. }));
        let said = self.entries[..before.unwrap_or(self.entries.len())].iter().filter_map(|entry| {
            let Event::CallerSaid { turn, text, source: Source::Speech, .. } = &entry.event else {
                return None;
            };
            Some((*turn, text.as_str()))
        });
        let said: Vec<(u32, &str)> = said.collect();
        let long = |text: &str| text.split_whitespace().count() >= REQUEST_WORDS;
        let found = said.iter().find(|(turn, text)| Some(*turn) == told && long(text));
        let (_, text) = found.or_else(|| said.iter().find(|(_, text)| long(text)))?;
        Some(self.word("draft-said", &[("words", &last_words(text, QUOTE_WORDS))]))
    }

    fn handed_over(&self) -> Option<String> {
        let signals = self.events().rev().find_map(|event| match event {
            Event::Escalated { signals, .. } => Some(signals),
            _ => None,
        })?;
        Some(self.word("draft-why", &[("why", &self.causes(signals))]))
    }

    fn person(&self, part: &Part<'_>, name: &dyn Fn(&str) -> String) -> String {
        let length = length(part.talked_ms);
        let mut did = vec![self.word("draft-talked", &[("name", &name(part.agent)), ("length", &length)])];
        if part.holds > 0 {
            let args = [("count", Value::from(part.holds)), ("length", self::length(part.held_ms).into())];
            let args = args.map(|(name, value)| (name.to_owned(), value)).into();
            did.push(self.counted("draft-held", args));
        }
        for (asked, came) in &part.asked {
            let Some(came) = came else { continue };
            let key = if *came { "draft-asked" } else { "draft-not-reached" };
            did.push(self.word(key, &[("name", &name(asked))]));
        }
        if part.three {
            did.push(self.word("draft-three", &[]));
        }
        did.extend(part.then.and_then(|then| self.gave_away(then, name)));
        format!("{}.", capitalised(&did.join("; ")))
    }

    fn gave_away(&self, then: &Event, name: &dyn Fn(&str) -> String) -> Option<String> {
        let (gave, note) = match then {
            Event::Transferred { to: TransferTo::Queue(queue), note, .. } => {
                (self.word("draft-to-queue", &[("queue", queue)]), note)
            }
            Event::Transferred { to: TransferTo::Agent(agent), note, .. } => {
                (self.word("draft-to-agent", &[("name", &name(agent))]), note)
            }
            Event::GivenBack { note, .. } => (self.word("draft-to-bot", &[]), note),
            _ => return None,
        };
        let whole = || self.word("draft-note", &[("gave", &gave), ("note", note)]);
        Some(if note.is_empty() { gave.clone() } else { whole() })
    }

    /// What was used, promised or left.
    fn remains(&self, event: &Event) -> Option<String> {
        match event {
            Event::AssistJudged { kind, source, useful: true, .. } if kind == "passage" => {
                Some(self.word("draft-used", &[("source", source)]))
            }
            Event::AssistJudged { kind, source, useful: true, .. } if kind == "promise" => {
                Some(self.word("draft-careful", &[("phrase", source)]))
            }
            Event::CallbackPromised { number } | Event::CallbackAgreed { number, .. } => {
                Some(format!("{}.", self.word("promised-call", &[("number", number)])))
            }
            Event::TextSent { number } => Some(self.word("draft-text", &[("number", number)])),
            Event::MessageLeft { .. } => Some(format!("{}.", self.word("left-message", &[]))),
            _ => None,
        }
    }

    fn end(&self) -> Option<String> {
        let by = self.events().rev().find_map(|event| match event {
            Event::CallEnded { by, .. } => Some(*by),
            _ => None,
        })?;
        let by = match by {
            EndedBy::Caller => "caller",
            EndedBy::Agent => "agent",
            EndedBy::Bot => "bot",
            EndedBy::System => "system",
        };
        Some(self.word("draft-ended", &[("by", by)]))
    }
}

/// `3 min 20 s`, the same in every language.
fn length(ms: u64) -> String {
    let seconds = (ms + 500) / 1_000;
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::NoGlossary;
    use super::*;
    use crate::desk::testing::{escalated_call, numbered};
    use crate::record::event::{AgentRefusal, Outcome};
    use std::time::Duration;

    fn name(id: &str) -> String {
        match id {
            "anna" => "Anna Kowalska".into(),
            "jan" => "Jan Nowak".into(),
            other => other.into(),
        }
    }

    /// The usual call, and then these events, so many seconds after it began.
    fn told(then: Vec<(u64, Event)>) -> BTreeMap<Language, String> {
        let start = At(1_000_000);
        let begun = escalated_call("c", start).into_iter().map(|entry| (entry.at, entry.event));
        let then = then.into_iter().map(|(s, event)| (start + Duration::from_secs(s), event));
        drafts(&numbered("c", begun.chain(then).collect()), &NoGlossary, &name)
    }

    fn agent(id: &str) -> String {
        id.to_owned()
    }

    fn ended(by: EndedBy) -> Event {
        Event::CallEnded { outcome: Outcome::HandedOver, by, reason: "bye".into() }
    }

    #[test]
    fn the_whole_call_is_told_in_three_languages_with_what_each_person_did() {
        let refusal = AgentRefusal::NoAnswer;
        let told = told(vec![
            (40, Event::Bridged { agent: agent("anna") }),
            (60, Event::HoldBegan),
            (61, Event::ConsultBegan { agent: agent("piotr") }),
            (80, Event::AgentRefused { agent: agent("piotr"), refusal }),
            (80, Event::HoldEnded),
            (100, Event::HoldBegan),
            (101, Event::ConsultBegan { agent: agent("jan") }),
            (110, Event::ConsultAnswered { agent: agent("jan") }),
            (140, Event::ConferenceBegan { agent: agent("jan") }),
            (
                150,
                Event::AssistJudged {
                    agent: agent("anna"),
                    kind: "passage".into(),
                    source: "receiving: How long a parcel waits".into(),
                    useful: true,
                },
            ),
            (240, Event::AgentLeft { agent: agent("anna") }),
            (240, ended(EndedBy::Caller)),
        ]);
        assert_eq!(
            told[&Language::English],
            "Maria Wiśniewska: parcel status.\n\
             In the caller's words: \"Gdzie jest moja paczka, miała być wczoraj\"\n\
             Parcel no 9912345678 (confirmed); parcel status: done, late, in the Łódź depot.\n\
             Handed over: asks for a person (\"z człowiekiem\").\n\
             Anna Kowalska talked with the caller for 3 min 20 s; on hold twice (1 min); piotr was asked and did not \
             come; asked Jan Nowak; all three talked.\n\
             Found helpful: receiving: How long a parcel waits.\n\
             The caller hung up."
        );
        let polish = &told[&Language::Polish];
        assert!(
            polish.contains("Anna Kowalska rozmawia z dzwoniącym: 3 min 20 s; zawieszenie: 2 razy (1 min)"),
            "{polish}"
        );
        let romanian = &told[&Language::Romanian];
        assert!(
            romanian
                .contains("Anna Kowalska vorbește cu apelantul: 3 min 20 s; în așteptare de 2 ori (1 min)"),
            "{romanian}"
        );
        for draft in told.values() {
            assert_eq!(draft.lines().count(), 7, "{draft}");
            assert!(!draft.contains("draft-"), "a word is missing: {draft}");
        }
    }

    #[test]
    fn a_call_that_was_passed_on_says_where_and_with_which_word() {
        let to = TransferTo::Queue("payments".into());
        let passed = Event::Transferred { by: agent("anna"), to, note: "Zwrot 40 zł".into() };
        let told = told(vec![
            (40, Event::Bridged { agent: agent("anna") }),
            (50, passed),
            (50, Event::AgentLeft { agent: agent("anna") }),
            (70, Event::Bridged { agent: agent("jan") }),
            (100, Event::AgentLeft { agent: agent("jan") }),
            (100, ended(EndedBy::Agent)),
        ]);
        let english: Vec<&str> = told[&Language::English].lines().collect();
        assert_eq!(
            english[4..],
            [
                "Anna Kowalska talked with the caller for 10 s; passed on to payments (\"Zwrot 40 zł\").",
                "Jan Nowak talked with the caller for 30 s.",
                "The agent hung up.",
            ]
        );
    }

    #[test]
    fn nothing_is_told_that_is_not_in_the_record() {
        let told = told(vec![(40, Event::Bridged { agent: agent("anna") })]);
        let english = &told[&Language::English];
        assert_eq!(english.lines().count(), 5, "{english}");
        for word in ["hold", "asked Jan", "hung up", "Promised", "helpful"] {
            assert!(!english.contains(word), "{word}: {english}");
        }
        let refused = Event::AssistJudged {
            agent: agent("anna"),
            kind: "passage".into(),
            source: "x".into(),
            useful: false,
        };
        let told = drafts(&numbered("c", vec![(At(1), refused)]), &NoGlossary, &name);
        assert!(told.values().all(String::is_empty), "{told:?}");
    }
}
