use super::*;
use Language::{English, Polish, Romanian};

#[test]
fn the_lists_are_written_folded_and_short_enough_to_be_found() {
    for language in Language::ALL {
        let lists = of(language);
        for list in [lists.hesitations, lists.leading, lists.verbs, lists.subjects, lists.back_channels] {
            for entry in list {
                let folded: Vec<String> = words(entry).iter().map(|word| shortened(word)).collect();
                assert_eq!(folded.join(" "), *entry, "{language}");
                assert!(folded.len() <= ENTRY_WORDS, "{language} {entry}");
            }
        }
    }
}

#[test]
fn words_that_want_others_after_them_are_heard_in_three_languages() {
    let table = [
        (English, "So, uhm...", Ending::Hesitation),
        (English, "I wanted to ask, ummmm", Ending::Hesitation),
        (English, "My number is", Ending::Dangling),
        (English, "I would like to track my.", Ending::Dangling),
        (English, "I want to track a parcel and", Ending::Dangling),
        (English, "Yes it is", Ending::Loose),
        (English, "Where is it from?", Ending::Asked),
        (English, "Where is my parcel?", Ending::Asked),
        (English, "I have lost my parcel.", Ending::Closed),
        (Polish, "Yyyyy.", Ending::Hesitation),
        (Polish, "No to...", Ending::Hesitation),
        (Polish, "Chciałbym zapytać o", Ending::Dangling),
        (Polish, "Numer przesyłki to", Ending::Dangling),
        (Polish, "Gdzie jest?", Ending::Dangling),
        (Polish, "Tak jest.", Ending::Closed),
        (Polish, "Tak, zgadza się.", Ending::Closed),
        (Polish, "Gdzie jest moja paczka?", Ending::Asked),
        (Polish, "W jakich godzinach jest otwarte?", Ending::Asked),
        (Romanian, "Păi...", Ending::Hesitation),
        (Romanian, "Ăăă", Ending::Hesitation),
        (Romanian, "Numărul meu este", Ending::Dangling),
        (Romanian, "Aș vrea să întreb de", Ending::Dangling),
        (Romanian, "Da, este.", Ending::Closed),
        (Romanian, "Unde este coletul meu?", Ending::Asked),
        (Romanian, "Sâmbătă este deschis?", Ending::Asked),
    ];
    for (language, text, expected) in table {
        assert_eq!(ending(text, language), expected, "{text}");
    }
}

#[test]
fn a_voice_that_stays_up_is_not_finished() {
    for text in ["I have a parcel, ", "I have a parcel…", "I have a parcel -", "I have a parcel..."] {
        assert_eq!(ending(text, English), Ending::Dangling, "{text}");
    }
    assert_eq!(ending("", English), Ending::Loose);
}

#[test]
fn back_channels_say_nothing_and_answers_to_questions_say_more() {
    for (language, text) in [
        (English, "Mm-hmm."),
        (English, "Yeah, okay."),
        (Polish, "Mhm."),
        (Polish, "Tak, tak, tak."),
        (Polish, "No tak, rozumiem."),
        (Romanian, "Da, da."),
        (Romanian, "Am înțeles."),
    ] {
        assert!(is_back_channel(text, language), "{text}");
    }
    for (language, text) in
        [(English, "No."), (Polish, "Tak, ale inny numer"), (Romanian, "Nu"), (English, "")]
    {
        assert!(!is_back_channel(text, language), "{text}");
    }
}
