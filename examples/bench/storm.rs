//! Thousands of RTP streams from one thread and one socket, in batches, with the kernel's own time of
//! each packet that comes back: a busy generator does not make the server look late.

use crate::wire::{self, FRAME, FRAME_MS, PCMA, Stream};
use anyhow::{Context, ensure};
use duet::edge::sound;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Packets of one system call.
const BATCH: usize = 64;
/// Room for one packet and for the kernel's time of it, bytes.
const PACKET_BYTES: usize = 256;
const CONTROL_BYTES: usize = 64;
/// Room for packets while we send, bytes.
const RECEIVE_BUFFER_BYTES: libc::c_int = 64 << 20;
/// Lateness is counted in steps of 0.1 ms up to 500 ms.
const STEPS: usize = 5_000;
const STEP_NS: i64 = 100_000;

#[derive(clap::Args)]
pub struct Args {
    /// Our port; the streams' far ends send there.
    #[arg(long)]
    port: u16,
    /// What the streams say, again and again, each from another place on.
    #[arg(long, value_name = "FILE")]
    wav: PathBuf,
    /// Seconds until the streams run evenly, not counted.
    #[arg(long, default_value_t = 3)]
    warm_s: u64,
    /// Seconds that count.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// A frame is late when it leaves so much later than its stream's quickest, ms.
    #[arg(long, default_value_t = 5)]
    late_ms: i64,
}

#[derive(Deserialize)]
struct Ports {
    ports: Vec<u16>,
}

#[derive(Serialize)]
struct Result {
    legs: usize,
    sent: u64,
    received: u64,
    /// Frames that should have come and did not.
    lost: u64,
    late: u64,
    /// Late or lost, of all that should have come, 0..1.
    late_share: f64,
    lateness_ms: Lateness,
    /// Our own milliseconds that began more than 5 ms late: above zero the generator was the limit.
    generator_late: u64,
}

#[derive(Serialize)]
struct Lateness {
    p50: f64,
    p99: f64,
    p999: f64,
    max: f64,
}

struct Leg {
    to: libc::sockaddr_in,
    stream: Stream,
    /// Place in the sound, frames.
    at: usize,
    /// Timestamp of the first packet that came back.
    first: Option<u32>,
    /// The least delay so far, ns.
    base_ns: i64,
    /// The newest frame, counted from the first.
    last: i64,
    counted: u64,
    counted_from: Option<i64>,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let Ports { ports } =
        serde_json::from_reader(std::io::stdin().lock()).context("ports on standard input")?;
    ensure!(!ports.is_empty(), "no ports");
    let sound = wire::frames(&sound::load(&args.wav).with_context(|| args.wav.display().to_string())?);
    let socket = socket(args.port)?;
    let mut storm = Storm::new(&ports, sound, args.late_ms * 1_000_000);
    let began = Instant::now();
    let (warm_ms, whole_ms) = (args.warm_s * 1_000, (args.warm_s + args.seconds) * 1_000);
    for tick in 0..whole_ms {
        let due = Duration::from_millis(tick);
        while began.elapsed() < due {
            if storm.receive(&socket)? == 0 {
                std::thread::sleep(Duration::from_micros(50));
            }
        }
        storm.counting = tick >= warm_ms;
        if storm.counting && began.elapsed() > due + Duration::from_millis(5) {
            storm.generator_late += 1;
        }
        storm.send(&socket, (tick % FRAME_MS) as usize)?;
        storm.receive(&socket)?;
    }
    println!("{}", serde_json::to_string(&storm.result())?);
    Ok(())
}

fn socket(port: u16) -> anyhow::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port))?;
    socket.set_nonblocking(true)?;
    set(&socket, libc::SO_TIMESTAMPNS, 1)?;
    // Beyond the system's limit where we may; else as much as it gives.
    if set(&socket, libc::SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES).is_err() {
        set(&socket, libc::SO_RCVBUF, RECEIVE_BUFFER_BYTES)?;
    }
    Ok(socket)
}

fn set(socket: &UdpSocket, option: libc::c_int, value: libc::c_int) -> std::io::Result<()> {
    let size = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: `value` lives through the call and is as long as we say.
    let done = unsafe {
        libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, (&raw const value).cast(), size)
    };
    if done == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

struct Storm {
    legs: Vec<Leg>,
    /// Leg by the port from which its packets come.
    by_port: Vec<Option<u32>>,
    sound: Vec<Vec<u8>>,
    late_ns: i64,
    counting: bool,
    sent: u64,
    received: u64,
    late: u64,
    steps: Vec<u64>,
    max_ns: i64,
    generator_late: u64,
    buffers: Vec<[u8; PACKET_BYTES]>,
    controls: Vec<[u8; CONTROL_BYTES]>,
    names: Vec<libc::sockaddr_in>,
}

