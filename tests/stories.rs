//! `duet test` tells a story as sound and over a real call, and says so when it goes otherwise.

mod support;

use std::process::Command;

/// Runs `duet test bots/parcel` with these words; its exit code and what it printed.
fn told(words: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_duet"))
        .args(["test", "bots/parcel", "--models"])
        .arg(support::models_dir())
        .args(words)
        .current_dir(support::root())
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&printed).into_owned())
}

#[test]
fn a_story_is_spoken_over_a_bad_line_and_recognised() {
    let story = "What is to be paid and until when (en)";
    let (code, printed) = told(&["--as", "audio", "--noise", "20", "--loss", "1", "--story", story]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("heard as"), "{printed}");
}

#[test]
fn a_story_is_told_over_a_call_with_noise_and_loss() {
    let story = "Who cancels the contract talks to a person (en)";
    let (code, printed) = told(&["--as", "call", "--noise", "15", "--loss", "1", "--story", story]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("1 passed, 0 failed"), "{printed}");
}

#[test]
fn noise_in_text_is_a_mistake_of_the_command_line() {
    let (code, printed) = told(&["--noise", "10"]);
    assert_eq!(code, Some(64), "{printed}");
}
