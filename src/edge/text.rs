//! The visitor's leg of a chat: what is on the visitor's screen, and what the visitor has written.
//!
//! **A message that was accepted has its place**: it gets its number before the answer to the request, and
//! whoever polls reads from a number on, so nothing is lost or doubled by a page that loads anew.

use crate::language::Language;
use crate::record::event::CallId;
use crate::time::At;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// Longest message of a visitor, in characters.
pub const MESSAGE_MAX_CHARS: usize = 1_000;
/// Messages kept for pages that load anew; older ones stand in the record alone.
const LINES_MAX: usize = 1_000;
/// Messages of a visitor that may wait for the bot.
pub const UNREAD_MAX: usize = 16;
/// Keys of messages that are remembered, so that one sent twice is said once.
const KEYS_MAX: usize = 64;
const MINUTE_MS: u64 = 60_000;

/// Whose words stand on the visitor's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Bot,
    Agent,
    Visitor,
    /// Of the conversation itself: who came, that it is over.
    Notice,
}

/// Who has the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Bot,
    /// Nobody: a person was called.
    Waiting,
    Agent,
    Ended,
}

/// One message on the visitor's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Counts from 1 without gaps.
    pub seq: u32,
    pub from: Author,
    /// First name of an agent.
    pub name: Option<String>,
    pub text: String,
    pub at: At,
    pub language: Language,
}

/// From the visitor to whoever has the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromVisitor {
    Said {
        text: String,
        at: At,
    },
    /// Closes the chat.
    Leaves,
}

/// Why a message is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    Ended,
    /// Too many within a minute, or waiting; may be sent again after this many seconds.
    TooMany {
        retry_s: u64,
    },
}

/// What a visitor's page is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub lines: Vec<Line>,
    pub place: Place,
    /// First name of the agent who has the chat.
    pub agent: Option<String>,
    /// Somebody writes an answer.
    pub typing: bool,
    /// Another one whenever anything has changed.
    pub version: u64,
}

/// One chat as its visitor has it.
#[derive(Debug)]
pub struct Room {
    pub id: CallId,
    /// As `store::secret::hash` makes it.
    secret: String,
    per_minute: usize,
    said: mpsc::Sender<FromVisitor>,
    version: watch::Sender<u64>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    lines: VecDeque<Line>,
    last_seq: u32,
    place: Place,
    agent: Option<String>,
    typing: bool,
    language: Language,
    /// When the visitor's last messages came, within a minute.
    recent: VecDeque<At>,
    keys: VecDeque<(String, u32)>,
    /// Requests that wait for news.
    polls: usize,
    seen: At,
    ended: Option<At>,
}

impl Room {
    /// An empty chat, and where its visitor's messages arrive. `secret` is the hash of what the visitor holds.
    pub fn new(
        id: CallId,
        secret: String,
        language: Language,
        per_minute: usize,
        now: At,
    ) -> (Room, mpsc::Receiver<FromVisitor>) {
        let (said, arrives) = mpsc::channel(UNREAD_MAX);
        let inner = Inner {
            lines: VecDeque::new(),
            last_seq: 0,
            place: Place::Bot,
            agent: None,
            typing: true,
            language,
            recent: VecDeque::new(),
            keys: VecDeque::new(),
            polls: 0,
            seen: now,
            ended: None,
        };
        let version = watch::Sender::new(0);
        (Room { id, secret, per_minute, said, version, inner: Mutex::new(inner) }, arrives)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.version.send_modify(|version| *version += 1);
    }

