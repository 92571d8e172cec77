//! ◆ The bot's own voice, come back from a loudspeaker: what is nothing but echo starts no turn.
//!
//! Both sides are seen as envelopes, one value per 5 ms. Two things are learned in each call. How much
//! quieter than what we sent the line comes back while we speak is a bound: no echo is louder. And where
//! the two envelopes rise and fall together, at one delay, there is an echo, its delay and its loss known.
//! A block that is not louder than the echo to be expected is explained by it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::edge::leg::{AudioFrame, PLAYED_PER_FRAME};
use std::collections::VecDeque;

/// Blocks of 5 ms in the longest delay that is looked for: 400 ms.
const LAGS: usize = 80;
/// Blocks that the echo rings on after its delay: 40 ms; and that the delay may wander: 20 ms.
const TAIL: usize = 8;
const WANDER: usize = 4;
/// What we send below this is silence: -50 dBFS, as amplitude of 16 bit samples.
const AUDIBLE: f32 = 104.0;
/// Loss of the echo that is assumed before anything was heard, dB.
const LOSS_AT_FIRST_DB: f32 = 10.0;
/// A block louder than the expected echo by less than this may still be it, dB.
const MARGIN_DB: f32 = 6.0;
/// How fast the bound follows what is observed, per frame of 20 ms.
const LEARN: f32 = 0.2;
/// Envelopes that go together so closely, at one delay for so long (frames of 20 ms), are one voice twice;
/// two people who talk at once come near it by chance, but not for long.
const TOGETHER: f32 = 0.7;
const PROOF_FRAMES: u32 = 15;
/// What comes back with less loss is no loudspeaker but a person, dB.
const LOSS_LEAST_DB: f32 = 6.0;
/// Memory of the comparison per block: 1.5 s; and how much of it is needed: 0.5 s.
const KEEP: f32 = 1.0 - 1.0 / 300.0;
const BLOCKS_LEAST: f32 = 100.0;
/// Blocks whose verdicts are kept: a voice activity frame and the audio after it.
const VERDICTS: usize = 24;

/// The guard of one call.
#[derive(Debug)]
pub struct EchoGuard {
    /// What we sent, newest first: amplitude per block, a frame more than the longest delay.
    sent: VecDeque<f32>,
    /// What came back, newest first, one longest delay.
    heard: VecDeque<f32>,
    loss_db: f32,
    /// Delay of a proven echo, blocks.
    lag: Option<usize>,
    /// A delay that may become one, and for how many frames it has been the likeliest.
    candidate: (usize, u32),
    likeness: Likeness,
    /// Energy and whether it is echo, per block, newest last.
    verdicts: VecDeque<(f32, bool)>,
}

impl Default for EchoGuard {
    fn default() -> Self {
        EchoGuard {
            sent: VecDeque::from(vec![0.0; LAGS + PLAYED_PER_FRAME]),
            heard: VecDeque::from(vec![0.0; LAGS]),
            loss_db: LOSS_AT_FIRST_DB,
            lag: None,
            candidate: (0, 0),
            likeness: Likeness::default(),
            verdicts: VecDeque::new(),
        }
    }
}

impl EchoGuard {
    /// Takes 20 ms of the caller with the loudness of what we sent meanwhile.
    pub fn push(&mut self, frame: &AudioFrame) {
        let blocks = frame.samples.chunks_exact(frame.samples.len() / PLAYED_PER_FRAME);
        for (samples, sent) in blocks.zip(frame.played) {
            self.block(rms(samples), f32::from(sent));
        }
        self.learn();
    }

    fn block(&mut self, heard: f32, sent: f32) {
        self.sent.rotate_right(1);
        self.sent[0] = sent;
        self.heard.rotate_right(1);
        self.heard[0] = heard;
        if self.speaking() {
            self.likeness.add(heard, &self.sent);
        }
        if self.verdicts.len() == VERDICTS {
            self.verdicts.pop_front();
        }
        let echo = heard <= self.expected() * amplitude(MARGIN_DB);
        self.verdicts.push_back((heard * heard, echo));
    }

    /// We sent something that may still be on its way back.
    pub fn speaking(&self) -> bool {
        self.sent.range(..LAGS).any(|sent| *sent > AUDIBLE)
    }

    /// The loudest echo that this moment can hold.
    fn expected(&self) -> f32 {
        let (from, to) = match self.lag {
            Some(lag) => (lag.saturating_sub(WANDER), (lag + TAIL).min(LAGS)),
            None => (0, LAGS),
        };
        let loudest = self.sent.range(from..to).copied().filter(|sent| *sent > AUDIBLE).fold(0.0, f32::max);
        loudest * amplitude(-self.loss_db)
    }

