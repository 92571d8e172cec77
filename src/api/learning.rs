//! What the bot can learn from its calls.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::calls::filter;
use super::params::Params;
use super::problem::Problem;
use crate::record::CallId;
use crate::record::lessons::{Lesson, lessons};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

/// Lessons of one page of calls, newest call first.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LessonList {
    pub items: Vec<Lesson>,
    /// Send it as `cursor` to get those of earlier calls; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

const KEYS: [&str; 5] = ["from", "to", "bot", "cursor", "limit"];

/// Lists utterances that were not understood, misunderstood or not answered.
#[utoipa::path(
    get,
    path = "/api/v1/learning",
    tag = "learning",
    operation_id = "list_lessons",
    security(("token" = [])),
    params(
        ("from" = Option<String>, Query, description = "Calls received at or after, RFC 3339"),
        ("to" = Option<String>, Query, description = "Calls received before, RFC 3339"),
        ("bot" = Option<String>, Query),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Calls looked at, 50 if absent"),
    ),
    responses((status = 200, body = LessonList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<LessonList>, Problem> {
    let scope = who.may(Right::ReadWords)?;
    let mut filter = filter(params, &KEYS)?;
    if let Scope::Own(user) = scope {
        filter.agent = Some(user);
    }
    let page = api.store.calls(&filter).await?;
    let mut items = Vec::new();
    for call in &page.calls {
        items.extend(lessons(&api.store.entries(&CallId(call.call_id.clone())).await?));
    }
    Ok(Json(LessonList { items, next: page.next }))
}
