//! A day at the desk, in a real browser against a real server: `web/tests/desk.mjs` clicks and
//! reads, this file lets calls come and go when it asks for it.

// Tests have tasks and wait for them.
#![allow(clippy::disallowed_methods)]

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use duet::config::Trunk;
use duet::desk::notice::{AgentCommand, AgentRef, DeskNotice, DeskReport, TransferTo, WaitingCall};
use duet::desk::{Desk, DeskOptions, web};
use duet::edge::clock::Clock;
use duet::edge::guard::TrunkGuard;
use duet::edge::webrtc::WebPhones;
use duet::language::Language;
use duet::record::event::{AgentRefusal, CallId, EndedBy, Event, Outcome};
use duet::record::follow_up::FollowUp;
use duet::record::voicemail::{Voicemail, Words};
use duet::record::{Entry, Recorder};
use duet::store::{AuditFilter, NewUser, Role, Store, User, password};
use duet::time::At;
use std::net::SocketAddr;
use std::path::Path as FilePath;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

// The recorded call is the one that the desk's own tests use.
use duet::{desk, language, record, time};
#[path = "../src/desk/testing.rs"]
mod testing;
// Calls that the bot has.
#[path = "support/desk_bot.rs"]
mod bot;
// Calls that are over.
#[path = "support/desk_past.rs"]
mod past;

/// Live calls at once, on a wall that must stay usable.
const CROWD: usize = 200;

