//! Agents' and supervisors' pages without browsers: log in, confirm cards, note when each message came.

use anyhow::{Context, bail};
use duet::edge::clock::Clock;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[derive(clap::Args)]
pub struct Args {
    /// Address of the desk.
    #[arg(long)]
    desk: SocketAddr,
    /// Agents who take calls, by login name.
    #[arg(long = "agent", value_name = "NAME")]
    agents: Vec<String>,
    /// Supervisors with the wall open; each watches one call of those callers.
    #[arg(long = "supervisor", value_name = "NAME")]
    supervisors: Vec<String>,
    /// Callers whose calls are watched, as the wall names them.
    #[arg(long = "watch", value_name = "CALLER")]
    watched: Vec<String>,
    /// Of all of them.
    #[arg(long)]
    password: String,
    /// How long they stay.
    #[arg(long, value_name = "SECONDS")]
    stay: u64,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let mut people = Vec::new();
        let taken = std::sync::Arc::new(std::sync::Mutex::new(HashSet::new()));
        for (name, watches) in
            args.agents.iter().map(|n| (n, false)).chain(args.supervisors.iter().map(|n| (n, true)))
        {
            let socket = open(&client, args.desk, name, &args.password).await?;
            let (name, taken, watched) = (name.clone(), taken.clone(), args.watched.clone());
            let stay = Duration::from_secs(args.stay);
            people.push(tokio::spawn(async move {
                let mut page = Page { name, watches, watched, watching: None, taken };
                tokio::time::timeout(stay, page.work(socket)).await.unwrap_or(Ok(()))
            }));
        }
        println!("{}", json!({ "ready": people.len() }));
        for person in people {
            person.await??;
        }
        Ok(())
    })
}

async fn open(
    client: &reqwest::Client,
    desk: SocketAddr,
    name: &str,
    password: &str,
) -> anyhow::Result<Socket> {
    let origin = format!("http://{desk}");
    let answer = client
        .post(format!("{origin}/desk/login"))
        .header("origin", &origin)
        .json(&json!({ "user": name, "password": password }))
        .send()
        .await?;
    if !answer.status().is_success() {
        bail!("{name} cannot log in: {}", answer.status());
    }
    let cookie = answer.headers().get("set-cookie").context("no session")?.to_str()?.to_owned();
    let mut request = format!("ws://{desk}/desk/ws").into_client_request()?;
    request.headers_mut().insert("cookie", cookie.split(';').next().unwrap_or_default().parse()?);
    request.headers_mut().insert("origin", origin.parse()?);
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

struct Page {
    name: String,
    watches: bool,
    watched: Vec<String>,
    watching: Option<String>,
    /// Calls that somebody watches already.
    taken: std::sync::Arc<std::sync::Mutex<HashSet<String>>>,
}

impl Page {
    async fn work(&mut self, mut socket: Socket) -> anyhow::Result<()> {
        let clock = Clock::start();
        let first = match self.watches {
            true => json!({ "type": "open_wall" }),
            false => json!({ "type": "set_presence", "presence": { "state": "available" } }),
        };
        socket.send(Message::text(first.to_string())).await?;
        let mut ping = tokio::time::interval(Duration::from_secs(20));
        loop {
            let reply = tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.take(clock.now().0, &text)?,
                    Some(Ok(_)) => None,
                    Some(Err(error)) => bail!("{}: {error}", self.name),
                    None => bail!("{}: the desk closed the connection", self.name),
                },
                _ = ping.tick() => Some(json!({ "type": "ping" })),
            };
            if let Some(reply) = reply {
                socket.send(Message::text(reply.to_string())).await?;
            }
        }
    }

    /// Notes a message; what the page answers.
    fn take(&mut self, at: u64, text: &str) -> anyhow::Result<Option<Value>> {
        let message: Value = serde_json::from_str(text)?;
        let kind = message["type"].as_str().unwrap_or_default();
        match kind {
            "card" => {
                let call = &message["card"]["call_id"];
                println!("{}", json!({ "card": call, "at": at, "stage": message["stage"] }));
                Ok(Some(json!({ "type": "card_shown", "call_id": call })))
            }
            "line" => {
                println!("{}", json!({ "line": message["call_id"], "at": at, "says": message["line"] }));
                Ok(None)
            }
            "call_state" if message["stage"] == "ended" && !self.watches => Ok(Some(
                json!({ "type": "wrap_up", "call_id": message["call_id"], "code": "other", "note": "" }),
            )),
            "wall" => {
                println!("{}", json!({ "wall": self.name, "at": at, "bytes": text.len() }));
                Ok(self.choose(&message))
            }
            "error" => bail!("{}: {text}", self.name),
            _ => Ok(None),
        }
    }

    /// The first call of those callers that nobody watches.
    fn choose(&mut self, wall: &Value) -> Option<Value> {
        if self.watching.is_some() {
            return None;
        }
        let calls = wall["calls"].as_array()?;
        let wanted = |caller: &Value| self.watched.iter().any(|watched| caller == watched.as_str());
        let bots = calls.iter().filter(|call| call["holder"] == "bot" && wanted(&call["caller"]));
        let mut taken = self.taken.lock().ok()?;
        let call =
            bots.filter_map(|call| call["call_id"].as_str()).find(|id| taken.insert((*id).to_owned()))?;
        self.watching = Some(call.to_owned());
        Some(json!({ "type": "watch", "call_id": call }))
    }
}
