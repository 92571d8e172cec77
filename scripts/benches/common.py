"""What every part of scripts/bench needs: figures, the machine, sentences as files, calls."""

import json
import math
import os
import pathlib
import platform
import re
import resource
import subprocess
import threading
import time

from server import BINARIES, DUET, MODELS, NUMBERS, VOICES

# Callers and streams: examples/bench.
TOOL = BINARIES / "examples/bench"


def percentile(values, part):
    """Nearest rank; none of no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else None


def spread(values, parts=(50, 95, 99)):
    return {f"p{part}": percentile(values, part / 100) for part in parts}


def shown(value, width=8):
    return f"{'-' if value is None else value:>{width}}"


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return {"cpu": cpu[1] if cpu else platform.machine(), "cores": os.cpu_count(),
            "memory_mb": int(memory[1]) // 1024, "system": f"{platform.system()} {platform.release()}",
            "load_before": round(os.getloadavg()[0], 2), "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())}


def models():
    """What the server works with: weights that are there, and the voices of the configuration."""
    listed = subprocess.run([DUET, "models", "list", "--json", "--models", MODELS],
                            check=True, capture_output=True, text=True).stdout
    rows = json.loads(listed.splitlines()[-1])["models"]
    weights = [row["name"] for row in rows if row["present"] and not row["name"].endswith("json")]
    return {"weights": weights, "voices": VOICES}


def head(title, result):
    here, names = result["machine"], result["models"]
    print(f"{title}\n  {here['date']}; {here['cores']} cores, {here['cpu']}, {here['memory_mb']} MB, {here['system']}; "
          f"load average before {here['load_before']}\n  weights {', '.join(names['weights'])}\n  voices "
          + ", ".join(f"{language} {voice}" for language, voice in names["voices"].items()))


def render(folder, sentences):
    """Speaks (language, text) pairs into files of `folder`; the file of each, in order. One voice each is
    spoken once, before anything is measured: callers must take nothing from the server's processor."""
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    files = {}
    for language, text in sentences:
        files.setdefault((language, text), folder / f"{len(files):03}.wav")
    voices = [f"--voice={language}={voice.replace('piper:', f'piper:{MODELS}/')}" for language, voice in VOICES.items()]
    lines = "".join(f"{language}\t{path}\t{text}\n" for (language, text), path in files.items())
    subprocess.run([TOOL, "say", *voices], input=lines, text=True, check=True)
    return files


class Peak:
    """The most memory that a server held while the block ran, kB."""

    def __init__(self, server):
        self.server, self.kb, self.going = server, server.rss_kb(), True
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        self.thread.join()

    def watch(self):
        while self.going:
            self.kb = max(self.kb, self.server.rss_kb())
            time.sleep(0.5)


def children_cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def place(server, calls, language, share=0.35, pause_ms=700, patience_ms=8_000, longest_ms=150_000):
    """Places calls (lists of (start_ms, steps)) and returns what each caller told, with the processor time
    that the callers took, seconds."""
    plan = {"target": server.sip_udp, "number": NUMBERS[language], "pause_ms": pause_ms, "patience_ms": patience_ms,
            "longest_ms": longest_ms, "share": share,
            "calls": [{"from": f"caller-{n}", "start_ms": start_ms, "steps": steps}
                      for n, (start_ms, steps) in enumerate(calls)]}
    before = children_cpu_s()
    done = subprocess.run([TOOL, "call"], input=json.dumps(plan, default=str), capture_output=True, text=True,
                          timeout=longest_ms / 1_000 + 120)
    if done.returncode:
        raise RuntimeError(f"the callers failed: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()], children_cpu_s() - before


def stretches(told, gap_ms):
    """The bot's sound, with shorter silence inside taken for sound."""
    merged = []
    for start, end in told["bot"]:
        if merged and start - merged[-1][1] < gap_ms:
            merged[-1][1] = end
        else:
            merged.append([start, end])
    return merged


def by_call_id(server, told):
    """The server's events of each of these calls, by the caller's Call-ID."""
    wanted = {one["call_id"] for one in told}
    found = {}
    for record in server.records():
        if record["sip_call_id"] in wanted:
            found[record["sip_call_id"]] = (record, server.events(record["call_id"]))
    return found
