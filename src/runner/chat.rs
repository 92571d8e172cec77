//! A chat: a call whose caller's leg is text. The same core decides; only the edge differs.
//!
//! What is typed arrives whole, one message after the other: the next one waits until the bot has answered, so
//! nothing cuts what is already on the screen. What the bot says is on the screen at once.

mod desk; // the agent's side
pub mod rooms; // every chat of the node

#[cfg(test)]
pub(crate) mod tests;

use super::bots::BotParts;
use super::errands::{self, Errands};
use super::scribe::Scribe;
use super::timers::Timers;
use super::{REPLIES, Reply, meters};
use crate::call::{Call, CallFacts, CallTimes, Holder, Input, Output, SecondLeg, Speaker, Takes};
use crate::decide::Bot;
use crate::decide::dialog::Dialog;
use crate::decide::prompts::Args;
use crate::desk::Desk;
use crate::desk::notice::DeskNotice;
use crate::edge::clock::Clock;
use crate::edge::leg::PlaybackId;
use crate::edge::text::{Author, FromVisitor, Place, Room};
use crate::hear::Transcript;
use crate::language::Language;
use crate::record::event::{ANONYMOUS, Channel};
use crate::record::{CallId, Event, Recorder};
use crate::runner::actions::ActionRunner;
use crate::runner::bots::Bots;
use crate::time::At;
use crate::understand::Understand;
use crate::understand::language::text_language;
use crate::understand::llm::Adviser;
use desk::Writer;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Probability from which typed words decide the language, 0..1.
const SURE_OF_LANGUAGE: f32 = 0.7;
/// How often it is looked whether the visitor's page is still there.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Everything that chats share.
pub struct ChatParts {
    pub clock: Clock,
    pub desk: Desk,
    pub recorder: Recorder,
    pub actions: Arc<ActionRunner>,
    pub adviser: Option<Arc<Adviser>>,
    pub bots: Arc<Bots>,
    /// As a chat has them (`CallTimes::in_writing`).
    pub times: CallTimes,
    /// Cancelled when the node must go down.
    pub cut: CancellationToken,
}

/// A visitor who wants to chat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visitor {
    pub bot: String,
    /// Chosen by the visitor or the page; the bot's default when absent.
    pub language: Option<Language>,
    pub name: Option<String>,
    /// Telephone or mail address, as it was typed: nobody has checked it.
    pub contact: Option<String>,
    /// Site on which the chat was begun; empty when it was no page.
    pub site: String,
}

/// A chat that is to begin.
#[derive(Debug)]
pub struct ChatOrder {
    pub visitor: Visitor,
    pub room: Arc<Room>,
    pub said: mpsc::Receiver<FromVisitor>,
    /// Told once the first event is on disk, or cannot be written.
    pub begun: oneshot::Sender<bool>,
}

/// Runs one chat to its record.
pub async fn run(parts: Arc<ChatParts>, order: ChatOrder) {
    let id = order.room.id.clone();
    let span = tracing::info_span!("chat", call.id = %id);
    let chat = async move {
        let room = order.room.clone();
        match Chat::start(parts.clone(), order) {
            Some(chat) => chat.run().await,
            None => room.end(parts.clock.now()),
        }
    };
    tracing::Instrument::instrument(chat, span).await;
}

/// Owns everything that one chat holds.
struct Chat {
    parts: Arc<ChatParts>,
    bot: Arc<Bot>,
    /// Of the generation that the chat began with.
    understand: Arc<dyn Understand>,
    facts: CallFacts,
    call: Call,
    room: Arc<Room>,
    said: mpsc::Receiver<FromVisitor>,
    begun: Option<oneshot::Sender<bool>>,
    /// Messages that wait for the bot.
    unread: VecDeque<(String, At)>,
    /// The message whose words are asked for.
    reading: Option<Transcript>,
    scribe: Scribe,
    timers: Timers,
    /// Whose screen has the card.
    writer: Option<Writer>,
    notices: Option<mpsc::Receiver<DeskNotice>>,
    /// What those who look on want, in whatever phase.
    wall: mpsc::Receiver<DeskNotice>,
    /// Agent who talks, as the desk was told.
    talking: Option<String>,
    replies: mpsc::Sender<Reply>,
    inbox: mpsc::Receiver<Reply>,
    look_at: At,
}

/// What woke the loop.
enum Wake {
    Visitor(Option<FromVisitor>),
    Reply(Reply),
    Notice(DeskNotice),
    Timer(crate::call::Timer),
    /// Something that waits beside the core's timers.
    Look,
    /// The node goes down.
    Cut,
}

