//! Reports at the desk, for whoever may see every call.

use super::login::{Address, session};
use super::{SameSite, Web};
use crate::api::params::{Known, Params, bad};
use crate::api::problem::Problem;
use crate::api::report::{KEYS, answer, asked, form};
use crate::desk::DeskError;
use crate::desk::reporting::{CallStory, CallsBehind, Reader};
use crate::record::CallId;
use crate::record::report::told::Pick;
use crate::store::User;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Keys that pick the calls behind a figure.
const PICK: [&str; 10] =
    ["bar", "weekday", "hour", "outcome", "topic", "reason", "handed_to", "how", "prompt", "only"];

/// `GET /desk/report`: the same as `/api/v1/report`.
pub(super) async fn report(
    _: SameSite,
    Address(address): Address,
    State(web): State<Web>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let user = reader(&web, &headers).await?;
    let given = params.only(&KEYS)?;
    let (asked, form) = (asked(&given, web.desk.clock.now())?, form(&given)?);
    let report = web.desk.report_over(Reader { who: &user.id, address: &address }, &asked).await?;
    Ok(answer(report, form))
}

/// `GET /desk/report/calls`: the calls behind a figure.
pub(super) async fn calls(
    _: SameSite,
    Address(address): Address,
    State(web): State<Web>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let user = reader(&web, &headers).await?;
    let given = params.only(&[&KEYS[..], &PICK[..]].concat())?;
    let (asked, pick) = (asked(&given, web.desk.clock.now())?, pick(&given)?);
    let reader = Reader { who: &user.id, address: &address };
    let calls: CallsBehind = web.desk.calls_behind(reader, &asked, &pick).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(calls)).into_response())
}

/// `GET /desk/report/call/{id}`: one of them, with every word.
pub(super) async fn call(
    _: SameSite,
    Address(address): Address,
    State(web): State<Web>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let user = reader(&web, &headers).await?;
    let reader = Reader { who: &user.id, address: &address };
    let story: Option<CallStory> = web.desk.call_behind(reader, CallId(id)).await?;
    let story = story.ok_or_else(|| Problem::not_found("call"))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(story)).into_response())
}

/// The role is asked for each time.
async fn reader(web: &Web, headers: &HeaderMap) -> Result<User, Problem> {
    let user = session(web, headers).await?;
    match web.desk.may_report(&user.id).await {
        Err(DeskError::Refused { code, detail }) => Err(Problem::new(StatusCode::FORBIDDEN, code, detail)),
        Err(DeskError::Store(error)) => Err(error.into()),
        Err(error) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "closing", error.to_string())),
        Ok(()) => Ok(user),
    }
}

fn pick(given: &Known) -> Result<Pick, Problem> {
    let weekday = given.parse::<i8>("weekday", "1 to 7, 1 is Monday")?;
    let hour = given.parse::<i8>("hour", "0 to 23")?;
    let only = given.text("only").map(|name| {
        let known = serde_json::from_value(name.as_str().into());
        known.map_err(|_| bad("only", &name, "a kind of calls, like contained"))
    });
    Ok(Pick {
        bar: given.text("bar"),
        cell: weekday.zip(hour),
        outcome: given.text("outcome"),
        topic: given.text("topic"),
        reason: given.text("reason"),
        handed_to: given.text("handed_to"),
        how: given.text("how"),
        prompt: given.text("prompt"),
        only: only.transpose()?,
    })
}
