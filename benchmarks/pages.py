"""Pages and phones of a live contest for measurements: they note when they were shown what."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.stagesite import ROOT

_PATIENCE_S = 120.0


@dataclass
class Phones:
    """The crowd of `benchmarks.crowd`, and what it has reported."""

    process: asyncio.subprocess.Process
    reached: dict[int, dict[str, int]] = field(default_factory=dict)
    online_ns: list[int] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        """Until the process ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            async with self.news:
                if "seq" in said:
                    self.reached[said["seq"]] = said
                else:
                    self.online_ns.append(said["at_ns"])
                self.news.notify_all()

    async def until(self, look: Callable[[], Any]) -> Any:
        """Wait until it is true."""
        async with asyncio.timeout(_PATIENCE_S), self.news:
            while not (found := look()):
                await self.news.wait()
        return found

    async def last_ns(self, seq: int) -> int:
        """When the last phone had state `seq`."""
        return int((await self.until(lambda: self.reached.get(seq)))["last_ns"])


@asynccontextmanager
async def phones(port: int, tickets: list[str]) -> AsyncIterator[Phones]:
    """Connected phones, one for each ticket."""
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as file:
        file.write("\n".join(tickets))
        file.flush()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.crowd", str(port), file.name),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        crowd = Phones(process)
        reader = asyncio.create_task(crowd.read())
        try:
            await crowd.until(lambda: crowd.online_ns)
            yield crowd
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
            await reader


@dataclass
class Screen:
    """A page that notes when it was shown each state."""

    socket: ClientConnection
    public: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    seq: int = -1
    # (seq, winner of the buzz, when) of each state.
    shown: list[tuple[int, Any, int]] = field(default_factory=list)
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, port: int, ticket: str) -> Screen:
        """Connected and shown the state."""
        screen = cls(await connect(f"ws://127.0.0.1:{port}/", compression=None, ping_interval=None))
        screen.task = asyncio.create_task(screen._read())
        await screen.say({"t": "hello", "ticket": ticket, "lang": "en"})
        await screen.until(lambda: screen.public)
        return screen

    async def say(self, message: dict[str, Any]) -> None:
        """Send a message."""
        await self.socket.send(json.dumps(message))

    async def do(self, kind: str, **data: Any) -> tuple[int, int]:
        """A command that is accepted: the number of its event, and when it was sent."""
        name = f"{kind}{time.monotonic_ns()}"
        step = self.public["step"]
        sent = time.monotonic_ns()
        await self.say({"t": "do", "id": name, "type": kind, "step": step, "data": data})
        reply = await self.until(lambda: self.replies.get(name))
        if reply["t"] != "ok":
            raise RuntimeError(f"{kind}: {reply}")
        await self.until(lambda: self.seq >= reply["seq"])
        return reply["seq"], sent

    async def until(self, look: Callable[[], Any]) -> Any:
        """Wait until it is true."""
        async with asyncio.timeout(_PATIENCE_S), self.news:
            while not (found := look()):
                await self.news.wait()
        return found

    async def _read(self) -> None:
        async for raw in self.socket:
            now = time.monotonic_ns()
            message = json.loads(raw)
            async with self.news:
                self._hear(message, now)
                self.news.notify_all()
            if message["t"] == "ping":
                await self.say({"t": "pong", "n": message["n"], "clock": now / 1e6})

    def _hear(self, message: dict[str, Any], now: int) -> None:
        match message["t"]:
            case "state":
                self.public, self.seq = message["public"], message["seq"]
                winner = self.public["buzz"] and self.public["buzz"]["winner"]
                self.shown.append((self.seq, winner, now))
            case "own":
                self.own = message["own"]
            case "ok" | "no":
                self.replies[message["id"]] = message