impl Chat {
    /// `None` when the bot is not loaded.
    fn start(parts: Arc<ChatParts>, order: ChatOrder) -> Option<Chat> {
        let ChatOrder { visitor, room, said, begun } = order;
        let generation = parts.bots.get(&visitor.bot)?;
        let BotParts { bot, understand, .. } = &generation.parts;
        let language = visitor.language.unwrap_or(bot.default_language);
        let dialog = Dialog::new(bot.clone(), language, bot.languages.len() > 1, parts.clock.now().0);
        let dialog = dialog.in_writing(visitor.language.is_some()).with_approval();
        let facts = facts(&room.id, visitor);
        let (replies, inbox) = mpsc::channel(REPLIES);
        Some(Chat {
            bot: bot.clone(),
            understand: understand.clone(),
            call: Call::new(facts.clone(), parts.times.clone(), dialog, language),
            room,
            said,
            begun: Some(begun),
            unread: VecDeque::new(),
            reading: None,
            scribe: Scribe::start(parts.recorder.clone(), facts.id.clone(), replies.clone()),
            timers: Timers::default(),
            writer: None,
            notices: None,
            wall: parts.desk.reach(facts.id.clone()),
            talking: None,
            replies,
            inbox,
            look_at: parts.clock.now() + LOOK_EVERY,
            facts,
            parts,
        })
    }

    async fn run(mut self) {
        metrics::gauge!("duet_chats_live").increment(1.0);
        self.step(Input::Received { media: Ok(()) }).await;
        while !self.call.ended() {
            let wake = self.wake().await;
            if let Some(input) = self.input(wake) {
                self.step(input).await;
            }
            self.read().await;
            self.tell_room();
        }
        self.close().await;
        metrics::gauge!("duet_chats_live").decrement(1.0);
    }

    async fn wake(&mut self) -> Wake {
        let now = self.parts.clock;
        let look =
            self.writer.as_ref().and_then(Writer::due).map_or(self.look_at, |due| due.min(self.look_at));
        tokio::select! {
            biased;
            // Before whatever ends the chat: what was accepted is written down.
            said = self.said.recv() => Wake::Visitor(said),
            Some(reply) = self.inbox.recv() => Wake::Reply(reply),
            Some(notice) = receive(self.notices.as_mut()) => Wake::Notice(notice),
            Some(notice) = self.wall.recv() => Wake::Notice(notice),
            timer = self.timers.next(now) => Wake::Timer(timer),
            () = self.parts.cut.cancelled() => Wake::Cut,
            () = tokio::time::sleep_until(now.instant(look).into()) => Wake::Look,
        }
    }

    /// Translates what woke us into the call's words.
    fn input(&mut self, wake: Wake) -> Option<Input> {
        match wake {
            Wake::Visitor(Some(FromVisitor::Said { text, at })) => {
                self.unread.push_back((text, at));
                None
            }
            Wake::Visitor(Some(FromVisitor::Leaves) | None) => {
                Some(Input::CallerHungUp { reason: "the visitor closed the chat".into() })
            }
            Wake::Reply(Reply::Input(input)) => Some(input),
            Wake::Reply(Reply::Speech { .. }) => None,
            Wake::Notice(DeskNotice::Chat { agent, act }) => self.agent_acts(&agent, act),
            Wake::Notice(notice) => Some(Input::Desk(notice)),
            Wake::Timer(timer) => Some(Input::Timer(timer)),
            Wake::Look => self.look(),
            Wake::Cut => Some(Input::HangUp { reason: "the node goes down".into() }),
        }
    }

    /// Whether the agent's page is back in time, and the visitor's still there.
    fn look(&mut self) -> Option<Input> {
        let now = self.parts.clock.now();
        if let Some(input) = self.writer.as_mut().and_then(|writer| writer.look(now)) {
            return Some(input);
        }
        if now < self.look_at {
            return None;
        }
        self.look_at = now + LOOK_EVERY;
        Some(Input::MediaSilent { for_ms: self.room.quiet_ms(now) })
    }

    /// Gives the core what was typed, as far as it takes it now.
    async fn read(&mut self) {
        loop {
            let takes = self.call.takes();
            if takes == Takes::Nothing {
                return;
            }
            let Some((text, at)) = self.unread.pop_front() else { return };
            let heard = self.transcript(text);
            let now = self.parts.clock.now();
            if takes == Takes::Note {
                let (speaker, started, ended) = (Speaker::Caller, at, at);
                self.step(Input::Noted { speaker, heard, started, ended }).await;
                continue;
            }
            self.reading = Some(heard);
            self.step(Input::SpeechStarted { at }).await;
            self.step(Input::SpeechEnded { started: at, last_voiced: at.min(now) }).await;
        }
    }

    /// What was typed, in the language of its letters and words where they tell.
    fn transcript(&self, text: String) -> Transcript {
        let language = text_language(&text, &self.bot.languages)
            .filter(|(_, sure)| *sure >= SURE_OF_LANGUAGE)
            .map_or(self.call.language(), |(language, _)| language);
        Transcript {
            text,
            language,
            confidence: 1.0,
            no_speech: 0.0,
            finished: None,
            queued_ms: 0,
            decode_ms: 0,
        }
    }

    async fn step(&mut self, input: Input) {
        let mut outputs = VecDeque::from(self.call.handle(self.parts.clock.now(), input));
        while let Some(output) = outputs.pop_front() {
            for input in self.carry_out(output).await {
                outputs.extend(self.call.handle(self.parts.clock.now(), input));
            }
        }
    }

