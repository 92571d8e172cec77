//! ◆ What a leg plays: prompts one after another, streams as they are made, loops until stopped.
//!
//! Audio is taken only when its packet leaves, so a stop has nothing buffered behind it and
//! `heard_ms` is what went to the wire. The list may be held: silent at once, and ready to go on from
//! the word that was cut.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::leg::{Audio, MediaEvent, PlaybackId};
use super::rewind::Recent;
use crate::time::At;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Playbacks queued at a time; further ones are refused at once.
pub const PLAYBACKS_MAX: usize = 64;
/// Audio of a stream that is held in advance: a chunk more is taken only below this. 1 s.
const AHEAD_SAMPLES: usize = 8_000;
/// A list that nobody released goes on by itself after this long, ms: longer than the longest utterance
/// and its recognition.
const HELD_MAX_MS: u64 = 30_000;
/// -50 dBFS.
const AUDIBLE_RMS: f64 = 103.6;

/// The queue of playbacks.
#[derive(Debug, Default)]
pub struct Playlist {
    queue: VecDeque<Playback>,
    held: Option<Held>,
}

/// Nothing plays but these, since this moment.
#[derive(Debug)]
struct Held {
    except: Vec<PlaybackId>,
    since: At,
}

#[derive(Debug)]
struct Playback {
    id: PlaybackId,
    source: Source,
    /// When its first sample left.
    started: Option<At>,
    voiced: bool,
    heard_samples: u64,
    recent: Recent,
}

#[derive(Debug)]
enum Source {
    Ready { samples: Arc<[i16]>, at: usize },
    Loop { samples: Arc<[i16]>, at: usize },
    Stream(Stream),
}

#[derive(Debug)]
struct Stream {
    chunks: mpsc::Receiver<Vec<i16>>,
    ahead: VecDeque<i16>,
    closed: bool,
    made_samples: u64,
}

impl Playlist {
    /// Plays after what is queued.
    pub fn add(&mut self, id: PlaybackId, audio: Audio, events: &mut Vec<MediaEvent>) {
        let playback = Playback {
            id,
            source: Source::of(audio),
            started: None,
            voiced: false,
            heard_samples: 0,
            recent: Recent::new(),
        };
        if self.queue.len() >= PLAYBACKS_MAX {
            tracing::warn!(limit = PLAYBACKS_MAX, "refused a playback because too many are queued");
            events.push(playback.done(false));
            return;
        }
        self.queue.push_back(playback);
    }

    /// Silence from the next packet on; only `except` play to their end.
    pub fn hold(&mut self, except: Vec<PlaybackId>, now: At) {
        self.held = Some(Held { except, since: now });
    }

    /// Goes on where it was held, from a gap between words a little earlier.
    pub fn release(&mut self) {
        let Some(held) = self.held.take() else { return };
        if let Some(playback) = self.queue.front_mut().filter(|playback| !held.except.contains(&playback.id))
        {
            playback.go_back();
        }
    }

    /// Ends one playback, or all.
    pub fn stop(&mut self, id: Option<PlaybackId>, now: At, events: &mut Vec<MediaEvent>) {
        if id.is_none() {
            self.held = None;
        }
        self.queue.retain_mut(|playback| {
            let stopped = id.is_none_or(|id| id == playback.id);
            if stopped {
                playback.end(now, false, events);
            }
            !stopped
        });
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The next audio, which leaves now; silence where there is none.
    pub fn fill(&mut self, now: At, out: &mut [i16], events: &mut Vec<MediaEvent>) {
        let mut filled = 0;
        if self.held.as_ref().is_some_and(|held| now.since_ms(held.since) >= HELD_MAX_MS) {
            self.release();
        }
        while let Some(playback) = self.queue.front_mut() {
            if self.held.as_ref().is_some_and(|held| !held.except.contains(&playback.id)) {
                break;
            }
            let count = playback.source.read(&mut out[filled..]);
            playback.left(now, &out[filled..filled + count], events);
            filled += count;
            if !playback.source.is_finished() {
                break;
            }
            playback.end(now, true, events);
            self.queue.pop_front();
        }
        out[filled..].fill(0);
    }
}

impl Playback {
    fn left(&mut self, now: At, part: &[i16], events: &mut Vec<MediaEvent>) {
        if part.is_empty() {
            return;
        }
        self.heard_samples += part.len() as u64;
        self.recent.push(part);
        let at = *self.started.get_or_insert(now);
        if !self.voiced && is_audible(part) {
            self.voiced = true;
            events.push(MediaEvent::PlaybackStarted { id: self.id, at, voiced_at: now });
        }
    }

    /// Puts back what is to be heard again.
    fn go_back(&mut self) {
        let again = self.recent.take_back();
        self.heard_samples -= again.len() as u64;
        self.source.put_back(again);
    }

