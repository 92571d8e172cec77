use super::place;
use crate::language::Language::{self, English, Polish, Romanian};

#[test]
fn ordinals_are_heard_in_every_form() {
    let table: &[(Language, &str, Option<u64>)] = &[
        (Polish, "pierwszy", Some(1)),
        (Polish, "tę pierwszą", Some(1)),
        (Polish, "ta druga", Some(2)),
        (Polish, "drugiego", Some(2)),
        (Polish, "trzecia opcja", Some(3)),
        (Polish, "czwarty", Some(4)),
        (Polish, "piąta", Some(5)),
        (Polish, "szóstego", Some(6)),
        (Polish, "siódme", Some(7)),
        (Polish, "osmy", Some(8)),
        (Polish, "dziewiąty", Some(9)),
        (Polish, "dwunasty", Some(12)),
        (Polish, "dwunastego", Some(12)),
        (Polish, "dwudziesty pierwszy", Some(21)),
        (Polish, "trzydziestego pierwszego", Some(31)),
        (Polish, "3-go", Some(3)),
        (Polish, "pierwszy albo drugi", None),
        (Polish, "żaden", None),
        (Romanian, "primul", Some(1)),
        (Romanian, "prima", Some(1)),
        (Romanian, "întâi", Some(1)),
        (Romanian, "al doilea", Some(2)),
        (Romanian, "a doua", Some(2)),
        (Romanian, "al treilea", Some(3)),
        (Romanian, "a treia variantă", Some(3)),
        (Romanian, "al patrulea", Some(4)),
        (Romanian, "a cincea", Some(5)),
        (Romanian, "a șaptea", Some(7)),
        (Romanian, "al zecelea", Some(10)),
        (Romanian, "al doisprezecelea", Some(12)),
        (Romanian, "a noua", Some(9)),
        (Romanian, "niciunul", None),
        (English, "the first", Some(1)),
        (English, "the second one", Some(2)),
        (English, "third", Some(3)),
        (English, "the fifth option", Some(5)),
        (English, "eighth", Some(8)),
        (English, "the twelfth", Some(12)),
        (English, "twenty-first", Some(21)),
        (English, "twenty second", Some(22)),
        (English, "the 3rd", Some(3)),
        (English, "thirty first", Some(31)),
        (English, "first or second", None),
        (English, "neither", None),
    ];
    for (language, text, expected) in table {
        assert_eq!(place(text, *language), *expected, "{text}");
    }
}
