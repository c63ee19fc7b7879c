"""Devices that lie to be first gain no more than the rules let through."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from crew import Crew
from livecontest import CAP_MS, TOLERANCE_MS
from livehall import Hall
from livepage import Page, perform

from quizengine.live.clock import moment


def test_a_made_up_reaction_is_worth_the_measured_round_trip_at_most(hall: Hall) -> None:
    async def play() -> list[dict[str, Any]]:
        crew = await Crew.come(hall, audience=0)
        await crew.play("buzzing", round="buzz")
        honest, liar = crew.pages["team2"], crew.pages["team3"]
        await liar.until(lambda: liar.own["unlocked"])
        lie = {"reaction_ms": 0.01, "unlocked": 1.0, "pressed": 1.01}
        await asyncio.gather(honest.do("buzz", reaction_ms=100.0), liar.do("buzz", **lie))
        await crew.host.phase("starting")
        await crew.settled()
        evidence: list[dict[str, Any]] = crew.host.own["evidence"]
        return evidence

    for row in perform(play):
        _require_bound(row)


def test_late_pongs_are_worth_the_cap_at_most(hall: Hall) -> None:
    async def play() -> list[dict[str, Any]]:
        crew = await Crew.come(hall, audience=0)
        liar = crew.pages["team3"]
        liar.pong = False
        answering = asyncio.create_task(_answer_late(liar, 0.3))
        await crew.play("buzzing", round="buzz")
        number = str(crew.id_of(3))
        await crew.host.until(lambda: (crew.host.own["devices"][number]["rtt_ms"] or 0) > 250)
        await liar.do("buzz", reaction_ms=0.01)
        answering.cancel()
        await crew.host.phase("starting")
        await crew.settled()
        evidence: list[dict[str, Any]] = crew.host.own["evidence"]
        return evidence

    (row,) = perform(play)
    _require_bound(row)
    assert row["rtt_ms"] > 250


def test_who_comes_back_while_the_buzzers_are_open_sets_no_watch_back(hall: Hall) -> None:
    async def play() -> int:
        crew = await Crew.come(hall, audience=0)
        await crew.play("buzzing", round="buzz")
        anew = await Page.open(hall.port, crew.tickets["team3"])
        assert anew.own["unlocked"]
        await anew.do("buzz", reaction_ms=0.01)
        await crew.host.phase("starting")
        return crew.id_of(3)

    team = perform(play)
    events = hall.events()
    buzz = next(event for event in reversed(events) if event.type == "buzz")
    opened = next(event.at for event in reversed(events[: buzz.seq]) if event.type == "open")
    assert buzz.data["team"] == team
    assert moment(buzz.data["evidence"]["sent_us"]) == opened


def test_who_comes_back_after_a_pause_is_timed_from_its_end(hall: Hall) -> None:
    async def play() -> bool:
        crew = await Crew.come(hall, audience=0)
        await crew.play("buzzing", round="buzz")
        await crew.host.do("pause")
        await crew.host.do("resume")
        crew.pages["team3"] = await Page.open(hall.port, crew.tickets["team3"])
        await crew.pages["team3"].do("buzz", reaction_ms=0.01)
        await crew.host.phase("starting")
        await crew.settled()
        (row,) = crew.host.own["evidence"]
        return bool(row["since_open"])

    assert perform(play)
    events = hall.events()
    buzz = next(event for event in reversed(events) if event.type == "buzz")
    resumed = next(event.at for event in reversed(events) if event.type == "resume")
    assert moment(buzz.data["evidence"]["sent_us"]) == resumed


async def _answer_late(page: Page, seconds: float) -> None:
    """All its pongs come that late, as if the way were so long."""
    done = 0
    while True:
        pings = [m for m in page.heard if m["t"] == "ping"]
        for ping in pings[done:]:
            await asyncio.sleep(seconds)
            clock = time.perf_counter() * 1000
            await page.say({"t": "pong", "n": ping["n"], "clock": clock})
        done = len(pings)
        await asyncio.sleep(0.02)


def _require_bound(row: dict[str, Any]) -> None:
    gained = row["elapsed_ms"] - row["used_ms"]
    assert gained <= min(CAP_MS, (row["rtt_ms"] or 0) + TOLERANCE_MS) + 1
