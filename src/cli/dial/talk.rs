//! The conversation: waits for its turn, speaks, listens, tells.

use super::activity::{Activity, Heard, Piece, voiced_until_ms};
use super::floor::Floor;
use super::line::{Line, LineEvent};
use super::report::{Report, Told};
use super::script::Step;
use super::sound;
use super::steps::Steps;
use crate::edge::leg::{Audio, MediaCommand, MediaEvent, PlaybackId};
use crate::hear::{Hint, SpeechToText};
use crate::language::Language;
use crate::speak::{Speech, TextToSpeech};
use crate::time::At;
use anyhow::Context;
use futures::future::BoxFuture;
use futures::stream::{FuturesOrdered, StreamExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often the caller looks whether it is its turn.
const LOOK_MS: u64 = 20;
/// How long the last words may be transcribed after the call.
const LAST_WORDS_MS: u64 = 20_000;
/// One key and the gap behind it, as the media leg sends them.
const KEY_MS: u64 = 200;
/// A recogniser surer than this that there were no words is believed.
const NO_SPEECH: f32 = 0.8;

/// What the caller brings to a call.
pub struct Caller {
    pub steps: Steps,
    /// Played over whatever the bot says, as soon as the call is answered.
    pub opening: Option<PathBuf>,
    pub language: Language,
    pub voice: Arc<dyn TextToSpeech>,
    pub ears: Option<Arc<dyn SpeechToText>>,
    /// Silence after which the bot has finished, ms.
    pub pause_ms: u64,
    /// Silence after which the caller speaks although the bot said nothing, ms.
    pub patience_ms: u64,
    /// Silence after the last step, ms; then the caller hangs up.
    pub stay_ms: u64,
    /// The caller hangs up in any case, ms.
    pub longest_ms: u64,
}

/// A call that was answered.
pub struct Talk<'a> {
    line: &'a mut Line,
    caller: Caller,
    report: &'a Report,
    answered: At,
    activity: Activity,
    floor: Floor,
    /// The step that comes next, with its audio once that is made.
    next: Option<Next>,
    no_more_steps: bool,
    playing: Option<Playing>,
    playbacks: u32,
    /// Keys are being sent, or silence kept, until then.
    busy_until: Option<Busy>,
    /// Since when there is nothing left to do or to hear.
    idle_since: Option<At>,
    turn_gap_ms: Option<u64>,
    transcripts: FuturesOrdered<BoxFuture<'static, Told>>,
    /// When the caller began to speak or to type, each time.
    began: Vec<At>,
}

/// How a call went.
pub struct Talked {
    pub gaps_ms: Vec<u64>,
    /// When the caller began to speak or to type, each time.
    pub began: Vec<At>,
}

struct Next {
    step: Step,
    audio: Option<Prepared>,
    making: Option<BoxFuture<'static, anyhow::Result<Prepared>>>,
}

#[derive(Clone)]
struct Prepared {
    text: Option<String>,
    pcm: Arc<[i16]>,
}

struct Playing {
    id: PlaybackId,
    audio: Prepared,
    started: At,
}

struct Busy {
    until: At,
    keys: bool,
}

impl<'a> Talk<'a> {
    pub fn new(line: &'a mut Line, caller: Caller, report: &'a Report) -> Self {
        let answered = line.now();
        Talk {
            activity: Activity::new(caller.pause_ms),
            floor: Floor::new(answered, caller.patience_ms),
            line,
            caller,
            report,
            answered,
            next: None,
            no_more_steps: false,
            playing: None,
            playbacks: 0,
            busy_until: None,
            idle_since: None,
            turn_gap_ms: None,
            transcripts: FuturesOrdered::new(),
            began: Vec::new(),
        }
    }

