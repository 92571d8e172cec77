"""An agent's browser without the page: logs in, holds the desk's WebSocket (RFC 6455), confirms cards."""

import base64
import json
import os
import socket
import struct
import threading
import time
import urllib.request

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Screen:
    """Keeps every message of the desk with the moment at which it came."""

    def __init__(self, desk, user, password):
        self.seen = []
        self.writing = threading.Lock()
        host, port = desk.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.open(desk, log_in(desk, user, password))
        self.socket.settimeout(None)
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def open(self, desk, cookie):
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /desk/ws HTTP/1.1\r\nHost: {desk}\r\nOrigin: http://{desk}\r\nCookie: {cookie}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode())
        self.stream = self.socket.makefile("rb")
        status = self.stream.readline().decode().strip()
        if " 101 " not in status + " ":
            raise RuntimeError(f"the desk's WebSocket was refused: {status}")
        while self.stream.readline().strip():
            pass

    def send(self, **message):
        self.write(TEXT, json.dumps(message).encode())

    def write(self, kind, body):
        """One frame, masked as clients must (section 5.3)."""
        mask = os.urandom(4)
        size = struct.pack("!B", 0x80 | len(body)) if len(body) < 126 else struct.pack("!BH", 0xFE, len(body))
        masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(body))
        with self.writing:
            self.socket.sendall(bytes([0x80 | kind]) + size + mask + masked)

    def read(self):
        """One whole message; a message in pieces is put together."""
        body = b""
        while True:
            first, size = self.stream.read(2)
            size &= 0x7F
            if size == 126:
                size, = struct.unpack("!H", self.stream.read(2))
            elif size == 127:
                size, = struct.unpack("!Q", self.stream.read(8))
            piece = self.stream.read(size)
            if first & 0x0F == PING:
                self.write(PONG, piece)
                continue
            if first & 0x0F == CLOSE:
                return None
            if first & 0x0F == PONG:
                continue
            body += piece
            if first & 0x80:
                return json.loads(body)

    def listen(self):
        try:
            while (message := self.read()) is not None:
                self.seen.append((time.time(), message))
                if message["type"] == "card":
                    self.send(type="card_shown", call_id=message["card"]["call_id"])
        except (OSError, ValueError):
            return

    def first(self, kind):
        """The first message of this type with its moment."""
        return next(((at, message) for at, message in list(self.seen) if message["type"] == kind), None)


def log_in(desk, user, password):
    request = urllib.request.Request(
        f"http://{desk}/desk/login", data=json.dumps({"user": user, "password": password}).encode(),
        headers={"Content-Type": "application/json", "Origin": f"http://{desk}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.headers["Set-Cookie"].split(";")[0]
