"""scripts/demo: one call from greeting to wrap-up, told as the caller, the agent and the record have it."""

import json
import secrets
import signal
import subprocess
import sys
import threading
import time

from phone import Phone
from screen import Screen
from server import DUET, MODELS, NUMBER, Server, say, stop, wait_until

SCRIPT = """Where is my parcel?
One two three four five six seven eight.
Yes, that is right.
I want to talk to a person, please.
# Anna's phone rings meanwhile.
wait: 8s
My neighbour did not get the parcel. Can you send it to my office?
# Anna answers meanwhile, and her words are written down.
wait: 14s
hangup
"""
GREETING = "Hello, this is Anna. I can see your parcel, it is on its way. How can I help you?"
ANSWER = "Of course. The driver will bring it to your office tomorrow. Goodbye."


class Call:
    """`duet dial` with what it tells; `began` is when it dialled, by our clock."""

    def __init__(self, server):
        script = server.dir / "caller.txt"
        script.write_text(SCRIPT)
        self.told = []
        self.began = time.time()
        self.child = subprocess.Popen(
            [DUET, "dial", f"sip:{NUMBER}@{server.sip_udp}", "--json", "--no-transcribe", "--lang", "en",
             "--script", script,
             # Longer than the silence between the bot's last word and Anna's first.
             "--pause-ms", "1500", "--from", "48600100100", "--from-name", "John Smith", "--models", MODELS],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.child)

    def listen(self):
        for line in self.child.stdout:
            one = json.loads(line)
            if one["event"] == "dialling":
                self.began = time.time()
            self.told.append(one)

    def of(self, kind):
        return [one for one in list(self.told) if one["event"] == kind]


class Record:
    """What the server wrote down of the one call."""

    def __init__(self, server):
        self.server = server
        self.id = wait_until("the call", lambda: [one["call_id"] for one in server.records()])[0]

    def events(self):
        return self.server.events(self.id)

    def place(self, kind):
        return next((n for n, event in enumerate(self.events()) if event["type"] == kind), None)

    def said_to_anna(self):
        """Whether the caller said something after the bridge."""
        kinds = [event["type"] for event in self.events()]
        return "bridged" in kinds and "caller_said" in kinds[kinds.index("bridged"):]


def clock(ms):
    return f"{ms / 1000:6.1f} s"


def conversation(call, record):
    """Both sides on the caller's clock, from the answer. The caller's words are those that were spoken; the
    bot's and Anna's are the record's: what was heard of each sentence, and what was recognised."""
    events = record.events()
    at = {kind: next((event["at"] for event in events if event["type"] == kind), None)
          for kind in ("call_answered", "bridged")}
    answered = call.of("answered")[0]["at_ms"]
    gaps = {one["started_ms"] - answered: one["turn_gap_ms"] for one in call.of("bot_said") if one["turn_gap_ms"]}
    lines = []
    for one in call.of("caller_said"):
        lines.append((one["started_ms"] - answered, "John", one["text"]))
    for line in json.loads(record.server.get(f"/api/v1/calls/{record.id}/transcript"))["items"]:
        if line["speaker"] == "caller":
            continue
        who = "Anna" if line["speaker"] == "agent" else f"bot {line['language']}"
        text = line["text"] if line["heard"] is None else f"{line['heard']} (cut)"
        lines.append((line["at"] - at["call_answered"], who, text))
    if at["bridged"]:
        lines.append((at["bridged"] - at["call_answered"], "", "--- a person is on the line ---"))
    print("\nThe call, as the caller lived it (from the answer)")
    for ms, who, text in sorted(lines):
        gap = next((gap for start, gap in gaps.items() if abs(start - ms) < 250 and who not in ("John", "")), None)
        print(f"  {clock(ms)}  {who:7} {text}" + (f"   [after {gap} ms]" if gap else ""))


