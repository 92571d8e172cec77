//! One phone, one endpoint, no called party: the test plays both.

use super::{Open, Phone, SDP, code, config, header, request};
use sip::endpoint::{Endpoint, EndpointConfig};
use sip::session::{Incoming, OutgoingInvite, Session, SessionCommand, SessionEvent};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Longer than 64*T1, after which a transaction gives up.
pub const LIMIT: Duration = Duration::from_secs(60);

pub struct Stage {
    pub endpoint: Endpoint,
    pub calls: mpsc::Receiver<Incoming>,
    pub phone: Phone,
    pub server: SocketAddr,
}

/// A call from the phone's side.
pub struct Line {
    pub call_id: String,
    pub from: String,
    pub to: String,
    pub cseq: u32,
}

pub async fn stage_with(config: EndpointConfig) -> Stage {
    let (endpoint, calls) = Endpoint::bind(config).await.unwrap();
    let server = endpoint.udp_addr().unwrap();
    Stage { endpoint, calls, phone: Phone::new().await, server }
}

pub async fn stage() -> Stage {
    stage_with(config(Arc::new(Open))).await
}

impl Stage {
    pub fn invite(&self, changes: &[(&str, &str)]) -> Vec<u8> {
        request("INVITE", self.server, self.phone.address, changes, SDP)
    }

    pub async fn send(&self, message: &[u8]) {
        self.phone.send(message, self.server).await;
    }

    /// The next message whose first line begins so; others are passed over.
    pub async fn expect(&self, start: &str) -> String {
        loop {
            let message = self.phone.receive(LIMIT).await.unwrap_or_else(|| panic!("no {start}"));
            if message.starts_with(start) {
                return message;
            }
        }
    }

    /// Final answer to a request sent once.
    pub async fn answer_to(&self, message: &[u8]) -> String {
        self.send(message).await;
        let text = String::from_utf8_lossy(message).into_owned();
        let cseq = header(&text, "CSeq").unwrap();
        loop {
            let answer = self.expect("SIP/2.0").await;
            if code(&answer) >= 200 && header(&answer, "CSeq") == Some(cseq) {
                return answer;
            }
        }
    }

    /// A call that is up: answered and acknowledged.
    pub async fn up(&mut self) -> (Line, Session, mpsc::Receiver<SessionEvent>) {
        self.up_with(&[]).await
    }

    pub async fn up_with(
        &mut self,
        changes: &[(&str, &str)],
    ) -> (Line, Session, mpsc::Receiver<SessionEvent>) {
        let invite = self.invite(changes);
        self.send(&invite).await;
        let mut call = self.calls.recv().await.unwrap();
        call.session.send(SessionCommand::Answer { sdp: SDP.to_owned() }).await.unwrap();
        let line = Line::of(&self.expect("SIP/2.0 200").await);
        self.send(&line.request(self, "ACK", 1, &[], "")).await;
        assert_eq!(call.events.recv().await, Some(SessionEvent::Confirmed { sdp: None }));
        (line, call.session, call.events)
    }

    pub fn answered(&self, request: &str, code: &str, extra: &str, body: &str) -> Vec<u8> {
        let copied: String = ["Via", "From", "Call-ID", "CSeq"]
            .iter()
            .filter_map(|name| Some(format!("{name}: {}\r\n", header(request, name)?)))
            .collect();
        let to = header(request, "To").unwrap();
        let tag = if to.contains("tag=") { "" } else { ";tag=phone" };
        let phone = self.phone.address;
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let length = body.len();
        format!(
            "SIP/2.0 {code}\r\n{copied}To: {to}{tag}\r\nContact: <sip:anna@{phone}>\r\n{extra}{kind}\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    pub fn call_out(&self) -> OutgoingInvite {
        OutgoingInvite {
            target: format!("sip:anna@{}", self.phone.address),
            from: "bot".to_owned(),
            from_name: None,
            sdp: SDP.to_owned(),
            credentials: None,
            headers: Vec::new(),
            ring_for: Duration::from_secs(30),
        }
    }

    pub async fn gone(&self) {
        let gone = async {
            while self.endpoint.sessions() > 0 || self.endpoint.dialogs() > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LIMIT, gone).await.expect("sessions and dialogs end");
    }
}

impl Line {
    pub fn of(answer: &str) -> Line {
        let value = |name| header(answer, name).unwrap().to_owned();
        Line { call_id: value("Call-ID"), from: value("From"), to: value("To"), cseq: 1 }
    }

    pub fn request(
        &self,
        stage: &Stage,
        method: &str,
        cseq: u32,
        changes: &[(&str, &str)],
        body: &str,
    ) -> Vec<u8> {
        let cseq = format!("{cseq} {method}");
        let usual = [("Call-ID", &*self.call_id), ("From", &self.from), ("To", &self.to), ("CSeq", &cseq)];
        let all: Vec<_> = usual.into_iter().chain(changes.iter().copied()).collect();
        request(method, stage.server, stage.phone.address, &all, body)
    }

    pub fn next(&mut self, stage: &Stage, method: &str, changes: &[(&str, &str)], body: &str) -> Vec<u8> {
        self.cseq += 1;
        self.request(stage, method, self.cseq, changes, body)
    }
}

pub async fn next(events: &mut mpsc::Receiver<SessionEvent>) -> Option<SessionEvent> {
    tokio::time::timeout(LIMIT, events.recv()).await.expect("an event in time")
}
