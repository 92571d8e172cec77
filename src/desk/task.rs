//! The task that owns the floor: carries out its outputs, keeps the browsers up to date.

mod assisting; // cards beside conversations
mod follow_ups; // tasks on the screens
mod letters; //     what customers write
mod supervising; // those who look on have a hand in calls
mod voicemails; // messages on the screens
mod watching; // the wall, and calls that are watched
mod wrapping; // after-call work on the screens

use super::after_call::NOT_CHOSEN;
use super::assist::Assisted;
use super::floor::{CardStage, Floor, Input, Output};
use super::live::Live;
use super::notice::{AgentRef, Callback, CallbackOrder, ChatAct, DESK_NOTICES, DeskNotice, DeskReport};
use super::protocol::{ToBrowser, Whoami};
use super::reach::Reach;
use super::roster::Presence;
use super::shell::{Command, DeskOptions, Obeyed, Screen};
use super::table::{Person, TableView};
use super::wall::Wall;
use super::{colleagues, views};
use crate::edge::clock::Clock;
use crate::edge::webrtc::PhoneChange;
use crate::record::Recorder;
use crate::record::event::{CallId, Entry, Event};
use crate::record::transcript::line;
use crate::store::Store;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, broadcast, mpsc};

/// How often the store is asked who works here, since `duet user` is another process.
const USERS_EVERY: Duration = Duration::from_secs(5);
/// Longest wait for the store before a card goes out with less on it.
const CARD_LIMIT: Duration = Duration::from_millis(500);

pub(super) struct Task {
    pub(super) floor: Floor,
    pub(super) clock: Clock,
    pub(super) store: Store,
    pub(super) recorder: Recorder,
    pub(super) options: Arc<DeskOptions>,
    /// Where the notices of each waiting call go.
    pub(super) callers: HashMap<CallId, mpsc::Sender<DeskNotice>>,
    /// The open tabs of each agent.
    pub(super) screens: HashMap<String, Vec<Screen>>,
    /// The calls of this node.
    pub(super) live: Live,
    /// As it was told last; kept up to date only while somebody sees it.
    pub(super) wall: Wall,
    /// The tabs that show the wall.
    pub(super) viewers: HashMap<u64, watching::Viewer>,
    /// Who may look on.
    pub(super) supervisors: BTreeSet<String>,
    /// To whoever rings callers back.
    pub(super) orders: mpsc::Sender<CallbackOrder>,
    /// Of calls that keep a promise, the call in which it was made: its record is the story.
    pub(super) rung_back: HashMap<CallId, Callback>,
    /// To every live call.
    pub(super) reach: Reach,
    /// Help for calls that a person has.
    pub(super) assisted: HashMap<CallId, Assisted>,
    /// Held by the one search that may be under way.
    pub(super) searching: Arc<Semaphore>,
    /// Held by the one reading of a call that is over.
    pub(super) wrapping: Arc<Semaphore>,
    /// The way back for what it finds.
    pub(super) back: mpsc::WeakSender<Command>,
}

