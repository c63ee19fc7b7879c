"""The start bell and the closing bell of an exam: everybody begins, everybody's time is up.

For growing numbers of members, each with an exam of its own on one site and one server: they sign
the commitment letter and open a paper of their own at the rate at which 5,000 do within a minute,
answer every 20 s on average, and a tenth as many people watch the board. Then all answer as fast as
they can, and at last the time of all is up in the same second. The clients are one process on the
same machine, whose processor time is not counted; that of all processes of the server is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.answers import OURS, Running, running
from benchmarks.bell_members import Browser, Member, Seen, ring, timed
from benchmarks.bellsite import PASSWORD, Bell, BellSite, bell_site, login_of
from benchmarks.http_clients import drive
from benchmarks.machine import describe
from benchmarks.output import tell

MEMBERS = 400
FEW = 50
RATE = 5000 / 60
WATCHING = 0.1
CLIENTS = 64
SIGNING_IN = 16
SECONDS = 2.0
LEAD_S = 2.0
"""The time of all is up so long after the members are told."""
PATIENCE_S = 120.0
_HANDED_IN = re.compile(rb'data-handed-in="([0-9]+)"')


def sizes_up_to(members: int) -> list[int]:
    """Numbers of members to measure: 50, and three doublings up to all."""
    sizes = {FEW, *(members >> step for step in range(4))}
    return sorted(size for size in sizes if FEW <= size <= members) or [members]


def start_bell(
    server: Running, bell: Bell, organizer: int, members: list[Member]
) -> dict[str, Any]:
    """Everybody begins; what it cost, and what went wrong."""
    count = len(members)
    seen = members[0].seen
    watchers = [Browser(server.port, organizer) for _ in range(round(count * WATCHING) or 1)]
    before, begun = server.cpu_s(), time.monotonic()
    asyncio.run(_begin(members, watchers, bell, count / RATE))
    used = server.cpu_s() - before
    pages, posts = seen.all_of("page"), seen.all_of("post")
    answers, boards = seen.all_of("answer"), seen.all_of("board")
    return {
        "within_s": round(count / RATE, 1),
        "all_begun_s": round(max(seen.begun_at) - begun, 1),
        "errors": seen.errors,
        "short_papers": seen.short_papers,
        "page_p50_ms": pages.percentile_ms(0.5),
        "page_p99_ms": pages.percentile_ms(0.99),
        "post_p99_ms": posts.percentile_ms(0.99),
        "answers": len(answers.took),
        "boards": len(boards.took),
        "board_p99_ms": boards.percentile_ms(0.99),
        "cpu_ms_per_begun": round(used * 1000 / count, 1),
    }


async def _begin(members: list[Member], watchers: list[Browser], bell: Bell, within: float) -> None:
    await ring(members, watchers, bell.exam, members[0].seen, within)
    for browser in [*members, *watchers]:
        browser.close()


def answering(server: Running, members: Sequence[Member], seconds: float) -> dict[str, Any]:
    """What an answer costs where that many sit: clients take turns for all of them."""
    calls = _turns(members)
    _all_good(drive(server.port, calls, 0).failed)
    before = server.cpu_s()
    done = drive(server.port, calls, seconds)
    used = server.cpu_s() - before
    _all_good(done.failed)
    return {
        "answer_cpu_us": round(used * 1e6 / len(done.took)),
        "answer_p99_ms": done.percentile_ms(0.99),
    }


def _turns(members: Sequence[Member]) -> list[Callable[[], bytes]]:
    turns = [list(members[start::CLIENTS]) for start in range(min(CLIENTS, len(members)))]

    def next_of(own: list[Member]) -> bytes:
        own.append(own.pop(0))
        return own[-1].next_answer()

    return [partial(next_of, own) for own in turns]


def _all_good(failed: int) -> None:
    if failed:
        raise RuntimeError(f"{failed} calls failed")


def closing_bell(
    server: Running, site: BellSite, bell: Bell, members: list[Member]
) -> dict[str, Any]:
    """The time of all is up at once, while they answer; until all is closed and shown."""
    end = datetime.now(UTC) + timedelta(seconds=LEAD_S)
    site.end_at(bell, end)
    moment = time.monotonic() + (end - datetime.now(UTC)).total_seconds()
    found = asyncio.run(_close(server, site, bell, members, moment))
    stored = site.stored(bell)
    acknowledged = {place: given for each in members for place, given in each.acknowledged.items()}
    lost = sum(
        stored.get(place, (-1, None))[0] < given[0]
        or (stored[place][0] == given[0] and stored[place][1] != given[1])
        for place, given in acknowledged.items()
    )
    return {
        **found,
        "acknowledged": len(acknowledged),
        "lost": lost,
        "not_in_ledger": len(members) - site.entered(bell),
    }


async def _close(
    server: Running, site: BellSite, bell: Bell, members: list[Member], moment: float
) -> dict[str, Any]:
    seen = members[0].seen
    errors = seen.errors
    # Some send a last answer a moment too late: it still counts.
    answering = [asyncio.create_task(each.answer_until(moment + 0.5)) for each in members]
    await asyncio.sleep(moment - time.monotonic())
    before = server.cpu_s()
    closed = await _until(moment, lambda: site.graded(bell) == len(members))
    used = server.cpu_s() - before
    board = Browser(server.port, site.organizer)
    request = board.request("GET", f"/organize/exams/{bell.exam}/live")
    shown, right = 0, b"%d" % len(members)
    while not shown:
        reply = await timed(board, seen, "board", request, 200)
        handed_in = _HANDED_IN.search(reply.body)
        shown = bool(handed_in and handed_in[1] == right)
        _patient(moment)
    boards = time.monotonic() - moment
    await asyncio.gather(*answering)
    for browser in (board, *members):
        browser.close()
    return {
        "closed_s": round(closed, 1),
        "boards_right_s": round(boards, 1),
        "cpu_ms_per_closed": round(used * 1000 / len(members), 2),
        "closing_errors": seen.errors - errors,
    }


async def _until(moment: float, look: Callable[[], bool]) -> float:
    """Seconds since `moment` when it has become true."""
    while not look():
        _patient(moment)
        await asyncio.sleep(0.1)
    return time.monotonic() - moment


def _patient(moment: float) -> None:
    if time.monotonic() > moment + PATIENCE_S:
        raise RuntimeError("not closed in time")


def signing_in(server: Running, members: Sequence[Member], people: Sequence[int]) -> dict[str, Any]:
    """Real sign-ins by password, and what answers wait meanwhile."""
    alone = drive(server.port, _turns(members)[:8], SECONDS)
    names = iter(random.choices(people, k=100_000))

    def sign_in() -> bytes:
        body = json.dumps({"login": login_of(next(names)), "password": PASSWORD})
        return (
            "POST /api/v1/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    with ThreadPoolExecutor(1) as pool:
        before = server.cpu_s()
        answers = pool.submit(drive, server.port, _turns(members)[:8], SECONDS)
        done = drive(server.port, [sign_in] * SIGNING_IN, SECONDS)
        beside = answers.result()
        used = server.cpu_s() - before
    _all_good(alone.failed + beside.failed + done.failed)
    return {
        "sign_ins": len(done.took),
        "per_second": round(len(done.took) / done.seconds, 1),
        "p99_ms": done.percentile_ms(0.99),
        "cpu_s_with_answers": round(used, 2),
        "answers_meanwhile": len(beside.took),
        "answer_p99_ms": beside.percentile_ms(0.99),
        "answer_p99_ms_before": alone.percentile_ms(0.99),
    }


def measure(server: Running, site: BellSite, seconds: float) -> dict[str, list[dict[str, Any]]]:
    """The rows of all exams, one after the other, and sign-ins while the largest is sat."""
    rows: dict[str, list[dict[str, Any]]] = {"rows": [], "closing": [], "sign_in": []}
    for bell in site.bells:
        seen = Seen()
        members = [Member(server.port, person, bell.exam, seen) for person in bell.members]
        count = {"members": len(members)}
        begun = start_bell(server, bell, site.organizer, members)
        rows["rows"].append({**count, **begun, **answering(server, members, seconds)})
        if bell is site.bells[-1]:
            rows["sign_in"].append(signing_in(server, members, bell.members))
        rows["closing"].append({**count, **closing_bell(server, site, bell, members)})
    return rows


def hello_cost(site: BellSite, seconds: float) -> dict[str, Any]:
    """The same clients and a server that only says hello."""
    request = b"PUT /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
    with running("hello", site) as server:
        calls = [lambda: request] * CLIENTS
        _all_good(drive(server.port, calls, 0).failed)
        before = server.cpu_s()
        done = drive(server.port, calls, seconds)
        used = server.cpu_s() - before
    return {
        "server": "hello",
        "requests": len(done.took),
        "cpu_us_per_request": round(used * 1e6 / len(done.took)),
        "p99_ms": done.percentile_ms(0.99),
    }


def report(members: int, workers: int, seconds: float) -> dict[str, Any]:
    """The whole measurement."""
    with bell_site(sizes_up_to(members)) as site:
        hello = hello_cost(site, seconds)
        with running(OURS, site, workers=workers) as server:
            rows = measure(server, site, seconds)
    return {
        "bench": "stampede",
        "machine": {**describe(), "workers": workers},
        "baseline": {"name": "Flask hello on granian", "rows": [hello]},
        **rows,
        "ratios": _ratios(hello, rows["rows"], rows["closing"]),
    }


def _ratios(
    hello: dict[str, Any], rows: list[dict[str, Any]], closing: list[dict[str, Any]]
) -> dict[str, float]:
    few, many = rows[0], rows[-1]
    span = f"{many['members']}_to_{few['members']}"
    of_hello = hello["cpu_us_per_request"]
    closed = [row["cpu_ms_per_closed"] for row in closing]
    return {
        f"answer_cpu_{span}": round(many["answer_cpu_us"] / few["answer_cpu_us"], 2),
        f"begun_cpu_{span}": round(many["cpu_ms_per_begun"] / few["cpu_ms_per_begun"], 2),
        f"closed_cpu_{span}": round(closed[-1] / closed[0], 2),
        "answer_cpu_to_hello": round(many["answer_cpu_us"] / of_hello, 2),
        "begun_cpu_to_hello": round(many["cpu_ms_per_begun"] * 1000 / of_hello, 1),
    }


def main() -> None:
    """Print the report: JSON with `--json`, else a line for each row."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    chosen = parser.parse_args()
    result = report(chosen.members, chosen.workers, chosen.seconds)
    tell(result, chosen.json, "closing", "sign_in")


if __name__ == "__main__":
    main()
