//! ◆ The last check: whatever passes must parse in the stack, headers and all.

use rsipstack::sip::prelude::{HeadersExt, ToTypedHeader};
use rsipstack::sip::{Method, SipMessage};

/// Whether the stack reads this message as far as it will need to; else which part it does not.
pub fn accepts(bytes: &[u8]) -> Result<(), &'static str> {
    let message = SipMessage::try_from(bytes).map_err(|_| "message cannot be parsed")?;
    readable(&message, "Via", |m| m.via_header().is_ok_and(|h| h.typed().is_ok()))?;
    readable(&message, "top Via", |m| m.top_via_header().is_ok_and(|h| h.typed().is_ok()))?;
    readable(&message, "From", |m| m.from_header().is_ok_and(|h| h.typed().is_ok() && h.tag().is_ok()))?;
    readable(&message, "To", |m| m.to_header().is_ok_and(|h| h.typed().is_ok() && h.tag().is_ok()))?;
    readable(&message, "CSeq", |m| m.cseq_header().is_ok_and(|h| h.typed().is_ok()))?;
    readable(&message, "Call-ID", |m| m.call_id_header().is_ok())?;
    if let SipMessage::Request(request) = &message
        && *request.method() == Method::Invite
        && request.to_header().is_ok_and(|to| !tagged(to))
    {
        readable(&message, "Contact", |m| m.typed_contact_headers().is_ok_and(|c| !c.is_empty()))?;
    }
    Ok(())
}

fn tagged(to: &rsipstack::sip::To) -> bool {
    to.tag().ok().flatten().is_some()
}

fn readable(
    message: &SipMessage,
    header: &'static str,
    check: impl Fn(&SipMessage) -> bool,
) -> Result<(), &'static str> {
    if check(message) { Ok(()) } else { Err(header) }
}
