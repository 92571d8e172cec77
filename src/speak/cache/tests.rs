use super::*;
use crate::speak::SPEECH_CHUNKS;
use crate::speak::voice::tests::all_of;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, mpsc};

/// Counts what it is asked; makes one chunk, then waits for `go`, then the second one.
struct Slow {
    asked: AtomicUsize,
    abandoned: Arc<Notify>,
    go: Arc<Notify>,
    fallbacks: AtomicUsize,
}

impl Slow {
    fn new() -> Arc<Slow> {
        Arc::new(Slow {
            asked: AtomicUsize::new(0),
            abandoned: Arc::default(),
            go: Arc::default(),
            fallbacks: AtomicUsize::new(0),
        })
    }
}

impl TextToSpeech for Slow {
    fn name(&self) -> &str {
        "slow"
    }

    fn speaks(&self, language: Language) -> bool {
        language == Language::English
    }

    fn speak(&self, text: &str, _: Language) -> BoxFuture<'static, Result<Speech, TtsError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let (fails, panics) = (text.contains("fail"), text.contains("panic"));
        self.fallbacks.fetch_add(usize::from(text.contains("instead")), Ordering::SeqCst);
        let (go, abandoned) = (Arc::clone(&self.go), Arc::clone(&self.abandoned));
        Box::pin(async move {
            assert!(!panics, "scripted");
            if fails {
                return Err(TtsError::Engine("scripted".to_owned()));
            }
            let (sender, receiver) = mpsc::channel(SPEECH_CHUNKS);
            tokio::spawn(async move {
                let _ = sender.send(Ok(vec![1; 100])).await;
                tokio::select! {
                    () = go.notified() => { let _ = sender.send(Ok(vec![2; 100])).await; }
                    () = sender.closed() => abandoned.notify_one(),
                }
            });
            Ok(Speech::Stream(receiver))
        })
    }

    fn fallbacks(&self) -> u64 {
        self.fallbacks.load(Ordering::SeqCst) as u64
    }
}

fn cache(voice: &Arc<Slow>, dir: Option<PathBuf>) -> Arc<Cache> {
    Cache::new(voice.clone(), CacheLimits::default(), dir)
}

fn prompt(text: &str) -> Vec<(Language, String)> {
    vec![(Language::English, text.to_owned())]
}

#[tokio::test]
async fn what_several_callers_want_at_once_is_made_once() {
    let voice = Slow::new();
    let cache = cache(&voice, None);
    let first = cache.speak("Hello", Language::English).await.unwrap();
    let second = cache.speak("Hello", Language::English).await.unwrap();
    assert!(matches!(first, Speech::Stream(_)) && matches!(second, Speech::Stream(_)));
    voice.go.notify_one();
    let (first, second) = tokio::join!(all_of(first), all_of(second));
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(voice.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_was_said_once_is_ready() {
    let voice = Slow::new();
    let cache = cache(&voice, None);
    voice.go.notify_one();
    let streamed = all_of(cache.speak("Hello", Language::English).await.unwrap()).await.unwrap();
    // The listener's last chunk may arrive before the maker has put the whole away.
    while !locked(&cache.state).making.is_empty() {
        tokio::task::yield_now().await;
    }
    let Speech::Ready(ready) = cache.speak("Hello", Language::English).await.unwrap() else {
        panic!("made again");
    };
    assert_eq!(ready.to_vec(), streamed);
    assert_eq!(voice.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn work_ends_when_the_last_listener_has_gone() {
    let voice = Slow::new();
    let cache = cache(&voice, None);
    let first = cache.speak("Hello", Language::English).await.unwrap();
    let second = cache.speak("Hello", Language::English).await.unwrap();
    drop(first);
    drop(second);
    voice.abandoned.notified().await;
    while !locked(&cache.state).making.is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(locked(&cache.state).ready.get(&cache.key("Hello", Language::English)).is_none());
}

#[tokio::test]
async fn a_failure_is_told_and_not_kept() {
    let voice = Slow::new();
    let cache = cache(&voice, None);
    for asked in 1..=2 {
        let failed = cache.speak("I fail", Language::English).await;
        assert!(matches!(failed, Err(TtsError::Engine(_))));
        while !locked(&cache.state).making.is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(voice.asked.load(Ordering::SeqCst), asked);
    }
}

#[tokio::test]
async fn a_voice_that_panics_leaves_nobody_waiting() {
    let cache = cache(&Slow::new(), None);
    let failed = cache.speak("I panic", Language::English).await;
    assert!(matches!(failed, Err(TtsError::Engine(_))));
}

#[tokio::test]
async fn fixed_prompts_outlive_a_restart_and_others_leave_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let voice = Slow::new();
    let before = cache(&voice, Some(dir.path().to_owned()));
    voice.go.notify_one();
    let warmed = before.warm(&prompt("Welcome")).await;
    assert_eq!(warmed, Warmed { made: 1, ..Warmed::default() });
    voice.go.notify_one();
    all_of(before.speak("Dear Anna", Language::English).await.unwrap()).await.unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);

    let after = cache(&voice, Some(dir.path().to_owned()));
    let warmed = after.warm(&prompt("Welcome")).await;
    assert_eq!(warmed, Warmed { from_disk: 1, ..Warmed::default() });
    assert!(matches!(after.speak("Welcome", Language::English).await, Ok(Speech::Ready(_))));
    assert_eq!(voice.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_prompt_that_cannot_be_made_is_reported() {
    let warmed = cache(&Slow::new(), None).warm(&prompt("I fail")).await;
    assert_eq!(warmed.failed.len(), 1);
    assert_eq!(warmed.failed[0].0, Language::English);
}

#[tokio::test]
async fn what_another_voice_spoke_is_neither_kept_in_memory_nor_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let voice = Slow::new();
    let cache = cache(&voice, Some(dir.path().to_owned()));
    voice.go.notify_one();
    let warmed = cache.warm(&prompt("spoken instead")).await;
    assert_eq!(warmed, Warmed { by_fallback: 1, ..Warmed::default() });
    assert_eq!(std::fs::read_dir(dir.path()).map_or(0, Iterator::count), 0);
    voice.go.notify_one();
    let speech = cache.speak("spoken instead", Language::English).await.unwrap();
    assert_eq!(all_of(speech).await.unwrap().len(), 200);
    assert_eq!(voice.asked.load(Ordering::SeqCst), 2, "made anew");
}
