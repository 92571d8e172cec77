//! One call in virtual time: the bot speaks a long sentence, a caller utters something over it.

use super::Stage;
use super::clips::{Clip, wait};
use crate::call::{Call, CallFacts, CallTimes, Input, Output, Timer};
use crate::decide::dialog::Dialog;
use crate::edge::leg::{AUDIO_FRAMES, Audio, AudioFrame, MEDIA_EVENTS, MediaCommand, MediaEvent, PlaybackId};
use crate::edge::leg_core::{LegCore, Seed};
use crate::edge::{FRAME_MS, FRAME_SAMPLES};
use crate::hear::Recognition;
use crate::hear::ear::Ear;
use crate::hear::turn::{EarEvent, TurnConfig};
use crate::record::{CallId, Event};
use crate::runner::overheard;
use crate::time::At;
use crate::understand::Meaning;
use sip::rtp::sender::Origin;
use sip::rtp::{Receiver, Sender};
use sip::sdp::{Codec, MediaFlow, Negotiated};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::sync::mpsc;

const START: At = At(1_800_000_000_000);
/// The caller utters something between these moments of the long sentence, ms.
const EARLIEST_MS: u64 = 1_500;
const SPREAD_MS: u64 = 8_000;
/// A scene ends so long after the utterance, or after so much of the sentence without one, ms.
const AFTER_MS: u64 = 3_500;
const ALONE_MS: u64 = 14_000;
/// The line's own noise: -66 dBFS.
const NOISE: i16 = 16;

/// A loudspeaker in front of a microphone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Echo {
    pub loss_db: f32,
    pub delay_ms: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// From the first sample of the utterance to the first silent packet.
    pub silent_after_ms: Option<u64>,
    pub holds: u32,
    /// Silence of sentences that went on.
    pub held_ms: u64,
    /// The sentence was given up.
    pub stopped: bool,
    pub texts: Vec<String>,
}

pub(super) struct Scene<'a> {
    stage: &'a Stage,
    call: Call,
    core: LegCore,
    events: mpsc::Receiver<MediaEvent>,
    frames: mpsc::Receiver<AudioFrame>,
    phone: Phone,
    ear: Ear,
    recognition: Option<Box<dyn Recognition>>,
    agenda: Vec<(At, Input)>,
    timers: BTreeMap<Timer, At>,
    now: At,
    /// Playbacks so far; the second is the long sentence.
    said: u32,
    seen: Seen,
}