def card(shown, phone):
    at, message = shown
    card = message["card"]
    print("\nAnna's screen, as the card came")
    print(f"  who       {card['caller_name']}, {card['caller']}; speaks {card['language']}; bot {card['bot']}")
    print(f"  why       {card['why']}")
    for one in card["signals"]:
        print(f"            {one['kind']} {one['strength']:.2f} of {one['threshold']:.2f}: {one['evidence']}")
    print(f"  about     {card['topic']}, queue {card['queue']}, waiting for {card['waited_ms']} ms")
    for n, line in enumerate(card["summary"]):
        print(f"  {'summary' if n == 0 else '':9} {line}")
    for n, fact in enumerate(card["facts"]):
        verified = " (verified)" if fact["verified"] else ""
        print(f"  {'facts' if n == 0 else '':9} {fact['name']}: {fact['value']}{verified}")
    for n, line in enumerate(card["transcript"][-4:]):
        print(f"  {'last' if n == 0 else '':9} {line['speaker']}: {line['text']}")
    if phone.answered:
        before_ms = (phone.answered - at) * 1000
        print(f"  The card came {before_ms:.0f} ms before the phone was answered; this phone answers at once.")


def cdr(record):
    print("\nThe record")
    for key, value in json.loads(record.server.get(f"/api/v1/calls/{record.id}")).items():
        if value is not None:
            print(f"  {key:15} {value}")


def wrap_up(screen, record):
    """Anna closes her work, as after every call."""
    wait_until("the end of the call", lambda: record.place("call_ended") is not None)
    code = screen.first("hello")[1]["wrap_up_codes"][0]
    screen.send(type="wrap_up", call_id=record.id, code=code, note="Send it to the office.")
    wait_until("the wrap-up", lambda: screen.first("wrap_up_saved"), limit_s=10)


def story(server, phone, screen):
    screen.send(type="set_presence", presence={"state": "available"})
    say("John calls; this takes about a minute")
    with Call(server) as call:
        record = Record(server)
        over = lambda: call.child.poll() is not None
        wait_until("Anna on the line", lambda: over() or record.place("bridged") is not None, 180)
        if not over():
            say("Anna is on the line")
            wait_until("the caller's words to Anna", lambda: over() or record.said_to_anna(), 60)
        if not over():
            phone.play(ANSWER)
        wait_until("the end of the call", over, 120)
        wait_until("the caller's last words", lambda: call.of("ended") or call.of("failed"), 10)
    shown, place = screen.first("card"), record.place
    bridged = place("bridged")
    if bridged is not None:
        wrap_up(screen, record)
    conversation(call, record)
    if shown:
        card(shown, phone)
    cdr(record)
    return verdict(shown, phone, bridged, place("card_shown"))


def verdict(shown, phone, bridged, confirmed):
    """Whether the call was bridged, and Anna's screen showed the card before her phone was answered."""
    if bridged is None:
        return "the caller reached nobody"
    if shown is None or confirmed is None or confirmed > bridged:
        return "the card was not on the screen before the bridge"
    if phone.answered is None or shown[0] > phone.answered:
        return "the phone was answered before the card came"
    return None


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    password = secrets.token_urlsafe(12)
    say("Starting the server, Anna's phone and her screen")
    try:
        with Server() as server, Phone("anna", server.dir, GREETING) as phone:
            server.command("user", "add", "anna", "--data", server.data, "--name", "Anna Nowak", "--role", "agent",
                           "--queue", "general", "--queue", "logistics", "--lang", "en", "--lang", "pl",
                           "--sip", f"sip:anna@127.0.0.1:{phone.sip_port}", "--password-stdin", text=f"{password}\n")
            with Screen(server.desk, "anna", password) as screen:
                wrong = story(server, phone, screen)
                if wrong:
                    say(server.log())
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"error: {error}")
    if wrong:
        sys.exit(f"error: {wrong}")
    print("\nBridged, and the card came first.")


if __name__ == "__main__":
    main()
