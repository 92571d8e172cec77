use super::*;
use proptest::prelude::*;
use std::sync::OnceLock;

const STATUS: [&str; 6] = [
    "gdzie jest moja paczka",
    "kiedy przyjdzie paczka",
    "sprawdź status przesyłki",
    "where is my parcel",
    "track my parcel please",
    "unde este coletul meu",
];
const COMPLAINT: [&str; 6] = [
    "chcę złożyć reklamację",
    "paczka przyszła uszkodzona",
    "i want to make a complaint",
    "the box was broken",
    "vreau să fac o reclamație",
    "coletul a venit deteriorat",
];

fn examples() -> Vec<Example> {
    let label = |texts: [&str; 6], label: &str| {
        texts.map(|text| Example { text: text.into(), label: label.into(), language: None })
    };
    [label(STATUS, "status"), label(COMPLAINT, "complaint")].concat()
}

fn trained() -> &'static Classifier {
    static TRAINED: OnceLock<Classifier> = OnceLock::new();
    TRAINED.get_or_init(|| {
        train(&examples(), &Mishearings::new(), None, &TrainConfig::default()).expect("sound examples")
    })
}

#[test]
fn a_new_wording_finds_its_topic_and_a_foreign_one_is_out_of_scope() {
    let meaning = trained().classify("Gdzie jest ta moja paczka?", Language::Polish);
    assert_eq!(meaning.topics[0].0, "status");
    let foreign = trained().classify("who won the football match", Language::English);
    assert!(foreign.out_of_scope > meaning.out_of_scope * 2.0, "{meaning:?} {foreign:?}");
}

#[test]
fn the_same_examples_and_seed_give_the_same_classifier() {
    let again =
        train(&examples(), &Mishearings::new(), None, &TrainConfig::default()).expect("sound examples");
    let text = "moja paczka jest uszkodzona";
    assert_eq!(again.classify(text, Language::Polish), trained().classify(text, Language::Polish));
    assert_eq!(again.describe(), trained().describe());
}

#[test]
fn what_was_heard_is_tried_and_learnt_only_where_it_helps() {
    let hear = |said: &str, heard: &str| (said.to_owned(), vec![heard.to_owned()]);
    let english = [
        hear("where is my parcel", "wear is my parcel"),
        hear("track my parcel please", "crack my parcel please"),
        hear("i want to make a complaint", "i want to make a complained"),
        hear("the box was broken", "the fox was broken"),
    ];
    let heard: Mishearings = [(Language::English, english.into())].into();
    let classifier = train(&examples(), &heard, None, &TrainConfig::default()).expect("sound examples");
    let told = classifier.describe();
    assert!(told.contains("4 misheard"), "{told}");
    assert!(told.starts_with("2 topics from 12 examples"), "{told}");
}

#[test]
fn what_cannot_be_learnt_is_said() {
    let learn = |text: &str, label: &str| {
        let example = Example { text: text.into(), label: label.into(), language: None };
        train(&[example], &Mishearings::new(), None, &TrainConfig::default())
            .err()
            .map(|error| error.to_string())
    };
    assert!(learn("...", "a").is_some_and(|e| e.contains("example 1 of topic \"a\" has no words")));
    assert!(learn("hello", "").is_some_and(|e| e.contains("has no topic")));
    assert!(learn("hello", OUT_OF_SCOPE).is_some_and(|e| e.contains("no examples")));
    assert_eq!(learn("hello", "greeting"), None);
}

proptest! {
    #[test]
    fn probabilities_of_any_text_sum_to_one(text in ".{0,80}") {
        let meaning = trained().classify(&text, Language::English);
        let sum: f32 = meaning.topics.iter().map(|(_, p)| p).sum::<f32>() + meaning.out_of_scope;
        prop_assert!((sum - 1.0).abs() < 1e-4);
        prop_assert!(meaning.topics.is_sorted_by(|a, b| a.1 >= b.1));
        prop_assert!(meaning.topics.iter().all(|(_, p)| p.is_finite()));
    }
}
