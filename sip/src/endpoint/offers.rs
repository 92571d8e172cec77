//! Answers to re-INVITE, UPDATE and INFO inside a dialog.

use super::shared::{reply, retry_after};
use super::talk::Done;
use rsipstack::sip::{Header, Method, SipMessage};
use rsipstack::transaction::transaction::Transaction;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long a call may think about an offer; then the far end gets 500 and the session goes on.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// What to answer an offer with.
pub struct OfferReply {
    pub code: u16,
    pub headers: Vec<Header>,
    pub body: Option<Vec<u8>>,
}

/// How answering an offer went.
pub struct OfferDone {
    pub id: u32,
    /// A 2xx to a re-INVITE was never acknowledged: the session is dead (RFC 3261 section 14.2).
    pub lost: bool,
    /// Body of the ACK.
    pub acked: Option<String>,
}

/// Owns the transaction of an offer until it is over. One always gets an answer.
pub async fn serve(
    mut tx: Transaction,
    id: u32,
    answer: oneshot::Receiver<OfferReply>,
    done: mpsc::Sender<Done>,
) {
    let invite = tx.original.method == Method::Invite;
    if invite {
        let _ = tx.send_trying().await;
    }
    let offer_reply = match wait(&mut tx, answer).await {
        Some(offer_reply) => offer_reply,
        None => {
            let _ = done.send(Done::Offer(OfferDone { id, lost: false, acked: None })).await;
            return;
        }
    };
    let accepted = (200..300).contains(&offer_reply.code);
    reply(&mut tx, offer_reply.code, offer_reply.headers, offer_reply.body).await;
    let mut outcome = OfferDone { id, lost: false, acked: None };
    if invite {
        let ack = until_ack(&mut tx).await;
        outcome.lost = accepted && ack.is_none();
        outcome.acked = ack.filter(|body| accepted && !body.is_empty());
    }
    let _ = done.send(Done::Offer(outcome)).await;
}

/// The call's answer, 500 when it does not come; `None` when the offer was cancelled meanwhile.
async fn wait(tx: &mut Transaction, mut answer: oneshot::Receiver<OfferReply>) -> Option<OfferReply> {
    let limit = tokio::time::sleep(ANSWER_LIMIT);
    tokio::pin!(limit);
    loop {
        tokio::select! {
            decided = &mut answer => {
                return Some(decided.unwrap_or(OfferReply { code: 500, headers: Vec::new(), body: None }));
            }
            () = &mut limit => {
                tracing::warn!(limit_ms = ANSWER_LIMIT.as_millis() as u64, "offer was not answered in time");
                let headers = vec![retry_after(Duration::from_secs(5))];
                return Some(OfferReply { code: 500, headers, body: None });
            }
            message = tx.receive() => match message {
                Some(SipMessage::Request(request)) if request.method == Method::Cancel => {
                    reply(tx, 487, Vec::new(), None).await;
                    until_ack(tx).await;
                    return None;
                }
                Some(_) => {}
                None => return None,
            },
        }
    }
}

/// Body of the ACK, `None` when the transaction ended without one. Retransmits meanwhile.
async fn until_ack(tx: &mut Transaction) -> Option<String> {
    while let Some(message) = tx.receive().await {
        if let SipMessage::Request(request) = message
            && request.method == Method::Ack
        {
            return Some(String::from_utf8_lossy(&request.body).into_owned());
        }
    }
    None
}

/// Digit of an INFO body: `Signal=5` (application/dtmf-relay) or the bare digit (application/dtmf).
/// `None` when the type is neither; `Some(None)` when the type fits and the digit does not.
pub fn dtmf_digit(content_type: &str, body: &[u8]) -> Option<Option<char>> {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = String::from_utf8_lossy(body);
    let signal = match kind.as_str() {
        "application/dtmf-relay" => text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            name.trim().eq_ignore_ascii_case("signal").then(|| value.trim().to_owned())
        }),
        "application/dtmf" => Some(text.trim().to_owned()),
        _ => return None,
    };
    Some(signal.and_then(|signal| digit(&signal)))
}

fn digit(signal: &str) -> Option<char> {
    // RFC 4733 numbers the two signs 10 and 11; some phones send those.
    match signal {
        "10" => return Some('*'),
        "11" => return Some('#'),
        _ => {}
    }
    let mut chars = signal.chars();
    let digit = chars.next()?.to_ascii_uppercase();
    (chars.next().is_none() && "0123456789*#ABCD".contains(digit)).then_some(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_dtmf_info_give_their_digit() {
        let relay = "application/dtmf-relay";
        assert_eq!(dtmf_digit(relay, b"Signal=5\r\nDuration=160\r\n"), Some(Some('5')));
        assert_eq!(dtmf_digit(relay, b"Signal= *\r\n"), Some(Some('*')));
        assert_eq!(dtmf_digit("application/DTMF; x=y", b"11"), Some(Some('#')));
        assert_eq!(dtmf_digit("application/dtmf", b"d\r\n"), Some(Some('D')));
        assert_eq!(dtmf_digit(relay, b"Duration=160\r\n"), Some(None));
        assert_eq!(dtmf_digit("application/dtmf", b"!"), Some(None));
        assert_eq!(dtmf_digit("application/media_control+xml", b"<x/>"), None);
    }
}