/// The caller's telephone.
struct Phone {
    address: SocketAddr,
    leg: SocketAddr,
    sender: Sender,
    receiver: Receiver,
    clip: Vec<i16>,
    /// Samples of the clip that have been uttered; none before `begins`.
    uttered: usize,
    begins: Option<At>,
    wait_ms: u64,
    echo: VecDeque<i16>,
    gain: f32,
    noise: u32,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        stage: &'a Stage,
        clip: Option<&Clip>,
        echo: Option<Echo>,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let (events_in, events) = mpsc::channel(MEDIA_EVENTS);
        let (frames_in, frames) = mpsc::channel(AUDIO_FRAMES);
        let origin = Origin { ssrc: 1, sequence: 1, timestamp: 1 };
        let mut core = LegCore::new(
            Seed { origin, cname: "eval".into(), nat: false, noise: [].into() },
            frames_in,
            events_in,
        );
        let phone = Phone::new(clip, echo, seed);
        core.command(START, MediaCommand::Connect(negotiated(phone.address)));
        let dialog = Dialog::new(stage.bot.clone(), stage.language, false, seed);
        let facts = CallFacts {
            id: CallId("eval".into()),
            from: String::new(),
            from_name: None,
            to: String::new(),
            bot: String::new(),
            trunk: String::new(),
            sip_call_id: String::new(),
            callback: None,
            channel: Default::default(),
        };
        Ok(Scene {
            stage,
            call: Call::new(facts, CallTimes::default(), dialog, stage.language),
            core,
            events,
            frames,
            phone,
            ear: Ear::new(Box::new(stage.vad.listener()), TurnConfig::default()),
            recognition: None,
            agenda: Vec::new(),
            timers: BTreeMap::new(),
            now: START,
            said: 0,
            seen: Seen::default(),
        })
    }

    pub(super) fn play(mut self) -> Seen {
        for input in [Input::Received { media: Ok(()) }, Input::Recorded, Input::Confirmed] {
            self.give(input);
        }
        while !self.is_over() {
            self.tick();
        }
        self.seen
    }

    fn is_over(&self) -> bool {
        let Some(begins) = self.phone.begins else { return self.now.since_ms(START) > 60_000 };
        let uttered_ms = self.phone.clip.len() as u64 / 8;
        let after_ms = if uttered_ms == 0 { ALONE_MS } else { uttered_ms + AFTER_MS };
        self.seen.stopped || self.now.since_ms(begins) > after_ms
    }

    /// 20 ms. The caller's packet arrives just after the leg's tick: the later of all phases.
    fn tick(&mut self) {
        self.now = At(self.now.0 + FRAME_MS);
        let mut out = Vec::new();
        let _ = self.core.tick(self.now, &mut out);
        for datagram in out.iter().filter(|datagram| !datagram.rtcp) {
            let _ = self.phone.receiver.datagram(self.now.0, self.phone.leg, &datagram.bytes);
        }
        let mut inputs: Vec<Input> =
            std::iter::from_fn(|| self.events.try_recv().ok()).filter_map(media).collect();
        while let Ok(frame) = self.frames.try_recv() {
            inputs.extend(self.hear(frame));
        }
        inputs.extend(self.due());
        for input in inputs {
            if let Input::PlaybackStarted { id: PlaybackId(2), .. } = input {
                self.phone.begins.get_or_insert(At(self.now.0 + self.phone.wait_ms));
            }
            self.give(input);
        }
        for packet in self.phone.speak(self.now) {
            self.core.datagram(self.now, self.phone.address, &packet);
        }
    }

    fn hear(&mut self, mut frame: AudioFrame) -> Vec<Input> {
        if !self.stage.guarded {
            frame.played = Default::default();
        }
        if let Some(recognition) = &mut self.recognition {
            recognition.push(&frame.samples);
        }
        let events = self.ear.push(&frame).into_iter().map(|event| match event {
            EarEvent::SpeechStarted { at } => Input::SpeechStarted { at },
            EarEvent::PossibleEnd { last_voiced } => Input::PossibleEnd { last_voiced },
            EarEvent::SpeechResumed => Input::SpeechResumed,
            EarEvent::SpeechEnded { started, last_voiced, .. } => Input::SpeechEnded { started, last_voiced },
        });
        let mut inputs = overheard(&mut self.ear, events.collect());
        inputs.retain(|input| self.stage.guarded || *input != Input::Hum);
        inputs
    }

    fn due(&mut self) -> Vec<Input> {
        let now = self.now;
        let fired: Vec<Timer> =
            self.timers.iter().filter(|(_, at)| **at <= now).map(|(timer, _)| *timer).collect();
        let mut inputs: Vec<Input> = fired.iter().map(|timer| Input::Timer(*timer)).collect();
        self.timers.retain(|timer, _| !fired.contains(timer));
        let (due, later) = std::mem::take(&mut self.agenda).into_iter().partition(|(at, _)| *at <= now);
        self.agenda = later;
        let due: Vec<(At, Input)> = due;
        inputs.extend(due.into_iter().map(|(_, input)| input));
        inputs
    }

    fn give(&mut self, input: Input) {
        for output in self.call.handle(self.now, input) {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Say { id, .. } => self.say(id),
            Output::HoldSaying { except } => {
                self.core.command(self.now, MediaCommand::Hold { except });
                self.held();
            }
            Output::ReleaseSaying => self.core.command(self.now, MediaCommand::Release),
            Output::StopSaying { id } => {
                self.seen.stopped |= id == PlaybackId(2);
                self.core.command(self.now, MediaCommand::Stop { id: Some(id) });
            }
            Output::Hear { continued, over, .. } if !continued || self.recognition.is_none() => {
                let mut recognition = self.stage.stt.start(crate::hear::Hint {
                    languages: vec![self.stage.language],
                    words: if over { self.words() } else { Vec::new() },
                    ..Default::default()
                });
                recognition.push(self.ear.utterance());
                self.recognition = Some(recognition);
            }
            Output::Decode { turn, attempt } => self.decode(turn, attempt),
            Output::EndAfter { silence_ms } => {
                if let Some(EarEvent::SpeechEnded { started, last_voiced, .. }) =
                    self.ear.end_after(silence_ms)
                {
                    self.agenda.push((self.now, Input::SpeechEnded { started, last_voiced }));
                }
            }
            Output::Understand { turn, attempt, .. } => {
                let result = Ok(Meaning { topics: Vec::new(), out_of_scope: 1.0, ..Meaning::default() });
                self.agenda.push((self.now, Input::Understood { turn, attempt, result }));
            }
            Output::Record(Event::FalseStop { silent_ms, .. }) => self.seen.held_ms += silent_ms,
            Output::SetTimer { timer, at } => {
                self.timers.insert(timer, at);
            }
            Output::ClearTimer { timer } => {
                self.timers.remove(&timer);
            }
            _ => {}
        }
    }

    fn words(&self) -> Vec<String> {
        crate::hear::backchannel::likely(self.stage.language).iter().map(|word| (*word).to_owned()).collect()
    }

    /// The next packet is silent.
    fn held(&mut self) {
        self.seen.holds += 1;
        if let Some(begins) = self.phone.begins.filter(|begins| self.now >= *begins) {
            self.seen.silent_after_ms.get_or_insert(self.now.since_ms(begins) + FRAME_MS);
        }
    }

    fn say(&mut self, id: PlaybackId) {
        let audio = self.stage.voices[usize::from(self.said > 0)].clone();
        self.said += 1;
        self.core.command(self.now, MediaCommand::Play { id, audio: Audio::Ready(audio) });
    }

    /// Recognition takes the time that it really takes on this machine, unless told otherwise.
    fn decode(&mut self, turn: u32, attempt: u32) {
        let Some(recognition) = &mut self.recognition else { return };
        let asked = Instant::now();
        let result = wait(recognition.decode()).map_err(|error| error.to_string());
        if let Ok(heard) = &result {
            self.seen.texts.push(format!("{} {:.2} {:.2}", heard.text, heard.confidence, heard.no_speech));
        }
        let took_ms = self.stage.decode_ms.unwrap_or(asked.elapsed().as_millis() as u64);
        self.agenda.push((At(self.now.0 + took_ms), Input::Transcribed { turn, attempt, result }));
    }
}

