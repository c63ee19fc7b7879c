"""Thousands of phones in one process, as cheap as they can be: what is measured is the server.

`python -m benchmarks.crowd PORT FILE` connects one for each ticket in the file, until its standard
input ends. It says in JSON lines `{"online": N, "at_ns"}` once all have been shown a state, after
each loss too, and `{"seq", "last_ns", "median_ns"}` (monotonic clock) for each state that has
reached all of them, itself or a later one.
"""

from __future__ import annotations

import json
import os
import random
import resource
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_STATE = b'{"t":"state","seq":'
_PING = b'{"t":"ping"'


def frame(text: bytes) -> bytes:
    """A message of a client; the mask is 0, so that nothing has to be computed."""
    length = len(text)
    head = struct.pack("!BB", 0x81, 0x80 | length) if length < 126 else b""
    return (head or struct.pack("!BBH", 0x81, 0x80 | 126, length)) + b"\0\0\0\0" + text


@dataclass
class Phone:
    """A client; `seq` is that of the newest state that it has seen."""

    hello: bytes
    socket: socket.socket | None = None
    buffer: bytearray = field(default_factory=bytearray)
    greeted: bool = False
    seq: int = -1
    again_at: float = 0.0
    pause: float = 0.05


class Crowd:
    """All phones, in one loop."""

    def __init__(self, port: int, tickets: list[str]) -> None:
        self._port = port
        self._epoll = select.epoll()
        self._phones: dict[int, Phone] = {}
        self._away: list[Phone] = []
        self._seen: dict[int, list[int]] = {}
        self._told_online = False
        for ticket in tickets:
            hello = json.dumps({"t": "hello", "ticket": ticket, "lang": "zh_CN"})
            self._away.append(Phone(frame(hello.encode())))
        self._count = len(tickets)

    def run(self, commands: int) -> None:
        """Until it is told to quit."""
        self._epoll.register(commands, select.EPOLLIN)
        while True:
            self._come_back()
            for number, _ in self._epoll.poll(0.02 if self._away else 0.5):
                if number == commands:
                    return
                phone = self._phones.get(number)
                if phone is not None:
                    self._read(number, phone)

    def _come_back(self) -> None:
        now = time.monotonic()
        waiting, self._away = self._away, []
        for phone in waiting:
            if phone.again_at > now or not self._connect(phone):
                self._away.append(phone)

    def _connect(self, phone: Phone) -> bool:
        link = socket.socket()
        try:
            link.connect(("127.0.0.1", self._port))
            link.sendall(_HANDSHAKE)
        except OSError:
            link.close()
            # As live.js does.
            phone.pause = min(phone.pause * 2, 0.5)
            phone.again_at = time.monotonic() + phone.pause * (1 + random.random())
            return False
        link.setblocking(False)
        phone.socket, phone.greeted, phone.seq = link, False, -1
        phone.buffer.clear()
        self._phones[link.fileno()] = phone
        self._epoll.register(link.fileno(), select.EPOLLIN)
        return True

    def _read(self, number: int, phone: Phone) -> None:
        assert phone.socket is not None
        try:
            data = phone.socket.recv(262144)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose(number, phone)
            return
        now = time.monotonic_ns()
        phone.buffer += data
        if not phone.greeted:
            end = phone.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            del phone.buffer[: end + 4]
            phone.greeted = True
            phone.socket.sendall(phone.hello)
        self._messages(phone, now)

    def _lose(self, number: int, phone: Phone) -> None:
        assert phone.socket is not None
        self._epoll.unregister(number)
        phone.socket.close()
        del self._phones[number]
        phone.seq, phone.pause, phone.again_at = -1, 0.05, 0.0
        phone.again_at = time.monotonic() + 0.1 * (1 + random.random())
        self._away.append(phone)
        self._told_online = False

    def _messages(self, phone: Phone, now: int) -> None:
        buffer = phone.buffer
        at = 0
        while len(buffer) - at >= 2:
            length, start = buffer[at + 1], at + 2
            if length == 126:
                if len(buffer) - at < 4:
                    break
                length, start = int.from_bytes(buffer[at + 2 : at + 4]), at + 4
            elif length == 127:
                length, start = int.from_bytes(buffer[at + 2 : at + 10]), at + 10
            if len(buffer) - start < length:
                break
            self._message(phone, buffer, start, start + length, now)
            at = start + length
        del buffer[:at]

    def _message(self, phone: Phone, buffer: bytearray, start: int, end: int, now: int) -> None:
        if buffer.startswith(_STATE, start):
            begin = start + len(_STATE)
            seq = int(buffer[begin : buffer.index(b",", begin)])
            self._see(phone, seq, now)
        elif buffer.startswith(_PING, start) and phone.socket is not None:
            number = json.loads(buffer[start:end])["n"]
            phone.socket.sendall(frame(b'{"t":"pong","n":%d,"clock":0}' % number))

    def _see(self, phone: Phone, seq: int, now: int) -> None:
        """States that a newer one has overtaken count as seen."""
        first = phone.seq < 0
        for one in range(seq if first else phone.seq + 1, seq + 1):
            times = self._seen.setdefault(one, [])
            times.append(now)
            if len(times) == self._count and not first:
                times.sort()
                _say({"seq": one, "last_ns": times[-1], "median_ns": times[len(times) // 2]})
        phone.seq = max(phone.seq, seq)
        if first and not self._told_online and self._all_online():
            self._told_online = True
            self._seen.clear()
            _say({"online": self._count, "at_ns": now})

    def _all_online(self) -> bool:
        return len(self._phones) == self._count and all(p.seq >= 0 for p in self._phones.values())


def _say(message: dict[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def main() -> None:
    """Runs until standard input ends."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    tickets = Path(sys.argv[2]).read_text(encoding="ascii").split()
    Crowd(int(sys.argv[1]), tickets).run(sys.stdin.fileno())


if __name__ == "__main__":
    main()
