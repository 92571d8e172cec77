//! ◆ Agreement and refusal, in all the ways people have.

use crate::language::Language;
use crate::understand::text::{sounds_like, words};

/// Utterances of at most so many words may hide their answer anywhere; longer ones begin or end with it.
const SHORT_WORDS: usize = 4;

/// Words that one phrase spans at most, as a recogniser splits them.
const PHRASE_WORDS: usize = 5;

/// Phrases shorter than this must be said exactly: "tak nie" is a letter away from "tak i nie".
const NEAR_LETTERS: usize = 8;

/// Whether the caller agrees; none if that is not clear.
///
/// Polish "no" is a weak yes; a double negative such as "nie ma sprawy" or "de ce nu" is a yes; "nie wiem" is
/// neither. When an utterance says both, a correction ("no wait, yes") counts, else it is not clear.
pub fn yes_no(text: &str, language: Language) -> Option<bool> {
    let phrases = Phrases::of(language);
    let words = words(text);
    let mut found = Vec::new();
    let mut content = 0;
    let mut at = 0;
    while at < words.len() {
        let (meaning, used) = phrases.at(&words[at..]).unwrap_or((None, 1));
        if meaning != Some(Meaning::Filler) {
            content += used;
        }
        found.push((meaning, used));
        at += used;
    }
    decide(&found, content)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    Yes,
    No,
    /// Yes only if nothing else is said: Polish "no".
    WeakYes,
    /// Yes or no only at the start or in a short utterance.
    SoftYes,
    SoftNo,
    Unsure,
    /// What follows replaces what was said.
    Correction,
    Filler,
}

impl Meaning {
    fn answer(self) -> Option<bool> {
        match self {
            Meaning::Yes | Meaning::SoftYes => Some(true),
            Meaning::No | Meaning::SoftNo => Some(false),
            _ => None,
        }
    }
}

fn decide(found: &[(Option<Meaning>, usize)], content: usize) -> Option<bool> {
    let said: Vec<Option<Meaning>> = found
        .iter()
        .map(|(meaning, _)| *meaning)
        .filter(|meaning| *meaning != Some(Meaning::Filler))
        .collect();
    let after = said.iter().rposition(|meaning| *meaning == Some(Meaning::Correction));
    if let Some(answer) = after.and_then(|at| said[at + 1..].iter().flatten().find_map(|m| m.answer())) {
        return Some(answer);
    }
    if said.contains(&Some(Meaning::Unsure)) {
        return None;
    }
    let said: Vec<Option<Meaning>> = drop_weak(&said);
    let answers: Vec<bool> = said.iter().flatten().filter_map(|meaning| meaning.answer()).collect();
    let agree = answers.windows(2).all(|pair| pair[0] == pair[1]);
    let only_answers = said.iter().all(|meaning| meaning.is_some_and(|meaning| meaning.answer().is_some()));
    if content <= SHORT_WORDS || only_answers {
        return answers.first().copied().filter(|_| agree);
    }
    match (said.first().copied().flatten(), said.last().copied().flatten()) {
        (Some(first), _) if first.answer().is_some() => first.answer(),
        (_, Some(last @ (Meaning::Yes | Meaning::No))) => last.answer().filter(|_| agree),
        _ => None,
    }
}

/// Polish "no" alone is a yes, beside anything else it is nothing.
fn drop_weak(said: &[Option<Meaning>]) -> Vec<Option<Meaning>> {
    if !said.is_empty() && said.iter().all(|meaning| *meaning == Some(Meaning::WeakYes)) {
        return vec![Some(Meaning::Yes)];
    }
    said.iter().copied().filter(|meaning| *meaning != Some(Meaning::WeakYes)).collect()
}

struct Phrases(&'static [(Meaning, &'static str)]);

impl Phrases {
    fn of(language: Language) -> Self {
        Self(match language {
            Language::Polish => POLISH,
            Language::Romanian => ROMANIAN,
            Language::English => ENGLISH,
        })
    }

    /// The longest phrase at the start of the words, compared without blanks, and the words it takes.
    fn at(&self, words: &[String]) -> Option<(Option<Meaning>, usize)> {
        (1..=words.len().min(PHRASE_WORDS)).rev().find_map(|used| {
            let said = words[..used].concat();
            self.meaning(&said).map(|meaning| (Some(meaning), used))
        })
    }

    fn meaning(&self, said: &str) -> Option<Meaning> {
        let mut near = None;
        for (meaning, list) in self.0 {
            for phrase in list.split(',') {
                if phrase.split_whitespace().eq_squashed(said) {
                    return Some(*meaning);
                }
                let squashed: String = phrase.split_whitespace().collect();
                if near.is_none() && said.len() >= NEAR_LETTERS && sounds_like(said, &squashed) {
                    near = Some(*meaning);
                }
            }
        }
        near
    }
}

