//! The built page, carried inside the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

/// What `npm run build` made of `web/`; empty when it was not run before the program was built.
#[derive(rust_embed::RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Built;

/// A file of the built web part, where there is one.
pub fn built(path: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
    Built::get(path).map(|file| file.data)
}

/// Shown instead of the desk by a program that was built without it.
const HOW_TO_BUILD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Duet</title>\
<h1>This build has no desk</h1><p>Calls, API and agents' connections work, but the page was not built into \
this program. In the source folder run</p><pre>npm --prefix web ci\nnpm --prefix web run build\ncargo build \
--release</pre><p>and start it again.</p></html>";

pub(super) async fn to_the_desk() -> Redirect {
    Redirect::temporary("/desk/")
}

pub(super) async fn index() -> Response {
    match Built::get("index.html") {
        Some(_) => serve("index.html"),
        None => (StatusCode::NOT_FOUND, Html(HOW_TO_BUILD)).into_response(),
    }
}

pub(super) async fn file(Path(path): Path<String>) -> Response {
    serve(&path)
}

fn serve(path: &str) -> Response {
    let Some(file) = Built::get(path) else {
        return (StatusCode::NOT_FOUND, "There is no such page.\n").into_response();
    };
    // Names under assets/ carry a hash of their content.
    let caching = match path.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let headers = [(header::CONTENT_TYPE, media_type(path)), (header::CACHE_CONTROL, caching)];
    (headers, file.data).into_response()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
