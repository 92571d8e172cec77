//! Where the caller's steps come from: a script, or lines typed while the call runs.

use super::script::{Step, step};
use std::collections::VecDeque;
use std::io::BufRead;
use tokio::sync::mpsc;

/// Lines typed ahead.
const TYPED_LINES: usize = 64;

/// Steps to come, in order.
pub struct Steps {
    first: VecDeque<Step>,
    typed: Option<mpsc::Receiver<Step>>,
}

impl Steps {
    /// `first`, and then what is typed when `typed` is set.
    pub fn new(first: Vec<Step>, typed: bool) -> Self {
        Steps { first: first.into(), typed: typed.then(read_lines) }
    }

    /// The next step; `None` when no more will come. Cancel-safe.
    pub async fn next(&mut self) -> Option<Step> {
        if let Some(step) = self.first.pop_front() {
            return Some(step);
        }
        self.typed.as_mut()?.recv().await
    }
}

/// Reads standard input on a thread of its own: a blocked read must not hold the call, and ends with
/// the process.
fn read_lines() -> mpsc::Receiver<Step> {
    let (sender, receiver) = mpsc::channel(TYPED_LINES);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match step(&line) {
                Ok(Some(step)) => {
                    if sender.blocking_send(step).is_err() {
                        return;
                    }
                }
                Ok(None) => {}
                Err(why) => eprintln!("duet dial: {why}"),
            }
        }
    });
    receiver
}
