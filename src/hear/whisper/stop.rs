//! ◆ When to stop a decoder that repeats itself.
//!
//! A short audio context makes Whisper fast and makes it loop: after the last word it starts again
//! from the first. Two signs end a decode: the same few tokens again and again, or more tokens than
//! anybody can say in the time.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Tokens that are always allowed, and those that are allowed for each second of audio.
const TOKENS_AT_LEAST: usize = 12;
const TOKENS_PER_S: usize = 12;
/// Longest phrase that is looked for, in tokens.
const LONGEST_PHRASE: usize = 40;

/// Tokens that an utterance of `seconds` can hold.
pub fn token_limit(seconds: f32) -> usize {
    TOKENS_AT_LEAST + (TOKENS_PER_S as f32 * seconds.max(0.0)).ceil() as usize
}

/// How often a phrase of this many tokens is said in a row only by a decoder that loops. Callers do
/// repeat digits, "no, no, no" and "hello, hello".
fn too_often(phrase: usize) -> usize {
    match phrase {
        1 => 7,
        2 => 5,
        3 => 4,
        4 => 3,
        _ => 2,
    }
}

/// Where the repetition at the end of `tokens` begins, if there is one that no caller would say: the
/// length to cut `tokens` to, so that the phrase is left once.
pub fn repetition<T: PartialEq>(tokens: &[T]) -> Option<usize> {
    let longest = LONGEST_PHRASE.min(tokens.len() / 2);
    (1..=longest).find_map(|phrase| {
        let times = times_at_end(tokens, phrase);
        (times >= too_often(phrase)).then(|| tokens.len() - (times - 1) * phrase)
    })
}

/// How many times in a row the last `phrase` tokens stand at the end.
fn times_at_end<T: PartialEq>(tokens: &[T], phrase: usize) -> usize {
    let last = &tokens[tokens.len() - phrase..];
    tokens.rchunks_exact(phrase).take_while(|chunk| *chunk == last).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_speech_is_left_alone() {
        assert_eq!(repetition(&[1, 2, 3, 4, 5, 6]), None);
        assert_eq!(repetition::<i32>(&[]), None);
    }

    #[test]
    fn six_equal_digits_are_a_number_and_seven_are_a_loop() {
        assert_eq!(repetition(&[9, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(repetition(&[9, 0, 0, 0, 0, 0, 0, 0]), Some(2));
    }

    #[test]
    fn a_sentence_said_twice_is_cut_to_once() {
        let sentence: Vec<i32> = (0..9).collect();
        let twice = [&[99][..], &sentence, &sentence].concat();
        assert_eq!(repetition(&twice), Some(10));
    }

    #[test]
    fn a_short_phrase_may_be_said_twice() {
        assert_eq!(repetition(&[1, 2, 3, 4, 1, 2, 3, 4]), None);
        assert_eq!(repetition(&[1, 2, 3, 4, 5, 1, 2, 3, 4, 5]), Some(5));
        assert_eq!(repetition(&[1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]), Some(4));
    }

    #[test]
    fn the_token_limit_grows_with_the_time() {
        assert_eq!(token_limit(0.0), 12);
        assert_eq!(token_limit(2.5), 42);
    }

    proptest! {
        #[test]
        fn what_is_left_is_shorter_and_not_empty(tokens in proptest::collection::vec(0u8..3, 0..80)) {
            if let Some(length) = repetition(&tokens) {
                prop_assert!(length > 0 && length < tokens.len());
            }
        }
    }
}
