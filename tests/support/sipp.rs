//! An agent's telephone that misbehaves: sipp with a scenario of its own.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What the telephone does when it is called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Does {
    /// Refuses at once with this status.
    Refuse(u16),
    /// Rings, then refuses.
    RingThenRefuse(u16),
    /// Rings and is never answered; takes the CANCEL.
    Ring,
    /// Hears the INVITE and says nothing, ever.
    Nothing,
    /// Answers the CANCEL and picks up all the same: 200 crosses it.
    AnswerAfterCancel,
    /// Picks up with video and nothing else.
    Video,
    /// Picks up when the INVITE tells why the call comes, and lets the other side hang up.
    AnswerWhenTold,
    /// Picks up and hangs up at once.
    HangUp,
    /// Picks up, sends no sound, and after a second a re-INVITE that crosses our BYE.
    ReInviteCrossingBye,
    /// Picks up, and puts us on hold and back.
    HoldAndResume,
}

/// A running telephone. Killed when dropped.
pub struct Telephone {
    child: Child,
    _dir: tempfile::TempDir,
}

impl Telephone {
    pub fn start(port: u16, does: Does) -> Telephone {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("telephone.xml");
        std::fs::write(&file, scenario(does)).unwrap();
        let child = Command::new("sipp")
            .args(["-sf", &file.display().to_string(), "-i", "127.0.0.1", "-p", &port.to_string()])
            .args(["-m", "1", "-nostdin", "-timeout", "60"])
            .args(["-mp", &(super::free_port() & !1).max(20_000).to_string()])
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sipp is missing: install the Debian package sip-tester");
        wait_for_port(port);
        Telephone { child, _dir: dir }
    }

    /// The power fails.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Telephone {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The port is taken as soon as sipp listens.
fn wait_for_port(port: u16) {
    for _ in 0..100 {
        if std::net::UdpSocket::bind(("127.0.0.1", port)).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("sipp does not listen on {port}");
}

const HEAD: &str = "[last_Via:]\n[last_From:]\n[last_To:];tag=t[call_number]\n[last_Call-ID:]\n[last_CSeq:]\nContact: <sip:[local_ip]:[local_port]>\n";
const VOICE: &str = "v=0\no=agent 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 8\na=rtpmap:8 PCMA/8000\n";

fn reply(status: &str) -> String {
    format!("<send><![CDATA[\nSIP/2.0 {status}\n{HEAD}Content-Length: 0\n\n]]></send>\n")
}

fn ok(sdp: &str) -> String {
    format!(
        "<send><![CDATA[\nSIP/2.0 200 OK\n{HEAD}Content-Type: application/sdp\nContent-Length: [len]\n\n{sdp}\n]]></send>\n"
    )
}

fn recv(request: &str, optional: bool) -> String {
    let optional = if optional { " optional=\"true\"" } else { "" };
    format!("<recv request=\"{request}\"{optional}></recv>\n")
}

/// A request of ours within the call.
fn request(method: &str, number: u32, sdp: Option<&str>) -> String {
    let body = sdp.map_or("Content-Length: 0\n\n".to_owned(), |sdp| {
        format!("Content-Type: application/sdp\nContent-Length: [len]\n\n{sdp}\n")
    });
    format!(
        "<send><![CDATA[\n{method} [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nFrom[$to];tag=t[call_number]\nTo[$from]\n[last_Call-ID:]\nCSeq: {number} {method}\nMax-Forwards: 70\nContact: <sip:[local_ip]:[local_port]>\n{body}]]></send>\n"
    )
}

/// The INVITE, with its parties kept for requests of ours.
fn invited() -> String {
    "<recv request=\"INVITE\" rrs=\"true\"><action>\n<ereg regexp=\":.*\" search_in=\"hdr\" header=\"From\" assign_to=\"from\"/>\n<ereg regexp=\":.*\" search_in=\"hdr\" header=\"To\" assign_to=\"to\"/>\n</action></recv>\n<Reference variables=\"from,to\"/>\n".to_owned()
}

fn scenario(does: Does) -> String {
    let ringing = reply("180 Ringing");
    let pause = |ms: u32| format!("<pause milliseconds=\"{ms}\"/>\n");
    let refusal = |code: u16| reply(&format!("{code} No")) + &recv("ACK", false);
    let cancelled = recv("CANCEL", false);
    let steps = match does {
        Does::Refuse(code) => refusal(code),
        Does::RingThenRefuse(code) => ringing + &pause(500) + &refusal(code),
        Does::Ring => {
            // 200 for the CANCEL, then 487 for the INVITE: sipp keeps the last CSeq, so it is written out.
            let ended = reply("487 Request Terminated").replace("[last_CSeq:]", "CSeq: 1 INVITE");
            ringing + &cancelled + &reply("200 OK") + &ended + &recv("ACK", false)
        }
        Does::Nothing => pause(30_000),
        Does::AnswerAfterCancel => {
            let late = ok(VOICE).replace("[last_CSeq:]", "CSeq: 1 INVITE");
            ringing
                + &cancelled
                + &reply("200 OK")
                + &late
                + &recv("ACK", false)
                + &recv("BYE", false)
                + &reply("200 OK")
        }
        Does::Video => {
            let video = VOICE.replace("m=audio [media_port] RTP/AVP 8", "m=video [media_port] RTP/AVP 96");
            let video = video.replace("a=rtpmap:8 PCMA/8000", "a=rtpmap:96 VP8/90000");
            ok(&video) + &recv("ACK", false) + &recv("BYE", false) + &reply("200 OK")
        }
        Does::AnswerWhenTold => ok(VOICE) + &recv("ACK", false) + &recv("BYE", false) + &reply("200 OK"),
        Does::HangUp => {
            ok(VOICE)
                + &recv("ACK", false)
                + &pause(200)
                + &request("BYE", 1, None)
                + "<recv response=\"200\"></recv>\n"
        }
        Does::ReInviteCrossingBye => {
            ok(VOICE)
                + &recv("ACK", false)
                + &recv("BYE", false)
                + &request("INVITE", 1, Some(VOICE))
                + &pause(300)
                + &reply("200 OK").replace("[last_CSeq:]", "CSeq: 2 BYE")
                + &pause(2_000)
        }
        Does::HoldAndResume => {
            let hold = format!("{VOICE}a=sendonly\n");
            ok(VOICE)
                + &recv("ACK", false)
                + &pause(500)
                + &request("INVITE", 1, Some(&hold))
                + "<recv response=\"100\" optional=\"true\"></recv>\n<recv response=\"200\"></recv>\n"
                + &request("ACK", 1, None)
                + &pause(2_000)
                + &request("INVITE", 2, Some(VOICE))
                + "<recv response=\"100\" optional=\"true\"></recv>\n<recv response=\"200\"></recv>\n"
                + &request("ACK", 2, None)
                + &recv("BYE", false)
                + &reply("200 OK")
        }
    };
    let told = if does == Does::AnswerWhenTold {
        told("X-Duet-Reason") + &told("X-Duet-Queue")
    } else {
        String::new()
    };
    let invited = invited().replace("</action>", &format!("{told}</action>"));
    document(&format!("{invited}{steps}"))
}

/// Fails the call when there is no such header.
fn told(header: &str) -> String {
    let variable = header.replace('-', "");
    format!(
        "<ereg regexp=\".+\" search_in=\"hdr\" header=\"{header}:\" check_it=\"true\" assign_to=\"{variable}\"/>\n<log message=\"[${variable}]\"/>\n"
    )
}

fn document(steps: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<scenario name=\"telephone\">\n{steps}</scenario>\n"
    )
}

/// A caller who presses 0 for a person and whose trunk is then asked to call elsewhere: it refuses, or does and says
/// so. `Err` holds sipp's statistics. Ends when the call does.
pub async fn referred_caller(to: std::net::SocketAddr, refuses: bool) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("caller.xml");
    std::fs::write(&file, document(&referred(refuses))).unwrap();
    let output = tokio::process::Command::new("sipp")
        .args([&to.to_string(), "-sf", &file.display().to_string(), "-s", "1003", "-i", "127.0.0.1"])
        .args(["-m", "1", "-nostdin", "-timeout", "90", "-p", &super::free_port().to_string()])
        .args(["-mp", &(super::free_port() & !1).max(20_000).to_string()])
        .current_dir(dir.path())
        .output()
        .await
        .expect("sipp is missing: install the Debian package sip-tester");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(()) } else { Err(text) }
}

