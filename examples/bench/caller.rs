//! One caller's conversation: waits for its turn, speaks recorded sentences, interrupts, murmurs, and
//! notes when packets carried sound. What follows from that is worked out in `scripts/bench.py`.

use crate::sip::{Agent, Dialog};
use crate::wire::{self, FRAME_MS, KEYS, PCMA, Stream};
use anyhow::Context;
use duet::edge::clock::Clock;
use duet::edge::sound;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Sound of the bot with shorter silence inside is one stretch, ms.
const STRETCH_GAP_MS: u64 = 100;
/// Frames of a key and of the gap behind it.
const KEY_FRAMES: u32 = 5;
/// A caller thinks at least and at most so long before it speaks, ms.
const THINK_MS: (u64, u64) = (300, 2_500);

#[derive(clap::Args)]
pub struct Args {
    /// The plan; else standard input.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
}

/// Whom to call, how, and what to say.
#[derive(Deserialize)]
struct Plan {
    target: SocketAddr,
    number: String,
    /// Silence after which the bot has finished, ms.
    pause_ms: u64,
    /// The caller goes on although the bot said nothing for so long, ms.
    patience_ms: u64,
    /// The caller hangs up in any case, ms.
    longest_ms: u64,
    /// Part of the call that the caller wants to be speaking, 0..1.
    share: f64,
    calls: Vec<Call>,
}

#[derive(Deserialize, Clone)]
struct Call {
    from: String,
    start_ms: u64,
    steps: Vec<Step>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// A sentence, when it is the caller's turn.
    Say(PathBuf),
    /// Keys, when it is the caller's turn.
    Keys(String),
    /// A sentence into the bot's, so long after the bot began, ms.
    Interrupt(PathBuf, u64),
    /// The same with a sound that wants no answer.
    Murmur(PathBuf, u64),
}

/// What came of one call. Times are epoch ms.
#[derive(Serialize, Default)]
struct Told {
    from: String,
    call_id: String,
    answered: u64,
    ended: u64,
    /// `us`, `server`, `limit`.
    ended_by: &'static str,
    error: Option<String>,
    plays: Vec<Play>,
    /// When the bot's sound began and ended.
    bot: Vec<(u64, u64)>,
    voiced_ms: u64,
    sent: u64,
    received: u64,
    /// Our own packets that left more than 5 ms late.
    late: u64,
}

#[derive(Serialize)]
struct Play {
    step: usize,
    kind: &'static str,
    /// Departure of the first audible packet; `None` when its moment never came.
    onset: Option<u64>,
    /// Departure of the last audible packet.
    last_voiced: Option<u64>,
}

type Sounds = Rc<RefCell<HashMap<PathBuf, Rc<Vec<Vec<u8>>>>>>;

pub fn run(args: Args) -> anyhow::Result<()> {
    let text = match args.plan {
        Some(path) => std::fs::read_to_string(&path).with_context(|| path.display().to_string())?,
        None => std::io::read_to_string(std::io::stdin())?,
    };
    let plan: Rc<Plan> = Rc::new(serde_json::from_str(&text).context("the plan")?);
    let sounds = Sounds::default();
    for step in plan.calls.iter().flat_map(|call| &call.steps) {
        load(&sounds, step)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async move {
        let agent = Rc::new(Agent::bind(plan.target).await?);
        let clock = Clock::start();
        let tasks: Vec<_> = plan
            .calls
            .iter()
            .map(|call| {
                let (plan, agent, sounds, call) = (plan.clone(), agent.clone(), sounds.clone(), call.clone());
                tokio::task::spawn_local(async move {
                    sleep(Duration::from_millis(call.start_ms)).await;
                    let told = one(&plan, &agent, &sounds, &call, clock).await;
                    println!("{}", serde_json::to_string(&told).unwrap_or_default());
                })
            })
            .collect();
        for task in tasks {
            task.await?;
        }
        Ok(())
    })
}

fn load(sounds: &Sounds, step: &Step) -> anyhow::Result<()> {
    let (Step::Say(path) | Step::Interrupt(path, _) | Step::Murmur(path, _)) = step else {
        return Ok(());
    };
    let mut sounds = sounds.borrow_mut();
    if !sounds.contains_key(path) {
        let samples = sound::load(path).with_context(|| path.display().to_string())?;
        let frames = wire::frames(&samples);
        wire::audible_span(&frames).with_context(|| format!("{}: nothing to hear", path.display()))?;
        sounds.insert(path.clone(), Rc::new(frames));
    }
    Ok(())
}

