//! ◆ Polish ordinals: hours are feminine (`ósma`, `o ósmej`), days and years masculine (`trzeciego`).

/// Stems of 1 to 19.
const ONES: [&str; 20] = [
    "zerow",
    "pierwsz",
    "drug",
    "trzeci",
    "czwart",
    "piąt",
    "szóst",
    "siódm",
    "ósm",
    "dziewiąt",
    "dziesiąt",
    "jedenast",
    "dwunast",
    "trzynast",
    "czternast",
    "piętnast",
    "szesnast",
    "siedemnast",
    "osiemnast",
    "dziewiętnast",
];
/// Stems of 20, 30 … 90.
const TENS: [&str; 8] = [
    "dwudziest",
    "trzydziest",
    "czterdziest",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
];

/// Form of an ordinal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// ósma
    Feminine,
    /// o ósmej, od ósmej
    FeminineOblique,
    /// przed ósmą
    FeminineInstrumental,
    /// trzeciego maja
    MasculineGenitive,
}

/// `number` from 0 to 99 as an ordinal.
pub fn ordinal(number: u32, form: Form) -> String {
    let (tens, ones) = (number as usize / 10, number as usize % 10);
    if number < 20 {
        return inflected(ONES[number as usize], form);
    }
    let tens = inflected(TENS[tens.min(9) - 2], form);
    if ones == 0 {
        return tens;
    }
    format!("{tens} {}", inflected(ONES[ones], form))
}

fn inflected(stem: &str, form: Form) -> String {
    let ending = match form {
        Form::Feminine => "a",
        Form::FeminineOblique => "ej",
        Form::FeminineInstrumental => "ą",
        Form::MasculineGenitive => "ego",
    };
    // drugiej, drugiego: k and g soften before e.
    let soft = if stem.ends_with('g') && ending.starts_with('e') { "i" } else { "" };
    format!("{stem}{soft}{ending}")
}

/// The form in which an hour stands after `before`.
pub fn hour_form(before: &str) -> Form {
    match before {
        "o" | "od" | "do" | "po" | "około" | "koło" | "godzinie" | "godziny" => Form::FeminineOblique,
        "przed" | "między" | "pomiędzy" | "a" => Form::FeminineInstrumental,
        _ => Form::Feminine,
    }
}

/// Which of (1, 2-4, 5) a counted noun takes.
pub fn counted(number: u64, [one, few, many]: [&str; 3]) -> &str {
    match (number, number % 10, number % 100) {
        (1, _, _) => one,
        (_, 2..=4, rest) if !(12..=14).contains(&rest) => few,
        _ => many,
    }
}
