//! Downloads over HTTP into `NAME.part`, going on where an earlier attempt stopped.

use super::{FetchError, Fetcher, file_error};
use crate::models::Model;
use futures::StreamExt;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reqwest::header::RANGE;
use reqwest::{Response, StatusCode, Url};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// The path of what arrived.
pub(super) async fn fetch(fetcher: &mut Fetcher, model: &Model, url: &str) -> Result<PathBuf, FetchError> {
    let wrong = |reason: String| FetchError::Url { url: url.to_owned(), reason };
    let parsed = Url::parse(url).map_err(|error| wrong(error.to_string()))?;
    let host = parsed.host_str().unwrap_or_default().to_owned();
    if fetcher.unreachable.contains(&host) {
        return Err(wrong("the host could not be reached a moment ago".into()));
    }
    let part = fetcher.dir.join(format!("{}.part", model.name));
    let have_bytes = std::fs::metadata(&part).map(|file| file.len()).unwrap_or(0);
    if have_bytes > 0 && model.size_bytes == Some(have_bytes) {
        return Ok(part);
    }
    let mut request = fetcher.client.get(parsed);
    if have_bytes > 0 {
        request = request.header(RANGE, format!("bytes={have_bytes}-"));
    }
    let response = request.send().await.map_err(|error| {
        if error.is_connect() || error.is_timeout() {
            fetcher.unreachable.insert(host);
        }
        wrong(plainly(&error))
    })?;
    match response.status() {
        StatusCode::PARTIAL_CONTENT => save(response, &part, have_bytes, model).await,
        StatusCode::OK => save(response, &part, 0, model).await,
        status => {
            if status == StatusCode::RANGE_NOT_SATISFIABLE {
                let _ = std::fs::remove_file(&part);
            }
            Err(wrong(format!("the server answered {status}")))
        }
    }?;
    Ok(part)
}

/// Appends the body to the first `have_bytes` bytes of `part`.
async fn save(response: Response, part: &Path, have_bytes: u64, model: &Model) -> Result<(), FetchError> {
    let url = response.url().to_string();
    let bar = progress(model, have_bytes, response.content_length());
    let open = std::fs::OpenOptions::new().create(true).write(true).truncate(false).open(part);
    let mut file = open.map_err(|error| file_error(part, error))?;
    file.set_len(have_bytes).map_err(|error| file_error(part, error))?;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).map_err(|error| file_error(part, error))?;
    let mut body = response.bytes_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| FetchError::Url {
            url: url.clone(),
            reason: format!("{}; what arrived is kept and resumed", plainly(&error)),
        })?;
        file.write_all(&chunk).map_err(|error| file_error(part, error))?;
        bar.inc(chunk.len() as u64);
    }
    file.sync_all().map_err(|error| file_error(part, error))?;
    bar.finish_and_clear();
    Ok(())
}

fn progress(model: &Model, have_bytes: u64, rest_bytes: Option<u64>) -> ProgressBar {
    let total = rest_bytes.map(|rest| rest + have_bytes).or(model.size_bytes);
    let bar = ProgressBar::new(total.unwrap_or(0));
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(model.name.clone());
    bar.set_position(have_bytes);
    bar
}

/// The innermost cause: reqwest's own sentence repeats the address and hides the reason.
fn plainly(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
