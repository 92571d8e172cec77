"""An agent's SIP phone (baresip) that answers by itself, driven over its control port."""

import json
import os
import pathlib
import socket
import subprocess
import threading
import time

from server import free_port, stop, wait_until

# Silence behind every sentence, seconds: baresip would start the file again.
TAIL_S = 180


def speak(path, text, lead_s):
    """A sentence as a wav file of 8 kHz with silence around, by espeak-ng and sox."""
    voice = subprocess.Popen(["espeak-ng", "-v", "en", "-s", "150", "--stdout", text], stdout=subprocess.PIPE)
    try:
        subprocess.run(["sox", "-q", "-t", "wav", "-", "-r", "8000", "-c", "1", "-b", "16", path,
                        "gain", "-3", "pad", str(lead_s), str(TAIL_S)], stdin=voice.stdout, check=True)
    finally:
        stop(voice)


class Phone:
    """Keeps the moment at which it answered, and stops with the `with` block."""

    def __init__(self, name, folder, greeting):
        self.dir = pathlib.Path(folder) / "phone"
        self.dir.mkdir()
        self.answered = None
        self.sip_port = free_port(socket.SOCK_DGRAM)
        control = free_port()
        speak(self.dir / "greeting.wav", greeting, 0.3)
        (self.dir / "config").write_text(self.config(control))
        (self.dir / "accounts").write_text(
            f"<sip:{name}@127.0.0.1;transport=udp>;regint=0;audio_codecs=pcma/8000/1,pcmu/8000/1;answermode=auto\n")
        (self.dir / "contacts").write_text("")
        self.log = open(self.dir / "log", "wb")
        self.child = subprocess.Popen(["baresip", "-f", self.dir], stdin=subprocess.DEVNULL,
                                      stdout=self.log, stderr=self.log)
        try:
            self.control = wait_until("the phone's control port", lambda: self.connect(control), limit_s=20)
        except BaseException:
            stop(self.child)
            raise
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.child)

    def connect(self, port):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=2)
        except OSError:
            return None

    def listen(self):
        """Messages are netstrings of JSON: `LENGTH:BODY,`."""
        self.control.settimeout(None)
        held = b""
        while True:
            try:
                received = self.control.recv(65536)
            except OSError:
                return
            if not received:
                return
            held += received
            while b":" in held:
                size, rest = held.split(b":", 1)
                if len(rest) < int(size) + 1:
                    break
                message, held = json.loads(rest[:int(size)]), rest[int(size) + 1:]
                if message.get("type") == "CALL_ESTABLISHED" and self.answered is None:
                    self.answered = time.time()

    def play(self, text):
        """Says something into the running call."""
        path = self.dir / f"{time.monotonic_ns()}.wav"
        speak(path, text, 0.3)
        body = json.dumps({"command": "ausrc", "params": f"aufile,{path}"})
        self.control.sendall(f"{len(body)}:{body},".encode())

    def config(self, control):
        rtp = 40_000 + 4 * (os.getpid() % 4_000)
        return f"""poll_method epoll
sip_listen 127.0.0.1:{self.sip_port}
net_interface 127.0.0.1
audio_source aufile,{self.dir}/greeting.wav
audio_player aufile,{self.dir}/unused.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp}-{rtp + 100}
jitter_buffer_delay 5-10
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""
