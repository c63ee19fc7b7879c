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
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import describe
from benchmarks.output import tell
from benchmarks.pages import Phones, Screen, phones
from benchmarks.stagesite import ROOT, TEAMS, StageSite, free_port, listens, stage_site

CLIENTS = (250, 500, 1000, 2000, 4000)
QUESTIONS = 60
_REACTION_MS = 200.0


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
        while stage.host.public["phase"] in ("revealed", "round_over"):
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
    tell(report(tuple(chosen.clients), chosen.questions), chosen.json, "recovery")


if __name__ == "__main__":
    main()