impl Task {
    pub(super) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Command>,
        mut live: broadcast::Receiver<Arc<Entry>>,
    ) {
        let mut users = tokio::time::interval(USERS_EVERY);
        let mut wall = tokio::time::interval(watching::WALL_EVERY);
        wall.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        self.read_callbacks().await;
        loop {
            let wake = self.floor.deadline().map(|at| self.clock.instant(at).into());
            tokio::select! {
                command = queue.recv() => match command {
                    Some(command) => self.command(command).await,
                    None => return,
                },
                entry = live.recv() => match entry {
                    Ok(entry) => self.show(&entry).await,
                    Err(RecvError::Lagged(_)) => self.show_all_again().await,
                    Err(RecvError::Closed) => return,
                },
                _ = users.tick() => self.read_users().await,
                _ = wall.tick(), if !self.viewers.is_empty() => self.refresh_wall().await,
                _ = tokio::time::sleep_until(wake.unwrap_or_else(tokio::time::Instant::now)), if wake.is_some() => {
                    self.input(Input::Tick).await;
                }
            }
        }
    }

    async fn command(&mut self, command: Command) {
        match command {
            Command::Input(input) => self.input(input).await,
            Command::Enqueue(call, notices) => {
                self.callers.insert(call.call_id.clone(), notices);
                self.input(Input::Enqueue(call)).await;
            }
            Command::Choose(agent, choice, answer) => {
                self.read_users().await;
                let known = self.floor.roster.agents.contains_key(&agent);
                let _ = answer.send(known);
                self.input(Input::Choose { agent, choice }).await;
            }
            Command::Connect(agent, screen, answer) => {
                let known = self.connect(agent, screen).await;
                let _ = answer.send(known);
            }
            Command::Disconnect(agent, screen) => {
                let screens = self.screens.entry(agent.clone()).or_default();
                let before = screens.len();
                screens.retain(|open| open.id != screen);
                let closed = screens.len() < before;
                self.close_wall(screen).await;
                if closed {
                    self.input(Input::ScreenClosed { agent }).await;
                }
            }
            Command::Phone(PhoneChange { agent, phone }) => {
                self.input(Input::Phone { agent: agent.clone(), phone }).await;
                let message = views::phone(&self.floor, &agent);
                self.send(&agent, message);
            }
            Command::IsWith(agent, call_id, answer) => {
                let agent = self.floor.roster.agents.get(&agent);
                let _ = answer.send(agent.is_some_and(|agent| agent.presence.call() == Some(&call_id)));
            }
            Command::StoryOf(agent, call_id, answer) => {
                let agent = self.floor.roster.agents.get(&agent);
                let with = agent.is_some_and(|agent| agent.presence.call() == Some(&call_id));
                let promised = self.rung_back.get(&call_id).map(|callback| callback.of.clone());
                let _ = answer.send(with.then(|| promised.unwrap_or(call_id)));
            }
            Command::Obey(agent, call_id, command, answer) => {
                let _ = answer.send(self.obey(Input::Command { agent, call_id, command }).await);
            }
            Command::QueueOf(agent, call_id, answer) => {
                let queue = self.floor.queue_of(&agent, &call_id);
                let _ = answer.send(queue.map(|queue| queue.map(str::to_owned)));
            }
            Command::After(agent, call_id, entries, answer) => {
                let theirs = self.floor.queue_of(&agent, &call_id).is_some();
                let _ = answer.send(theirs.then(|| self.after(&agent, &call_id, &entries)));
            }
            Command::AfterRead(agent, call_id, entries) => self.after_read(&agent, call_id, &entries),
            Command::Extend(agent, call_id, answer) => {
                let _ = answer.send(self.obey(Input::Extend { agent, call_id }).await);
            }
            Command::Chat(agent, call_id, act, answer) => {
                let _ = answer.send(self.obey(Input::Chat { agent, call_id, act }).await);
            }
            Command::Forget(of) => {
                let queue = &mut self.floor.queue.calls;
                queue.retain(|waiting| waiting.callback.as_ref().is_none_or(|callback| callback.of != of));
            }
            Command::ShowLetter(letter) => self.show_letter(&letter),
            Command::ShowFollowUps => self.show_follow_ups().await,
            Command::ShowVoicemails => self.show_voicemails().await,
            Command::Send(agent, message) => self.send(&agent, message),
            Command::OpenWall(screen, who, address, answer) => {
                self.read_users().await;
                let _ = answer.send(self.open_wall(screen, who, address).await);
            }
            Command::CloseWall(screen) => self.close_wall(screen).await,
            Command::Watch(screen, call_id, answer) => {
                let _ = answer.send(self.watch(screen, call_id).await);
            }
            Command::EndWatch(screen) => self.end_watch(screen).await,
            Command::Supervise(screen, call_id, hand, answer) => {
                let _ = answer.send(self.supervise(screen, call_id, hand).await);
            }
            Command::Hears(call_id, by, ear) => self.hears(call_id, &by, ear).await,
            Command::Advise(call_id, advice) => self.show_advice(&call_id, advice),
            Command::JudgeAdvice(agent, call_id, id, reply, answer) => {
                let _ = answer.send(self.judge_advice(agent, call_id, id, reply).await);
            }
            Command::Agents(answer) => {
                self.read_users().await;
                let _ = answer.send(self.floor.roster.agents.values().map(views::agent_state).collect());
            }
        }
    }

    /// Promises of an earlier run.
    async fn read_callbacks(&mut self) {
        match self.store.callbacks().await {
            Ok(callbacks) => {
                for callback in callbacks.into_iter().filter(|callback| !callback.given_up()) {
                    self.input(Input::CallBack(callback)).await;
                }
            }
            Err(error) => tracing::error!(%error, "Callers who are to be rung back could not be read"),
        }
    }

    async fn obey(&mut self, wanted: Input) -> Obeyed {
        let outputs = self.floor.handle(self.clock.now(), wanted);
        let refused = outputs.iter().find_map(|output| match output {
            Output::Refused { code, detail, .. } => Some((*code, detail.clone())),
            _ => None,
        });
        if let Some(refused) = refused {
            return Err(refused);
        }
        self.carry_out_all(outputs).await;
        Ok(())
    }

    async fn input(&mut self, input: Input) {
        let reported = matches!(input, Input::Report { .. });
        let outputs = self.floor.handle(self.clock.now(), input);
        self.carry_out_all(outputs).await;
        if reported {
            // Calls that do not wait any more need no notices.
            let queue = &mut self.floor.queue;
            self.callers.retain(|call_id, _| queue.find(call_id).is_some());
            self.rung_back.retain(|call_id, _| queue.find(call_id).is_some());
        }
        self.show_queues();
    }

    async fn carry_out_all(&mut self, outputs: Vec<Output>) {
        let mut outputs = std::collections::VecDeque::from(outputs);
        while let Some(output) = outputs.pop_front() {
            if let Some(gone) = self.carry_out(output).await {
                let report = DeskReport::Left;
                outputs.extend(self.floor.handle(self.clock.now(), Input::Report { call_id: gone, report }));
            }
        }
    }

    /// The card goes out, then whoever makes the calls is told. One who has no room for it loses nothing: the
    /// promise stands in the store, and the agent is free again.
    async fn call_back(&mut self, callback: Callback, agent: AgentRef) -> Option<CallId> {
        let (call_id, of) = (callback.call_id.clone(), callback.of.clone());
        self.rung_back.insert(call_id.clone(), callback.clone());
        self.send_card(&agent.id, &call_id, CardStage::Offered).await;
        let (to, notices) = mpsc::channel(DESK_NOTICES);
        self.callers.insert(call_id.clone(), to);
        let order = CallbackOrder { callback, agent, notices };
        let Err(error) = self.orders.try_send(order) else { return None };
        tracing::error!(call.id = %of, %error, "A caller could not be rung back; tried again at the next start");
        Some(call_id)
    }

    /// Carries one output out; a call that no longer listens is returned: it has left.
    async fn carry_out(&mut self, output: Output) -> Option<CallId> {
        match output {
            Output::Card { agent, call_id } => self.send_card(&agent, &call_id, CardStage::Offered).await,
            Output::CardWithdrawn { agent, call_id, why } => {
                self.send(&agent, ToBrowser::CardWithdrawn { call_id, why })
            }
            Output::Notice { call_id, notice } => return self.notify(call_id, notice),
            Output::Presence { agent } => {
                if let Some(message) = views::presence(&self.floor, &agent) {
                    self.send(&agent, message);
                }
            }
            Output::CallStage { agent, call_id, stage } => {
                let at = self.clock.now();
                if stage == CardStage::Ended {
                    let results = self.results(&agent, &call_id);
                    self.send(&agent, results);
                }
                self.send(&agent, ToBrowser::CallState { call_id: call_id.clone(), stage, at });
                if stage == CardStage::Ended {
                    self.show_after_call(&agent, &call_id);
                }
            }
            Output::CallBack { callback, agent } => return self.call_back(*callback, agent).await,
            Output::Refused { agent, code, detail } => {
                self.send(&agent, ToBrowser::Error { code: code.to_owned(), detail });
            }
            Output::WrapUpExpired { agent, call_id } => self.save_unfinished(&agent, &call_id).await,
        }
        None
    }

    fn notify(&mut self, call_id: CallId, notice: DeskNotice) -> Option<CallId> {
        let Some(caller) = self.callers.get(&call_id) else {
            // One that was taken from the bot never waited.
            let own = self.floor.queue.find(&call_id).is_some_and(|waiting| waiting.taken_over);
            return (own && !self.reach.send(&call_id, notice)).then_some(call_id);
        };
        let optional =
            matches!(notice, DeskNotice::Position { .. } | DeskNotice::Chat { act: ChatAct::Typing, .. });
        match caller.try_send(notice) {
            Ok(()) => None,
            Err(mpsc::error::TrySendError::Full(_)) if optional => None,
            Err(mpsc::error::TrySendError::Full(DeskNotice::Chat { agent, .. })) => {
                let detail = "The chat is too busy just now; send it again.".to_owned();
                self.send(&agent, ToBrowser::Error { code: "not_sent".into(), detail });
                None
            }
            Err(_) => {
                tracing::warn!(call.id = %call_id, "A waiting call does not listen to the desk any more");
                self.callers.remove(&call_id);
                Some(call_id)
            }
        }
    }

    /// The agent saved nothing in time: what was written is kept, under a code that says so.
    async fn save_unfinished(&mut self, agent: &str, call_id: &CallId) {
        let note = self.store.note(call_id, agent).await.unwrap_or_default();
        self.draft_unfinished(agent, call_id, &note).await;
        let event = Event::WrapUp { agent: agent.to_owned(), code: NOT_CHOSEN.into(), note };
        let saved = self.recorder.append(call_id, self.clock.now(), event).await;
        if let Err(error) = saved {
            tracing::error!(call.id = %call_id, %error, "A wrap-up could not be recorded; its note stays a draft");
        } else if let Err(error) = self.store.remove_note(call_id, agent).await {
            tracing::warn!(call.id = %call_id, %error, "The draft of a recorded note could not be removed");
        }
        self.send(agent, ToBrowser::WrapUpSaved { call_id: call_id.clone() });
    }

    async fn read_users(&mut self) {
        match self.store.users().await {
            Ok(users) => {
                let supervisors = users.iter().filter(|user| views::may_look_on(user));
                self.supervisors = supervisors.map(|user| user.id.clone()).collect();
                self.close_forbidden_walls().await;
                let desk = users.into_iter().filter(views::works_at_the_desk).collect();
                let outputs = self.floor.handle(self.clock.now(), Input::Users(desk));
                for output in outputs {
                    self.carry_out(output).await;
                }
            }
            Err(error) => tracing::error!(%error, "Who works here could not be read; the last answer stays"),
        }
    }

    async fn connect(&mut self, agent: String, screen: Screen) -> bool {
        self.read_users().await;
        let Some(known) = self.floor.roster.agents.get(&agent) else {
            return false;
        };
        let hello = ToBrowser::Hello {
            agent: Whoami {
                id: agent.clone(),
                name: known.name.clone(),
                queues: known.queues.clone(),
                languages: known.languages.clone(),
                sip_uri: known.sip_uri.clone(),
                supervises: self.supervisors.contains(&agent),
            },
            pause_reasons: self.options.pause_reasons.clone(),
            now: self.clock.now(),
        };
        // The channel is new and has room for these.
        let _ = screen.to.try_send(hello);
        if let Some(message) = views::presence(&self.floor, &agent) {
            let _ = screen.to.try_send(message);
        }
        let _ = screen.to.try_send(views::phone(&self.floor, &agent));
        let card = self.floor.roster.agents.get(&agent).and_then(views::current_card);
        if let Some((call_id, stage)) = card {
            let card = self.card(&agent, &call_id, stage).await;
            let _ = screen.to.try_send(card);
            if stage == CardStage::Ended {
                let _ = screen.to.try_send(self.results(&agent, &call_id));
            }
        }
        for message in self.voicemails_of(&[&agent]).await.into_values() {
            let _ = screen.to.try_send(message);
        }
        for message in self.follow_ups_of(&[&agent]).await.into_values() {
            let _ = screen.to.try_send(message);
        }
        self.screens.entry(agent.clone()).or_default().push(screen);
        let call = self.floor.roster.agents.get(&agent).and_then(|agent| agent.presence.call().cloned());
        self.input(Input::ScreenOpened { agent: agent.clone() }).await;
        if let Some(call_id) = call {
            self.tell_watched(&call_id);
            self.show_advice_again(&agent, &call_id);
            if let Some(Presence::WrapUp { .. }) =
                self.floor.roster.agents.get(&agent).map(|agent| &agent.presence)
            {
                self.show_after_call(&agent, &call_id);
            }
        }
        true
    }

    async fn send_card(&mut self, agent: &str, call_id: &CallId, stage: CardStage) {
        let card = self.card(agent, call_id, stage).await;
        self.send(agent, card);
        if stage == CardStage::Ended {
            let results = self.results(agent, call_id);
            self.send(agent, results);
            self.show_after_call(agent, call_id);
        }
        self.tell_watched(call_id);
        self.show_advice_again(agent, call_id);
    }

    /// The card of a call; when the store does not answer in time, one that says less.
    async fn card(&self, agent: &str, call_id: &CallId, stage: CardStage) -> ToBrowser {
        let read = async { tokio::try_join!(self.store.entries(call_id), self.store.note(call_id, agent)) };
        let (entries, note) = match tokio::time::timeout(CARD_LIMIT, read).await {
            Ok(Ok(read)) => read,
            Ok(Err(error)) => {
                tracing::error!(call.id = %call_id, %error, "A card could not be filled from the store");
                Default::default()
            }
            Err(_) => {
                tracing::error!(call.id = %call_id, limit_ms = CARD_LIMIT.as_millis(), "The store was too slow for a card");
                Default::default()
            }
        };
        let entries = self.since_the_promise(call_id, entries).await;
        let name = self.floor.roster.agents.get(agent).map_or(agent, |agent| &agent.name);
        let glossary = &*self.options.glossary;
        let mut card = Box::new(super::pop::screen_pop(&entries, self.clock.now(), name, glossary));
        card.call_id = call_id.clone();
        let asked_by = self.floor.asked_by(call_id, agent);
        let asked_by = asked_by.map(|id| Person::of(&self.floor.roster, id));
        ToBrowser::Card { card, stage, note, table: self.table(call_id), asked_by }
    }

    /// The story of a promised call is that of the call in which it was promised, also after its end.
    async fn since_the_promise(&self, call_id: &CallId, mut entries: Vec<Entry>) -> Vec<Entry> {
        let begun = entries.iter().find_map(|entry| match &entry.event {
            Event::CallingBack { of, .. } => Some(of.clone()),
            _ => None,
        });
        let Some(of) = begun.or_else(|| self.rung_back.get(call_id).map(|callback| callback.of.clone()))
        else {
            return entries;
        };
        let earlier = tokio::time::timeout(CARD_LIMIT, self.store.entries(&of)).await;
        let mut story = earlier.ok().and_then(Result::ok).unwrap_or_default();
        story.append(&mut entries);
        story
    }

    fn table(&self, call_id: &CallId) -> Option<Box<TableView>> {
        let table = self.live.table(call_id)?;
        Some(Box::new(TableView::of(&self.floor.roster, table)))
    }

    /// Shows a new entry to whoever has its call on the screen.
    async fn show(&mut self, entry: &Entry) {
        let reseated = self.live.take(entry);
        self.show_watched(entry, reseated).await;
        self.show_proposal(entry).await;
        let agents = self.floor.roster.agents.values();
        let with: Vec<String> = agents
            .filter(|agent| agent.presence.call() == Some(&entry.call_id))
            .map(|agent| agent.id.clone())
            .collect();
        let mut speaker = self.live.table(&entry.call_id).map(|table| table.agent.clone());
        for agent in with {
            if reseated {
                let (call_id, table) = (entry.call_id.clone(), self.table(&entry.call_id));
                self.send(&agent, ToBrowser::Table { call_id, table });
            }
            let message = match views::addition(entry) {
                Some(message) => Some(message),
                None => line(entry, &mut speaker)
                    .map(|line| ToBrowser::Line { call_id: entry.call_id.clone(), line }),
            };
            if let Some(message) = message {
                self.send(&agent, message);
            }
        }
        if matches!(entry.event, Event::TakenOver { .. }) {
            self.show_why(&entry.call_id).await;
        }
        self.assist(entry);
        self.show_after_call_again(entry);
    }

    /// The card of a call that was taken over went out before the record could say why.
    async fn show_why(&mut self, call_id: &CallId) {
        let cards = views::current_cards(&self.floor).into_iter().filter(|(_, of, _)| of == call_id);
        for (agent, call_id, stage) in cards.collect::<Vec<_>>() {
            self.send_card(&agent, &call_id, stage).await;
        }
    }

    /// Entries were missed: every card is read anew.
    async fn show_all_again(&mut self) {
        let cards = views::current_cards(&self.floor);
        self.follow_again().await;
        for (agent, call_id, stage) in cards {
            self.send_card(&agent, &call_id, stage).await;
        }
    }

    /// Tells each tab about its queues, and whom it may ask, when they have changed.
    fn show_queues(&mut self) {
        for (agent, screens) in &mut self.screens {
            let queues = views::queues(&self.floor, agent);
            let colleagues = colleagues::colleagues(&self.floor, agent);
            for screen in screens {
                tell(&screen.to, &mut screen.queues, queues.as_ref());
                tell(&screen.to, &mut screen.colleagues, colleagues.as_ref());
            }
        }
    }

    /// To every tab of the agent. A tab that does not keep up is dropped: its connection ends, and
    /// the page connects anew and gets everything again.
    fn send(&mut self, agent: &str, message: ToBrowser) {
        self.cut_off(agent, |screen| screen.to.try_send(message.clone()).is_ok());
    }

    fn cut_off(&mut self, agent: &str, keep: impl Fn(&Screen) -> bool) {
        if let Some(screens) = self.screens.get_mut(agent) {
            let before = screens.len();
            screens.retain(keep);
            let dropped = before - screens.len();
            for _ in 0..dropped {
                self.floor.roster.screen_closed(agent, self.clock.now());
            }
        }
    }
}

/// Sends what differs from what was told last. A tab that does not keep up is found out by `send`.
fn tell(to: &mpsc::Sender<ToBrowser>, told: &mut Option<ToBrowser>, now: Option<&ToBrowser>) {
    if let Some(message) = now
        && told.as_ref() != Some(message)
        && to.try_send(message.clone()).is_ok()
    {
        *told = Some(message.clone());
    }
}
