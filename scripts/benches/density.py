"""How much one machine carries: bridged sound, calls with speech, calls per second, memory."""

import csv
import json
import math
import os
import socket
import subprocess
import time

from server import MODELS, NUMBER, Server, free_port, say, stop, wait_until

from . import turn
from .common import TOOL, head, machine, models, render

# Live calls at which memory is read, and how fast they come, per second.
MEMORY_CALLS = [50, 200]
MEMORY_RATE = 20
MEMORY_CALL_MS = 25_000
# An RTP port rests 30 s after its call: with few of them, ports and not work would be the limit.
DENSITY_PORTS = "10000-64999"
DENSITY_CALLS = 5_000
# One rate is held this long, seconds.
RATE_S = 8
# Streams of one try: until they run evenly, and measured, seconds.
STORM_WARM_S, STORM_S = 3, 8
# The pass line of bridged sound: frames lost or later than 5 ms, 0..1.
LATE_SHARE = 0.001
# Where the search for bridged calls begins, without and with voice activity detection.
BRIDGE_FROM, VAD_FROM = 100, 20
BRIDGED_MOST = 4_000
# Calls with speech that are tried, and the pass lines: turn gap p95, ms, and unanswered turns, 0..1.
SPEECH_CALLS = [8, 16, 24, 32]
SPEECH_GAP_MS = 2_000
SPEECH_UNANSWERED = 0.02


# --- bridged sound -------------------------------------------------------------------------------

def on_core(core):
    """A start function that keeps a child on one core, where there are several."""
    if os.cpu_count() == 1:
        return None
    return lambda: os.sched_setaffinity(0, {core})


def storm(calls, wav, vad):
    """So many bridged calls on core 0, their far ends on core 1."""
    far = free_port(socket.SOCK_DGRAM)
    words = [TOOL, "bridge", "--calls", str(calls), "--far", f"127.0.0.1:{far}", "--ports", "10000", "31999"]
    words += ["--vad", MODELS / "silero_vad.onnx"] if vad else []
    node = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=on_core(0))
    try:
        ports = node.stdout.readline()
        if not ports:
            raise RuntimeError(f"no bridged legs: {node.stderr.read()}")
        before, began = cpu_s(node), time.monotonic()
        done = subprocess.run([TOOL, "storm", "--port", str(far), "--wav", wav, "--warm-s", str(STORM_WARM_S),
                               "--seconds", str(STORM_S)], input=ports, capture_output=True, text=True,
                              preexec_fn=on_core(1 % os.cpu_count()), timeout=120)
        if done.returncode:
            raise RuntimeError(f"the streams failed: {done.stderr.strip()}")
        used = (cpu_s(node) - before) / (time.monotonic() - began)
    finally:
        stop(node)
    result = json.loads(done.stdout)
    result |= {"calls": calls, "cores_used": round(used, 3), "passed": result["late_share"] < LATE_SHARE}
    say(f"{calls} bridged calls{' with voice activity detection' if vad else ''}: {result['late_share']:.3%} late or lost, "
        f"{result['cores_used']:.2f} cores, p99.9 {result['lateness_ms']['p999']} ms"
        + (f"; the generator was late {result['generator_late']} times" if result["generator_late"] else ""))
    return result


