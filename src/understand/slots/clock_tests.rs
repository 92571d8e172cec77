use super::*;
use Language::{English, Polish, Romanian};
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 26);

fn check(language: Language, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let found = times(text, language, TODAY);
            let best = found.first().map_or_else(String::new, |found| found.value.to_string());
            (best != *expected).then(|| format!("{text:?}: {best:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn polish_times_are_heard() {
    check(
        Polish,
        &[
            ("o piętnastej", "15:00"),
            ("O pietnastej.", "15:00"),
            ("piętnasta", "15:00"),
            ("piętnasta trzydzieści", "15:30"),
            ("o piętnastej trzydzieści", "15:30"),
            ("o 15:30", "15:30"),
            ("15.30", "15:30"),
            ("o godzinie 15", "15:00"),
            ("o godz. 10", "10:00"),
            ("o 15-tej", "15:00"),
            ("o trzeciej", "15:00"),
            ("o trzeciej po południu", "15:00"),
            ("o trzeciej w nocy", "03:00"),
            ("o ósmej", "08:00"),
            ("o ósmej rano", "08:00"),
            ("o ósmej wieczorem", "20:00"),
            ("ósma rano", "08:00"),
            ("o dwudziestej", "20:00"),
            ("o dwudziestej pierwszej", "21:00"),
            ("dwudziesta pierwsza piętnaście", "21:15"),
            ("o dwunastej", "12:00"),
            ("dwunasta zero pięć", "12:05"),
            ("w południe", "12:00"),
            ("o północy", "00:00"),
            ("wpół do czwartej", "15:30"),
            ("w pół do czwartej", "15:30"),
            ("wpol do dziewiatej", "08:30"),
            ("kwadrans po trzeciej", "15:15"),
            ("za kwadrans piąta", "16:45"),
            ("za pięć czwarta", "15:55"),
            ("pięć po trzeciej", "15:05"),
            ("za dziesięć ósma", "07:50"),
            ("dziesięć po siódmej", "07:10"),
            ("dwadzieścia po drugiej", "14:20"),
            ("po piętnastej", "15:00.."),
            ("pojutrze po piętnastej", "15:00.."),
            ("jutro po szesnastej", "16:00.."),
            ("w piątek po osiemnastej", "18:00.."),
            ("po godzinie siedemnastej", "17:00.."),
            ("po 17", "17:00.."),
            ("od dziesiątej", "10:00.."),
            ("przed dziesiątą", "..10:00"),
            ("do czternastej", "..14:00"),
            ("przed południem", "06:00..12:00"),
            ("rano", "06:00..12:00"),
            ("jutro rano", "06:00..12:00"),
            ("po południu", "12:00..18:00"),
            ("popoludniu", "12:00..18:00"),
            ("wieczorem", "18:00..22:00"),
            ("w nocy", "00:00..06:00"),
            ("między trzecią a piątą", "15:00..17:00"),
            ("pomiędzy dziesiątą a dwunastą", "10:00..12:00"),
            ("od ósmej do dziesiątej", "08:00..10:00"),
            ("od 8 do 16", "08:00..16:00"),
            ("między 10:00 a 12:30", "10:00..12:30"),
            ("od dziesiątej do piętnastej", "10:00..15:00"),
            ("trzeciego maja o piątej", "17:00"),
            ("dwunastego kwietnia o dziesiątej trzydzieści", "10:30"),
            ("najlepiej koło szóstej wieczorem", "18:00"),
            ("gdzieś o czternastej", "14:00"),
            ("siódma trzydzieści rano", "07:30"),
            ("w sobotę o jedenastej", "11:00"),
            ("za dwa dni o dziewiątej", "09:00"),
            ("nie wiem", ""),
            ("jutro", ""),
        ],
    );
}

#[test]
fn romanian_times_are_heard() {
    check(
        Romanian,
        &[
            ("la trei", "15:00"),
            ("la ora trei", "15:00"),
            ("La ora 15.", "15:00"),
            ("ora cincisprezece", "15:00"),
            ("la cincisprezece și treizeci", "15:30"),
            ("15:30", "15:30"),
            ("la 15.30", "15:30"),
            ("la trei și jumătate", "15:30"),
            ("mâine la trei și jumătate", "15:30"),
            ("trei si jumatate", "15:30"),
            ("trei jumate", "15:30"),
            ("la trei după-amiaza", "15:00"),
            ("la trei dimineața", "03:00"),
            ("la trei noaptea", "03:00"),
            ("la opt", "08:00"),
            ("la opt dimineața", "08:00"),
            ("la opt seara", "20:00"),
            ("opt dimineata", "08:00"),
            ("la ora douăzeci", "20:00"),
            ("la ora douăzeci și unu", "21:00"),
            ("la ora douăzeci și unu și cincisprezece", "21:15"),
            ("la douăsprezece", "12:00"),
            ("ora doișpe", "12:00"),
            ("la prânz", "12:00..14:00"),
            ("la miezul nopții", "00:00"),
            ("trei și un sfert", "15:15"),
            ("la trei si un sfert", "15:15"),
            ("patru fără un sfert", "15:45"),
            ("patru fara zece", "15:50"),
            ("la cinci fără cinci", "16:55"),
            ("opt fără douăzeci", "07:40"),
            ("trei și zece", "15:10"),
            ("trei și cinci minute", "15:05"),
            ("după trei", "15:00.."),
            ("după ora trei", "15:00.."),
            ("dupa ora 15", "15:00.."),
            ("poimâine după cincisprezece", "15:00.."),
            ("vineri după ora optsprezece", "18:00.."),
            ("după cinci și jumătate", "17:30.."),
            ("de la zece", "10:00.."),
            ("începând cu ora nouă", "09:00.."),
            ("înainte de zece", "..10:00"),
            ("înainte de ora zece", "..10:00"),
            ("până la paisprezece", "..14:00"),
            ("dimineața", "06:00..12:00"),
            ("mâine dimineață", "06:00..12:00"),
            ("după-amiază", "12:00..18:00"),
            ("dupa masa", "12:00..18:00"),
            ("după-amiaza", "12:00..18:00"),
            ("seara", "18:00..22:00"),
            ("între trei și cinci", "15:00..17:00"),
            ("intre 3 si 5", "15:00..17:00"),
            ("între zece și douăsprezece", "10:00..12:00"),
            ("de la opt la zece", "08:00..10:00"),
            ("de la 8 până la 16", "08:00..16:00"),
            ("între 10:00 și 12:30", "10:00..12:30"),
            ("între orele nouă și unsprezece", "09:00..11:00"),
            ("trei mai la cinci", "17:00"),
            ("pe 12 aprilie la zece și jumătate", "10:30"),
            ("cam pe la șase seara", "18:00"),
            ("în jur de paisprezece", "14:00"),
            ("șapte și jumătate dimineața", "07:30"),
            ("sâmbătă la unsprezece", "11:00"),
            ("luni la zece", "10:00"),
            ("peste două zile la nouă", "09:00"),
            ("nu știu", ""),
            ("mâine", ""),
        ],
    );
}

#[test]
fn english_times_are_heard() {
    check(
        English,
        &[
            ("at three", "15:00"),
            ("At 3.", "15:00"),
            ("3 pm", "15:00"),
            ("3pm", "15:00"),
            ("3 p.m.", "15:00"),
            ("3 am", "03:00"),
            ("three o'clock", "15:00"),
            ("at three o'clock in the afternoon", "15:00"),
            ("at three in the morning", "03:00"),
            ("three thirty", "15:30"),
            ("at 3:30", "15:30"),
            ("3:30 p.m.", "15:30"),
            ("15:30", "15:30"),
            ("fifteen thirty", "15:30"),
            ("half past three", "15:30"),
            ("next Friday at half past three", "15:30"),
            ("half three", "15:30"),
            ("quarter past three", "15:15"),
            ("a quarter past three", "15:15"),
            ("quarter to five", "16:45"),
            ("a quarter to five", "16:45"),
            ("ten past six", "18:10"),
            ("twenty to four", "15:40"),
            ("five to eight", "07:55"),
            ("ten minutes past seven", "07:10"),
            ("at eight", "08:00"),
            ("eight in the morning", "08:00"),
            ("eight in the evening", "20:00"),
            ("8 o'clock", "08:00"),
            ("nine a.m.", "09:00"),
            ("at nine thirty", "09:30"),
            ("nine oh five", "09:05"),
            ("nine forty five am", "09:45"),
            ("at noon", "12:00"),
            ("noon", "12:00"),
            ("midnight", "00:00"),
            ("twelve", "12:00"),
            ("twelve thirty", "12:30"),
            ("after three", "15:00.."),
            ("after 3 pm", "15:00.."),
            ("any time after five", "17:00.."),
            ("from ten", "10:00.."),
            ("before ten", "..10:00"),
            ("by four", "..16:00"),
            ("until two", "..14:00"),
            ("before noon", "06:00..12:00"),
            ("in the morning", "06:00..12:00"),
            ("tomorrow morning", "06:00..12:00"),
            ("afternoon", "12:00..18:00"),
            ("in the afternoon please", "12:00..18:00"),
            ("in the evening", "18:00..22:00"),
            ("between 3 and 5", "15:00..17:00"),
            ("between three and five", "15:00..17:00"),
            ("between ten and twelve", "10:00..12:00"),
            ("from eight to ten", "08:00..10:00"),
            ("from 8 till 16", "08:00..16:00"),
            ("between 10:00 and 12:30", "10:00..12:30"),
            ("between nine and eleven in the morning", "09:00..11:00"),
            ("the third of May at five", "17:00"),
            ("April 12th at ten thirty", "10:30"),
            ("around six in the evening", "18:00"),
            ("about two o'clock", "14:00"),
            ("Saturday at eleven", "11:00"),
            ("in two days at nine", "09:00"),
            ("I don't know", ""),
            ("tomorrow", ""),
        ],
    );
}

#[test]
fn an_hour_of_either_half_of_the_day_gives_both() {
    let found = times("o trzeciej", Polish, TODAY);
    assert_eq!(found.iter().map(|found| found.value.to_string()).collect::<Vec<_>>(), ["15:00", "03:00"]);
    assert!(found[0].confidence < 0.8);
    assert!(times("15:30", English, TODAY)[0].confidence > 0.9);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(.{0,30}|([0-9]{1,5}[.: -]?){0,4}|(half past|za|od|at|la)( [0-9]{1,3}){0,3})") {
        for language in Language::ALL {
            for found in times(&text, language, TODAY) {
                prop_assert!((0.0..=1.0).contains(&found.confidence));
                prop_assert!(text.get(found.span.0..found.span.1).is_some());
            }
        }
    }
}
