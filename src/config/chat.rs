//! Chats: off until a bot is named.

use super::load::Problem;
use super::trunk::Network;
use confique::Config as Layered;
use std::net::SocketAddr;

/// Visitors of web pages who write to a bot.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Chat {
    /// Bots that visitors may chat with; the first one is meant when a page names none. No chats when empty.
    #[config(default = [])]
    pub bots: Vec<String>,
    /// Address of chats and of the widget. It is made for the open net, behind a proxy with TLS; nothing else is served here.
    #[config(default = "127.0.0.1:8083", env = "DUET_CHAT_LISTEN")]
    pub listen: SocketAddr,
    /// Sites whose pages may carry the widget, exactly as browsers send them: `https://shop.example`. Pages served from
    /// the address itself may always.
    #[config(default = [])]
    pub origins: Vec<String>,
    /// Proxies that tell the visitor's address in `X-Forwarded-For`; others are not believed.
    #[config(default = ["127.0.0.1", "::1"])]
    pub proxies: Vec<Network>,
    /// Chats at the same time; more are answered 503 with Retry-After.
    #[config(default = 50)]
    pub at_once: usize,
    /// New chats from one address within a minute.
    #[config(default = 6)]
    pub new_per_minute: usize,
    /// Messages of one visitor within a minute.
    #[config(default = 20)]
    pub messages_per_minute: usize,
    /// A visitor who writes nothing to the bot for so long has gone, seconds.
    #[config(default = 600)]
    pub idle_s: u64,
    /// A visitor whose page has asked for nothing for so long has gone, whoever has the chat, seconds.
    #[config(default = 300)]
    pub gone_s: u64,
}

/// As an empty `[chat]`.
impl Default for Chat {
    fn default() -> Chat {
        Chat {
            bots: Vec::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8083)),
            origins: Vec::new(),
            proxies: Vec::new(),
            at_once: 50,
            new_per_minute: 6,
            messages_per_minute: 20,
            idle_s: 600,
            gone_s: 300,
        }
    }
}

impl Chat {
    /// Whether visitors can chat at all.
    pub fn is_on(&self) -> bool {
        !self.bots.is_empty()
    }

    /// Bots that are named here and not among `known`.
    pub fn unknown_bots(&self, known: &[&str]) -> Vec<String> {
        let missing = self.bots.iter().filter(|bot| !known.contains(&bot.as_str()));
        missing
            .map(|bot| format!("chat.bots: {bot:?} is not loaded, expected one of: {}", known.join(", ")))
            .collect()
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut report = |key: &str, message: &str| {
            problems.push(Problem { key: key.to_owned(), message: message.to_owned() })
        };
        for (n, origin) in self.origins.iter().enumerate() {
            if !is_origin(origin) {
                let key = format!("chat.origins[{n}]");
                report(&key, "expected scheme and host as browsers send them, like https://shop.example");
            }
        }
        for (key, value) in [
            ("chat.at_once", self.at_once),
            ("chat.new_per_minute", self.new_per_minute),
            ("chat.messages_per_minute", self.messages_per_minute),
        ] {
            if value == 0 {
                report(key, "expected at least 1");
            }
        }
        if self.idle_s < 30 {
            report("chat.idle_s", "expected at least 30");
        }
        if self.gone_s < 60 {
            report("chat.gone_s", "expected at least 60: a page asks every 25 s");
        }
        problems
    }
}

/// Scheme, host and perhaps port, without a path (RFC 6454 section 7).
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let fits =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '[' | ']');
    host.is_some_and(|host| !host.is_empty() && host.chars().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_named_as_browsers_send_them() {
        for fine in ["https://shop.example", "http://127.0.0.1:8000", "http://[::1]:8000"] {
            assert!(is_origin(fine), "{fine}");
        }
        for wrong in
            ["*", "shop.example", "https://shop.example/", "https://Shop.example", "https://", "null"]
        {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }

    #[test]
    fn chats_are_off_until_a_bot_is_named_and_that_bot_must_be_there() {
        assert!(!Chat::default().is_on());
        let chat = Chat { bots: vec!["parcel".into(), "shop".into()], ..Chat::default() };
        let unknown = chat.unknown_bots(&["parcel"]);
        assert!(
            unknown.len() == 1 && unknown[0].contains("shop") && unknown[0].contains("parcel"),
            "{unknown:?}"
        );
    }

    #[test]
    fn what_cannot_be_is_told_with_its_key() {
        let origins = vec!["https://a.example".into(), "*".into()];
        let chat = Chat { origins, at_once: 0, idle_s: 3, ..Chat::default() };
        let keys: Vec<String> = chat.problems().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["chat.origins[1]", "chat.at_once", "chat.idle_s"]);
    }
}
