"""A Duet of our own, for scripts/bench and scripts/demo: the demo bot on free ports, with a data
folder that is thrown away. Leaving the `with` block stops everything that was started."""

import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODELS = pathlib.Path(os.environ.get("DUET_MODELS_DIR") or ROOT / "models")
BINARIES = pathlib.Path(os.environ.get("DUET_BIN_DIR") or ROOT / "target/release")
DUET = BINARIES / "duet"
NUMBER = "1000"
# Numbers whose callers are expected to speak one language.
NUMBERS = {"pl": "1001", "ro": "1002", "en": "1003"}
VOICES = {"pl": "espeak", "ro": "espeak", "en": "piper:en_US-joe-medium.onnx"}
# Longest wait for anything that a healthy server does, seconds.
PATIENCE_S = 90


def say(text):
    print(text, file=sys.stderr, flush=True)


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, ready, limit_s=PATIENCE_S, step_s=0.1):
    """The first true value of `ready()`; what was waited for is named when it never comes."""
    end = time.monotonic() + limit_s
    while True:
        value = ready()
        if value:
            return value
        if time.monotonic() > end:
            raise RuntimeError(f"waited {limit_s} s in vain for {what}")
        time.sleep(step_s)


def stop(child, grace_s=10):
    """Asks a child to end, and ends it."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(grace_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


class Server:
    """`duet serve` with the example back office beside it."""

    def __init__(self, calls=100, call_s=900, ports=None, extra="", refuses=True):
        self.calls, self.call_s, self.ports, self.extra = calls, call_s, ports, extra
        # Whether new calls are turned away when the machine is at its limit.
        self.strain = "" if refuses else "media_late = 1.0\nrecogniser_wait_ms = 600000"
        self.children = []
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="duet-"))
        self.data = self.dir / "data"

    def __enter__(self):
        try:
            out = self.command("user", "token", "--role", "admin", "--label", "bench", "--data", self.data)
            self.token = out.split()[-1]
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            stop(child)
        shutil.rmtree(self.dir, ignore_errors=True)

    def command(self, *words, text=None):
        """Runs `duet WORDS` and returns what it printed."""
        done = subprocess.run([DUET, *words], input=text, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"duet {words[0]} {words[1]}: {done.stderr.strip()}")
        return done.stdout

    def spawn(self, name, *words, **env):
        log = open(self.dir / f"{name}.log", "ab")
        child = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=log, text=True)
        self.children.append(child)
        line = child.stdout.readline()
        if not line:
            raise RuntimeError(f"{name} did not start: {self.log(name)}")
        return child, line

    def start(self):
        """Starts both, or starts them again after `halt`."""
        _, line = self.spawn("parcel-service", BINARIES / "parcel-service", "--listen", "127.0.0.1:0",
                             "--data", self.dir / "parcels")
        (self.dir / "duet.toml").write_text(self.config())
        # Prompts that were spoken once are kept from run to run, as on a server in use.
        speech = os.environ.get("DUET_SPEECH_DIR") or ROOT / "target/speech"
        env = {"PARCEL_SERVICE_URL": line.split()[-1], "DUET_DATA_DIR": str(self.data), "DUET_SPEECH_DIR": str(speech)}
        self.child, line = self.spawn("duet", DUET, "serve", "--config", self.dir / "duet.toml", **env)
        for key, address in json.loads(line).items():
            setattr(self, key, address)
        self.settle()

    def halt(self):
        for child in reversed(self.children):
            stop(child)
        self.children.clear()

    def config(self):
        # Below the ports that the system gives to others, and seldom where another server is.
        first = random.randrange(10_000, 31_000 - 4 * self.calls, 2)
        ports = self.ports or f"{first}-{first + 4 * self.calls + 199}"
        numbers = "\n".join(f'"{number}" = {{ bot = "parcel", language = "{language}" }}'
                            for language, number in NUMBERS.items())
        voices = "\n".join(f'{language} = "{voice}"' for language, voice in VOICES.items())
        return f"""
data_dir = "{self.data}"
models_dir = "{MODELS}"
bots = ["bots/parcel"]
[sip]
udp = "127.0.0.1:0"
tcp = "127.0.0.1:0"
[media]
ports = "{ports}"
webrtc = "127.0.0.1:0"
[http]
desk = "127.0.0.1:0"
api = "127.0.0.1:0"
[speak]
{voices}
[limits]
calls = {self.calls}
call_s = {self.call_s}
drain_s = 2
{self.strain}
[[trunk]]
name = "this-machine"
allow = ["127.0.0.0/8"]
[trunk.numbers]
"{NUMBER}" = "parcel"
{numbers}
{self.extra}
"""

    def log(self, name="duet"):
        lines = (self.dir / f"{name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-20:])

    def get(self, path):
        request = urllib.request.Request(f"http://{self.api}{path}",
                                         headers={"Authorization": f"Bearer {self.token}"})
        for _ in range(3):
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return response.read().decode()
            except urllib.error.HTTPError as error:
                if error.code != 504:
                    raise
                say(f"The API was too slow with {path}; asked again")
        raise RuntimeError(f"the API was too slow three times with {path}")

    def records(self):
        """The record of every call, newest first."""
        found, cursor = [], ""
        while True:
            page = json.loads(self.get(f"/api/v1/calls?limit=200{cursor}"))
            found += page["items"]
            if "next" not in page:
                return found
            cursor = f"&cursor={page['next']}"

    def events(self, call):
        return json.loads(self.get(f"/api/v1/calls/{call}/events"))["items"]

    def live_calls(self):
        found = re.search(r"^duet_calls_live(?:\{[^}]*\})? (\S+)", self.get("/metrics"), re.M)
        return int(float(found[1])) if found else 0

    def rss_kb(self):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def settle(self):
        """Waits until the server idles: at start it speaks the prompts of its bots once."""
        def idle():
            before = self.cpu_s()
            time.sleep(1.5)
            return self.cpu_s() - before < 0.1
        wait_until("an idle server", idle, limit_s=180, step_s=0)
