//! Weights: what there is, where it comes from, whether it is whole.
//!
//! A weight is a file in the models directory under its manifest name. It gets that name only after
//! its sha256 was checked, so a file that is there is whole unless somebody changed it.

pub mod fetch;
pub mod manifest;
pub mod verify;
pub mod whisper;

pub use manifest::{Manifest, Model};

use std::path::{Path, PathBuf};

/// Why a weight cannot be used; says which command helps.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("models/manifest.toml: {0}")]
    Manifest(String),
    #[error("no model is called {name:?}: `duet models list` shows them")]
    Unknown { name: String },
    #[error("{path} is missing: run `duet models fetch --models {dir} {name}`", dir = dir.display(), path = path.display())]
    Missing { name: String, dir: PathBuf, path: PathBuf },
    #[error("cannot read {path}: {error}", path = path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
}

/// Path of the weight `name` in `dir`, if it is there. Any file name is allowed, so that a voice
/// that the manifest does not know can be dropped in.
pub fn locate(dir: &Path, name: &str) -> Result<PathBuf, ModelError> {
    let path = dir.join(name);
    if path.is_file() {
        return Ok(path);
    }
    Err(ModelError::Missing { name: name.to_owned(), dir: dir.to_owned(), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_weight_names_the_command_that_brings_it() {
        let error = locate(Path::new("/nowhere"), "silero_vad.onnx").unwrap_err();
        assert_eq!(
            error.to_string(),
            "/nowhere/silero_vad.onnx is missing: run `duet models fetch --models /nowhere silero_vad.onnx`"
        );
    }

    #[test]
    fn a_file_that_the_manifest_does_not_know_is_found() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("my_voice.onnx"), b"x").unwrap();
        assert!(locate(dir.path(), "my_voice.onnx").is_ok());
    }
}
