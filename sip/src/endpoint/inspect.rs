//! Which digest challenges our own requests answer: only those of the right realm, and of a hash the
//! stack knows, the stronger first. The stack itself would answer whatever comes first.

use rsipstack::sip::prelude::HeadersExt;
use rsipstack::sip::{Header, Response, SipMessage, StatusCode};
use rsipstack::transaction::endpoint::MessageInspector;
use rsipstack::transport::SipAddr;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Realm that the credentials of a call are for, by Call-ID.
#[derive(Default)]
pub struct Realms(Mutex<HashMap<String, String>>);

impl Realms {
    pub fn set(&self, call_id: &str, realm: &str) {
        let mut realms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        realms.insert(call_id.to_owned(), realm.to_owned());
    }

    pub fn forget(&self, call_id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(call_id);
    }

    fn of(&self, call_id: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(call_id).cloned()
    }
}

/// Sees each message between stack and wire.
pub struct Challenges(pub std::sync::Arc<Realms>);

impl MessageInspector for Challenges {
    fn before_send(&self, msg: SipMessage, _dest: Option<&SipAddr>) -> SipMessage {
        msg
    }

    fn after_received(&self, msg: SipMessage, _from: Option<&SipAddr>) -> SipMessage {
        match msg {
            SipMessage::Response(response) if is_challenge(&response) => self.filter(response).into(),
            other => other,
        }
    }
}

impl Challenges {
    fn filter(&self, mut response: Response) -> Response {
        let realm = response.call_id_header().ok().and_then(|id| self.0.of(id.value()));
        let headers = std::mem::take(&mut response.headers.0);
        let (mut asked, others): (Vec<Header>, Vec<Header>) = headers
            .into_iter()
            .partition(|header| matches!(header, Header::WwwAuthenticate(_) | Header::ProxyAuthenticate(_)));
        asked.retain(|header| answerable(header.value(), realm.as_deref()));
        asked.sort_by_key(|header| !is_sha_256(header.value()));
        response.headers.0 = others;
        response.headers.0.extend(asked);
        response
    }
}

fn is_challenge(response: &Response) -> bool {
    matches!(response.status_code, StatusCode::Unauthorized | StatusCode::ProxyAuthenticationRequired)
}

fn answerable(challenge: &str, realm: Option<&str>) -> bool {
    let algorithm = parameter(challenge, "algorithm");
    let known = algorithm.is_none_or(|a| ["MD5", "SHA-256"].iter().any(|k| a.eq_ignore_ascii_case(k)));
    known && realm.is_none_or(|wanted| parameter(challenge, "realm") == Some(wanted))
}

fn is_sha_256(challenge: &str) -> bool {
    parameter(challenge, "algorithm").is_some_and(|a| a.eq_ignore_ascii_case("SHA-256"))
}

/// Value of one parameter, without its quotes. Realms with escaped quotes are not told apart.
fn parameter<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let (_, parameters) = challenge.trim().split_once(' ')?;
    parameters.split(',').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD5: &str = "Digest realm=\"trunk\", nonce=\"1\", algorithm=MD5, qop=\"auth\"";
    const SHA: &str = "Digest realm=\"trunk\", nonce=\"2\", algorithm=SHA-256, qop=\"auth\"";
    const OTHER: &str = "Digest realm=\"elsewhere\", nonce=\"3\"";
    const ODD: &str = "Digest realm=\"trunk\", nonce=\"4\", algorithm=SHA-512-256";

    fn left(realm: Option<&str>, challenges: &[&str]) -> Vec<String> {
        let realms = std::sync::Arc::new(Realms::default());
        if let Some(realm) = realm {
            realms.set("c1", realm);
        }
        let mut response = Response { status_code: StatusCode::Unauthorized, ..Response::default() };
        response.headers.push(Header::CallId("c1".into()));
        for challenge in challenges {
            response.headers.push(Header::WwwAuthenticate((*challenge).into()));
        }
        let filtered = Challenges(realms).filter(response);
        let asked = filtered.headers.iter().filter(|h| matches!(h, Header::WwwAuthenticate(_)));
        asked.map(|h| h.value().to_owned()).collect()
    }

    #[test]
    fn only_the_right_realm_is_answered_and_the_stronger_hash_first() {
        assert_eq!(left(Some("trunk"), &[OTHER, MD5, ODD, SHA]), [SHA, MD5]);
        assert_eq!(left(Some("trunk"), &[OTHER]), Vec::<String>::new());
        assert_eq!(left(None, &[OTHER, ODD]), [OTHER]);
    }
}
