"""scripts/bench: measures a release build with real SIP calls on this machine."""

import argparse
import array
import collections
import csv
import json
import math
import os
import pathlib
import platform
import random
import re
import signal
import socket
import subprocess
import sys
import time
import wave

from server import DUET, MODELS, NUMBER, VOICES, Server, free_port, say, stop, wait_until

# What a caller says; the last sentence is always the last. `dtmf:` lines are no turns.
SENTENCES = {
    "en": ["Where is my parcel?", "One two three four five six seven eight.", "Yes, that is right.",
           "When are you open?", "Are you open on Saturday?", "No, thank you, that is all."],
    "pl": ["Gdzie jest moja paczka?\ndtmf: 12345678", "Tak, zgadza się.", "W jakich godzinach jest otwarte?",
           "Czy w sobotę jest otwarte?", "Nie, dziękuję, to wszystko."],
    "ro": ["Unde este coletul meu?\ndtmf: 12345678", "Da, este corect.", "Care este programul de lucru?",
           "Sâmbătă este deschis?", "Nu, mulțumesc, asta este tot."],
}
STAGES = ["endpoint_wait", "stt_tail", "understand", "decide", "tts_first", "playout", "gap"]
# Calls of one round begin at random moments of this span, seconds: callers do not speak in step.
SPREAD_S = 6.0
# A caller between two sentences is silent at least this long, seconds.
BETWEEN_S = 1.2
# Live calls at which memory is read, and how fast they come, per second.
MEMORY_CALLS = [50, 200]
MEMORY_RATE = 20
MEMORY_CALL_MS = 25_000
# An RTP port rests 30 s after its call: with few of them, ports and not work would be the limit.
DENSITY_PORTS = "10000-64999"
DENSITY_CALLS = 5_000
# One rate is held this long, seconds.
RATE_S = 8


def percentile(values, part):
    """Nearest rank; none of no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else None


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return {"cpu": cpu[1] if cpu else platform.machine(), "cores": os.cpu_count(),
            "memory_mb": int(memory[1]) // 1024, "system": f"{platform.system()} {platform.release()}"}


def models():
    """What the server works with: weights that are there, and the voices of the configuration."""
    listed = subprocess.run([DUET, "models", "list", "--json", "--models", MODELS],
                            check=True, capture_output=True, text=True).stdout
    rows = json.loads(listed.splitlines()[-1])["models"]
    weights = [row["name"] for row in rows if row["present"] and not row["name"].endswith("json")]
    return {"weights": weights, "voices": VOICES}


def head(title, load):
    here = machine()
    print(f"{title}\n  {here['cores']} cores, {here['cpu']}, {here['memory_mb']} MB, {here['system']}; "
          f"load average before {load}")


# --- turns ---------------------------------------------------------------------------------------

class Caller:
    """One `duet dial` with its script."""

    def __init__(self, server, lines, options, name):
        script = server.dir / f"{name}.txt"
        script.write_text("\n".join(lines) + "\n")
        self.child = subprocess.Popen(
            [DUET, "dial", f"sip:{NUMBER}@{server.sip_udp}", "--json", "--no-transcribe", "--from", name,
             "--script", script, "--models", MODELS, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def events(self):
        """Everything that it told, once the call is over."""
        try:
            out, _ = self.child.communicate(timeout=600)
        finally:
            stop(self.child)
        return [json.loads(line) for line in out.splitlines()]


def script(language, turns):
    lines = SENTENCES[language]
    return lines[:turns - 1] + lines[-1:]


def spoken(lines):
    return [line for step in lines for line in step.splitlines() if not line.startswith("dtmf:")]


def record_sentences(server, lines, language):
    """One call that is not measured: it warms the server up, and its sentences are kept as files. The
    measured callers play them, so that their voices take nothing from the server's processor."""
    path = server.dir / "first.wav"
    told = Caller(server, lines, ["--lang", language, "--record", path], "first").events()
    said = [one for one in told if one["event"] == "caller_said"]
    pieces = utterances(path)
    if not len(said) == len(pieces) == len(spoken(lines)):
        raise RuntimeError(f"the first call said {len(said)} of {len(spoken(lines))} sentences, "
                           f"{len(pieces)} are on its recording: {told}\n{server.log()}")
    files = []
    for number, samples in enumerate(pieces):
        files.append(server.dir / f"sentence-{number}.wav")
        with wave.open(str(files[-1]), "wb") as out:
            out.setparams((1, 2, 8000, 0, "NONE", None))
            out.writeframes(samples)
    return files


