//! Manifests and recordings that the measurements read.
//!
//! A manifest is tab-separated with a header row: `file` (relative to the manifest), `language`,
//! `transcript_or_label` holding `key=value` pairs joined by ` | `. Other columns are ignored.

use crate::hear::resample::{Resampler, to_samples};
use anyhow::{Context, bail, ensure};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One recording of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub file: PathBuf,
    /// As the manifest has it: `en`, `en-US`.
    pub language: String,
    /// `text`, `emotion` and whatever else `transcript_or_label` says.
    pub labels: BTreeMap<String, String>,
    /// Who speaks, where the manifest has that column.
    pub speaker: String,
}

impl Item {
    /// Whether its language is `code`, with or without a region.
    pub fn is_in(&self, code: &str) -> bool {
        self.language.split('-').next() == Some(code)
    }
}

/// Reads a manifest.
pub fn read_manifest(path: &Path) -> anyhow::Result<Vec<Item>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    parse_manifest(&text, folder).with_context(|| path.display().to_string())
}

fn parse_manifest(text: &str, folder: &Path) -> anyhow::Result<Vec<Item>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let found = header.iter().position(|column| *column == name);
        found.with_context(|| format!("line 1: expected a column {name:?}"))
    };
    let (file, language, label) = (column("file")?, column("language")?, column("transcript_or_label")?);
    let speaker = header.iter().position(|column| *column == "speaker");
    let mut items = Vec::new();
    for (index, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |column: usize| {
            let found = cells.get(column).copied();
            found.with_context(|| format!("line {}: expected {} columns", index + 2, header.len()))
        };
        items.push(Item {
            file: folder.join(cell(file)?),
            language: cell(language)?.to_owned(),
            labels: labels(cell(label)?),
            speaker: speaker
                .and_then(|column| cells.get(column))
                .map_or_else(String::new, ToString::to_string),
        });
    }
    Ok(items)
}

fn labels(cell: &str) -> BTreeMap<String, String> {
    let pairs = cell.split(" | ").filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

/// A recording as a call would bring it: 8 kHz, mono, 16 bit. Reads WAV of 8 to 48 kHz; several
/// channels are averaged.
pub fn read_wav(path: &Path) -> anyhow::Result<Vec<i16>> {
    read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn read(path: &Path) -> anyhow::Result<Vec<i16>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    ensure!(
        (8_000..=48_000).contains(&spec.sample_rate),
        "sampling rate {} Hz: expected 8000 to 48000",
        spec.sample_rate
    );
    let scale = 1.0 / f32::exp2(f32::from(spec.bits_per_sample) - 1.0);
    let samples: Vec<f32> = match (spec.sample_format, spec.bits_per_sample) {
        (hound::SampleFormat::Int, 8..=32) => {
            let samples = reader.samples::<i32>();
            samples.map(|sample| sample.map(|value| value as f32 * scale)).collect::<Result<_, _>>()?
        }
        (hound::SampleFormat::Float, 32) => reader.samples::<f32>().collect::<Result<_, _>>()?,
        (format, bits) => bail!("{bits} bits of {format:?}: expected PCM of 8 to 32 bits or 32-bit float"),
    };
    let channels = usize::from(spec.channels.max(1));
    let mono: Vec<f32> =
        samples.chunks(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect();
    Ok(to_samples(&Resampler::new(spec.sample_rate, 8_000)?.clip(&mono)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_row_becomes_an_item() {
        let text = "file\tlanguage\ttranscript_or_label\tspeaker\na/b.wav\ten-US\temotion=anger | text=Go = away.\tx\n";
        let items = parse_manifest(text, Path::new("data")).unwrap();
        assert_eq!(items[0].file, Path::new("data/a/b.wav"));
        assert_eq!(items[0].labels["text"], "Go = away.");
        assert!(items[0].is_in("en") && !items[0].is_in("pl"));
    }

    #[test]
    fn a_missing_column_and_a_short_row_are_named() {
        let missing = parse_manifest("file\tlanguage\nx\ty\n", Path::new("")).unwrap_err();
        assert_eq!(missing.to_string(), "line 1: expected a column \"transcript_or_label\"");
        let short = parse_manifest("file\tlanguage\ttranscript_or_label\n\nx\n", Path::new("")).unwrap_err();
        assert_eq!(short.to_string(), "line 3: expected 3 columns");
    }

    #[test]
    fn recordings_of_every_usual_rate_become_8_khz() {
        let dir = tempfile::tempdir().unwrap();
        for rate_hz in [8_000u32, 16_000, 22_050, 24_000, 44_100, 48_000] {
            let path = dir.path().join("a.wav");
            let spec = hound::WavSpec {
                channels: 2,
                sample_rate: rate_hz,
                bits_per_sample: 16,
                sample_format: hound::SampleFormat::Int,
            };
            let mut writer = hound::WavWriter::create(&path, spec).unwrap();
            for n in 0..rate_hz {
                let value = (std::f32::consts::TAU * 440.0 * n as f32 / rate_hz as f32).sin() * 9_000.0;
                writer.write_sample(value as i16).unwrap();
                writer.write_sample(value as i16).unwrap();
            }
            writer.finalize().unwrap();
            let clip = read_wav(&path).unwrap();
            assert!(clip.len().abs_diff(8_000) <= 1, "{rate_hz}: {}", clip.len());
            let loudest = clip[1_000..7_000].iter().max().copied().unwrap();
            assert!((8_700..9_300).contains(&loudest), "{rate_hz}: {loudest}");
        }
    }

    #[test]
    fn something_else_than_a_wav_is_refused_with_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        std::fs::write(&path, b"not a wav").unwrap();
        assert!(format!("{:#}", read_wav(&path).unwrap_err()).contains("a.wav"));
    }
}
