//! The API's own description, made from the handlers.

use super::params::Params;
use super::problem::Problem;
use super::{
    agents, audit, bots, calls, chat, contacts, follow_ups, health, learning, metrics, people, report,
    reports, voicemails,
};
use crate::desk::protocol::{FromBrowser, ToBrowser};
use crate::desk::reporting::{CallStory, CallsBehind};
use axum::Json;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(title = "Duet", description = "Admin API. Times in and out are RFC 3339 in UTC; durations and moments within a call are ms. ToBrowser and FromBrowser pass over the desk's WebSocket, CallsBehind and CallStory are what its reports lead to."),
    paths(
        calls::list,
        calls::one,
        calls::transcript,
        calls::events,
        calls::handovers,
        people::command,
        people::callbacks,
        people::remove_callback,
        agents::list,
        agents::set_presence,
        bots::list,
        bots::reload,
        bots::roll_back,
        bots::search,
        learning::list,
        audit::list,
        report::report,
        reports::silent,
        contacts::add,
        contacts::thread,
        contacts::erase,
        voicemails::list,
        voicemails::audio,
        voicemails::done,
        voicemails::erase,
        follow_ups::list,
        follow_ups::change,
        follow_ups::erase,
        chat::begin,
        chat::say,
        chat::read,
        chat::leave,
        health::healthz,
        health::readyz,
        metrics::metrics,
        openapi,
    ),
    components(schemas(ToBrowser, FromBrowser, CallsBehind, CallStory)),
    modifiers(&Bearer),
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", scheme.clone());
        components.add_security_scheme("chat", scheme);
    }
}

/// The whole description.
pub fn document() -> Document {
    Api::openapi()
}

/// This description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "health",
    security(("token" = [])),
    responses((status = 200, description = "OpenAPI 3.1"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn openapi(params: Params) -> Result<Json<Document>, Problem> {
    params.only(&[])?;
    Ok(Json(document()))
}