def utterances(path):
    """The stretches of sound on the left side of a recording: 16 bit, 8 kHz."""
    with wave.open(str(path)) as recording:
        both = recording.readframes(recording.getnframes())
    left = b"".join(both[at:at + 2] for at in range(0, len(both), 4))
    frame = 320
    samples = array.array("h", left)
    pieces = []
    for at in range(0, len(left), frame):
        if max(map(abs, samples[at // 2:(at + frame) // 2])) <= 200:
            continue
        if pieces and at - pieces[-1][1] < BETWEEN_S * 16_000:
            pieces[-1][1] = at + frame
        else:
            pieces.append([at, at + frame])
    # A little silence around, as in a call.
    return [left[max(0, start - 5 * frame):end + 5 * frame] for start, end in pieces]


def replayed(lines, files):
    files = iter(files)
    return [line if line.startswith("dtmf:") else f"wav: {next(files)}"
            for step in lines for line in step.splitlines()]


def round_of_calls(server, calls, lines, number):
    """Places the calls at once; what each caller told."""
    callers, begin = [], time.monotonic()
    moments = sorted(random.uniform(0, SPREAD_S) for _ in range(calls)) if calls > 1 else [0]
    try:
        for n, moment in enumerate(moments):
            time.sleep(max(0, begin + moment - time.monotonic()))
            callers.append(Caller(server, lines, [], f"caller-{number}-{n}"))
        return [caller.events() for caller in callers]
    finally:
        for caller in callers:
            stop(caller.child)


def server_side(server, known):
    """Stages of every turn with the time to the answer itself, turns that a cover answered first, and how
    the calls ended."""
    stages, covers, outcomes = collections.defaultdict(list), 0, collections.Counter()
    for record in server.records():
        if record["call_id"] in known:
            continue
        outcomes[record["outcome"] or "live"] += 1
        first, asked = {}, {}
        for event in server.events(record["call_id"]):
            if event["type"] == "turn_timed":
                for stage in STAGES:
                    stages[stage].append(event["stages"][f"{stage}_ms"])
            if event["type"] == "caller_said":
                asked[event["turn"]] = event["ended"]
            if event["type"] == "bot_said":
                first.setdefault(event["turn"], event["prompt"])
                if event["prompt"] != "cover" and event["turn"] in asked:
                    stages["answer"].append(event["started"] - asked.pop(event["turn"]))
        covers += sum(prompt == "cover" for prompt in first.values())
    return stages, covers, dict(outcomes)


def turn(args):
    load = os.getloadavg()[0]
    lines = script(args.lang, min(args.turns, len(SENTENCES[args.lang])))
    with Server(calls=max(20, 2 * args.calls)) as server:
        say("One call to warm up")
        files = record_sentences(server, lines, args.lang)
        known = {record["call_id"] for record in server.records()}
        lines, told = replayed(lines, files), []
        began, cpu = time.monotonic(), server.cpu_s()
        for number in range(args.rounds):
            say(f"{args.calls} calls at once, {len(files)} turns each ({number + 1} of {args.rounds})")
            told += round_of_calls(server, args.calls, lines, number)
        cores_used = (server.cpu_s() - cpu) / (time.monotonic() - began)
        wait_until("the end of all calls", lambda: server.live_calls() == 0)
        stages, covers, outcomes = server_side(server, known)
        log = server.log()
    gaps = [one["turn_gap_ms"] for call in told for one in call
            if one["event"] == "bot_said" and one["turn_gap_ms"] is not None]
    if not gaps:
        raise RuntimeError(f"no turn was answered: {told}\n{log}")
    said = sum(one["event"] == "caller_said" for call in told for one in call)
    result = {
        "turn_gap_ms": {f"p{p}": percentile(gaps, p / 100) for p in (50, 95, 99)},
        "stages_ms": {stage: {f"p{p}": percentile(stages[stage], p / 100) for p in (50, 95)} for stage in STAGES},
        "answer_ms": {f"p{p}": percentile(stages["answer"], p / 100) for p in (50, 95)},
        "calls": args.calls, "rounds": args.rounds, "turns": len(gaps), "turns_said": said,
        "turns_timed": len(stages["gap"]), "turns_with_cover": covers, "outcomes": outcomes,
        "server_cores_used": round(cores_used, 2), "language": args.lang,
        "models": models(), "machine": {**machine(), "load_before": round(load, 2)},
    }
    print_turn(result)
    return result


def print_turn(result):
    head("From the caller's last sound to the bot's first sound", result["machine"]["load_before"])
    names = result["models"]
    print(f"  weights {', '.join(names['weights'])}\n  voices "
          + ", ".join(f"{language} {voice}" for language, voice in names["voices"].items()))
    print(f"  {result['calls']} calls at once, {result['rounds']} rounds, language {result['language']}; "
          f"the server used {result['server_cores_used']} cores")
    gap = result["turn_gap_ms"]
    print(f"\n  {'':28}{'p50':>8}{'p95':>8}{'p99':>8}   ms")
    print(f"  {'on the wire, at the caller':28}{gap['p50']:>8}{gap['p95']:>8}{gap['p99']:>8}"
          f"   {result['turns']} of {result['turns_said']} turns")
    for stage, value in result["stages_ms"].items():
        name = "in the server, whole" if stage == "gap" else f"  {stage}"
        count = f"           {result['turns_timed']} turns" if stage == "gap" else ""
        print(f"  {name:28}{value['p50'] if value['p50'] is not None else '-':>8}"
              f"{value['p95'] if value['p95'] is not None else '-':>8}{count}")
    answer = result["answer_ms"]
    print(f"  {'to the answer, covers aside':28}{answer['p50'] or '-':>8}{answer['p95'] or '-':>8}")
    print(f"\n  answered by a cover sentence first: {result['turns_with_cover']} turns; calls ended "
          + ", ".join(f"{name} {count}" for name, count in result["outcomes"].items()))


# --- density -------------------------------------------------------------------------------------

class Sipp:
    """sipp's own UAC scenario against the server."""

    def __init__(self, server, rate, calls, hold_ms, limit_s):
        self.stats = server.dir / f"sipp-{time.monotonic_ns()}.csv"
        self.calls = calls
        self.began = time.monotonic()
        ports = [str(free_port(socket.SOCK_DGRAM)) for _ in range(2)]
        self.child = subprocess.Popen(
            ["sipp", server.sip_udp, "-sn", "uac", "-s", NUMBER, "-i", "127.0.0.1", "-p", ports[0], "-mp", ports[1],
             "-r", str(rate), "-m", str(calls), "-l", str(calls + 1), "-d", str(hold_ms), "-timeout", str(limit_s),
             "-trace_stat", "-stf", self.stats, "-fd", "1", "-nostdin"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def result(self):
        """What sipp counted, once it is done."""
        try:
            self.child.wait(180)
        finally:
            stop(self.child)
        took_s = time.monotonic() - self.began
        with open(self.stats) as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        good, failed = int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])
        return {"good": good, "lost": self.calls - good - failed, "failed": failed,
                "resent": int(last["Retransmissions(C)"]), "took_s": took_s}


def memory(server):
    """RSS of the server, kB, at numbers of live calls; the first after one call that warmed it up."""
    Sipp(server, 1, 1, 3_000, 30).result()
    wait_until("the end of the first call", lambda: server.live_calls() == 0)
    server.settle()
    seen = {0: server.rss_kb()}
    for calls in MEMORY_CALLS:
        say(f"{calls} live calls without speech")
        sipp = Sipp(server, MEMORY_RATE, calls, MEMORY_CALL_MS, 120)
        try:
            wait_until(f"{calls} live calls", lambda: server.live_calls() >= calls, limit_s=30)
            time.sleep(3)
            seen[calls] = server.rss_kb()
        finally:
            counted = sipp.result()
        if counted["failed"] or counted["lost"]:
            raise RuntimeError(f"calls failed while memory was read: {counted}\n{server.log()}")
        wait_until("the end of all calls", lambda: server.live_calls() == 0)
    time.sleep(3)
    return seen, server.rss_kb()


def passes(server, rate):
    """One rate for some seconds. The pass line: no call failed, none lost, and sipp kept its pace."""
    calls = rate * RATE_S
    counted = Sipp(server, rate, calls, 0, 40).result()
    counted["rate"] = rate
    counted["passed"] = not counted["failed"] and not counted["lost"] and counted["took_s"] < RATE_S * 1.25 + 1
    say(f"{rate} calls/s: {counted['good']} of {calls} good, {counted['failed']} failed, {counted['lost']} lost, "
        f"{counted['resent']} messages sent again, {counted['took_s']:.1f} s")
    return counted


def calls_per_s(server):
    """Doubles the rate until calls fail, then goes up from the best by an eighth at a time."""
    steps, best, rate, factor = [], 0, 10, 2.0
    while rate <= 5_000:
        step = passes(server, rate)
        steps.append(step)
        if step["passed"]:
            best = rate
            rate = math.ceil(rate * factor)
            continue
        # Calls that were cut off would live on: the next rate meets a fresh server.
        server.halt()
        server.start()
        if factor < 2.0 or not best:
            break
        factor, rate = 1.125, math.ceil(best * 1.125)
    return best, steps


def density(args):
    load = os.getloadavg()[0]
    with Server(calls=DENSITY_CALLS, call_s=120, ports=DENSITY_PORTS) as server:
        seen, after_kb = memory(server)
        best, steps = calls_per_s(server)
    most = MEMORY_CALLS[-1]
    result = {
        "sip_calls_per_s": best,
        "memory_per_call_kb": round((seen[most] - seen[0]) / most, 1),
        "rss_kb": {str(calls): rss for calls, rss in seen.items()}, "rss_after_kb": after_kb,
        "rates": steps,
        "models": models(), "machine": {**machine(), "load_before": round(load, 2)},
    }
    print_density(result)
    return result


def print_density(result):
    head("Density of one server", result["machine"]["load_before"])
    print(f"  weights {', '.join(result['models']['weights'])}; sipp ran on the same machine\n")
    rate, memory_kb = result["sip_calls_per_s"], result["memory_per_call_kb"]
    print(f"  SIP calls per second, none failed  {rate:>8}     answered by the bot, hung up at once")
    print(f"  memory of a live call              {memory_kb:>8} kB  without speech from the caller")
    for calls, rss in result["rss_kb"].items():
        print(f"    RSS at {calls:>3} live calls           {rss:>9} kB")
    print(f"    RSS after all hung up            {result['rss_after_kb']:>9} kB")
    print("  bridged G.711 calls per core              not measured yet")
    print("  calls with speech on 2 cores              not measured yet")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("turn", help="how long a caller waits for an answer")
    one.add_argument("--calls", type=int, default=1, help="calls at once")
    one.add_argument("--turns", type=int, default=6, help="sentences in a call, 4 to 6")
    one.add_argument("--rounds", type=int, default=1, help="how often so many calls are placed")
    one.add_argument("--lang", choices=sorted(SENTENCES), default="en")
    one.set_defaults(run=turn)
    two = commands.add_parser("density", help="SIP calls per second, and memory of a call")
    two.set_defaults(run=density)
    for command in (one, two):
        command.add_argument("--json", action="store_true", help="one JSON object as the last line")
    args = parser.parse_args()
    if args.run is turn and (args.calls < 1 or args.rounds < 1 or not 4 <= args.turns <= 6):
        parser.error("expected at least one call, one round, and 4 to 6 turns")
    # Ended from outside, everything that was started is stopped all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        result = args.run(args)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"error: {error}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