async fn one(plan: &Plan, agent: &Agent, sounds: &Sounds, call: &Call, clock: Clock) -> Told {
    let mut told = Told { from: call.from.clone(), ended_by: "us", ..Told::default() };
    if let Err(error) = talk(plan, agent, sounds, call, clock, &mut told).await {
        told.error = Some(format!("{error:#}"));
    }
    told.ended = clock.now().0;
    told
}

async fn talk(
    plan: &Plan,
    agent: &Agent,
    sounds: &Sounds,
    call: &Call,
    clock: Clock,
    told: &mut Told,
) -> anyhow::Result<()> {
    let socket = UdpSocket::bind((plan.target.ip(), 0)).await?;
    let mut dialog: Dialog = agent.call(&plan.number, &call.from, socket.local_addr()?).await?;
    told.call_id = dialog.id.clone();
    told.answered = clock.now().0;
    let mut talk = Talk {
        plan,
        sounds,
        steps: call.steps.iter().cloned().enumerate().collect(),
        stream: Stream::new(),
        floor: Floor { waiting_since: told.answered, ..Floor::default() },
        doing: Doing::Waiting,
        told,
    };
    let mut ticker = interval(Duration::from_millis(FRAME_MS));
    ticker.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut buffer = [0; 2_048];
    loop {
        tokio::select! {
            biased;
            due = ticker.tick() => {
                talk.told.late += u64::from(due.elapsed() > Duration::from_millis(5));
                let now = clock.now().0;
                let packet = talk.packet(now);
                talk.told.sent += 1;
                // A full socket buffer loses a packet, as a network would.
                let _ = socket.try_send_to(&packet, dialog.media);
                talk.decide(now);
                if matches!(talk.doing, Doing::Finished) {
                    break;
                }
                if now > talk.told.answered + plan.longest_ms {
                    talk.told.ended_by = "limit";
                    break;
                }
            }
            got = socket.recv_from(&mut buffer) => {
                let (size, _) = got?;
                talk.received(clock.now().0, &buffer[..size]);
            }
            () = dialog.far_end_hangs_up() => {
                talk.told.ended_by = "server";
                return Ok(());
            }
        }
    }
    dialog.hang_up().await
}

/// Whether it is the caller's turn.
#[derive(Default)]
struct Floor {
    /// The bot's sound of now: since when, and its last audible packet.
    speaking: Option<(u64, u64)>,
    /// The bot finished something since our last sentence.
    finished: bool,
    /// Our last audible packet, or the answer of the call.
    waiting_since: u64,
}

enum Doing {
    Waiting,
    Thinking { until: u64 },
    Playing { play: usize, frames: Rc<Vec<Vec<u8>>>, next: usize, span: (usize, usize), answer: bool },
    Pressing { keys: VecDeque<char>, frame: u32 },
    Finished,
}

struct Talk<'a> {
    plan: &'a Plan,
    sounds: &'a Sounds,
    steps: VecDeque<(usize, Step)>,
    stream: Stream,
    floor: Floor,
    doing: Doing,
    told: &'a mut Told,
}

