//! ◆ The story of a call as an agent reads it, in each language of the desk: three lines, the whole of it step by
//! step, and a first sentence. Made of facts alone; what callers said stays as they said it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod draft; // the whole call, when it is over

pub use draft::drafts;

use crate::decide::detail::{capitalised, last_words};
use crate::decide::prompts::{Args, Prompts, chat_key};
use crate::language::Language;
use crate::record::event::{ANONYMOUS, Entry, Event, Signal};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// Words of the caller that are quoted at most.
const QUOTE_WORDS: usize = 20;

/// What a bot calls its topics, slots and actions, for agents of a language.
pub trait Glossary: fmt::Debug + Send + Sync {
    fn title(&self, bot: &str, name: &str, language: Language) -> Option<String>;
}

/// Knows nothing: names are shown as the bot's files write them.
#[derive(Debug)]
pub struct NoGlossary;

impl Glossary for NoGlossary {
    fn title(&self, _: &str, _: &str, _: Language) -> Option<String> {
        None
    }
}

/// One language's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Brief {
    /// Why a person is needed, in one sentence.
    pub why: Option<String>,
    /// Two or three lines: who and what about; what is known and was tried; the last words.
    pub summary: Vec<String>,
    /// The whole of it, in the order in which it happened.
    pub steps: Vec<String>,
    /// What the topics and facts so far are called.
    pub names: BTreeMap<String, String>,
}

/// A brief in each language of the desk, as the API's description has it.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described; the map is what is sent")]
pub struct Briefs {
    pl: Brief,
    ro: Brief,
    en: Brief,
}

/// The story up to the moment when a person answers, in each language.
pub fn briefs(entries: &[Entry], glossary: &dyn Glossary) -> BTreeMap<Language, Brief> {
    Language::ALL
        .iter()
        .map(|language| (*language, Writer::new(entries, *language, glossary).brief()))
        .collect()
}

/// What an agent of that name may say first, in the caller's language.
pub fn opening(entries: &[Entry], agent: &str, language: Language, glossary: &dyn Glossary) -> String {
    Writer::new(entries, language, glossary).opening(agent)
}

/// What the bot promised, as it was said: that somebody comes, that a call follows.
pub fn promises(entries: &[Entry]) -> Vec<String> {
    let promises = entries.iter().filter_map(|entry| match &entry.event {
        Event::BotSaid { prompt, text, heard_ms: 1.., .. }
            if prompt == "handover"
                || prompt == "message-kept"
                || prompt.starts_with("callback-promised") =>
        {
            Some(text.clone())
        }
        _ => None,
    });
    promises.collect()
}

static WORDS: LazyLock<BTreeMap<Language, Prompts>> = LazyLock::new(|| {
    Language::ALL
        .iter()
        .filter_map(|language| Some((*language, Prompts::parse(*language, text(*language), "", "").ok()?)))
        .collect()
});

fn text(language: Language) -> &'static str {
    match language {
        Language::Polish => include_str!("brief/pl.ftl"),
        Language::Romanian => include_str!("brief/ro.ftl"),
        Language::English => include_str!("brief/en.ftl"),
    }
}

/// Writes about one call in one language.
struct Writer<'a> {
    entries: &'a [Entry],
    language: Language,
    glossary: &'a dyn Glossary,
    bot: &'a str,
    /// The contact is a chat.
    written: bool,
}