/// Comparison of a phrase's words with a text without blanks, without building a string.
trait EqSquashed {
    fn eq_squashed(self, said: &str) -> bool;
}

impl<'a, I: Iterator<Item = &'a str>> EqSquashed for I {
    fn eq_squashed(self, mut said: &str) -> bool {
        for word in self {
            let Some(rest) = said.strip_prefix(word) else {
                return false;
            };
            said = rest;
        }
        said.is_empty()
    }
}

use Meaning::{Correction, Filler, No, SoftNo, SoftYes, Unsure, WeakYes, Yes};

/// Folded phrases by meaning, separated by commas.
const POLISH: &[(Meaning, &str)] = &[
    (
        Yes,
        "tak, taak, no tak, tak tak, tak jest, jasne, no jasne, jasna sprawa, oczywiscie, oczywiscie ze tak, \
         no oczywiscie, pewnie, no pewnie, no pewnie ze tak, zgadza sie, wszystko sie zgadza, to sie zgadza, \
         dokladnie, dokladnie tak, owszem, potwierdzam, okej, okay, ok, mhm, yhy, aha, uhm, racja, wlasnie tak, \
         zgoda, zgadzam sie, w porzadku, niech bedzie, moze byc, chetnie, jak najbardziej, naturalnie, slusznie, \
         rzecz jasna, a jak, no ba, bez problemu, nie ma problemu, nie ma sprawy, zaden problem, czemu nie, \
         dlaczego nie, nie mam nic przeciwko, a czemu by nie, chyba tak, mysle ze tak, raczej tak, wydaje mi sie ze tak, \
         to prawda, poprawnie, ta, nie inaczej, no raczej, pewno, tak poprosze, na pewno, z pewnoscia",
    ),
    (
        SoftYes,
        "dobrze, dobra, no dobra, no dobrze, prawda, wlasnie, poprosze, prosze, prosze bardzo, chce, super, swietnie, \
         pasuje, raczej, chcialbym, chcialabym, zrob to, dawaj, moze byc tak",
    ),
    (
        No,
        "nie, nie nie, no nie, o nie, nie za bardzo, nie bardzo, niezbyt, skad, skadze, alez skad, a skad, skad znowu, \
         w zadnym wypadku, w zadnym razie, absolutnie nie, absolutnie, nigdy, nigdy w zyciu, wcale, wcale nie, \
         odmawiam, niestety nie, rezygnuje, nic z tego, nieprawda, to nieprawda, to nie prawda, zle, blednie, \
         niepoprawnie, nic podobnego, gdzie tam, chyba nie, mysle ze nie, raczej nie, nie tak, nie zgadza sie, \
         nie zgadzam sie, to sie nie zgadza, nie jest dobrze, nie dobrze, niedobrze, nie chce, nie dziekuje, \
         dziekuje nie, na pewno nie, pewnie ze nie, oczywiscie ze nie, jasne ze nie, lepiej nie, nie trzeba, \
         nie potrzebuje, nie potwierdzam, no co ty, wykluczone, nie ma mowy, nie pasuje, nie teraz, jeszcze nie, \
juz nie, jednak nie",
    ),
    (SoftNo, "dosc, wystarczy, to wszystko, nic"),
    (WeakYes, "no, noo, no no, no i, no wiec"),
    (
        Unsure,
        "nie wiem, no nie wiem, sam nie wiem, nie jestem pewien, nie jestem pewna, nie mam pojecia, trudno powiedziec, \
         nie rozumiem, nie slysze, nie pamietam, moze, byc moze, zalezy, co, slucham, i tak i nie, tak i nie",
    ),
    (Correction, "znaczy, to znaczy, przepraszam, chwila, zaraz, czekaj, a jednak, wroc, pomylka"),
    (
        Filler,
        "eee, yyy, hmm, hm, a, e, y, ah, ach, o, oj, wiec, chyba, mysle ze, ze, to, pan, pani, panie, dziekuje, prosze pana, prosze pani",
    ),
];

