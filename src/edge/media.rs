//! Opens media legs and hands them to the threads that move packets.

use super::FRAME_MS;
use super::bad_line::{BadLine, Loss};
use super::clock::Clock;
use super::leg::{AUDIO_FRAMES, Leg, MEDIA_COMMANDS, MEDIA_EVENTS, MediaControl};
use super::leg_core::{LegCore, Seed};
use super::leg_run::{INSIDE, Inside, LegRun, Path, Sockets};
use super::pacer::{LateShare, Pacer};
use super::ports::PortPool;
use super::wire;
use crate::time::At;
use sip::rtp::sender::Origin;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Ports tried for one leg when others have taken them.
const PORT_TRIES: usize = 64;

/// Where media lives.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaConfig {
    /// Address that sockets are bound to.
    pub bind: IpAddr,
    /// Address that our SDP names.
    pub advertised: IpAddr,
    /// Ports for RTP (even) and RTCP (odd), two per leg; a port rests 30 s between legs.
    pub ports: RangeInclusive<u16>,
    /// Threads that only move packets; at least one.
    pub threads: usize,
    /// Far ends may be behind NAT: sources that SDP did not name are learned.
    pub nat: bool,
    pub line: BadLine,
}

/// Why there is no leg.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    #[error("the media port range {from}-{to} holds no even port with its odd neighbour")]
    NoRange { from: u16, to: u16 },
    #[error("`threads` for media is 0, expected at least 1")]
    NoThreads,
    #[error("a media thread did not start: {0}")]
    Thread(std::io::Error),
    #[error("more than {limit} media legs are opened at once")]
    TooManyAtOnce { limit: usize },
    #[error("all media ports of {from}-{to} are in use or resting")]
    PortsExhausted { from: u16, to: u16 },
    #[error("cannot bind a media socket on {addr}: {source}")]
    Bind { addr: SocketAddr, source: std::io::Error },
}

/// The media side of the server.
#[derive(Debug)]
pub struct Media {
    config: MediaConfig,
    clock: Clock,
    pacer: Pacer,
    ports: Arc<Mutex<PortPool>>,
    legs: Arc<AtomicUsize>,
}

impl Media {
    /// Starts the threads. Sockets are bound per leg.
    ///
    /// # Errors
    /// When the configuration cannot work or threads cannot be started.
    pub fn start(config: MediaConfig, clock: Clock) -> Result<Arc<Media>, MediaError> {
        let ports = PortPool::new(config.ports.clone(), rand::random_range(0.0..1.0));
        let (from, to) = (*config.ports.start(), *config.ports.end());
        if ports.len() == 0 {
            return Err(MediaError::NoRange { from, to });
        }
        if config.threads == 0 {
            return Err(MediaError::NoThreads);
        }
        let pacer = Pacer::start(config.threads, clock)?;
        Ok(Arc::new(Media { config, clock, pacer, ports: Arc::new(Mutex::new(ports)), legs: Arc::default() }))
    }

    /// Opens one leg: binds its two ports and hands it to a thread. It is silent until `Connect`.
    ///
    /// # Errors
    /// When no port is free, or binding fails for another reason than a taken port.
    pub fn open(&self) -> Result<Leg, MediaError> {
        let (place, rtp, rtcp) = self.bind()?;
        let addr = SocketAddr::new(self.config.advertised, place.port.unwrap_or_default());
        for socket in [&rtp, &rtcp] {
            wire::stamp_arrivals(socket).map_err(|source| MediaError::Bind { addr, source })?;
        }
        let sockets = Sockets { rtp, rtcp, loss: Loss::new(self.config.line.loss) };
        self.run(addr, Path::Sockets(sockets), place)
    }

    /// Opens a leg to a far end in this process; it has no port.
    ///
    /// # Errors
    /// When more legs are opened at once than their threads take.
    pub fn open_inside(&self, inside: Inside) -> Result<Leg, MediaError> {
        self.run(INSIDE, Path::Inside(inside), self.counted(None))
    }

    fn run(&self, addr: SocketAddr, path: Path, place: Place) -> Result<Leg, MediaError> {
        let (commands, commands_out) = mpsc::channel(MEDIA_COMMANDS);
        let (events_in, events) = mpsc::channel(MEDIA_EVENTS);
        let (audio_in, audio) = mpsc::channel(AUDIO_FRAMES);
        let core = LegCore::new(self.seed(), audio_in, events_in);
        // Legs that start together are kept apart.
        let origin = At(self.clock.now().0 + rand::random_range(1..=FRAME_MS));
        self.pacer.add(LegRun::new(core, path, commands_out, origin, place))?;
        Ok(Leg { addr, control: MediaControl { commands }, events, audio })
    }

    /// Legs that are open.
    pub fn legs(&self) -> usize {
        self.legs.load(Ordering::Relaxed)
    }

    /// Watches how many frames leave late.
    pub fn late_share(&self) -> LateShare {
        self.pacer.late_share()
    }

    fn seed(&self) -> Seed {
        Seed {
            origin: Origin { ssrc: rand::random(), sequence: rand::random(), timestamp: rand::random() },
            cname: format!("{:016x}", rand::random::<u64>()),
            nat: self.config.nat,
            noise: self.config.line.noise.clone(),
        }
    }

    fn bind(&self) -> Result<(Place, UdpSocket, UdpSocket), MediaError> {
        let (from, to) = (*self.config.ports.start(), *self.config.ports.end());
        for _ in 0..PORT_TRIES {
            let place = self.place().ok_or(MediaError::PortsExhausted { from, to })?;
            let port = place.port.unwrap_or_default();
            let addr = SocketAddr::new(self.config.bind, port);
            let next = SocketAddr::new(self.config.bind, port + 1);
            match UdpSocket::bind(addr).and_then(|rtp| Ok((rtp, UdpSocket::bind(next)?))) {
                Ok((rtp, rtcp)) => return Ok((place, rtp, rtcp)),
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                    tracing::debug!(port, "a media port is taken by somebody else");
                }
                Err(source) => return Err(MediaError::Bind { addr, source }),
            }
        }
        Err(MediaError::PortsExhausted { from, to })
    }

    fn place(&self) -> Option<Place> {
        let mut ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        let port = ports.take(self.clock.now())?;
        Some(self.counted(Some(port)))
    }

    fn counted(&self, port: Option<u16>) -> Place {
        self.legs.fetch_add(1, Ordering::Relaxed);
        Place { port, clock: self.clock, ports: Arc::clone(&self.ports), legs: Arc::clone(&self.legs) }
    }
}

/// A leg's place among the others, and its port if it has one; its drop sends the port to rest.
#[derive(Debug)]
pub struct Place {
    port: Option<u16>,
    clock: Clock,
    ports: Arc<Mutex<PortPool>>,
    legs: Arc<AtomicUsize>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(port) = self.port {
            let mut ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
            ports.give_back(port, self.clock.now());
        }
        self.legs.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[path = "media_tests.rs"]
mod tests;
