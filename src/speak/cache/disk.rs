//! Fixed prompts across restarts: one WAV file each, named by a digest of voice, language and text.

use super::Key;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest prompt that is read back: 5 minutes.
const PROMPT_SAMPLES: u32 = 300 * 8_000;

pub struct Disk {
    dir: PathBuf,
}

impl Disk {
    pub fn new(dir: PathBuf) -> Disk {
        Disk { dir }
    }

    /// The prompt, when it is there and whole.
    pub fn read(&self, key: &Key) -> Option<Arc<[i16]>> {
        let mut reader = hound::WavReader::open(self.path(key)).ok()?;
        if reader.spec() != spec() || reader.duration() > PROMPT_SAMPLES {
            return None;
        }
        let samples: Result<Vec<i16>, _> = reader.samples::<i16>().collect();
        samples.ok().map(Arc::from)
    }

    /// Written beside and renamed, so that a prompt on disk is always whole.
    pub fn write(&self, key: &Key, audio: &[i16]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        let path = self.path(key);
        let beside = path.with_extension(format!("{}.part", std::process::id()));
        write_wav(&beside, audio).map_err(std::io::Error::other)?;
        std::fs::rename(beside, path)
    }

    fn path(&self, key: &Key) -> PathBuf {
        let mut digest = Sha256::new();
        for part in [&key.voice, key.language.code(), &key.text] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        self.dir.join(format!("{}.wav", hex::encode(digest.finalize())))
    }
}

fn write_wav(path: &Path, audio: &[i16]) -> Result<(), hound::Error> {
    let mut writer = hound::WavWriter::create(path, spec())?;
    for sample in audio {
        writer.write_sample(*sample)?;
    }
    writer.finalize()
}

fn spec() -> hound::WavSpec {
    hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    }
}
