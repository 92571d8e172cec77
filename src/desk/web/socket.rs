//! One open tab: messages of the desk out, what the agent does in.

use super::login::{Address, session, session_secret};
use super::{SameSite, Web};
use crate::api::problem::Problem;
use crate::desk::DeskError;
use crate::desk::looking::Onlooker;
use crate::desk::notice::{AgentCommand, ChatAct};
use crate::desk::protocol::{FromBrowser, MESSAGE_MAX_BYTES, NOTE_MAX_CHARS, ToBrowser, WRITTEN_MAX_CHARS};
use crate::desk::roster::Choice;
use crate::desk::shell::Desk;
use crate::edge::webrtc::WebPhones;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use futures::{SinkExt, StreamExt};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A browser sends a ping every 20 s; after this silence the tab counts as gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// Close code of a tab that was too slow: the page connects again (RFC 6455 section 7.4.2).
const TOO_SLOW: u16 = 4001;

pub(super) async fn open(
    _: SameSite,
    Address(address): Address,
    State(web): State<Web>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let agent = session(&web, &headers).await?.id;
    let screen = web.screens.fetch_add(1, Ordering::Relaxed);
    let upgrade = upgrade.max_message_size(MESSAGE_MAX_BYTES).max_frame_size(MESSAGE_MAX_BYTES);
    let secret = session_secret(&headers).unwrap_or_default().to_owned();
    let tab = Tab { desk: web.desk, phones: web.phones, agent, screen, address, secret };
    Ok(upgrade.on_upgrade(move |socket| serve(tab, socket)))
}

/// Whose tab it is.
struct Tab {
    desk: Desk,
    phones: WebPhones,
    agent: String,
    screen: u64,
    /// Of the browser, for the audit trail.
    address: String,
    /// Of the session cookie: who logs out elsewhere loses this tab too.
    secret: String,
}

async fn serve(tab: Tab, socket: WebSocket) {
    if let Some(messages) = tab.desk.connect(&tab.agent, tab.screen).await {
        converse(&tab, socket, messages).await;
        tab.desk.disconnect(&tab.agent, tab.screen).await;
    }
}

async fn converse(tab: &Tab, socket: WebSocket, mut messages: tokio::sync::mpsc::Receiver<ToBrowser>) {
    let (mut out, mut incoming) = socket.split();
    loop {
        let sent = tokio::select! {
            message = messages.recv() => match message {
                Some(message) => out.send(text(&message)).await,
                None => {
                    let close = CloseFrame { code: TOO_SLOW, reason: "too slow".into() };
                    let _ = out.send(Message::Close(Some(close))).await;
                    return;
                }
            },
            received = tokio::time::timeout(SILENCE_MAX, incoming.next()) => match received {
                Ok(Some(Ok(Message::Text(received)))) => match answer(tab, &received).await {
                    Some(ToBrowser::Pong) if !tab.is_logged_in().await => return,
                    Some(reply) => out.send(text(&reply)).await,
                    None => Ok(()),
                },
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => Ok(()),
                Ok(Some(Ok(Message::Binary(_)))) => out.send(text(&refusal("bad_message", "expected text"))).await,
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return,
            },
        };
        if sent.is_err() {
            return;
        }
    }
}

impl Tab {
    fn onlooker(&self) -> Onlooker<'_> {
        Onlooker { who: &self.agent, screen: self.screen, address: &self.address }
    }

    /// A store that does not answer throws nobody out.
    async fn is_logged_in(&self) -> bool {
        let session = self.desk.store.session(&self.secret, self.desk.clock.now()).await;
        !matches!(session, Ok(None))
    }
}

