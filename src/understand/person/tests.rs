use super::*;
use Language::{English, Polish, Romanian};
use proptest::prelude::*;

fn all_ask(language: Language, phrases: &[&str]) {
    let missed: Vec<&&str> = phrases.iter().filter(|p| asks_for_person(p, language).is_none()).collect();
    assert!(missed.is_empty(), "not understood: {missed:?}");
}

fn none_asks(language: Language, phrases: &[&str]) {
    let wrong: Vec<_> = phrases.iter().filter_map(|p| Some((p, asks_for_person(p, language)?))).collect();
    assert!(wrong.is_empty(), "taken for a request: {wrong:?}");
}

#[test]
fn polish_requests_for_a_person_are_understood() {
    let phrases = [
        "Chcę rozmawiać z konsultantem.",
        "chce rozmawiac z konsultatem",
        "Chciałbym porozmawiać z kimś.",
        "Czy mogę z kimś porozmawiać?",
        "Proszę połączyć mnie z człowiekiem.",
        "Konsultant.",
        "Konsultant, proszę!",
        "Poproszę konsultanta.",
        "Połącz mnie z operatorem",
        "przełącz do operatora",
        "Proszę o przełączenie do konsultanta, bo to nie ma sensu",
        "Chcę żywą osobę!",
        "Wolę rozmawiać z żywym człowiekiem niż z automatem",
        "Z konsultantem chcę rozmawiać",
        "Nie chcę rozmawiać z robotem.",
        "nie będę rozmawiać z maszyną",
        "Dajcie mi człowieka",
        "Daj mi kogoś żywego do rozmowy",
        "operator",
        "Czy jest tam ktoś żywy?",
        "Mogę rozmawiać z pracownikiem?",
        "Nie, chcę z konsultantem.",
        "Nie mogę się połączyć z konsultantem",
        "chcę rozmawiać zkonsultantem",
        "Potrzebuję doradcy",
        "Proszę mnie połączyć z biurem obsługi klienta",
        "Człowiek!",
        "Chciałabym rozmowę z przedstawicielem firmy",
        "Czy mogę mówić z prawdziwą osobą",
        "proszę z kierownikiem",
        "Żadnych robotów, proszę",
        "can I speak to a human",
    ];
    all_ask(Polish, &phrases);
}

#[test]
fn other_polish_sentences_are_no_request_for_a_person() {
    let phrases = [
        "Kurier nie był człowiekiem, tylko jakimś chamem",
        "Gdzie jest moja paczka?",
        "Konsultant był niemiły i się rozłączył",
        "Rozmawiałem wczoraj z konsultantem",
        "Wasz pracownik nie zadzwonił",
        "Nie chcę rozmawiać z konsultantem.",
        "Pracownik powiedział, że paczka dotrze jutro",
        "Chcę zmienić adres dostawy",
        "Proszę o paczkomat",
        "Nikt mi nie pomógł",
        "Chcę rozmawiać po polsku",
        "Odbierze inna osoba niż ja",
        "Tak",
        "Nie",
        "Czy mogę zwrócić towar?",
        "Operator koparki uszkodził ogrodzenie",
        "To jest dla osoby starszej",
        "Ktoś ukradł moją paczkę",
    ];
    none_asks(Polish, &phrases);
}

#[test]
fn romanian_requests_for_a_person_are_understood() {
    let phrases = [
        "Vreau să vorbesc cu un operator.",
        "Vreau să vorbesc cu o persoană",
        "vreau sa vorbesc cu cineva",
        "Operator!",
        "Un operator, vă rog.",
        "Pot să vorbesc cu un om?",
        "Vreau un om.",
        "Dați-mi un operator.",
        "Faceți-mi legătura cu un coleg, vă rog",
        "Aș vrea să vorbesc cu un coleg de-al dumneavoastră",
        "Vă rog să mă transferați la un agent",
        "Transferă-mă la un operator uman",
        "Conectați-mă cu un consultant",
        "Nu vreau să vorbesc cu un robot!",
        "Nu vreau robot, vreau om",
        "Cu un operator aș vrea să vorbesc",
        "Există cineva cu care pot vorbi?",
        "Doresc să discut cu un reprezentant",
        "Prefer să vorbesc cu o persoană reală",
        "Am nevoie de un consultant",
        "o persoană reală",
        "om real",
        "Puteți să mă puneți în legătură cu serviciul clienți?",
        "vreau sa vorbesc cu un oprator",
        "vreau sa vorbesc cuoperatorul",
        "Aș dori un operator uman",
        "Vreau să vorbesc cu șeful",
        "Lasă-mă să vorbesc cu cineva real",
        "Vreau o persoană, nu un robot",
        "I want to talk to a human",
    ];
    all_ask(Romanian, &phrases);
}

