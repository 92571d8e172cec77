//! Whether a weight is there and whole.

use super::{Model, ModelError};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Read at a time while hashing.
const HASH_BUFFER_BYTES: usize = 1 << 20;

/// State of one weight on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Missing,
    /// The sha256 agrees with the manifest.
    Verified,
    /// There, but the manifest knows no sha256: nothing was checked.
    Unverifiable,
    /// There, but not the file that the manifest means.
    Different,
}

/// Looks at the file of `model` in `dir`, reading all of it.
pub fn state(dir: &Path, model: &Model) -> Result<State, ModelError> {
    let path = dir.join(&model.name);
    if !path.is_file() {
        return Ok(State::Missing);
    }
    let Some(expected) = &model.sha256 else {
        return Ok(State::Unverifiable);
    };
    Ok(match sha256(&path)? == *expected {
        true => State::Verified,
        false => State::Different,
    })
}

/// Lower-case hexadecimal sha256 of a file.
pub fn sha256(path: &Path) -> Result<String, ModelError> {
    let unreadable = |error| ModelError::Unreadable { path: path.to_owned(), error };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; HASH_BUFFER_BYTES];
    loop {
        match file.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hex::encode(hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// Lower-case hexadecimal sha256 of bytes.
pub fn sha256_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Manifest;

    fn model(sum: Option<&str>) -> Model {
        let sum = sum.map(|sum| format!("sha256 = \"{sum}\"\n")).unwrap_or_default();
        let text = format!(
            "[[model]]\nname = \"m\"\npurpose = \"p\"\nlanguages = []\nlicence = \"l\"\noptional = true\n{sum}\
             sources = [{{ kind = \"url\", url = \"u\" }}]\n"
        );
        Manifest::parse(&text).unwrap().models.remove(0)
    }

    // sha256("abc"), FIPS 180-4.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_file_is_missing_then_different_then_verified() {
        let dir = tempfile::tempdir().unwrap();
        let known = model(Some(ABC));
        assert_eq!(state(dir.path(), &known).unwrap(), State::Missing);
        std::fs::write(dir.path().join("m"), b"abd").unwrap();
        assert_eq!(state(dir.path(), &known).unwrap(), State::Different);
        std::fs::write(dir.path().join("m"), b"abc").unwrap();
        assert_eq!(state(dir.path(), &known).unwrap(), State::Verified);
    }

    #[test]
    fn a_file_without_a_known_sum_is_never_called_verified() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("m"), b"abc").unwrap();
        assert_eq!(state(dir.path(), &model(None)).unwrap(), State::Unverifiable);
    }
}
