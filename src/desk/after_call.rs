//! ◆ After-call work as the call centre wants it: how long, which codes, how often more time.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::BTreeMap;
use std::time::Duration;

/// Code of a wrap-up whose time ran out.
pub const NOT_CHOSEN: &str = "not_chosen";
/// Code of one that was finished without any, where that is allowed.
pub const NO_CODE: &str = "no_code";

/// After-call work of every queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterCall {
    /// In queues that are not named below.
    pub usual: Rules,
    pub queues: BTreeMap<String, Rules>,
    /// What "more time" adds.
    pub extend: Duration,
    /// How often, after one call.
    pub extensions: u32,
}

/// After-call work of one queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// It ends by itself after this.
    pub time: Duration,
    pub codes: Vec<String>,
    /// Nobody finishes without a code.
    pub required: bool,
}

impl Default for AfterCall {
    fn default() -> Self {
        let codes = [
            "solved",
            "follow_up",
            "complaint",
            "order_or_delivery",
            "payment",
            "cancellation",
            "wrong_department",
            "caller_left",
            "other",
        ];
        let codes = codes.map(str::to_owned).to_vec();
        AfterCall {
            usual: Rules { time: Duration::from_secs(120), codes, required: true },
            queues: BTreeMap::new(),
            extend: Duration::from_secs(60),
            extensions: 3,
        }
    }
}

impl AfterCall {
    /// The usual one, but over after this.
    pub fn lasting(time: Duration) -> Self {
        let mut after = AfterCall::default();
        after.usual.time = time;
        after
    }

    /// After calls of this queue.
    pub fn of(&self, queue: Option<&str>) -> &Rules {
        queue.and_then(|queue| self.queues.get(queue)).unwrap_or(&self.usual)
    }
}

impl Rules {
    /// The code to be recorded for what an agent chose.
    ///
    /// # Errors
    /// Why it cannot be, for the log of the page.
    pub fn checked(&self, code: Option<String>) -> Result<String, &'static str> {
        match code {
            Some(code) if self.codes.contains(&code) => Ok(code),
            Some(_) => Err("the wrap-up code is none of those offered"),
            None if self.required => Err("this queue wants a wrap-up code"),
            None => Ok(NO_CODE.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_of_those_offered_and_none_only_where_none_is_needed() {
        let mut rules = AfterCall::default().usual;
        assert_eq!(rules.checked(Some("solved".into())).as_deref(), Ok("solved"));
        assert!(rules.checked(Some("invented".into())).is_err());
        assert!(rules.checked(None).is_err());
        rules.required = false;
        assert_eq!(rules.checked(None).as_deref(), Ok(NO_CODE));
    }
}
