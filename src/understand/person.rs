//! ◆ The rule that guarantees a caller a person: asked for in plain words, no model can overrule it.
//!
//! Each clause is read as a list of roles: someone to talk to, talking, wanting, refusing, a machine. A request is
//! talking or wanting that leads to someone, someone's name and nothing else, or refusing a machine.
//! Words about an agent in the past ("the agent was rude") are no request.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod en;
mod lexicon;
mod pl;
mod ro;

use super::text::{sounds_like, words};
use crate::language::Language;
use lexicon::{Lexicon, Role};

/// Words that may stand between talking or wanting and the person.
const GAP_WORDS: usize = 6;

/// Words that may stand between the person and talking, where the person comes first.
const BACK_GAP_WORDS: usize = 4;

/// Forms of at least so many letters are found inside glued words.
const GLUED_LETTERS: usize = 6;

/// The words by which the caller asked for a person, folded; none if the caller did not.
///
/// Understands English in every language: callers fall back on it.
pub fn asks_for_person(text: &str, language: Language) -> Option<String> {
    let own = Lexicon::of(language);
    clauses(text).find_map(|clause| asked(&clause, &own)).or_else(|| {
        let english = Lexicon::of(Language::English);
        (language != Language::English).then(|| clauses(text).find_map(|clause| asked(&clause, &english)))?
    })
}

/// A word for a person that is not denied, folded, whatever stands around it. For words that were
/// barely made out: there the sentence cannot be trusted, but the noun is worth a person.
pub fn mentions_person(text: &str, language: Language) -> Option<String> {
    let lexicon = Lexicon::of(language);
    clauses(text).find_map(|clause| {
        let roles: Vec<Option<Role>> = (0..clause.len()).map(|at| role(&clause, at, &lexicon)).collect();
        let person = roles.iter().position(|role| *role == Some(Role::Person))?;
        (!roles.contains(&Some(Role::Not))).then(|| clause[person].clone())
    })
}

/// Stretches between punctuation marks, as folded words.
fn clauses(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    text.split([',', '.', ';', '!', '?', ':', '…', '–', '—']).map(words).filter(|words| !words.is_empty())
}

fn asked(clause: &[String], lexicon: &Lexicon) -> Option<String> {
    let roles: Vec<Option<Role>> = (0..clause.len()).map(|at| role(clause, at, lexicon)).collect();
    let (from, to) = machine_refused(&roles)
        .or_else(|| person_after_wish(&roles))
        .or_else(|| person_before_talk(&roles))
        .or_else(|| person_alone(&roles))?;
    Some(clause[from..=to].join(" "))
}

fn role(clause: &[String], at: usize, lexicon: &Lexicon) -> Option<Role> {
    let word = clause[at].as_str();
    let before = at.checked_sub(1).map(|before| clause[before].as_str());
    if Lexicon::is_half_a_name(word, before) {
        return None;
    }
    let exact = lexicon.0.iter().find(|(_, forms)| forms.contains(&word)).map(|(role, _)| *role);
    let near = || {
        let similar = |forms: &&[&str]| forms.iter().any(|form| sounds_like(word, form) || glued(word, form));
        // Only what carries the request may be misheard; a misheard filler is just another word.
        let carrying = |role: &Role| matches!(role, Role::Person | Role::Talk);
        lexicon.0.iter().find(|(role, forms)| carrying(role) && similar(forms)).map(|(role, _)| *role)
    };
    let found = exact.or_else(near)?;
    let other_trade = found == Role::Person && before.is_some_and(|before| lexicon.is_other_trade(before));
    (!other_trade).then_some(found)
}

/// Whether a recogniser ran the form together with a neighbour: `zkonsultantem`.
fn glued(word: &str, form: &str) -> bool {
    form.len() >= GLUED_LETTERS && word.len() <= form.len() + 5 && word.ends_with(form)
}

type Span = (usize, usize);

