//! `duet eval tone --audio`: how well tone from the voice finds a speaker's angry recordings.
//!
//! As in a call: what is known of a speaker's calm voice is six seconds of it, never the recording that is judged.

mod learn; //  ◆ weights from the file's other speakers
mod report;

use super::Args;
use super::score::{auc, recall};
use crate::cli::eval_data::{Item, read_manifest, read_wav};
use crate::hear::phone_band::phone_band;
use crate::hear::voice_tone::{BASELINE_S, Baseline, Cue, Cues, Heard, VoiceTone, score};
use anyhow::ensure;
use report::{Figures, Found};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// A recording that holds enough voice to be judged.
struct Clip {
    item: Item,
    positive: bool,
    calm: bool,
    heard: Heard,
}

/// What the recordings gave, and what it took.
struct Listened {
    clips: Vec<Clip>,
    /// Recordings with too little voice.
    unheard: usize,
    /// Time taken for a second of audio, ms.
    ms_per_s: f64,
}

pub fn run(args: &Args, manifest: &Path) -> anyhow::Result<ExitCode> {
    let listened = listen(args, chosen(args, manifest)?)?;
    let clips = &listened.clips;
    let positive: Vec<bool> = clips.iter().map(|clip| clip.positive).collect();
    ensure!(
        positive.contains(&true) && positive.contains(&false),
        "{}: expected recordings of {} and others that hold enough voice",
        manifest.display(),
        args.positive.join(" or ")
    );
    let against = Against::of(clips);
    let calm: Vec<Cues> = (0..clips.len()).map(|at| calm_voice(clips, at, against)).collect();
    let pairs = || clips.iter().zip(&calm);
    let shipped: Vec<f32> = pairs().map(|(clip, calm)| score(&clip.heard.cues, calm)).collect();
    let level = Cue::ALL.iter().position(|cue| *cue == Cue::Level).unwrap_or_default();
    let louder: Vec<f32> = pairs().map(|(clip, calm)| clip.heard.cues[level] - calm[level]).collect();
    let learnt = args.learn_from_file.then(|| learn::leave_one_speaker_out(clips, &calm));
    let judged = |scores: &[f32]| Found { auc: auc(scores, &positive), recall: recall(scores, &positive) };
    let figures = Figures {
        against,
        shipped: judged(&shipped),
        learnt: learnt.as_deref().map(judged),
        loudness: judged(&louder),
        per_speaker: per_speaker(clips, &positive, learnt.as_deref().unwrap_or(&shipped)),
        clips: clips.len(),
        positives: positive.iter().filter(|positive| **positive).count(),
        unheard: listened.unheard,
        ms_per_s: listened.ms_per_s,
    };
    report::print_worst(clips, learnt.as_deref().unwrap_or(&shipped), args.worst);
    figures.print(args);
    Ok(ExitCode::SUCCESS)
}

/// The recordings of the language, each with an emotion.
fn chosen(args: &Args, manifest: &Path) -> anyhow::Result<Vec<Item>> {
    let mut items = read_manifest(manifest)?;
    items.retain(|item| item.is_in(args.lang.code()) && item.labels.contains_key("emotion"));
    let (file, known) = (manifest.display(), items.iter().map(|item| item.labels["emotion"].as_str()));
    let known: BTreeSet<&str> = known.collect();
    ensure!(!known.is_empty(), "{file}: no recording in {} with emotion=", args.lang);
    for wanted in &args.positive {
        let all: Vec<&str> = known.iter().copied().collect();
        ensure!(known.contains(wanted.as_str()), "{file}: no emotion={wanted} among {}", all.join(", "));
    }
    Ok(items)
}

fn listen(args: &Args, items: Vec<Item>) -> anyhow::Result<Listened> {
    let tone = VoiceTone::default();
    let (mut clips, mut unheard) = (Vec::new(), 0);
    let (mut audio_s, mut spent_ms) = (0.0, 0.0);
    for item in items {
        let mut pcm = read_wav(&item.file)?;
        if args.phone_band {
            pcm = phone_band(&pcm);
        }
        let started = Instant::now();
        let heard = tone.cues(&pcm);
        spent_ms += started.elapsed().as_secs_f64() * 1_000.0;
        audio_s += pcm.len() as f64 / 8_000.0;
        let emotion = &item.labels["emotion"];
        let (positive, calm) = (args.positive.contains(emotion), *emotion == args.calm);
        match heard {
            Some(heard) => clips.push(Clip { item, positive, calm, heard }),
            None => unheard += 1,
        }
    }
    Ok(Listened { clips, unheard, ms_per_s: spent_ms / f64::max(audio_s, 1e-9) })
}

/// What a speaker's recordings are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Against {
    /// Six seconds of the speaker's calm recordings, as in a call.
    Calm,
    /// All of the speaker's other recordings: some speaker has no six calm seconds.
    Others,
}

impl Against {
    fn of(clips: &[Clip]) -> Against {
        let enough = |at| first_seconds(clips, at).cues().is_some();
        if (0..clips.len()).all(enough) { Against::Calm } else { Against::Others }
    }
}

fn calm_voice(clips: &[Clip], at: usize, against: Against) -> Cues {
    let calm = first_seconds(clips, at).cues().filter(|_| against == Against::Calm);
    calm.unwrap_or_else(|| {
        let others = same_speaker(clips, at);
        let (mut sums, mut count) = (Cues::default(), 0.0_f32);
        for other in others {
            sums.iter_mut().zip(&other.heard.cues).for_each(|(sum, cue)| *sum += cue);
            count += 1.0;
        }
        sums.map(|sum| sum / count.max(1.0))
    })
}

/// The speaker's calm recordings, taken from the judged one on around the file, until six seconds are known.
fn first_seconds(clips: &[Clip], at: usize) -> Baseline {
    let mut baseline = Baseline::default();
    for calm in same_speaker(clips, at).filter(|clip| clip.calm) {
        baseline.add(&calm.heard);
        if baseline.cues().is_some() {
            break;
        }
    }
    baseline
}

fn same_speaker(clips: &[Clip], at: usize) -> impl Iterator<Item = &Clip> {
    let around = clips[at + 1..].iter().chain(&clips[..at]);
    around.filter(move |clip| clip.item.speaker == clips[at].item.speaker)
}

/// AUC within each speaker that has both kinds.
fn per_speaker(clips: &[Clip], positive: &[bool], scores: &[f32]) -> Vec<(String, f32)> {
    let speakers: BTreeSet<&str> = clips.iter().map(|clip| clip.item.speaker.as_str()).collect();
    let of = |speaker: &&str| {
        let own = |at: &usize| clips[*at].item.speaker == *speaker;
        let own: Vec<usize> = (0..clips.len()).filter(own).collect();
        let positive: Vec<bool> = own.iter().map(|at| positive[*at]).collect();
        let scores: Vec<f32> = own.iter().map(|at| scores[*at]).collect();
        let both = positive.contains(&true) && positive.contains(&false);
        both.then(|| ((*speaker).to_owned(), auc(&scores, &positive)))
    };
    speakers.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests;
