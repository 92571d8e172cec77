//! People who are not at the desk: another exchange, its queue, a telephone that anybody answers.

use serde::Deserialize;

/// A place outside where calls may go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsidePlace {
    /// Shown in records, like an agent's login name; no user may be called so.
    pub name: String,
    /// Whose calls it takes.
    pub queues: Vec<String>,
    /// `sip:claims@pbx.example:5060`
    pub uri: String,
    #[serde(default)]
    pub by: By,
    /// Calls at the same time.
    #[serde(default = "ten")]
    pub calls: usize,
    /// Asked before the agents of the desk; else when none of them is free.
    #[serde(default)]
    pub first: bool,
}

/// How a call gets there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Duet calls and joins the two; what is said is still written down.
    #[default]
    Invite,
    /// The caller's trunk is asked to call itself (REFER, RFC 3515), and Duet is out of it.
    Refer,
}

fn ten() -> usize {
    10
}

impl OutsidePlace {
    /// What is wrong, by field.
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push(("name", "expected a name for the records"));
        }
        if self.queues.is_empty() {
            problems.push(("queues", "expected at least one queue whose calls go there"));
        }
        if !self.uri.starts_with("sip:") || !self.uri.contains('@') || self.uri.contains(['<', '>', ' ', '?'])
        {
            problems.push(("uri", "expected a SIP URI such as sip:claims@pbx.example:5060"));
        }
        if self.calls == 0 {
            problems.push(("calls", "expected at least 1"));
        }
        problems
    }
}