    fn end(&mut self, now: At, completed: bool, events: &mut Vec<MediaEvent>) {
        if let (Some(at), false) = (self.started, self.voiced) {
            events.push(MediaEvent::PlaybackStarted { id: self.id, at, voiced_at: now });
        }
        events.push(self.done(completed));
    }

    fn done(&self, completed: bool) -> MediaEvent {
        MediaEvent::PlaybackDone {
            id: self.id,
            heard_ms: self.heard_samples / 8,
            total_ms: self.source.total_samples() / 8,
            completed,
        }
    }
}

fn is_audible(part: &[i16]) -> bool {
    let power: f64 = part.iter().map(|s| f64::from(*s).powi(2)).sum();
    (power / part.len().max(1) as f64).sqrt() > AUDIBLE_RMS
}

impl Source {
    fn of(audio: Audio) -> Self {
        match audio {
            Audio::Ready(samples) => Source::Ready { samples, at: 0 },
            Audio::Loop(samples) => Source::Loop { samples, at: 0 },
            Audio::Stream(chunks) => {
                Source::Stream(Stream { chunks, ahead: VecDeque::new(), closed: false, made_samples: 0 })
            }
        }
    }

    /// Copies what there is; returns how many samples.
    fn read(&mut self, out: &mut [i16]) -> usize {
        match self {
            Source::Ready { samples, at } => {
                let count = out.len().min(samples.len() - *at);
                out[..count].copy_from_slice(&samples[*at..*at + count]);
                *at += count;
                count
            }
            Source::Loop { samples, .. } if samples.is_empty() => 0,
            Source::Loop { samples, at } => {
                for sample in &mut *out {
                    *sample = samples[*at];
                    *at = (*at + 1) % samples.len();
                }
                out.len()
            }
            Source::Stream(stream) => stream.read(out),
        }
    }

    /// The samples that were read last are read again next.
    fn put_back(&mut self, again: Vec<i16>) {
        match self {
            Source::Ready { at, .. } => *at -= again.len(),
            Source::Loop { samples, at } => {
                *at = (*at + samples.len() - again.len() % samples.len().max(1)) % samples.len().max(1);
            }
            Source::Stream(stream) => {
                again.into_iter().rev().for_each(|sample| stream.ahead.push_front(sample))
            }
        }
    }

    fn is_finished(&self) -> bool {
        match self {
            Source::Ready { samples, at } => *at == samples.len(),
            Source::Loop { samples, .. } => samples.is_empty(),
            Source::Stream(stream) => stream.closed && stream.ahead.is_empty(),
        }
    }

    fn total_samples(&self) -> u64 {
        match self {
            Source::Ready { samples, .. } | Source::Loop { samples, .. } => samples.len() as u64,
            Source::Stream(stream) => stream.made_samples,
        }
    }
}

impl Stream {
    fn read(&mut self, out: &mut [i16]) -> usize {
        while !self.closed && self.ahead.len() < AHEAD_SAMPLES {
            match self.chunks.try_recv() {
                Ok(chunk) => {
                    self.made_samples += chunk.len() as u64;
                    self.ahead.extend(chunk);
                }
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) => self.closed = true,
            }
        }
        let count = out.len().min(self.ahead.len());
        for (sample, next) in out.iter_mut().zip(self.ahead.drain(..count)) {
            *sample = next;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(samples: usize) -> Arc<[i16]> {
        vec![1000; samples].into()
    }

    fn play(playlist: &mut Playlist, ticks: u64) -> (Vec<i16>, Vec<MediaEvent>) {
        let (mut heard, mut events) = (Vec::new(), Vec::new());
        for n in 0..ticks {
            let mut out = [7; 160];
            playlist.fill(At(n * 20), &mut out, &mut events);
            heard.extend(out);
        }
        (heard, events)
    }

    fn started(id: u32, at: u64, voiced_at: u64) -> MediaEvent {
        MediaEvent::PlaybackStarted { id: PlaybackId(id), at: At(at), voiced_at: At(voiced_at) }
    }

    fn done(id: u32, heard_ms: u64, total_ms: u64, completed: bool) -> MediaEvent {
        MediaEvent::PlaybackDone { id: PlaybackId(id), heard_ms, total_ms, completed }
    }

    #[test]
    fn two_prompts_follow_each_other_without_a_gap() {
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Ready(tone(240)), &mut Vec::new());
        playlist.add(PlaybackId(2), Audio::Ready(tone(240)), &mut Vec::new());
        let (heard, events) = play(&mut playlist, 4);
        assert_eq!(heard[..480], [1000; 480]);
        assert_eq!(heard[480..], [0; 160]);
        assert_eq!(
            events,
            [started(1, 0, 0), done(1, 30, 30, true), started(2, 20, 20), done(2, 30, 30, true)]
        );
    }