/// "I want to talk to a real person", "poproszę konsultanta", "dați-mi un operator".
fn person_after_wish(roles: &[Option<Role>]) -> Option<Span> {
    for (person, role) in roles.iter().enumerate() {
        if !matches!(role, Some(Role::Person | Role::Someone)) {
            continue;
        }
        let first = person.saturating_sub(GAP_WORDS);
        let talk = (first..person).rev().find(|&at| is_talk(roles, at));
        if let Some(talk) = talk.filter(|&talk| !refused(roles, talk)) {
            return Some((talk, person));
        }
        if talk.is_none() && *role == Some(Role::Person) && !told_about(roles, person) {
            let wish = (first..person).rev().find(|&at| matches!(roles[at], Some(Role::Want | Role::May)));
            let plain =
                |at: &usize| (at + 1..person).all(|between| roles[between].is_some_and(Role::is_small));
            let idle = |at: usize| roles[at] == Some(Role::May) && !rest_is_small(&roles[person + 1..]);
            let wish = wish.filter(|wish| !idle(*wish));
            if let Some(wish) = wish.filter(plain).filter(|&wish| !refused(roles, wish)) {
                return Some((wish, person));
            }
        }
        // "Is there someone I can talk to": the talking follows.
        let talk_later = (person + 1..roles.len().min(person + 1 + BACK_GAP_WORDS))
            .find(|&at| matches!(roles[at], Some(Role::Talk | Role::Alive)));
        if let Some(talk) = talk_later.filter(|_| *role == Some(Role::Someone) && !told_about(roles, person))
        {
            return (!refused(roles, talk)).then_some((person, talk));
        }
    }
    None
}

/// "Can a person open an account" asks for no person, "can I have a person please" does.
fn rest_is_small(rest: &[Option<Role>]) -> bool {
    rest.iter()
        .all(|role| role.is_some_and(|role| role.is_small() || matches!(role, Role::Want | Role::Talk)))
}

fn is_talk(roles: &[Option<Role>], at: usize) -> bool {
    match roles[at] {
        Some(Role::Talk) => true,
        Some(Role::Talking) => roles[at.saturating_sub(3)..at].contains(&Some(Role::Want)),
        _ => false,
    }
}

/// "Z konsultantem chcę rozmawiać", "cu un operator aș vrea să vorbesc".
fn person_before_talk(roles: &[Option<Role>]) -> Option<Span> {
    let person = roles.iter().position(|role| matches!(role, Some(Role::Person | Role::Someone)))?;
    let last = roles.len().min(person + 1 + BACK_GAP_WORDS);
    let talk = (person + 1..last).find(|&at| {
        matches!(roles[at], Some(Role::Talk)) || roles[at] == Some(Role::Want) && at + 1 == roles.len()
    })?;
    let clean =
        !told_about(roles, person) && !refused(roles, talk) && !roles[..talk].contains(&Some(Role::Not));
    clean.then_some((person, talk))
}

/// "Operator!", "a real person please": nothing else is said.
fn person_alone(roles: &[Option<Role>]) -> Option<Span> {
    let person = roles.iter().position(|role| *role == Some(Role::Person))?;
    let rest = |role: &Option<Role>| {
        role.is_some_and(|role| role.is_small() || matches!(role, Role::Person | Role::Want | Role::May))
    };
    roles.iter().all(rest).then_some((person, person))
}

/// "I don't want to talk to a robot", "nie chcę rozmawiać z automatem", "no more machines".
fn machine_refused(roles: &[Option<Role>]) -> Option<Span> {
    let machine = roles.iter().position(|role| *role == Some(Role::Machine))?;
    let first = machine.saturating_sub(GAP_WORDS);
    let not = (first..machine).find(|&at| roles[at] == Some(Role::Not))?;
    let wish =
        (not + 1..machine).any(|at| matches!(roles[at], Some(Role::Talk | Role::Talking | Role::Want)));
    let frame = |role: Role| role.is_small() || matches!(role, Role::Not | Role::Want | Role::May);
    let alone = (0..roles.len()).all(|at| at == machine || roles[at].is_some_and(frame));
    (wish || alone).then_some((not, machine))
}

/// Whether the wish is denied: "I don't want", "nie chcę", "nu vreau să vorbesc".
fn refused(roles: &[Option<Role>], wish: usize) -> bool {
    let denied = |at: usize| at > 0 && roles[at - 1] == Some(Role::Not);
    let wanting = (wish.saturating_sub(3)..wish).rev().find(|&at| roles[at] == Some(Role::Want));
    denied(wish) || wanting.is_some_and(denied)
}

/// Whether the clause tells what a person did.
fn told_about(roles: &[Option<Role>], person: usize) -> bool {
    roles[person..].contains(&Some(Role::Past)) || roles[..person].contains(&Some(Role::Past))
}

#[cfg(test)]
mod tests;
