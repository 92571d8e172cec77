//! Bearer tokens and who may do what.

use super::ApiState;
use super::problem::Problem;
use crate::store::{Role, Token};
use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

/// What a request wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Call records: numbers and times, nothing that was said.
    ReadCalls,
    /// Transcripts and events: what was said.
    ReadWords,
    ReadAgents,
    SetPresence,
    ReadMetrics,
    /// Who looked at what.
    ReadAudit,
    /// Which bots and articles there are.
    ReadBots,
    /// Load bots anew, go back.
    ChangeBots,
    /// Put what was written elsewhere into threads, and take it out.
    WriteMessages,
}

/// How far a right goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    /// Only what belongs to this agent.
    Own(String),
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Principal {
    role: Role,
    user: Option<String>,
}

impl Principal {
    /// How far the principal may go, or 403.
    pub fn may(&self, right: Right) -> Result<Scope, Problem> {
        use Right::{
            ChangeBots, ReadAgents, ReadAudit, ReadBots, ReadCalls, ReadMetrics, ReadWords, SetPresence,
            WriteMessages,
        };
        let all = match (self.role, right) {
            (Role::Admin, _) => true,
            (
                Role::Supervisor,
                ReadCalls | ReadWords | ReadAgents | SetPresence | ReadMetrics | ReadBots | WriteMessages,
            ) => true,
            (Role::Auditor, ReadCalls | ReadWords | ReadAgents | ReadMetrics | ReadBots | ReadAudit) => true,
            (Role::Viewer, ReadCalls | ReadAgents | ReadMetrics | ReadBots) => true,
            // Agents look articles up too.
            (Role::Agent, ReadBots) => true,
            (Role::Agent, ReadCalls | ReadWords | ReadAgents | SetPresence) => false,
            (Role::Agent | Role::Supervisor | Role::Auditor | Role::Viewer, ChangeBots)
            // Whoever is watched over does not keep the books.
            | (Role::Agent | Role::Supervisor | Role::Viewer, ReadAudit)
            | (Role::Agent, ReadMetrics | WriteMessages)
            | (Role::Auditor, SetPresence | WriteMessages)
            | (Role::Viewer, ReadWords | SetPresence | WriteMessages) => {
                return Err(Problem::forbidden());
            }
        };
        match (&self.user, all) {
            (_, true) => Ok(Scope::All),
            (Some(user), false) => Ok(Scope::Own(user.clone())),
            (None, false) => Err(Problem::forbidden()),
        }
    }
}

impl Principal {
    /// As the audit trail names who asks: a user, or the role of a token that is nobody's.
    pub fn who(&self) -> &str {
        self.user.as_deref().unwrap_or(self.role.name())
    }
}

impl From<Token> for Principal {
    fn from(token: Token) -> Self {
        Principal { role: token.role, user: token.user }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let principal = Extension::<Principal>::from_request_parts(parts, state).await;
        principal.map(|Extension(principal)| principal).map_err(|_| Problem::unauthorized())
    }
}

/// Lets only known tokens pass; who it is goes along with the request.
pub async fn authenticate(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let secret = bearer(request.headers()).ok_or_else(Problem::unauthorized)?;
    let token = state.store.token(secret, state.clock.now()).await?.ok_or_else(Problem::unauthorized)?;
    request.extensions_mut().insert(Principal::from(token));
    Ok(next.run(request).await)
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