def cpu_s(child):
    fields = open(f"/proc/{child.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def most_bridged(wav, vad):
    """Doubles until a try fails, then halves the interval twice. A failed try is tried once more: another
    program may have had the core."""
    tries = []

    def passes(calls):
        for _ in range(2):
            tries.append(storm(calls, wav, vad))
            if tries[-1]["passed"]:
                return True
        return False

    best, calls = 0, VAD_FROM if vad else BRIDGE_FROM
    while calls <= BRIDGED_MOST and passes(calls):
        best, calls = calls, calls * 2
    bad = calls
    for _ in range(2):
        middle = (best + bad) // 2
        if best and passes(middle):
            best = middle
        else:
            bad = middle
    return best, tries


# --- calls with speech ---------------------------------------------------------------------------

def speech(language, loads):
    """Calls that talk, until answers come too late. The best load, each load's figures, and memory a call."""
    results, best = {}, 0
    with Server(calls=max(40, 2 * max(loads))) as server:
        warm_kb = turn.warm(server, language)
        for calls in loads:
            result = turn.load(server, calls, 1, language)
            unanswered = result["turns_unanswered"] / max(1, result["turns_said"])
            good = (result["turn_gap_ms"]["p95"] < SPEECH_GAP_MS and unanswered <= SPEECH_UNANSWERED
                    and not result["failed_calls"])
            say(f"{calls} calls with speech: turn gap p95 {result['turn_gap_ms']['p95']} ms, {unanswered:.1%} unanswered, "
                f"{result['server_cores_used']} cores")
            results[calls] = result
            if not good:
                break
            best = calls
    most = max(results)
    return best, results, round((results[most]["rss_peak_kb"] - warm_kb) / most)


# --- signalling and memory -----------------------------------------------------------------------

class Sipp:
    """sipp's own UAC scenario against a SIP address."""

    def __init__(self, folder, target, rate, calls, hold_ms, limit_s, number=NUMBER):
        self.stats = folder / f"sipp-{time.monotonic_ns()}.csv"
        self.calls = calls
        self.began = time.monotonic()
        ports = [str(free_port(socket.SOCK_DGRAM)) for _ in range(2)]
        self.child = subprocess.Popen(
            ["sipp", target, "-sn", "uac", "-s", number, "-i", "127.0.0.1", "-p", ports[0], "-mp", ports[1],
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
                "resent": int(last["Retransmissions(C)"]), "took_s": round(took_s, 2)}


def memory(server):
    """RSS of the server, kB, at numbers of live calls; the first after one call that warmed it up."""
    Sipp(server.dir, server.sip_udp, 1, 1, 3_000, 30).result()
    wait_until("the end of the first call", lambda: server.live_calls() == 0)
    server.settle()
    seen = {0: server.rss_kb()}
    for calls in MEMORY_CALLS:
        say(f"{calls} live calls without speech")
        sipp = Sipp(server.dir, server.sip_udp, MEMORY_RATE, calls, MEMORY_CALL_MS, 120)
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
    counted = Sipp(server.dir, server.sip_udp, rate, calls, 0, 40).result()
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


# --- all of it -----------------------------------------------------------------------------------

PARTS = ["bridged", "vad", "speech", "sip"]


def run(args):
    result = {"machine": machine(), "models": models()}
    parts = args.only or PARTS
    with Server(calls=DENSITY_CALLS, call_s=120, ports=DENSITY_PORTS) as server:
        if "sip" in parts:
            seen, after_kb = memory(server)
            best, steps = calls_per_s(server)
            most = MEMORY_CALLS[-1]
            result |= {"sip_calls_per_s": best, "rates": steps, "rss_after_kb": after_kb,
                       "rss_kb": {str(calls): rss for calls, rss in seen.items()},
                       "memory_per_call_kb": round((seen[most] - seen[0]) / most, 1)}
        files = render(server.dir / "storm", [(args.lang, turn.sentence(args.lang, line, "12345678"))
                                              for line in turn.DIALOGS[args.lang] if line != "keys"])
        wav = next(iter(files.values()))
        # The server itself must not work beside what is measured.
        server.halt()
        if "bridged" in parts:
            result["g711_bridged_per_core"], result["bridged"] = most_bridged(wav, vad=False)
        if "vad" in parts:
            result["bridged_with_vad_per_core"], result["with_vad"] = most_bridged(wav, vad=True)
    if "speech" in parts:
        best, loads, each_kb = speech(args.lang, SPEECH_CALLS)
        result |= {"with_speech_on_2_cores": best, "speech": loads, "memory_per_call_with_speech_kb": each_kb}
    show(result)
    return result


def show(result):
    head("Density of one machine", result)
    rows = [("bridged G.711 calls on one core", "g711_bridged_per_core", f"< {LATE_SHARE:.1%} of frames lost or > 5 ms late"),
            ("the same with voice activity detection", "bridged_with_vad_per_core", "both legs of each call"),
            ("calls with speech on all cores", "with_speech_on_2_cores",
             f"turn gap p95 < {SPEECH_GAP_MS} ms, <= {SPEECH_UNANSWERED:.0%} unanswered; tried {SPEECH_CALLS}"),
            ("SIP calls per second, none failed", "sip_calls_per_s", "answered by the bot, hung up at once; sipp beside it"),
            ("memory of a live call, kB", "memory_per_call_kb", "without speech from the caller"),
            ("memory of a live call with speech, kB", "memory_per_call_with_speech_kb", "peak, beyond the warm server")]
    print()
    for name, key, note in rows:
        if key in result:
            print(f"  {name:40}{result[key]:>8}   {note}")
    for calls, rss in result.get("rss_kb", {}).items():
        print(f"    RSS at {calls:>3} live calls without speech {rss:>8} kB")
    for key in ("bridged", "with_vad"):
        for one in result.get(key, []):
            print(f"    {one['calls']:>5} {key:9}{one['late_share']:>9.3%} late or lost, p50 {one['lateness_ms']['p50']} "
                  f"p99.9 {one['lateness_ms']['p999']} max {one['lateness_ms']['max']:.1f} ms, {one['cores_used']} cores")
    for calls, one in result.get("speech", {}).items():
        print(f"    {calls:>5} calls with speech: p50 {one['turn_gap_ms']['p50']} p95 {one['turn_gap_ms']['p95']} ms, "
              f"{one['turns_unanswered']} of {one['turns_said']} unanswered, {one['server_cores_used']} cores")
