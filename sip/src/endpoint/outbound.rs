//! INVITEs of ours.

use super::shared::{Shared, capabilities};
use super::talk::{Done, Role, Talk};
use super::tcp;
use crate::session::{InviteError, OutgoingInvite, SESSION_COMMANDS, SESSION_EVENTS, Session, SessionEvent};
use crate::timers::MIN_SE_S;
use rsipstack::dialog::authenticate::Credential;
use rsipstack::dialog::invitation::InviteOption;
use rsipstack::sip::headers::make_header;
use rsipstack::sip::{Auth, Header, Host, HostWithPort, Param, Scheme, Transport, Uri};
use rsipstack::transport::SipAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Headers that only the stack writes.
const RESERVED: [&str; 9] =
    ["Via", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Length", "Content-Type", "Max-Forwards"];

/// Sends the INVITE and starts its session's task.
pub async fn invite(
    shared: &Arc<Shared>,
    invite: OutgoingInvite,
) -> Result<(Session, mpsc::Receiver<SessionEvent>), InviteError> {
    let target = target(&invite.target)?;
    let permit = shared.reserve().ok_or(InviteError::Full)?;
    let over = transport(&target);
    let peer = peer_of(&target, over).await?;
    if let (Transport::Tcp, Some(peer)) = (over, peer) {
        dial(shared, peer).await?;
    }
    let option = option(shared, &invite, target, over, peer);
    let (state_sender, states) = shared.layer.new_dialog_state_channel();
    let call_id = option.call_id.clone().unwrap_or_default();
    if let Some(realm) = invite.credentials.as_ref().and_then(|c| c.realm.as_deref()) {
        shared.realms.set(&call_id, realm);
    }
    let started = shared.layer.do_invite_async(option.clone(), state_sender.clone());
    let (dialog, outcome) = started.map_err(|error| {
        shared.realms.forget(&call_id);
        InviteError::Stack(error.to_string())
    })?;
    let (commands, command_receiver) = mpsc::channel(SESSION_COMMANDS);
    let (events, event_receiver) = mpsc::channel(SESSION_EVENTS);
    let role = Role::Uac {
        early_sdp: None,
        ring_until_ms: shared.now_ms() + invite.ring_for.as_millis() as u64,
        cancelled: false,
    };
    let mut talk = Talk::new(shared.clone(), dialog, role, command_receiver, states, events, permit);
    talk.offered(invite.sdp);
    talk.spawn(async move {
        Done::Invite(match outcome.await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(error)) => Err((code_of(&error), error.to_string())),
            Err(error) => Err((500, error.to_string())),
        })
    });
    tokio::spawn(talk.run());
    Ok((Session { commands }, event_receiver))
}

/// Status behind an error of the stack: a challenge that it cannot answer keeps its 401 or 407.
fn code_of(error: &rsipstack::Error) -> u16 {
    match error {
        rsipstack::Error::DialogError(_, _, status) => status.code(),
        _ => 503,
    }
}

fn target(text: &str) -> Result<Uri, InviteError> {
    let bad = || InviteError::Target(text.to_owned());
    let uri = Uri::try_from(text).map_err(|_| bad())?;
    let printable = text.chars().all(|c| !c.is_control() && !c.is_whitespace());
    if uri.scheme != Some(Scheme::Sip) || !printable {
        return Err(bad());
    }
    match transport(&uri) {
        Transport::Udp | Transport::Tcp => Ok(uri),
        _ => Err(bad()),
    }
}

fn transport(uri: &Uri) -> Transport {
    let named = uri.params.iter().find_map(|param| match param {
        Param::Transport(transport) => Some(*transport),
        _ => None,
    });
    named.unwrap_or(Transport::Udp)
}

/// Where the INVITE goes. A name is left to the stack over UDP, which knows SRV (RFC 3263); over TCP
/// we dial, so it must be resolved here.
async fn peer_of(target: &Uri, over: Transport) -> Result<Option<SocketAddr>, InviteError> {
    let HostWithPort { host, port } = &target.host_with_port;
    let port = port.as_ref().map_or(5060, |port| port.value());
    match (host, over) {
        (Host::IpAddr(ip), _) => Ok(Some(SocketAddr::new(*ip, port))),
        (Host::Domain(name), Transport::Tcp) => {
            match tokio::net::lookup_host((name.0.as_str(), port)).await {
                Ok(mut found) => Ok(found.next()),
                Err(_) => Err(InviteError::Target(target.to_string())),
            }
        }
        (Host::Domain(_), _) => Ok(None),
    }
}

/// The stack would dial by itself, but then what comes back is not normalised.
async fn dial(shared: &Arc<Shared>, peer: SocketAddr) -> Result<(), InviteError> {
    if shared.has_stream(peer) {
        return Ok(());
    }
    tcp::dial(shared, peer)
        .await
        .map_err(|error| InviteError::Unreachable { peer, reason: error.to_string() })
}

fn option(
    shared: &Shared,
    invite: &OutgoingInvite,
    target: Uri,
    over: Transport,
    peer: Option<SocketAddr>,
) -> InviteOption {
    let contact = shared.contact(over, peer.map(|peer| peer.ip()));
    let user = if invite.from.is_empty() { "anonymous" } else { &invite.from };
    let mut caller = contact.clone();
    caller.auth = Some(Auth { user: user.to_owned(), password: None });
    caller.params.clear();
    let expires_s = shared.config.session_expires.as_secs().max(u64::from(MIN_SE_S));
    let mut headers = capabilities();
    headers.push(Header::SessionExpires(expires_s.to_string().into()));
    headers.push(Header::MinSE(MIN_SE_S.to_string().into()));
    headers.extend(extra_headers(&invite.headers));
    InviteOption {
        caller_display_name: invite.from_name.as_deref().map(display_name),
        caller,
        callee: target,
        destination: peer.map(|peer| SipAddr::new(over, peer.into())),
        content_type: Some("application/sdp".to_owned()),
        offer: Some(invite.sdp.clone().into_bytes()),
        contact,
        credential: invite.credentials.as_ref().map(|credentials| Credential {
            username: credentials.user.clone(),
            password: credentials.password.clone(),
            realm: credentials.realm.clone(),
            auth_username: None,
        }),
        headers: Some(headers),
        call_id: Some(format!("{:032x}", rand::random::<u128>())),
        ..InviteOption::default()
    }
}

fn extra_headers(headers: &[(String, String)]) -> Vec<Header> {
    headers
        .iter()
        .filter(|(name, _)| !RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)))
        .map(|(name, value)| make_header(name, value.chars().filter(|c| !c.is_control()).collect()))
        .collect()
}

/// A name that cannot leave its quotes.
fn display_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '<' | '>')).collect()
}
