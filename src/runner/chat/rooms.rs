//! Every chat of the node: who may begin one, and whose it is.

use super::{ChatOrder, Visitor};
use crate::config::Chat as ChatConfig;
use crate::edge::clock::Clock;
use crate::edge::text::Room;
use crate::record::CallId;
use crate::runner::bots::Bots;
use crate::store::secret;
use crate::time::At;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// What is on the screen of a chat that is over can be read for so long.
const LINGER: Duration = Duration::from_secs(600);
/// Chats that are over and still readable, per chat that may live.
const LINGERING: usize = 4;
/// Addresses that are remembered; beyond it all that are not fresh are forgotten.
const ADDRESSES_MAX: usize = 10_000;
/// Chats that may wait for the server to begin them.
const ORDERS: usize = 32;
/// Longest wait for the first event to be written.
const BEGIN_LIMIT: Duration = Duration::from_secs(5);
const MINUTE_MS: u64 = 60_000;

/// Why a chat does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotBegun {
    /// As many as may live do, or the node goes down, or cannot write.
    Full,
    /// Too many from one address; one may begin after this many seconds.
    TooMany { retry_s: u64 },
}

/// A chat and the secret that its visitor holds.
#[derive(Debug)]
pub struct Begun {
    pub room: Arc<Room>,
    pub secret: String,
}

/// All chats. Shared by the public listener and the server.
#[derive(Debug)]
pub struct Rooms {
    pub config: ChatConfig,
    pub clock: Clock,
    pub bots: Arc<Bots>,
    orders: mpsc::Sender<ChatOrder>,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    rooms: HashMap<CallId, Arc<Room>>,
    begun: HashMap<IpAddr, VecDeque<At>>,
}

impl Rooms {
    /// No chat yet, and where those arrive that are to begin.
    pub fn new(config: ChatConfig, clock: Clock, bots: Arc<Bots>) -> (Rooms, mpsc::Receiver<ChatOrder>) {
        let (orders, arrive) = mpsc::channel(ORDERS);
        (Rooms { config, clock, bots, orders, inner: Mutex::default() }, arrive)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a chat; it is in the record when this returns.
    ///
    /// # Errors
    /// [`NotBegun`] says when to try again.
    pub async fn begin(&self, visitor: Visitor, address: Option<IpAddr>) -> Result<Begun, NotBegun> {
        let generation = self.bots.get(&visitor.bot).ok_or(NotBegun::Full)?;
        let language = visitor.language.unwrap_or(generation.parts.bot.default_language);
        let (id, secret) = (CallId(uuid::Uuid::now_v7().to_string()), secret::new());
        let now = self.clock.now();
        let hash = secret::hash(&secret);
        let (room, said) = Room::new(id.clone(), hash, language, self.config.messages_per_minute, now);
        let room = Arc::new(room);
        self.enter(room.clone(), address, now)?;
        let (begun, answer) = oneshot::channel();
        let order = ChatOrder { visitor, room: room.clone(), said, begun };
        let sent = self.orders.try_send(order).is_ok();
        let begun = sent && matches!(tokio::time::timeout(BEGIN_LIMIT, answer).await, Ok(Ok(true)));
        if !begun {
            room.end(self.clock.now());
            self.inner().rooms.remove(&id);
            return Err(NotBegun::Full);
        }
        Ok(Begun { room, secret })
    }

    /// The chat of this id, for whoever holds its secret.
    pub fn find(&self, id: &str, secret: &str) -> Option<Arc<Room>> {
        let room = self.inner().rooms.get(&CallId(id.to_owned())).cloned()?;
        room.admits(secret).then_some(room)
    }

    /// Takes a place for a new chat.
    fn enter(&self, room: Arc<Room>, address: Option<IpAddr>, now: At) -> Result<(), NotBegun> {
        let mut inner = self.inner();
        inner.forget(now, LINGERING * self.config.at_once);
        if inner.rooms.values().filter(|room| room.ended().is_none()).count() >= self.config.at_once {
            return Err(NotBegun::Full);
        }
        if let Some(address) = address.map(network) {
            inner.count(address, now, self.config.new_per_minute)?;
        }
        inner.rooms.insert(room.id.clone(), room);
        Ok(())
    }
}

impl Inner {
    /// Chats that are over go after a while, the oldest sooner when there are too many.
    fn forget(&mut self, now: At, most: usize) {
        self.rooms.retain(|_, room| room.ended().is_none_or(|ended| now < ended + LINGER));
        let mut over: Vec<(At, CallId)> =
            self.rooms.values().filter_map(|room| Some((room.ended()?, room.id.clone()))).collect();
        over.sort();
        for (_, id) in over.iter().take(over.len().saturating_sub(most)) {
            self.rooms.remove(id);
        }
    }

