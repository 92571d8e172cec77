//! ◆ Session timers (RFC 4028): a call whose far end vanished ends by itself.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Smallest interval that anybody may ask for (RFC 4028 section 4), and our Min-SE.
pub const MIN_SE_S: u32 = 90;

/// Who sends the refreshes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresher {
    /// The side that sent the request.
    Uac,
    /// The side that answered.
    Uas,
}

/// A `Session-Expires` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionExpires {
    pub interval_s: u32,
    pub refresher: Option<Refresher>,
}

impl SessionExpires {
    /// Reads `1800;refresher=uac`; `None` when it is not a number.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split(';').map(str::trim);
        let interval_s = parts.next()?.parse().ok()?;
        let refresher = parts.find_map(|part| {
            let (name, who) = part.split_once('=')?;
            let who = who.trim();
            match () {
                () if !name.trim().eq_ignore_ascii_case("refresher") => None,
                () if who.eq_ignore_ascii_case("uac") => Some(Refresher::Uac),
                () if who.eq_ignore_ascii_case("uas") => Some(Refresher::Uas),
                () => None,
            }
        });
        Some(SessionExpires { interval_s, refresher })
    }

    /// The header's value.
    pub fn write(&self) -> String {
        match self.refresher {
            Some(Refresher::Uac) => format!("{};refresher=uac", self.interval_s),
            Some(Refresher::Uas) => format!("{};refresher=uas", self.interval_s),
            None => self.interval_s.to_string(),
        }
    }
}

/// What a request says of session timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimerRequest {
    pub session_expires: Option<SessionExpires>,
    pub min_se_s: Option<u32>,
    /// `timer` in Supported or Require.
    pub supported: bool,
}

/// How a UAS answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerAnswer {
    /// 422 with our Min-SE.
    TooSmall,
    /// 2xx with this Session-Expires; with `Require: timer` when `require`.
    Agreed { expires: SessionExpires, require: bool },
}

/// Answers as UAS (RFC 4028 section 9). A far end without timers gets one that we refresh.
pub fn answer(request: TimerRequest, ours_s: u32) -> TimerAnswer {
    let asked = request.session_expires;
    if request.supported && asked.is_some_and(|asked| asked.interval_s < MIN_SE_S) {
        return TimerAnswer::TooSmall;
    }
    let floor_s = request.min_se_s.unwrap_or(0).max(MIN_SE_S);
    let interval_s = asked.map_or(ours_s, |asked| asked.interval_s.min(ours_s)).max(floor_s);
    let refresher = match asked.and_then(|asked| asked.refresher) {
        Some(who) if request.supported => who,
        _ => Refresher::Uas,
    };
    TimerAnswer::Agreed {
        expires: SessionExpires { interval_s, refresher: Some(refresher) },
        require: request.supported,
    }
}

/// The clock of one session. All times in ms on one scale of the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimer {
    interval_ms: u64,
    we_refresh: bool,
    started_ms: u64,
    refreshing: bool,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Send UPDATE or re-INVITE.
    Refresh,
    /// Send BYE.
    Expire,
}

impl SessionTimer {
    /// Starts when a 2xx is sent or received. `we_are` is our role in that very exchange.
    pub fn start(expires: SessionExpires, we_are: Refresher, now_ms: u64) -> Self {
        SessionTimer {
            interval_ms: u64::from(expires.interval_s) * 1000,
            we_refresh: expires.refresher.unwrap_or(Refresher::Uac) == we_are,
            started_ms: now_ms,
            refreshing: false,
        }
    }

    /// A refresh is on its way: only expiry remains until it succeeds and the timer starts anew.
    pub fn refreshing(&mut self) {
        self.refreshing = true;
    }

    /// When what is due: refresh at half the interval, BYE a third of it (at most 32 s) before its
    /// end (RFC 4028 section 10).
    pub fn next(&self) -> (u64, Due) {
        if self.we_refresh && !self.refreshing {
            return (self.started_ms + self.interval_ms / 2, Due::Refresh);
        }
        let early_ms = (self.interval_ms / 3).min(32_000);
        (self.started_ms + self.interval_ms - early_ms, Due::Expire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(interval_s: u32, refresher: Option<Refresher>) -> TimerRequest {
        TimerRequest {
            session_expires: Some(SessionExpires { interval_s, refresher }),
            min_se_s: None,
            supported: true,
        }
    }

    #[test]
    fn an_interval_below_90_s_is_refused() {
        assert_eq!(answer(asks(89, None), 1800), TimerAnswer::TooSmall);
        assert!(matches!(answer(asks(90, None), 1800), TimerAnswer::Agreed { .. }));
    }

    #[test]
    fn the_smaller_interval_wins_but_never_below_the_far_ends_minimum() {
        let request = TimerRequest { min_se_s: Some(600), ..asks(3600, Some(Refresher::Uac)) };
        let expected = SessionExpires { interval_s: 600, refresher: Some(Refresher::Uac) };
        assert_eq!(answer(request, 300), TimerAnswer::Agreed { expires: expected, require: true });
    }

    #[test]
    fn a_far_end_without_timers_is_refreshed_by_us() {
        let expected = SessionExpires { interval_s: 1800, refresher: Some(Refresher::Uas) };
        let answer = answer(TimerRequest::default(), 1800);
        assert_eq!(answer, TimerAnswer::Agreed { expires: expected, require: false });
    }

    #[test]
    fn the_refresher_acts_at_half_and_both_end_shortly_before_the_end() {
        let expires = SessionExpires { interval_s: 90, refresher: Some(Refresher::Uas) };
        let mut ours = SessionTimer::start(expires, Refresher::Uas, 1_000);
        assert_eq!(ours.next(), (46_000, Due::Refresh));
        ours.refreshing();
        assert_eq!(ours.next(), (61_000, Due::Expire));
        let theirs = SessionTimer::start(expires, Refresher::Uac, 1_000);
        assert_eq!(theirs.next(), (61_000, Due::Expire));
    }

    #[test]
    fn header_values_are_read_with_blanks_and_any_case() {
        let expected = SessionExpires { interval_s: 1800, refresher: Some(Refresher::Uas) };
        assert_eq!(SessionExpires::parse("1800 ; Refresher = UAS"), Some(expected));
        assert_eq!(expected.write(), "1800;refresher=uas");
        assert_eq!(SessionExpires::parse("soon"), None);
    }
}
