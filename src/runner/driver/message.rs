//! The tape of a message that a caller leaves, and how it is kept.

use super::{Driver, Input};
use crate::runner::voicemail;
use std::sync::Arc;
use std::time::Duration;

/// Samples a ms in a call.
const SAMPLES_A_MS: usize = 8;
/// Longest tape: 150 s, more than the call lets anybody speak.
const TAPE_SAMPLES: usize = 150_000 * SAMPLES_A_MS;
/// Longest wait for disk and store.
const KEEP_LIMIT: Duration = Duration::from_secs(5);

/// What was said so far, 8 kHz mono.
#[derive(Debug, Default)]
pub(super) struct Tape {
    samples: Vec<i16>,
}

impl Tape {
    pub(super) fn push(&mut self, samples: &[i16]) {
        let room = TAPE_SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(&samples[..samples.len().min(room)]);
    }
}

impl Driver {
    /// Thanks only for what stands on disk and in the store; its words are found afterwards.
    pub(super) async fn keep_message(&mut self, queue: String) -> Input {
        let said: Arc<[i16]> = self.tape.take().unwrap_or_default().samples.into();
        let id = uuid::Uuid::now_v7().to_string();
        let length_ms = (said.len() / SAMPLES_A_MS) as u64;
        let message = self.call.message(id.clone(), queue, length_ms, self.parts.clock.now());
        let keep = self.parts.desk.keep_voicemail(&message, said.clone());
        let result = match tokio::time::timeout(KEEP_LIMIT, keep).await {
            Ok(Ok(())) => Ok((id, length_ms)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("not written within {} s", KEEP_LIMIT.as_secs())),
        };
        match &result {
            Ok(_) => {
                tokio::spawn(voicemail::write(self.parts.clone(), message, said));
            }
            Err(error) => tracing::error!(%error, "a message could not be kept"),
        }
        metrics::counter!("duet_messages_total", "kept" => result.is_ok().to_string()).increment(1);
        Input::MessageKept { result }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_is_bounded() {
        let mut tape = Tape::default();
        (0..200).for_each(|_| tape.push(&[1; 8_000]));
        assert_eq!(tape.samples.len(), TAPE_SAMPLES);
    }
}