    /// Whether this is the chat's secret. Both are hashes of one length and are compared to the end.
    pub fn admits(&self, secret: &str) -> bool {
        let given = crate::store::secret::hash(secret);
        let differing = given.bytes().zip(self.secret.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
        given.len() == self.secret.len() && differing == 0
    }

    /// Tells whoever polls that something is new.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Everything after this number.
    pub fn view(&self, after: u32) -> View {
        let inner = self.inner();
        View {
            lines: inner.lines.iter().filter(|line| line.seq > after).cloned().collect(),
            place: inner.place,
            agent: inner.agent.clone(),
            typing: inner.typing,
            version: *self.version.borrow(),
        }
    }

    // --- the visitor -----------------------------------------------------------------------------

    /// Takes a message; its number, and whether it had come before under the same `key`.
    pub fn say(&self, now: At, text: String, key: Option<String>) -> Result<(u32, bool), Unsaid> {
        let mut inner = self.inner();
        inner.seen = now;
        if let Some((_, seq)) = inner.keys.iter().find(|(known, _)| Some(known) == key.as_ref()) {
            return Ok((*seq, true));
        }
        if inner.ended.is_some() {
            return Err(Unsaid::Ended);
        }
        while inner.recent.front().is_some_and(|at| now.since_ms(*at) >= MINUTE_MS) {
            inner.recent.pop_front();
        }
        if inner.recent.len() >= self.per_minute {
            let oldest = inner.recent.front().map_or(0, |at| now.since_ms(*at));
            return Err(Unsaid::TooMany {
                retry_s: (MINUTE_MS - oldest.min(MINUTE_MS)).div_ceil(1_000).max(1),
            });
        }
        match self.said.try_send(FromVisitor::Said { text: text.clone(), at: now }) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => return Err(Unsaid::TooMany { retry_s: 5 }),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(Unsaid::Ended),
        }
        inner.recent.push_back(now);
        // Until whoever has the chat says otherwise.
        inner.typing |= inner.place == Place::Bot;
        let language = inner.language;
        let seq = inner.push(Author::Visitor, None, text, now, language);
        if let Some(key) = key {
            inner.keys.push_back((key, seq));
            if inner.keys.len() > KEYS_MAX {
                inner.keys.pop_front();
            }
        }
        drop(inner);
        self.changed();
        Ok((seq, false))
    }

    /// The visitor closes the chat.
    pub async fn leave(&self) {
        // One that is over already has nobody who listens.
        let _ = self.said.send(FromVisitor::Leaves).await;
    }

    /// A request waits for news until the guard is dropped.
    pub fn poll(&self, now: At) -> Polling<'_> {
        let mut inner = self.inner();
        inner.polls += 1;
        inner.seen = now;
        Polling { room: self }
    }

    /// How long nothing has come from the visitor's page, ms.
    pub fn quiet_ms(&self, now: At) -> u64 {
        let inner = self.inner();
        if inner.polls > 0 { 0 } else { now.since_ms(inner.seen) }
    }

    /// Notes that the page is still there, without a request that waits.
    pub fn seen(&self, now: At) {
        self.inner().seen = now;
    }

    // --- whoever has the chat ----------------------------------------------------------------------

    /// A message on the visitor's screen.
    pub fn show(&self, from: Author, name: Option<String>, text: String, at: At, language: Language) {
        let mut inner = self.inner();
        if from == Author::Agent {
            inner.typing = false;
        }
        inner.push(from, name, text, at, language);
        drop(inner);
        self.changed();
    }

    /// Who has the chat, and whether an answer is on its way.
    pub fn stands(&self, place: Place, agent: Option<&str>, typing: bool, language: Language) {
        let mut inner = self.inner();
        let before = (inner.place, inner.agent.clone(), inner.typing);
        let agent = agent.map(str::to_owned);
        if inner.ended.is_some() || before == (place, agent.clone(), typing) {
            return;
        }
        (inner.place, inner.agent, inner.typing, inner.language) = (place, agent, typing, language);
        drop(inner);
        self.changed();
    }

    /// It is over; what is on the screen stays readable for a while.
    pub fn end(&self, now: At) {
        let mut inner = self.inner();
        inner.ended.get_or_insert(now);
        (inner.place, inner.typing) = (Place::Ended, false);
        drop(inner);
        self.changed();
    }

    /// When it ended.
    pub fn ended(&self) -> Option<At> {
        self.inner().ended
    }
}

impl Inner {
    fn push(&mut self, from: Author, name: Option<String>, text: String, at: At, language: Language) -> u32 {
        self.last_seq += 1;
        let seq = self.last_seq;
        self.lines.push_back(Line { seq, from, name, text, at, language });
        if self.lines.len() > LINES_MAX {
            self.lines.pop_front();
        }
        seq
    }
}

