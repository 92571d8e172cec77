//! An OpenAI-compatible `/v1/chat/completions`: one question, one answer, no tools.

use crate::engines::endpoint::{Endpoint, RemoteError, bounded};
use serde::Deserialize;
use serde_json::{Value, json};

/// Our answers are one JSON object or a sentence or two.
const ANSWER_TOKENS_MAX: u32 = 160;
/// What the answer is wrapped in is small.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub system: String,
    pub user: String,
    /// JSON Schema of the answer; `None` for a sentence.
    pub schema: Option<Value>,
}

#[derive(Debug)]
pub struct Chat {
    endpoint: Endpoint,
    model: String,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

impl Chat {
    pub fn new(endpoint: Endpoint, model: String) -> Self {
        Chat { endpoint, model }
    }

    pub fn model(&self) -> &str {
        &self.model
    }

    /// The text of the answer.
    pub async fn ask(&self, ask: &Ask) -> Result<String, RemoteError> {
        let body = self.body(ask);
        self.endpoint.post("chat/completions", |request| request.json(&body), content).await
    }

    /// Any answer at all.
    pub async fn check(&self) -> Result<(), RemoteError> {
        self.warm(&Ask { system: String::new(), user: "Say yes.".to_owned(), schema: None }).await
    }

    /// The same, without breaker and metrics; what is answered does not matter.
    pub async fn warm(&self, ask: &Ask) -> Result<(), RemoteError> {
        let body = self.body(ask);
        self.endpoint.ask("chat/completions", |request| request.json(&body), content).await.map(drop)
    }

    fn body(&self, ask: &Ask) -> Value {
        let mut body = json!({
            "model": self.model,
            "temperature": 0,
            "max_tokens": ANSWER_TOKENS_MAX,
            "messages": [
                { "role": "system", "content": ask.system },
                { "role": "user", "content": ask.user },
            ],
        });
        if let Some(schema) = &ask.schema {
            let schema = json!({ "name": "answer", "strict": true, "schema": schema });
            body["response_format"] = json!({ "type": "json_schema", "json_schema": schema });
        }
        body
    }
}

async fn content(response: reqwest::Response) -> Result<String, RemoteError> {
    let body = bounded(response, ANSWER_BYTES_MAX).await?;
    let completion: Completion = serde_json::from_slice(&body)
        .map_err(|_| RemoteError::Garbled("expected JSON with choices[0].message.content".to_owned()))?;
    let first = completion.choices.into_iter().next().and_then(|choice| choice.message.content);
    first.ok_or_else(|| RemoteError::Garbled("the answer is empty".to_owned()))
}