    /// Does one thing; inputs come back that follow from it at once.
    async fn carry_out(&mut self, output: Output) -> Vec<Input> {
        match output {
            Output::AnswerCaller => {
                self.tell_begun(true);
                return vec![Input::Confirmed];
            }
            Output::RejectCaller { .. } => self.tell_begun(false),
            // We end it for a reason that the visitor cannot know.
            Output::HangUpCaller { reason: Some(_) } => self.notice("cut-short", &Args::new()),
            Output::Record(event) => self.record(event).await,
            Output::Say { id, text, language } => return self.say(id, text, language),
            Output::Decode { turn, attempt } => {
                let result = self.reading.take().ok_or_else(|| "nothing was typed".to_owned());
                return vec![Input::Transcribed { turn, attempt, result }];
            }
            Output::Understand { turn, attempt, text, language, asked } => {
                let meaning = self.understand.understand(&text, language, asked);
                errands::understand(&self.replies, turn, attempt, meaning);
            }
            Output::RunAction { id, action } => self.errands().act(id, action),
            Output::AskApproval { .. } => {
                return errands::ask_approval(&self.parts.desk).into_iter().collect();
            }
            Output::Summarise { turn } => self.errands().summarise(&self.scribe, turn),
            Output::SetTimer { timer, at } => self.timers.set(timer, at),
            Output::ClearTimer { timer } => self.timers.clear(timer),
            other => return self.for_people(other).await,
        }
        Vec::new()
    }

    fn errands(&self) -> Errands<'_> {
        let ChatParts { clock, recorder, actions, adviser, .. } = &*self.parts;
        Errands { id: &self.facts.id, clock: *clock, recorder, actions, adviser, replies: &self.replies }
    }

    fn tell_begun(&mut self, begun: bool) {
        if let Some(asked) = self.begun.take() {
            // Whoever asked may have gone.
            let _ = asked.send(begun);
        }
    }

    /// On the screen it is read at once: nothing of it can be cut.
    fn say(&self, id: PlaybackId, text: String, language: Language) -> Vec<Input> {
        let at = self.parts.clock.now();
        self.room.show(Author::Bot, None, text, at, language);
        let started = Input::PlaybackStarted { id, at, voiced_at: at };
        vec![started, Input::PlaybackDone { id, heard_ms: 0, total_ms: 0, completed: true }]
    }

    /// Of the conversation itself, in its language.
    fn notice(&self, key: &str, args: &Args) {
        let language = self.call.language();
        let text = self.bot.prompts(language).text(key, 0, args);
        self.room.show(Author::Notice, None, text, self.parts.clock.now(), language);
    }

    async fn record(&mut self, event: Event) {
        // How fast a text is there says nothing of voices.
        if !matches!(event, Event::TurnTimed { .. }) {
            meters::observe(&event, self.call.language());
        }
        self.scribe.write(self.parts.clock.now(), event).await;
    }

    fn tell_room(&self) {
        let now = self.parts.clock.now();
        let (place, name, typing) = match self.call.holder() {
            Holder::Bot => (Place::Bot, None, self.call.takes() == Takes::Nothing || !self.unread.is_empty()),
            Holder::Queue => (Place::Waiting, None, false),
            Holder::Person => {
                let writer = self.writer.as_ref();
                (
                    Place::Agent,
                    writer.map(Writer::first_name),
                    writer.is_some_and(|writer| writer.writes(now)),
                )
            }
            Holder::Nobody => return,
        };
        self.room.stands(place, name, typing, self.call.language());
    }

    /// Lets everything go and waits for the last event to be written.
    async fn close(mut self) {
        self.parts.desk.unreach(&self.facts.id);
        let known = self.notices.take().is_some() || self.call.wanted_a_person();
        errands::take_leave(&self.parts.desk, &self.facts.id, self.talking.take(), known).await;
        self.room.end(self.parts.clock.now());
        self.tell_begun(false);
        self.scribe.finish().await;
        if self.call.wanted_a_person() {
            let parts = &self.parts;
            let (adviser, recorder) = (parts.adviser.clone(), parts.recorder.clone());
            super::wording::draft_in_words(adviser, recorder, parts.clock, self.facts.id.clone());
            meters::handovers(&self.parts.recorder, &self.facts.id).await;
        }
    }
}

fn facts(id: &CallId, visitor: Visitor) -> CallFacts {
    CallFacts {
        id: id.clone(),
        from: visitor.contact.unwrap_or_else(|| ANONYMOUS.to_owned()),
        from_name: visitor.name,
        to: visitor.site,
        bot: visitor.bot,
        trunk: Channel::Chat.name().to_owned(),
        sip_call_id: String::new(),
        callback: None,
        channel: Channel::Chat,
    }
}

/// What cannot happen in writing is refused as if nobody had picked up.
fn second_refused() -> Input {
    Input::Second(SecondLeg::Rejected { code: 488 })
}

/// Waits for ever where there is nothing to wait for.
async fn receive<T>(queue: Option<&mut mpsc::Receiver<T>>) -> Option<T> {
    match queue {
        Some(queue) => queue.recv().await,
        None => std::future::pending().await,
    }
}
