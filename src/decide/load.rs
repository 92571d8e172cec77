//! A bot's folder from disk: the only part of `decide` that reads files.

use super::bot::Bot;
use super::parse::{self, Files};
use super::problem::Problem;
use std::path::Path;

/// Largest file of a bot, bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// Folders of a bot; others are refused.
const FOLDERS: [&str; 3] = ["topics", "tests", "kb"];

/// Reads and checks the bot in `dir`. On failure every problem found, sorted by file and line.
pub fn load(dir: &Path) -> Result<Bot, Vec<Problem>> {
    let files = read(dir).map_err(|problem| vec![problem])?;
    parse::parse(&files)
}

/// The texts of a bot's folder.
pub fn read(dir: &Path) -> Result<Files, Problem> {
    let mut files = Files::new();
    read_folder(dir, "", &mut files)?;
    for folder in FOLDERS {
        if dir.join(folder).is_dir() {
            read_folder(&dir.join(folder), &format!("{folder}/"), &mut files)?;
        }
    }
    Ok(files)
}

fn read_folder(dir: &Path, prefix: &str, files: &mut Files) -> Result<(), Problem> {
    let at =
        |error: std::io::Error| Problem::new(&dir.display().to_string(), 0, "folder", &error.to_string());
    for entry in std::fs::read_dir(dir).map_err(at)? {
        let entry = entry.map_err(at)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = std::fs::metadata(entry.path()).map_err(at)?.is_file();
        // Editors leave hidden and backup files; they are nobody's mistake.
        if is_file && !name.starts_with('.') && !name.ends_with('~') {
            let file = format!("{prefix}{name}");
            files.insert(file.clone(), read_text(&entry.path(), &file)?);
        }
    }
    Ok(())
}

fn read_text(path: &Path, file: &str) -> Result<String, Problem> {
    let at = |error: std::io::Error| Problem::new(file, 0, "file", &error.to_string());
    let bytes = std::fs::metadata(path).map_err(at)?.len();
    if bytes > MAX_FILE_BYTES {
        let message = format!("has {bytes} bytes, expected at most {MAX_FILE_BYTES}");
        return Err(Problem::new(file, 0, "file", &message));
    }
    std::fs::read_to_string(path).map_err(at)
}
