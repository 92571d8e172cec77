//! ◆ One utterance on its way from voice to meaning, and where its time went.

use crate::hear::Transcript;
use crate::record::event::TurnStages;
use crate::time::At;
use crate::understand::Meaning;

/// How far the caller's utterance has come.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Utterance {
    /// Nobody speaks, nothing is being worked on.
    #[default]
    None,
    /// The caller speaks, or pauses; `interrupted` when the bot was speaking too.
    Speaking { interrupted: bool },
    /// The turn is over; its words are on their way.
    Ended { started: At, last_voiced: At, interrupted: bool },
    /// The words are known, their meaning is not.
    Understanding { heard: Transcript },
}

impl Utterance {
    /// The turn is over but the dialog does not know of it yet.
    pub(super) fn pending(&self) -> bool {
        matches!(self, Utterance::Ended { .. } | Utterance::Understanding { .. })
    }
}

/// Work on one utterance before its end is certain: the decode of the last silence and what its words
/// mean. Kept when the caller really had finished, forgotten when not.
#[derive(Debug, Default)]
pub(super) struct Decodes {
    attempt: u32,
    running: bool,
    /// The attempt began before the turn was over.
    bet: bool,
    early: Option<Result<Transcript, String>>,
    meaning: Thought,
}

/// The meaning of early words.
#[derive(Debug, Default)]
pub(super) enum Thought {
    #[default]
    NotAsked,
    Asked,
    Known(Result<Meaning, String>),
}

impl Decodes {
    /// Starts a new attempt; replies to older ones no longer count.
    pub(super) fn start(&mut self) -> u32 {
        self.attempt += 1;
        self.running = true;
        self.bet = false;
        self.early = None;
        self.meaning = Thought::NotAsked;
        self.attempt
    }

    /// The same at a silence that may be the end of the turn.
    pub(super) fn start_bet(&mut self) -> u32 {
        let attempt = self.start();
        self.bet = true;
        attempt
    }

    /// Number of the decode that counts.
    pub(super) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The caller went on: what was decoded is only half an utterance.
    pub(super) fn discard(&mut self) {
        self.running = false;
        self.early = None;
        self.meaning = Thought::NotAsked;
        self.attempt += 1;
    }

    /// Whether this attempt was only a bet on the end of the turn; then its failure is forgotten.
    pub(super) fn lose_bet(&mut self, attempt: u32) -> bool {
        let lost = attempt == self.attempt && self.running && self.bet;
        if lost {
            self.discard();
        }
        lost
    }

    /// Keeps a result that arrived before the end of the turn. False when it is stale.
    pub(super) fn arrived(&mut self, attempt: u32, result: Result<Transcript, String>) -> bool {
        if attempt != self.attempt || !self.running {
            return false;
        }
        self.running = false;
        self.early = Some(result);
        true
    }

    /// Words that arrived before the end of the turn.
    pub(super) fn early(&self) -> Option<&Transcript> {
        self.early.as_ref().and_then(|early| early.as_ref().ok())
    }

    /// Takes what is there at the end of the turn.
    pub(super) fn take(&mut self) -> Option<Result<Transcript, String>> {
        self.early.take()
    }

    /// The meaning of the early words was asked for.
    pub(super) fn asked_meaning(&mut self) {
        self.meaning = Thought::Asked;
    }

    /// Keeps a meaning that arrived before the end of the turn. False when it is stale.
    pub(super) fn meant(&mut self, attempt: u32, result: Result<Meaning, String>) -> bool {
        let current = attempt == self.attempt && matches!(self.meaning, Thought::Asked);
        if current {
            self.meaning = Thought::Known(result);
        }
        current
    }

    /// Takes the meaning at the end of the turn.
    pub(super) fn take_meaning(&mut self) -> Thought {
        std::mem::take(&mut self.meaning)
    }

    /// Meaning of the early words, where it is known.
    pub(super) fn meaning(&self) -> Option<&Meaning> {
        match &self.meaning {
            Thought::Known(Ok(meaning)) => Some(meaning),
            _ => None,
        }
    }

    pub(super) fn running(&self) -> bool {
        self.running
    }
}

/// This caller's pauses inside turns.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pauses {
    /// Since when the caller is silent, within a turn.
    pub since: Option<At>,
    /// The longest so far, ms.
    pub longest_ms: u64,
}

impl Pauses {
    /// The caller goes on.
    pub(super) fn over(&mut self, now: At) {
        if let Some(since) = self.since.take() {
            self.longest_ms = self.longest_ms.max(now.since_ms(since));
        }
    }
}

/// Moments of one turn, in order. What is not known when the bot starts to speak took no time.
#[derive(Debug, Clone, Copy)]
pub(super) struct TurnClock {
    pub turn: u32,
    pub last_voiced: At,
    pub decided: At,
    pub transcribed: Option<At>,
    pub understood: Option<At>,
}

impl TurnClock {
    /// The stages up to the first audible sample, summing to the gap without remainder.
    pub(super) fn stages(&self, asked: At, started: At, voiced: At) -> TurnStages {
        let decided = self.decided;
        let transcribed = self.transcribed.unwrap_or(asked).max(decided);
        let understood = self.understood.unwrap_or(asked).max(transcribed);
        let asked = asked.max(understood);
        let started = started.max(asked);
        let voiced = voiced.max(started);
        TurnStages {
            endpoint_wait_ms: decided.since_ms(self.last_voiced),
            stt_tail_ms: transcribed.since_ms(decided),
            understand_ms: understood.since_ms(transcribed),
            decide_ms: asked.since_ms(understood),
            tts_first_ms: started.since_ms(asked),
            playout_ms: voiced.since_ms(started),
            gap_ms: voiced.since_ms(self.last_voiced.min(decided)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_of_a_turn_sum_to_its_gap() {
        let clock = TurnClock {
            turn: 1,
            last_voiced: At(1000),
            decided: At(1550),
            transcribed: Some(At(1600)),
            understood: Some(At(1630)),
        };
        let stages = clock.stages(At(1631), At(1700), At(1720));
        assert_eq!(stages.gap_ms, 720);
        assert_eq!(sum(&stages), stages.gap_ms);
    }

    /// All stages but the last, which is the gap itself.
    fn sum(stages: &TurnStages) -> u64 {
        let [parts @ .., _] = stages.named();
        parts.iter().map(|(_, ms)| ms).sum()
    }

    proptest::proptest! {
        /// Early decodes end before the turn does, covers are said before anything is known, and an ear may
        /// date the last sound after the decision: no order of these moments leaves a remainder.
        #[test]
        fn no_order_of_moments_leaves_a_remainder(
            moments in proptest::array::uniform5(0_u64..10_000),
            transcribed in proptest::option::of(0_u64..10_000),
            understood in proptest::option::of(0_u64..10_000),
        ) {
            let [last_voiced, decided, asked, started, voiced] = moments.map(At);
            let (transcribed, understood) = (transcribed.map(At), understood.map(At));
            let clock = TurnClock { turn: 1, last_voiced, decided, transcribed, understood };
            let stages = clock.stages(asked, started, voiced);
            proptest::prop_assert_eq!(sum(&stages), stages.gap_ms);
        }
    }

    #[test]
    fn a_cover_said_before_the_words_are_known_closes_the_gap_too() {
        let clock = TurnClock {
            turn: 1,
            last_voiced: At(1000),
            decided: At(1550),
            transcribed: None,
            understood: None,
        };
        let stages = clock.stages(At(2400), At(2410), At(2420));
        assert_eq!((stages.endpoint_wait_ms, stages.stt_tail_ms, stages.gap_ms), (550, 850, 1420));
    }
}
