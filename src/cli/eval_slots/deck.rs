//! Recordings as utterances: one each, or several of one speaker joined with pauses.

use crate::cli::eval_data::{Item, read_wav};
use std::collections::BTreeMap;

/// Samples of a millisecond at 8 kHz.
const SAMPLES_PER_MS: usize = 8;

/// What one caller says.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    pub pcm: Vec<i16>,
    pub text: String,
    /// The value, where the manifest has it.
    pub value: Option<String>,
}

/// The recordings in groups of `join`, each group of one speaker, shuffled by `seed`.
pub fn deal(items: &[Item], join: usize, pause_ms: usize, seed: u64) -> anyhow::Result<Vec<Utterance>> {
    let mut utterances = Vec::new();
    for group in groups(items, join, seed) {
        let mut pcm = Vec::new();
        for item in &group {
            if !pcm.is_empty() {
                pcm.resize(pcm.len() + pause_ms * SAMPLES_PER_MS, 0);
            }
            pcm.extend(read_wav(&item.file)?);
        }
        let text = group.iter().map(|item| item.labels["text"].as_str()).collect::<Vec<_>>().join(" ");
        let value = group.first().and_then(|item| item.labels.get("value")).filter(|_| join == 1).cloned();
        utterances.push(Utterance { pcm, text, value });
    }
    Ok(utterances)
}

fn groups(items: &[Item], join: usize, seed: u64) -> Vec<Vec<&Item>> {
    if join == 1 {
        return items.iter().map(|item| vec![item]).collect();
    }
    let mut by_speaker: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        by_speaker.entry(&item.speaker).or_default().push(item);
    }
    let mut groups = Vec::new();
    for (_, mut of_speaker) in by_speaker {
        of_speaker.sort_by_key(|item| scatter(seed, &item.file.to_string_lossy()));
        groups.extend(of_speaker.chunks_exact(join).map(<[&Item]>::to_vec));
    }
    groups
}

/// A number that looks random but is the same for the same seed and file (FNV-1a, 64 bit).
fn scatter(seed: u64, name: &str) -> u64 {
    let bytes = seed.to_le_bytes().into_iter().chain(name.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // The last bytes of FNV-1a hardly reach the upper bits; this mixes them (SplitMix64).
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 27)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(file: &str, speaker: &str) -> Item {
        Item {
            file: file.into(),
            language: "en".to_owned(),
            labels: BTreeMap::new(),
            speaker: speaker.to_owned(),
        }
    }

    #[test]
    fn a_group_is_one_speaker_and_the_same_for_the_same_seed() {
        let items: Vec<Item> =
            (0..20).map(|at| item(&format!("{at}.wav"), if at % 2 == 0 { "a" } else { "b" })).collect();
        let dealt = groups(&items, 4, 1);
        assert_eq!(dealt.len(), 4);
        assert!(dealt.iter().all(|group| group.iter().all(|item| item.speaker == group[0].speaker)));
        assert_eq!(dealt, groups(&items, 4, 1));
        assert_ne!(dealt, groups(&items, 4, 2));
    }
}
