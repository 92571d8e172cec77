//! Telephones in browsers: WebRTC on one UDP port for all of them, RTP legs like any other inside.

mod coder; // ◆ Opus outside, A-law inside
mod phone; // ◆ one browser without a socket
mod seat; //  ◆ whose browser, and its call
mod task; //    the socket

pub use coder::PCMA;
pub use phone::OfferError;
pub use seat::{Lost, PhoneEvent};

use super::clock::Clock;
use super::leg_run::Inside;
use crate::record::CallId;
use crate::time::At;
use std::net::{IpAddr, SocketAddr};
use task::{Command, Task};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

/// Bound of what waits for the task.
const COMMANDS: usize = 256;
/// Packets of all legs on their way out: 50 a second each.
const PACKETS: usize = 1_024;
/// Packets of one browser on their way to its leg, which takes them every 20 ms.
const HEARD: usize = 32;
/// What one call is told of its telephone.
const EVENTS: usize = 16;
/// Telephones that came and went, on their way to the desk.
const CHANGES: usize = 256;

/// What became of the telephone in an agent's browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneState {
    /// Connected, by the id that its page chose.
    There(String),
    /// Its page loads anew, or its network is gone.
    Lost,
    /// Not wanted any more.
    PutAway,
}

/// The telephone of an agent has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneChange {
    pub agent: String,
    pub phone: PhoneState,
}

/// All telephones in browsers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct WebPhones {
    commands: mpsc::Sender<Command>,
    packets: mpsc::Sender<(u64, Vec<u8>)>,
    addr: SocketAddr,
}

/// One call on an agent's browser; hung up when dropped.
#[derive(Debug)]
pub struct WebLine {
    line: u64,
    commands: mpsc::Sender<Command>,
}

/// A line that rings: what becomes of it, and what its leg is made from.
#[derive(Debug)]
pub struct Ringing {
    pub line: WebLine,
    pub events: mpsc::Receiver<PhoneEvent>,
    pub inside: Inside,
}

impl WebPhones {
    /// Binds the port and starts the task; changes are told to `changes`, which is read at once.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(
        bind: SocketAddr,
        advertised: IpAddr,
        clock: Clock,
    ) -> std::io::Result<(WebPhones, mpsc::Receiver<PhoneChange>)> {
        let socket = UdpSocket::bind(bind).await?;
        let addr = SocketAddr::new(advertised, socket.local_addr()?.port());
        let (commands, commands_out) = mpsc::channel(COMMANDS);
        let (packets, packets_out) = mpsc::channel(PACKETS);
        let (changes, changes_out) = mpsc::channel(CHANGES);
        tokio::spawn(Task::new(socket, addr, clock, changes).run(commands_out, packets_out));
        Ok((WebPhones { commands, packets, addr }, changes_out))
    }

    /// Where browsers send their packets.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// A page offers its telephone, which takes the place of the agent's one before; returns our answer.
    ///
    /// # Errors
    /// When the offer does not fit.
    pub async fn offer(&self, agent: &str, phone: &str, sdp: String) -> Result<String, OfferError> {
        let (agent, phone) = (agent.to_owned(), phone.to_owned());
        let answered = self.ask(|answer| Command::Offer { agent, phone, sdp, answer }).await;
        answered.unwrap_or_else(|| Err(OfferError::Broken("the server is going down".into())))
    }

    /// The page puts its telephone away.
    pub async fn put_away(&self, agent: &str, phone: &str) {
        let (agent, phone) = (agent.to_owned(), phone.to_owned());
        let _ = self.commands.send(Command::PutAway { agent, phone }).await;
    }

    /// Rings the agent's telephone for a call; `None` when there is none, or it has a call already.
    pub async fn ring(&self, agent: &str, call_id: &CallId) -> Option<Ringing> {
        self.line(agent, call_id, false).await
    }

    /// A line on which the agent listens to a call, at once, until a call of the agent's own comes; `None` when
    /// there is no telephone, or it has a call.
    pub async fn listen(&self, agent: &str, call_id: &CallId) -> Option<Ringing> {
        self.line(agent, call_id, true).await
    }

    async fn line(&self, agent: &str, call_id: &CallId, listens: bool) -> Option<Ringing> {
        let (heard, from) = mpsc::channel::<(At, Vec<u8>)>(HEARD);
        let (events, events_out) = mpsc::channel(EVENTS);
        let (agent, call_id) = (agent.to_owned(), call_id.clone());
        let line =
            self.ask(|answer| Command::Ring { agent, call_id, listens, heard, events, answer }).await??;
        let inside = Inside { from, to: self.packets.clone(), line };
        let line = WebLine { line, commands: self.commands.clone() };
        Some(Ringing { line, events: events_out, inside })
    }

    /// The agent answers on the page; false when no such call rings there.
    pub async fn answer(&self, agent: &str, call_id: &CallId) -> bool {
        let (agent, call_id) = (agent.to_owned(), call_id.clone());
        self.ask(|answer| Command::Answer { agent, call_id, answer }).await.unwrap_or(false)
    }

    /// The agent hangs up on the page; false when there is no such call.
    pub async fn hang_up(&self, agent: &str, call_id: &CallId) -> bool {
        let (agent, call_id) = (agent.to_owned(), call_id.clone());
        self.ask(|answer| Command::HangUp { agent, call_id, answer }).await.unwrap_or(false)
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.commands.send(command(answer)).await.ok()?;
        answered.await.ok()
    }
}

impl Drop for WebLine {
    /// A full queue is a task that is not running: the line ends with its leg then.
    fn drop(&mut self) {
        let _ = self.commands.try_send(Command::Release { line: self.line });
    }
}
