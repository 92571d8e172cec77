//! Chats with the demo bot, a real desk and a real store; only understanding and the back office are scripted.

use super::rooms::{Begun, Rooms};
use super::*;
use crate::config::Chat as ChatConfig;
use crate::decide::load::load;
use crate::desk::floor::CardStage;
use crate::desk::notice::{AgentCommand, ChatAct, TransferTo};
use crate::desk::pop::ScreenPop;
use crate::desk::protocol::ToBrowser;
use crate::desk::roster::Choice;
use crate::desk::{DeskError, DeskOptions};
use crate::edge::text::Line;
use crate::record::event::{EndedBy, Outcome, Source};
use crate::runner::bots::BotParts;
use crate::store::{NewUser, Role, Store, User};
use crate::understand::knowledge::Knowledge;
use crate::understand::{Asked, Meaning, UnderstandError};
use futures::future::BoxFuture;
use serde_json::json;

/// Knows one topic by its word.
struct Parcels;

impl Understand for Parcels {
    fn name(&self) -> &str {
        "parcels"
    }

    fn understand(
        &self,
        text: &str,
        _: Language,
        _: Asked,
    ) -> BoxFuture<'static, Result<Meaning, UnderstandError>> {
        let about = ["parcel", "paczk", "colet"].iter().any(|word| text.to_lowercase().contains(word));
        let topics = vec![("parcel_status".to_owned(), if about { 0.95 } else { 0.02 })];
        let out_of_scope = 1.0 - topics[0].1;
        Box::pin(async move { Ok(Meaning { topics, out_of_scope, ..Meaning::default() }) })
    }
}

