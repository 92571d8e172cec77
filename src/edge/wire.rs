//! Datagrams with the time at which they arrived, several per system call.
//!
//! Legs read when their tick is due. The kernel notes when each packet came, so that nothing is lost
//! of what jitter buffer and reports must know.

use crate::time::At;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, setsockopt, sockopt,
};
use std::io::IoSliceMut;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longest datagram that is read; no packet of 60 ms G.711 is near it.
const DATAGRAM_BYTES_MAX: usize = 2_048;
/// Datagrams per system call; one is the rule.
const BATCH: usize = 4;
/// System calls per tick, so that a flood on one leg cannot starve the others.
const BATCHES_MAX: usize = 4;
/// A packet cannot have waited longer than this; what says so was stamped by another clock.
const AGE_MAX: Duration = Duration::from_secs(1);

/// Now, on our clock and on the one by which the kernel stamps packets.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    pub at: At,
    wall: Duration,
}

impl Now {
    #[allow(clippy::disallowed_methods)]
    pub fn new(at: At) -> Self {
        Now { at, wall: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() }
    }

    /// When a packet with this stamp arrived; now, if it has none.
    fn arrival(&self, stamp: Option<Duration>) -> At {
        let age = stamp.map_or(Duration::ZERO, |stamp| self.wall.saturating_sub(stamp));
        if age > AGE_MAX { self.at } else { self.at - age }
    }
}

/// Asks the kernel to stamp what arrives.
pub fn stamp_arrivals(socket: &UdpSocket) -> std::io::Result<()> {
    socket.set_nonblocking(true)?;
    Ok(setsockopt(socket, sockopt::ReceiveTimestampns, &true)?)
}

/// Buffers of one thread.
pub struct Reader {
    headers: MultiHeaders<SockaddrStorage>,
    buffers: [[u8; DATAGRAM_BYTES_MAX]; BATCH],
}

impl Reader {
    pub fn new() -> Self {
        Reader { headers: headers(), buffers: [[0; DATAGRAM_BYTES_MAX]; BATCH] }
    }

    /// Hands over what waits in a non-blocking socket.
    pub fn read(&mut self, socket: &UdpSocket, now: Now, mut take: impl FnMut(At, SocketAddr, &[u8])) {
        for _ in 0..BATCHES_MAX {
            if self.batch(socket, now, &mut take) < BATCH {
                return;
            }
        }
    }

    fn batch(&mut self, socket: &UdpSocket, now: Now, take: &mut impl FnMut(At, SocketAddr, &[u8])) -> usize {
        let mut slices = self.buffers.each_mut().map(|buffer| [IoSliceMut::new(buffer)]);
        let fd = socket.as_raw_fd();
        let read = recvmmsg(fd, &mut self.headers, slices.iter_mut(), MsgFlags::MSG_DONTWAIT, None);
        // Nothing there; or an ICMP error of an earlier packet, which the next read is past.
        let Ok(read) = read else { return 0 };
        let (mut count, mut stamped) = (0, true);
        for message in read {
            count += 1;
            let stamp = message.cmsgs().ok().and_then(|mut cmsgs| cmsgs.find_map(stamp));
            stamped &= stamp.is_some();
            let from = message.address.as_ref().and_then(address);
            if let (Some(from), Some(bytes)) = (from, message.iovs().next()) {
                take(now.arrival(stamp), from, bytes);
            }
        }
        if !stamped {
            self.headers = headers();
        }
        count
    }
}

/// Headers keep the lengths of the last answer as the room for the next one (nix does not reset them):
/// after an answer without a stamp there would never be room for one again.
fn headers() -> MultiHeaders<SockaddrStorage> {
    MultiHeaders::preallocate(BATCH, Some(nix::cmsg_space!(nix::sys::time::TimeSpec)))
}

fn stamp(message: ControlMessageOwned) -> Option<Duration> {
    let ControlMessageOwned::ScmTimestampns(time) = message else { return None };
    Some(Duration::new(u64::try_from(time.tv_sec()).ok()?, u32::try_from(time.tv_nsec()).ok()?))
}

fn address(address: &SockaddrStorage) -> Option<SocketAddr> {
    match (address.as_sockaddr_in(), address.as_sockaddr_in6()) {
        (Some(v4), _) => Some(SocketAddr::V4((*v4).into())),
        (_, Some(v6)) => Some(SocketAddr::V6((*v6).into())),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (UdpSocket, UdpSocket) {
        let (here, there) =
            (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
        stamp_arrivals(&here).unwrap();
        there.connect(here.local_addr().unwrap()).unwrap();
        (here, there)
    }

    #[test]
    fn everything_that_waits_is_read_in_order_with_its_sender() {
        let (here, there) = pair();
        (0..10u8).for_each(|n| assert_eq!(there.send(&[n]).unwrap(), 1));
        let mut got = Vec::new();
        let mut reader = Reader::new();
        reader.read(&here, Now::new(At(5_000)), |at, from, bytes| got.push((at, from, bytes.to_vec())));
        let bytes: Vec<u8> = got.iter().flat_map(|(_, _, bytes)| bytes.clone()).collect();
        assert_eq!(bytes, (0..10).collect::<Vec<u8>>());
        assert!(got.iter().all(|(at, from, _)| *from == there.local_addr().unwrap() && at.0 <= 5_000));
        reader.read(&here, Now::new(At(6_000)), |_, _, _| panic!("nothing is left"));
    }

    /// A quarter of a second before now by the kernel's clock, whatever this machine is doing.
    #[test]
    fn every_packet_of_every_read_has_its_stamp() {
        let (here, there) = pair();
        let unstamped = UdpSocket::bind("127.0.0.1:0").unwrap();
        unstamped.set_nonblocking(true).unwrap();
        let mut reader = Reader::new();
        for _ in 0..3 {
            let plain = UdpSocket::bind("127.0.0.1:0").unwrap();
            (0..BATCH)
                .for_each(|_| assert_eq!(plain.send_to(&[0], unstamped.local_addr().unwrap()).unwrap(), 1));
            reader.read(&unstamped, Now::new(At(9_000)), |at, _, _| assert_eq!(at, At(9_000)));
            (0..BATCH).for_each(|_| assert_eq!(there.send(&[1]).unwrap(), 1));
            let now = Now::new(At(9_000));
            let later = Now { wall: now.wall + Duration::from_millis(250), ..now };
            let mut count = 0;
            reader.read(&here, later, |at, _, _| {
                count += 1;
                assert!(at <= At(8_750), "{at:?}");
            });
            assert_eq!(count, BATCH);
        }
    }

    #[test]
    fn a_packet_is_as_old_as_the_kernel_says() {
        let now = Now { at: At(100_000), wall: Duration::from_secs(50) };
        assert_eq!(now.arrival(Some(Duration::from_millis(49_985))), At(99_985));
        assert_eq!(now.arrival(None), At(100_000));
        assert_eq!(now.arrival(Some(Duration::from_secs(51))), At(100_000), "from the future");
        assert_eq!(now.arrival(Some(Duration::from_secs(3))), At(100_000), "the wall clock was set");
    }

    #[test]
    fn a_flood_is_read_in_parts() {
        let (here, there) = pair();
        (0..40u8).for_each(|n| assert_eq!(there.send(&[n]).unwrap(), 1));
        let (mut reader, mut count) = (Reader::new(), 0);
        reader.read(&here, Now::new(At(0)), |_, _, _| count += 1);
        assert_eq!(count, BATCH * BATCHES_MAX);
    }
}
