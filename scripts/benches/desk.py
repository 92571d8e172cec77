"""Fifty agents at their desks and two hundred callers: how soon a card and a line of the conversation are there, what
the wall costs, on one server. The pages are examples/bench; screens are measured by tests/softphone.rs."""

import collections
import json
import socket
import struct
import subprocess
import threading
import time

from server import Server, say, stop, wait_until

from . import turn
from .bridge import FRAME_S, SDP, SILENCE, Exchange, field, media_of
from .common import TOOL, Peak, head, machine, models, place, shown, spread

AGENTS, CALLS, SUPERVISORS = 50, 200, 4
PASSWORD = "a password for a bench"
# Callers come one every so many ms.
EVERY_MS = 150
# They stay so long after the last has come.
STAY_S = 40


class Office(Exchange):
    """Picks up every agent's telephone at once; all of them are silent."""

    def __init__(self):
        super().__init__()
        self.sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sound.bind(("127.0.0.1", 0))
        self.fars = {}
        threading.Thread(target=self.breathe, daemon=True).start()

    def breathe(self):
        number, due = 0, time.monotonic()
        while True:
            due += FRAME_S
            time.sleep(max(0, due - time.monotonic()))
            number += 1
            for far in list(self.fars.values()):
                packet = struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, number * 160 & 0xFFFFFFFF, 1)
                self.sound.sendto(packet + bytes([SILENCE]) * 160, far)

    def run(self):
        while True:
            packet, far = self.socket.recvfrom(8192)
            message = packet.decode(errors="replace")
            call = field(message, "Call-ID")
            if message.startswith("INVITE "):
                self.fars[call] = media_of(message)
                self.reply(message, far, SDP.format(port=self.sound.getsockname()[1]))
            elif message.startswith("BYE "):
                self.fars.pop(call, None)
                self.reply(message, far, "")


class Pages(threading.Thread):
    """The pages of everybody, and what they noted."""

    def __init__(self, server, stay_s):
        super().__init__(daemon=True)
        words = [TOOL, "desk", "--desk", server.desk, "--password", PASSWORD, "--stay", str(stay_s)]
        for n in range(AGENTS):
            words += ["--agent", f"agent{n}"]
        for n in range(SUPERVISORS):
            words += ["--supervisor", f"super{n}", "--watch", f"caller-{n}"]
        self.child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.ready, self.noted = False, []
        self.start()

    def run(self):
        for line in self.child.stdout:
            note = json.loads(line)
            self.ready |= "ready" in note
            self.noted.append(note)

    def of(self, kind):
        return [note for note in self.noted if kind in note]

    def end(self):
        """Nobody leaves before the end, or it is told why."""
        code = self.child.wait(timeout=300)
        self.join()
        if code:
            raise RuntimeError(f"a page was cut off: {self.child.stderr.read().strip()}")


def hire(server, exchange):
    def add(name, role, *more):
        server.command("user", "add", name, "--name", name, "--role", role, "--password-stdin", "--data", server.data,
                       *more, text=f"{PASSWORD}\n")

    for n in range(AGENTS):
        add(f"agent{n}", "agent", "--queue", "general", "--queue", "logistics", "--lang", "en", "--sip",
            f"sip:agent{n}@127.0.0.1:{exchange.port}")
    for n in range(SUPERVISORS):
        add(f"super{n}", "supervisor")


def spoken(server, language):
    """Conversations with the bot, each watched by a supervisor."""
    return [(0, steps) for steps in turn.scripts(server, language, SUPERVISORS)]


def cards(server, pages):
    """From the reservation of an agent to the card's arrival at the page, ms."""
    offered = {}
    for record in server.records():
        for event in server.events(record["call_id"]):
            if event["type"] == "agent_offered":
                offered.setdefault(record["call_id"], at_ms(event))
    # The card leaves before the call is told, so the moment of the record is the later one by a little.
    return [note["at"] - offered[note["card"]] for note in pages.of("card")
            if note["card"] in offered and note["stage"] == "offered"]


def lines(server, pages):
    """From the end of the caller's words, and from their recognition, to the line on the page that watches, ms."""
    ended = {}
    for call in {note["line"] for note in pages.of("line")}:
        for event in server.events(call):
            if event["type"] == "caller_said":
                ended[call, event["text"]] = event["ended"], at_ms(event)
    found = [(note["at"], ended[note["line"], note["says"]["text"]]) for note in pages.of("line")
             if note["says"].get("speaker") == "caller" and (note["line"], note["says"]["text"]) in ended]
    return [at - end for at, (end, _) in found], [at - known for at, (_, known) in found]


def at_ms(event):
    return event["at"]


def run(args):
    exchange = Office()
    exchange.start()
    result = {"machine": machine(), "models": models()}
    calls = args.calls or CALLS
    with Server(calls=calls + 40, refuses=False) as server:
        hire(server, exchange)
        say("warming")
        turn.warm(server, args.lang)
        stay_s = calls * EVERY_MS // 1_000 + STAY_S + 20
        pages = Pages(server, stay_s)
        wait_until("the pages", lambda: pages.ready)
        began, cpu = time.monotonic(), server.cpu_s()
        # A key now and then keeps whoever has nothing to say on the line.
        wants = [{"keys": "0"}] + 20 * [{"keys": "9"}]
        waiting = [(n * EVERY_MS, wants) for n in range(calls)]
        with Peak(server) as peak:
            told, _ = place(server, spoken(server, args.lang) + waiting, args.lang,
                            longest_ms=1_000 * (calls * EVERY_MS // 1_000 + STAY_S))
        result["server_cores_used"] = round((server.cpu_s() - cpu) / (time.monotonic() - began), 2)
        result["rss_peak_mb"] = peak.kb // 1024
        pages.end()
        result["card_ms"] = spread(cards(server, pages))
        from_words, from_text = lines(server, pages)
        result["line_after_words_ms"], result["line_after_text_ms"] = spread(from_words), spread(from_text)
        walls = pages.of("wall")
        result["wall_messages"], result["wall_bytes_most"] = len(walls), max(note["bytes"] for note in walls)
        result["wall_kb_per_s"] = round(sum(note["bytes"] for note in walls) / SUPERVISORS / 1_000 / stay_s, 1)
        result["failed_calls"] = collections.Counter(one["error"] for one in told if one["error"])
        result["cards"], result["lines"] = len(pages.of("card")), len(from_words)
    head(f"desk: {AGENTS} agents, {SUPERVISORS} walls, {calls} calls that want a person, {SUPERVISORS} that talk", result)
    print(f"  {'ms':<44}{'p50':>8}{'p95':>8}{'p99':>8}")
    for title, name in [("reservation to the card at the page", "card_ms"),
                        ("end of the caller's words to the line", "line_after_words_ms"),
                        ("their recognition to the line", "line_after_text_ms")]:
        print(f"  {title:<44}" + "".join(shown(value) for value in result[name].values()))
    print(f"  {result['cards']} cards, {result['lines']} lines; a wall gets {result['wall_kb_per_s']} kB/s, at most "
          f"{result['wall_bytes_most']} bytes at once; {result['server_cores_used']} cores, {result['rss_peak_mb']} MB; "
          f"{result['failed_calls'].total()} calls failed {dict(result['failed_calls'])}", flush=True)
    return result
