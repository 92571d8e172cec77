use super::Kind::{Anger, Distress, Frustration, Joy, Neutral, Sarcasm};
use super::*;
use crate::understand::e5::MODEL_FILE;
use Language::{English, Polish, Romanian};
use std::path::PathBuf;
use std::sync::Arc;

/// Sentences that are not among the examples, and the tones that are right for them.
const TABLE: &[(Language, &str, &[Kind])] = &[
    (Polish, "Jesteście bandą złodziei, oddajcie mi pieniądze!", &[Anger]),
    (Polish, "Zamknij mordę, durniu jeden!", &[Anger]),
    (Polish, "Pożałujecie tego, idę z tym do sądu!", &[Anger]),
    (Polish, "Dzwonię już czwarty raz i nadal nikt mi nie pomógł.", &[Frustration]),
    (Polish, "No brawo, znowu zgubiliście moją przesyłkę.", &[Sarcasm]),
    (Polish, "Bardzo się boję, mąż od wczoraj nie wrócił do domu.", &[Distress]),
    (Polish, "Cudownie, bardzo pani dziękuję za pomoc!", &[Joy]),
    (Polish, "Nie jestem zdenerwowany, chcę tylko zapytać o fakturę.", &[Neutral]),
    (Polish, "Mój szef był wczoraj wściekły.", &[Neutral]),
    (Polish, "Poproszę znowu ten sam termin.", &[Neutral]),
    (Polish, "Gdzie jest moja paczka?", &[Neutral]),
    (Polish, "Proszę zmienić adres na ulicę Długą pięć.", &[Neutral]),
    (Romanian, "Sunteți niște hoți ordinari, vă bateți joc de oameni!", &[Anger]),
    (Romanian, "Du-te dracului, nesimțitule!", &[Anger]),
    (Romanian, "O să vă dau în judecată, escrocilor!", &[Anger]),
    (Romanian, "Sun a patra oară și tot nu mi-ați rezolvat problema.", &[Frustration]),
    (Romanian, "Bravo, iar ați pierdut coletul, felicitări!", &[Sarcasm]),
    (Romanian, "Mi-e foarte teamă, tata e la spital și nu știu nimic de el.", &[Distress]),
    (Romanian, "Vă mulțumesc din suflet, ați fost minunată!", &[Joy]),
    (Romanian, "Nu sunt nervos, vreau doar să aflu cât costă.", &[Neutral]),
    (Romanian, "Șeful meu a fost furios ieri.", &[Neutral]),
    (Romanian, "Aș dori iar aceeași programare.", &[Neutral]),
    (Romanian, "Unde este coletul meu?", &[Neutral]),
    (Romanian, "La ce oră pleacă trenul spre Iași?", &[Neutral]),
    (English, "You are a bunch of thieves, give me my money back!", &[Anger]),
    (English, "Shut your mouth, you stupid idiot!", &[Anger]),
    (English, "You will regret this, I'll see you in court!", &[Anger]),
    (English, "This is the fourth time I've called and nobody has helped me.", &[Frustration]),
    (English, "Oh brilliant, you've lost my parcel again, well done.", &[Sarcasm]),
    (English, "I'm really frightened, my husband hasn't come home since yesterday.", &[Distress]),
    (English, "That's wonderful, thank you so much for your help!", &[Joy]),
    (English, "I'm not angry, I only want to know the price.", &[Neutral]),
    (English, "My boss was furious yesterday.", &[Neutral]),
    (English, "The same appointment again, please.", &[Neutral]),
    (English, "Where is my parcel?", &[Neutral]),
    (English, "What time does the train to Leeds leave?", &[Neutral]),
];

/// Learnt without weights, in one language: each test runs in a process of its own.
fn by_letters(language: Language) -> Tones {
    Tones::learn_in(&[language], None, None)
}

fn e5() -> Option<Arc<E5>> {
    let folder = std::env::var_os("DUET_MODELS_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models"), PathBuf::from);
    let path = folder.join(MODEL_FILE);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(E5::load(&path).expect("sound weights"))
}

fn heat(tone: &Tone) -> f32 {
    tone.anger + tone.frustration
}

#[test]
#[ignore = "makes the vectors of 1,400 sentences: a minute or two in a debug build"]
fn tones_in_words_are_told_apart() {
    let Some(e5) = e5() else { return };
    let tones = Tones::learn(Some(&e5), None);
    for (language, text, right) in TABLE {
        let tone = tones.judge(text, Some(&e5.embed(text)), *language);
        assert!(right.contains(&tone.likeliest()), "{text}: {tone:?}");
    }
}

fn heat_is_told_from_calm(language: Language, said: &str, denied: &str) {
    let tones = by_letters(language);
    for (_, text, right) in TABLE.iter().filter(|(own, _, _)| *own == language) {
        let tone = tones.judge(text, None, language);
        if right == &[Anger] {
            assert!(heat(&tone) > 0.5, "{text}: {tone:?}");
        } else if right == &[Neutral] || right == &[Joy] {
            assert!(heat(&tone) < 0.4, "{text}: {tone:?}");
        }
    }
    let [said, denied] = [said, denied].map(|text| heat(&tones.judge(text, None, language)));
    assert!(said > denied + 0.2, "{said} {denied}");
}

#[test]
fn heat_is_told_from_calm_in_polish_even_without_weights() {
    heat_is_told_from_calm(Polish, "Jestem wściekły.", "Nie jestem wściekły.");
}

#[test]
fn heat_is_told_from_calm_in_romanian_even_without_weights() {
    heat_is_told_from_calm(Romanian, "Sunt foarte furioasă.", "Nu sunt furioasă.");
}

#[test]
fn heat_is_told_from_calm_in_english_even_without_weights() {
    heat_is_told_from_calm(English, "I am furious.", "I am not furious.");
}

#[test]
fn an_agent_can_read_which_words_weighed() {
    let tones = by_letters(Romanian);
    let tone = tones.judge("Dar sunteți niște escroci, domnule!", None, Romanian);
    assert_eq!(tone.likeliest(), Anger);
    assert!(tone.words.iter().any(|one| one.word == "escroci"), "{:?}", tone.words);
    let sum: f32 = Kind::ALL.into_iter().map(|kind| tone.of(kind)).sum();
    assert!((sum - 1.0).abs() < 1e-4, "{tone:?}");
    assert!(tones.judge("Unde este coletul meu?", None, Romanian).words.is_empty());
    let silence = tones.judge(" ... ", None, Romanian);
    assert_eq!((silence.likeliest(), silence.neutral), (Neutral, 1.0));
}

#[test]
fn the_same_examples_teach_the_same() {
    let text = "Nobody ever calls me back.";
    let [first, second] = [(), ()].map(|()| by_letters(English).judge(text, None, English));
    assert_eq!(first, second);
}

#[test]
fn names_of_tones_are_read_back() {
    for kind in Kind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("rage".parse::<Kind>().is_err());
    assert!((Kind::ALL.into_iter().map(Kind::prior).sum::<f32>() - 1.0).abs() < 1e-6);
}
