use super::*;
use Language::{English, Polish, Romanian};
use proptest::prelude::*;

fn check(language: Language, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let best =
                amounts(text, language).first().map_or_else(String::new, |found| found.value.to_string());
            (best != *expected).then(|| format!("{text:?}: {best:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn polish_amounts_are_heard() {
    check(
        Polish,
        &[
            ("pięć złotych", "5.00 PLN"),
            ("5 zł", "5.00 PLN"),
            ("5zł", "5.00 PLN"),
            ("5,50 zł", "5.50 PLN"),
            ("5.50", "5.50 PLN"),
            ("pięć pięćdziesiąt", "5.50 PLN"),
            ("piec piecdziesiat", "5.50 PLN"),
            ("pięć złotych pięćdziesiąt groszy", "5.50 PLN"),
            ("pięć złotych i pięćdziesiąt groszy", "5.50 PLN"),
            ("pięć złotych pięćdziesiąt", "5.50 PLN"),
            ("pięć i pół złotego", "5.50 PLN"),
            ("półtora złotego", "1.50 PLN"),
            ("pół złotego", "0.50 PLN"),
            ("jeden złoty", "1.00 PLN"),
            ("dwa złote", "2.00 PLN"),
            ("dwadzieścia dwa złote", "22.00 PLN"),
            ("sto złotych", "100.00 PLN"),
            ("sto dwadzieścia złotych", "120.00 PLN"),
            ("dwieście pięćdziesiąt", "250.00 PLN"),
            ("dwieście pięćdziesiąt złotych", "250.00 PLN"),
            ("tysiąc złotych", "1000.00 PLN"),
            ("tysiąc dwieście złotych", "1200.00 PLN"),
            ("dwa tysiące pięćset", "2500.00 PLN"),
            ("pięć tysięcy", "5000.00 PLN"),
            ("5 tysięcy złotych", "5000.00 PLN"),
            ("5 tys. zł", "5000.00 PLN"),
            ("1250,00 zł", "1250.00 PLN"),
            ("1.250,00 zł", "1250.00 PLN"),
            ("pięćdziesiąt groszy", "0.50 PLN"),
            ("99 groszy", "0.99 PLN"),
            ("zero złotych", "0.00 PLN"),
            ("dziewiętnaście dziewięćdziesiąt dziewięć", "19.99 PLN"),
            ("19,99", "19.99 PLN"),
            ("dwadzieścia euro", "20.00 EUR"),
            ("20 €", "20.00 EUR"),
            ("€20", "20.00 EUR"),
            ("dwadzieścia euro i pięćdziesiąt centów", "20.50 EUR"),
            ("sto funtów", "100.00 GBP"),
            ("trzy dolary", "3.00 USD"),
            ("50 lei", "50.00 RON"),
            ("to było jakieś sto złotych", "100.00 PLN"),
            ("zapłaciłem dwieście trzydzieści złotych", "230.00 PLN"),
            ("trzydzieści pięć czterdzieści", "35.40 PLN"),
            ("trzydzieści pięć złotych czterdzieści groszy", "35.40 PLN"),
            ("stówa", "100.00 PLN"),
            ("pięć dych", "50.00 PLN"),
            ("trzy stówki", "300.00 PLN"),
            ("milion złotych", "1000000.00 PLN"),
            ("dwa miliony", "2000000.00 PLN"),
            ("siedem przecinek pięć złotego", "7.50 PLN"),
            ("siedemset osiemdziesiąt dziewięć złotych", "789.00 PLN"),
            ("czterysta złotych", "400.00 PLN"),
            ("cztery dwadzieścia", "4.20 PLN"),
            ("trzynaście złotych", "13.00 PLN"),
            ("PLN 40", "40.00 PLN"),
            ("sto złotych, nie, sto pięćdziesiąt złotych", "150.00 PLN"),
            ("około 300 zł", "300.00 PLN"),
            ("dwa pięćdziesiąt", "2.50 PLN"),
            ("osiem zł 20 gr", "8.20 PLN"),
            ("1500 zł", "1500.00 PLN"),
            ("nie wiem ile", ""),
        ],
    );
}

#[test]
fn romanian_amounts_are_heard() {
    check(
        Romanian,
        &[
            ("cinci lei", "5.00 RON"),
            ("5 lei", "5.00 RON"),
            ("5lei", "5.00 RON"),
            ("5,50 lei", "5.50 RON"),
            ("5.50", "5.50 RON"),
            ("cinci cincizeci", "5.50 RON"),
            ("cinci lei și cincizeci de bani", "5.50 RON"),
            ("cinci lei cincizeci de bani", "5.50 RON"),
            ("cinci lei și cincizeci", "5.50 RON"),
            ("cinci lei jumate", "5.50 RON"),
            ("cinci și jumătate lei", "5.50 RON"),
            ("un leu", "1.00 RON"),
            ("doi lei", "2.00 RON"),
            ("doi lei și jumătate", "2.50 RON"),
            ("douăzeci și doi de lei", "22.00 RON"),
            ("o sută de lei", "100.00 RON"),
            ("o suta de lei", "100.00 RON"),
            ("o sută douăzeci de lei", "120.00 RON"),
            ("două sute cincizeci", "250.00 RON"),
            ("două sute cincizeci de lei", "250.00 RON"),
            ("o mie de lei", "1000.00 RON"),
            ("o mie două sute de lei", "1200.00 RON"),
            ("două mii cinci sute", "2500.00 RON"),
            ("cinci mii de lei", "5000.00 RON"),
            ("5 mii de lei", "5000.00 RON"),
            ("1250,00 lei", "1250.00 RON"),
            ("1.250,00 RON", "1250.00 RON"),
            ("cincizeci de bani", "0.50 RON"),
            ("99 de bani", "0.99 RON"),
            ("zero lei", "0.00 RON"),
            ("nouăsprezece nouăzeci și nouă", "19.99 RON"),
            ("19,99", "19.99 RON"),
            ("douăzeci de euro", "20.00 EUR"),
            ("20 €", "20.00 EUR"),
            ("douăzeci de euro și cincizeci de cenți", "20.50 EUR"),
            ("o sută de lire", "100.00 GBP"),
            ("trei dolari", "3.00 USD"),
            ("50 zł", "50.00 PLN"),
            ("a fost cam o sută de lei", "100.00 RON"),
            ("am plătit două sute treizeci de lei", "230.00 RON"),
            ("treizeci și cinci lei patruzeci de bani", "35.40 RON"),
            ("un milion de lei", "1000000.00 RON"),
            ("două milioane", "2000000.00 RON"),
            ("șapte virgulă cinci lei", "7.50 RON"),
            ("șapte sute optzeci și nouă de lei", "789.00 RON"),
            ("patru sute de lei", "400.00 RON"),
            ("patru douăzeci", "4.20 RON"),
            ("treisprezece lei", "13.00 RON"),
            ("paișpe lei", "14.00 RON"),
            ("RON 40", "40.00 RON"),
            ("o sută de lei, nu, o sută cincizeci de lei", "150.00 RON"),
            ("vreo 300 de lei", "300.00 RON"),
            ("doi cincizeci", "2.50 RON"),
            ("opt lei și 20 de bani", "8.20 RON"),
            ("1500 lei", "1500.00 RON"),
            ("1500 de lei", "1500.00 RON"),
            ("zece lei", "10.00 RON"),
            ("nouăzeci și nouă de lei", "99.00 RON"),
            ("trei sute", "300.00 RON"),
            ("douazeci si cinci de lei", "25.00 RON"),
            ("nu știu cât", ""),
        ],
    );
}

#[test]
fn english_amounts_are_heard() {
    check(
        English,
        &[
            ("five pounds", "5.00 GBP"),
            ("£5", "5.00 GBP"),
            ("£5.50", "5.50 GBP"),
            ("5.50", "5.50 GBP"),
            ("five fifty", "5.50 GBP"),
            ("two fifty", "2.50 GBP"),
            ("five pounds fifty", "5.50 GBP"),
            ("five pounds and fifty pence", "5.50 GBP"),
            ("five pounds fifty pence", "5.50 GBP"),
            ("five and a half pounds", "5.50 GBP"),
            ("half a pound", "0.50 GBP"),
            ("a pound", "1.00 GBP"),
            ("one pound", "1.00 GBP"),
            ("two pounds", "2.00 GBP"),
            ("twenty two pounds", "22.00 GBP"),
            ("a hundred pounds", "100.00 GBP"),
            ("one hundred and twenty pounds", "120.00 GBP"),
            ("two hundred and fifty", "250.00 GBP"),
            ("two hundred fifty pounds", "250.00 GBP"),
            ("a thousand pounds", "1000.00 GBP"),
            ("one thousand two hundred pounds", "1200.00 GBP"),
            ("two thousand five hundred", "2500.00 GBP"),
            ("five thousand", "5000.00 GBP"),
            ("5 thousand pounds", "5000.00 GBP"),
            ("5k", "5000.00 GBP"),
            ("two grand", "2000.00 GBP"),
            ("£1250.00", "1250.00 GBP"),
            ("£1,250.00", "1250.00 GBP"),
            ("£1,250", "1250.00 GBP"),
            ("fifty pence", "0.50 GBP"),
            ("fifty p", "0.50 GBP"),
            ("99p", "0.99 GBP"),
            ("zero pounds", "0.00 GBP"),
            ("nineteen ninety nine", "19.99 GBP"),
            ("19.99", "19.99 GBP"),
            ("twenty euros", "20.00 EUR"),
            ("€20", "20.00 EUR"),
            ("20 euros", "20.00 EUR"),
            ("twenty euros and fifty cents", "20.50 EUR"),
            ("three dollars", "3.00 USD"),
            ("$3.20", "3.20 USD"),
            ("fifty lei", "50.00 RON"),
            ("fifty zlotys", "50.00 PLN"),
            ("it was about a hundred pounds", "100.00 GBP"),
            ("I paid two hundred and thirty pounds", "230.00 GBP"),
            ("thirty five forty", "35.40 GBP"),
            ("thirty five pounds forty", "35.40 GBP"),
            ("a tenner", "10.00 GBP"),
            ("a fiver", "5.00 GBP"),
            ("twenty quid", "20.00 GBP"),
            ("a million pounds", "1000000.00 GBP"),
            ("two million", "2000000.00 GBP"),
            ("seven point five pounds", "7.50 GBP"),
            ("seven hundred and eighty nine pounds", "789.00 GBP"),
            ("four twenty", "4.20 GBP"),
            ("thirteen pounds", "13.00 GBP"),
            ("GBP 40", "40.00 GBP"),
            ("a hundred pounds, no, a hundred and fifty pounds", "150.00 GBP"),
            ("around 300 pounds", "300.00 GBP"),
            ("eight pounds and 20 pence", "8.20 GBP"),
            ("1500 pounds", "1500.00 GBP"),
            ("I don't know how much", ""),
        ],
    );
}

#[test]
fn what_may_be_two_amounts_gives_both_and_says_so() {
    let found = amounts("two fifty", English);
    assert_eq!(found.iter().map(|found| found.value.hundredths).collect::<Vec<_>>(), [250, 25_000]);
    assert!(found[0].confidence < 0.75);
    assert!(amounts("£5.50", English)[0].confidence > 0.9);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(.{0,30}|([£€$]?[0-9]{1,20}[.,]?[0-9]{0,3} ?(tys|k|lei|million|zł)? ?){0,3})") {
        for language in Language::ALL {
            for found in amounts(&text, language) {
                prop_assert!((0.0..=1.0).contains(&found.confidence));
                prop_assert!(text.get(found.span.0..found.span.1).is_some());
            }
        }
    }
}
