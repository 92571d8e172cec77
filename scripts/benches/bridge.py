"""How soon a caller who wants a person hears so, and what the bridge adds to each word: real SIP calls, one after the
other, between a caller and an exchange that are this script. Both ends share one clock."""

import re
import select
import socket
import struct
import threading
import time

from server import NUMBERS, Server, wait_until

from .common import head, machine, models, percentile, shown, spread

FRAME_S = 0.02
SILENCE, LOUD = 0xD5, 0x2A  # A-law
SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
       "m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\n")


def loud(byte):
    """Whether an A-law sample is more than a whisper."""
    return ((byte ^ 0x55) & 0x7F) > 0x30


class Ear(threading.Thread):
    """Sends a frame each 20 ms and notes what comes: each frame's number where it carries one."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.far = None
        self.going = True
        self.marking = False
        self.sent, self.came = {}, []
        self.heard_at = None

    def run(self):
        number, due = 0, time.monotonic()
        while self.going:
            wait = due - time.monotonic()
            if wait > 0 and select.select([self.socket], [], [], wait)[0]:
                self.take(self.socket.recv(2048), time.monotonic())
                continue
            if wait > 0:
                continue
            due += FRAME_S
            number += 1
            if self.far:
                self.send(number)

    def send(self, number):
        payload = bytes([SILENCE]) * 160
        if self.marking and number % 10 == 0:
            # 30 loud samples, 10 quiet ones, then the number in twelve bits of 10 samples each.
            mark = (number // 10) % 4096
            bits = [mark >> place & 1 for place in range(12)]
            payload = bytes([LOUD] * 30 + [SILENCE] * 10 + [LOUD if bit else SILENCE for bit in bits for _ in range(10)])
            self.sent[mark] = time.monotonic()
        header = struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, number * 160 & 0xFFFFFFFF, 0x1234)
        self.socket.sendto(header + payload, self.far)

    def take(self, packet, now):
        payload = packet[12:]
        if packet[1] & 0x7F != 8 or len(payload) < 160:
            return
        if self.heard_at is None and sum(map(loud, payload)) > len(payload) // 8:
            self.heard_at = now
        if self.marking:
            self.came.append((now, payload))

    def marks(self):
        """Number of each mark that came, and when its first sample did."""
        sound = [loud(byte) for _, payload in self.came for byte in payload]
        moments = [at + place / 8_000 for at, payload in self.came for place in range(len(payload))]
        place = 0
        while place + 160 <= len(sound):
            if all(sound[place:place + 30]) and not any(sound[place + 31:place + 39]):
                bits = [sound[place + 45 + 10 * bit] for bit in range(12)]
                yield sum(1 << bit for bit, is_set in enumerate(bits) if is_set), moments[place]
                place += 160
            else:
                place += 1

    def delays_ms(self, other):
        """Of what the other end sent and came here."""
        return [1_000 * (at - other.sent[mark]) for mark, at in self.marks() if mark in other.sent]


def field(message, name):
    found = re.search(rf"^{name}:\s*(.*?)\r?$", message, re.M | re.I)
    return found[1] if found else ""


def media_of(message):
    return "127.0.0.1", int(re.search(r"^m=audio (\d+)", message, re.M)[1])


class Exchange(threading.Thread):
    """Picks up every call at once."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.ear = None

    def run(self):
        while True:
            packet, far = self.socket.recvfrom(8192)
            message = packet.decode(errors="replace")
            if message.startswith("INVITE "):
                self.ear = Ear()
                self.ear.far = media_of(message)
                self.ear.start()
                self.reply(message, far, SDP.format(port=self.ear.port))
            elif message.startswith("BYE "):
                self.reply(message, far, "")

    def reply(self, message, far, body):
        to = field(message, "To")
        to = to if "tag=" in to else f"{to};tag=x"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        vias = "".join(f"Via: {via}\r\n" for via in re.findall(r"^Via:\s*(.*?)\r?$", message, re.M))
        head_ = (f"SIP/2.0 200 OK\r\n{vias}From: {field(message, 'From')}\r\nTo: {to}\r\n"
                 f"Call-ID: {field(message, 'Call-ID')}\r\nCSeq: {field(message, 'CSeq')}\r\n"
                 f"Contact: <sip:x@127.0.0.1:{self.port}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n")
        self.socket.sendto((head_ + body).encode(), far)


