"""Programs that call a server over connections that stay open, each waiting for its reply."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast


@dataclass
class Calls:
    """What became of the calls: seconds that each took, and how many failed."""

    took: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0

    def percentile_ms(self, share: float) -> float:
        """So many ms were enough for this share of the calls."""
        ordered = sorted(self.took)
        return round(1000 * ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))], 1)


class _Client(asyncio.Protocol):
    """One connection: a call, its reply, the next call."""

    def __init__(self, request: Callable[[], bytes], calls: Calls, until: float) -> None:
        self._request, self._calls, self._until = request, calls, until
        self._got = bytearray()
        self._sent = 0.0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._call()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head = self._got.find(b"\r\n\r\n")
        if head < 0 or len(self._got) < head + 4 + _length(self._got[:head]):
            return
        now = time.monotonic()
        self._calls.took.append(now - self._sent)
        self._calls.failed += not self._got.startswith(b"HTTP/1.1 20")
        self._got.clear()
        if now < self._until:
            self._call()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._calls.failed += exc is not None or time.monotonic() < self._until
        if not self.ended.done():
            self.ended.set_result(None)

    def _call(self) -> None:
        self._sent = time.monotonic()
        self._transport.write(self._request())


def _length(head: bytearray) -> int:
    found = head.lower().find(b"content-length:")
    return int(head[found + 15 :].split(b"\r\n", 1)[0])


def drive(port: int, requests: Sequence[Callable[[], bytes]], seconds: float) -> Calls:
    """A client for each of `requests`, all calling for so long; 0 is one call of each."""
    return asyncio.run(_drive(port, requests, seconds))


async def _drive(port: int, requests: Sequence[Callable[[], bytes]], seconds: float) -> Calls:
    calls = Calls()
    loop = asyncio.get_running_loop()
    begun = time.monotonic()
    clients = []
    for request in requests:

        def client(request: Callable[[], bytes] = request) -> _Client:
            return _Client(request, calls, begun + seconds)

        clients.append((await loop.create_connection(client, "127.0.0.1", port))[1])
    await asyncio.gather(*(client.ended for client in clients))
    calls.seconds = time.monotonic() - begun
    return calls