const ROMANIAN: &[(Meaning, &str)] = &[
    (
        Yes,
        "da, daa, da da, ba da, mda, ei da, pai da, sigur, sigur ca da, da sigur, desigur, bineinteles, normal, exact, \
         intocmai, corect, este corect, e corect, asa e, asa este, chiar asa, in regula, e in regula, perfect, cum sa nu, \
         cum de nu, evident, fireste, clar, aha, ihi, mhm, de acord, sunt de acord, confirm, ok, okay, okei, e ok, \
         e bine asa, nu e nicio problema, nicio problema, nici o problema, nu e problema, fara probleme, de ce nu, \
         nu am nimic impotriva, cred ca da, ba bine ca nu, categoric da, absolut, cu siguranta, e adevarat, adevarat, \
         da va rog, da te rog, cu placere, cu drag, asa da, se poate",
    ),
    (
        SoftYes,
        "bine, e bine, foarte bine, vreau, doresc, as vrea, as dori, va rog, te rog, hai, haideti, super, grozav, fie, \
         asa, bun, merge, imi convine",
    ),
    (
        No,
        "nu, nu nu, a nu, ba nu, pai nu, ei nu, nu prea, nu chiar, nici vorba, deloc, nici gand, in niciun caz, \
         in nici un caz, nicidecum, gresit, e gresit, incorect, nu e corect, nu este corect, nu nu e corect, nu e bine, \
         nu e asa, nu este asa, nu vreau, nu doresc, nope, niciodata, nu multumesc, multumesc nu, nu sunt de acord, nu confirm, \
         nu acum, nu inca, inca nu, mai bine nu, cred ca nu, nu cred, sigur ca nu, bineinteles ca nu, normal ca nu, \
         absolut deloc, categoric nu, refuz, fals, nu e adevarat, nu trebuie, nu mai vreau, nu am nevoie, nu merge, \
         nu imi convine, nt, din pacate nu",
    ),
    (SoftNo, "ajunge, atat, asta e tot, nimic"),
    (
        Unsure,
        "nu stiu, habar nu am, habar n am, nu sunt sigur, nu sunt sigura, poate, depinde, nu inteleg, nu am inteles, \
         nu aud, nu imi amintesc, ce, poftim, si da si nu, da si nu, greu de spus",
    ),
    (Correction, "adica, scuze, scuzati, pardon, stai, stati, de fapt, m am gresit, am gresit"),
    (
        Filler,
        "aaa, a, ah, e, hm, hmm, pai, deci, ei, eh, cred ca, pare ca, domnule, doamna, multumesc, mersi, ca",
    ),
];

const ENGLISH: &[(Meaning, &str)] = &[
    (
        Yes,
        "yes, yes yes, yeah, yeah yeah, yep, yup, yah, ya, yea, aye, sure, sure thing, for sure, of course, certainly, \
         absolutely, definitely, correct, thats correct, that is correct, thats right, that is right, thats it, ok, okay, \
         alright, all right, please do, yes please, go ahead, sounds good, why not, indeed, exactly, affirmative, i do, i am, \
         it is, it does, i did, it was, i have, uh huh, mhm, mm hmm, mmhmm, you bet, you got it, no problem, \
         not a problem, no worries, i agree, agreed, i dont mind, dont mind, i guess so, i think so, i suppose so, \
         thats true, thats fine, thats okay, thats ok, by all means, naturally, totally, i would, i confirm, confirmed, \
         no objection, no objections, id love to, that would be great, of course yes, sure why not",
    ),
    (
        SoftYes,
        "right, fine, please, great, perfect, true, good, very good, do it, cool, lovely, id like that, i want that, \
         thanks yes, super",
    ),
    (
        No,
        "no, no no, nope, nah, no way, not really, never, wrong, thats wrong, that is wrong, incorrect, negative, i dont, \
         i do not, dont, do not, not at all, not now, not today, not yet, no thanks, no thank you, of course not, \
         certainly not, absolutely not, definitely not, id rather not, rather not, false, it isnt, its not, it is not, \
         it doesnt, uh uh, not quite, not exactly, i disagree, i dont want, i dont want to, i dont want that, \
         i do not want, i dont think so, dont think so, thats not right, that is not right, thats not correct, \
         that is not correct, not correct, not right, not true, not good, not okay, not ok, not fine, im not, i am not, \
         i wasnt, i havent, i didnt, please dont, please no, dont do it, no sir, no maam, not me, nothing like that, \
         not anymore, i wouldnt, i guess not, i suppose not, i dont agree, not interested, im afraid not, \
         thats incorrect, that is incorrect",
    ),
    (SoftNo, "enough, nothing, thats all, none, neither, hardly"),
    (
        Unsure,
        "i dont know, dont know, dunno, not sure, im not sure, i am not sure, no idea, i have no idea, maybe, perhaps, \
         it depends, depends, what, pardon, sorry what, i dont understand, i dont remember, i cant remember, yes and no, \
         i cant hear you, i didnt hear, i didnt understand, hard to say, im not certain",
    ),
    (Correction, "wait, i mean, sorry, actually, hold on, scratch that, no wait, i meant"),
    (
        Filler,
        "uh, um, er, erm, hmm, hm, ah, oh, well, so, i think, i guess, i suppose, mm, like, you know, thanks, \
         thank you, sir, madam, maam, and, then",
    ),
];

#[cfg(test)]
#[path = "yes_no_tests.rs"]
mod tests;