fn media(event: MediaEvent) -> Option<Input> {
    match event {
        MediaEvent::PlaybackStarted { id, at, voiced_at } => {
            Some(Input::PlaybackStarted { id, at, voiced_at })
        }
        MediaEvent::PlaybackDone { id, heard_ms, total_ms, completed } => {
            Some(Input::PlaybackDone { id, heard_ms, total_ms, completed })
        }
        _ => None,
    }
}

fn negotiated(remote: SocketAddr) -> Negotiated {
    Negotiated {
        remote,
        remote_rtcp: SocketAddr::new(remote.ip(), remote.port() + 1),
        codec: Codec::Pcma,
        payload_type: 8,
        ptime_ms: 20,
        dtmf_payload_type: Some(101),
        flow: MediaFlow::SendRecv,
    }
}

impl Phone {
    fn new(clip: Option<&Clip>, echo: Option<Echo>, seed: u64) -> Phone {
        let address = SocketAddr::from(([192, 0, 2, 1], 4000));
        let leg = SocketAddr::from(([192, 0, 2, 9], 5000));
        let delay = echo.map_or(0, |echo| echo.delay_ms as usize * 8);
        Phone {
            address,
            leg,
            sender: Sender::new(Origin { ssrc: 7, sequence: 3, timestamp: 9 }, &negotiated(leg)),
            receiver: Receiver::new(negotiated(leg), false),
            clip: clip.map_or(Vec::new(), |clip| clip.samples.clone()),
            uttered: 0,
            begins: None,
            wait_ms: EARLIEST_MS + seed.wrapping_mul(7_919) % SPREAD_MS,
            echo: vec![0; delay].into(),
            gain: echo.map_or(0.0, |echo| 10.0_f32.powf(-echo.loss_db / 20.0)),
            noise: seed as u32 + 1,
        }
    }

    /// One packet with the last 20 ms in front of the telephone.
    fn speak(&mut self, now: At) -> Vec<Vec<u8>> {
        self.echo.extend(self.receiver.frame(now.0).samples);
        let speaks = self.begins.is_some_and(|begins| now.0 >= begins.0 + FRAME_MS);
        let frame: Vec<i16> = (0..FRAME_SAMPLES).map(|_| self.sample(speaks)).collect();
        let mut packets = Vec::new();
        let mut left = frame.into_iter();
        self.sender.tick(&mut |part| part.fill_with(|| left.next().unwrap_or(0)), &mut packets);
        packets
    }

    fn sample(&mut self, speaks: bool) -> i16 {
        self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (self.noise >> 16) as i16 % NOISE;
        let echo = (f32::from(self.echo.pop_front().unwrap_or(0)) * self.gain) as i16;
        let voice = if speaks { self.clip.get(self.uttered).copied().unwrap_or(0) } else { 0 };
        self.uttered += usize::from(speaks);
        noise.saturating_add(echo).saturating_add(voice)
    }
}
