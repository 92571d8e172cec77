//! The SentencePiece unigram tokenizer of XLM-RoBERTa, from the vocabulary inside the model file.
//!
//! The crate `tokenizers` keeps a hash table per prefix of its 250,002 pieces, which costs more memory
//! than the network itself. One open-addressed table over the packed pieces does the same in 7 MB.

use super::file::{E5Error, Reader};

/// Stands for a blank inside a piece.
const META: char = '\u{2581}';

/// SentencePiece scores an unknown character this far below the rarest piece.
const UNKNOWN_PENALTY: f32 = 10.0;

/// A code point and what is written in its place.
type Replacement = (u32, Box<[char]>);

const EMPTY: u32 = u32::MAX;

/// Text to piece ids.
pub(super) struct Tokenizer {
    offsets: Vec<u32>,
    scores: Vec<f32>,
    blob: Vec<u8>,
    table: Vec<u32>,
    /// Code points that are written otherwise, sorted.
    replaced: Vec<Replacement>,
    longest_piece_bytes: usize,
    unknown_score: f32,
    pub(super) begin: u32,
    pub(super) end: u32,
    unknown: u32,
}

impl Tokenizer {
    pub(super) fn read(reader: &mut Reader, vocabulary: usize) -> Result<Self, E5Error> {
        let pieces = reader.count("number of pieces", 8..=vocabulary)?;
        let begin = reader.count("id of the first token", 0..=pieces - 1)? as u32;
        let end = reader.count("id of the last token", 0..=pieces - 1)? as u32;
        reader.count("id of padding", 0..=pieces - 1)?;
        let unknown = reader.count("id of the unknown token", 0..=pieces - 1)? as u32;
        let blob_length = reader.u64("length of the pieces")?;
        let offsets = words(&reader.bytes((pieces as u64 + 1) * 4, "offsets of the pieces")?);
        let scores: Vec<f32> = words(&reader.bytes(pieces as u64 * 4, "scores of the pieces")?)
            .into_iter()
            .map(f32::from_bits)
            .collect();
        let blob = reader.bytes(blob_length, "the pieces")?;
        let ordered = offsets.is_sorted() && offsets.last().is_some_and(|&last| last as usize == blob.len());
        if !ordered || scores.iter().any(|score| !score.is_finite()) {
            return Err(reader.malformed("the vocabulary before this byte has broken offsets or scores"));
        }
        let replaced = read_replacements(reader)?;
        let lowest = scores.iter().copied().fold(f32::INFINITY, f32::min);
        let longest_piece_bytes = offsets.windows(2).map(|w| (w[1] - w[0]) as usize).max().unwrap_or(1);
        let mut tokenizer = Self {
            table: vec![EMPTY; (pieces * 2).next_power_of_two()],
            offsets,
            scores,
            blob,
            replaced,
            longest_piece_bytes,
            unknown_score: lowest - UNKNOWN_PENALTY,
            begin,
            end,
            unknown,
        };
        (0..pieces as u32).for_each(|piece| tokenizer.insert(piece));
        Ok(tokenizer)
    }

    fn insert(&mut self, piece: u32) {
        let mask = self.table.len() - 1;
        let mut slot = hash(self.piece(piece)) & mask;
        while self.table[slot] != EMPTY {
            slot = (slot + 1) & mask;
        }
        self.table[slot] = piece;
    }

    fn piece(&self, piece: u32) -> &[u8] {
        &self.blob[self.offsets[piece as usize] as usize..self.offsets[piece as usize + 1] as usize]
    }

    fn find(&self, bytes: &[u8]) -> Option<u32> {
        let mask = self.table.len() - 1;
        let mut slot = hash(bytes) & mask;
        loop {
            match self.table[slot] {
                EMPTY => return None,
                piece if self.piece(piece) == bytes => return Some(piece),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// Piece ids of the text, without the first and last token, at most `limit`.
    pub(super) fn encode(&self, text: &str, limit: usize) -> Vec<u32> {
        let text = self.normalise(text);
        let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        ends.push(text.len());
        let mut ids = self.best_path(text.as_bytes(), &ends);
        ids.truncate(limit);
        ids
    }

    /// Applies the character map, folds runs of blanks and marks where words begin.
    fn normalise(&self, text: &str) -> String {
        let mut mapped = String::with_capacity(text.len() + META.len_utf8());
        let mut push = |c: char| {
            let c = if c == ' ' { META } else { c };
            if c != META || !mapped.ends_with(META) {
                mapped.push(c);
            }
        };
        for c in text.chars() {
            match self.replaced.binary_search_by_key(&u32::from(c), |(from, _)| *from) {
                Ok(at) => self.replaced[at].1.iter().for_each(|&c| push(c)),
                Err(_) => push(c),
            }
        }
        if !mapped.starts_with(META) {
            mapped.insert(0, META);
        }
        mapped
    }

    /// Viterbi: the segmentation with the highest sum of scores.
    fn best_path(&self, bytes: &[u8], ends: &[usize]) -> Vec<u32> {
        let characters = ends.len() - 1;
        let mut best = vec![(f32::NEG_INFINITY, self.unknown, 0usize); characters + 1];
        best[0].0 = 0.0;
        for from in 0..characters {
            let so_far = best[from].0;
            let unknown = so_far + self.unknown_score;
            if unknown > best[from + 1].0 {
                best[from + 1] = (unknown, self.unknown, from);
            }
            for to in from + 1..=characters {
                if ends[to] - ends[from] > self.longest_piece_bytes {
                    break;
                }
                let Some(piece) = self.find(&bytes[ends[from]..ends[to]]) else {
                    continue;
                };
                let score = so_far + self.scores[piece as usize];
                if piece != self.unknown && score > best[to].0 {
                    best[to] = (score, piece, from);
                }
            }
        }
        let mut ids = Vec::new();
        let mut at = characters;
        while at > 0 {
            ids.push(best[at].1);
            at = best[at].2;
        }
        ids.reverse();
        ids
    }
}

fn read_replacements(reader: &mut Reader) -> Result<Vec<Replacement>, E5Error> {
    let entries = reader.count("number of replaced characters", 0..=1 << 20)?;
    reader.u32("length of the replaced characters")?;
    let mut replaced = Vec::with_capacity(entries);
    for _ in 0..entries {
        let from = reader.u32("a replaced character")?;
        let count = reader.u8("length of a replacement")?;
        let outputs = words(&reader.bytes(u64::from(count) * 4, "a replacement")?);
        let outputs: Option<Box<[char]>> = outputs.into_iter().map(char::from_u32).collect();
        let Some(outputs) = outputs else {
            return Err(reader.malformed("the replacement before this byte is not a character"));
        };
        replaced.push((from, outputs));
    }
    if !replaced.is_sorted_by_key(|(from, _)| *from) {
        return Err(reader.malformed("the replaced characters before this byte are not sorted"));
    }
    Ok(replaced)
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> usize {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, step);
    (hash ^ hash >> 32) as usize
}
