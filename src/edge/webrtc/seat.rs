//! ◆ One agent's browser telephone and the call on it.
//!
//! The call outlives the browser: a page that is loaded anew, or comes back on another network, brings a new
//! connection to the same line.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::record::CallId;
use crate::time::At;
use std::time::Duration;
use tokio::sync::mpsc;

/// A browser that talks sends 50 packets a second; after this silence it is away.
pub const AWAY_AFTER: Duration = Duration::from_millis(1_200);
/// An idle one is asked for a sign of life by its own checks every few seconds (RFC 7675: at most 5 s apart).
pub const GONE_AFTER: Duration = Duration::from_secs(15);

/// What a call is told of a browser's telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneEvent {
    /// The page rings.
    Shown,
    Answered,
    /// The agent hung up; nothing follows.
    HungUp,
    /// Nothing comes from the browser: it reloads, or its network is gone.
    Away,
    /// It is there again.
    Back,
}

/// Nobody reads the events of a line any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// A call on an agent's telephone.
#[derive(Debug)]
pub struct Line {
    pub id: u64,
    pub call_id: CallId,
    heard: mpsc::Sender<(At, Vec<u8>)>,
    events: mpsc::Sender<PhoneEvent>,
    answered: bool,
    /// Only listens to the call; gives way to a call of the agent's own.
    pub listens: bool,
    /// When the browser's last packet of audio came; none since the answer, or since it is away.
    last: Option<At>,
    away: bool,
}

impl Line {
    pub fn new(
        id: u64,
        call_id: CallId,
        heard: mpsc::Sender<(At, Vec<u8>)>,
        events: mpsc::Sender<PhoneEvent>,
    ) -> Line {
        Line { id, call_id, heard, events, answered: false, listens: false, last: None, away: false }
    }

    /// Nobody has to answer it.
    #[must_use]
    pub fn listening(self) -> Line {
        Line { answered: true, listens: true, ..self }
    }

    /// Whether packets go out to the browser.
    pub fn talks(&self) -> bool {
        self.answered
    }

    /// The page rings.
    ///
    /// # Errors
    /// [`Lost`] when the call has gone.
    pub fn shown(&mut self) -> Result<(), Lost> {
        self.tell(PhoneEvent::Shown)
    }

    /// The agent took the call.
    ///
    /// # Errors
    /// [`Lost`] when the call has gone.
    pub fn answer(&mut self) -> Result<(), Lost> {
        if std::mem::replace(&mut self.answered, true) {
            return Ok(());
        }
        self.tell(PhoneEvent::Answered)
    }

    /// A packet of the browser, for the leg. What no answer was given for is not heard.
    ///
    /// # Errors
    /// [`Lost`] when the call has gone.
    pub fn hear(&mut self, now: At, packet: Vec<u8>) -> Result<(), Lost> {
        if !self.answered {
            return Ok(());
        }
        self.last = Some(now);
        if std::mem::take(&mut self.away) {
            self.tell(PhoneEvent::Back)?;
        }
        match self.heard.try_send((now, packet)) {
            Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Lost),
        }
    }

    /// When [`Line::watch`] has something to say unless a packet comes.
    pub fn due(&self) -> Option<At> {
        self.last.filter(|_| !self.away).map(|last| last + AWAY_AFTER)
    }

    /// Finds out that the browser is away.
    ///
    /// # Errors
    /// [`Lost`] when the call has gone.
    pub fn watch(&mut self, now: At) -> Result<(), Lost> {
        if self.due().is_none_or(|due| due > now) {
            return Ok(());
        }
        self.away = true;
        self.tell(PhoneEvent::Away)
    }

    /// The connection is known to be gone, before its silence is long.
    ///
    /// # Errors
    /// [`Lost`] when the call has gone.
    pub fn cut(&mut self) -> Result<(), Lost> {
        if self.answered && !std::mem::replace(&mut self.away, true) {
            return self.tell(PhoneEvent::Away);
        }
        Ok(())
    }

    /// The agent is done.
    pub fn hang_up(self) {
        let _ = self.tell(PhoneEvent::HungUp);
    }

    /// Calls read their events at once; one that does not has gone.
    fn tell(&self, event: PhoneEvent) -> Result<(), Lost> {
        self.events.try_send(event).map_err(|_| Lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Ends = (Line, mpsc::Receiver<(At, Vec<u8>)>, mpsc::Receiver<PhoneEvent>);

    fn line() -> Ends {
        let ((heard, packets), (events, told)) = (mpsc::channel(4), mpsc::channel(8));
        (Line::new(1, CallId("c".into()), heard, events), packets, told)
    }

    fn told(events: &mut mpsc::Receiver<PhoneEvent>) -> Vec<PhoneEvent> {
        std::iter::from_fn(|| events.try_recv().ok()).collect()
    }

    #[test]
    fn nothing_is_heard_before_the_answer_and_everything_after_it() {
        let (mut line, mut packets, mut events) = line();
        line.hear(At(0), vec![1]).unwrap();
        assert!(packets.try_recv().is_err() && !line.talks());
        line.answer().unwrap();
        line.answer().unwrap();
        line.hear(At(20), vec![2]).unwrap();
        assert_eq!(packets.try_recv().unwrap(), (At(20), vec![2]));
        assert_eq!(told(&mut events), [PhoneEvent::Answered]);
    }

    #[test]
    fn a_line_that_listens_needs_no_answer() {
        let (line, mut packets, mut events) = line();
        let mut line = line.listening();
        assert!(line.talks() && line.listens);
        line.hear(At(0), vec![1]).unwrap();
        assert!(packets.try_recv().is_ok());
        line.answer().unwrap();
        line.hang_up();
        assert_eq!(told(&mut events), [PhoneEvent::HungUp]);
    }

    #[test]
    fn a_browser_that_falls_silent_is_away_once_and_back_with_its_next_packet() {
        let (mut line, _packets, mut events) = line();
        line.answer().unwrap();
        // A microphone takes its time: before the first packet nothing is missed.
        line.watch(At(60_000)).unwrap();
        assert_eq!(line.due(), None);
        line.hear(At(60_000), vec![1]).unwrap();
        line.watch(At(61_199)).unwrap();
        assert_eq!(told(&mut events), [PhoneEvent::Answered]);
        line.watch(At(61_200)).unwrap();
        line.watch(At(70_000)).unwrap();
        line.cut().unwrap();
        line.hear(At(71_000), vec![2]).unwrap();
        line.cut().unwrap();
        assert_eq!(told(&mut events), [PhoneEvent::Away, PhoneEvent::Back, PhoneEvent::Away]);
    }

    #[test]
    fn a_call_that_has_gone_ends_its_line_and_a_slow_leg_only_loses_packets() {
        let (mut line, packets, events) = line();
        line.answer().unwrap();
        for n in 0..10 {
            line.hear(At(n), vec![0]).unwrap();
        }
        drop(packets);
        assert_eq!(line.hear(At(11), vec![0]), Err(Lost));
        drop(events);
        assert_eq!(line.cut(), Err(Lost));
    }
}