impl Storm {
    fn new(ports: &[u16], sound: Vec<Vec<u8>>, late_ns: i64) -> Self {
        let mut by_port = vec![None; 65_536];
        let legs = ports.iter().enumerate().map(|(index, port)| {
            by_port[usize::from(*port)] = Some(index as u32);
            Leg {
                to: address(SocketAddrV4::new(Ipv4Addr::LOCALHOST, *port)),
                stream: Stream::new(),
                at: rand::random_range(0..sound.len()),
                first: None,
                base_ns: i64::MAX,
                last: 0,
                counted: 0,
                counted_from: None,
            }
        });
        let legs = legs.collect();
        Storm {
            legs,
            by_port,
            sound,
            late_ns,
            counting: false,
            sent: 0,
            received: 0,
            late: 0,
            steps: vec![0; STEPS],
            max_ns: 0,
            generator_late: 0,
            buffers: vec![[0; PACKET_BYTES]; BATCH],
            controls: vec![[0; CONTROL_BYTES]; BATCH],
            names: vec![address(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)); BATCH],
        }
    }

    /// One packet of every leg whose turn this millisecond is.
    fn send(&mut self, socket: &UdpSocket, slot: usize) -> anyhow::Result<()> {
        let mut packets: Vec<Vec<u8>> = Vec::new();
        let mut to: Vec<libc::sockaddr_in> = Vec::new();
        for leg in self.legs.iter_mut().skip(slot).step_by(FRAME_MS as usize) {
            leg.stream.step();
            leg.at = (leg.at + 1) % self.sound.len();
            packets.push(leg.stream.packet(PCMA, false, &self.sound[leg.at]));
            to.push(leg.to);
        }
        for (packets, to) in packets.chunks_mut(BATCH).zip(to.chunks_mut(BATCH)) {
            self.sent += send_batch(socket, packets, to)?;
        }
        Ok(())
    }

    /// Takes what is there; returns how much.
    fn receive(&mut self, socket: &UdpSocket) -> anyhow::Result<usize> {
        let mut all = 0;
        loop {
            let got = self.receive_batch(socket)?;
            all += got;
            if got < BATCH {
                return Ok(all);
            }
        }
    }

    fn receive_batch(&mut self, socket: &UdpSocket) -> anyhow::Result<usize> {
        let mut slices: Vec<libc::iovec> = self
            .buffers
            .iter_mut()
            .map(|buffer| libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: PACKET_BYTES })
            .collect();
        let mut messages: Vec<libc::mmsghdr> = (0..BATCH)
            .map(|index| {
                // SAFETY: all zero is a valid `mmsghdr`.
                let mut message: libc::mmsghdr = unsafe { std::mem::zeroed() };
                message.msg_hdr.msg_iov = &raw mut slices[index];
                message.msg_hdr.msg_iovlen = 1;
                message.msg_hdr.msg_name = (&raw mut self.names[index]).cast();
                message.msg_hdr.msg_namelen = size_of::<libc::sockaddr_in>() as libc::socklen_t;
                message.msg_hdr.msg_control = self.controls[index].as_mut_ptr().cast();
                message.msg_hdr.msg_controllen = CONTROL_BYTES as _;
                message
            })
            .collect();
        // SAFETY: every pointer in `messages` is to memory of ours that outlives the call.
        let got = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                messages.as_mut_ptr(),
                BATCH as _,
                libc::MSG_DONTWAIT as _,
                std::ptr::null_mut(),
            )
        };
        if got < 0 {
            let error = std::io::Error::last_os_error();
            return if error.kind() == std::io::ErrorKind::WouldBlock { Ok(0) } else { Err(error.into()) };
        }
        for (index, message) in messages.iter().enumerate().take(got as usize) {
            if let Some(at_ns) = kernel_time(&message.msg_hdr) {
                let port = u16::from_be(self.names[index].sin_port);
                self.arrived(port, index, message.msg_len as usize, at_ns);
            }
        }
        Ok(got as usize)
    }

    fn arrived(&mut self, port: u16, index: usize, size: usize, at_ns: i64) {
        let Some(leg) = self.by_port[usize::from(port)] else { return };
        let packet = &self.buffers[index][..size];
        if size < 12 || wire::alaw(packet).is_none_or(|payload| payload.len() != FRAME) {
            return;
        }
        let leg = &mut self.legs[leg as usize];
        let timestamp = wire::timestamp(packet);
        let first = *leg.first.get_or_insert(timestamp);
        // By timestamp: frames that the server left out are lost, and do not make the next ones late.
        let frame = i64::from(timestamp.wrapping_sub(first) as i32) / FRAME as i64;
        leg.last = leg.last.max(frame);
        let delay_ns = at_ns - frame * FRAME_MS as i64 * 1_000_000;
        leg.base_ns = leg.base_ns.min(delay_ns);
        if !self.counting {
            return;
        }
        leg.counted_from.get_or_insert(frame);
        leg.counted += 1;
        self.received += 1;
        let late_ns = delay_ns - leg.base_ns;
        self.late += u64::from(late_ns > self.late_ns);
        self.max_ns = self.max_ns.max(late_ns);
        self.steps[((late_ns / STEP_NS) as usize).min(STEPS - 1)] += 1;
    }

    fn result(&self) -> Result {
        let due: u64 = self
            .legs
            .iter()
            .filter_map(|leg| leg.counted_from.map(|from| (leg.last - from + 1) as u64))
            .sum();
        let silent = self.legs.iter().filter(|leg| leg.counted == 0).count() as u64;
        // A leg from which nothing came lost everything.
        let due = due + silent * due / (self.legs.len() as u64 - silent).max(1);
        let lost = due.saturating_sub(self.received);
        Result {
            legs: self.legs.len(),
            sent: self.sent,
            received: self.received,
            lost,
            late: self.late,
            late_share: (self.late + lost) as f64 / due.max(1) as f64,
            lateness_ms: Lateness {
                p50: self.quantile(0.5),
                p99: self.quantile(0.99),
                p999: self.quantile(0.999),
                max: self.max_ns as f64 / 1e6,
            },
            generator_late: self.generator_late,
        }
    }

    fn quantile(&self, part: f64) -> f64 {
        let wanted = (self.received as f64 * part) as u64;
        let mut seen = 0;
        let step = self.steps.iter().position(|count| {
            seen += count;
            seen > wanted
        });
        step.unwrap_or(0) as f64 * STEP_NS as f64 / 1e6
    }
}