fn referred(refuses: bool) -> String {
    let ours = |method: &str, number: u32, kind: &str, body: &str| {
        format!(
            "<send><![CDATA[\n{method} [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nFrom: <sip:maria@[local_ip]:[local_port]>;tag=c[call_number]\n[last_To:]\nCall-ID: [call_id]\nCSeq: {number} {method}\nMax-Forwards: 70\nContact: <sip:maria@[local_ip]:[local_port]>\n{kind}Content-Length: [len]\n\n{body}\n]]></send>\n"
        )
    };
    let done = "<recv response=\"200\"></recv>\n";
    let notify = |number, status: &str, state: &str| {
        let kind =
            format!("Event: refer\nSubscription-State: {state}\nContent-Type: message/sipfrag;version=2.0\n");
        // In the dialog of the call, whose tags a REFER of the other side has turned around.
        ours("NOTIFY", number, &kind, status).replace("[last_To:]", "To[$them]") + done
    };
    let invite = ours("INVITE", 1, "Content-Type: application/sdp\n", VOICE)
        .replace("[next_url]", "sip:1003@[remote_ip]:[remote_port]")
        .replace("[last_To:]", "To: <sip:1003@[remote_ip]:[remote_port]>");
    let answered = "<recv response=\"100\" optional=\"true\"></recv>\n<recv response=\"180\" optional=\"true\"></recv>\n<recv response=\"200\" rrs=\"true\"><action><ereg regexp=\":.*\" search_in=\"hdr\" header=\"To\" assign_to=\"them\"/></action></recv>\n";
    let ack = ours("ACK", 1, "", "").replace("\n\n\n]]>", "\n\n]]>");
    let zero = ours("INFO", 2, "Content-Type: application/dtmf-relay\n", "Signal=0\nDuration=160");
    let reply = |status: &str| {
        format!(
            "<send><![CDATA[\nSIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContact: <sip:maria@[local_ip]:[local_port]>\nContent-Length: 0\n\n]]></send>\n"
        )
    };
    let rest = if refuses {
        reply("603 Decline")
            + "<pause milliseconds=\"3000\"/>\n"
            + &ours("BYE", 3, "", "").replace("[last_To:]", "To[$them]")
            + done
    } else {
        reply("202 Accepted")
            + &notify(3, "SIP/2.0 180 Ringing", "active")
            + &notify(4, "SIP/2.0 200 OK", "terminated;reason=noresource")
            + &recv("BYE", false)
            + &reply("200 OK")
    };
    invite
        + answered
        + &ack
        + "<pause milliseconds=\"500\"/>\n"
        + &zero
        + done
        + &recv("REFER", false)
        + &rest
}
