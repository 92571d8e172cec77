//! ◆ Long utterances in pieces: what was said before a pause is decoded once.
//!
//! The encoder's time grows with the audio, so a caller who tells a story for 15 s would wait over a second
//! for the last sentence. Callers pause; the decode of what came before a pause is kept when they go on, and
//! the next one begins there.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::decode::{Heard, NO_SPEECH};

/// Samples a second in a call.
const HZ: usize = 8_000;
/// A shorter piece is decoded again with what follows: short clips lose words at their ends.
const PIECE_SAMPLES: usize = 4 * HZ;
/// A shorter rest is decoded together with the piece before it.
const REST_SAMPLES: usize = 3 * HZ / 2;
/// Words below this mean token probability are heard anew with what follows, 0..1.
const KEPT_ABOVE: f32 = 0.6;

/// The beginning of an utterance, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Where it ends.
    pub samples: usize,
    pub heard: Heard,
}

/// Whether the decode of `samples` after `piece` is worth finishing although the caller goes on.
pub fn worth_finishing(piece: Option<&Piece>, samples: usize) -> bool {
    samples.saturating_sub(end(piece)) >= PIECE_SAMPLES
}

/// The piece to go on from in an utterance of `samples`.
pub fn before(piece: Option<Piece>, samples: usize) -> Option<Piece> {
    piece.filter(|piece| samples >= piece.samples + REST_SAMPLES)
}

/// What becomes of the piece `before` and the decode of the rest up to `samples`: the words of all, and the
/// piece to keep, where it is a new one.
pub fn joined(before: Option<Piece>, rest: Heard, samples: usize) -> (Heard, Option<Piece>) {
    let long = worth_finishing(before.as_ref(), samples);
    let believed = rest.confidence >= KEPT_ABOVE && rest.no_speech <= NO_SPEECH && !rest.text.is_empty();
    let heard = match before {
        None => rest,
        Some(piece) => append(piece.heard, rest),
    };
    let kept = (long && believed).then(|| Piece { samples, heard: heard.clone() });
    (heard, kept)
}

fn end(piece: Option<&Piece>) -> usize {
    piece.map_or(0, |piece| piece.samples)
}

/// Confidence is that of the tokens, so it is weighed by the length of the words.
fn append(mut heard: Heard, rest: Heard) -> Heard {
    if rest.text.is_empty() || rest.no_speech > NO_SPEECH {
        return heard;
    }
    let (first, second) = (heard.text.len() as f32, rest.text.len() as f32);
    heard.confidence = (heard.confidence * first + rest.confidence * second) / (first + second).max(1.0);
    heard.no_speech = heard.no_speech.min(rest.no_speech);
    heard.text = format!("{} {}", heard.text, rest.text);
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn heard(text: &str, confidence: f32) -> Heard {
        Heard { text: text.into(), language: Language::English, confidence, no_speech: 0.0 }
    }

    #[test]
    fn what_was_said_before_a_pause_is_decoded_once() {
        let (first, piece) = joined(None, heard("I ordered a lamp", 0.9), 5 * HZ);
        assert_eq!(first.text, "I ordered a lamp");
        let piece = before(piece, 8 * HZ).unwrap();
        assert_eq!(piece.samples, 5 * HZ);
        let (all, kept) = joined(Some(piece), heard("where is it?", 0.6), 8 * HZ);
        assert_eq!(all.text, "I ordered a lamp where is it?");
        assert!(all.confidence > 0.6 && all.confidence < 0.9);
        assert_eq!(kept, None, "3 s are too short for a piece of their own");
    }

    #[test]
    fn short_beginnings_and_doubtful_ones_are_heard_again() {
        assert_eq!(joined(None, heard("Let me see", 0.9), 2 * HZ).1, None);
        assert_eq!(joined(None, heard("mumble", 0.4), 6 * HZ).1, None);
        assert_eq!(joined(None, heard("", 0.9), 6 * HZ).1, None);
        assert!(!worth_finishing(None, 3 * HZ));
        assert!(worth_finishing(None, 4 * HZ));
    }

    #[test]
    fn a_short_rest_is_heard_with_what_came_before_it() {
        let piece = joined(None, heard("I ordered a lamp", 0.9), 5 * HZ).1;
        assert_eq!(before(piece.clone(), 6 * HZ), None);
        assert!(before(piece, 7 * HZ).is_some());
    }

    #[test]
    fn a_rest_without_speech_adds_nothing() {
        let piece = joined(None, heard("I ordered a lamp", 0.9), 5 * HZ).1;
        let breath = Heard { no_speech: 0.95, ..heard("Thank you.", 0.3) };
        let (all, kept) = joined(piece, breath, 12 * HZ);
        assert_eq!((all.text.as_str(), kept), ("I ordered a lamp", None));
    }
}
