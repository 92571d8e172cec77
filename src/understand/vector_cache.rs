//! Sentence vectors on disk between starts, by the hash of what they depend on.

use super::classifier::parallel;
use super::e5::E5;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// File in the cache folder.
const FILE: &str = "e5-vectors.bin";

/// First bytes of the file; the last is the version of the layout.
const MAGIC: &[u8; 8] = b"duetvec1";

/// The file starts anew beyond this, so that it cannot grow for ever: 64 MB.
const ENTRIES_LIMIT: usize = 40_000;

const HASH_BYTES: usize = 32;

type Key = [u8; HASH_BYTES];

/// What a text is to e5: it tells questions from what answers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Query,
    Passage,
}

/// The vectors of texts, from the cache in that folder where they are there. A cache that cannot be used is logged
/// and the vectors are computed.
pub fn vectors<T: AsRef<str> + Sync>(
    e5: &E5,
    role: Role,
    texts: &[T],
    cache: Option<&Path>,
) -> Vec<Vec<f32>> {
    let embed = |text: &str| match role {
        Role::Query => e5.embed(text),
        Role::Passage => e5.embed_passage(text),
    };
    let Some(folder) = cache else {
        return parallel::map(texts, |text| embed(text.as_ref()));
    };
    // The prefix of a passage is part of its key.
    let key = |text: &str| match role {
        Role::Query => text.to_owned(),
        Role::Passage => format!("passage: {text}"),
    };
    let mut cache = VectorCache::open(folder, e5);
    let missing: Vec<&str> =
        texts.iter().map(T::as_ref).filter(|text| cache.get(&key(text)).is_none()).collect();
    let found = parallel::map(&missing, |text| embed(text));
    missing.iter().zip(found).for_each(|(text, vector)| cache.insert(&key(text), vector));
    if let Err(error) = cache.save() {
        tracing::warn!(%error, "Sentence vectors could not be kept for the next start");
    }
    let vector =
        |text: &T| cache.get(&key(text.as_ref())).map_or_else(|| embed(text.as_ref()), <[f32]>::to_vec);
    texts.iter().map(vector).collect()
}

/// Vectors by text. The file is the magic, then per vector a SHA-256 and the values as f32, little-endian.
pub struct VectorCache {
    file: PathBuf,
    /// The vector of a probe sentence: stands for weights and arithmetic in every key.
    model: Vec<u8>,
    vectors: BTreeMap<Key, Vec<f32>>,
    changed: bool,
}

impl VectorCache {
    /// Opens the cache in a folder. A missing or damaged file is an empty cache.
    pub fn open(folder: &Path, e5: &E5) -> Self {
        let file = folder.join(FILE);
        let vectors = std::fs::read(&file).map_or_else(
            |_| BTreeMap::new(),
            |bytes| {
                read(&bytes, e5.dimensions()).unwrap_or_else(|| {
                    tracing::warn!("Sentence vectors on disk are damaged and will be computed again");
                    BTreeMap::new()
                })
            },
        );
        let model = to_bytes(&e5.embed("which weights are these"));
        Self { file, model, vectors, changed: false }
    }

    pub fn get(&self, text: &str) -> Option<&[f32]> {
        self.vectors.get(&self.key(text)).map(Vec::as_slice)
    }

    pub fn insert(&mut self, text: &str, vector: Vec<f32>) {
        if self.vectors.len() >= ENTRIES_LIMIT {
            self.vectors.clear();
        }
        self.vectors.insert(self.key(text), vector);
        self.changed = true;
    }

    /// Writes the file in one step, if anything is new.
    ///
    /// # Errors
    /// The folder cannot be made or the file cannot be written.
    pub fn save(&self) -> io::Result<()> {
        if !self.changed {
            return Ok(());
        }
        let mut bytes = MAGIC.to_vec();
        for (key, vector) in &self.vectors {
            bytes.extend_from_slice(key);
            bytes.extend(to_bytes(vector));
        }
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let temporary = self.file.with_extension(format!("{}.tmp", std::process::id()));
        std::fs::write(&temporary, bytes)?;
        std::fs::rename(temporary, &self.file)
    }

    fn key(&self, text: &str) -> Key {
        Sha256::new().chain_update(&self.model).chain_update(text).finalize().into()
    }
}

fn to_bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn read(bytes: &[u8], dimensions: usize) -> Option<BTreeMap<Key, Vec<f32>>> {
    let entries = bytes.strip_prefix(MAGIC)?.chunks(HASH_BYTES + dimensions * 4);
    entries
        .map(|entry| {
            let (key, values) = entry.split_at_checked(HASH_BYTES)?;
            let values: Vec<f32> = values.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
            let sound = values.len() == dimensions && values.iter().all(|value| value.is_finite());
            sound.then(|| Some((key.try_into().ok()?, values)))?
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_broke_off_or_is_something_else_is_not_read() {
        let mut bytes = MAGIC.to_vec();
        assert_eq!(read(&bytes, 2), Some(BTreeMap::new()));
        bytes.extend([7; HASH_BYTES]);
        bytes.extend(to_bytes(&[0.5, -1.0]));
        assert_eq!(read(&bytes, 2), Some(BTreeMap::from([([7; HASH_BYTES], vec![0.5, -1.0])])));
        assert_eq!(read(&bytes[..bytes.len() - 1], 2), None);
        assert_eq!(read(&bytes, 3), None);
        assert_eq!(read(b"something else", 2), None);
    }
}
