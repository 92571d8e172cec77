//! ◆ One loudness for every voice: speech at -20 dBFS RMS, no sample clipped.
//!
//! Callers hear Piper and espeak-ng in one call; without this one is twice as loud as the other.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// RMS of the voiced frames after normalising: -20 dBFS.
pub const SPEECH_RMS: f32 = 0.1;
/// Highest sample after normalising, so that G.711 never clips: -1 dBFS.
const PEAK: f32 = 0.89;
/// A frame quieter than this is a pause and does not count: -50 dBFS.
const PAUSE_RMS: f32 = 0.003;
/// Most that a voice is made louder: 20 dB. More would only lift noise.
const MAX_GAIN: f32 = 10.0;
const FRAME_SAMPLES: usize = 160;

/// Scales `samples` (full scale is 1.0) to the common loudness and to 16 bit.
pub fn normalised(samples: &[f32]) -> Vec<i16> {
    scaled(samples, gain(samples))
}

/// Scales by a gain that is known beforehand; what would clip is bent back to the highest sample.
pub fn scaled(samples: &[f32], gain: f32) -> Vec<i16> {
    let scale = |sample: &f32| ((sample * gain).clamp(-PEAK, PEAK) * f32::from(i16::MAX)).round() as i16;
    samples.iter().map(scale).collect()
}

/// What brings `samples` to the common loudness.
pub fn gain(samples: &[f32]) -> f32 {
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    let Some(speech) = speech_rms(samples) else {
        return 1.0f32.min(PEAK / peak.max(PEAK));
    };
    (SPEECH_RMS / speech).min(PEAK / peak).min(MAX_GAIN)
}

/// Silence kept before the first and after the last sound: 20 ms, so that no consonant is bitten off.
const KEPT_SAMPLES: usize = 160;

/// Cuts the silence at both ends (8 kHz): what a voice adds in front would be heard as a slow answer.
pub fn trimmed(samples: &[f32]) -> &[f32] {
    match onset(samples) {
        Some(start) => &samples[start..last_sound(samples)],
        None => &[],
    }
}

/// Where a voice begins, with what is kept before it; `None` while all is silence.
pub fn onset(samples: &[f32]) -> Option<usize> {
    let first = samples.chunks(FRAME_SAMPLES).position(is_loud)?;
    Some((first * FRAME_SAMPLES).saturating_sub(KEPT_SAMPLES))
}

/// Where it ends, with what is kept behind it.
pub fn last_sound(samples: &[f32]) -> usize {
    let last = samples.chunks(FRAME_SAMPLES).collect::<Vec<_>>().into_iter().rposition(is_loud);
    last.map_or(0, |last| ((last + 1) * FRAME_SAMPLES + KEPT_SAMPLES).min(samples.len()))
}

fn is_loud(frame: &[f32]) -> bool {
    frame.iter().any(|sample| sample.abs() > PAUSE_RMS)
}

/// RMS over the frames that hold speech; `None` when all is silence.
pub fn speech_rms(samples: &[f32]) -> Option<f32> {
    let powers = samples
        .chunks(FRAME_SAMPLES)
        .map(|frame| frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32)
        .filter(|power| *power > PAUSE_RMS * PAUSE_RMS);
    let (sum, count) = powers.fold((0.0, 0u32), |(sum, count), power| (sum + power, count + 1));
    (count > 0).then(|| (sum / count as f32).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(amplitude: f32) -> Vec<f32> {
        (0..8_000).map(|n| (n as f32 * 0.3).sin() * amplitude).collect()
    }

    fn rms_of(pcm: &[i16]) -> f32 {
        let float: Vec<f32> = pcm.iter().map(|s| f32::from(*s) / 32_768.0).collect();
        speech_rms(&float).unwrap()
    }

    #[test]
    fn loud_and_quiet_voices_come_out_alike() {
        assert!((rms_of(&normalised(&tone(0.9))) - SPEECH_RMS).abs() < 0.002);
        assert!((rms_of(&normalised(&tone(0.02))) - SPEECH_RMS).abs() < 0.002);
    }

    #[test]
    fn pauses_do_not_make_speech_louder() {
        let mut with_pause = tone(0.5);
        with_pause.extend([0.0; 16_000]);
        assert!((rms_of(&normalised(&with_pause)) - SPEECH_RMS).abs() < 0.002);
    }

    #[test]
    fn a_click_is_not_clipped() {
        let mut samples = tone(0.01);
        samples[4_000] = 1.5;
        let loudest = normalised(&samples).iter().map(|s| s.unsigned_abs()).max().unwrap();
        assert!(loudest < 30_000, "{loudest}");
    }

    #[test]
    fn silence_around_speech_is_cut_to_20_ms() {
        let mut samples = vec![0.0; 1_600];
        samples.extend(tone(0.5));
        samples.extend([0.0; 3_200]);
        assert_eq!(trimmed(&samples).len(), 8_000 + 2 * 160);
        assert!(trimmed(&[0.0; 800]).is_empty());
    }

    #[test]
    fn silence_stays_silence() {
        assert!(normalised(&[0.0; 800]).iter().all(|s| *s == 0));
        assert!(normalised(&[]).is_empty());
    }
}
