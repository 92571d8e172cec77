//! ◆ Spelled letters and spelling alphabets: "zet jak Zenon", "B as in Bravo", "D de la Dumitru".

use super::found::Found;
use super::tokens::{Token, number, says_any, tokens};
use crate::language::Language;

/// Letters and digits as they were spelled, capital and without diacritics; none when nothing was spelled.
pub fn letters(text: &str, language: Language) -> Option<Found<String>> {
    let tokens = tokens(text);
    let mut spelling = Spelling {
        language,
        value: String::new(),
        letters: 0,
        explained: 0,
        strange: 0,
        repeat: 0,
        from: None,
        to: 0,
    };
    let mut at = 0;
    while at < tokens.len() {
        at += spelling.take(&tokens, at);
    }
    let (from, to) = (spelling.from?, spelling.to);
    let heard = spelling.letters + spelling.strange;
    let sure = spelling.letters as f32 / heard as f32;
    let confidence = sure * if spelling.explained * 2 >= spelling.letters { 0.95 } else { 0.8 };
    Some(Found { value: spelling.value, confidence, span: (tokens[from].from, tokens[to].to) })
}

struct Spelling {
    language: Language,
    value: String,
    letters: usize,
    /// Letters that a name made sure: "z jak zebra".
    explained: usize,
    /// Words that are no letters and no filler.
    strange: usize,
    /// The next letter comes so many times.
    repeat: usize,
    from: Option<usize>,
    to: usize,
}

impl Spelling {
    /// Takes what stands at `at`; the number of words taken.
    fn take(&mut self, tokens: &[Token], at: usize) -> usize {
        let word = tokens[at].text.as_str();
        if let Some(used) = says_any(tokens, at, FILLERS) {
            return used;
        }
        // "ka jak Karol": the name decides, whatever the letter before was heard as.
        if let Some(used) = says_any(tokens, at, explains(self.language))
            && let Some(name) = tokens.get(at + used)
            && !NO_NAMES.contains(&name.text.as_str())
        {
            if let Some(letter) = name.text.chars().next().filter(char::is_ascii_alphabetic) {
                self.explain(letter, at + used);
            }
            return used + 1;
        }
        if let Some((letter, used)) = long_name(tokens, at, self.language) {
            self.push(letter, at, used);
            return used;
        }
        if let Some(times) = repeats(word) {
            self.repeat = times;
            return 1;
        }
        let number = number(tokens, at, self.language).filter(|n| n.ordinal.is_none());
        let hundred = word == "o" && number.is_some_and(|number| number.used > 1);
        if let Some((letter, used)) = letter_at(tokens, at, self.language).filter(|_| !hundred) {
            self.push(letter, at, used);
            return used;
        }
        if let Some(digits) = number {
            self.digits(&digits.digits(tokens, at, self.language), at, digits.used);
            return digits.used;
        }
        if let Some(letter) = alphabet(word, self.language) {
            self.push(letter, at, 1);
            self.explained += 1;
            return 1;
        }
        self.strange += 1;
        self.repeat = 0;
        1
    }

    fn push(&mut self, letter: char, at: usize, used: usize) {
        for _ in 0..self.repeat.max(1) {
            self.value.push(letter.to_ascii_uppercase());
            self.letters += 1;
        }
        self.repeat = 0;
        self.mark(at, at + used - 1);
    }

    fn digits(&mut self, digits: &str, at: usize, used: usize) {
        self.value.push_str(&digits.repeat(self.repeat.max(1)));
        self.letters += digits.len();
        self.repeat = 0;
        self.mark(at, at + used - 1);
    }

    fn explain(&mut self, letter: char, at: usize) {
        // A strange word before "jak Zenon" was that letter, misheard.
        let misheard = self.strange > 0 && self.from.is_none_or(|_| self.to + 3 < at);
        let same = self.value.chars().last().is_some_and(|last| last.is_ascii_alphabetic());
        if same && !misheard && self.to + 3 >= at {
            self.value.pop();
            self.letters -= 1;
        } else {
            self.strange = self.strange.saturating_sub(1);
        }
        self.push(letter, at, 1);
        self.explained += 1;
    }

    fn mark(&mut self, from: usize, to: usize) {
        self.from.get_or_insert(from);
        self.to = to;
    }
}

const FILLERS: &str = "eee,yyy,uh,um,litera,litere,litery,litera mare,letter,the letter,potem,dalej,apoi,then,duze,male,\
    duza,mala,capital,small,mare,majuscula,okej,ok,tak,da,yes,przez,wielkie,and,i tak,to jest,its,it is,este,i to";

/// What follows "jak" or "like" in a sentence: "tak jak się słyszy", "exactly like that".
const NO_NAMES: [&str; 6] = ["sie", "to", "that", "this", "me", "you"];

fn explains(language: Language) -> &'static str {
    match language {
        Language::Polish => "jak,od",
        Language::Romanian => "de la,ca la,ca in,ca,de la numele",
        Language::English => "as in,for,like,is for,as in the",
    }
}

