//! ◆ Audio bounded by bytes; what was not wanted for longest goes first.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

/// Kept audio by key.
pub struct Lru<K> {
    limit_bytes: usize,
    bytes: usize,
    /// Counts uses; the age of an entry.
    uses: u64,
    entries: HashMap<K, Entry>,
    /// Unpinned entries by age, so that the oldest is found without a search.
    by_age: BTreeMap<u64, K>,
}

struct Entry {
    audio: Arc<[i16]>,
    age: u64,
    pinned: bool,
}

impl<K: Clone + Eq + Hash> Lru<K> {
    pub fn new(limit_bytes: usize) -> Self {
        Lru { limit_bytes, bytes: 0, uses: 0, entries: HashMap::new(), by_age: BTreeMap::new() }
    }

    /// The audio, now the youngest.
    pub fn get(&mut self, key: &K) -> Option<Arc<[i16]>> {
        self.uses += 1;
        let entry = self.entries.get_mut(key)?;
        if !entry.pinned {
            self.by_age.remove(&entry.age);
            self.by_age.insert(self.uses, key.clone());
        }
        entry.age = self.uses;
        Some(Arc::clone(&entry.audio))
    }

    /// Keeps `audio` until others push it out. Audio larger than the whole limit is not kept.
    pub fn insert(&mut self, key: K, audio: Arc<[i16]>) {
        if size_bytes(&audio) > self.limit_bytes || self.entries.get(&key).is_some_and(|entry| entry.pinned) {
            return;
        }
        self.put(key, audio, false);
        while self.bytes > self.limit_bytes {
            let Some((_, oldest)) = self.by_age.pop_first() else {
                return;
            };
            self.forget(&oldest);
        }
    }

    /// Keeps `audio` for good, outside of the limit.
    pub fn insert_pinned(&mut self, key: K, audio: Arc<[i16]>) {
        self.put(key, audio, true);
    }

    /// Keeps for good what is already here; false when it is not.
    pub fn pin(&mut self, key: &K) -> bool {
        let Some(audio) = self.entries.get(key).map(|entry| Arc::clone(&entry.audio)) else {
            return false;
        };
        self.put(key.clone(), audio, true);
        true
    }

    fn put(&mut self, key: K, audio: Arc<[i16]>, pinned: bool) {
        self.forget(&key);
        self.uses += 1;
        if !pinned {
            self.bytes += size_bytes(&audio);
            self.by_age.insert(self.uses, key.clone());
        }
        self.entries.insert(key, Entry { audio, age: self.uses, pinned });
    }

    fn forget(&mut self, key: &K) {
        let Some(entry) = self.entries.remove(key) else {
            return;
        };
        if !entry.pinned {
            self.by_age.remove(&entry.age);
            self.bytes -= size_bytes(&entry.audio);
        }
    }
}

fn size_bytes(audio: &[i16]) -> usize {
    size_of_val(audio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audio(samples: usize) -> Arc<[i16]> {
        vec![0; samples].into()
    }

    #[test]
    fn the_longest_unwanted_goes_first() {
        let mut lru = Lru::new(60);
        for key in ["a", "b", "c"] {
            lru.insert(key, audio(10));
        }
        lru.get(&"a");
        lru.insert("d", audio(10));
        let kept = ["a", "b", "c", "d"].map(|key| lru.get(&key).is_some());
        assert_eq!(kept, [true, false, true, true]);
        assert_eq!(lru.bytes, 60);
    }

    #[test]
    fn fixed_prompts_are_never_pushed_out() {
        let mut lru = Lru::new(40);
        lru.insert_pinned("greeting", audio(1_000));
        lru.insert("a", audio(10));
        assert!(lru.pin(&"a"));
        for key in ["b", "c", "d"] {
            lru.insert(key, audio(10));
        }
        assert!(lru.get(&"greeting").is_some() && lru.get(&"a").is_some());
        assert!(lru.get(&"b").is_none() && lru.get(&"d").is_some());
        assert!(!lru.pin(&"gone"));
    }

    #[test]
    fn the_same_key_again_is_counted_once() {
        let mut lru = Lru::new(60);
        for _ in 0..10 {
            lru.insert("a", audio(20));
        }
        assert_eq!(lru.bytes, 40);
    }

    #[test]
    fn what_is_larger_than_everything_is_not_kept() {
        let mut lru = Lru::new(60);
        lru.insert("small", audio(10));
        lru.insert("huge", audio(100));
        assert!(lru.get(&"small").is_some() && lru.get(&"huge").is_none());
    }
}
