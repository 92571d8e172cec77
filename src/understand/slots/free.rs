//! ◆ Names and streets: free text without the phrases that carry it.

use super::found::Found;
use crate::language::Language;
use crate::understand::text::fold;

/// More words than this are a sentence, not a name.
const NAME_WORDS: usize = 4;
const STREET_WORDS: usize = 7;

/// The name of a person, each word with a capital; none when nothing but courtesies was said.
pub fn person_name(text: &str, language: Language) -> Option<Found<String>> {
    free(text, carriers(language), NAME_WORDS, false)
}

/// A street with its house number, as the caller put it.
pub fn street(text: &str, language: Language) -> Option<Found<String>> {
    free(text, streets(language), STREET_WORDS, true)
}

fn free(text: &str, carriers: &str, most: usize, numbers: bool) -> Option<Found<String>> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut from = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let keep = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '/');
        let word = piece.trim_matches(|c| !keep(c));
        let offset = piece.find(word).unwrap_or(0);
        if !word.is_empty() {
            words.push((from + offset, word));
        }
        from += piece.len();
    }
    let start = past_carriers(text, &words, carriers);
    let mut kept = words[start..].to_vec();
    kept.retain(|(_, word)| !MIDDLES.contains(&fold(word).as_str()));
    while kept.last().is_some_and(|(_, word)| TRAILERS.split(' ').any(|trailer| trailer == fold(word))) {
        kept.pop();
    }
    let (first, last) = (*kept.first()?, *kept.last()?);
    let refuses = DENIALS.contains(&fold(first.1).split(' ').next().unwrap_or_default());
    if refuses || fold(&text[first.0..]).starts_with("i dont") {
        return None;
    }
    let digits = kept.iter().any(|(_, word)| word.chars().any(|c| c.is_ascii_digit()));
    let long = kept.len() > most || (digits && !numbers);
    let confidence = match (long, start > 0 || kept.len() >= 2) {
        (true, _) => 0.35,
        (false, true) => 0.8,
        (false, false) => 0.65,
    };
    let value = kept.iter().map(|(_, word)| capital(word)).collect::<Vec<_>>().join(" ");
    let has_letters = value.chars().any(char::is_alphabetic);
    has_letters.then(|| Found { value, confidence, span: (first.0, last.0 + last.1.len()) })
}

const TRAILERS: &str = "prosze dziekuje bardzo please thanks thank you very much speaking here multumesc mersi frumos mult \
    rog va z tej strony przy telefonie la telefon";

/// Hesitations, and what tells the parts of a name apart.
const MIDDLES: [&str; 14] = [
    "eee", "yyy", "hmm", "mmm", "aaa", "um", "uh", "erm", "nazwisko", "nume", "prenume", "surname", "last",
    "name",
];

/// "nie wiem", "nu știu", "don't know": no name follows.
const DENIALS: [&str; 5] = ["nie", "nu", "not", "no", "dont"];

/// Capital at the beginning and after a dash; "o'connor" has two as well.
fn capital(word: &str) -> String {
    let mut capital = String::with_capacity(word.len());
    for (at, c) in word.char_indices() {
        let apostrophe = at == 2 && word[..at].ends_with('\'') || at == 4 && word[..at].ends_with('’');
        if at == 0 || word[..at].ends_with('-') || (apostrophe && word.len() > at + 1) {
            capital.extend(c.to_uppercase());
        } else {
            capital.push(c);
        }
    }
    capital
}

/// The index of the first word after all carriers at the beginning; a "no" before a comma is one of them.
fn past_carriers(text: &str, words: &[(usize, &str)], carriers: &str) -> usize {
    let folded: Vec<String> = words.iter().map(|(_, word)| fold(word).replace(' ', "")).collect();
    let mut at = 0;
    loop {
        let fits = |phrase: &str| {
            let phrase: Vec<&str> = phrase.split_whitespace().collect();
            let rest = &folded[at..];
            let here =
                rest.len() >= phrase.len() && rest.iter().zip(&phrase).all(|(word, said)| word == said);
            here.then_some(phrase.len())
        };
        match carriers.split(',').filter_map(fits).max() {
            Some(used) if used > 0 => at += used,
            _ if words.get(at).is_some_and(|(from, word)| {
                DENIALS.contains(&folded[at].as_str()) && text[from + word.len()..].starts_with([',', '.'])
            }) =>
            {
                at += 1;
            }
            _ => return at,
        }
    }
}

fn carriers(language: Language) -> &'static str {
    match language {
        Language::Polish => {
            "nazywam sie,mam na imie,jestem,moje nazwisko to,nazwisko,moje imie i nazwisko to,imie i nazwisko,z tej strony,\
            mowi,tu,tutaj,dzien dobry,tak,to,eee,yyy,no,moje imie to,imie,na nazwisko,paczka jest na,na,prosze,prosze zapisac,\
            nazwisko to,ja nazywam sie,ja sie nazywam,na imie mam,to bedzie,pan,pani,brzmi,halo,\
            dobry wieczor,ja jestem,moje nazwisko,a"
        }
        Language::Romanian => {
            "ma numesc,numele meu este,numele meu e,sunt,ma cheama,buna ziua,alo,da,este,pe numele,numele,numele este,\
            numele complet este,eu sunt,ma,aaa,pai,pe,prenumele meu este,eu ma numesc,imi zice,\
            imi spune,buna,buna seara,nume,numele de familie este,coletul e pe numele,aici,la telefon,domnul,doamna,scrieti"
        }
        Language::English => {
            "my name is,my names,im,i am,this is,its,it is,the name is,name is,the names,names,hello,hi,good morning,\
            yes,um,uh,well,you can call me,call me,speaking,under,under the name,the name,its under,my full name is,here is,name,\
            under the name of,good afternoon,good evening,the parcel is for,first name,first name is,my surname is,surname,\
            my last name is,mr,mrs,thats,no its"
        }
    }
}

fn streets(language: Language) -> &'static str {
    match language {
        Language::Polish => {
            "mieszkam przy,mieszkam na,przy,na,adres to,ulica,ulicy,przy ulicy,na ulicy,ul,to jest,to,tak,eee,moj adres to,\
            adres,dostawa na,dostarczyc na,prosze na,mieszkam,prosze,dostarczyc,ulice,ulica to,nazwa ulicy to,to bedzie,w,yyy"
        }
        Language::Romanian => {
            "locuiesc pe,stau pe,pe,adresa este,adresa mea este,adresa e,este,da,aaa,locuiesc la,la,adresa,livrare pe,\
            livrati pe,stau la,adresa mea e,strada este,in,pai"
        }
        Language::English => {
            "i live at,i live on,im at,at,on,its,it is,the address is,my address is,address is,yes,um,uh,to,deliver to,\
            the street is,in,were at,we live at,please,deliver,it,the street name is,well,thats"
        }
    }
}

#[cfg(test)]
#[path = "free_tests.rs"]
mod tests;
