//! The way to the desk, for calls, browsers and the API.

use super::after_call::AfterCall;
use super::after_view::AfterCallView;
use super::assist::{Advice, AssistReply, Library, NoLibrary};
use super::brief::{Glossary, NoGlossary};
use super::earlier::tells_who_calls;
use super::floor::{Floor, Input};
use super::notice::{
    AgentCommand, Callback, CallbackOrder, ChatAct, DESK_NOTICES, DeskNotice, DeskReport, Ear, WaitingCall,
};
use super::protocol::{Hand, ToBrowser};
use super::reach::Reach;
use super::roster::{Choice, Presence};
use super::task::Task;
use crate::config::OutsidePlace;
use crate::edge::clock::Clock;
use crate::edge::guard::TrunkGuard;
use crate::edge::webrtc::PhoneChange;
use crate::language::Language;
use crate::record::Recorder;
use crate::record::event::{CallId, Entry, Event};
use crate::record::letter::Letter;
use crate::store::{CallFilter, Store, StoreError};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Bound of what waits for the desk.
const DESK_COMMANDS: usize = 256;
/// Calls of a number that are looked at for an agent who knows it, how far back, and how long that may take.
const KNOWN_CALLS: u32 = 10;
const KNOWN_FOR: Duration = Duration::from_secs(30 * 86_400);
const KNOWN_LIMIT: Duration = Duration::from_millis(300);
/// Bound of callers to be rung back at once.
const CALLBACK_ORDERS: usize = 32;
/// Bound of what waits for one browser; one that falls behind is cut off and comes back.
pub const BROWSER_MESSAGES: usize = 256;

/// What may differ from one call centre to the next.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    pub after_call: AfterCall,
    pub pause_reasons: Vec<String>,
    /// What bots call their topics and facts.
    pub glossary: Arc<dyn Glossary>,
    /// People who are not at the desk.
    pub outside: Vec<OutsidePlace>,
    /// What bots know that helps agents.
    pub library: Arc<dyn Library>,
    /// Agents see who watches their call.
    pub tell_watched: bool,
    /// Knows where callers can be rung back; without it nobody is.
    pub guard: Option<Arc<TrunkGuard>>,
}

impl Default for DeskOptions {
    fn default() -> Self {
        DeskOptions {
            after_call: AfterCall::default(),
            pause_reasons: ["break", "lunch", "training", "meeting"].map(str::to_owned).to_vec(),
            glossary: Arc::new(NoGlossary),
            outside: Vec::new(),
            library: Arc::new(NoLibrary),
            tell_watched: true,
            guard: None,
        }
    }
}

/// Why the desk did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("there is no agent {0:?}")]
    UnknownAgent(String),
    #[error("call {0} is not with this agent")]
    NotYourCall(CallId),
    /// The floor does not do what an agent wanted.
    #[error("{detail}")]
    Refused { code: &'static str, detail: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The process is going down.
    #[error("the desk is closed")]
    Closed,
}

/// An agent as the API shows one.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AgentState {
    pub id: String,
    pub name: String,
    pub queues: Vec<String>,
    pub languages: Vec<Language>,
    pub presence: Presence,
    /// Since when, RFC 3339 in UTC.
    pub since: String,
}

/// The way to the desk. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) options: Arc<DeskOptions>,
    pub(super) clock: Clock,
    pub(super) store: Store,
    pub(super) recorder: Recorder,
    pub(super) reach: Reach,
    /// One report is read at a time.
    pub(super) reporting: Arc<tokio::sync::Semaphore>,
    /// Taken once, by whoever makes the calls.
    orders: Arc<Mutex<Option<mpsc::Receiver<CallbackOrder>>>>,
}