    fn learn(&mut self) {
        // What we sent 400 ms ago has come back since, whatever its delay.
        let sent = self.sent.range(LAGS..).copied().fold(0.0, f32::max);
        if sent > AUDIBLE {
            let heard = self.heard.iter().copied().fold(1.0, f32::max);
            let observed_db = decibels(sent / heard);
            if observed_db > self.loss_db + MARGIN_DB {
                // Quieter than the echo that was known: the loudspeaker is off.
                self.lag = None;
            }
            self.loss_db += (observed_db - self.loss_db).max(0.0) * LEARN;
        }
        if self.speaking() {
            self.prove();
        }
    }

    fn prove(&mut self) {
        let found = self.likeness.echo().map(|(lag, gain)| (lag, decibels(1.0 / gain.max(1e-4))));
        let Some((lag, loss_db)) = found.filter(|(_, loss_db)| *loss_db >= LOSS_LEAST_DB) else {
            self.candidate = (0, 0);
            return;
        };
        let same = lag.abs_diff(self.candidate.0) <= WANDER / 2;
        self.candidate = (lag, if same { self.candidate.1 + 1 } else { 0 });
        if self.candidate.1 >= PROOF_FRAMES {
            self.lag = Some(lag);
            self.loss_db += (loss_db - self.loss_db) * LEARN;
        }
    }

    /// Whether the 256 samples that end `unseen` samples before the newest are nothing but echo: most of
    /// their energy is explained by what we sent.
    pub fn explains(&self, samples: usize, unseen: usize) -> bool {
        const BLOCK_SAMPLES: usize = crate::edge::FRAME_SAMPLES / PLAYED_PER_FRAME;
        let (blocks, skip) = (samples.div_ceil(BLOCK_SAMPLES), unseen / BLOCK_SAMPLES);
        let of_frame = || self.verdicts.iter().rev().skip(skip).take(blocks);
        let all: f32 = of_frame().map(|(energy, _)| energy).sum();
        let echo: f32 = of_frame().filter(|(_, echo)| *echo).map(|(energy, _)| energy).sum();
        all > 0.0 && echo > all / 2.0
    }

    /// Delay in ms and loss in dB of an echo that was proven.
    pub fn path(&self) -> Option<(u64, f32)> {
        self.lag.map(|lag| (lag as u64 * 5, self.loss_db))
    }
}

/// How alike what came back is to what was sent, per delay: running sums with a fading memory.
#[derive(Debug)]
struct Likeness {
    blocks: f32,
    heard: f32,
    heard2: f32,
    lags: [Sums; LAGS],
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    sent: f32,
    sent2: f32,
    both: f32,
}

impl Default for Likeness {
    fn default() -> Self {
        Likeness { blocks: 0.0, heard: 0.0, heard2: 0.0, lags: [Sums::default(); LAGS] }
    }
}

impl Likeness {
    fn add(&mut self, heard: f32, sent: &VecDeque<f32>) {
        self.blocks = self.blocks * KEEP + 1.0;
        self.heard = self.heard * KEEP + heard;
        self.heard2 = self.heard2 * KEEP + heard * heard;
        for (sums, sent) in self.lags.iter_mut().zip(sent) {
            sums.sent = sums.sent * KEEP + sent;
            sums.sent2 = sums.sent2 * KEEP + sent * sent;
            sums.both = sums.both * KEEP + sent * heard;
        }
    }

    /// Delay and gain where the two go together, if they do.
    fn echo(&self) -> Option<(usize, f32)> {
        if self.blocks < BLOCKS_LEAST {
            return None;
        }
        let n = self.blocks;
        let heard = n * self.heard2 - self.heard * self.heard;
        let (mut best, mut found) = (TOGETHER, None);
        for (lag, sums) in self.lags.iter().enumerate() {
            let sent = n * sums.sent2 - sums.sent * sums.sent;
            let both = n * sums.both - self.heard * sums.sent;
            let likeness = both / (sent * heard).max(1.0).sqrt();
            if likeness > best {
                (best, found) = (likeness, Some((lag, both / sent.max(1.0))));
            }
        }
        found
    }
}

/// Root mean square of samples.
pub fn rms(samples: &[i16]) -> f32 {
    let power: f32 = samples.iter().map(|sample| f32::from(*sample).powi(2)).sum();
    (power / samples.len().max(1) as f32).sqrt()
}

fn amplitude(db: f32) -> f32 {
    10.0_f32.powf(db / 20.0)
}

fn decibels(ratio: f32) -> f32 {
    20.0 * ratio.max(1e-6).log10()
}

#[cfg(test)]
#[path = "echo_tests.rs"]
mod tests;