    /// Talks until the call ends.
    pub async fn run(mut self) -> anyhow::Result<Talked> {
        if let Some(path) = self.caller.opening.take() {
            let pcm = sound::read_wav(&path)?.into();
            self.play(Prepared { text: None, pcm }).await;
        }
        let mut look = interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while !self.line.ended() {
            tokio::select! {
                event = self.line.next() => self.on_line(event).await,
                Some(told) = self.transcripts.next() => self.report.tell(self.line.now(), &told),
                step = self.caller.steps.next(), if self.next.is_none() && !self.no_more_steps => self.take(step),
                made = made(&mut self.next) => self.on_made(made)?,
                _ = look.tick() => self.look().await,
                _ = tokio::signal::ctrl_c() => self.line.hang_up("interrupted").await,
            }
        }
        if let Some(piece) = self.activity.rest() {
            self.transcribe(piece);
        }
        self.last_words().await;
        Ok(Talked { gaps_ms: self.floor.gaps_ms().to_vec(), began: self.began })
    }

    async fn last_words(&mut self) {
        let limit = Duration::from_millis(LAST_WORDS_MS);
        while let Ok(Some(told)) = timeout(limit, self.transcripts.next()).await {
            self.report.tell(self.line.now(), &told);
        }
    }

    async fn on_line(&mut self, event: LineEvent) {
        match event {
            LineEvent::Audio(frame) => self.on_audio(frame.at, &frame.samples),
            LineEvent::Media(MediaEvent::PlaybackStarted { id, at, .. }) => {
                if let Some(playing) = self.playing.as_mut().filter(|playing| playing.id == id) {
                    playing.started = at;
                }
            }
            LineEvent::Media(MediaEvent::PlaybackDone { id, heard_ms, completed, .. }) => {
                self.on_played(id, heard_ms, completed);
            }
            LineEvent::Media(_) | LineEvent::Other => {}
        }
    }

    fn on_audio(&mut self, at: At, samples: &[i16]) {
        match self.activity.push(at, samples) {
            Some(Heard::Started { at }) => {
                self.idle_since = None;
                self.turn_gap_ms = self.floor.bot_starts(at);
            }
            Some(Heard::Part { piece }) => self.transcribe(piece),
            Some(Heard::Finished { piece }) => {
                self.floor.bot_finishes();
                self.transcribe(piece);
            }
            None => {}
        }
    }

    fn on_played(&mut self, id: PlaybackId, heard_ms: u64, completed: bool) {
        let Some(playing) = self.playing.take_if(|playing| playing.id == id) else {
            return;
        };
        let voiced_ms = voiced_until_ms(&playing.audio.pcm).min(heard_ms);
        let last_voiced = At(playing.started.0 + voiced_ms);
        let now = self.line.now();
        self.floor.we_finish(now, Some(last_voiced));
        self.began.push(playing.started);
        self.report.tell(
            now,
            &Told::CallerSaid {
                text: playing.audio.text,
                language: self.caller.language,
                started_ms: self.report.ms(playing.started),
                ended_ms: self.report.ms(last_voiced),
                completed,
            },
        );
    }

    fn take(&mut self, step: Option<Step>) {
        let Some(step) = step else {
            self.no_more_steps = true;
            return;
        };
        let making = match &step {
            Step::Say(text) | Step::Interrupt(text) => Some(self.speech(text.clone())),
            Step::Wav(path) => Some(file(path.clone())),
            Step::Lang(_) | Step::Dtmf(_) | Step::Wait(_) | Step::HangUp => None,
        };
        self.next = Some(Next { step, audio: None, making });
    }

