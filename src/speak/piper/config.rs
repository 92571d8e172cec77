//! The JSON that comes with a Piper voice (`VOICE.onnx.json`).

use crate::speak::voices::VoiceError;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// Sampling rates that make sense for a voice, Hz.
const SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=48_000;

/// What Duet reads of it; publishers add more (`dataset`, `language`), which is not used.
#[derive(Debug, Clone, Deserialize)]
pub struct PiperJson {
    pub audio: Audio,
    #[serde(default)]
    pub espeak: EspeakChoice,
    #[serde(default)]
    pub inference: Inference,
    #[serde(default)]
    pub phoneme_type: PhonemeType,
    /// A phoneme that this voice writes differently.
    #[serde(default)]
    pub phoneme_map: HashMap<String, Vec<String>>,
    /// The model's numbers for each phoneme (one code point).
    pub phoneme_id_map: HashMap<String, Vec<i32>>,
    #[serde(default = "one")]
    pub num_speakers: u32,
    #[serde(default)]
    pub speaker_id_map: HashMap<String, i32>,
}

fn one() -> u32 {
    1
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Audio {
    /// Hz.
    pub sample_rate: u32,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct EspeakChoice {
    /// Name of the espeak-ng voice that gives the phonemes: `en-us`.
    #[serde(default)]
    pub voice: String,
}

/// What the model's input `scales` holds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
pub struct Inference {
    /// Variation of sound, 0..1.
    pub noise_scale: f32,
    /// Larger is slower.
    pub length_scale: f32,
    /// Variation of rhythm, 0..1.
    pub noise_w: f32,
}

impl Default for Inference {
    fn default() -> Self {
        Inference { noise_scale: 0.667, length_scale: 1.0, noise_w: 0.8 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhonemeType {
    /// espeak-ng's phonemes.
    #[default]
    Espeak,
    /// The letters themselves.
    Text,
}

impl PiperJson {
    pub fn read(path: &Path) -> Result<PiperJson, VoiceError> {
        let text = std::fs::read_to_string(path).map_err(|error| VoiceError::unusable(path, &error))?;
        let json: PiperJson =
            serde_json::from_str(&text).map_err(|error| VoiceError::unusable(path, &error))?;
        json.check().map_err(|why| VoiceError::unusable(path, &why))?;
        Ok(json)
    }

    fn check(&self) -> Result<(), String> {
        if !SAMPLE_RATES_HZ.contains(&self.audio.sample_rate) {
            return Err(format!("audio.sample_rate {}: expected 8000 to 48000", self.audio.sample_rate));
        }
        for mark in ["^", "_", "$"] {
            if !self.phoneme_id_map.contains_key(mark) {
                return Err(format!("phoneme_id_map holds no {mark:?}"));
            }
        }
        if self.phoneme_type == PhonemeType::Espeak && self.espeak.voice.is_empty() {
            return Err("espeak.voice is empty: expected a voice of espeak-ng, such as en-us".to_owned());
        }
        Ok(())
    }

    /// What to feed to the model's input `sid`; `None` for a voice with one speaker.
    pub fn speaker_id(&self, wanted: Option<&str>, onnx: &Path) -> Result<Option<i32>, VoiceError> {
        let Some(wanted) = wanted else {
            return Ok((self.num_speakers > 1).then_some(0));
        };
        let by_number = || wanted.parse().ok().filter(|id| (0..self.num_speakers as i32).contains(id));
        match self.speaker_id_map.get(wanted).copied().or_else(by_number) {
            Some(id) => Ok((self.num_speakers > 1).then_some(id)),
            None => Err(VoiceError::unusable(
                onnx,
                &format!("no speaker {wanted:?}: expected one of {}", self.speaker_names()),
            )),
        }
    }

    fn speaker_names(&self) -> String {
        let mut names: Vec<&str> = self.speaker_id_map.keys().map(String::as_str).collect();
        names.sort_unstable();
        if names.is_empty() {
            return format!("0 to {}", self.num_speakers.saturating_sub(1));
        }
        names.truncate(20);
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(extra: &str) -> Result<PiperJson, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"audio":{{"sample_rate":22050}},"espeak":{{"voice":"en-us"}},
                "phoneme_id_map":{{"^":[1],"_":[0],"$":[2]}}{extra}}}"#
        ))
    }

    #[test]
    fn a_speaker_is_found_by_name_or_number() {
        let many = json(r#","num_speakers":3,"speaker_id_map":{"anna":2}"#).unwrap();
        let path = Path::new("v.onnx");
        assert_eq!(many.speaker_id(None, path).unwrap(), Some(0));
        assert_eq!(many.speaker_id(Some("anna"), path).unwrap(), Some(2));
        assert_eq!(many.speaker_id(Some("1"), path).unwrap(), Some(1));
        let error = many.speaker_id(Some("eva"), path).unwrap_err().to_string();
        assert!(error.contains("v.onnx") && error.contains("eva") && error.contains("anna"), "{error}");
        assert_eq!(json("").unwrap().speaker_id(None, path).unwrap(), None);
    }

    #[test]
    fn a_voice_without_its_marks_or_with_an_odd_rate_is_refused() {
        let mut voice = json("").unwrap();
        assert!(voice.check().is_ok());
        voice.audio.sample_rate = 1;
        assert!(voice.check().unwrap_err().contains("sample_rate"));
        voice = json("").unwrap();
        voice.phoneme_id_map.remove("$");
        assert!(voice.check().unwrap_err().contains("phoneme_id_map"));
    }
}
