//! The socket of all browsers' telephones, and who is who.

use super::phone::{Happened, OfferError, Phone};
use super::seat::{GONE_AFTER, Line, PhoneEvent};
use super::{PhoneChange, PhoneState};
use crate::edge::clock::Clock;
use crate::record::CallId;
use crate::time::At;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

/// Longest datagram; ICE, DTLS and audio are all shorter.
const DATAGRAM_BYTES_MAX: usize = 2_048;

#[derive(Debug)]
pub enum Command {
    Offer {
        agent: String,
        phone: String,
        sdp: String,
        answer: oneshot::Sender<Result<String, OfferError>>,
    },
    PutAway {
        agent: String,
        phone: String,
    },
    Ring {
        agent: String,
        call_id: CallId,
        /// Nobody has to answer: the agent only listens.
        listens: bool,
        heard: mpsc::Sender<(At, Vec<u8>)>,
        events: mpsc::Sender<PhoneEvent>,
        answer: oneshot::Sender<Option<u64>>,
    },
    Answer {
        agent: String,
        call_id: CallId,
        answer: oneshot::Sender<bool>,
    },
    HangUp {
        agent: String,
        call_id: CallId,
        answer: oneshot::Sender<bool>,
    },
    Release {
        line: u64,
    },
}

/// The connection of one page.
struct Connection {
    /// As the page named it.
    id: String,
    phone: Phone,
    /// When the browser was heard of last.
    last: Instant,
    up: bool,
}

/// What one agent has; kept while there is either.
#[derive(Default)]
struct Seat {
    connection: Option<Connection>,
    line: Option<Line>,
    /// The desk was told of a telephone, and of nothing since.
    told: bool,
}

pub struct Task {
    socket: UdpSocket,
    /// As browsers are told.
    here: SocketAddr,
    clock: Clock,
    changes: mpsc::Sender<PhoneChange>,
    seats: HashMap<String, Seat>,
    /// Whose browser sends from there.
    known: HashMap<SocketAddr, String>,
    lines: u64,
}

impl Task {
    pub fn new(
        socket: UdpSocket,
        here: SocketAddr,
        clock: Clock,
        changes: mpsc::Sender<PhoneChange>,
    ) -> Task {
        Task { socket, here, clock, changes, seats: HashMap::new(), known: HashMap::new(), lines: 0 }
    }

