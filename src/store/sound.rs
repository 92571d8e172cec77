//! The sound of messages: one WAV file each, 8 kHz mono, 16 bit, readable by the owner only.

use std::io::{self, Cursor, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Of a call, samples a second.
const HZ: u32 = 8_000;

/// The folder of them.
#[derive(Debug, Clone)]
pub(super) struct Sounds {
    folder: PathBuf,
}

impl Sounds {
    /// Those that lie in the folder `data` of a store; the folder itself is made with the first of them.
    pub(super) fn of(data: &Path) -> Self {
        Sounds { folder: data.join("voicemail") }
    }

    /// On disk, and under its name only when it is whole.
    pub(super) fn write(&self, id: &str, samples: &[i16]) -> io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let (path, part) = (self.path(id)?, self.folder.join(format!("{id}.part")));
        let written = write_whole(&part, &wav(samples)?).and_then(|()| std::fs::rename(&part, &path));
        if written.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        written
    }

    pub(super) fn read(&self, id: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(id)?)
    }

    pub(super) fn remove(&self, id: &str) -> io::Result<()> {
        match std::fs::remove_file(self.path(id)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Removes what was written before, whatever the store knows of it.
    pub(super) fn remove_before(&self, before: SystemTime) -> io::Result<()> {
        let files = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            files => files?,
        };
        for file in files {
            let file = file?;
            if file.metadata()?.modified()? < before {
                std::fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }

    /// Ids come from requests too: nothing but a plain name leads to a file.
    fn path(&self, id: &str) -> io::Result<PathBuf> {
        let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !plain {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not the id of a message"));
        }
        Ok(self.folder.join(format!("{id}.wav")))
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn wav(samples: &[i16]) -> io::Result<Vec<u8>> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).map_err(io::Error::other)?;
    samples.iter().try_for_each(|sample| writer.write_sample(*sample)).map_err(io::Error::other)?;
    writer.finalize().map_err(io::Error::other)?;
    Ok(bytes.into_inner())
}

/// The samples of a file that `write` wrote.
pub(super) fn samples(bytes: &[u8]) -> io::Result<Vec<i16>> {
    let mut reader = hound::WavReader::new(bytes).map_err(io::Error::other)?;
    reader.samples::<i16>().collect::<Result<_, _>>().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    #[test]
    fn a_message_is_read_as_it_was_written_and_is_nobody_elses() {
        let dir = tempfile::tempdir().unwrap();
        let sounds = Sounds::of(dir.path());
        let said: Vec<i16> = (0..1_600).map(|n| n * 7 - 3_000).collect();
        sounds.write("0193-a", &said).unwrap();
        assert_eq!(samples(&sounds.read("0193-a").unwrap()).unwrap(), said);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir.path().join("voicemail")), 0o700);
        assert_eq!(mode(&dir.path().join("voicemail/0193-a.wav")), 0o600);
        sounds.remove_before(SystemTime::UNIX_EPOCH).unwrap();
        assert!(sounds.read("0193-a").is_ok());
        sounds.remove("0193-a").unwrap();
        sounds.remove("0193-a").unwrap();
        assert_eq!(sounds.read("0193-a").unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_no_store_knows_of_goes_when_its_time_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let sounds = Sounds::of(dir.path());
        sounds.remove_before(SystemTime::UNIX_EPOCH).unwrap();
        sounds.write("a", &[1, 2]).unwrap();
        std::fs::write(dir.path().join("voicemail/b.part"), "half").unwrap();
        let tomorrow =
            std::fs::metadata(dir.path()).unwrap().modified().unwrap() + Duration::from_secs(86_400);
        sounds.remove_before(tomorrow).unwrap();
        assert_eq!(std::fs::read_dir(dir.path().join("voicemail")).unwrap().count(), 0);
    }

    #[test]
    fn no_id_leads_out_of_the_folder() {
        let sounds = Sounds::of(Path::new("/nowhere"));
        for id in ["", "../duet", "a/b", "a.b", "..", "\0"] {
            assert_eq!(sounds.read(id).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{id:?}");
        }
    }
}
