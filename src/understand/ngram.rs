//! ◆ A text as weighted character n-grams: what survives glued words, lost diacritics and wrong letters.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::text::{fold, plain};
use std::collections::HashMap;

/// Lengths of the n-grams, in characters; words are padded with a blank on both sides.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=5;

/// Features of one text: (feature, value), features ascending.
pub type Row = Vec<(u32, f32)>;

/// The n-grams of a set of texts with their rarity. N-grams are known by hash alone.
#[derive(Debug, Clone, Default)]
pub struct Ngrams {
    known: HashMap<u64, Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    feature: u32,
    /// ln((1 + texts) / (1 + texts with it)) + 1
    rarity: f32,
}

impl Ngrams {
    /// Learns n-grams and their rarity from the texts; the order of the texts numbers the features.
    pub fn learn<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut texts_with: HashMap<u64, (u32, u32)> = HashMap::new();
        let mut count = 0;
        for text in texts {
            count += 1;
            for (hash, _) in counts(text) {
                let feature = texts_with.len() as u32;
                texts_with.entry(hash).or_insert((feature, 0)).1 += 1;
            }
        }
        let rarity = |with: u32| ((1.0 + count as f32) / (1.0 + with as f32)).ln() + 1.0;
        let known = texts_with
            .into_iter()
            .map(|(hash, (feature, with))| (hash, Known { feature, rarity: rarity(with) }))
            .collect();
        Self { known }
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        self.known.len()
    }

    /// The text's tf-idf row of length 1; n-grams never learnt are left out. Empty if none is known.
    pub fn row(&self, text: &str) -> Row {
        let mut row: Row = counts(text)
            .into_iter()
            .filter_map(|(hash, count)| {
                let known = self.known.get(&hash)?;
                Some((known.feature, (1.0 + (count as f32).ln()) * known.rarity))
            })
            .collect();
        row.sort_unstable_by_key(|(feature, _)| *feature);
        let length = row.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        row.iter_mut().for_each(|(_, value)| *value /= length);
        row
    }
}

/// Product of two rows.
pub fn product(a: &Row, b: &Row) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some((left, x)), Some((right, y))) = (a.get(i), b.get(j)) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += x * y;
                i += 1;
                j += 1;
            }
        }
    }
    sum
}

/// Hash and count of each n-gram, in order of first appearance, of the text with and without diacritics.
fn counts(text: &str) -> Vec<(u64, u32)> {
    let (plain, folded) = (plain(text), fold(text));
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut counts: Vec<(u64, u32)> = Vec::new();
    let views = if plain == folded { vec![folded] } else { vec![plain, folded] };
    for view in views {
        for word in view.split(' ').filter(|word| !word.is_empty()) {
            let letters: Vec<char> = format!(" {word} ").chars().collect();
            for gram in LENGTHS.flat_map(|length| letters.windows(length)) {
                let hash = hash(gram);
                let at = *seen.entry(hash).or_insert(counts.len());
                match counts.get_mut(at) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((hash, 1)),
                }
            }
        }
    }
    counts
}

/// FNV-1a over code points: the same in every process, unlike the standard library's hashes.
fn hash(gram: &[char]) -> u64 {
    let step = |hash: u64, c: &char| (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x100_0000_01b3);
    gram.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_length_one_and_lost_diacritics_keep_texts_near() {
        let ngrams = Ngrams::learn(["gdzie jest moja paczka", "chcę zwrócić pieniądze", "zmień hasło"]);
        let near = |a, b| product(&ngrams.row(a), &ngrams.row(b));
        assert!((near("zmień hasło", "zmień hasło") - 1.0).abs() < 1e-5);
        assert!(near("zwrocic pieniadze", "chcę zwrócić pieniądze") > 0.5);
        assert!(near("gdziejest paczka", "gdzie jest moja paczka") > 0.5);
        assert_eq!(ngrams.row("xq"), Row::new());
    }

    #[test]
    fn features_are_numbered_alike_every_time() {
        let texts = ["one parcel", "two parcels", "where is it"];
        assert_eq!(
            Ngrams::learn(texts).row("where is my parcel"),
            Ngrams::learn(texts).row("where is my parcel")
        );
    }
}
