//! ◆ Whose turn it is, and how long the bot took to answer.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;

/// Who has the floor of the call.
#[derive(Debug)]
pub struct Floor {
    /// We speak on although the bot said nothing for so long.
    patience_ms: u64,
    /// Since when we wait for the bot: the answer of the call, or our last voiced sample.
    waiting_since: At,
    bot: Bot,
    /// Our last voiced sample, until the bot's answer is measured.
    unanswered: Option<At>,
    we_speak: bool,
    gaps_ms: Vec<u64>,
}

#[derive(Debug, PartialEq, Eq)]
enum Bot {
    /// Said nothing since we waited.
    Quiet,
    Speaks,
    /// Spoke and finished.
    Finished,
}

impl Floor {
    /// The call was answered at `answered`; the bot greets first.
    pub fn new(answered: At, patience_ms: u64) -> Self {
        Floor {
            patience_ms,
            waiting_since: answered,
            bot: Bot::Quiet,
            unanswered: None,
            we_speak: false,
            gaps_ms: Vec::new(),
        }
    }

    /// We began to play something.
    pub fn we_start(&mut self) {
        self.we_speak = true;
        self.unanswered = None;
    }

    /// We finished; `last_voiced` was our last voiced sample. `None` for keys and silence, after
    /// which no turn gap is measured.
    pub fn we_finish(&mut self, now: At, last_voiced: Option<At>) {
        self.we_speak = false;
        self.waiting_since = now;
        if self.bot != Bot::Speaks {
            self.bot = Bot::Quiet;
            self.unanswered = last_voiced;
        }
    }

    /// The bot's first voiced sample; returns the turn gap in ms, when this answers us.
    pub fn bot_starts(&mut self, at: At) -> Option<u64> {
        self.bot = Bot::Speaks;
        let asked = self.unanswered.take().filter(|_| !self.we_speak)?;
        let gap_ms = at.since_ms(asked);
        self.gaps_ms.push(gap_ms);
        Some(gap_ms)
    }

    pub fn bot_finishes(&mut self) {
        self.bot = Bot::Finished;
    }

    /// Whether a polite caller would speak now.
    pub fn is_ours(&self, now: At) -> bool {
        match self.bot {
            _ if self.we_speak => false,
            Bot::Speaks => false,
            Bot::Finished => true,
            Bot::Quiet => now.since_ms(self.waiting_since) >= self.patience_ms,
        }
    }

    /// All measured turn gaps, ms.
    pub fn gaps_ms(&self) -> &[u64] {
        &self.gaps_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_waits_for_the_greeting_and_for_each_answer() {
        let mut floor = Floor::new(At(0), 8_000);
        assert!(!floor.is_ours(At(500)));
        floor.bot_starts(At(600));
        assert!(!floor.is_ours(At(9_000)), "the bot speaks");
        floor.bot_finishes();
        assert!(floor.is_ours(At(9_100)));
        floor.we_start();
        assert!(!floor.is_ours(At(9_200)), "we speak");
        floor.we_finish(At(11_000), Some(At(10_900)));
        assert!(!floor.is_ours(At(11_100)), "the bot has not answered");
        // 11,700 - 10,900: from our last voiced sample, and not from the end of the file.
        assert_eq!(floor.bot_starts(At(11_700)), Some(800));
        floor.bot_finishes();
        assert!(floor.is_ours(At(15_000)));
        assert_eq!(floor.gaps_ms(), [800]);
    }

    #[test]
    fn a_silent_bot_does_not_hold_the_caller_for_ever() {
        let mut floor = Floor::new(At(0), 8_000);
        assert!(!floor.is_ours(At(7_999)));
        assert!(floor.is_ours(At(8_000)));
        floor.we_start();
        floor.we_finish(At(10_000), Some(At(9_900)));
        assert!(!floor.is_ours(At(17_999)));
        assert!(floor.is_ours(At(18_000)));
    }

    #[test]
    fn an_interruption_is_no_turn_gap() {
        let mut floor = Floor::new(At(0), 8_000);
        floor.bot_starts(At(100));
        floor.we_start();
        floor.we_finish(At(2_000), Some(At(1_900)));
        assert!(!floor.is_ours(At(2_100)), "the bot still speaks");
        floor.bot_finishes();
        assert_eq!(floor.bot_starts(At(3_000)), None);
        assert!(floor.gaps_ms().is_empty());
    }

    #[test]
    fn keys_are_answered_without_a_turn_gap() {
        let mut floor = Floor::new(At(0), 8_000);
        floor.bot_finishes();
        floor.we_start();
        floor.we_finish(At(1_000), None);
        assert_eq!(floor.bot_starts(At(1_500)), None);
    }
}