    /// Ends when nobody can send commands any more.
    pub async fn run(
        mut self,
        mut commands: mpsc::Receiver<Command>,
        mut packets: mpsc::Receiver<(u64, Vec<u8>)>,
    ) {
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            let due = self.due();
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.command(command),
                    None => return,
                },
                received = self.socket.recv_from(&mut buffer) => match received {
                    Ok((length, from)) => self.datagram(from, &buffer[..length]),
                    // An ICMP error of an earlier packet; the next read is past it.
                    Err(error) => tracing::debug!(%error, "a datagram to a browser did not arrive"),
                },
                Some((line, packet)) = packets.recv() => self.say(line, &packet),
                () = sleep_until(due) => self.tick(),
            }
        }
    }

    /// When something is due by time alone.
    fn due(&self) -> Option<Instant> {
        let connections = self.seats.values().filter_map(|seat| seat.connection.as_ref());
        let phones = connections.map(|open| open.phone.due().min(open.last + GONE_AFTER));
        let lines = self.seats.values().filter_map(|seat| seat.line.as_ref()?.due());
        phones.chain(lines.map(|at| self.clock.instant(at))).min()
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Offer { agent, phone, sdp, answer } => {
                let _ = answer.send(self.offer(agent, phone, &sdp));
            }
            Command::PutAway { agent, phone } => {
                let open = self.seats.get(&agent).and_then(|seat| seat.connection.as_ref());
                if open.is_some_and(|open| open.id == phone) {
                    self.disconnect(&agent, Some(PhoneState::PutAway));
                }
            }
            Command::Ring { agent, call_id, listens, heard, events, answer } => {
                let line = Line::new(self.lines + 1, call_id, heard, events);
                let line = if listens { line.listening() } else { line };
                let _ = answer.send(self.ring(&agent, line));
            }
            Command::Answer { agent, call_id, answer } => {
                let line = self.line(&agent, &call_id);
                let _ = answer.send(line.is_some_and(|line| line.answer().is_ok()));
            }
            Command::HangUp { agent, call_id, answer } => {
                let there = self.line(&agent, &call_id).is_some();
                if there && let Some(line) = self.seats.get_mut(&agent).and_then(|seat| seat.line.take()) {
                    line.hang_up();
                }
                let _ = answer.send(there);
            }
            Command::Release { line } => {
                for seat in self.seats.values_mut() {
                    seat.line.take_if(|held| held.id == line);
                }
            }
        }
        self.seats.retain(|_, seat| seat.connection.is_some() || seat.line.is_some());
    }

    fn line(&mut self, agent: &str, call_id: &CallId) -> Option<&mut Line> {
        self.seats.get_mut(agent)?.line.as_mut().filter(|line| line.call_id == *call_id)
    }

    fn ring(&mut self, agent: &str, mut line: Line) -> Option<u64> {
        let seat = self.seats.get_mut(agent)?;
        let there = seat.connection.as_ref().is_some_and(|open| open.up);
        if !there || seat.line.as_ref().is_some_and(|held| !held.listens) {
            return None;
        }
        if let Some(listened) = seat.line.take() {
            listened.hang_up();
        }
        line.shown().ok()?;
        self.lines = line.id;
        seat.line = Some(line);
        Some(self.lines)
    }

    fn offer(&mut self, agent: String, id: String, sdp: &str) -> Result<String, OfferError> {
        let now = Instant::now();
        let (phone, answer) = Phone::answer(now, self.here, rand::random(), sdp)?;
        self.disconnect(&agent, None);
        let seat = self.seats.entry(agent).or_default();
        seat.connection = Some(Connection { id, phone, last: now, up: false });
        Ok(answer)
    }

    /// Lets the agent's present connection go; a call on it waits for the next one.
    fn disconnect(&mut self, agent: &str, why: Option<PhoneState>) {
        let Some(seat) = self.seats.get_mut(agent) else { return };
        let Some(mut open) = seat.connection.take() else { return };
        let mut out = Vec::new();
        open.phone.close(&mut out);
        // Another page's telephone is there in a moment; only its silence is told to the caller.
        if why.is_some() {
            seat.line.take_if(|line| line.cut().is_err());
        }
        // Nor does the desk tell the pages, which would fight for it.
        let told = why.filter(|_| std::mem::take(&mut seat.told));
        self.known.retain(|_, of| of != agent);
        for happened in out {
            if let Happened::Send { to, bytes } = happened {
                self.send(to, &bytes);
            }
        }
        if let Some(why) = told {
            self.changed(agent, why);
        }
    }

    fn changed(&self, agent: &str, phone: PhoneState) {
        // Whoever reads these only hands them on, so there is room.
        if self.changes.try_send(PhoneChange { agent: agent.to_owned(), phone }).is_err() {
            tracing::error!(agent, "the desk was not told of a browser's telephone");
        }
    }

    fn send(&self, to: SocketAddr, bytes: &[u8]) {
        if let Err(error) = self.socket.try_send_to(bytes, to) {
            tracing::debug!(%error, "a datagram to a browser was lost");
        }
    }

    fn datagram(&mut self, from: SocketAddr, bytes: &[u8]) {
        let now = Instant::now();
        let Some(agent) = self.whose(now, from, bytes) else {
            return tracing::trace!(%from, "a datagram of nobody's browser");
        };
        let open = self.seats.get_mut(&agent).and_then(|seat| seat.connection.as_mut());
        if let Some(open) = open {
            let mut out = Vec::new();
            open.last = now;
            open.phone.datagram(now, from, bytes, &mut out);
            self.happened(&agent, out);
        }
    }

    /// Who sends from there; addresses change, so what does not fit is asked for anew.
    fn whose(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) -> Option<String> {
        let accepts =
            |seat: &Seat| seat.connection.as_ref().is_some_and(|open| open.phone.accepts(now, from, bytes));
        if let Some(agent) = self.known.get(&from)
            && self.seats.get(agent).is_some_and(accepts)
        {
            return Some(agent.clone());
        }
        let agent = self.seats.iter().find(|(_, seat)| accepts(seat)).map(|(agent, _)| agent.clone())?;
        self.known.insert(from, agent.clone());
        Some(agent)
    }

    /// A packet of a leg.
    fn say(&mut self, line: u64, packet: &[u8]) {
        let now = Instant::now();
        let mut seats = self.seats.iter_mut();
        let mine = |seat: &Seat| seat.line.as_ref().is_some_and(|held| held.id == line && held.talks());
        let Some((agent, seat)) = seats.find(|(_, seat)| mine(seat)) else { return };
        let Some(open) = &mut seat.connection else { return };
        let (agent, mut out) = (agent.clone(), Vec::new());
        open.phone.say(now, packet, &mut out);
        self.happened(&agent, out);
    }

    fn tick(&mut self) {
        let (now, at) = (Instant::now(), self.clock.now());
        let agents: Vec<String> = self.seats.keys().cloned().collect();
        for agent in agents {
            let Some(seat) = self.seats.get_mut(&agent) else { continue };
            seat.line.take_if(|line| line.watch(at).is_err());
            let Some(open) = &mut seat.connection else { continue };
            if open.last + GONE_AFTER <= now {
                tracing::info!(agent, "the browser's telephone is gone");
                self.disconnect(&agent, Some(PhoneState::Lost));
            } else if open.phone.due() <= now {
                let mut out = Vec::new();
                open.phone.timeout(now, &mut out);
                self.happened(&agent, out);
            }
        }
    }

    fn happened(&mut self, agent: &str, out: Vec<Happened>) {
        let now = self.clock.now();
        for happened in out {
            match happened {
                Happened::Send { to, bytes } => self.send(to, &bytes),
                Happened::Heard(packet) => {
                    if let Some(seat) = self.seats.get_mut(agent) {
                        seat.line.take_if(|line| line.hear(now, packet).is_err());
                    }
                }
                Happened::Up => {
                    let Some(seat) = self.seats.get_mut(agent) else { continue };
                    let Some(open) = &mut seat.connection else { continue };
                    open.up = true;
                    seat.told = true;
                    let there = PhoneState::There(open.id.clone());
                    self.changed(agent, there);
                }
                Happened::Down => self.disconnect(agent, Some(PhoneState::Lost)),
            }
        }
    }
}

/// Waits for ever where nothing is due.
async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
