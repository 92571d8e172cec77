//! A browser without a browser: str0m's own offering side, with packets handed over in virtual time.

use super::*;
use sip::rtp::Packet;
use sip::sdp::Codec as Law;
use str0m::media::{Direction, MediaKind};

const HERE: &str = "192.0.2.1:8082";
const THERE: &str = "198.51.100.7:50000";

struct Browser {
    rtc: Rtc,
    mid: Mid,
    heard: Vec<MediaData>,
}

/// Both ends and the time that they share.
struct Pair {
    now: Instant,
    phone: Phone,
    browser: Browser,
    events: Vec<Happened>,
}

fn offering(kind: MediaKind, direction: Direction) -> (Rtc, Mid, str0m::change::SdpPendingOffer, String) {
    let mut rtc =
        RtcConfig::new().clear_codecs().enable_opus(true, false).enable_vp8(true).build(Instant::now());
    rtc.add_local_candidate(Candidate::host(THERE.parse().unwrap(), "udp").unwrap());
    let mut change = rtc.sdp_api();
    let mid = change.add_media(kind, direction, None, None, None);
    let (offer, pending) = change.apply().unwrap();
    (rtc, mid, pending, offer.to_sdp_string())
}

impl Pair {
    fn connected() -> Pair {
        let now = Instant::now();
        let (mut rtc, mid, pending, offer) = offering(MediaKind::Audio, Direction::SendRecv);
        let (phone, answer) = Phone::answer(now, HERE.parse().unwrap(), 7, &offer).unwrap();
        let answer = str0m::change::SdpAnswer::from_sdp_string(&answer).unwrap();
        rtc.sdp_api().accept_answer(pending, answer).unwrap();
        let browser = Browser { rtc, mid, heard: Vec::new() };
        let mut pair = Pair { now, phone, browser, events: Vec::new() };
        for _ in 0..200 {
            pair.pass(20);
            if pair.events.contains(&Happened::Up) {
                return pair;
            }
        }
        panic!("no connection in four seconds: {:?}", pair.events);
    }

    /// Time goes on, and what each sends reaches the other.
    fn pass(&mut self, ms: u64) {
        self.now += Duration::from_millis(ms);
        self.browser.rtc.handle_input(Input::Timeout(self.now)).unwrap();
        let mut out = Vec::new();
        self.phone.timeout(self.now, &mut out);
        for _ in 0..10 {
            self.tell_browser(std::mem::take(&mut out));
            self.hear_browser(&mut out);
        }
        self.tell_browser(out);
    }

    fn tell_browser(&mut self, out: Vec<Happened>) {
        for happened in out {
            let Happened::Send { to, bytes } = &happened else {
                self.events.push(happened);
                continue;
            };
            assert_eq!(*to, THERE.parse().unwrap());
            let contents = bytes.as_slice().try_into().unwrap();
            let (source, destination) = (HERE.parse().unwrap(), *to);
            let received = Receive { proto: Protocol::Udp, source, destination, contents };
            self.browser.rtc.handle_input(Input::Receive(self.now, received)).unwrap();
        }
    }

    fn hear_browser(&mut self, out: &mut Vec<Happened>) {
        loop {
            match self.browser.rtc.poll_output().unwrap() {
                Output::Timeout(_) => return,
                Output::Transmit(datagram) => {
                    let from = THERE.parse().unwrap();
                    assert!(self.phone.accepts(self.now, from, &datagram.contents));
                    self.phone.datagram(self.now, from, &datagram.contents, out);
                }
                Output::Event(Event::MediaData(data)) => self.browser.heard.push(data),
                Output::Event(_) => {}
            }
        }
    }

    fn say(&mut self, packet: &[u8]) {
        let mut out = Vec::new();
        self.phone.say(self.now, packet, &mut out);
        self.tell_browser(out);
    }

    fn browser_says(&mut self, n: u64, opus: &[u8]) {
        let at = MediaTime::new(n * 960, Frequency::FORTY_EIGHT_KHZ);
        let writer = self.browser.rtc.writer(self.browser.mid).unwrap();
        let pt = writer.payload_params().next().unwrap().pt();
        writer.write(pt, self.now, at, opus.to_vec()).unwrap();
    }
}

fn a_law(n: u16) -> Vec<u8> {
    let payload = Law::Pcma.encode(&[1_000; 160]);
    let timestamp = u32::from(n) * 160;
    Packet { marker: false, payload_type: 8, sequence: n, timestamp, ssrc: 1, payload: &payload }.write()
}

#[test]
fn a_browser_connects_and_both_hear_each_other() {
    let mut pair = Pair::connected();
    let mut voice = Coder::new(3).unwrap();
    for n in 0..25 {
        pair.say(&a_law(n));
        let (opus, _) = voice.outward(&a_law(n)).unwrap();
        pair.browser_says(u64::from(n), &opus);
        pair.pass(20);
    }
    assert!(pair.browser.heard.len() >= 24, "{}", pair.browser.heard.len());
    // One stream without holes, 20 ms a packet, whatever the clock says meanwhile.
    let times: Vec<u64> = pair.browser.heard.iter().map(|data| data.time.numer()).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 960), "{times:?}");
    let heard: Vec<&Vec<u8>> = pair
        .events
        .iter()
        .filter_map(|event| if let Happened::Heard(packet) = event { Some(packet) } else { None })
        .collect();
    assert!(heard.len() >= 24, "{}", heard.len());
    let packets: Vec<Packet<'_>> = heard.iter().map(|packet| Packet::parse(packet).unwrap()).collect();
    assert!(packets.windows(2).all(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp) == 160));
    assert!(packets.iter().all(|packet| packet.payload_type == 8 && packet.ssrc == 7));
}

#[test]
fn a_pause_between_calls_is_a_pause_in_the_stream_too() {
    let mut pair = Pair::connected();
    pair.say(&a_law(0));
    pair.pass(20);
    (0..100).for_each(|_| pair.pass(50));
    pair.say(&a_law(9_000));
    pair.pass(20);
    let times: Vec<u64> = pair.browser.heard.iter().map(|data| data.time.numer()).collect();
    let [first, second] = times[..] else { panic!("{times:?}") };
    assert!((second - first).abs_diff(48 * 5_020) <= 960, "{times:?}");
}

#[test]
fn what_is_no_offer_or_offers_no_audio_is_refused_with_the_reason() {
    let now = Instant::now();
    let here = HERE.parse().unwrap();
    assert!(matches!(Phone::answer(now, here, 1, "hello"), Err(OfferError::NotSdp(_))));
    let (_, _, _, offer) = offering(MediaKind::Video, Direction::SendRecv);
    assert!(matches!(Phone::answer(now, here, 1, &offer), Err(OfferError::NoAudio)));
    let (_, _, _, offer) = offering(MediaKind::Audio, Direction::RecvOnly);
    assert!(matches!(Phone::answer(now, here, 1, &offer), Err(OfferError::NoAudio)));
}
