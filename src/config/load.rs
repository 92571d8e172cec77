//! Reads and checks the configuration.

use super::Config;
use confique::{Config as Layered, File, FileFormat};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// The configuration cannot be used. Exit code 64.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path}: cannot be read: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}")]
    Invalid { path: PathBuf, message: String },
}

/// One thing that is wrong, with the key it is wrong at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub key: String,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}

impl Config {
    /// Reads `path` and the environment. Relative paths inside are relative to the working directory.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        std::fs::metadata(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let invalid = |message: String| ConfigError::Invalid { path: path.to_owned(), message };
        let file = File::with_format(path, FileFormat::Toml)
            .required()
            .load::<<Config as Layered>::Layer>()
            .map_err(|error| invalid(chain(&error)))?;
        let config =
            Config::builder().env().preloaded(file).load().map_err(|error| invalid(chain(&error)))?;
        match config.problems().as_slice() {
            [] => Ok(config),
            problems => Err(invalid(problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))),
        }
    }

    /// A file with every key, its meaning and its default.
    pub fn template() -> String {
        confique::toml::template::<Config>(confique::toml::FormatOptions::default())
    }

    /// What is wrong with values that parse one by one but do not fit together.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut report =
            |key: String, message: &str| problems.push(Problem { key, message: message.to_owned() });
        if self.trunk.is_empty() {
            report("trunk".into(), "nobody may call: expected at least one [[trunk]]");
        }
        let mut names = BTreeSet::new();
        for (n, trunk) in self.trunk.iter().enumerate() {
            let key = |field: &str| format!("trunk[{n}].{field}");
            if !names.insert(&trunk.name) {
                report(key("name"), "used by an earlier trunk");
            }
            if trunk.allow.is_empty() && trunk.user.is_none() {
                report(
                    key("allow"),
                    "nobody may call on this trunk: expected allow, or user with password_env",
                );
            }
            if trunk.user.is_some() != trunk.password_env.is_some() {
                report(key("user"), "user and password_env go together");
            }
            if trunk.numbers.is_empty() {
                report(key("numbers"), "no number is answered: expected at least one NUMBER = \"BOT\"");
            }
        }
        let mut places = BTreeSet::new();
        for (n, place) in self.outside.iter().enumerate() {
            let key = |field: &str| format!("outside[{n}].{field}");
            if !places.insert(&place.name) {
                report(key("name"), "used by an earlier place");
            }
            for (field, message) in place.problems() {
                report(key(field), message);
            }
        }
        if self.sip.udp.ip().is_unspecified() && self.sip.external_ip.is_none() {
            report(
                "sip.external_ip".into(),
                "expected: with sip.udp on every address, far ends must be told one",
            );
        }
        if self.media.webrtc.ip().is_unspecified() && self.sip.external_ip.is_none() {
            report(
                "sip.external_ip".into(),
                "expected: with media.webrtc on every address, browsers must be told one",
            );
        }
        if self.bots.is_empty() {
            report("bots".into(), "expected at least one folder");
        }
        if self.limits.calls == 0 {
            report("limits.calls".into(), "expected at least 1");
        }
        let ports = usize::from(self.media.ports.last - self.media.ports.first) + 1;
        if ports / 4 < self.limits.calls {
            report(
                "media.ports".into(),
                "too few: a call with an agent needs four ports; raise it or lower limits.calls",
            );
        }
        if !(200..=3000).contains(&self.hear.end_silence_ms) {
            report("hear.end_silence_ms".into(), "expected 200 to 3000");
        }
        if self.limits.recogniser_wait_ms == 0 {
            report("limits.recogniser_wait_ms".into(), "expected at least 1");
        }
        if !(0.0..=1.0).contains(&self.limits.media_late) {
            report("limits.media_late".into(), "expected a share between 0 and 1");
        }
        if self.hear.workers == 0 {
            report("hear.workers".into(), "expected at least 1");
        }
        let problem = |(key, message): (String, &str)| Problem { key, message: message.to_owned() };
        problems.extend(self.wrap_up.problems().into_iter().map(problem));
        problems.extend(self.chat.problems());
        problems.extend(super::engines::problems(self));
        problems
    }
}

/// An error with all its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(cause.to_string().trim_end());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("duet.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(&path)
    }

    const TRUNK: &str =
        "[[trunk]]\nname = \"lan\"\nallow = [\"127.0.0.1\"]\n[trunk.numbers]\n\"*\" = \"parcel\"\n";

    #[test]
    fn a_short_file_is_filled_with_defaults() {
        let config = load(TRUNK).unwrap();
        assert_eq!(config.trunk[0].answers("1").unwrap().bot, "parcel");
        assert_eq!(config.hear.end_silence_ms, 550);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = load(&format!("[sip]\nudpp = \"127.0.0.1:5060\"\n{TRUNK}")).unwrap_err().to_string();
        assert!(error.contains("udpp") && error.contains("duet.toml"), "{error}");
        let error = load(&TRUNK.replace("allow", "alow")).unwrap_err().to_string();
        assert!(error.contains("alow"), "{error}");
    }

    #[test]
    fn a_bad_value_names_its_key_and_what_was_expected() {
        let error = load(&format!("[media]\nports = \"many\"\n{TRUNK}")).unwrap_err().to_string();
        assert!(error.contains("ports") && error.contains("FIRST-LAST"), "{error}");
    }

    #[test]
    fn a_number_may_expect_a_language() {
        let text = TRUNK.replace("\"parcel\"", "{ bot = \"parcel\", language = \"ro\" }");
        assert_eq!(load(&text).unwrap().trunk[0].answers("1").unwrap().language, Some(Language::Romanian));
        let error = load(&text.replace("language", "langage")).unwrap_err().to_string();
        assert!(error.contains("expected \"BOT\""), "{error}");
    }

    #[test]
    fn every_address_at_once_needs_one_that_far_ends_can_reach() {
        let error = load(&format!("[sip]\nudp = \"0.0.0.0:5060\"\n{TRUNK}")).unwrap_err().to_string();
        assert!(error.contains("external_ip"), "{error}");
    }

    #[test]
    fn a_node_that_nobody_may_call_does_not_start() {
        let error = load("[limits]\ncalls = 5\n").unwrap_err().to_string();
        assert!(error.contains("nobody may call"), "{error}");
    }

    #[test]
    fn a_place_outside_that_no_call_could_reach_is_refused_with_its_field() {
        let place = "[[outside]]\nname = \"pbx\"\nqueues = [\"claims\"]\nuri = \"sip:claims@pbx.example\"\n";
        let config = load(&format!("{TRUNK}{place}")).unwrap();
        assert_eq!((config.outside[0].by, config.outside[0].calls), (crate::config::By::Invite, 10));
        for (from, to, expected) in [
            ("sip:claims@pbx.example", "claims", "outside[0].uri"),
            ("[\"claims\"]", "[]", "outside[0].queues"),
            ("name = \"pbx\"", "name = \"\"", "outside[0].name"),
            ("name = \"pbx\"", "name = \"pbx\"\nby = \"fax\"", "by"),
        ] {
            let error = load(&format!("{TRUNK}{}", place.replace(from, to))).unwrap_err().to_string();
            assert!(error.contains(expected), "{to}: {error}");
        }
        let error = load(&format!("{TRUNK}{place}{place}")).unwrap_err().to_string();
        assert!(error.contains("outside[1].name"), "{error}");
    }
}
