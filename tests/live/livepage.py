"""A page of a live contest as a program: it keeps what it is told, and answers pings."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from livehall import SECRET
from serving import PATIENCE_S
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from quizengine.services.tickets import read_ticket

_opened: list[Page] = []

T = TypeVar("T")


def perform(play: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it to its end, and close all pages that it has opened.

    In a thread of its own: if a browser is driven in this process, its loop runs in this thread.
    """

    async def whole() -> T:
        try:
            return await play()
        finally:
            await asyncio.gather(*(page.close() for page in _opened))
            _opened.clear()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(whole())).result()


@dataclass
class Page:
    """A page: it keeps what it was told last, and answers pings as soon as they come."""

    socket: ClientConnection
    public: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    seq: int = -1
    own_seq: int = -1
    bye: dict[str, Any] | None = None
    muted: bool | None = None
    closed: bool = False
    pong: bool = True
    heard: list[dict[str, Any]] = field(default_factory=list)
    _replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reader: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, port: int, ticket: str, lang: str = "en", *, wait: bool = True) -> Page:
        """Connected, and by default shown the state."""
        page = cls(await connect(f"ws://127.0.0.1:{port}/", compression=None, ping_interval=None))
        _opened.append(page)
        page._reader = asyncio.create_task(page._read())
        await page.say({"t": "hello", "ticket": ticket, "lang": lang})
        if wait:
            await page.until(lambda: page.public)
            if read_ticket(SECRET, ticket).role != "screen":
                await page.until(lambda: page.own)
        return page

    async def say(self, message: dict[str, Any]) -> None:
        """Send a message."""
        await self.socket.send(json.dumps(message))

    async def do(
        self, kind: str, *, id: str | None = None, step: int | None = None, **data: Any
    ) -> dict[str, Any]:
        """Give a command; the reply."""
        id = id or secrets.token_hex(8)
        self._replies.pop(id, None)
        step = self.public["step"] if step is None else step
        await self.say({"t": "do", "id": id, "type": kind, "step": step, "data": data})
        return await self.reply(id)

    async def ok(self, kind: str, **data: Any) -> int:
        """Give a command that is accepted; the number of its event, once it is shown here."""
        reply = await self.do(kind, **data)
        assert reply["t"] == "ok", (kind, reply)
        await self.until(lambda: self.seq >= reply["seq"])
        return int(reply["seq"])

    async def answer(self, question: str, answer: Any, id: str | None = None) -> dict[str, Any]:
        """An answer of the audience; the reply."""
        id = id or secrets.token_hex(8)
        await self.say({"t": "audience", "id": id, "question": question, "answer": answer})
        return await self.reply(id)

    async def reply(self, id: str) -> dict[str, Any]:
        """The reply to the message with this id."""
        await self.until(lambda: id in self._replies)
        return self._replies[id]

    async def until(self, look: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:
        """Wait until it is true."""
        async with asyncio.timeout(seconds), self._news:
            while not (found := look()):
                await self._news.wait()
        return found

    async def phase(self, *phases: str) -> None:
        """Wait until the contest is in one of these phases."""
        await self.until(lambda: self.public.get("phase") in phases)

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()
        await self.socket.wait_closed()
        if self._reader:
            await self._reader

    async def _read(self) -> None:
        try:
            async for raw in self.socket:
                await self._hear(json.loads(raw))
        except ConnectionClosed:
            pass
        async with self._news:
            self.closed = True
            self._news.notify_all()

    async def _hear(self, message: dict[str, Any]) -> None:
        kind = message["t"]
        if kind == "ping" and self.pong:
            clock = time.perf_counter() * 1000
            await self.say({"t": "pong", "n": message["n"], "clock": clock})
        async with self._news:
            self.heard.append(message)
            match kind:
                case "state":
                    self.public, self.seq = message["public"], message["seq"]
                case "own":
                    self.own, self.own_seq = message["own"], message["seq"]
                case "ok" | "no":
                    self._replies[message["id"]] = message
                case "bye":
                    self.bye = message
                case "mute":
                    self.muted = message["on"]
            self._news.notify_all()