pub(crate) struct World {
    _dir: tempfile::TempDir,
    parts: Arc<ChatParts>,
    pub(crate) rooms: Arc<Rooms>,
    store: Store,
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(CallTimes::default().in_writing(Duration::from_secs(600), Duration::from_secs(300))).await
    }

    async fn with(times: CallTimes) -> World {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let (clock, recorder) = (Clock::start(), Recorder::new(store.clone()));
        let desk = Desk::start_with(clock, store.clone(), recorder.clone(), DeskOptions::default());
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel");
        let bot = Arc::new(load(&folder).unwrap_or_else(|problems| panic!("{problems:?}")));
        let bots = Arc::new(Bots::default());
        let knowledge = Arc::new(Knowledge::new(Vec::new(), None, None));
        bots.put(
            At(0),
            "a".into(),
            String::new(),
            BotParts { bot, understand: Arc::new(Parcels), knowledge },
        );
        let answer = json!({ "status": "in_transit", "place": "Łódź", "eta_days": 1 });
        let replay = std::sync::Mutex::new([("parcel_lookup".to_owned(), answer)].into());
        let parts = Arc::new(ChatParts {
            clock,
            desk,
            recorder,
            actions: Arc::new(ActionRunner::replaying(Arc::new(replay))),
            adviser: None,
            bots: bots.clone(),
            times,
            cut: CancellationToken::new(),
        });
        let origins = vec!["https://shop.example".to_owned()];
        let bots_of_chat = vec!["parcel".to_owned()];
        let config = ChatConfig {
            bots: bots_of_chat,
            origins,
            messages_per_minute: 99,
            at_once: 3,
            ..ChatConfig::default()
        };
        let (rooms, mut orders) = Rooms::new(config, clock, bots);
        let of_task = parts.clone();
        tokio::spawn(async move {
            while let Some(order) = orders.recv().await {
                tokio::spawn(run(of_task.clone(), order));
            }
        });
        World { _dir: dir, parts, rooms: Arc::new(rooms), store }
    }

    /// An agent at the desk, without any telephone.
    async fn hires(&self, id: &str, name: &str) -> mpsc::Receiver<ToBrowser> {
        let user = User {
            id: id.into(),
            name: name.into(),
            role: Role::Agent,
            queues: vec!["general".into(), "logistics".into()],
            languages: vec![Language::English],
            sip_uri: None,
        };
        self.store.add_user(&NewUser { user, password_hash: "x".into() }, At(0)).await.unwrap();
        let screen = self.parts.desk.connect(id, u64::from(id.as_bytes()[0])).await.unwrap();
        self.parts.desk.set_presence(id, Choice::Available).await.unwrap();
        screen
    }

    async fn visits(&self, language: Option<Language>) -> Guest {
        let visitor = Visitor {
            bot: "parcel".into(),
            language,
            name: Some("Jan".into()),
            site: "https://shop.example".into(),
            ..Visitor::default()
        };
        let Begun { room, secret } = self.rooms.begin(visitor, None).await.unwrap();
        assert!(self.rooms.find(&room.id.0, &secret).is_some());
        let mut guest = Guest { room, clock: self.parts.clock, read: 0 };
        guest.reads_until(|line| line.from == Author::Bot && line.text.ends_with('?')).await;
        guest
    }

    async fn events(&self, id: &CallId) -> Vec<Event> {
        let entries = self.parts.recorder.entries(id).await.unwrap();
        entries.into_iter().map(|entry| entry.event).collect()
    }

    /// The record, once it is closed.
    async fn record(&self, id: &CallId) -> Vec<Event> {
        for _ in 0..500 {
            let events = self.events(id).await;
            if events.iter().any(|event| matches!(event, Event::CallEnded { .. })) {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no end: {:?}", self.events(id).await);
    }
}

struct Guest {
    room: Arc<Room>,
    clock: Clock,
    read: u32,
}

impl Guest {
    fn says(&self, text: &str) {
        self.room.say(self.clock.now(), text.into(), None).unwrap();
    }

    /// Reads on until a message fits; it and what stood before it.
    async fn reads_until(&mut self, fits: impl Fn(&Line) -> bool) -> Vec<Line> {
        let mut news = self.room.watch();
        loop {
            let lines = self.room.view(self.read).lines;
            if let Some(place) = lines.iter().position(&fits) {
                self.read = lines[place].seq;
                return lines[..=place].to_vec();
            }
            let waited = tokio::time::timeout(Duration::from_secs(20), news.changed()).await;
            assert!(waited.is_ok(), "still waiting; on the screen: {:#?}", self.room.view(0).lines);
        }
    }

    async fn reads(&mut self, part: &str) -> Line {
        self.reads_until(|line| line.text.contains(part) && line.from != Author::Visitor).await.pop().unwrap()
    }

    async fn is_with(&self, place: Place) {
        let mut news = self.room.watch();
        while self.room.view(0).place != place {
            let waited = tokio::time::timeout(Duration::from_secs(20), news.changed()).await;
            assert!(waited.is_ok(), "with {:?}", self.room.view(0).place);
        }
    }
}

async fn next<T>(screen: &mut mpsc::Receiver<ToBrowser>, pick: impl Fn(ToBrowser) -> Option<T>) -> T {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(20), screen.recv()).await;
        if let Some(picked) = pick(message.expect("a message in time").expect("an open desk")) {
            return picked;
        }
    }
}

async fn card(screen: &mut mpsc::Receiver<ToBrowser>) -> ScreenPop {
    let offered = |message| match message {
        ToBrowser::Card { card, stage: CardStage::Offered, .. } => Some(*card),
        _ => None,
    };
    next(screen, offered).await
}

