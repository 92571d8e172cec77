//! ◆ Which RTP ports are free. A port rests after a call, so that a stale sender of the last one
//! cannot be heard in the next (after livekit/sip's draining ports).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;
use std::collections::VecDeque;
use std::ops::RangeInclusive;

/// Rest of a port after its leg closed.
pub const PORT_REST_MS: u64 = 30_000;

/// Even ports of a range; each stands for itself and the odd RTCP port above it.
#[derive(Debug)]
pub struct PortPool {
    free: VecDeque<u16>,
    /// In the order of their return.
    resting: VecDeque<(u16, At)>,
}

impl PortPool {
    /// `first` in 0..=1 decides where in the range to begin, so that two processes seldom meet.
    pub fn new(range: RangeInclusive<u16>, first: f32) -> Self {
        let even = range.clone().filter(|port| port % 2 == 0 && *port > 0);
        let mut free: VecDeque<u16> = even.filter(|port| range.contains(&(port + 1))).collect();
        let middle = (free.len() as f32 * first.clamp(0.0, 1.0)) as usize;
        free.rotate_left(middle.min(free.len()));
        PortPool { free, resting: VecDeque::new() }
    }

    /// Number of ports that are not in use.
    pub fn len(&self) -> usize {
        self.free.len() + self.resting.len()
    }

    /// The port that has rested longest.
    pub fn take(&mut self, now: At) -> Option<u16> {
        while let Some((port, since)) = self.resting.front().copied() {
            if now.since_ms(since) < PORT_REST_MS {
                break;
            }
            self.resting.pop_front();
            self.free.push_back(port);
        }
        self.free.pop_front()
    }

    /// Returns a port to its rest.
    pub fn give_back(&mut self, port: u16, now: At) {
        self.resting.push_back((port, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_even_ports_whose_neighbour_is_ours_are_given() {
        let mut pool = PortPool::new(10_001..=10_006, 0.0);
        let given: Vec<u16> = std::iter::from_fn(|| pool.take(At(0))).collect();
        assert_eq!(given, [10_002, 10_004]);
    }

    #[test]
    fn a_port_rests_30_s_before_it_is_given_again() {
        let mut pool = PortPool::new(10_000..=10_001, 0.5);
        assert_eq!(pool.take(At(0)), Some(10_000));
        pool.give_back(10_000, At(5_000));
        assert_eq!(pool.take(At(34_999)), None);
        assert_eq!(pool.take(At(35_000)), Some(10_000));
    }

    #[test]
    fn the_whole_range_of_ports_is_no_trouble() {
        assert_eq!(PortPool::new(0..=u16::MAX, 1.0).len(), 32_767);
    }
}