    /// Words become audio while the bot still speaks, so that the caller is not slow to answer.
    fn speech(&self, text: String) -> BoxFuture<'static, anyhow::Result<Prepared>> {
        let speaking = self.caller.voice.speak(&text, self.caller.language);
        Box::pin(async move {
            let pcm = match speaking.await? {
                Speech::Ready(pcm) => pcm,
                Speech::Stream(mut chunks) => {
                    let mut pcm = Vec::new();
                    while let Some(chunk) = chunks.recv().await {
                        pcm.extend(chunk?);
                    }
                    pcm.into()
                }
            };
            Ok(Prepared { text: Some(text), pcm })
        })
    }

    fn on_made(&mut self, made: anyhow::Result<Prepared>) -> anyhow::Result<()> {
        if let Some(next) = &mut self.next {
            next.making = None;
            next.audio = Some(made.context("the caller's words could not be spoken")?);
        }
        Ok(())
    }

    /// Does the next step when its time has come.
    async fn look(&mut self) {
        let now = self.line.now();
        if now.since_ms(self.answered) >= self.caller.longest_ms {
            return self.line.hang_up("the call took too long").await;
        }
        let over = self.busy_until.take_if(|busy| now >= busy.until);
        if over.is_some_and(|busy| busy.keys) {
            self.floor.we_finish(now, None);
        }
        if self.busy_until.is_some() || self.playing.is_some() {
            return;
        }
        match &self.next {
            None if self.no_more_steps => self.look_for_the_end(now).await,
            None => {}
            Some(next) if next.making.is_some() => {}
            Some(next) if next.step.waits_for_bot() && !self.floor.is_ours(now) => {}
            Some(_) => self.act(now).await,
        }
    }

    async fn look_for_the_end(&mut self, now: At) {
        // The answer to our last words may still come.
        if self.activity.speaking() || !self.floor.is_ours(now) {
            self.idle_since = None;
            return;
        }
        let since = *self.idle_since.get_or_insert(now);
        if now.since_ms(since) >= self.caller.stay_ms {
            self.line.hang_up("").await;
        }
    }

    async fn act(&mut self, now: At) {
        let Some(next) = self.next.take() else { return };
        match (next.step, next.audio) {
            (Step::Dtmf(digits), _) => {
                let keys_ms = digits.chars().count() as u64 * KEY_MS;
                self.report.tell(now, &Told::CallerPressed { digits: digits.clone() });
                self.floor.we_start();
                self.began.push(now);
                self.busy_until = Some(Busy { until: At(now.0 + keys_ms), keys: true });
                self.line.media(MediaCommand::Dtmf { digits }).await;
            }
            (Step::Wait(duration), _) => {
                self.busy_until = Some(Busy { until: now + duration, keys: false });
            }
            (Step::Lang(language), _) => self.caller.language = language,
            (Step::HangUp, _) => self.line.hang_up("").await,
            (Step::Say(_) | Step::Interrupt(_) | Step::Wav(_), Some(audio)) => self.play(audio).await,
            (Step::Say(_) | Step::Interrupt(_) | Step::Wav(_), None) => {}
        }
    }

    async fn play(&mut self, audio: Prepared) {
        self.playbacks += 1;
        let id = PlaybackId(self.playbacks);
        self.floor.we_start();
        self.line.media(MediaCommand::Play { id, audio: Audio::Ready(Arc::clone(&audio.pcm)) }).await;
        self.playing = Some(Playing { id, audio, started: self.line.now() });
    }

    /// Words come later and in order; the call goes on meanwhile.
    fn transcribe(&mut self, piece: Piece) {
        let language = self.caller.language;
        let turn_gap_ms = self.turn_gap_ms.take();
        let (started_ms, ended_ms) = (self.report.ms(piece.started), self.report.ms(piece.ended));
        let said = move |text: Result<String, String>| {
            let (text, why_no_text) = match text {
                Ok(text) => (Some(text), None),
                Err(why) => (None, Some(why)),
            };
            Told::BotSaid { text, why_no_text, language, started_ms, ended_ms, turn_gap_ms }
        };
        let Some(ears) = &self.caller.ears else {
            let told = said(Err("not transcribed".to_owned()));
            self.transcripts.push_back(Box::pin(async move { told }));
            return;
        };
        let mut recognition = ears.start(Hint { languages: vec![language], ..Hint::default() });
        recognition.push(&piece.pcm);
        self.transcripts.push_back(Box::pin(async move {
            let heard = recognition.decode().await;
            said(match heard {
                Ok(heard) if heard.no_speech > NO_SPEECH || heard.text.trim().is_empty() => {
                    Err("no words in it".to_owned())
                }
                Ok(heard) => Ok(heard.text.trim().to_owned()),
                Err(error) => Err(error.to_string()),
            })
        }));
    }
}

async fn made(next: &mut Option<Next>) -> anyhow::Result<Prepared> {
    match next.as_mut().and_then(|next| next.making.as_mut()) {
        Some(making) => making.await,
        None => std::future::pending().await,
    }
}

fn file(path: PathBuf) -> BoxFuture<'static, anyhow::Result<Prepared>> {
    Box::pin(async move {
        let pcm = tokio::task::spawn_blocking(move || sound::read_wav(&path)).await??;
        Ok(Prepared { text: None, pcm: pcm.into() })
    })
}
