//! ◆ What callers say in a queue: that they would rather be rung back, leave a message, or go on with the bot.

use crate::decide::act::WaitingWish;
use crate::decide::words::{contains_phrase, fold_words};
use crate::language::Language;

/// Longest sentence that is taken for one, words: people in a queue also talk to others.
const WISH_WORDS: usize = 12;

impl WaitingWish {
    /// The key that the choices name.
    pub fn of_key(digit: char) -> Option<WaitingWish> {
        match digit {
            '1' => Some(WaitingWish::CallBack),
            '2' => Some(WaitingWish::Bot),
            '3' => Some(WaitingWish::Message),
            '4' => Some(WaitingWish::Text),
            _ => None,
        }
    }

    /// The wish in an utterance; looked for in the language that was recognised, then in that of the call.
    pub fn of_words(text: &str, heard: Language, call: Language) -> Option<WaitingWish> {
        let words = fold_words(text);
        if words.len() > WISH_WORDS {
            return None;
        }
        [heard, call].into_iter().find_map(|language| wish(&words, language))
    }
}

fn wish(words: &[String], language: Language) -> Option<WaitingWish> {
    let (not, call_back, bot) = phrases(language);
    let says = |list: &[&str]| list.iter().any(|phrase| contains_phrase(words, phrase));
    if says(not) {
        None
    } else if says(elsewhere(language)) {
        Some(WaitingWish::CallBackElsewhere)
    } else if says(call_back) {
        Some(WaitingWish::CallBack)
    } else if says(text_message(language)) {
        Some(WaitingWish::Text)
    } else if says(message(language)) {
        Some(WaitingWish::Message)
    } else {
        says(bot).then_some(WaitingWish::Bot)
    }
}

/// What names another number to be rung back on; folded.
fn elsewhere(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &["another number", "different number", "other number", "other phone"],
        Language::Polish => &["inny numer", "innego numeru", "innym numerem", "innym numerze", "drugi numer"],
        Language::Romanian => &["alt numar", "alt telefon", "celalalt numar"],
    }
}

/// What wants a text message; folded.
fn text_message(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &["text me", "text message", "a text", "sms", "s m s"],
        Language::Polish => &["sms", "smsa", "smsem", "smsy", "esemes", "esemesa", "esemesem"],
        Language::Romanian => &["sms", "smsul", "mesaj text", "mesaj scris"],
    }
}

/// What wants to leave a message; folded.
fn message(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "leave a message",
            "leave you a message",
            "leave them a message",
            "leave my message",
            "leave a voice message",
            "leave a voicemail",
            "voicemail",
            "voice mail",
            "record a message",
            "take a message",
        ],
        Language::Polish => &[
            "zostawic wiadomosc",
            "zostawie wiadomosc",
            "zostawiam wiadomosc",
            "nagrac wiadomosc",
            "nagram wiadomosc",
            "wiadomosc glosowa",
            "wiadomosc glosowo",
            "nagrac sie",
            "nagram sie",
            "poczta glosowa",
            "poczte glosowa",
            "na poczcie glosowej",
        ],
        Language::Romanian => &[
            "lasa un mesaj",
            "las un mesaj",
            "lasati un mesaj",
            "lasa mesaj",
            "inregistra un mesaj",
            "inregistrez un mesaj",
            "mesaj vocal",
            "mesagerie vocala",
            "mesageria vocala",
            "casuta vocala",
        ],
    }
}