#[test]
fn other_romanian_sentences_are_no_request_for_a_person() {
    let phrases = [
        "Unde este coletul meu?",
        "Curierul nu a fost om cu mine",
        "Agentul a fost nepoliticos",
        "Am vorbit ieri cu un operator",
        "Operatorul mi-a spus că vine mâine",
        "Nu vreau să vorbesc cu un operator",
        "Vreau să schimb adresa",
        "Coletul a fost primit de altă persoană",
        "Un coleg a comandat pentru mine",
        "Cineva mi-a furat coletul",
        "Da",
        "Nu",
        "Vorbiți românește?",
        "Am nevoie de factură",
        "Vreau să vorbim în română",
        "Mașina de spălat nu merge",
        "Câți oameni sunt în fața mea",
    ];
    none_asks(Romanian, &phrases);
}

#[test]
fn english_requests_for_a_person_are_understood() {
    let phrases = [
        "I want to talk to a person.",
        "Can I speak to a human being?",
        "Agent.",
        "Agent, please!",
        "representative",
        "Speak to a representative",
        "Let me talk to someone real.",
        "Get me a human",
        "Give me an operator",
        "I need a real person",
        "Put me through to an agent please",
        "Could you transfer me to customer service?",
        "Connect me to a live agent because this is not working",
        "Is there someone I can talk to?",
        "is anybody there I can speak with",
        "I don't want to talk to a robot.",
        "I do not want to talk to a machine",
        "Stop it, I want a human",
        "I'd like to speak with somebody",
        "can I talk to an actual human",
        "I want to speak with your manager",
        "I want to talk to a representitive",
        "no, I want an agent",
        "real person",
        "A human, please.",
        "Operator",
        "Why can't I just talk to a person",
        "I would rather speak to someone",
        "please connect me with an advisor",
        "customer service",
        "I want to talk to an agent, the last one was rude",
        "no robots please",
        "I'd prefer talking to a human",
        "I hate talking to machines",
        "put me through to the reception",
    ];
    all_ask(English, &phrases);
}

#[test]
fn other_english_sentences_are_no_request_for_a_person() {
    let phrases = [
        "The delivery agent was rude.",
        "the agent told me it would come today",
        "I spoke to a representative yesterday",
        "Where is my parcel?",
        "I don't want to talk to an agent",
        "Your customer service is terrible",
        "The person who delivered it left it in the rain",
        "someone stole my parcel",
        "A different person will pick it up",
        "I want to change my address",
        "Is there one in the city",
        "can you help me",
        "I want to complain about the delivery agent who was rude",
        "I need to talk about my parcel",
        "my operator changed and the number is new",
        "are you a robot",
        "no",
        "put it in the locker",
        "how many people work there",
        "am I speaking with a real person",
        "at what age can a person open an account",
        "please advise",
        "I transferred money from one account to another",
        "room service",
        "the transfer finally worked but how long does it stay pending",
    ];
    none_asks(English, &phrases);
}

#[test]
fn a_person_is_found_in_a_garbled_sentence_unless_denied() {
    let garbled = "Mă au dat un operator.";
    assert_eq!(asks_for_person(garbled, Language::Romanian), None);
    assert_eq!(mentions_person(garbled, Language::Romanian).as_deref(), Some("operator"));
    assert_eq!(mentions_person("nie chcę konsultanta", Language::Polish), None);
    assert_eq!(mentions_person("unde este coletul", Language::Romanian), None);
}

#[test]
fn the_words_that_did_it_are_returned() {
    let words = asks_for_person("Dzień dobry, chcę rozmawiać z konsultantem, natychmiast!", Polish);
    assert_eq!(words.as_deref(), Some("rozmawiac z konsultantem"));
}

proptest! {
    #[test]
    fn any_text_is_survived(text in ".{0,80}") {
        for language in Language::ALL {
            let _ = asks_for_person(&text, language);
        }
    }
}
