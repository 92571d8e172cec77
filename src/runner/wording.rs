//! The summary in a language model's words, made while the announcement is spoken and the queue rings. Nothing waits
//! for it: a call whose model is slow, gone or not believed goes on with the three lines of facts.

use crate::desk::brief::{NoGlossary, briefs, drafts};
use crate::edge::clock::Clock;
use crate::language::Language;
use crate::record::event::{CallId, Event, Source};
use crate::record::{Entry, Recorder};
use crate::understand::llm::Adviser;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Asks the model once the record is `written` up to the handover; `None` where there is nothing to tell or nothing
/// that is believed.
pub(super) async fn word(
    adviser: &Adviser,
    recorder: &Recorder,
    call_id: &CallId,
    written: oneshot::Receiver<()>,
) -> Option<String> {
    written.await.ok()?;
    let entries = recorder.entries(call_id).await;
    let entries = entries
        .inspect_err(|error| tracing::warn!(%error, "A summary could not be worded: the record is not read"))
        .ok()?;
    adviser.retell(&facts(&entries), &said(&entries)).await
}

/// In the background, once the record is whole: what the model makes of the agent's draft becomes an event.
pub(super) fn draft_in_words(adviser: Option<Arc<Adviser>>, recorder: Recorder, clock: Clock, id: CallId) {
    let Some(adviser) = adviser.filter(|adviser| adviser.may_retell()) else { return };
    tokio::spawn(async move {
        let Some(text) = word_draft(&adviser, &recorder, &id).await else { return };
        let event = Event::DraftWorded { text, model: adviser.model().to_owned() };
        if let Err(error) = recorder.append(&id, clock.now(), event).await {
            tracing::warn!(%error, "A worded draft could not be recorded");
        }
    });
}

/// Asks the model for the whole call, which is over; `None` where no person had it, or nothing is believed.
async fn word_draft(adviser: &Adviser, recorder: &Recorder, call_id: &CallId) -> Option<String> {
    let entries = recorder.entries(call_id).await.ok()?;
    entries.iter().find(|entry| matches!(entry.event, Event::Bridged { .. }))?;
    let draft = drafts(&entries, &NoGlossary, &str::to_owned).remove(&Language::English)?;
    let facts: Vec<String> = draft.lines().map(str::to_owned).collect();
    adviser.retell(&facts, &said(&entries)).await
}

/// The lines of the card, and why.
fn facts(entries: &[Entry]) -> Vec<String> {
    let brief = briefs(entries, &NoGlossary).remove(&Language::English);
    brief.map_or_else(Vec::new, |brief| brief.summary.into_iter().chain(brief.why).collect())
}

/// What the caller said, as it was recognised.
fn said(entries: &[Entry]) -> Vec<String> {
    let spoken = entries.iter().filter_map(|entry| match &entry.event {
        Event::CallerSaid { text, source: Source::Speech | Source::Text, .. } => Some(text.clone()),
        _ => None,
    });
    spoken.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::escalated_call;
    use crate::engines::endpoint::{Endpoint, EndpointConfig};
    use crate::store::Store;
    use crate::time::At;
    use crate::understand::llm::May;
    use axum::Json;
    use serde_json::{Value, json};
    use std::time::Duration;

    fn adviser(url: String) -> Arc<Adviser> {
        let config = EndpointConfig { url, key: None, timeout: Duration::from_secs(5) };
        let may = May { topics: false, values: false, answers: false, summary: true };
        Adviser::new(Endpoint::new("llm", config).unwrap(), "tiny".into(), may)
    }

    /// A server that says that the caller asks for the last thing which stands between its marks.
    async fn echo() -> String {
        let answer = |Json(body): Json<Value>| {
            let user = body["messages"][1]["content"].as_str().unwrap_or_default().to_owned();
            let last =
                user.rsplit("<caller>").next().and_then(|text| text.split(' ').nth(3)).unwrap_or_default();
            let content = format!("The caller says {}.", last.trim_matches(','));
            std::future::ready(Json(json!({ "choices": [{ "message": { "content": content } }] })))
        };
        let app = axum::Router::new().route("/v1/chat/completions", axum::routing::post(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    #[tokio::test]
    async fn the_model_is_asked_once_the_record_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let recorder = Recorder::new(Store::open(dir.path()).await.unwrap());
        let call = CallId("c1".into());
        let (done, written) = oneshot::channel();
        let adviser = adviser(echo().await);
        let wording = word(&adviser, &recorder, &call, written);
        tokio::pin!(wording);
        assert!(futures::poll!(&mut wording).is_pending());
        for entry in escalated_call("c1", At(1_000)) {
            recorder.append(&entry.call_id, entry.at, entry.event).await.unwrap();
        }
        done.send(()).unwrap();
        assert_eq!(wording.await.as_deref(), Some("The caller says raz."));
        assert_eq!(word_draft(&adviser, &recorder, &call).await, None, "nobody had the call");
        recorder.append(&call, At(30_000), Event::Bridged { agent: "anna".into() }).await.unwrap();
        assert!(word_draft(&adviser, &recorder, &call).await.is_some(), "the whole call is told");
        let (_, never_written) = oneshot::channel();
        assert_eq!(word(&adviser, &recorder, &call, never_written).await, None);
    }
}
