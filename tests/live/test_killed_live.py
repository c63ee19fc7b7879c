"""The live server is killed, in every step of every kind of round: nothing is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from crew import Crew
from livecontest import new_hall
from livehall import Hall, LiveSite
from livepage import Page, perform
from stageroom import Stage

from quizengine.storage.models import Contest


def test_killed_in_each_step_of_each_kind_of_round(hall: Hall) -> None:
    async def play() -> Crew:
        crew = await Crew.come(hall, audience=1)
        killed: set[tuple[str, str]] = set()
        while crew.public["phase"] != "finished":
            await crew.step()
            await crew.settled()
            here = crew.public["round"]["kind"], crew.public["phase"]
            if here not in killed:
                killed.add(here)
                await _kill_and_come_back(crew)
        assert len(killed) > 20, killed
        return crew

    crew = perform(play)
    _require_once(hall, crew)


async def _kill_and_come_back(crew: Crew) -> None:
    """The same state for all, with the clock where it was."""
    before, own = crew.public, {name: page.own for name, page in crew.pages.items()}
    old = crew.pages
    crew.hall.site.kill_worker()
    await crew.connect()
    crew.pages = {name: _joined(old[name], page) for name, page in crew.pages.items()}
    await crew.settled()
    for name, page in crew.pages.items():
        if before["phase"] == "settling":
            continue
        assert _lasting(page.public) == _lasting(before), name
        if name.startswith(("team", "phone")):
            await page.until(lambda page=page, name=name: page.own == own[name])


def _joined(old: Page, new: Page) -> Page:
    new.heard = [*old.heard, *new.heard]
    return new


def _lasting(public: dict[str, Any]) -> dict[str, Any]:
    """Without what may differ: when exactly the clock ends."""
    clock = public["clock"] and {**public["clock"], "ends_at": None}
    return {**public, "clock": clock}


def _require_once(hall: Hall, crew: Crew) -> None:
    """Each command that was acknowledged is in the log, exactly where it was said to be."""
    events = {event.seq: event for event in hall.events()}
    for page in crew.pages.values():
        for message in page.heard:
            if message["t"] == "ok":
                assert events[message["seq"]].by.role in ("host", "judge", "team")
    asked = Counter(event.data["question"] for event in events.values() if event.type == "override")
    assert not asked
    judged = [event for event in events.values() if event.type == "judge"]
    assert len({(e.seq, e.data["team"]) for e in judged}) == len(judged)


def test_a_buzz_and_a_judgement_are_there_once_whenever_the_server_dies(hall: Hall) -> None:
    async def play() -> None:
        crew = await Crew.come(hall, audience=0)
        await crew.play("buzzing", round="buzz")
        for pause in (0.0, 0.003, 0.02):
            await _buzz_while_dying(crew, pause)
            await crew.host.phase("starting")
            await crew.host.ok("speak")
            await crew.host.ok("stop")
            await _judge_while_dying(crew, pause)
            await crew.host.phase("revealed")
            await crew.host.ok("next")
            if crew.public["phase"] == "round_over":
                break
            await crew.host.ok("open")
            await crew.settled()

    perform(play)
    kinds = Counter(event.type for event in hall.events() if event.data.get("team"))
    assert (kinds["buzz"], kinds["judge"]) == (3, 3)


async def _buzz_while_dying(crew: Crew, pause: float) -> None:
    page = crew.pages["team1"]
    name = f"buzz-{crew.public['question']['key']}"
    message = {"t": "do", "id": name, "type": "buzz", "step": 0, "data": {"reaction_ms": 200.0}}
    await page.say(message)
    await asyncio.sleep(pause)
    crew.hall.site.kill_worker()
    told = [m for m in page.heard if m.get("id") == name]
    await crew.connect()
    page = crew.pages["team1"]
    await page.say(message)
    reply = await page.reply(name)
    assert reply["t"] == "ok", reply
    # What was acknowledged before is what is acknowledged now.
    assert all(one["seq"] == reply["seq"] for one in told)


async def _judge_while_dying(crew: Crew, pause: float) -> None:
    key = crew.public["question"]["key"]
    data = {"team": crew.id_of(1), "verdict": "right"}
    step = crew.public["step"]
    message = {"t": "do", "id": f"judge-{key}", "type": "judge", "step": step, "data": data}
    score = next(t["score"] for t in crew.public["teams"] if t["number"] == 1)
    await crew.host.say(message)
    await asyncio.sleep(pause)
    crew.hall.site.kill_worker()
    await crew.connect()
    await crew.host.say(message)
    assert (await crew.host.reply(f"judge-{key}"))["t"] == "ok"
    await crew.host.phase("revealed")
    after = next(t["score"] for t in crew.public["teams"] if t["number"] == 1)
    assert after == score + 10


def test_time_that_the_server_was_away_is_given_back(own_site: Callable[..., LiveSite]) -> None:
    """The whole server is killed and started again: that alone takes longer than a moment."""
    site = own_site()
    hall = new_hall(site, 1)
    site.start()

    async def answering() -> tuple[float, float]:
        crew = await Crew.come(hall, audience=0)
        await crew.play("answering")
        clock = crew.public["clock"]
        site.kill()
        return clock["ends_at"], clock["total_ms"]

    ends_at, total_ms = perform(answering)
    site.start()

    async def after() -> dict[str, Any]:
        host = await Page.open(hall.port, hall.host())
        return host.public["clock"]

    clock = perform(after)
    interrupted = [event for event in hall.events() if event.type == "interrupted"]
    assert len(interrupted) == 1
    gap_ms = interrupted[0].data["gap_ms"]
    assert gap_ms > 1500
    assert clock["total_ms"] == total_ms
    assert abs(clock["ends_at"] - ends_at - gap_ms) <= 2
    last = max(e.at for e in hall.events() if e.type != "interrupted")
    assert timedelta(milliseconds=gap_ms) <= interrupted[0].at - last
    assert site.stop() == 0


def test_another_host_goes_on_when_the_first_ones_laptop_dies(hall: Hall) -> None:
    async def play() -> None:
        first = await Page.open(hall.port, hall.host())
        await first.ok("begin")
        await first.ok("next")
        first.socket.transport.abort()
        second = await Page.open(hall.port, hall.host())
        assert second.public["phase"] == "turn"
        assert second.own["log"][-1]["type"] == "next"
        await second.ok("next")
        assert second.public["question"]

    perform(play)


def test_a_machine_whose_clock_was_set_back_stops_no_countdown(
    own_site: Callable[..., LiveSite],
) -> None:
    site = own_site()
    hall = new_hall(site, 1)
    with site.session() as session:
        contest = session.get_one(Contest, hall.contest)
        # The log as it was written by a clock that was an hour ahead of what it is set to now.
        stage = Stage(session, contest, datetime.now(UTC) + timedelta(hours=1))
        stage.begin()
        for kind in ("next", "next", "start"):
            stage.host(kind)
    site.start()

    async def play() -> float:
        host = await Page.open(hall.port, hall.host())
        assert host.public["phase"] == "discussing"
        now = next(m["now"] for m in host.heard if m["t"] == "state")
        return float(host.public["clock"]["ends_at"] - now)

    assert 0 < perform(play) <= 60_000