impl Talk<'_> {
    fn received(&mut self, now: u64, packet: &[u8]) {
        let Some(payload) = wire::alaw(packet) else { return };
        self.told.received += 1;
        if !wire::audible_alaw(payload) {
            return;
        }
        match self.told.bot.last_mut() {
            Some((_, end)) if now.saturating_sub(*end) <= STRETCH_GAP_MS => *end = now,
            _ => self.told.bot.push((now, now)),
        }
        let since = self.floor.speaking.map_or(now, |(since, _)| since);
        self.floor.speaking = Some((since, now));
    }

    /// The packet that leaves now.
    fn packet(&mut self, now: u64) -> Vec<u8> {
        self.stream.step();
        match &mut self.doing {
            Doing::Playing { play, frames, next, span, answer } => {
                let (frame, at) = (frames[*next].clone(), *next);
                *next += 1;
                let play = &mut self.told.plays[*play];
                if at == span.0 {
                    play.onset = Some(now);
                }
                if at == span.1 {
                    play.last_voiced = Some(now);
                }
                if (span.0..=span.1).contains(&at) {
                    self.told.voiced_ms += FRAME_MS;
                    if *answer {
                        (self.floor.waiting_since, self.floor.finished) = (now, false);
                    }
                }
                let (begins, over) = (at == span.0, *next == frames.len());
                if over {
                    self.doing = Doing::Waiting;
                }
                self.stream.packet(PCMA, begins, &frame)
            }
            Doing::Pressing { keys, frame } => key(&mut self.stream, keys, frame),
            _ => self.stream.packet(PCMA, false, &[0xd5; wire::FRAME]),
        }
    }

    fn decide(&mut self, now: u64) {
        if let Some((_, last)) = self.floor.speaking
            && now.saturating_sub(last) > self.plan.pause_ms
        {
            self.floor.speaking = None;
            // What ended before our last sound was no answer to it.
            self.floor.finished = last > self.floor.waiting_since;
        }
        match &self.doing {
            Doing::Waiting => self.next_step(now),
            Doing::Thinking { until } if now >= *until => self.begin(),
            Doing::Pressing { keys, .. } if keys.is_empty() => {
                (self.floor.waiting_since, self.floor.finished) = (now, false);
                self.doing = Doing::Waiting;
            }
            _ => {}
        }
    }

    fn ours(&self, now: u64) -> bool {
        let patient = now.saturating_sub(self.floor.waiting_since) < self.plan.patience_ms;
        self.floor.speaking.is_none() && (self.floor.finished || !patient)
    }

    fn next_step(&mut self, now: u64) {
        let ours = self.ours(now);
        match self.steps.front() {
            None if ours => self.doing = Doing::Finished,
            Some((_, Step::Say(_) | Step::Keys(_))) if ours => self.think(now),
            Some((step, Step::Interrupt(_, after_ms) | Step::Murmur(_, after_ms))) => {
                let (step, after_ms) = (*step, *after_ms);
                match self.floor.speaking {
                    Some((since, last)) if since + after_ms <= now && last + 2 * FRAME_MS >= now => {
                        self.begin()
                    }
                    // The bot said too little to be interrupted.
                    None if ours => {
                        self.steps.pop_front();
                        self.told.plays.push(Play { step, kind: "missed", onset: None, last_voiced: None });
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Silent for as long as the share of speech needs.
    fn think(&mut self, now: u64) {
        let wanted = self.told.answered + (self.told.voiced_ms as f64 / self.plan.share.max(0.01)) as u64;
        let (least, most) = THINK_MS;
        let think_ms = wanted.saturating_sub(now).clamp(least, most) + rand::random_range(0..200);
        self.doing = Doing::Thinking { until: now + think_ms };
    }

    fn begin(&mut self) {
        let Some((step, what)) = self.steps.pop_front() else { return };
        let (path, kind) = match what {
            Step::Keys(keys) => {
                self.doing = Doing::Pressing { keys: keys.chars().collect(), frame: 0 };
                return;
            }
            Step::Say(path) => (path, "say"),
            Step::Interrupt(path, _) => (path, "interrupt"),
            Step::Murmur(path, _) => (path, "murmur"),
        };
        let Some(frames) = self.sounds.borrow().get(&path).cloned() else { return };
        let Some(span) = wire::audible_span(&frames) else { return };
        self.told.plays.push(Play { step, kind, onset: None, last_voiced: None });
        let play = self.told.plays.len() - 1;
        self.doing = Doing::Playing { play, frames, next: 0, span, answer: kind != "murmur" };
    }
}

/// RFC 4733: an event of 100 ms, its last packet three times, and a pause.
fn key(stream: &mut Stream, keys: &mut VecDeque<char>, frame: &mut u32) -> Vec<u8> {
    let event = match keys.front() {
        Some('*') => 10,
        Some('#') => 11,
        Some(digit) => digit.to_digit(10).unwrap_or(0) as u8,
        None => return stream.packet(PCMA, false, &[0xd5; wire::FRAME]),
    };
    let at = *frame;
    *frame += 1;
    let begun = stream.timestamp.wrapping_sub(at * wire::FRAME as u32);
    let (end, frames) = if at < KEY_FRAMES { (0, at + 1) } else { (0x80, KEY_FRAMES) };
    if at >= KEY_FRAMES + 3 {
        if *frame >= 3 * KEY_FRAMES {
            keys.pop_front();
            *frame = 0;
        }
        return stream.packet(PCMA, false, &[0xd5; wire::FRAME]);
    }
    let duration = (frames * wire::FRAME as u32) as u16;
    let payload = [event, end | 10, duration.to_be_bytes()[0], duration.to_be_bytes()[1]];
    let now = std::mem::replace(&mut stream.timestamp, begun);
    let packet = stream.packet(KEYS, at == 0, &payload);
    stream.timestamp = now;
    packet
}