/// What becomes of an agent's wish: nothing, or why it cannot be.
pub(super) type Obeyed = Result<(), (&'static str, String)>;

#[derive(Debug)]
pub(super) enum Command {
    Input(Input),
    Enqueue(WaitingCall, mpsc::Sender<DeskNotice>),
    Choose(String, Choice, oneshot::Sender<bool>),
    Connect(String, Screen, oneshot::Sender<bool>),
    Disconnect(String, u64),
    Phone(PhoneChange),
    /// Answers whether the agent's presence is about this call.
    IsWith(String, CallId, oneshot::Sender<bool>),
    /// Answers the queue of this agent's call, as far as it has one; nothing when it is not theirs.
    QueueOf(String, CallId, oneshot::Sender<Option<Option<String>>>),
    /// After-call work as the page of this agent shows it; nothing when the call is not theirs.
    After(String, CallId, Vec<Entry>, oneshot::Sender<Option<AfterCallView>>),
    /// The record of a call that this agent wraps up was read.
    AfterRead(String, CallId, Vec<Entry>),
    /// More time for after-call work.
    Extend(String, CallId, oneshot::Sender<Obeyed>),
    /// Answers in which call the caller of this agent's call came first: that of a promise, when it is kept.
    StoryOf(String, CallId, oneshot::Sender<Option<CallId>>),
    Obey(String, CallId, AgentCommand, oneshot::Sender<Obeyed>),
    Chat(String, CallId, ChatAct, oneshot::Sender<Obeyed>),
    /// The promise of that call is taken back.
    Forget(CallId),
    /// Messages came, got their words, or were seen to.
    ShowVoicemails,
    /// A customer wrote, or was written to.
    ShowLetter(Letter),
    /// Tasks were set, changed or done.
    ShowFollowUps,
    Send(String, ToBrowser),
    /// Which tab shows the wall, whose it is, and from where.
    OpenWall(u64, String, String, oneshot::Sender<Obeyed>),
    CloseWall(u64),
    Watch(u64, CallId, oneshot::Sender<Obeyed>),
    EndWatch(u64),
    /// What whoever looks on does to a call.
    Supervise(u64, CallId, Hand, oneshot::Sender<Obeyed>),
    /// How this person, who watches, hears the call now.
    Hears(CallId, String, Ear),
    /// Passages that were found for what was said.
    Advise(CallId, Vec<Advice>),
    JudgeAdvice(String, CallId, u32, AssistReply, oneshot::Sender<Obeyed>),
    Agents(oneshot::Sender<Vec<AgentState>>),
}

/// One browser tab.
#[derive(Debug)]
pub(super) struct Screen {
    pub(super) id: u64,
    pub(super) to: mpsc::Sender<ToBrowser>,
    /// What it was told of its queues last.
    pub(super) queues: Option<ToBrowser>,
    /// And of the colleagues.
    pub(super) colleagues: Option<ToBrowser>,
}

impl Desk {
    /// A desk with the usual options.
    pub fn start(clock: Clock, store: Store, recorder: Recorder) -> Desk {
        Desk::start_with(clock, store, recorder, DeskOptions::default())
    }

    pub fn start_with(clock: Clock, store: Store, recorder: Recorder, options: DeskOptions) -> Desk {
        let (commands, queue) = mpsc::channel(DESK_COMMANDS);
        let options = Arc::new(options);
        let live = recorder.subscribe();
        let reach = Reach::default();
        let (to_ring, orders) = mpsc::channel(CALLBACK_ORDERS);
        let task = Task {
            floor: Floor::new(options.after_call.clone()).with_outside(options.outside.clone()),
            clock,
            store: store.clone(),
            recorder: recorder.clone(),
            options: options.clone(),
            callers: HashMap::new(),
            screens: HashMap::new(),
            orders: to_ring,
            live: super::live::Live::default(),
            wall: super::wall::Wall::default(),
            viewers: HashMap::new(),
            supervisors: std::collections::BTreeSet::new(),
            rung_back: HashMap::new(),
            reach: reach.clone(),
            assisted: HashMap::new(),
            searching: Arc::new(tokio::sync::Semaphore::new(1)),
            wrapping: Arc::new(tokio::sync::Semaphore::new(1)),
            back: commands.downgrade(),
        };
        tokio::spawn(task.run(queue, live));
        let orders = Arc::new(Mutex::new(Some(orders)));
        let reporting = Arc::new(tokio::sync::Semaphore::new(1));
        Desk { commands, options, clock, store, recorder, reach, reporting, orders }
    }

    /// Puts a call into its queue. The notices end when the call has left or the desk is closed.
    pub async fn enqueue(&self, call: WaitingCall) -> mpsc::Receiver<DeskNotice> {
        let (notices, receiver) = mpsc::channel(DESK_NOTICES);
        let _ = self.commands.send(Command::Enqueue(call, notices)).await;
        receiver
    }

    /// Callers whose turn it is; to be taken once, later there is nothing.
    pub fn callback_orders(&self) -> Option<mpsc::Receiver<CallbackOrder>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps a promise to ring back: in the store first, then in the queue.
    pub async fn keep_callback(&self, callback: Callback) -> Result<(), DeskError> {
        self.store.keep_callback(&callback).await?;
        if !callback.given_up() {
            self.input(Input::CallBack(callback)).await;
        }
        Ok(())
    }

    /// The promise of that call was kept, or is taken back; false when there was none.
    pub async fn forget_callback(&self, of: CallId) -> Result<bool, StoreError> {
        let gone = self.store.remove_callback(&of).await?;
        let _ = self.commands.send(Command::Forget(of)).await;
        Ok(gone)
    }

    /// Does what an agent wants with the call that is with them.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when it is not theirs, or whoever is meant is not free.
    pub async fn command(&self, agent: &str, call_id: CallId, wanted: AgentCommand) -> Result<(), DeskError> {
        let agent = agent.to_owned();
        self.obeyed(|answer| Command::Obey(agent, call_id, wanted, answer)).await
    }

    /// What an agent does with the chat on the screen.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when it is no chat of theirs.
    pub async fn chat(&self, agent: &str, call_id: CallId, act: ChatAct) -> Result<(), DeskError> {
        let agent = agent.to_owned();
        self.obeyed(|answer| Command::Chat(agent, call_id, act, answer)).await
    }

    /// The agent who talked with this number last, within a month: whoever knows the story is asked first. A slow
    /// store is not waited for.
    pub async fn who_knows(&self, number: &str) -> Option<String> {
        // Two hidden numbers are not the same caller.
        if !tells_who_calls(number) {
            return None;
        }
        let from = Some(self.clock.now() - KNOWN_FOR);
        let filter =
            CallFilter { caller: Some(number.to_owned()), from, limit: KNOWN_CALLS, ..CallFilter::default() };
        let page = tokio::time::timeout(KNOWN_LIMIT, self.store.calls(&filter)).await.ok()?.ok()?;
        page.calls.into_iter().find_map(|call| call.agent)
    }

    /// What became of an offer, or of the call.
    pub async fn report(&self, call_id: CallId, report: DeskReport) {
        self.input(Input::Report { call_id, report }).await;
    }

    /// Every agent, by id.
    pub async fn agents(&self) -> Vec<AgentState> {
        self.ask(Command::Agents).await.unwrap_or_default()
    }

    /// Chooses a presence. During a call it takes effect after the wrap-up.
    pub async fn set_presence(&self, agent: &str, choice: Choice) -> Result<(), DeskError> {
        match self.ask(|answer| Command::Choose(agent.to_owned(), choice, answer)).await {
            Some(true) => Ok(()),
            Some(false) => Err(DeskError::UnknownAgent(agent.to_owned())),
            None => Err(DeskError::Closed),
        }
    }

    /// The telephone in an agent's browser has changed.
    pub async fn phone(&self, change: PhoneChange) {
        let _ = self.commands.send(Command::Phone(change)).await;
    }

    /// The agent does not want this call: it goes to the next one.
    pub async fn decline(&self, agent: &str, call_id: CallId) {
        let agent = agent.to_owned();
        self.input(Input::Decline { agent, call_id }).await;
    }

    /// The agent's browser shows the card: an event of the call.
    pub async fn card_shown(&self, agent: &str, call_id: &CallId) -> Result<(), DeskError> {
        self.must_have(agent, call_id).await?;
        let event = Event::CardShown { agent: agent.to_owned() };
        self.recorder.append(call_id, self.clock.now(), event).await?;
        Ok(())
    }

    /// Keeps the draft of a note.
    pub async fn save_note(&self, agent: &str, call_id: &CallId, text: &str) -> Result<(), DeskError> {
        self.must_have(agent, call_id).await?;
        Ok(self.store.save_note(call_id, agent, text).await?)
    }

    /// The agent says whether the card's summary was right: an event of the call.
    pub async fn judge_summary(&self, agent: &str, call_id: &CallId, right: bool) -> Result<(), DeskError> {
        self.must_have(agent, call_id).await?;
        let event = Event::SummaryJudged { agent: agent.to_owned(), right };
        self.recorder.append(call_id, self.clock.now(), event).await?;
        metrics::counter!("duet_summaries_judged_total", "right" => right.to_string()).increment(1);
        Ok(())
    }

    /// What an agent thinks of a card beside the conversation; a judgement is an event of the call.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when the call is not theirs, or it could not be saved.
    pub async fn judge_advice(
        &self,
        agent: &str,
        call_id: CallId,
        id: u32,
        reply: AssistReply,
    ) -> Result<(), DeskError> {
        let agent = agent.to_owned();
        self.obeyed(|answer| Command::JudgeAdvice(agent, call_id, id, reply, answer)).await
    }

    /// Opens a screen: everything that it must know comes first. False when nobody is called so.
    pub(crate) async fn connect(&self, agent: &str, screen: u64) -> Option<mpsc::Receiver<ToBrowser>> {
        let (to, messages) = mpsc::channel(BROWSER_MESSAGES);
        let screen = Screen { id: screen, to, queues: None, colleagues: None };
        let known = self.ask(|answer| Command::Connect(agent.to_owned(), screen, answer)).await;
        known.unwrap_or(false).then_some(messages)
    }

    pub(super) async fn disconnect(&self, agent: &str, screen: u64) {
        let _ = self.commands.send(Command::Disconnect(agent.to_owned(), screen)).await;
    }

    pub(super) async fn must_have(&self, agent: &str, call_id: &CallId) -> Result<(), DeskError> {
        match self.ask(|answer| Command::IsWith(agent.to_owned(), call_id.clone(), answer)).await {
            Some(true) => Ok(()),
            Some(false) => Err(DeskError::NotYourCall(call_id.clone())),
            None => Err(DeskError::Closed),
        }
    }

    pub(super) async fn input(&self, input: Input) {
        let _ = self.commands.send(Command::Input(input)).await;
    }

    pub(super) async fn obeyed(
        &self,
        command: impl FnOnce(oneshot::Sender<Obeyed>) -> Command,
    ) -> Result<(), DeskError> {
        match self.ask(command).await {
            Some(Ok(())) => Ok(()),
            Some(Err((code, detail))) => Err(DeskError::Refused { code, detail }),
            None => Err(DeskError::Closed),
        }
    }

    pub(super) async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.commands.send(command(answer)).await.ok()?;
        answered.await.ok()
    }
}
