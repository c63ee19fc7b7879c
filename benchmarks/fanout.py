"""How fast a question reaches the last of N phones, and a buzz the big screen.

One live server process on one core; the phones are another process on the other. The same run
measures a bare `websockets` broadcast of the same bytes to the same phones, as the baseline.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.machine import describe
from benchmarks.stagesite import ROOT, TEAMS, StageSite, free_port, listens, stage_site

CLIENTS = (250, 500, 1000, 2000, 4000)
QUESTIONS = 60
_PATIENCE_S = 120.0
_REACTION_MS = 200.0


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


@dataclass
class Stage:
    """The pages that play, beside the phones."""

    host: Screen
    screen: Screen
    teams: list[Screen]
    crowd: Phones

    async def question(self, number: int) -> tuple[float, float]:
        """One question from start to end: ms until the last phone had it, and until the big
        screen showed who has buzzed."""
        while self.host.public["phase"] != "revealed" and number == 0:
            if self.host.public["phase"] in ("round", "reading"):
                break
            await self.host.do("begin")
        seq, sent = await self.host.do("next")
        to_last = (await self.crowd.last_ns(seq) - sent) / 1e6
        await self.host.do("open")
        buzz = await self._buzz(self.teams[number % TEAMS])
        await self.host.until(lambda: self.host.public["phase"] == "answering")
        await self.host.do("stop")
        team = self.host.public["buzz"]["winner"]
        seq, _ = await self.host.do("judge", team=team, verdict="right")
        await self.crowd.last_ns(seq)
        return to_last, buzz

    async def _buzz(self, team: Screen) -> float:
        """The way to the big screen includes the time in which others may still be faster."""
        await team.until(lambda: team.own["unlocked"])
        before = len(self.screen.shown)
        sent = time.monotonic_ns()
        await team.do("buzz", reaction_ms=_REACTION_MS, early=False)
        winner = await self.screen.until(
            lambda: [at for _, who, at in self.screen.shown[before:] if who is not None]
        )
        return float(winner[0] - sent) / 1e6


async def measure(site: StageSite, clients: int, questions: int) -> dict[str, Any]:
    """The row of so many clients: phones, four teams, a host and a big screen."""
    empty_kb = rss_kb(site.worker)
    others = TEAMS + 2
    async with phones(site.port, site.audience(clients - others)) as crowd:
        stage = Stage(
            await Screen.open(site.port, site.host),
            await Screen.open(site.port, site.ticket("screen")),
            [await Screen.open(site.port, ticket) for ticket in site.teams],
            crowd,
        )
        if stage.host.public["phase"] == "lobby":
            await stage.host.do("begin")
        elif stage.host.public["phase"] == "round_over":
            await stage.host.do("next")
        cpu = cpu_s(site.worker)
        begun = time.monotonic()
        pairs = [await stage.question(number) for number in range(questions)]
        seconds = time.monotonic() - begun
        used = cpu_s(site.worker) - cpu
        full_kb = rss_kb(site.worker)
        states = stage.screen.public, len(stage.screen.shown)
        for page in (stage.host, stage.screen, *stage.teams):
            await page.socket.close()
    shown, buzzes = zip(*pairs, strict=True)
    return {
        "clients": clients,
        "questions": questions,
        "shown_to_last_p50_ms": round(median(shown), 1),
        "shown_to_last_p99_ms": round(_p99(shown), 1),
        "buzz_to_screen_p50_ms": round(median(buzzes), 1),
        "buzz_to_screen_p99_ms": round(_p99(buzzes), 1),
        "state_kb": round(len(json.dumps(states[0], ensure_ascii=False).encode()) / 1024, 1),
        "rss_mb": round(full_kb / 1024, 1),
        "kb_per_client": round((full_kb - empty_kb) / clients, 1),
        "cpu_us_per_message": round(used * 1e6 / (states[1] * clients), 1),
        "cpu_percent": round(100 * used / seconds),
    }


async def baseline(clients: int, rounds: int, size: int) -> dict[str, Any]:
    """A bare broadcast of `size` bytes to as many phones: nothing decided, nothing written."""
    port = free_port()
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.bare", str(port), str(size)),
        stdin=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert server.stdin is not None
    while not listens(port):
        await asyncio.sleep(0.02)
    took = []
    async with phones(port, ["-"] * clients) as crowd:
        for seq in range(1, rounds + 1):
            sent = time.monotonic_ns()
            server.stdin.write(b"%d\n" % seq)
            took.append((await crowd.last_ns(seq) - sent) / 1e6)
    server.stdin.close()
    await server.wait()
    return {
        "clients": clients,
        "shown_to_last_p50_ms": round(median(took), 1),
        "shown_to_last_p99_ms": round(_p99(took), 1),
    }


async def recovery(site: StageSite, clients: int) -> dict[str, Any]:
    """Seconds until all screens are back, after the serving process, or all of them, are killed."""
    async with phones(site.port, site.audience(clients)) as crowd:
        begun = time.monotonic_ns()
        os.kill(site.worker, 9)
        worker = await crowd.until(lambda: crowd.online_ns[1:])
        killed = time.monotonic_ns()
        site.kill()
        site.start()
        everything = await crowd.until(lambda: crowd.online_ns[2:])
    return {
        "clients": clients,
        "recovery_s": round((worker[0] - begun) / 1e9, 2),
        "recovery_with_program_start_s": round((everything[0] - killed) / 1e9, 2),
    }


def report(clients: tuple[int, ...], questions: int) -> dict[str, Any]:
    """The whole measurement."""
    rows = []
    with stage_site(rounds=len(clients)) as site:
        for count in clients:
            rows.append(asyncio.run(measure(site, count, questions)))
        back = [asyncio.run(recovery(site, count)) for count in clients if count in (1000, 4000)]
    size = round(max(row["state_kb"] for row in rows) * 1024)
    bare = [asyncio.run(baseline(count, questions, size)) for count in clients]
    return {
        "bench": "fanout",
        "machine": describe(),
        "baseline": {"name": "websockets.broadcast of the same bytes", "rows": bare},
        "rows": rows,
        "recovery": back,
        "ratios": {
            f"shown_p50_to_baseline_{row['clients']}": round(
                row["shown_to_last_p50_ms"] / base["shown_to_last_p50_ms"], 2
            )
            for row, base in zip(rows, bare, strict=True)
        },
    }


def rss_kb(process: int) -> int:
    """Resident memory of a process."""
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS")))


def cpu_s(process: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _p99(values: list[float] | tuple[float, ...]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.99 * (len(ordered) - 1)))]


def main() -> None:
    """Print the report: JSON with `--json`, else one line a number of clients."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--clients", type=int, nargs="+", default=list(CLIENTS))
    parser.add_argument("--questions", type=int, default=QUESTIONS, choices=range(1, 61))
    chosen = parser.parse_args()
    result = report(tuple(chosen.clients), chosen.questions)
    if chosen.json:
        print(json.dumps(result, indent=1))
        return
    for row in [*result["rows"], *result["recovery"]]:
        print("  ".join(f"{key}={value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
