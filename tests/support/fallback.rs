//! What a caller lives through when engines elsewhere have failed: the call goes on here.

use super::actor::Actor;
use super::baresip::Baresip;
use super::node::{Node, is};
use serde_json::Value;

/// Whether the bot said this prompt, or a later attempt of it.
pub fn said(event: &Value, prompt: &str) -> bool {
    is(event, "bot_said") && event["prompt"].as_str().is_some_and(|key| key.starts_with(prompt))
}

/// Asks for a parcel, gives a number and hangs up after it was read back; `at` is the last event that was seen.
pub async fn goes_on_here(node: &Node, call: &str, at: usize, caller: &mut Baresip, actor: &Actor) {
    caller.play(&actor.speak("Where is my parcel?").await);
    let mut at = node.wait_for(call, at, "the words", |event| is(event, "caller_said")).await;
    let text = node.events(call).await[at]["text"].to_string().to_lowercase();
    assert!(text.contains("parcel"), "heard here: {text}");
    at = node.wait_for(call, at, "the question for the number", |event| said(event, "ask_number")).await;
    // This sentence holds what the caller said, so that it cannot lie in the cache.
    caller.play(&actor.speak("one two three four five six seven eight").await);
    at = node.wait_for(call, at, "the number read back", |event| said(event, "confirm-digits")).await;
    caller.hang_up();
    node.wait_for(call, at, "the end", |event| is(event, "call_ended")).await;
}
