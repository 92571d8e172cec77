//! ◆ What weights learnt from the file would reach: on each speaker those of the others.
//!
//! Measured beside what ships, never shipped.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Clip;
use crate::hear::voice_tone::{Cues, REASONS, by_reason};
use crate::understand::logistic::{Fit, Logistic, Sample};
use crate::understand::ngram::Row;
use std::collections::BTreeSet;

/// A strong penalty, because the weights are learnt from a few speakers.
const FIT: Fit = Fit { classes: 2, features: REASONS.len(), inverse_penalty: 0.01, iterations: 200 };

/// The log-odds of each recording.
pub fn leave_one_speaker_out(clips: &[Clip], calm: &[Cues]) -> Vec<f32> {
    let rows: Vec<Row> = clips.iter().zip(calm).map(|(clip, calm)| row(&clip.heard.cues, calm)).collect();
    let speakers: BTreeSet<&str> = clips.iter().map(|clip| clip.item.speaker.as_str()).collect();
    let mut scores = vec![0.0; clips.len()];
    for speaker in speakers {
        let own = |at: &usize| clips[*at].item.speaker == speaker;
        let others: Vec<usize> = (0..clips.len()).filter(|at| !own(at)).collect();
        let model = fit(clips, &rows, &others);
        for at in (0..clips.len()).filter(own) {
            let logits = model.scores(&rows[at]);
            scores[at] = logits[1] - logits[0];
        }
    }
    scores
}

/// What the reasons add to the shipped score: eleven weights would be too many for so few speakers.
fn row(cues: &Cues, calm: &Cues) -> Row {
    (0..).zip(by_reason(cues, calm)).collect()
}

/// Both classes weigh the same, however many recordings they have.
fn fit(clips: &[Clip], rows: &[Row], chosen: &[usize]) -> Logistic {
    let count = |positive: bool| chosen.iter().filter(|at| clips[**at].positive == positive).count();
    let counts = [count(false), count(true)].map(|count| count.max(1) as f32);
    let sample = |at: &usize| {
        let class = usize::from(clips[*at].positive);
        Sample { row: &rows[*at], class, weight: chosen.len() as f32 / (2.0 * counts[class]) }
    };
    Logistic::fit(&chosen.iter().map(sample).collect::<Vec<_>>(), FIT)
}
