//! One worker's decoder: audio in, words out, on one thread.

use super::prompt::prompt;
use super::stop;
use crate::hear::resample::{Resampler, to_floats};
use crate::hear::{Hint, SttError};
use crate::language::Language;
use std::ffi::{c_int, c_void};
use std::sync::Arc;
use whisper_rs::whisper_rs_sys as sys;
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperState, WhisperTokenId};

/// What Whisper works at.
const WHISPER_HZ: u32 = 16_000;
/// What calls bring.
const CALL_HZ: u32 = 8_000;
/// The encoder's positions: 50 a second, 30 s at most.
const POSITIONS_PER_S: f32 = 50.0;
const POSITIONS_MAX: usize = 1_500;
/// Positions of silence that the decoder wants to see after the speech.
const POSITIONS_AFTER: usize = 64;
/// Fewer positions are faster, and lose words: on 20 English recordings the character error was 6.0 %
/// with at least 128, 1.2 % with 384 and 0.7 % with 512. So 512, and 256 when others wait.
const POSITIONS_MIN: usize = 512;
const POSITIONS_MIN_IN_HURRY: usize = 256;
/// Audio that tells the language, in positions: 4 s.
const POSITIONS_DETECT: usize = 256;
/// How much likelier the expected language is before anything was heard. Of 60 Polish callers on a
/// Polish line 58 are taken for Polish with this, 53 without; of 60 English callers 60 either way.
const EXPECTED_LANGUAGE_ODDS: f32 = 10.0;
/// Mean token probability from which words are believed to be in the language detected.
pub const SURE_OF_LANGUAGE: f32 = 0.55;
/// How much more sense words must make in a language that nobody expected, mean token probability.
pub const CLEARLY_BETTER: f32 = 0.08;
/// Probability of silence from which no other language is looked for, and words are not believed.
pub(super) const NO_SPEECH: f32 = 0.8;
/// Whisper takes half of its text context, less the start marker, as prompt.
const PROMPT_TOKENS: usize = 200;
/// Threads of a decode that has the machine to itself: two take 236 ms where one takes 357 (median of 60
/// English prompts, beam 5). Two decodes of two threads each stand in each other's way, so else it is one.
const THREADS_ALONE: usize = 2;

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub text: String,
    pub language: Language,
    pub confidence: f32,
    pub no_speech: f32,
}

/// What a decode may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Greedy, on a shorter context.
    pub hurry: bool,
    /// Nothing else is decoded.
    pub alone: bool,
}

impl Effort {
    fn threads(self, cores: usize) -> usize {
        if self.alone { THREADS_ALONE.min(cores) } else { 1 }
    }
}

/// A decoder with buffers of its own over the shared weights.
pub struct Decoder {
    context: Arc<WhisperContext>,
    state: WhisperState,
    resampler: Resampler,
    beam: usize,
    cores: usize,
    /// Settings by language and width; made once, because whisper-rs leaks each language name.
    settings: Vec<(Language, usize, FullParams<'static, 'static>)>,
}

impl Decoder {
    pub fn new(context: Arc<WhisperContext>, beam: usize) -> Result<Self, SttError> {
        let state = context.create_state().map_err(engine)?;
        let widths = [1, beam.max(1)];
        let settings = Language::ALL
            .into_iter()
            .flat_map(|language| widths.map(|width| (language, width, settings(language, width))))
            .collect();
        Ok(Decoder {
            context,
            state,
            resampler: Resampler::new(CALL_HZ, WHISPER_HZ).map_err(engine)?,
            beam: beam.max(1),
            cores: std::thread::available_parallelism().map_or(1, |cores| cores.get()),
            settings,
        })
    }

