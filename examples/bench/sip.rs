//! The least user agent that can call: UDP, one offer, ACK and BYE. One socket for all callers.

use anyhow::{Context, bail};
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Messages that wait for one caller.
const MESSAGES: usize = 32;
/// T1 of RFC 3261 section 17.
const RESEND: Duration = Duration::from_millis(500);
/// How often a request is sent at most.
const SENDINGS: usize = 7;
/// How long a call may ring.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

type Boxes = Rc<RefCell<HashMap<String, mpsc::Sender<Message>>>>;

/// A SIP message, read no further than callers need.
#[derive(Debug, Clone)]
pub struct Message {
    text: String,
}

impl Message {
    /// The status of a response; `None` for a request.
    pub fn status(&self) -> Option<u16> {
        self.text.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    pub fn method(&self) -> &str {
        self.text.split(' ').next().unwrap_or("")
    }

    fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or("");
        let name = name.to_owned();
        head.lines().skip(1).filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(&name).then(|| value.trim())
        })
    }

    fn header(&self, name: &str) -> &str {
        self.headers(name).next().unwrap_or("")
    }

    fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// Where the SDP wants RTP.
    fn media(&self) -> Option<SocketAddr> {
        let value = |key: &str| self.body().lines().find_map(|line| line.strip_prefix(key));
        let ip = value("c=IN IP4 ")?.trim().parse().ok()?;
        let port = value("m=audio ")?.split(' ').next()?.parse().ok()?;
        Some(SocketAddr::new(ip, port))
    }
}

/// Sends and receives for all callers.
pub struct Agent {
    socket: Rc<UdpSocket>,
    local: SocketAddr,
    server: SocketAddr,
    boxes: Boxes,
}

impl Agent {
    pub async fn bind(server: SocketAddr) -> anyhow::Result<Agent> {
        let socket = Rc::new(UdpSocket::bind((server.ip(), 0)).await?);
        let local = socket.local_addr()?;
        let boxes = Boxes::default();
        tokio::task::spawn_local(receive(socket.clone(), boxes.clone()));
        Ok(Agent { socket, local, server, boxes })
    }

    /// Calls; the dialog once the call is answered.
    pub async fn call(&self, number: &str, from: &str, rtp: SocketAddr) -> anyhow::Result<Dialog> {
        let id = format!("{}@bench", uuid::Uuid::new_v4().simple());
        let (to, inbox) = mpsc::channel(MESSAGES);
        self.boxes.borrow_mut().insert(id.clone(), to);
        let mut dialog = Dialog {
            socket: self.socket.clone(),
            boxes: self.boxes.clone(),
            server: self.server,
            local: self.local,
            from: format!("<sip:{from}@{}>;tag={:08x}", self.local, rand::random::<u32>()),
            to: format!("<sip:{number}@{}>", self.server),
            target: format!("sip:{number}@{}", self.server),
            media: rtp,
            id,
            inbox,
        };
        let answered = timeout(ANSWER_LIMIT, dialog.invite(rtp)).await.context("not answered")?;
        answered.map(|()| dialog)
    }
}

async fn receive(socket: Rc<UdpSocket>, boxes: Boxes) {
    let mut buffer = vec![0; 65_536];
    while let Ok((size, _)) = socket.recv_from(&mut buffer).await {
        let message = Message { text: String::from_utf8_lossy(&buffer[..size]).into_owned() };
        let to = boxes.borrow().get(message.header("Call-ID")).cloned();
        if let Some(to) = to {
            // A caller that is 32 messages behind has other troubles.
            let _ = to.try_send(message);
        }
    }
}

/// One call's signalling.
pub struct Dialog {
    socket: Rc<UdpSocket>,
    boxes: Boxes,
    server: SocketAddr,
    local: SocketAddr,
    from: String,
    to: String,
    /// Request-URI of what follows: the far end's Contact.
    target: String,
    /// Where the far end wants RTP.
    pub media: SocketAddr,
    pub id: String,
    inbox: mpsc::Receiver<Message>,
}

