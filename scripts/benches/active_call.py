"""The published crate active-call beside Duet: SIP calls per second and memory of a live call, in one run."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request

from server import ROOT, Server, free_port, say, stop, wait_until

from . import density
from .common import head, machine, models

VERSION = "0.3.113"


def binary():
    """Where it lies; it is built when it is nowhere, which takes half an hour on two cores."""
    named = os.environ.get("DUET_ACTIVE_CALL") or shutil.which("active-call")
    if named:
        return pathlib.Path(named)
    root = pathlib.Path.home() / ".cache/duet-bench-active-call"
    if not (root / "bin/active-call").exists():
        say(f"Building active-call {VERSION} into {root} (half an hour)")
        # Not with its lock file: that names a version that was taken back.
        subprocess.run(["cargo", "install", "active-call", "--version", VERSION, "--root", root], cwd=ROOT, check=True)
    return root / "bin/active-call"


class ActiveCall:
    """One that answers every call and waits, as its README starts it: no recogniser, no voice, no recording."""

    def __enter__(self):
        self.binary = binary()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="active-call-"))
        (self.dir / "config/playbook").mkdir(parents=True)
        (self.dir / "config/playbook/hello.md").write_text("---\nvad:\n  provider: silero\n---\nHello.\n")
        self.start()
        return self

    def __exit__(self, *_):
        self.halt()
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self):
        self.http, port = f"127.0.0.1:{free_port()}", free_port()
        self.sip_udp = f"127.0.0.1:{port}"
        (self.dir / "active-call.toml").write_text(
            f'addr = "127.0.0.1"\nhttp_addr = "{self.http}"\nudp_port = {port}\nlog_level = "warn"\n'
            f'log_file = "{self.dir}/log.txt"\nrtp_start_port = 20000\nrtp_end_port = 60000\n'
            '[handler]\ntype = "playbook"\ndefault = "hello.md"\n[recording]\nenabled = false\nauto_start = false\n')
        with open(self.dir / "out.txt", "ab") as out:
            self.child = subprocess.Popen([self.binary, "--conf", "active-call.toml"], cwd=self.dir,
                                          stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_until("active-call's HTTP side", self.answers)

    def answers(self):
        try:
            return self.live_calls() is not None
        except OSError:
            return False

    def live_calls(self):
        with urllib.request.urlopen(f"http://{self.http}/list", timeout=5) as answer:
            return len(json.load(answer)["active_calls"])

    def rss_kb(self):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def settle(self):
        pass

    def log(self, *_):
        return (self.dir / "out.txt").read_text()[-2_000:]

    def halt(self):
        stop(self.child, grace_s=3)


def measured(server):
    seen, after_kb = density.memory(server)
    best, steps = density.calls_per_s(server)
    most = density.MEMORY_CALLS[-1]
    return {"rss_kb": {str(calls): rss for calls, rss in seen.items()}, "rss_after_kb": after_kb,
            "memory_per_call_kb": round((seen[most] - seen[0]) / most, 1), "sip_calls_per_s": best, "rates": steps}


def run(args):
    result = {"machine": machine(), "models": models()}
    say("Duet")
    with Server(calls=density.DENSITY_CALLS, call_s=120, ports=density.DENSITY_PORTS) as server:
        result["duet"] = measured(server)
    say(f"active-call {VERSION}")
    with ActiveCall() as rival:
        result["active-call"] = measured(rival)
    head(f"Duet beside active-call {VERSION}; calls that are answered and in which the caller is silent", result)
    print()
    rows = [("SIP calls per second, none failed", "sip_calls_per_s"), ("memory of a live call, kB", "memory_per_call_kb"),
            ("RSS after all calls, kB", "rss_after_kb")]
    print(f"  {'':40}{'Duet':>10}{'active-call':>14}")
    for name, key in rows:
        print(f"  {name:40}{result['duet'][key]:>10}{result['active-call'][key]:>14}")
    return result
