//! ◆ How callers rate a call: what they are asked, what counts as good, and what many answers come to.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::event::{Entry, Event};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Which question is asked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RatingKind {
    /// How satisfied, 1 to 5.
    Csat,
    /// How likely to recommend, 0 to 10.
    Nps,
}

/// How the answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RatingSource {
    /// A number, spoken.
    Voice,
    Keys,
    /// Words of praise or blame.
    Words,
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rating {
    pub kind: RatingKind,
    pub score: u8,
}

impl RatingKind {
    pub fn scores(self) -> RangeInclusive<u8> {
        match self {
            RatingKind::Csat => 1..=5,
            RatingKind::Nps => 0..=10,
        }
    }

    /// The prompt that asks.
    pub fn prompt(self) -> &'static str {
        match self {
            RatingKind::Csat => "rating-csat",
            RatingKind::Nps => "rating-nps",
        }
    }
}

impl Rating {
    /// Satisfied, or a promoter.
    pub fn is_good(self) -> bool {
        match self.kind {
            RatingKind::Csat => self.score >= 4,
            RatingKind::Nps => self.score >= 9,
        }
    }

    /// Dissatisfied, or a detractor.
    pub fn is_bad(self) -> bool {
        match self.kind {
            RatingKind::Csat => self.score <= 2,
            RatingKind::Nps => self.score <= 6,
        }
    }
}

/// What the caller of this call answered; the last word holds.
pub fn rating(entries: &[Entry]) -> Option<Rating> {
    entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Rated { kind, score, .. } => Some(Rating { kind: *kind, score: *score }),
        _ => None,
    })
}

/// Whether the caller was asked.
pub fn asked(entries: &[Entry]) -> bool {
    entries.iter().any(
        |entry| matches!(&entry.event, Event::BotSaid { prompt, heard_ms: 1.., .. } if prompt.starts_with("rating-") && prompt != "rating-thanks"),
    )
}

/// Answers to "how satisfied".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Csat {
    pub answers: usize,
    /// Answers of 4 and 5, and their share, 0..1.
    pub satisfied: usize,
    pub share: f32,
    /// 1..5
    pub mean: f32,
}

/// Answers to "how likely to recommend".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Nps {
    pub answers: usize,
    /// 9 and 10.
    pub promoters: usize,
    /// 0 to 6.
    pub detractors: usize,
    /// Share of promoters less that of detractors, -100..100.
    pub score: f32,
}

impl Csat {
    /// `None` where nobody answered.
    pub fn of(ratings: impl Iterator<Item = Rating>) -> Option<Csat> {
        let ratings: Vec<Rating> = ratings.filter(|rating| rating.kind == RatingKind::Csat).collect();
        let answers = ratings.len();
        let satisfied = ratings.iter().filter(|rating| rating.is_good()).count();
        let sum: f32 = ratings.iter().map(|rating| f32::from(rating.score)).sum();
        let of_all = |part: f32| part / answers as f32;
        (answers > 0).then(|| Csat { answers, satisfied, share: of_all(satisfied as f32), mean: of_all(sum) })
    }
}

impl Nps {
    /// `None` where nobody answered.
    pub fn of(ratings: impl Iterator<Item = Rating>) -> Option<Nps> {
        let ratings: Vec<Rating> = ratings.filter(|rating| rating.kind == RatingKind::Nps).collect();
        let answers = ratings.len();
        let promoters = ratings.iter().filter(|rating| rating.is_good()).count();
        let detractors = ratings.iter().filter(|rating| rating.is_bad()).count();
        let score = || 100.0 * (promoters as f32 - detractors as f32) / answers as f32;
        (answers > 0).then(|| Nps { answers, promoters, detractors, score: score() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: RatingKind, scores: &[u8]) -> Vec<Rating> {
        scores.iter().map(|&score| Rating { kind, score }).collect()
    }

    #[test]
    fn satisfied_are_fours_and_fives_and_answers_of_the_other_question_do_not_count() {
        let mixed = [of(RatingKind::Csat, &[5, 4, 3, 1]), of(RatingKind::Nps, &[10])].concat();
        let csat = Csat::of(mixed.iter().copied()).unwrap();
        assert_eq!((csat.answers, csat.satisfied, csat.share, csat.mean), (4, 2, 0.5, 3.25));
        assert_eq!(Csat::of(of(RatingKind::Nps, &[9]).into_iter()), None);
    }

    #[test]
    fn detractors_are_taken_from_promoters() {
        let nps = Nps::of(of(RatingKind::Nps, &[10, 9, 8, 7, 6, 0, 0, 0]).into_iter()).unwrap();
        assert_eq!((nps.answers, nps.promoters, nps.detractors, nps.score), (8, 2, 4, -25.0));
        assert_eq!(Nps::of(std::iter::empty()), None);
    }
}