/// A request that waits; while there is one the visitor is there.
#[derive(Debug)]
pub struct Polling<'a> {
    room: &'a Room,
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        self.room.inner().polls -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::secret;

    fn room(per_minute: usize) -> (Room, mpsc::Receiver<FromVisitor>) {
        Room::new(CallId("c".into()), secret::hash("s"), Language::English, per_minute, At(0))
    }

    fn say(room: &Room, at: u64, text: &str, key: Option<&str>) -> Result<(u32, bool), Unsaid> {
        room.say(At(at), text.into(), key.map(str::to_owned))
    }

    #[test]
    fn a_message_sent_twice_under_one_key_is_said_once() {
        let (room, mut arrives) = room(10);
        assert_eq!(say(&room, 1, "hello", Some("k")), Ok((1, false)));
        assert_eq!(say(&room, 2, "hello", Some("k")), Ok((1, true)));
        assert_eq!(say(&room, 3, "hello", None), Ok((2, false)));
        assert!(arrives.try_recv().is_ok() && arrives.try_recv().is_ok() && arrives.try_recv().is_err());
        assert_eq!(room.view(1).lines.len(), 1);
    }

    #[test]
    fn whoever_writes_too_much_is_told_when_to_go_on() {
        let (room, mut arrives) = room(2);
        assert!(say(&room, 0, "a", None).is_ok() && say(&room, 10_000, "b", None).is_ok());
        assert_eq!(say(&room, 20_000, "c", None), Err(Unsaid::TooMany { retry_s: 40 }));
        assert!(say(&room, 60_000, "c", None).is_ok(), "a minute after the first");
        let mut said = 0;
        while arrives.try_recv().is_ok() {
            said += 1;
        }
        assert_eq!(said, 3);
    }

    #[test]
    fn messages_that_nobody_reads_are_bounded() {
        let (room, _arrives) = room(1_000);
        let said = (0..100).filter(|n| say(&room, *n, "x", None).is_ok()).count();
        assert_eq!(said, UNREAD_MAX);
        assert_eq!(room.view(0).lines.len(), UNREAD_MAX, "what was refused is not on the screen");
    }

    #[test]
    fn only_the_secret_opens_a_chat() {
        let (room, _arrives) = room(1);
        assert!(room.admits("s"));
        assert!(!room.admits("") && !room.admits("S") && !room.admits(&secret::hash("s")));
    }

    #[test]
    fn a_page_that_waits_is_there_and_one_that_does_not_is_quiet() {
        let (room, _arrives) = room(1);
        let waits = room.poll(At(1_000));
        assert_eq!(room.quiet_ms(At(90_000)), 0);
        drop(waits);
        room.seen(At(90_000));
        assert_eq!(room.quiet_ms(At(100_000)), 10_000);
    }

    #[test]
    fn a_chat_that_is_over_takes_nothing_and_shows_what_was() {
        let (room, _arrives) = room(9);
        room.show(Author::Bot, None, "Goodbye.".into(), At(1), Language::English);
        room.end(At(2));
        room.stands(Place::Bot, None, true, Language::English);
        assert_eq!(say(&room, 3, "wait", None), Err(Unsaid::Ended));
        let view = room.view(0);
        assert_eq!((view.place, view.typing, view.lines.len()), (Place::Ended, false, 1));
    }

    #[tokio::test]
    async fn whoever_polls_is_woken_by_a_message_and_by_what_changes() {
        let (room, _arrives) = room(9);
        let mut news = room.watch();
        room.show(Author::Bot, None, "Hello.".into(), At(1), Language::English);
        assert!(news.has_changed().unwrap());
        let before = *news.borrow_and_update();
        room.stands(Place::Waiting, None, false, Language::English);
        assert!(*news.borrow_and_update() > before);
        room.stands(Place::Waiting, None, false, Language::English);
        assert!(!news.has_changed().unwrap(), "the same again is no news");
    }
}
