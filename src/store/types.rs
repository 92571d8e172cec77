//! What goes into the store and comes out of it.

use crate::language::Language;
use crate::record::Entry;
use crate::record::cdr::Cdr;
use crate::record::event::{CallId, Channel, Outcome};
use crate::time::At;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What somebody may do. Who may call what is decided in `api::auth`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Every call, and the agents' presence.
    Supervisor,
    /// Own calls and own presence.
    Agent,
    /// Reads everything, changes nothing.
    Auditor,
    /// Reads call records and presence, but nothing that was said.
    Viewer,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Admin, Role::Supervisor, Role::Agent, Role::Auditor, Role::Viewer];

    pub fn name(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Supervisor => "supervisor",
            Role::Agent => "agent",
            Role::Auditor => "auditor",
            Role::Viewer => "viewer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        let known = Role::ALL.into_iter().find(|role| role.name() == name);
        known.ok_or_else(|| {
            format!("unknown role {name:?}: expected one of admin, supervisor, agent, auditor, viewer")
        })
    }
}

/// Somebody who works with Duet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Login name.
    pub id: String,
    /// As it is spoken and shown.
    pub name: String,
    pub role: Role,
    pub queues: Vec<String>,
    pub languages: Vec<Language>,
    /// Where the phone rings; without one no call is offered.
    pub sip_uri: Option<String>,
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub user: User,
    /// From `password::hash`.
    pub password_hash: String,
}

/// What an API token may do, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// For people, to know later what it was made for.
    pub label: String,
    pub role: Role,
    /// Whose calls it may see; needed for role agent.
    pub user: Option<String>,
    pub expires: Option<At>,
}

/// Which calls to list. All conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct CallFilter {
    /// Received at or after.
    pub from: Option<At>,
    /// Received before.
    pub to: Option<At>,
    pub bot: Option<String>,
    pub outcome: Option<Outcome>,
    /// Calls that waited in this queue.
    pub queue: Option<String>,
    /// Calls that were offered to this agent.
    pub agent: Option<String>,
    pub channel: Option<Channel>,
    /// Caller's or called number, exactly as recorded.
    pub number: Option<String>,
    /// Caller's number alone, exactly as recorded.
    pub caller: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// 1..=`PAGE_CALLS_MAX`; 0 means 50.
    pub limit: u32,
}

/// Which messages to list. All conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct VoicemailFilter {
    /// Somebody has seen to it, or not yet.
    pub done: Option<bool>,
    /// Left before.
    pub before: Option<At>,
    /// For the people of one of these.
    pub queues: Option<Vec<String>>,
}

/// One page of calls, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct CallPage {
    pub calls: Vec<Cdr>,
    /// Cursor of the next page; `None` on the last.
    pub next: Option<String>,
}

/// One page of calls with everything that happened in each, newest call first.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryPage {
    pub calls: Vec<Vec<Entry>>,
    /// Cursor of the next page; `None` on the last.
    pub next: Option<String>,
}

/// What somebody did that others should be able to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditAction {
    /// The wall with every live call was opened.
    WallOpened,
    /// From here on every word of that call was shown.
    CallWatched,
    /// And no longer.
    WatchEnded,
    /// A line was typed for the bot.
    Steered,
    /// A value was given, so that the bot need not ask.
    FactGiven,
    /// A reply that waited was let through as it was.
    ReplyApproved,
    /// ... in other words.
    ReplyEdited,
    /// ... or not.
    ReplyDenied,
    /// The call was taken from the bot.
    CallTakenOver,
    /// The call was heard from here on.
    CallListened,
    /// ... and its agent was spoken to.
    Whispered,
    /// And no longer.
    ListenEnded,
    /// The sound of a message of that call was fetched.
    MessagePlayed,
    /// ... and the message was erased.
    MessageErased,
    /// A task that follows a call was erased.
    FollowUpErased,
    /// A report over many calls, or the list of those behind a figure, was read.
    ReportRead,
    /// Every word of a call that is over was read.
    CallRead,
}

impl AuditAction {
    const ALL: [AuditAction; 17] = [
        AuditAction::WallOpened,
        AuditAction::CallWatched,
        AuditAction::WatchEnded,
        AuditAction::Steered,
        AuditAction::FactGiven,
        AuditAction::ReplyApproved,
        AuditAction::ReplyEdited,
        AuditAction::ReplyDenied,
        AuditAction::CallTakenOver,
        AuditAction::CallListened,
        AuditAction::Whispered,
        AuditAction::ListenEnded,
        AuditAction::MessagePlayed,
        AuditAction::MessageErased,
        AuditAction::FollowUpErased,
        AuditAction::ReportRead,
        AuditAction::CallRead,
    ];

    pub fn name(self) -> &'static str {
        match self {
            AuditAction::WallOpened => "wall_opened",
            AuditAction::CallWatched => "call_watched",
            AuditAction::WatchEnded => "watch_ended",
            AuditAction::Steered => "steered",
            AuditAction::FactGiven => "fact_given",
            AuditAction::ReplyApproved => "reply_approved",
            AuditAction::ReplyEdited => "reply_edited",
            AuditAction::ReplyDenied => "reply_denied",
            AuditAction::CallTakenOver => "call_taken_over",
            AuditAction::CallListened => "call_listened",
            AuditAction::Whispered => "whispered",
            AuditAction::ListenEnded => "listen_ended",
            AuditAction::MessagePlayed => "message_played",
            AuditAction::MessageErased => "message_erased",
            AuditAction::FollowUpErased => "follow_up_erased",
            AuditAction::ReportRead => "report_read",
            AuditAction::CallRead => "call_read",
        }
    }

    pub fn named(name: &str) -> Option<AuditAction> {
        AuditAction::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// An entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    pub at: At,
    /// Login name.
    pub who: String,
    pub action: AuditAction,
    /// `None` where no single call was meant.
    pub call_id: Option<CallId>,
    /// Of the browser; empty when unknown.
    pub address: String,
}

/// An entry with its place in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    pub id: i64,
    pub audit: Audit,
}

/// Which entries to list. All conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub who: Option<String>,
    pub call_id: Option<CallId>,
    /// At or after.
    pub from: Option<At>,
    /// Before.
    pub to: Option<At>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// 1..=`PAGE_CALLS_MAX`; 0 means 50.
    pub limit: u32,
}

/// One page of the trail, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPage {
    pub entries: Vec<Audited>,
    /// Cursor of the next page; `None` on the last.
    pub next: Option<String>,
}
