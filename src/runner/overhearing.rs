//! What the gate of an ear adds to its events: a hum, a hum that became speech, a voice unheard.

use crate::call::Input;
use crate::hear::ear::Ear;

/// The call's inputs with what the gate knows of them.
pub(crate) fn overheard(ear: &mut Ear, inputs: Vec<Input>) -> Vec<Input> {
    let gate = ear.gate();
    let mut told = Vec::new();
    match gate.suspicion() {
        Some(true) => told.push(Input::VoiceSuspected),
        Some(false) => told.push(Input::SuspicionCleared),
        None => {}
    }
    for input in inputs {
        match input {
            Input::SpeechStarted { .. } if gate.begins_as_hum() => told.push(Input::Hum),
            Input::SpeechEnded { .. } => gate.turn_ends(),
            _ => {}
        }
        told.push(input);
    }
    if gate.became_speech() {
        told.push(Input::SpeechFirm);
    }
    told.extend(gate.deaf_ms().map(|for_ms| Input::Unheard { for_ms }));
    told
}
