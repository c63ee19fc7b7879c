"""What it costs to save an answer: ours, a plain ORM handler, and a server that only says hello.

All of them run on granian with as many threads, one worker each, one after the other in the same
run, and are called over the same kind of connections by clients that each wait for the reply.
Processor time is that of all processes of a server together. Then the same with a disk whose syncs
take 4 ms more, beside a server that commits for each request.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.examsite import ExamSite, Seat, exam_site
from benchmarks.http_clients import Calls, drive
from benchmarks.machine import describe
from benchmarks.output import tell
from benchmarks.slow_disk import ADDED_MS, slow_disk
from benchmarks.stagesite import ROOT, free_port, listens
from benchmarks.sync_order import sync_order

CLIENTS = (64, 256)
SECONDS = 4.0
OURS = "quizengine"
SERVERS = ("hello", "orm", OURS)
_TICK = os.sysconf("SC_CLK_TCK")
_START_S = 60.0


@dataclass
class Running:
    """A server with all its processes."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_s(self) -> float:
        """Processor time of all of them so far."""
        return sum(self._ticks().values()) / _TICK

    def worker(self) -> int:
        """The process that serves: the one that was started last."""
        return max(self._ticks())

    def _ticks(self) -> dict[int, int]:
        """By process of the session, which the server was started as the first of."""
        ticks = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            if int(fields[3]) == self.process.pid:
                ticks[int(stat.parent.name)] = int(fields[11]) + int(fields[12])
        return ticks


@contextmanager
def running(
    name: str, site: ExamSite, environment: Mapping[str, str] = {}, workers: int = 1
) -> Iterator[Running]:
    """The server of this name, until it is no longer needed."""
    port = free_port()
    if name == OURS:
        words = ["-m", "quizengine", "serve", "--bind", f"127.0.0.1:{port}"]
        words += ["--workers", str(workers)]
    else:
        words = ["-m", "benchmarks.answer_servers", name, str(port)]
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env={
            **os.environ,
            **site.environment,
            "QUIZENGINE_LIVE_PORT": str(free_port()),
            **environment,
        },
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + _START_S
        while not listens(port):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server {name} did not start")
            time.sleep(0.05)
        yield Running(name, port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Members:
    """Who answers: each call of a member is a newer answer to the next question."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._seats = seats
        self._number = itertools.count(1)

    def calls(self, clients: int) -> list[Callable[[], bytes]]:
        """What that many of them send."""
        return [partial(self._call, seat) for seat in self._seats[:clients]]

    def _call(self, seat: Seat) -> bytes:
        path, body = seat.call(next(self._number))
        return (
            f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {seat.token}\r\n"
            f"Accept-Language: zh-CN\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def measure(server: Running, members: Members, clients: int, seconds: float) -> dict[str, Any]:
    """The row of a server with that many clients, each of which has called before."""
    calls = members.calls(clients)
    _whole(server, drive(server.port, calls, 0))
    before = server.cpu_s()
    done = _whole(server, drive(server.port, calls, seconds))
    used = server.cpu_s() - before
    return {
        "server": server.name,
        "clients": clients,
        "requests": len(done.took),
        "requests_per_second": round(len(done.took) / done.seconds),
        "cpu_us_per_request": round(used * 1e6 / len(done.took)),
        "p50_ms": done.percentile_ms(0.5),
        "p99_ms": done.percentile_ms(0.99),
    }


def _whole(server: Running, calls: Calls) -> Calls:
    if calls.failed:
        raise RuntimeError(f"{server.name}: {calls.failed} of {len(calls.took)} calls failed")
    return calls


def slow_rows(site: ExamSite, members: Members, seconds: float) -> list[dict[str, Any]]:
    """Ours and a commit for each request, where each sync takes longer; none without a compiler."""
    with tempfile.TemporaryDirectory(prefix="quizengine-bench-") as folder:
        environment = slow_disk(Path(folder))
        rows = []
        for name in ("commit", OURS) if environment else ():
            with running(name, site, environment) as server:
                row = measure(server, members, CLIENTS[0], seconds)
                rows.append({**row, "added_ms_per_sync": ADDED_MS})
    return rows


def order_of_one(server: Running, members: Members) -> list[str]:
    """What the server does for one answer, as the system sees it."""
    calls = members.calls(1)
    with tempfile.TemporaryDirectory(prefix="quizengine-bench-") as folder:
        return sync_order(
            server.worker(), Path(folder, "trace"), lambda: drive(server.port, calls, 0)
        )


def report(seconds: float) -> dict[str, Any]:
    """The whole measurement."""
    order: list[str] = []
    rows: list[dict[str, Any]] = []
    with exam_site(max(CLIENTS)) as site:
        members = Members(site.seats)
        for name in SERVERS:
            with running(name, site) as server:
                rows += [measure(server, members, clients, seconds) for clients in CLIENTS]
                order = order_of_one(server, members) if name == OURS else order
        slow = slow_rows(site, members, seconds)
    hello = [row for row in rows if row["server"] == "hello"]
    return {
        "bench": "answers",
        "machine": describe(),
        "baseline": {"name": "Flask hello on granian", "rows": hello},
        "rows": [row for row in rows if row["server"] != "hello"],
        "slow_disk": slow,
        "slow_disk_by": "nanosleep before fsync and fdatasync of the server, by LD_PRELOAD"
        if slow
        else "not measured: no C compiler",
        "one_answer_by_strace": order or "not measured: no strace, or it may not look",
        "ratios": _ratios(rows, slow),
    }


def _ratios(rows: list[dict[str, Any]], slow: list[dict[str, Any]]) -> dict[str, float]:
    found = {(row["server"], row["clients"]): row for row in rows}

    def share(figure: str, other: str, clients: int) -> float:
        return round(found[OURS, clients][figure] / found[other, clients][figure], 2)

    ratios = {}
    for clients in CLIENTS:
        ratios[f"cpu_to_hello_{clients}"] = share("cpu_us_per_request", "hello", clients)
        ratios[f"cpu_to_orm_{clients}"] = share("cpu_us_per_request", "orm", clients)
        ratios[f"p99_to_hello_{clients}"] = share("p99_ms", "hello", clients)
        ratios[f"per_second_to_orm_{clients}"] = share("requests_per_second", "orm", clients)
    if slow:
        each, ours = (row["requests_per_second"] for row in slow)
        ratios["slow_disk_per_second_to_commit_each"] = round(ours / each, 1)
    return ratios


def main() -> None:
    """Print the report: JSON with `--json`, else a line for each row."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    chosen = parser.parse_args()
    tell(report(chosen.seconds), chosen.json, "slow_disk")


if __name__ == "__main__":
    main()
