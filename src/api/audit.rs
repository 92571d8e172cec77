//! The audit trail: who looked at whose call.

use super::ApiState;
use super::auth::{Principal, Right};
use super::params::{Params, limit, moment};
use super::problem::Problem;
use crate::record::{CallId, rfc3339};
use crate::store::{AuditAction, AuditFilter, Audited};
use axum::Json;
use axum::extract::State;
use serde::Serialize;

/// One look.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    id: i64,
    /// RFC 3339 in UTC.
    at: String,
    /// Login name.
    who: String,
    action: AuditAction,
    call_id: Option<String>,
    /// Of the browser; empty when unknown.
    address: String,
}

/// One page, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditList {
    items: Vec<AuditEntry>,
    /// Send it as `cursor` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Audited> for AuditEntry {
    fn from(Audited { id, audit }: Audited) -> Self {
        AuditEntry {
            id,
            at: rfc3339(audit.at),
            who: audit.who,
            action: audit.action,
            call_id: audit.call_id.map(|call| call.0),
            address: audit.address,
        }
    }
}

/// Lists who looked at what, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "audit",
    operation_id = "list_audit",
    security(("token" = [])),
    params(
        ("who" = Option<String>, Query, description = "Login name"),
        ("call" = Option<String>, Query, description = "Looks at this call"),
        ("from" = Option<String>, Query, description = "At or after, RFC 3339"),
        ("to" = Option<String>, Query, description = "Before, RFC 3339"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Entries on a page, 50 if absent"),
    ),
    responses((status = 200, body = AuditList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<AuditList>, Problem> {
    who.may(Right::ReadAudit)?;
    let given = params.only(&["who", "call", "from", "to", "cursor", "limit"])?;
    let filter = AuditFilter {
        who: given.text("who"),
        call_id: given.text("call").map(CallId),
        from: moment(&given, "from")?,
        to: moment(&given, "to")?,
        cursor: given.text("cursor"),
        limit: limit(&given)?,
    };
    let page = api.store.audit(&filter).await?;
    Ok(Json(AuditList { items: page.entries.into_iter().map(AuditEntry::from).collect(), next: page.next }))
}
