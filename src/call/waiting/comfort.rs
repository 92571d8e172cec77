//! ◆ What a waiting caller is told, and when: at a human rhythm, never the same thing twice running.

use crate::decide::WaitingNews;
use crate::desk::estimate::minutes;
use crate::time::At;
use std::time::Duration;

/// The announcement is fresh; a free agent answers within this.
const FIRST_NEWS: Duration = Duration::from_secs(6);
/// Being called back is offered to who has waited so long, and again after so long.
const OFFER_AFTER: Duration = Duration::from_secs(30);
const OFFER_AGAIN: Duration = Duration::from_secs(90);
/// After a caller has spoken, nothing is said by itself for so long.
const AFTER_WORDS: Duration = Duration::from_secs(5);

/// How a wait stands.
#[derive(Debug)]
pub(super) struct Comfort {
    since: At,
    due: At,
    place: Option<u32>,
    minutes: Option<u64>,
    told: Option<(Option<u32>, Option<u64>)>,
    offered: Option<At>,
}

impl Comfort {
    pub(super) fn begin(now: At) -> Self {
        Comfort { since: now, due: now + FIRST_NEWS, place: None, minutes: None, told: None, offered: None }
    }

    /// The same, of a caller who waits since then.
    pub(super) fn waiting_since(self, since: At) -> Self {
        Comfort { since, ..self }
    }

    /// Since when the caller waits.
    pub(super) fn since(&self) -> At {
        self.since
    }

    /// When something is to be said next.
    pub(super) fn due(&self) -> At {
        self.due
    }

    /// The desk's news.
    pub(super) fn stands(&mut self, place: u32, wait: Option<Duration>) {
        (self.place, self.minutes) = (Some(place), wait.map(minutes));
    }

    /// Not now: somebody speaks, or a phone rings.
    pub(super) fn later(&mut self, now: At) -> At {
        self.due = now + AFTER_WORDS;
        self.due
    }

    /// What is said now, and again after `every`: less is nagging, more is doubt whether anybody is there. The place is
    /// told when it has changed, choices at their times.
    pub(super) fn news(&mut self, now: At, every: Duration, callback: bool) -> Vec<WaitingNews> {
        self.due = now + every;
        let mut news = Vec::new();
        let stands = (self.place, self.minutes);
        match self.place {
            Some(place) if self.told != Some(stands) => {
                news.push(WaitingNews::Place { place, minutes: self.minutes });
            }
            _ => news.push(WaitingNews::Still),
        }
        self.told = Some(stands);
        let offer = match self.offered {
            None => now >= self.since + OFFER_AFTER,
            Some(at) => now >= at + OFFER_AGAIN,
        };
        if offer {
            self.offered = Some(now);
            news.push(WaitingNews::Choices { callback });
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(30);

    #[test]
    fn a_wait_of_ninety_seconds_is_told_place_minutes_and_choices() {
        let mut comfort = Comfort::begin(At(0));
        comfort.stands(2, Some(Duration::from_secs(150)));
        let mut heard = Vec::new();
        while comfort.due() <= At(96_000) {
            let at = comfort.due();
            heard.push((at.0, comfort.news(at, EVERY, true)));
        }
        let place = WaitingNews::Place { place: 2, minutes: Some(3) };
        let choices = WaitingNews::Choices { callback: true };
        assert_eq!(
            heard,
            [
                (6_000, vec![place]),
                (36_000, vec![WaitingNews::Still, choices.clone()]),
                (66_000, vec![WaitingNews::Still]),
                (96_000, vec![WaitingNews::Still]),
            ]
        );
        comfort.stands(1, None);
        assert_eq!(
            comfort.news(At(126_000), EVERY, true),
            [WaitingNews::Place { place: 1, minutes: None }, choices]
        );
    }
}