class Caller:
    def __init__(self, server, number):
        host, port = server.sip_udp.rsplit(":", 1)
        self.server = host, int(port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(10)
        self.port = self.socket.getsockname()[1]
        self.uri = f"sip:{number}@{host}:{port}"
        self.id, self.to, self.cseq, self.ear = f"{time.time_ns()}@bench", f"<sip:{number}@{host}>", 0, Ear()

    def request(self, method, body="", kind=""):
        self.cseq += method != "ACK"
        kind = f"Content-Type: {kind}\r\n" if kind else ""
        text = (f"{method} {self.uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{time.time_ns()}\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:bench@127.0.0.1:{self.port}>;tag=b\r\nTo: {self.to}\r\nCall-ID: {self.id}\r\n"
                f"CSeq: {self.cseq} {method}\r\nContact: <sip:bench@127.0.0.1:{self.port}>\r\n{kind}"
                f"Content-Length: {len(body)}\r\n\r\n{body}")
        self.socket.sendto(text.encode(), self.server)
        while method != "ACK":
            answer = self.socket.recv(8192).decode(errors="replace")
            if answer.startswith("SIP/2.0 2"):
                return answer
            if not answer.startswith("SIP/2.0 1"):
                raise RuntimeError(f"{method}: {answer.splitlines()[0]}")

    def call(self):
        answer = self.request("INVITE", SDP.format(port=self.ear.port), "application/sdp")
        self.to = field(answer, "To")
        self.uri = re.search(r"<(.*?)>", field(answer, "Contact"))[1]
        self.request("ACK")
        self.ear.far = media_of(answer)
        self.ear.start()

    def hang_up(self):
        self.ear.going = False
        self.request("BYE")


def one(server, exchange, language):
    """The announcement's delay and the delays of the bridge in both directions, ms."""
    caller = Caller(server, NUMBERS[language])
    before = {record["call_id"] for record in server.records()}
    caller.call()
    call = wait_until("the call", lambda: [r["call_id"] for r in server.records() if r["call_id"] not in before])[0]
    greeted = lambda: any(e["type"] == "bot_said" and e["prompt"].startswith("greeting") for e in server.events(call))
    wait_until("the greeting's end", greeted)
    caller.ear.heard_at = None
    asked = time.monotonic()
    caller.request("INFO", "Signal=0\r\nDuration=160\r\n", "application/dtmf-relay")
    wait_until("the announcement", lambda: caller.ear.heard_at, step_s=0.005)
    announced_ms = 1_000 * (caller.ear.heard_at - asked)
    wait_until("the bridge", lambda: any(e["type"] == "bridged" for e in server.events(call)))
    time.sleep(0.5)
    caller.ear.marking = exchange.ear.marking = True
    time.sleep(10)
    caller.hang_up()
    exchange.ear.going = False
    return announced_ms, exchange.ear.delays_ms(caller.ear), caller.ear.delays_ms(exchange.ear)


def run(args):
    exchange = Exchange()
    exchange.start()
    outside = f"""
[[outside]]
name = "exchange"
queues = ["general"]
uri = "sip:exchange@127.0.0.1:{exchange.port}"
"""
    result = {"machine": machine(), "models": models()}
    with Server(extra=outside) as server:
        calls = [one(server, exchange, args.lang) for _ in range(args.rounds or 5)]
    there = [delay for call in calls for delay in call[1]]
    back = [delay for call in calls for delay in call[2]]
    result["announcement_ms"] = spread([call[0] for call in calls])
    result["to_agent_ms"], result["to_caller_ms"] = spread(there), spread(back)
    result["calls"], result["marks"] = len(calls), [len(there), len(back)]
    worst = percentile(there + back, 1)
    result["worst_ms"] = worst and round(worst, 1)
    head(f"bridge: {len(calls)} calls one after the other, {args.lang}", result)
    print(f"  {'ms':<28}{'p50':>8}{'p95':>8}{'p99':>8}")
    for title, name in [("key 0 to the announcement", "announcement_ms"), ("caller to agent, one way", "to_agent_ms"),
                        ("agent to caller, one way", "to_caller_ms")]:
        row = result[name]
        print(f"  {title:<28}" + "".join(shown(None if value is None else round(value, 1)) for value in row.values()))
    print(f"  {len(there)} and {len(back)} of {50 * len(calls)} marks each; the latest took {shown(result['worst_ms'], 0)} ms",
          flush=True)
    return result
