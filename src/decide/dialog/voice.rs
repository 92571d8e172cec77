//! ◆ How the dialog speaks and listens: wordings in turn, questions with attempts.

use super::super::act::{Act, Expect, ExpectKind, Unheard};
use super::super::bot::SlotKind;
use super::super::prompts::Args;
use super::super::recognise::Kind;
use super::{Dialog, Phase};
use crate::hear::Hint;
use crate::language::Language;

/// A question to the caller, kept so that it can be put again in other words.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub key: String,
    pub args: Args,
    pub kind: ExpectKind,
    /// From 1.
    pub attempt: u32,
}

/// A sentence as it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    prompt: String,
    text: String,
    language: Language,
}

/// Prompts that "please repeat" leaves out: they carry nothing.
const NOT_REPEATED: [&str; 7] =
    ["repeat", "cover", "one-moment", "wait", "unclear", "silence", "other-language"];

impl Question {
    pub fn open(key: &str) -> Question {
        Question::new(key, Args::new(), ExpectKind::Open)
    }

    pub fn yes_no(key: &str) -> Question {
        Question::new(key, Args::new(), ExpectKind::YesNo)
    }

    pub fn new(key: &str, args: Args, kind: ExpectKind) -> Question {
        Question { key: key.to_owned(), args, kind, attempt: 1 }
    }
}

impl Said {
    /// What an act says, unless it is not worth repeating.
    pub fn of(act: &Act) -> Option<Said> {
        match act {
            Act::Say { prompt, text, language, .. } if !NOT_REPEATED.contains(&prompt.as_str()) => {
                Some(Said { prompt: prompt.clone(), text: text.clone(), language: *language })
            }
            _ => None,
        }
    }
}

impl Dialog {
    /// Says a prompt in the current language.
    pub(super) fn say(&mut self, key: &str, args: &Args) {
        let text = self.word(key, args);
        let (prompt, language) = (key.to_owned(), self.language);
        self.out.push(Act::Say { prompt, text, language, interruptible: true });
    }

    /// A prompt in words: its wordings take turns, and none comes twice running while there is another.
    pub(super) fn word(&mut self, key: &str, args: &Args) -> String {
        let prompts = self.bot.prompts(self.language);
        let key = &self.fitting(prompts, key);
        let count = prompts.wordings(key).max(1);
        let first = match self.wordings.get(key) {
            Some(last) => last + 1,
            None => scatter(self.seed, key) % count,
        };
        let candidates = (first..first + count).map(|index| index % count);
        let mut candidates = candidates.map(|index| (index, prompts.text(key, index, args)));
        let fallback = (first % count, prompts.text(key, first % count, args));
        let (index, text) = candidates.find(|(_, text)| *text != self.last_text).unwrap_or(fallback);
        self.wordings.insert(key.clone(), index);
        self.last_text.clone_from(&text);
        text
    }

    /// Puts a question and gives the turn to the caller.
    pub(super) fn ask(&mut self, question: Question) {
        let key = self.bot.prompts(self.language).attempt(&question.key, question.attempt);
        self.say(&key, &question.args);
        self.question = question;
        self.question_unheard = false;
        self.listen();
    }

    /// Puts the last question again, in the words of its next attempt.
    pub(super) fn ask_again(&mut self) {
        let mut question = self.question.clone();
        // A question that was talked over was not asked yet.
        question.attempt += u32::from(!self.question_unheard);
        self.ask(question);
    }

    /// What the caller talked over is what "please repeat" says again: from the sentence that was cut.
    pub(super) fn was_cut(&mut self, unheard: Vec<Unheard>) {
        let question = self.bot.prompts(self.language).attempt(&self.question.key, self.question.attempt);
        self.question_unheard = unheard.iter().any(|lost| !lost.begun && lost.prompt == question);
        let lost = |said: &Said| unheard.iter().find(|lost| said.text.ends_with(&lost.rest)).cloned();
        if let Some(first) = self.said.iter().position(|said| lost(said).is_some()) {
            self.said.drain(..first);
        }
        for said in &mut self.said {
            said.text = lost(said).map_or_else(|| said.text.clone(), |lost| lost.rest);
        }
    }

    /// Says what was said last once more, word for word, because the caller wants exactly that.
    pub(super) fn repeat(&mut self) {
        let said = std::mem::take(&mut self.said);
        self.say("repeat", &Args::new());
        for Said { prompt, text, language } in said {
            self.out.push(Act::Say { prompt, text, language, interruptible: true });
        }
        self.listen();
    }

    pub(super) fn listen(&mut self) {
        self.listen_for(self.policy().silence_ms);
    }

    pub(super) fn listen_for(&mut self, silence_ms: u64) {
        let kind = self.question.kind.clone();
        let hint = self.hint(&kind);
        let digits_so_far = self.digits_so_far();
        self.out.push(Act::Listen { expect: Expect { kind, hint, silence_ms, digits_so_far } });
    }

    fn digits_so_far(&self) -> usize {
        match &self.phase {
            Phase::Collecting(collecting) => collecting.partial.len(),
            _ => 0,
        }
    }

    /// Once a caller's language is known it is expected alone: looking for another takes time and finds one
    /// that is not there. Words that made no sense may be another language after all.
    fn hint(&self, kind: &ExpectKind) -> Hint {
        let closed = matches!(kind, ExpectKind::YesNo | ExpectKind::Digits { .. });
        let puzzled = self.low_confidence > 0 || self.unclear > 0;
        let one = !self.multilingual || (self.settled && (closed || !puzzled));
        let mut words = self.bot.hint_words(self.language);
        if let ExpectKind::Choice(options) = kind {
            words
                .extend(options.iter().filter(|option| !words.contains(option)).cloned().collect::<Vec<_>>());
        }
        let mut languages = self.languages_by_odds();
        let others = if one { languages.split_off(1) } else { Vec::new() };
        Hint {
            languages,
            others: if self.multilingual { others } else { Vec::new() },
            words,
            digits: matches!(kind, ExpectKind::Digits { .. })
                || self.question.key.starts_with("confirm-digits"),
            kind: self.asked_kind(),
        }
    }

    /// The type of the value that is asked for or read back.
    fn asked_kind(&self) -> Option<Kind> {
        let slot = match &self.phase {
            Phase::Numbering(_) => return Some(Kind::Phone),
            Phase::Collecting(collecting) => &collecting.slot,
            Phase::Confirming { slot, .. } => slot,
            _ => return None,
        };
        match self.bot.slot(self.topic.as_ref()?, slot)?.kind {
            SlotKind::Value(kind) => Some(kind),
            SlotKind::Digits { .. } | SlotKind::YesNo | SlotKind::Choice(_) => None,
        }
    }

    /// The language spoken now first.
    fn languages_by_odds(&self) -> Vec<Language> {
        let others = self.bot.languages.iter().copied().filter(|other| *other != self.language);
        [self.language].into_iter().chain(others).collect()
    }
}

/// A number that looks random but is the same for the same call and prompt (FNV-1a, 64 bit).
pub(super) fn scatter(seed: u64, key: &str) -> usize {
    let bytes = seed.to_le_bytes().into_iter().chain(key.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash >> 33) as usize
}