    fn count(&mut self, address: IpAddr, now: At, most: usize) -> Result<(), NotBegun> {
        let fresh = |at: &At| now.since_ms(*at) < MINUTE_MS;
        if self.begun.len() >= ADDRESSES_MAX {
            self.begun.retain(|_, times| times.iter().any(fresh));
        }
        // Whoever fills the memory within a minute from so many addresses is let in nowhere.
        if self.begun.len() >= ADDRESSES_MAX && !self.begun.contains_key(&address) {
            return Err(NotBegun::Full);
        }
        let times = self.begun.entry(address).or_default();
        times.retain(fresh);
        if times.len() >= most {
            let oldest = times.front().map_or(0, |at| now.since_ms(*at));
            return Err(NotBegun::TooMany { retry_s: (MINUTE_MS - oldest).div_ceil(1_000).max(1) });
        }
        times.push_back(now);
        Ok(())
    }
}

/// Who has one IPv6 address has the other 2^64 of its network too.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => std::net::Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn room(id: &str) -> Arc<Room> {
        Arc::new(Room::new(CallId(id.into()), secret::hash("s"), Language::English, 9, At(0)).0)
    }

    fn rooms(at_once: usize, new_per_minute: usize) -> Rooms {
        let config = ChatConfig { at_once, new_per_minute, ..ChatConfig::default() };
        Rooms::new(config, Clock::start(), Arc::default()).0
    }

    #[test]
    fn as_many_chats_live_as_may_and_one_that_is_over_makes_room() {
        let rooms = rooms(2, 9);
        let (first, second) = (room("1"), room("2"));
        assert_eq!(rooms.enter(first.clone(), None, At(0)), Ok(()));
        assert_eq!(rooms.enter(second, None, At(0)), Ok(()));
        assert_eq!(rooms.enter(room("3"), None, At(0)), Err(NotBegun::Full));
        first.end(At(1));
        assert_eq!(rooms.enter(room("4"), None, At(2)), Ok(()));
        assert!(rooms.find("1", "s").is_some(), "its end can still be read");
        assert_eq!(rooms.enter(room("5"), None, At(700_000)), Err(NotBegun::Full));
        assert!(rooms.find("1", "s").is_none(), "after a while it is forgotten");
        assert!(rooms.find("2", "wrong").is_none());
    }

    #[test]
    fn one_address_begins_a_few_chats_a_minute_and_others_do_not_suffer() {
        let rooms = rooms(99, 2);
        let from = |address: &str| Some(address.parse().unwrap());
        for second in 0..2 {
            assert_eq!(rooms.enter(room(&second.to_string()), from("192.0.2.1"), At(second * 1_000)), Ok(()));
        }
        let refused = rooms.enter(room("a"), from("192.0.2.1"), At(10_000));
        assert_eq!(refused, Err(NotBegun::TooMany { retry_s: 50 }));
        assert_eq!(rooms.enter(room("b"), from("192.0.2.2"), At(10_000)), Ok(()));
        assert_eq!(rooms.enter(room("c"), from("192.0.2.1"), At(60_000)), Ok(()));
    }

    #[test]
    fn a_network_of_the_sixth_version_counts_as_one_address() {
        let address = |text: &str| network(text.parse().unwrap());
        assert_eq!(address("2001:db8:1:2:a::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_eq!(address("::ffff:192.0.2.1"), "192.0.2.1".parse::<IpAddr>().unwrap());
    }
}
