//! Other sample rates, by `rubato`: for engines that listen or speak at 16 or 22.05 kHz, and for
//! sound files.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

/// Input of one step: 20 ms, which is also what the filter's sharpness asks for.
const STEPS_PER_S: usize = 50;

/// A pair of rates that cannot be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot resample from {from} Hz to {to} Hz")]
pub struct BadRates {
    pub from: u32,
    pub to: u32,
}

/// Converts a mono stream as it comes.
pub struct Resampler {
    /// `None` where both rates are the same.
    engine: Option<Fft<f32>>,
    /// Input that does not fill a step yet.
    waiting: Vec<f32>,
    /// Output that only stems from the engine's delay and is left out.
    delay_left: usize,
    ratio: f64,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// # Errors
    /// When a rate is 0 or beyond what the engine takes.
    pub fn new(from: u32, to: u32) -> Result<Self, BadRates> {
        let engine = if from == to && from > 0 {
            None
        } else {
            let step = (from as usize / STEPS_PER_S).max(1);
            // The engine's delay is half a step: an odd one would be off by half a sample.
            let step = if step.is_multiple_of(2) { step } else { step * 2 };
            let window = WindowFunction::BlackmanHarris2;
            let engine = Fft::new_custom(from as usize, to as usize, step, 1, 1, window, FixedSync::Input);
            Some(engine.map_err(|_| BadRates { from, to })?)
        };
        Ok(Resampler {
            delay_left: engine.as_ref().map_or(0, rubato::Resampler::output_delay),
            engine,
            waiting: Vec::new(),
            ratio: f64::from(to) / f64::from(from),
            taken: 0,
            given: 0,
        })
    }

    /// Takes audio, gives what is ready: output lags input by at most a few tens of ms.
    pub fn push(&mut self, input: &[f32]) -> Vec<f32> {
        self.taken += input.len() as u64;
        self.convert(input)
    }

    /// The same in 16 bit.
    pub fn push_i16(&mut self, input: &[i16]) -> Vec<i16> {
        to_i16(&self.push(&to_f32(input)))
    }

    /// What is left at the end of the stream: in all, input length times ratio.
    pub fn finish(mut self) -> Vec<f32> {
        let total = (self.taken as f64 * self.ratio).round() as u64;
        let mut rest = Vec::new();
        let step = self.engine.as_ref().map_or(1, rubato::Resampler::input_frames_next);
        while self.given + (rest.len() as u64) < total {
            let before = self.given;
            let more = self.convert(&vec![0.0; step]);
            self.given = before;
            rest.extend(more);
        }
        rest.truncate(total.saturating_sub(self.given) as usize);
        rest
    }

    fn convert(&mut self, input: &[f32]) -> Vec<f32> {
        let Some(engine) = &mut self.engine else {
            self.given += input.len() as u64;
            return input.to_vec();
        };
        self.waiting.extend_from_slice(input);
        let mut ready = Vec::new();
        let mut used = 0;
        loop {
            let step = engine.input_frames_next();
            let Some(chunk) = self.waiting.get(used..used + step) else {
                break;
            };
            ready.extend(process(engine, chunk));
            used += step;
        }
        self.waiting.drain(..used);
        let late = self.delay_left.min(ready.len());
        self.delay_left -= late;
        ready.drain(..late);
        self.given += ready.len() as u64;
        ready
    }
}

/// One step; silence should the engine refuse what it asked for.
fn process(engine: &mut Fft<f32>, chunk: &[f32]) -> Vec<f32> {
    let frames = engine.output_frames_next();
    let done =
        InterleavedSlice::new(chunk, 1, chunk.len()).ok().and_then(|input| engine.process(&input, None).ok());
    done.map_or_else(|| vec![0.0; frames], |output| output.take_data())
}

/// Converts a whole sound.
///
/// # Errors
/// As [`Resampler::new`].
pub fn resample(input: &[f32], from: u32, to: u32) -> Result<Vec<f32>, BadRates> {
    let mut resampler = Resampler::new(from, to)?;
    let mut output = resampler.push(input);
    output.extend(resampler.finish());
    Ok(output)
}

/// The same in 16 bit.
///
/// # Errors
/// As [`Resampler::new`].
pub fn resample_i16(input: &[i16], from: u32, to: u32) -> Result<Vec<i16>, BadRates> {
    Ok(to_i16(&resample(&to_f32(input), from, to)?))
}

/// -1..1
pub fn to_f32(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|s| f32::from(*s) / 32_768.0).collect()
}

/// Clipped, not wrapped.
pub fn to_i16(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|s| (s * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, hz: f64, samples: usize) -> Vec<f32> {
        let step = hz * std::f64::consts::TAU / f64::from(rate);
        (0..samples).map(|i| ((i as f64 * step).sin() * 0.5) as f32).collect()
    }

    /// Against the sine as it should be, away from the edges, dB.
    fn snr_db(heard: &[f32], wanted: &[f32]) -> f32 {
        let inner = 1000..wanted.len().min(heard.len()) - 1000;
        let noise: f32 = inner.clone().map(|i| (heard[i] - wanted[i]).powi(2)).sum();
        let signal: f32 = inner.map(|i| wanted[i].powi(2)).sum();
        10.0 * (signal / noise.max(1e-12)).log10()
    }

    #[test]
    fn sines_of_speech_survive_every_pair_of_rates_in_time_and_in_length() {
        for (from, to) in
            [(8000, 16_000), (16_000, 8000), (22_050, 8000), (24_000, 8000), (48_000, 8000), (8000, 8000)]
        {
            for hz in [300.0, 1000.0, 3000.0] {
                let input = sine(from, hz, from as usize);
                let output = resample(&input, from, to).unwrap();
                assert_eq!(output.len(), to as usize, "{from}->{to}");
                let snr = snr_db(&output, &sine(to, hz, to as usize));
                assert!(snr > 40.0, "{from}->{to} at {hz} Hz: {snr} dB");
            }
        }
    }

    #[test]
    fn what_the_telephone_cannot_carry_is_removed_and_not_folded_back() {
        let output = resample(&sine(22_050, 6000.0, 22_050), 22_050, 8000).unwrap();
        let rms = (output.iter().map(|s| s * s).sum::<f32>() / output.len() as f32).sqrt();
        assert!(rms < 0.005, "{rms}");
    }

    #[test]
    fn a_stream_in_odd_pieces_gives_what_the_whole_gives() {
        let input = sine(22_050, 440.0, 22_050);
        let whole = resample(&input, 22_050, 8000).unwrap();
        let mut stream = Resampler::new(22_050, 8000).unwrap();
        let mut pieces: Vec<f32> = input.chunks(777).flat_map(|piece| stream.push(piece)).collect();
        pieces.extend(stream.finish());
        assert_eq!(pieces, whole);
    }

    #[test]
    fn a_rate_of_zero_is_refused() {
        assert_eq!(resample(&[], 0, 8000), Err(BadRates { from: 0, to: 8000 }));
        assert!(Resampler::new(0, 0).is_err());
    }
}