    #[test]
    fn leading_silence_is_told_from_voice() {
        let mut playlist = Playlist::default();
        let prompt: Vec<i16> = [vec![0; 400], vec![2000; 400]].concat();
        playlist.add(PlaybackId(1), Audio::Ready(prompt.into()), &mut Vec::new());
        assert_eq!(play(&mut playlist, 5).1[0], started(1, 0, 40));
    }

    #[test]
    fn a_stop_leaves_silence_and_says_what_was_heard() {
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Ready(tone(8000)), &mut Vec::new());
        playlist.add(PlaybackId(2), Audio::Ready(tone(8000)), &mut Vec::new());
        play(&mut playlist, 3);
        let mut events = Vec::new();
        playlist.stop(None, At(60), &mut events);
        assert_eq!(events, [done(1, 60, 1000, false), done(2, 0, 1000, false)]);
        assert_eq!(play(&mut playlist, 1).0, [0; 160]);
    }

    #[test]
    fn a_stream_that_runs_dry_is_silent_until_more_comes() {
        let (make, chunks) = mpsc::channel(4);
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Stream(chunks), &mut Vec::new());
        make.try_send(vec![1000; 200]).unwrap();
        assert_eq!(play(&mut playlist, 2).0, [vec![1000; 200], vec![0; 120]].concat());
        make.try_send(vec![1000; 120]).unwrap();
        drop(make);
        let (heard, events) = play(&mut playlist, 2);
        assert_eq!(heard, [vec![1000; 120], vec![0; 200]].concat());
        assert_eq!(events, [done(1, 40, 40, true)]);
    }

    #[test]
    fn a_loop_plays_until_it_is_stopped() {
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Loop(vec![500, -500, 500].into()), &mut Vec::new());
        let (heard, _) = play(&mut playlist, 50);
        assert_eq!(&heard[7998..], [500, -500]);
        playlist.stop(Some(PlaybackId(1)), At(1000), &mut Vec::new());
        assert!(playlist.is_empty());
    }

    #[test]
    fn a_held_list_is_silent_at_once_and_goes_on_with_the_word_that_was_cut() {
        let (make, chunks) = mpsc::channel(4);
        for audio in [Audio::Ready(tone(8000)), Audio::Stream(chunks)] {
            let mut playlist = Playlist::default();
            playlist.add(PlaybackId(1), audio, &mut Vec::new());
            let _ = make.try_send(vec![1000; 8000]);
            assert_eq!(play(&mut playlist, 5).0, [1000; 800]);
            playlist.hold(Vec::new(), At(100));
            let (held, events) = play(&mut playlist, 50);
            assert!(held.iter().all(|sample| *sample == 0) && events.is_empty());
            playlist.release();
            assert_eq!(play(&mut playlist, 50).0, [1000; 8000], "100 ms are heard twice");
        }
    }

    #[test]
    fn what_is_heard_twice_counts_once() {
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Ready(tone(8000)), &mut Vec::new());
        play(&mut playlist, 25);
        playlist.hold(Vec::new(), At(500));
        playlist.release();
        play(&mut playlist, 5);
        let mut events = Vec::new();
        playlist.stop(Some(PlaybackId(1)), At(900), &mut events);
        let Some(MediaEvent::PlaybackDone { heard_ms, .. }) = events.last() else { panic!("{events:?}") };
        assert!((380..=400).contains(heard_ms), "{heard_ms}");
    }

    #[test]
    fn while_held_a_sentence_that_must_be_heard_plays_to_its_end_and_nothing_follows() {
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Ready(tone(1600)), &mut Vec::new());
        playlist.add(PlaybackId(2), Audio::Ready(tone(1600)), &mut Vec::new());
        playlist.hold(vec![PlaybackId(1)], At(0));
        let (heard, _) = play(&mut playlist, 20);
        assert_eq!(heard[..1600], [1000; 1600]);
        assert!(heard[1600..].iter().all(|sample| *sample == 0));
        playlist.release();
        assert_eq!(play(&mut playlist, 1).0, [1000; 160]);
    }

    #[test]
    fn a_list_that_nobody_releases_goes_on_by_itself() {
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Ready(tone(1600)), &mut Vec::new());
        playlist.hold(Vec::new(), At(0));
        assert_eq!(play(&mut playlist, HELD_MAX_MS / 20).1, []);
        let mut out = [0; 160];
        playlist.fill(At(HELD_MAX_MS), &mut out, &mut Vec::new());
        assert_eq!(out, [1000; 160]);
    }

    #[test]
    fn an_empty_prompt_ends_at_once() {
        let mut playlist = Playlist::default();
        playlist.add(PlaybackId(1), Audio::Loop(Arc::new([])), &mut Vec::new());
        playlist.add(PlaybackId(2), Audio::Ready(Arc::new([])), &mut Vec::new());
        assert_eq!(play(&mut playlist, 1).1, [done(1, 0, 0, true), done(2, 0, 0, true)]);
    }
}