/// What takes a wish back, then to be rung back and to go on with the bot; folded.
fn phrases(
    language: Language,
) -> (&'static [&'static str], &'static [&'static str], &'static [&'static str]) {
    match language {
        Language::English => (
            &[
                "don t call",
                "do not call",
                "no callback",
                "no message",
                "no voicemail",
                "i ll wait",
                "i will wait for",
                "i d rather wait",
            ],
            &[
                "call me back",
                "call back",
                "callback",
                "ring me back",
                "ring me later",
                "call me later",
                "phone me back",
                "give me a call",
            ],
            &[
                "back to the bot",
                "the bot",
                "the machine",
                "the assistant",
                "go on with you",
                "talk to you",
                "never mind",
                "forget it",
                "without a person",
                "changed my mind",
            ],
        ),
        Language::Polish => (
            &[
                "nie oddzwaniaj",
                "nie oddzwaniajcie",
                "nie zostawie wiadomosci",
                "nie chce zostawiac wiadomosci",
                "prosze nie dzwonic",
                "poczekam na czlowieka",
                "zaczekam na",
            ],
            &[
                "oddzwoni",
                "oddzwonil",
                "oddzwon",
                "oddzwonic",
                "oddzwonienie",
                "oddzwonienia",
                "oddzwonicie",
                "zadzwoncie do mnie",
                "prosze do mnie zadzwonic",
                "zadzwonic pozniej",
                "zadzwoncie pozniej",
                "zadzwon pozniej",
            ],
            &[
                "z botem",
                "z automatem",
                "z asystentem",
                "z maszyna",
                "niewazne",
                "rozmyslilem sie",
                "rozmyslilam sie",
                "zmienilem zdanie",
                "zmienilam zdanie",
                "bez konsultanta",
                "wroc do rozmowy",
            ],
        ),
        Language::Romanian => (
            &[
                "nu ma sunati",
                "nu ma suna",
                "nu suna",
                "nu las mesaj",
                "nu las un mesaj",
                "astept un coleg",
                "raman la telefon",
            ],
            &[
                "sunati ma inapoi",
                "suna ma inapoi",
                "sa fiu sunat",
                "sa fiu sunata",
                "sa ma sunati",
                "sa ma suni",
                "sunati ma",
                "suna ma",
                "sunati ma mai tarziu",
                "apel inapoi",
            ],
            &[
                "cu robotul",
                "cu asistentul",
                "cu masina",
                "cu botul",
                "nu mai conteaza",
                "lasati",
                "m am razgandit",
                "fara coleg",
                "fara operator",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, language: Language) -> Option<WaitingWish> {
        WaitingWish::of_words(text, language, language)
    }

    #[test]
    fn wishes_of_a_queue_are_heard_in_three_languages() {
        for (text, language) in [
            ("Could you please call me back?", Language::English),
            ("Proszę oddzwonić.", Language::Polish),
            ("Wolę, żeby ktoś do mnie oddzwonił, proszę oddzwonić", Language::Polish),
            ("Sunați-mă înapoi, vă rog.", Language::Romanian),
        ] {
            assert_eq!(of(text, language), Some(WaitingWish::CallBack), "{text}");
        }
        for (text, language) in [
            ("Can I leave a message instead?", Language::English),
            ("Chciałabym zostawić wiadomość", Language::Polish),
            ("Wolę nagrać się na pocztę głosową", Language::Polish),
            ("Aș vrea să las un mesaj, vă rog", Language::Romanian),
        ] {
            assert_eq!(of(text, language), Some(WaitingWish::Message), "{text}");
        }
        for (text, language) in [
            ("Just send me a text, please", Language::English),
            ("Proszę wysłać mi SMS-a", Language::Polish),
            ("Trimiteți-mi un SMS", Language::Romanian),
        ] {
            assert_eq!(of(text, language), Some(WaitingWish::Text), "{text}");
        }
        for (text, language) in [
            ("Call me back on another number", Language::English),
            ("Proszę oddzwonić na inny numer", Language::Polish),
            ("Sunați-mă pe alt număr", Language::Romanian),
        ] {
            assert_eq!(of(text, language), Some(WaitingWish::CallBackElsewhere), "{text}");
        }
        for (text, language) in [
            ("Never mind, I'll go on with you", Language::English),
            ("Rozmyśliłam się", Language::Polish),
            ("M-am răzgândit.", Language::Romanian),
        ] {
            assert_eq!(of(text, language), Some(WaitingWish::Bot), "{text}");
        }
    }

    #[test]
    fn talk_in_the_room_and_refusals_are_no_wish() {
        for (text, language) in [
            ("Don't call me back, I'll wait", Language::English),
            ("I'm on hold, mum, dinner is in the oven", Language::English),
            ("No message, I'll wait", Language::English),
            ("Got your message, dear", Language::English),
            ("Nie oddzwaniajcie, zaczekam na konsultanta", Language::Polish),
            ("Nu mă sunați, aștept", Language::Romanian),
            ("Stai puțin, vorbesc la telefon", Language::Romanian),
        ] {
            assert_eq!(of(text, language), None, "{text}");
        }
    }
}