pub(super) fn repeats(word: &str) -> Option<usize> {
    match word {
        "double" | "podwojne" | "podwojny" | "podwojna" | "dublu" => Some(2),
        "triple" | "potrojne" | "triplu" => Some(3),
        _ => None,
    }
}

/// A letter whose name takes several words, or begins like something else.
fn long_name(tokens: &[Token], at: usize, language: Language) -> Option<(char, usize)> {
    let long: &[(char, &str)] = match language {
        Language::Polish => &[('v', "fau,fal"), ('y', "i grek,i greg"), ('w', "podwojne wu"), ('q', "ku")],
        Language::Romanian => &[('w', "dublu ve,dublu v"), ('y', "i grec,igrec")],
        Language::English => &[('w', "double u,double you,double yu,doubleu"), ('z', "zed,zee")],
    };
    long.iter().find_map(|(c, names)| says_any(tokens, at, names).map(|used| (*c, used)))
}

/// The letter whose name stands at `at` and the words it takes.
fn letter_at(tokens: &[Token], at: usize, language: Language) -> Option<(char, usize)> {
    let word = tokens[at].text.as_str();
    let mut chars = word.chars();
    if let (Some(letter), None) = (chars.next(), chars.next())
        && letter.is_ascii_alphabetic()
    {
        return Some((letter, 1));
    }
    let names = match language {
        Language::Polish => POLISH,
        Language::Romanian => ROMANIAN,
        Language::English => ENGLISH,
    };
    let named = names.iter().find(|(_, names)| names.split(' ').any(|name| name == word));
    named.map(|(letter, _)| (*letter, 1))
}

/// Names of letters as recognisers write them.
const POLISH: &[(char, &str)] = &[
    ('b', "be"),
    ('c', "ce cie"),
    ('d', "de"),
    ('f', "ef"),
    ('g', "gie gje"),
    ('h', "ha"),
    ('j', "jot"),
    ('k', "ka"),
    ('l', "el"),
    ('m', "em"),
    ('n', "en"),
    ('p', "pe"),
    ('q', "ku"),
    ('r', "er"),
    ('s', "es"),
    ('t', "te"),
    ('v', "fau"),
    ('w', "wu"),
    ('x', "iks"),
    ('y', "igrek"),
    ('z', "zet zed"),
];
const ROMANIAN: &[(char, &str)] = &[
    ('b', "be bi"),
    ('c', "ce ci"),
    ('d', "de di"),
    ('f', "ef fe"),
    ('g', "ge ghe gi"),
    ('h', "has has ha"),
    ('j', "je jot"),
    ('k', "ka capa kapa"),
    ('l', "el le"),
    ('m', "em me"),
    ('n', "en ne"),
    ('p', "pe pi"),
    ('q', "kiu chiu"),
    ('r', "er re"),
    ('s', "es se"),
    ('t', "te ti"),
    ('v', "ve vi"),
    ('x', "ics iks"),
    ('y', "igrec"),
    ('z', "zet ze"),
];
const ENGLISH: &[(char, &str)] = &[
    ('a', "ay eh"),
    ('b', "be bee"),
    ('c', "see sea cee"),
    ('d', "dee"),
    ('e', "ee"),
    ('f', "ef eff"),
    ('g', "gee jee"),
    ('h', "aitch haitch"),
    ('i', "eye"),
    ('j', "jay"),
    ('k', "kay"),
    ('l', "el ell"),
    ('m', "em"),
    ('n', "en"),
    ('o', "oh"),
    ('p', "pee pea"),
    ('q', "queue cue"),
    ('r', "are ar"),
    ('s', "es ess"),
    ('t', "tee tea"),
    ('u', "you yu"),
    ('v', "vee"),
    ('x', "ex eks"),
    ('y', "why wye"),
    ('z', "zed zee"),
];

/// Words that stand for their first letter without more: the alphabets that operators use.
fn alphabet(word: &str, language: Language) -> Option<char> {
    const NATO: &str = "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november \
        oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu";
    let words = match language {
        Language::Polish => {
            "adam barbara celina dorota ewa franciszek grazyna genowefa henryk helena irena iwona jan jadwiga karol \
            karolina leon ludwik lukasz maria marek natalia olga pawel quebec roman robert stanislaw stefan tadeusz tomasz \
            urszula violetta wanda waclaw xawery ypsylon zenon zygmunt zofia"
        }
        Language::Romanian => {
            "ana alexandru barbu constantin costel dumitru dan elena eugen florea florin gheorghe george haralambie horia \
            ion ioan ilie jiu jean kilogram lazar liviu maria mihai nicolae nelu olga ovidiu petre paul q radu robert \
            sandu stefan tudor traian tache udrea ungureanu vasile viorel william xenia yala zamfir zoe"
        }
        Language::English => {
            "adam apple baker able charles david edward easy frank freddy george harry henry ida john jack king kate lewis \
            lincoln mary mother nancy nellie oliver orange peter queen robert roger samuel sugar sam thomas tommy uncle \
            victor william xavier yellow young zebra"
        }
    };
    let known = words.split_whitespace().chain(NATO.split_whitespace()).any(|known| known == word);
    known.then(|| word.chars().next()).flatten()
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
