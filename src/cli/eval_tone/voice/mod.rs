//! `duet eval tone --audio`: how well tone from the voice finds a speaker's angry recordings.
//!
//! As in a call: what is known of a speaker's calm voice is six seconds of it, never the recording that is judged.

mod learn; //  ◆ weights from the file's other speakers
mod report;

use super::Args;
use super::score::auc;
use crate::cli::eval_data::{Item, read_manifest, read_wav};
use crate::hear::phone_band::phone_band;
use crate::hear::voice_tone::{BASELINE_S, Baseline, Cue, Cues, Heard, VoiceTone, score};
use anyhow::ensure;
use report::{Figures, Found};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Choices of six calm seconds that are tried; figures are means over them, because one choice shifts a speaker by
/// as much as two emotions differ.
const DRAWS: usize = 10;

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
    let draws = if against == Against::Calm { DRAWS } else { 1 };
    let judged: Vec<Scores> =
        (0..draws).map(|draw| Scores::of(clips, draw, against, args.learn_from_file)).collect();
    let asked: Vec<&[f32]> =
        judged.iter().map(|scores| scores.learnt.as_deref().unwrap_or(&scores.shipped)).collect();
    let found =
        |of: fn(&Scores) -> &[f32]| Found::mean(&judged.iter().map(of).collect::<Vec<_>>(), &positive);
    report::print_worst(clips, asked[0], args.worst);
    let figures = Figures {
        against,
        shipped: found(|scores| &scores.shipped),
        learnt: args.learn_from_file.then(|| Found::mean(&asked, &positive)),
        loudness: found(|scores| &scores.louder),
        per_speaker: per_speaker(clips, &positive, &asked),
        clips: clips.len(),
        positives: positive.iter().filter(|positive| **positive).count(),
        unheard: listened.unheard,
        ms_per_s: listened.ms_per_s,
    };
    figures.print(args);
    Ok(ExitCode::SUCCESS)
}

/// The scores of all recordings against one choice of each speaker's calm seconds.
struct Scores {
    shipped: Vec<f32>,
    /// Level alone, dB.
    louder: Vec<f32>,
    learnt: Option<Vec<f32>>,
}

impl Scores {
    fn of(clips: &[Clip], draw: usize, against: Against, learn: bool) -> Scores {
        let calm: Vec<Cues> = (0..clips.len()).map(|at| calm_voice(clips, at, draw, against)).collect();
        let pairs = || clips.iter().map(|clip| &clip.heard.cues).zip(&calm);
        let level =
            |cues: &Cues| Cue::ALL.iter().zip(cues).find(|(cue, _)| **cue == Cue::Level).map(|(_, db)| *db);
        Scores {
            shipped: pairs().map(|(cues, calm)| score(cues, calm)).collect(),
            louder: pairs().filter_map(|(cues, calm)| Some(level(cues)? - level(calm)?)).collect(),
            learnt: learn.then(|| learn::leave_one_speaker_out(clips, &calm)),
        }
    }
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
        let enough = |at| first_seconds(clips, at, 0).cues().is_some();
        if (0..clips.len()).all(enough) { Against::Calm } else { Against::Others }
    }
}

fn calm_voice(clips: &[Clip], at: usize, draw: usize, against: Against) -> Cues {
    let calm = first_seconds(clips, at, draw).cues().filter(|_| against == Against::Calm);
    calm.unwrap_or_else(|| {
        let (mut sums, mut count) = (Cues::default(), 0.0_f32);
        for other in others(clips, at) {
            sums.iter_mut().zip(&other.heard.cues).for_each(|(sum, cue)| *sum += cue);
            count += 1.0;
        }
        sums.map(|sum| sum / count.max(1.0))
    })
}

/// The speaker's calm recordings but the judged one, from the `draw`th on and around, until they suffice.
fn first_seconds(clips: &[Clip], at: usize, draw: usize) -> Baseline {
    let calm: Vec<&Clip> = others(clips, at).filter(|clip| clip.calm).collect();
    let mut baseline = Baseline::default();
    for step in 0..calm.len() {
        baseline.add(&calm[(draw + step) % calm.len()].heard);
        if baseline.cues().is_some() {
            break;
        }
    }
    baseline
}

/// The other recordings of the same speaker.
fn others(clips: &[Clip], at: usize) -> impl Iterator<Item = &Clip> {
    let speaker = &clips[at].item.speaker;
    let others = clips.iter().enumerate().filter(move |(other, _)| *other != at);
    others.map(|(_, clip)| clip).filter(move |clip| clip.item.speaker == *speaker)
}

/// AUC within each speaker that has both kinds, mean over the draws.
fn per_speaker(clips: &[Clip], positive: &[bool], draws: &[&[f32]]) -> Vec<(String, f32)> {
    let speakers: BTreeSet<&str> = clips.iter().map(|clip| clip.item.speaker.as_str()).collect();
    let of = |speaker: &&str| {
        let own: Vec<usize> = (0..clips.len()).filter(|at| clips[*at].item.speaker == *speaker).collect();
        let positive: Vec<bool> = own.iter().map(|at| positive[*at]).collect();
        let within = |scores: &&[f32]| {
            auc(&own.iter().map(|at| scores[*at]).collect::<Vec<f32>>(), &positive) / draws.len() as f32
        };
        let both = positive.contains(&true) && positive.contains(&false);
        both.then(|| ((*speaker).to_owned(), draws.iter().map(within).sum()))
    };
    speakers.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests;