#[derive(Clone)]
struct Stage {
    clock: Clock,
    store: Store,
    recorder: Recorder,
    desk: Desk,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_works_through_a_call_in_the_browser() {
    in_the_browser("desk.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_has_a_hand_in_the_bots_calls_and_an_agent_gets_help_in_the_browser() {
    in_the_browser("hand.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_ends_a_call_with_note_result_and_what_follows_in_the_browser() {
    in_the_browser("wrap.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_reads_the_reports_of_a_week_in_the_browser() {
    in_the_browser("reports.mjs").await;
}

async fn in_the_browser(script: &str) {
    must_be_installed();
    let dir = tempfile::tempdir().unwrap();
    let address = serve(dir.path()).await;
    let root = env!("CARGO_MANIFEST_DIR");
    let browser = tokio::process::Command::new("node")
        .arg(format!("{root}/web/tests/{script}"))
        .arg(format!("http://localhost:{}", address.port()))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("node runs: install Node.js 20 or newer");
    let report = String::from_utf8_lossy(&browser.stdout);
    assert!(browser.status.success(), "{report}\n{}", String::from_utf8_lossy(&browser.stderr));
}

fn must_be_installed() {
    let web = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("web");
    for (file, remedy) in [
        ("node_modules/playwright-core", "npm --prefix web ci"),
        ("dist/index.html", "npm --prefix web run build"),
    ] {
        assert!(web.join(file).exists(), "web/{file} is missing: run `{remedy}` first");
    }
}

async fn serve(data: &FilePath) -> SocketAddr {
    let clock = Clock::start();
    let store = Store::open(data).await.unwrap();
    let password_hash = password::hash("correct horse").unwrap();
    for (id, name, role, queues) in [
        ("anna", "Anna Kowalska", Role::Agent, vec!["logistics".into(), "payments".into()]),
        ("jan", "Jan Nowak", Role::Agent, vec!["payments".into()]),
        ("ewa", "Ewa Zielińska", Role::Supervisor, vec![]),
    ] {
        let user = User {
            id: id.into(),
            name: name.into(),
            role,
            queues,
            languages: vec![Language::Polish, Language::English],
            sip_uri: Some(format!("sip:{id}@phones")),
        };
        let password_hash = password_hash.clone();
        store.add_user(&NewUser { user, password_hash }, clock.now()).await.unwrap();
    }
    let recorder = Recorder::new(store.clone());
    let guard = Some(Arc::new(TrunkGuard::new(vec![line()]).unwrap()));
    let options = DeskOptions { library: bot::library(), guard, ..DeskOptions::default() };
    let desk = Desk::start_with(clock, store.clone(), recorder.clone(), options);
    let stage = Stage { clock, store, recorder, desk: desk.clone() };
    let steps = Router::new()
        .route("/test/{step}/{call}", post(step))
        .route("/test/events/{call}", get(events))
        .route("/test/audit", get(audit))
        .with_state(stage);
    let (phones, _) =
        WebPhones::start("127.0.0.1:0".parse().unwrap(), "127.0.0.1".parse().unwrap(), clock).await.unwrap();
    let app = web::router(desk, phones, web::WebOptions::default()).merge(steps);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    address
}

/// A line that rings callers back.
fn line() -> Trunk {
    Trunk {
        name: "main".into(),
        allow: Vec::new(),
        user: None,
        password_env: None,
        callback: Some("sip:{number}@gateway".into()),
        other_numbers: Vec::new(),
        numbers: Default::default(),
    }
}

/// What happens on the telephone side, one step at a time.
async fn step(State(stage): State<Stage>, Path((step, call)): Path<(String, String)>) -> StatusCode {
    let call = CallId(call);
    let agent = "anna".to_owned();
    match step.as_str() {
        "call" => stage.call(call).await,
        "angry" => stage.angry(call).await,
        "bot" => stage.bot_has(call).await,
        "propose" => stage.proposes(call, 1, Duration::from_secs(30)).await,
        "propose-again" => stage.proposes(call, 2, Duration::from_secs(30)).await,
        "propose-short" => stage.proposes(call, 3, Duration::from_secs(3)).await,
        "ewa-picks-up" => {
            let agent = "ewa".to_owned();
            stage.records(&call, Event::Bridged { agent: agent.clone() }).await;
            stage.desk.report(call, DeskReport::Bridged { agent }).await;
        }
        "asks" => {
            let now = stage.clock.now();
            stage
                .records(&call, testing::caller_said("A jak długo paczka czeka w punkcie odbioru?", now))
                .await;
        }
        "promises" => {
            let (text, language) = ("Gwarantuję, że paczka będzie jutro.".into(), Language::Polish);
            let started = stage.clock.now();
            let ended = started + Duration::from_secs(2);
            stage.records(&call, Event::AgentSaid { text, language, started, ended }).await;
        }
        "week" => {
            for entries in past::week(stage.clock.now()) {
                stage.store.append(&entries).await.unwrap();
            }
        }
        "crowd" => stage.crowd(&call.0).await,
        "before" => stage.called_before(&call.0).await,
        "says" => {
            let now = stage.clock.now();
            stage.records(&call, testing::caller_said("Halo, jest tam ktoś?", now)).await;
        }
        "bridge" => {
            stage.records(&call, Event::Bridged { agent: agent.clone() }).await;
            stage.desk.report(call, DeskReport::Bridged { agent }).await;
        }
        "agent-says" => {
            let now = stage.clock.now();
            let said = Event::AgentSaid {
                text: "Dzień dobry, pani Mario, widzę, że paczka jest w Łodzi.".into(),
                language: Language::Polish,
                started: now,
                ended: now + Duration::from_secs(2),
            };
            stage.records(&call, said).await;
        }
        "colleague-answers" => {
            let agent = "jan".to_owned();
            stage.records(&call, Event::ConsultAnswered { agent: agent.clone() }).await;
            stage.desk.report(call, DeskReport::Consulted { agent }).await;
        }
        "colleague-silent" => {
            let (agent, refusal) = ("jan".to_owned(), AgentRefusal::NoAnswer);
            stage.records(&call, Event::AgentRefused { agent: agent.clone(), refusal }).await;
            stage.records(&call, Event::HoldEnded).await;
            stage.desk.report(call, DeskReport::ConsultRefused { agent, refusal }).await;
        }
        "message" => stage.message(call).await,
        "overdue" => stage.overdue(call).await,
        "hang-up" => {
            stage.records(&call, Event::AgentLeft { agent }).await;
            let ended =
                Event::CallEnded { outcome: Outcome::HandedOver, by: EndedBy::Caller, reason: "bye".into() };
            stage.records(&call, ended).await;
            stage.desk.report(call, DeskReport::Left).await;
        }
        _ => return StatusCode::NOT_FOUND,
    }
    StatusCode::NO_CONTENT
}

async fn events(State(stage): State<Stage>, Path(call): Path<String>) -> axum::Json<Vec<Entry>> {
    axum::Json(stage.store.entries(&CallId(call)).await.unwrap())
}

/// Who looked at what, the first look first.
async fn audit(State(stage): State<Stage>) -> axum::Json<Vec<(String, String, Option<String>)>> {
    let page = stage.store.audit(&AuditFilter::default()).await.unwrap();
    let looks = page.entries.into_iter().rev().map(|entry| entry.audit);
    let look =
        looks.map(|audit| (audit.who, audit.action.name().to_owned(), audit.call_id.map(|call| call.0)));
    axum::Json(look.collect())
}

impl Stage {
    async fn records(&self, call: &CallId, event: Event) {
        self.recorder.append(call, self.clock.now(), event).await.unwrap();
    }

    /// Somebody leaves a message of one second.
    async fn message(&self, call: CallId) {
        let message = Voicemail {
            id: "0193".into(),
            call_id: call,
            bot: "parcel".into(),
            queue: "logistics".into(),
            number: "+48601234567".into(),
            name: Some("Maria Wiśniewska".into()),
            language: Language::Polish,
            topic: None,
            at: self.clock.now(),
            length_ms: 1_000,
            words: Words::Pending,
            done: None,
        };
        self.desk.keep_voicemail(&message, vec![0; 8_000].into()).await.unwrap();
        let text = "Proszę oddzwonić w sprawie paczki".into();
        let words = Words::Written { text, language: Language::Polish, confidence: 0.9 };
        self.desk.write_voicemail(&message, words).await.unwrap();
    }

    /// A task that should have been done an hour ago.
    async fn overdue(&self, call: CallId) {
        let entries = self.store.entries(&call).await.unwrap();
        let due = self.clock.now() - Duration::from_secs(3_600);
        let about = FollowUp::about(&entries, "logistics", "jan").unwrap();
        let task = FollowUp { id: "0194".into(), text: "Ask the depot".into(), made: due, due, ..about };
        self.store.keep_follow_up(&task).await.unwrap();
        self.desk.follow_ups_changed().await;
    }

    /// A call that the bot has and does not master: angry words, asked the same again.
    async fn angry(&self, call: CallId) {
        let now = self.clock.now();
        for entry in testing::escalated_call(&call.0, now - Duration::from_secs(48)).into_iter().take(6) {
            self.recorder.append(&call, entry.at, entry.event).await.unwrap();
        }
        self.records(&call, Event::Understood { turn: 2, topic: None, confidence: 0.21 }).await;
        self.records(&call, testing::bot_said("Proszę podać numer przesyłki.", now, 900, 900)).await;
        self.records(&call, testing::caller_said("Ile razy mam to powtarzać?!", now)).await;
        let (anger, frustration, sarcasm, distress, joy) = (0.9, 0.62, 0.1, 0.02, 0.0);
        let words = vec!["powtarzać".into()];
        let judged = Event::ToneJudged { turn: 3, anger, frustration, sarcasm, distress, joy, words };
        self.records(&call, judged).await;
    }

    /// So many calls as a full node has, all with the bot.
    async fn crowd(&self, id: &str) {
        let calls = (0..CROWD).map(|n| {
            let entries = testing::escalated_call(&format!("{id}-{n}"), self.clock.now());
            async move {
                for entry in entries.into_iter().take(6) {
                    self.recorder.append(&entry.call_id, entry.at, entry.event).await.unwrap();
                }
            }
        });
        futures::future::join_all(calls).await;
    }

    /// Two calls of the same number, ten days ago and the day before.
    async fn called_before(&self, id: &str) {
        let outcome = Outcome::HandedOver;
        for (days, n) in [(10, 1), (1, 2)] {
            let start = self.clock.now() - Duration::from_secs(days * 86_400);
            let mut entries = testing::escalated_call(&format!("{id}-{n}"), start);
            let mut add = |event| {
                let (call_id, seq) = (entries[0].call_id.clone(), entries.len() as u32);
                entries.push(Entry { call_id, seq, at: start + Duration::from_secs(90), event });
            };
            let topic = Some("damage".into());
            if n == 2 {
                add(Event::Understood { turn: 4, topic, confidence: 0.9 });
            }
            add(Event::Bridged { agent: "anna".into() });
            add(Event::CallEnded { outcome, by: EndedBy::Caller, reason: "bye".into() });
            let note = if n == 2 { "Paid back 40 zł" } else { "Asked the depot in Łódź" };
            add(Event::WrapUp { agent: "anna".into(), code: "follow_up".into(), note: note.into() });
            self.store.append(&entries).await.unwrap();
        }
    }

    /// A call comes as far as the queue; its phone rings when an agent is reserved.
    async fn call(&self, call: CallId) {
        let now: At = self.clock.now();
        for entry in testing::escalated_call(&call.0, now - Duration::from_secs(25)) {
            self.recorder.append(&call, entry.at, entry.event).await.unwrap();
        }
        let waiting = WaitingCall::new(call.clone(), "logistics", Language::Polish, now);
        let mut notices = self.desk.enqueue(waiting).await;
        let stage = self.clone();
        tokio::spawn(async move {
            let mut second = None;
            while let Some(notice) = notices.recv().await {
                match notice {
                    DeskNotice::Reserved { agent } => {
                        let agent = agent.id;
                        stage
                            .records(&call, Event::AgentOffered { agent: agent.clone(), outside: false })
                            .await;
                        stage.desk.report(call.clone(), DeskReport::Ringing { agent }).await;
                    }
                    DeskNotice::Consult { agent } => {
                        stage.records(&call, Event::HoldBegan).await;
                        stage.records(&call, Event::ConsultBegan { agent: agent.id.clone() }).await;
                        second = Some(agent);
                    }
                    DeskNotice::Command(command) => stage.obeys(&call, command, &mut second).await,
                    _ => {}
                }
            }
        });
    }

    /// As `call::bridged` does, whose own tests are in `src/call/tests`: the same events and reports in the same
    /// order, without sound.
    async fn obeys(&self, call: &CallId, command: AgentCommand, second: &mut Option<AgentRef>) {
        let anna = || "anna".to_owned();
        match command {
            AgentCommand::Hold => self.records(call, Event::HoldBegan).await,
            AgentCommand::Retrieve => self.records(call, Event::HoldEnded).await,
            AgentCommand::Conference => {
                let Some(agent) = second else { return };
                self.records(call, Event::ConferenceBegan { agent: agent.id.clone() }).await;
            }
            AgentCommand::EndConsult => {
                let Some(AgentRef { id: agent, .. }) = second.take() else { return };
                self.records(call, Event::ConsultEnded { agent: agent.clone() }).await;
                self.records(call, Event::HoldEnded).await;
                self.desk.report(call.clone(), DeskReport::ConsultLeft { agent }).await;
            }
            AgentCommand::CompleteTransfer => {
                let Some(AgentRef { id: to, .. }) = second.take() else { return };
                self.records(call, Event::AgentLeft { agent: anna() }).await;
                self.records(call, Event::Bridged { agent: to.clone() }).await;
                self.desk.report(call.clone(), DeskReport::Passed { from: anna(), to }).await;
            }
            AgentCommand::Transfer { to, note } => {
                self.records(call, Event::Transferred { by: anna(), to: to.clone(), note }).await;
                self.records(call, Event::AgentLeft { agent: anna() }).await;
                self.desk.report(call.clone(), DeskReport::AgentLeft { agent: anna() }).await;
                let TransferTo::Queue(queue) = to else { return };
                self.records(call, Event::Queued { queue }).await;
            }
            AgentCommand::BackToBot { note } => {
                self.records(call, Event::GivenBack { by: anna(), note }).await;
                self.records(call, Event::AgentLeft { agent: anna() }).await;
                self.desk.report(call.clone(), DeskReport::AgentLeft { agent: anna() }).await;
                self.records(call, Event::ReturnedToBot { why: "agent_done".into() }).await;
            }
            AgentCommand::Consult { .. } | AgentCommand::PressKeys { .. } | AgentCommand::End => {}
        }
    }
}
