"""An agent in a real browser: how soon the page is painted, how soon the card is on it, and how long it takes from the
click on "Answer" until both hear each other. Caller and page run on this machine and share its clock."""

import json
import math
import shutil
import struct
import subprocess
import time
import wave

from server import NUMBERS, ROOT, Server, wait_until

from . import turn
from .bridge import Caller, Ear
from .common import head, machine, models, shown, spread

PASSWORD = "a password for a bench"
LOADS, CALLS = 20, 20
CALLER_HZ, AGENT_HZ = 500, 900


def a_law(sample):
    """ITU-T G.711, of 16 bits."""
    sign, sample = (0x80, sample) if sample >= 0 else (0x00, -sample - 1)
    sample = min(sample >> 3, 0xFFF)
    segment = max(sample.bit_length() - 5, 0)
    return (sign | segment << 4 | sample >> max(segment, 1) & 0x0F) ^ 0x55


def linear(byte):
    byte ^= 0x55
    segment, value = byte >> 4 & 7, (byte & 0x0F) << 4
    value = value + 8 if segment == 0 else value + 0x108 << segment - 1
    return value if byte & 0x80 else -value


class Humming(Ear):
    """Hums, and notes when it first hears the agent hum."""

    # 500 Hz: a period is 16 samples.
    HUM = bytes(a_law(int(12_000 * math.sin(math.tau * n / 16))) for n in range(160))

    def __init__(self):
        super().__init__()
        self.listens = False

    def send(self, number):
        header = struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, number * 160 & 0xFFFFFFFF, 0x1234)
        self.socket.sendto(header + self.HUM, self.far)

    def take(self, packet, now):
        if packet[1] & 0x7F == 8 and self.listens and self.heard_at is None and hums(packet[12:], AGENT_HZ):
            self.heard_at = 1_000 * time.time()


def hums(payload, hz):
    """Whether most of the packet's power is at this frequency (Goertzel), and it is no whisper."""
    samples = [linear(byte) for byte in payload]
    if not samples:
        return False
    power = sum(sample * sample for sample in samples)
    turn_ = 2 * math.cos(math.tau * hz / 8_000)
    one = two = 0.0
    for sample in samples:
        one, two = sample + turn_ * one - two, one
    tone = (one * one + two * two - turn_ * one * two) * 2 / len(samples)
    return power / len(samples) > 200 ** 2 and tone > 0.4 * power


def write_hum(path):
    """In pulses, as loud as speech: steady tones are noise to a browser, and taken out."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        loud = lambda n: 12_000 if n / 12_000 % 1 < 0.6 else 0
        file.writeframes(b"".join(struct.pack("<h", int(loud(n) * math.sin(math.tau * AGENT_HZ * n / 48_000)))
                                  for n in range(96_000)))


class Page:
    """The agent's browser."""

    def __init__(self, server):
        write_hum(server.dir / "hum.wav")
        words = ["node", ROOT / "web/bench/answer.mjs", f"http://{server.desk.replace('127.0.0.1', 'localhost')}", "anna", PASSWORD,
                 server.dir / "hum.wav", str(LOADS)]
        self.child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.noted = []

    def until(self, key):
        """Reads on to the note that has this key."""
        for line in self.child.stdout:
            self.noted.append(json.loads(line))
            if key in self.noted[-1]:
                return self.noted[-1]
        raise RuntimeError(f"the browser stopped: {self.child.stderr.read().strip()[-600:]}")

    def ask(self, line):
        self.child.stdin.write(f"{line}\n")
        self.child.stdin.flush()

    def all(self, key):
        return [note[key] for note in self.noted if key in note]


def one(server, page, language):
    """A caller who wants a person: the call's id, and the moments of click, agent's and caller's first sound, ms."""
    caller = Caller(server, NUMBERS[language])
    caller.ear = Humming()
    before = {record["call_id"] for record in server.records()}
    page.ask("next")
    caller.call()
    call = wait_until("the call", lambda: [r["call_id"] for r in server.records() if r["call_id"] not in before])[0]
    greeted = lambda: any(e["type"] == "bot_said" and e["prompt"].startswith("greeting") for e in server.events(call))
    wait_until("the greeting's end", greeted)
    caller.ear.listens = True
    caller.request("INFO", "Signal=0\r\nDuration=160\r\n", "application/dtmf-relay")
    moments = page.until("clicked")
    wait_until("the agent's voice", lambda: caller.ear.heard_at, step_s=0.01)
    heard = caller.ear.heard_at
    caller.hang_up()
    page.until("finished")
    return call, moments["clicked"], moments["heard"], heard


def shown_after(server, call):
    """From the reservation to the card on the screen, ms."""
    at = {}
    for event in server.events(call):
        at.setdefault(event["type"], event["at"])
    return at["card_shown"] - at["agent_offered"]


def run(args):
    if not shutil.which("node"):
        raise RuntimeError("node is missing: install Node.js 20 or newer")
    result = {"machine": machine(), "models": models()}
    with Server(refuses=False) as server:
        server.command("user", "add", "anna", "--name", "Anna", "--role", "agent", "--password-stdin", "--data", server.data,
                       "--queue", "general", "--queue", "logistics", "--lang", "en", text=f"{PASSWORD}\n")
        turn.warm(server, args.lang)
        page = Page(server)
        page.until("ready")
        calls = [one(server, page, args.lang) for _ in range(args.rounds or CALLS)]
        page.ask("end")
        page.child.wait(timeout=30)
        rows = {
            "login_painted_ms": page.all("login_painted"),
            "desk_painted_ms": page.all("desk_painted"),
            "desk_usable_ms": page.all("desk_usable"),
            "card_on_screen_ms": [shown_after(server, call) for call, *_ in calls],
            "agent_hears_ms": [heard - clicked for _, clicked, heard, _ in calls],
            "caller_hears_ms": [heard - clicked for _, clicked, _, heard in calls],
            "both_hear_ms": [max(here, there) - clicked for _, clicked, here, there in calls],
        }
    result.update({name: spread(values) for name, values in rows.items()})
    result["calls"], result["loads"] = len(calls), LOADS
    head(f"page: {len(calls)} calls one after the other and {LOADS} loads in Chromium, {args.lang}", result)
    print(f"  {'ms':<44}{'p50':>8}{'p95':>8}{'p99':>8}")
    for title, name in [("first paint of the login, empty cache", "login_painted_ms"),
                        ("first paint of the desk", "desk_painted_ms"),
                        ("the desk is usable", "desk_usable_ms"),
                        ("reservation to the card on the screen", "card_on_screen_ms"),
                        ("click on Answer to the caller's voice", "agent_hears_ms"),
                        ("click on Answer to the agent's voice", "caller_hears_ms"),
                        ("click on Answer to both", "both_hear_ms")]:
        print(f"  {title:<44}" + "".join(shown(value and round(value)) for value in result[name].values()), flush=True)
    return result
