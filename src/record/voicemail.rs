//! ◆ A message that a caller left: what people see of it before they listen.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::CallId;
use crate::language::Language;
use crate::time::At;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Samples a second in a call.
const HZ: usize = 8_000;
/// What a recogniser takes at once: a little less than Whisper's window of 30 s.
const PIECE_SAMPLES: usize = 25 * HZ;
/// A piece ends in the quietest moment of its last part.
const CUT_WITHIN_SAMPLES: usize = 8 * HZ;
/// How long such a moment is: 200 ms.
const QUIET_SAMPLES: usize = HZ / 5;

/// A message for the people of a queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Voicemail {
    /// A UUID version 7, so ids sort by time.
    pub id: String,
    pub call_id: CallId,
    pub bot: String,
    pub queue: String,
    /// Of the caller, as it was shown to us.
    pub number: String,
    pub name: Option<String>,
    /// Of the call.
    pub language: Language,
    pub topic: Option<String>,
    /// When it was left.
    pub at: At,
    pub length_ms: u64,
    pub words: Words,
    pub done: Option<Done>,
}

/// What the recogniser makes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Words {
    /// To come.
    Pending,
    Written {
        text: String,
        language: Language,
        /// Recogniser's confidence, 0..1.
        confidence: f32,
    },
    /// It must be listened to.
    Failed,
}

/// Somebody has seen to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Login name, or the label of a token.
    pub by: String,
    pub at: At,
}

/// Long audio, 8 kHz mono, in pieces that a recogniser can take: each is cut where it is quietest.
pub fn pieces(samples: &[i16]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    while samples.len() - begin > PIECE_SAMPLES {
        let end = quietest(samples, begin + PIECE_SAMPLES - CUT_WITHIN_SAMPLES..begin + PIECE_SAMPLES);
        pieces.push(begin..end);
        begin = end;
    }
    if begin < samples.len() {
        pieces.push(begin..samples.len());
    }
    pieces
}

/// The middle of the quietest moment within.
fn quietest(samples: &[i16], within: Range<usize>) -> usize {
    let loudness = |start: usize| -> u64 {
        samples[start..start + QUIET_SAMPLES].iter().map(|sample| u64::from(sample.unsigned_abs())).sum()
    };
    let starts = within.step_by(QUIET_SAMPLES / 2).filter(|start| start + QUIET_SAMPLES <= samples.len());
    starts.min_by_key(|start| loudness(*start)).map_or(samples.len(), |start| start + QUIET_SAMPLES / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_in_its_pauses_and_nothing_is_lost() {
        let mut samples = vec![3_000_i16; 70 * HZ];
        for pause in [20, 41, 60] {
            samples[pause * HZ..pause * HZ + HZ / 2].fill(10);
        }
        let pieces = pieces(&samples);
        assert!(pieces.windows(2).all(|pair| pair[0].end == pair[1].start), "{pieces:?}");
        assert_eq!((pieces[0].start, pieces.last().unwrap().end), (0, samples.len()));
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE_SAMPLES), "{pieces:?}");
        let seconds: Vec<usize> = pieces.iter().map(|piece| piece.end / HZ).collect();
        assert_eq!(seconds, [20, 41, 60, 70], "in the pauses");
    }

    #[test]
    fn a_short_message_is_one_piece_and_an_empty_one_none() {
        let short = pieces(&vec![0; 3 * HZ]);
        assert_eq!((short.len(), short[0].clone()), (1, 0..3 * HZ));
        assert!(pieces(&[]).is_empty());
    }
}