fn send_batch(
    socket: &UdpSocket,
    packets: &mut [Vec<u8>],
    to: &mut [libc::sockaddr_in],
) -> anyhow::Result<u64> {
    let mut slices: Vec<libc::iovec> = packets
        .iter_mut()
        .map(|packet| libc::iovec { iov_base: packet.as_mut_ptr().cast(), iov_len: packet.len() })
        .collect();
    let mut messages: Vec<libc::mmsghdr> = slices
        .iter_mut()
        .zip(to)
        .map(|(slice, to)| {
            // SAFETY: all zero is a valid `mmsghdr`.
            let mut message: libc::mmsghdr = unsafe { std::mem::zeroed() };
            message.msg_hdr.msg_iov = slice;
            message.msg_hdr.msg_iovlen = 1;
            message.msg_hdr.msg_name = (&raw mut *to).cast();
            message.msg_hdr.msg_namelen = size_of::<libc::sockaddr_in>() as libc::socklen_t;
            message
        })
        .collect();
    // SAFETY: every pointer in `messages` is to memory that outlives the call.
    let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), messages.as_mut_ptr(), messages.len() as _, 0) };
    if sent < 0 {
        let error = std::io::Error::last_os_error();
        return if error.kind() == std::io::ErrorKind::WouldBlock { Ok(0) } else { Err(error.into()) };
    }
    Ok(sent as u64)
}

fn address(address: SocketAddrV4) -> libc::sockaddr_in {
    libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: address.port().to_be(),
        sin_addr: libc::in_addr { s_addr: u32::from(*address.ip()).to_be() },
        sin_zero: [0; 8],
    }
}

/// When the kernel took the packet, ns since the epoch.
fn kernel_time(header: &libc::msghdr) -> Option<i64> {
    // SAFETY: the kernel filled `header` and its control buffer; the macros walk within its length.
    unsafe {
        let mut control = libc::CMSG_FIRSTHDR(header);
        while !control.is_null() {
            if (*control).cmsg_level == libc::SOL_SOCKET && (*control).cmsg_type == libc::SCM_TIMESTAMPNS {
                let time: libc::timespec = std::ptr::read_unaligned(libc::CMSG_DATA(control).cast());
                return Some(time.tv_sec * 1_000_000_000 + time.tv_nsec);
            }
            control = libc::CMSG_NXTHDR(header, control);
        }
    }
    None
}
