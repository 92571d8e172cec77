//! The report over the calls of a time, as JSON or a table at a time.

use super::ApiState;
use super::auth::{Principal, Right, Scope};
use super::params::{Known, Params, bad, moment};
use super::problem::Problem;
use crate::desk::reporting::{Asked, Reader};
use crate::language::Language;
use crate::record::event::Channel;
use crate::record::report::tables::{TABLES, Table, csv};
use crate::record::report::{Report, Span};
use crate::time::At;
use axum::Json;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use std::net::SocketAddr;
use std::time::Duration;

/// Keys of a report, wherever it is asked for.
pub(crate) const KEYS: [&str; 9] =
    ["from", "to", "bot", "queue", "channel", "language", "zone", "format", "table"];
/// The time when none is given.
const USUAL: Duration = Duration::from_secs(7 * 86_400);
/// Longest time.
const LONGEST: Duration = Duration::from_secs(367 * 86_400);

/// What the calls of a time say: numbers with those of the time before, calls by hour or day, outcomes, reasons of
/// handovers, silence, topics, queues, times. Of the newest 20,000 calls. Each look is in the audit trail.
#[utoipa::path(
    get,
    path = "/api/v1/report",
    tag = "reports",
    operation_id = "report",
    security(("token" = [])),
    params(
        ("from" = Option<String>, Query, description = "Calls received at or after, RFC 3339; seven days before `to` if absent"),
        ("to" = Option<String>, Query, description = "Calls received before, RFC 3339; now if absent"),
        ("bot" = Option<String>, Query),
        ("queue" = Option<String>, Query, description = "Calls that waited in this queue"),
        ("channel" = Option<Channel>, Query),
        ("language" = Option<Language>, Query),
        ("zone" = Option<String>, Query, description = "IANA time zone of days and hours, UTC if absent"),
        ("format" = Option<String>, Query, description = "`json`, or `csv` for one table"),
        ("table" = Option<Table>, Query, description = "Which table, with `format=csv`; `bars` if absent"),
    ),
    responses((status = 200, body = Report), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn report(
    State(api): State<ApiState>,
    who: Principal,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    params: Params,
) -> Result<Response, Problem> {
    let Scope::All = who.may(Right::ReadCalls)? else { return Err(Problem::forbidden()) };
    let given = params.only(&KEYS)?;
    let (asked, form) = (asked(&given, api.clock.now())?, form(&given)?);
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip().to_string()).unwrap_or_default();
    let reader = Reader { who: who.who(), address: &address };
    let report = api.desk.report_over(reader, &asked).await?;
    Ok(answer(report, form))
}

/// How the answer is written: whole, or one table.
pub(crate) fn form(given: &Known) -> Result<Option<Table>, Problem> {
    let csv = match given.text("format").as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(other) => return Err(bad("format", other, "json or csv")),
    };
    let table = given.text("table").unwrap_or_else(|| "bars".to_owned());
    let known = serde_json::from_value(table.as_str().into()).map_err(|_| bad("table", &table, TABLES))?;
    Ok(csv.then_some(known))
}

pub(crate) fn answer(report: Report, form: Option<Table>) -> Response {
    // Nobody's browser may keep it.
    let no_store = (header::CACHE_CONTROL, "no-store");
    let Some(table) = form else { return ([no_store], Json(report)).into_response() };
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let file = (header::CONTENT_DISPOSITION, "attachment; filename=\"report.csv\"");
    ([kind, file, no_store], csv(&report, table)).into_response()
}

/// What a query asks about.
pub(crate) fn asked(given: &Known, now: At) -> Result<Asked, Problem> {
    let to = moment(given, "to")?.unwrap_or(now);
    let from = moment(given, "from")?.unwrap_or(to - USUAL);
    if from >= to {
        return Err(bad("from", &given.text("from").unwrap_or_default(), "a moment before `to`"));
    }
    if to.since_ms(from) > LONGEST.as_millis() as u64 {
        return Err(bad("from", &given.text("from").unwrap_or_default(), "at most 367 days before `to`"));
    }
    let zone_name = given.text("zone").unwrap_or_else(|| "UTC".to_owned());
    let zone = TimeZone::get(&zone_name)
        .map_err(|_| bad("zone", &zone_name, "an IANA time zone, like Europe/Warsaw"))?;
    let language = given.text("language").map(|code| {
        let known = serde_json::from_value::<Language>(code.as_str().into());
        known.map_err(|_| bad("language", &code, "pl, ro or en"))
    });
    Ok(Asked {
        span: Span { from, to, zone, zone_name },
        bot: given.text("bot"),
        queue: given.text("queue"),
        channel: super::calls::channel(given)?,
        language: language.transpose()?,
    })
}
