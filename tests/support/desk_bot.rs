//! Calls that the bot has, for the test of the desk in a browser: what the call would do with a hand from the wall,
//! as `call::conversation` does, whose own tests are in `src/call/tests/supervised.rs`.

use super::{Stage, testing};
use duet::decide::load::load;
use duet::desk::assist::Library;
use duet::desk::notice::{AgentCommand, DeskNotice, DeskReport, Rule, Supervision};
use duet::language::Language;
use duet::record::event::{CallId, Event, Ruling, ValueSource};
use duet::runner::bots::{BotParts, Bots};
use duet::time::At;
use duet::understand::knowledge::Knowledge;
use duet::understand::{Asked, Meaning, Understand, UnderstandError};
use futures::future::BoxFuture;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Understands nothing: here people do.
struct Nothing;

impl Understand for Nothing {
    fn name(&self) -> &str {
        "nothing"
    }

    fn understand(
        &self,
        _: &str,
        _: Language,
        _: Asked,
    ) -> BoxFuture<'static, Result<Meaning, UnderstandError>> {
        Box::pin(async { Ok(Meaning::default()) })
    }
}

/// The demo bot, whose articles and topics help agents.
pub fn library() -> Arc<dyn Library> {
    let bot = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel"));
    let bot = Arc::new(bot.map_err(|problems| format!("{problems:?}")).expect("sound"));
    let knowledge = Arc::new(Knowledge::new(bot.articles.clone(), None, None));
    let bots = Bots::default();
    bots.put(At(0), String::new(), String::new(), BotParts { bot, understand: Arc::new(Nothing), knowledge });
    Arc::new(bots)
}

impl Stage {
    /// A call that the bot has, about a parcel.
    pub async fn bot_has(&self, call: CallId) {
        let notices = self.desk.reach(call.clone());
        let now = self.clock.now();
        for entry in testing::escalated_call(&call.0, now - Duration::from_secs(20)).into_iter().take(5) {
            self.recorder.append(&call, entry.at, entry.event).await.unwrap();
        }
        let topic = Some("parcel_status".to_owned());
        self.records(&call, Event::Understood { turn: 2, topic, confidence: 0.93 }).await;
        let stage = self.clone();
        tokio::spawn(async move { stage.listens(call, notices).await });
    }

    async fn listens(&self, call: CallId, mut notices: tokio::sync::mpsc::Receiver<DeskNotice>) {
        while let Some(notice) = notices.recv().await {
            match notice {
                DeskNotice::Supervise(by) => self.supervised(&call, by).await,
                DeskNotice::Command(AgentCommand::BackToBot { note }) => {
                    let by = "ewa".to_owned();
                    self.records(&call, Event::GivenBack { by: by.clone(), note }).await;
                    self.records(&call, Event::AgentLeft { agent: by.clone() }).await;
                    self.desk.report(call.clone(), DeskReport::AgentLeft { agent: by }).await;
                    self.records(&call, Event::ReturnedToBot { why: "agent_done".into() }).await;
                }
                _ => {}
            }
        }
    }

    async fn supervised(&self, call: &CallId, by: Supervision) {
        match by {
            Supervision::Steer { by, text } => {
                self.records(call, Event::Steered { by: by.clone(), text: text.clone() }).await;
                self.bot_says(call, &text, Some(by)).await;
            }
            Supervision::Fact { by, slot, value } => {
                let used = value.len() == 8;
                let given = Event::FactGiven { by, slot: slot.clone(), value: value.clone(), used };
                self.records(call, given).await;
                if !used {
                    return;
                }
                let source = ValueSource::Supervisor;
                self.records(call, Event::SlotFilled { turn: 2, slot, value, verified: true, source }).await;
            }
            Supervision::Rule { id, by, rule } => {
                let (ruling, text) = match rule {
                    Rule::Approve => (Ruling::Approved, None),
                    Rule::Edit { text } => (Ruling::Edited, Some(text)),
                    Rule::Deny { reason } => (Ruling::Denied, Some(reason)),
                };
                let who = Some(by.id.clone());
                self.records(call, Event::ReplyRuled { id, ruling, by: who, text: text.clone() }).await;
                match ruling {
                    Ruling::Edited => self.bot_says(call, &text.unwrap_or_default(), Some(by.id)).await,
                    Ruling::Approved => self.bot_says(call, REPLY, None).await,
                    _ => self.records(call, Event::Queued { queue: "logistics".into() }).await,
                }
            }
            Supervision::NobodyLooksOn => {}
            Supervision::TakeOver { agent } => {
                self.records(call, Event::TakenOver { by: agent.id.clone() }).await;
                self.records(call, Event::Queued { queue: "logistics".into() }).await;
                self.records(call, Event::AgentOffered { agent: agent.id.clone(), outside: false }).await;
                self.desk.report(call.clone(), DeskReport::Ringing { agent: agent.id }).await;
            }
        }
    }

    async fn bot_says(&self, call: &CallId, text: &str, typed_by: Option<String>) {
        let now = self.clock.now();
        let Event::BotSaid { turn, prompt, text, language, started, heard_ms, total_ms, .. } =
            testing::bot_said(text, now, 900, 900)
        else {
            return;
        };
        let said = Event::BotSaid { turn, prompt, text, language, started, heard_ms, total_ms, typed_by };
        self.records(call, said).await;
    }

    /// A reply waits so long for somebody on the wall.
    pub async fn proposes(&self, call: CallId, id: u32, wait: Duration) {
        let until = self.clock.now() + wait;
        let (topic, text) = (Some("parcel_status".to_owned()), REPLY.to_owned());
        self.records(&call, Event::ReplyProposed { turn: 3, id, topic, text, until }).await;
        let stage = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            let entries = stage.store.entries(&call).await.unwrap();
            let ruled = entries
                .iter()
                .any(|entry| matches!(entry.event, Event::ReplyRuled { id: of, .. } if of == id));
            if !ruled {
                let ruling = Ruling::TimedOut;
                stage.records(&call, Event::ReplyRuled { id, ruling, by: None, text: None }).await;
            }
        });
    }
}

const REPLY: &str = "Paczka jest w sortowni w Łodzi i dotrze jutro do godziny szesnastej.";
