//! ◆ The sentence that tells an agent why the call comes.

use super::super::detail::capitalised;
use super::Dialog;
use crate::record::event::Signal;

impl Dialog {
    /// All signals in one sentence, and what the call was about: `Angry twice ("to jest skandal"), said "oszustwo",
    /// after asking about parcel status`.
    pub(super) fn why(&self, signals: &[Signal]) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for signal in signals {
            if !kinds.contains(&signal.kind.as_str()) {
                kinds.push(&signal.kind);
            }
        }
        let of_kind =
            |kind: &&str| signals.iter().filter(|signal| signal.kind == **kind).collect::<Vec<&Signal>>();
        let causes: Vec<String> = kinds.iter().map(of_kind).map(|signals| cause(&signals)).collect();
        let comma = if causes.len() > 1 { "," } else { "" };
        let cause = if causes.is_empty() { "handed over".to_owned() } else { causes.join(", ") };
        let topic = self.topic.as_ref().and_then(|topic| self.bot.topics.get(topic));
        capitalised(&match topic {
            Some(topic) => format!("{cause}{comma} after asking about {}", topic.title),
            None => cause,
        })
    }
}

/// One kind of signal, all of it.
fn cause(signals: &[&Signal]) -> String {
    let Some(first) = signals.first() else { return String::new() };
    let evidence = first.evidence.as_str();
    match first.kind.as_str() {
        "asks_for_person" => format!("asked for a person (\"{evidence}\")"),
        "critical_word" => format!("said {}", quoted(signals)),
        "anger" => felt("angry", signals),
        "distress" => felt("distressed", signals),
        "frustration" => felt("frustrated", signals),
        "confidence" => format!("was {evidence}"),
        "silence" => format!("stayed silent ({evidence})"),
        "loop" if evidence.starts_with("no usable") => format!("the bot got {evidence}"),
        "loop" => evidence.to_owned(),
        "engine_failure" => format!("a speech engine failed ({evidence})"),
        "overload" => "came straight to people: the bot had no time".to_owned(),
        "abuse" => format!("the caller {evidence}"),
        "unknown_question" => format!("asked what the bot does not know (\"{evidence}\")"),
        "not_approved" => format!("the bot's reply was not approved ({evidence})"),
        "taken_over" => format!("{evidence} took over from the bot"),
        "backend_down" => "the bot could not reach the back office".to_owned(),
        _ => format!("needs a person: {evidence}"),
    }
}

/// A feeling, how often, and the words that showed it most.
fn felt(adjective: &str, signals: &[&Signal]) -> String {
    let times = if signals.len() > 1 { " twice" } else { "" };
    let strongest = signals.iter().max_by(|a, b| a.strength.total_cmp(&b.strength));
    let words = strongest.map_or("", |signal| signal.evidence.as_str());
    format!("{adjective}{times} (\"{words}\")")
}

/// Each word once.
fn quoted(signals: &[&Signal]) -> String {
    let mut words: Vec<String> = signals.iter().map(|signal| format!("\"{}\"", signal.evidence)).collect();
    words.dedup();
    words.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::super::escalate::signal;
    use super::*;

    #[test]
    fn a_feeling_of_two_turns_is_told_once_with_its_strongest_words() {
        let [now, before] =
            [signal("anger", 0.8, 0.6, "to jest skandal"), signal("anger", 0.5, 0.35, "ile można")];
        assert_eq!(cause(&[&now, &before]), "angry twice (\"to jest skandal\")");
        assert_eq!(cause(&[&before]), "angry (\"ile można\")");
        let word = signal("critical_word", 0.5, 1.0, "znowu");
        assert_eq!(cause(&[&word, &word]), "said \"znowu\"");
    }
}