async fn line(screen: &mut mpsc::Receiver<ToBrowser>, part: &str) -> crate::record::transcript::Line {
    next(screen, |message| match message {
        ToBrowser::Line { line, .. } if line.text.contains(part) => Some(line),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn the_bot_of_the_telephone_answers_in_writing_and_the_record_says_so() {
    let world = World::new().await;
    let mut guest = world.visits(Some(Language::English)).await;
    let begun = guest.room.view(0).lines;
    assert!(begun[0].text.contains("automated assistant"), "the first sentence says what it is: {begun:?}");
    assert_eq!(begun.len(), 2, "who chose a language is not told of the others: {begun:?}");
    guest.says("where is my parcel?");
    guest.reads("eight digits").await;
    guest.says("12345678");
    assert!(guest.reads("1234 5678").await.text.ends_with('?'), "digits as people write them");
    guest.says("yes");
    guest.reads("at our Łódź depot").await;
    guest.says("No, thank you, that is all.");
    guest.is_with(Place::Ended).await;
    let events = world.record(&guest.room.id).await;
    assert!(matches!(
        &events[0],
        Event::CallReceived { channel: Channel::Chat, from, from_name: Some(name), to, .. }
            if from == "anonymous" && name == "Jan" && to == "https://shop.example"
    ));
    let typed = events.iter().filter(|event| {
        matches!(event, Event::CallerSaid { source: Source::Text, confidence, .. } if *confidence == 1.0)
    });
    assert_eq!(typed.count(), 4);
    assert!(matches!(
        events.last(),
        Some(Event::CallEnded { outcome: Outcome::Resolved, by: EndedBy::Bot, .. })
    ));
    let cut = events
        .iter()
        .any(|event| matches!(event, Event::BotSaid { heard_ms, total_ms, .. } if heard_ms < total_ms));
    assert!(!cut, "what is on the screen was read");
}

#[tokio::test]
async fn messages_typed_at_once_are_answered_one_after_the_other() {
    let world = World::new().await;
    let mut guest = world.visits(Some(Language::English)).await;
    for text in ["where is my parcel", "12345678", "yes"] {
        guest.says(text);
    }
    guest.reads("at our Łódź depot").await;
    guest.room.leave().await;
    let events = world.record(&guest.room.id).await;
    let said: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Event::CallerSaid { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(said, ["where is my parcel", "12345678", "yes"]);
}

#[tokio::test]
async fn an_agent_without_a_phone_takes_the_chat_from_the_card_and_ends_it() {
    let world = World::new().await;
    let mut anna = world.hires("anna", "Anna Nowak").await;
    let mut guest = world.visits(Some(Language::English)).await;
    guest.says("I want to talk to a person");
    guest.is_with(Place::Waiting).await;
    let shown = card(&mut anna).await;
    assert_eq!((shown.channel, shown.caller_name.as_deref()), (Channel::Chat, Some("Jan")));
    let id = guest.room.id.clone();
    let desk = &world.parts.desk;
    let early = desk.chat("anna", id.clone(), ChatAct::Write { text: "Hello".into() }).await;
    assert!(matches!(early, Err(DeskError::Refused { code: "not_your_call", .. })), "{early:?}");
    desk.chat("anna", id.clone(), ChatAct::Answer).await.unwrap();
    let joined = guest.reads("Anna").await;
    assert_eq!(joined.from, Author::Notice);
    guest.is_with(Place::Agent).await;
    desk.chat("anna", id.clone(), ChatAct::Typing).await.unwrap();
    desk.chat("anna", id.clone(), ChatAct::Write { text: "Good morning, Jan.".into() }).await.unwrap();
    let hello = guest.reads("Good morning").await;
    assert_eq!((hello.from, hello.name.as_deref()), (Author::Agent, Some("Anna")));
    assert!(!guest.room.view(0).typing);
    for n in 1..=9 {
        guest.says(&format!("my neighbour has it, {n}"));
    }
    for n in 1..=9 {
        line(&mut anna, &format!("my neighbour has it, {n}")).await;
    }
    for command in
        [AgentCommand::Hold, AgentCommand::Conference, AgentCommand::Consult { colleague: "x".into() }]
    {
        let refused = desk.command("anna", id.clone(), command).await;
        assert!(matches!(refused, Err(DeskError::Refused { code: "not_for_chats", .. })), "{refused:?}");
    }
    desk.command("anna", id.clone(), AgentCommand::End).await.unwrap();
    guest.is_with(Place::Ended).await;
    let events = world.record(&id).await;
    assert!(matches!(
        events.last(),
        Some(Event::CallEnded { outcome: Outcome::HandedOver, by: EndedBy::Agent, .. })
    ));
    let agents = desk.agents().await;
    assert_eq!(agents[0].presence.name(), "wrap_up");
    desk.wrap_up("anna", id, Some("solved".into()), "neighbour".into()).await.unwrap();
}

#[tokio::test]
async fn who_declines_passes_the_chat_to_the_next_and_it_can_be_given_back_to_the_bot() {
    let world = World::new().await;
    let mut anna = world.hires("anna", "Anna Nowak").await;
    let mut guest = world.visits(Some(Language::English)).await;
    guest.says("I want to talk to a person");
    card(&mut anna).await;
    let mut bob = world.hires("bob", "Bob").await;
    let (id, desk) = (guest.room.id.clone(), &world.parts.desk);
    desk.decline("anna", id.clone()).await;
    card(&mut bob).await;
    desk.chat("bob", id.clone(), ChatAct::Answer).await.unwrap();
    guest.reads("Bob").await;
    let to = TransferTo::Agent("anna".into());
    desk.command("bob", id.clone(), AgentCommand::Transfer { to, note: "hers".into() }).await.unwrap();
    guest.reads("colleague").await;
    card(&mut anna).await;
    desk.chat("anna", id.clone(), ChatAct::Answer).await.unwrap();
    guest.reads("Anna").await;
    desk.command("anna", id.clone(), AgentCommand::BackToBot { note: String::new() }).await.unwrap();
    guest.reads("automated assistant").await;
    guest.is_with(Place::Bot).await;
    guest.says("where is my parcel");
    guest.reads("digits").await;
}

#[tokio::test]
async fn what_is_written_while_waiting_is_passed_on_and_said_so_once() {
    let world = World::new().await;
    let mut anna = world.hires("anna", "Anna Nowak").await;
    let mut guest = world.visits(Some(Language::English)).await;
    guest.says("I want to talk to a person");
    let shown = card(&mut anna).await;
    guest.says("It is about the blue box");
    guest.reads("colleague").await;
    guest.says("from Monday");
    line(&mut anna, "from Monday").await;
    let told = guest
        .room
        .view(0)
        .lines
        .iter()
        .filter(|line| line.text.contains("passing that on") || line.text.contains("Noted"))
        .count();
    assert_eq!(told, 1, "{:#?}", guest.room.view(0).lines);
    guest.says("back to the assistant, please");
    next(&mut anna, |message| matches!(message, ToBrowser::CardWithdrawn { .. }).then_some(())).await;
    guest.is_with(Place::Bot).await;
    assert_eq!(shown.call_id, guest.room.id);
}

#[tokio::test]
async fn a_visitor_who_leaves_while_waiting_frees_the_agent() {
    let world = World::new().await;
    let mut anna = world.hires("anna", "Anna Nowak").await;
    let guest = world.visits(Some(Language::English)).await;
    guest.says("I want to talk to a person");
    card(&mut anna).await;
    guest.room.leave().await;
    next(&mut anna, |message| matches!(message, ToBrowser::CardWithdrawn { .. }).then_some(())).await;
    let events = world.record(&guest.room.id).await;
    assert!(matches!(
        events.last(),
        Some(Event::CallEnded { outcome: Outcome::Abandoned, by: EndedBy::Caller, .. })
    ));
    assert_eq!(world.parts.desk.agents().await[0].presence.name(), "available");
}

#[tokio::test]
async fn a_visitor_who_writes_no_more_is_told_so_and_never_nagged() {
    let times = CallTimes::default().in_writing(Duration::from_millis(600), Duration::from_secs(300));
    let world = World::with(times).await;
    let mut guest = world.visits(Some(Language::English)).await;
    let before = guest.room.view(0).lines.len();
    guest.reads("closing this chat").await;
    assert_eq!(guest.room.view(0).lines.len(), before + 1);
    guest.is_with(Place::Ended).await;
    let events = world.record(&guest.room.id).await;
    assert!(matches!(
        events.last(),
        Some(Event::CallEnded { outcome: Outcome::Abandoned, by: EndedBy::Bot, .. })
    ));
}

#[tokio::test]
async fn a_node_that_goes_down_ends_chats_with_honest_words() {
    let world = World::new().await;
    let mut guest = world.visits(Some(Language::Polish)).await;
    world.parts.cut.cancel();
    assert_eq!(guest.reads("z przyczyn technicznych").await.from, Author::Notice);
    guest.is_with(Place::Ended).await;
    let events = world.record(&guest.room.id).await;
    assert!(matches!(events.last(), Some(Event::CallEnded { by: EndedBy::System, .. })));
    assert!(guest.room.say(At(9), "hello?".into(), None).is_err());
}

#[tokio::test]
async fn the_bot_follows_a_visitor_into_another_language() {
    let world = World::new().await;
    let mut guest = world.visits(None).await;
    assert_eq!(
        guest.room.view(0).lines.len(),
        4,
        "the bot says what else it knows: {:?}",
        guest.room.view(0).lines
    );
    guest.says("Hello, I would like to know where my parcel is, please.");
    let asked = guest.reads("digits").await;
    assert_eq!(asked.language, Language::English);
}