    /// Words of `pcm` (8 kHz). `abandoned` is asked between steps;
    /// when it says yes the answer is `Cancelled`.
    pub fn decode(
        &mut self,
        pcm: &[i16],
        hint: &Hint,
        effort: Effort,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<Heard, SttError> {
        let audio = self.resampler.clip(&to_floats(pcm)).map_err(engine)?;
        if audio.is_empty() {
            return Ok(silence(candidates(hint)[0]));
        }
        let likeliest = candidates(hint)[0];
        let language = self.language(&audio, candidates(hint), effort, abandoned)?;
        let heard = self.decode_in(language, &audio, hint, effort, abandoned)?;
        if heard.confidence >= SURE_OF_LANGUAGE {
            return Ok(heard);
        }
        if language == likeliest {
            return self.changed_language(heard, &audio, hint, effort, abandoned);
        }
        // Words that make little sense in the language detected may make more in the expected one.
        let expected = self.decode_in(likeliest, &audio, hint, effort, abandoned)?;
        Ok(if expected.confidence > heard.confidence { expected } else { heard })
    }

    /// Words that make little sense may be in another language: the caller changed it.
    fn changed_language(
        &mut self,
        heard: Heard,
        audio: &[f32],
        hint: &Hint,
        effort: Effort,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<Heard, SttError> {
        if hint.others.is_empty() || heard.no_speech > NO_SPEECH {
            return Ok(heard);
        }
        let all = [&[heard.language], &hint.others[..]].concat();
        let language = self.language(audio, &all, effort, abandoned)?;
        if language == heard.language {
            return Ok(heard);
        }
        let other = self.decode_in(language, audio, hint, effort, abandoned)?;
        Ok(if other.confidence > heard.confidence + CLEARLY_BETTER { other } else { heard })
    }

    fn decode_in(
        &mut self,
        language: Language,
        audio: &[f32],
        hint: &Hint,
        effort: Effort,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<Heard, SttError> {
        if abandoned() {
            return Err(SttError::Cancelled);
        }
        let seconds = audio.len() as f32 / WHISPER_HZ as f32;
        let prompt = self.prompt_tokens(hint, language)?;
        let guard = Guard {
            abandoned,
            end_of_text: self.context.token_eot(),
            vocabulary: self.context.n_vocab() as usize,
            limit: stop::token_limit(seconds.min(30.0)),
        };
        let mut params = self.params(language, if effort.hurry { 1 } else { self.beam });
        params.set_n_threads(effort.threads(self.cores) as c_int);
        params.set_audio_ctx(positions(seconds, effort.hurry) as c_int);
        params.set_max_tokens(guard.limit as c_int);
        if !prompt.is_empty() {
            params.set_tokens(&prompt);
        }
        self.run(guarded(params, &guard), audio, abandoned)?;
        Ok(self.heard(language))
    }

    fn run(
        &mut self,
        params: FullParams<'_, '_>,
        audio: &[f32],
        abandoned: &dyn Fn() -> bool,
    ) -> Result<(), SttError> {
        match self.state.full(params, audio) {
            _ if abandoned() => Err(SttError::Cancelled),
            other => other.map_err(engine),
        }
    }

    /// The likeliest of `candidates` at the beginning of the audio; the first of them is expected.
    fn language(
        &mut self,
        audio: &[f32],
        candidates: &[Language],
        effort: Effort,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<Language, SttError> {
        let [first, _, ..] = candidates else {
            return Ok(candidates[0]);
        };
        // Stops before the encoder, having computed the spectrogram and set the short context; the
        // engine's own detection would take the context of the call before, or all 30 s.
        let seconds = audio.len() as f32 / WHISPER_HZ as f32;
        let mut params = self.params(*first, 1);
        params.set_audio_ctx(positions(seconds, true).min(POSITIONS_DETECT) as c_int);
        params.set_duration_ms(100);
        self.run(params, audio, abandoned)?;
        let (_, probabilities) = self.state.lang_detect(0, effort.threads(self.cores)).map_err(engine)?;
        let probability = |language: &Language| {
            let id = whisper_rs::get_lang_id(language.code());
            let heard = id.and_then(|id| probabilities.get(id as usize).copied()).unwrap_or(0.0);
            if language == first { heard * EXPECTED_LANGUAGE_ODDS } else { heard }
        };
        let best = candidates.iter().max_by(|a, b| probability(a).total_cmp(&probability(b)));
        Ok(best.copied().unwrap_or(*first))
    }

    fn params(&self, language: Language, width: usize) -> FullParams<'static, 'static> {
        let known = self.settings.iter().find(|known| known.0 == language && known.1 == width);
        known.map_or_else(|| settings(language, width), |known| known.2.clone())
    }

    fn prompt_tokens(&self, hint: &Hint, language: Language) -> Result<Vec<WhisperTokenId>, SttError> {
        let Some(text) = prompt(hint, language) else {
            return Ok(Vec::new());
        };
        // Room for one token a byte: with less, whisper-rs 0.16 takes the engine's negative count for
        // a length.
        let mut tokens = self.context.tokenize(&text, text.len() + 1).map_err(engine)?;
        tokens.truncate(PROMPT_TOKENS);
        Ok(tokens)
    }

    /// Collects the words of the last run.
    fn heard(&self, language: Language) -> Heard {
        let mut heard = silence(language);
        let end_of_text = self.context.token_eot();
        let mut sum = 0.0;
        let mut count = 0;
        let mut text = Vec::new();
        for segment in self.state.as_iter() {
            heard.no_speech = segment.no_speech_probability();
            let tokens: Vec<_> = (0..segment.n_tokens())
                .filter_map(|index| segment.get_token(index))
                .map(|token| token.token_data())
                .filter(|data| data.id < end_of_text)
                .collect();
            let ids: Vec<_> = tokens.iter().map(|data| data.id).collect();
            let kept = stop::repetition(&ids).unwrap_or(ids.len());
            for data in &tokens[..kept] {
                sum += data.p;
                count += 1;
                text.extend(self.context.token_to_bytes(data.id).unwrap_or_default());
            }
        }
        heard.text = String::from_utf8_lossy(&text).trim().to_owned();
        if count > 0 {
            heard.confidence = sum / count as f32;
        }
        heard
    }
}

/// No words.
fn silence(language: Language) -> Heard {
    Heard { text: String::new(), language, confidence: 0.0, no_speech: 1.0 }
}

/// Never empty.
fn candidates(hint: &Hint) -> &[Language] {
    match &hint.languages[..] {
        [] => &Language::ALL,
        some => some,
    }
}

/// Encoder positions for an utterance.
fn positions(seconds: f32, hurry: bool) -> usize {
    let least = if hurry { POSITIONS_MIN_IN_HURRY } else { POSITIONS_MIN };
    let wanted = (POSITIONS_PER_S * seconds).ceil() as usize + POSITIONS_AFTER;
    wanted.next_multiple_of(64).clamp(least, POSITIONS_MAX)
}

fn settings(language: Language, width: usize) -> FullParams<'static, 'static> {
    let strategy = match width {
        1 => SamplingStrategy::Greedy { best_of: 1 },
        width => SamplingStrategy::BeamSearch { beam_size: width as c_int, patience: -1.0 },
    };
    let mut params = FullParams::new(strategy);
    params.set_language(Some(language.code()));
    params.set_no_context(true);
    params.set_single_segment(true);
    params.set_no_timestamps(true);
    params.set_temperature_inc(0.0);
    params.set_suppress_nst(true);
    // The dialog judges silence by `no_speech`; the engine would just return nothing.
    params.set_no_speech_thold(2.0);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params.set_print_special(false);
    params
}

/// What the engine's callbacks need to know.
struct Guard<'a> {
    abandoned: &'a dyn Fn() -> bool,
    end_of_text: WhisperTokenId,
    vocabulary: usize,
    /// Tokens that fit into the time.
    limit: usize,
}

/// Sets the callbacks. whisper-rs's own safe setter for aborting casts the closure wrongly.
fn guarded<'a, 'b>(mut params: FullParams<'a, 'b>, guard: &'b Guard<'_>) -> FullParams<'a, 'b> {
    let data = std::ptr::from_ref(guard).cast_mut().cast::<c_void>();
    // SAFETY: the callbacks read `data` as the `Guard` it is, and the lifetime keeps it alive as long
    // as the settings are; they do not unwind.
    unsafe {
        params.set_abort_callback(Some(on_abort));
        params.set_abort_callback_user_data(data);
        params.set_filter_logits_callback(Some(on_logits));
        params.set_filter_logits_callback_user_data(data);
    }
    params
}

unsafe extern "C" fn on_abort(data: *mut c_void) -> bool {
    // SAFETY: `guarded` set it.
    let guard = unsafe { &*data.cast::<Guard<'_>>() };
    (guard.abandoned)()
}

unsafe extern "C" fn on_logits(
    _: *mut sys::whisper_context,
    _: *mut sys::whisper_state,
    tokens: *const sys::whisper_token_data,
    count: c_int,
    logits: *mut f32,
    data: *mut c_void,
) {
    if count <= 0 || tokens.is_null() {
        return;
    }
    // SAFETY: `guarded` set the data; the engine passes `count` tokens and one logit per token of the
    // vocabulary.
    let (guard, tokens, logits) = unsafe {
        let guard = &*data.cast::<Guard<'_>>();
        (
            guard,
            std::slice::from_raw_parts(tokens, count as usize),
            std::slice::from_raw_parts_mut(logits, guard.vocabulary),
        )
    };
    let ids: Vec<_> = tokens.iter().map(|token| token.id).collect();
    if ids.len() >= guard.limit || stop::repetition(&ids).is_some() {
        let end = logits[guard.end_of_text as usize];
        logits.fill(f32::NEG_INFINITY);
        logits[guard.end_of_text as usize] = if end.is_finite() { end } else { 0.0 };
    }
}

fn engine(error: impl std::fmt::Display) -> SttError {
    SttError::Engine(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audio_context_follows_the_length() {
        assert_eq!(positions(0.3, false), 512);
        assert_eq!(positions(0.3, true), 256);
        assert_eq!(positions(12.0, true), 704);
        assert_eq!(positions(40.0, false), 1_500);
    }
}
