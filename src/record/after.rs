//! ◆ What people do with a call when it is over.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use serde::{Deserialize, Serialize};

/// What became of the draft of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftUse {
    /// Kept as it was, by the agent.
    AsIs,
    /// Some line of it is left in the note.
    Edited,
    /// Nothing of it is.
    Unused,
    /// Time ran out before anybody changed it.
    Unread,
}

/// What an agent tells the bot after a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum BotJudgement {
    /// Whether the bot should have handled this.
    ShouldHandle { yes: bool },
    /// Whether a person should have come sooner.
    Sooner { yes: bool },
    /// What was said in that turn meant this topic; none of the bot's where there is none.
    Meant { turn: u32, topic: Option<String> },
}

impl BotJudgement {
    /// As it is written in `of`.
    pub fn name(&self) -> &'static str {
        match self {
            BotJudgement::ShouldHandle { .. } => "should_handle",
            BotJudgement::Sooner { .. } => "sooner",
            BotJudgement::Meant { .. } => "meant",
        }
    }
}

impl DraftUse {
    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            DraftUse::AsIs => "as_is",
            DraftUse::Edited => "edited",
            DraftUse::Unused => "unused",
            DraftUse::Unread => "unread",
        }
    }

    /// What a note made of these drafts, of which one was shown. `finished` is false when time ran out.
    pub fn of(note: &str, drafts: &[&str], finished: bool) -> DraftUse {
        let note = note.trim();
        let kept =
            |draft: &&str| note.lines().map(str::trim).any(|line| draft.lines().any(|own| own == line));
        if note.is_empty() {
            DraftUse::Unused
        } else if drafts.iter().any(|draft| draft.trim() == note) {
            if finished { DraftUse::AsIs } else { DraftUse::Unread }
        } else if drafts.iter().any(kept) {
            DraftUse::Edited
        } else {
            DraftUse::Unused
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_draft_tells_what_it_was_good_for() {
        let drafts = ["Paczka.\nRozmowa: 3 min.", "Parcel.\nTalked: 3 min."];
        let of = |note, finished| DraftUse::of(note, &drafts, finished);
        assert_eq!(of("Parcel.\nTalked: 3 min.\n", true), DraftUse::AsIs);
        assert_eq!(of("Parcel.\nTalked: 3 min.", false), DraftUse::Unread);
        assert_eq!(of("He rings again.\n\nTalked: 3 min.", true), DraftUse::Edited);
        assert_eq!(of("Paczka.", false), DraftUse::Edited);
        assert_eq!(of("He rings again.", true), DraftUse::Unused);
        assert_eq!(of(" ", true), DraftUse::Unused);
    }
}
