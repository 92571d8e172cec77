//! After-call work: how long it takes, which codes are offered, how often an agent may take more time.

use crate::desk::after_call::{AfterCall, NO_CODE, NOT_CHOSEN, Rules};
use confique::Config as Layered;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;

/// Longest after-call work, s: longer ones are pauses.
const LONGEST_S: u64 = 3_600;
/// Longest code, in characters.
const CODE_MAX_CHARS: usize = 60;

/// After-call work of agents.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct WrapUp {
    /// It ends by itself after this long, seconds.
    #[config(default = 120)]
    pub seconds: u64,
    /// What "more time" adds, seconds.
    #[config(default = 60)]
    pub extend_s: u64,
    /// How often an agent may take more time after one call; 0: never.
    #[config(default = 3)]
    pub extensions: u32,
    /// Codes of which one is chosen; the page translates those of this list, others are shown as they stand.
    #[config(default = [
        "solved", "follow_up", "complaint", "order_or_delivery", "payment", "cancellation", "wrong_department",
        "caller_left", "other",
    ])]
    pub codes: Vec<String>,
    /// Nobody finishes without a code.
    #[config(default = true)]
    pub required: bool,
    /// Days that a follow-up is kept after it was due; then it is erased, done or not.
    #[config(default = 30, env = "DUET_FOLLOW_UPS_KEEP_DAYS")]
    pub keep_follow_ups_days: u64,
    /// What is different in one queue; what is not given there is as above.
    #[config(default = [])]
    pub queue: Vec<QueueWrapUp>,
}

/// After-call work of one queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueWrapUp {
    pub name: String,
    pub seconds: Option<u64>,
    pub codes: Option<Vec<String>>,
    pub required: Option<bool>,
}

impl WrapUp {
    /// What is wrong, by key.
    pub(super) fn problems(&self) -> Vec<(String, &'static str)> {
        let mut problems = Vec::new();
        let key = |field: &str| format!("wrap_up.{field}");
        if !(1..=LONGEST_S).contains(&self.seconds) {
            problems.push((key("seconds"), "expected 1 to 3600"));
        }
        if self.extensions > 0 && !(1..=LONGEST_S).contains(&self.extend_s) {
            problems.push((key("extend_s"), "expected 1 to 3600"));
        }
        problems.extend(wrong_codes(&self.codes, self.required).map(|why| (key("codes"), why)));
        let mut names = BTreeSet::new();
        for (n, queue) in self.queue.iter().enumerate() {
            let key = |field: &str| format!("wrap_up.queue[{n}].{field}");
            if queue.name.trim().is_empty() {
                problems.push((key("name"), "expected the name of a queue"));
            } else if !names.insert(&queue.name) {
                problems.push((key("name"), "used by an earlier queue"));
            }
            if queue.seconds.is_some_and(|seconds| !(1..=LONGEST_S).contains(&seconds)) {
                problems.push((key("seconds"), "expected 1 to 3600"));
            }
            let rules = self.rules(queue);
            problems.extend(wrong_codes(&rules.codes, rules.required).map(|why| (key("codes"), why)));
        }
        problems
    }

    fn rules(&self, queue: &QueueWrapUp) -> Rules {
        Rules {
            time: Duration::from_secs(queue.seconds.unwrap_or(self.seconds)),
            codes: queue.codes.clone().unwrap_or_else(|| self.codes.clone()),
            required: queue.required.unwrap_or(self.required),
        }
    }

    /// As the desk needs it.
    pub fn after_call(&self) -> AfterCall {
        let usual = Rules {
            time: Duration::from_secs(self.seconds),
            codes: self.codes.clone(),
            required: self.required,
        };
        let queues = self.queue.iter().map(|queue| (queue.name.clone(), self.rules(queue))).collect();
        let extend = Duration::from_secs(self.extend_s);
        AfterCall { usual, queues, extend, extensions: self.extensions }
    }
}

fn wrong_codes(codes: &[String], required: bool) -> Option<&'static str> {
    let bad = |code: &String| code.trim().is_empty() || code.chars().count() > CODE_MAX_CHARS;
    if required && codes.is_empty() {
        Some("expected at least one code, or required = false")
    } else if codes.iter().any(bad) {
        Some("a code has 1 to 60 characters")
    } else if codes.iter().any(|code| code == NOT_CHOSEN || code == NO_CODE) {
        Some("not_chosen and no_code are written by the desk itself")
    } else if codes.iter().collect::<BTreeSet<_>>().len() < codes.len() {
        Some("a code is given twice")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use std::time::Duration;

    const TRUNK: &str =
        "[[trunk]]\nname = \"lan\"\nallow = [\"127.0.0.1\"]\n[trunk.numbers]\n\"*\" = \"parcel\"\n";

    fn load(wrap_up: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("duet.toml");
        std::fs::write(&path, format!("{wrap_up}\n{TRUNK}")).unwrap();
        Config::load(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_that_says_nothing_of_it_has_the_usual_codes_and_two_minutes() {
        let after = load("").unwrap().wrap_up.after_call();
        assert_eq!(after, crate::desk::after_call::AfterCall::default());
    }

    #[test]
    fn a_queue_differs_in_what_it_says_and_is_as_usual_in_the_rest() {
        let text = "[wrap_up]\nseconds = 90\nextensions = 1\n[[wrap_up.queue]]\nname = \"claims\"\n\
                    codes = [\"paid_back\"]\n[[wrap_up.queue]]\nname = \"general\"\nrequired = false\nseconds = 30\n";
        let after = load(text).unwrap().wrap_up.after_call();
        let claims = after.of(Some("claims"));
        assert_eq!((claims.codes.as_slice(), claims.required), (["paid_back".to_owned()].as_slice(), true));
        assert_eq!(claims.time, Duration::from_secs(90));
        let general = after.of(Some("general"));
        assert_eq!((general.codes.len(), general.required), (9, false));
        assert_eq!(general.time, Duration::from_secs(30));
        assert_eq!(after.of(Some("other")), after.of(None));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_field() {
        for (text, expected) in [
            ("[wrap_up]\nseconds = 0\n", "wrap_up.seconds"),
            ("[wrap_up]\ncodes = []\n", "wrap_up.codes"),
            ("[wrap_up]\ncodes = [\"a\", \"a\"]\n", "twice"),
            ("[wrap_up]\ncodes = [\"not_chosen\"]\n", "wrap_up.codes"),
            ("[wrap_up]\nextend_s = 0\n", "wrap_up.extend_s"),
            ("[wrap_up]\ncode = [\"a\"]\n", "code"),
            ("[[wrap_up.queue]]\nname = \"\"\n", "wrap_up.queue[0].name"),
            ("[[wrap_up.queue]]\nname = \"a\"\n[[wrap_up.queue]]\nname = \"a\"\n", "wrap_up.queue[1].name"),
            ("[[wrap_up.queue]]\nname = \"a\"\ncodes = []\n", "wrap_up.queue[0].codes"),
            ("[[wrap_up.queue]]\nname = \"a\"\nsecond = 3\n", "second"),
        ] {
            let error = load(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        load("[[wrap_up.queue]]\nname = \"a\"\ncodes = []\nrequired = false\n").unwrap();
    }
}
