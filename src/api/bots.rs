//! Bots: which generation takes calls, loading them anew, going back, and searching their articles.

use super::ApiState;
use super::auth::{Principal, Right};
use super::params::{Params, bad};
use super::problem::Problem;
use crate::language::Language;
use crate::record::rfc3339;
use crate::runner::bots::Generation;
use crate::server::fleet::FleetError;
use crate::understand::knowledge::{By, Found};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// Sections that a search gives, and at most.
const SECTIONS: usize = 3;
const SECTIONS_MAX: usize = 20;

/// A bot as it takes calls now.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BotState {
    pub bot: String,
    /// Counts from 1; a number is not used twice while the node runs.
    pub generation: u32,
    /// RFC 3339.
    pub loaded_at: String,
    /// SHA-256 of the bot's files.
    pub digest: String,
    pub languages: Vec<crate::language::Language>,
    pub topics: Vec<String>,
    /// What understanding learnt, in a sentence.
    pub understanding: String,
    /// Whether there is a generation to go back to.
    pub earlier: bool,
}

/// Every bot of the node.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BotList {
    pub items: Vec<BotState>,
}

/// Lists the bots with their generations.
#[utoipa::path(
    get,
    path = "/api/v1/bots",
    tag = "bots",
    operation_id = "list_bots",
    security(("token" = [])),
    responses((status = 200, body = BotList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(api): State<ApiState>,
    who: Principal,
    params: Params,
) -> Result<Json<BotList>, Problem> {
    who.may(Right::ReadBots)?;
    params.only(&[])?;
    let items = api.fleet.bots.all().into_iter().map(|(generation, earlier)| state(&generation, earlier));
    Ok(Json(BotList { items: items.collect() }))
}

/// Reads a bot's folder anew. Calls that run keep the generation that they began with. A bot with problems stays as
/// it is; the answer names each of them.
#[utoipa::path(
    post,
    path = "/api/v1/bots/{bot}/reload",
    tag = "bots",
    operation_id = "reload_bot",
    security(("token" = [])),
    params(("bot" = String, Path)),
    responses((status = 200, body = BotState), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn reload(
    State(api): State<ApiState>,
    who: Principal,
    Path(bot): Path<String>,
    params: Params,
) -> Result<Json<BotState>, Problem> {
    who.may(Right::ChangeBots)?;
    params.only(&[])?;
    api.fleet.reload(&bot).await.map_err(refused)?;
    current(&api, &bot)
}

/// Goes back to the generation before the current one, at once.
#[utoipa::path(
    post,
    path = "/api/v1/bots/{bot}/rollback",
    tag = "bots",
    operation_id = "roll_back_bot",
    security(("token" = [])),
    params(("bot" = String, Path)),
    responses((status = 200, body = BotState), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn roll_back(
    State(api): State<ApiState>,
    who: Principal,
    Path(bot): Path<String>,
    params: Params,
) -> Result<Json<BotState>, Problem> {
    who.may(Right::ChangeBots)?;
    params.only(&[])?;
    api.fleet.roll_back(&bot).map_err(refused)?;
    current(&api, &bot)
}

/// Sections of articles.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SectionList {
    pub items: Vec<Found>,
}

/// Searches a bot's articles by meaning and by words, the best first. Without `q` there is nothing to find.
#[utoipa::path(
    get,
    path = "/api/v1/bots/{bot}/articles",
    tag = "bots",
    operation_id = "search_articles",
    security(("token" = [])),
    params(
        ("bot" = String, Path),
        ("q" = Option<String>, Query, description = "What is looked for, in the words of a caller"),
        ("lang" = Option<Language>, Query, description = "Only articles that callers of this language hear"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 20, description = "Sections, 3 if absent"),
    ),
    responses((status = 200, body = SectionList), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn search(
    State(api): State<ApiState>,
    who: Principal,
    Path(bot): Path<String>,
    params: Params,
) -> Result<Json<SectionList>, Problem> {
    who.may(Right::ReadBots)?;
    let given = params.only(&["q", "lang", "limit"])?;
    let language = given.parse::<Language>("lang", "one of pl, ro, en")?;
    let limit = given.parse::<usize>("limit", "a number from 1 to 20")?.unwrap_or(SECTIONS);
    if !(1..=SECTIONS_MAX).contains(&limit) {
        return Err(bad("limit", &limit.to_string(), "a number from 1 to 20"));
    }
    let generation = api.fleet.bots.get(&bot).ok_or_else(|| Problem::not_found("bot"))?;
    let Some(text) = given.text("q") else {
        return Ok(Json(SectionList { items: Vec::new() }));
    };
    // Tens of ms of arithmetic.
    let search = move || generation.parts.knowledge.search(&text, language, limit, By::Both);
    let found = tokio::task::spawn_blocking(search).await;
    let items = found.map_err(|error| refused(FleetError::Failed(error.to_string())))?;
    Ok(Json(SectionList { items }))
}

fn current(api: &ApiState, bot: &str) -> Result<Json<BotState>, Problem> {
    let all = api.fleet.bots.all().into_iter();
    let mut found = all.filter(|(generation, _)| generation.parts.bot.name == bot);
    let (generation, earlier) = found.next().ok_or_else(|| Problem::not_found("bot"))?;
    Ok(Json(state(&generation, earlier)))
}

fn state(generation: &Generation, earlier: bool) -> BotState {
    let bot = &generation.parts.bot;
    BotState {
        bot: bot.name.clone(),
        generation: generation.number,
        loaded_at: rfc3339(generation.loaded),
        digest: generation.digest.clone(),
        languages: bot.languages.clone(),
        topics: bot.topics.keys().cloned().collect(),
        understanding: generation.understanding.clone(),
        earlier,
    }
}

fn refused(error: FleetError) -> Problem {
    match error {
        FleetError::Unknown => Problem::not_found("bot"),
        FleetError::Busy => Problem::new(
            StatusCode::CONFLICT,
            "bot_loading",
            "A bot is being loaded; try again when it is done.",
        ),
        FleetError::NothingBefore => Problem::new(
            StatusCode::CONFLICT,
            "no_earlier_generation",
            "There is no earlier generation to go back to.",
        ),
        FleetError::Problems(problems) => {
            let detail = "The bot has problems and stays as it is; `duet check --bot` shows the same.";
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bot_refused", detail);
            problems.iter().fold(problem, |problem, found| {
                problem
                    .at(format!("{}:{}", found.file, found.line), format!("{}: {}", found.key, found.message))
            })
        }
        FleetError::Failed(cause) => {
            tracing::error!(cause, "A bot could not be loaded");
            let detail = "The bot could not be loaded and stays as it is; the server's log says why.";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "bot_failed", detail)
        }
    }
}