impl<'a> Writer<'a> {
    fn new(entries: &'a [Entry], language: Language, glossary: &'a dyn Glossary) -> Writer<'a> {
        let bot = entries.iter().find_map(|entry| match &entry.event {
            Event::CallReceived { bot, channel, .. } => Some((bot.as_str(), !channel.is_voice())),
            _ => None,
        });
        let (bot, written) = bot.unwrap_or_default();
        Writer { entries, language, glossary, bot, written }
    }

    fn word(&self, key: &str, args: &[(&str, &str)]) -> String {
        let args = args.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        self.counted(key, args.collect())
    }

    fn counted(&self, key: &str, args: Args) -> String {
        let Some(words) = WORDS.get(&self.language) else { return key.to_owned() };
        let fitting = chat_key(key);
        words.text(if self.written && words.has(&fitting) { &fitting } else { key }, 0, &args)
    }

    /// What the bot calls it, or its name as it is written.
    fn title(&self, name: &str) -> String {
        let title = self.glossary.title(self.bot, name, self.language);
        title.unwrap_or_else(|| name.replace('_', " "))
    }

    fn events(&self) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.entries.iter().map(|entry| &entry.event)
    }

    fn brief(&self) -> Brief {
        let lines = [self.who_and_what(), self.known_and_tried(), self.last_words()];
        let summary = lines.into_iter().flatten().collect();
        Brief { why: self.why(), summary, steps: self.steps(), names: self.names() }
    }

    fn names(&self) -> BTreeMap<String, String> {
        let slots = self.events().filter_map(|event| match event {
            Event::SlotFilled { slot, .. } => Some(slot.as_str()),
            _ => None,
        });
        slots.chain(self.topics()).map(|name| (name.to_owned(), self.title(name))).collect()
    }

    // --- three lines -----------------------------------------------------------------------------

    fn who_and_what(&self) -> Option<String> {
        let (from, name) = self.caller()?;
        let withheld = self.word("withheld", &[]);
        let unknown = from.is_empty() || (self.written && from == ANONYMOUS);
        let number = if unknown { &withheld } else { from };
        let who = match name {
            Some(name) => self.word("who", &[("name", name), ("number", number)]),
            None => number.to_owned(),
        };
        let speaks = self.word("speaks", &[("language", self.spoken().code())]);
        let topics = self.topics();
        let topics = match topics.split_first() {
            None => self.word("no-topic", &[]),
            Some((first, rest)) => rest.iter().fold(self.title(first), |line, topic| {
                line + &self.word("then", &[("topic", &self.title(topic))])
            }),
        };
        Some(self.word("about", &[("who", &who), ("speaks", &speaks), ("topics", &topics)]))
    }

    fn caller(&self) -> Option<(&'a str, Option<&'a str>)> {
        self.events().find_map(|event| match event {
            Event::CallReceived { from, from_name, .. } => Some((from.as_str(), from_name.as_deref())),
            _ => None,
        })
    }

    fn spoken(&self) -> Language {
        let chosen = self.events().rev().find_map(|event| match event {
            Event::LanguageChosen { language, .. } | Event::CallerSaid { language, .. } => Some(*language),
            _ => None,
        });
        chosen.unwrap_or(self.language)
    }

    /// In the order in which they came up last.
    fn topics(&self) -> Vec<&'a str> {
        let mut topics: Vec<&str> = Vec::new();
        for event in self.events() {
            if let Event::Understood { topic: Some(topic), .. }
            | Event::Escalated { topic: Some(topic), .. } = event
            {
                topics.retain(|known| known != topic);
                topics.push(topic);
            }
        }
        topics
    }

    fn known_and_tried(&self) -> Option<String> {
        let mut facts: Vec<(&str, String)> = Vec::new();
        for event in self.events() {
            if let Event::SlotFilled { slot, value, verified, .. } = event {
                facts.retain(|(name, _)| name != slot);
                facts.push((slot, self.fact(slot, value, *verified)));
            }
        }
        let tried = self.events().filter_map(|event| self.tried(event));
        let parts: Vec<String> = facts.into_iter().map(|(_, fact)| fact).chain(tried).collect();
        (!parts.is_empty()).then(|| format!("{}.", capitalised(&parts.join("; "))))
    }

    fn fact(&self, slot: &str, value: &str, verified: bool) -> String {
        let verified = if verified { "yes" } else { "no" };
        self.word("fact", &[("name", &self.title(slot)), ("value", value), ("verified", verified)])
    }

    fn tried(&self, event: &Event) -> Option<String> {
        match event {
            Event::ActionCalled { action, ok, detail, .. } => {
                let ok = if *ok { "yes" } else { "no" };
                let done = self.word("action", &[("name", &self.title(action)), ("ok", ok)]);
                Some(if detail.is_empty() { done } else { format!("{done}, {detail}") })
            }
            Event::Answered { heading, .. } => Some(self.word("article", &[("heading", heading)])),
            _ => None,
        }
    }

    fn last_words(&self) -> Option<String> {
        let words = self.events().rev().find_map(|event| match event {
            Event::CallerSaid { text, .. } => Some(last_words(text, QUOTE_WORDS)),
            _ => None,
        })?;
        Some(self.word("last-words", &[("words", &words)]))
    }

    // --- why -------------------------------------------------------------------------------------

    /// All signals of the last handover in one sentence, and who passed the caller on since.
    fn why(&self) -> Option<String> {
        let asked = |entry: &Entry| matches!(entry.event, Event::Escalated { .. } | Event::TakenOver { .. });
        let at = self.entries.iter().rposition(asked)?;
        let Event::Escalated { signals, topic, .. } = &self.entries[at].event else {
            return Some(self.word("taken-over", &[]));
        };
        let mut why = capitalised(&self.causes(signals));
        if let Some(topic) = topic {
            why = self.word("topic", &[("cause", &why), ("topic", &self.title(topic))]);
        }
        for entry in &self.entries[at..] {
            if let Event::Transferred { by, note, .. } = &entry.event {
                let passed = self.word("passed-on", &[("by", by)]);
                let note = if note.is_empty() { String::new() } else { format!(": {note}") };
                why = format!("{why}; {passed}{note}");
            }
        }
        Some(why)
    }

    fn causes(&self, signals: &[Signal]) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for signal in signals {
            if !kinds.contains(&signal.kind.as_str()) {
                kinds.push(&signal.kind);
            }
        }
        let of_kind = |kind: &&str| signals.iter().filter(|signal| signal.kind == **kind).collect();
        let causes: Vec<String> =
            kinds.iter().map(of_kind).map(|signals: Vec<_>| self.cause(&signals)).collect();
        if causes.is_empty() { self.word("handed-over", &[]) } else { causes.join(", ") }
    }

    /// One kind of signal, all of it.
    fn cause(&self, signals: &[&Signal]) -> String {
        let Some(strongest) = signals.iter().max_by(|a, b| a.strength.total_cmp(&b.strength)) else {
            return String::new();
        };
        let mut words: Vec<&str> = signals.iter().map(|signal| signal.evidence.as_str()).collect();
        words.dedup();
        let words = if strongest.kind == "critical_word" {
            words.join(", ")
        } else {
            self.evidence(&strongest.evidence)
        };
        let key = format!("cause-{}", strongest.kind);
        let known = WORDS.get(&self.language).is_some_and(|known| known.has(&key));
        let times = strongest.evidence.split_whitespace().find_map(|word| word.parse::<u64>().ok());
        let args = [
            ("words", Value::from(words)),
            ("count", Value::from(signals.len())),
            ("times", Value::from(times.unwrap_or(1))),
        ];
        let args = args.map(|(name, value)| (name.to_owned(), value)).into();
        self.counted(if known { &key } else { "cause-other" }, args)
    }

    /// What caused it: the caller's words as said, a key in the agent's language.
    fn evidence(&self, evidence: &str) -> String {
        match evidence.strip_prefix("key ") {
            Some(key) => self.word("pressed", &[("key", key)]),
            None => evidence.to_owned(),
        }
    }

    // --- the whole -------------------------------------------------------------------------------

    fn steps(&self) -> Vec<String> {
        let mut steps: Vec<(&str, String)> = Vec::new();
        let mut topic = None;
        for event in self.events() {
            let key = if let Event::SlotFilled { slot, .. } = event { slot.as_str() } else { "" };
            let Some(step) = self.step(event, &mut topic) else { continue };
            // Read back and confirmed: one step, not two.
            match steps.last_mut().filter(|(last, _)| !key.is_empty() && *last == key) {
                Some(last) => last.1 = step,
                None => steps.push((key, step)),
            }
        }
        steps.into_iter().map(|(_, step)| capitalised(&step)).collect()
    }

    fn step(&self, event: &'a Event, topic: &mut Option<&'a str>) -> Option<String> {
        match event {
            Event::Understood { topic: Some(now), .. } if *topic != Some(now) => {
                *topic = Some(now);
                Some(self.word("asked-about", &[("topic", &self.title(now))]))
            }
            Event::SlotFilled { slot, value, verified, .. } => Some(self.fact(slot, value, *verified)),
            Event::Escalated { signals, .. } => Some(self.causes(signals)),
            Event::Bridged { agent } => Some(self.word("talked", &[("agent", agent)])),
            Event::Transferred { by, note, .. } => {
                let passed = self.word("passed-on", &[("by", by)]);
                Some(if note.is_empty() { passed } else { format!("{passed}: {note}") })
            }
            Event::GivenBack { note, .. } if !note.is_empty() => {
                Some(format!("{}: {note}", self.word("returned", &[])))
            }
            Event::ReturnedToBot { .. } => Some(self.word("returned", &[])),
            Event::CallbackPromised { number } | Event::CallbackAgreed { number, .. } => {
                Some(self.word("promised-call", &[("number", number)]))
            }
            Event::MessageLeft { .. } => Some(self.word("left-message", &[])),
            _ => self.tried(event),
        }
    }

    // --- the first sentence ----------------------------------------------------------------------

    fn opening(&self, agent: &str) -> String {
        let mut said = vec![self.word("hello", &[("agent", agent)])];
        if let Some((_, Some(name))) = self.caller() {
            said.push(self.word("is-it", &[("name", name)]));
        }
        if self.is_upset() {
            said.push(self.word("sorry", &[]));
        }
        if let Some(topic) = self.topics().last() {
            said.push(self.word("it-is-about", &[("topic", &self.title(topic))]));
        }
        let fact = self.events().rev().find_map(|event| match event {
            Event::SlotFilled { slot, value, verified: true, .. } => Some((slot, value)),
            _ => None,
        });
        if let Some((slot, value)) = fact {
            said.push(self.word("i-have", &[("name", &self.title(slot)), ("value", value)]));
        }
        if said.len() > 1 {
            said.push(self.word("no-repeat", &[]));
        }
        said.join(" ")
    }

    /// By the signals of the last handover.
    fn is_upset(&self) -> bool {
        let signals = self.events().rev().find_map(|event| match event {
            Event::Escalated { signals, .. } => Some(signals),
            _ => None,
        });
        let felt = |signal: &Signal| matches!(signal.kind.as_str(), "anger" | "frustration" | "distress");
        signals.is_some_and(|signals| signals.iter().any(felt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::{bot_said, escalated_call, numbered};
    use crate::time::At;

    #[derive(Debug)]
    struct Titles;

    impl Glossary for Titles {
        fn title(&self, bot: &str, name: &str, language: Language) -> Option<String> {
            let known = [
                (Language::Polish, "parcel_status", "status paczki"),
                (Language::Polish, "parcel_no", "numer przesyłki"),
                (Language::Romanian, "parcel_status", "starea coletului"),
            ];
            let found = known.iter().find(|(of, id, _)| (*of, *id) == (language, name));
            found.filter(|_| bot == "parcel").map(|(_, _, title)| (*title).to_owned())
        }
    }

    #[test]
    fn three_lines_are_told_in_the_agents_language_and_the_callers_words() {
        let briefs = briefs(&escalated_call("c", At(0)), &Titles);
        let polish = &briefs[&Language::Polish];
        assert_eq!(
            polish.summary,
            [
                "Maria Wiśniewska (+48601234567), mówi po polsku: status paczki.",
                "Numer przesyłki 9912345678 (potwierdzone); parcel status: wykonano, late, in the Łódź depot.",
                "Ostatnie słowa: „To już drugi raz, chcę rozmawiać z człowiekiem”",
            ]
        );
        assert_eq!(polish.why.as_deref(), Some("Prosi o człowieka („z człowiekiem”); temat: status paczki"));
        let english = &briefs[&Language::English];
        assert_eq!(
            english.why.as_deref(),
            Some("Asks for a person (\"z człowiekiem\"); topic: parcel status")
        );
        assert!(english.summary[0].ends_with("speaks Polish: parcel status."), "{:?}", english.summary);
        let romanian = &briefs[&Language::Romanian];
        assert!(
            romanian.summary[0].ends_with("vorbește poloneză: starea coletului."),
            "{:?}",
            romanian.summary
        );
    }

    #[test]
    fn the_whole_story_has_each_step_once() {
        let mut entries = escalated_call("c", At(0));
        let first = Event::SlotFilled {
            turn: 2,
            slot: "parcel_no".into(),
            value: "9912345678".into(),
            verified: false,
            source: Default::default(),
        };
        let place = entries.iter().position(|entry| matches!(entry.event, Event::SlotFilled { .. })).unwrap();
        entries.insert(place, Entry { event: first, ..entries[place].clone() });
        let steps = &briefs(&entries, &Titles)[&Language::Polish].steps;
        assert_eq!(
            *steps,
            [
                "Numer przesyłki 9912345678 (potwierdzone)",
                "Parcel status: wykonano, late, in the Łódź depot",
                "Prosi o człowieka („z człowiekiem”)",
            ]
        );
    }

    #[test]
    fn the_first_sentence_is_in_the_callers_language_with_names_topic_and_facts() {
        let entries = escalated_call("c", At(0));
        let said = opening(&entries, "Anna Kowalska", Language::Polish, &Titles);
        assert_eq!(
            said,
            "Dzień dobry, mówi Anna Kowalska. Maria Wiśniewska, zgadza się? Widzę, że chodzi o: status paczki. \
             Mam tu: numer przesyłki 9912345678. Nie trzeba niczego powtarzać."
        );
        let nothing = opening(&[], "Anna", Language::English, &NoGlossary);
        assert_eq!(nothing, "Hello, this is Anna.");
    }

    #[test]
    fn an_angry_caller_is_told_that_somebody_is_sorry_and_feelings_are_counted() {
        let anger = |words: &str, strength| Signal {
            kind: "anger".into(),
            strength,
            threshold: 0.6,
            evidence: words.into(),
        };
        let signals = vec![anger("skandal", 0.9), anger("ile można", 0.7)];
        let decided =
            Event::Escalated { turn: 3, signals, why: String::new(), queue: "q".into(), topic: None };
        let entries = numbered("c", vec![(At(1), decided)]);
        let brief = &briefs(&entries, &NoGlossary)[&Language::English];
        assert_eq!(brief.why.as_deref(), Some("Angry twice (\"skandal\")"));
        assert!(opening(&entries, "Anna", Language::English, &NoGlossary).contains("sorry"));
    }

    #[test]
    fn every_kind_of_signal_has_words_in_every_language() {
        let kinds = [
            "asks_for_person",
            "confidence",
            "critical_word",
            "silence",
            "loop",
            "engine_failure",
            "overload",
            "topic",
            "backend_down",
            "abuse",
            "unknown_question",
            "anger",
            "frustration",
            "distress",
            "not_approved",
            "taken_over",
        ];
        for (language, words) in WORDS.iter() {
            for kind in kinds {
                assert!(words.has(&format!("cause-{kind}")), "{language} {kind}");
            }
        }
        assert_eq!(WORDS.len(), Language::ALL.len());
    }

    #[test]
    fn what_was_promised_is_told_as_it_was_said_and_heard() {
        let promise = |heard_ms| {
            let Event::BotSaid { turn, text, language, started, total_ms, .. } =
                bot_said("Łączę z koleżanką.", At(1), 0, 2_000)
            else {
                unreachable!()
            };
            let prompt = "handover".into();
            Event::BotSaid { turn, prompt, text, language, started, heard_ms, total_ms, typed_by: None }
        };
        assert_eq!(promises(&numbered("c", vec![(At(1), promise(900))])), ["Łączę z koleżanką."]);
        assert!(promises(&numbered("c", vec![(At(1), promise(0))])).is_empty());
    }
}
