use super::*;
use crate::cli::eval_data::{read_manifest, read_wav};
use crate::language::Language;
use crate::models;
use futures::executor::block_on;
use std::path::PathBuf;
use std::process::Command;

/// The recogniser, or `None` (said aloud) where its weights are not there.
fn whisper(workers: usize, queue_utterances: usize) -> Option<Arc<Whisper>> {
    let dir = std::env::var_os("DUET_MODELS_DIR").map_or_else(|| PathBuf::from("models"), PathBuf::from);
    let path = models::locate(&dir, "whisper-base-q8_0.bin")
        .inspect_err(|error| eprintln!("skipped: {error}"))
        .ok()?;
    // Tests run beside each other: none is about how long a decode takes.
    let config = WhisperConfig { workers, queue_utterances, beam: 5, narrows: false };
    Some(Whisper::load(&path, config).unwrap())
}

fn hint(languages: &[Language]) -> Hint {
    Hint { languages: languages.to_vec(), ..Hint::default() }
}

fn hear(whisper: &Whisper, pcm: &[i16], hint: Hint) -> Transcript {
    let mut recognition = whisper.start(hint);
    recognition.push(pcm);
    block_on(recognition.decode()).unwrap()
}

/// A recording of the shared data by a part of its file name, or `None` (said aloud).
fn recording(set: &str, name: &str) -> Option<Vec<i16>> {
    let root =
        std::env::var_os("DUET_SHARED_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let manifest = root.join(set).join("manifest.tsv");
    if !manifest.is_file() {
        eprintln!("skipped: {} is not there", manifest.display());
        return None;
    }
    let items = read_manifest(&manifest).unwrap();
    let item = items.iter().find(|item| item.file.to_string_lossy().contains(name)).unwrap();
    Some(read_wav(&item.file).unwrap())
}

#[test]
fn a_recorded_prompt_is_understood_and_its_language_found() {
    let Some(whisper) = whisper(1, 1) else { return };
    let Some(pcm) = recording("asterisk_en_8k", "agent-alreadyon") else {
        return;
    };
    let heard = hear(&whisper, &pcm, hint(&Language::ALL));
    assert_eq!(heard.language, Language::English);
    let text = heard.text.to_lowercase();
    assert!(text.contains("already logged on") && text.contains("pound key"), "{text}");
    assert!(heard.confidence > 0.6 && heard.no_speech < 0.5, "{heard:?}");
}

#[test]
fn polish_is_found_among_the_three_languages() {
    let Some(whisper) = whisper(1, 1) else { return };
    let Some(pcm) = recording("nemo_pl", "EB0_anger_68") else {
        return;
    };
    let heard = hear(&whisper, &pcm, hint(&[]));
    assert_eq!(heard.language, Language::Polish);
    assert!(heard.text.to_lowercase().contains("polsce"), "{}", heard.text);
}

#[test]
fn synthetic_english_keeps_its_keyword() {
    let Some(whisper) = whisper(1, 1) else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("said.wav");
    let said = Command::new("espeak-ng")
        .args(["-v", "en-us", "-s", "140", "-w"])
        .arg(&path)
        .arg("I would like to speak with an agent, please.")
        .status();
    if !said.is_ok_and(|status| status.success()) {
        eprintln!("skipped: espeak-ng is not installed");
        return;
    }
    let mut hint = hint(&[Language::English]);
    hint.words = vec!["agent".into(), "courier".into(), "invoice".into()];
    let heard = hear(&whisper, &read_wav(&path).unwrap(), hint);
    assert!(heard.text.to_lowercase().contains("agent"), "{}", heard.text);
}

#[test]
fn what_does_not_fit_into_the_queue_is_refused_and_what_is_dropped_makes_room() {
    let Some(whisper) = whisper(1, 1) else { return };
    let noise: Vec<i16> = (0..80_000i32).map(|n| (n * 7_919 % 2_000) as i16).collect();
    let utterances = || {
        (0..6).map(|_| {
            let mut recognition = whisper.start(hint(&[Language::English]));
            recognition.push(&noise);
            let answer = recognition.decode();
            (recognition, answer)
        })
    };
    let started: Vec<_> = utterances().collect();
    let answers: Vec<_> =
        started.into_iter().map(|(recognition, answer)| (recognition, block_on(answer))).collect();
    let refused = answers.iter().filter(|(_, a)| matches!(a, Err(SttError::Overloaded { limit: 1 }))).count();
    // One or two are at the worker or in the queue of one; the rest had no place.
    assert!((4..=5).contains(&refused), "{refused}");
    // A recognition dropped at once frees its place, so that none is refused.
    for (recognition, answer) in utterances() {
        drop(recognition);
        assert!(!matches!(block_on(answer), Err(SttError::Overloaded { .. })));
    }
}

#[test]
fn a_later_decode_cancels_the_earlier_one() {
    let Some(whisper) = whisper(1, 4) else { return };
    let mut recognition = whisper.start(hint(&[Language::English]));
    recognition.push(&[0; 16_000]);
    let earlier = recognition.decode();
    recognition.push(&[0; 160]);
    let later = recognition.decode();
    assert!(matches!(block_on(earlier), Err(SttError::Cancelled)));
    assert!(block_on(later).is_ok());
}

#[test]
fn nothing_pushed_is_nothing_heard() {
    let Some(whisper) = whisper(1, 1) else { return };
    let heard = hear(&whisper, &[], hint(&[Language::Romanian]));
    assert_eq!((heard.text.as_str(), heard.no_speech), ("", 1.0));
    assert_eq!(hear(&whisper, &[0; 100], hint(&[Language::Romanian])).text, "");
}

#[test]
fn a_file_that_is_no_model_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.bin");
    std::fs::write(&path, b"not a model").unwrap();
    let error = Whisper::load(&path, WhisperConfig::default()).err().unwrap().to_string();
    assert!(error.contains("x.bin: byte 0: expected"), "{error}");
}