/// Does what the agent wants; what is to be said about it goes to this tab only.
async fn answer(tab: &Tab, received: &str) -> Option<ToBrowser> {
    let (desk, agent) = (&tab.desk, tab.agent.as_str());
    let message = match serde_json::from_str(received) {
        Ok(message) => message,
        Err(error) => return Some(refusal("bad_message", &error.to_string())),
    };
    let done = match message {
        FromBrowser::Ping => return Some(ToBrowser::Pong),
        FromBrowser::SetPresence { presence } => match checked(presence) {
            Ok(choice) => desk.set_presence(agent, choice).await,
            Err(why) => return Some(refusal("bad_message", why)),
        },
        FromBrowser::CardShown { call_id } => match desk.card_shown(agent, &call_id).await {
            // Between painting and telling, the call may have gone: nobody did anything wrong.
            Err(DeskError::NotYourCall(_)) => Ok(()),
            shown => shown,
        },
        FromBrowser::Decline { call_id } => {
            desk.decline(agent, call_id).await;
            Ok(())
        }
        FromBrowser::Phone { phone, sdp } => return Some(offer(tab, phone, sdp).await),
        FromBrowser::PutAwayPhone { phone } => {
            tab.phones.put_away(agent, &phone).await;
            Ok(())
        }
        FromBrowser::Answer { call_id } => match tab.phones.answer(agent, &call_id).await {
            true => Ok(()),
            false => desk.chat(agent, call_id, ChatAct::Answer).await,
        },
        FromBrowser::Write { call_id, text } => match written(&text) {
            Ok(text) => desk.chat(agent, call_id, ChatAct::Write { text }).await,
            Err(why) => return Some(refusal("bad_message", why)),
        },
        FromBrowser::Writing { call_id } => desk.chat(agent, call_id, ChatAct::Typing).await,
        FromBrowser::HangUp { call_id } => match tab.phones.hang_up(agent, &call_id).await {
            true => Ok(()),
            false => Err(DeskError::NotYourCall(call_id)),
        },
        FromBrowser::Note { call_id, text } => {
            let saved = desk.save_note(agent, &call_id, &shortened(text)).await;
            if saved.is_ok() {
                return Some(ToBrowser::NoteSaved { call_id });
            }
            saved
        }
        FromBrowser::JudgeSummary { call_id, right } => desk.judge_summary(agent, &call_id, right).await,
        FromBrowser::WrapUp { call_id, code, note } => {
            desk.wrap_up(agent, call_id, code, shortened(note)).await
        }
        FromBrowser::JudgeBot { call_id, judgement } => desk.judge_bot(agent, call_id, judgement).await,
        FromBrowser::Extend { call_id } => desk.extend_wrap_up(agent, call_id).await,
        FromBrowser::OpenWall => desk.open_wall(tab.onlooker()).await,
        FromBrowser::CloseWall => {
            desk.close_wall(tab.screen).await;
            Ok(())
        }
        FromBrowser::Watch { call_id } => desk.watch(tab.onlooker(), call_id).await,
        FromBrowser::EndWatch => {
            desk.end_watch(tab.screen).await;
            Ok(())
        }
        FromBrowser::Supervise { call_id, hand } => match hand.bounded() {
            Some(hand) => desk.supervise(tab.onlooker(), call_id, hand).await,
            None => return Some(refusal("bad_message", "a text is missing")),
        },
        FromBrowser::Assist { call_id, id, reply } => desk.judge_advice(agent, call_id, id, reply).await,
        FromBrowser::FollowUp { call_id, wish } => desk.set_follow_up(agent, call_id, wish).await,
        FromBrowser::FollowUpDone { id } => desk.task_done(agent, &id).await,
        FromBrowser::FollowUpCalls { id } => match desk.task_calls(agent, &id).await {
            Ok(calls) => return Some(calls),
            Err(error) => Err(error),
        },
        FromBrowser::VoicemailDone { id } => desk.message_done(agent, &id).await,
        FromBrowser::Earlier { call_id } => match desk.earlier(agent, call_id).await {
            Ok(earlier) => return Some(earlier),
            Err(error) => Err(error),
        },
        FromBrowser::Command { command, .. } if !pressable(&command) => {
            return Some(refusal("bad_message", "expected 1 to 32 of the keys 0-9, * and #"));
        }
        FromBrowser::Command { call_id, command } => desk.command(agent, call_id, bounded(command)).await,
    };
    done.err().map(|error| explain(&error))
}

fn written(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > WRITTEN_MAX_CHARS {
        return Err("a message to a visitor has 1 to 2,000 characters");
    }
    Ok(text.to_owned())
}

/// Longest id of a page's telephone.
const PHONE_MAX_CHARS: usize = 64;

async fn offer(tab: &Tab, phone: String, sdp: String) -> ToBrowser {
    if phone.is_empty() || phone.chars().count() > PHONE_MAX_CHARS {
        return refusal("bad_message", "a telephone needs an id of 1 to 64 characters");
    }
    match tab.phones.offer(&tab.agent, &phone, sdp).await {
        Ok(sdp) => ToBrowser::PhoneAnswer { phone, sdp },
        Err(error) => refusal("phone_refused", &error.to_string()),
    }
}

/// Longest name of a pause.
const REASON_MAX_CHARS: usize = 60;

fn checked(choice: Choice) -> Result<Choice, &'static str> {
    match &choice {
        Choice::Paused { reason } if reason.is_empty() || reason.chars().count() > REASON_MAX_CHARS => {
            Err("a pause needs a reason of 1 to 60 characters")
        }
        _ => Ok(choice),
    }
}

/// Keys that are pressed at once.
const KEYS_MAX: usize = 32;

fn pressable(command: &AgentCommand) -> bool {
    let AgentCommand::PressKeys { keys } = command else { return true };
    (1..=KEYS_MAX).contains(&keys.len()) && keys.chars().all(|key| matches!(key, '0'..='9' | '*' | '#'))
}

fn bounded(command: AgentCommand) -> AgentCommand {
    match command {
        AgentCommand::Transfer { to, note } => AgentCommand::Transfer { to, note: shortened(note) },
        AgentCommand::BackToBot { note } => AgentCommand::BackToBot { note: shortened(note) },
        command => command,
    }
}

fn shortened(note: String) -> String {
    note.chars().take(NOTE_MAX_CHARS).collect()
}

fn explain(error: &DeskError) -> ToBrowser {
    match error {
        DeskError::NotYourCall(_) => refusal("not_your_call", &error.to_string()),
        DeskError::Refused { code, detail } => refusal(code, detail),
        DeskError::UnknownAgent(_) => refusal("bad_message", &error.to_string()),
        DeskError::Store(error) => {
            tracing::error!(%error, "What an agent did could not be saved");
            refusal("not_saved", "the server could not save this; try again")
        }
        DeskError::Closed => refusal("not_saved", "the server is going down"),
    }
}

fn refusal(code: &str, detail: &str) -> ToBrowser {
    ToBrowser::Error { code: code.to_owned(), detail: detail.to_owned() }
}

fn text(message: &ToBrowser) -> Message {
    // These types have no maps with odd keys and so cannot fail to serialise.
    Message::Text(serde_json::to_string(message).unwrap_or_default().into())
}