impl Dialog {
    fn request(&self, method: &str, number: u32, body: &str) -> String {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let (local, branch) = (self.local, rand::random::<u64>());
        format!(
            "{method} {} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{branch:016x};rport\r\n\
             Max-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {number} {method}\r\n\
             Contact: <sip:bench@{local}>\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            self.target,
            self.from,
            self.to,
            self.id,
            body.len(),
        )
    }

    async fn send(&self, text: &str) -> anyhow::Result<()> {
        self.socket.send_to(text.as_bytes(), self.server).await?;
        Ok(())
    }

    async fn invite(&mut self, rtp: SocketAddr) -> anyhow::Result<()> {
        let (ip, port) = (rtp.ip(), rtp.port());
        let sdp = format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n\
             a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
        );
        let invite = self.request("INVITE", 1, &sdp);
        let mut heard = false;
        for _ in 0..SENDINGS {
            if !heard {
                self.send(&invite).await?;
            }
            while let Ok(message) = timeout(RESEND, self.inbox.recv()).await {
                let message = message.context("no more messages")?;
                match message.status() {
                    Some(..200) => heard = true,
                    Some(200..300) => return self.answered(&message).await,
                    Some(code) => {
                        self.to = message.header("To").to_owned();
                        self.send(&self.request("ACK", 1, "")).await?;
                        bail!("refused: {code}");
                    }
                    None => self.reply(&message).await?,
                }
            }
        }
        bail!("no answer to INVITE")
    }

    async fn answered(&mut self, ok: &Message) -> anyhow::Result<()> {
        self.to = ok.header("To").to_owned();
        let contact = ok.header("Contact");
        let uri = contact.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(uri, _)| uri);
        self.target = uri.unwrap_or(contact).to_owned();
        self.media = ok.media().context("the answer has no media")?;
        self.send(&self.request("ACK", 1, "")).await
    }

    /// 200 to whatever the server wants within the dialog.
    async fn reply(&self, request: &Message) -> anyhow::Result<()> {
        if request.method() == "ACK" {
            return Ok(());
        }
        let vias: String = request.headers("Via").map(|via| format!("Via: {via}\r\n")).collect();
        let copied: String = ["From", "To", "Call-ID", "CSeq"]
            .map(|name| format!("{name}: {}\r\n", request.header(name)))
            .concat();
        self.send(&format!("SIP/2.0 200 OK\r\n{vias}{copied}Content-Length: 0\r\n\r\n")).await
    }

    /// Waits until the far end hangs up. Cancel-safe.
    pub async fn far_end_hangs_up(&mut self) {
        while let Some(message) = self.inbox.recv().await {
            match message.method() {
                "BYE" => {
                    let _ = self.reply(&message).await;
                    return;
                }
                // The 200 of our INVITE again: the ACK was lost.
                "SIP/2.0" if message.header("CSeq").ends_with("INVITE") => {
                    let _ = self.send(&self.request("ACK", 1, "")).await;
                }
                "SIP/2.0" => {}
                _ => {
                    let _ = self.reply(&message).await;
                }
            }
        }
        std::future::pending().await
    }

    pub async fn hang_up(&mut self) -> anyhow::Result<()> {
        let bye = self.request("BYE", 2, "");
        for _ in 0..SENDINGS {
            self.send(&bye).await?;
            while let Ok(Some(message)) = timeout(RESEND, self.inbox.recv()).await {
                if message.status().is_some_and(|code| code >= 200) && message.header("CSeq").ends_with("BYE")
                {
                    return Ok(());
                }
                if message.method() == "BYE" {
                    self.reply(&message).await?;
                }
            }
        }
        bail!("no answer to BYE")
    }
}

impl Drop for Dialog {
    fn drop(&mut self) {
        self.boxes.borrow_mut().remove(&self.id);
    }
}
