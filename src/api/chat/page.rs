//! The widget, and a plain page that carries it.

use super::super::params::Params;
use super::super::problem::Problem;
use crate::desk::web::built;
use crate::language::Language;
use crate::runner::chat::rooms::Rooms;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;

/// What `npm run build` puts into `web/dist`.
const WIDGET: &str = "chat/widget.js";
/// A widget that was changed reaches visitors within this.
const CACHE: &str = "public, max-age=300";
/// Shown by a program that was built without the web part.
const HOW_TO_BUILD: &str =
    "This build has no widget: run `npm --prefix web run build` before `cargo build`.\n";

pub(super) async fn widget() -> Response {
    let Some(file) = built(WIDGET) else { return (StatusCode::NOT_FOUND, HOW_TO_BUILD).into_response() };
    let kind = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");
    // Any site may load it; what it may do here is another matter.
    let anybody = ("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    ([kind, (header::CACHE_CONTROL, CACHE)], [anybody], file).into_response()
}

/// Browsers ask for one.
pub(super) async fn icon() -> Response {
    let Some(file) = built("icon.svg") else { return StatusCode::NOT_FOUND.into_response() };
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, CACHE)], file).into_response()
}

/// A page with the first bot's widget, for trying it out. `?lang=` chooses a language.
pub(super) async fn page(State(rooms): State<Arc<Rooms>>, params: Params) -> Result<Html<String>, Problem> {
    let language = params.only(&["lang"])?.parse::<Language>("lang", "pl, ro or en")?;
    let bot = rooms.config.bots.first().map_or("", String::as_str);
    Ok(Html(filled(bot, language)))
}

fn filled(bot: &str, language: Option<Language>) -> String {
    let of_language = language.map(|language| format!(" data-language=\"{}\"", language.code()));
    let tag = format!(
        "<script src=\"/chat/widget.js\" data-bot=\"{}\"{} async></script>",
        escaped(bot),
        of_language.unwrap_or_default()
    );
    PAGE.replace("{shown}", &escaped(&tag)).replace("{tag}", &tag)
}

/// Names of bots are an operator's words; they are no markup all the same.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

const PAGE: &str = include_str!("page.html");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_carries_the_widget_of_its_bot_and_no_script_inline() {
        let page = filled("a\"b", Some(Language::Polish));
        assert!(page.contains("data-bot=\"a&quot;b\" data-language=\"pl\" async></script>"), "{page}");
        for script in page.split("<script").skip(1) {
            assert!(script.contains("src=") && script.contains("></script>"), "{script}");
        }
    }
}
