//! A call as it would be recorded, for the tests of the desk.

use crate::desk::notice::{Callback, PRIORITY};
use crate::language::Language;
use crate::record::event::{CallId, Entry, Event, Signal, Source, ValueSource};
use crate::time::At;

pub fn numbered(call: &str, events: Vec<(At, Event)>) -> Vec<Entry> {
    let entry = |(seq, (at, event)): (usize, (At, Event))| Entry {
        call_id: CallId(call.into()),
        seq: seq as u32,
        at,
        event,
    };
    events.into_iter().enumerate().map(entry).collect()
}

/// A promise to the caller of call `of`, who waits since then and is rung back by call `back`.
#[allow(dead_code)] // the tests in a browser need none
pub fn callback(of: &str, since: At, not_before: At) -> Callback {
    Callback {
        call_id: CallId("back".into()),
        of: CallId(of.into()),
        number: "+48601234567".into(),
        target: "sip:+48601234567@gateway".into(),
        name: None,
        bot: "parcel".into(),
        trunk: "lan".into(),
        queue: "logistics".into(),
        language: Language::Polish,
        priority: PRIORITY,
        topic: None,
        why: "Asked for a person".into(),
        since,
        not_before,
        attempts: 0,
    }
}

pub fn bot_said(text: &str, started: At, heard_ms: u64, total_ms: u64) -> Event {
    Event::BotSaid {
        turn: 1,
        prompt: "p".into(),
        text: text.into(),
        language: Language::Polish,
        started,
        heard_ms,
        total_ms,
        typed_by: None,
    }
}

pub fn caller_said(text: &str, started: At) -> Event {
    Event::CallerSaid {
        turn: 1,
        text: text.into(),
        language: Language::Polish,
        confidence: 0.87,
        source: Source::Speech,
        started,
        ended: At(started.0 + 1_500),
    }
}

fn received() -> Event {
    Event::CallReceived {
        from: "+48601234567".into(),
        from_name: Some("Maria Wiśniewska".into()),
        to: "+48221234567".into(),
        bot: "parcel".into(),
        trunk: "main".into(),
        sip_call_id: "a@b".into(),
        channel: Default::default(),
    }
}

fn parcel_number() -> Event {
    Event::SlotFilled {
        turn: 2,
        slot: "parcel_no".into(),
        value: "9912345678".into(),
        verified: true,
        source: ValueSource::Caller,
    }
}

fn looked_up() -> Event {
    Event::ActionCalled {
        turn: 2,
        action: "parcel status".into(),
        ok: true,
        detail: "late, in the Łódź depot".into(),
        duration_ms: 120,
    }
}

fn escalated() -> Event {
    let signal = Signal {
        kind: "asks_for_person".into(),
        strength: 1.0,
        threshold: 0.5,
        evidence: "z człowiekiem".into(),
    };
    Event::Escalated {
        turn: 3,
        signals: vec![signal],
        why: "The parcel is late for the second time and the caller asks for a person.".into(),
        queue: "logistics".into(),
        topic: Some("parcel_status".into()),
    }
}

/// A Polish caller whose parcel is late and who asks for a person 21 s after `start`.
#[rustfmt::skip]
pub fn escalated_call(call: &str, start: At) -> Vec<Entry> {
    let at = |ms: u64| At(start.0 + ms);
    let events = vec![
        (at(0), received()),
        (at(100), Event::CallAnswered),
        (at(4_000), bot_said("Dzień dobry, tu automat firmy kurierskiej. W czym mogę pomóc?", at(300), 3_700, 3_700)),
        (at(7_000), caller_said("Gdzie jest moja paczka, miała być wczoraj", at(4_500))),
        (at(9_500), bot_said("Proszę podać numer przesyłki, znajduje się na potwierdzeniu.", at(7_800), 1_200, 2_900)),
        (at(12_000), caller_said("dziewięć dziewięć jeden dwa trzy cztery pięć sześć siedem osiem", at(9_000))),
        (at(12_100), parcel_number()),
        (at(12_300), looked_up()),
        (at(17_000), bot_said("Paczka jest w sortowni w Łodzi, przepraszam za opóźnienie.", at(12_900), 4_000, 4_000)),
        (at(20_000), caller_said("To już drugi raz, chcę rozmawiać z człowiekiem", at(17_300))),
        (at(21_000), escalated()),
        (at(23_500), bot_said("Łączę z koleżanką od przesyłek, nie trzeba niczego powtarzać.", at(21_100), 2_400, 2_400)),
        (at(23_600), Event::Queued { queue: "logistics".into() }),
    ];
    numbered(call, events)
}
